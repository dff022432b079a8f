//! Values and flags.

use std::fs;

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
