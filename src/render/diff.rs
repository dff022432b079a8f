//! What becomes of the pins of one chart in another: a new version of it, or one with other values.
//!
//! Both are rendered with the same seed, which is nobody's. A pin whose value differs between the two differs under every
//! other seed too, since a value follows from its name and from what its call asks for.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::{Context as _, Result, anyhow};
use serde::Serialize;

use super::choices::Given;
use super::settle::Settled;
use super::settled;
use super::states::{Fate, PinState, has_word, join, states};
use super::targets::{Taker, targets};
use crate::adopt::Objects;
use crate::derive::{ScopeKeys, Seed};
use crate::log::CallId;
use crate::manifest::{Identity, Path};
use crate::name::{Name, Pin};
use crate::report::CallSite;
use crate::request::{RenderRequest, SealedPin};
use crate::table::{Pair, pair_entry};

/// Why a field changes where its pin yields the same.
const ALTERED: &str = "the chart makes something else of it";

/// What becomes of the pins.
pub(crate) struct Diff {
    /// Each pin of both charts; first those that a running application notices.
    pub(crate) pins: Vec<PinChange>,
    /// What the user should know, one sentence each.
    pub(crate) warnings: Vec<String>,
}

impl Diff {
    pub(super) fn new(mut pins: Vec<PinChange>, warnings: Vec<String>) -> Diff {
        pins.sort_by(|a, b| (a.state, &a.pin).cmp(&(b.state, &b.pin)));
        Diff { pins, warnings }
    }

    /// Whether nothing that stays live gets another value.
    pub(crate) fn is_harmless(&self) -> bool {
        !self.pins.iter().any(PinChange::is_noticed)
    }
}

/// What becomes of a pin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct PinChange {
    /// What becomes of it.
    pub(crate) state: PinFate,
    /// Its name.
    pub(crate) pin: String,
    /// The name that its call has in the new chart, if it moves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) to: Option<String>,
    /// Why it changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) because: Option<String>,
    /// Where the new chart calls it; the old one, if it goes. A baseline does not know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) call_site: Option<CallSite>,
}

impl PinChange {
    /// Whether a running application notices it.
    pub(crate) fn is_noticed(&self) -> bool {
        matches!(self.state, PinFate::Changes | PinFate::Moves)
    }
}

/// What becomes of a pin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum PinFate {
    /// It has another value.
    Changes,
    /// Its call belongs to another place, and has another value there.
    Moves,
    /// Nothing generates it any more, and its place is gone.
    Goes,
    /// It is new, and so is its place.
    Appears,
    /// It keeps its value.
    Stays,
}

/// Compares the pins of two requests. Their seeds, scopes and times do not count.
///
/// # Errors
/// One of the charts cannot be rendered.
pub(crate) fn diff(old: &RenderRequest, new: &RenderRequest) -> Result<Diff> {
    let seed = Seed::from_bytes(vec![0; 32]).ok_or_else(|| anyhow!("a seed has 32 bytes"))?;
    let keys = ScopeKeys::derive(&seed, &old.scope);
    let (mut warnings, mut sides) = (Vec::new(), Vec::new());
    let mut given = Vec::new();
    for (request, what) in [(old, "the old chart"), (new, "the new chart")] {
        let request = RenderRequest {
            now: old.now,
            clock: old.clock,
            pins: Vec::new(),
            // What is given for a pin that goes is for `generate` to tell.
            allow_unknown_pins: true,
            ..request.clone()
        };
        let (settled, more) = settled(&request, &keys, &given)
            .with_context(|| format!("{what} cannot be rendered"))?;
        warnings.extend(more.into_iter().map(|warning| format!("{what}: {warning}")));
        if sides.is_empty() {
            given = stand_ins(&settled, old, new);
        }
        sides.push(Side::new(&settled, &request));
    }
    let [old_side, new_side] = sides.as_slice() else {
        return Ok(Diff {
            pins: Vec::new(),
            warnings,
        });
    };
    let pins = compare(old_side, new_side, &Entries::of(&old.pins, &new.pins));
    Ok(Diff::new(pins, warnings))
}

/// A chart's render.
struct Side {
    objects: Objects,
    pins: Vec<PinState>,
    namespace: String,
}

impl Side {
    fn new(settled: &Settled, request: &RenderRequest) -> Side {
        let namespace = request.namespace();
        let objects = Objects::printed(&settled.text);
        Side {
            pins: states(settled, &objects),
            objects,
            namespace: namespace.to_owned(),
        }
    }

    /// Whether this render has another text where the other one has this pin.
    fn has_another_for(&self, other: &Side, pin: &PinState) -> bool {
        let text = || {
            let (object, path) = pin.field.as_ref()?;
            let identity = &other.objects.documents().get(*object)?.identity;
            let own = self.object_with(identity, path)?;
            let text = self.objects.text(own, path)?;
            Some((text, other.objects.text(*object, path)?))
        };
        text().is_some_and(|(own, theirs)| own != theirs && !lacks(&pin.inside, own, theirs))
    }

    /// The number of an object, if it has a text at this path.
    fn object_with(&self, identity: &Identity, path: &Path) -> Option<usize> {
        let object = self.objects.find(identity, &self.namespace)?;
        self.objects.text(object, path).map(|_| object)
    }

    /// Whether a field that holds nothing else than this pin's value in the other render holds another text in this one.
    fn has_another(&self, own: &PinState, other: &Side, others: &PinState) -> bool {
        let mut fields = others.alone_in.iter();
        fields.any(|(object, path)| {
            let document = other.objects.documents().get(*object);
            let object = document.and_then(|it| self.object_with(&it.identity, path));
            object.is_some_and(|object| !own.alone_in.contains(&(object, path.clone())))
        })
    }
}

/// The pins of both sides by their names; those of one side alone by the ways to their calls.
fn compare(old: &Side, new: &Side, entries: &Entries<'_>) -> Vec<PinChange> {
    let before = old.pins.iter();
    let before = before.map(|pin| (pin.pin.as_str(), pin.way.as_str(), pin));
    let (fates, appeared) = join(before, &new.pins);
    let change = |state, pin: &PinState, site: &PinState, because: Option<String>| PinChange {
        state,
        pin: pin.pin.clone(),
        to: None,
        because,
        call_site: Some(site.call_site.clone()),
    };
    let positions = Positions::of([&old.pins, &new.pins]);
    let mut changes = Vec::new();
    for Fate { pin, before, now } in fates {
        changes.push(match now {
            Some(now) if now.pin != pin => PinChange {
                to: Some(now.pin.clone()),
                ..change(PinFate::Moves, before, now, None)
            },
            Some(now) => {
                let is_altered =
                    || new.has_another(now, old, before) || old.has_another(before, new, now);
                let altered = || is_altered().then(|| ALTERED.to_owned());
                let why = why(before, now, entries).or_else(altered);
                match why.or_else(|| positions.why(now)) {
                    None => change(PinFate::Stays, before, now, None),
                    why => change(PinFate::Changes, before, now, why),
                }
            }
            None if new.has_another_for(old, before) => {
                let why = "something else stands there";
                change(PinFate::Changes, before, before, Some(why.to_owned()))
            }
            None => change(PinFate::Goes, before, before, None),
        });
    }
    for pin in appeared {
        changes.push(match old.has_another_for(new, pin) {
            true => {
                let why = "something else stood there";
                change(PinFate::Changes, pin, pin, Some(why.to_owned()))
            }
            false => change(PinFate::Appears, pin, pin, None),
        });
    }
    changes
}

/// Whether a text lacks a word that another one has: then it has no such place as the words lead to there.
fn lacks(words: &[String], text: &str, other: &str) -> bool {
    let mut words = words.iter();
    words.any(|word| !has_word(text, word) && has_word(other, word))
}

/// Why a pin of the same name has another value; none if it has the same.
fn why(old: &PinState, new: &PinState, entries: &Entries<'_>) -> Option<String> {
    let list = |numbers: &[i64]| {
        let texts: Vec<String> = numbers.iter().map(i64::to_string).collect();
        texts.join(", ")
    };
    let yields_another = old.yielded != new.yielded;
    let is_issued_anew = old.issued_for.as_bytes() != new.issued_for.as_bytes();
    let why = match () {
        () if Entries::cover(&entries.on_one_side, new) => {
            "the values that are given for it differ".to_owned()
        }
        () if is_issued_anew && !yields_another => {
            "issued for something else, with the same key".to_owned()
        }
        () if new.is_certificate && yields_another => "issued with another key".to_owned(),
        // Also where two values of a few are equal by chance.
        () if !new.is_certificate
            && old.numbers != new.numbers
            && !Entries::cover(&entries.on_both, new) =>
        {
            let (old, new) = (list(&old.numbers), list(&new.numbers));
            format!("the chart asks for {new} instead of {old}")
        }
        () if yields_another => "made of something else".to_owned(),
        () if (old.stands_alone, old.is_bytes) != (new.stands_alone, new.is_bytes)
            || old.text != new.text =>
        {
            ALTERED.to_owned()
        }
        () => return None,
    };
    Some(why)
}

/// How many pins of each chart go by their positions in one place. Where they are more or fewer, nobody knows which one is new:
/// the others may have moved up.
struct Positions<'s>(HashMap<&'s Name, [usize; 2]>);

impl<'s> Positions<'s> {
    fn of(sides: [&'s [PinState]; 2]) -> Positions<'s> {
        let all = sides.into_iter().flatten().filter(|pin| pin.by_position);
        let mut counts: HashMap<&Name, [usize; 2]> =
            all.map(|pin| (&pin.without_positions, [0, 0])).collect();
        for (side, pins) in sides.into_iter().enumerate() {
            for pin in pins {
                if let Some(counts) = counts.get_mut(&pin.without_positions) {
                    counts[side] += 1;
                }
            }
        }
        Positions(counts)
    }

    /// Why a pin may be another one's now.
    fn why(&self, pin: &PinState) -> Option<String> {
        let [old, new] = self.0.get(&pin.without_positions)?;
        let why = || format!("goes by its position, and there are {new} instead of {old}");
        (old != new).then(why)
    }
}

/// The pins that values are given for.
struct Entries<'e> {
    /// The same one in both charts.
    on_both: BTreeSet<&'e str>,
    /// In one chart alone, or others.
    on_one_side: BTreeSet<&'e str>,
}

impl<'e> Entries<'e> {
    fn of(old: &'e [SealedPin], new: &'e [SealedPin]) -> Entries<'e> {
        let is_same = |one: &SealedPin, other: &SealedPin| {
            one.pin == other.pin && one.sealed.trim() == other.sealed.trim()
        };
        let both = old
            .iter()
            .filter(|it| new.iter().any(|its| is_same(it, its)));
        let on_both: BTreeSet<&str> = both.map(|it| it.pin.as_str()).collect();
        let all = old.iter().chain(new).map(|it| it.pin.as_str());
        Entries {
            on_one_side: all.filter(|pin| !on_both.contains(pin)).collect(),
            on_both,
        }
    }

    /// Whether one of these names, or places, is the pin's.
    fn cover(names: &BTreeSet<&str>, pin: &PinState) -> bool {
        names.contains(pin.pin.as_str()) || names.contains(pin.place.as_str())
    }
}

/// Values for the new chart, in the place of those that are given on both sides: what the old one has there.
fn stand_ins(settled: &Settled, old: &RenderRequest, new: &RenderRequest) -> Vec<Given> {
    let Settled { log, names, .. } = settled;
    let of_call = |call: CallId| {
        let call = log.calls.get(call.0)?;
        Some(match Pair::from_json(&call.given) {
            Some(pair) => pair_entry(&pair, Some(&call.arguments)),
            None => call.given.clone(),
        })
    };
    let mut values = BTreeMap::new();
    for (number, named) in names.iter().enumerate() {
        if let Some(value) = of_call(CallId(number)) {
            values.insert(Pin::of(&named.name).text().to_owned(), value);
        }
    }
    for target in targets(log, names) {
        let value = match &target.taker {
            Taker::Call(call) => of_call(*call),
            Taker::Text(_) => target
                .taker
                .text(log)
                .map(|carrier| (*carrier.text).clone()),
        };
        values.extend(value.map(|value| (target.pin, value)));
    }
    let entries = Entries::of(&old.pins, &new.pins);
    let both = old
        .pins
        .iter()
        .filter(|it| entries.on_both.contains(it.pin.as_str()));
    let given = both.filter_map(|entry| {
        Some(Given {
            pin: entry.pin.clone(),
            value: values.get(&entry.pin)?.clone(),
            source: entry.source,
        })
    });
    given.collect()
}
