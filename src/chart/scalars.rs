//! The strings of a YAML or JSON text, as helm reads them.

use crate::config;

/// Each scalar with its line, from 1, and whether the text was read to its end: else these are
/// what comes before the first mistake.
pub(super) fn scalars(text: &str) -> (Vec<(String, u32)>, bool) {
    let mut found = Vec::new();
    for event in config::events(text) {
        let Ok((event, span)) = event else {
            return (found, false);
        };
        if let Some((value, _)) = event.scalar() {
            let line = u32::try_from(span.start.line()).unwrap_or(u32::MAX);
            found.push((value.to_owned(), line));
        }
    }
    (found, true)
}

#[cfg(test)]
mod tests {
    use super::scalars;

    #[test]
    fn quotes_and_blocks_are_decoded() {
        let text = "a: \"x\\\"y\"\nb: 'it''s'\nc: |\n  one\n  two\n---\n- [z]\n";
        let (found, complete) = scalars(text);
        let values: Vec<_> = found.iter().map(|(value, _)| value.as_str()).collect();
        assert_eq!(values, ["a", "x\"y", "b", "it's", "c", "one\ntwo\n", "z"]);
        assert_eq!(found[3].1, 2);
        assert!(complete);
    }

    #[test]
    fn what_comes_before_a_mistake_is_kept() {
        let (found, complete) = scalars("a: b\nc: [");
        assert_eq!((found.len(), complete), (3, false));
        assert!(scalars("\"").0.is_empty());
    }
}
