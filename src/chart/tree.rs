//! The whole chart, read into memory and written as a private copy that helm renders the same.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::archive;
use super::assemble::assemble;
use super::error::ChartError;
use super::ignore::{self, Rules};
use super::limits::{Budget, Limits};
use super::model::{Chart, below};
use super::pack;
use super::walk;
use crate::workdir::{self, WorkDir};

/// A chart's directory in memory: what helm would load of it.
#[derive(Debug, Clone)]
pub struct ChartTree {
    /// The chart itself.
    pub root: Chart,
    rules: Rules,
    max_file: u64,
    max_archive: u64,
}

impl ChartTree {
    /// Reads the chart at `path`, a directory or an archive: the files that helm would load, those of directories and
    /// archives below `charts/` included. Symbolic links are followed as helm does, but not out of [`Limits::confine`].
    pub fn read(path: &Path, limits: &Limits) -> Result<Self, ChartError> {
        let mut budget = Budget::new(limits);
        let (rules, entries) = match path.is_file() {
            // What `.helmignore` hides was left out when it was packed.
            true => (Rules::default(), read_archive(path, &mut budget)?),
            false => walk::read_directory(path, &mut budget)?,
        };
        let root = assemble("", false, entries, 0, &mut budget)?;
        Ok(ChartTree {
            root,
            rules,
            max_file: limits.max_file,
            max_archive: limits.max_archive,
        })
    }

    /// A chart of these files, without a `.helmignore`.
    #[cfg(any(test, feature = "fuzz"))]
    pub(crate) fn of(files: Vec<archive::Entry>, limits: &Limits) -> Result<Self, ChartError> {
        Ok(ChartTree {
            root: assemble("", false, files, 0, &mut Budget::new(limits))?,
            rules: Rules::default(),
            max_file: limits.max_file,
            max_archive: limits.max_archive,
        })
    }

    /// All charts, the root first, each before those in it.
    pub fn charts(&self) -> Vec<&Chart> {
        self.root.all()
    }

    /// Calls `visit` for each chart, the root first.
    pub fn visit_mut(&mut self, visit: &mut dyn FnMut(&mut Chart)) {
        self.root.visit_mut(visit);
    }

    /// Writes the chart to `dest`, a directory that is empty or not there yet; the one above it is there. Directories are made for their
    /// owner only (0700), files too (0600). An archive stays an archive,
    /// but never the one that was read: two programs can read one archive in two ways, and helm reads what we wrote.
    pub fn write(&self, dest: &Path) -> Result<(), ChartError> {
        let mut writer = Writer {
            dest,
            made: HashSet::new(),
        };
        writer.make(dest)?;
        self.write_chart(&self.root, &mut writer)
    }

    /// Writes the chart for helm, called `name` in `work`, and returns the path that [`crate::helm::Helm::template`]
    /// takes.
    pub fn write_for_helm(&self, work: &WorkDir, name: &str) -> Result<PathBuf, ChartError> {
        self.begin_for_helm(work, name)?.finish()
    }

    /// Does so with room for more files. It is one archive: making hundreds of files takes longer than rendering them on
    /// a busy disk, and helm reads both alike. Where an archive cannot hold the chart it is a directory.
    pub(crate) fn begin_for_helm(&self, work: &WorkDir, name: &str) -> Result<ForHelm, ChartError> {
        let dest = work.path().join(name);
        let fail = |source| ChartError::Write {
            path: dest.clone(),
            source,
        };
        let mut files = Vec::new();
        self.collect(&self.root, &self.root, &mut files)
            .map_err(fail)?;
        // helm counts the files only; what it counts to is far away from any chart.
        let total: u64 = files.iter().map(|(_, bytes)| bytes.len() as u64).sum();
        if total >= self.max_archive || !files.iter().all(|(path, _)| pack::can_hold(path)) {
            self.write(&dest)?;
            return Ok(ForHelm {
                path: dest,
                archive: None,
                rules: self.rules.clone(),
            });
        }
        let (path, file) = work.new_file(&format!("{name}.tgz")).map_err(fail)?;
        let mut archive = pack::Archive::new(file).map_err(fail)?;
        for (path, bytes) in &files {
            archive.add(path, bytes).map_err(fail)?;
        }
        Ok(ForHelm {
            path,
            archive: Some(archive),
            rules: Rules::default(),
        })
    }

    fn write_chart(&self, chart: &Chart, writer: &mut Writer<'_>) -> Result<(), ChartError> {
        if chart.is_archive {
            let bytes = self
                .archive_bytes(chart)
                .map_err(|source| ChartError::Write {
                    path: writer.dest.join(&chart.location),
                    source,
                })?;
            return writer.file(&chart.location, &bytes);
        }
        for file in &chart.files {
            writer.file(&chart.path_from_root(file), file.bytes())?;
        }
        chart
            .subcharts
            .iter()
            .try_for_each(|subchart| self.write_chart(subchart, writer))
    }

    /// The archive of a chart that is one, written anew.
    fn archive_bytes(&self, chart: &Chart) -> io::Result<Vec<u8>> {
        let mut files = Vec::new();
        self.collect(chart, chart, &mut files)?;
        pack::write(&files, self.max_file)
    }

    /// Lists the files of `chart`, which stands in the archive `top`, with their paths there.
    fn collect<'c>(
        &self,
        top: &Chart,
        chart: &'c Chart,
        files: &mut Vec<(String, Cow<'c, [u8]>)>,
    ) -> io::Result<()> {
        for file in &chart.files {
            let path = chart.path_from_root(file);
            files.push((
                below(&path, &top.location).to_owned(),
                Cow::Borrowed(file.bytes()),
            ));
        }
        for subchart in &chart.subcharts {
            if subchart.is_archive {
                let path = below(&subchart.location, &top.location).to_owned();
                files.push((path, Cow::Owned(self.archive_bytes(subchart)?)));
            } else {
                self.collect(top, subchart, files)?;
            }
        }
        Ok(())
    }
}

/// A copy for helm that is being written.
pub(crate) struct ForHelm {
    path: PathBuf,
    /// Nothing where it is a directory.
    archive: Option<pack::Archive<fs::File>>,
    /// What helm leaves out of it.
    rules: Rules,
}

impl ForHelm {
    /// Adds a file to the root chart. Where the rules of a directory hide it, `.helmignore` becomes empty: what it hides is
    /// not in the copy.
    pub(crate) fn add(&mut self, path: &str, bytes: &[u8]) -> Result<(), ChartError> {
        let rules = self.path.join(ignore::FILE_NAME);
        // Rules that hide themselves are not in the copy either, and helm has none then.
        if !self.rules.shows_file(path) && rules.exists() {
            fs::write(rules, "").map_err(|source| ChartError::Write {
                path: self.path.clone(),
                source,
            })?;
        }
        match &mut self.archive {
            Some(archive) => archive
                .add(path, bytes)
                .map_err(|source| ChartError::Write {
                    path: self.path.clone(),
                    source,
                }),
            None => Writer {
                dest: &self.path,
                made: HashSet::new(),
            }
            .file(path, bytes),
        }
    }

    /// Ends it, and returns the path that helm takes.
    pub(crate) fn finish(self) -> Result<PathBuf, ChartError> {
        let result = self.archive.map(pack::Archive::finish).transpose();
        match result {
            Ok(_) => Ok(self.path),
            Err(source) => Err(ChartError::Write {
                path: self.path,
                source,
            }),
        }
    }
}

/// How a gzip file begins (RFC 1952, 2.3.1).
const GZIP: &[u8] = b"\x1f\x8b";

/// The files of a chart that is one archive.
fn read_archive(path: &Path, budget: &mut Budget<'_>) -> Result<Vec<archive::Entry>, ChartError> {
    let no_chart = |source| ChartError::NoChart {
        path: path.to_owned(),
        source,
    };
    let bytes = std::fs::read(path).map_err(|error| no_chart(Some(error)))?;
    if !bytes.starts_with(GZIP) {
        return Err(no_chart(None));
    }
    let name = path.file_name().unwrap_or(path.as_os_str());
    archive::read(&name.to_string_lossy(), &bytes, budget)
}

/// Writes files below a directory, making each directory once.
struct Writer<'d> {
    dest: &'d Path,
    made: HashSet<PathBuf>,
}

impl Writer<'_> {
    /// Makes `dir` and what is missing between it and the destination, but nothing above: that may have been removed
    /// because the run is at its end.
    fn make(&mut self, dir: &Path) -> Result<(), ChartError> {
        if self.made.contains(dir) {
            return Ok(());
        }
        if let Some(above) = dir.parent().filter(|_| dir != self.dest) {
            self.make(above)?;
        }
        workdir::make_private(dir).map_err(|source| ChartError::Write {
            path: dir.to_owned(),
            source,
        })?;
        self.made.insert(dir.to_owned());
        Ok(())
    }

    fn file(&mut self, path: &str, bytes: &[u8]) -> Result<(), ChartError> {
        let path = self.dest.join(path);
        if let Some(dir) = path.parent() {
            self.make(dir)?;
        }
        // Nothing stands there yet: a link that someone put there is not followed.
        let result = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .and_then(|mut file| file.write_all(bytes));
        result.map_err(|source| ChartError::Write { path, source })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::binaries;
    use crate::helm::{Helm, HelmRequest};

    /// Helm asks an archive for no rules; of a directory they go where they would hide what is added.
    #[test]
    fn what_is_added_is_seen_whatever_helmignore_hides() {
        for (rules, is_archive, kept) in [
            ("_*\n*.tpl\n", true, true),
            ("_*\n", false, false),
            ("templates/_*\n", false, false),
            ("*.md\n", false, true),
            (".helmignore\n_*\n", false, false),
        ] {
            let chart = tempfile::tempdir().unwrap();
            let write =
                |path: &str, text: &str| std::fs::write(chart.path().join(path), text).unwrap();
            std::fs::create_dir(chart.path().join("templates")).unwrap();
            write("Chart.yaml", "apiVersion: v2\nname: app\nversion: 1.0.0\n");
            write(".helmignore", rules);
            write(
                "templates/a.yaml",
                "a: {{ include `p` . }}{{ .Files.Get `.helmignore` | quote }}{{ range $path, $_ := .Files }}{{ $path }}{{ end }}\n",
            );
            let limits = Limits {
                max_archive: if is_archive { 1 << 20 } else { 1 },
                ..Limits::default()
            };
            let tree = ChartTree::read(chart.path(), &limits).unwrap();
            for (number, binary) in binaries::helms().into_iter().enumerate() {
                let work = WorkDir::create().unwrap();
                let helm = Helm::new(binary, &work).unwrap();
                let mut begun = tree
                    .begin_for_helm(&work, &format!("copy{number}"))
                    .unwrap();
                begun
                    .add("templates/_p.tpl", b"{{ define `p` }}p{{ end }}")
                    .unwrap();
                let request = HelmRequest {
                    release_name: "rel".to_owned(),
                    ..HelmRequest::default()
                };
                let path = begun.finish().unwrap();
                let output = helm.template(&request, &path).unwrap();
                let shown = if kept { rules } else { "" };
                let is_there = !rules.starts_with(".helmignore");
                let listed = if is_there { ".helmignore" } else { "" };
                let expected = format!("a: p{shown:?}{listed}\n");
                let output = String::from_utf8(output).unwrap();
                assert!(output.contains(&expected), "{rules}: {output}");
            }
        }
    }
}
