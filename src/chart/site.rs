//! Call sites: the places in a chart's text where a random value is made.

use super::placeholder::{self, Class};
use crate::report;

/// A place in the chart's text where a function makes a random value.
#[derive(Clone, PartialEq, Eq)]
pub struct Site {
    /// Its number in this run, from 0.
    pub id: u32,
    /// The function, as the chart spells it.
    pub function: &'static str,
    /// What kind of value that is.
    pub class: Class,
    /// The names of the charts from the root to the one that holds it, with `/` between them.
    pub chart: String,
    /// The define that it stands in, or the path of its file in the chart; for texts that `tpl`
    /// renders, `tpl:` and a digest of the action.
    pub template: String,
    /// Which of the calls of this function in this template it is, from 0.
    pub ordinal: u32,
    /// Its file, as seen from the root chart: `charts/db-1.0.0.tgz/templates/secret.yaml`.
    pub file: String,
    /// Its line there, from 1.
    pub line: u32,
    /// The length that is asked for, if the call says it as a number: characters, or bytes for
    /// `randBytes`.
    pub length: Option<i64>,
    /// Whether it can make several values with a meaning of their own, which only a twin tells
    /// apart: it stands in a define, in a text for `tpl`, or in a chart that is used twice; or its
    /// template shuffles.
    pub repeats: bool,
    /// Whether its turns are counted: then the placeholders of turns 1, 2, … differ, else there is
    /// the one of turn 0 only.
    pub counted: bool,
    /// Whether its template can be reached from inside a loop, or from a text for `tpl`.
    pub reached_from_loop: bool,
    /// Whether its template can be reached from one that is rendered.
    pub reachable: bool,
    /// What its placeholders are derived from: 32 hexadecimal digits.
    pub key: String,
}

/// Without the key: with it, placeholders could be told.
impl std::fmt::Debug for Site {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Site")
            .field("id", &self.id)
            .field("function", &self.function)
            .field("chart", &self.chart)
            .field("template", &self.template)
            .field("ordinal", &self.ordinal)
            .field("file", &self.file)
            .field("line", &self.line)
            .field("length", &self.length)
            .field("repeats", &self.repeats)
            .field("counted", &self.counted)
            .field("reached_from_loop", &self.reached_from_loop)
            .field("reachable", &self.reachable)
            .finish_non_exhaustive()
    }
}

impl Site {
    /// What the site is called for ever: chart, template, function and ordinal, unambiguously.
    /// Lines, offsets and other calls do not enter it.
    pub fn name(&self) -> String {
        name(&self.chart, &self.template, self.function, self.ordinal)
    }

    /// Its placeholder for a length and a turn; empty for integers and markers.
    /// See [`placeholder::text`].
    pub fn text(&self, n: i64, turn: u64) -> String {
        placeholder::text(self.class, &self.key, n, turn)
    }

    /// Its placeholder if it is a `randInt`. See [`placeholder::integer`].
    pub fn integer(&self, min: i64, max: i64, turn: u64) -> Option<i64> {
        placeholder::integer(&self.key, min, max, turn)
    }

    /// The two ends of its markers, if it yields such. See [`super::marker::find`].
    pub fn marker_ends(&self) -> Option<(String, String)> {
        self.class
            .is_marker()
            .then(|| placeholder::marker_ends(&self.key))
    }

    /// The site as `explain` prints it.
    pub fn call_site(&self) -> report::CallSite {
        report::CallSite {
            file: self.file.clone(),
            line: self.line,
            function: self.function.to_owned(),
            template: (!self.template.contains('/')).then(|| self.template.clone()),
        }
    }
}

/// [`Site::name`] from its parts. Each part is led by its length in bytes.
pub(super) fn name(chart: &str, template: &str, function: &str, ordinal: u32) -> String {
    [chart, template, function, &ordinal.to_string()]
        .iter()
        .map(|part| format!("{}:{part}", part.len()))
        .collect::<Vec<_>>()
        .join("|")
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn names_are_frozen() {
        assert_eq!(
            name("app/db", "db.password", "randAlphaNum", 2),
            "6:app/db|11:db.password|12:randAlphaNum|1:2"
        );
    }

    #[test]
    fn different_parts_give_different_names() {
        assert_ne!(name("a", "b|1:c", "d", 0), name("a|1:b", "c", "d", 0));
        assert_ne!(name("a", "b", "c", 1), name("a", "b", "c", 10));
    }
}
