//! How many renders run at once: each holds a slot, and the others wait.
//!
//! Argo CD's plugin server starts as many plugin processes as there are requests, and each helm wants memory and
//! processors of the same container. A slot is a file in a folder that all processes of this user share, locked by
//! `flock`: the lock goes when its process ends, however it ends. Who waits holds the lock of the folder itself, which
//! the kernel hands on, so that nobody is overtaken for long. Nothing is left behind: files and folder go with the last.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use crate::locks::{is_at, lock, open_own, try_lock};
use crate::workdir;

/// How often the first in the queue looks for a free slot.
const LOOK: Duration = Duration::from_millis(10);

/// The right to render, until it is dropped.
#[derive(Debug)]
pub(crate) struct Slot {
    path: PathBuf,
    /// Holds the lock.
    _file: File,
}

impl Slot {
    /// Waits for one of `limit` slots in the folder for temporary files. A signal ends the process meanwhile.
    ///
    /// # Errors
    /// The folder cannot be made, is not ours alone, or knows no locks.
    pub(crate) fn take(limit: usize) -> io::Result<Self> {
        Self::take_in(&folder(), limit.max(1))
    }

    fn take_in(folder: &Path, limit: usize) -> io::Result<Self> {
        loop {
            let queue = made(folder)?;
            lock(&queue)?;
            if !is_at(&queue, folder) {
                continue;
            }
            if let Some(slot) = Self::wait(&queue, folder, limit)? {
                return Ok(slot);
            }
        }
    }

    /// Looks for a free slot until there is one; none if the folder is gone.
    fn wait(queue: &OwnedFd, folder: &Path, limit: usize) -> io::Result<Option<Self>> {
        loop {
            match Self::look(queue, folder, limit) {
                Ok(Some(slot)) => return Ok(Some(slot)),
                Ok(None) => thread::sleep(LOOK),
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
                Err(error) => return Err(error),
            }
        }
    }

    /// A slot that is free now.
    fn look(queue: &OwnedFd, folder: &Path, limit: usize) -> io::Result<Option<Self>> {
        for number in 0..limit {
            let name = format!("slot-{number}");
            let path = folder.join(&name);
            if let Some(file) = workdir::hold_lock(&path, || try_lock(queue, &name))? {
                return Ok(Some(Self { path, _file: file }));
            }
        }
        Ok(None)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        // Before the lock goes: who opens it afterwards makes another one.
        workdir::release_lock(&self.path);
    }
}

/// Tries the folder of the slots, without waiting for one.
///
/// # Errors
/// As [`Slot::take`].
pub(crate) fn try_folder() -> io::Result<()> {
    try_folder_at(&folder())
}

fn try_folder_at(folder: &Path) -> io::Result<()> {
    made(folder)?;
    // Only if nobody has a file in it.
    let _ = std::fs::remove_dir(folder);
    Ok(())
}

/// Opens the folder, which is made if need be.
fn made(folder: &Path) -> io::Result<OwnedFd> {
    loop {
        workdir::make_lock_folder(folder)?;
        match open_own(folder) {
            // Its last user has just removed it.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            other => return other,
        }
    }
}

/// Where the slots of this user are.
fn folder() -> PathBuf {
    let user = rustix::process::geteuid().as_raw();
    std::env::temp_dir().join(format!("argocd-pin-plugin-slots-{user}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::locks::remove_free;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn what_a_killed_process_left_is_removed_and_nothing_else() {
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().join("slots");
        let slot = Slot::take_in(&folder, 2).unwrap();
        std::fs::write(folder.join("slot-1"), "").unwrap();
        remove_free(&folder);
        assert!(folder.join("slot-0").exists() && !folder.join("slot-1").exists());
        drop(slot);
        std::fs::create_dir(&folder).unwrap();
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700)).unwrap();
        std::fs::write(folder.join("slot-0"), "").unwrap();
        remove_free(&folder);
        assert!(!folder.exists());
    }

    #[test]
    fn no_more_than_the_limit_and_nothing_is_left() {
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().join("slots");
        let (now, most, done) = (
            AtomicUsize::new(0),
            AtomicUsize::new(0),
            AtomicUsize::new(0),
        );
        thread::scope(|scope| {
            for _ in 0..12 {
                scope.spawn(|| {
                    for _ in 0..4 {
                        let slot = Slot::take_in(&folder, 3).unwrap();
                        most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        thread::sleep(Duration::from_millis(3));
                        now.fetch_sub(1, Ordering::SeqCst);
                        drop(slot);
                        done.fetch_add(1, Ordering::SeqCst);
                    }
                });
            }
        });
        assert_eq!(done.into_inner(), 48);
        assert_eq!(
            most.into_inner(),
            3,
            "the slots are all used, and no more than they"
        );
        assert!(!folder.exists());
    }

    #[test]
    fn trying_the_folder_waits_for_nobody_and_leaves_nothing() {
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().join("slots");
        try_folder_at(&folder).unwrap();
        assert!(!folder.exists());
        let slot = Slot::take_in(&folder, 1).unwrap();
        try_folder_at(&folder).unwrap();
        assert!(folder.join("slot-0").exists());
        drop(slot);
        assert!(!folder.exists());
    }

    #[test]
    fn a_folder_of_somebody_elses_is_refused() {
        let temp = tempfile::tempdir().unwrap();
        let open_to_all = temp.path().join("open");
        std::fs::create_dir(&open_to_all).unwrap();
        std::fs::set_permissions(&open_to_all, std::fs::Permissions::from_mode(0o777)).unwrap();
        assert!(Slot::take_in(&open_to_all, 1).is_err());
        let link = temp.path().join("link");
        symlink(&open_to_all, &link).unwrap();
        assert!(Slot::take_in(&link, 1).is_err());
        let file = temp.path().join("file");
        std::fs::write(&file, "").unwrap();
        assert!(Slot::take_in(&file, 1).is_err());
        let nowhere = Path::new("/no/such/folder/slots");
        assert!(Slot::take_in(nowhere, 1).is_err());
        for folder in [open_to_all.as_path(), &link, &file, nowhere] {
            assert!(try_folder_at(folder).is_err(), "{folder:?}");
        }
    }
}
