//! `man`: the manual, from the same text as `--help`.

use std::path::Path;

use anyhow::Context;
use clap::CommandFactory;
use clap_mangen::Man;

use super::Outcome;
use crate::cli::Cli;

/// Makes the page of the program, or writes the pages of all commands into `dir`.
///
/// # Errors
/// A page cannot be written.
pub(super) fn run(dir: Option<&Path>) -> anyhow::Result<Outcome> {
    let command = Cli::command();
    if let Some(dir) = dir {
        clap_mangen::generate_to(command, dir)
            .with_context(|| format!("cannot write man pages into {}", dir.display()))?;
        return Ok(Outcome::done(Vec::new()));
    }
    let mut page = Vec::new();
    Man::new(command).render(&mut page)?;
    Ok(Outcome::done(page))
}
