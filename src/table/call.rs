//! The calls of a log with what is known of each, and the values that follow from a call alone.

use std::collections::HashMap;

use zeroize::Zeroizing;

use crate::chart::generator::Generator;
use crate::chart::site::Site;
use crate::derive::encode::Fields;
use crate::derive::{Alphabet, Class, Key, Request, piece, value};
use crate::log::{self, Argument, Log};
use crate::name::{Name, Named, Rule};

use super::arguments::{Arguments, Pair, with_arguments};
use super::error::{Cause, TableError};
use super::slow::{self, Tag, Wish};

/// Which argument is the CA that signs.
const SIGNER: usize = 4;

/// How a call's value departs from the one that its name alone has.
#[derive(Clone, Default)]
pub(crate) struct Choice {
    /// How often its name was rotated: 0 is the first value.
    pub(crate) generation: u32,
    /// The value, where it is given and not derived: what the call is to yield, of certificates their PEM blocks.
    pub(crate) given: Option<Zeroizing<String>>,
}

impl Choice {
    /// Nothing is chosen.
    pub(super) const NONE: Choice = Choice {
        generation: 0,
        given: None,
    };
}

/// A call, and what is known of it.
pub(super) struct Known<'a> {
    pub(super) call: &'a log::Call,
    pub(super) site: &'a Site,
    pub(super) named: &'a Named,
    pub(super) choice: &'a Choice,
    /// The rule of its name; of a double that of the call whose name it has, so that both have one value.
    rule: Rule,
}

/// A call, ready to be evaluated.
#[derive(Clone, Copy)]
pub(super) struct Ready<'a> {
    pub(super) generator: Generator,
    pub(super) name: &'a Name,
    pub(super) choice: &'a Choice,
    pub(super) rule: Rule,
    pub(super) arguments: Arguments<'a>,
}

/// The calls of a log, in its order, with what is known of each.
pub(super) fn known<'a>(
    log: &'a Log,
    sites: &'a [Site],
    names: &'a [Named],
    choices: &'a [Choice],
) -> Result<Vec<Known<'a>>, TableError> {
    if log.calls.len() != names.len() {
        return Err(TableError::Names {
            calls: log.calls.len(),
            names: names.len(),
        });
    }
    let originals = names.iter().filter(|named| named.rule != Rule::Double);
    let rules: HashMap<&Name, Rule> = originals.map(|named| (&named.name, named.rule)).collect();
    let choices = choices.iter().chain(std::iter::repeat(&Choice::NONE));
    let calls = log.calls.iter().zip(names).zip(choices);
    let known = calls.map(|((call, named), choice)| {
        Some(Known {
            call,
            site: call.site.of(sites)?,
            named,
            choice,
            rule: rules.get(&named.name).copied().unwrap_or(named.rule),
        })
    });
    known.collect::<Option<_>>().ok_or(TableError::Site)
}

impl<'a> Known<'a> {
    /// The call with the arguments that it is to have.
    pub(super) fn ready(&self, arguments: &'a [Argument]) -> Ready<'a> {
        Ready {
            generator: self.site.generator,
            name: &self.named.name,
            choice: self.choice,
            rule: self.rule,
            arguments: Arguments(arguments),
        }
    }
}

impl Ready<'_> {
    /// The call as if nothing were chosen for it.
    pub(super) fn anew(self) -> Self {
        Ready {
            choice: &Choice::NONE,
            ..self
        }
    }

    /// The CA that is to sign.
    pub(super) fn ca(self) -> Option<Pair> {
        Pair::from_value(self.arguments.json(SIGNER).ok()?)
    }

    /// The key that the call makes.
    pub(super) fn wish(self) -> Result<Wish, Cause> {
        let kind = slow::kind(self.generator, self.arguments)?.ok_or(Cause::NoKey)?;
        Ok((kind, self.name.clone(), self.choice.generation))
    }

    /// As many characters of an alphabet as the argument says.
    pub(super) fn characters(
        self,
        alphabet: Alphabet,
        pins: &Key,
    ) -> Result<Zeroizing<String>, Cause> {
        let length = self.arguments.characters(0)?;
        Ok(self.random(Class::String(alphabet), length, pins))
    }

    /// A random value. One that stands in the output as it is means the same with quotes and without; a piece of another
    /// text is uniform. Of a value that goes by its path nobody knows which it is: one character is a piece.
    pub(super) fn random(self, class: Class, length: usize, pins: &Key) -> Zeroizing<String> {
        let request = Request {
            class,
            length,
            place: self.name.0.clone(),
            generation: self.choice.generation,
        };
        match self.rule {
            Rule::Own => value(pins, &request),
            Rule::Path if length > 1 => value(pins, &request),
            Rule::Carrier | Rule::JobName | Rule::WentInto | Rule::Double | Rule::Path => {
                piece(pins, &request)
            }
        }
    }

    /// A tag of all that the value follows from: function, name and arguments.
    pub(super) fn tag(self, pins: &Key) -> Tag {
        let mut fields = Fields::labelled(self.generator.function())
            .list(&self.name.0)
            .number(u64::from(self.choice.generation));
        if let Some(given) = &self.choice.given {
            fields = fields.text("given").text(given);
        }
        let fields = with_arguments(fields, self.arguments.0, None);
        *pins
            .subkey("made in this run", fields.as_bytes())
            .as_bytes()
    }
}

/// The arguments of a call with another CA.
pub(super) fn signed_by(arguments: &[Argument], ca: &str) -> Vec<Argument> {
    let mut arguments = arguments.to_vec();
    if let (Some(signer), Ok(ca)) = (arguments.get_mut(SIGNER), serde_json::from_str(ca)) {
        *signer = Argument::Json(ca);
    }
    arguments
}
