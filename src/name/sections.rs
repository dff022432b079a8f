//! The sections of a text: `[name]` on a line of its own begins one, in INI, TOML and what is like them.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::manifest::section_name;

/// The sections of a text, by where they begin.
#[derive(Default)]
pub(super) struct Sections(Vec<Section>);

struct Section {
    /// Its first line, which begins with a bracket.
    line: Range<usize>,
    /// With `*` for what was generated in it; empty if it is none.
    name: String,
    /// Where the first generated text ends that the line is a part of.
    generated_until: Option<usize>,
}

impl Sections {
    /// Finds them. What was generated has `spans` in the text.
    pub(super) fn of(text: &str, spans: &[Range<usize>]) -> Sections {
        let mut sections = Vec::new();
        let mut begin = 0;
        for line in text.split_inclusive('\n') {
            if line.trim_start().starts_with('[') {
                sections.push(Section {
                    line: begin..begin + line.len(),
                    name: String::new(),
                    generated_until: None,
                });
            }
            begin += line.len();
        }
        if sections.is_empty() {
            return Sections::default();
        }
        let mut spans: Vec<&Range<usize>> = spans.iter().collect();
        spans.sort_unstable_by_key(|span| span.start);
        let mut next = 0;
        // Where those end that began so far and are no part of one of these lines.
        let mut ends = BTreeSet::new();
        sections.retain_mut(|section| {
            let line = &section.line;
            let mut inside = Vec::new();
            while let Some(span) = spans.get(next).filter(|span| span.start < line.end) {
                match line.start <= span.start && span.end <= line.end {
                    true => inside.push((*span).clone()),
                    false => _ = ends.insert(span.end),
                }
                next += 1;
            }
            section.generated_until = ends.range(line.start + 1..).next().copied();
            let shown = masked(text, line, &inside);
            section.name = section_name(&shown).unwrap_or_default().to_owned();
            !section.name.is_empty() || section.generated_until.is_some()
        });
        Sections(sections)
    }

    /// The section that `at` stands in; nothing before the first. Its line ends at `latest` or before. It is `*` if its line was
    /// made with what was generated: a name may not depend on a value. What holds `at` too was made of what stands there, and
    /// tells it apart.
    pub(super) fn around(&self, at: usize, latest: usize) -> &str {
        let before = self.0.partition_point(|it| it.line.end <= latest);
        let mut sections = self.0.iter().take(before).rev();
        let last = sections.find_map(|section| match section.generated_until {
            Some(end) if end <= at => Some("*"),
            _ => Some(&*section.name).filter(|name| !name.is_empty()),
        });
        last.unwrap_or_default()
    }
}

/// A line with `*` for what was generated inside of it, which has these spans in the text, in the order of their beginnings.
fn masked(text: &str, line: &Range<usize>, inside: &[Range<usize>]) -> String {
    let mut shown = String::new();
    let mut done = line.start;
    for span in inside {
        shown.push_str(text.get(done..span.start).unwrap_or_default());
        if !shown.ends_with('*') {
            shown.push('*');
        }
        done = done.max(span.end);
    }
    shown + text.get(done..line.end).unwrap_or_default()
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
    fn what_was_generated_is_no_part_of_a_name() {
        let text = "[one]\n[two]\nX Y";
        for (span, expected) in [
            (0..5, "two"),
            (6..7, "one"),
            (8..9, "t*o"),
            (7..10, "*"),
            (0..8, "*"),
            (7..12, "one"),
            (4..9, "*"),
            (12..13, "two"),
            // A text that the value is a part of.
            (0..15, "two"),
        ] {
            let found = around(text, std::slice::from_ref(&span));
            assert_eq!(found, expected, "{span:?}");
        }
        assert_eq!(around(text, &[0..15, 7..9, 8..10]), "*");
        let sections = Sections::of(text, &[]);
        assert_eq!(sections.around(12, 11), "one");
        // What stands there says nothing.
        for name in ["2wo", "two", "t,o", "t]#"] {
            let text = format!("[one]\n[{name}]\nX");
            assert_eq!(around(&text, &[7..10]), "*");
        }
    }
}
