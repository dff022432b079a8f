//! What helm printed, object by object, as far as names need it.

use super::hits::{Hits, Search};
use super::mask::Mask;
use super::needles::Needles;
use super::place::{DocumentName, DocumentNames, mark_shared};
use crate::manifest;

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
    /// Its [`objects`](manifest::objects).
    pub(super) objects: Vec<Object<'t>>,
    /// What they show.
    pub(super) hits: Hits,
}

impl<'t> Shown<'t> {
    /// Looks for the needles in all that helm printed.
    pub(super) fn new(
        output: &'t str,
        release_namespace: &str,
        needles: &Needles<'_>,
        mask: &mut Mask<'_, '_>,
    ) -> Shown<'t> {
        let mut names = DocumentNames::new(release_namespace);
        let mut search = Search::new(needles, mask);
        let mut objects: Vec<Object<'t>> = Vec::new();
        manifest::each_object(output, |document, text| {
            let name = names.name(&document, search.mask());
            search.document(objects.len(), &document, &name);
            objects.push(Object {
                text,
                own_name: document.identity.name,
                name,
            });
        });
        let mut hits = search.finish();
        mark_shared(&mut hits.places, &names);
        Shown { objects, hits }
    }
}
