//! What helm makes of the settled chart where its caller wants something else of the manifests than to see them:
//! `--show-only`, `--output-dir`, `--post-renderer`.

use std::ffi::OsStr;
use std::fmt;
use std::path::Path;

use anyhow::Result;

use super::run::{Run, text};
use crate::helm::HelmError;

/// Helm renders the chart, and fails at that.
#[derive(thiserror::Error)]
#[error("helm renders the chart, and fails with {flags}")]
pub(crate) struct OutputError {
    flags: String,
    /// How helm ended, if its words are its own: those of a post-renderer may hold what it was given.
    pub(crate) ending: Option<Ending>,
}

/// What helm leaves when it fails.
pub(crate) struct Ending {
    /// What it printed of the files that it wrote.
    pub(crate) stdout: Vec<u8>,
    /// What it said.
    pub(crate) said: String,
    /// Its exit code.
    pub(crate) code: i32,
}

impl fmt::Debug for OutputError {
    /// Without what helm printed and said.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutputError")
            .field("flags", &self.flags)
            .finish_non_exhaustive()
    }
}

impl Run<'_> {
    /// What helm prints for the chart at `dir`, with what the caller wants to become of it.
    ///
    /// # Errors
    /// [`OutputError`]; or what it prints is no text.
    pub(super) fn output(&self, dir: &Path) -> Result<String> {
        let mut request = self.request.helm.clone();
        let flags = self.request.stand_in.iter().flat_map(|it| &it.output);
        request.further.extend(flags.clone().cloned());
        let ended = self.helm.start(&request, dir);
        let (error, stdout) = match ended.and_then(|running| running.end()) {
            Ok((Ok(said), stdout)) => {
                self.said.replace(said.text().to_owned());
                return text(stdout);
            }
            Ok((Err(error), stdout)) => (error, stdout),
            Err(error) => (error, Vec::new()),
        };
        let names: Vec<String> = flags.map(|flag| flag_name(flag)).collect();
        let is_given = |name: &str| names.iter().any(|it| it == name);
        let ending = match &error {
            HelmError::Failed { code, stderr } if !is_given("--post-renderer") => Some(Ending {
                // Without files these would be manifests.
                stdout: if is_given("--output-dir") {
                    stdout
                } else {
                    Vec::new()
                },
                said: stderr.text().to_owned(),
                code: *code,
            }),
            _ => None,
        };
        let flags = names.join(" ");
        Err(OutputError { flags, ending }.into())
    }

    /// Whether the caller wants something else of the manifests than to see them.
    pub(super) fn has_output_flags(&self) -> bool {
        let stand_in = self.request.stand_in.as_ref();
        stand_in.is_some_and(|stand_in| !stand_in.output.is_empty())
    }
}

/// `--output-dir` of `--output-dir=x`.
fn flag_name(flag: &OsStr) -> String {
    let text = flag.to_string_lossy();
    text.split('=').next().unwrap_or_default().to_owned()
}
