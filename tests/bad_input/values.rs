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

/// What helm reads and we do not is refused. Where helm does not read it either, helm says so.
#[test]
fn yaml_that_helm_alone_reads() {
    each_helm(|helm| {
        let unread = |values: &str, own: &str| {
            let chart = good_chart();
            chart.write("values.yaml", values);
            let raw = Raw::new();
            let path = raw.path("own.yaml");
            fs::write(&path, own).unwrap();
            let mut command = raw.with(chart.dir(), &helm.path);
            command.arg("--values").arg(&path);
            raw.run(&mut command)
        };
        let says = "is YAML to helm and not to the plugin";
        for (values, own, file) in [
            ("a: 'x'#c\n", "", "values.yaml of the chart"),
            ("", "a: 'x'#c\n", "the values file own.yaml"),
        ] {
            let outcome = unread(values, own);
            outcome.assert_failure(SEED.as_bytes());
            outcome.assert_says(&[file, says, "line 1, column 7"]);
        }
        for (values, own) in [("a: [\n", ""), ("", "a: [\n"), ("a: 'x'#c\nb: [\n", "")] {
            let outcome = unread(values, own);
            outcome.assert_failure(SEED.as_bytes());
            outcome.assert_says(&["did not find expected node content"]);
            assert!(!outcome.stderr.contains(says), "{}", outcome.stderr);
        }
        let read = unread("a: 'x' #c\nb: \"x\u{2028}y\"\n", "a: x\u{85}b: y\n");
        assert_eq!(read.status, 0, "{}", read.stderr);
    });
}

/// Two keys that helm makes one, in each file that helm reads: which of them it takes changes from render to render.
#[test]
fn keys_that_are_one_to_helm() {
    each_helm(|helm| {
        let twice = "a: {<<: {1: x}, '1': y}\n";
        let seen = "seen: {{ toJson .Values }}{{ toJson .Chart.Annotations }}\n";
        let check = |files: &[(&str, &str)], file: &str| {
            let chart = good_chart();
            chart.write("templates/seen.yaml", seen);
            for (path, text) in files {
                chart.write(path, text);
            }
            Test::new(helm, &chart).fail().assert_says(&[
                file,
                "has two keys that helm reads as one, `1` (line 1), and takes now the one, now the other: remove one of them",
            ]);
        };
        check(&[("values.yaml", twice)], "values.yaml of the chart");
        let sub = (
            "charts/sub/Chart.yaml",
            "{apiVersion: v2, name: sub, version: 1.0.0}",
        );
        check(
            &[sub, ("charts/sub/values.yaml", twice)],
            "charts/sub/values.yaml of the chart",
        );
        let annotated =
            "{apiVersion: v2, name: app, version: 1.0.0, annotations: {1.0: x, '1': y}}";
        check(&[("Chart.yaml", annotated)], "Chart.yaml of the chart");

        let raw = Raw::new();
        let chart = good_chart();
        let values = raw.path("own.yaml");
        let mut command = raw.with(chart.dir(), &helm.path);
        command.arg("--values").arg(&values);
        fs::write(&values, twice).unwrap();
        raw.fail(
            &mut command,
            &["the values file own.yaml has two keys", "`1`"],
        );
        // What overrides a merge key is one key.
        fs::write(&values, "a: {<<: {k: x, 1: x}, k: y, 1: y}\n").unwrap();
        assert_eq!(raw.run(&mut command).status, 0);

        let parameters = json!([{"name": "values", "string": twice}]).to_string();
        let test = Test::new(helm, &chart).env("ARGOCD_APP_PARAMETERS", parameters);
        test.env("KUBE_VERSION", "1.33.2")
            .fail()
            .assert_says(&["the parameter `values` has two keys"]);
    });
}
