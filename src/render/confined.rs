//! What is done differently for a tenant: helm gets copies of all that it reads, and waits for its turn.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow};

use super::choices::Given;
use super::run::Run;
use crate::chart::{ChartTree, schema};
use crate::helm::{Helm, HelmError, shown};
use crate::hint::WithHint;
use crate::inputs::{self, file_name};
use crate::request::RenderRequest;
use crate::slots::Slot;
use crate::workdir::WorkDir;

/// Waits for the right to render, if there is a limit.
fn slot(request: &RenderRequest) -> Result<Option<Slot>> {
    let Some(limit) = request.parallelism else {
        return Ok(None);
    };
    let slot = Slot::take(limit)
        .with_context(|| {
            let place = std::env::temp_dir();
            format!("the number of parallel renders cannot be limited in {}", place.display())
        })
        .hint("give the sidecar a temporary directory of its own, or set PIN_PARALLELISM to 0 for no limit")?;
    Ok(Some(slot))
}

/// Lets `work` run helm on the request, with these values given for pins: in a private directory, which goes with the
/// run, and in a slot of its own.
///
/// # Errors
/// Those of `work`; or the directory or the slot cannot be had.
pub(super) fn in_run<T>(
    request: &RenderRequest,
    given: &[Given],
    work: impl FnOnce(&mut Run<'_>) -> Result<T>,
) -> Result<T> {
    let workdir = WorkDir::create().context("no private temporary directory can be made")?;
    let _slot = slot(request)?;
    let request = with_files(request, &workdir)?;
    let mut run = Run::new(&request, &workdir, given)?;
    let done = work(&mut run)?;
    // Helm has read all files.
    run.unread.take().map_or(Ok(done), Err)
}

/// The request with all files that are not the user's own copied to `workdir`.
fn with_files(request: &RenderRequest, workdir: &WorkDir) -> Result<RenderRequest> {
    let mut request = request.clone();
    let helm = Helm::new(&request.helm_binary, workdir)?.with_memory(request.memory);
    inputs::copy(&mut request, &helm, workdir)?;
    request.write_inline_values(workdir)?;
    Ok(request)
}

impl Run<'_> {
    /// Whether the chart is somebody else's than that of who runs this.
    fn is_tenants(&self) -> bool {
        self.request.confine.is_some()
    }

    /// Reads the chart. Of a tenant's, no schema refers to anything outside of the chart.
    pub(super) fn read(&self) -> Result<ChartTree> {
        let mut tree = ChartTree::read(&self.chart, &self.limits())?;
        if let Some(unread) = tree.charts().into_iter().find_map(|it| it.unread.as_ref()) {
            self.unread.set(Some(anyhow!("{unread}")));
        }
        if self.is_tenants() && !self.request.helm.skip_schema_validation {
            for path in schema::confine(&mut tree)? {
                let warning = format!(
                    "{path} of the chart refers to the network, so that its values are not checked"
                );
                let mut warnings = self.warnings.borrow_mut();
                if !warnings.contains(&warning) {
                    warnings.push(warning);
                }
            }
        }
        Ok(tree)
    }

    /// Where helm finds the chart as it is: in a copy. Helm would follow each link of the chart itself, and read archives
    /// in its own way.
    pub(super) fn original(&self) -> Result<&Path> {
        if let Some(path) = self.original.get() {
            return Ok(path);
        }
        let name = match self.chart.starts_with(self.workdir.path()) {
            true => "original-with-dependencies",
            false => "original",
        };
        let path = self.read()?.write_for_helm(self.workdir, name)?;
        Ok(self.original.get_or_init(|| path))
    }

    /// An error of helm with what it printed, less the names of our own directories.
    pub(super) fn shown(&self, error: &HelmError) -> anyhow::Error {
        let work = self.workdir.path().to_string_lossy();
        let mut text = shown(error).to_string();
        for path in self.request.helm.values.iter().map(PathBuf::as_path).chain(
            self.request
                .helm
                .set_file
                .iter()
                .map(|(_, path)| Path::new(path)),
        ) {
            if path.starts_with(self.workdir.path()) {
                text = text.replace(&*path.to_string_lossy(), &file_name(path));
            }
        }
        anyhow!("{}", text.replace(&format!("{work}/"), ""))
    }
}
