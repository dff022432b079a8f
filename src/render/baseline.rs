//! The pins of an Application as they were when its baseline was written, and what became of them.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, anyhow};

use super::diff::{PinChange, PinFate};
use super::settle::Settled;
use super::states::{Fate, PinState, join, states};
use super::summary::Shown;
use crate::adopt::Objects;
use crate::derive::{ScopeKeys, fingerprint};
use crate::hint::with_hint;
use crate::name::place_text;
use crate::request::{Baseline, BaselinePin, RenderRequest};

/// The pins of a render, as a baseline holds them.
pub(super) fn pins(settled: &Settled, keys: &ScopeKeys) -> BTreeMap<String, BaselinePin> {
    let states = states(settled, &Objects::printed(&settled.text));
    let pins = states
        .iter()
        .map(|state| (state.pin.clone(), baseline_pin(state, keys)));
    pins.collect()
}

fn baseline_pin(state: &PinState, keys: &ScopeKeys) -> BaselinePin {
    let key = &keys.fingerprints;
    let issued_for = state.issued_for.clone();
    let issued_for = match state.stands_alone || state.is_certificate {
        true => issued_for,
        false => issued_for.text("part"),
    };
    let value = match &state.text {
        Some(text) => text.as_bytes(),
        None => &state.yielded,
    };
    BaselinePin {
        fingerprint: fingerprint(key, &state.pin, &issued_for, value),
        call: state.way.clone(),
    }
}

/// What became of the pins of a baseline.
pub(super) fn compare(
    baseline: &Baseline,
    request: &RenderRequest,
    settled: &Settled,
    keys: &ScopeKeys,
) -> Vec<PinChange> {
    let objects = Objects::printed(&settled.text);
    let states = states(settled, &objects);
    let before = baseline.pins.iter();
    let before = before.map(|(pin, was)| (pin.as_str(), was.call.as_str(), was));
    let (fates, new) = join(before, &states);
    let shown = places(request, settled, &objects);
    let change = |state, pin: &str, now: Option<&PinState>, why: Option<&str>| PinChange {
        state,
        pin: pin.to_owned(),
        to: None,
        because: why.map(str::to_owned),
        call_site: now.map(|now| now.call_site.clone()),
    };
    let mut changes = Vec::new();
    for Fate { pin, before, now } in fates {
        changes.push(match now {
            Some(now) if now.pin != pin => PinChange {
                to: Some(now.pin.clone()),
                ..change(PinFate::Moves, pin, Some(now), None)
            },
            Some(now) if baseline_pin(now, keys).fingerprint == before.fingerprint => {
                change(PinFate::Stays, pin, Some(now), None)
            }
            Some(now) => {
                let why = "another one than in the baseline";
                change(PinFate::Changes, pin, Some(now), Some(why))
            }
            None if is_shown(&shown, place_of(pin)) => {
                let why = "something else stands there";
                change(PinFate::Changes, pin, None, Some(why))
            }
            None => change(PinFate::Goes, pin, None, None),
        });
    }
    let had: BTreeSet<&str> = baseline.pins.keys().map(|pin| place_of(pin)).collect();
    for now in new {
        let place = place_of(&now.pin);
        // A pin that goes by its path is shown at no place.
        changes.push(match had.contains(place) && is_shown(&shown, place) {
            true => {
                let why = "something else stood there";
                change(PinFate::Changes, &now.pin, Some(now), Some(why))
            }
            false => change(PinFate::Appears, &now.pin, Some(now), None),
        });
    }
    changes
}

/// Refuses a render in which a pin of the baseline has another value.
///
/// # Errors
/// One has; the error names it.
pub(super) fn check(
    baseline: &Baseline,
    request: &RenderRequest,
    settled: &Settled,
    keys: &ScopeKeys,
) -> Result<()> {
    let all = compare(baseline, request, settled, keys);
    let changed: Vec<&PinChange> = all.iter().filter(|it| it.is_noticed()).collect();
    let Some(first) = changed.first() else {
        return Ok(());
    };
    let becomes = match &first.to {
        Some(to) => format!("would move to `{}`", to.escape_debug()),
        None => "would change".to_owned(),
    };
    let others = match changed.len() - 1 {
        0 => String::new(),
        1 => " (and one more)".to_owned(),
        more => format!(" (and {more} more)"),
    };
    let (source, pin) = (baseline.source.escape_debug(), first.pin.escape_debug());
    Err(with_hint(
        anyhow!("the baseline {source} holds the pin `{pin}`, which {becomes}{others}"),
        "to keep the value, adopt what is live; to change it, write the baseline again by `argocd-pin-plugin baseline write`",
    ))
}

/// All places of a render, as pins are named by them.
fn places(request: &RenderRequest, settled: &Settled, objects: &Objects) -> BTreeSet<String> {
    let namespace = request.namespace();
    let shown = Shown::of(&settled.log);
    let places = objects.fields().filter_map(|(object, path, _)| {
        let document = objects.documents().get(object)?;
        Some(shown.masked(&place_text(&document.identity, path, namespace)))
    });
    places.collect()
}

/// Whether the place is there; of a part of a text, behind a word, whether the text is.
fn is_shown(shown: &BTreeSet<String>, place: &str) -> bool {
    let mut words = place.match_indices(':');
    shown.contains(place)
        || words.any(|(at, _)| place.get(..at).is_some_and(|text| shown.contains(text)))
}

/// The place in a pin's name: what stands before the mark and the function, which has letters, digits and dots.
fn place_of(pin: &str) -> &str {
    pin.rfind(['#', '<', '%'])
        .and_then(|at| pin.get(..at))
        .unwrap_or(pin)
}
