//! What helm printed, object by object, as far as names need it.

use super::hits::{Hits, Search};
use super::mask::Mask;
use super::needles::Needles;
use super::place::{DocumentName, DocumentNames, mark_shared, runs_once};
use crate::manifest::{self, Leaf};

/// An object that helm printed.
pub(super) struct Object {
    /// Its scalars if it runs once.
    pub(super) leaves: Vec<Leaf>,
    /// Its name as it stands there.
    pub(super) own_name: String,
    /// What it is called.
    pub(super) name: DocumentName,
}

/// What helm printed.
pub(super) struct Shown {
    /// Its [`objects`](manifest::objects).
    pub(super) objects: Vec<Object>,
    /// What they show.
    pub(super) hits: Hits,
    /// What of it could not be read, and why.
    pub(super) unread: Vec<String>,
}

impl Shown {
    /// Looks for the needles in all that helm printed.
    pub(super) fn new(
        output: &str,
        release_namespace: &str,
        needles: &Needles<'_>,
        mask: &mut Mask<'_, '_>,
    ) -> Shown {
        let mut names = DocumentNames::new(release_namespace);
        let mut search = Search::new(needles, mask);
        let mut objects: Vec<Object> = Vec::new();
        let unread = manifest::each_object(output, |document| {
            let name = names.name(&document, search.mask());
            search.document(objects.len(), &document, &name);
            objects.push(Object {
                leaves: match runs_once(&document) {
                    true => document.leaves,
                    false => Vec::new(),
                },
                own_name: document.identity.name,
                name,
            });
        });
        let mut hits = search.finish();
        mark_shared(&mut hits.places, &names);
        Shown {
            objects,
            hits,
            unread,
        }
    }
}
