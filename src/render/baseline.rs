//! The pins of an Application as they were when its baseline was written, and what became of them.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, anyhow};

use super::diff::{PinChange, PinFate};
use super::settle::Settled;
use super::states::{Fate, PinState, has_word, join, states};
use super::summary::Shown;
use crate::adopt::Objects;
use crate::derive::{ScopeKeys, fingerprint};
use crate::hint::with_hint;
use crate::manifest::Path;
use crate::name::place_text;
use crate::request::{Baseline, BaselinePin, RenderRequest};

/// The pins of a render, as a baseline holds them.
pub(super) fn pins(
    request: &RenderRequest,
    settled: &Settled,
    keys: &ScopeKeys,
) -> BTreeMap<String, BaselinePin> {
    let objects = Objects::printed(&settled.text);
    let places = Places::of(request, settled, &objects);
    let states = states(settled, &objects);
    let pins = states.iter().map(|state| {
        let pin = BaselinePin {
            fingerprint: fingerprint_of(state, keys),
            call: state.way.clone(),
            places: places.beside(state),
        };
        (state.pin.clone(), pin)
    });
    pins.collect()
}

/// The fingerprint of a pin's value, and of how it stands in the field that names it.
fn fingerprint_of(state: &PinState, keys: &ScopeKeys) -> String {
    let mut issued_for = state.issued_for.clone();
    if !state.stands_alone && !state.is_certificate {
        issued_for = issued_for.text("part");
    }
    if state.is_bytes {
        issued_for = issued_for.text("bytes");
    }
    let value = match &state.text {
        Some(text) => text.as_bytes(),
        None => &state.yielded,
    };
    fingerprint(&keys.fingerprints, &state.pin, &issued_for, value)
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
    let places = Places::of(request, settled, &objects);
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
            Some(now) if fingerprint_of(now, keys) == before.fingerprint => {
                let beside = places.beside(now);
                let mut lost = before.places.iter().filter(|it| !beside.contains(it));
                match lost.find(|it| places.has(it)) {
                    None => change(PinFate::Stays, pin, Some(now), None),
                    Some(place) => {
                        let why = format!("{place} shows something else");
                        change(PinFate::Changes, pin, Some(now), Some(&why))
                    }
                }
            }
            Some(now) => {
                let why = "another one than in the baseline";
                change(PinFate::Changes, pin, Some(now), Some(why))
            }
            None if places.has(place_of(pin)) => {
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
        changes.push(match had.contains(place) && places.has(place) {
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

/// The fields of a render, as pins are named by them.
struct Places<'o> {
    names: BTreeMap<(usize, &'o Path), String>,
    texts: BTreeMap<String, Vec<&'o str>>,
}

impl<'o> Places<'o> {
    fn of(request: &RenderRequest, settled: &Settled, objects: &'o Objects) -> Places<'o> {
        let namespace = request.namespace();
        let shown = Shown::of(&settled.log);
        let mut names = BTreeMap::new();
        let mut texts: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for (object, path, text) in objects.fields() {
            if let Some(document) = objects.documents().get(object) {
                let place = shown.masked(&place_text(&document.identity, path, namespace));
                texts.entry(place.clone()).or_default().push(text);
                names.insert((object, path), place);
            }
        }
        Places { names, texts }
    }

    /// Whether the place is there; of a part of a text, behind a word, whether the text has the word.
    fn has(&self, place: &str) -> bool {
        let is_part = |(at, _)| {
            let (text, word) = (place.get(..at)?, place.get(at + 1..)?);
            let mut texts = self.texts.get(text)?.iter();
            let word = serde_json::from_str(word).unwrap_or_else(|_| word.to_owned());
            Some(texts.any(|text| has_word(text, &word)))
        };
        let mut words = place.match_indices(':');
        self.texts.contains_key(place) || words.any(|it| is_part(it) == Some(true))
    }

    /// The places besides the one that names it which show nothing else than a pin's value.
    fn beside(&self, pin: &PinState) -> Vec<String> {
        let fields = pin.alone_in.iter();
        let others = fields.filter(|field| pin.field.as_ref() != Some(field));
        let places = others.filter_map(|(object, path)| self.names.get(&(*object, path)));
        places.cloned().collect()
    }
}

/// The place in a pin's name: what stands before the mark and the function, which has letters, digits and dots.
fn place_of(pin: &str) -> &str {
    pin.rfind(['#', '<', '%'])
        .and_then(|at| pin.get(..at))
        .unwrap_or(pin)
}
