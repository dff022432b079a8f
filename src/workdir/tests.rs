#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;
use std::time::Instant;

use super::*;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn is_private_and_goes_with_all_in_it() {
    let work = WorkDir::create().unwrap();
    let path = work.path().to_owned();
    assert!(path.is_absolute());
    assert_eq!(mode(&path), 0o700);
    assert_eq!(mode(&work.directory("a/b").unwrap()), 0o700);
    assert_eq!(mode(&work.directory("a").unwrap()), 0o700);
    let file = work.file("a/f", b"x").unwrap();
    assert_eq!(mode(&file), 0o600);
    assert_eq!(fs::read(&file).unwrap(), b"x");
    assert!(work.file("a/f", b"y").is_err());
    drop(work);
    assert!(!path.exists());
}

#[test]
fn no_message_shows_where_it_is() {
    let work = WorkDir::create().unwrap();
    let path = work.path().display();
    assert_eq!(
        without_paths(&format!("no {path}/chart-1/x, \"{path}\" and {path}/y")),
        "no chart-1/x, \"\" and y"
    );
    let other = std::env::temp_dir().join("argocd-pin-plugin-cache/x");
    let other = other.display().to_string();
    assert_eq!(without_paths(&other), other);
    assert_eq!(without_paths("a: b"), "a: b");
}

#[test]
fn a_child_and_its_children_end_together() {
    let out = tempfile::tempdir().unwrap();
    let pid_file = out.path().join("pid");
    let script = format!("sleep 60 & echo $! > {}; exit 7", pid_file.display());
    let mut command = Command::new("sh");
    command.args(["-c", &script]).stdin(Stdio::null());
    let mut group = spawn(&mut command).unwrap();
    assert_eq!(group.wait().unwrap().code(), Some(7));
    let grandchild = fs::read_to_string(&pid_file).unwrap();
    let deadline = Instant::now() + Duration::from_secs(5);
    while is_running(grandchild.trim()) {
        assert!(Instant::now() < deadline, "the grandchild still runs");
        thread::sleep(Duration::from_millis(5));
    }
    assert!(!live().groups.contains(&group.pid));
}

#[test]
fn a_dropped_child_is_killed() {
    let mut command = Command::new("sleep");
    command.arg("60");
    let group = spawn(&mut command).unwrap();
    let pid = group.child.id().to_string();
    let begin = Instant::now();
    drop(group);
    assert!(begin.elapsed() < Duration::from_secs(30));
    assert!(!is_running(&pid));
}

/// Whether a process runs, zombies not counted.
fn is_running(pid: &str) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| {
        !stat
            .rsplit(')')
            .next()
            .unwrap_or("")
            .trim_start()
            .starts_with('Z')
    })
}
