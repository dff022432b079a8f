//! Names of Jobs and bare Pods with a generated part.
//!
//! Charts do that so that each release runs a new Job: a Job's template cannot be changed. A fixed name would turn the
//! next image into an edit of an immutable object, a fresh one would run a Job at each render. So the generated part
//! follows the content: a new Job exactly when what the document says, without its own name, changes.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::needles::{NeedleId, Needles, Owner};
use super::place::DocumentName;
use super::shown::Object;
use super::sightings::Sightings;
use crate::hex::hex;
use crate::log::{CallId, Log};
use crate::manifest::Style;

/// Of a carrier in a name, the values of so many calls are looked for in the document.
const MOST_CALLS: usize = 64;

/// What stands in names of documents that run once.
pub(super) struct Jobs {
    /// Of each such needle the digest of the content of the documents that are called by it: all of them run anew together.
    digests: BTreeMap<NeedleId, String>,
}

impl Jobs {
    /// Takes the digests of all documents that run once and whose names show a needle.
    pub(super) fn new(sightings: &Sightings<'_>, needles: &Needles<'_>, log: &Log) -> Jobs {
        let mut in_names: BTreeMap<usize, BTreeSet<NeedleId>> = BTreeMap::new();
        for hit in sightings.hits().filter(|hit| hit.names_run) {
            in_names.entry(hit.document).or_default().insert(hit.needle);
        }
        let of_call = match in_names.is_empty() {
            true => BTreeMap::new(),
            false => own_needles(needles),
        };
        let mut digests: BTreeMap<NeedleId, BTreeSet<String>> = BTreeMap::new();
        for (number, own) in in_names {
            let Some(object) = sightings.object(number) else {
                continue;
            };
            let parts = generated_parts(&own, &of_call, needles, log);
            let digest = digest(object, &parts);
            for needle in own {
                digests.entry(needle).or_default().insert(digest.clone());
            }
        }
        let digests = digests.into_iter().map(|(needle, digests)| {
            let joined: Vec<String> = digests.into_iter().collect();
            (needle, hex(&Sha256::digest(joined.concat())))
        });
        Jobs {
            digests: digests.collect(),
        }
    }

    /// The identity of a needle in the name of a document: what that is, its name without generated parts, the content of all
    /// documents that are called by the needle.
    pub(super) fn parts(&self, needle: NeedleId, document: &DocumentName) -> Vec<String> {
        vec![
            document.kind.clone(),
            document.group.clone(),
            document.foreign_namespace.clone(),
            document.name.clone(),
            self.digests.get(&needle).cloned().unwrap_or_default(),
        ]
    }
}

/// The needles of each call's own value.
fn own_needles(needles: &Needles<'_>) -> BTreeMap<CallId, Vec<NeedleId>> {
    let mut of_call: BTreeMap<CallId, Vec<NeedleId>> = BTreeMap::new();
    for (id, needle) in needles.iter() {
        for owner in &needle.owners {
            if let Owner::Call(call) = owner {
                of_call.entry(*call).or_default().push(id);
            }
        }
    }
    of_call
}

/// The texts that stand in a name, and the values that they were made with: the document may show these too. The
/// longest come first.
fn generated_parts<'n>(
    in_name: &BTreeSet<NeedleId>,
    of_call: &BTreeMap<CallId, Vec<NeedleId>>,
    needles: &'n Needles<'_>,
    log: &Log,
) -> Vec<&'n str> {
    let mut all = in_name.clone();
    let owners = in_name.iter().filter_map(|id| needles.get(*id));
    for owner in owners.flat_map(|needle| &needle.owners) {
        if let Owner::Carrier(carrier) = owner {
            let ran = log.ran_for(&log.carriers[*carrier]).iter().take(MOST_CALLS);
            all.extend(ran.filter_map(|call| of_call.get(call)).flatten());
        }
    }
    let mut texts: Vec<&str> = all
        .into_iter()
        .filter_map(|id| Some(needles.get(id)?.text()))
        .collect();
    texts.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
    texts
}

/// The digest of a document's scalars without its name. How it is written does not count: that changes with helm and with the
/// names of templates.
fn digest(object: &Object, generated: &[&str]) -> String {
    let mut content = Zeroizing::new(String::new());
    for leaf in &object.leaves {
        // No text holds this sign unless the chart wants to. `null` and `"null"` are two things.
        let quoted = if leaf.style == Style::Plain { "" } else { "\"" };
        for part in [&*leaf.path.to_string(), "\0", quoted, &*leaf.value, "\0"] {
            content.push_str(part);
        }
    }
    let name = object.own_name.as_str();
    for part in std::iter::once(name).chain(generated.iter().copied()) {
        if !part.is_empty() {
            content = Zeroizing::new(content.replace(part, "*"));
        }
    }
    hex(&Sha256::digest(content.as_bytes()))
}
