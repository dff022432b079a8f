//! Back to plain helm with the same values: the chart's own values that stand for its pins.

use crate::support::{Chart, Helm, Manifests, Outcome, SEED, Test, each_helm};
use crate::{adopt, charts};

/// The lines of the table on stderr: a pin, and what stands for it.
fn table(outcome: &Outcome) -> Vec<(String, String)> {
    let lines = outcome
        .stderr
        .lines()
        .filter(|line| !line.starts_with("warning: "));
    let rows = lines.skip(1).map(|line| {
        let (pin, value) = line.split_once("  ").unwrap();
        (pin.to_owned(), value.trim().to_owned())
    });
    rows.collect()
}

fn as_values(test: &Test<'_>) -> Outcome {
    let outcome = test.clone().command("adopt").flag("--as-values").run();
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    outcome
}

/// What plain helm prints with the values that were printed.
fn plain_with(helm: &Helm, chart: &Chart, file: &str) -> Manifests {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("values.yaml");
    std::fs::write(&path, file).unwrap();
    let test = Test::new(helm, chart);
    test.helm_flag("--values").helm_flag(&path).plain()
}

/// The fields of the chart of all forms, and whether a value stands for what is generated there.
const FIELDS: [(&str, &str, bool); 9] = [
    ("app", "password", true),
    ("app", "key", true),
    ("app", "index", true),
    ("app", "encoded", true),
    ("app", "token", true),
    ("app", "session", false),
    ("tls", "tls.crt", true),
    ("tls", "tls.key", true),
    ("db", "url", true),
];

#[test]
fn plain_helm_shows_what_the_pins_show() {
    let chart = charts::with_values();
    each_helm(|helm| {
        let test = Test::new(helm, &chart);
        let pinned = test.render();
        let outcome = as_values(&test);
        let expected = [
            ("Secret/app/encoded", "encoded"),
            ("Secret/app/index", "auth.other-key"),
            ("Secret/app/key", "auth.key"),
            ("Secret/app/password", "auth.password"),
            ("Secret/app/session", "none"),
            ("Secret/app/token", "token"),
            ("Secret/db/url:db", "db.password"),
            ("Secret/tls/tls.crt", "tls.cert, tls.key"),
        ];
        let expected = expected.map(|(pin, value)| (pin.to_owned(), value.to_owned()));
        assert_eq!(table(&outcome), expected, "{}", outcome.stderr);
        let plain = plain_with(helm, &chart, &outcome.stdout);
        for (name, key, has_value) in FIELDS {
            let (pinned, plain) = (pinned.secret(name, key), plain.secret(name, key));
            assert_eq!(plain == pinned, has_value, "{name}/{key}");
            assert!(!outcome.stderr.contains(&pinned), "{name}/{key}");
        }
        assert_eq!(plain.config("app", "copy"), "none");
    });
}

#[test]
fn what_is_live_is_printed_and_needs_no_seed() {
    let chart = charts::with_values();
    each_helm(|helm| {
        let test = Test::new(helm, &chart);
        let live = test.plain();
        let outcome = adopt(&test.clone().seed("short"), &live.text, &["--as-values"]);
        assert_eq!(outcome.status, 0, "{}", outcome.stderr);
        let plain = plain_with(helm, &chart, &outcome.stdout);
        for (name, key, has_value) in FIELDS {
            let (live, plain) = (live.secret(name, key), plain.secret(name, key));
            assert_eq!(plain == live, has_value, "{name}/{key}");
        }
        // What is not live is left out, and said.
        let text: Vec<&str> = live
            .text
            .lines()
            .filter(|it| !it.contains("  key:"))
            .collect();
        let outcome = adopt(&test, &text.join("\n"), &["--as-values"]);
        let key = ("Secret/app/key".to_owned(), "not live".to_owned());
        assert!(table(&outcome).contains(&key), "{}", outcome.stderr);
        let values: serde_json::Value = serde_yaml::from_str(&outcome.stdout).unwrap();
        assert!(values["auth"]["key"].is_null() && values["tls"]["key"].is_string());
    });
}

/// Also a value that was adopted, and one that a rule of the chart asks for.
#[test]
fn an_adopted_value_is_handed_back() {
    let chart = charts::with_values();
    each_helm(|helm| {
        chart.write(".argocd-pins.yaml", "{}\n");
        let test = Test::new(helm, &chart);
        let live = test.plain();
        crate::adopt_into(&chart, &test, &live.text);
        let outcome = as_values(&test);
        assert!(outcome.stdout.contains(&live.secret("app", "password")));
        let plain = plain_with(helm, &chart, &outcome.stdout);
        assert_eq!(
            plain.secret("tls", "tls.crt"),
            live.secret("tls", "tls.crt")
        );
        chart.write(".argocd-pins.yaml", "{}\n");
    });
}

/// One value for two pins is taken once, and a chart without any has none.
#[test]
fn what_has_no_value_of_its_own_is_said() {
    let twice = Chart::of(&[(
        "templates/secret.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  a: {{ .Values.password | default (randAlphaNum 16) }}\n  b: {{ .Values.password | default (randAlphaNum 16) }}\n",
    )]);
    each_helm(|helm| {
        let test = Test::new(helm, &twice);
        let outcome = as_values(&test);
        let values: Vec<String> = table(&outcome)
            .into_iter()
            .map(|(_, value)| value)
            .collect();
        assert_eq!(values, ["password", "none"]);
        let plain = plain_with(helm, &twice, &outcome.stdout);
        assert_eq!(plain.secret("s", "a"), test.render().secret("s", "a"));

        let none = charts::datadog();
        let outcome = as_values(&Test::new(helm, &none));
        assert!(outcome.stdout.lines().all(|line| line.starts_with('#')));
        assert!(table(&outcome).iter().all(|(_, value)| value == "none"));
        for flag in ["--check", "--recipient=age1x"] {
            let refused = test
                .clone()
                .command("adopt")
                .flag("--as-values")
                .flag(flag)
                .run();
            refused.assert_failure(SEED.as_bytes());
        }
    });
}
