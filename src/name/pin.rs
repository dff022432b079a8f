//! The pin's name: a call's name as people read and write it.
//!
//! ```text
//! Secret/datadog-cluster-agent/token                     a place, and all calls whose values belong to it
//! Secret/datadog-cluster-agent/token#randAlphaNum        the first call of this function there
//! Secret/datadog-cluster-agent/token#randAlphaNum.2      the second one
//! Deployment.apps/web@other/spec.replicas#randInt        with an API group, in another namespace than the release
//! path:web/templates/job.yaml>web.suffix>web:web.suffix#randInt    a call that goes by its path
//! ```
//!
//! It follows from the [`Name`] alone, and two names never read the same. Text that could be taken for something else
//! stands in quotes, as in JSON.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::Name;
use crate::chart::site::Site;
use crate::log::Call;

/// How many digits of a content's digest are shown.
const DIGEST_DIGITS: usize = 16;

/// A pin's name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Pin {
    text: String,
    /// Where the place ends and the call begins.
    place: usize,
}

/// How well a pattern fits a pin: the best is the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fit {
    /// With its stars; longer patterns say more.
    Stars(usize),
    /// It is the place.
    Place,
    /// It is the name.
    Name,
}

impl Pin {
    /// The name of this call.
    pub(crate) fn of(name: &Name) -> Pin {
        let parts: Vec<&str> = name.0.iter().map(String::as_str).collect();
        let pin = match parts.as_slice() {
            ["path", way, number] => by_path(way, number),
            [
                "job",
                kind,
                group,
                namespace,
                name,
                digest,
                function,
                number,
            ] => {
                let mut text = object(group, kind, namespace, name, "0");
                let digest = digest.get(..DIGEST_DIGITS).unwrap_or(digest);
                let _ = write!(text, "={digest}");
                Some(Pin::new(text, '#', function, number))
            }
            ["place", rest @ ..] => by_place(rest, '#'),
            ["into", rest @ ..] => by_place(rest, '<'),
            ["digest", rest @ ..] => by_place(rest, '%'),
            _ => None,
        };
        pin.unwrap_or_else(|| {
            let text = format!("name:{}", Value::from(name.0.clone()));
            let place = text.len();
            Pin { text, place }
        })
    }

    /// The text of a place: from the parts of its identity, without a word.
    pub(super) fn of_place(parts: &[String]) -> String {
        let mut parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        parts.extend(["", "", ""]);
        by_place(&parts, '#').map_or_else(String::new, |pin| pin.place().to_owned())
    }

    fn new(mut text: String, mark: char, function: &str, number: &str) -> Pin {
        let place = text.len();
        text.push(mark);
        text.push_str(function);
        if let Some(number) = behind_the_first(number) {
            let _ = write!(text, ".{number}");
        }
        Pin { text, place }
    }

    /// All of it.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The place alone: without the mark and the function.
    pub(crate) fn place(&self) -> &str {
        self.text.get(..self.place).unwrap_or_default()
    }

    /// Whether a pattern means this pin: its name, its place, or one of them with `*` for any text.
    pub(crate) fn fits(&self, pattern: &str) -> Option<Fit> {
        match () {
            () if pattern == self.text => Some(Fit::Name),
            () if pattern == self.place() => Some(Fit::Place),
            () if matches(pattern, &self.text) || matches(pattern, self.place()) => {
                Some(Fit::Stars(pattern.len()))
            }
            () => None,
        }
    }
}

/// What an ordinal counts, from 2 on; nothing for the first.
fn behind_the_first(ordinal: &str) -> Option<u64> {
    let ordinal: u64 = ordinal.parse().ok()?;
    ordinal.checked_add(1).filter(|number| *number > 1)
}

/// `Kind.group/name@namespace~2`
fn object(group: &str, kind: &str, namespace: &str, name: &str, ordinal: &str) -> String {
    let mut text = quoted(kind, "");
    if !group.is_empty() {
        let _ = write!(text, ".{}", quoted(group, "."));
    }
    let _ = write!(text, "/{}", quoted(name, "."));
    if !namespace.is_empty() {
        let _ = write!(text, "@{}", quoted(namespace, "."));
    }
    if let Some(number) = behind_the_first(ordinal) {
        let _ = write!(text, "~{number}");
    }
    text
}

/// From the parts of a place: group, kind, namespace, name, ordinal, the path's length and steps, role, word, function,
/// number.
fn by_place(parts: &[&str], mark: char) -> Option<Pin> {
    let [group, kind, namespace, name, ordinal, length, rest @ ..] = parts else {
        return None;
    };
    let (path, rest) = rest.split_at_checked(length.parse().ok()?)?;
    let [role, word, function, number] = rest else {
        return None;
    };
    let mut text = object(group, kind, namespace, name, ordinal);
    text.push('/');
    let field = field(kind, path);
    match *role {
        "key" => {
            let _ = write!(text, "{{{field}}}");
        }
        _ => text.push_str(&field),
    }
    if !word.is_empty() {
        let _ = write!(text, ":{}", quoted(word, "."));
    }
    Some(Pin::new(text, mark, function, number))
}

/// `spec.containers[name=app].image`. Of Secrets and ConfigMaps a key of `data` stands alone, and other fields begin with
/// a slash.
fn field(kind: &str, path: &[&str]) -> String {
    let mut text = String::new();
    if matches!(kind, "Secret" | "ConfigMap") {
        if let ["data", key] = path {
            return quoted(key, ".");
        }
        text.push('/');
    }
    for (number, step) in path.iter().enumerate() {
        let inner = step.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
        match inner {
            Some(inner) if !inner.is_empty() && is_bare(inner, "./=+@~,") => text.push_str(step),
            _ => {
                if number > 0 {
                    text.push('.');
                }
                text.push_str(&quoted(step, "/"));
            }
        }
    }
    text
}

/// The identity of the way on which a call was reached, the last resort of its name, as a JSON list: what helm renders, the defines in turn, the chart, file or define, function
/// and ordinal of the call site, its turn. One text, since a chart may have very many such calls.
pub(super) fn way(call: &Call, site: Option<&Site>) -> String {
    let site = site.map(|site| {
        json!([
            site.chart,
            site.template,
            site.generator.function(),
            site.ordinal
        ])
    });
    json!([call.path.root, &call.path.includes[..], site, call.turn]).to_string()
}

/// From the way to a call: `path:`, what helm renders, the includes, the chart and the template of the call.
fn by_path(way: &str, number: &str) -> Option<Pin> {
    let way: Value = serde_json::from_str(way).ok()?;
    let [root, includes, site, turn] = way.as_array()?.as_slice() else {
        return None;
    };
    let mut text = format!("path:{}", quoted(root.as_str()?, "./"));
    for include in includes.as_array()? {
        let _ = write!(text, ">{}", quoted(include.get(0)?.as_str()?, "./"));
        number_of(include.get(1)?.as_u64()?, &mut text);
    }
    let [chart, template, function, ordinal] = site.as_array()?.as_slice() else {
        return None;
    };
    let (chart, template) = (chart.as_str()?, template.as_str()?);
    let _ = write!(text, ">{}:{}", quoted(chart, "./"), quoted(template, "./:"));
    let place = text.len();
    let _ = write!(text, "#{}", function.as_str()?);
    if let Some(number) = behind_the_first(&ordinal.to_string()) {
        let _ = write!(text, ".{number}");
    }
    number_of(turn.as_u64()?, &mut text);
    if let Some(number) = behind_the_first(number) {
        let _ = write!(text, "~~{number}");
    }
    Some(Pin { text, place })
}

/// `~2`; nothing for the first.
fn number_of(turn: u64, text: &mut String) {
    if turn != 1 {
        let _ = write!(text, "~{turn}");
    }
}

/// The text as it is, if it holds nothing but letters, digits, `_`, `-`, `*` and these characters; else as a JSON string.
fn quoted(text: &str, also: &str) -> String {
    match !text.is_empty() && is_bare(text, also) {
        true => text.to_owned(),
        false => Value::from(text).to_string(),
    }
}

fn is_bare(text: &str, also: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '*');
    text.chars().all(|c| is_plain(c) || also.contains(c))
}

/// Whether a text is the pattern, with any text in the place of each `*`.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut text) = text.strip_prefix(first) else {
        return false;
    };
    let mut pieces: Vec<&str> = rest.split('*').collect();
    let last = pieces.pop().unwrap_or_default();
    for piece in pieces {
        match text.split_once(piece) {
            Some((_, behind)) => text = behind,
            None => return false,
        }
    }
    text.ends_with(last)
}

#[cfg(test)]
mod tests;
