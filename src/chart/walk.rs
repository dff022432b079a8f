//! The files of a chart's directory that helm loads, in helm's order, links followed.

use std::fs::{self, FileType};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::archive::{Entry, without_bom};
use super::error::ChartError;
use super::ignore::{self, Rules};
use super::limits::Budget;
use crate::confine::open_below;
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
        Some(path) => Some(path.canonicalize().map_err(|error| no_chart(Some(error)))?),
        None => None,
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
    walk.directory(&root, root.clone(), "")?;
    Ok((walk.rules, walk.entries))
}

struct Walk<'b, 'l> {
    rules: Rules,
    /// Canonical.
    confine: Option<PathBuf>,
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

    /// Reads the directory at `fs_path`, whose canonical path is `canonical`, and whose path in the chart is `path`.
    fn directory(
        &mut self,
        fs_path: &Path,
        canonical: PathBuf,
        path: &str,
    ) -> Result<(), ChartError> {
        self.budget.check_depth(path, self.above.len())?;
        if self.above.contains(&canonical) {
            return Err(ChartError::LinkLoop {
                path: path.to_owned(),
            });
        }
        let mut names = Vec::new();
        for entry in fs::read_dir(fs_path).map_err(read_error(path))? {
            let entry = entry.map_err(read_error(path))?;
            names.push((
                entry.file_name(),
                entry.file_type().map_err(read_error(path))?,
            ));
        }
        names.sort_by(|a, b| a.0.cmp(&b.0));

        self.above.push(canonical);
        for (name, kind) in names {
            let fs_path = fs_path.join(&name);
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
        let (kind, target) = if kind.is_symlink() {
            // helm resolves a link before it looks at the rules: one that leads nowhere is an error.
            let target = fs_path
                .canonicalize()
                .map_err(|error| link_error(&path, error))?;
            let kind = fs::metadata(&target)
                .map_err(read_error(&path))?
                .file_type();
            (kind, Some(target))
        } else {
            (kind, None)
        };
        if (is_git && kind.is_dir()) || self.rules.ignores(&path, kind.is_dir()) {
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
        let canonical = match (target, self.above.last(), fs_path.file_name()) {
            (Some(target), ..) => target,
            (None, Some(above), Some(name)) => above.join(name),
            _ => fs_path.to_owned(),
        };
        if kind.is_dir() {
            return self.directory(fs_path, canonical, &path);
        }
        if !kind.is_file() {
            return Err(ChartError::Irregular { path });
        }
        let bytes = self.file(&canonical, &path)?;
        self.budget.count_bytes(bytes.len() as u64)?;
        self.entries.push((path, without_bom(bytes)));
        Ok(())
    }

    /// The bytes of a file, never more than a file may hold. Whatever was checked before, no link is followed here
    /// where there is something to stay in.
    fn file(&self, canonical: &Path, path: &str) -> Result<Vec<u8>, ChartError> {
        let file = match &self.confine {
            Some(root) => open_below(root, canonical),
            None => fs::File::open(canonical),
        };
        let file = file.map_err(read_error(path))?;
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
        match &self.confine {
            Some(root) if !canonical.starts_with(root) => Err(ChartError::Outside {
                path: path.to_owned(),
            }),
            _ => Ok(()),
        }
    }
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
