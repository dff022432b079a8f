//! The bodies that can reach a call: by which name helm knows each, and which id it has here.

use std::collections::{BTreeMap, BTreeSet};

use super::nothing;
use super::registry::Registry;
use super::statements::takes_digest;
use crate::chart::outline::BodyId;
use crate::chart::template::Template;

/// The bodies that can reach a call.
#[derive(Debug, Default)]
pub(super) struct Bodies {
    /// Their ids, by the names of defines and files.
    ids: BTreeMap<String, String>,
    /// The ids of those that look at their context.
    asking: BTreeSet<String>,
}

impl Bodies {
    /// Adds the defines and blocks called `name` in these templates. Their id begins with `x` if one takes digests.
    pub(super) fn add_define(
        &mut self,
        name: &str,
        templates: &[&Template],
        registry: &mut Registry,
    ) {
        let any = |holds: fn(&Template, BodyId) -> bool| {
            templates.iter().any(|template| {
                let mut bodies = template.outline.numbered();
                bodies.any(|(id, body)| body.name.as_deref() == Some(name) && holds(template, id))
            })
        };
        let id = registry.body(name, if any(takes_digest) { 'x' } else { 'd' });
        if any(nothing::asks) {
            self.asking.insert(id.clone());
        }
        self.ids.insert(name.to_owned(), id);
    }

    /// Adds the own body of a file, which helm knows by these names.
    pub(super) fn add_file(&mut self, id: &str, names: &[String]) {
        let named = names.iter().map(|name| (name.clone(), id.to_owned()));
        self.ids.extend(named);
    }

    /// All ids, by name.
    pub(super) fn ids(&self) -> &BTreeMap<String, String> {
        &self.ids
    }

    /// Whether the body with this id looks at its context.
    pub(super) fn asks(&self, id: &str) -> bool {
        self.asking.contains(id)
    }
}
