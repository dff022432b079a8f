//! What stands live where a render of ours shows a value: found by what stands around it.

use std::fmt::Write as _;
use std::ops::Range;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use regex::Regex;
use zeroize::Zeroizing;

use crate::manifest::encoding::base64_runs;

/// How many times base64 is decoded inside base64.
const LAYERS: u8 = 3;

type Text = Zeroizing<String>;

/// The live value: `ours` shows `value`, and `live` is what stands in the same place. `others` are other texts that may
/// differ between the two. Nothing if what stands around the value is not live, or leaves open which part it is.
pub(crate) fn extract(ours: &str, live: &str, value: &str, others: &[&str]) -> Option<Text> {
    in_layers(ours, live, value, others, LAYERS)
}

fn in_layers(ours: &str, live: &str, value: &str, others: &[&str], left: u8) -> Option<Text> {
    if value.is_empty() {
        return None;
    }
    let plain = |text: &str| Some(Zeroizing::new(text.to_owned()));
    if let Some(found) = between(ours, live, value, others).and_then(|found| plain(&found)) {
        return Some(found);
    }
    let json = Zeroizing::new(serde_json::Value::from(value).to_string());
    let json = json.get(1..json.len() - 1).unwrap_or_default();
    if json != value
        && let Some(found) = between(ours, live, json, others)
    {
        let quoted = Zeroizing::new(format!("\"{}\"", *found));
        return serde_json::from_str(&quoted).ok().map(Zeroizing::new);
    }
    if let Some(found) = between(ours, live, &hex(value), others) {
        return unhex(&found);
    }
    for run in base64_runs(ours) {
        let decoded = Zeroizing::new(run.decoded);
        let inner = std::str::from_utf8(&decoded).ok();
        let (Some(inner), Some(encoded)) = (inner, ours.get(run.span)) else {
            continue;
        };
        if left == 0 || inner.len() < value.len() {
            continue;
        }
        let Some(found) = between(ours, live, encoded, &[]) else {
            continue;
        };
        let Some(found) = BASE64_STANDARD.decode(found.as_bytes()).ok() else {
            continue;
        };
        let found = Zeroizing::new(found);
        let Ok(found) = std::str::from_utf8(&found) else {
            continue;
        };
        if let Some(found) = in_layers(inner, found, value, others, left - 1) {
            return Some(found);
        }
    }
    None
}

/// `printf "%x"` of a text.
fn hex(text: &str) -> Text {
    let mut digits = Zeroizing::new(String::with_capacity(2 * text.len()));
    for byte in text.bytes() {
        // Writing to a string cannot fail.
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

/// The text of which these are the hexadecimal digits.
fn unhex(digits: &str) -> Option<Text> {
    let pairs = (0..digits.len()).step_by(2);
    let bytes = pairs.map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok());
    let bytes = Zeroizing::new(bytes.collect::<Option<Vec<u8>>>()?);
    let text = std::str::from_utf8(&bytes).ok()?;
    Some(Zeroizing::new(text.to_owned()))
}

/// What stands in `live` where `ours` has `needle`: of the whole text, else of the lines that are like those of ours.
fn between(ours: &str, live: &str, needle: &str, others: &[&str]) -> Option<Text> {
    if ours == needle {
        return Some(Zeroizing::new(live.to_owned()));
    }
    if !ours.contains(needle) {
        return None;
    }
    if let Some(found) = matched(ours, live, needle, others) {
        return Some(found);
    }
    if needle.contains('\n') {
        return None;
    }
    // Of a line that says nothing else any line would be like it.
    let lines = ours
        .lines()
        .filter(|line| line.contains(needle) && line.trim() != needle);
    let found: Vec<Text> = lines
        .flat_map(|line| {
            let like = live.lines();
            like.filter_map(move |other| matched(line, other, needle, others))
        })
        .collect();
    let first = found.first()?.clone();
    found.iter().all(|it| *it == first).then_some(first)
}

/// What all places of `needle` in `ours` are in `live`, where the rest is the same, but for the `others`.
fn matched(ours: &str, live: &str, needle: &str, others: &[&str]) -> Option<Text> {
    let mut pattern = Zeroizing::new("(?s)\\A".to_owned());
    let mut done = 0;
    let spans = spans(ours, needle, others);
    for (number, (span, is_needle)) in spans.iter().enumerate() {
        pattern.push_str(&regex::escape(ours.get(done..span.start)?));
        let touches_next = spans
            .get(number + 1)
            .is_some_and(|(next, _)| next.start == span.end);
        let touches = touches_next || (number > 0 && span.start == done);
        // Where two stand side by side, only their lengths tell them apart.
        let what = match touches {
            true => format!(".{{{}}}", ours.get(span.clone())?.chars().count()),
            false => ".*?".to_owned(),
        };
        match is_needle {
            true => pattern.push_str(&format!("({what})")),
            false => pattern.push_str(&what),
        }
        done = span.end;
    }
    pattern.push_str(&regex::escape(ours.get(done..)?));
    pattern.push_str("\\z");
    let captures = Regex::new(&pattern).ok()?.captures(live)?;
    let mut found = captures.iter().skip(1).flatten().map(|it| it.as_str());
    let first = found.next()?;
    found
        .all(|other| other == first)
        .then(|| Zeroizing::new(first.to_owned()))
}

/// Where the needle and the others stand, from the left, the longest first; and whether it is the needle.
fn spans(ours: &str, needle: &str, others: &[&str]) -> Vec<(Range<usize>, bool)> {
    let others = others.iter().filter(|it| !it.is_empty() && **it != needle);
    let texts = others.map(|it| (*it, false)).chain([(needle, true)]);
    let mut all: Vec<(Range<usize>, bool)> = texts
        .flat_map(|(text, is_needle)| {
            let hits = ours.match_indices(text);
            hits.map(move |(at, _)| (at..at + text.len(), is_needle))
        })
        .collect();
    all.sort_by_key(|(span, is_needle)| (!is_needle, span.start, usize::MAX - span.end));
    let mut spans: Vec<(Range<usize>, bool)> = Vec::new();
    for (span, is_needle) in all {
        let overlaps =
            |(other, _): &(Range<usize>, bool)| other.start < span.end && span.start < other.end;
        if !spans.iter().any(overlaps) {
            spans.push((span, is_needle));
        }
    }
    spans.sort_by_key(|(span, _)| span.start);
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(ours: &str, live: &str, value: &str, others: &[&str]) -> Option<String> {
        extract(ours, live, value, others).map(|it| it.to_string())
    }

    fn encoded(text: &str) -> String {
        BASE64_STANDARD.encode(text)
    }

    #[test]
    fn a_value_is_found_by_what_stands_around_it() {
        for (ours, live, expected) in [
            ("VALUE", "live one", Some("live one")),
            (
                "redis://:VALUE@db:6379",
                "redis://:li:ve@db:6379",
                Some("li:ve"),
            ),
            ("a=VALUE\nb=VALUE\n", "a=x\nb=x\n", Some("x")),
            ("a=VALUE\nb=VALUE\n", "a=x\nb=y\n", None),
            (
                "x: 1\npassword = VALUE\n",
                "x: 2\npassword = abc\ny: 3\n",
                Some("abc"),
            ),
            ("x: 1\nVALUE\n", "x: 2\nabc\n", None),
            ("redis://:VALUE@db", "postgres://:x@db", None),
            ("nothing", "nothing", None),
        ] {
            assert_eq!(
                found(ours, live, "VALUE", &[]).as_deref(),
                expected,
                "{ours}"
            );
        }
    }

    #[test]
    fn encodings_are_undone() {
        let url = |value: &str| format!("{{\"url\": \"{value}\"}}");
        assert_eq!(
            found(&url("a\\nb"), &url("c\\\"d"), "a\nb", &[]).as_deref(),
            Some("c\"d")
        );
        let twice = |value: &str| encoded(&format!("user:{}", encoded(value)));
        let text = |value: &str| format!("auth {}", twice(value));
        assert_eq!(
            found(&text("VALUE-1"), &text("other"), "VALUE-1", &[]).as_deref(),
            Some("other")
        );
    }

    #[test]
    fn hexadecimal_digits_are_read() {
        let found = |live: &str| found("key=56414c5545", live, "VALUE", &[]);
        assert_eq!(found("key=6f74686572").as_deref(), Some("other"));
        for live in ["key=6f7", "key=xx", "key=", "key=ff"] {
            assert!(found(live).is_none_or(|it| it.is_empty()), "{live}");
        }
    }

    #[test]
    fn other_values_may_differ() {
        let ours = "a: FIRST-VALUE\nb: SECOND-VALUE\n";
        let live = "a: one\nb: two\n";
        let others = ["FIRST-VALUE", "SECOND-VALUE"];
        assert_eq!(
            found(ours, live, "FIRST-VALUE", &others).as_deref(),
            Some("one")
        );
        assert_eq!(
            found(ours, live, "SECOND-VALUE", &others).as_deref(),
            Some("two")
        );
        // Side by side they have their lengths.
        let found = found(
            "FIRST-VALUESECOND-VALUE",
            "11111111111222222222222",
            "SECOND-VALUE",
            &others,
        );
        assert_eq!(found.as_deref(), Some("222222222222"));
    }
}
