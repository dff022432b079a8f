//! Live values become the pins' values.

use std::process::Command;

use base64::prelude::{BASE64_STANDARD, Engine as _};

use crate::support::{Chart, Helm, Manifests, SEED, SEED_ID, Test, each_helm, write_private};
use crate::{adopt, adopt_into, charts, differing, generate};

/// Adopts what plain helm renders of a chart, which is then rendered without a difference. What is live.
pub(crate) fn keeps_all(helm: &Helm, chart: &Chart) -> Manifests {
    chart.write(".argocd-pins.yaml", "{}\n");
    let test = Test::new(helm, chart);
    let live = test.plain();
    let check = adopt(&test, &live.text, &["--check"]);
    assert_eq!(check.status, 0, "{}{}", check.stdout, check.stderr);
    adopt_into(chart, &test, &live.text);
    assert_eq!(test.render().text, live.text);
    live
}

/// A render in so many days, for certificates.
fn in_days(test: &Test<'_>, days: u64) -> Manifests {
    let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap();
    let time = (now.as_secs() + days * 86_400).to_string();
    test.clone().env("PIN_CERTIFICATE_TIME", time).render()
}

#[test]
fn a_database_keeps_its_passwords() {
    let chart = charts::postgresql();
    each_helm(|helm| {
        chart.write(".argocd-pins.yaml", "{}\n");
        let test = Test::new(helm, &chart);
        let live = test.plain();
        assert_eq!(differing(&live, &generate(&test)).len(), 3);
        let check = adopt(&test, &live.text, &["--check"]);
        assert_eq!(check.status, 0, "{}{}", check.stdout, check.stderr);
        let states: Vec<Vec<&str>> = check
            .stdout
            .lines()
            .skip(1)
            .map(|line| line.split_whitespace().collect())
            .collect();
        let expected = [
            ["kept", "ConfigMap/app-client/client.conf"],
            ["kept", "Secret/app-postgresql/password"],
            ["kept", "Secret/app-postgresql/postgres-password"],
        ];
        assert_eq!(states, expected);

        let adopted = adopt_into(&chart, &test, &live.text);
        let values =
            ["password", "postgres-password"].map(|key| live.secret("app-postgresql", key));
        for value in &values {
            assert!(!(adopted.stdout.clone() + &adopted.stderr).contains(value));
        }
        assert_eq!(test.render().text, live.text);
        // Where the rest of a file changes, the value in it stays.
        let changed = test.clone().set("mode", "fancy").render();
        assert_eq!(differing(&changed, &live).len(), 1);
        // And what is live may be of another version.
        let again = adopt(&test, &changed.text, &[]);
        chart.write(".argocd-pins.yaml", &again.stdout);
        assert_eq!(test.render().text, live.text);
    });
}

#[test]
fn an_entry_opens_for_its_own_pin_and_application_only() {
    let chart = charts::postgresql();
    each_helm(|helm| {
        chart.write(".argocd-pins.yaml", "{}\n");
        let test = Test::new(helm, &chart);
        let live = test.plain();
        let adopted = adopt_into(&chart, &test, &live.text).stdout;
        for other in [
            test.clone().app("other"),
            test.clone().project("other"),
            test.clone().nth_seed(1),
        ] {
            let failed = other.fail();
            assert!(failed.stderr.contains("does not open"), "{}", failed.stderr);
            assert!(
                failed.stderr.contains(".argocd-pins.yaml gives"),
                "{}",
                failed.stderr
            );
        }
        let swapped = adopted
            .replace("postgresql/password", "postgresql/x")
            .replace("postgresql/postgres-password", "postgresql/password");
        chart.write(".argocd-pins.yaml", &swapped);
        let failed = test.fail();
        assert!(
            failed.stderr.contains("sealed for another pin"),
            "{}",
            failed.stderr
        );

        // By the recipient alone, without the seed.
        let dir = tempfile::tempdir().unwrap();
        let seed = dir.path().join("seed");
        write_private(&seed, SEED.as_bytes(), 0o600);
        let recipient = Command::new(env!("CARGO_BIN_EXE_argocd-pin-plugin"))
            .args(["recipient", "--app", "app", "--seed-file"])
            .arg(seed)
            .output()
            .unwrap();
        let recipient = String::from_utf8(recipient.stdout).unwrap();
        assert!(recipient.starts_with("age1"));
        let sealed = adopt(
            &test.clone().nth_seed(2),
            &live.text,
            &["--recipient", recipient.trim()],
        );
        chart.write(".argocd-pins.yaml", &sealed.stdout);
        assert_eq!(test.render().text, live.text);
    });
}

#[test]
fn what_is_given_for_no_pin_is_told() {
    let chart = charts::postgresql();
    each_helm(|helm| {
        chart.write(".argocd-pins.yaml", "{}\n");
        let test = Test::new(helm, &chart);
        let live = test.plain();
        adopt_into(&chart, &test, &live.text);
        chart.write(
            "templates/secret.yaml",
            &chart
                .read("templates/secret.yaml")
                .replace("\n  password:", "\n  user-password:"),
        );
        let failed = test.fail();
        for part in [
            "gives `Secret/app-postgresql/password`, and the chart has no such pin",
            "the nearest one is `Secret/app-postgresql/user-password`",
        ] {
            assert!(failed.stderr.contains(part), "{}", failed.stderr);
        }
        let warned = test.clone().env("PIN_ALLOW_UNKNOWN_PINS", "true").run();
        assert_eq!(warned.status, 0, "{}", warned.stderr);
        assert!(
            warned
                .stderr
                .starts_with("warning: .argocd-pins.yaml gives"),
            "{}",
            warned.stderr
        );
        chart.write(
            "templates/secret.yaml",
            &chart
                .read("templates/secret.yaml")
                .replace("\n  user-password:", "\n  password:"),
        );
    });
}

#[test]
fn certificates_and_hashes_are_kept_with_what_they_belong_to() {
    let chart = charts::harbor();
    each_helm(|helm| {
        chart.write(".argocd-pins.yaml", "{}\n");
        let test = Test::new(helm, &chart);
        let live = test.plain();
        let check = adopt(&test, &live.text, &["--check"]);
        assert_eq!(check.status, 0, "{}{}", check.stdout, check.stderr);
        adopt_into(&chart, &test, &live.text);
        let kept = test.render();
        // The salt of a hash alone is new; where nobody sees the password, the hash is kept.
        let differences = differing(&live, &kept);
        assert_eq!(differences.len(), 1, "{differences:?}");
        assert!(
            differences[0].0.contains("registry:$2a$"),
            "{differences:?}"
        );
        assert_eq!(
            live.secret("metrics", "htpasswd"),
            kept.secret("metrics", "htpasswd")
        );

        // Another host is another certificate: the CA had no key to sign it with, and is issued anew.
        let moved = test.clone().set("host", "other.example.com").render();
        for key in ["tls.crt", "ca.crt"] {
            assert_ne!(moved.secret("ingress", key), live.secret("ingress", key));
        }
        assert_eq!(
            moved.secret("ingress", "tls.key"),
            live.secret("ingress", "tls.key")
        );
        for key in ["tls.crt", "tls.key"] {
            assert_eq!(moved.secret("core", key), live.secret("core", key));
        }
        // A certificate ends: after half of its time it is issued again, with its key.
        assert_eq!(in_days(&test, 180).text, kept.text);
        let later = in_days(&test, 190);
        assert_ne!(
            later.secret("core", "tls.crt"),
            live.secret("core", "tls.crt")
        );
        assert_eq!(
            later.secret("core", "tls.key"),
            live.secret("core", "tls.key")
        );
        assert_ne!(
            later.secret("ingress", "ca.crt"),
            live.secret("ingress", "ca.crt")
        );
    });
}

/// Keycloak: the CA is nowhere to be seen, so that nobody can tell that it is another one.
#[test]
fn a_certificate_outlives_a_ca_that_nobody_sees() {
    let chart = Chart::of(&[(
        "templates/tls.yaml",
        r#"{{- $ca := genCA "ca" 365 }}
{{- $cert := genSignedCert "web" nil (list "web.example.com") 365 $ca }}
apiVersion: v1
kind: Secret
metadata: {name: tls}
data:
  tls.crt: {{ $cert.Cert | b64enc }}
  tls.key: {{ $cert.Key | b64enc }}
"#,
    )]);
    each_helm(|helm| {
        let test = Test::new(helm, &chart);
        let live = keeps_all(helm, &chart);
        // With the CA it is issued again, at half of their days at the latest.
        let later = in_days(&test, 190);
        assert_ne!(
            later.secret("tls", "tls.crt"),
            live.secret("tls", "tls.crt")
        );
        assert_eq!(
            later.secret("tls", "tls.key"),
            live.secret("tls", "tls.key")
        );
    });
}

/// Fission: what is made beside a value that is there already is seen nowhere, and signs nothing that counts.
#[test]
fn a_certificate_that_nobody_sees_does_not_spend_a_ca() {
    let chart = Chart::of(&[
        (
            "templates/_helpers.tpl",
            r#"{{- define "ca" -}}
{{- $ca := .ca | default (genCA "ca" 365) -}}{{- $_ := set . "ca" $ca -}}{{- $ca.Cert -}}
{{- end -}}
{{- define "cert" -}}
{{- $cert := .cert | default (genSignedCert "web" nil (list "web") 365 .ca) -}}{{- $_ := set . "cert" $cert -}}{{- $cert.Cert -}}
{{- end -}}
{{- define "key" -}}
{{- $cert := .cert | default (genSignedCert "web" nil (list "web") 365 .ca) -}}{{- $_ := set . "cert" $cert -}}{{- $cert.Key -}}
{{- end -}}
"#,
        ),
        (
            "templates/tls.yaml",
            r#"apiVersion: v1
kind: Secret
metadata: {name: tls}
data:
  ca.crt: {{ include "ca" . | b64enc }}
  tls.crt: {{ include "cert" . | b64enc }}
  tls.key: {{ include "key" . | b64enc }}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: hooks}
data:
  ca: {{ include "ca" . | b64enc }}
  cert: {{ include "cert" . | b64enc }}
"#,
        ),
    ]);
    each_helm(|helm| {
        keeps_all(helm, &chart);
    });
}

/// YugabyteDB: the CA is the user's own, and stays as it is.
#[test]
fn a_certificate_of_a_ca_from_values_is_kept() {
    let authority = Chart::of(&[(
        "templates/ca.yaml",
        r#"{{- $ca := genCA "own" 365 }}
apiVersion: v1
kind: Secret
metadata: {name: ca}
data:
  cert: {{ $ca.Cert | b64enc }}
  key: {{ $ca.Key | b64enc }}
"#,
    )]);
    let chart = Chart::of(&[(
        "templates/tls.yaml",
        r#"{{- $ca := buildCustomCert .Values.cert .Values.key }}
{{- $cert := genSignedCert "web" nil (list "web.example.com") 365 $ca }}
apiVersion: v1
kind: Secret
metadata: {name: tls}
data:
  ca.crt: {{ $ca.Cert | b64enc }}
  tls.crt: {{ $cert.Cert | b64enc }}
  tls.key: {{ $cert.Key | b64enc }}
"#,
    )]);
    each_helm(|helm| {
        let own = Test::new(helm, &authority).plain();
        let [cert, key] = ["cert", "key"].map(|it| BASE64_STANDARD.encode(own.secret("ca", it)));
        let values = serde_json::json!({ "cert": cert, "key": key });
        chart.write("values.yaml", &values.to_string());
        keeps_all(helm, &chart);
    });
}

/// Argo CD's own chart: the hash of a line of `htpasswd`, without the user, of a password that is kept.
#[test]
fn a_hash_alone_keeps_its_password() {
    let chart = Chart::of(&[(
        "templates/secret.yaml",
        r#"{{- $password := randAlphaNum 12 }}
apiVersion: v1
kind: Secret
metadata: {name: argocd-secret}
data:
  clearPassword: {{ $password | b64enc }}
  admin.password: {{ htpasswd "" $password | trimPrefix ":" | b64enc }}
"#,
    )]);
    each_helm(|helm| {
        chart.write(".argocd-pins.yaml", "{}\n");
        let test = Test::new(helm, &chart);
        let live = test.plain();
        let check = adopt(&test, &live.text, &["--check"]);
        assert_eq!(check.status, 0, "{}{}", check.stdout, check.stderr);
        let other = live.text.replace(
            &BASE64_STANDARD.encode(live.secret("argocd-secret", "admin.password")),
            &BASE64_STANDARD.encode("$2a$10$8K1p/a0dL1LXMIgoEDFrwOfMQ0k3f1m0wq0s0z9rT0O9k0cM1dq0i"),
        );
        let check = adopt(&test, &other, &["--check"]);
        assert_eq!(check.status, 1, "{}{}", check.stdout, check.stderr);
    });
}

/// Inari's: an object that the chart prints twice has no pin for all that.
#[test]
fn what_is_printed_twice_is_not_told() {
    let object = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: twice}\ndata: {a: b}\n---\n";
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {key: {{ randAlphaNum 16 }}}\n";
    let template = [object, object, secret].concat();
    let chart = Chart::of(&[("templates/all.yaml", &*template)]);
    each_helm(|helm| {
        let test = Test::new(helm, &chart);
        let check = adopt(&test, &test.plain().text, &["--check"]);
        assert_eq!(check.stdout, "STATE  PLACE\nkept   Secret/s/key\n");
    });
}

/// A value of another length or with other characters is adopted, and said.
#[track_caller]
pub(crate) fn is_taken(test: &Test<'_>, live: &str) {
    let taken = adopt(test, live, &[]);
    assert_eq!(taken.status, 0, "{}", taken.stderr);
    assert!(
        taken
            .stderr
            .contains("of another length or with other characters"),
        "{}",
        taken.stderr
    );
}

/// A rule of the chart that refuses the live value is named.
#[test]
fn a_value_that_the_chart_refuses_names_the_rule() {
    let chart = Chart::of(&[(
        "templates/secret.yaml",
        r#"{{- $password := randAlphaNum 16 }}
{{- if lt (len $password) 12 }}{{ fail "the password is too short" }}{{ end }}
apiVersion: v1
kind: Secret
metadata: {name: s}
stringData: {password: {{ $password | quote }}}
"#,
    )]);
    let live = |password: &str| {
        format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: s, namespace: ns}}\nstringData: {{password: '{password}'}}\n"
        )
    };
    each_helm(|helm| {
        let test = Test::new(helm, &chart);
        let check = adopt(&test, &live("Zq7short"), &["--check"]);
        assert!(check.stdout.contains("lost"), "{}", check.stdout);
        let told = adopt(&test, &live("Zq7short"), &[]);
        assert_eq!((check.status, told.status), (1, 0), "{}", told.stderr);
        for part in [
            "Secret/s/password",
            "a rule of the chart at inline/templates/secret.yaml:",
        ] {
            assert!(told.stderr.contains(part), "{}", told.stderr);
        }
        assert!(
            !told.stdout.contains("Secret/s/password"),
            "{}",
            told.stdout
        );
        assert!(!told.stderr.contains("Zq7short"), "{}", told.stderr);
        // Another length, other characters: taken, and said.
        is_taken(&test, &live("not letters & digits"));
    });
}

#[test]
fn the_parameter_gives_values_too() {
    let chart = charts::datadog();
    each_helm(|helm| {
        let test = Test::new(helm, &chart);
        let live = test.plain();
        let adopted = adopt(&test, &live.text, &[]).stdout;
        let pins: serde_json::Value = serde_yaml::from_str(&adopted).unwrap();
        let parameters = serde_json::json!([{"name": "pins", "map": pins}]).to_string();
        let argocd = test
            .env("KUBE_VERSION", "1.33.2")
            .env("PIN_SEED_ID", SEED_ID)
            .env("ARGOCD_APP_PARAMETERS", parameters);
        let render = argocd.render();
        for (kind, name, field) in [
            ("Secret", "datadog-cluster-agent", "/data/token"),
            ("ConfigMap", "install", "/data/install_id"),
        ] {
            assert_eq!(
                render.field(kind, name, field),
                live.field(kind, name, field)
            );
        }
    });
}

#[test]
fn live_objects_that_are_none_are_refused() {
    let chart = charts::datadog();
    each_helm(|helm| {
        let test = Test::new(helm, &chart);
        for live in ["", "a: [", "items: []", "hello"] {
            let failed = adopt(&test, live, &[]);
            failed.assert_failure(SEED.as_bytes());
        }
        let other = "apiVersion: v1\nkind: Secret\nmetadata: {name: x, namespace: ns}\n";
        let failed = adopt(&test, other, &[]);
        assert!(
            failed
                .stderr
                .contains("none of the chart's objects is live"),
            "{}",
            failed.stderr
        );
        assert!(
            failed.stderr.contains("hint: name the release"),
            "{}",
            failed.stderr
        );
    });
}
