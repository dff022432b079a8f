//! Walks the manifests and lists every generated value that stands in them.
//!
//! Each scalar is searched for placeholders; each base64 run in it is decoded and searched again.
//! Where there are twins, the same layers of the twins go along, and what differs but is no
//! placeholder is a run of its own.

use std::collections::HashSet;
use std::ops::Range;

use crate::chart::block::Block;
use crate::chart::marker::Marker;
use crate::manifest::encoding::{self, Run};
use crate::manifest::{LeafRef, Manifest};

use super::aligned::{codes, slices};
use super::digest::{DigestHit, Digests};
use super::ends::Ends;
use super::known::{Hit, Index};
use super::pem;
use super::text::{Codec, Inside, SEPARATOR, Text};
use super::unit::{self, Unit};

/// Layers of base64 in base64 that are looked into.
const MAX_DEPTH: usize = 3;

/// A run shorter than this (in characters) cannot hold a placeholder of eight. It is base64 only where
/// it is all that a Secret's `data` has, or holds a shorter placeholder.
const SHORTEST_RUN: usize = 10;

/// A differing run that holds no placeholder is taken for base64 only from this length on: 18 random
/// bytes are printable text with a chance of 2^-26, in the render and in each twin.
const SHORTEST_TEXT_RUN: usize = 24;

/// Shorter ones are taken for base64 only with as many twins as make that certain; those that are shorter still never.
const SHORTEST_PRINTABLE_RUN: usize = 8;

/// What a byte tells that is printable, of 256 possible ones.
const PRINTABLE_BITS: f64 = 1.43;

/// Nothing that is read off a twin may be chance.
const CERTAIN_BITS: f64 = 40.0;

/// A generated value in a text.
#[derive(Debug)]
pub(super) struct Found {
    /// Index of the text.
    pub(super) text: usize,
    /// Where in it.
    pub(super) span: Range<usize>,
    /// What it is.
    pub(super) what: What,
    /// What the twins say there; empty if there are none, or none that lines up.
    pub(super) twins: Vec<String>,
}

/// What a generated value is.
#[derive(Debug)]
pub(super) enum What {
    /// A placeholder, or a part of one.
    Placeholder(Hit),
    /// The digest of a placeholder.
    Digest(DigestHit),
    /// Something that the chart made of generated values.
    Unit(Unit),
}

/// All that was found.
#[derive(Debug, Default)]
pub(super) struct Exploration {
    /// Layers; one inside another comes after it.
    pub(super) texts: Vec<Text>,
    /// Values, in the order of their texts.
    pub(super) found: Vec<Found>,
    /// Placeholders outside of scalars: comments. Spans are in the whole manifest.
    pub(super) comments: Vec<Hit>,
    /// Scalars that have other words in a twin, so that nothing in them can be compared.
    pub(super) misaligned: Vec<LeafRef>,
    /// Whether another twin must tell what is base64.
    pub(super) uncertain: bool,
}

impl Exploration {
    /// Whether a text is, or stands in, the arguments of a call, so that the manifest does not show it.
    pub(super) fn is_argument(&self, text: usize) -> bool {
        let inside = self.texts.get(text).and_then(|text| text.inside.as_ref());
        inside.is_some_and(|inside| inside.codec.is_made() || self.is_argument(inside.text))
    }
}

/// A text to search, with the same of the twins.
struct Layer<'t> {
    leaf: LeafRef,
    content: &'t str,
    twins: &'t [&'t str],
    /// How many layers are around it.
    depth: usize,
    /// Whether all of it is base64: a Secret's `data`.
    encoded: bool,
}

impl<'t> Layer<'t> {
    /// The arguments of a part of this one: looked through as a scalar is.
    fn arguments(&self, content: &'t str, twins: &'t [&'t str]) -> Layer<'t> {
        Layer {
            depth: 0,
            ..self.below(content, twins)
        }
    }

    /// What is decoded from a part of this one.
    fn below(&self, content: &'t str, twins: &'t [&'t str]) -> Layer<'t> {
        Layer {
            leaf: self.leaf,
            content,
            twins,
            depth: self.depth + 1,
            encoded: false,
        }
    }

    fn differs(&self) -> bool {
        self.twins.iter().any(|twin| *twin != self.content)
    }
}

/// The walk.
pub(super) struct Explorer<'a> {
    index: &'a Index,
    digests: &'a Digests,
    ends: &'a [(usize, Ends)],
    out: Exploration,
}

impl<'a> Explorer<'a> {
    /// Searches `first`; `twins` must be aligned with it but for the leaves in `unordered`.
    pub(super) fn explore(
        index: &'a Index,
        digests: &'a Digests,
        ends: &'a [(usize, Ends)],
        first: &Manifest,
        twins: &[&Manifest],
        unordered: &HashSet<LeafRef>,
    ) -> Exploration {
        let mut explorer = Explorer {
            index,
            digests,
            ends,
            out: Exploration::default(),
        };
        for (number, document) in first.documents.iter().enumerate() {
            for (position, leaf) in document.leaves.iter().enumerate() {
                let at: LeafRef = (number, position);
                let raw = first.raw(leaf);
                let others: Vec<&str> = if unordered.contains(&at) {
                    Vec::new()
                } else {
                    twins
                        .iter()
                        .filter_map(|twin| Some(twin.raw(twin.leaf(at)?)))
                        .collect()
                };
                let data = document.identity.kind == "Secret"
                    && leaf.path.steps().len() == 2
                    && leaf.path.starts_with_keys(&["data"]);
                let layer = Layer {
                    leaf: at,
                    content: raw,
                    twins: &others,
                    depth: 0,
                    encoded: data,
                };
                explorer.text(layer, None);
            }
        }
        explorer.comments(first);
        explorer.drop_unlikely();
        explorer.out
    }

    /// Searches one layer; says whether anything was found in it.
    fn text(&mut self, layer: Layer<'_>, inside: Option<Inside>) -> bool {
        // A hash is to be made whatever its arguments are.
        let is_made = matches!(&inside, Some(inside) if inside.codec.is_made());
        let number = self.out.texts.len();
        let before = self.out.found.len();
        self.out.texts.push(Text {
            leaf: layer.leaf,
            inside,
            content: layer.content.to_owned(),
        });
        let mut taken: Vec<Range<usize>> = Vec::new();
        self.markers(number, &layer, &mut taken);
        for hit in self.index.scan_likely(layer.content) {
            let span = hit.span.clone();
            // What differs there is looked at as a whole, below.
            if hit.certain || is_same(&layer, &span) {
                self.add(number, &layer, span, What::Placeholder(hit), &mut taken);
            }
        }
        for hit in self.digests.scan(layer.content) {
            let span = hit.span.clone();
            self.add(number, &layer, span, What::Digest(hit), &mut taken);
        }
        if layer.depth < MAX_DEPTH {
            self.runs(number, &layer, &mut taken);
        }
        if layer.differs() {
            taken.sort_by_key(|span| span.start);
            self.units(number, &layer, &taken);
        }
        let has_layers = self.out.texts.len() > number + 1;
        let found = is_made || has_layers || self.out.found.len() > before;
        if !found {
            self.out.texts.truncate(number);
        }
        found
    }

    /// Notes a value, unless another stands there.
    fn add(
        &mut self,
        text: usize,
        layer: &Layer<'_>,
        span: Range<usize>,
        what: What,
        taken: &mut Vec<Range<usize>>,
    ) {
        if !overlaps(taken, &span) {
            taken.push(span.clone());
            self.out.found.push(Found {
                text,
                twins: slices(layer.content, layer.twins, &span),
                span,
                what,
            });
        }
    }

    fn markers(&mut self, number: usize, layer: &Layer<'_>, taken: &mut Vec<Range<usize>>) {
        for (site, ends) in self.ends {
            if ends.is_pem {
                self.blocks(number, layer, *site, ends, taken);
                continue;
            }
            let markers = ends.all(layer.content);
            if markers.is_empty() {
                continue;
            }
            let twin_markers: Vec<Vec<Marker>> =
                layer.twins.iter().map(|twin| ends.all(twin)).collect();
            self.count(layer, markers.len(), twin_markers.iter().map(Vec::len));
            for (position, marker) in markers.into_iter().enumerate() {
                let others: Vec<String> = twin_markers
                    .iter()
                    .filter_map(|list| list.get(position))
                    .map(arguments)
                    .collect();
                let others: Vec<&str> = others.iter().map(String::as_str).collect();
                let (span, text) = (marker.span.clone(), arguments(&marker));
                let inside = Inside {
                    text: number,
                    span: span.clone(),
                    codec: Codec::Marker {
                        marker,
                        site: *site,
                    },
                };
                self.text(layer.arguments(&text, &others), Some(inside));
                taken.push(span);
            }
        }
    }

    /// A twin that shows more calls, or fewer: the chart lists each value once (`uniq`).
    fn count(&mut self, layer: &Layer<'_>, ours: usize, mut theirs: impl Iterator<Item = usize>) {
        if theirs.any(|count| count != ours) {
            self.out.misaligned.push(layer.leaf);
        }
    }

    /// Keys and certificates.
    fn blocks(
        &mut self,
        number: usize,
        layer: &Layer<'_>,
        site: usize,
        ends: &Ends,
        taken: &mut Vec<Range<usize>>,
    ) {
        let blocks = ends.blocks(layer.content);
        if blocks.is_empty() {
            return;
        }
        let twins: Vec<Vec<Block>> = layer.twins.iter().map(|twin| ends.blocks(twin)).collect();
        self.count(layer, blocks.len(), twins.iter().map(Vec::len));
        for (position, block) in blocks.into_iter().enumerate() {
            let others: Vec<&Block> = twins.iter().filter_map(|list| list.get(position)).collect();
            let texts: Vec<String> = others
                .iter()
                .map(|other| pem::texts(&other.marker))
                .collect();
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let (span, text) = (block.marker.span.clone(), pem::texts(&block.marker));
            let inside = Inside {
                text: number,
                span: span.clone(),
                codec: Codec::Pem(Box::new(pem::block(block, site, &others))),
            };
            self.text(layer.arguments(&text, &texts), Some(inside));
            taken.push(span);
        }
    }

    fn runs(&mut self, number: usize, layer: &Layer<'_>, taken: &mut Vec<Range<usize>>) {
        let runs = encoding::base64_runs(layer.content);
        if runs.is_empty() {
            return;
        }
        let twin_runs: Vec<Vec<Run>> = if layer.differs() {
            layer
                .twins
                .iter()
                .map(|twin| encoding::base64_runs(twin))
                .collect()
        } else {
            Vec::new()
        };
        // Runs may overlap (wrapped text and its lines): the shortest that holds something wins.
        let mut runs: Vec<(usize, Run)> = runs.into_iter().enumerate().collect();
        runs.sort_by_key(|(_, run)| run.span.len());
        for (position, run) in runs {
            let is_short = run.span.len() < SHORTEST_RUN;
            if (is_short && !layer.differs()) || overlaps(taken, &run.span) {
                continue;
            }
            let Ok(decoded) = String::from_utf8(run.decoded.clone()) else {
                continue;
            };
            // Nothing but the value may change.
            if layer.content.get(run.span.clone()) != Some(run.encode(&run.decoded).as_str()) {
                continue;
            }
            let others: Vec<String> = twin_runs
                .iter()
                .filter_map(|list| {
                    let same_place = list.iter().find(|other| other.span == run.span);
                    same_place.or_else(|| list.get(position))
                })
                .filter_map(|other| String::from_utf8(other.decoded.clone()).ok())
                .collect();
            let lined_up = layer.differs() && others.len() == layer.twins.len();
            let is_data = layer.encoded && (!is_short || is_all(layer.content, &run.span));
            let samples = || std::iter::once(&decoded).chain(&others);
            let known =
                is_data || run.span.len() >= SHORTEST_TEXT_RUN || self.index.shows(&decoded);
            let printable = !known
                && lined_up
                && run.span.len() >= SHORTEST_PRINTABLE_RUN
                && samples().all(|text| text.bytes().all(|b| matches!(b, b' '..=b'~')));
            // That it is text is no chance in the render and so many twins.
            let bits = PRINTABLE_BITS * (decoded.len() * (1 + others.len())) as f64;
            self.out.uncertain |= printable && bits < CERTAIN_BITS;
            let texts = lined_up && (known || printable) && samples().all(|text| is_text(text));
            if is_short && !texts {
                continue;
            }
            let others: Vec<&str> = if texts {
                others.iter().map(String::as_str).collect()
            } else {
                Vec::new()
            };
            let span = run.span.clone();
            let inside = Inside {
                text: number,
                span: span.clone(),
                codec: Codec::Base64(run),
            };
            if self.text(layer.below(&decoded, &others), Some(inside)) {
                taken.push(span);
            }
        }
    }

    fn units(&mut self, number: usize, layer: &Layer<'_>, taken: &[Range<usize>]) {
        let (content, twins) = (layer.content, layer.twins);
        let ours = codes(content);
        let is_even = |twin: &&str| twin.len() == content.len() && codes(twin) == ours;
        if twins.iter().all(is_even) {
            for unit in unit::units(content, twins, taken) {
                self.unit(number, content, twins, unit);
            }
            return;
        }
        // What is decoded is compared there.
        let layered = self
            .out
            .texts
            .iter()
            .skip(number + 1)
            .any(|text| matches!(&text.inside, Some(inside) if inside.text == number));
        if layered {
            return;
        }
        match unit::uneven(content, twins, taken) {
            Some(units) => {
                for (unit, others) in units {
                    self.out.found.push(Found {
                        text: number,
                        span: unit.span.clone(),
                        twins: others,
                        what: What::Unit(unit),
                    });
                }
            }
            None => self.out.misaligned.push(layer.leaf),
        }
    }

    fn unit(&mut self, number: usize, content: &str, twins: &[&str], unit: Unit) {
        if content.get(unit.span.clone()).is_some_and(str::is_ascii) {
            self.out.found.push(Found {
                text: number,
                span: unit.span.clone(),
                twins: slices(content, twins, &unit.span),
                what: What::Unit(unit),
            });
        }
    }

    /// Leaves out what may be chance: no other of the same placeholder is certain.
    fn drop_unlikely(&mut self) {
        let hits = self.out.found.iter().filter_map(|found| match &found.what {
            What::Placeholder(hit) if hit.certain => Some(hit.known),
            _ => None,
        });
        let certain: HashSet<usize> = hits.collect();
        self.out.found.retain(|found| match &found.what {
            What::Placeholder(hit) => certain.contains(&hit.known),
            _ => true,
        });
    }

    /// Placeholders outside of all scalars.
    fn comments(&mut self, first: &Manifest) {
        self.out.comments = self
            .index
            .scan(first.text())
            .into_iter()
            .filter(|hit| first.leaf_at(hit.span.start).is_none())
            .collect();
    }
}

/// Whether the twins say the same where a layer says `span`.
fn is_same(layer: &Layer<'_>, span: &Range<usize>) -> bool {
    let ours = layer.content.get(span.clone());
    let theirs = slices(layer.content, layer.twins, span);
    let mut theirs = theirs.iter().map(String::as_str);
    !layer.differs() || (theirs.len() > 0 && theirs.all(|twin| Some(twin) == ours))
}

/// The arguments as one text; empty if they are no text.
fn arguments(marker: &Marker) -> String {
    let list: Result<Vec<&str>, _> = marker
        .arguments
        .iter()
        .map(|bytes| std::str::from_utf8(bytes))
        .collect();
    list.unwrap_or_default().join(&SEPARATOR.to_string())
}

/// Whether nothing but blanks and quotes stands around `span`.
fn is_all(content: &str, span: &Range<usize>) -> bool {
    let blank = |text: Option<&str>| {
        text.is_some_and(|text| {
            text.chars()
                .all(|c| c.is_whitespace() || matches!(c, '"' | '\''))
        })
    };
    blank(content.get(..span.start)) && blank(content.get(span.end..))
}

fn overlaps(taken: &[Range<usize>], span: &Range<usize>) -> bool {
    taken
        .iter()
        .any(|other| other.start < span.end && span.start < other.end)
}

fn is_text(text: &str) -> bool {
    text.chars()
        .all(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t'))
}
