//! Replaces spans of a text and leaves every other byte alone.

use std::fmt;
use std::ops::Range;

use thiserror::Error;

/// A piece of text that takes the place of a span. Its `Debug` output leaves the text out.
#[derive(Clone, PartialEq, Eq)]
pub struct Edit {
    /// The bytes that go.
    pub span: Range<usize>,
    /// What comes in their place.
    pub text: String,
}

impl fmt::Debug for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Edit")
            .field("span", &self.span)
            .finish_non_exhaustive()
    }
}

/// Why edits do not fit a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SpliceError {
    /// The span runs backwards, or past the text's end.
    #[error("edit {0} lies outside the text")]
    Outside(usize),
    /// The span cuts a character.
    #[error("edit {0} cuts a character in two")]
    CutsCharacter(usize),
    /// The span begins before the end of the edit before it.
    #[error("edit {0} begins before the end of the edit before it")]
    Overlaps(usize),
}

/// The text with each edit's span replaced. The edits come in the order of the text.
///
/// # Errors
/// [`SpliceError`], with the position of the first edit that does not fit.
pub fn splice(text: &str, edits: &[Edit]) -> Result<String, SpliceError> {
    let added: usize = edits.iter().map(|edit| edit.text.len()).sum();
    let mut spliced = String::with_capacity(text.len() + added);
    let mut end = 0;
    for (n, edit) in edits.iter().enumerate() {
        let Range { start, end: stop } = edit.span;
        if start > stop || stop > text.len() {
            return Err(SpliceError::Outside(n));
        }
        if !text.is_char_boundary(start) || !text.is_char_boundary(stop) {
            return Err(SpliceError::CutsCharacter(n));
        }
        let kept = text.get(end..start).ok_or(SpliceError::Overlaps(n))?;
        spliced.push_str(kept);
        spliced.push_str(&edit.text);
        end = stop;
    }
    spliced.push_str(text.get(end..).unwrap_or_default());
    Ok(spliced)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    fn edit(span: Range<usize>, text: &str) -> Edit {
        Edit {
            span,
            text: text.to_owned(),
        }
    }

    #[test]
    fn replaces_spans_only() {
        let edits = [edit(0..1, "XY"), edit(1..1, "+"), edit(3..5, "")];
        assert_eq!(splice("abcdef", &edits).unwrap(), "XY+bcf");
        assert_eq!(splice("abc", &[]).unwrap(), "abc");
        assert_eq!(splice("abc", &[edit(3..3, "d")]).unwrap(), "abcd");
    }

    #[test]
    fn refuses_what_does_not_fit() {
        assert_eq!(
            splice("abc", &[edit(2..4, "")]),
            Err(SpliceError::Outside(0))
        );
        let backwards = Range { start: 2, end: 1 };
        assert_eq!(
            splice("abc", &[edit(backwards, "")]),
            Err(SpliceError::Outside(0))
        );
        assert_eq!(
            splice("aéb", &[edit(1..2, "")]),
            Err(SpliceError::CutsCharacter(0))
        );
        assert_eq!(
            splice("abc", &[edit(0..2, ""), edit(1..3, "")]),
            Err(SpliceError::Overlaps(1))
        );
        assert_eq!(
            splice("abc", &[edit(2..3, ""), edit(0..1, "")]),
            Err(SpliceError::Overlaps(1))
        );
    }
}
