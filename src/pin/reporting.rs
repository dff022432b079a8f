//! What was done, for people: never a value.

use crate::chart::placeholder::Class as Generated;
use crate::chart::site::Site;
use crate::report::{Held, HeldReason, Pin, Place};

use super::assign::{Assigned, Names};
use super::explore::Exploration;
use super::known::Index;
use super::link::{Links, Origin};
use super::needs::is_random;
use super::place;

/// Collects the report's parts.
pub(super) struct Reporter<'a> {
    pub(super) sites: &'a [Site],
    pub(super) index: &'a Index,
    pub(super) exploration: &'a Exploration,
    pub(super) links: &'a Links,
    pub(super) names: &'a Names<'a>,
}

impl Reporter<'_> {
    /// One entry for each call, in the order of their primary places in the manifest.
    pub(super) fn pins(&self, assigned: &[Assigned]) -> Vec<Pin> {
        let mut pins: Vec<(usize, Pin)> = self
            .links
            .calls
            .iter()
            .zip(assigned)
            .filter_map(|(call, assigned)| {
                let site = match &call.origin {
                    Origin::Placeholder(known) => self.index.known[*known].site,
                    Origin::Composed { site, .. } => *site,
                };
                let mut shared_with: Vec<Place> = Vec::new();
                let primary = self.describe(assigned.primary)?;
                for member in &call.members {
                    if let Some(place) = self.describe(*member)
                        && place != primary
                        && !shared_with.contains(&place)
                    {
                        shared_with.push(place);
                    }
                }
                let class = &assigned.request.class;
                let pin = Pin {
                    place: primary,
                    shared_with,
                    call_site: self.sites.get(site)?.call_site(),
                    length: assigned.value.len(),
                    alphabet: class.name().to_owned(),
                    entropy_bits: class.entropy_bits(assigned.request.length),
                };
                Some((assigned.primary, pin))
            })
            .collect();
        pins.sort_by_key(|(primary, _)| *primary);
        pins.into_iter().map(|(_, pin)| pin).collect()
    }

    /// Call sites that no pin comes from.
    pub(super) fn held(&self) -> Vec<Held> {
        let mut pinned = vec![false; self.sites.len()];
        for call in &self.links.calls {
            match &call.origin {
                Origin::Placeholder(known) => pinned[self.index.known[*known].site] = true,
                Origin::Composed { site, .. } => pinned[*site] = true,
            }
        }
        self.sites
            .iter()
            .zip(pinned)
            .enumerate()
            // Text for `tpl` that stands somewhere is not said to be rendered.
            .filter(|(_, (site, pinned))| {
                !pinned && site.reachable && is_random(site) && !site.template.starts_with("tpl:")
            })
            .map(|(number, (site, _))| {
                let short = site.class == Generated::Integer
                    || site.length.is_some_and(|length| length < 8);
                let held = self.links.held.iter().filter(|(_, site)| *site == number);
                let places = held
                    .filter_map(|(found, _)| self.describe(*found))
                    .collect();
                Held {
                    call_site: site.call_site(),
                    reason: match short {
                        true => HeldReason::Short,
                        false => HeldReason::Altered,
                    },
                    places,
                }
            })
            .collect()
    }

    fn describe(&self, found: usize) -> Option<Place> {
        let found = self.exploration.found.get(found)?;
        let at = self.exploration.texts.get(found.text)?.leaf;
        let named = self.names.documents.get(at.0)?;
        let leaf = self.names.first.leaf(at)?;
        Some(place::describe(named, &leaf.path, &self.names.generated))
    }
}
