//! What a signal leaves behind: nothing. The test starts itself again as the process that is killed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod helm_support;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use argocd_pin_plugin::chart::{ChartTree, Limits};
use argocd_pin_plugin::helm::Helm;
use argocd_pin_plugin::workdir::WorkDir;
use helm_support::{helms, request, write_files};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

const HELM: &str = "SIGNAL_TEST_HELM";
const CHART: &str = "SIGNAL_TEST_CHART";

/// Not a test: what the tests start. It copies a chart, renders it with helm, and does so again and again.
#[test]
#[ignore = "started by the other tests"]
fn victim() {
    let (Some(helm), Some(chart)) = (std::env::var_os(HELM), std::env::var_os(CHART)) else {
        return;
    };
    let work = WorkDir::create().unwrap();
    let tree = ChartTree::read(Path::new(&chart), &Limits::default()).unwrap();
    let helm = Helm::new(helm, &work).unwrap();
    for turn in 0.. {
        let copy = work.path().join(format!("copy{turn}"));
        tree.write(&copy).unwrap();
        helm.template(&request(), &copy).unwrap();
    }
}

struct Victim {
    child: Child,
    temp: PathBuf,
}

fn start(helm: &Path, chart: &Path, temp: &Path) -> Victim {
    fs::create_dir_all(temp).unwrap();
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "victim", "--ignored", "--nocapture"])
        .env(HELM, helm)
        .env(CHART, chart)
        .env("TMPDIR", temp)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .unwrap();
    Victim {
        child,
        temp: temp.to_owned(),
    }
}

impl Victim {
    fn signal(&mut self, signal: Signal) -> ExitStatus {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
        let begin = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(begin.elapsed() < Duration::from_secs(20), "it does not end");
            thread::sleep(Duration::from_millis(1));
        }
    }

    fn assert_nothing_left(&self) {
        let left: Vec<_> = fs::read_dir(&self.temp).unwrap().collect();
        assert!(left.is_empty(), "{left:?}");
        let running = processes_in(&self.temp);
        assert!(running.is_empty(), "{running:?}");
    }
}

/// The processes, zombies not counted, whose environment names `dir`.
fn processes_in(dir: &Path) -> Vec<String> {
    let dir = dir.to_str().unwrap();
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let process = entry.path();
        let environ = fs::read(process.join("environ")).unwrap_or_default();
        let stat = fs::read_to_string(process.join("stat")).unwrap_or_default();
        let is_zombie = stat
            .rsplit(')')
            .next()
            .unwrap_or("")
            .trim_start()
            .starts_with('Z');
        if !is_zombie && String::from_utf8_lossy(&environ).contains(dir) {
            found.push(stat);
        }
    }
    found
}

fn wait_for(what: &str, mut done: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !done() {
        assert!(begin.elapsed() < Duration::from_secs(20), "{what}");
        thread::sleep(Duration::from_millis(2));
    }
}

fn chart(dir: &Path) {
    write_files(
        dir,
        &[
            ("Chart.yaml", b"apiVersion: v2\nname: a\nversion: 1.0.0\n"),
            ("templates/a.yaml", b"a: {{ range $i := until 200 }}{{ range until 50 }}{{ sha256sum \"x\" | trunc 1 }}{{ end }}{{ end }}\n"),
        ],
    );
    for number in 0..200 {
        write_files(dir, &[(&format!("templates/d{number}/f.yaml"), b"f: 1\n")]);
    }
}

/// A helm that writes into its directories, starts a process and sleeps; it ignores what can be ignored.
fn sleeping_helm(temp: &Path) -> (PathBuf, PathBuf) {
    let (script, started) = (temp.join("helm"), temp.join("started"));
    let text = format!(
        "#!/bin/sh\ntrap '' TERM INT HUP\nmkdir -p \"$HOME/x/y\"; touch \"$HOME/x/y/z\"; chmod 0 \"$HOME/x\"\n\
         sleep 300 &\ntouch {}\nwait\nsleep 300\n",
        started.display()
    );
    fs::write(&script, text).unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    (script, started)
}

#[test]
fn a_sleeping_helm_goes_with_us() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::INT, 130), (Signal::HUP, 129)] {
        let temp = tempfile::tempdir().unwrap();
        chart(&temp.path().join("chart"));
        let (helm, started) = sleeping_helm(temp.path());
        let mut victim = start(&helm, &temp.path().join("chart"), &temp.path().join("tmp"));
        wait_for("helm does not start", || started.exists());
        wait_for("the test sees no processes", || {
            processes_in(&victim.temp).len() >= 3
        });
        let begin = Instant::now();
        let status = victim.signal(signal);
        assert_eq!(status.code(), Some(code));
        assert!(
            begin.elapsed() < Duration::from_secs(4),
            "{:?}",
            begin.elapsed()
        );
        wait_for("processes are left", || {
            processes_in(&victim.temp).is_empty()
        });
        victim.assert_nothing_left();
    }
}

/// The real one, at 60 moments: while the copy is written, while helm starts, while it renders, and between.
#[test]
fn the_real_helm_goes_with_us_at_any_moment() {
    let temp = tempfile::tempdir().unwrap();
    chart(&temp.path().join("chart"));
    for (index, helm) in helms().into_iter().enumerate() {
        for turn in 0..30_u64 {
            let temp_dir = temp.path().join(format!("tmp{index}-{turn}"));
            let mut victim = start(&helm, &temp.path().join("chart"), &temp_dir);
            wait_for("no directory is made", || {
                fs::read_dir(&temp_dir).unwrap().next().is_some()
            });
            thread::sleep(Duration::from_micros(turn * turn * 250));
            let status = victim.signal(Signal::TERM);
            assert_eq!(status.code(), Some(143), "turn {turn}");
            victim.assert_nothing_left();
        }
    }
}

/// The built binary, which generates by this helm and makes its directories in `work`.
fn start_binary(temp: &Path, helm: &Path, work: &Path) -> Child {
    let seed = temp.join("seed");
    fs::write(&seed, "a-seed-for-tests-only-0123456789").unwrap();
    fs::set_permissions(&seed, fs::Permissions::from_mode(0o600)).unwrap();
    fs::create_dir_all(work).unwrap();
    Command::new(env!("CARGO_BIN_EXE_argocd-pin-plugin"))
        .arg("generate")
        .arg(temp.join("chart"))
        .args(["--app", "web", "--seed-file"])
        .arg(&seed)
        .arg("--helm")
        .arg(helm)
        .env("TMPDIR", work)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .unwrap()
}

/// SIGKILL leaves no time to clean up: the binary's other process does it, and is gone then.
#[test]
fn a_killed_run_is_cleaned_up_behind() {
    let temp = tempfile::tempdir().unwrap();
    let chart_dir = temp.path().join("chart");
    chart(&chart_dir);
    let (helm, started) = sleeping_helm(temp.path());
    let work = temp.path().join("tmp");
    let mut child = start_binary(temp.path(), &helm, &work);
    wait_for("helm does not start", || started.exists());
    // The plugin, helm, and what helm starts next.
    wait_for("the test sees no processes", || {
        processes_in(&work).len() >= 3
    });
    let reapers = children_of(child.id(), "argocd-pin-plugin-reaper");
    assert_eq!(reapers.len(), 1, "{reapers:?}");
    kill_process(Pid::from_child(&child), Signal::KILL).unwrap();
    child.wait().unwrap();
    wait_for("something is left", || {
        fs::read_dir(&work).unwrap().next().is_none() && processes_in(&work).is_empty()
    });
    wait_for("the reaper is left", || {
        !Path::new("/proc").join(&reapers[0]).join("exe").exists()
    });
}

/// At 60 moments, each with SIGTERM to the group as Argo CD sends it: the helm makes its directory again if it finds none.
#[test]
fn a_run_that_is_killed_at_any_moment_leaves_nothing() {
    let temp = tempfile::tempdir().unwrap();
    chart(&temp.path().join("chart"));
    let helm = temp.path().join("helm");
    let text = "#!/bin/sh\ntrap '' TERM\nwhile true; do mkdir -p \"$HOME/x/y\"; : > \"$HOME/x/y/z\"; done\n";
    fs::write(&helm, text).unwrap();
    fs::set_permissions(&helm, fs::Permissions::from_mode(0o755)).unwrap();
    let work = temp.path().join("tmp");
    for turn in 0..60_u64 {
        let mut child = start_binary(temp.path(), &helm, &work);
        thread::sleep(Duration::from_micros(turn * 1000));
        let pid = Pid::from_child(&child);
        kill_process(pid, Signal::KILL).unwrap();
        let _ = kill_process_group(pid, Signal::TERM);
        child.wait().unwrap();
        wait_for("something is left", || {
            processes_in(&work).is_empty() && fs::read_dir(&work).unwrap().next().is_none()
        });
    }
    // Nothing comes later either.
    thread::sleep(Duration::from_millis(200));
    let left: Vec<_> = fs::read_dir(&work).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

/// The ids of a process's children that are called `name`.
fn children_of(parent: u32, name: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let stat = fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        let line = fs::read(entry.path().join("cmdline")).unwrap_or_default();
        let of = stat.rsplit(") ").next().unwrap_or("").split(' ').nth(1);
        if of == Some(parent.to_string().as_str()) && line.starts_with(name.as_bytes()) {
            found.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    found
}
