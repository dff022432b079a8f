//! Markers: placeholders that carry the arguments of the call they stand for (`bcrypt`,
//! `htpasswd`, `encryptAES`), so that the real value can be made from them later.
//!
//! A marker is `START fields END`: both ends are letters from `h` to `z` that belong to the call
//! site; the fields are bytes in hexadecimal with a `g` between them. Nothing in it needs quotes
//! or escapes, so it survives YAML, JSON and URLs as it is.

use std::ops::Range;

/// The letters of the ends: none of them is a hexadecimal digit or the separator.
pub(super) const LETTERS: &str = "hijklmnopqrstuvwxyz";

/// A marker that was found in a text.
#[derive(Clone, PartialEq, Eq)]
pub struct Marker {
    /// Where it stands in the text.
    pub span: Range<usize>,
    /// The turn of its loop, as the placeholder of the site counts it; 0 outside of loops.
    pub turn: u64,
    /// The call's arguments, byte for byte: the password for `bcrypt` and `htpasswd` (the user
    /// stands before the marker), password and plain text for `encryptAES`.
    pub arguments: Vec<Vec<u8>>,
}

/// Without the arguments: they are secrets.
impl std::fmt::Debug for Marker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Marker")
            .field("span", &self.span)
            .field("turn", &self.turn)
            .finish_non_exhaustive()
    }
}

/// The first marker with these ends at or behind byte `from` of a text.
pub fn find(text: &str, from: usize, start: &str, end: &str) -> Option<Marker> {
    let mut from = from;
    loop {
        let begin = from + text.get(from..)?.find(start)?;
        let fields = begin + start.len();
        let rest = text.get(fields..)?;
        let length = rest.find(|c: char| !matches!(c, '0'..='9' | 'a'..='g'))?;
        if rest.get(length..)?.starts_with(end)
            && let Some((turn, arguments)) = decode(rest.get(..length)?)
        {
            return Some(Marker {
                span: begin..fields + length + end.len(),
                turn,
                arguments,
            });
        }
        from = begin + 1;
    }
}

fn decode(fields: &str) -> Option<(u64, Vec<Vec<u8>>)> {
    let mut fields = fields.split('g');
    let turn = fields.next()?.parse().ok()?;
    let arguments = fields.map(bytes).collect::<Option<_>>()?;
    Some((turn, arguments))
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    if !hex.len().is_multiple_of(2) {
        return None;
    }
    (0..hex.len())
        .step_by(2)
        .map(|i| u8::from_str_radix(hex.get(i..i + 2)?, 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_marker_gives_back_its_arguments() {
        let text = "user:hhhh0g7061g00ffzzzz, hhhh3gg61zzzz";
        let first = find(text, 0, "hhhh", "zzzz").unwrap();
        assert_eq!(&text[first.span.clone()], "hhhh0g7061g00ffzzzz");
        assert_eq!(first.turn, 0);
        assert_eq!(first.arguments, vec![b"pa".to_vec(), vec![0, 255]]);
        let second = find(text, first.span.end, "hhhh", "zzzz").unwrap();
        assert_eq!(second.turn, 3);
        assert_eq!(second.arguments, vec![b"".to_vec(), b"a".to_vec()]);
        assert_eq!(find(text, second.span.end, "hhhh", "zzzz"), None);
    }

    #[test]
    fn broken_markers_are_none() {
        for text in [
            "hhhh",
            "hhhh0g6zzzz",
            "hhhhg61zzzz",
            "hhhh0g61",
            "hhhh0g61 zzzz",
            "zzzz",
        ] {
            assert_eq!(find(text, 0, "hhhh", "zzzz"), None, "{text}");
        }
        // The second beginning is the true one.
        assert!(find("hhhhhhhh0g61zzzz", 0, "hhhh", "zzzz").is_some());
    }

    #[test]
    fn arguments_do_not_print() {
        let marker = find("hhhh0g736563726574zzzz", 0, "hhhh", "zzzz").unwrap();
        assert!(!format!("{marker:?}").contains("115"));
    }
}
