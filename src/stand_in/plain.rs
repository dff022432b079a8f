//! Helm itself, asked for the chart as it is, where pinning has failed: its message and its exit code are passed on. What
//! it prints is not pinned, and goes nowhere.

use std::ffi::OsString;
use std::process::Stdio;

use anyhow::{Context as _, bail};

use super::real::RealHelm;
use crate::helm::circle::marked;
use crate::outcome::Outcome;
use crate::workdir;

/// A call of helm whose manifests nobody sees.
pub(super) struct Plain<'a> {
    real: &'a RealHelm,
    arguments: Vec<OsString>,
}

impl<'a> Plain<'a> {
    /// The call with these arguments. They must not make it write files.
    pub(super) fn new(real: &'a RealHelm, arguments: Vec<OsString>) -> Self {
        Plain { real, arguments }
    }

    /// What there is instead of pinned manifests: helm's failure if it fails.
    ///
    /// # Errors
    /// Helm does not fail: `why`.
    pub(super) fn instead_of(&self, why: anyhow::Error) -> anyhow::Result<Outcome> {
        let mut command = marked(self.real.command(&self.arguments));
        command.stdout(Stdio::null());
        let mut group = workdir::spawn(&mut command).context("helm cannot be run")?;
        let status = group.wait()?;
        match status.code() {
            Some(0) => Err(why),
            Some(code) => Ok(Outcome::failed(u8::try_from(code).unwrap_or(1))),
            None => bail!("helm was killed"),
        }
    }

    /// What helm prints before the manifests: of dependencies that it fetches. They are there afterwards.
    ///
    /// # Errors
    /// Helm fails, or cannot be run.
    pub(super) fn before_the_manifests(&self) -> anyhow::Result<Vec<u8>> {
        let mut command = marked(self.real.command(&self.arguments));
        let output = command
            .stdin(Stdio::null())
            .output()
            .context("helm cannot be run")?;
        if !output.status.success() {
            bail!("helm cannot update the chart's dependencies");
        }
        let mut said = Vec::new();
        for line in output.stdout.split_inclusive(|byte| *byte == b'\n') {
            if line == b"---\n" {
                break;
            }
            said.extend_from_slice(line);
        }
        Ok(said)
    }
}
