//! A baseline says which pins must not change, without a value of one.

use serde_json::{Value, json};

use crate::support::{Chart, Helm, Outcome, SEED, Test, each_helm};
use crate::{adopt_into, charts};

const FILE: &str = ".argocd-baseline.yaml";

/// Writes the chart's baseline into its folder.
fn write(test: &Test<'_>, chart: &Chart) -> String {
    let written = test.clone().on(chart).command("baseline write").run();
    assert_eq!((written.status, &*written.stderr), (0, ""));
    chart.write(FILE, &written.stdout);
    written.stdout
}

/// As Argo CD renders it, with the parameter.
fn guarded<'a>(test: &Test<'a>) -> Test<'a> {
    let parameters = json!([{"name": "baseline", "string": FILE}]).to_string();
    let test = test.clone().env("KUBE_VERSION", "1.33.2");
    test.env("ARGOCD_APP_PARAMETERS", parameters)
}

/// A render of `new` under the baseline of `old`.
pub(crate) fn under_baseline_of(helm: &Helm, old: &Chart, new: &Chart) -> Outcome {
    let test = Test::new(helm, old);
    let written = test.command("baseline write").run();
    assert_eq!((written.status, &*written.stderr), (0, ""));
    let new = new.copy();
    new.write(FILE, &written.stdout);
    guarded(&Test::new(helm, &new)).run()
}

fn changed(outcome: &Outcome) -> Vec<(String, String)> {
    let json: Value = serde_json::from_str(&outcome.stdout).expect(&outcome.stderr);
    let text = |pin: &Value, key: &str| pin[key].as_str().unwrap().to_owned();
    let pins = json["pins"].as_array().unwrap().iter();
    let pins = pins.filter(|pin| pin["state"] != "stays");
    pins.map(|pin| (text(pin, "state"), text(pin, "pin")))
        .collect()
}

#[test]
fn a_render_that_would_change_a_pin_is_refused() {
    each_helm(|helm| {
        let chart = charts::postgresql();
        let test = Test::new(helm, &chart);
        let written = write(&test, &chart);
        assert_eq!(write(&test, &chart), written);
        let render = test.render();
        for key in ["password", "postgres-password"] {
            assert!(!written.contains(&render.secret("app-postgresql", key)));
        }
        // It is keyed: another seed or Application has other fingerprints.
        for other in [test.clone().nth_seed(1), test.clone().app("other")] {
            let other = other.command("baseline write").run().stdout;
            let lines = |text: &str, start: &str| -> Vec<String> {
                let lines = text.lines().filter(|line| line.trim().starts_with(start));
                lines.map(str::to_owned).collect()
            };
            let same = lines(&written, "fingerprint");
            assert!(
                lines(&other, "fingerprint")
                    .iter()
                    .all(|it| !same.contains(it))
            );
            assert_eq!(lines(&other, "call"), lines(&written, "call"));
        }

        assert_eq!(guarded(&test).run().status, 0);
        let secret = chart.read("templates/secret.yaml");
        chart.write(
            "templates/secret.yaml",
            &secret.replace("\"length\" 10", "\"length\" 12"),
        );
        let failed = guarded(&test).fail();
        failed.assert_says(&[
            "the baseline .argocd-baseline.yaml holds the pin `Secret/app-postgresql/password#randAlphaNum`, which would change",
            "hint: to keep the value, adopt",
        ]);
        // Without the parameter it is a file like any other, unless the admin says so.
        assert_eq!(test.run().status, 0);
        let failed = test.clone().env("PIN_BASELINE", "true").fail();
        failed.assert_says(&["would change"]);
        let explain = guarded(&test).command("explain").run();
        assert_eq!(explain.status, 0, "{}", explain.stderr);
        // A rotation is a change too.
        chart.write("templates/secret.yaml", &secret);
        let rotated = guarded(&test)
            .flag("--rotate")
            .flag("Secret/app-postgresql/password=1");
        rotated.fail().assert_says(&["would change"]);
        // A Secret that has another name has other values.
        chart.write(
            "templates/secret.yaml",
            &secret.replace("}}-postgresql", "}}-db"),
        );
        guarded(&test)
            .fail()
            .assert_says(&["would move to `Secret/app-db/", "more)"]);
        // Written again, it holds.
        write(&test, &chart);
        assert_eq!(guarded(&test).run().status, 0);
    });
}

#[test]
fn diff_takes_it_in_the_place_of_the_old_chart() {
    each_helm(|helm| {
        let chart = charts::postgresql();
        let test = Test::new(helm, &chart);
        let new = chart.copy();
        new.write(FILE, &write(&test, &chart));
        let baseline = new.dir().join(FILE);
        let diff = |chart: &Chart| {
            let test = test.clone().command("diff").on(chart);
            test.chart_last(&baseline).flag("-o").flag("json").run()
        };
        let given = test.clone().command("diff").on(&new).chart_last(&baseline);
        let given = given.flag("--old-values").flag(&baseline).run();
        assert_eq!(given.status, 1);
        given.assert_says(&["--old-values belongs to an old chart", "leave it out"]);
        let same = diff(&new);
        assert_eq!(
            (same.status, changed(&same)),
            (0, Vec::new()),
            "{}",
            same.stderr
        );
        let secret = new.read("templates/secret.yaml");
        let longer = secret.replace("\"length\" 10", "\"length\" 12");
        let longer = longer.replace(
            "  password: {{",
            "  extra: {{ randAlphaNum 9 | b64enc }}\n  password: {{",
        );
        new.write("templates/secret.yaml", &longer);
        let told = diff(&new);
        let pair = |state: &str, key: &str| {
            (
                state.to_owned(),
                format!("Secret/app-postgresql/{key}#randAlphaNum"),
            )
        };
        let expected = vec![pair("changes", "password"), pair("appears", "extra")];
        assert_eq!((told.status, changed(&told)), (1, expected));
        new.write("templates/secret.yaml", "");
        let told = diff(&new);
        assert_eq!(told.status, 0, "{}", told.stdout);
        assert!(changed(&told).iter().all(|(state, _)| state == "goes"));
    });
}

#[test]
fn certificates_are_issued_again_under_a_baseline_and_given_values_count() {
    each_helm(|helm| {
        let chart = charts::harbor();
        let test = Test::new(helm, &chart);
        write(&test, &chart);
        let later = guarded(&test).env("PIN_CERTIFICATE_TIME", "1900000000");
        assert_eq!(later.run().status, 0);
        let other = guarded(&test).set("host", "other.example.com").fail();
        other.assert_says(&["`Secret/ingress/tls.crt"]);

        let chart = charts::postgresql();
        chart.write(".argocd-pins.yaml", "{}\n");
        let test = Test::new(helm, &chart);
        write(&test, &chart);
        adopt_into(&chart, &test, &test.plain().text);
        guarded(&test).fail().assert_says(&["would change"]);
        write(&test, &chart);
        // A given value is the same, whatever length the chart asks for.
        let secret = chart.read("templates/secret.yaml");
        chart.write(
            "templates/secret.yaml",
            &secret.replace("\"length\" 10", "\"length\" 12"),
        );
        assert_eq!(guarded(&test).run().status, 0);
    });
}

/// As the shell leaves the file behind `>` before it is written. Only what prints manifests is guarded.
#[test]
fn an_empty_baseline_stops_only_what_it_guards() {
    each_helm(|helm| {
        let chart = Chart::of(&[(
            "templates/s.yaml",
            "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {at: \"{{ now | unixEpoch }}\", a: {{ randAlphaNum 16 }}}\n",
        )]);
        chart.write(FILE, "");
        let test = Test::new(helm, &chart).env("PIN_BASELINE", "true");
        test.fail().assert_says(&["is no baseline"]);
        for command in ["baseline write", "explain", "verify"] {
            let outcome = test.clone().command(command).run();
            assert_eq!(outcome.status, 0, "{command}: {}", outcome.stderr);
        }
        let written = write(&test, &chart);
        assert!(written.contains("fingerprint"));
        assert_eq!(test.run().status, 0);
        // Its path is expanded, as those of values files are.
        chart.write("b-app.yaml", "");
        let named = json!([{"name": "baseline", "string": "b-$ARGOCD_APP_NAME.yaml"}]);
        let named = Test::new(helm, &chart).env("ARGOCD_APP_PARAMETERS", named.to_string());
        let named = named
            .env("KUBE_VERSION", "1.33.2")
            .env("ARGOCD_APP_NAME", "app");
        named.fail().assert_says(&["b-app.yaml is no baseline"]);
    });
}

/// Its pins follow the clock that the chart sees, which `verify` sets twice.
#[test]
fn verify_takes_no_baseline() {
    each_helm(|helm| {
        let chart = Chart::of(&[(
            "templates/s.yaml",
            "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: \"{{ derivePassword 1 \"long\" (now | unixEpoch) \"u\" \"h\" }}\", a: \"{{ randAlphaNum 8 }}-{{ now | unixEpoch }}\"}\n",
        )]);
        let test = Test::new(helm, &chart);
        write(&test, &chart);
        let outcome = guarded(&test).command("verify").run();
        assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    });
}

#[test]
fn a_baseline_that_is_none_is_refused() {
    each_helm(|helm| {
        let chart = charts::datadog();
        let test = Test::new(helm, &chart);
        guarded(&test)
            .fail()
            .assert_says(&["the baseline cannot be read"]);
        assert_eq!(test.clone().env("PIN_BASELINE", "true").run().status, 0);
        chart.write(FILE, "a: b\n");
        guarded(&test)
            .fail()
            .assert_says(&["is no baseline", "hint: write it by"]);
        std::fs::remove_file(chart.dir().join(FILE)).unwrap();
        std::os::unix::fs::symlink("/etc/hostname", chart.dir().join(FILE)).unwrap();
        guarded(&test).fail().assert_hides(SEED.as_bytes());
    });
}

/// A value of one's own in the place of a pin, as all of a field and as a part of a text.
#[test]
fn what_stands_in_the_place_of_a_pin_is_refused() {
    let chart = Chart::of(&[(
        "templates/all.yaml",
        r#"apiVersion: v1
kind: Secret
metadata: {name: s}
stringData: {password: {{ if .Values.password }}{{ .Values.password }}{{ else }}{{ randAlphaNum 16 }}{{ end }}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: c}
data:
  app.conf: |
    key = {{ if .Values.key }}{{ .Values.key }}{{ else }}{{ randAlphaNum 32 }}{{ end }}
"#,
    )]);
    each_helm(|helm| {
        let test = Test::new(helm, &chart);
        write(&test, &chart);
        for (value, pin) in [
            ("password", "Secret/s/password"),
            ("key", "ConfigMap/c/app.conf:key"),
        ] {
            let failed = guarded(&test.clone().set(value, "own")).fail();
            failed.assert_says(&[pin, "would change"]);
        }
        chart.write(FILE, "");
    });
}

/// What the chart makes of a value in its field, and a value that joins another one in its field.
#[test]
fn what_is_made_of_a_pin_in_its_field_counts() {
    let secret = |password: &str| {
        format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\nstringData:\n  password: {password}\n"
        )
    };
    let chart = Chart::of(&[
        (
            "templates/_h.tpl",
            r#"{{ define "loop" }}{{ range until (int .) }}{{ randAlphaNum 1 }}{{ end }}{{ end }}"#,
        ),
        ("templates/s.yaml", &secret("{{ randAlphaNum 16 }}")),
    ]);
    let value = "{{ randAlphaNum 16 }}";
    each_helm(|helm| {
        let test = Test::new(helm, &chart);
        for (old, new) in [
            (value, "{{ randAlphaNum 16 | lower }}"),
            (value, "{{ randAlphaNum 16 | trunc 12 }}"),
            (value, "{{ randAlphaNum 16 | b64enc }}"),
            (value, "{{ randAlphaNum 16 }}-v2"),
            (value, "{{ randAlphaNum 16 }}{{ randAlphaNum 8 }}"),
            ("x-{{ randAlphaNum 16 }}", value),
            (r#"{{ include "loop" 16 }}"#, r#"{{ include "loop" 17 }}"#),
            (r#"{{ include "loop" 16 }}"#, r#"{{ include "loop" 15 }}"#),
        ] {
            chart.write("templates/s.yaml", &secret(old));
            chart.write(FILE, "");
            write(&test, &chart);
            assert_eq!(guarded(&test).run().status, 0);
            let before = chart.copy();
            chart.write("templates/s.yaml", &secret(new));
            let failed = guarded(&test).fail();
            failed.assert_says(&["Secret/s/password", "would "]);
            let told = test.clone().seed("none").command("diff").on(&before);
            let told = told.flag(chart.dir()).run();
            assert_eq!(told.status, 1, "{old} {new} {}", told.stdout);
        }
        chart.write("templates/s.yaml", &secret(value));
        chart.write(FILE, "");
    });
}

/// A value that goes by its path has no place: another one on the same way is new.
#[test]
fn a_new_value_that_goes_by_its_path_changes_nothing() {
    let job = |suffixes: &str| {
        format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\nstringData: {{a: \"{suffixes}\"}}\n"
        )
    };
    let chart = Chart::of(&[("templates/s.yaml", &job("{{ randNumeric 2 }}"))]);
    each_helm(|helm| {
        chart.write("templates/s.yaml", &job("{{ randNumeric 2 }}"));
        chart.write(FILE, "");
        let test = Test::new(helm, &chart);
        let written = write(&test, &chart);
        assert!(written.contains("path:"), "{written}");
        chart.write(
            "templates/s.yaml",
            &job("{{ randNumeric 2 }} {{ randNumeric 2 }}"),
        );
        let outcome = guarded(&test).run();
        assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    });
}
