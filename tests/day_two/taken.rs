//! What is live and what a chart shows differ: `adopt` takes what is surely a pin's, and says what is lost.

use base64::prelude::{BASE64_STANDARD, Engine as _};

use crate::support::{Chart, SEED_ID, Test, each_helm};
use crate::{adopt, generate};

/// A chart with one Secret, which is this part of it.
fn chart(part: &str) -> Chart {
    Chart::of(&[("templates/web.yaml", &*secret(part))])
}

fn secret(part: &str) -> String {
    let head = "apiVersion: v1\nkind: Secret\nmetadata: {name: web}\n";
    // Actions at the beginning of a line come before the object.
    let (before, part) = match part.split_once('\n') {
        Some((before, part)) if before.starts_with("{{-") => (format!("{before}\n"), part),
        _ => (String::new(), part),
    };
    format!("{before}{head}{part}\n")
}

/// Asserts the states of all places, the exit status, and that a render with what is printed shows these texts.
#[track_caller]
fn is_told(part: &str, live: &str, states: &[&str], shown: &[(&str, &str)]) {
    let chart = chart(part);
    each_helm(|helm| {
        chart.write(".argocd-pins.yaml", "{}\n");
        let test = Test::new(helm, &chart);
        let live = secret(live);
        let check = adopt(&test, &live, &["--check"]);
        let lines: Vec<String> = check
            .stdout
            .lines()
            .skip(1)
            .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(lines, states, "{}", check.stderr);
        let is_lost = states.iter().any(|it| it.starts_with("lost"));
        assert_eq!(check.status, i32::from(is_lost));
        let taken = adopt(&test, &live, &[]);
        assert_eq!(taken.status, 0, "{}", taken.stderr);
        assert_eq!(taken.stderr.contains("cannot be taken over"), is_lost);
        chart.write(".argocd-pins.yaml", &taken.stdout);
        let render = generate(&test);
        for (key, text) in shown {
            assert_eq!(render.secret("web", key), *text, "{key}");
        }
    });
}

#[test]
fn one_user_gets_nothing_of_another() {
    let users = r#"stringData:
  users.yaml: |
    - name: admin
      password: {{ randAlphaNum 20 }}
    - name: reader
      password: {{ randAlphaNum 20 }}"#;
    let live = "stringData:\n  users.yaml: |\n    - name: reader\n      password: hers-alone\n";
    let chart = chart(users);
    each_helm(|helm| {
        let test = Test::new(helm, &chart);
        let check = adopt(&test, &secret(live), &["--check"]);
        assert_eq!(check.status, 1, "{}", check.stdout);
        let taken = adopt(&test, &secret(live), &[]);
        assert!(!taken.stdout.contains("BEGIN AGE"), "{}", taken.stdout);
    });
}

#[test]
fn a_pin_that_is_kept_is_not_lost_where_the_rest_changes() {
    is_told(
        "stringData:\n  config.ini: |\n    x = 1\n    password = {{ randAlphaNum 20 }}",
        "stringData:\n  config.ini: |\n    x = 2\n    password = live-password\n",
        &["changed Secret/web/config.ini"],
        &[("config.ini", "x = 1\npassword = live-password\n")],
    );
}

#[test]
fn bytes_are_no_text() {
    let bytes = BASE64_STANDARD.encode([0xff; 32]);
    is_told(
        "data:\n  key: {{ randAlphaNum 32 | b64enc }}",
        &format!("data:\n  key: {bytes}"),
        &["lost Secret/web/key"],
        &[],
    );
    // A text in the place of bytes stands there in base64.
    is_told(
        "data:\n  key: {{ randBytes 32 }}",
        "stringData:\n  key: correct-horse-battery",
        &["kept Secret/web/key"],
        &[("key", "correct-horse-battery")],
    );
}

#[test]
fn what_would_be_a_number_is_no_password() {
    for live in ["12345678", "true", "null", "1e5"] {
        let live = format!("stringData:\n  pw: \"{live}\"");
        let part = "stringData:\n  pw: {{ randAlphaNum 20 }}";
        is_told(part, &live, &["lost Secret/web/pw"], &[]);
    }
    is_told(
        "stringData:\n  pw: {{ randAlphaNum 20 | quote }}",
        "stringData:\n  pw: \"12345678\"",
        &["kept Secret/web/pw"],
        &[("pw", "12345678")],
    );
}

#[test]
fn a_live_secret_that_is_overwritten_is_lost() {
    is_told(
        "{{- $p := randAlphaNum 20 }}\nstringData:\n  a: {{ $p | quote }}\n  b: {{ $p | quote }}",
        "stringData:\n  a: first-password\n  b: second-password",
        &["kept Secret/web/a", "lost Secret/web/b"],
        &[("a", "first-password"), ("b", "first-password")],
    );
    is_told(
        "stringData:\n  url: \"x:{{ randAlphaNum 20 }}:{{ randAlphaNum 20 }}@h\"",
        "stringData:\n  url: \"x:my:pass:word@h\"",
        &["lost Secret/web/url"],
        &[],
    );
}

/// What would be a comment or an anchor where the chart has no quotes is lost, and is not given: nothing would be left of it.
#[test]
fn what_its_place_does_not_show_is_not_given() {
    for live in [
        "#starts-with-hash",
        "abcdefgh #ijklmnop",
        "&anchor-pass12345",
    ] {
        let told = |part: &str, states: &[&str]| {
            is_told(
                part,
                &format!("stringData:\n  pw: '{live}'\n  b: other-password"),
                states,
                &[("b", "other-password")],
            );
        };
        told(
            "stringData:\n  pw: {{ randAlphaNum 20 }}\n  b: {{ randAlphaNum 20 }}",
            &["kept Secret/web/b", "lost Secret/web/pw"],
        );
    }
    let chart = chart("stringData:\n  pw: {{ randAlphaNum 20 }}");
    each_helm(|helm| {
        let test = Test::new(helm, &chart);
        let live = secret("stringData:\n  pw: '#starts-with-hash'");
        let taken = adopt(&test, &live, &[]);
        assert!(!taken.stdout.contains("Secret/web/pw"), "{}", taken.stdout);
    });
}

/// One value that breaks the YAML around it is lost, and the others are kept.
#[test]
fn one_value_that_breaks_the_chart_takes_no_other_along() {
    for live in [
        "@at-the-beginning",
        "{brace-at-the-beginning",
        "- dash at the beginning",
    ] {
        is_told(
            "stringData:\n  a: {{ randAlphaNum 20 }}\n  b: {{ randAlphaNum 20 }}\n  c: {{ randAlphaNum 20 }}",
            &format!("stringData:\n  a: first-password\n  b: '{live}'\n  c: third-password"),
            &[
                "kept Secret/web/a",
                "lost Secret/web/b",
                "kept Secret/web/c",
            ],
            &[("a", "first-password"), ("c", "third-password")],
        );
    }
}

/// An argument is found by its flag, wherever that stands.
#[test]
fn an_argument_is_found_by_its_flag() {
    let pod = |arguments: &str| {
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\nargs:\n{arguments}")
    };
    let ours = pod(
        "- --log\n- --db\n- {{ randAlphaNum 16 }}\n- --redis={{ randAlphaNum 16 }}\n- --mail\n- {{ randAlphaNum 16 }}\n",
    );
    let live = pod("- --redis=redis-password\n- --mail\n- --db\n- database-password\n");
    let chart = Chart::of(&[("templates/c.yaml", &*ours)]);
    each_helm(|helm| {
        chart.write(".argocd-pins.yaml", "{}\n");
        let test = Test::new(helm, &chart);
        let taken = adopt(&test, &live, &[]);
        chart.write(".argocd-pins.yaml", &taken.stdout);
        let text = generate(&test).text;
        for part in [
            "- --db\n- database-password\n",
            "- --redis=redis-password\n",
        ] {
            assert!(text.contains(part), "{text}");
        }
        assert!(!text.contains("- --mail\n- --db"), "{text}");
        let check = adopt(&test, &live, &["--check"]).stdout;
        assert!(
            check.contains("kept") && check.contains("args[--db]"),
            "{check}"
        );
    });
}

#[test]
fn escapes_that_only_the_live_value_needs_are_undone() {
    is_told(
        "stringData:\n  c.json: {{ dict \"password\" (randAlphaNum 20) | toJson | quote }}",
        r#"stringData: {c.json: '{"password":"p\u0026w"}'}"#,
        &["kept Secret/web/c.json"],
        &[("c.json", r#"{"password":"p\u0026w"}"#)],
    );
}

#[test]
fn a_pin_that_is_seen_nowhere_is_not_denied() {
    let chart = chart("data: {}\n# {{ randInt 1 10 }}");
    each_helm(|helm| {
        let check = adopt(&Test::new(helm, &chart), &secret("data: {}"), &["--check"]);
        assert_eq!(check.stdout, "no field shows a pin\n", "{}", check.stderr);
    });
}

/// Also where the two name the pin in other ways.
/// Live objects may be given in parts: what was adopted before and is not among them is not forgotten without a word.
#[test]
fn an_entry_that_is_not_printed_again_is_told() {
    let chart = chart("stringData:\n  a: {{ randAlphaNum 20 }}\n  b: {{ randAlphaNum 20 }}");
    each_helm(|helm| {
        chart.write(".argocd-pins.yaml", "{}\n");
        let test = Test::new(helm, &chart);
        let live = |key: &str| secret(&format!("stringData:\n  {key}: live-password-1234"));
        let first = adopt(&test, &live("a"), &[]);
        assert!(!first.stderr.contains("keep its entry"), "{}", first.stderr);
        chart.write(".argocd-pins.yaml", &first.stdout);
        let second = adopt(&test, &live("b"), &[]);
        let told = ".argocd-pins.yaml gives `Secret/web/a` a value, which is not among these: keep its entry";
        assert!(second.stderr.contains(told), "{}", second.stderr);
    });
}

#[test]
fn the_parameter_wins_over_the_file() {
    let two = chart("stringData:\n  pw: \"{{ randAlphaNum 20 }} ; {{ randAlphaNum 20 }}\"");
    let one = chart("stringData:\n  pw: \"{{ randAlphaNum 20 }}-x\"");
    each_helm(|helm| {
        one.write(".argocd-pins.yaml", "{}\n");
        let entries = |chart: &Chart, live: &str| {
            let live = secret(&format!("stringData:\n  pw: \"{live}\""));
            let adopted = adopt(&Test::new(helm, chart), &live, &[]);
            assert_eq!(adopted.status, 0, "{}", adopted.stderr);
            adopted.stdout
        };
        let of_call = entries(&two, "parameter ; other");
        let mut of_call: serde_json::Value = serde_yaml::from_str(&of_call).unwrap();
        let map = of_call.as_object_mut().unwrap();
        map.retain(|pin, _| pin == "Secret/web/pw#randAlphaNum");
        assert_eq!(map.len(), 1);
        let of_place = entries(&one, "file-x");
        assert!(of_place.contains("\"Secret/web/pw\":"), "{of_place}");
        one.write(".argocd-pins.yaml", &of_place);
        let parameters = serde_json::json!([{"name": "pins", "map": of_call}]).to_string();
        let argocd = Test::new(helm, &one)
            .env("KUBE_VERSION", "1.33.2")
            .env("PIN_SEED_ID", SEED_ID)
            .env("ARGOCD_APP_PARAMETERS", parameters);
        assert_eq!(generate(&argocd).secret("web", "pw"), "parameter-x");
    });
}
