//! The word that introduces a value in a longer text.

use std::ops::Range;

use super::layers::Layers;

/// How far back the word is looked for.
const FARTHEST: usize = 512;

/// Where generated texts stand in a text.
#[derive(Default)]
pub(super) struct Generated {
    /// By their ends, each end once, with the first beginning.
    spans: Vec<(usize, usize)>,
}

impl Generated {
    /// The spans, in any order.
    pub(super) fn new(spans: Vec<Range<usize>>) -> Generated {
        let mut spans: Vec<(usize, usize)> = spans
            .into_iter()
            .map(|span| (span.end, span.start))
            .collect();
        spans.sort_unstable();
        spans.dedup_by_key(|(end, _)| *end);
        Generated { spans }
    }

    /// Where the generated text begins that holds the byte before `at` and ends at `latest` or before.
    fn start_before(&self, at: usize, latest: usize) -> Option<usize> {
        let first = self.spans.partition_point(|(end, _)| *end < at);
        let ending = self.spans.get(first..)?.iter();
        let ending = ending.take_while(|(end, _)| *end <= latest);
        ending
            .map(|(_, start)| *start)
            .filter(|start| *start < at)
            .min()
    }
}

/// The word that introduces what stands at `at` of this layer, generated parts as `*`; where the layer has none, the one
/// that introduces the layer. `generated` are those of the layers.
pub(super) fn word(
    layers: &Layers<'_>,
    layer: usize,
    at: usize,
    generated: &[Generated],
) -> String {
    let Some(here) = layers.all().get(layer) else {
        return String::new();
    };
    let none = Generated::default();
    let word = word_before(here.text(), at, generated.get(layer).unwrap_or(&none));
    match here.around() {
        Some((outer, span)) if word.is_empty() => self::word(layers, *outer, span.start, generated),
        _ => word,
    }
}

/// The identifier nearest to the left on its line.
///
/// `"password": "…"`, `password = …`, `--password=…` and `<password>…` all give `password`.
fn word_before(text: &str, at: usize, generated: &Generated) -> String {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '*');
    let mut reversed: Vec<char> = Vec::new();
    let mut here = at;
    while at - here < FARTHEST {
        if let Some(start) = generated.start_before(here, at) {
            // A generated text that goes on farther is still one.
            if reversed.last() != Some(&'*') {
                reversed.push('*');
            }
            here = start;
            continue;
        }
        let Some(c) = text.get(..here).and_then(|text| text.chars().next_back()) else {
            break;
        };
        if matches!(c, '\n' | '\r') || (!reversed.is_empty() && !is_word(c)) {
            break;
        }
        if is_word(c) {
            reversed.push(c);
        }
        here -= c.len_utf8();
    }
    let word: String = reversed.into_iter().rev().collect();
    word.trim_matches(['-', '.', '_']).to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::single_range_in_vec_init)]
    use super::*;

    fn before(text: &str, generated: &[Range<usize>]) -> String {
        let at = text.find('X').unwrap_or(0);
        word_before(text, at, &Generated::new(generated.to_vec()))
    }

    #[test]
    fn the_word_is_the_key() {
        for text in [
            "password: X",
            "a: 1\npassword = X",
            "{\"user\":\"me\",\"password\":\"X",
            "--password=X",
            "<password>X",
            "é password→X",
        ] {
            assert_eq!(before(text, &[]), "password");
        }
        assert_eq!(before("\nX", &[]), "");
        assert_eq!(before("redis://:X", &[]), "redis");
    }

    #[test]
    fn generated_parts_are_masked() {
        assert_eq!(before("user-a1b2:X", &[5..9]), "user-*");
        // A value that ends with other characters than a word's.
        assert_eq!(before("url a!b?:X", &[4..8]), "*");
        assert_eq!(before("url a!b?:X", &[4..8, 5..7]), "*");
        // What holds the value itself is no word before it.
        assert_eq!(before("key=X", &[0..5]), "key");
    }
}
