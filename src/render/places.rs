//! What becomes of each place of a chart when the values that were found are given to its pins.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use zeroize::Zeroizing;

use super::adopt::Search;
use super::settle::Settled;
use super::states::texts;
use super::summary::Shown;
use crate::adopt::Objects;
use crate::chart::generator::Generator;
use crate::log::{Argument, CallId};
use crate::manifest::Path;
use crate::name::place_text;
use crate::table::is_same_password;

/// What becomes of a place when the Application is switched over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlaceState {
    /// The place, as pins are named by it.
    pub(crate) place: String,
    /// What becomes of it.
    pub(crate) state: State,
}

/// What becomes of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum State {
    /// It keeps its text, or a hash keeps its password.
    Kept,
    /// Its text changes, and no pin in it is lost.
    Changed,
    /// It is not live.
    New,
    /// A pin has another value live, which cannot be taken over.
    Lost,
}

/// A place, and why it is told.
#[derive(Default)]
struct Told {
    /// The calls whose values it is to show.
    calls: Vec<CallId>,
    /// Whether another seed changes it, and no pin is seen there.
    is_unseen: bool,
}

impl Search<'_> {
    /// What becomes of each place that shows a pin or changes with the given values, and of each field of a Secret that
    /// another seed changes; and the calls whose values no place keeps. `last` is the render with these values, `other` one under another seed.
    pub(super) fn states(
        &self,
        last: &Settled,
        other: &Objects,
    ) -> (Vec<PlaceState>, BTreeSet<CallId>) {
        let now = Search::new(last, self.live, self.namespace);
        let given = given(last);
        let shown = Shown::of(&last.log);
        let (mut states, mut lost, mut kept) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
        for ((object, path), told) in self.told(&now, &given, other) {
            let Some(document) = now.ours.documents().get(object) else {
                continue;
            };
            let identity = &document.identity;
            let live = now.live_beside(&now.ours, object, &path);
            let state = match (live, now.ours.field(object, &path)) {
                (Some(live), Some(ours)) => {
                    let before = self.object_in(&self.ours, &now.ours, object);
                    let before = before.and_then(|it| self.ours.field(it, &path));
                    // What is live may not be readable in this place, also where it is the same text.
                    let taken = before.unwrap_or(ours).take(live);
                    match taken {
                        Some(_) if ours.is_same(live) => {
                            kept.extend(told.calls);
                            State::Kept
                        }
                        taken => {
                            let (state, calls) = now.state(&told, taken, &given, object, &path);
                            lost.extend(calls);
                            state
                        }
                    }
                }
                // Of what is made of pins only those kinds count that were looked for.
                (None, _) if told.calls.is_empty() && !self.live.has_kind(&identity.kind) => {
                    continue;
                }
                (None, _) => State::New,
                (Some(_), None) => {
                    lost.extend(told.calls);
                    State::Lost
                }
            };
            let place = place_text(identity, &path, self.namespace);
            states.push(PlaceState {
                place: shown.masked(&place),
                state,
            });
        }
        states.sort_by(|a, b| a.place.cmp(&b.place));
        (states, &lost - &kept)
    }

    /// The places to tell of, by the objects' numbers in `now`, which is the render with the values that were found. `given` are
    /// the texts that its calls stand for.
    fn told(
        &self,
        now: &Search<'_>,
        given: &[&Zeroizing<String>],
        other: &Objects,
    ) -> BTreeMap<(usize, Path), Told> {
        let is_secret = |object: usize| {
            let document = now.ours.documents().get(object);
            document.is_some_and(|it| it.identity.kind == "Secret")
        };
        let mut places: BTreeMap<(usize, Path), Told> = BTreeMap::new();
        for (object, path, text) in now.ours.fields() {
            let text_in = |render: &Objects| {
                let object = self.object_in(render, &now.ours, object)?;
                Some(render.text(object, path)? != text)
            };
            let is_changed = text_in(&self.ours) != Some(false);
            let is_unseen = !is_changed && is_secret(object) && text_in(other) == Some(true);
            if is_changed || is_unseen {
                let calls = Vec::new();
                places.insert((object, path.clone()), Told { calls, is_unseen });
            }
        }
        let names = &now.settled.names;
        let is_clock = |call: CallId| now.generator(call) == Some(Generator::Now);
        for (number, named) in names.iter().enumerate() {
            let place = named.scalar.as_ref().and_then(|it| self.ours.place(it));
            if let Some(place) = place.filter(|_| !is_clock(CallId(number))) {
                places.entry(place).or_default().calls.push(CallId(number));
            }
        }
        let given = given.iter().enumerate();
        let given: HashMap<&str, CallId> = given
            .map(|(number, text)| (text.as_str(), CallId(number)))
            .filter(|(_, call)| !is_clock(*call))
            .collect();
        for ((object, path), told) in &mut places {
            let is_shown = |call: &CallId| names.get(call.0).is_some_and(|it| it.is_shown);
            // Of several calls at one place those that are seen count: a hash, and not its password.
            if told.calls.iter().any(is_shown) {
                told.calls.retain(is_shown);
            }
            // A Secret may show a value at more places than the one that names it.
            let whole = now.ours.text(*object, path).and_then(|it| given.get(it));
            if told.calls.is_empty() && is_secret(*object) {
                told.calls.extend(whole);
            }
        }
        places
    }

    /// What becomes of a place with another text than what is live there, which is none that it could show if it is nothing.
    /// This is the render with the given values.
    fn state(
        &self,
        told: &Told,
        live: Option<Zeroizing<String>>,
        given: &[&Zeroizing<String>],
        object: usize,
        path: &Path,
    ) -> (State, Vec<CallId>) {
        if told.calls.is_empty() {
            let state = match told.is_unseen {
                true => State::Lost,
                false => State::Changed,
            };
            return (state, Vec::new());
        }
        let (Some(live), Some(shape)) = (live, self.shape(object, path)) else {
            return (State::Lost, told.calls.clone());
        };
        let keeps = |call: &CallId| self.keeps_password(*call, &|text| shape.extract(&live, text));
        // The value that is given is the live one: what changes is the rest.
        let is_live = |call: &CallId| {
            let text = given.get(call.0).copied();
            text.is_some_and(|text| shape.extract(&live, text).as_ref() == Some(text))
        };
        let calls = told.calls.iter().copied();
        let lost: Vec<CallId> = calls.filter(|it| !keeps(it) && !is_live(it)).collect();
        let state = match () {
            () if !lost.is_empty() => State::Lost,
            () if told.calls.iter().all(keeps) => State::Kept,
            () => State::Changed,
        };
        (state, lost)
    }

    /// The object of a render that is the one of this number in another. Charts print some objects twice: these are told
    /// apart by their order.
    fn object_in(&self, render: &Objects, other: &Objects, object: usize) -> Option<usize> {
        let identity = &other.documents().get(object)?.identity;
        let same = render.documents().get(object);
        match same.is_some_and(|same| same.identity == *identity) {
            true => Some(object),
            false => render.find(identity, self.namespace),
        }
    }

    /// Whether a live hash is one of the password that this call hashes. `live` finds what is live in the place of a text.
    fn keeps_password(
        &self,
        call: CallId,
        live: &dyn Fn(&str) -> Option<Zeroizing<String>>,
    ) -> bool {
        let Some(made) = self.settled.log.calls.get(call.0) else {
            return false;
        };
        let password = match self.generator(call) {
            Some(Generator::Bcrypt) => made.arguments.first(),
            Some(Generator::Htpasswd) => made.arguments.get(1),
            _ => None,
        };
        let Some(Argument::Text(password)) = password else {
            return false;
        };
        // Of a line of `htpasswd` charts also show the hash alone.
        let hash = made.given.rsplit_once(':').map(|(_, hash)| hash);
        let texts = [Some(made.given.as_str()), hash].into_iter().flatten();
        let mut hashes = texts.filter_map(live);
        hashes.any(|hash| is_same_password(&hash, password))
    }
}

/// Of each call the text that is given for its pin: what it yields, or what the chart makes of it with others.
fn given(last: &Settled) -> Vec<&Zeroizing<String>> {
    let texts = texts(last);
    let calls = last.log.calls.iter().zip(&last.names);
    let given = calls.map(|(call, named)| texts.get(&named.name).copied().unwrap_or(&call.given));
    given.collect()
}
