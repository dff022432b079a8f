//! What tells of each pin of a render whether it is the same in another one.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use zeroize::Zeroizing;

use super::settle::Settled;
use super::summary::Shown;
use super::targets::targets;
use super::unused::unused;
use crate::adopt::Objects;
use crate::chart::generator::Generator;
use crate::chart::site::Site;
use crate::derive::encode::Fields;
use crate::log::{Argument, Call};
use crate::manifest::Path;
use crate::name::{Name, Named, Pin, is_looked_for, way};
use crate::report::CallSite;
use crate::table::{Pair, with_arguments};

/// A pin of a render.
pub(super) struct PinState {
    /// Its name, and the place in it.
    pub(super) pin: String,
    pub(super) place: String,
    /// The way to its call, as a pin that goes by its path is called.
    pub(super) way: String,
    /// What the call yields; of a certificate its key, which stays when it is issued again.
    pub(super) yielded: Zeroizing<Vec<u8>>,
    /// The text that the chart makes of it, where what is given for the pin takes the place of that text.
    pub(super) text: Option<Zeroizing<String>>,
    /// What a certificate is issued for, but for what a renewal changes; of other calls nothing.
    pub(super) issued_for: Fields,
    /// The whole numbers that the call asks for: a length, a range.
    pub(super) numbers: Vec<i64>,
    pub(super) is_certificate: bool,
    /// Whether what the call yields is all of the field that names it: then the field changes where the chart makes something
    /// else of it.
    pub(super) stands_alone: bool,
    /// Whether that field is base64 of bytes to who reads the Secret, and not the text that stands there.
    pub(super) is_bytes: bool,
    /// All fields that hold nothing else than it, or than the text that is made of it: by the numbers of their objects. Small
    /// values stand anywhere by chance, and have none.
    pub(super) alone_in: BTreeSet<(usize, Path)>,
    /// The field that names it, likewise, and what leads to it inside of that.
    pub(super) field: Option<(usize, Path)>,
    pub(super) inside: Vec<String>,
    /// Whether it goes by a position, and its name without that.
    pub(super) by_position: bool,
    pub(super) without_positions: Name,
    /// Where the chart calls it.
    pub(super) call_site: CallSite,
}

/// The pins of a render that has settled, in the order of its calls, each once. `objects` are those that it printed.
///
/// The clock is none, nor is a value that the chart throws away; and what belongs to the content of a Job or a bare Pod is not among
/// them: it is meant to change.
pub(super) fn states(settled: &Settled, objects: &Objects) -> Vec<PinState> {
    let shown = Shown::of(&settled.log);
    let texts = texts(settled);
    let unused = unused(&settled.log, &settled.names, &settled.sites);
    let mut fields: HashMap<&str, Vec<(usize, &Path)>> = HashMap::new();
    for (object, path, text) in objects.fields() {
        fields.entry(text).or_default().push((object, path));
    }
    let mut known = HashSet::new();
    let mut states = Vec::new();
    let calls = settled.log.calls.iter().zip(&settled.names);
    for (number, (call, named)) in calls.enumerate() {
        let Some(site) = call.site.of(&settled.sites) else {
            continue;
        };
        let is_left_out = site.generator == Generator::Now
            || unused.get(number) == Some(&true)
            || named.name.follows_content();
        if is_left_out || !known.insert(&named.name) {
            continue;
        }
        let pin = Pin::of(&named.name);
        let field = named.scalar.as_ref().and_then(|it| objects.place(it));
        let at = field.as_ref();
        let in_field = at.and_then(|(object, path)| objects.text(*object, path));
        let is_certificate = site.generator.is_certificate();
        let text = texts.get(&named.name).filter(|_| !is_certificate);
        let whole = text.map_or(&call.given, |text| *text);
        let alone_in = fields.get(whole.as_str()).into_iter().flatten();
        let alone_in = alone_in.filter(|_| is_looked_for(site.generator, &call.arguments));
        states.push(PinState {
            pin: shown.masked(pin.text()),
            place: shown.masked(pin.place()),
            way: way(call, site).text().to_owned(),
            yielded: yielded(site, call),
            text: text.map(|text| (*text).clone()),
            issued_for: issued_for(site, call),
            numbers: numbers(call),
            is_certificate,
            stands_alone: in_field == Some(&*call.given),
            is_bytes: at.is_some_and(|(object, path)| objects.is_bytes(*object, path)),
            alone_in: alone_in
                .map(|(object, path)| (*object, (*path).clone()))
                .collect(),
            inside: inside(named),
            field,
            by_position: named.by_position,
            without_positions: named.name.without_positions(),
            call_site: site.shown(),
        });
    }
    states
}

/// The words that lead to a value inside the field that names it.
fn inside(named: &Named) -> Vec<String> {
    let depth = named.scalar.as_ref().map(|(_, path)| path.depth());
    let words = depth.map(|depth| named.name.words_inside(depth));
    let words = words.unwrap_or_default().into_iter();
    words.map(str::to_owned).collect()
}

/// Whether a word stands in a text, and no letter or digit beside it.
pub(super) fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|it| it.chars().next_back());
        let behind = text.get(at + word.len()..).and_then(|it| it.chars().next());
        ![before, behind]
            .into_iter()
            .flatten()
            .any(char::is_alphanumeric)
    })
}

/// The texts that given values take the place of, by the names of the calls in them.
pub(super) fn texts(settled: &Settled) -> HashMap<&Name, &Zeroizing<String>> {
    let Settled { log, names, .. } = settled;
    let targets = targets(log, names);
    let carriers = targets.iter().filter_map(|target| target.taker.text(log));
    let texts = carriers.flat_map(|carrier| {
        let ran = log.ran_for(carrier).iter();
        let ran = ran.filter_map(|call| names.get(call.0));
        ran.map(|named| (&named.name, &*carrier.text))
    });
    texts.collect()
}

/// A pin of before, and what became of it.
pub(super) struct Fate<'s, B> {
    /// Its name.
    pub(super) pin: &'s str,
    /// What is known of it from before.
    pub(super) before: B,
    /// The pin that it is now; none if its call is gone.
    pub(super) now: Option<&'s PinState>,
}

/// Joins pins of before, each with its name and the way to its call, with those of now: by their names, and else by the
/// ways. Pins that go by their paths are seen nowhere: one that goes is taken for one of the same function that appears. Then
/// those that are new.
pub(super) fn join<'s, B>(
    before: impl Iterator<Item = (&'s str, &'s str, B)>,
    now: &'s [PinState],
) -> (Vec<Fate<'s, B>>, Vec<&'s PinState>) {
    let before: BTreeMap<&str, (&str, B)> = before
        .map(|(pin, way, before)| (pin, (way, before)))
        .collect();
    let by_name: BTreeMap<&str, &PinState> = now.iter().map(|it| (it.pin.as_str(), it)).collect();
    let new = by_name.iter().filter(|(pin, _)| !before.contains_key(*pin));
    let mut new: BTreeMap<&str, &PinState> = new.map(|(_, it)| (it.way.as_str(), *it)).collect();
    let fates = before.into_iter().map(|(pin, (way, before))| Fate {
        pin,
        before,
        now: by_name.get(pin).copied().or_else(|| new.remove(way)),
    });
    let mut fates: Vec<Fate<'s, B>> = fates.collect();
    for fate in fates.iter_mut().filter(|fate| fate.now.is_none()) {
        let Some(function) = function_by_path(fate.pin) else {
            continue;
        };
        let mut alike = new
            .iter()
            .filter(|(_, it)| function_by_path(&it.pin) == Some(function));
        if let Some(way) = alike.next().map(|(way, _)| *way) {
            fate.now = new.remove(way);
        }
    }
    (fates, new.into_values().collect())
}

/// The function of a pin that goes by its path.
fn function_by_path(pin: &str) -> Option<&str> {
    let (_, function) = pin.strip_prefix("path:")?.rsplit_once('#')?;
    function.split(['.', '~']).next()
}

fn yielded(site: &Site, call: &Call) -> Zeroizing<Vec<u8>> {
    let pair = Pair::from_json(&call.given).filter(|_| site.generator.is_certificate());
    let text = pair.as_ref().map_or(&call.given, |pair| &pair.key);
    Zeroizing::new(text.trim_end().as_bytes().to_vec())
}

/// Of a CA its key counts, since its certificate is issued again; `buildCustomCert` takes certificates, and yields what it
/// takes.
fn issued_for(site: &Site, call: &Call) -> Fields {
    let fields = Fields::labelled("arguments");
    if !site.generator.is_certificate() || site.generator == Generator::CustomCert {
        return fields;
    }
    with_arguments(fields, &call.arguments, Some(|ca| &ca.key))
}

fn numbers(call: &Call) -> Vec<i64> {
    let numbers = call.arguments.iter().filter_map(|argument| match argument {
        Argument::Int(number) => Some(*number),
        Argument::Text(_) | Argument::Json(_) => None,
    });
    numbers.collect()
}

#[cfg(test)]
mod tests {
    use super::has_word;

    #[test]
    fn a_word_stands_alone() {
        for (text, expected) in [
            ("bob:x", true),
            ("a,bob", true),
            ("bobby:x bob", true),
            ("bobby:x", false),
            ("xbob", false),
            ("", false),
        ] {
            assert_eq!(has_word(text, "bob"), expected, "{text}");
        }
    }
}
