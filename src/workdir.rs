//! The private temporary directory of a run, and what happens to it and to helm when the run is ended.
//!
//! Whatever ends the run, the directory goes: when its [`WorkDir`] is dropped, and on SIGTERM, SIGINT and SIGHUP. Then
//! the processes that run in it are killed first, so that they write nothing behind our back. On SIGKILL the
//! [reaper](crate::reaper) does the same. Nothing that another run left is touched.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::reaper::Reaper;
use crate::removal;

/// The beginning of the directory's name.
const PREFIX: &str = "argocd-pin-plugin-";

/// How many random characters follow.
const RANDOM: usize = 12;

/// How many file descriptors must be left when a directory is made: one for each level is taken when it is removed.
const SPARE_DESCRIPTORS: usize = 80;

/// How long a signal waits for the output.
const PATIENCE: Duration = Duration::from_secs(1);

/// What has to go when the run is ended.
#[derive(Default)]
struct Live {
    directories: Vec<PathBuf>,
    /// Process groups, by the id of their leader, a child of ours that is not waited for yet: its id is not reused.
    groups: Vec<Pid>,
    /// Lock files whose locks we hold.
    locks: Vec<PathBuf>,
    /// The folder that they are in.
    lock_folder: Option<PathBuf>,
    /// Runs as long as there is a directory.
    reaper: Option<Reaper>,
    /// Whether all that is left to do is to print.
    output_follows: bool,
}

static LIVE: Mutex<Live> = Mutex::new(Live {
    directories: Vec::new(),
    groups: Vec::new(),
    locks: Vec::new(),
    lock_folder: None,
    reaper: None,
    output_follows: false,
});

fn live() -> MutexGuard<'static, Live> {
    LIVE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A directory that only this user can enter, removed with all in it when it is dropped.
#[derive(Debug, PartialEq, Eq)]
pub struct WorkDir {
    path: PathBuf,
}

/// The folder that private directories are made in, absolute: `PIN_TMPDIR`, `TMPDIR` or `/tmp`.
fn parent() -> io::Result<PathBuf> {
    let own = std::env::var_os("PIN_TMPDIR").filter(|path| !path.is_empty());
    std::path::absolute(own.map_or_else(std::env::temp_dir, PathBuf::from))
}

/// `message` without the paths of private directories: what is in one is shown by its path from there.
pub fn without_paths(message: &str) -> String {
    let Ok(parent) = parent() else {
        return message.to_owned();
    };
    let begin = parent.join(PREFIX);
    let begin = begin.to_string_lossy();
    let mut rest = message;
    let mut shown = String::with_capacity(message.len());
    while let Some((before, behind)) = rest.split_once(&*begin) {
        shown.push_str(before);
        let is_ours = behind
            .get(..RANDOM)
            .is_some_and(|name| name.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        if is_ours {
            rest = behind[RANDOM..].trim_start_matches('/');
        } else {
            shown.push_str(&begin);
            rest = behind;
        }
    }
    shown.push_str(rest);
    shown
}

/// Fails where so few file descriptors are left that a directory could not be emptied again.
fn check_descriptors() -> io::Result<()> {
    let spare: io::Result<Vec<fs::File>> = (0..SPARE_DESCRIPTORS)
        .map(|_| fs::File::open("/"))
        .collect();
    spare.map(|_| ())
}

impl WorkDir {
    /// Makes one below `PIN_TMPDIR`, `TMPDIR` or `/tmp`, and from then on removes it when a signal ends the process.
    pub fn create() -> io::Result<Self> {
        end_on_signals()?;
        let parent = parent()?;
        // Held until it is listed: a signal in between must find it.
        let mut live = live();
        if live.reaper.is_none() {
            live.reaper = Reaper::start();
        }
        check_descriptors()?;
        let reaper = &mut live.reaper;
        let path = tempfile::Builder::new()
            .prefix(PREFIX)
            .rand_bytes(RANDOM)
            .make_in(&parent, |path| {
                if let Some(reaper) = reaper {
                    reaper.directory(path);
                }
                let made = fs::DirBuilder::new().mode(0o700).create(path);
                made.map_err(|error| {
                    io::Error::new(error.kind(), format!("{error} in {}", parent.display()))
                })
            })?
            .into_temp_path()
            .keep()
            .map_err(|error| error.error)?;
        live.directories.push(path.clone());
        Ok(WorkDir { path })
    }

    /// Its path, absolute.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes a directory in it, with those above it, for this user only. It may be there already.
    pub fn directory(&self, name: impl AsRef<Path>) -> io::Result<PathBuf> {
        let mut path = self.path.clone();
        // One by one and not itself: once it is removed, it must not come again.
        for part in name.as_ref().components() {
            path.push(part);
            make_private(&path)?;
        }
        Ok(path)
    }

    /// Writes a new file in it that only this user can read (0600), and returns its path.
    pub fn file(&self, name: &str, bytes: &[u8]) -> io::Result<PathBuf> {
        let (path, mut file) = self.new_file(name)?;
        file.write_all(bytes)?;
        Ok(path)
    }

    /// Makes a new file in it that only this user can read (0600), to write to.
    pub(crate) fn new_file(&self, name: &str) -> io::Result<(PathBuf, fs::File)> {
        let path = self.path.join(name);
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)?;
        Ok((path, file))
    }
}

impl Drop for WorkDir {
    fn drop(&mut self) {
        // With the lock: a signal's thread removes it, or we do, not both at once.
        let mut live = live();
        removal::directory(&self.path);
        live.directories.retain(|path| *path != self.path);
        if live.directories.is_empty()
            && let Some(reaper) = live.reaper.take()
        {
            reaper.finish();
        }
    }
}

/// Makes a directory for this user only, in one that is there. It may be there already.
pub(crate) fn make_private(path: &Path) -> io::Result<()> {
    match fs::DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        result => result,
    }
}

/// Makes the folder that lock files are in, for this user only. It may be there already.
pub(crate) fn make_lock_folder(path: &Path) -> io::Result<()> {
    let mut live = live();
    if let Some(reaper) = &mut live.reaper {
        reaper.lock_folder(path);
    }
    live.lock_folder = Some(path.to_owned());
    match fs::DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        result => result,
    }
}

/// Takes the lock of the file at `path` by `take`, and removes the file and its folder when a signal ends the process.
pub(crate) fn hold_lock<T>(
    path: &Path,
    take: impl FnOnce() -> io::Result<Option<T>>,
) -> io::Result<Option<T>> {
    // Held until it is listed: a signal in between must find it.
    let mut live = live();
    let taken = take()?;
    if taken.is_some() {
        live.locks.push(path.to_owned());
    }
    Ok(taken)
}

/// Removes a lock file that we still hold the lock of, and its folder if nothing else is in it.
pub(crate) fn release_lock(path: &Path) {
    let mut live = live();
    remove_lock(path);
    live.locks.retain(|held| held != path);
}

fn remove_lock(path: &Path) {
    let _ = fs::remove_file(path);
    if let Some(folder) = path.parent() {
        let _ = fs::remove_dir(folder);
    }
}

/// Starts `command` as the leader of a process group of its own, which is killed when a signal ends the run.
pub(crate) fn spawn(command: &mut Command) -> io::Result<Group> {
    command.process_group(0);
    // Held until it is listed: a signal in between must find it.
    let mut live = live();
    let child = command.spawn()?;
    let pid = Pid::from_child(&child);
    live.groups.push(pid);
    if let Some(reaper) = &mut live.reaper {
        reaper.group(pid);
    }
    Ok(Group { child, pid })
}

/// A child that leads a process group.
#[derive(Debug)]
pub(crate) struct Group {
    /// The child, for its pipes. [`Group::wait`] waits for it, nothing else may.
    pub(crate) child: Child,
    pid: Pid,
}

impl Group {
    /// Kills the child and all processes that it started (SIGKILL).
    pub(crate) fn kill(&self) {
        let _ = kill_process_group(self.pid, Signal::KILL);
    }

    /// The child's id, which is also the group's.
    pub(crate) fn pid(&self) -> Pid {
        self.pid
    }

    /// Begins to wait for the child's end on a thread of its own, and kills then what it left running. To be joined before
    /// [`Group::wait`], until which the child's id stays taken.
    pub(crate) fn kill_rest_at_end(&self) -> io::Result<thread::JoinHandle<()>> {
        let pid = self.pid;
        thread::Builder::new()
            .name("helm".to_owned())
            .spawn(move || {
                await_end(pid);
                let _ = kill_process_group(pid, Signal::KILL);
            })
    }

    /// Waits until the child ends, kills what it left running, and returns how it ended.
    pub(crate) fn wait(&mut self) -> io::Result<std::process::ExitStatus> {
        await_end(self.pid);
        // It is dead but not reaped, so its id still means this group.
        self.kill();
        let mut live = live();
        if let Some(reaper) = &mut live.reaper {
            reaper.ended(self.pid);
        }
        let status = self.child.wait();
        live.groups.retain(|pid| *pid != self.pid);
        status
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if live().groups.contains(&self.pid) {
            self.kill();
            let _ = self.wait();
        }
    }
}

/// Waits until a child of ours ended, and leaves its id taken.
fn await_end(pid: Pid) {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
    while let Err(rustix::io::Errno::INTR) = waitid(WaitId::Pid(pid), options) {}
}

/// Installs the thread that ends the process on SIGTERM, SIGINT and SIGHUP, once.
fn end_on_signals() -> io::Result<()> {
    static INSTALLED: OnceLock<Result<(), io::ErrorKind>> = OnceLock::new();
    let installed = INSTALLED.get_or_init(|| {
        let mut signals = Signals::new([SIGTERM, SIGINT, SIGHUP]).map_err(|error| error.kind())?;
        thread::Builder::new()
            .name("signals".to_owned())
            .spawn(move || {
                if let Some(signal) = signals.forever().next() {
                    end(signal);
                }
            })
            .map_err(|error| error.kind())?;
        Ok(())
    });
    installed.map_err(io::Error::from)
}

/// For the program's `main`: the run is done, and what follows is its output. A signal from here on lets the output be
/// finished, unless nobody reads it: an exit status that says no with the output on stdout would be both.
pub fn output_follows() {
    // If a signal came first, it has the lock for ever, and nothing is printed.
    live().output_follows = true;
}

/// Kills the children, removes the directories and exits as a shell would report the signal (143, 130, 129).
fn end(signal: i32) -> ! {
    // Never given back: nothing is started or made from here on.
    let mut live = live();
    for group in &live.groups {
        let _ = kill_process_group(*group, Signal::KILL);
    }
    for group in &live.groups {
        await_end(*group);
    }
    for directory in &live.directories {
        removal::directory(directory);
    }
    for lock in &live.locks {
        remove_lock(lock);
    }
    if let Some(folder) = &live.lock_folder {
        // Only if nobody else has a file in it.
        let _ = fs::remove_dir(folder);
    }
    if let Some(reaper) = live.reaper.take() {
        reaper.finish();
    }
    if live.output_follows {
        // The process ends by itself meanwhile.
        thread::sleep(PATIENCE);
    }
    // Not `exit`: the main thread may be in the middle of anything.
    signal_hook::low_level::exit(128 + signal)
}

#[cfg(test)]
mod tests;
