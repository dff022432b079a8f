//! A run of `generate` with exactly the arguments that a test gives.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Chart, Outcome, Place, SEED, write_private};

const SECRET: &str = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  token: {{ randAlphaNum 32 }}\n";

pub(crate) fn good_chart() -> Chart {
    Chart::of(&[("templates/secret.yaml", SECRET)])
}

/// `generate` with exactly these arguments, in a place of its own.
pub(crate) struct Raw {
    pub(crate) place: Place,
    pub(crate) seed_file: PathBuf,
}

impl Raw {
    pub(crate) fn new() -> Self {
        let place = Place::new();
        let seed_file = place.root.path().join("seed");
        write_private(&seed_file, SEED.as_bytes(), 0o600);
        Self { place, seed_file }
    }

    /// A file below the place's root.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.place.root.path().join(name)
    }

    /// The command with the flags that every run needs but for the chart, the seed and helm.
    pub(crate) fn command(&self) -> Command {
        let mut command = self.place.command(env!("CARGO_BIN_EXE_argocd-pin-plugin"));
        command.args(["generate", "--app", "app", "--project", "default"]);
        command.args(["--release-name", "app", "--namespace", "ns"]);
        command
    }

    /// The command for a chart, with this helm.
    pub(crate) fn with(&self, chart: &Path, helm: &Path) -> Command {
        let mut command = self.command();
        command
            .arg(chart)
            .arg("--seed-file")
            .arg(&self.seed_file)
            .arg("--helm")
            .arg(helm);
        command
    }

    pub(crate) fn run(&self, command: &mut Command) -> Outcome {
        let output = command.output().unwrap();
        self.place.assert_clean();
        Outcome {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// A run that must fail and say this.
    #[track_caller]
    pub(crate) fn fail(&self, command: &mut Command, says: &[&str]) {
        let outcome = self.run(command);
        outcome.assert_failure(SEED.as_bytes());
        outcome.assert_says(says);
    }

    /// A stand-in for helm: a shell script.
    pub(crate) fn fake_helm(&self, script: &str) -> PathBuf {
        let path = self.path("fake-helm");
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
        path
    }
}
