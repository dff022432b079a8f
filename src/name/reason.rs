//! Which rule names a call: the first one that finds something.

use super::double;
use super::needles::Needles;
use super::sightings::{HitId, Sighting, Sightings, View};
use super::went_into;
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
    let is_original: Vec<bool> = reasons
        .iter()
        .map(|reason| matches!(reason, Some(Reason::Seen(_) | Reason::WentInto(_))))
        .collect();
    // That is meant where nothing but a digest comes of the second time. What comes of it otherwise is a value of its own.
    let mut is_open = open(&reasons);
    let digests = log.carriers.iter().filter(|carrier| carrier.is_digest);
    for (open, in_digest) in is_open.iter_mut().zip(log.ran_for_any(digests)) {
        *open &= in_digest;
    }
    let doubles = double::doubles(&log.calls, &is_original, &is_open);
    for (reason, original) in reasons.iter_mut().zip(doubles) {
        *reason = reason.or(original.map(Reason::Double));
    }
    // A clock that is read again on the same inner path tells the time of the Job's name.
    let is_named: Vec<bool> = reasons
        .iter()
        .zip(is_clock)
        .map(|(reason, is_clock)| *is_clock && reason.is_some())
        .collect();
    let is_unnamed: Vec<bool> = reasons
        .iter()
        .zip(is_clock)
        .map(|(reason, is_clock)| *is_clock && reason.is_none())
        .collect();
    let doubles = double::doubles(&log.calls, &is_named, &is_unnamed);
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
