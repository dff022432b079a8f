//! Which rule names a call: the first one that finds something.

use std::collections::HashMap;

use super::needles::Needles;
use super::sightings::{HitId, Sighting, Sightings, View};
use super::{Named, Rule, double, went_into};
use crate::chart::generator::Generator;
use crate::log::{CallId, Log};

/// What gives a call its name; hits by their numbers.
#[derive(Debug, Clone, Copy)]
pub(super) enum Reason {
    /// The best place that shows it.
    Seen(Sighting),
    /// It is part of the name of a document that runs once.
    RunName(HitId),
    /// The place of what it went into.
    WentInto(HitId),
    /// Another call was reached on the same inner path.
    Double(CallId),
    /// The best place that shows a digest of it.
    Digest(HitId),
    /// Nothing else.
    Path,
}

/// Why each call has its name. `is_clock` says which calls read the clock: these are seen in names of Jobs and Pods only.
pub(super) fn reasons(
    log: &Log,
    needles: &Needles<'_>,
    sightings: &Sightings<'_>,
    is_clock: &[bool],
) -> Vec<Reason> {
    let run_names = sightings.best(View::RunNames);
    let in_secrets = sightings.in_secrets();
    let mut seen = sightings.best(View::Shown);
    let mut reasons = vec![None; log.calls.len()];
    for (number, reason) in reasons.iter_mut().enumerate() {
        if is_clock[number] {
            seen[number] = None;
        }
        *reason = match (run_names[number], seen[number]) {
            (Some(name), _) if is_clock[number] || !in_secrets[number] => {
                seen[number] = None;
                Some(Reason::RunName(name.hit))
            }
            (_, Some(sighting)) => Some(Reason::Seen(sighting)),
            (_, None) => None,
        };
    }
    let open = |reasons: &[Option<Reason>]| -> Vec<bool> {
        let open = reasons.iter().zip(is_clock);
        open.map(|(reason, is_clock)| reason.is_none() && !is_clock)
            .collect()
    };
    let into = went_into::went_into(log, needles, &seen, &open(&reasons));
    for (reason, into) in reasons.iter_mut().zip(into) {
        *reason = reason.or(into.map(|target| Reason::WentInto(target.hit)));
    }
    // A second time is meant where nothing but a digest comes of it. What comes of it otherwise is a value of its own. A clock that is
    // read again tells the time of the Job's name.
    let digests = log.carriers.iter().filter(|carrier| carrier.is_digest);
    let in_digests = log.ran_for_any(digests);
    let calls = reasons.iter().zip(is_clock).zip(in_digests);
    let (is_original, is_open): (Vec<bool>, Vec<bool>) = calls
        .map(|((reason, is_clock), in_digest)| {
            let is_seen = matches!(reason, Some(Reason::Seen(_) | Reason::WentInto(_)));
            let is_original = is_seen || (*is_clock && reason.is_some());
            (is_original, reason.is_none() && (*is_clock || in_digest))
        })
        .unzip();
    let doubles = double::doubles(&log.calls, &is_original, &is_open);
    for (reason, original) in reasons.iter_mut().zip(doubles) {
        *reason = reason.or(original.map(Reason::Double));
    }
    let names_of_digests = sightings.best(View::DigestsInRunNames);
    let digests = sightings.best(View::Digests);
    let open = open(&reasons);
    let calls = reasons.into_iter().zip(open).enumerate();
    calls
        .map(|(number, (reason, open))| match reason {
            Some(reason) => reason,
            None if !open => Reason::Path,
            None => match (names_of_digests[number], digests[number]) {
                (Some(name), _) => Reason::RunName(name.hit),
                (None, Some(digest)) => Reason::Digest(digest.hit),
                (None, None) => Reason::Path,
            },
        })
        .collect()
}

/// Marks the calls that only their order tells apart: of one function, each alone in its text, at the same place. What
/// `buildCustomCert` yields follows from its arguments, whichever one it is.
pub(super) fn mark_by_order(
    reasons: &[Reason],
    generators: &[Option<Generator>],
    named: &mut [Option<Named>],
) {
    let is_alone = |reason: &Reason| matches!(reason, Reason::Seen(it) if it.calls == 1);
    let mut at_place: HashMap<Vec<String>, Vec<&mut Named>> = HashMap::new();
    let calls = reasons.iter().zip(generators).zip(named);
    let alone = calls.filter(|((reason, generator), _)| {
        is_alone(reason) && **generator != Some(Generator::CustomCert)
    });
    for named in alone.filter_map(|(_, named)| named.as_mut()) {
        if let Some((_, place)) = named.name.0.split_last() {
            at_place.entry(place.to_vec()).or_default().push(named);
        }
    }
    let shared = at_place.into_values().filter(|named| named.len() > 1);
    for named in shared.flatten() {
        named.by_position |= named.rule != Rule::Path;
    }
}
