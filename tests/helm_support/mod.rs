//! The helm binaries that the tests use, and charts made on the spot.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod binaries;

use std::fs;
use std::path::{Path, PathBuf};

use argocd_pin_plugin::helm::{Helm, HelmRequest};
use argocd_pin_plugin::workdir::WorkDir;
use flate2::Compression;
use flate2::write::GzEncoder;

pub(crate) use binaries::helms;

/// Writes files below `dir`.
pub(crate) fn write_files(dir: &Path, files: &[(&str, &[u8])]) {
    for (path, bytes) in files {
        let path = dir.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

/// A chart archive of these files.
pub(crate) fn package(name: &str, files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::default()));
    for (path, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_mode(0o644);
        header.set_size(bytes.len() as u64);
        builder
            .append_data(&mut header, format!("{name}/{path}"), *bytes)
            .unwrap();
    }
    builder.into_inner().unwrap().finish().unwrap()
}

/// Renders the chart at `dir` as release `r`.
pub(crate) fn render(binary: &Path, dir: &Path) -> String {
    let work = WorkDir::create().unwrap();
    let helm = Helm::new(binary, &work).unwrap();
    match helm.template(&request(), dir) {
        Ok(output) => String::from_utf8(output).unwrap(),
        Err(error) => panic!(
            "{}: {error}: {}",
            binary.display(),
            error.stderr().map_or("", |stderr| stderr.text())
        ),
    }
}

/// The request of [`render`].
pub(crate) fn request() -> HelmRequest {
    HelmRequest {
        release_name: "r".to_owned(),
        namespace: Some("ns".to_owned()),
        include_crds: true,
        ..HelmRequest::default()
    }
}

/// All files below `dir` with their bytes, sorted.
pub(crate) fn snapshot(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    let mut open = vec![dir.to_owned()];
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(dir).unwrap() {
            let entry = entry.unwrap();
            match entry.file_type().unwrap() {
                kind if kind.is_dir() => open.push(entry.path()),
                kind if kind.is_file() => {
                    files.push((entry.path(), fs::read(entry.path()).unwrap()));
                }
                _ => files.push((entry.path(), Vec::new())),
            }
        }
    }
    files.sort();
    files
}
