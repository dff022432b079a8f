//! What becomes of the pins in another version of a chart, told before it is merged.

use serde_json::Value;

use crate::baseline::under_baseline_of;
use crate::support::{Chart, Outcome, SEED, Test, each_helm};
use crate::{adopt_into, charts};

/// `diff` from one chart to another. The seed is none that could be read.
fn diff(test: &Test<'_>, new: &Chart, flags: &[&str]) -> Outcome {
    let test = test.clone().seed("none").command("diff");
    let mut test = test.flag(new.dir());
    for flag in flags {
        test = test.flag(flag);
    }
    test.run()
}

/// The pins that do not stay: states and pins, with where they move.
fn changes(outcome: &Outcome) -> Vec<String> {
    let json: Value = serde_json::from_str(&outcome.stdout).expect(&outcome.stderr);
    let pins = json["pins"].as_array().unwrap().iter();
    let changed = pins.filter(|pin| pin["state"] != "stays").map(|pin| {
        let texts = ["state", "pin", "to", "because"].map(|key| pin[key].as_str());
        texts.into_iter().flatten().collect::<Vec<_>>().join(" | ")
    });
    changed.collect()
}

/// The values that the chart gives under a seed.
fn secret(test: &Test<'_>, chart: &Chart, name: &str, key: &str) -> String {
    test.clone().on(chart).render().secret(name, key)
}

#[test]
fn an_upgrade_is_told_pin_by_pin() {
    let old = charts::postgresql();
    each_helm(|helm| {
        let test = Test::new(helm, &old);
        let same = diff(&test, &old, &["-o", "json"]);
        assert_eq!(
            (same.status, changes(&same).len()),
            (0, 0),
            "{}",
            same.stderr
        );

        let new = old.copy();
        let edited = old
            .read("templates/secret.yaml")
            .replace("(dict \"length\" 10)", "(dict \"length\" 12)")
            .replace(
                "  password: {{ $user }}\n",
                "  password: {{ $user }}\n  extra: {{ randAlphaNum 20 | b64enc }}\n",
            );
        new.write("templates/secret.yaml", &edited);
        let told = diff(&test, &new, &["-o", "json"]);
        assert_eq!(told.status, 1);
        assert_eq!(
            changes(&told),
            [
                "changes | Secret/app-postgresql/password#randAlphaNum | the chart asks for 12 instead of 10",
                "appears | Secret/app-postgresql/extra#randAlphaNum",
            ]
        );
        // What it says is so.
        for (key, stays) in [("password", false), ("postgres-password", true)] {
            let before = secret(&test, &old, "app-postgresql", key);
            let after = secret(&test, &new, "app-postgresql", key);
            assert_eq!(before == after, stays, "{key}");
        }
        // And it holds no value of any seed.
        let told = diff(&test, &new, &[]);
        told.assert_hides(SEED.as_bytes());
        assert!(told.stdout.starts_with("STATE"), "{}", told.stdout);

        // The way back: nothing else than the length.
        let told = diff(&test.clone().on(&new), &old, &["-o", "json"]);
        assert_eq!(told.status, 1);
        assert_eq!(changes(&told).len(), 2);
        assert_eq!(
            changes(&told)[1],
            "goes | Secret/app-postgresql/extra#randAlphaNum"
        );
    });
}

#[test]
fn a_renamed_secret_moves_its_pins() {
    let old = charts::datadog();
    each_helm(|helm| {
        let test = Test::new(helm, &old);
        let new = old.copy();
        for file in ["templates/token.yaml", "templates/secret.yaml"] {
            if new.dir().join(file).exists() {
                let text = new
                    .read(file)
                    .replace("datadog-cluster-agent", "agent-token");
                new.write(file, &text);
            }
        }
        let told = diff(&test, &new, &["-o", "json"]);
        assert_eq!(told.status, 1, "{}", told.stdout);
        assert_eq!(
            changes(&told),
            [
                "moves | Secret/datadog-cluster-agent/token#randAlphaNum | Secret/agent-token/token#randAlphaNum"
            ]
        );
    });
}

#[test]
fn what_nobody_can_tell_is_no_silence() {
    let header = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n";
    let list = |clients: &[&str]| {
        let lines = clients.iter().map(|client| {
            format!("    - {{clientId: {client}, secret: {{{{ randAlphaNum 16 }}}}}}\n")
        });
        format!(
            "{header}  clients: |\n    list:\n{}",
            lines.collect::<String>()
        )
    };
    let small = format!("{header}  pin: {{{{ randNumeric 6 | quote }}}}\n");
    each_helm(|helm| {
        let old = Chart::of(&[("templates/s.yaml", &list(&["a", "b"]))]);
        let told = |old: &Chart, new: &Chart| {
            let told = diff(&Test::new(helm, old), new, &["-o", "json"]);
            (told.status, changes(&told))
        };
        // A client more: which one is new, the positions do not say.
        let new = Chart::of(&[("templates/s.yaml", &list(&["a", "x", "b"]))]);
        let (status, changes) = told(&old, &new);
        assert_eq!(status, 1);
        let pin = "Secret/s//data.clients.list[0].secret#randAlphaNum";
        let why = "goes by its position, and there are 3 instead of 2";
        assert_eq!(changes[0], format!("changes | {pin} | {why}"));
        assert_eq!(changes.len(), 3);
        assert_eq!(told(&old, &old.copy()).0, 0);

        // A value that is seen nowhere, in another file.
        let old = Chart::of(&[("templates/a.yaml", &small)]);
        let new = Chart::of(&[("templates/b.yaml", &small)]);
        let (status, changes) = told(&old, &new);
        assert_eq!((status, changes.len()), (1, 1));
        assert!(changes[0].starts_with("moves | path:"), "{changes:?}");

        // But not of one that the chart throws away.
        let given = format!("{header}  p: {{{{ .Values.p | default (randAlphaNum 16) }}}}\n");
        let chart = |file: &str| Chart::of(&[("values.yaml", "p: mine\n"), (file, &given)]);
        let (old, new) = (chart("templates/a.yaml"), chart("templates/b.yaml"));
        assert_eq!(told(&old, &new), (0, Vec::new()));
    });
}

#[test]
fn a_value_of_its_own_in_the_place_of_a_pin_is_a_change() {
    let old = charts::postgresql();
    each_helm(|helm| {
        let test = Test::new(helm, &old);
        let new = old.copy();
        let fixed = old
            .read("templates/secret.yaml")
            .replace("  password: {{ $user }}", "  password: Zm9vYmFy");
        new.write("templates/secret.yaml", &fixed);
        // The ConfigMap still shows the generated one.
        let told = diff(&test, &new, &["-o", "json"]);
        assert_eq!(told.status, 1);
        assert!(
            changes(&told)[0].starts_with("moves"),
            "{:?}",
            changes(&told)
        );
        let fixed = fixed.replace("{{ $user | trimAll \"\\\"\" | b64dec }}", "foobar");
        let fixed = fixed.replace(
            "{{- $user := include \"passwords.manage\" (dict \"length\" 10) }}\n",
            "",
        );
        new.write("templates/secret.yaml", &fixed);
        let told = diff(&test, &new, &["-o", "json"]);
        let lost =
            "changes | Secret/app-postgresql/password#randAlphaNum | something else stands there";
        assert_eq!((told.status, changes(&told)), (1, vec![lost.to_owned()]));
    });
}

/// Who reads a Secret gets the bytes of what `data` holds, and the text of what `stringData` holds.
#[test]
fn the_same_text_as_bytes_is_a_change() {
    let chart = |field: &str, value: &str| {
        let secret = format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\n{field}:\n  key: {{{{ {value} }}}}\n"
        );
        Chart::of(&[("templates/s.yaml", &*secret)])
    };
    each_helm(|helm| {
        for value in ["randBytes 32", "randAlphaNum 32"] {
            let (bytes, text) = (chart("data", value), chart("stringData", value));
            let told = |old: &Chart, new: &Chart| {
                let told = diff(&Test::new(helm, old), new, &["-o", "json"]);
                (told.status, changes(&told).len())
            };
            assert_eq!(told(&bytes, &text), (1, 1), "{value}");
            assert_eq!(told(&text, &bytes), (1, 1), "{value}");
            let encoded = chart("data", &format!("{value} | b64enc"));
            assert_eq!(told(&text, &encoded), (0, 0), "{value}");
            under_baseline_of(helm, &bytes, &text).assert_says(&["would change"]);
        }
    });
}

/// Users in a document, in lines and behind commas: one more, or one less, is no change of the others' values.
#[test]
fn a_user_who_joins_or_leaves_changes_nothing() {
    let line = "{{ range .Values.users }}{{ . }}:{{ randAlphaNum 16 }}";
    for text in [
        "{{ range .Values.users }}\n    - name: {{ . }}\n      password: {{ randAlphaNum 16 }}{{ end }}",
        &format!("{line}\n    {{{{ end }}}}"),
        &format!("{line},{{{{ end }}}}"),
    ] {
        let secret = format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\nstringData:\n  users: |\n    {text}\n"
        );
        let chart = Chart::of(&[
            ("values.yaml", "users: [alice, bob]\n"),
            ("templates/s.yaml", &*secret),
        ]);
        let more = chart.copy();
        more.write("values.yaml", "users: [alice, bob, carol]\n");
        each_helm(|helm| {
            for (old, new, state) in [(&chart, &more, "appears"), (&more, &chart, "goes")] {
                let told = diff(&Test::new(helm, old), new, &["-o", "json"]);
                let states = changes(&told);
                assert_eq!((told.status, states.len()), (0, 1), "{text} {states:?}");
                assert!(states[0].starts_with(state), "{text} {states:?}");
                let guarded = under_baseline_of(helm, old, new);
                assert_eq!(guarded.status, 0, "{}", guarded.stderr);
            }
        });
    }
}

/// A value may stand in more fields than the one that names it.
#[test]
fn another_text_at_a_second_place_is_a_change() {
    let chart = |second: &str| {
        let secret = format!(
            "{{{{- $p := randAlphaNum 20 }}}}\napiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\nstringData:\n  a: {{{{ $p }}}}\n{second}"
        );
        Chart::of(&[("templates/s.yaml", &*secret)])
    };
    let (plain, lower) = (chart("  b: {{ $p }}\n"), chart("  b: {{ $p | lower }}\n"));
    let (none, fixed) = (chart(""), chart("  b: fixed\n"));
    each_helm(|helm| {
        let told = |old: &Chart, new: &Chart| {
            let told = diff(&Test::new(helm, old), new, &["-o", "json"]);
            (told.status, changes(&told))
        };
        let change = "changes | Secret/s/a#randAlphaNum | the chart makes something else of it";
        for (old, new) in [(&plain, &lower), (&lower, &plain), (&plain, &fixed)] {
            assert_eq!(told(old, new), (1, vec![change.to_owned()]));
        }
        for (old, new) in [(&plain, &none), (&none, &plain), (&lower, &lower)] {
            assert_eq!(told(old, &new.copy()), (0, Vec::new()));
        }
        // A baseline knows them too.
        for (new, status) in [(&lower, 1), (&fixed, 1), (&none, 0), (&plain, 0)] {
            let guarded = under_baseline_of(helm, &plain, new);
            assert_eq!(guarded.status, status, "{}", guarded.stderr);
        }
    });
}

#[test]
fn certificates_keep_their_keys_and_charts_may_be_archives() {
    let chart = charts::harbor();
    each_helm(|helm| {
        let dir = tempfile::tempdir().unwrap();
        let archive = dir.path().join("harbor-1.0.0.tgz");
        chart.pack(&archive);
        let values = dir.path().join("values.yaml");
        std::fs::write(&values, "host: other.example.com\n").unwrap();
        let test = Test::new(helm, &chart).seed("none").command("diff");
        let test = test.flag(&archive).flag("-o").flag("json");
        let same = test.run();
        assert_eq!(same.status, 0, "{}{}", same.stdout, same.stderr);
        let told = test.clone().flag("--new-values").flag(&values).run();
        assert_eq!(told.status, 1);
        let changes = changes(&told);
        assert_eq!(changes.len(), 1, "{changes:?}");
        assert!(
            changes[0].starts_with("changes | Secret/ingress/tls.crt"),
            "{changes:?}"
        );
        assert!(
            changes[0].ends_with("issued for something else, with the same key"),
            "{changes:?}"
        );
        // A year later both are issued again, and that is no change.
        let later = test.env("PIN_CERTIFICATE_TIME", "1900000000").run();
        assert_eq!(later.status, 0);
    });
}

#[test]
fn what_is_given_stays_given() {
    let old = charts::postgresql();
    each_helm(|helm| {
        old.write(".argocd-pins.yaml", "{}\n");
        let test = Test::new(helm, &old);
        adopt_into(&old, &test, &test.plain().text);
        let new = old.copy();
        let longer = old
            .read("templates/secret.yaml")
            .replace("(dict \"length\" 10)", "(dict \"length\" 12)");
        new.write("templates/secret.yaml", &longer);
        let told = diff(&test, &new, &["-o", "json"]);
        assert_eq!(
            (told.status, changes(&told).len()),
            (0, 0),
            "{}{}",
            told.stdout,
            told.stderr
        );
        // Without its entry a pin has another value.
        new.write(".argocd-pins.yaml", "{}\n");
        new.write("templates/secret.yaml", &old.read("templates/secret.yaml"));
        let told = diff(&test, &new, &["-o", "json"]);
        assert_eq!(told.status, 1);
        assert!(
            changes(&told)
                .iter()
                .all(|it| it.ends_with("the values that are given for it differ"))
        );
        assert!(
            changes(&told)
                .iter()
                .any(|it| it.contains("Secret/app-postgresql/password#"))
        );
        old.write(".argocd-pins.yaml", "{}\n");
    });
}
