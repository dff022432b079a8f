//! Locked files in a folder of this user's own: the lock goes when its process ends, however it ends.

use std::ffi::CString;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use rustix::fs::{AtFlags, FlockOperation, Mode, OFlags, flock, fstat, open, openat, statat};
use rustix::io::Errno;

/// The folder, if it is this user's own and nobody else can write to it.
pub(crate) fn open_own(folder: &Path) -> io::Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let fd = open(folder, flags, Mode::empty())?;
    let stat = fstat(&fd)?;
    if stat.st_uid != rustix::process::geteuid().as_raw() || stat.st_mode & 0o077 != 0 {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "it belongs to another user or is open to others",
        ));
    }
    Ok(fd)
}

/// Waits for the lock.
pub(crate) fn lock(fd: impl AsFd) -> io::Result<()> {
    loop {
        match flock(fd.as_fd(), FlockOperation::LockExclusive) {
            Err(Errno::INTR) => {}
            other => return Ok(other?),
        }
    }
}

/// The file `name` of the folder, made if it is missing, if its lock is free.
pub(crate) fn try_lock(folder: &OwnedFd, name: &str) -> io::Result<Option<File>> {
    let flags = OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let c_name = CString::new(name)?;
    let file = openat(folder, &*c_name, flags, Mode::RUSR | Mode::WUSR)?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => {}
        Err(Errno::WOULDBLOCK | Errno::INTR) => return Ok(None),
        Err(error) => return Err(error.into()),
    }
    // Its holder may have removed it between the two calls: then the lock is one on nothing.
    let same = statat(folder, &*c_name, AtFlags::SYMLINK_NOFOLLOW)
        .and_then(|at| Ok(at.st_ino == fstat(&file)?.st_ino))
        .unwrap_or(false);
    Ok(same.then(|| File::from(file)))
}

/// Whether the folder still is the one at `path`.
pub(crate) fn is_at(folder: &OwnedFd, path: &Path) -> bool {
    let at = statat(rustix::fs::CWD, path, AtFlags::SYMLINK_NOFOLLOW);
    matches!((at, fstat(folder)), (Ok(a), Ok(b)) if a.st_ino == b.st_ino && a.st_dev == b.st_dev)
}

/// Removes the files of a folder of locks whose locks nobody holds, and the folder if nothing else is in it.
pub(crate) fn remove_free(folder: &Path) {
    let Ok(fd) = open_own(folder) else {
        return;
    };
    let names = std::fs::read_dir(folder).into_iter().flatten().flatten();
    for name in names.filter_map(|entry| entry.file_name().into_string().ok()) {
        // Removed while we hold its lock: who opens it meanwhile sees that it is gone.
        if let Ok(Some(_held)) = try_lock(&fd, &name) {
            let _ = std::fs::remove_file(folder.join(name));
        }
    }
    let _ = std::fs::remove_dir(folder);
}
