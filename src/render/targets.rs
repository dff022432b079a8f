//! What a given value can take the place of: a call, or a text that the chart made of calls.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::chart::instrument::{ASSIGNED, PRINTED};
use crate::log::{CallId, Carrier, Log};
use crate::name::{Name, Named, Pin, Rule};

/// A pin that can be given, under the name that an entry has.
pub(super) struct Target {
    /// The place, if only one thing there can be given; else the call's full name.
    pub(super) pin: String,
    /// What the value takes the place of.
    pub(super) taker: Taker,
}

/// What takes a given value.
pub(super) enum Taker {
    /// A call, and all that have its name.
    Call(CallId),
    /// A text that the chart made, by the numbers of its carriers.
    Text(Vec<usize>),
}

impl Taker {
    /// Where it is a text, one of its carriers: all of them have the same.
    pub(super) fn text<'l>(&self, log: &'l Log) -> Option<&'l Carrier> {
        match self {
            Taker::Text(carriers) => log.carriers.get(*carriers.first()?),
            Taker::Call(_) => None,
        }
    }
}

/// All that can be given by the place that it belongs to.
///
/// It is a call whose own value is seen there, or, where that is a part of a text that the chart made with others that are
/// seen in this field and not by themselves, this text. Where no own value is seen, it is the text that was made of all
/// calls of the place, and of nothing else; else each call. The only one goes by the place, several by their calls' full names. So does a call that
/// goes by its path, if it is seen.
pub(super) fn targets(log: &Log, names: &[Named]) -> Vec<Target> {
    let mut places: BTreeMap<String, BTreeMap<&Name, CallId>> = BTreeMap::new();
    for (number, named) in names.iter().enumerate() {
        let is_place = named.name.0.first().is_some_and(|tag| tag == "place");
        if is_place && named.rule != Rule::Double {
            let pin = Pin::of(&named.name);
            let calls = places.entry(pin.place().to_owned()).or_default();
            calls.insert(&named.name, CallId(number));
        }
    }
    let composed = Composed::new(log, names);
    let mut targets = by_path(names);
    let takers = places
        .iter()
        .map(|(place, calls)| (place, takers(calls, log, names, &composed)));
    let takers: Vec<_> = takers.collect();
    let parts: BTreeSet<&Name> = takers
        .iter()
        .flat_map(|(_, takers)| hidden_in(takers, log, names))
        .collect();
    for (place, mut takers) in takers {
        takers.retain(|(name, taker)| matches!(taker, Taker::Text(_)) || !parts.contains(name));
        let is_only = takers.len() == 1;
        targets.extend(takers.into_iter().map(|(name, taker)| Target {
            pin: match is_only {
                true => place.clone(),
                false => Pin::of(name).text().to_owned(),
            },
            taker,
        }));
    }
    targets
}

/// The names of the calls that are seen in a text alone, which is given as a whole.
fn hidden_in<'n>(takers: &[(&Name, Taker)], log: &Log, names: &'n [Named]) -> Vec<&'n Name> {
    let carriers = takers.iter().filter_map(|(_, taker)| taker.text(log));
    let ran = carriers.flat_map(|carrier| log.ran_for(carrier));
    let ran = ran.filter_map(|call| names.get(call.0));
    let hidden = ran.filter(|named| named.is_unseen());
    hidden.map(|named| &named.name).collect()
}

/// What can be given at a place of these calls, each with the name of a call in it.
fn takers<'n>(
    calls: &BTreeMap<&'n Name, CallId>,
    log: &Log,
    names: &[Named],
    composed: &Composed<'_>,
) -> Vec<(&'n Name, Taker)> {
    let is_shown = |call: &CallId| names.get(call.0).is_some_and(|named| named.is_shown);
    let is_whole = |text: &Text<'_>| text.made_of.iter().eq(calls.keys());
    let mut shown = calls.iter().filter(|(_, call)| is_shown(call)).peekable();
    if shown.peek().is_none() {
        let first = calls.keys().next();
        let text = first.and_then(|first| Some((*first, composed.text(first, is_whole)?)));
        return match text {
            Some((name, text)) => vec![(name, Taker::Text(text))],
            None => calls
                .iter()
                .map(|(name, call)| (*name, Taker::Call(*call)))
                .collect(),
        };
    }
    let takers = shown.map(|(name, call)| {
        let value = log.calls.get(call.0).map_or("", |call| &call.given);
        let is_part = |text: &Text<'_>| {
            let field = names.get(call.0).map(|it| &it.scalar);
            let is_hidden = |other: &&Name| {
                let other = composed.named.get(other);
                other.is_some_and(|it| it.is_unseen() && Some(&it.scalar) == field)
            };
            text.made_of.len() > 1
                && text
                    .made_of
                    .iter()
                    .all(|other| other == name || is_hidden(other))
                && text.text.trim() != value
                && text.text.contains(value)
        };
        let taker = match composed.text(name, is_part) {
            Some(text) => Taker::Text(text),
            None => Taker::Call(*call),
        };
        (*name, taker)
    });
    takers.collect()
}

/// The calls that go by their paths and are seen somewhere, by their full names.
fn by_path(names: &[Named]) -> Vec<Target> {
    let seen = names.iter().enumerate();
    let seen = seen.filter(|(_, named)| named.rule == Rule::Path && named.scalar.is_some());
    let targets = seen.map(|(number, named)| Target {
        pin: Pin::of(&named.name).text().to_owned(),
        taker: Taker::Call(CallId(number)),
    });
    targets.collect()
}

/// The texts of one line that the chart made of calls, that are seen, and that the table can give; one of several lines is a
/// document and no value.
struct Composed<'a> {
    texts: Vec<Text<'a>>,
    /// The texts that a call of this name is in.
    with: HashMap<&'a Name, Vec<usize>>,
    named: HashMap<&'a Name, &'a Named>,
}

/// A text that the chart made.
struct Text<'a> {
    /// The number of its carrier.
    carrier: usize,
    text: &'a str,
    /// How many includes it stands in.
    depth: usize,
    maker: Maker,
    /// Whether it is seen where its calls belong.
    is_here: bool,
    /// The names of the calls that ran for it.
    made_of: BTreeSet<&'a Name>,
}

/// What made a text. The first one of these is taken, since what comes later is made of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Maker {
    Include,
    /// An assignment, by its offset.
    Assignment(usize),
    /// What an action prints, or parentheses.
    Printed,
}

impl Maker {
    /// From what a key ends with.
    fn of(id: &str) -> Maker {
        let offset = id.strip_prefix(ASSIGNED).and_then(|it| it.parse().ok());
        match offset {
            Some(offset) => Maker::Assignment(offset),
            None if id.starts_with(PRINTED) => Maker::Printed,
            None => Maker::Include,
        }
    }
}

impl<'a> Composed<'a> {
    fn new(log: &'a Log, names: &'a [Named]) -> Composed<'a> {
        let originals = names.iter().filter(|named| named.rule != Rule::Double);
        let mut composed = Composed {
            texts: Vec::new(),
            with: HashMap::new(),
            named: originals.map(|named| (&named.name, named)).collect(),
        };
        let mut seen: BTreeMap<usize, bool> = BTreeMap::new();
        for (number, is_here) in names.iter().flat_map(|it| it.texts.clone()) {
            *seen.entry(number).or_default() |= is_here;
        }
        for (number, is_here) in seen {
            let carrier = log.carriers.get(number);
            let Some(carrier) = carrier.filter(|it| !it.text.contains('\n')) else {
                continue;
            };
            let key = carrier.key.as_deref().and_then(|key| {
                let (_, id) = key.rsplit_once('\n')?;
                Some((key.matches('\n').count(), id.split_once('.')?.0))
            });
            let Some((depth, id)) = key else { continue };
            let ran = log.ran_for(carrier).iter();
            let made_of = ran.filter_map(|call| Some(&names.get(call.0)?.name));
            let made_of: BTreeSet<&Name> = made_of.collect();
            for name in &made_of {
                let with = composed.with.entry(*name).or_default();
                with.push(composed.texts.len());
            }
            composed.texts.push(Text {
                carrier: number,
                text: &carrier.text,
                depth,
                maker: Maker::of(id),
                is_here,
                made_of,
            });
        }
        composed
    }

    /// The carriers of the innermost text with a call of this name that fits, on whichever way it was made. None if the chart
    /// also makes another text of the calls in the same manner, which then would not fit the given one.
    fn text(&self, with: &Name, fits: impl Fn(&Text<'_>) -> bool) -> Option<Vec<usize>> {
        let texts = self.with.get(with)?.iter();
        let texts = texts.filter_map(|number| self.texts.get(*number));
        let fitting: Vec<&Text<'_>> = texts.filter(|text| fits(text)).collect();
        let order = |text: &&&Text<'_>| (Reverse(text.depth), text.maker, text.text.len());
        let first = fitting
            .iter()
            .filter(|text| text.is_here)
            .min_by_key(order)?;
        let is_same = |text: &&&Text<'_>| text.text == first.text && text.made_of == first.made_of;
        let is_other =
            |text: &&&Text<'_>| text.maker == Maker::Printed && !text.text.contains(first.text);
        if first.maker == Maker::Printed && fitting.iter().any(|text| is_other(&text)) {
            return None;
        }
        let same = fitting.iter().filter(is_same);
        Some(same.map(|text| text.carrier).collect())
    }
}
