//! The render and a twin, held against each other as structures.
//!
//! They come from the same instrumented chart, so they have the same documents and fields, but for
//! keys that are generated. Anything else means that the chart's logic depends on whether two
//! generated values are equal (`set $map (include "gen" .) …` in a loop collapses to one entry):
//! that is an error, never a lost entry.

use std::collections::{HashMap, HashSet};

use thiserror::Error;

use crate::manifest::{Document, LeafRef, Manifest, Role, Step};

use super::needs;


/// A difference in structure.
#[derive(Debug, Error, PartialEq, Eq)]
#[error(
    "{place} has other entries when generated values differ: the chart's logic depends on \
     whether two of them are equal"
)]
pub(super) struct Misaligned {
    /// The document, without its name.
    place: String,
}

/// Checks that `twin` has the documents and leaves of `first`, and returns the leaves that cannot
/// be compared by position (below a map with several generated keys, which sorts them anew).
pub(super) fn align(first: &Manifest, twin: &Manifest) -> Result<HashSet<LeafRef>, Misaligned> {
    if first.documents.len() != twin.documents.len() {
        let place = format!(
            "the render ({} documents, then {})",
            first.documents.len(),
            twin.documents.len()
        );
        return Err(Misaligned { place });
    }
    let mut unordered = HashSet::new();
    for (number, (one, other)) in first.documents.iter().zip(&twin.documents).enumerate() {
        if !same_leaves(one, other) {
            return Err(Misaligned {
                place: needs::unnamed(one),
            });
        }
        let keys = generated_keys(first, one, twin, other);
        if keys.is_empty() {
            continue;
        }
        for (leaf, found) in one.leaves.iter().enumerate() {
            let steps = found.path.steps();
            if keys.iter().any(|parent| steps.starts_with(parent)) {
                unordered.insert((number, leaf));
            }
        }
    }
    Ok(unordered)
}

/// Same count, roles and depths; steps may differ where both are names.
fn same_leaves(one: &Document, other: &Document) -> bool {
    one.identity.kind == other.identity.kind
        && one.leaves.len() == other.leaves.len()
        && one.leaves.iter().zip(&other.leaves).all(|(a, b)| {
            let (x, y) = (a.path.steps(), b.path.steps());
            a.role == b.role
                && x.len() == y.len()
                && x.iter()
                    .zip(y)
                    .all(|(x, y)| std::mem::discriminant(x) == std::mem::discriminant(y))
        })
}

/// Parents of at least two keys that differ between the renders.
fn generated_keys<'a>(
    first: &Manifest,
    one: &'a Document,
    twin: &Manifest,
    other: &Document,
) -> Vec<&'a [Step]> {
    let mut parents: HashMap<&[Step], usize> = HashMap::new();
    for (a, b) in one.leaves.iter().zip(&other.leaves) {
        if a.role == Role::Key && first.raw(a) != twin.raw(b) {
            let steps = a.path.steps();
            let parent = &steps[..steps.len().saturating_sub(1)];
            *parents.entry(parent).or_default() += 1;
        }
    }
    parents
        .into_iter()
        .filter(|(_, count)| *count > 1)
        .map(|(parent, _)| parent)
        .collect()
}
