//! From a list of files to charts in charts, as helm's `LoadFiles` does it.

use std::collections::{HashMap, HashSet};

use super::archive::{self, Entry};
use super::error::ChartError;
use super::limits::Budget;
use super::metadata::Metadata;
use super::model::{ArchiveInfo, Chart, File, join};

/// Makes a chart of the files at `location`, `depth` charts below the root.
///
/// What helm refuses (a loose file in `charts/`, a directory called `x.tgz`) stays a file of the chart, so that the
/// copy holds it and helm complains about it.
pub(super) fn assemble(
    location: &str,
    archive: Option<ArchiveInfo>,
    entries: Vec<Entry>,
    depth: usize,
    budget: &mut Budget<'_>,
) -> Result<Chart, ChartError> {
    budget.check_depth(location, depth)?;
    let mut files = Vec::with_capacity(entries.len());
    let mut subcharts = Vec::new();
    let mut directories: Vec<(String, Vec<Entry>)> = Vec::new();
    let mut directory_index: HashMap<String, usize> = HashMap::new();
    let mut archives = HashSet::new();

    for (path, bytes) in entries {
        match member_of_subchart(&path) {
            Member::No => files.push(File::original(path, bytes)),
            Member::Archive => {
                if !archives.insert(path.clone()) {
                    // helm takes the first; written again, the order would decide.
                    return Err(ChartError::ArchiveEntry {
                        archive: location.to_owned(),
                        entry: path,
                        reason: "an archive that stands there twice",
                    });
                }
                let subchart = join(location, &path);
                let entries = archive::read(&subchart, &bytes, budget)?;
                let info = ArchiveInfo { original: bytes };
                subcharts.push(assemble(&subchart, Some(info), entries, depth + 1, budget)?);
            }
            Member::Directory { name, rest } => {
                let entry = (rest.to_owned(), bytes);
                match directory_index.get(name) {
                    Some(&index) => directories[index].1.push(entry),
                    None => {
                        directory_index.insert(name.to_owned(), directories.len());
                        directories.push((name.to_owned(), vec![entry]));
                    }
                }
            }
        }
    }
    for (name, entries) in directories {
        let subchart = join(location, &format!("charts/{name}"));
        subcharts.push(assemble(&subchart, None, entries, depth + 1, budget)?);
    }

    let metadata = metadata(&files);
    Ok(Chart {
        name: metadata.name,
        location: location.to_owned(),
        archive,
        is_library: metadata.is_library,
        dependencies: metadata.dependencies,
        times_used: 1,
        files,
        subcharts,
    })
}

/// Which subchart a file belongs to.
enum Member<'p> {
    /// To none: it is the chart's own.
    No,
    /// It is one: `charts/redis-1.0.0.tgz`.
    Archive,
    /// `charts/<name>/<rest>`.
    Directory { name: &'p str, rest: &'p str },
}

fn member_of_subchart(path: &str) -> Member<'_> {
    let Some(below_charts) = path.strip_prefix("charts/") else {
        return Member::No;
    };
    // A provenance file is the chart's own wherever it stands; names with `_` and `.` are no charts.
    if path.ends_with(".prov") || below_charts.starts_with(['_', '.']) {
        return Member::No;
    }
    match below_charts.split_once('/') {
        None if below_charts.ends_with(".tgz") => Member::Archive,
        None => Member::No,
        Some((name, _)) if name.ends_with(".tgz") => Member::No,
        Some((name, rest)) => Member::Directory { name, rest },
    }
}

fn metadata(files: &[File]) -> Metadata {
    let last = |path: &str| {
        files
            .iter()
            .rfind(|file| file.path == path)
            .map(File::bytes)
    };
    Metadata::read(last("Chart.yaml"), last("requirements.yaml"))
}

/// Sets `times_used` of all charts below this one, which itself is used `times` times.
pub(super) fn count_uses(chart: &mut Chart, times: u32) {
    chart.times_used = times;
    for subchart in &mut chart.subcharts {
        let named = match &chart.dependencies {
            Some(list) => list
                .iter()
                .filter(|entry| entry.name == subchart.name)
                .count(),
            // Not known: more than once is the careful answer.
            None => 2,
        };
        let named = u32::try_from(named).unwrap_or(u32::MAX).max(1);
        count_uses(subchart, times.saturating_mul(named));
    }
}
