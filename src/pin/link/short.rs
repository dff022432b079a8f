//! Placeholders too short to be searched for: found where the render differs from its twins.

use std::ops::Range;

use super::super::explore::{Found, What};
use super::super::known::{Form, Hit};
use super::Linker;

impl Linker<'_> {
    /// Turns a unit that is a short placeholder into a hit; one that consists of several, between
    /// symbols, into as many. All others stay as they are.
    pub(super) fn recognise_short(&self, found: Found, content: &str) -> Vec<Found> {
        let What::Unit(unit) = &found.what else {
            return vec![found];
        };
        if let Some(hit) = self.short_hit(content, &unit.hull) {
            return vec![self.part(&found, hit)];
        }
        let words = short_words(content, &unit.span);
        let hits: Option<Vec<Hit>> = words
            .into_iter()
            .map(|word| self.short_hit(content, &word))
            .collect();
        match hits {
            Some(hits) if hits.len() > 1 => {
                hits.into_iter().map(|hit| self.part(&found, hit)).collect()
            }
            _ => vec![found],
        }
    }

    /// The short placeholder, in whatever case, that stands at `span`.
    fn short_hit(&self, content: &str, span: &Range<usize>) -> Option<Hit> {
        let text = content.get(span.clone())?;
        let known = self.index.short(text)?;
        let plain = &self.index.known[known].text;
        // A few lower-case letters do not tell whether the chart made them so: then the value
        // keeps to their case, which is right either way.
        let form = [Form::Lower, Form::Upper, Form::Plain]
            .into_iter()
            .find(|form| form.apply(plain) == text)?;
        Some(Hit {
            known,
            form,
            span: span.clone(),
            part: 0..text.len(),
            full: true,
        })
    }

    /// The part of a unit that a hit is.
    fn part(&self, unit: &Found, hit: Hit) -> Found {
        let start = hit.span.start - unit.span.start;
        let length = unit.span.len();
        let lined_up = unit.twins.iter().all(|twin| twin.len() == length);
        let twins = unit.twins.iter().filter_map(|twin| {
            let twin = twin.get(start..start + hit.span.len())?;
            Some(twin.to_owned())
        });
        Found {
            text: unit.text,
            span: hit.span.clone(),
            twins: if lined_up {
                twins.collect()
            } else {
                Vec::new()
            },
            what: What::Placeholder(hit),
        }
    }
}

/// The runs of letters and digits in a span.
fn short_words(content: &str, span: &Range<usize>) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    for at in span.clone() {
        if content
            .as_bytes()
            .get(at)
            .is_some_and(u8::is_ascii_alphanumeric)
        {
            match words.last_mut() {
                Some(word) if word.end == at => word.end = at + 1,
                _ => words.push(at..at + 1),
            }
        }
    }
    words
}
