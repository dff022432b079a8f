//! The baseline of an Application: a file in its repository with the names and the fingerprints of its pins.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use anyhow::{Context, anyhow};

use super::repository::{FileError, Repository};
use crate::bounded;
use crate::config::{self, Value};
use crate::hint::{WithHint, explained};
use crate::request::{Baseline, BaselinePin};

/// The usual name of the file, in the Application's folder.
pub(crate) const BASELINE_FILE: &str = ".argocd-baseline.yaml";

/// No such file is longer, in bytes.
const LONGEST: u64 = 4 << 20;

/// The Application's baseline: the file of the repository that its parameter names, which must be there; else, where the
/// admin looks for baselines, the one in its folder, if there is one.
///
/// # Errors
/// The file cannot be used.
pub(crate) fn given(
    repository: &Repository,
    parameter: Option<&str>,
    is_looked_for: bool,
) -> anyhow::Result<Option<Baseline>> {
    let name = match parameter {
        Some(name) => name,
        None if is_looked_for => BASELINE_FILE,
        None => return Ok(None),
    };
    match repository.file(name) {
        Ok(path) => parse(repository.read(&path, LONGEST), name).map(Some),
        Err(FileError::Missing(_)) if parameter.is_none() => Ok(None),
        Err(error) => Err(explained(error)).context("the baseline cannot be read"),
    }
}

/// Reads a baseline; `name` is what messages call it.
///
/// # Errors
/// The file cannot be read, or is none.
pub(crate) fn read(path: &Path, name: &str) -> anyhow::Result<Baseline> {
    parse(bounded::read(path, LONGEST), name)
}

fn parse(read: io::Result<Option<Vec<u8>>>, name: &str) -> anyhow::Result<Baseline> {
    let shown = name.escape_debug();
    let bytes = read
        .map_err(|error| anyhow!("the baseline {shown} cannot be read: {error}"))?
        .ok_or_else(|| anyhow!("the baseline {shown} is longer than {LONGEST} bytes"))?;
    // An empty file is what a `write` that failed leaves behind `>`: it must not guard nothing in silence.
    let is_mapping = matches!(config::read(&bytes), Some(Value::Mapping(_)));
    let pins = config::read::<BTreeMap<String, BaselinePin>>(&bytes).filter(|_| is_mapping);
    if pins.is_none()
        && let Some(twice) = config::twice(&bytes)
    {
        return Err(anyhow!("the baseline {shown} {twice}"));
    }
    let pins = pins
        .ok_or_else(|| anyhow!("{shown} is no baseline"))
        .hint("write it by `argocd-pin-plugin baseline write`")?;
    Ok(Baseline {
        source: name.to_owned(),
        pins,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn only_a_baseline_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("b.yaml");
        let of = |text: &str| {
            std::fs::write(&path, text).unwrap();
            read(&path, "b.yaml")
        };
        let good = of("# pins\n\"Secret/web/a#randAlpha\": {fingerprint: ab, call: \"path:x\"}\n");
        let pins = good.unwrap().pins;
        assert_eq!(pins["Secret/web/a#randAlpha"].call, "path:x");
        assert!(of("{}\n").unwrap().pins.is_empty());
        for text in [
            "",
            "a",
            "[a]",
            "a: b",
            "a: {fingerprint: x}",
            "a: {fingerprint: x, call: y, z: 1}",
            "a: [",
        ] {
            assert!(of(text).is_err(), "{text}");
        }
        let pin = "{fingerprint: x, call: y}";
        assert_eq!(
            of(&format!("a: {pin}\nb: {pin}\na: {pin}"))
                .unwrap_err()
                .to_string(),
            "the baseline b.yaml has the key `a` twice (line 3): remove one of the two"
        );
    }
}
