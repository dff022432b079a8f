//! The one template file that is added to a chart: the defines that instrumented templates call.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::alphabets;
use super::bodies::Bodies;
use super::constant::BY_LAST_PART;
use super::names::Names;
use crate::chart::functions::{Function, Treatment, impure};
use crate::chart::literal::quote;

const ROOT: &str = include_str!("defines/root.tpl");
const INCLUDE: &str = include_str!("defines/include.tpl");
const CALLS: &str = include_str!("defines/calls.tpl");
const CONSTANT: &str = include_str!("defines/constant.tpl");
const TPL: &str = include_str!("defines/tpl.tpl");

/// What a render is refused with where a text for `tpl` can reach a call although no text that is known can.
pub(super) const UNEXPECTED_TEXT: &str = "a text for tpl was not expected";

/// What is said of a body that includes itself without an end; its id follows, and the last call as its key ends.
pub(super) const ENDLESS: &str = "includes itself without an end: ";

/// How often a body may stand in itself: helm allows one level more.
const LEVELS: usize = 1000;

/// The longest way to a body that calls are logged with, in bytes. A file's name is in each.
const LONGEST_WAY: usize = 256;

/// What a render is refused with where a call runs that did not run when the values were settled.
const UNSETTLED: &str = "the chart runs other calls than it did a moment ago";

/// The longest text that is logged as a carrier, in bytes. A longer one is a document, not a value.
const LONGEST_CARRIER: usize = 16 << 10;

/// What is said where the texts are too long that calls are given or asked for; the call's site follows.
pub(super) const TOO_LONG: &str = "too long texts: ";

/// A call's texts up to this length, in bytes, cost about what the call costs, and are not counted.
pub(crate) const SHORT: usize = 1 << 10;

/// How many bytes the longer ones may have in a file. Kubernetes takes no Secret that is larger.
pub(super) const MOST_OF_CALLS: usize = 1 << 20;

/// How many bytes they may have in all files, and carriers in one. Each byte takes some twenty of helm's memory, and helm 3 reads no
/// table above 5 MiB.
pub(crate) const MOST_LOGGED: usize = 3 << 20;

/// How each call begins: it counts itself, and asks the table for its value.
const BEGIN: &str = r#"{{- $p := index . 0 -}}
{{- $site := index . 1 -}}
{{- $turn := add1 (get $p.n $site) -}}
{{- $_ := set $p.n $site $turn -}}
{{- $key := printf "%s\n%s.%d" $p.r $site $turn -}}
{{- $v := get $p.t $key -}}"#;

/// How each call ends: it logs itself.
const END_OF: &str = r"{{- $q := $p.q -}}
{{- $number := add1 $q.n -}}
{{- $_ = set $q `n` $number -}}
{{- $_ = set $q `l` $v -}}
{{- $_ = set $q.g (toString $number)";

/// Whether a file prints its log.
const LOG: &str = "or $q.n $q.x";

/// What a call does first in a render whose values are settled: one that has none was not there when they were.
const SETTLED: &str = "{{- if not (hasKey $p.t $key) -}}{{- fail @UNSETTLED@ -}}{{- end -}}";

/// Which part of a chart is rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Part {
    /// The files that can reach a call.
    Survey,
    /// All of it.
    Whole,
    /// All of it, to learn the texts that `tpl` is given, and for nothing else.
    Texts,
}

impl Part {
    /// Whether a body that is reached on an unknown way may run as it is: nothing of such a render is printed.
    pub(super) fn is_lenient(self) -> bool {
        match self {
            Part::Survey | Part::Texts => true,
            Part::Whole => false,
        }
    }
}

/// What `tpl` gets instead of a text.
#[derive(Debug, Clone, Serialize)]
pub(super) struct KnownText {
    /// Its body's id.
    pub(super) id: String,
    /// The instrumented text.
    pub(super) text: String,
    /// `d` if it takes digests, else `k`.
    pub(super) flag: &'static str,
}

/// All that the file's text depends on.
pub(super) struct Defines<'a> {
    pub(super) names: &'a Names,
    pub(super) allow: &'a [String],
    pub(super) texts: &'a BTreeMap<String, KnownText>,
    pub(super) bodies: &'a Bodies,
    /// The files that can, by their ids, each with the names that helm has for it.
    pub(super) files: &'a BTreeMap<String, Vec<String>>,
    pub(super) clock: i64,
    pub(super) placeholder_key: &'a str,
    /// Whether all values are settled, so that nothing has to be logged.
    pub(super) is_settled: bool,
}

impl Defines<'_> {
    /// The text of the file, for a table: the value of each call that is in it, by its key.
    pub(super) fn text(&self, table: &BTreeMap<String, String>) -> String {
        let impure: Vec<Function> = impure()
            .filter(|function| !self.allow.iter().any(|allowed| allowed == function.name))
            .collect();
        let (settled, log) = match self.is_settled {
            true => (SETTLED, "false"),
            false => ("", LOG),
        };
        let ids: BTreeSet<&String> = self.bodies.ids().values().collect();
        let includes: String = ids.into_iter().map(|id| self.include(id)).collect();
        let mut text = [ROOT, &includes, CALLS, CONSTANT, TPL]
            .concat()
            .replace("@BEGIN@", &format!("{BEGIN}{settled}"))
            .replace("@LOG@", log)
            .replace("@UNSETTLED@", &self.names.refusal(UNSETTLED))
            .replace("@END@", &format!("{END_OF} (list $key $v"))
            .replace("@END-OF@", END_OF)
            .replace("@MOST@", &MOST_LOGGED.to_string())
            .replace("@MOST-OF-CALLS@", &MOST_OF_CALLS.to_string())
            .replace("@SHORT@", &SHORT.to_string())
            .replace("@MAP@", &alphabets::map())
            .replace("@LONGEST@", &LONGEST_CARRIER.to_string())
            .replace("@CLOCK@", &self.clock.to_string())
            .replace("@KEY@", self.placeholder_key)
            .replace("@WORDS@", &words(&impure))
            .replace("@CALL@", &call_pattern(&impure))
            .replace("@HAS-NAMES@", &(!self.bodies.ids().is_empty()).to_string())
            .replace("@COMPUTED@", &computed_name_pattern())
            .replace("@NAMES@", &self.contained_names())
            .replace("@METHODS@", &methods())
            .replace("@UNEXPECTED-TEXT@", &self.names.refusal(UNEXPECTED_TEXT))
            .replace("@ENDLESS@", &self.names.refusal(ENDLESS))
            .replace("@TOO-LONG@", &self.names.refusal(TOO_LONG))
            .replace("@LEVELS@", &LEVELS.to_string())
            .replace("@LONGEST-WAY@", &LONGEST_WAY.to_string())
            .replace("@N@", &self.names.run);
        self.tables(&mut text, table);
        text
    }

    /// What includes a body.
    fn include(&self, id: &str) -> String {
        let name = match self.bodies.asks(id) {
            true => "ternary `@N@-@BODY@-nothing` `@N@-@BODY@` (kindIs `invalid` $c)",
            false => "`@N@-@BODY@`",
        };
        // What alters a word says so itself, but for what is handed on.
        let flag = match id.starts_with('x') {
            true => "d",
            false => self.bodies.keeps(id).flag(),
        };
        INCLUDE
            .replace("@NIL@", name)
            .replace("@FLAG@", flag)
            .replace("@BODY@", id)
    }

    /// `` (contains `app.password` $text) … ``
    fn contained_names(&self) -> String {
        let names = self.bodies.ids().keys();
        let tests = names.map(|name| format!("(contains {} $text)", quote(name)));
        tests
            .chain(["false".to_owned()])
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// The texts for `tpl`, the names of bodies, and the values of each file.
    fn tables(&self, text: &mut String, table: &BTreeMap<String, String>) {
        self.json(text, "texts", &self.texts);
        self.json(text, "names", self.bodies.ids());
        for (id, roots) in self.files {
            let own: BTreeMap<&String, &String> = roots
                .iter()
                .flat_map(|root| {
                    let begin = format!("{root}\n");
                    table
                        .range(begin.clone()..)
                        .take_while(move |(key, _)| key.starts_with(&begin))
                })
                .collect();
            self.json(text, &format!("table-{id}"), &own);
        }
    }

    /// A define that prints JSON without braces that a template would read.
    fn json(&self, text: &mut String, name: &str, value: &impl Serialize) {
        let json = serde_json::to_string(value).unwrap_or_default();
        text.push_str(&format!(
            "{{{{- define {} -}}}}{}{{{{- end -}}}}",
            quote(&format!("{}-{name}", self.names.run)),
            // Inside of strings only: JSON's own braces are never doubled but at its ends.
            without_delimiters(&json)
        ));
    }
}

/// JSON with a blank between braces that stand together, and those in strings escaped.
fn without_delimiters(json: &str) -> String {
    let mut result = String::with_capacity(json.len());
    let mut in_string = false;
    let mut escaped = false;
    for c in json.chars() {
        match c {
            '{' if in_string => result.push_str("\\u007b"),
            '{' => result.push_str("{ "),
            _ => result.push(c),
        }
        in_string ^= c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
    }
    result
}

/// `` (contains `.AsConfig` $text) … ``
fn methods() -> String {
    let tests = BY_LAST_PART.map(|method| format!("(contains `{method}` $text)"));
    tests.join(" ")
}

/// `` (contains `rand` $text) … ``: cheap, and true for every text with an impure call.
fn words(impure: &[Function]) -> String {
    let mut words: Vec<&str> = Vec::new();
    for function in impure {
        // One word stands for a family.
        let word = match function.name {
            name if name.starts_with("rand") => "rand",
            name if name.starts_with("gen") => "gen",
            name if name.starts_with("date") => "date",
            name => name,
        };
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words
        .iter()
        .map(|word| format!("(contains `{word}` $text)"))
        .chain(["false".to_owned()])
        .collect::<Vec<_>>()
        .join(" ")
}

/// An action of which some part, outside of strings, calls an impure function.
fn call_pattern(impure: &[Function]) -> String {
    let names: Vec<&str> = impure
        .iter()
        .filter(|function| function.treatment != Treatment::Pure)
        .map(|function| function.name)
        .collect();
    if names.is_empty() {
        // Matches nothing.
        return r"[^\s\S]".to_owned();
    }
    within_action(&format!(r"(?:{})(?:[\s)|.]|-?\}}\}})", names.join("|")))
}

/// An action that includes what is not simply named in quotes: what begins with something else, a string with escapes, one
/// with a carriage return, which Go drops, and one in parentheses that goes on.
fn computed_name_pattern() -> String {
    let begins = r#"[^\s(\x60"A-Za-z0-9_]|[\s(][^\s(\x60"]|"[^"\\]*\\|\x60[^\x60\r]*\r"#;
    let goes_on = r#"\(\s*(?:"[^"\\]*"|\x60[^\x60]*\x60)\s*[^\s)]"#;
    within_action(&format!(
        r"(?:include|template|block)[\s(]*(?:{begins}|{goes_on})"
    ))
}

/// A pattern that begins where a word may in an action, outside of strings.
fn within_action(pattern: &str) -> String {
    let item = r#"(?:"(?:\\.|[^"\\])*"|\x60[^\x60]*\x60|'(?:\\.|[^'\\])*'|[^"'\x60}]|\}[^}])"#;
    format!(r"(?s)\{{\{{(?:{item}*?[\s(|=,])?{pattern}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_holds_no_delimiter() {
        let json = r#"{"a":{"b":"{{ x }}\"{"},"c":"\\"}"#;
        let text = without_delimiters(json);
        assert!(!text.contains("{{"), "{text}");
        let value: Result<serde_json::Value, _> = serde_json::from_str(&text);
        assert_eq!(value.ok(), serde_json::from_str(json).ok());
    }
}
