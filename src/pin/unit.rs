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

/// The differing run of texts that have not all one length: what is left between the beginning and
/// the end that all share, widened to whole words.
pub(super) fn uneven(text: &str, twins: &[&str]) -> Option<Unit> {
    let bytes = text.as_bytes();
    let shared = |twin: &&str| {
        let twin = twin.as_bytes();
        bytes.iter().zip(twin).take_while(|(a, b)| a == b).count()
    };
    let shared_end = |twin: &&str| {
        let twin = twin.as_bytes();
        let rev = bytes.iter().rev().zip(twin.iter().rev());
        rev.take_while(|(a, b)| a == b).count()
    };
    let mut start = twins.iter().map(shared).min()?;
    let mut end = bytes.len() - twins.iter().map(shared_end).min()?;
    end = end.max(start);
    let hull = start..end;
    while start > 0 && bytes[start - 1].is_ascii_alphanumeric() {
        start -= 1;
    }
    while bytes.get(end).is_some_and(u8::is_ascii_alphanumeric) {
        end += 1;
    }
    Some(Unit {
        span: start..end,
        hull,
    })
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
    fn uneven_texts_differ_between_what_they_share() {
        let unit = uneven("n: 12345 #", &["n: 1245 #"]).map(|unit| unit.span);
        assert_eq!(unit, Some(3..8));
    }
}
