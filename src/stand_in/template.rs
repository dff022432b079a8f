//! A call of `helm template`, read as helm's library for flags (pflag) reads it.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use super::flags::{self, Flag, Takes, Use};
use crate::cli::set;

/// What a command line says.
pub(super) enum Reading {
    /// It asks for help.
    Help,
    /// It cannot be read, for this reason. Helm refuses it too, or is newer than the list of flags.
    Unclear(String),
    /// A chart is to be rendered.
    Call(Call),
}

/// A flag as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Given {
    pub(super) flag: Flag,
    /// What stands behind it, or behind its `=`.
    pub(super) value: Option<OsString>,
}

impl Given {
    /// As one word: `--name`, `--name=value`.
    pub(super) fn word(&self) -> OsString {
        let mut word = OsString::from("--");
        word.push(self.flag.name);
        if let Some(value) = &self.value {
            word.push("=");
            word.push(value);
        }
        word
    }

    /// Whether a switch is on.
    fn is_on(&self) -> bool {
        self.value
            .as_deref()
            .is_none_or(|value| boolean(value) == Some(true))
    }
}

/// A call that renders a chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call {
    /// The flags in their order.
    pub(super) given: Vec<Given>,
    /// The release's name.
    pub(super) name: String,
    /// The chart, as it was given.
    pub(super) chart: OsString,
    /// Whether the name was given by its place.
    is_named: bool,
}

/// The name that helm gives to a release that has none.
const DEFAULT_NAME: &str = "release-name";

impl Call {
    /// Reads what follows `helm template`.
    pub(super) fn read(arguments: &[OsString]) -> Reading {
        let (given, words) = match words_and_flags(arguments) {
            Ok(both) => both,
            Err(why) => return Reading::Unclear(why),
        };
        let mut call = Call {
            given,
            name: String::new(),
            chart: OsString::new(),
            is_named: false,
        };
        if call.is_on("help") {
            return Reading::Help;
        }
        let template = call.text("name-template").unwrap_or_default();
        let (name, chart) = match words.as_slice() {
            [chart] if template.is_empty() => (OsString::from(DEFAULT_NAME), chart),
            [chart] => (template.to_owned(), chart),
            [name, chart] if template.is_empty() && !call.is_on("generate-name") => {
                call.is_named = true;
                (name.clone(), chart)
            }
            _ => return Reading::Unclear("it does not name one chart and one release".to_owned()),
        };
        match name.into_string() {
            Ok(name) if name.is_empty() || name.contains("{{") => {
                return Reading::Unclear("the release's name is empty or a template".to_owned());
            }
            Ok(name) => call.name = name,
            Err(_) => return Reading::Unclear("the release's name is not UTF-8".to_owned()),
        }
        call.chart.clone_from(chart);
        Reading::Call(call)
    }

    /// The last value of a flag.
    pub(super) fn text(&self, name: &str) -> Option<&OsStr> {
        let mut given = self.given.iter().rev();
        given
            .find(|given| given.flag.name == name)?
            .value
            .as_deref()
    }

    /// Whether a switch is on: the last one counts.
    pub(super) fn is_on(&self, name: &str) -> bool {
        let mut given = self.given.iter().rev();
        given
            .find(|given| given.flag.name == name)
            .is_some_and(Given::is_on)
    }

    /// The flags that are used in one of these ways, as helm takes them.
    pub(super) fn used_for(&self, ways: &[Use]) -> Vec<OsString> {
        let given = self
            .given
            .iter()
            .filter(|given| ways.contains(&given.flag.does));
        given.map(Given::word).collect()
    }

    /// The flags that every command of helm takes, but for the namespace.
    pub(super) fn global(&self) -> Vec<OsString> {
        let is_global = |given: &&Given| given.flag.is_global && given.flag.does == Use::Each;
        self.given
            .iter()
            .filter(is_global)
            .map(Given::word)
            .collect()
    }

    /// The call anew, with these flags.
    pub(super) fn arguments(&self, given: impl Iterator<Item = Given>) -> Vec<OsString> {
        let mut arguments = vec![OsString::from("template")];
        arguments.extend(given.map(|given| given.word()));
        arguments.push("--".into());
        if self.is_named {
            arguments.push(self.name.clone().into());
        }
        arguments.push(self.chart.clone());
        arguments
    }

    /// Values that are set on the command line.
    pub(super) fn texts(&self) -> Vec<String> {
        let set = self
            .given
            .iter()
            .filter(|given| ["set", "set-string"].contains(&given.flag.name));
        set.filter_map(|given| set::split(given.value.as_deref()?.to_str()?).ok())
            .flatten()
            .map(|(_, value)| value)
            .collect()
    }
}

/// Go's `strconv.ParseBool`.
pub(super) fn boolean(value: &OsStr) -> Option<bool> {
    match value.to_str()? {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

/// The flags with their values, and the words that belong to none; they may stand in any order.
fn words_and_flags(arguments: &[OsString]) -> Result<(Vec<Given>, Vec<OsString>), String> {
    let mut given = Vec::new();
    let mut words = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_bytes() {
            b"--" => {
                words.extend(rest.cloned());
                break;
            }
            [b'-', b'-', long @ ..] => given.push(read_long(long, &mut rest)?),
            [b'-', shorts @ ..] if !shorts.is_empty() => {
                read_shorts(shorts, &mut rest, &mut given)?
            }
            _ => words.push(argument.clone()),
        }
    }
    Ok((given, words))
}

fn read_long(text: &[u8], rest: &mut std::slice::Iter<'_, OsString>) -> Result<Given, String> {
    let mut parts = text.splitn(2, |byte| *byte == b'=');
    let name = String::from_utf8_lossy(parts.next().unwrap_or_default());
    let flag =
        flags::long(&name).ok_or_else(|| format!("it has no flag --{}", name.escape_debug()))?;
    let value = match parts.next() {
        Some(value) => Some(OsString::from_vec(value.to_vec())),
        None if flag.needs_value() => Some(next(rest, flag)?),
        None => None,
    };
    checked(flag, value)
}

/// `-abc`: switches up to one that takes the rest, the word behind it, or what follows `=`.
fn read_shorts(
    text: &[u8],
    rest: &mut std::slice::Iter<'_, OsString>,
    given: &mut Vec<Given>,
) -> Result<(), String> {
    let mut left = text;
    while let [short, after @ ..] = left {
        let flag = flags::short(char::from(*short))
            .ok_or_else(|| format!("it has no flag -{}", char::from(*short).escape_debug()))?;
        let value = match after {
            [b'=', value @ ..] if !value.is_empty() => Some(value),
            _ if !flag.needs_value() => {
                given.push(checked(flag, None)?);
                left = after;
                continue;
            }
            [] => None,
            value => Some(value),
        };
        let value = match value {
            Some(value) => OsString::from_vec(value.to_vec()),
            None => next(rest, flag)?,
        };
        given.push(checked(flag, Some(value))?);
        return Ok(());
    }
    Ok(())
}

fn next(rest: &mut std::slice::Iter<'_, OsString>, flag: Flag) -> Result<OsString, String> {
    let value = rest.next().cloned();
    value.ok_or_else(|| format!("--{} has no value", flag.name))
}

fn checked(flag: Flag, value: Option<OsString>) -> Result<Given, String> {
    match &value {
        Some(value) if flag.takes == Takes::Switch && boolean(value).is_none() => {
            Err(format!("--{} is on or off", flag.name))
        }
        _ => Ok(Given { flag, value }),
    }
}

#[cfg(test)]
mod tests;
