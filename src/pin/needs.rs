//! Whether one render tells enough, and which names are generated.

use std::collections::HashSet;

use crate::chart::placeholder::Class;
use crate::chart::site::Site;
use crate::manifest::{Document, Manifest, Role};

use super::explore::{Exploration, What};
use super::known::Index;
use super::place;

/// Names with shorter generated parts are taken as they are.
const SHORTEST_NAME_PART: usize = 4;

/// Whether a twin must tell which places share a call.
///
/// It need not where every call site that repeats shows its value in exactly one place. It must
/// where one shows none (its output is altered, or it was not called: one render cannot tell),
/// where one shows several, and where a single value is a key or comes from a loop, because equal
/// placeholders may have made one entry of several.
pub(super) fn needs_twin(
    sites: &[Site],
    index: &Index,
    exploration: &Exploration,
    first: &Manifest,
) -> bool {
    let mut seen = vec![0_usize; sites.len()];
    let mut in_key = vec![false; sites.len()];
    for found in &exploration.found {
        let What::Placeholder(hit) = &found.what else {
            continue;
        };
        let site = index.known[hit.known].site;
        seen[site] += 1;
        let leaf = first.leaf(exploration.texts[found.text].leaf);
        in_key[site] |=
            leaf.is_some_and(|leaf| leaf.role == Role::Key || place::is_metadata_name(&leaf.path));
    }
    sites.iter().enumerate().any(|(number, site)| {
        site.repeats
            && site.reachable
            && is_random(site)
            && (seen[number] != 1 || in_key[number] || site.reached_from_loop)
    })
}

/// Whether the call site makes a value of its own; password hashes follow from their arguments.
pub(super) fn is_random(site: &Site) -> bool {
    !site.class.is_marker()
}

/// Whether a call site that repeats makes a number in a range.
pub(super) fn has_integers(sites: &[Site]) -> bool {
    sites
        .iter()
        .any(|site| site.class == Class::Integer && site.repeats && site.reachable)
}

/// The call sites that repeat, for an error: where to look.
pub(super) fn repeating_sites(sites: &[Site]) -> String {
    let list: Vec<String> = sites
        .iter()
        .filter(|site| site.repeats && site.reachable)
        .filter(|site| is_random(site) || site.class.is_pem())
        .map(|site| format!("{}:{} ({})", site.file, site.line, site.function))
        .collect();
    format!(
        "a generated value decides about the chart's structure; the calls that may do so: {}",
        list.join(", ")
    )
}

/// A document for an error: its kind and template. Its name may hold a generated part.
pub(super) fn unnamed(document: &Document) -> String {
    let source = document.source.as_deref().unwrap_or("an unknown template");
    format!("the {} from {source}", document.identity.kind)
}

/// Generated texts that stand in names and keys: they are `*` in a place's identity.
pub(super) fn generated_names(
    sites: &[Site],
    index: &Index,
    exploration: &Exploration,
    first: &Manifest,
) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for found in &exploration.found {
        let text = &exploration.texts[found.text];
        let Some(leaf) = first.leaf(text.leaf) else {
            continue;
        };
        if text.inside.is_none() && (leaf.role == Role::Key || place::is_metadata_name(&leaf.path))
        {
            names.extend(text.content.get(found.span.clone()).map(str::to_owned));
        }
    }
    // Call sites that run once and are short are not searched for; a word of a name or key that is
    // exactly their placeholder is no chance.
    let short: HashSet<String> = index
        .known
        .iter()
        .filter(|known| !sites[known.site].repeats && known.text.len() >= SHORTEST_NAME_PART)
        .flat_map(|known| [known.text.clone(), known.text.to_ascii_lowercase()])
        .collect();
    if !short.is_empty() {
        let keys = first.leaves().filter(|(_, leaf)| leaf.role == Role::Key);
        let keys = keys.map(|(_, leaf)| &*leaf.value);
        let objects = first.documents.iter().map(|it| it.identity.name.as_str());
        let words = objects
            .chain(keys)
            .flat_map(|name| name.split(['-', '.', '_']));
        names.extend(
            words
                .filter(|word| short.contains(*word))
                .map(str::to_owned),
        );
    }
    names.retain(|name| name.len() >= SHORTEST_NAME_PART);
    // A longer text first, so that none is cut by a shorter one inside it.
    names.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    names.dedup();
    names
}
