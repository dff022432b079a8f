//! The commands: each gathers its inputs, calls the library, and gives back what to print.

mod adopt;
mod completions;
mod explain;
mod gather;
mod generate;
mod man;
mod parameters;
mod seed;
mod table;
mod verify;

use std::io::Write;

use crate::cli::{Cli, Command, SeedCommand};

/// What a command gives when it has done its work. It may hold chosen values, so it cannot be shown as a whole.
#[derive(Clone, PartialEq, Eq)]
pub struct Outcome {
    /// All of stdout. It is complete: nothing is printed before everything is checked.
    pub stdout: Vec<u8>,
    /// Whether the exit status is 0. Only `verify` and `adopt --check` work to the end and still say no.
    pub success: bool,
}

impl Outcome {
    fn done(stdout: impl Into<Vec<u8>>) -> Self {
        Self {
            stdout: stdout.into(),
            success: true,
        }
    }
}

/// Prints each warning as a line on stderr.
fn warn(warnings: &[String]) {
    for warning in warnings {
        // A closed stderr is no reason to fail.
        let _ = writeln!(std::io::stderr(), "warning: {warning}");
    }
}

/// Runs a command. Warnings go to stderr at once.
///
/// # Errors
/// The command failed; [`crate::hint::hints`] tells the ways out.
pub fn run(cli: &Cli) -> anyhow::Result<Outcome> {
    match &cli.command {
        Command::Generate(args) => generate::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Verify(args) => verify::run(args),
        Command::Adopt(args) => adopt::run(args),
        Command::Recipient(args) => adopt::recipient(args),
        Command::Parameters(args) => parameters::run(args),
        Command::Seed(SeedCommand::New { name, namespace }) => seed::new(name, namespace),
        Command::Completions { shell } => completions::run(*shell),
        Command::Man { dir } => man::run(dir.as_deref()),
    }
}
