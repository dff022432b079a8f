//! Generated values in other forms than the call yields: short and encoded, for URLs, as a number, cut.

use std::collections::HashMap;

use crate::support::{Chart, Test, all_different, base64_decode, each_helm, matches, sha256_hex};

fn secret(helpers: &str, kind: &str, lines: &str) -> Chart {
    let field = match kind {
        "Secret" => "stringData",
        _ => "data",
    };
    let kind = kind.trim_end_matches("Data");
    let text =
        format!("{helpers}apiVersion: v1\nkind: {kind}\nmetadata:\n  name: s\n{field}:\n{lines}");
    Chart::of(&[("templates/all.yaml", &text)])
}

/// Base64 for URLs, and without its padding.
#[test]
fn random_bytes_for_urls_stay_so() {
    let lines = "{{ $b := randBytes 32 }}  plain: {{ $b | quote }}\n  url: {{ $b | replace \"+\" \"-\" | replace \"/\" \"_\" | quote }}\n  bare: {{ $b | trimSuffix \"=\" | quote }}\n  cookie: {{ randBytes 32 | replace \"+\" \"-\" | replace \"/\" \"_\" | quote }}\n  one: {{ include \"b\" . | quote }}\n  two: {{ include \"b\" . | quote }}\n";
    let helper = "{{- define \"b\" }}{{ randBytes 24 | replace \"+\" \"-\" | replace \"/\" \"_\" }}{{ end -}}\n";
    each_helm(|helm| {
        let chart = secret(helper, "Secret", lines);
        let test = Test::new(helm, &chart);
        test.trap(&[]);
        for n in 0..12 {
            let render = test.clone().nth_seed(n).render();
            let value = |key: &str| render.secret("s", key);
            matches(&value("plain"), "[A-Za-z0-9+/]{43}=");
            let url = value("plain").replace('+', "-").replace('/', "_");
            assert_eq!(value("url"), url);
            assert_eq!(format!("{}=", value("bare")), value("plain"));
            matches(&value("cookie"), "[A-Za-z0-9_-]{43}=");
            matches(&value("one"), "[A-Za-z0-9_-]{32}");
            matches(&value("two"), "[A-Za-z0-9_-]{32}");
            all_different(&[value("plain"), value("cookie"), value("one"), value("two")]);
        }
    });
}

/// Two short values of one helper in a Secret's `data`, and the same as text.
#[test]
fn short_values_in_base64_are_values() {
    each_helm(|helm| {
        for (call, pattern) in [
            ("randNumeric 6", "[0-9]{6}"),
            ("randAlphaNum 4", "[A-Za-z0-9]{4}"),
            ("randAlphaNum 5", "[A-Za-z0-9]{5}"),
            ("randAlphaNum 6", "[A-Za-z0-9]{6}"),
            ("randAlphaNum 7", "[A-Za-z0-9]{7}"),
        ] {
            let helper = format!(
                "{{{{- define \"k\" }}}}{{{{ $k := printf \"pw-%s\" .key }}}}{{{{ if not (hasKey .ctx.Values $k) }}}}{{{{ $_ := set .ctx.Values $k ({call}) }}}}{{{{ end }}}}{{{{ get .ctx.Values $k }}}}{{{{ end -}}}}\n"
            );
            let get = |key: &str| format!("include \"k\" (dict \"key\" \"{key}\" \"ctx\" $)");
            let lines = format!(
                "  a: {{{{ {} | b64enc }}}}\n  b: {{{{ {} | b64enc }}}}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata:\n  a: {{{{ {} | quote }}}}\n  b: {{{{ {} | quote }}}}\n",
                get("a"),
                get("b"),
                get("a"),
                get("b")
            );
            let chart = secret(&helper, "SecretData", &lines);
            for n in 0..3 {
                let render = Test::new(helm, &chart).nth_seed(n).pinned();
                let both = ["a", "b"].map(|key| render.secret("s", key));
                for (key, value) in std::iter::zip(["a", "b"], &both) {
                    matches(value, pattern);
                    assert_eq!(*value, render.config("c", key), "{call}");
                }
                all_different(&both);
            }
        }
    });
}

/// A value and its base64 beside each other, whatever its length.
#[test]
fn base64_of_a_value_holds_the_value() {
    let mut lines = String::new();
    let mut helper = String::new();
    for length in 6..20 {
        helper += &format!(
            "{{{{- define \"k{length}\" }}}}{{{{ $k := printf \"pw{length}-%s\" .key }}}}{{{{ if not (hasKey .ctx.Values $k) }}}}{{{{ $_ := set .ctx.Values $k (randAlphaNum {length}) }}}}{{{{ end }}}}{{{{ get .ctx.Values $k }}}}{{{{ end -}}}}\n"
        );
        for key in ["a", "b"] {
            let get = format!("include \"k{length}\" (dict \"key\" \"{key}\" \"ctx\" $)");
            lines += &format!(
                "  {key}{length}: {{{{ {get} | quote }}}}\n  {key}{length}-64: {{{{ {get} | b64enc | quote }}}}\n  {key}{length}-user: {{{{ printf \"u:%s\" ({get}) | b64enc | quote }}}}\n"
            );
        }
    }
    each_helm(|helm| {
        for kind in ["ConfigMap", "Secret"] {
            let chart = secret(&helper, kind, &lines);
            let render = Test::new(helm, &chart).pinned();
            let value = |key: &str| match kind {
                "Secret" => render.secret("s", key),
                _ => render.config("s", key),
            };
            let mut values = Vec::new();
            for key in (6..20).flat_map(|length| ["a", "b"].map(|key| format!("{key}{length}"))) {
                let text = value(&key);
                assert_eq!(base64_decode(&value(&format!("{key}-64"))), text.as_bytes());
                let user = base64_decode(&value(&format!("{key}-user")));
                assert_eq!(user, format!("u:{text}").as_bytes(), "{key} in a {kind}");
                values.push(text);
            }
            all_different(&values);
        }
    });
}

/// Hashes, ciphertexts and certificates in forms that nobody looks through: another one for each seed, and none shows
/// what went in.
#[test]
fn hashes_in_any_form_are_stable() {
    let lines = [
        "printf \"%x\" (bcrypt \"texttext\")",
        "bcrypt \"texttext\" | b32enc",
        "htpasswd \"u\" \"texttext\" | b64enc | trunc 40",
        "htpasswd \"u\" \"texttext\" | splitList \"\" | join \",\"",
        "htpasswd \"u\" \"texttext\" | wrapWith 10 \"_\"",
        "(genSelfSignedCertWithKey \"x\" nil nil 10 (genPrivateKey \"ecdsa\")).Cert | b64enc | trunc -100",
        "(genSelfSignedCertWithKey \"x\" nil nil 10 (genPrivateKey \"ecdsa\")).Cert | b64enc | b64enc | trunc -200",
        "htpasswd \"u\" \"texttext\" | b64enc | b64enc | b64enc | b64enc",
        "htpasswd \"u\" \"texttext\" | splitList \"\" | reverse | join \"\"",
        "encryptAES \"k\" \"texttext\" | trunc 10",
        "encryptAES \"k\" \"texttext\" | trunc -12",
        "genPrivateKey \"ecdsa\" | upper | substr 60 100",
    ];
    let entries: String = std::iter::zip('a'.., lines)
        .map(|(key, line)| format!("  {key}: {{{{ {line} | quote }}}}\n"))
        .collect();
    each_helm(|helm| {
        let chart = secret("", "Secret", &entries);
        let render = Test::new(helm, &chart).trap(&[]);
        assert!(!render.text.contains("texttext"), "{}", render.text);
        let values: Vec<String> = std::iter::zip('a'.., lines)
            .map(|(key, _)| render.secret("s", &key.to_string()))
            .collect();
        all_different(&values);
        // What is turned round is turned round again, and opens.
        let line: String = values[8].chars().rev().collect();
        let hash = line.strip_prefix("u:").unwrap();
        assert!(bcrypt::verify("texttext", hash).unwrap(), "{line}");
    });
}

/// How many digits a fraction has is chance: the render must not depend on it.
#[test]
fn fractions_are_stable() {
    let lines = "  x: {{ include \"n\" . | quote }}\n  y: {{ include \"n\" . | quote }}\n  z: cfg={{ include \"n\" . }};a\n  big: {{ include \"big\" . | quote }}\n  other: {{ include \"big\" . | quote }}\n";
    let helper = "{{- define \"n\" }}{{ printf \"%v\" (divf (randInt 1 100) 7) }}{{ end -}}\n{{- define \"big\" }}{{ randNumeric 12 | float64 }}{{ end -}}\n";
    each_helm(|helm| {
        let chart = secret(helper, "ConfigMap", lines);
        let test = Test::new(helm, &chart);
        let first = test.pinned();
        matches(&first.config("s", "x"), r"[0-9]+(\.[0-9]+)?");
        matches(&first.config("s", "z"), r"cfg=[0-9]+(\.[0-9]+)?;a");
        let big = ["big", "other"].map(|key| first.config("s", key));
        for value in &big {
            matches(value, r"[0-9](\.[0-9]+)?e\+[0-9]+|[0-9]+");
        }
        all_different(&big);
        for _ in 0..3 {
            assert_eq!(test.run().stdout, first.text);
        }
        let other = test.nth_seed(1).render();
        assert_ne!(other.config("s", "big"), first.config("s", "big"));
    });
}

/// Parts of a value that a loop makes are parts of its value.
#[test]
fn parts_of_a_value_in_a_loop_follow_it() {
    let lines = "  {{- range $u := list \"a\" \"b\" }}\n  {{- $p := randAlphaNum 40 }}\n  {{ $u }}: {{ $p | quote }}\n  {{ $u }}-tail: {{ trunc -12 $p | quote }}\n  {{ $u }}-head: {{ trunc 12 $p | quote }}\n  {{ $u }}-mid: {{ substr 10 25 $p | quote }}\n  {{- end }}\n";
    each_helm(|helm| {
        let chart = secret("", "Secret", lines);
        let render = Test::new(helm, &chart).trap(&[]);
        for key in ["a", "b"] {
            let whole = render.secret("s", key);
            for (part, range) in [("tail", 28..40), ("head", 0..12), ("mid", 10..25)] {
                let found = render.secret("s", &format!("{key}-{part}"));
                assert_eq!(found, whole[range], "{key}-{part}");
            }
        }
    });
}

/// A digest is followed however many other calls the chart has.
#[test]
fn a_digest_fits_beside_many_other_calls() {
    let mut lines = "  p: {{ $p | quote }}\n  sha: {{ $p | sha256sum }}\n".to_owned();
    for n in 0..40 {
        lines += &format!("  c{n}: {{{{ randAlphaNum (int $.Values.n) | quote }}}}\n");
    }
    lines += "  {{- range $u := list \"a\" \"b\" }}\n";
    for n in 0..40 {
        lines += &format!("  k{n}{{{{ $u }}}}: {{{{ randAlphaNum 16 | quote }}}}\n");
    }
    lines += "  {{- end }}\n";
    each_helm(|helm| {
        let chart = secret("{{- $p := randAlphaNum 32 }}\n", "Secret", &lines);
        chart.write("values.yaml", "n: 24\n");
        let render = Test::new(helm, &chart).trap(&[]);
        let digest = sha256_hex(&render.secret("s", "p"));
        assert_eq!(render.secret("s", "sha"), digest);
        let values: HashMap<String, usize> =
            render
                .values()
                .into_iter()
                .fold(HashMap::new(), |mut counts, value| {
                    *counts.entry(value).or_default() += 1;
                    counts
                });
        assert!(
            values
                .iter()
                .all(|(value, count)| value.len() < 16 || *count == 1)
        );
    });
}
