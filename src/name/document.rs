//! A scalar whose text is a YAML or JSON document of its own: places go on inside it.

use std::cmp::Reverse;
use std::ops::Range;
use std::sync::Arc;

use super::needles::{NeedleId, Needles};
use crate::manifest::{self, Leaf, Step};

/// What stands around the number of a value while a text is read: a character that no alphabet has and that means
/// nothing to YAML.
const MARK: char = '\u{e000}';

/// The scalars of the document that `text` is; nothing if it is none: no YAML, more than one document, or a scalar only.
///
/// Values of calls do not decide that: numbers stand in their place while the text is read.
pub(super) fn scalars(text: &str, needles: &Needles<'_>) -> Option<Vec<Leaf>> {
    let documents = manifest::parse(&numbered(text, needles)?).ok()?;
    let [document] = <[_; 1]>::try_from(documents).ok()?;
    let mut leaves = document.leaves;
    for leaf in &mut leaves {
        let steps = leaf.path.steps();
        if steps.is_empty() {
            return None;
        }
        let mut texts = steps.iter().filter_map(|step| step_text(step));
        if texts.any(is_numbered) {
            let given = steps.iter().map(|step| given_step(step, needles));
            leaf.path = given.collect();
        }
        if is_numbered(&leaf.value) {
            leaf.value = given(&leaf.value, needles);
        }
    }
    Some(leaves)
}

/// The text with numbers for the values of calls; nothing if it has our mark already.
fn numbered(text: &str, needles: &Needles<'_>) -> Option<String> {
    if is_numbered(text) {
        return None;
    }
    let mut spans: Vec<(Range<usize>, NeedleId)> = Vec::new();
    needles.find(text, |id, needle, span| {
        if needle.is_value() && needle.is_masked(text, &span) {
            spans.push((span, id));
        }
    });
    spans.sort_unstable_by_key(|(span, id)| (span.start, Reverse(span.end), *id));
    let mut numbered = String::with_capacity(text.len());
    let mut end = 0;
    for (span, id) in spans {
        if span.start >= end {
            numbered.push_str(text.get(end..span.start)?);
            numbered.push(MARK);
            numbered.push_str(&id.0.to_string());
            numbered.push(MARK);
            end = span.end;
        }
    }
    numbered.push_str(text.get(end..)?);
    Some(numbered)
}

fn is_numbered(text: &str) -> bool {
    text.contains(MARK)
}

/// The text with the values again.
fn given(text: &str, needles: &Needles<'_>) -> String {
    let parts = text.split(MARK).enumerate();
    let parts = parts.map(|(position, part)| match position % 2 {
        0 => part,
        _ => {
            let id = part.parse().ok().map(NeedleId);
            id.and_then(|id| needles.get(id)).map_or("", |it| it.text())
        }
    });
    parts.collect()
}

fn step_text(step: &Step) -> Option<&str> {
    match step {
        Step::Key(text) | Step::Item { value: text, .. } => Some(text),
        Step::Index(_) => None,
    }
}

fn given_step(step: &Step, needles: &Needles<'_>) -> Step {
    match step {
        Step::Key(key) => Step::Key(Arc::from(given(key, needles))),
        Step::Item { merge_key, value } => Step::Item {
            merge_key,
            value: Arc::from(given(value, needles)),
        },
        Step::Index(index) => Step::Index(*index),
    }
}
