//! Which values the chart throws away: `default (randAlphaNum 16) .Values.password` where a password is set.

use std::collections::HashMap;

use crate::log::{Carrier, Log};
use crate::name::{Named, Rule};

/// Of each call of the last render, whether what stands at its place is the same without it: a text that was made while it
/// ran, and that was the same in the first render, when all that ran for it yielded something else.
pub(super) fn unused(first: Option<&Log>, last: &Log, names: &[Named]) -> Vec<bool> {
    let calls = first.into_iter().flat_map(|log| &log.calls);
    let given = calls.map(|call| (&*call.key, call.given.as_str()));
    let given: HashMap<&str, &str> = given.collect();
    let carriers = first.into_iter().flat_map(|log| &log.carriers);
    let texts = carriers.filter_map(|carrier| {
        let key = carrier.key.as_deref()?;
        Some((key, carrier.text.as_str()))
    });
    let texts: HashMap<&str, &str> = texts.collect();
    let is_same = |carrier: &Carrier| {
        let key = carrier.key.as_deref();
        key.and_then(|key| texts.get(key)) == Some(&carrier.text.as_str())
    };
    let is_fixed = |carrier: &Carrier| {
        is_same(carrier)
            && last.ran_for(carrier).iter().all(|call| {
                let call = last.calls.get(call.0);
                call.is_some_and(|call| {
                    let first = given.get(&*call.key);
                    first.is_some_and(|first| *first != call.given.as_str())
                })
            })
    };
    let fixed: Vec<bool> = last.carriers.iter().map(is_fixed).collect();
    let unused = names.iter().map(|named| {
        let mut here = named
            .texts
            .iter()
            .filter(|(_, is_here)| *is_here)
            .peekable();
        named.rule == Rule::Carrier
            && !named.is_shown
            && here.peek().is_some()
            && here.all(|(carrier, _)| fixed.get(*carrier) == Some(&true))
    });
    unused.collect()
}
