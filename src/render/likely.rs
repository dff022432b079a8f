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
        let mut parts = std::iter::once(own).chain(alone.map(|it| &it.text));
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
            given.into_iter().chain(alone.map(|it| &it.text))
        });
        let texts = texts.map(|it| it.as_str());
        texts.filter(|it| whole.text.contains(it)).collect()
    }

    /// The values to give, the render with them, and its warnings. A value that is likely stays if its place then shows what
    /// is live.
    pub(super) fn proved(
        &self,
        request: &RenderRequest,
        keys: &ScopeKeys,
        mut found: BTreeMap<String, Found>,
    ) -> Result<(Vec<Given>, Settled, Vec<String>)> {
        let is_likely = |found: &Found| matches!(found, Found::Likely(_));
        let render = |found: &BTreeMap<String, Found>| -> Result<_> {
            let given = self.complete(request, keys, found)?;
            let (last, warnings) = settled(request, keys, &given)?;
            Ok((given, last, warnings))
        };
        let all = render(&found);
        if !found.values().any(is_likely) {
            return all;
        }
        let kept = match &all {
            Ok((_, last, _)) => self.kept_pins(last),
            // A rule of the chart may refuse what is only likely.
            Err(_) => BTreeSet::new(),
        };
        let before = found.len();
        found.retain(|pin, value| !is_likely(value) || kept.contains(pin));
        match found.len() == before {
            true => all,
            false => render(&found),
        }
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
