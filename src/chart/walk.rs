//! The files of a chart's directory that helm loads, in helm's order, links followed.

use std::ffi::OsStr;
use std::fs;
use std::io::Read;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, Dir, FileType, statat};

use super::archive::{Entry, without_bom};
use super::error::ChartError;
use super::ignore::{self, Rules};
use super::limits::Budget;
use crate::confine::{open_below, open_folder};
use crate::unseen::is_unseen;

/// Git's directory: helm would load it, a chart has no use for it, and it can be large.
const GIT: &str = ".git";

/// Reads the files below `dir` that its `.helmignore` lets helm load.
pub(super) fn read_directory(
    dir: &Path,
    budget: &mut Budget<'_>,
) -> Result<(Rules, Vec<Entry>), ChartError> {
    let no_chart = |source| ChartError::NoChart {
        path: dir.to_owned(),
        source,
    };
    let root = dir.canonicalize().map_err(|error| no_chart(Some(error)))?;
    if !root.is_dir() {
        return Err(no_chart(None));
    }
    let confine = match &budget.limits.confine {
        Some(path) => path.canonicalize().map_err(|error| no_chart(Some(error)))?,
        None => PathBuf::from("/"),
    };
    let mut walk = Walk {
        rules: Rules::default(),
        confine,
        above: Vec::new(),
        entries: Vec::new(),
        budget,
    };
    walk.check_inside(&root, ".")?;
    walk.rules = walk.read_rules(&root)?;
    walk.directory(root, "")?;
    Ok((walk.rules, walk.entries))
}

struct Walk<'b, 'l> {
    rules: Rules,
    /// The directory that nothing leads out of, canonical.
    confine: PathBuf,
    /// The canonical paths of the directories that the walk is in.
    above: Vec<PathBuf>,
    entries: Vec<Entry>,
    budget: &'b mut Budget<'l>,
}

impl Walk<'_, '_> {
    fn read_rules(&mut self, root: &Path) -> Result<Rules, ChartError> {
        let target = match root.join(ignore::FILE_NAME).canonicalize() {
            Ok(target) => target,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Rules::default());
            }
            Err(error) => return Err(read_error(ignore::FILE_NAME)(error)),
        };
        self.check_inside(&target, ignore::FILE_NAME)?;
        let bytes = self.file(&target, ignore::FILE_NAME)?;
        Ok(Rules::parse(&String::from_utf8_lossy(&bytes))?)
    }

    /// Reads the directory whose canonical path is `canonical`, and whose path in the chart is `path`. Whatever was
    /// checked before, no link is followed here: not even names from elsewhere are seen.
    fn directory(&mut self, canonical: PathBuf, path: &str) -> Result<(), ChartError> {
        self.budget.check_depth(path, self.above.len())?;
        if self.above.contains(&canonical) {
            return Err(ChartError::LinkLoop {
                path: path.to_owned(),
            });
        }
        let folder = open_folder(&self.confine, &canonical).map_err(read_error(path))?;
        let names = list(folder).map_err(read_error(path))?;
        self.above.push(canonical.clone());
        for (name, kind) in names {
            let name = OsStr::from_bytes(&name);
            let fs_path = canonical.join(name);
            let shown = name.to_string_lossy();
            let path = if path.is_empty() {
                shown.into_owned()
            } else {
                format!("{path}/{shown}")
            };
            self.entry(&fs_path, kind, path, name.to_str().is_some())?;
        }
        self.above.pop();
        Ok(())
    }

    fn entry(
        &mut self,
        fs_path: &Path,
        kind: FileType,
        path: String,
        is_utf8: bool,
    ) -> Result<(), ChartError> {
        let is_git = path.rsplit('/').next() == Some(GIT);
        let (kind, target) = if kind == FileType::Symlink {
            // helm resolves a link before it looks at the rules: one that leads nowhere is an error.
            let target = fs_path
                .canonicalize()
                .map_err(|error| link_error(&path, error))?;
            let metadata = fs::metadata(&target).map_err(read_error(&path))?;
            (FileType::from_raw_mode(metadata.mode()), Some(target))
        } else {
            (kind, None)
        };
        let is_dir = kind == FileType::Directory;
        if (is_git && is_dir) || self.rules.ignores(&path, is_dir) {
            return Ok(());
        }
        if !is_utf8 {
            return Err(ChartError::NotUtf8 { path });
        }
        if path.contains(is_unseen) {
            return Err(ChartError::Unseen { path });
        }
        if let Some(target) = &target {
            self.check_inside(target, &path)?;
        }
        self.budget.count_entry()?;
        let canonical = target.unwrap_or_else(|| fs_path.to_owned());
        if is_dir {
            return self.directory(canonical, &path);
        }
        if kind != FileType::RegularFile {
            return Err(ChartError::Irregular { path });
        }
        let bytes = self.file(&canonical, &path)?;
        self.budget.count_bytes(bytes.len() as u64)?;
        self.entries.push((path, without_bom(bytes)));
        Ok(())
    }

    /// The bytes of a file, never more than a file may hold. Here too no link is followed.
    fn file(&self, canonical: &Path, path: &str) -> Result<Vec<u8>, ChartError> {
        let file = open_below(&self.confine, canonical).map_err(read_error(path))?;
        let metadata = file.metadata().map_err(read_error(path))?;
        if !metadata.is_file() {
            return Err(ChartError::Irregular {
                path: path.to_owned(),
            });
        }
        self.budget.check_file(path, metadata.len())?;
        let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0) + 1);
        // It may grow while it is read.
        file.take(self.budget.limits.max_file + 1)
            .read_to_end(&mut bytes)
            .map_err(read_error(path))?;
        self.budget.check_file(path, bytes.len() as u64)?;
        Ok(bytes)
    }

    fn check_inside(&self, canonical: &Path, path: &str) -> Result<(), ChartError> {
        match canonical.starts_with(&self.confine) {
            true => Ok(()),
            false => Err(ChartError::Outside {
                path: path.to_owned(),
            }),
        }
    }
}

/// The names in a directory, sorted, each with what it is; links are not followed.
fn list(folder: OwnedFd) -> std::io::Result<Vec<(Vec<u8>, FileType)>> {
    let mut names = Vec::new();
    for entry in Dir::read_from(&folder)? {
        let entry = entry?;
        let name = entry.file_name();
        if matches!(name.to_bytes(), b"." | b"..") {
            continue;
        }
        let kind = match entry.file_type() {
            // Some file systems do not say.
            FileType::Unknown => {
                let status = statat(&folder, name, AtFlags::SYMLINK_NOFOLLOW)?;
                FileType::from_raw_mode(status.st_mode)
            }
            kind => kind,
        };
        names.push((name.to_bytes().to_vec(), kind));
    }
    names.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(names)
}

fn read_error(path: &str) -> impl FnOnce(std::io::Error) -> ChartError {
    let path = if path.is_empty() { "." } else { path }.to_owned();
    move |source| ChartError::Read { path, source }
}

/// Why a link cannot be followed.
fn link_error(path: &str, error: std::io::Error) -> ChartError {
    if error.kind() == std::io::ErrorKind::NotFound {
        return ChartError::BrokenLink {
            path: path.to_owned(),
        };
    }
    read_error(path)(error)
}
