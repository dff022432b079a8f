//! How a run ends: signals, full disks, what is left and who may see it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::raw::{Raw, good_chart};
use crate::support::{Chart, Helm, Outcome, SEED, Test, each_helm};

/// Nothing is written to a chart that cannot be written to, either.
#[test]
fn a_read_only_chart_is_rendered() {
    each_helm(|helm| {
        let chart = good_chart();
        let mode =
            |mode| fs::set_permissions(chart.dir(), fs::Permissions::from_mode(mode)).unwrap();
        mode(0o500);
        let outcome = Test::new(helm, &chart).run();
        mode(0o700);
        assert_eq!((outcome.status, outcome.stderr.as_str()), (0, ""));
    });
}

#[test]
fn no_place_for_temporary_files() {
    each_helm(|helm| {
        let raw = Raw::new();
        let chart = good_chart();
        let mut command = raw.with(chart.dir(), &helm.path);
        command.env("TMPDIR", raw.path("no-such-directory"));
        raw.fail(&mut command, &["no-such-directory"]);
    });
}

/// Renders a chart by a shell that does something first.
fn limited(raw: &Raw, helm: &Helm, chart: &Chart, first: &str) -> Outcome {
    let mut command = raw.place.command("sh");
    command
        .args(["-c", &format!("{first} exec \"$0\" \"$@\"")])
        .arg(env!("CARGO_BIN_EXE_argocd-pin-plugin"))
        .args(["generate", "--app", "app", "--helm"])
        .arg(&helm.path)
        .arg("--seed-file")
        .arg(&raw.seed_file)
        .arg(chart.dir());
    raw.run(&mut command)
}

/// With any number of file descriptors a run ends in its output or an error, and leaves nothing.
#[test]
fn few_file_descriptors() {
    each_helm(|helm| {
        let chart = good_chart();
        let mut outcomes = [0, 0];
        for limit in (4..16).chain([20, 40, 60, 80, 84, 86, 88, 90, 92, 96, 100, 128]) {
            let raw = Raw::new();
            let outcome = limited(&raw, helm, &chart, &format!("ulimit -n {limit} &&"));
            outcomes[usize::from(outcome.status == 0)] += 1;
            if outcome.status != 0 {
                outcome.assert_failure(SEED.as_bytes());
            }
        }
        assert!(outcomes.iter().all(|count| *count > 0), "{outcomes:?}");
    });
}

/// A disk that takes no more says so, and not where on it the run was: as it does at the limit of a file's length.
#[test]
fn files_that_cannot_be_written() {
    each_helm(|helm| {
        let chart = good_chart();
        chart.write("files/large", &"x".repeat(100_000));
        let raw = Raw::new();
        let outcome = limited(&raw, helm, &chart, "trap '' XFSZ; ulimit -f 16;");
        outcome.assert_failure(SEED.as_bytes());
        outcome.assert_says(&["too large"]);
        let tmp = raw.place.tmp().display().to_string();
        assert!(!outcome.stderr.contains(&tmp), "{}", outcome.stderr);
    });
}

/// A name that a terminal would obey is no name of a chart's file; what helm says of one is shown written out.
#[test]
fn control_characters_do_not_reach_the_terminal() {
    each_helm(|helm| {
        for name in [
            "a\u{1b}[2J.yaml",
            "a\nerror: all is well",
            "a\u{202e}b",
            "a\u{85}b",
        ] {
            let chart = good_chart();
            chart.write(&format!("templates/{name}"), "a: 1\n");
            let outcome = Test::new(helm, &chart).fail();
            outcome.assert_says(&["control character"]);
            assert_eq!(outcome.stderr.lines().count(), 1, "{}", outcome.stderr);
            assert!(!outcome.stderr.trim_end().contains(char::is_control));
        }
        let chart = good_chart();
        chart.write("templates/a.yaml", "{{ fail \"\\x1b[2J\" }}\n");
        let outcome = Test::new(helm, &chart).fail();
        outcome.assert_says(&["\\u{1b}[2J"]);
        assert!(!outcome.stderr.contains('\u{1b}'));
        // Ignored, it is nobody's business.
        let chart = good_chart();
        chart.write(".helmignore", "*.bak\n");
        chart.write("a\u{1b}.bak", "");
        Test::new(helm, &chart).pinned();
    });
}

/// A full disk or a closed pipe must not look like success, and is no panic.
#[test]
fn stdout_that_takes_nothing() {
    each_helm(|helm| {
        let raw = Raw::new();
        let chart = good_chart();
        let full = fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap();
        let mut command = raw.with(chart.dir(), &helm.path);
        let output = command
            .stdout(full)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
            .wait_with_output()
            .unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{stderr}");
        assert!(!stderr.contains("panicked"), "{stderr}");
        raw.place.assert_clean();
    });
}

/// Waits until a condition holds.
#[track_caller]
fn wait_for(what: &str, condition: impl Fn() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "{what} did not come"
        );
        sleep(Duration::from_millis(10));
    }
}

/// Whether a process is there, and no zombie that nobody waited for.
fn is_alive(pid: &str) -> bool {
    match fs::read_to_string(format!("/proc/{}/stat", pid.trim())) {
        // The state is behind the name, which stands in parentheses and can hold anything.
        Ok(stat) => stat
            .rsplit(')')
            .next()
            .is_some_and(|rest| !rest.trim_start().starts_with('Z')),
        Err(_) => false,
    }
}

fn signal(child: &Child, name: &str) {
    let kill = format!("kill -{name} {}", child.id());
    assert!(
        Command::new("sh")
            .args(["-c", &kill])
            .status()
            .unwrap()
            .success()
    );
}

/// Argo CD sends SIGTERM after its deadline: helm and what helm started are gone, and the
/// temporary directory too.
#[test]
fn a_signal_ends_helm_and_removes_the_files() {
    for (name, code) in [("TERM", 143), ("INT", 130), ("HUP", 129)] {
        println!("SIG{name}");
        let raw = Raw::new();
        let chart = good_chart();
        let pids = raw.path("pids");
        // It has begun to print, and it has a child of its own.
        let helm = raw.fake_helm(&format!(
            "echo 'a: b'\nsleep 60 &\necho \"$$ $!\" > {0}.new\nmv {0}.new {0}\nwait",
            pids.display()
        ));
        let child = raw
            .with(chart.dir(), &helm)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        wait_for("helm's start", || pids.exists());
        let started = fs::read_to_string(&pids).unwrap();
        assert!(started.split_whitespace().all(is_alive));
        assert_ne!(
            fs::read_dir(raw.place.tmp()).unwrap().count(),
            0,
            "no private directory to look after"
        );

        signal(&child, name);
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.stdout, b"", "something on stdout");
        assert_eq!(output.status.code(), Some(code), "{stderr}");
        assert!(
            !stderr.contains(SEED) && !stderr.contains("panicked"),
            "{stderr}"
        );
        raw.place.assert_clean();
        wait_for("helm's end", || !started.split_whitespace().any(is_alive));
    }
}

/// What is printed is private while it is made: directories 0700, files not for others.
#[test]
fn temporary_files_are_private() {
    let raw = Raw::new();
    let chart = good_chart();
    let ready = raw.path("ready");
    let helm = raw.fake_helm(&format!("echo > {}\nsleep 60", ready.display()));
    let child = raw
        .with(chart.dir(), &helm)
        .args(["--set", "a=b"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    wait_for("helm's start", || ready.exists());
    let modes: Vec<u32> = fs::read_dir(raw.place.tmp())
        .unwrap()
        .map(|entry| entry.unwrap().metadata().unwrap().permissions().mode() & 0o777)
        .collect();
    signal(&child, "TERM");
    child.wait_with_output().unwrap();
    assert_eq!(modes, [0o700]);
    raw.place.assert_clean();
}

/// No secret stands in helm's arguments or environment: any user of the machine may read the
/// former, and what helm starts inherits the latter.
#[test]
fn helm_sees_no_seed() {
    let raw = Raw::new();
    let chart = good_chart();
    let seen = raw.path("seen");
    let helm = raw.fake_helm(&format!(
        "{{ echo \"$@\"; env; }} > {}\necho '---'\necho 'a: b'",
        seen.display()
    ));
    let mut command = raw.with(chart.dir(), &helm);
    command
        .env("PIN_SEED_FILE", &raw.seed_file)
        .env("ARGOCD_ENV_TOKEN", "a-tenants-token");
    let outcome = raw.run(&mut command);
    let expected = (0, "---\na: b\n");
    assert_eq!((outcome.status, outcome.stdout.as_str()), expected);
    let seen = fs::read_to_string(seen).unwrap();
    for part in [
        SEED,
        "PIN_",
        "ARGOCD_",
        "a-tenants-token",
        &raw.seed_file.display().to_string(),
    ] {
        assert!(!seen.contains(part), "helm sees `{part}` in\n{seen}");
    }
    assert!(seen.contains("TZ=UTC"), "{seen}");
}
