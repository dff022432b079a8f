//! One pin gets another value, and all that depends on it follows.

use crate::support::{Chart, SEED_ID, Test, each_helm};
use crate::{adopt_into, charts, differing};

const TOKEN: &str = "Secret/datadog-cluster-agent/token";

#[test]
fn one_pin_is_rotated_with_what_depends_on_it() {
    let chart = charts::datadog();
    each_helm(|helm| {
        let test = Test::new(helm, &chart);
        let rotated = |pin: &str, number: u32| {
            test.clone()
                .flag("--rotate")
                .flag(format!("{pin}={number}"))
                .render()
        };
        let first = test.render();
        assert_eq!(rotated(TOKEN, 0).text, first.text);
        let second = rotated(TOKEN, 1);
        let changed: Vec<&str> = differing(&first, &second)
            .iter()
            .map(|it| it.0.trim().split(':').next().unwrap())
            .collect();
        assert_eq!(changed, ["token", "checksum/token"]);
        assert_ne!(rotated(TOKEN, 2).text, second.text);
        for pattern in [
            "Secret/datadog-*/token",
            "Secret/datadog-cluster-agent/token#randAlphaNum",
            "Secret/*",
        ] {
            assert_eq!(rotated(pattern, 1).text, second.text, "{pattern}");
        }
        let parameter = format!(r#"[{{"name": "rotate", "map": {{"{TOKEN}": "1"}}}}]"#);
        let argocd = test
            .clone()
            .env("KUBE_VERSION", "1.33.2")
            .env("PIN_SEED_ID", SEED_ID)
            .env("ARGOCD_APP_PARAMETERS", parameter);
        assert_eq!(
            argocd.render().document("Secret", "datadog-cluster-agent"),
            second.document("Secret", "datadog-cluster-agent")
        );
    });
}

/// A pin's name may hold `*` for what was generated: it means that pin then. A place means all calls there.
#[test]
fn a_name_with_a_star_means_itself() {
    let secret = |name: &str, value: &str| {
        format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: \"{name}\"}}\nstringData: {{pw: \"{value}\"}}\n---\n"
        )
    };
    let value = "{{ randAlphaNum 20 }}";
    let all = secret("db-{{ randAlphaNum 8 | lower }}", value)
        + &secret("db-replica", value)
        + &secret("two", "{{ randAlphaNum 12 }}-{{ randAlphaNum 12 }}");
    let chart = Chart::of(&[("templates/s.yaml", &all)]);
    each_helm(|helm| {
        let test = Test::new(helm, &chart);
        let first = test.render();
        let rotated = |pattern: &str| {
            let pattern = format!("{pattern}=1");
            let render = test.clone().flag("--rotate").flag(pattern).render();
            let differ = differing(&first, &render);
            differ.iter().map(|it| it.0.to_owned()).collect::<Vec<_>>()
        };
        let replica = first.secret("db-replica", "pw");
        for own in ["Secret/db-*/pw", "Secret/db-*/pw#randAlphaNum"] {
            let lines = rotated(own);
            assert!(
                lines.len() == 1 && !lines[0].contains(&replica),
                "{lines:?}"
            );
        }
        assert_eq!(rotated("Secret/d*/pw").len(), 2);
        let two = first.secret("two", "pw");
        let render = test
            .clone()
            .flag("--rotate")
            .flag("Secret/two/pw=1")
            .render();
        let both = two.split('-').zip(
            render
                .secret("two", "pw")
                .split('-')
                .map(str::to_owned)
                .collect::<Vec<_>>(),
        );
        assert!(both.into_iter().all(|(old, new)| old != new), "{two}");
    });
}

/// A map that is filled by `set`: which call is behind a field that is altered, nobody knows, so the values go by their paths.
#[test]
fn what_is_put_into_a_map_later_is_not_taken_for_another() {
    let secret = r#"{{- $c := dict "user" (randAlphaNum 20) }}
{{- $_ := set $c "password" (randAlphaNum 20) }}
apiVersion: v1
kind: Secret
metadata: {name: d}
stringData:
  password: {{ $c.password | lower }}
  user: {{ $c.user | lower }}
"#;
    let chart = Chart::of(&[("templates/s.yaml", secret)]);
    each_helm(|helm| {
        let test = Test::new(helm, &chart);
        let first = test.render();
        for (pin, key) in [("randAlphaNum", "user"), ("randAlphaNum.2", "password")] {
            let pattern = format!("path:*#{pin}=1");
            let second = test.clone().flag("--rotate").flag(pattern).render();
            for it in ["user", "password"] {
                let stays = first.secret("d", it) == second.secret("d", it);
                assert_eq!(stays, it != key, "{pin} {it}");
            }
        }
    });
}

/// A certificate that is kept: what is generated beside it is thrown away, and is no pin.
#[test]
fn a_certificate_that_is_thrown_away_names_nothing() {
    let helpers = r#"{{ define "pair" }}{{ $c := .kept | default (genSelfSignedCert "x" nil nil 365) }}{{ $_ := set . "kept" $c }}{{ end }}
{{ define "cert" }}{{ template "pair" . }}{{ .kept.Cert }}{{ end }}
{{ define "key" }}{{ $c := .kept | default (genSelfSignedCert "x" nil nil 365) }}{{ $c.Key | b64enc }}{{ end }}
"#;
    let secret = r#"apiVersion: v1
kind: Secret
metadata: {name: d}
data:
  tls.crt: {{ include "cert" . | b64enc }}
  tls.key: {{ include "key" . }}
"#;
    let chart = Chart::of(&[("templates/_h.tpl", helpers), ("templates/s.yaml", secret)]);
    each_helm(|helm| {
        let test = Test::new(helm, &chart);
        let rotated = |pin: &str| {
            let render = test
                .clone()
                .flag("--rotate")
                .flag(format!("{pin}=1"))
                .render();
            render.secret("d", "tls.key")
        };
        assert_ne!(
            rotated("Secret/d/tls.crt"),
            test.render().secret("d", "tls.key")
        );
        let explain = test.clone().command("explain").run().stdout;
        assert!(!explain.contains("tls.key#"), "{explain}");
    });
}

#[test]
fn a_pattern_that_means_nothing_is_refused() {
    let chart = charts::datadog();
    each_helm(|helm| {
        let test = Test::new(helm, &chart);
        let failed = test
            .clone()
            .flag("--rotate")
            .flag("Secret/datadog-cluster-agent/tokens=1")
            .fail();
        for part in [
            "`rotate` names `Secret/datadog-cluster-agent/tokens`, and the chart has no such pin",
            "hint: the nearest one is `Secret/datadog-cluster-agent/token`",
        ] {
            assert!(failed.stderr.contains(part), "{}", failed.stderr);
        }
        let failed = test
            .clone()
            .flag("--rotate")
            .flag(format!("{TOKEN}=one"))
            .fail();
        assert!(
            failed.stderr.contains("no whole number"),
            "{}",
            failed.stderr
        );
    });
}

#[test]
fn explain_prints_what_rotate_takes() {
    let chart = charts::harbor();
    each_helm(|helm| {
        let test = Test::new(helm, &chart);
        let json = test
            .clone()
            .command("explain")
            .flag("--output")
            .flag("json")
            .run()
            .stdout;
        let report: serde_json::Value = serde_json::from_str(&json).unwrap();
        let first = test.render();
        let values = report["values"].as_array().unwrap();
        assert_eq!(values.len(), 8);
        for value in values {
            for pin in std::iter::once(&value["pin"]).chain(value["names"].as_array().unwrap()) {
                let flag = format!("{}=1", pin.as_str().unwrap());
                let rotated = test.clone().flag("--rotate").flag(flag).render();
                assert_ne!(rotated.text, first.text, "{pin}");
            }
        }
    });
}

/// A CA takes along what it signs; a leaf is re-keyed alone.
#[test]
fn a_ca_takes_its_leaves_along() {
    let chart = charts::harbor();
    each_helm(|helm| {
        let test = Test::new(helm, &chart);
        let rotated = |pin: &str| {
            test.clone()
                .flag("--rotate")
                .flag(format!("{pin}=1"))
                .render()
        };
        let first = test.render();
        let ingress = |render: &crate::support::Manifests| {
            ["ca.crt", "tls.crt", "tls.key"]
                .map(|key| render.secret("ingress", key) == first.secret("ingress", key))
        };
        assert_eq!(
            ingress(&rotated("Secret/ingress/ca.crt")),
            [false, false, true]
        );
        assert_eq!(
            ingress(&rotated("Secret/ingress/tls.crt")),
            [true, false, false]
        );
        assert_eq!(ingress(&rotated("Secret/core/*")), [true, true, true]);
    });
}

/// What is given is a pin's first value: another generation is derived.
#[test]
fn a_given_value_is_the_first_generation() {
    let chart = charts::datadog();
    each_helm(|helm| {
        chart.write(".argocd-pins.yaml", "{}\n");
        let test = Test::new(helm, &chart);
        let rotate = |number: u32| {
            test.clone()
                .flag("--rotate")
                .flag(format!("{TOKEN}={number}"))
        };
        let derived = rotate(1).render();
        let live = test.plain();
        adopt_into(&chart, &test, &live.text);
        let token =
            |render: &crate::support::Manifests| render.secret("datadog-cluster-agent", "token");
        assert_eq!(token(&rotate(0).render()), token(&live));
        assert_eq!(token(&rotate(1).render()), token(&derived));
    });
}
