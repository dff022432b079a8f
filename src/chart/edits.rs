//! Small changes to a text, collected by offset and made all at once.

use std::ops::Range;

/// Replaces `start..end` by `text`; an insertion if the range is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) text: String,
}

/// The bytes `range` of `text` with the edits, all of which lie in there. At one offset, what was collected first comes
/// first; a replacement comes before an insertion at its end.
pub(super) fn apply_to(text: &str, range: Range<usize>, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|edit| (edit.start, edit.end));
    let added: usize = edits.iter().map(|edit| edit.text.len()).sum();
    let mut result = String::with_capacity(range.len() + added);
    let mut copied = range.start;
    for edit in &edits {
        result.push_str(text.get(copied..edit.start).unwrap_or_default());
        result.push_str(&edit.text);
        copied = copied.max(edit.end);
    }
    result.push_str(text.get(copied..range.end).unwrap_or_default());
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: usize, end: usize, text: &str) -> Edit {
        let text = text.to_owned();
        Edit { start, end, text }
    }

    #[test]
    fn edits_are_made_in_order_of_their_offsets() {
        let edits = vec![
            edit(4, 4, "<"),
            edit(4, 6, "X"),
            edit(6, 6, ">"),
            edit(0, 0, "^"),
            edit(6, 6, "]"),
        ];
        assert_eq!(apply_to("0123456", 0..7, edits.clone()), "^0123<X>]6");
        assert_eq!(apply_to("0123456", 4..6, edits[..3].to_vec()), "<X>");
    }
}
