//! How a helm call fails.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// What helm wrote on stderr. A chart's `fail` can print what it was given, chosen values too: it has neither
/// `Display` nor a telling `Debug`, so that nobody prints it by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct Stderr(pub(super) String);

impl Stderr {
    /// The text. It may be shown where helm was given the chart as it is, with nothing derived from the seed.
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Stderr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stderr(..)")
    }
}

/// How a helm call fails. No message holds what helm printed.
#[derive(Debug, thiserror::Error)]
pub enum HelmError {
    /// There is no such program.
    #[error("no helm at {}, install helm or name it with PIN_HELM", .binary.display())]
    Missing {
        /// What was looked for.
        binary: PathBuf,
    },
    /// It is there but cannot be run.
    #[error("{} cannot be run", .binary.display())]
    CannotRun {
        /// The program.
        binary: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The release's name is a template, which helm would evaluate.
    #[error("the release name holds `{{{{`, which helm would evaluate, give a plain name")]
    ReleaseName,
    /// The name of a file parameter holds more than a name: helm would read other files.
    #[error(
        "the file parameter {key:?} is empty or holds a comma, an equals sign, or a backslash at its end, give the name of one value"
    )]
    FileParameter {
        /// The name.
        key: String,
    },
    /// A path that cannot be handed over.
    #[error("the path {path:?} holds characters that helm cannot be given, rename the file")]
    Path {
        /// The path.
        path: PathBuf,
    },
    /// The admin's credentials cannot be used. The message shows nothing of them.
    #[error("the file {} with credentials for chart repositories cannot be read, correct PIN_REPOSITORY_CONFIG", .path.display())]
    Credentials {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// helm said no.
    #[error("helm failed with exit code {code}")]
    Failed {
        /// The exit code.
        code: i32,
        /// What it said.
        stderr: Stderr,
    },
    /// helm was killed.
    #[error("helm was ended by signal {signal}{}, render again", if *.signal == 9 { ", perhaps for want of memory: give the container more" } else { "" })]
    Killed {
        /// The signal.
        signal: i32,
        /// What it said before.
        stderr: Stderr,
    },
    /// Go's runtime has ended helm.
    #[error("helm crashed{}", why_crashed(.stderr))]
    Crashed {
        /// What it said.
        stderr: Stderr,
    },
    /// helm printed more than anybody could want.
    #[error("helm printed more than {} MiB, raise PIN_MEMORY if the chart needs it", .limit >> 20)]
    OutputTooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// The pipes to helm broke, or its directories cannot be made.
    #[error("talking to helm failed")]
    Io(#[from] io::Error),
}

/// What Go's runtime says when it gets no memory.
const NO_MEMORY: [&str; 2] = ["out of memory", "cannot allocate memory"];

/// Why helm crashed, in words that follow that it did.
fn why_crashed(stderr: &Stderr) -> &'static str {
    match NO_MEMORY.iter().any(|sign| stderr.0.contains(sign)) {
        true => " for want of memory: raise PIN_MEMORY if the chart needs it",
        false => {
            ", and not for want of memory: render again, and if it crashes once more, see what `helm template` says of the chart"
        }
    }
}

/// An error of helm with what it printed, or with the system's reason. Only for a chart that holds nothing derived from the seed.
pub(crate) fn shown(error: &HelmError) -> anyhow::Error {
    let said = error.said().trim();
    let said = said
        .strip_suffix("Use --debug flag to render out invalid YAML")
        .unwrap_or(said)
        .trim_end();
    match std::error::Error::source(error) {
        // Helm was not reached, or no more: the system says why.
        Some(source) => anyhow::anyhow!("{error}: {source}"),
        None if said.is_empty() => anyhow::anyhow!("{error}"),
        None => anyhow::anyhow!("{error}: {said}"),
    }
}

impl HelmError {
    /// What helm wrote on stderr, if it came to that.
    pub fn stderr(&self) -> Option<&Stderr> {
        match self {
            HelmError::Failed { stderr, .. }
            | HelmError::Killed { stderr, .. }
            | HelmError::Crashed { stderr } => Some(stderr),
            _ => None,
        }
    }

    /// The same as a text, empty if there is none.
    pub(crate) fn said(&self) -> &str {
        self.stderr().map(Stderr::text).unwrap_or_default()
    }

    /// Whether dependencies of the chart are not in its `charts/`, so that `helm dependency build` may help. Argo
    /// CD's `IsMissingDependencyErr`.
    pub fn is_missing_dependency(&self) -> bool {
        let said = self.said();
        said.contains("found in requirements.yaml, but missing in charts")
            || said.contains("found in Chart.yaml, but missing in charts/ directory")
    }

    /// Whether helm did not know a flag or a command that we use: it is too old.
    pub fn is_unknown_flag(&self) -> bool {
        let said = self.said();
        said.contains("unknown flag: ") || said.contains("unknown command ")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn no_text_of_an_error_holds_stderr() {
        let stderr = || Stderr("Error: secret".to_owned());
        for error in [
            HelmError::Failed {
                code: 1,
                stderr: stderr(),
            },
            HelmError::Killed {
                signal: 9,
                stderr: stderr(),
            },
        ] {
            assert!(!format!("{error} {error:?} {error:#?}").contains("secret"));
            assert_eq!(error.stderr().unwrap().text(), "Error: secret");
        }
    }

    #[test]
    fn messages_are_told_apart() {
        let failed = |text: &str| HelmError::Failed {
            code: 1,
            stderr: Stderr(text.to_owned()),
        };
        assert!(
            failed("Error: found in Chart.yaml, but missing in charts/ directory: a")
                .is_missing_dependency()
        );
        assert!(failed("Error: unknown flag: --skip-tests").is_unknown_flag());
        assert!(
            !failed("Error: x").is_missing_dependency() && !failed("Error: x").is_unknown_flag()
        );
        assert_eq!(
            HelmError::ReleaseName.to_string(),
            "the release name holds `{{`, which helm would evaluate, give a plain name"
        );
    }
}
