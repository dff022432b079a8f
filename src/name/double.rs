//! Calls that were reached a second time: `include "x.secret" . | sha256sum` beside the Secret that includes it.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use crate::chart::site::SiteId;
use crate::log::{Call, CallId};

/// The way from the outermost define on: the chart whose file is rendered, that define, what is included in it, the call site and
/// its turn.
type InnerPath<'c> = (&'c str, &'c str, &'c [(String, u32)], SiteId, u32);

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

/// For each call that a define reached, by its key: a digest of the keys of all calls with the same inner path. Where it is
/// another one than in the render before, a key may stand for another call.
pub(crate) fn families(calls: &[Call]) -> HashMap<&str, [u8; 32]> {
    let mut of_path: HashMap<InnerPath<'_>, Vec<&str>> = HashMap::new();
    for call in calls {
        if let Some(path) = inner_path(call) {
            of_path.entry(path).or_default().push(&call.key);
        }
    }
    let mut families = HashMap::new();
    for mut keys in of_path.into_values() {
        keys.sort_unstable();
        let mut digest = Sha256::new();
        for key in &keys {
            digest.update((key.len() as u64).to_be_bytes());
            digest.update(key);
        }
        let digest: [u8; 32] = digest.finalize().into();
        families.extend(keys.into_iter().map(|key| (key, digest)));
    }
    families
}

fn inner_path(call: &Call) -> Option<InnerPath<'_>> {
    let [(outermost, _), inner @ ..] = &*call.path.includes else {
        return None;
    };
    // What charts share is a library: each generates for itself.
    Some((call.path.chart(), outermost, inner, call.site, call.turn))
}
