//! What the user chose for pins, by their names: which were rotated, which values are given.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use anyhow::anyhow;
use zeroize::Zeroizing;

use super::summary::Shown;
use super::targets::{Taker, targets};
use crate::chart::site::Site;
use crate::hint::with_hint;
use crate::log::{CallId, Log};
use crate::name::{Fit, Name, Named, Pin};
use crate::request::{RenderRequest, Rotation};
use crate::table::{Choice, is_usual};

/// More characters of a name are not compared when the nearest one is looked for.
const LONGEST: usize = 200;

/// A value that is given for a pin.
#[derive(Clone)]
pub(super) struct Given {
    /// The pin's name.
    pub(super) pin: String,
    /// The value: what the call is to yield, or the text that the chart makes there.
    pub(super) value: Zeroizing<String>,
    /// Where it stands: for messages.
    pub(super) source: &'static str,
}

/// The choices of a request.
pub(super) struct Choices<'r> {
    rotate: &'r [Rotation],
    given: &'r [Given],
    allow_unknown: bool,
}

/// The given values, and whose they are. They are put in when a render with derived values has settled: so no name ever
/// depends on what somebody gave.
pub(super) struct Adopted {
    /// The names that the calls have, by the calls' keys.
    pub(super) names: HashMap<String, Named>,
    /// The values of calls.
    values: HashMap<Name, Zeroizing<String>>,
    /// What the chart's texts are to be, by their keys.
    pub(super) texts: BTreeMap<String, Zeroizing<String>>,
    /// What the user should know of them.
    pub(super) warnings: Vec<String>,
}

impl<'r> Choices<'r> {
    /// Those of this request, with these values.
    pub(super) fn new(request: &'r RenderRequest, given: &'r [Given]) -> Choices<'r> {
        Choices {
            rotate: &request.rotate,
            given,
            allow_unknown: request.allow_unknown_pins,
        }
    }

    /// What is chosen for the calls of these names, in their order; nothing at all where nothing is chosen.
    pub(super) fn of_calls(&self, names: &[Named], adopted: Option<&Adopted>) -> Vec<Choice> {
        if self.rotate.is_empty() && adopted.is_none() {
            return Vec::new();
        }
        let generations = self.generations(names);
        let choices = names.iter().map(|named| Choice {
            generation: generations.of(&named.name),
            given: adopted.and_then(|adopted| adopted.values.get(&named.name).cloned()),
        });
        choices.collect()
    }

    /// Whose the given values are, in a render that has settled without them; nothing where none is given. Of several for one
    /// pin the first one counts. A pin that was rotated is derived again: what is given is its first value.
    ///
    /// # Errors
    /// A value is given for no pin of the chart; the error names the nearest one.
    pub(super) fn adopt(
        &self,
        log: &Log,
        names: &[Named],
        sites: &[Site],
    ) -> anyhow::Result<Option<Adopted>> {
        if self.given.is_empty() {
            return Ok(None);
        }
        let mut adopted = Adopted {
            names: log
                .calls
                .iter()
                .map(|call| call.key.clone())
                .zip(names.iter().cloned())
                .collect(),
            values: HashMap::new(),
            texts: BTreeMap::new(),
            warnings: Vec::new(),
        };
        let targets = targets(log, names);
        let generations = self.generations(names);
        for given in self.given {
            let by_place = targets.iter().find(|target| target.pin == given.pin);
            let call = match by_place.map(|target| &target.taker) {
                Some(Taker::Call(call)) => Some(*call),
                Some(Taker::Text(carriers)) => {
                    let made = carriers.iter().filter_map(|it| log.carriers.get(*it));
                    let is_rotated = made.clone().any(|carrier| {
                        let ran = log.ran_for(carrier).iter();
                        let mut ran = ran.filter_map(|call| names.get(call.0));
                        ran.any(|named| generations.of(&named.name) > 0)
                    });
                    if is_rotated {
                        continue;
                    }
                    let characters = |text: &str| text.chars().count();
                    let length = characters(&given.value);
                    if made.clone().any(|it| characters(&it.text) != length) {
                        adopted.warnings.push(unusual(given));
                    }
                    for key in made.filter_map(|it| it.key.clone()) {
                        let text = adopted.texts.entry(key);
                        text.or_insert_with(|| given.value.clone());
                    }
                    continue;
                }
                None => names
                    .iter()
                    .position(|named| Pin::of(&named.name).text() == given.pin)
                    .map(CallId),
            };
            let named = call.and_then(|call| Some((call, names.get(call.0)?)));
            let Some((call, named)) = named else {
                let (error, hint) = self.unknown(given, log, names);
                match self.allow_unknown {
                    true => adopted.warnings.push(format!("{error}: {hint}")),
                    false => return Err(with_hint(anyhow!(error), hint)),
                }
                continue;
            };
            // Another entry may have named the same pin in another way: the first one counts.
            if generations.of(&named.name) > 0 || adopted.values.contains_key(&named.name) {
                continue;
            }
            if !is_usual_of(call, given, log, sites) {
                adopted.warnings.push(unusual(given));
            }
            adopted
                .values
                .insert(named.name.clone(), given.value.clone());
        }
        Ok(Some(adopted))
    }

    /// What to say of a value that is given for no pin.
    fn unknown(&self, given: &Given, log: &Log, names: &[Named]) -> (String, String) {
        let (source, pin) = (given.source, given.pin.escape_debug());
        let pins: BTreeSet<Pin> = names.iter().map(|named| Pin::of(&named.name)).collect();
        let there: Vec<&Pin> = pins.iter().filter(|it| it.place() == given.pin).collect();
        match there.first() {
            Some(first) => (
                format!(
                    "{source} gives `{pin}`, where {} values stand that are no one text of the chart's",
                    there.len()
                ),
                format!(
                    "give each by its own name, such as `{}`; explain prints them all",
                    Shown::of(log).masked(first.text()).escape_debug()
                ),
            ),
            None => (
                format!("{source} gives `{pin}`, and the chart has no such pin"),
                nearest(&given.pin, &pins, log),
            ),
        }
    }

    /// Which of these names are in which generation.
    fn generations(&self, names: &[Named]) -> Generations<'r> {
        let with_stars = self.rotate.iter().filter(|it| it.pattern.contains('*'));
        let mut literal: HashSet<&str> = with_stars.map(|it| &*it.pattern).collect();
        if !literal.is_empty() {
            let pins: Vec<Pin> = names.iter().map(|named| Pin::of(&named.name)).collect();
            literal.retain(|it| {
                pins.iter()
                    .any(|pin| [pin.text(), pin.place()].contains(it))
            });
        }
        Generations {
            rotate: self.rotate,
            literal,
        }
    }

    /// Whether each pattern fits a pin of a render that has settled.
    ///
    /// # Errors
    /// One fits none; the error names the nearest pin.
    pub(super) fn check(&self, log: &Log, names: &[Named]) -> anyhow::Result<()> {
        if self.rotate.is_empty() {
            return Ok(());
        }
        let pins: BTreeSet<Pin> = names.iter().map(|named| Pin::of(&named.name)).collect();
        for Rotation { pattern, .. } in self.rotate {
            if !pins.iter().any(|pin| pin.fits(pattern).is_some()) {
                let error = anyhow!(
                    "`rotate` names `{}`, and the chart has no such pin",
                    pattern.escape_debug()
                );
                return Err(with_hint(error, nearest(pattern, &pins, log)));
            }
        }
        Ok(())
    }
}

/// The generations of pins.
struct Generations<'r> {
    rotate: &'r [Rotation],
    /// The patterns with `*` that a pin or a place of the chart is called by: these mean nothing else.
    literal: HashSet<&'r str>,
}

impl Generations<'_> {
    /// The generation of a name: what the best of the patterns that fit the pin says.
    fn of(&self, name: &Name) -> u32 {
        if self.rotate.is_empty() {
            return 0;
        }
        let pin = Pin::of(name);
        let fitting = self.rotate.iter().filter_map(|rotation| {
            let fit = pin.fits(&rotation.pattern)?;
            let is_meant =
                !matches!(fit, Fit::Stars(_)) || !self.literal.contains(&*rotation.pattern);
            is_meant.then_some((fit, &rotation.pattern, rotation.generation))
        });
        fitting.max().map_or(0, |(_, _, generation)| generation)
    }
}

/// Whether a value is one of those that the call yields, as far as its length and characters say.
fn is_usual_of(call: CallId, given: &Given, log: &Log, sites: &[Site]) -> bool {
    let call = log.calls.get(call.0);
    let site = call.and_then(|call| Some((call, call.site.of(sites)?)));
    site.is_none_or(|(call, site)| is_usual(site.generator, &call.arguments, &given.value))
}

/// A warning of a value that is none of those that the chart makes.
fn unusual(given: &Given) -> String {
    format!(
        "{} gives `{}` a value of another length or with other characters than the chart generates",
        given.source,
        given.pin.escape_debug()
    )
}

/// What to say of a pattern that fits no pin.
fn nearest(pattern: &str, pins: &BTreeSet<Pin>, log: &Log) -> String {
    let cut = |text: &str| text.chars().take(LONGEST).collect::<String>();
    let pattern = cut(pattern);
    let texts = pins.iter().flat_map(|pin| [pin.place(), pin.text()]);
    let nearest = texts.min_by_key(|text| strsim::damerau_levenshtein(&pattern, &cut(text)));
    match nearest {
        Some(pin) => format!(
            "the nearest one is `{}`; explain prints them all",
            Shown::of(log).masked(pin).escape_debug()
        ),
        None => "the chart generates nothing".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::{Name, Rule};

    fn secret(key: &str, number: &str) -> Named {
        let parts = [
            "place",
            "",
            "Secret",
            "",
            "web",
            "0",
            "2",
            "data",
            key,
            "value",
            "",
            "randAlpha",
            number,
        ];
        Named {
            name: Name(parts.map(str::to_owned).to_vec()),
            rule: Rule::Own,
            places: Vec::new(),
            scalar: None,
            is_shown: false,
            texts: Vec::new(),
            by_position: false,
        }
    }

    #[test]
    fn the_best_pattern_counts() {
        let rotations = [
            ("*", 1),
            ("Secret/web/*", 2),
            ("Secret/web/a", 3),
            ("Secret/web/a#randAlpha.2", 4),
        ];
        let mut request = RenderRequest::example();
        request.rotate = rotations
            .map(|(pattern, generation)| Rotation {
                pattern: pattern.to_owned(),
                generation,
            })
            .to_vec();
        let generations = |request: &RenderRequest| {
            let names = [secret("a", "0"), secret("a", "1"), secret("b", "0")];
            let choices = Choices::new(request, &[]).of_calls(&names, None);
            choices.iter().map(|it| it.generation).collect::<Vec<_>>()
        };
        assert_eq!(generations(&request), [3, 4, 2]);
        request.rotate.reverse();
        assert_eq!(generations(&request), [3, 4, 2]);
        request.rotate.clear();
        assert!(generations(&request).is_empty());
    }

    #[test]
    fn a_pattern_that_fits_nothing_is_an_error() {
        let mut request = RenderRequest::example();
        request.rotate = vec![Rotation {
            pattern: "Secret/web/tokens".to_owned(),
            generation: 1,
        }];
        let names = [secret("token", "0"), secret("password", "0")];
        let error = Choices::new(&request, &[]).check(&Log::default(), &names);
        let error = error.err().map(|error| crate::hint::hints(&error).join(""));
        assert_eq!(
            error.as_deref(),
            Some("the nearest one is `Secret/web/token`; explain prints them all")
        );
        assert!(
            Choices::new(&request, &[])
                .check(&Log::default(), &[])
                .is_err()
        );
        request.rotate[0].pattern = "Secret/web/token".to_owned();
        assert!(
            Choices::new(&request, &[])
                .check(&Log::default(), &names)
                .is_ok()
        );
    }
}
