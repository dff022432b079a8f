//! The chart's folder, and what to say where there is no chart.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{anyhow, bail};

use crate::argocd::kustomization::{self, HelmCharts};
use crate::argocd::{Environment, Repository, Settings};
use crate::hint::WithHint;

/// The chart's folder, absolute and with links resolved; `given` is relative to `here`.
///
/// # Errors
/// There is no chart, or, under Argo CD, the Application's folder is a link out of the repository.
pub(in crate::commands) fn chart(
    here: &Path,
    given: &Path,
    environment: &Environment,
    settings: &Settings,
) -> anyhow::Result<PathBuf> {
    let shown = given.display();
    let path = here
        .join(given)
        .canonicalize()
        .map_err(|error| anyhow!("the chart {shown} cannot be read: {}", reason(&error)))?;
    if path.is_file() {
        return Err(anyhow!(
            "the chart {shown} is a file, and a chart is a folder"
        ))
        .hint("unpack an archive first: tar -xzf CHART.tgz");
    }
    let is_applications = environment.is_argocd() && given == Path::new(".");
    if is_applications {
        check_place(&path, settings)?;
    }
    if path.join("Chart.yaml").is_file() {
        return Ok(path);
    }
    if is_applications {
        return no_chart_of_an_application(&path, environment, settings);
    }
    let found = match kustomization::in_folder(&path) {
        Some(name) => format!("it has a {name} and no Chart.yaml"),
        None => "it has no Chart.yaml".to_owned(),
    };
    Err(anyhow!("there is no chart in {shown}: {found}")).hint(
        "run this in the chart's folder, or name the folder: argocd-pin-plugin generate CHART",
    )
}

/// A [`chart`]; by hand also a chart's archive, as helm takes it.
///
/// # Errors
/// As [`chart`].
pub(super) fn chart_or_archive(
    here: &Path,
    given: &Path,
    environment: &Environment,
    settings: &Settings,
) -> anyhow::Result<PathBuf> {
    let path = here.join(given);
    if !environment.is_argocd() && path.is_file() && is_gzip(&path) {
        return Ok(path.canonicalize()?);
    }
    chart(here, given, environment, settings)
}

/// Whether a file begins as a gzip stream does (RFC 1952).
pub(in crate::commands) fn is_gzip(path: &Path) -> bool {
    let mut magic = [0; 2];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut magic));
    read.is_ok() && magic == [0x1f, 0x8b]
}

/// What an Application's editor can do about a folder without a chart.
fn no_chart_of_an_application(
    folder: &Path,
    environment: &Environment,
    settings: &Settings,
) -> anyhow::Result<PathBuf> {
    let source = environment.source_path().unwrap_or(".");
    let place = format!("`{}` (spec.source.path)", source.escape_debug());
    let Some(name) = kustomization::in_folder(folder) else {
        return Err(anyhow!(
            "there is no chart in {place}: it has no Chart.yaml"
        ))
        .hint("set spec.source.path to the folder with the Chart.yaml");
    };
    let repository = Repository::around(folder, environment.source_path(), &settings.work_dir);
    let (does, hint) = match kustomization::helm_charts(name, &repository, source) {
        HelmCharts::None => (
            "which this plugin does not render",
            "set spec.source.path to the folder with the Chart.yaml, or leave the kustomization to Argo CD: take spec.source.plugin away".to_owned(),
        ),
        HelmCharts::Local(path) => (
            "whose helmCharts this plugin does not render",
            format!(
                "set spec.source.path to the chart's own folder, `{}`, and its values by the parameter `values`; what else the kustomization has needs a source of its own",
                path.escape_debug()
            ),
        ),
        HelmCharts::Remote => (
            "whose helmCharts this plugin does not render",
            "name the chart by spec.source.repoURL, chart and targetRevision instead of spec.source.path, and its values by the parameter `values`; what else the kustomization has needs a source of its own".to_owned(),
        ),
    };
    Err(anyhow!(
        "there is no chart in {place}: it has no Chart.yaml but a {name}, {does}"
    ))
    .hint(hint)
}

/// Refuses an Application's folder that is a link out of all repositories: the plugin server has followed it.
fn check_place(chart: &Path, settings: &Settings) -> anyhow::Result<()> {
    match settings.work_dir.canonicalize() {
        Ok(repositories) if !chart.starts_with(&repositories) => {
            bail!("the Application's folder is a link out of the repository")
        }
        // Without that folder this is not a plugin server's sidecar.
        _ => Ok(()),
    }
}

/// An operating system's reason in words, without its number.
pub(in crate::commands) fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "it does not exist".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}
