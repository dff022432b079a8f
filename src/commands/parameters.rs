//! `parameters`: what Argo CD's user interface shows as the chart's values.

use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};

use super::{Outcome, gather, warn};
use crate::announce::announce;
use crate::argocd::repository::FileError;
use crate::argocd::{Environment, Parameters, Repository, Settings, values_files};
use crate::bounded;
use crate::chart::Limits;
use crate::cli::ParametersArgs;
use crate::config::{self, Value};
use crate::hint::explained;

/// The chart's own values.
const VALUES: &str = "values.yaml";

/// Announces the values that the chart at `args.chart` gets from its own file, and from the values files and the
/// values of the Application.
///
/// Parameters that are wrong are warned of and not used: an error would take away the form in which they can be put
/// right, and `generate` says what is wrong.
///
/// # Errors
/// There is no chart, or a file with values is outside of the repository or cannot be read.
pub(super) fn run(args: &ParametersArgs) -> anyhow::Result<Outcome> {
    let settings = Settings::read()?;
    let environment = Environment::read()?;
    let here = std::env::current_dir().context("the current folder cannot be read")?;
    let (text, warnings) = build(&args.chart, &environment, &settings, &here)?;
    warn(&settings.warnings);
    warn(&warnings);
    Ok(Outcome::done(text))
}

fn build(
    chart: &Path,
    environment: &Environment,
    settings: &Settings,
    here: &Path,
) -> anyhow::Result<(String, Vec<String>)> {
    let mut warnings = Vec::new();
    let parameters = match environment.parameters().map(Parameters::parse).transpose() {
        Ok(parameters) => parameters.unwrap_or_default(),
        Err(error) => {
            warnings.push(error.to_string());
            Parameters::default()
        }
    };
    let chart = gather::chart(here, chart, environment, settings)?;
    let repository = Repository::around(&chart, environment.source_path(), &settings.work_dir)
        .with_schemes(&settings.values_schemes);

    let mut files: Vec<PathBuf> = Vec::new();
    files.extend(own_values(&chart, environment, &repository)?);
    let mut named = parameters.values_files;
    // Helm fetches what is remote, and only to render.
    named.retain(|entry| !repository.is_remote(&environment.expand(entry)));
    // Argo CD's own Helm source leaves out files that are not there.
    let others = values_files::resolve(&repository, environment, &named, true)
        .map_err(explained)
        .context("the parameter `values-files` cannot be used")?;
    files.extend(others);

    let limit = Limits::default().max_file;
    let mut layers = Vec::new();
    for file in &files {
        let name = file.file_name().unwrap_or_default().display();
        let name = name.to_string().escape_debug().to_string();
        let read = match environment.is_argocd() {
            true => repository.read(file, limit),
            // By hand the chart's own values may be a link to anywhere.
            false => bounded::read(file, limit),
        };
        let text = read
            .map_err(|error| anyhow!("{name} cannot be read: {error}"))?
            .ok_or_else(|| anyhow!("{name} is longer than {limit} bytes, which helm refuses"))?;
        layer(&text, &name, &mut layers, &mut warnings);
    }
    if let Some(inline) = &parameters.values {
        let name = "the parameter `values`";
        layer(inline.as_bytes(), name, &mut layers, &mut warnings);
    }
    let taken: Vec<&str> = [
        &parameters.helm_parameters,
        &parameters.helm_string_parameters,
        &parameters.file_parameters,
    ]
    .into_iter()
    .flatten()
    .map(|(name, _)| name.as_str())
    .collect();
    let text = serde_json::to_string(&announce(layers, &taken))?;
    Ok((text + "\n", warnings))
}

/// The chart's values.yaml, if it has one. Under Argo CD it must not be a link out of the repository.
fn own_values(
    chart: &Path,
    environment: &Environment,
    repository: &Repository,
) -> anyhow::Result<Option<PathBuf>> {
    if !environment.is_argocd() {
        let path = chart.join(VALUES);
        return Ok(path.is_file().then_some(path));
    }
    match repository.resolve(VALUES) {
        Ok(path) => Ok(Some(path)),
        Err(FileError::Missing(_)) => Ok(None),
        Err(error) => {
            Err(anyhow::Error::from(error).context("the chart's values cannot be announced"))
        }
    }
}

/// Adds the values in `text`. A text that helm may take and the parser here does not (a key that stands twice) is
/// warned of.
fn layer(text: &[u8], name: &str, layers: &mut Vec<Value>, warnings: &mut Vec<String>) {
    let value = config::read::<Value>(text).and_then(|mut value| {
        value.apply_merge().ok()?;
        Some(value)
    });
    match value {
        Some(value @ Value::Mapping(_)) => layers.push(value),
        Some(Value::Null) => {}
        _ => warnings.push(match config::twice(text) {
            Some(twice) => format!("{name} {twice}, else its values are not announced"),
            None => {
                format!("{name} is no YAML mapping that can be read, its values are not announced")
            }
        }),
    }
}

#[cfg(test)]
mod tests;
