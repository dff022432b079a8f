//! Values files and the files of `--set-file`, as each render can read them: what is read only once (standard input, a
//! pipe, an address) is read once, into a private copy.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::anyhow;

use super::list;
use super::template::{Call, Given};
use crate::argocd::repository::has_scheme;
use crate::cli::set;
use crate::helm::{Helm, escape_path};
use crate::inputs::Copies;
use crate::workdir::WorkDir;

/// The files of a call.
pub(super) struct Inputs {
    /// The values files, in their order, absolute.
    pub(super) values: Vec<PathBuf>,
    /// `--set-file`, as helm takes it.
    pub(super) set_file: Vec<OsString>,
    /// The call's flags with the copies.
    pub(super) given: Vec<Given>,
}

/// Reads what can be read only once.
///
/// # Errors
/// A file or an address cannot be read, or a flag's value is no list.
pub(super) fn take(call: &Call, helm: &Helm, work: &WorkDir) -> anyhow::Result<Inputs> {
    let mut copies = Copies::new(work);
    let mut inputs = Inputs {
        values: Vec::new(),
        set_file: Vec::new(),
        given: Vec::new(),
    };
    for given in &call.given {
        let mut given = given.clone();
        let text = given.value.as_deref().and_then(|value| value.to_str());
        let not_read = || anyhow!("--{} cannot be read", given.flag.name);
        match given.flag.name {
            "values" => {
                let items = text.and_then(list::items).ok_or_else(not_read)?;
                for item in items {
                    let copy = copy(&mut copies, helm, &item)?;
                    let path = copy.as_deref().unwrap_or(Path::new(&item));
                    inputs.values.push(std::path::absolute(path)?);
                    given.value = Some(list::line(&path.to_string_lossy()).into());
                    inputs.given.push(given.clone());
                }
            }
            "set-file" => {
                let text = text.ok_or_else(not_read)?;
                if let Some(copied) = of_pairs(&mut copies, helm, text)? {
                    given.value = Some(copied.into());
                }
                inputs.set_file.push(given.word());
                inputs.given.push(given);
            }
            _ => inputs.given.push(given),
        }
    }
    Ok(inputs)
}

/// The copy of what can be read only once; none of a file.
fn copy(copies: &mut Copies<'_>, helm: &Helm, item: &str) -> anyhow::Result<Option<PathBuf>> {
    if item.trim() == "-" {
        return copies.stdin().map(Some);
    }
    match has_scheme(item) {
        true => copies.fetched(helm, item).map(Some),
        false => copies.pipe(Path::new(item)),
    }
}

/// A value of `--set-file` with copies; none if it names files only.
fn of_pairs(copies: &mut Copies<'_>, helm: &Helm, text: &str) -> anyhow::Result<Option<String>> {
    let Ok(mut pairs) = set::split(text) else {
        return Ok(None);
    };
    let mut is_copied = false;
    for (_, path) in &mut pairs {
        if let Some(copy) = copy(copies, helm, path)? {
            *path = escape_path(&copy.to_string_lossy());
            is_copied = true;
        }
    }
    let pairs: Vec<String> = pairs
        .iter()
        .map(|(name, path)| format!("{name}={path}"))
        .collect();
    Ok(is_copied.then(|| pairs.join(",")))
}
