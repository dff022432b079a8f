//! `.argocd-pins.yaml`: the values that are given for an Application's pins, sealed, beside its chart.

use std::collections::HashSet;

use anyhow::{Context, anyhow};

use super::repository::{FileError, Repository};
use crate::config::{self, Value};
use crate::hint::{WithHint, explained};
use crate::request::SealedPin;

/// The file's name, in the Application's folder.
pub(crate) const PINS_FILE: &str = ".argocd-pins.yaml";

/// No such file is longer, in bytes.
const LONGEST: u64 = 4 << 20;

/// The values that are given for pins: those of the Application's parameter, then those of the file in its folder, if there is
/// one. Two names may mean one pin: so the first one counts.
///
/// # Errors
/// The file cannot be used.
pub(crate) fn given(
    repository: Option<&Repository>,
    parameter: Vec<(String, String)>,
) -> anyhow::Result<Vec<SealedPin>> {
    let entry = |source| {
        move |(pin, sealed)| SealedPin {
            pin,
            sealed,
            source,
        }
    };
    let file = repository.map(read).transpose()?.unwrap_or_default();
    let own: HashSet<&str> = parameter.iter().map(|(pin, _)| pin.as_str()).collect();
    let is_other = |(pin, _): &(String, String)| !own.contains(pin.as_str());
    let others: Vec<(String, String)> = file.into_iter().filter(is_other).collect();
    let own = parameter.into_iter().map(entry("the parameter `pins`"));
    let others = others.into_iter().map(entry(PINS_FILE));
    Ok(own.chain(others).collect())
}

/// The entries of the file, in their order: pins' names, and sealed values. None if there is no such file.
///
/// # Errors
/// The file is a link out of the repository, cannot be read, or is no mapping of texts.
fn read(repository: &Repository) -> anyhow::Result<Vec<(String, String)>> {
    let path = match repository.resolve(PINS_FILE) {
        Ok(path) => path,
        Err(FileError::Missing(_)) => return Ok(Vec::new()),
        Err(error) => {
            return Err(explained(error))
                .context("the values that are given for pins cannot be read");
        }
    };
    let bytes = repository
        .read(&path, LONGEST)
        .map_err(|error| anyhow!("{PINS_FILE} cannot be read: {error}"))?
        .ok_or_else(|| anyhow!("{PINS_FILE} is longer than {LONGEST} bytes"))?;
    entries(&bytes)
}

fn entries(bytes: &[u8]) -> anyhow::Result<Vec<(String, String)>> {
    if bytes.is_empty() {
        return Err(anyhow!(
            "{PINS_FILE} is empty, as a shell leaves it when `adopt` fails"
        ))
        .hint("delete it, or adopt into another file and move that");
    }
    let wrong = || anyhow!("{PINS_FILE} is no YAML mapping of pins' names to sealed values");
    let hint = "it is what `argocd-pin-plugin adopt` prints";
    match config::read::<Value>(bytes) {
        Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Mapping(entries)) => entries
            .into_iter()
            .map(|entry| match entry {
                (Value::String(pin), Value::String(sealed)) => Ok((pin, sealed)),
                _ => Err(wrong()).hint(hint),
            })
            .collect(),
        _ => match config::twice(bytes) {
            Some(twice) => Err(anyhow!("{PINS_FILE} {twice}")),
            None => Err(wrong()).hint(hint),
        },
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_mapping_of_texts_is_read_in_its_order() {
        let text = "# sealed\n\"b\": |\n  one\n  two\na: three\n";
        let expected = [("b", "one\ntwo\n"), ("a", "three")];
        let expected = expected.map(|(pin, sealed)| (pin.to_owned(), sealed.to_owned()));
        assert_eq!(entries(text.as_bytes()).unwrap(), expected);
        assert!(entries(b"# nothing\n").unwrap().is_empty());
    }

    #[test]
    fn the_parameter_comes_first() {
        let temp = tempfile::tempdir().unwrap();
        let app = temp.path().canonicalize().unwrap();
        std::fs::write(app.join(PINS_FILE), "a: file\nb: file\n").unwrap();
        let repository = Repository::around(&app, None, &app.join("none"));
        let own = vec![("a".to_owned(), "parameter".to_owned())];
        let given = given(Some(&repository), own).unwrap();
        let given: Vec<_> = given.iter().map(|it| (&*it.pin, &*it.sealed)).collect();
        assert_eq!(given, [("a", "parameter"), ("b", "file")]);
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "a",
            "[a]",
            "a: 1",
            "a: {b: c}",
            "1: a",
            "a: x\na: y",
            "a: [",
            "\u{0}",
            "",
        ] {
            assert!(entries(text.as_bytes()).is_err(), "{text}");
        }
        assert_eq!(
            entries(b"a: x\nb: |\n  x\na: y").unwrap_err().to_string(),
            format!("{PINS_FILE} has the key `a` twice (line 4): remove one of the two")
        );
    }
}
