//! What stands live where a render of ours shows a value: found by what stands around it.

use std::fmt::Write as _;
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use zeroize::Zeroizing;

use super::fill::fill;
use super::sections::like_parts;
use crate::manifest::base64_runs;

/// How many times base64 is decoded inside base64.
const LAYERS: u8 = 3;

type Text = Zeroizing<String>;

/// A text of ours, in which some parts may differ from what is live.
pub(crate) struct Shape {
    text: Text,
    /// Where other texts that may differ stand, also in base64, from the left. They do not overlap.
    others: Vec<Range<usize>>,
    /// What stands in base64.
    runs: Vec<(Range<usize>, Shape)>,
    /// Whether it is a JSON object or list: so what stands in its texts is escaped.
    is_json: bool,
}

/// Where a value stands in a text of ours, and what else may differ.
struct Gaps {
    /// From the left.
    spans: Vec<Range<usize>>,
    /// Of each whether it is the value.
    is_value: Vec<bool>,
}

impl Shape {
    /// `others` are the texts that may differ.
    pub(crate) fn new(text: &str, others: &[&str]) -> Shape {
        let others = others.iter().filter(|it| !it.is_empty());
        let others = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(others)
            .ok();
        Shape::of(text, others.as_ref(), LAYERS)
    }

    fn of(text: &str, texts: Option<&AhoCorasick>, left: u8) -> Shape {
        let mut runs = Vec::new();
        for run in base64_runs(text).into_iter().filter(|_| left > 0) {
            let decoded = Zeroizing::new(run.decoded);
            if let Ok(inner) = std::str::from_utf8(&decoded) {
                runs.push((run.span, Shape::of(inner, texts, left - 1)));
            }
        }
        let seen = texts.into_iter().flat_map(|texts| texts.find_iter(text));
        let seen = seen.map(|found| found.range());
        // What holds one of them in base64 may differ as well.
        let encoded = runs.iter().filter(|(_, inner)| !inner.others.is_empty());
        let others = seen.chain(encoded.map(|(span, _)| span.clone()));
        let is_json = text.starts_with(['{', '['])
            && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
        Shape {
            others: apart(others.collect()),
            text: Zeroizing::new(text.to_owned()),
            runs,
            is_json,
        }
    }

    /// The live value: ours shows `value`, and `live` is what stands in its place. Nothing if what stands around the value is
    /// not live, or leaves open which part it is; nor of an empty one.
    pub(crate) fn extract(&self, live: &str, value: &str) -> Option<Text> {
        self.in_layers(live, value).filter(|it| !it.is_empty())
    }

    fn in_layers(&self, live: &str, value: &str) -> Option<Text> {
        if value.is_empty() {
            return None;
        }
        if *self.text == value {
            return Some(Zeroizing::new(live.to_owned()));
        }
        let json = Zeroizing::new(serde_json::Value::from(value).to_string());
        let json = json.get(1..json.len() - 1).unwrap_or_default();
        if let Some(found) = self.between(live, value, value) {
            // A live value may need what ours does not. What is no text of JSON's is taken as it is.
            return match self.is_json && json == value {
                true => unescaped(&found),
                false => Some(found),
            };
        }
        if json != value
            && let Some(found) = self.between(live, json, value)
        {
            return unescaped(&found);
        }
        if let Some(found) = self.between(live, &hex(value), value) {
            return unhex(&found);
        }
        let mut runs = self.runs.iter().filter(|(_, inner)| inner.shows(value));
        runs.find_map(|(span, inner)| {
            let found = self.between(live, self.text.get(span.clone())?, value)?;
            let found = STANDARD_NO_PAD.decode(found.trim_end_matches('=')).ok()?;
            let found = Zeroizing::new(found);
            inner.in_layers(std::str::from_utf8(&found).ok()?, value)
        })
    }

    /// Whether it holds a value, also in base64.
    fn shows(&self, value: &str) -> bool {
        self.text.contains(value) || self.runs.iter().any(|(_, inner)| inner.shows(value))
    }

    /// What stands in `live` where ours has `needle`, which is the value or holds it: of the whole text, else of the lines that
    /// are like those of ours, in the section of the same name.
    fn between(&self, live: &str, needle: &str, value: &str) -> Option<Text> {
        let ours = self.text.as_str();
        if ours == needle {
            return Some(Zeroizing::new(live.to_owned()));
        }
        if !ours.contains(needle) {
            return None;
        }
        let gaps = self.gaps(needle, value);
        if let Some(found) = gaps.within(0..ours.len()).value(ours, live) {
            return Some(found);
        }
        if needle.contains('\n') {
            return None;
        }
        let [own, theirs] = like_parts(ours, live, needle)?;
        let live = live.get(theirs)?;
        let lines: Vec<(&str, Gaps)> = lines(ours)
            .filter(|span| own.start <= span.start && span.end <= own.end)
            .map(|span| (&ours[span.clone()], gaps.within(span)))
            .collect();
        let (with, without): (Vec<_>, Vec<_>) = lines
            .into_iter()
            .partition(|(_, gaps)| gaps.is_value.contains(&true));
        let mut first: Option<Text> = None;
        // Of a line that says nothing else any line would be like it.
        for (line, gaps) in with.iter().filter(|(line, _)| line.trim() != needle) {
            // A live line may be the one of another line of ours: nobody knows.
            if without.iter().any(|(other, _)| gaps.fit(line, other)) {
                return None;
            }
            for found in live.lines().filter_map(|live| gaps.value(line, live)) {
                if first.as_ref().is_some_and(|first| *first != found) {
                    return None;
                }
                first = Some(found);
            }
        }
        first
    }

    /// Where the needle stands, and where what else may differ does.
    fn gaps(&self, needle: &str, value: &str) -> Gaps {
        let hits = self.text.match_indices(needle);
        let hits: Vec<_> = hits.map(|(at, _)| at..at + needle.len()).collect();
        let is_free = |span: &Range<usize>| {
            let next = hits.partition_point(|hit| hit.end <= span.start);
            hits.get(next).is_none_or(|hit| span.end <= hit.start)
        };
        let runs = self.runs.iter().filter(|(_, inner)| inner.shows(value));
        let others = self.others.iter().chain(runs.map(|(span, _)| span));
        let others = apart(others.filter(|span| is_free(span)).cloned().collect());
        let others = others.into_iter().map(|span| (span, false));
        let hits = hits.into_iter().map(|span| (span, true));
        let mut all: Vec<_> = others.chain(hits).collect();
        all.sort_by_key(|(span, _)| span.start);
        let (spans, is_value) = all.into_iter().unzip();
        Gaps { spans, is_value }
    }
}

impl Gaps {
    /// Those within a part of the text, as they stand in that part.
    fn within(&self, part: Range<usize>) -> Gaps {
        let from = self.spans.partition_point(|it| it.start < part.start);
        let to = self.spans.partition_point(|it| it.end <= part.end);
        let range = from..to.max(from);
        let spans = self.spans.get(range.clone()).unwrap_or_default().iter();
        Gaps {
            spans: spans
                .map(|it| it.start - part.start..it.end - part.start)
                .collect(),
            is_value: self.is_value.get(range).unwrap_or_default().to_vec(),
        }
    }

    /// Whether another text is like ours but for the gaps.
    fn fit(&self, ours: &str, other: &str) -> bool {
        fill(ours, &self.spans, other).is_some()
    }

    /// What stands in the place of the value, if it is the same at all its places.
    fn value(&self, ours: &str, live: &str) -> Option<Text> {
        let filled = fill(ours, &self.spans, live)?;
        let found = filled.into_iter().zip(&self.is_value);
        let found: Vec<Option<&str>> = found
            .filter(|(_, is_value)| **is_value)
            .map(|(found, _)| found)
            .collect();
        let first = (*found.first()?)?;
        let is_one = found.iter().all(|found| *found == Some(first));
        is_one.then(|| Zeroizing::new(first.to_owned()))
    }
}

/// The live value: `ours` shows `value`, and `live` is what stands in the same place. `others` are other texts that may
/// differ between the two. See [`Shape::extract`].
pub(crate) fn extract(ours: &str, live: &str, value: &str, others: &[&str]) -> Option<Text> {
    Shape::new(ours, others).extract(live, value)
}

/// The spans that do not overlap one before: from the left, the longest first.
fn apart(mut spans: Vec<Range<usize>>) -> Vec<Range<usize>> {
    spans.sort_by_key(|span| (span.start, usize::MAX - span.end));
    let mut end = 0;
    spans.retain(|span| {
        let is_apart = end <= span.start;
        if is_apart {
            end = span.end;
        }
        is_apart
    });
    spans
}

/// Where the lines of a text stand, without what ends them.
fn lines(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |line| {
        let own = line.strip_suffix('\n').unwrap_or(line);
        let own = own.strip_suffix('\r').unwrap_or(own);
        let span = start..start + own.len();
        start += line.len();
        span
    })
}

/// What stands in a text of JSON's, without its escapes; none if that is no text.
fn unescaped(text: &str) -> Option<Text> {
    let quoted = Zeroizing::new(format!("\"{text}\""));
    serde_json::from_str(&quoted).ok().map(Zeroizing::new)
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

#[cfg(test)]
mod tests;
