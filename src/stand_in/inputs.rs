//! Values files and the files of `--set-file`, as each render can read them: what is read only once (standard input, a
//! pipe, an address) is read once, into a private copy.

use std::ffi::OsString;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};

use super::list;
use super::template::{Call, Given};
use crate::argocd::repository::has_scheme;
use crate::cli::set;
use crate::helm::{Helm, escape_path, shown};
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
    let mut copies = Copies {
        helm,
        work,
        count: 0,
        stdin: None,
    };
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
                    let copy = copies.copy(&item)?;
                    let path = copy.as_deref().unwrap_or(Path::new(&item));
                    inputs.values.push(std::path::absolute(path)?);
                    given.value = Some(list::line(&path.to_string_lossy()).into());
                    inputs.given.push(given.clone());
                }
            }
            "set-file" => {
                let text = text.ok_or_else(not_read)?;
                if let Some(copied) = copies.of_pairs(text)? {
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

struct Copies<'a> {
    helm: &'a Helm,
    work: &'a WorkDir,
    count: usize,
    /// The copy of the standard input.
    stdin: Option<PathBuf>,
}

impl Copies<'_> {
    /// The copy of what can be read only once; none of a file.
    fn copy(&mut self, item: &str) -> anyhow::Result<Option<PathBuf>> {
        if item.trim() == "-" {
            if let Some(copy) = &self.stdin {
                return Ok(Some(copy.clone()));
            }
            let mut bytes = Vec::new();
            std::io::stdin()
                .lock()
                .read_to_end(&mut bytes)
                .context("the standard input cannot be read")?;
            self.stdin = Some(self.keep(&bytes)?);
            return Ok(self.stdin.clone());
        }
        if has_scheme(item) {
            let bytes = self
                .helm
                .fetch(item, self.work)
                .map_err(|error| shown(&error))?;
            return self.keep(&bytes).map(Some);
        }
        match Path::new(item).metadata() {
            Ok(metadata) if !metadata.is_file() && !metadata.is_dir() => {
                let bytes =
                    std::fs::read(item).with_context(|| format!("{item} cannot be read"))?;
                self.keep(&bytes).map(Some)
            }
            _ => Ok(None),
        }
    }

    fn keep(&mut self, bytes: &[u8]) -> anyhow::Result<PathBuf> {
        self.count += 1;
        Ok(self.work.file(&format!("input-{}", self.count), bytes)?)
    }

    /// A value of `--set-file` with copies; none if it names files only.
    fn of_pairs(&mut self, text: &str) -> anyhow::Result<Option<String>> {
        let Ok(mut pairs) = set::split(text) else {
            return Ok(None);
        };
        let mut is_copied = false;
        for (_, path) in &mut pairs {
            if let Some(copy) = self.copy(path)? {
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
}
