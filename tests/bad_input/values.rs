//! Values and flags.

use std::fs;
use std::io::Write;
use std::process::Stdio;

use serde_json::json;

use crate::raw::{Raw, good_chart};
use crate::support::{SEED, Test, each_helm};

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

/// A pipe is read once, though there are several renders; also where the private directory is elsewhere.
#[test]
fn values_from_a_pipe() {
    each_helm(|helm| {
        let chart = good_chart();
        chart.write("templates/seen.yaml", "user: {{ .Values.user }}\n");
        let run = |flags: [&str; 2], bytes: &[u8]| {
            let raw = Raw::new();
            fs::create_dir(raw.path("own")).unwrap();
            let mut command = raw.with(chart.dir(), &helm.path);
            command.args(flags).env("PIN_TMPDIR", raw.path("own"));
            command.stdin(Stdio::piped()).stdout(Stdio::piped());
            let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
            child.stdin.take().unwrap().write_all(bytes).unwrap();
            let output = child.wait_with_output().unwrap();
            assert_eq!(fs::read_dir(raw.path("own")).unwrap().count(), 0);
            let own = raw.path("own").display().to_string();
            let stderr = String::from_utf8(output.stderr).unwrap();
            assert!(!stderr.contains(&own), "{stderr}");
            (String::from_utf8(output.stdout).unwrap(), stderr)
        };
        let (stdout, _) = run(["--values", "/dev/stdin"], b"user: alice\n");
        assert!(stdout.contains("user: alice"), "{stdout}");
        let (stdout, _) = run(["--set-file", "user=/dev/stdin"], b"bob");
        assert!(stdout.contains("user: bob"), "{stdout}");
        let (stdout, stderr) = run(["--values", "/dev/stdin"], b"user: \xff\n");
        assert_eq!(stdout, "");
        assert!(stderr.contains("it is not UTF-8"), "{stderr}");
    });
}

/// What both helms read in the same way is taken, as in a values file.
#[test]
fn inline_values_with_a_key_twice() {
    each_helm(|helm| {
        let chart = good_chart();
        chart.write("templates/seen.yaml", "user: {{ .Values.user }}\n");
        let run = |values: &str| {
            let parameters = json!([{"name": "values", "string": values}]).to_string();
            let test = Test::new(helm, &chart).env("ARGOCD_APP_PARAMETERS", parameters);
            test.env("KUBE_VERSION", "1.33.2")
        };
        let outcome = run("user: alice\nuser: bob\n").run();
        assert!(outcome.stdout.contains("user: bob"), "{}", outcome.stderr);
        run("user: alice\n---\nuser: bob\n").fail().assert_says(&[
            "the parameter `values` holds several YAML documents",
            "join them",
        ]);
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
