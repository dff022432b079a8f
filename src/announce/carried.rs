//! Which of a chart's values come back unchanged by `--set` or `--set-string`, and under which names.
//!
//! Helm's `--set` (its package `strvals`) reads booleans, null and whole numbers, takes `{…}` for a list and a backslash
//! for an escape, and has no fractions. A list that is set by its items replaces the whole list.

use crate::config::Value;
use crate::derive::looks_typed;

/// How a value comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Carrier {
    /// As `--set`.
    Set,
    /// As `--set-string`.
    SetString,
}

/// One value: where it stands and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its name for `--set`, such as `image.tag`, `args[0]` or `labels.example\.com/team`.
    pub(crate) name: String,
    /// The value as text.
    pub(crate) text: String,
    /// How it comes back.
    pub(crate) carrier: Carrier,
}

/// From here on helm prints a number of a values file as `1e+06`, and one of `--set` as `1000000`.
const TOO_LARGE: i64 = 1_000_000;

/// How deep helm takes names (`MaxNestedNameLevel`).
const MAX_DEPTH: usize = 30;

/// The longest text that a form for one line can show, in bytes.
const MAX_TEXT: usize = 4096;

/// The characters that part names in helm's `--set`.
const NAME_MARKS: [char; 5] = ['\\', '.', ',', '=', '['];

/// All values in `values` that can be carried, in their order, without those that `taken` names cover.
#[must_use]
pub(crate) fn entries(values: &Value, taken: &[&str]) -> Vec<Entry> {
    let mut walk = Walk {
        taken,
        entries: Vec::new(),
    };
    if let Value::Mapping(_) = values {
        walk.visit(values, "", 0);
    }
    walk.entries
}

struct Walk<'t> {
    taken: &'t [&'t str],
    entries: Vec<Entry>,
}

impl Walk<'_> {
    /// Adds what is below `value`; whether that is all of it.
    fn visit(&mut self, value: &Value, name: &str, depth: usize) -> bool {
        if depth > MAX_DEPTH {
            return false;
        }
        match value {
            Value::Mapping(map) => {
                let mut all = !map.is_empty();
                for (key, value) in map {
                    all &= match key_text(key) {
                        Some(key) if name.is_empty() => self.visit(value, &key, depth + 1),
                        Some(key) => self.visit(value, &format!("{name}.{key}"), depth + 1),
                        None => false,
                    };
                }
                all
            }
            Value::Sequence(items) => {
                let before = self.entries.len();
                let mut all = !items.is_empty();
                for (index, item) in items.iter().enumerate() {
                    all = all && self.visit(item, &format!("{name}[{index}]"), depth + 1);
                }
                // A part of a list would replace the whole.
                if !all {
                    self.entries.truncate(before);
                }
                all
            }
            _ => match carrier(value) {
                Some((carrier, text)) if !self.is_taken(name) => {
                    self.entries.push(Entry {
                        name: name.to_owned(),
                        text,
                        carrier,
                    });
                    true
                }
                _ => false,
            },
        }
    }

    /// Whether the Application sets this value, something above it, or something below it.
    fn is_taken(&self, name: &str) -> bool {
        let covers = |above: &str, below: &str| {
            below
                .strip_prefix(above)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        self.taken
            .iter()
            .any(|taken| covers(taken, name) || covers(name, taken))
    }
}

/// A key as a part of a name; helm reads keys that are numbers or booleans as text.
fn key_text(key: &Value) -> Option<String> {
    let text = match key {
        // `on` is a key called `true` for helm.
        Value::String(text) if looks_typed(text) && !is_quoted(text) => return None,
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        _ => return None,
    };
    if text.is_empty() || text.contains('\0') {
        return None;
    }
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if NAME_MARKS.contains(&character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    Some(escaped)
}

fn carrier(value: &Value) -> Option<(Carrier, String)> {
    match value {
        Value::Bool(flag) => Some((Carrier::Set, flag.to_string())),
        Value::Number(number) => number
            .as_i64()
            .filter(|number| number.abs() < TOO_LARGE)
            .map(|number| (Carrier::Set, number.to_string())),
        Value::String(text) => {
            // The plugin expands `$` in parameters.
            if text.len() > MAX_TEXT || text.starts_with('{') || text.contains(['\\', '$', '\0']) {
                return None;
            }
            let carrier = if !looks_typed(text) {
                Carrier::Set
            } else if is_quoted(text) {
                Carrier::SetString
            } else {
                return None;
            };
            Some((carrier, text.clone()))
        }
        _ => None,
    }
}

/// Whether a text that looks like another type must have been written in quotes. `yes` need not: helm reads it as a
/// boolean, and the parser here as text.
fn is_quoted(text: &str) -> bool {
    crate::config::read::<Value>(text.as_bytes()).is_some_and(|value| !value.is_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn names(yaml: &str, taken: &[&str]) -> Vec<String> {
        entries(&crate::config::read(yaml.as_bytes()).unwrap(), taken)
            .into_iter()
            .map(|entry| {
                let sign = match entry.carrier {
                    Carrier::Set => "=",
                    Carrier::SetString => "=s=",
                };
                format!("{}{sign}{}", entry.name, entry.text)
            })
            .collect()
    }

    #[test]
    fn each_type_has_its_carrier() {
        let yaml = "a: true\nb: 8080\nc: -1\nd: text\ne: \"true\"\nf: \"8080\"\ng: \"\"\nh: \"null\"\ni: \"1.5\"\n";
        assert_eq!(
            names(yaml, &[]),
            [
                "a=true", "b=8080", "c=-1", "d=text", "e=s=true", "f=s=8080", "g=s=", "h=s=null",
                "i=s=1.5"
            ]
        );
    }

    #[test]
    fn what_would_come_back_as_something_else_is_left_out() {
        for yaml in [
            "a: 1.5",
            "a: 1000000",
            "a: -1000000",
            "a:",
            "a: {}",
            "a: []",
            "a: yes",
            "a: 0644",
            "on: x",
            "a: '{x,y}'",
            "a: '{{ .Release.Name }}'",
            "a: 'x\\y'",
            "a: $HOME",
            "a: !tag x",
            "'': x",
            "- x",
            "x",
        ] {
            assert_eq!(names(yaml, &[]), [""; 0], "for {yaml}");
        }
        let long = format!("a: {}", "x".repeat(MAX_TEXT + 1));
        assert_eq!(names(&long, &[]), [""; 0]);
    }

    #[test]
    fn names_are_escaped_and_lists_are_whole() {
        assert_eq!(
            names(
                "a: {b.c/d: x, 'e=f': w}\nl: [{m: 1, k: [q, r]}]\n1: z\n",
                &[]
            ),
            [
                r"a.b\.c/d=x",
                r"a.e\=f=w",
                "l[0].m=1",
                "l[0].k[0]=q",
                "l[0].k[1]=r",
                "1=z"
            ]
        );
        for list in ["[1, 1.5]", "[1, {}]", "[{a: 1, b: }]", "[[1], []]"] {
            assert_eq!(
                names(&format!("before: 1\nl: {list}\nz: 2\n"), &[]),
                ["before=1", "z=2"],
                "for {list}"
            );
        }
    }

    #[test]
    fn what_the_application_sets_is_not_announced() {
        let yaml = "a: {b: 1, c: 2}\nab: 3\nl: [1, 2]\nm: 4\n";
        assert_eq!(
            names(yaml, &["a.b", "l[1]", "m.n"]),
            ["a.c=2", "ab=3"],
            "a list is whole or not there"
        );
        assert_eq!(names(yaml, &["a"]), ["ab=3", "l[0]=1", "l[1]=2", "m=4"]);
    }

    #[test]
    fn depth_is_bounded() {
        let deep = |levels: usize| "{a: ".repeat(levels) + "1" + &"}".repeat(levels);
        assert_eq!(names(&deep(MAX_DEPTH), &[]).len(), 1);
        assert_eq!(names(&deep(MAX_DEPTH + 1), &[]).len(), 0);
    }
}
