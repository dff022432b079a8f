//! The strings of a YAML or JSON text, as helm reads them.

use granit_parser::Parser;

/// Each scalar with its line, from 1; up to the first mistake in the text.
pub(super) fn scalars(text: &str) -> Vec<(String, u32)> {
    let mut found = Vec::new();
    for event in Parser::new_from_str(text) {
        let Ok((event, span)) = event else { break };
        if let Some((value, _)) = event.scalar() {
            let line = u32::try_from(span.start.line()).unwrap_or(u32::MAX);
            found.push((value.to_owned(), line));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::scalars;

    #[test]
    fn quotes_and_blocks_are_decoded() {
        let text = "a: \"x\\\"y\"\nb: 'it''s'\nc: |\n  one\n  two\n---\n- [z]\n";
        let found: Vec<_> = scalars(text).into_iter().map(|(value, _)| value).collect();
        assert_eq!(found, ["a", "x\"y", "b", "it's", "c", "one\ntwo\n", "z"]);
        assert_eq!(scalars(text)[3].1, 2);
    }

    #[test]
    fn what_comes_before_a_mistake_is_kept() {
        assert_eq!(scalars("a: b\nc: [").len(), 3);
        assert!(scalars("\"").is_empty());
    }
}
