//! The sections of a text: `[name]` on a line of its own begins one, in INI, TOML and what is like them.

use std::collections::BTreeSet;
use std::ops::Range;

/// The sections of a text, by where they begin.
#[derive(Default)]
pub(super) struct Sections(Vec<Section>);

struct Section {
    /// Its first line.
    line: Range<usize>,
    /// Where the first generated text ends that the line is a part of.
    generated_until: Option<usize>,
    name: String,
}

impl Sections {
    /// Finds them. What was generated has `spans` in the text.
    pub(super) fn of(text: &str, spans: &[Range<usize>]) -> Sections {
        let mut sections = Vec::new();
        let mut begin = 0;
        for line in text.split_inclusive('\n') {
            let end = begin + line.len();
            if let Some(name) = name_in(line) {
                sections.push(Section {
                    line: begin..end,
                    generated_until: None,
                    name: name.to_owned(),
                });
            }
            begin = end;
        }
        if sections.is_empty() {
            return Sections::default();
        }
        let mut spans: Vec<&Range<usize>> = spans.iter().collect();
        spans.sort_unstable_by_key(|span| span.start);
        let mut spans = spans.into_iter().peekable();
        let mut ends = BTreeSet::new();
        for section in &mut sections {
            while let Some(span) = spans.next_if(|span| span.start < section.line.end) {
                ends.insert(span.end);
            }
            section.generated_until = ends.range(section.line.start + 1..).next().copied();
        }
        Sections(sections)
    }

    /// The section that `at` stands in; nothing before the first. Its line ends at `latest` or before. It is `*` if it was generated:
    /// a name may not depend on a value. What holds `at` too was made of what stands there, and tells it apart.
    pub(super) fn around(&self, at: usize, latest: usize) -> &str {
        let before = self.0.partition_point(|it| it.line.end <= latest);
        let last = before.checked_sub(1).and_then(|it| self.0.get(it));
        last.map_or("", |section| {
            match section.generated_until.is_some_and(|end| end <= at) {
                true => "*",
                false => &section.name,
            }
        })
    }
}

/// The name in `[name]` and `[[name]]`, if nothing but a comment stands behind it. It begins with a letter, and has no comma: a list's
/// items and a shell's tests stand in brackets too.
fn name_in(line: &str) -> Option<&str> {
    let (name, behind) = line.trim_start().strip_prefix('[')?.split_once(']')?;
    let behind = behind.trim_start_matches(']').trim_start();
    let is_all = behind.is_empty() || behind.starts_with(['#', ';']);
    let name = name.trim_start_matches('[').trim();
    let is_name = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
    (is_all && is_name && !name.contains(',')).then_some(name)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::single_range_in_vec_init)]
    use super::*;

    fn around(text: &str, generated: &[Range<usize>]) -> String {
        let at = text.find('X').unwrap_or(0);
        Sections::of(text, generated).around(at, at).to_owned()
    }

    #[test]
    fn the_last_one_above_counts() {
        for text in [
            "[a]\nk = 1\n[b]\nk = X\n[c]",
            "  [ b ]\r\nX",
            "[[b]]\nX",
            "[b] # c\nX",
            "[b]; c\nX",
            "[a]\n[b]\n[c, d]\n[]\n[e] f\nif [ g ]; then\n[ -f /x ]\n[\"x\"]\n[2]\n[::1]\nX",
        ] {
            assert_eq!(around(text, &[]), "b", "{text}");
        }
        assert_eq!(around("[jwt.\"a b\".read]\nX", &[]), "jwt.\"a b\".read");
        for text in ["X\n[b]", "k: [b]\nX", "[b\n]\nX"] {
            assert_eq!(around(text, &[]), "", "{text}");
        }
    }

    #[test]
    fn what_was_generated_begins_none() {
        let text = "[one]\n[two]\nX Y";
        for (span, expected) in [
            (0..5, "two"),
            (6..7, "*"),
            (8..10, "*"),
            (0..8, "*"),
            (11..12, "*"),
            (12..13, "two"),
            // A text that the value is a part of.
            (0..15, "two"),
        ] {
            let found = around(text, std::slice::from_ref(&span));
            assert_eq!(found, expected, "{span:?}");
        }
        assert_eq!(around(text, &[0..15, 7..8]), "*");
        let sections = Sections::of(text, &[]);
        assert_eq!(sections.around(12, 11), "one");
    }
}
