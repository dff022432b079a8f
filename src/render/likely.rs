//! Values of calls that are not seen by themselves, but in a text that the chart made of several, or altered. What fits is
//! likely; it counts if a render with it shows what is live.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use zeroize::Zeroizing;

use super::adopt::{Found, Search};
use super::choices::Given;
use super::settle::Settled;
use super::settled;
use super::targets::{Taker, targets};
use crate::adopt::{Objects, extract};
use crate::derive::ScopeKeys;
use crate::log::{CallId, Carrier};
use crate::request::RenderRequest;

impl<'s> Search<'s> {
    /// The texts that the chart made with a call, those of the fewest calls first.
    pub(super) fn made_with(&self, call: CallId) -> Vec<&'s Carrier> {
        let log = &self.settled.log;
        let holds = |it: &&Carrier| !it.is_digest && self.calls_in(it).contains(&call);
        let mut made: Vec<&Carrier> = log.carriers.iter().filter(holds).collect();
        made.sort_by_key(|it| self.calls_in(it).len());
        made
    }

    fn calls_in(&self, carrier: &Carrier) -> BTreeSet<CallId> {
        self.settled.log.ran_for(carrier).iter().copied().collect()
    }

    /// A value of a call that is not seen by itself, but in a text that the chart made with it: as it is there, or as what
    /// the chart makes of it alone (`upper`).
    pub(super) fn likely(&self, call: CallId) -> Option<Zeroizing<String>> {
        let own = &self.settled.log.calls.get(call.0)?.given;
        let made = self.made_with(call);
        let alone = made.iter().filter(|it| self.calls_in(it).len() == 1);
        let mut parts = std::iter::once(own).chain(alone.map(|it| &*it.text));
        parts.find_map(|part| {
            let mut within = made.iter().filter(|it| it.text.contains(part.as_str()));
            within.find_map(|whole| {
                let live = self.text(&whole.text, call)?;
                let others = self.others_in(whole, call);
                extract(&whole.text, &live, part, &others)
            })
        })
    }

    /// What other calls have put into a text, as they yielded it and as the chart altered it.
    fn others_in(&self, whole: &Carrier, call: CallId) -> Vec<&'s str> {
        let others = self.calls_in(whole).into_iter().filter(|it| *it != call);
        let texts = others.flat_map(|other| {
            let given = self.settled.log.calls.get(other.0).map(|it| &it.given);
            let made = self.made_with(other).into_iter();
            let alone = made.filter(|it| self.calls_in(it).len() == 1);
            given.into_iter().chain(alone.map(|it| &*it.text))
        });
        let texts = texts.map(|it| it.as_str());
        texts.filter(|it| whole.text.contains(it)).collect()
    }

    /// The values to give, the render with them, and its warnings. What the chart does not take goes out of `found`: a rule may
    /// refuse a value, or it breaks the YAML around it. One that is likely stays if its place then shows what is live.
    pub(super) fn proved(
        &self,
        request: &RenderRequest,
        keys: &ScopeKeys,
        found: &mut BTreeMap<String, Found>,
    ) -> Result<(Vec<Given>, Settled, Vec<String>)> {
        let is_likely = |found: &Found| matches!(found, Found::Likely(_));
        let render = |found: &BTreeMap<String, Found>| -> Result<_> {
            let given = self.complete(request, keys, found)?;
            let (last, warnings) = settled(request, keys, &given)?;
            Ok((given, last, warnings))
        };
        let mut refused = Vec::new();
        let mut all = match render(found) {
            Ok(all) => all,
            Err(_) => {
                let why = |some: &_| render(some).err();
                *found = taken(std::mem::take(found), &why, &mut refused);
                render(found)?
            }
        };
        let refused = refused.iter();
        let refused = refused.map(|(pin, why)| format!("{}: {why:#}", pin.escape_debug()));
        all.2.extend(refused);
        if !found.values().any(is_likely) {
            return Ok(all);
        }
        let kept = self.kept_pins(&all.1);
        let before = found.len();
        found.retain(|pin, value| !is_likely(value) || kept.contains(pin));
        if found.len() < before {
            let said = all.2;
            all = render(found)?;
            all.2 = said;
        }
        Ok(all)
    }

    /// The pins whose place shows what is live.
    fn kept_pins(&self, last: &Settled) -> BTreeSet<String> {
        let now = Objects::printed(&last.text);
        let kept = targets(&last.log, &last.names)
            .into_iter()
            .filter(|target| {
                let Taker::Call(call) = target.taker else {
                    return false;
                };
                let scalar = last.names.get(call.0).and_then(|it| it.scalar.as_ref());
                let place = scalar.and_then(|it| now.place(it));
                place.is_some_and(|(object, path)| {
                    let live = self.live_beside(&now, object, &path);
                    let text = now.field(object, &path);
                    text.zip(live)
                        .is_some_and(|(text, live)| text.is_same(live))
                })
            });
        kept.map(|target| target.pin).collect()
    }
}

/// Those of these values that are taken: of what is not, each half is tried, and `refused` gets each one with the reason. `why`
/// says why some values are not taken together.
fn taken<V, E>(
    mut values: BTreeMap<String, V>,
    why: &impl Fn(&BTreeMap<String, V>) -> Option<E>,
    refused: &mut Vec<(String, E)>,
) -> BTreeMap<String, V> {
    let Some(middle) = values.keys().nth(values.len() / 2).cloned() else {
        return values;
    };
    let Some(error) = why(&values) else {
        return values;
    };
    if values.len() == 1 {
        refused.push((middle, error));
        return BTreeMap::new();
    }
    let rest = values.split_off(&middle);
    let mut both = taken(values, why, refused);
    both.append(&mut taken(rest, why, refused));
    both
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::collections::BTreeMap;

    use super::taken;

    #[test]
    fn what_is_refused_is_found_by_halves() {
        let of = |count: usize, refused: &[usize]| {
            let renders = Cell::new(0);
            let all: BTreeMap<String, usize> =
                (0..count).map(|it| (format!("{it:03}"), it)).collect();
            let why = |some: &BTreeMap<String, usize>| {
                renders.set(renders.get() + 1);
                some.values().find(|it| refused.contains(it)).copied()
            };
            let mut told = Vec::new();
            let left = taken(all, &why, &mut told);
            assert_eq!(left.len() + told.len(), count);
            assert!(told.iter().all(|(pin, it)| *pin == format!("{it:03}")));
            (left.len(), renders.get())
        };
        assert_eq!(of(100, &[]), (100, 1));
        assert_eq!(of(1, &[0]), (0, 1));
        assert_eq!(of(0, &[]), (0, 0));
        let (left, renders) = of(100, &[37, 80]);
        assert_eq!(left, 98);
        assert!(renders < 30, "{renders}");
    }
}
