//! What the twins say where the render has a value: at the same offset, or in the word of the same number.

use std::ops::Range;

use super::unit::words;

/// What the twins say where `content` says `span`: at the same offset, or, where their lengths
/// differ, in the word of the same number. Empty if that does not line up in all of them.
pub(super) fn slices(content: &str, twins: &[&str], span: &Range<usize>) -> Vec<String> {
    let slices: Vec<String> = twins
        .iter()
        .filter_map(|twin| match at_same_offset(content, twin, span) {
            true => twin.get(span.clone()),
            false => word_slice(content, twin, span),
        })
        .map(str::to_owned)
        .collect();
    if slices.len() == twins.len() {
        slices
    } else {
        Vec::new()
    }
}

/// Whether a twin has the same value at the same offset. One of the same length by chance, because one of its values is
/// longer and another one shorter, has another sign beside it.
fn at_same_offset(content: &str, twin: &str, span: &Range<usize>) -> bool {
    let (content, twin) = (content.as_bytes(), twin.as_bytes());
    let ours = |at: Option<usize>| at.map(|at| (content.get(at), twin.get(at)));
    let beside = [ours(span.start.checked_sub(1)), ours(Some(span.end))];
    content.len() == twin.len()
        && beside.into_iter().flatten().all(|(one, other)| {
            let is_sign =
                |byte: Option<&u8>| byte.is_some_and(|byte| !byte.is_ascii_alphanumeric());
            one == other || !(is_sign(one) || is_sign(other))
        })
}

/// The same, by counting words.
fn word_slice<'t>(content: &str, twin: &'t str, span: &Range<usize>) -> Option<&'t str> {
    let (ours, theirs) = (words(content), words(twin));
    if ours.len() != theirs.len() {
        return None;
    }
    let number = ours
        .iter()
        .position(|word| word.start <= span.start && span.end <= word.end)?;
    let (ours, theirs) = (&ours[number], &theirs[number]);
    let (before, behind) = (span.start - ours.start, ours.end - span.end);
    // Percent-encoded signs make a value longer, but nothing around it; a computed length makes a whole word longer.
    let is_whole = before == 0 && behind == 0;
    let is_encoded = content.get(span.clone())?.contains('%');
    (ours.len() == theirs.len() || is_whole || is_encoded)
        .then(|| twin.get(theirs.start + before..theirs.end.checked_sub(behind)?))
        .flatten()
}

/// Whether any twin has another byte at an offset.
pub(super) fn differs<T: AsRef<str>>(text: &str, twins: &[T], at: usize) -> bool {
    let mut twins = twins.iter().map(|twin| twin.as_ref().as_bytes());
    twins.any(|twin| twin.get(at) != text.as_bytes().get(at))
}

/// Where a text has percent-encoded signs of base64: with other values they stand elsewhere.
pub(super) fn codes(text: &str) -> Vec<usize> {
    let all = text.match_indices('%').map(|(at, _)| at);
    all.filter(|at| matches!(text.get(at + 1..at + 3), Some("2B" | "2F" | "3D")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_in_a_twin_of_any_length() {
        for (content, twin, span, expected) in [
            ("u:abcd@h", "u:efgh@h", 2..6, Some("efgh")),
            // As a part of a longer word.
            ("pwabcdq", "pwefghq", 2..6, Some("efgh")),
            // A computed length.
            ("u:abcd@h", "u:efghij@h", 2..6, Some("efghij")),
            // Two of them, and by chance one length in all.
            ("u:abc:defgh@x", "u:ijklm:nop@x", 2..5, Some("ijklm")),
            // Percent-encoded signs.
            ("u:a%2Fb@h", "u:cde@h", 2..7, Some("cde")),
            ("u:xa%2Fb@h", "u:xcde@h", 3..8, Some("cde")),
            // A part of a word of another length; other words altogether.
            ("u:xabcd@h", "u:xefghij@h", 3..7, None),
            ("u:abcd@h", "u:ef-gh@i@h", 2..6, None),
        ] {
            let found = slices(content, &[twin], &span);
            assert_eq!(
                found.first().map(String::as_str),
                expected,
                "{content} {twin}"
            );
        }
    }
}
