//! Small logs and manifests by hand.

use std::collections::HashSet;
use std::ops::Range;

use zeroize::Zeroizing;

use crate::chart::generator::Generator;
use crate::chart::keeping::Keeps;
use crate::chart::site::{Site, SiteId};
use crate::log::{Argument, Call, CallId, CallPath, Carrier, Log};
use crate::name::{Named, Naming, Rule, Scene};

/// A scene that a test puts together.
#[derive(Clone, Default)]
pub(super) struct Stage {
    pub(super) log: Log,
    pub(super) sites: Vec<Site>,
    pub(super) yaml: String,
    includes: Vec<(String, u32)>,
    /// The keys of calls that were doubles before.
    pub(super) doubles: HashSet<String>,
}

pub(super) fn stage(yaml: &str) -> Stage {
    Stage {
        yaml: yaml.to_owned(),
        ..Stage::default()
    }
}

pub(super) fn text(text: &str) -> Argument {
    Argument::Text(Zeroizing::new(text.into()))
}

pub(super) fn certificate(cert: &str, key: &str) -> String {
    serde_json::json!({ "Cert": cert, "Key": key }).to_string()
}

impl Stage {
    /// The calls that follow are reached by these defines.
    pub(super) fn within(&mut self, includes: &[(&str, u32)]) -> &mut Self {
        let owned = includes
            .iter()
            .map(|(define, turn)| ((*define).to_owned(), *turn));
        self.includes = owned.collect();
        self
    }

    /// A call of a new call site.
    pub(super) fn call(
        &mut self,
        function: &str,
        arguments: impl IntoIterator<Item = Argument>,
        given: &str,
    ) -> CallId {
        let ordinal = self.sites.len() as u32;
        self.sites.push(Site {
            generator: Generator::ALL
                .into_iter()
                .find(|it| it.function() == function)
                .unwrap(),
            chart: "app".to_owned(),
            template: "templates/a.yaml".to_owned(),
            ordinal,
            file: "templates/a.yaml".to_owned(),
            line: 1,
        });
        self.call_of(SiteId(ordinal), 1, arguments, given)
    }

    /// A call of a site that there is.
    pub(super) fn call_of(
        &mut self,
        site: SiteId,
        turn: u32,
        arguments: impl IntoIterator<Item = Argument>,
        given: &str,
    ) -> CallId {
        let id = CallId(self.log.calls.len());
        self.log.calls.push(Call {
            key: id.0.to_string(),
            site,
            path: CallPath {
                root: "app/templates/a.yaml".to_owned(),
                includes: self.includes.clone().into(),
            },
            turn,
            arguments: arguments.into_iter().collect(),
            given: given.to_owned().into(),
        });
        self.log.order.push(id);
        id
    }

    /// `randAlphaNum` with the value's length.
    pub(super) fn random(&mut self, given: &str) -> CallId {
        self.call("randAlphaNum", [Argument::Int(given.len() as i64)], given)
    }

    /// A text that these calls made.
    pub(super) fn carrier(&mut self, calls: Range<usize>, text: &str) -> &mut Self {
        self.log.carriers.push(Carrier {
            key: None,
            text: std::sync::Arc::new(text.to_owned().into()),
            calls,
            is_digest: false,
            keeps: Keeps::Nothing,
        });
        self
    }

    /// A text that holds what these calls yielded, whatever that is.
    pub(super) fn kept(&mut self, calls: Range<usize>, text: &str) -> &mut Self {
        self.carrier(calls, text);
        self.log.carriers.last_mut().unwrap().keeps = Keeps::Words;
        self
    }

    /// A digest that these calls made.
    pub(super) fn digest(&mut self, calls: Range<usize>, text: &str) -> &mut Self {
        self.carrier(calls, text);
        self.log.carriers.last_mut().unwrap().is_digest = true;
        self
    }

    pub(super) fn names(&self) -> Vec<Named> {
        self.names_but(&[])
    }

    /// Some calls must go by their paths.
    pub(super) fn names_but(&self, by_path: &[CallId]) -> Vec<Named> {
        let scene = Scene {
            log: &self.log,
            sites: &self.sites,
            output: &self.yaml,
            release_namespace: "default",
            doubles: &self.doubles,
        };
        let named = Naming::new(scene).names(&|call| by_path.contains(&call));
        assert_eq!(named.len(), self.log.calls.len());
        let mut names: Vec<_> = named
            .iter()
            .filter(|it| it.rule != Rule::Double)
            .map(|it| &it.name)
            .collect();
        names.sort();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
        named
    }

    /// The rule and, joined, the name of each call.
    pub(super) fn shown(&self) -> Vec<(Rule, String)> {
        let named = self.names().into_iter();
        named.map(|it| (it.rule, it.name.0.join("|"))).collect()
    }

    /// The rules alone.
    pub(super) fn rules(&self) -> Vec<Rule> {
        self.names().into_iter().map(|it| it.rule).collect()
    }
}

/// A Secret with one value.
pub(super) fn secret(name: &str, key: &str, value: &str) -> String {
    format!(
        "---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: {name}\nstringData:\n  {key}: '{value}'\n"
    )
}

/// The parts of a name that belong to a value of such a Secret.
pub(super) fn secret_name(
    name: &str,
    key: &str,
    word: &str,
    function: &str,
    ordinal: u32,
) -> String {
    format!("place||Secret||{name}|0|2|data|{key}|value|{word}|{function}|{ordinal}")
}
