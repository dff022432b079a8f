//! `install-helm`: this program as `helm` in a folder, for an init container of an image without a shell.

use std::fs;
use std::path::Path;

use anyhow::Context as _;

use super::Outcome;

/// Copies this program to `helm` in `dir`. What stands there already is replaced at once, never half written.
///
/// # Errors
/// The folder cannot be written to.
pub(super) fn run(dir: &Path) -> anyhow::Result<Outcome> {
    let ours = std::env::current_exe().context("this program's own file cannot be found")?;
    let fail = || format!("this program cannot be copied into {}", dir.display());
    let copy = tempfile::Builder::new()
        .prefix(".helm")
        .tempfile_in(dir)
        .with_context(fail)?;
    // With its mode.
    fs::copy(ours, copy.path()).with_context(fail)?;
    copy.persist(dir.join("helm")).with_context(fail)?;
    Ok(Outcome::done(Vec::new()))
}
