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
mod assign;
mod digest;
mod explore;
mod family;
mod hash;
mod known;
mod link;
mod needs;
mod place;
mod reporting;
mod splice;
mod text;
mod unit;

use std::collections::HashSet;

use anyhow::{Context as _, Result};

use crate::chart::marker::Ends;
use crate::chart::site::Site;
use crate::derive::Key;
use crate::manifest::{self, Edit, LeafRef, Manifest};
use crate::report::{Held, Pin};

use assign::Names;
use digest::Digests;
use explore::Explorer;
use known::Index;
use link::Context;

/// More twins than this are never rendered: one generated digit that two places share needs 13.
const MOST_TWINS: usize = 13;

/// The pinned manifests.
pub struct Pinned {
    /// Helm's text with the pinned values.
    pub text: String,
    /// The pinned values.
    pub pins: Vec<Pin>,
    /// What keeps its placeholder.
    pub held: Vec<Held>,
}

/// What came out.
pub enum Outcome {
    /// So many twins are needed in all.
    NeedsTwins(usize),
    /// Done.
    Pinned(Pinned),
}

/// Pins the renders of one chart.
pub struct Pinner<'a> {
    sites: &'a [Site],
    key: &'a Key,
    release_namespace: &'a str,
    index: Index,
    digests: Digests,
    ends: Vec<(usize, Ends)>,
}

impl<'a> Pinner<'a> {
    /// A pinner for the call sites of one instrumented chart. `key` is the scope's key for pins.
    pub fn new(
        sites: &'a [Site],
        key: &'a Key,
        release_namespace: &'a str,
    ) -> Self {
        let index = Index::new(sites);
        let digests = Digests::new(&index);
        let ends = sites
            .iter()
            .enumerate()
            .filter(|(_, site)| site.class.is_marker())
            .map(|(number, site)| (number, Ends::of(&site.key)))
            .collect();
        Pinner {
            sites,
            key,
            release_namespace,
            index,
            digests,
            ends,
        }
    }

    /// Whether the chart has a call site whose value can be pinned at all.
    pub fn has_work(&self) -> bool {
        !self.index.is_empty() || !self.ends.is_empty()
    }

    /// Pins `first`, or asks for more twins than `twins`.
    ///
    /// # Errors
    /// The chart's logic depends on whether generated values are equal, or the result is not what
    /// helm printed but for the pins.
    pub fn pin(&self, first: &Manifest, twins: &[Manifest]) -> Result<Outcome> {
        let mut unordered = HashSet::new();
        for twin in twins {
            unordered.extend(
                align::align(first, twin).with_context(|| needs::repeating_sites(self.sites))?,
            );
        }
        let mut exploration =
            Explorer::explore(&self.index, &self.digests, &self.ends, first, twins, &unordered);
        if twins.is_empty() && needs::needs_twin(self.sites, &self.index, &exploration, first) {
            return Ok(Outcome::NeedsTwins(1));
        }
        let context = |at: LeafRef| Context {
            annotation: leaf(first, at).is_some_and(|leaf| place::is_annotation(&leaf.path)),
        };
        let links = link::link(
            &mut exploration,
            self.sites,
            &self.index,
            twins.len(),
            context,
        );
        if links.uncertain && twins.len() < MOST_TWINS {
            return Ok(Outcome::NeedsTwins(twins.len() + 1));
        }
        let generated = needs::generated_names(self.sites, &self.index, &exploration, first);
        let names = Names {
            first,
            documents: place::name_documents(
                &first.documents,
                self.release_namespace,
                &generated,
            ),
            generated,
        };
        let assigned = assign::assign(&exploration, &links, &self.index, &names, self.key)?;
        let edits = splice::edits(&exploration, &links, &assigned);
        let mut changes = splice::splice_layers(first, &exploration.texts, edits, self.sites, self.key)?;
        let changed: HashSet<(usize, usize)> = changes
            .iter()
            .map(|(at, _)| (at.document, at.leaf))
            .collect();
        let comments = splice::comments(&exploration, &links, &assigned);
        let mut all: Vec<Edit> = changes.drain(..).map(|(_, edit)| edit).collect();
        all.extend(comments);
        all.sort_by_key(|edit| edit.span.start);
        let text = manifest::splice(first.text(), &all)?;
        check(first, &text, &changed)?;
        let reporter = reporting::Reporter {
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
        }))
    }
}

/// Parses the result again: the same documents and fields, only pinned scalars changed.
fn check(first: &Manifest, text: &str, changed: &HashSet<(usize, usize)>) -> Result<()> {
    let after = Manifest::parse(text.to_owned()).context("the pinned manifests do not parse")?;
    manifest::same_shape(first, &after, changed)
        .context("internal error: pinning changed more than the pinned values")
}

fn leaf(first: &Manifest, at: LeafRef) -> Option<&manifest::Leaf> {
    first.leaf(at)
}
