//! Keys of a mapping in YAML that are one in JSON.
//!
//! Helm turns YAML into JSON, where all keys are texts: `1` and `"1"` become one. Which of the two it keeps is up to the
//! order of a Go map, so it is another one at each render. Go finds a key again that is equal and of one type (`1` and
//! `0x1`, what a merge key brings and what overrides it), and takes the last one: that is no clash.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use granit_parser::{Event, Parser, ScalarStyle, Tag};

/// How many keys merge keys bring in before helm refuses the text itself, for its excessive aliasing.
const MOST_MERGED: usize = 4_000_000;

/// A key that a mapping has twice once it is JSON, and the line of one of the two.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Clash {
    pub(super) key: String,
    pub(super) line: usize,
}

/// The first clash in a text. What cannot be read is not looked at: helm says what is wrong with it.
pub(super) fn clash(bytes: &[u8]) -> Option<Clash> {
    let text = String::from_utf8_lossy(bytes);
    let mut reader = Reader::default();
    for event in Parser::new_from_str(&text) {
        let (event, span) = event.ok()?;
        reader.line = span.start.line();
        reader.event(event);
        if reader.clash.is_some() || reader.merged > MOST_MERGED {
            break;
        }
    }
    reader.clash
}

/// The type that a key has in Go. Two numbers of one text can differ: a text has 32 bits of a number with a fraction.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Text,
    Truth,
    Whole,
    Real(f64),
}

/// A mapping's keys as JSON has them.
type Keys = BTreeMap<String, Kind>;

/// What of a value matters where it is a key, or what a merge key brings in.
#[derive(Clone)]
enum Node {
    Key(String, Kind),
    Merge,
    Map(Rc<Keys>),
    List(Rc<Vec<Node>>),
    /// A key that helm refuses, or an alias to nothing.
    Other,
}

/// A collection that is still open, and its anchor's number, 0 if it has none.
enum Open {
    List(Vec<Node>, usize),
    Map(Keys, Next, usize),
}

/// What comes next in a mapping.
#[derive(Clone, Copy, PartialEq)]
enum Next {
    Key,
    Value,
    Merged,
}

#[derive(Default)]
struct Reader {
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    merged: usize,
    line: usize,
    clash: Option<Clash>,
}

impl Reader {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.place(scalar(&text, style, tag.as_deref()), anchor);
            }
            Event::Alias(anchor) => {
                let node = self.anchors.get(&anchor).cloned().unwrap_or(Node::Other);
                self.place(node, 0);
            }
            Event::SequenceStart(_, anchor, _) => self.open.push(Open::List(Vec::new(), anchor)),
            Event::MappingStart(_, anchor, _) => {
                self.open.push(Open::Map(Keys::new(), Next::Key, anchor));
            }
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Open::List(items, anchor)) => self.place(Node::List(Rc::new(items)), anchor),
                Some(Open::Map(keys, _, anchor)) => self.place(Node::Map(Rc::new(keys)), anchor),
                None => {}
            },
            Event::DocumentEnd => self.anchors.clear(),
            _ => {}
        }
    }

    /// Puts a value that is read into what is open around it.
    fn place(&mut self, node: Node, anchor: usize) {
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        let line = self.line;
        let (keys, next) = match self.open.last_mut() {
            Some(Open::List(items, _)) => return items.push(node),
            Some(Open::Map(keys, next, _)) => (keys, next),
            None => return,
        };
        let came = std::mem::replace(next, Next::Key);
        if came == Next::Key {
            *next = match node {
                Node::Merge => Next::Merged,
                _ => Next::Value,
            };
        }
        let mut add = |key: &str, kind: Kind| {
            let known = keys.insert(key.to_owned(), kind);
            if known.is_some_and(|known| known != kind) {
                let key = key.to_owned();
                self.clash.get_or_insert(Clash { key, line });
            }
        };
        match (came, &node) {
            (Next::Key, Node::Key(key, kind)) => add(key, *kind),
            (Next::Merged, node) => {
                let maps = match node {
                    Node::List(items) => items.as_slice(),
                    one => std::slice::from_ref(one),
                };
                for map in maps {
                    let Node::Map(map) = map else { continue };
                    self.merged += map.len();
                    map.iter().for_each(|(key, kind)| add(key, *kind));
                }
            }
            _ => {}
        }
    }
}

/// A scalar as go-yaml's second version reads it.
fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Node {
    let is_text = match tag {
        None => style != ScalarStyle::Plain,
        Some(tag) => !matches!(
            tag.core_suffix(),
            Some("bool" | "int" | "float" | "null" | "timestamp")
        ),
    };
    if is_text {
        return Node::Key(text.to_owned(), Kind::Text);
    }
    match (plain(text), tag.and_then(Tag::core_suffix)) {
        (Node::Key(whole, Kind::Whole), Some("float")) => {
            whole.parse::<f64>().map_or(Node::Other, |number| {
                Node::Key(real(number), Kind::Real(number))
            })
        }
        (node, _) => node,
    }
}

/// A text without quotes and tag.
fn plain(text: &str) -> Node {
    let truth = |truth: bool| Node::Key(truth.to_string(), Kind::Truth);
    let number = |number: f64| Node::Key(real(number), Kind::Real(number));
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            return truth(true);
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return truth(false);
        }
        "" | "~" | "null" | "Null" | "NULL" => return Node::Other,
        ".nan" | ".NaN" | ".NAN" => return number(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return number(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return number(f64::NEG_INFINITY),
        "<<" => return Node::Merge,
        _ => {}
    }
    let begins_as_number = text.starts_with(|first: char| "+-0123456789".contains(first));
    let digits = match begins_as_number {
        true => text.replace('_', ""),
        false => text.to_owned(),
    };
    match whole(&digits).filter(|_| begins_as_number) {
        Some(number) if i64::try_from(number).is_ok() => Node::Key(number.to_string(), Kind::Whole),
        // No key to helm.
        Some(number) if u64::try_from(number).is_ok() && !digits.starts_with('+') => Node::Other,
        _ => match fraction(&digits) {
            Some(found) => number(found),
            None => Node::Key(text.to_owned(), Kind::Text),
        },
    }
}

/// A whole number as Go's `strconv` reads it whatever its base.
fn whole(text: &str) -> Option<i128> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let lower = digits.to_ascii_lowercase();
    let (base, digits) = match lower.as_bytes() {
        [b'0', b'x', ..] => (16, &lower[2..]),
        [b'0', b'o', ..] => (8, &lower[2..]),
        [b'0', b'b', ..] => (2, &lower[2..]),
        [b'0', _, ..] => (8, &lower[1..]),
        _ => (10, &*lower),
    };
    // Rust would take one more sign.
    let number = i128::from_str_radix(digits, base).ok();
    let number = number.filter(|_| !digits.starts_with(['+', '-']))?;
    Some(if text.starts_with('-') {
        -number
    } else {
        number
    })
}

/// A number with a fraction or an exponent, or digits that are no whole number (`08`).
fn fraction(text: &str) -> Option<f64> {
    let is_number = |c: char| c.is_ascii_digit() || "+-.eE".contains(c);
    let number = text.chars().all(is_number).then(|| text.parse::<f64>());
    number?.ok().filter(|number| number.is_finite())
}

/// The text of a number in JSON's keys: of 32 bits, with an exponent from a million on.
fn real(number: f64) -> String {
    #[allow(clippy::cast_possible_truncation)]
    let number = number as f32;
    if number.is_nan() {
        return ".nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let text = format!("{number:e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    match exponent.parse::<i32>() {
        Ok(exponent) if !(-4..6).contains(&exponent) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", exponent.abs())
        }
        _ => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Seen with helm 3.17 and 4.3, each rendered many times: values of these keys changed.
    #[test]
    fn what_flaps_under_helm_clashes() {
        for (text, key) in [
            ("1: a\n\"1\": b", "1"),
            ("'1': a\n1: b", "1"),
            ("true: a\n\"true\": b", "true"),
            ("yes: a\n'true': b", "true"),
            ("y: a\n'true': b", "true"),
            ("off: a\n'false': b", "false"),
            ("1.0: a\n\"1\": b", "1"),
            ("1: a\n1.0: b", "1"),
            ("08.: a\n8: b", "8"),
            (".nan: a\n.NaN: b", ".nan"),
            (".inf: a\n'.inf': b", ".inf"),
            ("-.Inf: a\n'-.inf': b", "-.inf"),
            ("16777217.0: a\n16777216.0: b", "1.6777216e+07"),
            ("1e3: a\n'1000': b", "1000"),
            ("1e30: a\n'1e+30': b", "1e+30"),
            ("99999999999999999999: a\n'1e+20': b", "1e+20"),
            ("1e-5: a\n'1e-05': b", "1e-05"),
            ("-.5: a\n'-0.5': b", "-0.5"),
            ("010: a\n'8': b", "8"),
            ("08: a\n'8': b", "8"),
            ("0o11: a\n'9': b", "9"),
            ("0b11: a\n'3': b", "3"),
            ("-0x1: a\n'-1': b", "-1"),
            ("1_0: a\n'10': b", "10"),
            ("1_000.5: a\n'1000.5': b", "1000.5"),
            ("! 1: a\n1: b", "1"),
            ("!!int '1': a\n'1': b", "1"),
            ("!!float 1: a\n1: b", "1"),
            ("x: &x {1: a}\ny: {<<: *x, '1': b}", "1"),
            ("x: &x {1: a}\nz: &z {'1': a}\ny: {<<: [*x, *z]}", "1"),
            ("y: {<<: {1: a}, '1': b}", "1"),
            ("a: &k 1\nz: {*k : c, '1': d}", "1"),
            ("a: [{b: {1: a, '1': b}}]", "1"),
            ("a: 1\n---\n1: a\n'1': b", "1"),
        ] {
            let found = clash(text.as_bytes()).map(|clash| clash.key);
            assert_eq!(found.as_deref(), Some(key), "for {text:?}");
        }
        let found = clash(b"a: 1\nb:\n  1: x\n  '1': y\n").unwrap();
        assert_eq!(found.line, 4);
    }

    /// Seen the same way: one key, of which the last counts, or two.
    #[test]
    fn what_is_one_key_or_two_for_good_is_none() {
        for text in [
            "a: 1\na: 2",
            "1: a\n0x1: b",
            "yes: a\ntrue: b",
            "'yes': a\nyes: b",
            "tRUE: a\n'true': b",
            "1.0: a\n1.00: b",
            ".inf: a\n'+Inf': b",
            "!!str 1: a\n'1': b",
            "!foo 1: a\n'1': b",
            "1:30: a\n'90': b",
            "2001-01-01: a\n'2001-01-01': b",
            "1e: a\n'1': b",
            "0x1p4: a\n'16': b",
            "1e999: a\n'1e999': b",
            "+18446744073709551615: a\n'18446744073709551615': b",
            "'<<': {1: a}\n'1': b",
            "x: &x {k: a, 1: b}\ny: {<<: *x, k: b, 1: c}\nz: {k: b, <<: [*x, *x]}",
            "x: {1: a}\ny: {'1': b}",
            "- 1\n- '1'",
            "1: {'1': {1: a}}",
            "1: '1'\na: 1",
        ] {
            assert_eq!(clash(text.as_bytes()), None, "for {text:?}");
        }
    }

    /// Helm refuses these, so nothing is said of them here.
    #[test]
    fn what_helm_refuses_is_left_to_helm() {
        for text in [
            "null: a\n'null': b",
            "~: a\n'~': b",
            "18446744073709551615: a\n'18446744073709551615': b",
            "[1]: a\n'[1]': b",
            "*a : b",
            "a: &a {<<: *a}",
            "a: [",
        ] {
            assert_eq!(clash(text.as_bytes()), None, "for {text:?}");
        }
    }

    #[test]
    fn merge_keys_without_end_are_not_followed() {
        let many: String = (0..20_000).map(|key| format!("k{key}: 1, ")).collect();
        let text = format!("a: &a {{{many}}}\n{}", "b: {<<: *a}\n".repeat(20_000));
        assert_eq!(clash(text.as_bytes()), None);
    }
}
