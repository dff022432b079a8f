//! Calls that were reached a second time: `include "x.secret" . | sha256sum` beside the Secret that includes it.

use std::collections::HashMap;

use crate::chart::site::SiteId;
use crate::log::{Call, CallId};

/// The way from the outermost define on: that define, what is included in it, the call site and its turn.
type InnerPath<'c> = (&'c str, &'c [(String, u32)], SiteId, u32);

/// For each call that is `open` the one that it is the double of: the only original with the same inner path.
pub(super) fn doubles(calls: &[Call], is_original: &[bool], open: &[bool]) -> Vec<Option<CallId>> {
    let mut originals: HashMap<InnerPath<'_>, Option<CallId>> = HashMap::new();
    for (number, call) in calls.iter().enumerate() {
        if let Some(path) = inner_path(call).filter(|_| is_original[number]) {
            originals
                .entry(path)
                .and_modify(|original| *original = None)
                .or_insert(Some(CallId(number)));
        }
    }
    let doubles = calls.iter().zip(open).map(|(call, open)| {
        let path = inner_path(call).filter(|_| *open)?;
        originals.get(&path).copied().flatten()
    });
    doubles.collect()
}

fn inner_path(call: &Call) -> Option<InnerPath<'_>> {
    let [(outermost, _), inner @ ..] = call.path.includes.as_slice() else {
        return None;
    };
    Some((outermost, inner, call.site, call.turn))
}
