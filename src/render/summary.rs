//! From a render's calls and names to what `explain` says of them: where and why, never what.

use std::collections::{HashMap, HashSet};

use aho_corasick::{AhoCorasick, MatchKind};

use super::unused::unused;
use crate::calendar::date;
use crate::chart::generator::Generator;
use crate::chart::instrument::Instrumented;
use crate::chart::site::Site;
use crate::log::{Argument, Call, Log};
use crate::name::{Named, Pin, Rule, entropy_bits};
use crate::report::{BelongsTo, Certificate, Fixed, Place, Report, Value};
use crate::table::Maker;

/// A text that is shorter is no generated part of a name that is looked for.
const SHORTEST_PART: usize = 4;

/// A longer one is part of no name.
const LONGEST_PART: usize = 253;

/// The report on a render that has settled.
pub(super) fn summary(
    chart: &Instrumented<'_>,
    log: &Log,
    names: &[Named],
    maker: &Maker,
    helm_runs: usize,
) -> Report {
    let mut values: Vec<Value> = Vec::new();
    let mut pins: Vec<Vec<Pin>> = Vec::new();
    let mut fixed = chart.fixed().to_vec();
    // Several calls of one site at one place are one value to people: a loop that makes a password.
    let mut known: HashMap<(u32, Option<&Place>, BelongsTo, bool), usize> = HashMap::new();
    let unused = unused(log, names, chart.sites());
    for (number, (call, named)) in log.calls.iter().zip(names).enumerate() {
        let Some(site) = chart.site(call.site) else {
            continue;
        };
        let belongs_to = belongs_to(named.rule);
        if site.generator == Generator::Now && belongs_to == BelongsTo::Path {
            let clock = Fixed {
                call_site: site.shown(),
                result: "the pinned clock".to_owned(),
            };
            if !fixed.contains(&clock) {
                fixed.push(clock);
            }
            continue;
        }
        let bits = entropy_bits(site.generator, &call.arguments);
        let certificate = certificate(site, call, log, named, maker);
        let unused = unused.get(number) == Some(&true);
        let key = (call.site.0, named.places.first(), belongs_to, unused);
        let index = known.get(&key).copied();
        match index.and_then(|index| Some((values.get_mut(index)?, pins.get_mut(index)?))) {
            Some((value, own_pins)) if certificate.is_none() => {
                value.calls += 1;
                own_pins.push(Pin::of(&named.name));
                value.entropy_bits += bits;
                for place in &named.places {
                    if !value.places.contains(place) {
                        value.places.push(place.clone());
                    }
                }
            }
            _ => {
                known.insert(key, values.len());
                pins.push(vec![Pin::of(&named.name)]);
                values.push(Value {
                    pin: String::new(),
                    names: Vec::new(),
                    call_site: site.shown(),
                    belongs_to,
                    by_position: named.by_position,
                    unused,
                    places: named.places.clone(),
                    calls: 1,
                    entropy_bits: bits,
                    certificate,
                });
            }
        }
    }
    name_values(&mut values, &pins);
    Shown::of(log).mask(&mut values);
    values.sort_by(|a, b| {
        let key = |value: &Value| {
            let place = value
                .places
                .first()
                .map(|place| (place.kind.clone(), place.name.clone(), place.path.clone()));
            (value.belongs_to == BelongsTo::Path, place)
        };
        key(a).cmp(&key(b))
    });
    Report {
        values,
        fixed,
        helm_runs,
    }
}

/// Gives each value its pins' names, and one that means all of them and, if it can, nothing else.
fn name_values(values: &mut [Value], pins: &[Vec<Pin>]) {
    let mut at_place: HashMap<&str, usize> = HashMap::new();
    for (value, pins) in values.iter().zip(pins) {
        // A double has another value's name.
        if value.belongs_to != BelongsTo::Double {
            let places: HashSet<&str> = pins.iter().map(Pin::place).collect();
            for place in places {
                *at_place.entry(place).or_default() += 1;
            }
        }
    }
    for (value, pins) in values.iter_mut().zip(pins) {
        let Some(first) = pins.first() else { continue };
        value.pin = match at_place.get(first.place()) {
            Some(2..) => first.text(),
            Some(_) | None => first.place(),
        }
        .to_owned();
        value.names = pins.iter().map(|pin| pin.text().to_owned()).collect();
    }
}

/// What must not be shown: generated parts of names and keys, however short.
pub(super) struct Shown {
    texts: Option<AhoCorasick>,
}

impl Shown {
    /// What the calls and carriers of this log say.
    pub(super) fn of(log: &Log) -> Shown {
        let given = log.calls.iter().map(|call| call.given.as_str());
        let carried = log.carriers.iter().map(|carrier| carrier.text.as_str());
        let texts = given
            .chain(carried)
            .filter(|text| (SHORTEST_PART..=LONGEST_PART).contains(&text.len()));
        Shown {
            texts: AhoCorasick::builder()
                .match_kind(MatchKind::LeftmostLongest)
                .build(texts)
                .ok(),
        }
    }

    fn mask(&self, values: &mut [Value]) {
        for value in values {
            for place in &mut value.places {
                place.name = self.masked(&place.name);
                place.path = self.masked(&place.path);
                place.pin = self.masked(&place.pin);
            }
            value.pin = self.masked(&value.pin);
            for name in &mut value.names {
                *name = self.masked(name);
            }
        }
    }

    /// A text with `*` for each generated word in it.
    pub(super) fn masked(&self, text: &str) -> String {
        let Some(texts) = &self.texts else {
            return text.to_owned();
        };
        let is_word = |at: Option<usize>| {
            let byte = at.and_then(|at| text.as_bytes().get(at));
            byte.is_some_and(u8::is_ascii_alphanumeric)
        };
        let mut masked = String::with_capacity(text.len());
        let mut done = 0;
        for found in texts.find_iter(text) {
            if is_word(found.start().checked_sub(1)) || is_word(Some(found.end())) {
                continue;
            }
            masked.push_str(text.get(done..found.start()).unwrap_or_default());
            masked.push('*');
            done = found.end();
        }
        masked.push_str(text.get(done..).unwrap_or_default());
        masked
    }
}

fn belongs_to(rule: Rule) -> BelongsTo {
    match rule {
        Rule::Own => BelongsTo::Place,
        Rule::Carrier => BelongsTo::Text,
        Rule::JobName => BelongsTo::Content,
        Rule::WentInto => BelongsTo::WhatItWentInto,
        Rule::Double => BelongsTo::Double,
        Rule::Path => BelongsTo::Path,
    }
}

/// What there is to say of a certificate.
fn certificate(
    site: &Site,
    call: &Call,
    log: &Log,
    named: &Named,
    maker: &Maker,
) -> Option<Certificate> {
    let days = match site.generator {
        Generator::Ca | Generator::CaWithKey => call.arguments.get(1),
        Generator::SelfSigned
        | Generator::SelfSignedWithKey
        | Generator::Signed
        | Generator::SignedWithKey => call.arguments.get(3),
        _ => None,
    };
    let (Some(Argument::Text(subject)), Some(Argument::Int(days))) = (call.arguments.first(), days)
    else {
        return None;
    };
    let window = maker.window(&named.name, *days)?;
    let mut subject = String::from_utf8_lossy(subject).into_owned();
    let given = log.calls.iter().map(|call| call.given.as_str());
    let carried = log.carriers.iter().map(|carrier| carrier.text.as_str());
    for text in given.chain(carried) {
        if text.len() >= SHORTEST_PART && subject.contains(text) {
            subject = subject.replace(text, "*");
        }
    }
    Some(Certificate {
        subject,
        days: *days,
        not_before: date(window.validity.not_before),
        not_after: date(window.validity.not_after),
        next_renewal: window.end.map(date),
    })
}
