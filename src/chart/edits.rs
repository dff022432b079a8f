//! Small changes to a text, collected by offset and made all at once.

/// Replaces `start..end` by `text`; an insertion if the range is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) text: String,
}

/// Makes the edits. At one offset, what was collected first comes first; a replacement comes
/// before an insertion at its end.
pub(super) fn apply(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|edit| (edit.start, edit.end));
    let mut result =
        String::with_capacity(text.len() + edits.iter().map(|e| e.text.len()).sum::<usize>());
    let mut copied = 0;
    for edit in &edits {
        result.push_str(text.get(copied..edit.start).unwrap_or_default());
        result.push_str(&edit.text);
        copied = copied.max(edit.end);
    }
    result.push_str(text.get(copied..).unwrap_or_default());
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
            edit(6, 6, ">"),
            edit(4, 6, "X"),
            edit(0, 0, "^"),
            edit(6, 6, "]"),
        ];
        assert_eq!(apply("0123456", edits), "^0123<X>]6");
    }
}
