//! The call sites and bodies of a chart, with their numbers.

use std::collections::{BTreeMap, HashMap};

use crate::chart::generator::Generator;
use crate::chart::site::{Site, SiteId};
use crate::report::Fixed;

/// Collects call sites, and gives each its number and ordinal; names bodies by short ids.
#[derive(Debug, Default)]
pub(super) struct Registry {
    sites: Vec<Site>,
    ordinals: HashMap<(String, String, Generator), u32>,
    fixed: Vec<Fixed>,
    bodies: BTreeMap<String, String>,
    ids: HashMap<String, String>,
}

impl Registry {
    /// Adds a site; its ordinal is set here.
    pub(super) fn add(&mut self, mut site: Site) -> SiteId {
        let place = (site.chart.clone(), site.template.clone(), site.generator);
        let next = self.ordinals.entry(place).or_insert(0);
        site.ordinal = *next;
        *next += 1;
        let id = SiteId(u32::try_from(self.sites.len()).unwrap_or(u32::MAX));
        self.sites.push(site);
        id
    }

    /// Notes a call that was made constant.
    pub(super) fn fix(&mut self, fixed: Fixed) {
        self.fixed.push(fixed);
    }

    /// All sites, by their numbers.
    pub(super) fn sites(&self) -> &[Site] {
        &self.sites
    }

    /// The calls that were made constant.
    pub(super) fn fixed(&self) -> &[Fixed] {
        &self.fixed
    }

    /// The id of the body called `name`, which begins with `kind` if it is new.
    pub(super) fn body(&mut self, name: &str, kind: char) -> String {
        if let Some(id) = self.ids.get(name) {
            return id.clone();
        }
        let id = format!("{kind}{}", self.bodies.len());
        self.bodies.insert(id.clone(), name.to_owned());
        self.ids.insert(name.to_owned(), id.clone());
        id
    }

    /// The id of the body called `name`, if it has one.
    pub(super) fn id_of(&self, name: &str) -> Option<&str> {
        self.ids.get(name).map(String::as_str)
    }

    /// The name of the body with this id.
    pub(super) fn name_of(&self, id: &str) -> Option<&str> {
        self.bodies.get(id).map(String::as_str)
    }
}
