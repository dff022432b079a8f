//! What a given value can take the place of: a call, or a text that a helper composed of several.

use std::collections::{BTreeMap, BTreeSet};

use crate::log::{CallId, Log};
use crate::name::{Name, Named, Pin, Rule};

/// A pin that can be given, under the name that an entry has.
pub(super) struct Target {
    /// The place, if only one thing there can be given; else the call's full name.
    pub(super) pin: String,
    /// What the value takes the place of.
    pub(super) taker: Taker,
}

/// What takes a given value.
pub(super) enum Taker {
    /// A call, and all that have its name.
    Call(CallId),
    /// What an include returned, by the numbers of its carriers.
    Text(Vec<usize>),
}

/// All that can be given by the place that it belongs to.
///
/// It is a call, if it is the only one there, or the only one whose own value is seen there; else the text that an include
/// made of all of them, and of nothing else; else each call by its full name, of those whose value is seen if there are any. So
/// is a call that goes by its path, if it is seen.
pub(super) fn targets(log: &Log, names: &[Named]) -> Vec<Target> {
    let mut places: BTreeMap<String, BTreeMap<&Name, CallId>> = BTreeMap::new();
    for (number, named) in names.iter().enumerate() {
        let is_place = named.name.0.first().is_some_and(|tag| tag == "place");
        if is_place && named.rule != Rule::Double {
            let pin = Pin::of(&named.name);
            let calls = places.entry(pin.place().to_owned()).or_default();
            calls.insert(&named.name, CallId(number));
        }
    }
    let mut targets = by_path(names);
    for (place, calls) in places {
        let is_shown = |call: &&CallId| names.get(call.0).is_some_and(|named| named.is_shown);
        let shown: Vec<CallId> = calls.values().filter(is_shown).copied().collect();
        let taker = match shown.as_slice() {
            [only] => Some(Taker::Call(*only)),
            [] => composed(log, names, &calls.keys().copied().collect()).map(Taker::Text),
            _ => None,
        };
        let each = match shown.is_empty() {
            true => calls.values().copied().collect(),
            false => shown,
        };
        let by_place = match (taker, each.as_slice()) {
            (Some(taker), _) => Some(taker),
            (None, [only]) => Some(Taker::Call(*only)),
            (None, _) => None,
        };
        match by_place {
            Some(taker) => targets.push(Target { pin: place, taker }),
            None => targets.extend(each.into_iter().filter_map(|call| {
                Some(Target {
                    pin: Pin::of(&names.get(call.0)?.name).text().to_owned(),
                    taker: Taker::Call(call),
                })
            })),
        }
    }
    targets
}

/// The calls that go by their paths and are seen somewhere, by their full names.
fn by_path(names: &[Named]) -> Vec<Target> {
    let seen = names.iter().enumerate();
    let seen = seen.filter(|(_, named)| named.rule == Rule::Path && named.scalar.is_some());
    let targets = seen.map(|(number, named)| Target {
        pin: Pin::of(&named.name).text().to_owned(),
        taker: Taker::Call(CallId(number)),
    });
    targets.collect()
}

/// The texts that includes of one define made of the calls with exactly these names, on whichever way; of several defines
/// those of the innermost. A text of several lines is a document and no value.
fn composed(log: &Log, names: &[Named], of: &BTreeSet<&Name>) -> Option<Vec<usize>> {
    let mut found: Vec<(usize, &str, usize)> = Vec::new();
    for (number, carrier) in log.carriers.iter().enumerate() {
        let Some(key) = &carrier.key else { continue };
        let ran = log.order.get(carrier.calls.clone()).unwrap_or_default();
        let made_of = ran.iter().filter_map(|call| Some(&names.get(call.0)?.name));
        if carrier.text.contains('\n') || made_of.collect::<BTreeSet<_>>() != *of {
            continue;
        }
        let (_, body) = key.rsplit_once('\n')?;
        let (body, _) = body.split_once('.')?;
        found.push((key.matches('\n').count(), body, number));
    }
    let (_, innermost, _) = *found.iter().max_by_key(|(depth, ..)| *depth)?;
    let same = found.iter().filter(|(_, body, _)| *body == innermost);
    Some(same.map(|(.., number)| *number).collect())
}
