//! Runs of a text that differ between the render and its twins.
//!
//! What a chart lower-cases, shuffles or puts together from several short values is no placeholder
//! any more. It is found as a whole where it differs: the word around each difference, joined to
//! the next over a single symbol that both renders share (`a_1_Bx9…`).

use std::ops::Range;

/// Symbols that may join two differing words into one value.
const JOINTS: &[u8] = b"_@-.!#$%^&*+=~";

/// A differing run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unit {
    /// The words that differ, joined.
    pub(super) span: Range<usize>,
    /// From the first to the last position that differs.
    pub(super) hull: Range<usize>,
}

/// The differing runs of `text` against `twins` of the same length, outside `taken`.
///
/// `taken` must be in order and must not overlap.
pub(super) fn units(text: &str, twins: &[&str], taken: &[Range<usize>]) -> Vec<Unit> {
    let bytes = text.as_bytes();
    let free = |at: usize| !taken.iter().any(|span| span.contains(&at));
    let word = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphanumeric) && free(at);
    let mut units: Vec<Unit> = Vec::new();
    for at in 0..bytes.len() {
        let differs = twins
            .iter()
            .any(|twin| twin.as_bytes().get(at) != bytes.get(at));
        if !differs || !free(at) {
            continue;
        }
        if let Some(last) = units.last_mut()
            && at < last.span.end
        {
            last.hull.end = at + 1;
            continue;
        }
        let mut span = at..at + 1;
        while span.start > 0 && word(span.start - 1) {
            span.start -= 1;
        }
        while word(span.end) {
            span.end += 1;
        }
        match units.last_mut() {
            Some(last) if joined(bytes, last.span.end, span.start, &free) => {
                last.span.end = span.end;
                last.hull.end = at + 1;
            }
            _ => units.push(Unit {
                span,
                hull: at..at + 1,
            }),
        }
    }
    units
}

/// Whether nothing, or one symbol, stands between two differing words.
fn joined(bytes: &[u8], end: usize, start: usize, free: &impl Fn(usize) -> bool) -> bool {
    match start.checked_sub(end) {
        Some(0) => true,
        Some(1) => free(end) && bytes.get(end).is_some_and(|byte| JOINTS.contains(byte)),
        // The new word grew back into the old one over positions that agree.
        None => true,
        _ => false,
    }
}

/// The differing words of texts that have not all one length, with what the twins say there.
/// Nothing if they have other words altogether.
pub(super) fn uneven(
    text: &str,
    twins: &[&str],
    taken: &[Range<usize>],
) -> Option<Vec<(Unit, Vec<String>)>> {
    let ours = words(text);
    let theirs: Vec<Vec<Range<usize>>> = twins.iter().map(|twin| words(twin)).collect();
    if theirs.iter().any(|words| words.len() != ours.len()) {
        return None;
    }
    let units = ours.iter().enumerate().filter_map(|(number, span)| {
        let word = text.get(span.clone())?;
        let others: Vec<String> = std::iter::zip(twins, &theirs)
            .filter_map(|(twin, words)| Some(twin.get(words.get(number)?.clone())?.to_owned()))
            .collect();
        let is_taken = taken
            .iter()
            .any(|taken| taken.start < span.end && span.start < taken.end);
        (!is_taken && others.iter().any(|other| other != word)).then(|| {
            let unit = Unit {
                span: span.clone(),
                hull: span.clone(),
            };
            (unit, others)
        })
    });
    Some(units.collect())
}

/// The runs of letters, digits, `_` and `-`.
pub(super) fn words(text: &str) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    for (at, byte) in text.bytes().enumerate() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') {
            match words.last_mut() {
                Some(word) if word.end == at => word.end = at + 1,
                _ => words.push(at..at + 1),
            }
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(text: &str, twins: &[&str], taken: &[Range<usize>]) -> Vec<String> {
        units(text, twins, taken)
            .into_iter()
            .map(|unit| text[unit.span].to_owned())
            .collect()
    }

    #[test]
    fn a_strong_password_is_one_unit() {
        assert_eq!(
            spans("pw: \"a_1_Bxyz@q\"", &["pw: \"c_2_Dabcdef\""], &[]),
            ["a_1_Bxyz@q"]
        );
    }

    #[test]
    fn words_far_apart_are_two_units() {
        assert_eq!(
            spans("ab12-db-cd34", &["ef56-db-gh78", ], &[]),
            ["ab12", "cd34"]
        );
    }

    #[test]
    fn positions_that_agree_by_chance_stay_inside() {
        assert_eq!(spans("x 1a2b3c", &["x 9a8b7c"], &[]), ["1a2b3c"]);
    }

    #[test]
    fn what_is_taken_is_left_out() {
        assert_eq!(spans("aaaa.bbbb", &["cccc.dddd"], &[0..4]), ["bbbb"]);
    }

    #[test]
    fn uneven_texts_are_compared_word_by_word() {
        let units = uneven("n: 12345 x # a-b", &["n: 1245 x # a-c"], &[]).unwrap_or_default();
        let found: Vec<(Range<usize>, &str)> = units
            .iter()
            .map(|(unit, twins)| (unit.span.clone(), twins[0].as_str()))
            .collect();
        assert_eq!(found, [(3..8, "1245"), (13..16, "a-c")]);
        assert!(uneven("{a: 1}", &["{a: 1, b: 2}"], &[]).is_none());
    }
}
