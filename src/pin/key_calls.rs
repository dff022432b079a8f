//! Which calls make keys, and what each key is derived from: the place that names it.
//!
//! A key is named by where its certificate stands, and a key without one (`genPrivateKey`) by where it
//! stands itself. A CA that is not printed is named by what it issues. So a call may move in the
//! chart's text, and arguments and dates may change: the key stays.

use std::collections::HashMap;

use anyhow::{Context as _, Result};

use crate::certificate::{KeyKind, derive_all};
use crate::chart::placeholder::Class;
use crate::chart::site::Site;
use crate::derive::{Key, private_key_seed};

use super::assign::Names;
use super::explore::Exploration;
use super::issue::{self, Keys};
use super::ordinals::Ordinals;
use super::pem;
use super::place::PlaceId;
use super::text::{CallId, Codec, PemBlock};

/// How a place shows a call's key, the most telling one first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Role {
    /// The key of `genPrivateKey`.
    OnlyKey,
    /// A certificate of a CA.
    Ca,
    /// Another certificate.
    Leaf,
    /// The key of a certificate.
    Key,
    /// A certificate that it has signed.
    Issued,
}

impl Role {
    /// The word for it in the derivation.
    fn name(self) -> &'static str {
        match self {
            Role::OnlyKey => "key",
            Role::Ca => "ca",
            Role::Leaf => "leaf",
            Role::Key => "key of certificate",
            Role::Issued => "issuer",
        }
    }
}

/// A call that makes a key.
struct Call {
    kind: KeyKind,
    places: Vec<(Role, PlaceId)>,
}

/// A printed key or certificate.
pub(super) struct Printed<'a> {
    /// The text that it stands in.
    pub(super) text: usize,
    /// What it is.
    pub(super) block: &'a PemBlock,
}

/// All keys and certificates of a render, in order.
pub(super) fn printed(exploration: &Exploration) -> impl Iterator<Item = Printed<'_>> {
    exploration.texts.iter().filter_map(|text| {
        let inside = text.inside.as_ref()?;
        match &inside.codec {
            Codec::Pem(block) => Some(Printed {
                text: inside.text,
                block,
            }),
            _ => None,
        }
    })
}

/// Whether a twin must tell which of the blocks are of one call. One render cannot, where call sites
/// that repeat are shown twice, or stand in a loop: there, equal placeholders may have made one entry of several.
pub(super) fn needs_twin(exploration: &Exploration, sites: &[Site]) -> bool {
    let mut shown: HashMap<&CallId, usize> = HashMap::new();
    for printed in printed(exploration) {
        // An issuer's site is not known here; it is if it is printed.
        let calls = std::iter::once(&printed.block.call).chain(&printed.block.issuer);
        for call in calls {
            *shown.entry(call).or_default() += 1;
        }
    }
    let mut repeating = sites
        .iter()
        .filter(|site| site.class.is_pem() && site.repeats && site.reachable);
    let is_shown_twice = shown.values().any(|times| *times > 1);
    repeating.any(|site| is_shown_twice || site.reached_from_loop)
}

/// Derives the keys of all calls that the render shows.
///
/// # Errors
/// A key of a kind that cannot be derived.
pub(super) fn derive(
    exploration: &Exploration,
    sites: &[Site],
    names: &Names<'_>,
    key: &Key,
) -> Result<Keys> {
    let calls = calls(exploration, sites, names)?;
    let standing = calls
        .iter()
        .enumerate()
        .flat_map(|(number, (_, call))| call.places.iter().map(move |place| (place, number)));
    let ordinals = Ordinals::new(standing);
    let requests = calls
        .iter()
        .enumerate()
        .map(|(number, (_, call))| {
            let primary = call
                .places
                .iter()
                .min()
                .context("internal error: a key stands at no place")?;
            let mut place = primary.1.parts(ordinals.of(&primary, number));
            place.push(primary.0.name().to_owned());
            let seed = private_key_seed(key, call.kind.name(), &place, 0);
            Ok((call.kind, seed))
        })
        .collect::<Result<Vec<_>>>()?;
    let keys = derive_all(&requests)?;
    Ok(calls.into_iter().map(|(id, _)| id).zip(keys).collect())
}

/// The calls whose keys are needed, in the order in which they are shown.
fn calls(
    exploration: &Exploration,
    sites: &[Site],
    names: &Names<'_>,
) -> Result<Vec<(CallId, Call)>> {
    let mut order: HashMap<CallId, usize> = HashMap::new();
    let mut calls: Vec<(CallId, Call)> = Vec::new();
    let mut note = |id: &CallId, kind: KeyKind, role: Role, place: &PlaceId| {
        let number = *order.entry(id.clone()).or_insert_with(|| {
            let places = Vec::new();
            calls.push((id.clone(), Call { kind, places }));
            calls.len() - 1
        });
        if let Some((_, call)) = calls.get_mut(number) {
            call.places.push((role, place.clone()));
        }
    };
    for printed in printed(exploration) {
        let block = printed.block;
        let place = place(exploration, names, &printed)
            .context("internal error: a key stands at no place")?;
        if block.is_key() {
            let only = sites
                .get(block.site)
                .is_some_and(|site| site.class == Class::PrivateKey);
            let role = if only { Role::OnlyKey } else { Role::Key };
            note(&block.call, issue::key_kind(block), role, &place);
            continue;
        }
        let makers = issue::makers(block);
        if let Some(is_ca) = makers.own {
            let role = if is_ca { Role::Ca } else { Role::Leaf };
            note(&block.call, KeyKind::Rsa2048, role, &place);
        }
        if let (Some(issuer), true) = (&block.issuer, makers.issuer) {
            note(issuer, KeyKind::Rsa2048, Role::Issued, &place);
        }
    }
    Ok(calls)
}

/// Where a block stands.
fn place(exploration: &Exploration, names: &Names<'_>, printed: &Printed<'_>) -> Option<PlaceId> {
    let texts = &exploration.texts;
    let text = texts.get(printed.text)?;
    let body = &printed.block.block.marker.span;
    let span = pem::around(&text.content, body);
    // A scalar is read as it is meant: its escapes are not part of words.
    let (content, at) = match &text.inside {
        Some(_) => (text.content.as_str(), span.start),
        None => {
            let line_end = body.end.min(body.start + crate::chart::block::LINE);
            let line = text.content.get(body.start..line_end)?;
            let nth = text.content.get(..body.start)?.matches(line).count();
            let value = &names.first.leaf(text.leaf)?.value;
            let found = value.match_indices(line).nth(nth).map(|(at, _)| at);
            let at = found.map(|at| pem::around(value, &(at..at + line.len())).start);
            (&**value, at.unwrap_or(0))
        }
    };
    names.place_of(texts, printed.text, &span, pem::word_before(content, at))
}
