//! From pinned values to changes of the manifest's text: inner layers first.

use std::ops::Range;

use anyhow::{Context as _, Result, anyhow, bail};
use zeroize::Zeroizing;

use crate::chart::site::Site;
use crate::derive::{Class, Key};
use crate::manifest::{Edit, LeafRef, Manifest};

use super::assign::{Assigned, replacement};
use super::explore::Exploration;
use super::hash::{self, RawValues};
use super::issue::{self, Keys};
use super::known::Index;
use super::link::{Links, Origin};
use super::text::{Codec, Text};
use super::traces::Traces;

/// Changes of one text.
pub(super) type Edits = Vec<(Range<usize>, Zeroizing<String>)>;

/// The changes of each text; `assigned` goes with the calls of `links`.
///
/// # Errors
/// A part of a value that the pinned one does not have.
pub(super) fn edits(
    exploration: &Exploration,
    links: &Links,
    assigned: &[Assigned],
) -> Result<Vec<Edits>> {
    let mut edits: Vec<Edits> = exploration.texts.iter().map(|_| Edits::new()).collect();
    let members = links
        .calls
        .iter()
        .enumerate()
        .flat_map(|(call, links)| links.members.iter().map(move |member| (*member, call)));
    for (member, call) in members.chain(links.digests.iter().copied()) {
        let found = &exploration.found[member];
        let text = replacement(found, &assigned[call])
            .context("a part of a percent-encoded generated value cannot be pinned")?;
        edits[found.text].push((found.span.clone(), text));
    }
    Ok(edits)
}

/// The changes of comments: where a call site made one value only, the comment shows that value.
pub(super) fn comments(
    exploration: &Exploration,
    links: &Links,
    assigned: &[Assigned],
) -> Vec<Edit> {
    let only_call = |known: usize| {
        let mut calls = links.calls.iter().enumerate().filter(
            |(_, call)| matches!(call.origin, Origin::Placeholder(other) if other == known),
        );
        calls.next().filter(|_| calls.next().is_none())
    };
    exploration
        .comments
        .iter()
        .filter_map(|hit| {
            let (call, _) = only_call(hit.known)?;
            Some(Edit {
                span: hit.span.clone(),
                text: hit.of(&assigned.get(call)?.value)?,
            })
        })
        .collect()
}

/// The pinned values that may stand in arguments as bytes.
pub(super) fn raw_values(links: &Links, assigned: &[Assigned], index: &Index) -> RawValues {
    let mut raw = RawValues::default();
    for (call, assigned) in std::iter::zip(&links.calls, assigned) {
        if let Origin::Placeholder(known) = call.origin {
            let known = &index.known[known];
            if matches!(known.class, Class::Bytes) {
                raw.add(&known.text, &assigned.value);
            }
        }
    }
    raw
}

/// What hashes, ciphertexts, keys and certificates are made of besides their arguments.
pub(super) struct Ingredients<'a> {
    /// The call sites.
    pub(super) sites: &'a [Site],
    /// The scope's key for pins: salts and initialisation vectors follow from it.
    pub(super) key: &'a Key,
    /// The private keys of the calls.
    pub(super) keys: &'a Keys,
    /// The values that arguments may hold as bytes.
    pub(super) raw: RawValues,
    /// Finds what is left of a marker in an argument.
    pub(super) traces: &'a Traces,
}

/// Applies `edits` (by text) and returns the changes of the whole manifest, in order, with the
/// scalars that they change.
pub(super) fn splice_layers(
    first: &Manifest,
    texts: &[Text],
    mut edits: Vec<Edits>,
    made_of: &Ingredients<'_>,
) -> Result<Vec<(LeafRef, Edit)>> {
    let sites = made_of.sites;
    let mut changes = Vec::new();
    // A layer comes after the text around it.
    for (number, text) in texts.iter().enumerate().rev() {
        let own = std::mem::take(&mut edits[number]);
        let is_made = matches!(&text.inside, Some(inside) if inside.codec.is_made());
        if own.is_empty() && !is_made {
            continue;
        }
        match &text.inside {
            Some(inside) => {
                let content = Zeroizing::new(apply(&text.content, own)?);
                // Nobody can look into what is made from it.
                if is_made && let Some(site) = made_of.traces.find(&content) {
                    return Err(unknown_use(&sites[site]));
                }
                let outer = match &inside.codec {
                    Codec::Base64(run) => run.encode(content.as_bytes()),
                    Codec::Marker { marker, site } => {
                        hash::evaluate(marker, &sites[*site], &content, &made_of.raw, made_of.key)?
                    }
                    Codec::Pem(block) => {
                        issue::issue(block, &sites[block.site], &content, made_of.keys)?
                    }
                };
                edits[inside.text].push((inside.span.clone(), Zeroizing::new(outer)));
            }
            None => {
                let leaf = first
                    .leaf(text.leaf)
                    .context("internal error: a value outside of all scalars")?;
                let start = leaf.span.start;
                changes.extend(own.into_iter().map(|(span, text_)| {
                    let edit = Edit {
                        span: span.start + start..span.end + start,
                        text: text_.to_string(),
                    };
                    (text.leaf, edit)
                }));
            }
        }
    }
    changes.sort_by_key(|(_, edit)| edit.span.start);
    Ok(changes)
}

/// The error for a call site of which an unknown encoding shows a trace.
pub(super) fn unknown_use(site: &Site) -> anyhow::Error {
    anyhow!(
        "{}:{} uses the result of {} in a way that cannot be pinned: it is printed only in part, in an unknown \
         encoding, or in a comment",
        site.file,
        site.line,
        site.function
    )
}

/// Applies changes that must not overlap.
fn apply(content: &str, mut edits: Edits) -> Result<String> {
    edits.sort_by_key(|(span, _)| span.start);
    let mut out = String::with_capacity(content.len());
    let mut at = 0;
    for (span, text) in edits {
        let (Some(before), true) = (content.get(at..span.start), span.end >= span.start) else {
            bail!("internal error: two generated values overlap in one text");
        };
        out.push_str(before);
        out.push_str(&text);
        at = span.end;
    }
    out.push_str(content.get(at..).unwrap_or_default());
    Ok(out)
}
