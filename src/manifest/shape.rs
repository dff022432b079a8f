//! Whether two manifests are the same but for the leaves that were meant to change.

use std::collections::HashSet;

use thiserror::Error;

use super::model::{Leaf, LeafRef, Manifest, Role};
use super::path::{Path, Step};

/// A difference that nobody asked for. The message names its place and quotes nothing of it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{problem} in document {} ({}), line {line}", .doc + 1, .source_template.as_deref().unwrap_or("no template named"))]
pub struct ShapeError {
    /// What is different.
    pub problem: ShapeProblem,
    /// The document's position in the first manifest, from 0.
    pub doc: usize,
    /// The template that the document comes from.
    pub source_template: Option<String>,
    /// The line of the first manifest, from 1.
    pub line: usize,
    /// The field, where it is known. Not in the message: a key may hold a generated part.
    pub path: Option<Path>,
}

/// What is different.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
pub enum ShapeProblem {
    /// There are other documents, fields, list items, aliases, or kinds of nodes.
    #[error("the structure differs")]
    Structure,
    /// A leaf is written in another style.
    #[error("the style of a scalar differs")]
    Style,
    /// A leaf reads as another YAML type.
    #[error("the YAML type of a scalar differs")]
    Type,
    /// A leaf that was not to change did.
    #[error("a scalar that was not to change differs")]
    Value,
    /// Two fields, list items, or objects that had different names have the same one now.
    #[error("two names that differed are equal")]
    Collapsed,
}

/// Checks that `after` is `before` with other text in the leaves listed, and nothing else: the
/// same documents, fields, list items, styles and types, in the same order. Both
/// manifests count their leaves alike.
///
/// # Errors
/// [`ShapeError`], the first difference.
pub fn same_shape(
    before: &Manifest,
    after: &Manifest,
    changed: &HashSet<LeafRef>,
) -> Result<(), ShapeError> {
    if let Some(event) = first_difference(&before.structure, &after.structure) {
        return Err(at_event(before, event));
    }
    if before.order != after.order || before.documents.len() != after.documents.len() {
        return Err(differing_documents(before, after));
    }
    let mut names = HashSet::new();
    for ((at, old), (_, new)) in before.leaves().zip(after.leaves()) {
        let may_change = changed.contains(&at);
        let problem = if old.style != new.style {
            ShapeProblem::Style
        } else if old.yaml_type != new.yaml_type {
            ShapeProblem::Type
        } else if !may_change && (old.value != new.value || before.raw(old) != after.raw(new)) {
            ShapeProblem::Value
        } else {
            if may_change && old.value != new.value {
                names.insert(at.0);
            }
            continue;
        };
        return Err(at_leaf(before, problem, at, old));
    }
    nothing_collapsed(before, after, &names)
}

/// The position of the first event that is not the same in both.
fn first_difference(before: &[u8], after: &[u8]) -> Option<usize> {
    if before == after {
        return None;
    }
    let common = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    Some(common)
}

/// The place of an event: the last leaf before it.
fn at_event(manifest: &Manifest, event: usize) -> ShapeError {
    let events = manifest.structure.get(..event).unwrap_or_default();
    let leaves = events.iter().filter(|e| matches!(e, b'k' | b'v')).count();
    let last = leaves
        .checked_sub(1)
        .and_then(|n| manifest.order.get(n).copied())
        .and_then(|at| Some((at, manifest.leaf(at)?)));
    match last {
        Some((at, leaf)) => at_leaf(manifest, ShapeProblem::Structure, at, leaf),
        None => in_document(manifest, ShapeProblem::Structure, 0),
    }
}

/// The first document that is another object in the other manifest's list.
fn differing_documents(before: &Manifest, after: &Manifest) -> ShapeError {
    let counts = |m: &Manifest, n: usize| m.documents.get(n).map(|d| (d.leaves.len(), d.list));
    let doc = (0..before.documents.len())
        .find(|n| counts(before, *n) != counts(after, *n))
        .unwrap_or(before.documents.len());
    in_document(before, ShapeProblem::Structure, doc)
}

/// Different fields of a mapping, and different objects, are still different.
fn nothing_collapsed(
    before: &Manifest,
    after: &Manifest,
    documents: &HashSet<usize>,
) -> Result<(), ShapeError> {
    for doc in documents {
        let (Some(old), Some(new)) = (before.documents.get(*doc), after.documents.get(*doc)) else {
            continue;
        };
        // Items that a name told apart and does not any more are counted instead.
        let mut pairs = old.leaves.iter().zip(&new.leaves);
        let same_steps = pairs.all(|(old, new)| steps_alike(&old.path, &new.path));
        let keys = |leaves: &[Leaf]| {
            let of_keys = leaves.iter().filter(|leaf| leaf.role == Role::Key);
            let paths: HashSet<_> = of_keys.map(|leaf| leaf.path.clone()).collect();
            paths.len()
        };
        if !same_steps || keys(&old.leaves) != keys(&new.leaves) {
            return Err(in_document(before, ShapeProblem::Collapsed, *doc));
        }
    }
    let objects = |m: &Manifest| {
        let of_objects = m.documents.iter().filter(|d| !d.identity.kind.is_empty());
        let identities: HashSet<_> = of_objects.map(|d| d.identity.clone()).collect();
        identities.len()
    };
    // Objects of one name may get several: equal placeholders had made them equal.
    if !documents.is_empty() && objects(before) > objects(after) {
        let doc = documents.iter().copied().min().unwrap_or_default();
        return Err(in_document(before, ShapeProblem::Collapsed, doc));
    }
    Ok(())
}

/// Whether both name their steps by the same kind of name.
fn steps_alike(old: &Path, new: &Path) -> bool {
    old.len() == new.len()
        && old.iter().zip(new).all(|steps| match steps {
            (Step::Key(_), Step::Key(_)) => true,
            (Step::Item { merge_key: a, .. }, Step::Item { merge_key: b, .. }) => a == b,
            (Step::Index(a), Step::Index(b)) => a == b,
            _ => false,
        })
}

fn at_leaf(manifest: &Manifest, problem: ShapeProblem, at: LeafRef, leaf: &Leaf) -> ShapeError {
    ShapeError {
        line: manifest.line_at(leaf.span.start),
        path: Some(leaf.path.clone()),
        ..in_document(manifest, problem, at.0)
    }
}

fn in_document(manifest: &Manifest, problem: ShapeProblem, doc: usize) -> ShapeError {
    let document = manifest.documents.get(doc);
    ShapeError {
        problem,
        doc,
        source_template: document.and_then(|d| d.source.clone()),
        line: manifest.line_at(document.map_or(manifest.text().len(), |d| d.span.start)),
        path: None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    fn parse(text: &str) -> Manifest {
        Manifest::parse(text.to_owned()).unwrap()
    }

    /// Compares, with leaves of the first document listed by their values.
    fn compare(before: &str, after: &str, changed: &[&str]) -> Result<(), ShapeProblem> {
        let before = parse(before);
        let leaves = before
            .leaves()
            .filter(|(_, l)| changed.contains(&&*l.value));
        let changed = leaves.map(|(at, _)| at).collect();
        same_shape(&before, &parse(after), &changed).map_err(|error| error.problem)
    }

    #[test]
    fn listed_leaves_may_change() {
        let before = "kind: A\ndata: {k: old, l: x}\n";
        let after = "kind: A\ndata: {k: newer, l: x}\n";
        assert_eq!(compare(before, after, &["old"]), Ok(()));
        assert_eq!(compare(before, before, &[]), Ok(()));
        assert_eq!(compare(before, after, &["x"]), Err(ShapeProblem::Value));
        assert_eq!(compare("a-x: 1\n", "a-y: 1\n", &["a-x"]), Ok(()));
        assert_eq!(
            compare("a-x: 1\n", "a-y: 1\n", &[]),
            Err(ShapeProblem::Value)
        );
    }

    #[test]
    fn nothing_else_may() {
        use ShapeProblem::{Structure, Style, Type, Value};
        let cases = [
            ("a: x\n", "a: 'x'\n", Style),
            ("a: x\n", "a: 12\n", Type),
            ("a: x\n", "a: [x]\n", Structure),
            ("a: [x]\n", "a:\n- x\n", Structure),
            ("a: x\nb: {}\n", "a: x\nb: []\n", Structure),
            ("a: x\n", "a: x\nb: y\n", Structure),
            ("a: x\nb: y\n", "a: x\n", Structure),
            ("a: x\n", "a: x\n---\n", Structure),
            ("a: &a x\nb: *a\n", "a: &a x\nb: y\n", Structure),
            // The same value in other bytes.
            ("a: \"\\x41\"\nx: x\n", "a: \"A\"\nx: x\n", Value),
            (
                "kind: List\nitems: [{a: x}]\n",
                "kind: Lost\nitems: [{a: x}]\n",
                Structure,
            ),
        ];
        for (before, after, problem) in cases {
            assert_eq!(compare(before, after, &["x"]), Err(problem), "{before:?}");
        }
    }

    #[test]
    fn names_that_become_equal_are_found() {
        let collapsed = Err(ShapeProblem::Collapsed);
        assert_eq!(compare("x: 1\nz: 1\n", "z: 1\nz: 1\n", &["x"]), collapsed);
        let before = "env: [{name: x}, {name: z}]\n";
        let after = "env: [{name: z}, {name: z}]\n";
        assert_eq!(compare(before, after, &["x"]), collapsed);
        let before = "kind: A\nmetadata: {name: x}\n---\nkind: A\nmetadata: {name: z}\n";
        let after = before.replace("name: x", "name: z");
        assert_eq!(compare(before, &after, &["x"]), collapsed);
        // What was double before may stay so.
        assert_eq!(compare("w: 1\nw: x\n", "w: 1\nw: z\n", &["x"]), Ok(()));
    }

    #[test]
    fn says_where_and_not_what() {
        let before =
            parse("---\n# Source: c/t/a.yaml\na: 1\n---\n# Source: c/t/b.yaml\nx:\n  k: s3cret\n");
        let after = parse(
            "---\n# Source: c/t/a.yaml\na: 1\n---\n# Source: c/t/b.yaml\nx:\n  k: othersecret\n",
        );
        let error = same_shape(&before, &after, &HashSet::new()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "a scalar that was not to change differs in document 2 (c/t/b.yaml), line 7"
        );
        assert_eq!(error.path.unwrap().to_string(), "x.k");
    }
}
