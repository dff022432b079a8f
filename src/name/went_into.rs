//! What went into a call that is seen: a CA into the certificates that it signs, a password into its hash.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use serde_json::Value;

use super::layers::Layers;
use super::needles::{NeedleId, Needles, Owner};
use super::sightings::Sighting;
use crate::log::{Argument, Call, Log};

/// For each call that is `open` (without a place of its own) the sighting of the call that it went into, directly or
/// through other open calls. Of several, the best one.
///
/// `placed` are the sightings of the calls that have a place.
pub(super) fn went_into(
    log: &Log,
    needles: &Needles<'_>,
    placed: &[Option<Sighting>],
    open: &[bool],
) -> Vec<Option<Sighting>> {
    let mut way = Way {
        needles,
        of_call: vec![None; log.calls.len()],
        of_carrier: vec![None; log.carriers.len()],
        known: HashMap::new(),
    };
    let is_open = |call: usize| open.get(call).is_some_and(|it| *it);
    let first = first_positions(log);
    let Some(last_needed) = (0..log.calls.len())
        .filter(|call| is_open(*call))
        .filter_map(|call| first[call])
        .min()
    else {
        return way.of_call;
    };
    let ending = carriers_by_end(log);
    let mut at_hand: BTreeSet<(Sighting, usize)> = BTreeSet::new();
    // Backwards: what a call went into ran after it, and is known already.
    for position in (last_needed..log.order.len()).rev() {
        for carrier in ending.get(position + 1).into_iter().flatten() {
            if let Some(sighting) = way.of_carrier[*carrier] {
                at_hand.insert((sighting, *carrier));
            }
        }
        let number = log.order[position].0;
        let Some(call) = log.calls.get(number) else {
            continue;
        };
        if first[number] != Some(position) {
            continue;
        }
        if is_open(number) {
            let carried = best_at(&mut at_hand, log, position);
            way.of_call[number] = way.of_call[number].into_iter().chain(carried).min();
        } else {
            way.of_call[number] = None;
        }
        let target = placed.get(number).copied().flatten();
        if let Some(target) = target.or(way.of_call[number]) {
            way.follow(log, call, position, target, &first);
        }
    }
    for (number, found) in way.of_call.iter_mut().enumerate() {
        if !is_open(number) {
            *found = None;
        }
    }
    way.of_call
}

struct Way<'l, 'n, 'a> {
    needles: &'n Needles<'a>,
    of_call: Vec<Option<Sighting>>,
    of_carrier: Vec<Option<Sighting>>,
    /// The needles in arguments that were looked at.
    known: HashMap<&'l str, Rc<Vec<NeedleId>>>,
}

impl<'l> Way<'l, '_, '_> {
    /// Tells what stands in the arguments of `call`, which ran first at `position` and belongs to `target`.
    fn follow(
        &mut self,
        log: &Log,
        call: &'l Call,
        position: usize,
        target: Sighting,
        first: &[Option<usize>],
    ) {
        let needles = self.needles;
        for text in texts_of(call) {
            let inside = self.inside(text);
            let inside = inside.iter().filter_map(|id| needles.get(*id));
            for needle in inside.filter(|needle| !needle.is_choice()) {
                for owner in &needle.owners {
                    let best = match *owner {
                        Owner::Call(from) if first[from.0].is_some_and(|it| it < position) => {
                            &mut self.of_call[from.0]
                        }
                        Owner::Carrier(carrier)
                            if log.carriers[carrier].calls.end <= position
                                && !log.carriers[carrier].is_digest =>
                        {
                            &mut self.of_carrier[carrier]
                        }
                        Owner::Call(_) | Owner::Carrier(_) => continue,
                    };
                    if best.is_none_or(|known| target < known) {
                        *best = Some(target);
                    }
                }
            }
        }
    }

    /// The needles that stand in an argument.
    fn inside(&mut self, text: &'l str) -> Rc<Vec<NeedleId>> {
        if let Some(known) = self.known.get(text) {
            return Rc::clone(known);
        }
        let layers = Layers::of(text, self.needles.shortest(), self.needles.has_lines());
        let mut inside: Vec<NeedleId> = Vec::new();
        for (number, layer) in layers.all().iter().enumerate() {
            self.needles.find(layer.text(), |id, needle, span| {
                let counts = needle.counts(layer.text(), &span)
                    || (needle.counts_in_name(layer.text(), &span)
                        && layers.is_whole(number, &span));
                if counts && inside.last() != Some(&id) {
                    inside.push(id);
                }
            });
        }
        inside.sort_unstable();
        inside.dedup();
        let inside = Rc::new(inside);
        self.known.insert(text, Rc::clone(&inside));
        inside
    }
}

/// Where each call ran first.
fn first_positions(log: &Log) -> Vec<Option<usize>> {
    let mut first = vec![None; log.calls.len()];
    for (position, call) in log.order.iter().enumerate() {
        if let Some(first) = first.get_mut(call.0) {
            first.get_or_insert(position);
        }
    }
    first
}

/// The carriers that end at each position of the log's order.
fn carriers_by_end(log: &Log) -> Vec<Vec<usize>> {
    let mut ending = vec![Vec::new(); log.order.len() + 1];
    for (number, carrier) in log.carriers.iter().enumerate() {
        if let Some(ending) = ending.get_mut(carrier.calls.end) {
            ending.push(number);
        }
    }
    ending
}

/// The best of the carriers at hand that hold what ran at `position`. Those that begin behind it are done with.
fn best_at(
    at_hand: &mut BTreeSet<(Sighting, usize)>,
    log: &Log,
    position: usize,
) -> Option<Sighting> {
    while let Some((sighting, carrier)) = at_hand.first().copied() {
        if log.carriers[carrier].calls.start <= position {
            return Some(sighting);
        }
        at_hand.pop_first();
    }
    None
}

/// The texts in a call's arguments.
fn texts_of(call: &Call) -> Vec<&str> {
    let mut texts = Vec::new();
    for argument in &call.arguments {
        match argument {
            Argument::Text(text) => texts.extend(std::str::from_utf8(text).ok()),
            Argument::Json(value) => texts_in(value, &mut texts),
            Argument::Int(_) => {}
        }
    }
    texts
}

fn texts_in<'v>(value: &'v Value, texts: &mut Vec<&'v str>) {
    match value {
        Value::String(text) => texts.push(text),
        Value::Array(items) => items.iter().for_each(|item| texts_in(item, texts)),
        Value::Object(fields) => fields.values().for_each(|field| texts_in(field, texts)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
