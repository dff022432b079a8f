//! A kustomization in the place of a chart, and one beside it.

use std::fs;

use crate::argocd::argocd;
use crate::raw::{Raw, good_chart};
use crate::support::{Chart, each_helm};

const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// A folder `chart` with this kustomization and no chart, in a repository with a chart `parts/db`.
fn without_chart(name: &str, text: &str) -> Chart {
    let chart = good_chart();
    fs::remove_file(chart.dir().join("Chart.yaml")).unwrap();
    chart.write(name, text);
    chart.write("../parts/db/Chart.yaml", "name: db\nversion: 1.0.0\n");
    chart
}

/// Argo CD's user reads what to change in the Application, and nothing about a command line.
#[test]
fn in_the_place_of_a_chart() {
    each_helm(|helm| {
        let raw = Raw::new();
        for (text, says) in [
            (
                "helmGlobals: {chartHome: ../parts}\nhelmCharts:\n- name: db\n  valuesInline: {password: hush}\n",
                ["helmCharts", "own folder, `parts/db`", "parameter `values`"],
            ),
            (
                "helmCharts: [{name: db, repo: 'https://user:hush@h.example', version: 1.0.0}]",
                ["helmCharts", "spec.source.repoURL", "parameter `values`"],
            ),
            (
                "resources: [hush.yaml]\n",
                [
                    "does not render",
                    "leave the kustomization to Argo CD",
                    "spec.source.plugin",
                ],
            ),
            ("a: [hush", ["does not render", "spec.source.plugin", ""]),
        ] {
            for name in NAMES {
                println!("{name}: {text}");
                let chart = without_chart(name, text);
                let change = ("ARGOCD_APP_SOURCE_PATH", Some("chart"));
                let mut command = argocd(&raw, &chart, helm, change);
                let outcome = raw.run(&mut command);
                outcome.assert_failure(b"");
                outcome.assert_says(&says);
                outcome.assert_says(&[name, "`chart` (spec.source.path)", "\nhint: "]);
                for word in ["--", "generate", "hush"] {
                    assert!(!outcome.stderr.contains(word), "{}", outcome.stderr);
                }
            }
        }
    });
}

#[test]
fn nothing_in_the_place_of_a_chart() {
    each_helm(|helm| {
        let raw = Raw::new();
        let chart = good_chart();
        fs::remove_file(chart.dir().join("Chart.yaml")).unwrap();
        let mut command = argocd(
            &raw,
            &chart,
            helm,
            ("ARGOCD_APP_SOURCE_PATH", Some("a\u{1b}")),
        );
        let outcome = raw.run(&mut command);
        outcome.assert_failure(b"");
        outcome.assert_says(&[
            r"`a\u{1b}` (spec.source.path): it has no Chart.yaml",
            "hint: set spec.source.path",
        ]);

        // By hand it is the command line that is wrong.
        let chart = without_chart("kustomization.yaml", "");
        raw.fail(
            &mut raw.with(chart.dir(), &helm.path),
            &[
                "it has a kustomization.yaml and no Chart.yaml",
                "argocd-pin-plugin generate CHART",
            ],
        );
    });
}

/// The chart renders as without it, and a warning says what does not.
#[test]
fn beside_a_chart() {
    each_helm(|helm| {
        let raw = Raw::new();
        let plain = raw.run(&mut argocd(&raw, &good_chart(), helm, ("UNUSED", None)));
        for name in NAMES {
            let chart = good_chart();
            chart.write(name, "resources: [extra.yaml]\n");
            chart.write(
                "extra.yaml",
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: extra}\n",
            );
            let outcome = raw.run(&mut argocd(&raw, &chart, helm, ("UNUSED", None)));
            assert_eq!((outcome.status, &outcome.stdout), (0, &plain.stdout));
            assert_eq!(outcome.stderr.lines().count(), 1, "{}", outcome.stderr);
            outcome.assert_says(&[
                &format!("warning: {name} beside the chart is not read"),
                "not rendered",
            ]);
        }
    });
}
