//! Bad input: one clear message, exit code not 0, nothing on stdout, nothing left on disk; and no
//! message ever holds the seed or a value.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use support::{Chart, Helm, Outcome, Place, SEED, Test, each_helm, write_private};

const SECRET: &str = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  token: {{ randAlphaNum 32 }}\n";

fn good_chart() -> Chart {
    Chart::of(&[("templates/secret.yaml", SECRET)])
}

/// `generate` with exactly these arguments, in a place of its own.
struct Raw {
    place: Place,
    seed_file: PathBuf,
}

impl Raw {
    fn new() -> Self {
        let place = Place::new();
        let seed_file = place.root.path().join("seed");
        write_private(&seed_file, SEED.as_bytes(), 0o600);
        Self { place, seed_file }
    }

    /// A file below the place's root.
    fn path(&self, name: &str) -> PathBuf {
        self.place.root.path().join(name)
    }

    /// The command with the flags that every run needs but for the chart, the seed and helm.
    fn command(&self) -> Command {
        let mut command = self.place.command(env!("CARGO_BIN_EXE_argocd-pin-plugin"));
        command.args(["generate", "--app", "app", "--project", "default"]);
        command.args(["--release-name", "app", "--namespace", "ns"]);
        command
    }

    /// The command for a chart, with this helm.
    fn with(&self, chart: &Path, helm: &Path) -> Command {
        let mut command = self.command();
        command
            .arg(chart)
            .arg("--seed-file")
            .arg(&self.seed_file)
            .arg("--helm")
            .arg(helm);
        command
    }

    fn run(&self, command: &mut Command) -> Outcome {
        let output = command.output().unwrap();
        self.place.assert_clean();
        Outcome {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// A run that must fail and say this.
    #[track_caller]
    fn fail(&self, command: &mut Command, says: &[&str]) {
        let outcome = self.run(command);
        outcome.assert_failure(SEED.as_bytes());
        outcome.assert_says(says);
    }

    /// A stand-in for helm: a shell script.
    fn fake_helm(&self, script: &str) -> PathBuf {
        let path = self.path("fake-helm");
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
        path
    }
}

// --- the chart ---

#[test]
fn no_chart() {
    each_helm(|helm| {
        let raw = Raw::new();
        let missing = raw.path("no-such-chart");
        raw.fail(&mut raw.with(&missing, &helm.path), &["no-such-chart"]);

        let empty = raw.path("empty");
        fs::create_dir(&empty).unwrap();
        raw.fail(&mut raw.with(&empty, &helm.path), &["Chart.yaml"]);

        let file = raw.path("file");
        fs::write(&file, "not a chart").unwrap();
        raw.fail(&mut raw.with(&file, &helm.path), &["file"]);
    });
}

#[test]
fn broken_chart_file() {
    each_helm(|helm| {
        for text in [
            "{",
            "",
            "name: [",
            "apiVersion: v2\nversion: 1.0.0\n",
            "- a list\n",
        ] {
            let chart = good_chart();
            chart.write("Chart.yaml", text);
            let outcome = Test::new(helm, &chart).fail();
            // By us, or by helm: `chart.metadata.name is required`.
            assert!(
                outcome.stderr.to_lowercase().contains("chart"),
                "{}",
                outcome.stderr
            );
        }
    });
}

/// Helm's own message comes through, with its file and line.
#[test]
fn broken_template() {
    each_helm(|helm| {
        for text in [
            "a: {{ randAlphaNum 8",
            "a: {{ randAlphaNum 8 }",
            "{{ if true }}a: {{ randAlphaNum 8 }}",
            "a: {{ \"no end }}",
            "a: {{ end }}",
            "a: {{ noSuchFunction (randAlphaNum 8) }}",
            "a: {{ randAlphaNum }}",
            "a: {{ randAlphaNum \"x\" 1 }}",
            "a: {{ include \"nowhere\" (randAlphaNum 8) }}",
            "a: {{/* no end",
        ] {
            println!("{text}");
            let chart = good_chart();
            chart.write("templates/broken.yaml", text);
            Test::new(helm, &chart).fail().assert_says(&["broken.yaml"]);
        }
    });
}

#[test]
fn broken_archive() {
    each_helm(|helm| {
        for bytes in ["", "not an archive", "\u{1f}\u{8b}\u{8}"] {
            let chart = good_chart();
            chart.write("charts/broken-1.0.0.tgz", bytes);
            Test::new(helm, &chart)
                .fail()
                .assert_says(&["broken-1.0.0.tgz"]);
        }
    });
}

/// Until they can be pinned: the error names the calls, and only when they are reached.
#[test]
fn certificates_are_named() {
    each_helm(|helm| {
        let chart = Chart::named("certificates");
        Test::new(helm, &chart)
            .fail()
            .assert_says(&["templates/secret.yaml", "genCA"]);
        let render = Test::new(helm, &chart).set("tls", "false").pinned();
        assert_eq!(render.names("Secret"), ["app-token"]);
    });
}

// --- values ---

#[test]
fn missing_values_file() {
    each_helm(|helm| {
        let raw = Raw::new();
        let chart = good_chart();
        let mut command = raw.with(chart.dir(), &helm.path);
        command.args(["--values", "no-such-values.yaml"]);
        raw.fail(&mut command, &["no-such-values.yaml"]);

        let mut command = raw.with(chart.dir(), &helm.path);
        command.args(["--set-file", "key=no-such-file.txt"]);
        raw.fail(&mut command, &["no-such-file.txt"]);
    });
}

#[test]
fn broken_values_file() {
    each_helm(|helm| {
        let raw = Raw::new();
        let chart = good_chart();
        let values = raw.path("values.yaml");
        for text in ["a: [", "just text", "a: {{ randAlphaNum 8 }}: b", "\u{0}"] {
            fs::write(&values, text).unwrap();
            let mut command = raw.with(chart.dir(), &helm.path);
            command.arg("--values").arg(&values);
            raw.fail(&mut command, &["values.yaml"]);
        }
    });
}

#[test]
fn values_against_the_schema() {
    each_helm(|helm| {
        let chart = good_chart();
        chart.write(
            "values.schema.json",
            r#"{"type": "object", "properties": {"replicas": {"type": "integer"}}}"#,
        );
        Test::new(helm, &chart)
            .set("replicas", "many")
            .fail()
            .assert_says(&["replicas"]);
        Test::new(helm, &chart)
            .set("replicas", "many")
            .helm_flag("--skip-schema-validation")
            .pinned();
    });
}

#[test]
fn broken_flags() {
    each_helm(|helm| {
        let raw = Raw::new();
        let chart = good_chart();
        for (flag, value) in [
            ("--no-such-flag", "x"),
            ("--set", "without-a-value"),
            ("--kube-version", "not a version"),
        ] {
            let mut command = raw.with(chart.dir(), &helm.path);
            command.args([flag, value]);
            let outcome = raw.run(&mut command);
            outcome.assert_failure(SEED.as_bytes());
        }
    });
}

// --- the seed ---

#[test]
fn missing_seed() {
    each_helm(|helm| {
        let raw = Raw::new();
        let chart = good_chart();
        fs::remove_file(&raw.seed_file).unwrap();
        let file = raw.seed_file.display().to_string();
        raw.fail(&mut raw.with(chart.dir(), &helm.path), &[&file]);
    });
}

#[test]
fn short_seed() {
    each_helm(|helm| {
        let chart = good_chart();
        for length in [0, 1, 16, 31] {
            let seed = "k".repeat(length);
            let outcome = Test::new(helm, &chart).seed(&seed).fail();
            outcome.assert_says(&["32"]);
            assert!(
                length < 16 || !outcome.stderr.contains(&seed),
                "{}",
                outcome.stderr
            );
        }
        Test::new(helm, &chart).seed("k".repeat(32)).pinned();
    });
}

/// A device never ends, a directory has nothing to read, a huge file is no seed.
#[test]
fn a_seed_that_is_no_file_of_sane_size() {
    each_helm(|helm| {
        let raw = Raw::new();
        let chart = good_chart();
        let huge = raw.path("huge");
        write_private(&huge, &vec![b'k'; 1 << 20], 0o600);
        for seed in [Path::new("/dev/zero"), raw.place.root.path(), &huge] {
            let mut command = raw.command();
            command
                .arg(chart.dir())
                .arg("--seed-file")
                .arg(seed)
                .arg("--helm")
                .arg(&helm.path);
            let file = seed.display().to_string();
            raw.fail(&mut command, &[&file]);
        }
    });
}

/// The seed is taken as it is: a newline at its end counts.
#[test]
fn the_seed_is_taken_as_it_is() {
    each_helm(|helm| {
        let chart = good_chart();
        let token = |seed: &[u8]| {
            Test::new(helm, &chart)
                .seed(seed)
                .pinned()
                .secret("s", "token")
        };
        assert_ne!(
            token(SEED.as_bytes()),
            token(format!("{SEED}\n").as_bytes())
        );
        let binary: Vec<u8> = (0..=255).collect();
        assert_ne!(token(&binary), token(&binary[..255]));
    });
}

/// A warning, no failure: in a pod the mount may be read by the one user there is.
#[test]
fn a_seed_that_others_can_reach_is_warned_about() {
    each_helm(|helm| {
        let chart = good_chart();
        let test = Test::new(helm, &chart);
        let quiet = test.run();
        let outcome = test.seed_mode(0o666).run();
        assert_eq!(outcome.status, 0, "{}", outcome.stderr);
        assert_eq!(outcome.stdout, quiet.stdout);
        assert!(
            outcome.stderr.starts_with("warning: "),
            "{}",
            outcome.stderr
        );
        outcome.assert_says(&["seed"]);
        outcome.assert_hides(SEED.as_bytes());
    });
}

// --- Argo CD ---

/// The environment that Argo CD gives, but for one variable.
fn argocd(raw: &Raw, chart: &Chart, helm: &Helm, change: (&str, Option<&str>)) -> Command {
    let mut command = raw.place.command(env!("CARGO_BIN_EXE_argocd-pin-plugin"));
    command.arg("generate").current_dir(chart.dir());
    for (name, value) in [
        ("ARGOCD_APP_NAME", "app"),
        ("ARGOCD_APP_PROJECT_NAME", "default"),
        ("ARGOCD_APP_NAMESPACE", "ns"),
        ("ARGOCD_APP_PARAMETERS", "null"),
        (
            "ARGOCD_APP_REVISION",
            "0123456789abcdef0123456789abcdef01234567",
        ),
        ("ARGOCD_APP_SOURCE_PATH", "."),
        ("KUBE_VERSION", "1.31.0"),
        ("KUBE_API_VERSIONS", "v1,apps/v1"),
    ] {
        command.env(name, value);
    }
    command
        .env("PIN_SEED_FILE", &raw.seed_file)
        .env("PIN_HELM", &helm.path);
    match change {
        (name, Some(value)) => command.env(name, value),
        (name, None) => command.env_remove(name),
    };
    command
}

/// Under Argo CD the same values come out as by hand for the same application.
#[test]
fn argocd_needs_no_flags() {
    each_helm(|helm| {
        let raw = Raw::new();
        let chart = good_chart();
        let outcome = raw.run(&mut argocd(&raw, &chart, helm, ("UNUSED", Some(""))));
        assert_eq!((outcome.status, outcome.stderr.as_str()), (0, ""));
        assert_eq!(outcome.stdout, Test::new(helm, &chart).render().text);
    });
}

#[test]
fn argocd_without_application_or_project() {
    each_helm(|helm| {
        let raw = Raw::new();
        let chart = good_chart();
        for name in ["ARGOCD_APP_NAME", "ARGOCD_APP_PROJECT_NAME"] {
            for value in [Some(""), None] {
                raw.fail(&mut argocd(&raw, &chart, helm, (name, value)), &[name]);
            }
        }
    });
}

#[test]
fn broken_parameters() {
    each_helm(|helm| {
        let raw = Raw::new();
        let chart = good_chart();
        for (json, says) in [
            ("{", "ARGOCD_APP_PARAMETERS"),
            (r#"{"name": "values"}"#, "ARGOCD_APP_PARAMETERS"),
            (
                r#"[{"name": "value-files", "array": ["a.yaml"]}]"#,
                "values-files",
            ),
            (
                r#"[{"name": "values-files", "array": ["no-such-values.yaml"]}]"#,
                "no-such-values.yaml",
            ),
            (
                r#"[{"name": "values-files", "array": ["../../../../../etc/passwd"]}]"#,
                "passwd",
            ),
            (
                r#"[{"name": "values-files", "array": ["/etc/passwd"]}]"#,
                "passwd",
            ),
            (r#"[{"name": "values", "string": "a: ["}]"#, "values"),
            (
                r#"[{"name": "release-name", "array": ["x"]}]"#,
                "release-name",
            ),
        ] {
            println!("{json}");
            raw.fail(
                &mut argocd(&raw, &chart, helm, ("ARGOCD_APP_PARAMETERS", Some(json))),
                &[says],
            );
        }
    });
}

// --- helm ---

#[test]
fn helm_is_missing() {
    let raw = Raw::new();
    let chart = good_chart();
    let missing = raw.path("no-such-helm");
    raw.fail(&mut raw.with(chart.dir(), &missing), &["no-such-helm"]);

    let plain = raw.path("plain-file");
    fs::write(&plain, "no program").unwrap();
    raw.fail(&mut raw.with(chart.dir(), &plain), &["plain-file"]);

    // Not on PATH either.
    let mut command = raw.command();
    command
        .arg(chart.dir())
        .arg("--seed-file")
        .arg(&raw.seed_file)
        .env("PATH", raw.place.tmp());
    raw.fail(&mut command, &["helm"]);
}

#[test]
fn helm_is_too_old() {
    let raw = Raw::new();
    let chart = good_chart();
    let helm = raw.fake_helm(
        "case \"$1\" in\nversion) echo 'v2.17.0+ga690bad'; exit 0;;\nesac\necho 'Error: unknown flag: --name-template' >&2\nexit 1",
    );
    raw.fail(&mut raw.with(chart.dir(), &helm), &["2.17"]);
}

#[test]
fn helm_fails() {
    let raw = Raw::new();
    let chart = good_chart();
    let helm = raw.fake_helm("echo 'Error: the reason of helm' >&2\nexit 1");
    raw.fail(&mut raw.with(chart.dir(), &helm), &["the reason of helm"]);

    // Half an output before the failure is not passed on.
    let helm = raw.fake_helm("echo 'a: b'\necho 'Error: the reason of helm' >&2\nexit 3");
    raw.fail(&mut raw.with(chart.dir(), &helm), &["the reason of helm"]);

    let helm = raw.fake_helm("exit 1");
    raw.fail(&mut raw.with(chart.dir(), &helm), &["helm"]);
}

#[test]
fn helm_is_killed() {
    let raw = Raw::new();
    let chart = good_chart();
    let helm = raw.fake_helm("echo 'a: b'\nkill -9 $$");
    raw.fail(&mut raw.with(chart.dir(), &helm), &["helm", "signal"]);
}

#[test]
fn output_that_is_no_utf_8() {
    let raw = Raw::new();
    let chart = good_chart();
    let helm = raw.fake_helm("printf 'a: \\377\\376\\n'");
    raw.fail(&mut raw.with(chart.dir(), &helm), &["UTF-8"]);
}

#[test]
fn output_that_is_no_yaml() {
    let raw = Raw::new();
    let chart = good_chart();
    for text in ["a: [", "a: b: c", "a: \"no end", "{a: b}}"] {
        let helm = raw.fake_helm(&format!("printf '{text}\\n'"));
        raw.fail(&mut raw.with(chart.dir(), &helm), &["YAML"]);
    }
}

/// A parser that calls itself for each level would end the process here.
#[test]
fn output_that_is_very_deep() {
    let raw = Raw::new();
    let chart = good_chart();
    let helm = raw.fake_helm("printf 'a: '\nhead -c 200000 /dev/zero | tr '\\0' '['\necho");
    let outcome = raw.run(&mut raw.with(chart.dir(), &helm));
    outcome.assert_failure(SEED.as_bytes());
}

// --- what a message may show ---

/// The chart prints its own value with `fail`, `required` or in broken YAML. The message that
/// comes through was made with a seed that is no secret: it is the same whatever the seed is.
#[test]
fn a_charts_own_message_shows_no_value() {
    each_helm(|helm| {
        let chart = Chart::named("leaks");
        for (mode, says) in [
            ("fail", "is refused"),
            ("required", "give a value"),
            ("yaml", "secret.yaml"),
            ("late", "index"),
        ] {
            println!("mode {mode}");
            let test = Test::new(helm, &chart).set("mode", mode);
            let one = test.fail();
            one.assert_says(&[says]);
            for other in [
                test.clone().nth_seed(1),
                test.clone().app("other"),
                test.clone().project("other"),
            ] {
                assert_eq!(
                    one.stderr,
                    other.fail().stderr,
                    "the message depends on the seed"
                );
            }
        }
        Test::new(helm, &chart).set("mode", "none").pinned();
    });
}

// --- ends ---

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
        "{{ echo \"$@\"; env; }} > {}\necho 'a: b'",
        seen.display()
    ));
    let mut command = raw.with(chart.dir(), &helm);
    command
        .env("PIN_SEED_FILE", &raw.seed_file)
        .env("ARGOCD_ENV_TOKEN", "a-tenants-token");
    let outcome = raw.run(&mut command);
    assert_eq!((outcome.status, outcome.stdout.as_str()), (0, "a: b\n"));
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
