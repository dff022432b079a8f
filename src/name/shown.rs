//! What helm printed, object by object, as far as names need it.

use super::hits::{Hits, Search};
use super::mask::Mask;
use super::needles::Needles;
use super::place::{DocumentName, DocumentNames};
use crate::manifest::{Manifest, split};

/// An object that helm printed.
pub(super) struct Object<'t> {
    /// All of it.
    pub(super) text: &'t str,
    /// Its name as it stands there.
    pub(super) own_name: String,
    /// What it is called.
    pub(super) name: DocumentName,
}

/// What helm printed.
pub(super) struct Shown<'t> {
    /// All objects but those that stand in a chart's `crds/`, and those that are no YAML.
    pub(super) objects: Vec<Object<'t>>,
    /// What they show.
    pub(super) hits: Hits,
}

impl<'t> Shown<'t> {
    /// Looks for the needles in all that helm printed. Its fields are looked through one object at a time, since all of
    /// them together take many times the memory of the text.
    pub(super) fn new(
        output: &'t str,
        release_namespace: &str,
        needles: &Needles<'_>,
        mask: &mut Mask<'_, '_>,
    ) -> Shown<'t> {
        let mut names = DocumentNames::new(release_namespace);
        let mut search = Search::new(needles, mask);
        let mut objects: Vec<Object<'t>> = Vec::new();
        for text in split(output).into_iter().filter(|text| !is_crd(text)) {
            let Ok(manifest) = Manifest::parse(text.to_owned()) else {
                continue;
            };
            for document in manifest.documents {
                let name = names.name(&document, search.mask());
                search.document(objects.len(), &document, &name);
                objects.push(Object {
                    text: text.get(document.span).unwrap_or_default(),
                    own_name: document.identity.name,
                    name,
                });
            }
        }
        Shown {
            objects,
            hits: search.finish(),
        }
    }
}

/// Whether a document is one of those that helm prints as they stand in `crds/`: nothing generated is in it.
fn is_crd(document: &str) -> bool {
    let mut lines = document
        .lines()
        .filter_map(|line| line.strip_prefix("# Source: "));
    lines
        .next()
        .is_some_and(|source| source.contains("/crds/") && !source.contains("/templates/"))
}
