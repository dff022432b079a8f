//! The bodies that can reach a call: by which name helm knows each, and which id it has here.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::digests::takes_digest;
use super::nothing;
use super::registry::Registry;
use crate::chart::functions::{Treatment, find};
use crate::chart::keeping::Keeps;
use crate::chart::outline::BodyId;
use crate::chart::reach::Reach;
use crate::chart::targets::included;
use crate::chart::template::Template;
use crate::chart::token::{Keyword, Kind, words};

/// The bodies that can reach a call.
#[derive(Debug, Default)]
pub(super) struct Bodies {
    /// Their ids, by the names of defines and files.
    ids: BTreeMap<String, String>,
    /// What those keep of a word that hand generated values on to blocks and templates, which say nothing of it, by their ids.
    keeping: BTreeMap<String, Keeps>,
    /// The ids of those that look at their context.
    asking: BTreeSet<String>,
}

impl Bodies {
    /// Adds the defines and blocks called `name`, which keep so much of what they are given. Their id begins with `x` if one
    /// takes digests.
    pub(super) fn add_define(
        &mut self,
        name: &str,
        bodies: &[(&Template, BodyId)],
        keeps: Keeps,
        reach: &Reach,
        registry: &mut Registry,
    ) {
        let any = |holds: &dyn Fn(&Template, BodyId) -> bool| {
            let mut bodies = bodies.iter();
            bodies.any(|(template, body)| holds(template, *body))
        };
        let id = registry.body(name, if any(&takes_digest) { 'x' } else { 'd' });
        if any(&nothing::asks) {
            self.asking.insert(id.clone());
        }
        if any(&|template, body| hands_on(template, body, reach)) {
            self.keeping.insert(id.clone(), keeps);
        }
        self.ids.insert(name.to_owned(), id);
    }

    /// Adds the own body of a file, which helm knows by these names.
    pub(super) fn add_file(&mut self, id: &str, names: &[String]) {
        let named = names.iter().map(|name| (name.clone(), id.to_owned()));
        self.ids.extend(named);
    }

    /// All ids, by name.
    pub(super) fn ids(&self) -> &BTreeMap<String, String> {
        &self.ids
    }

    /// What the body with this id keeps of a generated word, as far as nothing in it says so.
    pub(super) fn keeps(&self, id: &str) -> Keeps {
        self.keeping.get(id).copied().unwrap_or_default()
    }

    /// Whether the body with this id looks at its context.
    pub(super) fn asks(&self, id: &str) -> bool {
        self.asking.contains(id)
    }
}

/// The bodies of each name in these templates.
pub(super) fn by_name<'t>(
    templates: impl Iterator<Item = &'t Template>,
) -> HashMap<&'t str, Vec<(&'t Template, BodyId)>> {
    let mut found: HashMap<&str, Vec<_>> = HashMap::new();
    for template in templates {
        for (id, body) in template.outline.numbered() {
            if let Some(name) = &body.name {
                found.entry(name).or_default().push((template, id));
            }
        }
    }
    found
}

/// Whether a body gives a block or a template what a generating call yields: `{{ with randAlphaNum 8 }}`.
fn hands_on(template: &Template, body: BodyId, reach: &Reach) -> bool {
    template.actions_of(body).any(|(action, calls)| {
        let mut keywords = words(template.inside(action)).map(|word| word.kind);
        let is_given = keywords.any(|kind| {
            let Kind::Keyword(keyword) = kind else {
                return false;
            };
            matches!(keyword, Keyword::With | Keyword::Range | Keyword::Template)
        });
        is_given
            && calls.iter().any(|call| {
                let function = template.function(call);
                match find(function).map(|function| function.treatment) {
                    Some(Treatment::Generate(_)) => true,
                    Some(Treatment::Tpl) => reach.texts,
                    _ => function == "include" && reach.has_target(&included(template, call)),
                }
            })
    })
}
