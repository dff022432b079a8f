//! A helm that is missing, too old, fails, is killed or prints nonsense.

use std::fs;

use crate::raw::{Raw, good_chart};
use crate::support::{Helm, each_helm};

#[test]
fn helm_is_missing() {
    let raw = Raw::new();
    let chart = good_chart();
    let missing = raw.path("no-such-helm");
    raw.fail(&mut raw.with(chart.dir(), &missing), &["no-such-helm"]);

    let plain = raw.path("plain-file");
    fs::write(&plain, "no program").unwrap();
    raw.fail(
        &mut raw.with(chart.dir(), &plain),
        &["plain-file cannot be run: Permission denied"],
    );

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

/// Nothing on stdout would mean that all resources are to be deleted.
#[test]
fn helm_is_another_program() {
    let raw = Raw::new();
    let chart = good_chart();
    for body in ["exit 0", "echo \"$@\"", "echo 'a: b'"] {
        let helm = raw.fake_helm(body);
        raw.fail(
            &mut raw.with(chart.dir(), &helm),
            &["is no helm", "PIN_HELM"],
        );
    }
    // One that is too old and says nothing.
    let helm = raw.fake_helm("case \"$1\" in\nversion) echo v3.5.0; exit 0;;\nesac\nexit 1");
    raw.fail(&mut raw.with(chart.dir(), &helm), &["3.5.0"]);
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

/// What ends helm is no fault of the chart's.
#[test]
fn helm_is_ended_by_a_signal() {
    let chart = good_chart();
    each_helm(|helm| {
        let raw = Raw::new();
        for (signal, says) in [
            ("TERM", "signal 15"),
            ("HUP", "signal 1"),
            ("QUIT", "helm crashed, and not for want of memory"),
            ("SEGV", "helm crashed, and not for want of memory"),
            ("KILL", "signal 9"),
        ] {
            // The real one, as soon as it runs: it waits for its values.
            let script = format!(
                "case \"$1\" in version) exec '{0}' \"$@\";; esac\n(sleep 0.3; kill -{signal} $$) &\nexec '{0}' \"$@\" --values /dev/stdin < /dev/zero",
                helm.path.display()
            );
            let fake = raw.fake_helm(&script);
            raw.fail(&mut raw.with(chart.dir(), &fake), &[says]);
        }
    });
}

/// The chart has no fault that a second try could find.
#[test]
fn helm_that_crashes_is_not_tried_again() {
    let raw = Raw::new();
    let runs = raw.path("runs");
    let chart = good_chart();
    // One that waits for its chart is no run until it has it.
    let script = format!(
        "read values && echo run >> '{}'\necho 'panic: runtime error: invalid memory address' >&2\nexit 2",
        runs.display()
    );
    let helm = raw.fake_helm(&script);
    let says = ["helm crashed, and not for want of memory"];
    raw.fail(&mut raw.with(chart.dir(), &helm), &says);
    assert_eq!(std::fs::read_to_string(&runs).unwrap(), "run\n");
}

/// Asked to end, helm prints so among the manifests and goes on.
#[test]
fn helm_is_interrupted() {
    let raw = Raw::new();
    let chart = good_chart();
    let real = Helm::v3().path;
    let version = format!(
        "case \"$1\" in version) exec '{}' \"$@\";; esac\n",
        real.display()
    );
    let said = "echo Release app has been cancelled.";
    let script = format!("{version}{said}\nexec '{}' \"$@\"", real.display());
    let helm = raw.fake_helm(&script);
    raw.fail(&mut raw.with(chart.dir(), &helm), &["interrupted"]);
    let helm = helm_with_more(&raw, said);
    raw.fail(&mut raw.with(chart.dir(), &helm), &["interrupted"]);
}

#[test]
fn output_that_ends_in_the_middle_of_a_line() {
    let raw = Raw::new();
    let chart = good_chart();
    let helm = helm_with_more(&raw, "printf -- '---\na: b'");
    raw.fail(
        &mut raw.with(chart.dir(), &helm),
        &["in the middle of a line"],
    );
}

/// A process that helm leaves behind holds the pipe open.
#[test]
fn a_helm_that_leaves_something_running() {
    let raw = Raw::new();
    let chart = good_chart();
    let real = Helm::v4().path;
    let helm = raw.fake_helm(&format!("sleep 300 &\n'{}' \"$@\"", real.display()));
    let begin = std::time::Instant::now();
    let outcome = raw.run(&mut raw.with(chart.dir(), &helm));
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    assert!(begin.elapsed() < std::time::Duration::from_secs(120));
}

#[test]
fn output_that_is_no_utf_8() {
    let raw = Raw::new();
    let chart = good_chart();
    let helm = raw.fake_helm("printf 'a: \\377\\376\\n'");
    raw.fail(&mut raw.with(chart.dir(), &helm), &["UTF-8"]);
}

/// What a real helm prints with generated values, and something behind it.
fn helm_with_more(raw: &Raw, more: &str) -> std::path::PathBuf {
    let real = Helm::v4().path;
    raw.fake_helm(&format!("'{}' \"$@\" || exit\n{more}", real.display()))
}

/// It is helm's to say that something is no YAML. What cannot be read shows no places; the rest stays as it is.
#[test]
fn output_that_is_no_yaml() {
    let raw = Raw::new();
    let chart = good_chart();
    let expected = raw.run(&mut raw.with(chart.dir(), &Helm::v4().path));
    assert_eq!(expected.status, 0, "{}", expected.stderr);
    for text in ["a: [", "a: b: c", "a: \"no end", "{a: b}}"] {
        let helm = helm_with_more(&raw, &format!("printf -- '---\n{text}\n'"));
        let outcome = raw.run(&mut raw.with(chart.dir(), &helm));
        assert_eq!(outcome.status, 0, "{}", outcome.stderr);
        // Whether a blank line stands before it no helm says, since none prints it.
        let (before, behind) = outcome.stdout.rsplit_once("---\n").unwrap();
        assert_eq!(before.trim_end(), expected.stdout.trim_end());
        assert_eq!(behind, format!("{text}\n"));
    }
}

/// A parser that calls itself for each level would end the process here.
#[test]
fn output_that_is_very_deep() {
    let raw = Raw::new();
    let chart = good_chart();
    let helm = helm_with_more(
        &raw,
        "echo '---'\nprintf 'a: '\nhead -c 200000 /dev/zero | tr '\\0' '['\necho",
    );
    let outcome = raw.run(&mut raw.with(chart.dir(), &helm));
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    assert!(outcome.stdout.ends_with("[[[\n"));
}
