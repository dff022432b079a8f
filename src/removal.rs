//! Removing a directory with all in it, whatever was done to it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::thread;
use std::time::Duration;

/// How often removing it is tried, a millisecond apart.
const REMOVALS: u32 = 100;

/// Removes a directory, also where a child took itself the right to do so, and where another thread still writes.
pub(crate) fn directory(path: &Path) {
    for _ in 0..REMOVALS {
        if fs::remove_dir_all(path).is_ok() || !path.exists() {
            return;
        }
        open_up(path);
        thread::sleep(Duration::from_millis(1));
    }
}

/// Gives us back the right to enter and empty the directories below `path`; links are not followed.
fn open_up(path: &Path) {
    let _ = fs::set_permissions(path, fs::Permissions::from_mode(0o700));
    let Ok(entries) = fs::read_dir(path) else {
        return;
    };
    for entry in entries.flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            open_up(&entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn goes_with_directories_that_nobody_may_enter() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("run");
        let closed = path.join("a/closed");
        fs::create_dir_all(&closed).unwrap();
        fs::write(closed.join("f"), "x").unwrap();
        let close = || fs::set_permissions(&closed, fs::Permissions::from_mode(0o0)).unwrap();
        close();
        let outside = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(outside.path(), path.join("a/link")).unwrap();
        open_up(&path);
        let mode = fs::metadata(&closed).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        close();
        directory(&path);
        assert!(!path.exists());
        assert!(outside.path().exists());
    }
}
