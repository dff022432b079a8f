//! The real helm: where it is, and how this process becomes it.

use std::ffi::{OsStr, OsString};
use std::fs::{File, Metadata};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, anyhow};
use rustix::fs::{Access, access};

use super::NAME;
use crate::helm::circle::{is_closed, marked};
use crate::hint::{WithHint, with_hint};

/// The real helm, and the call.
pub(super) struct RealHelm {
    /// Where it is, an absolute path.
    pub(super) path: PathBuf,
    /// What it is called as.
    program: OsString,
    arguments: Vec<OsString>,
}

impl RealHelm {
    /// Finds the helm of `PIN_HELM`, or else the first one on `PATH` that is not this program. It will be called as
    /// `program`, or by its path.
    ///
    /// # Errors
    /// There is none, it is this program, or it has called us with the arguments that we called it with.
    pub(super) fn find(program: Option<&OsStr>, arguments: &[OsString]) -> anyhow::Result<Self> {
        let set = std::env::var_os("PIN_HELM").filter(|path| !path.is_empty());
        let path = match &set {
            Some(path) if path.as_bytes().contains(&b'/') => set_path(Path::new(path))?,
            name => on_path(name.as_deref().unwrap_or(OsStr::new(NAME)))?,
        };
        if is_closed(arguments.iter().map(OsString::as_os_str)) {
            return Err(anyhow!(
                "{} calls this program with what it was called with, and would do so for ever",
                path.display()
            ))
            .hint("set PIN_HELM to the real helm");
        }
        Ok(RealHelm {
            program: program.unwrap_or(path.as_os_str()).to_owned(),
            arguments: arguments.to_vec(),
            path,
        })
    }

    /// Becomes the real helm, with the same arguments, environment, files and process id. Returns only where that fails.
    pub(super) fn become_it(&self) -> anyhow::Error {
        let error = marked(self.command(&self.arguments)).exec();
        anyhow::Error::new(error).context(format!("{} cannot be run", self.path.display()))
    }

    /// A call of the real helm.
    pub(super) fn command(&self, arguments: &[OsString]) -> Command {
        let mut command = Command::new(&self.path);
        command.arg0(&self.program).args(arguments);
        command
    }
}

/// The helm that the admin names by a path.
fn set_path(path: &Path) -> anyhow::Result<PathBuf> {
    if path.is_relative() {
        return Err(anyhow!(
            "PIN_HELM is a relative path, which would lead into the chart's repository"
        ))
        .hint("set PIN_HELM to an absolute path, or to a name on PATH");
    }
    if is_us(path)? {
        return Err(anyhow!(
            "PIN_HELM is {}, this program itself",
            path.display()
        ))
        .hint("set PIN_HELM to the real helm");
    }
    Ok(path.to_owned())
}

/// The first program of this name on `PATH` that is not ours. Relative folders do not count: they would lead into a chart.
fn on_path(name: &OsStr) -> anyhow::Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let candidates = std::env::split_paths(&path)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(name));
    for candidate in candidates {
        let can_run = candidate.is_file() && access(&candidate, Access::EXEC_OK).is_ok();
        if can_run && !is_us(&candidate)? {
            return Ok(candidate);
        }
    }
    Err(with_hint(
        anyhow!(
            "there is no other {} on PATH than this program",
            name.display()
        ),
        "set PIN_HELM to the real helm",
    ))
}

/// Whether this program is the file at `path`, by whatever name.
fn is_us(path: &Path) -> anyhow::Result<bool> {
    let id = |metadata: Metadata| (metadata.dev(), metadata.ino());
    // Opened: where this processor is emulated (by QEMU), its state by name is the emulator's.
    let ours = File::open("/proc/self/exe")
        .and_then(|file| file.metadata())
        .context("this program's own file cannot be found in /proc")?;
    // One that is not there is said when it is run.
    Ok(path.metadata().is_ok_and(|theirs| id(theirs) == id(ours)))
}
