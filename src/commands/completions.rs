//! `completions`: what a shell needs to complete the command line.

use clap::CommandFactory;
use clap_complete::Shell;

use super::Outcome;
use crate::cli::Cli;

/// Makes the completions for `shell`.
///
/// # Errors
/// None today.
pub(super) fn run(shell: Shell) -> anyhow::Result<Outcome> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "argocd-pin-plugin", &mut text);
    Ok(Outcome::done(text))
}
