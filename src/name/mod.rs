//! A name for each call, that a new version of the chart does not change.
//!
//! A call's name decides its value. So a name is made of places in the output or of the way to the call, and never of
//! what was generated. The rules, in the order in which they are tried:
//!
//! 1. a Job's or bare Pod's name with a generated part follows that document's content (`job`);
//! 2. the best place that shows the call's value, or a carrier: a text that was made with it (`sightings`);
//! 3. the place of a call that it went into (`went_into`);
//! 4. of a call that a digest was made with, the name of the one call with a place that was reached on the same inner path
//!    (`double`);
//! 5. a place that shows a digest of it;
//! 6. the way to it (`path`).
//!
//! The texts that are looked for are `needles`, how much chance they hold is `bits`, where they stand are `hits`.

mod bits;
mod carriers;
mod document;
mod double;
mod hits;
mod job;
mod layers;
mod mask;
mod needles;
mod parts;
mod pin;
mod place;
mod reason;
mod sections;
mod shown;
mod sightings;
mod spread;
mod texts;
mod went_into;
mod word;

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use sha2::{Digest, Sha256};

use crate::chart::generator::Generator;
use crate::chart::site::Site;
use crate::log::{Argument, Call, CallId, Log};
use crate::manifest::Path;
use crate::report;

use bits::Bits;
pub(crate) use double::families;
use job::Jobs;
use mask::Mask;
use needles::Needles;
pub(crate) use parts::Name;
pub(crate) use pin::{Fit, Pin};
pub(crate) use place::place_text;
use reason::{Reason, mark_by_order, reasons};
use shown::Shown;
use sightings::{HitId, Sightings};

/// Which rule gave a call its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Rule {
    /// The place where its value stands, or a text that was made with it alone. Whether the two differ may be up to the value, and
    /// nothing may depend on that.
    Own,
    /// The place where a text stands that was made with it and others, or a digest.
    Carrier,
    /// The name of a Job or Pod that it is part of: it follows that document's content.
    JobName,
    /// The place of what it went into.
    WentInto,
    /// The name of the one call with a place that was reached on the same inner path.
    Double,
    /// The way on which it was reached.
    Path,
}

/// A call's name, and why.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Named {
    /// The name.
    pub(crate) name: Name,
    /// The rule.
    pub(crate) rule: Rule,
    /// The places that show the call's value or a text made with it, the one that names it first. For people.
    pub(crate) places: Vec<report::Place>,
    /// The scalar that names it, or of a call that goes by its path one that shows it: its document's number among the
    /// [`objects`](crate::manifest::objects), and its path.
    pub(crate) scalar: Option<(usize, Path)>,
    /// Whether that scalar shows the call's own value.
    pub(crate) is_shown: bool,
    /// The texts that the table can give, were made with the call, and are seen somewhere: the numbers of their carriers, and
    /// whether the scalar that names the call shows them.
    pub(crate) texts: Vec<(usize, bool)>,
    /// Whether the name goes by a position, in a list or among the values of one place: another one before it changes it.
    pub(crate) by_position: bool,
}

impl Named {
    /// Whether nothing shows the call's value, and no other call was given it: at most a text or a digest that ran it along.
    pub(crate) fn is_unseen(&self) -> bool {
        match self.rule {
            Rule::Path => self.scalar.is_none(),
            Rule::Own | Rule::Carrier => !self.is_shown,
            Rule::JobName | Rule::WentInto | Rule::Double => false,
        }
    }
}

/// All that naming looks at.
pub(crate) struct Scene<'a> {
    /// What the render said of itself.
    pub(crate) log: &'a Log,
    /// The chart's call sites, by their [`SiteId`](crate::chart::site::SiteId).
    pub(crate) sites: &'a [Site],
    /// What helm printed, without the log.
    pub(crate) output: &'a str,
    /// The namespace that the release goes into.
    pub(crate) release_namespace: &'a str,
    /// The calls, by their keys, that a render before was found to reach a second time ([`Rule::Double`]). They may have
    /// been given the same values as the ones that they double, so that no text tells the two apart: what shows it is
    /// the other one's.
    pub(crate) doubles: &'a HashSet<String>,
}

/// The bits of chance that a call's value holds, by its function and arguments.
pub(crate) fn entropy_bits(generator: Generator, arguments: &[Argument]) -> f64 {
    Bits::of_call(generator, arguments).0 as f64 / 1000.0
}

/// Whether a call's value is looked for at all: of one that is not, nobody knows where it stands.
pub(crate) fn is_looked_for(generator: Generator, arguments: &[Argument]) -> bool {
    Bits::of_call(generator, arguments).is_found_in_names()
}

/// How a call would be called if it went by its path: the same as long as the way to it stays.
pub(crate) fn way(call: &Call, site: &Site) -> Pin {
    let way = pin::way(call, Some(site));
    Pin::of(&Name(vec!["path".to_owned(), way, "0".to_owned()]))
}

/// All that decides how the calls of a log are named.
pub(crate) struct Naming<'a> {
    scene: Scene<'a>,
    generators: Vec<Option<Generator>>,
    sightings: Sightings<'a>,
    jobs: Jobs,
    reasons: Vec<Reason>,
    /// [`Named::texts`] of each call.
    texts: Vec<Vec<(usize, bool)>>,
}

impl<'a> Naming<'a> {
    /// Looks where helm's output shows what the calls were given, and for the rule that names each call.
    pub(crate) fn new(scene: Scene<'a>) -> Naming<'a> {
        let log = scene.log;
        let generators: Vec<Option<Generator>> = log
            .calls
            .iter()
            .map(|call| Some(call.site.of(scene.sites)?.generator))
            .collect();
        let bits: Vec<Bits> = generators
            .iter()
            .zip(&log.calls)
            .map(|(generator, call)| match generator {
                // So it is not looked for, and neither is a text that was made with nothing else.
                _ if scene.doubles.contains(&call.key) => Bits::default(),
                Some(generator) => Bits::of_call(*generator, &call.arguments),
                None => Bits::default(),
            })
            .collect();
        let is_clock: Vec<bool> = generators
            .iter()
            .map(|generator| *generator == Some(Generator::Now))
            .collect();
        let contents = carriers::contents(log, &bits, &is_clock);
        let altered = carriers::altered(log, &contents, &generators);
        let kept = carriers::kept(&altered, &bits, &generators);
        let needles = Needles::new(log, &generators, &bits, &contents, &altered);
        let mut mask = Mask::new(&needles);
        let shown = Shown::new(scene.output, scene.release_namespace, &needles, &mut mask);
        let sightings = Sightings::new(log, contents, kept, shown, &needles);
        let reasons = reasons(log, &needles, &sightings, &is_clock);
        let jobs = Jobs::new(&sightings, &needles, log);
        let texts = sightings.texts(|call| match reasons.get(call.0) {
            Some(Reason::Seen(sighting)) => Some(sighting.hit),
            _ => None,
        });
        Naming {
            scene,
            generators,
            sightings,
            jobs,
            reasons,
            texts,
        }
    }

    /// What of the output could not be read, and why: what stands there names nothing.
    pub(crate) fn unread(&self) -> &[String] {
        self.sightings.unread()
    }

    /// The names of the calls, in the log's order. `by_path` says which calls must go by their paths.
    ///
    /// Two calls never have one name, but for doubles. A call that goes by its path keeps its number among the calls of
    /// its place: the others' names stay.
    pub(crate) fn names(&self, by_path: &dyn Fn(CallId) -> bool) -> Vec<Named> {
        let reasons = &self.reasons;
        let listed = self.sightings.listed();
        let mut numbers = Numbers::default();
        let mut named: Vec<Option<Named>> = vec![None; reasons.len()];
        // What stands at a place comes before what only ran for a text there: so the one's number is nothing to the other.
        let mut order: Vec<(usize, &Reason)> = reasons.iter().enumerate().collect();
        order.sort_by_key(|(_, reason)| match reason {
            Reason::Seen(sighting) => sighting.calls,
            _ => usize::MAX,
        });
        for (number, reason) in order {
            // Also of a call that must go by its path: the others keep their numbers.
            let by_place = self.by_place(number, *reason, &listed[number], &mut numbers);
            named[number] = match reason {
                _ if by_path(CallId(number)) => {
                    Some(self.by_path(number, &listed[number], &mut numbers))
                }
                Reason::Double(_) => None,
                Reason::Path => Some(self.by_path(number, &listed[number], &mut numbers)),
                Reason::Seen(_) | Reason::RunName(_) | Reason::WentInto(_) | Reason::Digest(_) => {
                    by_place
                }
            };
        }
        mark_by_order(reasons, &self.generators, &mut named);
        let all = reasons.iter().enumerate().map(|(number, reason)| {
            let original = match reason {
                Reason::Double(original) if named[number].is_none() => named.get(original.0),
                _ => None,
            };
            match (original, &named[number]) {
                (Some(Some(original)), _) => Named {
                    rule: Rule::Double,
                    ..original.clone()
                },
                (_, Some(own)) => own.clone(),
                (_, None) => self.by_path(number, &[], &mut numbers),
            }
        });
        all.collect()
    }

    /// The name of a call that a place names.
    fn by_place(
        &self,
        number: usize,
        reason: Reason,
        listed: &[HitId],
        numbers: &mut Numbers,
    ) -> Option<Named> {
        let (rule, tag, hit) = match reason {
            Reason::Seen(sighting) if sighting.is_carrier => (Rule::Carrier, "place", sighting.hit),
            Reason::Seen(sighting) => (Rule::Own, "place", sighting.hit),
            Reason::RunName(hit) => (Rule::JobName, "job", hit),
            Reason::WentInto(hit) => (Rule::WentInto, "into", hit),
            Reason::Digest(hit) => (Rule::Carrier, "digest", hit),
            Reason::Double(_) | Reason::Path => return None,
        };
        let mut parts = vec![tag.to_owned()];
        parts.extend(match rule {
            Rule::JobName => {
                let needle = self.sightings.hit(hit).needle;
                self.jobs.parts(needle, self.sightings.document(hit))
            }
            _ => self.sightings.parts(hit),
        });
        let function = self.generators.get(number).copied().flatten();
        parts.push(function.map_or("", Generator::function).to_owned());
        // All clocks in a name tell one time.
        let tells_time = rule == Rule::JobName && function == Some(Generator::Now);
        Some(Named {
            name: match tells_time {
                true => Name([parts, vec!["0".to_owned()]].concat()),
                false => numbers.number(parts),
            },
            rule,
            places: self.places(Some(hit), listed),
            scalar: Some(self.sightings.scalar(hit)),
            is_shown: self.sightings.shows(hit, number),
            texts: self.texts.get(number).cloned().unwrap_or_default(),
            by_position: rule != Rule::JobName && self.sightings.is_by_position(hit),
        })
    }

    /// The name of a call by its path.
    fn by_path(&self, number: usize, listed: &[HitId], numbers: &mut Numbers) -> Named {
        let mut parts = vec!["path".to_owned()];
        if let Some(call) = self.scene.log.calls.get(number) {
            parts.push(pin::way(call, call.site.of(self.scene.sites)));
        }
        let is_clock = self.generators.get(number) == Some(&Some(Generator::Now));
        Named {
            name: numbers.number(parts),
            rule: Rule::Path,
            // Texts that were made with the clock and with calls show those.
            scalar: listed
                .iter()
                .find(|hit| !is_clock && self.sightings.shows(**hit, number))
                .map(|hit| self.sightings.scalar(*hit)),
            places: self.places(None, if is_clock { &[] } else { listed }),
            is_shown: false,
            texts: Vec::new(),
            by_position: false,
        }
    }

    /// The places of these hits, the best one first and each once.
    fn places(&self, best: Option<HitId>, listed: &[HitId]) -> Vec<report::Place> {
        let place = best.map(|hit| self.sightings.hit(hit).place);
        let others = listed.iter().copied();
        let others = others.filter(|hit| Some(self.sightings.hit(*hit).place) != place);
        let hits = best.into_iter().chain(others);
        hits.map(|hit| self.sightings.shown(hit).clone()).collect()
    }
}

/// Counts the calls of each function at each place.
#[derive(Default)]
struct Numbers(HashMap<[u8; 32], usize>);

impl Numbers {
    /// The name of the next call with these parts.
    fn number(&mut self, mut parts: Vec<String>) -> Name {
        // The digest is smaller than the parts: a chart may read the clock in a long loop.
        let mut digest = Sha256::new();
        for part in &parts {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        let next = self.0.entry(digest.finalize().into()).or_default();
        parts.push(next.to_string());
        *next += 1;
        Name(parts)
    }
}
