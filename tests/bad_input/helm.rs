//! A helm that is missing, too old, fails, is killed or prints nonsense.

use std::fs;

use crate::raw::{Raw, good_chart};
use crate::support::{Helm, SEED};

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

/// helm is started before its chart is there. One that does not wait for it is asked again.
#[test]
fn helm_does_not_wait() {
    let raw = Raw::new();
    let chart = good_chart();
    let calls = raw.path("calls");
    for real in [Helm::v3(), Helm::v4()] {
        let expected = raw.run(&mut raw.with(chart.dir(), &real.path));
        assert_eq!(expected.status, 0, "{}", expected.stderr);
        let _ = fs::remove_file(&calls);
        // The chart comes when it is over: the first call cannot see it.
        let helm = raw.fake_helm(&format!(
            "echo call >> {}\nexec {} \"$@\" < /dev/null",
            calls.display(),
            real.path.display()
        ));
        let outcome = raw.run(&mut raw.with(chart.dir(), &helm));
        assert_eq!(
            (outcome.status, &outcome.stdout),
            (0, &expected.stdout),
            "helm {}: {}",
            real.version,
            outcome.stderr
        );
        let calls = fs::read_to_string(&calls).unwrap().lines().count();
        // It may have been slow enough to find its chart.
        assert!((1..=2).contains(&calls), "{calls} calls");
    }
    // One that surely looks too early.
    let helm = raw.fake_helm(
        "case \"$*\" in\n*' --values - '*) echo 'Error: no chart' >&2; exit 1;;\nesac\necho '---'\necho 'a: b'",
    );
    let outcome = raw.run(&mut raw.with(chart.dir(), &helm));
    let expected = (0, "---\na: b\n");
    assert_eq!((outcome.status, outcome.stdout.as_str()), expected);
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
        let helm = raw.fake_helm(&format!("printf -- '---\\n{text}\\n'"));
        raw.fail(&mut raw.with(chart.dir(), &helm), &["YAML"]);
    }
}

/// A parser that calls itself for each level would end the process here.
#[test]
fn output_that_is_very_deep() {
    let raw = Raw::new();
    let chart = good_chart();
    let helm =
        raw.fake_helm("echo '---'\nprintf 'a: '\nhead -c 200000 /dev/zero | tr '\\0' '['\necho");
    let outcome = raw.run(&mut raw.with(chart.dir(), &helm));
    outcome.assert_failure(SEED.as_bytes());
}
