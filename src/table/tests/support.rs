//! Logs that tests write down, and the values that are wanted of them.

use serde_json::Value;
use zeroize::Zeroizing;

use crate::chart::generator::Generator;
use crate::chart::site::{Site, SiteId};
use crate::derive::Key;
use crate::log::{Argument, Call, CallPath, Log};
use crate::name::{Name, Named, Rule};
use crate::table::{Choice, Clock, Maker, ValueError, Wanted};

/// 2026-01-01T00:00:00Z.
pub(super) const NOW: i64 = 1_767_225_600;

/// The pinned clock of the tests.
pub(super) const PINNED: i64 = 1_700_000_000;

/// A log with its sites and names. Each call has a site of its own in line 1, 2, … of `templates/a.yaml`.
#[derive(Clone, Default)]
pub(super) struct Render {
    pub(super) log: Log,
    pub(super) sites: Vec<Site>,
    pub(super) names: Vec<Named>,
    pub(super) choices: Vec<Choice>,
}

impl Render {
    /// Adds a call whose name is this one word.
    pub(super) fn call(
        &mut self,
        generator: Generator,
        (name, rule): (&str, Rule),
        arguments: &[Argument],
        given: &str,
    ) {
        let number = self.sites.len();
        self.log.calls.push(Call {
            key: number.to_string(),
            site: SiteId(number as u32),
            path: CallPath {
                root: "a/templates/a.yaml".to_owned(),
                includes: [].into(),
            },
            turn: 1,
            arguments: arguments.to_vec(),
            given: Zeroizing::new(given.to_owned()),
        });
        self.sites.push(Site {
            generator,
            chart: "a".to_owned(),
            template: "templates/a.yaml".to_owned(),
            ordinal: 0,
            file: "templates/a.yaml".to_owned(),
            line: number as u32 + 1,
        });
        self.names.push(Named {
            name: Name(vec![name.to_owned()]),
            rule,
            places: Vec::new(),
            scalar: None,
            is_shown: false,
            texts: Vec::new(),
            by_position: false,
        });
    }

    /// What a maker wants of each call.
    pub(super) fn wanted(&self, maker: &mut Maker) -> Vec<Wanted> {
        maker
            .wanted(&self.log, &self.sites, &self.names, &self.choices)
            .unwrap()
    }
}

/// A maker whose clocks are [`NOW`] and [`PINNED`].
pub(super) fn maker() -> Maker {
    maker_at(NOW)
}

/// A maker at another time.
pub(super) fn maker_at(now: i64) -> Maker {
    let clock = Clock {
        pinned: PINNED,
        now,
    };
    Maker::new(&Key::from_bytes([9; 32]), clock)
}

/// What is wanted of a single call.
pub(super) fn wanted(
    generator: Generator,
    named: (&str, Rule),
    arguments: &[Argument],
) -> Result<String, ValueError> {
    let mut render = Render::default();
    render.call(generator, named, arguments, "");
    let value = render.wanted(&mut maker()).remove(0)?;
    Ok(value.to_string())
}

/// The values of as many calls that differ in their names only.
pub(super) fn many(
    generator: Generator,
    rule: Rule,
    arguments: &[Argument],
    count: usize,
) -> Vec<String> {
    let mut render = Render::default();
    for number in 0..count {
        render.call(generator, (&number.to_string(), rule), arguments, "");
    }
    let all = render.wanted(&mut maker()).into_iter();
    all.map(|value| value.unwrap().to_string()).collect()
}

pub(super) fn text(text: impl AsRef<[u8]>) -> Argument {
    Argument::Text(Zeroizing::new(text.as_ref().to_vec()))
}

pub(super) fn int(number: i64) -> Argument {
    Argument::Int(number)
}

pub(super) fn json(text: &str) -> Argument {
    Argument::Json(serde_json::from_str(text).unwrap())
}

/// `Cert` and `Key` of a value.
pub(super) fn pair(value: &str) -> (String, String) {
    let value: Value = serde_json::from_str(value).unwrap();
    let field = |name: &str| value[name].as_str().unwrap().to_owned();
    (field("Cert"), field("Key"))
}
