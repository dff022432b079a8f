//! What introduces a value in a longer text: the section that it stands in, and the word before it.

use std::ops::Range;

use super::layers::Layers;
use super::sections::Sections;

/// How far back the word is looked for.
const FARTHEST: usize = 512;

/// Schemes that are called so with an `s` behind it where there is TLS: that says nothing of what is there.
const PLAIN_SCHEMES: [&str; 10] = [
    "amqp", "ftp", "http", "imap", "ldap", "mqtt", "pop3", "redis", "smtp", "ws",
];

/// What introduces a value in a longer text.
#[derive(Default)]
pub(super) struct Lead {
    /// The name of the section that it stands in, if the text has sections.
    pub(super) section: String,
    /// The word before it.
    pub(super) word: String,
}

/// Where generated texts stand in a text.
#[derive(Default)]
pub(super) struct Generated {
    sections: Sections,
    /// By their ends, each end once, with the first beginning.
    spans: Vec<(usize, usize)>,
    /// Those of which nobody knows which characters are constant, by their beginnings: each with the farthest end of it and those
    /// before.
    mixed: Vec<(usize, usize)>,
}

impl Generated {
    /// The spans in a text, in any order. Of those in `mixed` nobody knows which characters are constant.
    pub(super) fn new(
        text: &str,
        spans: Vec<Range<usize>>,
        mut mixed: Vec<Range<usize>>,
    ) -> Generated {
        let sections = Sections::of(text, &spans);
        let mut spans: Vec<(usize, usize)> = spans
            .into_iter()
            .map(|span| (span.end, span.start))
            .collect();
        spans.sort_unstable();
        spans.dedup_by_key(|(end, _)| *end);
        mixed.sort_unstable_by_key(|span| (span.start, span.end));
        let mut farthest = 0;
        let mixed = mixed.into_iter().map(|span| {
            farthest = farthest.max(span.end);
            (span.start, farthest)
        });
        Generated {
            sections,
            spans,
            mixed: mixed.collect(),
        }
    }

    /// The section that `at` stands in.
    fn section(&self, at: usize) -> &str {
        self.sections.around(at, self.beginning(at))
    }

    /// Where the text that holds what stands at `at` begins, if nobody knows what of it is constant; else `at`.
    fn beginning(&self, at: usize) -> usize {
        // The first one that goes on behind `at`.
        let first = self.mixed.partition_point(|(_, farthest)| *farthest <= at);
        self.mixed
            .get(first)
            .map_or(at, |(start, _)| at.min(*start))
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

/// What introduces what stands at `at` of this layer, with `*` for generated parts of the word; what the layer has none of, the layer
/// around it may have. `generated` are those of the layers.
pub(super) fn lead(layers: &Layers<'_>, layer: usize, at: usize, generated: &[Generated]) -> Lead {
    let (Some(here), Some(generated_here)) = (layers.all().get(layer), generated.get(layer)) else {
        return Lead::default();
    };
    let mut lead = Lead {
        section: generated_here.section(at).to_owned(),
        word: word_before(here.text(), at, generated_here),
    };
    if let Some((outer, span)) = here.around()
        && (lead.word.is_empty() || lead.section.is_empty())
    {
        let around = self::lead(layers, *outer, span.start, generated);
        for (own, around) in [
            (&mut lead.section, around.section),
            (&mut lead.word, around.word),
        ] {
            if own.is_empty() {
                *own = around;
            }
        }
    }
    lead
}

/// The identifier nearest to the left on its line that was not generated, outside of what the value is glued to: a letter
/// there may be another value, one that is too small to be looked for.
///
/// `"password": "…"`, `password = …`, `--password=…` and `<password>…` all give `password`, and so does `password=x…`.
fn word_before(text: &str, at: usize, generated: &Generated) -> String {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '*');
    // What was generated, and signs beside it, are no word: `*-` in `password: *-…`.
    let has_letters = |word: &[char]| word.iter().any(|c| c.is_alphanumeric());
    let mut reversed: Vec<char> = Vec::new();
    let mut here = generated.beginning(at);
    let mut is_glued = true;
    while at.saturating_sub(here) < FARTHEST {
        if let Some(start) = generated.start_before(here, at) {
            // By itself it is no word. One that goes on farther is still one.
            if !reversed.is_empty() && reversed.last() != Some(&'*') {
                reversed.push('*');
            }
            here = start;
            continue;
        }
        let Some(c) = text.get(..here).and_then(|text| text.chars().next_back()) else {
            break;
        };
        is_glued &= c.is_alphanumeric();
        // `@` stands inside of a word only: `bob@example.com`.
        let is_part = is_word(c) || (c == '@' && !reversed.is_empty());
        if matches!(c, '\n' | '\r') || (!is_part && has_letters(&reversed)) {
            break;
        }
        if !is_part {
            reversed.clear();
        } else if !is_glued {
            reversed.push(c);
        }
        here -= c.len_utf8();
    }
    let is_scheme = text
        .get(here + reversed.len()..)
        .is_some_and(|it| it.starts_with("://"));
    if !has_letters(&reversed) {
        return String::new();
    }
    let word: String = reversed.into_iter().rev().collect();
    let word = word.trim_matches(['-', '.', '_', '@']);
    match word.strip_suffix('s') {
        Some(plain) if is_scheme && PLAIN_SCHEMES.contains(&plain) => plain.to_owned(),
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::single_range_in_vec_init)]
    use super::*;

    fn before(text: &str, generated: &[Range<usize>]) -> String {
        within(text, generated, &[])
    }

    fn within(text: &str, generated: &[Range<usize>], mixed: &[Range<usize>]) -> String {
        let at = text.find('X').unwrap_or(0);
        let generated = Generated::new(text, generated.to_vec(), mixed.to_vec());
        word_before(text, at, &generated)
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
        for text in ["redis://:X", "rediss://:X", "URL=rediss://:X"] {
            assert_eq!(before(text, &[]), "redis");
        }
        assert_eq!(before("https: X", &[]), "https");
        assert_eq!(before("postgres://:X", &[]), "postgres");
        assert_eq!(before("URL=postgres://app:X", &[]), "app");
        assert_eq!(before("- bob@example.com:X", &[]), "bob@example.com");
        assert_eq!(before("password=@X", &[]), "password");
        assert_eq!(before("app@X", &[]), "app");
    }

    #[test]
    fn generated_parts_are_masked() {
        assert_eq!(before("a1b2-user:X", &[0..4]), "*-user");
        assert_eq!(before("user-a1b2-x:X", &[5..9]), "user-*-x");
        // What was generated is no word, and neither are the characters that it ends with.
        assert_eq!(before("user-a1b2:X", &[5..9]), "user");
        assert_eq!(before("url a!b?:X", &[4..8]), "url");
        assert_eq!(before("url a!b?:X", &[4..8, 5..7]), "url");
        assert_eq!(before("one,two,X", &[0..3, 4..7]), "");
        assert_eq!(before("one-two.X", &[0..3, 4..7]), "");
        assert_eq!(before("key: one-X", &[5..8]), "key");
        // What holds the value itself is no word before it.
        assert_eq!(before("key=X", &[0..5]), "key");
    }

    #[test]
    fn what_the_value_is_glued_to_is_no_word() {
        assert_eq!(before("password: sX", &[]), "password");
        assert_eq!(before("password: s4X", &[]), "password");
        assert_eq!(before("sX", &[]), "");
        assert_eq!(before("password: a!?X", &[10..13]), "password");
        assert_eq!(before("password: user-X", &[]), "user");
    }

    #[test]
    fn a_text_with_small_values_has_no_words() {
        // Of "s-X" nobody knows whether the s was generated.
        let mixed = 10..13;
        for text in ["password: s-X", "password: s:X", "password: s X"] {
            assert_eq!(within(text, &[], std::slice::from_ref(&mixed)), "password");
        }
        assert_eq!(within("key=s-X", &[4..7], &[0..7, 4..7]), "");
        assert_eq!(within("s-X", &[], &[5..9]), "s");
        assert_eq!(within("key=s-X", &[], &[0..2, 3..5, 4..7]), "key");
    }
}
