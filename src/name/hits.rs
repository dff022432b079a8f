//! Where the needles stand in a manifest.

use std::ops::Range;

use super::layers::Layers;
use super::needles::{NeedleId, Needles};
use super::place::runs_once;
use super::word::{Generated, word};
use crate::manifest::{Document, Leaf, LeafRef, Manifest, split};

/// The first place in a scalar where a needle stands.
pub(super) struct Hit {
    /// Which needle.
    pub(super) needle: NeedleId,
    /// In which scalar.
    pub(super) leaf: LeafRef,
    /// Whether it is all that the scalar says.
    pub(super) whole: bool,
    /// How deep it stands: the number of its layer.
    pub(super) layer: usize,
    /// Where it stands in its layer.
    pub(super) start: usize,
    /// The word that introduces it; empty for all of a scalar.
    pub(super) word: String,
    /// Whether it is in the name of a document that runs once.
    pub(super) names_run: bool,
    /// Whether it says nothing but for that: elsewhere it might be chance.
    pub(super) only_names: bool,
}

/// An object that helm printed.
pub(super) struct Object<'t> {
    /// What it is. Its leaves are there only if it shows a needle: few do, and some are large.
    pub(super) document: Document,
    /// All of it.
    pub(super) text: &'t str,
}

/// What helm printed, as far as names need it.
pub(super) struct Shown<'t> {
    /// All objects but those that stand in a chart's `crds/`, and those that are no YAML.
    pub(super) objects: Vec<Object<'t>>,
    /// All hits, scalar by scalar.
    pub(super) hits: Vec<Hit>,
}

impl<'t> Shown<'t> {
    /// Looks for the needles in all that helm printed.
    pub(super) fn new(output: &'t str, needles: &Needles<'_>) -> Shown<'t> {
        let mut search = Search {
            needles,
            seen: vec![0; needles.len()],
            scalar: 0,
            hits: Vec::new(),
        };
        let mut objects = Vec::new();
        for text in split(output).into_iter().filter(|text| !is_crd(text)) {
            let Ok(manifest) = Manifest::parse(text.to_owned()) else {
                continue;
            };
            for mut document in manifest.documents {
                if !search.document(&document, objects.len()) {
                    document.leaves = Vec::new();
                }
                objects.push(Object {
                    text: text.get(document.span.clone()).unwrap_or_default(),
                    document,
                });
            }
        }
        Shown {
            objects,
            hits: search.hits,
        }
    }

    /// The leaf at these positions, in an object that shows a needle.
    pub(super) fn leaf(&self, at: LeafRef) -> Option<&Leaf> {
        self.objects.get(at.0)?.document.leaves.get(at.1)
    }
}

/// Whether a document is one of those that helm prints as they stand in `crds/`: nothing generated is in it.
fn is_crd(document: &str) -> bool {
    let mut lines = document
        .lines()
        .filter_map(|line| line.strip_prefix("# Source: "));
    lines
        .next()
        .is_some_and(|source| source.contains("/crds/") && !source.contains("/templates/"))
}

struct Search<'n, 'a> {
    needles: &'n Needles<'a>,
    /// The last scalar that each needle was found in.
    seen: Vec<usize>,
    /// The number of the scalar at hand, from 1.
    scalar: usize,
    hits: Vec<Hit>,
}

/// A needle that was not seen in this scalar before.
struct Found {
    needle: NeedleId,
    layer: usize,
    span: Range<usize>,
    only_names: bool,
}

impl Search<'_, '_> {
    /// Whether the document of this number shows a needle.
    fn document(&mut self, document: &Document, number: usize) -> bool {
        let before = self.hits.len();
        if !self.needles.is_empty() {
            for position in 0..document.leaves.len() {
                self.leaf(document, (number, position));
            }
        }
        self.hits.len() > before
    }

    fn leaf(&mut self, document: &Document, at: LeafRef) {
        let Some(leaf) = document.leaves.get(at.1) else {
            return;
        };
        let needles = self.needles;
        if leaf.value.len() < needles.shortest() {
            return;
        }
        self.scalar += 1;
        let names_run = document.name_leaf == Some(at.1) && runs_once(document);
        let layers = Layers::of(&leaf.value, needles.shortest(), needles.has_lines());
        let mut found = Vec::new();
        let mut generated = Vec::with_capacity(layers.all().len());
        for (number, layer) in layers.all().iter().enumerate() {
            generated.push(self.layer(layer.text(), number, names_run, &mut found));
        }
        if found.is_empty() {
            return;
        }
        let generated: Vec<Generated> = generated.into_iter().map(Generated::new).collect();
        for Found {
            needle,
            layer,
            span,
            only_names,
        } in found
        {
            let whole = layers.is_whole(layer, &span);
            self.hits.push(Hit {
                needle,
                leaf: at,
                whole,
                layer,
                start: span.start,
                word: match whole {
                    true => String::new(),
                    false => word(&layers, layer, span.start, &generated),
                },
                names_run,
                only_names,
            });
        }
    }

    /// Adds what this layer shows first, and gives all places of it that were generated.
    fn layer(
        &mut self,
        text: &str,
        layer: usize,
        names_run: bool,
        found: &mut Vec<Found>,
    ) -> Vec<Range<usize>> {
        let (seen, scalar) = (&mut self.seen, self.scalar);
        let mut spans: Vec<Range<usize>> = Vec::new();
        self.needles.find(text, |id, needle, span| {
            if needle.is_masked(text, &span) && spans.last() != Some(&span) {
                spans.push(span.clone());
            }
            let Some(last) = seen.get_mut(id.0).filter(|last| **last != scalar) else {
                return;
            };
            let counts = needle.counts(text, &span);
            if counts || (names_run && needle.counts_in_name(text, &span)) {
                *last = scalar;
                found.push(Found {
                    needle: id,
                    layer,
                    span,
                    only_names: !counts,
                });
            }
        });
        spans
    }
}
