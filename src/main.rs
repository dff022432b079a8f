//! The command line: parse, dispatch, exit code.

use std::io::Write;
use std::process::ExitCode;

use argocd_pin_plugin::cli::Cli;
use argocd_pin_plugin::{commands, hint, panics, reaper, stand_in, unseen, workdir};
use clap::Parser;
use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

fn main() -> ExitCode {
    // No core dump holds the seed, and no other process of this user reads our memory, our environment or, by
    // /proc/…/cwd, our files. Where the kernel refuses, everything else still holds.
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    // Nor does one of helm's hold values: it inherits this.
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    let _ = setrlimit(Resource::Core, none);
    panics::say_where_only();
    if reaper::is_reaper() {
        return ExitCode::SUCCESS;
    }
    match run() {
        Ok(status) => ExitCode::from(status),
        Err(error) => {
            let mut message = format!("error: {error:#}\n");
            for hint in hint::hints(&error) {
                message.push_str(&format!("hint: {hint}\n"));
            }
            // With stderr closed there is nobody to tell.
            let _ = std::io::stderr()
                .write_all(unseen::shown(&workdir::without_paths(&message)).as_bytes());
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<u8> {
    let outcome = match stand_in::arguments(std::env::args_os()) {
        Some((program, arguments)) => stand_in::run(Some(&program), &arguments)?,
        None => commands::run(&Cli::parse())?,
    };
    workdir::output_follows();
    let mut stdout = std::io::stdout().lock();
    stdout
        .write_all(&outcome.stdout)
        .and_then(|()| stdout.flush())
        .map_err(|error| anyhow::anyhow!("cannot write to stdout: {error}"))?;
    Ok(outcome.status)
}
