//! From a list of files to charts in charts, as helm's `LoadFiles` does it.

use std::collections::HashMap;

use super::archive::{self, Entry};
use super::error::ChartError;
use super::limits::Budget;
use super::metadata::Metadata;
use super::model::{Chart, File, FileKind, join};
use crate::config;

/// Makes a chart of the files at `location`, `depth` charts below the root.
///
/// What helm refuses (a loose file in `charts/`, a directory called `x.tgz`) stays a file of the chart, so that the
/// copy holds it and helm complains about it.
pub(super) fn assemble(
    location: &str,
    is_archive: bool,
    entries: Vec<Entry>,
    depth: usize,
    budget: &mut Budget<'_>,
) -> Result<Chart, ChartError> {
    budget.check_depth(location, depth)?;
    let mut files = Vec::with_capacity(entries.len());
    let mut subcharts = Vec::new();
    let mut directories: Vec<(String, Vec<Entry>)> = Vec::new();
    let mut directory_index: HashMap<String, usize> = HashMap::new();

    for (path, bytes) in entries {
        match member_of_subchart(&path) {
            Member::No => files.push(File::new(path, bytes)),
            Member::Archive => {
                let subchart = join(location, &path);
                let entries = archive::read(&subchart, &bytes, budget)?;
                subcharts.push(assemble(&subchart, true, entries, depth + 1, budget)?);
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
        subcharts.push(assemble(&subchart, false, entries, depth + 1, budget)?);
    }

    let metadata = metadata(location, &files)?;
    let unread = check_keys(location, &files)?;
    Ok(Chart {
        name: metadata.names.last().cloned().unwrap_or_default(),
        names: metadata.names,
        location: location.to_owned(),
        is_archive,
        dependencies: metadata.dependencies,
        aliases: metadata.aliases,
        unread,
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

fn metadata(location: &str, files: &[File]) -> Result<Metadata, ChartError> {
    const NAMES: [&str; 2] = ["Chart.yaml", "requirements.yaml"];
    let [chart, requirements] = NAMES.map(|name| {
        let file = files.iter().find(|file| file.path == name);
        file.map(File::bytes)
    });
    Metadata::read(chart, requirements).map_err(|(index, problem)| ChartError::Metadata {
        path: join(location, NAMES[index.min(1)]),
        problem,
    })
}

/// Refuses what helm would read in two ways, and says what we cannot read. Of lists of dependencies and lock files helm
/// takes named fields only.
fn check_keys(location: &str, files: &[File]) -> Result<Option<String>, ChartError> {
    let read = |file: &&File| matches!(file.kind, FileKind::ChartYaml | FileKind::Values);
    let mut unread = None;
    for file in files.iter().filter(read) {
        let problem = |problem| ChartError::Keys {
            path: join(location, &file.path),
            problem,
        };
        let found = config::check_keys(file.bytes()).map_err(problem)?;
        unread = unread.or(found.map(|found| problem(found).to_string()));
    }
    Ok(unread)
}
