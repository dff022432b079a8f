//! Charts whose calls depend on each other: those that need more rounds, and those that never end.

use crate::support::{Chart, Test, each_helm, matches, sha256_hex};

fn secret(text: &str) -> String {
    format!("apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\nstringData:\n{text}")
}

/// A value that decides how long another is, one that decides which of two is printed, one that decides how often others
/// are made.
#[test]
fn values_that_depend_on_values_settle() {
    let text = "{{- $n := add 16 (mod (randNumeric 2 | atoi) 8) | int }}\n{{- $p := randAlphaNum $n }}\n{{- $a := randAlphaNum 24 }}{{ $b := randAlphaNum 24 }}\n{{- $which := ternary $a $b (regexMatch \"^[a-m]\" (randAlpha 1 | lower)) }}\n".to_owned()
        + &secret(
            "  n: {{ $n | quote }}\n  p: {{ $p | quote }}\n  sum: {{ $p | sha256sum }}\n  which: {{ $which | quote }}\n  {{- range $i := until (randInt 2 6) }}\n  turn-{{ $i }}: {{ randAlphaNum 18 | quote }}\n  {{- end }}\n",
        );
    let chart = Chart::of(&[("templates/s.yaml", &text)]);
    each_helm(|helm| {
        for n in 0..4 {
            let test = Test::new(helm, &chart).nth_seed(n);
            let render = test.render();
            assert_eq!(render.text, test.render().text);
            let value = |key: &str| render.secret("s", key);
            assert_eq!(value("n"), value("p").len().to_string());
            assert_eq!(value("sum"), sha256_hex(&value("p")));
            matches(&value("which"), "[A-Za-z0-9]{24}");
            let turns = render.text.matches("\n  turn-").count();
            assert!((2..6).contains(&turns), "{turns}");
        }
    });
}

/// A password that is drawn again until its rule holds: one in seven does.
#[test]
fn a_value_that_is_drawn_again_settles() {
    let text = "{{- $rule := \"\" }}\n{{- range until 200 }}{{ if not (and (regexMatch \"^[A-Z]\" $rule) (regexMatch \"[0-9]{2}\" $rule)) }}{{ $rule = randAlphaNum 20 }}{{ end }}{{ end }}\n".to_owned()
        + &secret("  rule: {{ $rule | quote }}\n  sum: {{ $rule | sha256sum }}\n");
    let chart = Chart::of(&[("templates/s.yaml", &text)]);
    each_helm(|helm| {
        for n in 0..12 {
            let render = Test::new(helm, &chart).nth_seed(n).render();
            let value = render.secret("s", "rule");
            matches(&value, "[A-Z][A-Za-z0-9]*[0-9]{2}[A-Za-z0-9]*");
            assert_eq!(render.secret("s", "sum"), sha256_hex(&value));
        }
    });
}

/// Until it has a symbol, which is none of `-` and `_`.
#[test]
fn a_rule_for_symbols_settles() {
    let text = "{{- $p := \"\" }}\n{{- range until 50 }}{{ if not (regexMatch \"[!@#$%^&*()]\" $p) }}{{ $p = randAscii 16 }}{{ end }}{{ end }}\n".to_owned()
        + &secret("  p: {{ $p }}\n  quoted: {{ $p | squote }}\n");
    let chart = Chart::of(&[("templates/s.yaml", &text)]);
    each_helm(|helm| {
        for n in 0..8 {
            let render = Test::new(helm, &chart).nth_seed(n).render();
            let value = render.secret("s", "p");
            assert_eq!((value.len(), &value), (16, &render.secret("s", "quoted")));
            assert!(value.contains(['$', '^', '(', ')']), "{value}");
        }
    });
}

/// The draws stand between a value and its digest, and belong to neither.
#[test]
fn a_digest_of_another_value_unsettles_nothing() {
    let text = "{{- $p := randAlphaNum 20 }}\n{{- $rule := \"\" }}\n{{- range until 200 }}{{ if not (and (regexMatch \"^[A-Z]\" $rule) (regexMatch \"[0-9]{2}\" $rule)) }}{{ $rule = randAlphaNum 20 }}{{ end }}{{ end }}\n".to_owned()
        + &secret("  p: {{ $p | quote }}\n  sum: {{ $p | sha256sum }}\n  rule: {{ $rule | quote }}\n");
    let chart = Chart::of(&[("templates/s.yaml", &text)]);
    each_helm(|helm| {
        for n in 0..12 {
            let render = Test::new(helm, &chart).nth_seed(n).render();
            let value = |key: &str| render.secret("s", key);
            assert_eq!(value("sum"), sha256_hex(&value("p")));
            matches(&value("rule"), "[A-Z][A-Za-z0-9]*[0-9]{2}[A-Za-z0-9]*");
        }
    });
}

/// Each number of a long chain is drawn below the one before: a render more for each of them.
#[test]
fn a_chain_that_never_ends_is_an_error() {
    let text = "{{- $n := 100000 }}\n{{- range until 60 }}\n{{- $n = randInt 0 (add 50000 $n | int) }}\n{{- end }}\n".to_owned()
        + &secret("  n: {{ $n | quote }}\n  p: {{ randAlphaNum 24 | quote }}\n");
    let chart = Chart::of(&[("templates/chain.yaml", &text)]);
    each_helm(|helm| {
        let said = Test::new(helm, &chart).fail();
        said.assert_says(&["randInt", "templates/chain.yaml:3", "does not settle"]);
        // The call beside the chain is in order.
        assert!(!said.stderr.contains("randAlphaNum"), "{}", said.stderr);
    });
}

/// Each call stands in a body that only the last one's value reaches: another way at each render.
#[test]
fn a_way_that_never_ends_is_an_error() {
    let text = "{{- define \"walk\" }}{{ $p := randAlphaNum (add 20 (len .key) | int) }}{{ if gt (int .left) 0 }}{{ include \"walk\" (dict \"left\" (sub (int .left) 1) \"key\" (repeat (adler32sum $p | trunc -2 | trimPrefix \"0\" | int) \"x\")) }}{{ else }}{{ $p }}{{ end }}{{ end -}}\n".to_owned()
        + &secret("  p: {{ include \"walk\" (dict \"left\" 40 \"key\" \"\") | quote }}\n");
    let chart = Chart::of(&[("templates/walk.yaml", &text)]);
    each_helm(|helm| {
        let said = Test::new(helm, &chart).fail();
        said.assert_says(&["randAlphaNum", "templates/walk.yaml:1", "does not settle"]);
    });
}
