//! What stands live where a render of ours shows a value: found by what stands around it.

use std::fmt::Write as _;
use std::ops::Range;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use regex::Regex;
use zeroize::Zeroizing;

use crate::manifest::base64_runs;

/// How many times base64 is decoded inside base64.
const LAYERS: u8 = 3;

type Text = Zeroizing<String>;

/// The live value: `ours` shows `value`, and `live` is what stands in the same place. `others` are other texts that may
/// differ between the two. Nothing if what stands around the value is not live, or leaves open which part it is; nothing of an empty
/// one either, since no call yields that.
pub(crate) fn extract(ours: &str, live: &str, value: &str, others: &[&str]) -> Option<Text> {
    in_layers(ours, live, value, others, LAYERS).filter(|found| !found.is_empty())
}

fn in_layers(ours: &str, live: &str, value: &str, others: &[&str], left: u8) -> Option<Text> {
    if value.is_empty() {
        return None;
    }
    let encoded = encoded(ours, value, others, left);
    // What holds one of them in base64 may differ as well.
    let around: Vec<&str> = others
        .iter()
        .copied()
        .chain(encoded.iter().map(|it| it.0))
        .collect();
    if let Some(found) = between(ours, live, value, &around) {
        return Some(found);
    }
    let json = Zeroizing::new(serde_json::Value::from(value).to_string());
    let json = json.get(1..json.len() - 1).unwrap_or_default();
    if json != value
        && let Some(found) = between(ours, live, json, &around)
    {
        let quoted = Zeroizing::new(format!("\"{}\"", *found));
        return serde_json::from_str(&quoted).ok().map(Zeroizing::new);
    }
    if let Some(found) = between(ours, live, &hex(value), &around) {
        return unhex(&found);
    }
    encoded.iter().find_map(|(run, inner)| {
        let found = between(ours, live, run, &around)?;
        let found = STANDARD_NO_PAD.decode(found.trim_end_matches('=')).ok()?;
        let found = Zeroizing::new(found);
        in_layers(
            inner,
            std::str::from_utf8(&found).ok()?,
            value,
            others,
            left - 1,
        )
    })
}

/// What of a text is base64 of texts that show the value or one of the others, with what it holds.
fn encoded<'o>(ours: &'o str, value: &str, others: &[&str], left: u8) -> Vec<(&'o str, Text)> {
    if left == 0 {
        return Vec::new();
    }
    let runs = base64_runs(ours).into_iter().filter_map(|run| {
        let decoded = Zeroizing::new(run.decoded);
        let inner = Zeroizing::new(std::str::from_utf8(&decoded).ok()?.to_owned());
        let mut texts = others.iter().chain([&value]);
        let shows = texts.any(|text| !text.is_empty() && inner.contains(text))
            || !encoded(&inner, value, others, left - 1).is_empty();
        shows.then_some((ours.get(run.span)?, inner))
    });
    runs.collect()
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
    use base64::prelude::BASE64_STANDARD;

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
            ("a=VALUE", "a=", None),
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
    fn what_shows_it_in_base64_beside_it_may_differ_too() {
        let login = |value: &str| {
            let auth = encoded(&format!("robot:{value}"));
            format!(
                r#"{{"auth":"{auth}","password":"{value}","other":"{}"}}"#,
                encoded("x")
            )
        };
        let found = |ours: &str, live: &str| found(ours, live, "VALUE-1", &[]);
        assert_eq!(
            found(&login("VALUE-1"), &login("other")).as_deref(),
            Some("other")
        );
        let two =
            |value: &str| format!("a={} b={}", encoded(value), encoded(&format!("u:{value}")));
        assert_eq!(
            found(&two("VALUE-1"), &two("other")).as_deref(),
            Some("other")
        );
        assert_eq!(
            found(&encoded("VALUE-1").replace('=', ""), "b3RoZXI").as_deref(),
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
