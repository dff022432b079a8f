//! What the user chose for pins, by their names: which were rotated.

use std::collections::BTreeSet;

use anyhow::anyhow;

use super::summary::Shown;
use crate::hint::with_hint;
use crate::log::Log;
use crate::name::{Named, Pin};
use crate::request::{RenderRequest, Rotation};
use crate::table::Choice;

/// More characters of a name are not compared when the nearest one is looked for.
const LONGEST: usize = 200;

/// The choices of a request.
pub(super) struct Choices<'r> {
    rotate: &'r [Rotation],
}

impl<'r> Choices<'r> {
    /// Those of this request.
    pub(super) fn new(request: &'r RenderRequest) -> Choices<'r> {
        Choices {
            rotate: &request.rotate,
        }
    }

    /// What is chosen for the calls of these names, in their order; nothing at all where nothing is chosen.
    pub(super) fn of_calls(&self, names: &[Named]) -> Vec<Choice> {
        if self.rotate.is_empty() {
            return Vec::new();
        }
        let choices = names.iter().map(|named| Choice {
            generation: self.generation(&Pin::of(&named.name)),
            given: None,
        });
        choices.collect()
    }

    /// The generation of a pin: what the best of the patterns that fit it says.
    fn generation(&self, pin: &Pin) -> u32 {
        let fitting = self.rotate.iter().filter_map(|rotation| {
            let fit = pin.fits(&rotation.pattern)?;
            Some((fit, &rotation.pattern, rotation.generation))
        });
        fitting.max().map_or(0, |(_, _, generation)| generation)
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
            let choices = Choices::new(request).of_calls(&names);
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
        let error = Choices::new(&request).check(&Log::default(), &names);
        let error = error.err().map(|error| crate::hint::hints(&error).join(""));
        assert_eq!(
            error.as_deref(),
            Some("the nearest one is `Secret/web/token`; explain prints them all")
        );
        assert!(Choices::new(&request).check(&Log::default(), &[]).is_err());
        request.rotate[0].pattern = "Secret/web/token".to_owned();
        assert!(
            Choices::new(&request)
                .check(&Log::default(), &names)
                .is_ok()
        );
    }
}
