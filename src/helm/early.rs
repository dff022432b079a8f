//! A helm that is started while its chart is still being made.
//!
//! Helm takes a good part of its time before it looks at a chart: its libraries set themselves up. Then it reads the
//! values files, one of which can be its standard input, and only then the chart. So it is started at once, with an
//! empty file for a chart, and waits for its input, which comes when the chart stands there.
//!
//! A helm that does not wait finds the empty file, which is no chart: it fails, and never prints something else.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use super::process::{self, Running};
use super::{Helm, HelmError, HelmRequest};
use crate::workdir::WorkDir;

/// What it is given as values: none.
const NO_VALUES: &[u8] = b"{}\n";

/// A helm that waits for its chart. Dropped, it is killed.
#[derive(Debug)]
pub(crate) struct Early {
    running: Running,
    chart: PathBuf,
}

impl Helm {
    /// Starts to render a chart that is not there yet, and will stand in `work`, called `name`.
    ///
    /// # Errors
    /// Helm cannot be started, or the request cannot be put to it.
    pub(crate) fn start_early(
        &self,
        request: &HelmRequest,
        work: &WorkDir,
        name: &str,
    ) -> Result<Early, HelmError> {
        let arguments = request.arguments()?;
        let chart = work.file(name, b"")?;
        let mut command = self.command(&self.home, ["template"]);
        // Before the other values: those win.
        command.arg(&chart).args(["--values", "-"]).args(arguments);
        let running = process::start(&mut self.guarded(command), Stdio::piped(), self.memory)?;
        Ok(Early { running, chart })
    }
}

impl Early {
    /// Hands the archive over: a link to it takes the place of the empty file. Returns helm, which has begun.
    ///
    /// # Errors
    /// The link cannot be made.
    pub(crate) fn hand_over(mut self, archive: &Path) -> Result<Running, HelmError> {
        let link = self.chart.with_extension("link");
        symlink(archive, &link)?;
        fs::rename(link, &self.chart)?;
        self.running.give(NO_VALUES);
        Ok(self.running)
    }
}
