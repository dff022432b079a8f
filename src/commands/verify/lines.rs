//! Two renders of one chart side by side, line by line.
//!
//! Documents are matched first (a random name can change their order), then the lines of matched documents.

use std::ops::Range;

/// A product of lengths above which lines are not aligned: the whole stretch counts as changed.
const MAX_CELLS: usize = 16_000_000;

/// A render as lines and documents.
#[derive(Debug)]
pub(super) struct Lines<'a> {
    /// The lines, each with its line break: CRLF is another line than LF.
    pub(super) lines: Vec<&'a str>,
    documents: Vec<Document<'a>>,
}

/// A document's place and what tells it from others.
#[derive(Debug)]
struct Document<'a> {
    lines: Range<usize>,
    source: Option<&'a str>,
    kind: Option<&'a str>,
    name: Option<&'a str>,
}

/// A stretch of lines that is another one in the other render. Either can be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    /// Lines of the first render.
    pub(super) first: Range<usize>,
    /// Lines of the second render.
    pub(super) second: Range<usize>,
}

impl<'a> Lines<'a> {
    /// Splits a render.
    pub(super) fn new(text: &'a str) -> Self {
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let mut starts: Vec<usize> = (1..lines.len())
            .filter(|at| lines[*at].trim_end() == "---")
            .collect();
        starts.insert(0, 0);
        let documents = starts
            .iter()
            .enumerate()
            .map(|(index, start)| {
                let range = *start..starts.get(index + 1).copied().unwrap_or(lines.len());
                let find = |prefix| {
                    lines[range.clone()]
                        .iter()
                        .find_map(|line| line.strip_prefix(prefix))
                };
                Document {
                    source: find("# Source: "),
                    kind: find("kind: "),
                    name: find("  name: "),
                    lines: range,
                }
            })
            .collect();
        Self { lines, documents }
    }

    fn of(&self, document: &Document<'_>) -> &[&'a str] {
        &self.lines[document.lines.clone()]
    }
}

/// How two renders go together.
#[derive(Debug, Default)]
pub(super) struct Alignment {
    /// Where they differ, in the order of the first. Lines that stand for each other are one change each. A document
    /// that only one of them has is a change, and one that only the second has stands at the first's end.
    pub(super) changes: Vec<Change>,
    /// For each line of the first render the line of the second that stands for it, equal or not.
    pub(super) twins: Vec<Option<usize>>,
}

/// Aligns two renders.
pub(super) fn align(first: &Lines<'_>, second: &Lines<'_>) -> Alignment {
    let partners = partners(first, second);
    let mut found = Alignment {
        changes: Vec::new(),
        twins: vec![None; first.lines.len()],
    };
    for (document, partner) in first.documents.iter().zip(&partners) {
        let lines = document.lines.clone();
        match partner.and_then(|partner| second.documents.get(partner)) {
            Some(partner) => documents(first, lines, second, partner.lines.clone(), &mut found),
            None => found.replaced(lines, 0..0),
        }
    }
    let end = first.lines.len();
    for (index, document) in second.documents.iter().enumerate() {
        if !partners.contains(&Some(index)) {
            found.replaced(end..end, document.lines.clone());
        }
    }
    found
}

impl Alignment {
    fn equal(&mut self, line: usize, twin: usize) {
        self.twins[line] = Some(twin);
    }

    fn replaced(&mut self, first: Range<usize>, second: Range<usize>) {
        if first.is_empty() && second.is_empty() {
            return;
        }
        if first.len() == 1 && second.len() == 1 {
            self.twins[first.start] = Some(second.start);
        }
        self.changes.push(Change { first, second });
    }
}

/// For each document of `first` the one of `second` that it stands for.
fn partners(first: &Lines<'_>, second: &Lines<'_>) -> Vec<Option<usize>> {
    let mut partners: Vec<Option<usize>> = vec![None; first.documents.len()];
    let mut free: Vec<bool> = vec![true; second.documents.len()];
    // The surest first: the same place and name; then the same name; then the most alike of the same template.
    type Same = fn(&Document<'_>, &Document<'_>) -> bool;
    let same_template: Same = |a, b| a.source == b.source && a.kind == b.kind;
    let same_object: Same = |a, b| a.source == b.source && a.kind == b.kind && a.name == b.name;
    for at in 0..first.documents.len().min(second.documents.len()) {
        if same_object(&first.documents[at], &second.documents[at]) {
            partners[at] = Some(at);
            free[at] = false;
        }
    }
    for same in [same_object, same_template] {
        for (at, document) in first.documents.iter().enumerate() {
            if partners[at].is_some() {
                continue;
            }
            let best = (0..second.documents.len())
                .filter(|other| free[*other] && same(document, &second.documents[*other]))
                .max_by_key(|other| {
                    let other_lines = second.of(&second.documents[*other]);
                    let alike = likeness(first.of(document), other_lines);
                    // Of equals the first.
                    (alike, std::cmp::Reverse(*other))
                });
            if let Some(best) = best {
                partners[at] = Some(best);
                free[best] = false;
            }
        }
    }
    partners
}

/// How many lines are equal at equal places.
fn likeness(first: &[&str], second: &[&str]) -> usize {
    first.iter().zip(second).filter(|(a, b)| a == b).count()
}

fn documents(
    first: &Lines<'_>,
    mut a: Range<usize>,
    second: &Lines<'_>,
    mut b: Range<usize>,
    found: &mut Alignment,
) {
    while !a.is_empty() && !b.is_empty() && first.lines[a.start] == second.lines[b.start] {
        found.equal(a.start, b.start);
        a.start += 1;
        b.start += 1;
    }
    while !a.is_empty() && !b.is_empty() && first.lines[a.end - 1] == second.lines[b.end - 1] {
        a.end -= 1;
        b.end -= 1;
        found.equal(a.end, b.end);
    }
    if a.len() == b.len() {
        // A template that prints as many lines prints the same ones, with other values.
        one_by_one(first, a, second, b, found);
    } else if a.len() * b.len() > MAX_CELLS {
        found.replaced(a, b);
    } else {
        by_common_lines(first, a, second, b, found);
    }
}

fn one_by_one(
    first: &Lines<'_>,
    a: Range<usize>,
    second: &Lines<'_>,
    b: Range<usize>,
    found: &mut Alignment,
) {
    for (at, other) in a.zip(b) {
        if first.lines[at] == second.lines[other] {
            found.equal(at, other);
        } else {
            found.replaced(at..at + 1, other..other + 1);
        }
    }
}

/// Aligns by the longest common subsequence of lines.
fn by_common_lines(
    first: &Lines<'_>,
    a: Range<usize>,
    second: &Lines<'_>,
    b: Range<usize>,
    found: &mut Alignment,
) {
    let (left, right) = (&first.lines[a.clone()], &second.lines[b.clone()]);
    let width = right.len() + 1;
    let mut longest = vec![0_u32; (left.len() + 1) * width];
    for i in (0..left.len()).rev() {
        for j in (0..right.len()).rev() {
            longest[i * width + j] = if left[i] == right[j] {
                longest[(i + 1) * width + j + 1] + 1
            } else {
                longest[(i + 1) * width + j].max(longest[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let (mut from_i, mut from_j) = (0, 0);
    loop {
        let equal = i < left.len() && j < right.len() && left[i] == right[j];
        let end = i == left.len() || j == right.len();
        if equal || end {
            let (to_i, to_j) = if end {
                (left.len(), right.len())
            } else {
                (i, j)
            };
            let (x, y) = (
                a.start + from_i..a.start + to_i,
                b.start + from_j..b.start + to_j,
            );
            if x.len() == y.len() {
                one_by_one(first, x, second, y, found);
            } else {
                found.replaced(x, y);
            }
        }
        if end {
            return;
        }
        if equal {
            found.equal(a.start + i, b.start + j);
            i += 1;
            j += 1;
            (from_i, from_j) = (i, j);
        } else if longest[(i + 1) * width + j] >= longest[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(first: &str, second: &str) -> Vec<(Range<usize>, Range<usize>)> {
        align(&Lines::new(first), &Lines::new(second))
            .changes
            .into_iter()
            .map(|change| (change.first, change.second))
            .collect()
    }

    fn document(source: &str, name: &str, body: &str) -> String {
        format!("---\n# Source: {source}\nkind: Secret\nmetadata:\n  name: {name}\n{body}")
    }

    #[test]
    fn equal_renders_have_no_change() {
        for text in ["", "a: 1", "---\na: 1\n---\nb: 2\n"] {
            assert!(found(text, text).is_empty(), "for {text:?}");
        }
    }

    #[test]
    fn lines_that_stand_for_each_other_are_one_change_each() {
        assert_eq!(
            found("a: 1\nb: 2\nc: 3\n", "a: 1\nb: 9\nc: 8\n"),
            [(1..2, 1..2), (2..3, 2..3)]
        );
        // A line break is part of its line.
        assert_eq!(found("a: 1\n", "a: 1"), [(0..1, 0..1)]);
        assert_eq!(found("a: 1\nb: 2\n", "a: 1\r\nb: 2\n"), [(0..1, 0..1)]);
    }

    #[test]
    fn lines_that_only_one_has_are_found_between_common_ones() {
        assert_eq!(
            found("a\nb\nc\nd\n", "a\nx\nb\nc\ny\nz\nd\n"),
            [(1..1, 1..2), (3..3, 4..6)]
        );
        assert_eq!(found("a\nb\nc\n", "a\nc\n"), [(1..2, 1..1)]);
        assert_eq!(found("a\n", ""), [(0..1, 0..0)]);
        assert_eq!(found("", "a\n"), [(0..0, 0..1)]);
        assert_eq!(found("p\n1\n2\nq\n", "p\n3\nq\n"), [(1..3, 1..2)]);
    }

    #[test]
    fn a_random_name_that_changes_the_order_of_documents_changes_only_itself() {
        let (one, two) = ("data:\n  a: 1\n  b: 2\n", "data:\n  c: 3\n  d: 4\n");
        let first = document("t.yaml", "x-1", one) + &document("t.yaml", "x-7", two);
        let second = document("t.yaml", "x-3", two) + &document("t.yaml", "x-9", one);
        assert_eq!(found(&first, &second), [(4..5, 12..13), (12..13, 4..5)]);
    }

    #[test]
    fn every_line_that_both_have_knows_its_twin() {
        let found = align(&Lines::new("a\nb\nc\nd\n"), &Lines::new("a\nx\nb\nC\nd\n"));
        assert_eq!(found.twins, [Some(0), Some(2), Some(3), Some(4)]);
        assert_eq!(found.changes.len(), 2);
    }

    #[test]
    fn a_document_that_only_one_has_is_a_change_of_its_own() {
        let (a, b) = (document("a.yaml", "a", ""), document("b.yaml", "b", ""));
        assert_eq!(found(&(a.clone() + &b), &b), [(0..5, 0..0)]);
        assert_eq!(found(&b, &(a + &b)), [(5..5, 0..5)]);
    }
}
