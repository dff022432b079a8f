//! What field reports found: passwords made by rules, short parts of helpers, digests and URLs of composed values.

use std::collections::{HashMap, HashSet};

use crate::support::{
    Chart, Helm, Manifests, Test, all_different, base64_encode, each_helm, matches, sha256_hex,
};

fn chart(text: &str) -> Chart {
    Chart::of(&[("templates/all.yaml", text)])
}

/// A helper makes a short suffix for each name of a loop, another one a short value.
#[test]
fn short_parts_of_helpers_tell_objects_apart() {
    let chart = chart(
        r#"{{- define "suffix" }}{{ uuidv4 | sha256sum | trunc 6 }}{{ end }}
{{- define "pin" }}{{ randNumeric 12 | trunc 7 }}{{ end }}
{{- range $name := list "anna" "ben" "cleo" "dora" }}
---
apiVersion: v1
kind: Secret
metadata:
  name: ticket-{{ include "suffix" $ }}
  labels: {for: {{ $name }}}
stringData:
  pin: {{ include "pin" $ | quote }}
{{- end }}
"#,
    );
    each_helm(|helm| {
        let render = Test::new(helm, &chart).trap(&[]);
        let names = render.names("Secret");
        assert_eq!(names.len(), 4);
        for name in &names {
            matches(name, "ticket-[0-9a-f]{6}");
            matches(&render.secret(name, "pin"), "[0-9]{7}");
        }
        all_different(&names);
        let pins: Vec<String> = names
            .iter()
            .map(|name| render.secret(name, "pin"))
            .collect();
        all_different(&pins);
    });
}

/// Keys of a map that a helper makes: none is lost.
#[test]
fn generated_keys_stay_several() {
    let chart = chart(
        r#"{{- define "id" }}{{ randAlphaNum 7 | lower }}{{ end -}}
{{- $keys := dict }}
{{- range $role := list "reader" "writer" "owner" }}{{ $_ := set $keys (include "id" $) $role }}{{ end -}}
apiVersion: v1
kind: Secret
metadata: {name: s}
stringData:
{{- range list "reader" "writer" "owner" }}
  "k{{ include "id" $ }}": "{{ . }}/{{ randAlphaNum 24 }}"
{{- end }}
  keys.json: {{ toJson $keys | quote }}
"#,
    );
    each_helm(|helm| {
        // The order of the JSON's keys follows the keys.
        let render = Test::new(helm, &chart).trap(&[]);
        let data = render.document("Secret", "s")["stringData"]
            .as_object()
            .unwrap();
        assert_eq!(data.len(), 4);
        for (key, value) in data.iter().filter(|(key, _)| *key != "keys.json") {
            matches(key, "k[a-z0-9]{7}");
            matches(
                value.as_str().unwrap(),
                "(reader|writer|owner)/[A-Za-z0-9]{24}",
            );
        }
        let keys: HashMap<String, String> =
            serde_json::from_str(data["keys.json"].as_str().unwrap()).unwrap();
        assert_eq!(keys.len(), 3);
    });
}

/// A password of several calls with symbols between them, in a URL, in JSON, in a header, in digests.
#[test]
fn a_composed_password_fits_wherever_it_stands() {
    let chart = chart(
        r##"{{- define "strong" }}{{ printf "%s%s&%s/%s+" (randAlpha 5 | upper) (randNumeric 3) (randAlphaNum 5 | lower) (randAlpha 3) }}{{ end -}}
{{- $p := include "strong" . }}{{ $q := include "strong" . -}}
apiVersion: v1
kind: Secret
metadata: {name: s}
data:
  password: {{ $p | b64enc }}
  url: {{ printf "postgres://app:%s@db:5432/app?sslmode=require" ($p | urlquery) | b64enc }}
  header: {{ printf "Basic %s" (printf "app:%s" $p | b64enc) | b64enc }}
  config.json: {{ dict "auth" (dict "password" $p) | toJson | b64enc }}
  sha: {{ $p | sha256sum | b64enc }}
  sha-salted: {{ printf "salt:%s" $p | sha256sum | b64enc }}
  sha-upper: {{ $p | sha256sum | upper | b64enc }}
  sha-part: {{ $p | trunc 8 | sha256sum | b64enc }}
  sha-encoded: {{ $p | b64enc | sha256sum | b64enc }}
  sha-both: {{ printf "%s:%s" $p $q | sha256sum | b64enc }}
  reversed: {{ splitList "" $p | reverse | join "" | b64enc }}
  other: {{ $q | b64enc }}
"##,
    );
    each_helm(|helm| {
        let test = Test::new(helm, &chart);
        test.trap(&[]);
        for n in 0..3 {
            let render = test.clone().nth_seed(n).render();
            let value = |key: &str| render.secret("s", key);
            let (p, q) = (value("password"), value("other"));
            let form = r"[A-Z]{5}[0-9]{3}&[a-z0-9]{5}/[A-Za-z]{3}\+";
            matches(&p, form);
            matches(&q, form);
            assert_ne!(p, q);
            let encoded = p
                .replace('&', "%26")
                .replace('/', "%2F")
                .replace('+', "%2B");
            let url = format!("postgres://app:{encoded}@db:5432/app?sslmode=require");
            assert_eq!(value("url"), url);
            let header = format!("Basic {}", base64_encode(format!("app:{p}")));
            assert_eq!(value("header"), header);
            let config: serde_json::Value = serde_json::from_str(&value("config.json")).unwrap();
            assert_eq!(config["auth"]["password"], p.as_str());
            assert_eq!(value("sha"), sha256_hex(&p));
            assert_eq!(value("sha-salted"), sha256_hex(&format!("salt:{p}")));
            assert_eq!(value("sha-upper"), sha256_hex(&p).to_uppercase());
            assert_eq!(value("sha-part"), sha256_hex(&p[..8]));
            assert_eq!(value("sha-encoded"), sha256_hex(&base64_encode(&p)));
            assert_eq!(value("sha-both"), sha256_hex(&format!("{p}:{q}")));
            assert_eq!(value("reversed"), p.chars().rev().collect::<String>());
        }
    });
}

/// A helper changes what it made, and a users' file shows a digest of that.
#[test]
fn a_digest_of_an_altered_value_fits() {
    let chart = chart(
        r#"{{- define "low" }}{{ randAlphaNum 24 | lower }}{{ end -}}
{{- define "cut" }}{{ randAlphaNum 40 | replace "a" "b" | trunc 30 | title }}{{ end -}}
{{- $low := include "low" . }}{{ $cut := include "cut" . -}}
apiVersion: v1
kind: Secret
metadata: {name: s}
data:
  low: {{ $low | b64enc }}
  cut: {{ $cut | b64enc }}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: users}
data:
  users.xml: |
    <admin><password_sha256_hex>{{ $low | sha256sum }}</password_sha256_hex></admin>
    <guest><password_sha256_hex>{{ $cut | sha256sum }}</password_sha256_hex></guest>
"#,
    );
    each_helm(|helm| {
        let render = Test::new(helm, &chart).trap(&[]);
        let users = render.config("users", "users.xml");
        for (key, pattern) in [
            ("low", "[a-z0-9]{24}"),
            ("cut", "[A-Zb-z0-9][A-Za-z0-9]{29}"),
        ] {
            let value = render.secret("s", key);
            matches(&value, pattern);
            let digest = format!("<password_sha256_hex>{}</", sha256_hex(&value));
            assert!(users.contains(&digest), "{key}: {users}");
        }
    });
}

/// An alphabet that is shuffled and cut is a secret: it has the entropy of the shuffle.
#[test]
fn shuffles_are_secrets() {
    let chart = chart(
        r#"{{- define "abc" }}{{ shuffle "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" | trunc 16 }}{{ end -}}
apiVersion: v1
kind: Secret
metadata: {name: s}
stringData:
  cut: {{ include "abc" . | quote }}
  again: {{ include "abc" . | quote }}
  words: {{ printf "%s" (shuffle "correcthorsebatterystaple") | quote }}
  rules: {{ list "Q" (randNumeric 3) "_" (randAlpha 8) "!" | join "" | shuffle | quote }}
  twice: {{ randAlphaNum 24 | shuffle | shuffle | trunc 14 | quote }}
"#,
    );
    let sorted = |text: &str| {
        let mut chars: Vec<char> = text.chars().collect();
        chars.sort_unstable();
        chars
    };
    each_helm(|helm| {
        let test = Test::new(helm, &chart);
        test.trap(&[]);
        let mut first = HashSet::new();
        let mut all = Vec::new();
        for n in 0..12 {
            let render = test.clone().nth_seed(n).render();
            let value = |key: &str| render.secret("s", key);
            for key in ["cut", "again"] {
                let value = value(key);
                matches(&value, "[A-Za-z0-9]{16}");
                assert_eq!(value.chars().collect::<HashSet<_>>().len(), 16, "{value}");
                first.extend(value.chars().next());
                // Not the alphabet turned round at some place.
                let neighbours = value.as_bytes().windows(2);
                let neighbours = neighbours.filter(|pair| pair[0] + 1 == pair[1]).count();
                assert!(neighbours < 6, "{value}");
                all.push(value);
            }
            assert_eq!(sorted(&value("words")), sorted("correcthorsebatterystaple"));
            let rules = value("rules");
            assert_eq!(rules.len(), 14);
            for symbol in ['Q', '_', '!'] {
                assert!(rules.contains(symbol), "{rules}");
            }
            assert!(
                rules.chars().filter(char::is_ascii_digit).count() == 3,
                "{rules}"
            );
            matches(&value("twice"), "[A-Za-z0-9]{14}");
            all.extend([value("words"), rules, value("twice")]);
        }
        all_different(&all);
        // 24 draws of 62.
        assert!(first.len() >= 10, "{first:?}");
    });
}

/// A helper that draws the length of a password, and symbols one by one.
#[test]
fn passwords_of_a_generated_length_keep_their_rules() {
    let chart = Chart::named("random-length");
    each_helm(|helm| {
        let test = Test::new(helm, &chart);
        test.pinned();
        let mut seen = HashSet::new();
        let mut lengths = HashSet::new();
        for n in 0..6 {
            let render = test.clone().nth_seed(n).render();
            for i in 0..8 {
                let value = render.secret("app-accounts", &format!("user-{i}"));
                assert!((14..=28).contains(&value.len()), "{value}");
                for (class, has) in [
                    (
                        "lower-case letter",
                        value.contains(|c: char| c.is_ascii_lowercase()),
                    ),
                    (
                        "upper-case letter",
                        value.contains(|c: char| c.is_ascii_uppercase()),
                    ),
                    ("digit", value.contains(|c: char| c.is_ascii_digit())),
                    (
                        "symbol",
                        value.contains(|c: char| "-+?.,:;!@#%^*()_=".contains(c)),
                    ),
                ] {
                    assert!(has, "no {class} in {value}");
                }
                lengths.insert(value.len());
                assert!(seen.insert(value));
            }
            let fixed = render.secret("app-accounts", "fixed");
            assert_eq!(fixed.len(), 18, "{fixed}");
            assert!(seen.insert(fixed));
        }
        assert!(lengths.len() >= 5, "{lengths:?}");
    });
}

/// The 400 passwords of the chart keep their rules, and are 400.
#[track_caller]
fn check_strong(render: &Manifests) {
    let mut seen = HashSet::new();
    for length in [10, 12, 16, 24] {
        for i in 0..100 {
            let password = render.secret("app-accounts", &format!("p{length}-{i}"));
            matches(&password, &format!("[A-Za-z0-9_@]{{{length}}}"));
            for (class, has) in [
                (
                    "lower-case letter",
                    password.contains(|c: char| c.is_ascii_lowercase()),
                ),
                (
                    "upper-case letter",
                    password.contains(|c: char| c.is_ascii_uppercase()),
                ),
                ("digit", password.contains(|c: char| c.is_ascii_digit())),
                ("symbol", password.contains(['_', '@'])),
            ] {
                assert!(has, "p{length}-{i}: no {class} in {password}");
            }
            assert!(seen.insert(password));
        }
    }
}

#[test]
fn strong_passwords_stay_strong_in_many_applications() {
    let chart = Chart::named("strong-policy");
    let (old, new) = (Helm::v3(), Helm::v4());
    for n in 0..10 {
        let helm = if n % 2 == 0 { &old } else { &new };
        check_strong(&Test::new(helm, &chart).app(&format!("app-{n}")).render());
    }
    // Both helms give the same.
    let values = |helm| Test::new(helm, &chart).render().documents;
    assert_eq!(values(&old), values(&new));
}

#[test]
#[ignore = "takes minutes"]
fn strong_passwords_stay_strong_in_a_thousand_applications() {
    let chart = Chart::named("strong-policy");
    each_helm(|helm| {
        for n in 0..1000 {
            check_strong(&Test::new(helm, &chart).app(&format!("app-{n}")).render());
        }
    });
}
