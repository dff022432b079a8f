//! Opening a file below a folder so that no link on the way is followed.
//!
//! A path is checked by resolving its links. Between that and the opening a link could take the place of a part of
//! it; here each part is opened in the folder before it, and a part that has become a link is an error.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Component, Path};

use rustix::fs::{Mode, OFlags, open, openat};

/// Opens `path`, a canonical path below the canonical folder `root`, to read it. A pipe does not make it wait.
///
/// # Errors
/// It is not below `root`, a part of it is a link or missing, or it cannot be read.
pub(crate) fn open_below(root: &Path, path: &Path) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK;
    open_parts(root, path, flags)?
        .map(File::from)
        .ok_or_else(outside)
}

/// The same of any path, with what it means now: a link out of the folder is an error.
///
/// # Errors
/// As for [`open_below`].
pub(crate) fn open_resolved(root: &Path, path: &Path) -> io::Result<File> {
    open_below(root, &path.canonicalize()?)
}

/// Opens the folder `path`, which may be `root` itself, to list it.
///
/// # Errors
/// As for [`open_below`], and where it is no folder.
pub(crate) fn open_folder(root: &Path, path: &Path) -> io::Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY;
    match open_parts(root, path, flags)? {
        Some(folder) => Ok(folder),
        None => Ok(open(root, flags | OFlags::CLOEXEC, Mode::empty())?),
    }
}

fn outside() -> io::Error {
    io::Error::new(
        io::ErrorKind::PermissionDenied,
        "it leads out of the folder",
    )
}

/// Opens each part of `path` in the one before it, the last with `flags`; none if it is `root` itself.
fn open_parts(root: &Path, path: &Path, flags: OFlags) -> io::Result<Option<OwnedFd>> {
    let below = path.strip_prefix(root).map_err(|_| outside())?;
    let folder = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let mut at: OwnedFd = open(root, folder, Mode::empty())?;
    let mut parts = below.components().peekable();
    while let Some(part) = parts.next() {
        let Component::Normal(name) = part else {
            return Err(outside());
        };
        if parts.peek().is_none() {
            let flags = flags | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            return Ok(Some(openat(&at, name, flags, Mode::empty())?));
        }
        at = openat(&at, name, folder | OFlags::NOFOLLOW, Mode::empty())?;
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::io::Read;
    use std::os::unix::fs::symlink;

    #[test]
    fn only_what_is_below_and_no_link() {
        let temp = tempfile::tempdir().unwrap();
        let temp = temp.path().canonicalize().unwrap();
        let root = temp.join("root");
        std::fs::create_dir_all(root.join("a/b")).unwrap();
        std::fs::write(root.join("a/b/file"), "inside").unwrap();
        std::fs::write(temp.join("file"), "outside").unwrap();
        symlink("../../../file", root.join("a/b/link")).unwrap();
        symlink("b", root.join("a/c")).unwrap();
        symlink("..", root.join("up")).unwrap();

        let mut text = String::new();
        open_below(&root, &root.join("a/b/file"))
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        assert_eq!(text, "inside");
        for path in [
            "a/b/link",
            "a/c/file",
            "up/file",
            "../file",
            "a/../../file",
            "none",
            "",
        ] {
            assert!(open_below(&root, &root.join(path)).is_err(), "{path}");
        }
        assert!(open_below(&root, &temp.join("file")).is_err());
        assert!(open_below(&root, Path::new("/etc/passwd")).is_err());

        for path in ["", "a", "a/b"] {
            assert!(open_folder(&root, &root.join(path)).is_ok(), "{path}");
        }
        // What was a folder when it was looked at is a link by now.
        for path in ["up", "a/c", "a/b/file", "a/../..", "none"] {
            assert!(open_folder(&root, &root.join(path)).is_err(), "{path}");
        }
        assert!(open_folder(&root, &temp).is_err());
    }
}
