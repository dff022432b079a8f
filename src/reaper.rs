//! The process that cleans up behind a run that is killed with no time to do it itself.
//!
//! At its deadline, and when a caller hangs up, Argo CD's plugin server sends SIGKILL to the plugin and, at the same
//! moment, SIGTERM to its process group (`runCommand` in its cmpserver/plugin: `exec.CommandContext` kills by default).
//! Whichever comes first is chance. So the binary starts itself once more, in a group of its own, and tells it by a pipe
//! which directory it makes and which helm it starts. When the pipe closes, the run has ended, however it did: what is
//! left then is killed and removed.

use std::ffi::OsStr;
use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use crate::{locks, removal};

/// The name by which the process knows what it is, instead of an argument that would be part of the command line.
const NAME: &str = "argocd-pin-plugin-reaper";

/// How long it waits for the end of what it has killed.
const PATIENCE: Duration = Duration::from_secs(10);

/// Whether this program's binary can be a reaper. Tests that use the library run in binaries that cannot.
static ALLOWED: AtomicBool = AtomicBool::new(false);

/// For the program's `main`: does a reaper's work if this process is one, and says so. If it is none, runs in it
/// have reapers from now on.
#[must_use]
pub fn is_reaper() -> bool {
    if std::env::args_os().next().is_none_or(|name| name != NAME) {
        ALLOWED.store(true, Ordering::Relaxed);
        return false;
    }
    let mut told = Vec::new();
    // Ends when the last copy of the pipe's other end is closed, and no other process has one.
    let _ = io::stdin().lock().read_to_end(&mut told);
    Left::parse(&told).clean_up();
    true
}

/// A running reaper.
#[derive(Debug)]
pub(crate) struct Reaper {
    child: Child,
    pipe: Option<ChildStdin>,
}

impl Reaper {
    /// Starts one. None where that cannot be: a run does without it, and leaves something only if it is killed.
    pub(crate) fn start() -> Option<Self> {
        if !ALLOWED.load(Ordering::Relaxed) {
            return None;
        }
        let mut child = Command::new("/proc/self/exe")
            .arg0(NAME)
            .env_clear()
            .current_dir("/")
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let pipe = child.stdin.take();
        Some(Self { child, pipe })
    }

    /// This directory is about to be made.
    pub(crate) fn directory(&mut self, path: &Path) {
        self.tell(b'd', path.as_os_str().as_bytes());
    }

    /// The files whose locks we shall hold are in this folder.
    pub(crate) fn lock_folder(&mut self, path: &Path) {
        self.tell(b'l', path.as_os_str().as_bytes());
    }

    /// This process group runs.
    pub(crate) fn group(&mut self, group: Pid) {
        self.tell(b'g', group.as_raw_nonzero().to_string().as_bytes());
    }

    /// This process group has ended, and its id is about to be free for others.
    pub(crate) fn ended(&mut self, group: Pid) {
        self.tell(b'e', group.as_raw_nonzero().to_string().as_bytes());
    }

    fn tell(&mut self, kind: u8, what: &[u8]) {
        if let Some(pipe) = &mut self.pipe {
            // In one call, so that a kill never leaves half of it. If the reaper is gone, nobody listens.
            let _ = pipe.write_all(&[&[kind], what, b"\0"].concat());
        }
    }

    /// Lets it end, and waits for that: in a container nobody else waits for it.
    pub(crate) fn finish(mut self) {
        self.pipe = None;
        let _ = self.child.wait();
    }
}

/// What a run told of itself and did not take back.
#[derive(Debug, Default, PartialEq, Eq)]
struct Left {
    directories: Vec<PathBuf>,
    lock_folders: Vec<PathBuf>,
    groups: Vec<i32>,
}

impl Left {
    fn parse(told: &[u8]) -> Self {
        let mut left = Self::default();
        for record in told.split(|byte| *byte == 0) {
            let Some((kind, what)) = record.split_first() else {
                continue;
            };
            let group = || std::str::from_utf8(what).ok()?.parse::<i32>().ok();
            match kind {
                b'd' => left.directories.push(OsStr::from_bytes(what).into()),
                b'l' => left.lock_folders.push(OsStr::from_bytes(what).into()),
                b'g' => left.groups.extend(group()),
                b'e' => left.groups.retain(|known| Some(*known) != group()),
                _ => {}
            }
        }
        left
    }

    fn clean_up(&self) {
        for group in self.groups.iter().copied().filter_map(Pid::from_raw) {
            let _ = kill_process_group(group, Signal::KILL);
        }
        for directory in self.directories.iter().filter(|path| path.exists()) {
            kill_users(directory);
            removal::directory(directory);
        }
        for folder in &self.lock_folders {
            locks::remove_free(folder);
        }
    }
}

/// Kills what was started with this directory as its home, and waits until it is gone: a run that is killed between the
/// start of a helm and the word of it has told nothing of that helm; and what is about to die still writes.
fn kill_users(directory: &Path) {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        // One that is being started has no environment yet: then it is looked for once more.
        let starts = processes().any(|(_, process)| is_starting(&process));
        let users = processes().filter(|(_, process)| is_user(process, directory));
        let users: Vec<Pid> = users.map(|(pid, _)| pid).collect();
        for pid in &users {
            let _ = kill_process(*pid, Signal::KILL);
        }
        if users.is_empty() && !starts {
            return;
        }
        thread::sleep(Duration::from_millis(1));
    }
}

/// All processes, each with its folder in `/proc`.
fn processes() -> impl Iterator<Item = (Pid, PathBuf)> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| {
        let pid = Pid::from_raw(entry.file_name().to_str()?.parse().ok()?)?;
        Some((pid, entry.path()))
    })
}

/// Whether the environment of a process, given by its folder in `/proc`, names this directory. Of one that has ended there
/// is none.
fn is_user(process: &Path, directory: &Path) -> bool {
    let environment = std::fs::read(process.join("environ")).unwrap_or_default();
    memchr::memmem::find(&environment, directory.as_os_str().as_bytes()).is_some()
}

/// Whether a process is in the middle of `execve`: it has a program, and no arguments yet.
fn is_starting(process: &Path) -> bool {
    std::fs::read(process.join("cmdline")).is_ok_and(|line| line.is_empty())
        && process.join("exe").read_link().is_ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_is_taken_back_is_not_left() {
        let left = Left::parse(b"d/tmp/a b\0g12\0g34\0e12\0");
        assert_eq!(left.directories, [PathBuf::from("/tmp/a b")]);
        assert_eq!(left.groups, [34]);
        assert_eq!(Left::parse(b""), Left::default());
        // No group, this process's own, and no number.
        assert!(Left::parse(b"g\0gx\0").groups.is_empty());
    }

    #[test]
    fn what_was_never_told_is_found_by_its_home() {
        let temp = tempfile::tempdir().unwrap();
        let home = temp.path().join("run");
        std::fs::create_dir(&home).unwrap();
        let mut child = Command::new("sleep")
            .arg("300")
            .env("HOME", &home)
            .spawn()
            .unwrap();
        Left::parse(&[b"d", home.as_os_str().as_bytes(), b"\0"].concat()).clean_up();
        assert!(!child.wait().unwrap().success());
        assert!(!home.exists());
    }

    #[test]
    fn what_is_left_is_killed_and_removed() {
        let temp = tempfile::tempdir().unwrap();
        let directory = temp.path().join("left");
        std::fs::create_dir_all(directory.join("helm")).unwrap();
        let mut child = Command::new("sleep")
            .arg("60")
            .process_group(0)
            .spawn()
            .unwrap();
        let mut told = b"d".to_vec();
        told.extend(directory.as_os_str().as_bytes());
        told.extend(format!("\0g{}\0", child.id()).as_bytes());
        Left::parse(&told).clean_up();
        assert!(!child.wait().unwrap().success());
        assert!(!directory.exists());
    }

    #[test]
    fn a_binary_that_cannot_be_one_starts_none() {
        assert!(Reaper::start().is_none());
    }
}
