//! Where the needles stand in what helm printed.

use std::collections::HashSet;
use std::ops::Range;

use super::document;
use super::layers::Layers;
use super::mask::Mask;
use super::needles::{NeedleId, Needles};
use super::place::{DocumentName, LeafPlace, Rank, Seat, runs_once};
use super::word::{Generated, Lead, lead};
use crate::manifest::Document;

/// How many documents are read inside of each other.
const DEEPEST: usize = 4;

/// The first place in a scalar where a needle stands.
pub(super) struct Hit {
    /// Which needle.
    pub(super) needle: NeedleId,
    /// In which document of the manifest.
    pub(super) document: usize,
    /// In which scalar, by its position in [`Hits::places`].
    pub(super) place: usize,
    /// What the place says of it.
    pub(super) rank: Rank,
    /// Whether the scalar's text is a document, and this stands in none of its scalars: a text that several of them are
    /// made of.
    pub(super) is_around: bool,
    /// Whether it is all that the scalar says.
    pub(super) whole: bool,
    /// How deep it stands: the number of its layer.
    pub(super) layer: usize,
    /// Where it stands in its layer.
    pub(super) start: usize,
    /// What introduces it; nothing for all of a scalar.
    pub(super) lead: Lead,
    /// Whether it is in the name of a document that runs once.
    pub(super) names_run: bool,
    /// Whether it says nothing but for that: elsewhere it might be chance.
    pub(super) only_names: bool,
}

/// All hits, scalar by scalar.
#[derive(Default)]
pub(super) struct Hits {
    /// The hits.
    pub(super) hits: Vec<Hit>,
    /// The scalars that show something.
    pub(super) places: Vec<LeafPlace>,
}

/// The search through the documents of a render, one by one.
pub(super) struct Search<'s, 'a, 'm, 'b> {
    needles: &'s Needles<'a>,
    mask: &'s mut Mask<'m, 'b>,
    /// The last scalar that each needle was found in.
    seen: Vec<usize>,
    /// How many scalars were looked at.
    scalars: usize,
    found: Hits,
}

/// The scalar at hand.
struct Scalar<'m> {
    document: (usize, &'m DocumentName),
    names_run: bool,
    /// The manifest's own scalar.
    own: Seat<'m>,
    /// And behind it those of the documents that texts are, each in the text of the one before.
    inside: &'m [Seat<'m>],
}

/// What was generated in each layer, from what its own text shows. What a text holds in another encoding is as it is: mixed in a
/// mixed one; and what holds something generated was generated too.
fn generated(layers: &Layers<'_>, shown: Vec<Spans>) -> Vec<Generated> {
    let shown = shown.into_iter().map(|it| (it.all, it.mixed));
    let (mut all, mut mixed): (Vec<_>, Vec<_>) = shown.unzip();
    for (number, layer) in layers.all().iter().enumerate() {
        let is_mixed = layer.around().is_some_and(|(outer, at)| {
            let mut mixed = mixed[*outer].iter();
            mixed.any(|it: &Range<usize>| it.start <= at.start && at.end <= it.end)
        });
        if is_mixed {
            mixed[number].push(0..layer.text().len());
        }
    }
    layers.hand_outward(&mut all);
    let spans = all.into_iter().zip(mixed);
    let layers = layers.all().iter().zip(spans);
    layers
        .map(|(layer, (all, mixed))| Generated::new(layer.text(), all, mixed))
        .collect()
}

/// What was generated in a layer.
struct Spans {
    all: Vec<Range<usize>>,
    /// The texts of which nobody knows what is constant.
    mixed: Vec<Range<usize>>,
}

/// A needle that was not seen in this scalar before.
struct Found {
    needle: NeedleId,
    layer: usize,
    span: Range<usize>,
    only_names: bool,
}

impl<'s, 'a, 'm, 'b> Search<'s, 'a, 'm, 'b> {
    /// A search for these needles.
    pub(super) fn new(needles: &'s Needles<'a>, mask: &'s mut Mask<'m, 'b>) -> Self {
        Search {
            needles,
            mask,
            seen: vec![0; needles.len()],
            scalars: 0,
            found: Hits::default(),
        }
    }

    /// The mask that names are seen through.
    pub(super) fn mask(&self) -> &Mask<'m, 'b> {
        self.mask
    }

    /// Looks through the document of this number, which is called `name`.
    pub(super) fn document(&mut self, number: usize, document: &Document, name: &DocumentName) {
        if self.needles.is_empty() {
            return;
        }
        let runs_once = runs_once(document);
        for (position, own) in Seat::all(&document.leaves).enumerate() {
            self.scalar(&Scalar {
                document: (number, name),
                names_run: runs_once && document.name_leaf == Some(position),
                own,
                inside: &[],
            });
        }
    }

    /// All that was found.
    pub(super) fn finish(self) -> Hits {
        self.found
    }

    fn scalar(&mut self, scalar: &Scalar<'_>) {
        let needles = self.needles;
        let text = scalar.inside.last().unwrap_or(&scalar.own).text();
        if text.len() < needles.shortest() {
            return;
        }
        self.scalars += 1;
        let layers = Layers::of(text, needles.shortest(), needles.has_lines());
        let mut found = Vec::new();
        let shown: Vec<_> = (layers.all().iter().enumerate())
            .map(|(number, layer)| self.layer(layer.text(), number, scalar.names_run, &mut found))
            .collect();
        if found.is_empty() {
            return;
        }
        let generated = generated(&layers, shown);
        let before = self.found.hits.len();
        let is_document = self.inside(scalar, &layers);
        let hits = self.found.hits.get(before..).unwrap_or_default();
        let inside: HashSet<NeedleId> = hits.iter().map(|hit| hit.needle).collect();
        found.retain(|found| !inside.contains(&found.needle));
        if found.is_empty() {
            return;
        }
        let place = LeafPlace::new(scalar.document.1, scalar.own, scalar.inside, self.mask);
        for Found {
            needle,
            layer,
            span,
            only_names,
        } in found
        {
            let whole = layers.is_whole(layer, &span);
            self.found.hits.push(Hit {
                needle,
                document: scalar.document.0,
                place: self.found.places.len(),
                rank: place.rank(whole && !is_document),
                is_around: is_document,
                whole,
                layer,
                start: span.start,
                lead: match whole {
                    true => Lead::default(),
                    false => lead(&layers, layer, span.start, &generated),
                },
                names_run: scalar.names_run,
                only_names,
            });
        }
        self.found.places.push(place);
    }

    /// Looks at the scalars of the document that a scalar's text is. Whether it is one.
    fn inside(&mut self, outer: &Scalar<'_>, layers: &Layers<'_>) -> bool {
        if outer.inside.len() == DEEPEST {
            return false;
        }
        let mut texts = layers.whole_texts();
        let Some(leaves) = texts.find_map(|text| document::scalars(text, self.needles)) else {
            return false;
        };
        for seat in Seat::all(&leaves) {
            self.scalar(&Scalar {
                names_run: false,
                inside: &[outer.inside, &[seat]].concat(),
                ..*outer
            });
        }
        true
    }

    /// Adds what this layer shows first, and gives all of it that was generated.
    fn layer(
        &mut self,
        text: &str,
        layer: usize,
        names_run: bool,
        found: &mut Vec<Found>,
    ) -> Spans {
        let (seen, scalar) = (&mut self.seen, self.scalars);
        let mut all: Vec<Range<usize>> = Vec::new();
        let mut mixed = Vec::new();
        self.needles.find(text, |id, needle, span| {
            if needle.is_masked(text, &span) && all.last() != Some(&span) {
                all.push(span.clone());
                if needle.has_small() {
                    mixed.push(span.clone());
                }
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
        Spans { all, mixed }
    }
}
