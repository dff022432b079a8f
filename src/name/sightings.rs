//! Which place shows a call best: its own value there, or a text that was made with it.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::ops::Range;

use super::carriers::Content;
use super::hits::{Hit, search};
use super::mask::Mask;
use super::needles::{NeedleId, Needles, Owner};
use super::place::{DocumentName, LeafPlace, Rank};
use super::spread::spread;
use crate::log::Log;
use crate::manifest::{LeafRef, Manifest};
use crate::report;

/// So many carriers of a call are listed for people.
const LISTED_CARRIERS: usize = 8;

/// And so many places.
const LISTED_PLACES: usize = 64;

/// What orders two hits: rank and place, then inside the scalar the whole before parts, and of parts the first and
/// longest. The longest, because a part of a text that the chart altered is there by chance only.
pub(super) type HitOrder = (Rank, usize, bool, usize, usize, Reverse<usize>);

/// Where a call is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Sighting {
    /// How many distinct calls are in the text that is seen.
    calls: usize,
    /// Where it stands, for comparing.
    pub(super) order: HitOrder,
    /// Whether the text is not the call's own value.
    pub(super) is_carrier: bool,
    /// Which hit it is.
    pub(super) hit: usize,
}

/// Which hits count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    /// All, of digests those in Secrets.
    Shown,
    /// Those in names of documents that run once.
    RunNames,
    /// Those of digests.
    Digests,
    /// Those of digests in names of documents that run once.
    DigestsInRunNames,
}

/// All hits in a manifest, and whose they are.
pub(super) struct Sightings<'s> {
    log: &'s Log,
    contents: &'s [Content],
    documents: &'s [DocumentName],
    hits: Vec<Hit>,
    /// The place of each hit among `places`.
    places: Vec<LeafPlace>,
    orders: Vec<HitOrder>,
    place_of: Vec<usize>,
    /// The hits of each needle, best first.
    of_needle: Vec<Vec<usize>>,
    own: Vec<Vec<NeedleId>>,
    carried: Vec<Option<NeedleId>>,
}

impl<'s> Sightings<'s> {
    /// Looks for the needles in the manifest; `contents` are those of the log's carriers.
    pub(super) fn new(
        log: &'s Log,
        contents: &'s [Content],
        manifest: &Manifest,
        documents: &'s [DocumentName],
        needles: &Needles<'_>,
        mask: &mut Mask<'_, '_>,
    ) -> Sightings<'s> {
        let hits = search(manifest, needles);
        let (places, place_of) = places_of(&hits, manifest, documents, mask);
        let mut by_order: Vec<usize> = (0..places.len()).collect();
        by_order.sort_by(|a, b| places[*a].order().cmp(&places[*b].order()));
        let mut ranking = vec![0; places.len()];
        for (ranked, place) in by_order.into_iter().enumerate() {
            ranking[place] = ranked;
        }
        let orders: Vec<HitOrder> = hits
            .iter()
            .zip(&place_of)
            .map(|(hit, place)| {
                let length = needles.get(hit.needle).map_or(0, |it| it.text().len());
                let rank = places[*place].rank(hit.whole);
                let ranked = ranking[*place];
                (
                    rank,
                    ranked,
                    !hit.whole,
                    hit.layer,
                    hit.start,
                    Reverse(length),
                )
            })
            .collect();
        let mut of_needle = vec![Vec::new(); needles.len()];
        for (number, hit) in hits.iter().enumerate() {
            of_needle[hit.needle.0].push(number);
        }
        for hits in &mut of_needle {
            hits.sort_by_key(|hit| orders[*hit]);
        }
        let mut own = vec![Vec::new(); log.calls.len()];
        let mut carried = vec![None; log.carriers.len()];
        for (id, needle) in needles.iter() {
            for owner in &needle.owners {
                match owner {
                    Owner::Call(call) => own[call.0].push(id),
                    Owner::Carrier(carrier) => carried[*carrier] = Some(id),
                }
            }
        }
        Sightings {
            log,
            contents,
            documents,
            hits,
            places,
            orders,
            place_of,
            of_needle,
            own,
            carried,
        }
    }

    /// The best sighting of each call.
    pub(super) fn best(&self, view: View) -> Vec<Option<Sighting>> {
        let carriers = self.ranked_carriers(view);
        let ranges = carriers
            .iter()
            .enumerate()
            .map(|(number, (_, carrier))| (number, self.range(*carrier)));
        let given = spread(ranges, &self.log.order, self.log.calls.len(), 1);
        let calls = given.iter().enumerate().map(|(call, given)| {
            let carried = given
                .first()
                .and_then(|it| carriers.get(*it))
                .map(|it| it.0);
            let needles = self.own[call].iter();
            let own = needles.filter_map(|needle| self.first(*needle, view, false));
            let own = own.map(|hit| self.sighting(hit, 1, false));
            own.chain(carried).min()
        });
        calls.collect()
    }

    /// Whether each call is seen in a Secret.
    pub(super) fn in_secrets(&self) -> Vec<bool> {
        let best = |needle: NeedleId| {
            let shown = self.of_needle[needle.0].iter().copied();
            let mut shown = shown.filter(|hit| !self.hits[*hit].only_names);
            // The best one has the best rank.
            shown
                .next()
                .is_some_and(|hit| self.orders[hit].0.is_secret())
        };
        let carriers = self.carried.iter().enumerate();
        let carriers = carriers.filter(|(_, needle)| needle.is_some_and(best));
        let ranges = carriers.map(|(carrier, _)| (carrier, self.range(carrier)));
        let given = spread(ranges, &self.log.order, self.log.calls.len(), 1);
        let calls = given.iter().zip(&self.own);
        calls
            .map(|(given, own)| !given.is_empty() || own.iter().copied().any(best))
            .collect()
    }

    /// All places that show each call or a text made with it, for people; the best one is added by the caller.
    pub(super) fn listed(&self) -> Vec<Vec<usize>> {
        let mut carriers = self.ranked_carriers(View::Shown);
        carriers.extend(self.ranked_carriers(View::Digests));
        let ranges = carriers
            .iter()
            .enumerate()
            .map(|(number, (_, carrier))| (number, self.range(*carrier)));
        let most = LISTED_CARRIERS;
        let given = spread(ranges, &self.log.order, self.log.calls.len(), most);
        let calls = given.iter().zip(&self.own).map(|(given, own)| {
            let carried = given.iter().filter_map(|number| {
                let (_, carrier) = carriers.get(*number)?;
                self.carried.get(*carrier).copied().flatten()
            });
            let hits = own.iter().copied().chain(carried);
            let hits = hits.flat_map(|needle| &self.of_needle[needle.0]);
            let mut seen: HashSet<LeafRef> = HashSet::new();
            hits.copied()
                .filter(|hit| !self.hits[*hit].only_names && seen.insert(self.hits[*hit].leaf))
                .take(LISTED_PLACES)
                .collect()
        });
        calls.collect()
    }

    /// The hit of this number.
    pub(super) fn hit(&self, hit: usize) -> &Hit {
        &self.hits[hit]
    }

    /// All hits.
    pub(super) fn hits(&self) -> &[Hit] {
        &self.hits
    }

    /// The identity of the place where a hit stands.
    pub(super) fn parts(&self, hit: usize) -> Vec<String> {
        self.place(hit).parts(&self.hits[hit].word)
    }

    /// Whether that goes by a position in a list.
    pub(super) fn is_by_position(&self, hit: usize) -> bool {
        self.place(hit).by_position
    }

    /// The place for people.
    pub(super) fn shown(&self, hit: usize) -> &report::Place {
        &self.place(hit).shown
    }

    /// The document that a hit stands in.
    pub(super) fn document(&self, hit: usize) -> &DocumentName {
        &self.documents[self.hits[hit].leaf.0]
    }

    fn place(&self, hit: usize) -> &LeafPlace {
        &self.places[self.place_of[hit]]
    }

    fn range(&self, carrier: usize) -> Range<usize> {
        self.log.carriers[carrier].calls.clone()
    }

    fn sighting(&self, hit: usize, calls: usize, is_carrier: bool) -> Sighting {
        Sighting {
            calls,
            order: self.orders[hit],
            is_carrier,
            hit,
        }
    }

    /// The carriers that are seen, best first, each with its best sighting.
    fn ranked_carriers(&self, view: View) -> Vec<(Sighting, usize)> {
        let carriers = self.carried.iter().enumerate();
        let seen = carriers.filter_map(|(carrier, needle)| {
            let is_digest = self.log.carriers[carrier].is_digest;
            let hit = self.first((*needle)?, view, is_digest)?;
            let calls = self.contents[carrier].calls;
            Some((self.sighting(hit, calls, true), carrier))
        });
        let mut seen: Vec<(Sighting, usize)> = seen.collect();
        seen.sort();
        seen
    }

    /// The best hit of a needle that counts.
    fn first(&self, needle: NeedleId, view: View, is_digest: bool) -> Option<usize> {
        let counts = |hit: &usize| {
            let (hit, rank) = (&self.hits[*hit], self.orders[*hit].0);
            match view {
                View::Shown => !hit.only_names && (!is_digest || rank.is_secret()),
                View::RunNames => hit.names_run && !is_digest,
                View::Digests => is_digest && !hit.only_names,
                View::DigestsInRunNames => is_digest && hit.names_run,
            }
        };
        self.of_needle[needle.0].iter().copied().find(counts)
    }
}

/// The places of all hits, each scalar's once, and which one each hit has.
fn places_of(
    hits: &[Hit],
    manifest: &Manifest,
    documents: &[DocumentName],
    mask: &mut Mask<'_, '_>,
) -> (Vec<LeafPlace>, Vec<usize>) {
    let mut places: Vec<LeafPlace> = Vec::new();
    let mut place_of = Vec::with_capacity(hits.len());
    let mut last = None;
    for hit in hits {
        if last != Some(hit.leaf) {
            let (document, position) = hit.leaf;
            let before = position.checked_sub(1);
            let before = before.and_then(|before| manifest.leaf((document, before)));
            if let (Some(name), Some(leaf)) = (documents.get(document), manifest.leaf(hit.leaf)) {
                places.push(LeafPlace::new(name, leaf, before, mask));
            }
            last = Some(hit.leaf);
        }
        place_of.push(places.len().saturating_sub(1));
    }
    (places, place_of)
}
