//! The chart: missing, or broken.

use std::fs;

use crate::raw::{Raw, good_chart};
use crate::support::{Chart, Test, each_helm};

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

/// Go's reader takes a comment right behind a quote, the plugin's does not. The values stay, and the user is told by what.
#[test]
fn what_only_gos_reader_takes() {
    let template = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  user: \"admin\"# the user\n  a: {{ randAlphaNum 20 }}\n";
    each_helm(|helm| {
        let chart = Chart::of(&[("templates/s.yaml", template)]);
        let outcome = Test::new(helm, &chart).run();
        assert_eq!(outcome.status, 0, "{}", outcome.stderr);
        assert!(outcome.stdout.contains("\"admin\"# the user\n"));
        assert_eq!(outcome.stdout, Test::new(helm, &chart).run().stdout);
        outcome.assert_says(&["/templates/s.yaml printed (line ", "cannot be read as YAML"]);
    });
}

/// Helm takes both, and the second without what nobody sees: what it is then called, a template can show.
#[test]
fn names_that_are_not_what_they_seem() {
    each_helm(|helm| {
        let call = "{{ randAlphaNum 20 }}";
        for name in ["{{ define \"x\\xff\" }}", "{{ block \"x\\xff\" . }}"] {
            let text = format!("a: {name}{call}{{{{ end }}}}");
            let chart = Chart::of(&[("templates/a.yaml", &*text)]);
            Test::new(helm, &chart).fail().assert_says(&[
                "templates/a.yaml is a template to helm and none to the plugin: where the name of a define is not UTF-8, rename it",
            ]);
        }
        for name in ["a\\u200bb", "a\\tb", "a\\u0001b"] {
            let about = format!("{{apiVersion: v2, name: \"{name}\", version: 1.0.0}}");
            let chart = Chart::of(&[
                ("charts/sub/Chart.yaml", &*about),
                ("charts/sub/templates/a.yaml", call),
            ]);
            Test::new(helm, &chart).fail().assert_says(&[
                "charts/sub/Chart.yaml of the chart has a name with a control character or one that nobody sees",
                "correct it",
            ]);
        }
        // Helm's own message, of a template that it refuses too.
        let chart = Chart::of(&[("templates/a.yaml", "{{ define \"x\\q\" }}{{ end }}")]);
        Test::new(helm, &chart)
            .fail()
            .assert_says(&["parse error at"]);
    });
}
