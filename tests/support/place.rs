//! A home and a temporary directory of its own for each process.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::chart::files_below;

/// A home and a temporary directory for one process.
pub(crate) struct Place {
    pub(crate) root: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        let root = TempDir::new().unwrap();
        for dir in ["home", "tmp"] {
            fs::create_dir(root.path().join(dir)).unwrap();
        }
        Self { root }
    }

    pub(crate) fn tmp(&self) -> PathBuf {
        self.root.path().join("tmp")
    }

    /// A command with nothing in its environment but what any process has.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.root.path().join("home"))
            .env("TMPDIR", self.tmp())
            .current_dir(self.root.path())
            .stdin(Stdio::null());
        command
    }

    /// Fails when something is left in the temporary directory.
    #[track_caller]
    pub(crate) fn assert_clean(&self) {
        let left = fs::read_dir(self.tmp()).unwrap().count();
        assert_eq!(left, 0, "left behind: {:?}", files_below(&self.tmp()));
    }
}

/// Writes a file with this mode.
pub(crate) fn write_private(path: &Path, bytes: &[u8], mode: u32) {
    use std::io::Write;
    let mut file = fs::OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(mode)
        .open(path)
        .unwrap();
    file.write_all(bytes).unwrap();
    // The umask may have taken bits away.
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}
