//! Gives each call its primary place, and from it its value.

use std::collections::HashMap;
use std::ops::Range;

use anyhow::{Context as _, Result};
use zeroize::Zeroizing;

use crate::derive::{Class, Key, Pattern, Request, value};
use crate::manifest::Manifest;

use super::explore::{Exploration, Found, What};
use super::known::Index;
use super::link::{Call, Links, Origin};
use super::ordinals::Ordinals;
use super::place::{self, Named, PlaceId};
use super::text::Text;

/// A call with its value.
pub(super) struct Assigned {
    /// What the value is derived from.
    pub(super) request: Request,
    /// The value.
    pub(super) value: Zeroizing<String>,
    /// The found value whose place is primary.
    pub(super) primary: usize,
}

/// Everything that names places.
pub(super) struct Names<'a> {
    /// The render.
    pub(super) first: &'a Manifest,
    /// Its documents' names.
    pub(super) documents: Vec<Named>,
    /// Texts that stand for `*` in names.
    pub(super) generated: Vec<String>,
}

impl Names<'_> {
    /// The identity of the place where `found` stands.
    pub(super) fn place(&self, texts: &[Text], found: &Found) -> Option<PlaceId> {
        let text = texts.get(found.text)?;
        let leaf = self.first.leaf(text.leaf)?;
        let value = text.content.get(found.span.clone()).unwrap_or_default();
        // A quoted scalar is read as it is meant: its escapes are not part of words.
        let word = if text.inside.is_none() {
            let nth = text.content.get(..found.span.start)?.matches(value).count();
            let at = leaf.value.match_indices(value).nth(nth).map(|(at, _)| at);
            place::word_before(&leaf.value, at.unwrap_or(0))
        } else {
            place::word_before(&text.content, found.span.start)
        };
        self.place_of(texts, found.text, &found.span, word)
    }

    /// The identity of the place of `span` in a text, which `word` introduces.
    pub(super) fn place_of(
        &self,
        texts: &[Text],
        text: usize,
        span: &Range<usize>,
        word: &str,
    ) -> Option<PlaceId> {
        let leaf = texts.get(text)?.leaf;
        let hidden = layers(texts, text)
            .any(|text| matches!(&text.inside, Some(inside) if inside.codec.is_made()));
        Some(place::place(
            self.documents.get(leaf.0)?,
            self.first.leaf(leaf)?,
            is_whole(texts, text, span),
            word,
            hidden,
            &self.generated,
        ))
    }
}

/// The text and those around it, from the inside.
fn layers(texts: &[Text], from: usize) -> impl Iterator<Item = &Text> {
    let mut next = texts.get(from);
    std::iter::from_fn(move || {
        let text = next?;
        next = text
            .inside
            .as_ref()
            .and_then(|inside| texts.get(inside.text));
        Some(text)
    })
}

/// Whether the value is all that its scalar says, in each layer.
fn is_whole(texts: &[Text], text: usize, span: &Range<usize>) -> bool {
    let mut span = span.clone();
    layers(texts, text).all(|text| {
        let whole = text.is_whole(&span);
        if let Some(inside) = &text.inside {
            span = inside.span.clone();
        }
        whole
    })
}

/// Derives the value of each call.
pub(super) fn assign(
    exploration: &Exploration,
    links: &Links,
    index: &Index,
    names: &Names<'_>,
    key: &Key,
) -> Result<Vec<Assigned>> {
    let texts = &exploration.texts;
    let mut call_of: HashMap<usize, usize> = HashMap::new();
    for (number, call) in links.calls.iter().enumerate() {
        call_of.extend(call.members.iter().map(|member| (*member, number)));
    }
    let standing: Vec<(usize, usize, PlaceId)> = exploration
        .found
        .iter()
        .enumerate()
        .filter_map(|(number, found)| {
            Some((number, *call_of.get(&number)?, names.place(texts, found)?))
        })
        .collect();
    let ordinals = Ordinals::new(standing.iter().map(|(_, call, place)| (place, *call)));
    let places: HashMap<usize, &PlaceId> = standing
        .iter()
        .map(|(number, _, place)| (*number, place))
        .collect();
    links
        .calls
        .iter()
        .enumerate()
        .map(|(number, call)| {
            let (place, primary) = call
                .members
                .iter()
                .filter_map(|member| Some((*places.get(member)?, *member)))
                .min()
                .context("internal error: a generated value stands at no place")?;
            let (class, length) = class(call, index);
            let request = Request {
                class,
                length,
                place: place.parts(ordinals.of(&place, number)),
                generation: 0,
            };
            Ok(Assigned {
                value: value(key, &request),
                request,
                primary,
            })
        })
        .collect()
}

/// What kind of value a call makes, and its length argument.
fn class(call: &Call, index: &Index) -> (Class, usize) {
    match &call.origin {
        Origin::Placeholder(known) => {
            let known = &index.known[*known];
            (known.class.clone(), known.length)
        }
        Origin::Composed {
            pattern, family, ..
        } => (
            Class::Composed {
                alphabet: family.alphabet,
                pattern: Pattern::new(pattern.clone()),
            },
            pattern.len(),
        ),
    }
}

/// What stands at a found value once it is pinned; nothing if the pinned value has no such part.
pub(super) fn replacement(found: &Found, assigned: &Assigned) -> Option<Zeroizing<String>> {
    Some(Zeroizing::new(match &found.what {
        What::Placeholder(hit) => hit.of(&assigned.value)?,
        What::Digest(hit) => hit.algorithm.hex(&assigned.value),
        What::Unit(_) => assigned.value.to_string(),
    }))
}
