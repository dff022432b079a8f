//! The chart of a call: a folder, an archive, or what helm fetches for it.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow, bail};

use super::flags::Use;
use super::template::Call;
use crate::helm::{Helm, shown};
use crate::workdir::WorkDir;

/// Where the chart is: an absolute path. Helm's own order (`LocateChart`): what is there, is it (for helm 4 only if no
/// repository is named); else it is fetched, from the repository, registry or address that is named, with the flags that
/// concern this.
///
/// # Errors
/// There is none, it cannot be fetched, or its signature is not the one that is asked for.
pub(super) fn locate(call: &Call, helm: &Helm, work: &WorkDir) -> anyhow::Result<PathBuf> {
    let name = call
        .chart
        .to_str()
        .context("the chart's name is not UTF-8")?
        .trim();
    let path = Path::new(name);
    let has_repository = call.text("repo").is_some_and(|repo| !repo.is_empty());
    if path.exists() && !(has_repository && helm.version()?.major > 3) {
        if call.is_on("verify") {
            verify(call, helm, path)?;
        }
        return Ok(std::path::absolute(path)?);
    }
    if path.is_absolute() || name.starts_with('.') {
        bail!("the chart {name} does not exist");
    }
    pull(call, helm, name, work)
}

fn verify(call: &Call, helm: &Helm, path: &Path) -> anyhow::Result<()> {
    let keyring = call
        .given
        .iter()
        .filter(|given| given.flag.name == "keyring");
    let mut arguments = vec![OsString::from("verify")];
    arguments.extend(keyring.map(|given| given.word()));
    arguments.extend(call.global());
    arguments.extend(["--".into(), path.into()]);
    helm.run(arguments).map_err(|error| shown(&error))?;
    Ok(())
}

/// Has helm fetch the chart's archive, with its own means and credentials.
fn pull(call: &Call, helm: &Helm, name: &str, work: &WorkDir) -> anyhow::Result<PathBuf> {
    let folder = work.directory("pulled")?;
    let mut arguments = vec![
        OsString::from("pull"),
        "--destination".into(),
        folder.clone().into(),
    ];
    arguments.extend(call.used_for(&[Use::Source, Use::Connection]));
    arguments.extend(call.global());
    arguments.extend(["--".into(), name.into()]);
    helm.run(arguments).map_err(|error| shown(&error))?;
    let mut files = std::fs::read_dir(&folder)?.filter_map(|entry| Some(entry.ok()?.path()));
    files
        .find(|path| path.extension() != Some(OsStr::new("prov")))
        .ok_or_else(|| anyhow!("helm has fetched no archive of the chart {name}"))
}
