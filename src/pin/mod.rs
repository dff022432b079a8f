//! Finds the placeholders in a manifest and gives each place the value that belongs to it.
//!
//! The render of an instrumented chart shows a placeholder wherever the chart generates something.
//! This module turns it into the final text, in one direction:
//!
//! 1. [`known`]: all placeholders that the call sites can yield, as one table.
//! 2. [`explore`]: where they stand, through base64 and hash arguments; where there are twins
//!    (renders in which repeating call sites are fresh), also what differs but is no placeholder.
//! 3. [`link`]: which places share one call.
//! 4. [`assign`]: each call's primary place, and the value that is derived from its identity.
//! 5. [`splice`]: the changes of the text, and nothing else.
//!
//! No decision depends on the luck of a twin: what is read off one is certain to 2^-40, or another
//! one is asked for.

mod align;
mod aligned;
mod assign;
mod digest;
mod ends;
mod explore;
mod family;
mod hash;
mod issue;
mod job;
mod key_calls;
mod known;
mod link;
mod needs;
mod ordinals;
mod pem;
mod place;
mod reporting;
mod splice;
mod text;
mod traces;
mod unit;

use std::collections::HashSet;

use anyhow::{Context as _, Result, anyhow};

use crate::chart::instrument::Habits;
use crate::chart::site::Site;
use crate::derive::Key;
use crate::manifest::encoding::{decoded_texts, may_hold_base64_text};
use crate::manifest::{self, Edit, LeafRef, Manifest};
use crate::report::{Certificate, Held, Pin};

use assign::{Assigned, Names};
use digest::Digests;
use ends::Ends;
use explore::{Exploration, Explorer};
use issue::Keys;
use known::Index;
use link::{Context, Links};
use reporting::Reporter;
use splice::Ingredients;
use traces::Traces;

/// More twins than this are never rendered: one generated digit that two places share needs 14 (it is one of eight others in
/// each), the alphabet of eight letters 20.
const MOST_TWINS: usize = 20;

/// The pinned manifests.
pub struct Pinned {
    /// Helm's text with the pinned values.
    pub text: String,
    /// The pinned values.
    pub pins: Vec<Pin>,
    /// What keeps its placeholder.
    pub held: Vec<Held>,
    /// The keys and certificates.
    pub certificates: Vec<Certificate>,
}

/// What came out.
pub enum Outcome {
    /// One more twin with fresh values is needed.
    NeedsTwin,
    /// A render with the largest numbers is needed, to see which of them have a range.
    NeedsLargest,
    /// A render at another time is needed, to see which names of Jobs follow the clock.
    NeedsClockTwin,
    /// Done.
    Pinned(Pinned),
}

/// The renders of one instrumented chart.
#[derive(Default)]
pub struct Twins {
    /// With fresh values of the call sites that repeat.
    pub fresh: Vec<Manifest>,
    /// With the largest numbers.
    pub largest: Option<Manifest>,
    /// With another clock.
    pub clock: Option<Manifest>,
}

/// Pins the renders of one chart.
pub struct Pinner<'a> {
    sites: &'a [Site],
    habits: Habits,
    key: &'a Key,
    release_namespace: &'a str,
    index: Index,
    digests: Digests,
    ends: Vec<(usize, Ends)>,
    traces: Traces,
}

impl<'a> Pinner<'a> {
    /// A pinner for the call sites of one instrumented chart, and what its templates do besides. `key` is the scope's key
    /// for pins.
    ///
    /// # Errors
    /// The call sites are too many to be searched for.
    pub fn new(
        sites: &'a [Site],
        habits: Habits,
        key: &'a Key,
        release_namespace: &'a str,
    ) -> Result<Self> {
        let index = Index::new(sites);
        let digests = Digests::new(&index);
        let ends: Vec<(usize, Ends)> = sites
            .iter()
            .enumerate()
            .filter_map(|(number, site)| Some((number, Ends::of(site)?)))
            .collect();
        Ok(Pinner {
            sites,
            habits,
            key,
            release_namespace,
            index,
            digests,
            traces: Traces::new(&ends)?,
            ends,
        })
    }

    /// Whether anything in a render may have to change: a value to pin, or a Job's name that
    /// follows the clock.
    pub fn has_work(&self) -> bool {
        !self.sites.is_empty() || self.habits.reads_clock
    }

    /// Whether a twin will most likely be asked for: there are call sites that repeat. What the render
    /// shows decides.
    pub fn expects_twin(&self) -> bool {
        self.sites.iter().any(|site| {
            site.repeats && site.reachable && (needs::is_random(site) || site.class.is_pem())
        })
    }

    /// Whether a document of a render need not be looked at: a CustomResourceDefinition that shows
    /// no placeholder, in base64 neither.
    pub fn is_idle(&self, document: &str) -> bool {
        document.contains("\nkind: CustomResourceDefinition") && !self.shows(document)
    }

    fn shows(&self, text: &str) -> bool {
        !self.index.scan_likely(text).is_empty()
            || !self.digests.scan(text).is_empty()
            || (self.ends.iter().any(|(_, ends)| ends.is_pem) && pem::may_hold(text))
            || self.ends.iter().any(|(_, ends)| ends.remain(text))
            || (may_hold_base64_text(text) && decoded_texts(text).any(|text| self.shows(&text)))
    }

    /// Pins `first`, or asks for more renders than `twins`.
    ///
    /// # Errors
    /// The chart's logic depends on whether generated values are equal, or the result is not what
    /// helm printed but for the pins.
    pub fn pin(&self, first: &Manifest, twins: &Twins) -> Result<Outcome> {
        let jobs = first.documents.iter().any(job::runs_once);
        if jobs && self.habits.reads_clock && twins.clock.is_none() {
            return Ok(Outcome::NeedsClockTwin);
        }
        let others: Vec<&Manifest> = twins.fresh.iter().chain(&twins.largest).collect();
        let mut unordered = HashSet::new();
        for twin in &others {
            unordered.extend(
                align::align(first, twin).with_context(|| needs::repeating_sites(self.sites))?,
            );
        }
        let mut exploration = Explorer::explore(
            &self.index,
            &self.digests,
            &self.ends,
            first,
            &others,
            &unordered,
        );
        if others.is_empty()
            && (needs::needs_twin(self.sites, &self.index, &exploration, first)
                || key_calls::needs_twin(&exploration, self.sites)
                || (self.habits.drops_equal && self.expects_twin()))
        {
            return Ok(Outcome::NeedsTwin);
        }
        // Which words a chart chooses by a number, the largest one tells at each run.
        if !others.is_empty() && twins.largest.is_none() && needs::has_integers(self.sites) {
            return Ok(Outcome::NeedsLargest);
        }
        if let Some(at) = exploration.misaligned.first() {
            return Err(self.conflict(first, *at, "has other words when generated values differ"));
        }
        let context = |at: LeafRef| {
            let path = first.leaf(at).map(|leaf| &leaf.path);
            Context {
                annotation: path.is_some_and(place::is_annotation),
                secret: first
                    .documents
                    .get(at.0)
                    .is_some_and(|document| document.identity.kind == "Secret")
                    && path.is_some_and(place::is_data),
            }
        };
        let count = twins.fresh.len();
        let links = link::link(
            &mut exploration,
            self.sites,
            &self.index,
            count,
            twins.largest.is_some(),
            context,
        );
        if links.needs_largest {
            return Ok(Outcome::NeedsLargest);
        }
        if (links.uncertain || exploration.uncertain) && count < MOST_TWINS {
            return Ok(Outcome::NeedsTwin);
        }
        if let Some(found) = links.conflicts.first() {
            let at = exploration.texts[exploration.found[*found].text].leaf;
            return Err(self.conflict(
                first,
                at,
                "is generated in a way that cannot be pinned, and would be equal to another value",
            ));
        }
        let generated = needs::generated_names(self.sites, &self.index, &exploration, first);
        let names = Names {
            first,
            documents: place::name_documents(&first.documents, self.release_namespace, &generated),
            generated,
        };
        let assigned = assign::assign(&exploration, &links, &self.index, &names, self.key)?;
        let keys = key_calls::derive(&exploration, self.sites, &names, self.key)?;
        let pinned = self.splice(first, &exploration, &links, &assigned, &keys)?;
        let followers = job::followers(first, &names.generated, twins.clock.as_ref());
        let text = match followers.is_empty() {
            true => pinned.into_text(),
            false => self.rename(&pinned, &followers)?,
        };
        let reporter = Reporter {
            sites: self.sites,
            index: &self.index,
            exploration: &exploration,
            links: &links,
            names: &names,
        };
        Ok(Outcome::Pinned(Pinned {
            text,
            pins: reporter.pins(&assigned),
            held: reporter.held(),
            certificates: reporter.certificates(),
        }))
    }

    /// An error that names a place and the call sites that may be behind it.
    fn conflict(&self, first: &Manifest, at: LeafRef, what: &str) -> anyhow::Error {
        let document = first.documents.get(at.0).map(needs::unnamed);
        anyhow!("a value in {} {what}", document.unwrap_or_default())
            .context(needs::repeating_sites(self.sites))
    }

    /// Puts the values in their places.
    fn splice(
        &self,
        first: &Manifest,
        exploration: &Exploration,
        links: &Links,
        assigned: &[Assigned],
        keys: &Keys,
    ) -> Result<Manifest> {
        let edits = splice::edits(exploration, links, assigned)?;
        let changes = splice::splice_layers(
            first,
            &exploration.texts,
            edits,
            &Ingredients {
                sites: self.sites,
                key: self.key,
                keys,
                raw: splice::raw_values(links, assigned, &self.index),
                traces: &self.traces,
            },
        )?;
        let changed: HashSet<LeafRef> = changes.iter().map(|(at, _)| *at).collect();
        let mut edits: Vec<Edit> = changes.into_iter().map(|(_, edit)| edit).collect();
        edits.extend(splice::comments(exploration, links, assigned));
        edits.sort_by_key(|edit| edit.span.start);
        let text = manifest::splice(first.text(), &edits)?;
        let remains = self.ends.iter().find(|(_, ends)| ends.remain(&text));
        if let Some(site) = remains
            .map(|(site, _)| *site)
            .or_else(|| self.traces.find(&text))
        {
            return Err(splice::unknown_use(&self.sites[site]));
        }
        check(first, text, &changed)
    }

    /// Gives Jobs and bare Pods the names that follow their content.
    fn rename(&self, pinned: &Manifest, followers: &[job::Follower]) -> Result<String> {
        let changed = job::referring(pinned, followers);
        let text = job::rename(pinned, followers, self.key)?;
        Ok(check(pinned, text, &changed)?.into_text())
    }
}

/// Parses the result again: the same documents and fields, only pinned scalars changed.
fn check(before: &Manifest, text: String, changed: &HashSet<LeafRef>) -> Result<Manifest> {
    let after = Manifest::parse(text).context("the pinned manifests do not parse")?;
    manifest::same_shape(before, &after, changed)
        .context("internal error: pinning changed more than the pinned values")?;
    Ok(after)
}
