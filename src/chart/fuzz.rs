//! What `crate::fuzz`, the measurements of work and tests need of the things in this folder.

use std::borrow::Cow;

use super::archive::{self, Entry};
#[cfg(feature = "fuzz")]
use super::glob;
use super::instrument::{Names, Options};
use super::limits::{Budget, Limits};
use super::pack;

/// The files of an archive, if it is taken.
pub(crate) fn unpack(bytes: &[u8]) -> Option<Vec<Entry>> {
    archive::read("charts/a.tgz", bytes, &mut Budget::new(&Limits::default())).ok()
}

/// The archive that helm gets of these files; nothing if an archive cannot hold them all.
pub(crate) fn pack(files: &[Entry]) -> Option<Vec<u8>> {
    if !files.iter().all(|(path, _)| pack::can_hold(path)) {
        return None;
    }
    let files = files.iter();
    let files: Vec<_> = files
        .map(|(path, bytes)| (path.clone(), Cow::Borrowed(bytes.as_slice())))
        .collect();
    pack::write(&files, u64::MAX).ok()
}

/// Whether a pattern of `.helmignore` matches.
#[cfg(feature = "fuzz")]
pub(crate) fn matches(pattern: &str, name: &str) -> Option<bool> {
    glob::matches(pattern, name).ok()
}

/// How a chart is instrumented where it does not matter.
pub(crate) fn options() -> Options<'static> {
    Options {
        names: Names {
            run: "run".to_owned(),
        },
        clock: 0,
        placeholder_key: "00".to_owned(),
        allow: &[],
    }
}
