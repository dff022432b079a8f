//! What was done, for people: never a value.

use std::collections::HashMap;

use crate::calendar::date;
use crate::chart::placeholder::Class as Generated;
use crate::chart::site::Site;
use crate::report::{Certificate, Held, HeldReason, Pin, Place};

use super::assign::{Assigned, Names};
use super::explore::Exploration;
use super::issue;
use super::key_calls;
use super::known::Index;
use super::link::{Links, Origin};
use super::needs::is_random;
use super::place;
use super::text::CallId;

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

    /// The keys and certificates. Those that only another certificate or a password hash shows are left out.
    pub(super) fn certificates(&self) -> Vec<Certificate> {
        let mut all: Vec<Certificate> = Vec::new();
        let mut known: HashMap<(&CallId, bool), usize> = HashMap::new();
        for printed in key_calls::printed(self.exploration) {
            let block = printed.block;
            if self.exploration.is_argument(printed.text) {
                continue;
            }
            let Some(place) = self.describe_text(printed.text) else {
                continue;
            };
            if let Some(certificate) = known
                .get(&(&block.call, block.is_key()))
                .and_then(|number| all.get_mut(*number))
            {
                if certificate.place != place && !certificate.shared_with.contains(&place) {
                    certificate.shared_with.push(place);
                }
                continue;
            }
            let Some(site) = self.sites.get(block.site) else {
                continue;
            };
            known.insert((&block.call, block.is_key()), all.len());
            let described = issue::describe(block);
            let window = described.as_ref().map(|described| described.window);
            all.push(Certificate {
                place,
                shared_with: Vec::new(),
                call_site: site.call_site(),
                what: if block.is_key() {
                    "private key"
                } else {
                    "certificate"
                },
                kind: block
                    .is_key()
                    .then(|| issue::key_kind(block).name().to_owned()),
                not_before: window.map(|window| date(window.validity.not_before)),
                not_after: window.map(|window| date(window.validity.not_after)),
                next_renewal: window.and_then(|window| window.end).map(date),
                days: described.as_ref().map(|described| described.days),
                subject: described.map(|described| self.masked(&described.subject)),
            });
        }
        all
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
        self.describe_text(self.exploration.found.get(found)?.text)
    }

    /// A text of the chart's own with `*` for what is generated in it.
    fn masked(&self, text: &str) -> String {
        let mut masked = text.to_owned();
        for hit in self.index.scan(text).into_iter().rev() {
            masked.replace_range(hit.span, "*");
        }
        place::wildcard(&masked, &self.names.generated)
    }

    fn describe_text(&self, text: usize) -> Option<Place> {
        let at = self.exploration.texts.get(text)?.leaf;
        let named = self.names.documents.get(at.0)?;
        let leaf = self.names.first.leaf(at)?;
        Some(place::describe(named, &leaf.path, &self.names.generated))
    }
}
