//! Runs of a text that differ between the render and its twins.
//!
//! What a chart lower-cases, shuffles or puts together from several short values is no placeholder
//! any more. It is found as a whole where it differs: the word around each difference, joined to
//! the next over a single symbol that both renders share (`a_1_Bx9…`).

use std::ops::Range;

use super::aligned::differs;

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
    let mut is_free = vec![true; bytes.len()];
    for span in taken {
        is_free[span.clone()].fill(false);
    }
    let free = |at: usize| is_free.get(at).is_none_or(|free| *free);
    let word = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphanumeric) && free(at);
    let fractions = fractions(text);
    let mut units: Vec<Unit> = Vec::new();
    for at in 0..bytes.len() {
        if !differs(text, twins, at) || !free(at) {
            continue;
        }
        if let Some(last) = units.last_mut()
            && at < last.span.end
        {
            last.hull.end = last.hull.end.max(at + 1);
            continue;
        }
        if let Some(number) = fractions.iter().find(|number| number.contains(&at))
            && number.clone().all(free)
        {
            units.push(Unit {
                span: number.clone(),
                hull: number.clone(),
            });
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

/// The runs of letters, digits, `_`, `-` and percent-encoded signs of base64; a number with a fraction or an exponent is one word, whatever its digits.
pub(super) fn words(text: &str) -> Vec<Range<usize>> {
    let mut words = runs(text);
    for number in fractions(text) {
        let is_inside = |word: &Range<usize>| word.start < number.end && number.start < word.end;
        if let Some(first) = words.iter().position(is_inside) {
            let inside = words.iter().filter(|word| is_inside(word)).count();
            words.splice(first..first + inside, [number]);
        }
    }
    words
}

/// The numbers with a fraction or an exponent, as Go prints them, that are no part of a word or a version.
fn fractions(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let is_word = |at: usize| {
        bytes
            .get(at)
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
    };
    let mut numbers = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let begins = bytes[at].is_ascii_digit() && !(at > 0 && is_word(at - 1));
        match fraction(bytes, at).filter(|end| begins && !is_word(*end)) {
            Some(end) => {
                numbers.push(at..end);
                at = end;
            }
            None => at += 1,
        }
    }
    numbers
}

/// Whether all of `text` is such a number.
pub(super) fn is_fraction(text: &str) -> bool {
    fraction(text.as_bytes(), 0) == Some(text.len())
}

/// Where the number with a fraction or an exponent ends that begins at `at`.
fn fraction(bytes: &[u8], at: usize) -> Option<usize> {
    let digits = |from: usize| {
        let count = bytes
            .get(from..)?
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count();
        (count > 0).then_some(from + count)
    };
    let whole = digits(at)?;
    let behind_point = (bytes.get(whole) == Some(&b'.'))
        .then(|| digits(whole + 1))
        .flatten();
    let end = behind_point.unwrap_or(whole);
    let exponent = (bytes.get(end) == Some(&b'e')).then(|| {
        let signed = matches!(bytes.get(end + 1), Some(b'+' | b'-'));
        digits(end + 1 + usize::from(signed))
    });
    exponent.flatten().or(behind_point)
}

fn runs(text: &str) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    let bytes = text.as_bytes();
    let is_code = |at: usize| matches!(bytes.get(at..at + 3), Some(b"%2B" | b"%2F" | b"%3D"));
    for (at, byte) in text.bytes().enumerate() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') || is_code(at) {
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
            spans("pw: \"a_1_Bxyz@q\"", &["pw: \"c_2_Dabcde\""], &[]),
            ["a_1_Bxyz@q"]
        );
    }

    #[test]
    fn words_far_apart_are_two_units() {
        assert_eq!(
            spans("ab12-db-cd34", &["ef56-db-gh78",], &[]),
            ["ab12", "cd34"]
        );
    }

    #[test]
    fn positions_that_agree_by_chance_stay_inside() {
        assert_eq!(spans("x 1a2b3c", &["x 9a8b7c"], &[]), ["1a2b3c"]);
    }

    #[test]
    fn what_is_taken_is_left_out() {
        assert_eq!(
            spans("aaaa.bbbb", &["cccc.dddd"], std::slice::from_ref(&(0..4))),
            ["bbbb"]
        );
    }

    /// However many digits a twin has, the same of the text is the value.
    #[test]
    fn a_number_is_one_unit_whatever_its_digits() {
        let text = "cfg=4.898478e+06;a";
        for twin in [
            "cfg=7.123456e+06;a",
            "cfg=4.898479e+06;a",
            "cfg=4.898478e+07;a",
        ] {
            assert_eq!(spans(text, &[twin], &[]), ["4.898478e+06"]);
        }
        for twin in ["cfg=7.1e+06;a", "cfg=7e+06;a", "cfg=7.12345678e+06;a"] {
            let units = uneven(text, &[twin], &[]).unwrap_or_default();
            let found: Vec<_> = units
                .iter()
                .map(|(unit, _)| &text[unit.span.clone()])
                .collect();
            assert_eq!(found, ["4.898478e+06"], "{twin}");
        }
        for (text, is_one) in [
            ("1.5", true),
            ("3.142857142857143", true),
            ("1e-07", true),
            ("15", false),
            ("1.2.3", false),
            ("1.", false),
            ("1e", false),
            ("a1.5", false),
            ("0x1.5", false),
        ] {
            assert_eq!(is_fraction(text), is_one, "{text}");
            assert_eq!(fractions(text).len(), usize::from(is_one), "{text}");
        }
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
        // `+`, `/` and `=` take three characters in a URL.
        let units = uneven("u:a%2Fb%3D@h", &["u:cde%3D@h"], &[]).unwrap_or_default();
        assert_eq!(units.len(), 1);
        assert_eq!(units[0].1, ["cde%3D"]);
    }
}
