//! Names without what was generated in them.

use std::collections::HashMap;
use std::ops::Range;

use super::layers::Layers;
use super::needles::{Needle, Needles};

/// Puts `*` in the place of generated texts.
pub(super) struct Mask<'n, 'a> {
    needles: &'n Needles<'a>,
    known: HashMap<String, String>,
}

impl<'n, 'a> Mask<'n, 'a> {
    /// A mask over these texts.
    pub(super) fn new(needles: &'n Needles<'a>) -> Self {
        Mask {
            needles,
            known: HashMap::new(),
        }
    }

    /// A field's name, the value of a merge key and the like.
    pub(super) fn text(&mut self, text: &str) -> String {
        if text.len() < self.needles.shortest() || self.needles.is_empty() {
            return text.to_owned();
        }
        if let Some(known) = self.known.get(text) {
            return known.clone();
        }
        let masked = self.once(text);
        self.known.insert(text.to_owned(), masked.clone());
        masked
    }

    /// A text that is not asked for again: nothing is kept of it.
    pub(super) fn once(&self, text: &str) -> String {
        self.without(text, |needle, text, span| needle.is_masked(text, span))
    }

    /// The name of a document: shorter texts and times count too.
    pub(super) fn name(&self, text: &str) -> String {
        self.without(text, |needle, text, span| {
            needle.is_masked(text, span) || needle.counts_in_name(text, span)
        })
    }

    /// A text without the needles that count in it, in base64 too.
    fn without(
        &self,
        text: &str,
        counts: impl Fn(&Needle<'_>, &str, &Range<usize>) -> bool,
    ) -> String {
        let layers = Layers::of(text, self.needles.shortest(), false);
        let found = layers.all().iter().map(|layer| {
            let mut spans = Vec::new();
            self.needles.find(layer.text(), |_, needle, span| {
                if counts(needle, layer.text(), &span) {
                    spans.push(span);
                }
            });
            spans
        });
        let mut found: Vec<_> = found.collect();
        layers.hand_outward(&mut found);
        masked(text, found.swap_remove(0))
    }
}

/// The text with `*` for these spans; those that touch become one.
fn masked(text: &str, mut spans: Vec<Range<usize>>) -> String {
    spans.sort_unstable_by_key(|span| (span.start, span.end));
    let mut masked = String::with_capacity(text.len());
    let mut end: Option<usize> = None;
    for span in spans {
        match end {
            Some(last) if span.start <= last => end = Some(last.max(span.end)),
            _ => {
                masked.push_str(text.get(end.unwrap_or(0)..span.start).unwrap_or_default());
                masked.push('*');
                end = Some(span.end);
            }
        }
    }
    masked.push_str(text.get(end.unwrap_or(0)..).unwrap_or_default());
    masked
}

#[cfg(test)]
mod tests {
    #![allow(clippy::single_range_in_vec_init)]
    #[test]
    fn spans_that_touch_are_one() {
        let masked = |spans: &[std::ops::Range<usize>]| super::masked("abcdefgh", spans.to_vec());
        assert_eq!(masked(&[]), "abcdefgh");
        assert_eq!(masked(&[1..3]), "a*defgh");
        assert_eq!(masked(&[3..5, 1..3, 2..4, 7..8]), "a*fg*");
    }
}
