//! The commands: each gathers its inputs, calls the library, and gives back what to print.

mod adopt;
mod baseline;
mod check;
mod completions;
mod diff;
mod explain;
mod gather;
mod generate;
mod install;
mod man;
mod parameters;
mod seed;
mod table;
mod verify;

use serde::Serialize;

use crate::cli::{BaselineCommand, Cli, Command, SeedCommand};
use crate::outcome::{Outcome, tell, warn};
use crate::stand_in;

/// Runs a command. Warnings go to stderr at once.
///
/// # Errors
/// The command failed; [`crate::hint::hints`] tells the ways out.
pub fn run(cli: &Cli) -> anyhow::Result<Outcome> {
    match &cli.command {
        Command::Generate(args) => generate::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Baseline(BaselineCommand::Write(args)) => baseline::write(args),
        Command::Diff(args) => diff::run(args),
        Command::Verify(args) => verify::run(args),
        Command::Adopt(args) => adopt::run(args),
        Command::Recipient(args) => adopt::recipient(args),
        Command::Parameters(args) => parameters::run(args),
        Command::Check(args) => check::run(args),
        Command::Seed(SeedCommand::New {
            name,
            namespace,
            beside,
        }) => seed::new(name.as_deref(), namespace, beside.as_deref()),
        Command::Seed(SeedCommand::Id { file }) => seed::id(file.as_deref()),
        Command::Seed(SeedCommand::Status {
            applications,
            output,
        }) => seed::status(applications.as_deref(), *output),
        Command::Helm { arguments } => stand_in::run(None, arguments),
        Command::InstallHelm { dir } => install::run(dir),
        Command::Completions { shell } => completions::run(*shell),
        Command::Man { dir } => man::run(dir.as_deref()),
    }
}

/// A report as JSON, on lines of its own.
///
/// # Errors
/// None that can happen: all keys are strings.
fn json(report: &impl Serialize) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(report)? + "\n")
}

/// `1 place`, `2 places`.
fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
