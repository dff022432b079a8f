//! A private copy of a test chart, at a path of its own.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, thread};

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

use super::helm::repository;

/// A chart in a temporary directory.
#[derive(Debug)]
pub(crate) struct Chart {
    dir: PathBuf,
    // Removes the directory when the chart goes.
    _root: TempDir,
}

impl Chart {
    /// A copy of `tests/charts/NAME`.
    pub(crate) fn named(name: &str) -> Self {
        Self::copy_of(&repository().join("tests/charts").join(name))
    }

    /// A copy of `examples/charts/NAME`.
    pub(crate) fn example(name: &str) -> Self {
        Self::copy_of(&repository().join("examples/charts").join(name))
    }

    /// A chart `inline` that is made of these files; it gets a `Chart.yaml` if none is given.
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let chart = Self::empty();
        chart.write(
            "Chart.yaml",
            "apiVersion: v2\nname: inline\nversion: 1.0.0\n",
        );
        for (path, text) in files {
            chart.write(path, text);
        }
        chart
    }

    /// The names of all charts below `tests/charts`.
    pub(crate) fn all() -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(repository().join("tests/charts"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// The same chart at another path.
    pub(crate) fn copy(&self) -> Self {
        Self::copy_of(&self.dir)
    }

    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Writes a file of the chart, with its directories.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let file = self.dir.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    /// Packs it as helm does.
    pub(crate) fn pack(&self, archive: &Path) {
        pack(&self.dir, archive);
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.dir.join(path)).unwrap()
    }

    pub(crate) fn rename(&self, from: &str, to: &str) {
        let to = self.dir.join(to);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::rename(self.dir.join(from), to).unwrap();
    }

    /// All files with their bytes, sorted: to see whether a run changed one.
    pub(crate) fn contents(&self) -> Vec<(PathBuf, Vec<u8>)> {
        files_below(&self.dir)
            .into_iter()
            .map(|file| {
                let bytes = fs::read(&file).unwrap();
                (file, bytes)
            })
            .collect()
    }

    fn empty() -> Self {
        let root = TempDir::new().unwrap();
        // A path of another depth and length each time is what a repo server has too.
        let dir = root.path().join("sources").join("chart");
        fs::create_dir_all(&dir).unwrap();
        Self { dir, _root: root }
    }

    fn copy_of(source: &Path) -> Self {
        let chart = Self::empty();
        copy_files(source, &chart.dir);
        chart.pack_subcharts();
        chart
    }

    /// Packs `subcharts/NAME` as helm would have delivered it: `store` goes into `worker`'s
    /// archive, and that into `charts/`. The repository holds no archives, only their sources.
    fn pack_subcharts(&self) {
        let sources = self.dir.join("subcharts");
        if !sources.is_dir() {
            return;
        }
        let worker = sources.join("worker");
        pack(
            &sources.join("store"),
            &worker.join("charts/store-1.0.0.tgz"),
        );
        pack(&worker, &self.dir.join("charts/worker-1.0.0.tgz"));
        fs::remove_dir_all(sources).unwrap();
    }
}

/// Where `PIN_TEST_KEEP` names a directory, each chart stays there as the test left it, so that `make soak` has it.
impl Drop for Chart {
    fn drop(&mut self) {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let Some(directory) = env::var_os("PIN_TEST_KEEP") else {
            return;
        };
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let thread = thread::current();
        let test = thread.name().unwrap_or_default().replace("::", "-");
        copy_files(
            &self.dir,
            &Path::new(&directory).join(format!("{test}-{number}")),
        );
    }
}

/// Copies all regular files below a directory.
fn copy_files(source: &Path, target: &Path) {
    for file in files_below(source) {
        let to = target.join(file.strip_prefix(source).unwrap());
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(&file, to).unwrap();
    }
}

/// Packs a chart's directory as `helm package` does.
fn pack(chart: &Path, archive: &Path) {
    fs::create_dir_all(archive.parent().unwrap()).unwrap();
    let gzip = GzEncoder::new(fs::File::create(archive).unwrap(), Compression::default());
    let mut tar = tar::Builder::new(gzip);
    tar.append_dir_all(chart.file_name().unwrap(), chart)
        .unwrap();
    tar.into_inner().unwrap().finish().unwrap();
}

/// All regular files below a directory, sorted.
pub(crate) fn files_below(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut open = vec![dir.to_owned()];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(&dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}
