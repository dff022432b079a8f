//! The files of the repository that Argo CD handed over, and nothing else.
//!
//! Paths in parameters are a tenant's: they follow Argo CD's rules (relative to the Application's folder, `/`
//! is the repository's root) and must, with all links followed, stay in the repository.

use std::fs::File;
use std::io;
use std::path::{Component, Path, PathBuf};

use thiserror::Error;

use super::environment::Environment;
use super::expand::first_name;
use crate::bounded;
use crate::confine::open_resolved;
use crate::hint::WayOut;
use crate::unseen::beginning;

/// How many links in a row a file may be behind, as in Argo CD.
const MAX_LINKS: usize = 10;

/// Why a file of the repository cannot be used.
#[derive(Debug, Error, PartialEq, Eq)]
pub(crate) enum FileError {
    /// No path at all.
    #[error("an empty path names no file")]
    Empty,
    /// The file is not there.
    #[error("the file `{0}` does not exist in the repository")]
    Missing(String),
    /// The path, or a link on it, leaves the repository.
    #[error("the file `{0}` is outside of the repository")]
    Outside(String),
    /// The file was left out when Argo CD handed over a part of the repository.
    #[error("the file `{0}` is outside of the part of the repository that Argo CD handed over")]
    NotSent(String),
    /// A file in a folder `.git`.
    #[error("the file `{0}` is Git's own")]
    Git(String),
    /// A folder, a pipe, a device.
    #[error("`{0}` is not a file")]
    NotAFile(String),
    /// An address of a remote file.
    #[error("`{0}` is a remote address, and values are only read from the repository")]
    Remote(String),
    /// A file in another source of the Application.
    #[error(
        "`{0}` refers to another source of the Application, which Argo CD does not hand to plugins"
    )]
    Reference(String),
    /// A character that nobody sees.
    #[error("the path `{0}` holds a control character, rename the file")]
    Character(String),
}

impl WayOut for FileError {
    fn way_out(&self) -> Option<String> {
        let way_out = match self {
            Self::NotSent(_) => {
                "name its folder in the annotation argocd.argoproj.io/manifest-generate-paths"
            }
            Self::Remote(_) => {
                "keep a copy in the repository, or set its content by the parameter `values`"
            }
            Self::Reference(_) => {
                "keep the file next to the chart, set its content by the parameter `values`, or let the stand-in pin the Application with `helm` instead of `plugin` (docs/stand-in.md)"
            }
            _ => return None,
        };
        Some(way_out.to_owned())
    }
}

/// The repository as it lies on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Repository {
    /// The Application's folder, links resolved.
    app: PathBuf,
    /// The folder that was handed over, links resolved; `app` is in it.
    root: PathBuf,
    /// Where `root` is in the repository: empty, unless Argo CD handed over a part of it only.
    sent: PathBuf,
    /// The schemes of addresses that stand for files too.
    schemes: Vec<String>,
}

impl Repository {
    /// Finds the repository around the Application's folder.
    ///
    /// - `app`: the Application's folder, an absolute path with links resolved.
    /// - `source_path`: its path in the repository (ARGOCD_APP_SOURCE_PATH).
    /// - `work_dir`: the folder below which Argo CD's plugin server unpacks each repository into a folder of
    ///   its own (`$ARGOCD_CMP_WORKDIR/_cmp_server`).
    ///
    /// Elsewhere than below `work_dir` the end of `app` that equals the end of `source_path` is cut off.
    #[must_use]
    pub(crate) fn around(app: &Path, source_path: Option<&str>, work_dir: &Path) -> Self {
        let source = PathBuf::from(clean(source_path.unwrap_or_default()));
        let source: Vec<Component<'_>> = source
            .components()
            .filter(|part| matches!(part, Component::Normal(_)))
            .collect();
        let below = work_dir.canonicalize().ok().and_then(|dir| {
            let rest = app.strip_prefix(&dir).ok()?;
            Some((
                dir.join(rest.components().next()?),
                rest.components().count() - 1,
            ))
        });
        let (root, depth) = below.unwrap_or_else(|| {
            let same = source
                .iter()
                .rev()
                .zip(app.components().rev())
                .take_while(|(a, b)| *a == b)
                .count();
            let root = app.ancestors().nth(same).unwrap_or(app);
            (root.to_path_buf(), same)
        });
        // Argo CD may hand over only a folder of the repository: then the path of the Application in it is
        // the end of its path in the repository, and the beginning is the folder's.
        let inside: Vec<Component<'_>> = app
            .strip_prefix(&root)
            .unwrap_or(app)
            .components()
            .collect();
        let sent = if source.len() > depth && source.ends_with(&inside) {
            source[..source.len() - depth].iter().collect()
        } else {
            PathBuf::new()
        };
        Self {
            app: app.to_path_buf(),
            root,
            sent,
            schemes: Vec::new(),
        }
    }

    /// The same, with files by addresses of these schemes.
    #[must_use]
    pub(crate) fn with_schemes(mut self, schemes: &[String]) -> Self {
        self.schemes = schemes.to_vec();
        self
    }

    /// Whether `entry` is an address that may be fetched.
    #[must_use]
    pub(crate) fn is_remote(&self, entry: &str) -> bool {
        entry.split_once("://").is_some_and(|(scheme, rest)| {
            let scheme = scheme.to_ascii_lowercase();
            self.schemes.contains(&scheme)
                && !rest.is_empty()
                && !rest.contains(|c: char| c.is_control() || c.is_whitespace())
        })
    }

    /// The Application's folder.
    #[must_use]
    pub(crate) fn app(&self) -> &Path {
        &self.app
    }

    /// The folder that holds the repository, or the part of it that was handed over.
    #[must_use]
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Where `entry` would be on disk, before any link is followed: the folder to begin at and a clean path
    /// below it.
    ///
    /// # Errors
    /// `entry` is empty, remote, refers to another source, or leaves the repository.
    pub(crate) fn locate(&self, entry: &str) -> Result<(PathBuf, String), FileError> {
        let shown = || shown(entry);
        if entry.is_empty() {
            return Err(FileError::Empty);
        }
        if has_scheme(entry) {
            return Err(FileError::Remote(shown()));
        }
        if entry.contains(|c: char| c.is_control()) {
            return Err(FileError::Character(shown()));
        }
        let cleaned = clean(entry);
        if let Some(path) = cleaned.strip_prefix('/') {
            let path = Path::new(path);
            let rest = path
                .strip_prefix(&self.sent)
                .map_err(|_| FileError::NotSent(shown()))?;
            return Ok((self.root.clone(), rest.to_string_lossy().into_owned()));
        }
        let mut base = self.app.clone();
        let mut rest = cleaned.as_str();
        while let Some(up) = rest.strip_prefix("..") {
            if !(base.pop() && base.starts_with(&self.root)) {
                return Err(if self.sent.as_os_str().is_empty() {
                    FileError::Outside(shown())
                } else {
                    FileError::NotSent(shown())
                });
            }
            rest = up.trim_start_matches('/');
        }
        Ok((base, rest.to_owned()))
    }

    /// The file that `entry` names: an absolute path to a regular file in the repository, or the address of one that
    /// may be fetched, as it is.
    ///
    /// # Errors
    /// [`FileError`]; `Missing` only if no link on the way leads anywhere else.
    pub(crate) fn resolve(&self, entry: &str) -> Result<PathBuf, FileError> {
        match self.is_remote(entry) {
            true => Ok(PathBuf::from(entry)),
            false => self.file(entry),
        }
    }

    /// The file that `entry` names, which is no address.
    ///
    /// # Errors
    /// As [`Repository::resolve`].
    pub(crate) fn file(&self, entry: &str) -> Result<PathBuf, FileError> {
        let (base, rest) = self.locate(entry)?;
        let path = follow(&base.join(rest)).ok_or_else(|| FileError::Outside(shown(entry)))?;
        self.check(entry, &path)?;
        Ok(path)
    }

    /// Opens a file that was found in the repository. What has become a link out of it since then is not followed.
    ///
    /// # Errors
    /// It is no longer in the repository, or cannot be read.
    fn open(&self, path: &Path) -> io::Result<File> {
        open_resolved(&self.root, path)
    }

    /// All of such a file; nothing if it is longer than `limit` bytes.
    ///
    /// # Errors
    /// As [`Repository::open`].
    pub(crate) fn read(&self, path: &Path, limit: u64) -> io::Result<Option<Vec<u8>>> {
        bounded::whole(self.open(path)?, limit)
    }

    /// Checks that `path`, which stands for `entry`, is a regular file in the repository.
    ///
    /// # Errors
    /// [`FileError`].
    pub(crate) fn check(&self, entry: &str, path: &Path) -> Result<(), FileError> {
        match path.canonicalize() {
            Ok(real) if !real.starts_with(&self.root) => Err(FileError::Outside(shown(entry))),
            Ok(real) if self.is_gits(&real) => Err(FileError::Git(shown(entry))),
            Ok(real) if !real.is_file() => Err(FileError::NotAFile(shown(entry))),
            Ok(_) => Ok(()),
            Err(_) if self.lacks(path) => Err(FileError::Missing(shown(entry))),
            // A link that leads nowhere tells nothing about what is outside.
            Err(_) => Err(FileError::Outside(shown(entry))),
        }
    }

    /// Whether `path`, links followed, is in the repository.
    #[must_use]
    pub(crate) fn contains(&self, path: &Path) -> bool {
        path.canonicalize()
            .is_ok_and(|real| real.starts_with(&self.root))
    }

    /// Whether it is a file of Git's own: its configuration can hold credentials.
    fn is_gits(&self, real: &Path) -> bool {
        real.strip_prefix(&self.root)
            .is_ok_and(|path| path.components().any(|part| part.as_os_str() == ".git"))
    }

    /// Whether `path` is missing from a folder of the repository, with no dangling link on the way.
    fn lacks(&self, path: &Path) -> bool {
        path.ancestors()
            .find(|ancestor| ancestor.symlink_metadata().is_ok())
            .is_some_and(|ancestor| self.contains(ancestor))
    }
}

/// Refuses `$name/…` where `$name` is no variable that Argo CD expands: it means another source.
///
/// # Errors
/// [`FileError::Reference`].
pub(crate) fn refuse_reference(entry: &str) -> Result<(), FileError> {
    match first_name(entry) {
        Some(name) if name != "$" && !Environment::expands(name) => {
            Err(FileError::Reference(shown(entry)))
        }
        _ => Ok(()),
    }
}

/// A path as Go's `path.Clean` writes it: no `.`, no empty parts, `..` only at the beginning.
#[must_use]
pub(crate) fn clean(path: &str) -> String {
    let absolute = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if absolute => {}
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    if absolute {
        format!("/{joined}")
    } else {
        joined
    }
}

/// Follows the link that `path` itself may be, and the links behind it, as Argo CD does: two names of one file
/// count as one. None if there are too many.
fn follow(path: &Path) -> Option<PathBuf> {
    let mut path = path.to_path_buf();
    for _ in 0..=MAX_LINKS {
        let Ok(target) = path.read_link() else {
            return Some(path);
        };
        let joined = path.parent().unwrap_or(Path::new("/")).join(target);
        path = PathBuf::from(clean(&joined.to_string_lossy()));
    }
    None
}

/// Whether Go's `url.Parse` sees a scheme: helm's own, one of its plugins', or any other.
pub(crate) fn has_scheme(entry: &str) -> bool {
    entry.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    })
}

/// A tenant's path, fit for one line of a message.
pub(super) fn shown(entry: &str) -> String {
    beginning(entry, 200)
}

#[cfg(test)]
mod tests;
