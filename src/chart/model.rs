//! A chart in memory: its files, and the charts that stand in it.

use std::sync::Arc;

use super::metadata::Dependency;

/// What a file is to helm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A template, partials and `NOTES.txt` included: all below `templates/`.
    Template,
    /// `Chart.yaml`.
    ChartYaml,
    /// `values.yaml`.
    Values,
    /// Anything else: what `.Files` shows, CRDs, the schema, lock files.
    Other,
}

impl FileKind {
    /// The kind of the file at this path in its chart.
    fn of(path: &str) -> Self {
        match path {
            "Chart.yaml" => FileKind::ChartYaml,
            "values.yaml" => FileKind::Values,
            _ if path.starts_with("templates/") => FileKind::Template,
            _ => FileKind::Other,
        }
    }
}

/// A file of a chart. Copies share its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// The path in its chart, `/` between its parts: `templates/secret.yaml`.
    pub path: String,
    /// What it is to helm.
    pub kind: FileKind,
    bytes: Arc<Vec<u8>>,
}

impl File {
    /// A file at this path in its chart.
    pub(super) fn new(path: String, bytes: Vec<u8>) -> Self {
        File {
            kind: FileKind::of(&path),
            path,
            bytes: Arc::new(bytes),
        }
    }

    /// Its bytes as helm loads them: without a byte order mark. They need not be UTF-8.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its text, if it is UTF-8.
    pub fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.bytes).ok()
    }

    /// Gives it other bytes.
    pub fn replace(&mut self, bytes: impl Into<Vec<u8>>) {
        self.bytes = Arc::new(bytes.into());
    }
}

/// A chart, and all that stand in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    /// The `name` of its `Chart.yaml`; empty if it has none.
    pub name: String,
    /// All that helm can take for its name: more than one where the files say more than one.
    pub(crate) names: Vec<String>,
    /// Where it stands, from the root chart's directory: empty for the root itself, `charts/redis`,
    /// `charts/redis-1.0.0.tgz`, `charts/redis-1.0.0.tgz/charts/common`.
    pub location: String,
    /// Whether it is an archive and no directory.
    pub is_archive: bool,
    /// The dependencies that it names (those of a `requirements.yaml` if it has any).
    pub dependencies: Vec<Dependency>,
    /// Which names of subcharts get which others here: all pairs that helm can take from the files.
    pub(crate) aliases: Vec<(String, String)>,
    /// What is to be said of a file that helm may read and we cannot.
    pub(crate) unread: Option<String>,
    /// Its files in the order in which they were read, without those of its subcharts.
    pub files: Vec<File>,
    /// The charts below its `charts/`.
    pub subcharts: Vec<Chart>,
}

impl Chart {
    /// A file's path from the root chart's directory, for people.
    pub fn path_from_root(&self, file: &File) -> String {
        join(&self.location, &file.path)
    }

    /// This chart and all in it, each before those in it.
    pub(crate) fn all(&self) -> Vec<&Chart> {
        let mut all = vec![self];
        let mut next = 0;
        while let Some(&chart) = all.get(next) {
            next += 1;
            all.splice(next..next, &chart.subcharts);
        }
        all
    }

    /// Calls `visit` for this chart and all in it, each before those in it.
    pub fn visit_mut(&mut self, visit: &mut dyn FnMut(&mut Chart)) {
        visit(self);
        for subchart in &mut self.subcharts {
            subchart.visit_mut(visit);
        }
    }
}

/// `path` below `location`.
pub(super) fn join(location: &str, path: &str) -> String {
    if location.is_empty() {
        path.to_owned()
    } else {
        format!("{location}/{path}")
    }
}

/// `path` of a chart, relative to a chart at `location`.
pub(super) fn below<'p>(path: &'p str, location: &str) -> &'p str {
    if location.is_empty() {
        return path;
    }
    path.strip_prefix(location)
        .and_then(|rest| rest.strip_prefix('/'))
        .unwrap_or(path)
}
