//! Which place shows a call best: its own value there, or a text that was made with it.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::carriers::Content;
use super::hits::{Hit, Hits};
use super::needles::{NeedleId, Needles, Owner};
use super::place::{DocumentName, LeafPlace};
use super::shown::{Object, Shown};
use super::spread::spread;
use crate::log::{CallId, Log};
use crate::manifest::Path;
use crate::report;

/// So many carriers of a call are listed for people.
const LISTED_CARRIERS: usize = 8;

/// And so many places.
const LISTED_PLACES: usize = 64;

/// The number of a hit; the best place has the smallest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct HitId(usize);

/// Where a call is seen. The best is the smallest: of the fewest calls, then at the best place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Sighting {
    /// How many distinct calls are in the text that is seen.
    pub(super) calls: usize,
    /// Where it stands.
    pub(super) hit: HitId,
    /// Whether the text was made with other calls too, or is a digest. What was made with this one alone counts as its value: whether
    /// it is may be up to the value.
    pub(super) is_carrier: bool,
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
    contents: Vec<Content>,
    /// Of each call whether its value stands in all that is made of it alone.
    kept: Vec<bool>,
    objects: Vec<Object>,
    unread: Vec<String>,
    /// The scalars that show something.
    places: Vec<LeafPlace>,
    /// All hits, best first.
    hits: Vec<Hit>,
    /// The hits of each needle, best first.
    of_needle: Vec<Vec<HitId>>,
    own: Vec<Vec<NeedleId>>,
    carried: Vec<Option<NeedleId>>,
}

impl<'s> Sightings<'s> {
    /// Ranks what is shown; `contents` are those of the log's carriers, `kept` is what [`kept`](super::carriers::kept) says.
    pub(super) fn new(
        log: &'s Log,
        contents: Vec<Content>,
        kept: Vec<bool>,
        shown: Shown,
        needles: &Needles<'_>,
    ) -> Sightings<'s> {
        let Hits { mut hits, places } = shown.hits;
        sort(&mut hits, &places, needles);
        let mut of_needle = vec![Vec::new(); needles.len()];
        for (number, hit) in hits.iter().enumerate() {
            of_needle[hit.needle.0].push(HitId(number));
        }
        let mut own = vec![Vec::new(); log.calls.len()];
        let mut carried = vec![None; log.carriers.len()];
        for (id, needle) in needles.iter() {
            for owner in &needle.owners {
                match owner {
                    Owner::Call(call) => own[call.0].push(id),
                    Owner::Carrier(_) if needle.is_choice() => {}
                    Owner::Carrier(carrier) => carried[*carrier] = Some(id),
                }
            }
        }
        Sightings {
            log,
            contents,
            kept,
            objects: shown.objects,
            unread: shown.unread,
            places,
            hits,
            of_needle,
            own,
            carried,
        }
    }

    /// The best sighting of each call. A text that holds its value as it is says no more than that does, and may say less: in
    /// `alice:…` the value has a word before it.
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
            let own = self.first_own(call, view).map(|hit| Sighting {
                calls: 1,
                hit,
                is_carrier: false,
            });
            match own {
                Some(_) if self.kept[call] => own,
                _ => own.into_iter().chain(carried).min(),
            }
        });
        calls.collect()
    }

    /// Whether each call is seen in a Secret.
    pub(super) fn in_secrets(&self) -> Vec<bool> {
        // The best one has the best rank.
        let is_secret = |needle: NeedleId| {
            let shown = self.of_needle[needle.0].iter();
            let mut shown = shown.map(|hit| &self.hits[hit.0]);
            shown
                .find(|hit| !hit.only_names)
                .is_some_and(|hit| hit.rank.is_secret())
        };
        let carriers = self.log.carriers.iter().zip(&self.carried);
        let carriers = carriers.filter(|(_, needle)| needle.is_some_and(is_secret));
        let ran = self.log.ran_for_any(carriers.map(|(carrier, _)| carrier));
        let calls = ran.iter().zip(&self.own);
        calls
            .map(|(ran, own)| *ran || own.iter().copied().any(is_secret))
            .collect()
    }

    /// All places that show each call or a text made with it, for people; the best one is added by the caller.
    pub(super) fn listed(&self) -> Vec<Vec<HitId>> {
        let mut carriers = self.ranked_carriers(View::Shown);
        carriers.extend(self.ranked_carriers(View::Digests));
        let ranges = carriers
            .iter()
            .enumerate()
            .map(|(number, (_, carrier))| (number, self.range(*carrier)));
        let most = LISTED_CARRIERS;
        let given = spread(ranges, &self.log.order, self.log.calls.len(), most);
        let owners = self.log.owners();
        let calls = given.iter().zip(&self.own).enumerate();
        let calls = calls.map(|(call, (given, own))| {
            let carried = given.iter().filter_map(|number| {
                let (_, carrier) = carriers.get(*number)?;
                // The key of a certificate that a CA signs shows nothing of the CA.
                let owners = owners.get(*carrier)?;
                let is_anothers = !owners.is_empty() && !owners.contains(&CallId(call));
                let needle = self.carried.get(*carrier).copied().flatten();
                needle.filter(|_| !is_anothers)
            });
            let hits = own.iter().copied().chain(carried);
            let hits = hits.flat_map(|needle| &self.of_needle[needle.0]);
            let mut seen: HashSet<usize> = HashSet::new();
            hits.copied()
                .filter(|hit| !self.hit(*hit).only_names && seen.insert(self.hit(*hit).place))
                .take(LISTED_PLACES)
                .collect()
        });
        calls.collect()
    }

    /// Of each call the carriers with a key that hold it and are seen, and whether the scalar where its hit stands shows them.
    pub(super) fn texts(&self, hit: impl Fn(CallId) -> Option<HitId>) -> Vec<Vec<(usize, bool)>> {
        let mut texts = vec![Vec::new(); self.log.calls.len()];
        // Many carriers may have one text.
        let mut known: HashMap<NeedleId, HashSet<usize>> = HashMap::new();
        let keyed = self.log.carriers.iter().zip(&self.carried).enumerate();
        let keyed = keyed.filter(|(_, (carrier, _))| carrier.key.is_some());
        for (number, (carrier, needle)) in keyed {
            let Some(needle) = *needle else {
                continue;
            };
            let places = known.entry(needle).or_insert_with(|| {
                let hits = self.of_needle[needle.0].iter();
                hits.map(|hit| self.hit(*hit).place).collect()
            });
            if places.is_empty() {
                continue;
            }
            for call in self.log.ran_for(carrier) {
                let place = hit(*call).map(|hit| self.hit(hit).place);
                let is_here = place.is_some_and(|place| places.contains(&place));
                let own = texts.get_mut(call.0);
                let last = |own: &&mut Vec<(usize, bool)>| own.last().map(|it| it.0);
                if let Some(own) = own.filter(|own| last(own) != Some(number)) {
                    own.push((number, is_here));
                }
            }
        }
        texts
    }

    /// The hit of this number.
    pub(super) fn hit(&self, hit: HitId) -> &Hit {
        &self.hits[hit.0]
    }

    /// The scalar of a document that a hit stands in: the document's number, and its path there.
    pub(super) fn scalar(&self, hit: HitId) -> (usize, Path) {
        (self.hit(hit).document, self.place(hit).own.clone())
    }

    /// Whether the scalar that a hit stands in shows a call's own value.
    pub(super) fn shows(&self, hit: HitId, call: usize) -> bool {
        let needles = self.own.get(call).into_iter().flatten();
        let mut hits = needles.flat_map(|needle| &self.of_needle[needle.0]);
        hits.any(|own| self.hit(*own).place == self.hit(hit).place)
    }

    /// All hits.
    pub(super) fn hits(&self) -> impl Iterator<Item = &Hit> {
        self.hits.iter()
    }

    /// The identity of the place where a hit stands.
    pub(super) fn parts(&self, hit: HitId) -> Vec<String> {
        self.place(hit).parts(&self.hit(hit).lead)
    }

    /// Whether that goes by a position in a list.
    pub(super) fn is_by_position(&self, hit: HitId) -> bool {
        self.place(hit).by_position
    }

    /// The place for people.
    pub(super) fn shown(&self, hit: HitId) -> &report::Place {
        &self.place(hit).shown
    }

    /// The object of this number.
    pub(super) fn object(&self, number: usize) -> Option<&Object> {
        self.objects.get(number)
    }

    /// What of the output could not be read, and why.
    pub(super) fn unread(&self) -> &[String] {
        &self.unread
    }

    /// The document that a hit stands in.
    pub(super) fn document(&self, hit: HitId) -> &DocumentName {
        &self.objects[self.hit(hit).document].name
    }

    fn place(&self, hit: HitId) -> &LeafPlace {
        &self.places[self.hit(hit).place]
    }

    fn range(&self, carrier: usize) -> Range<usize> {
        self.log.carriers[carrier].calls.clone()
    }

    /// The carriers that are seen, best first, each with its best sighting.
    fn ranked_carriers(&self, view: View) -> Vec<(Sighting, usize)> {
        let carriers = self.carried.iter().enumerate();
        let seen = carriers.filter_map(|(carrier, needle)| {
            let is_digest = self.log.carriers[carrier].is_digest;
            let hit = self.first((*needle)?, view, is_digest)?;
            let calls = self.contents[carrier].calls;
            let sighting = Sighting {
                calls,
                hit,
                is_carrier: calls > 1 || is_digest,
            };
            Some((sighting, carrier))
        });
        let mut seen: Vec<(Sighting, usize)> = seen.collect();
        seen.sort();
        seen
    }

    /// The best hit of a call's own value. Of a certificate that several Secrets show, the one with its private key owns it: there
    /// may be as many others as there are certificates that it signed.
    fn first_own(&self, call: usize, view: View) -> Option<HitId> {
        let needles = self.own.get(call)?;
        let first = needles
            .iter()
            .filter_map(|it| self.first(*it, view, false))
            .min()?;
        if needles.len() < 2 {
            return Some(first);
        }
        let documents = |needle: &NeedleId| {
            let hits = self.of_needle[needle.0].iter();
            hits.map(|hit| self.hit(*hit).document)
                .collect::<HashSet<usize>>()
        };
        let all = needles.iter().map(documents);
        let all = all.reduce(|all, own| all.intersection(&own).copied().collect())?;
        let hits = needles.iter().flat_map(|needle| &self.of_needle[needle.0]);
        let beside = hits.copied().filter(|hit| {
            let is_as_good = self.hit(*hit).rank == self.hit(first).rank;
            is_as_good && self.counts(*hit, view, false) && all.contains(&self.hit(*hit).document)
        });
        beside.min().or(Some(first))
    }

    /// The best hit of a needle that counts.
    fn first(&self, needle: NeedleId, view: View, is_digest: bool) -> Option<HitId> {
        let mut hits = self.of_needle[needle.0].iter().copied();
        hits.find(|hit| self.counts(*hit, view, is_digest))
    }

    fn counts(&self, hit: HitId, view: View, is_digest: bool) -> bool {
        let hit = self.hit(hit);
        match view {
            View::Shown => !hit.only_names && (!is_digest || hit.rank.is_secret()),
            View::RunNames => hit.names_run && !is_digest,
            View::Digests => is_digest && !hit.only_names,
            View::DigestsInRunNames => is_digest && hit.names_run,
        }
    }
}

/// Puts the best hits first: by rank and place, then inside the scalar the whole before parts, and of parts the first and
/// longest. The longest, because a part of a text that the chart altered is there by chance only. What stands around the
/// scalars of a document comes behind all in them: it moves when the document has more of them.
fn sort(hits: &mut [Hit], places: &[LeafPlace], needles: &Needles<'_>) {
    let mut by_order: Vec<usize> = (0..places.len()).collect();
    by_order.sort_by(|a, b| places[*a].order().cmp(&places[*b].order()));
    let mut ranking = vec![0; places.len()];
    for (ranked, place) in by_order.into_iter().enumerate() {
        ranking[place] = ranked;
    }
    hits.sort_by_key(|hit| {
        let length = needles.get(hit.needle).map_or(0, |it| it.text().len());
        let inside = (!hit.whole, hit.layer, hit.start, Reverse(length));
        (hit.rank, hit.is_around, ranking[hit.place], inside)
    });
}
