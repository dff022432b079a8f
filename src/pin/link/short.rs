//! Placeholders too short to be searched for: found where the render differs from its twins.

use std::cmp::Reverse;
use std::ops::Range;

use super::super::aligned::differs;
use super::super::explore::{Found, What};
use super::super::known::{Form, Hit, SHORT, SHORTEST_WORD};
use super::Linker;

/// A longer text is no few short placeholders.
const LONGEST_UNIT: usize = 256;

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
        match self.pieces(&found, content) {
            Some(hits) => hits.into_iter().map(|hit| self.part(&found, hit)).collect(),
            None => vec![found],
        }
    }

    /// The short placeholders that all that differs in a unit belongs to. What stands between them is the chart's own.
    fn pieces(&self, found: &Found, content: &str) -> Option<Vec<Hit>> {
        let span = &found.span;
        let text = content.get(span.clone())?;
        let is_even = found.twins.iter().all(|twin| twin.len() == text.len());
        if found.twins.is_empty() || !is_even || span.len() > LONGEST_UNIT {
            return None;
        }
        let differs = |at: usize| differs(text, &found.twins, at);
        let is_letter = |at: Option<usize>| {
            let byte = at.and_then(|at| text.as_bytes().get(at));
            byte.is_some_and(u8::is_ascii_alphanumeric)
        };
        // A few characters are one between symbols only, or where nothing beside them differs.
        let may_be_one = |window: &Range<usize>| {
            let before = window.start.checked_sub(1);
            let is_word = !is_letter(before) && !is_letter(Some(window.end));
            let is_run = window.len() > 1
                && window.clone().all(differs)
                && !before.is_some_and(differs)
                && !differs(window.end);
            window.len() < SHORT && (is_word || is_run || window.len() >= SHORTEST_WORD)
        };
        let mut hits: Vec<Hit> = Vec::new();
        let mut from = 0;
        for at in 0..text.len() {
            if at < from || !differs(at) {
                continue;
            }
            let windows = (from..=at).flat_map(|start| {
                let ends = (at + 1..=text.len()).rev();
                ends.map(move |end| start..end)
            });
            let mut windows: Vec<Range<usize>> = windows.filter(may_be_one).collect();
            // The longest one: a shorter one inside it would be chance.
            windows.sort_by_key(|window| Reverse(window.len()));
            let hit = windows.into_iter().find_map(|window| {
                self.short_hit(
                    content,
                    &(window.start + span.start..window.end + span.start),
                )
            })?;
            from = hit.span.end - span.start;
            hits.push(hit);
        }
        Some(hits)
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
            certain: true,
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
