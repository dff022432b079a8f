//! Keys as helm has them: seen by rendering each text many times.

#![allow(clippy::unwrap_used)]
use super::*;

/// Seen with helm 3.17 and 4.3, each rendered many times: values of these keys changed.
#[test]
fn what_flaps_under_helm_clashes() {
    for (text, key) in [
        ("1: a\n\"1\": b", "1"),
        ("'1': a\n1: b", "1"),
        ("true: a\n\"true\": b", "true"),
        ("yes: a\n'true': b", "true"),
        ("y: a\n'true': b", "true"),
        ("off: a\n'false': b", "false"),
        ("1.0: a\n\"1\": b", "1"),
        ("1: a\n1.0: b", "1"),
        ("08.: a\n8: b", "8"),
        (".nan: a\n.NaN: b", ".nan"),
        (".inf: a\n'.inf': b", ".inf"),
        ("-.Inf: a\n'-.inf': b", "-.inf"),
        ("16777217.0: a\n16777216.0: b", "1.6777216e+07"),
        ("1e3: a\n'1000': b", "1000"),
        ("1e30: a\n'1e+30': b", "1e+30"),
        ("99999999999999999999: a\n'1e+20': b", "1e+20"),
        ("1e-5: a\n'1e-05': b", "1e-05"),
        ("-.5: a\n'-0.5': b", "-0.5"),
        ("010: a\n'8': b", "8"),
        ("08: a\n'8': b", "8"),
        ("0o11: a\n'9': b", "9"),
        ("0b11: a\n'3': b", "3"),
        ("-0x1: a\n'-1': b", "-1"),
        ("1_0: a\n'10': b", "10"),
        ("1_000.5: a\n'1000.5': b", "1000.5"),
        ("! 1: a\n1: b", "1"),
        ("!!int '1': a\n'1': b", "1"),
        ("!!float 1: a\n1: b", "1"),
        ("x: &x {1: a}\ny: {<<: *x, '1': b}", "1"),
        ("x: &x {1: a}\nz: &z {'1': b}\ny: {<<: [*x, *z]}", "1"),
        ("y: {<<: {1: a}, '1': b}", "1"),
        ("a: &k 1\nz: {*k : c, '1': d}", "1"),
        ("a: [{b: {1: a, '1': b}}]", "1"),
        ("a: 1\n---\n1: a\n'1': b", "1"),
        ("1: a\n'1': a\n'1': b", "1"),
        ("1: {x: [a, 1]}\n'1': {x: [a, '1']}", "1"),
        (".nan: a\n.nan: b\n.nan: a", ".nan"),
        ("a: &a {'1': x}\nb: {!!merge '<<': *a, 1: z}", "1"),
        ("x: &x {1: a}\ny: &y {'1': a, 1: b}\nz: {<<: [*y, *x]}", "1"),
        ("!!binary MQ==: a\n1: b", "1"),
        ("q: x\u{85}1: a\n'1': b", "1"),
        ("q: \"x\u{2028}y\"\u{2029}1: a\n'1': b", "1"),
        ("{1: a, '1': b}\u{feff}", "1"),
    ] {
        let found = look(text.as_bytes()).clash.map(|clash| clash.key);
        assert_eq!(found.as_deref(), Some(key), "for {text:?}");
    }
    // Helm's own reader sees more comments than this one would by itself.
    let text = format!("a:\n{}  1: x\n  '1': y\n", "  # x\n".repeat(1000));
    assert_eq!(look(text.as_bytes()).clash.unwrap().line, 1003);
    let found = look(b"a: 1\nb:\n  1: x\n  '1': y\n").clash.unwrap();
    assert_eq!(found.line, 4);
}

/// Seen the same way: one key, of which the last counts, or two.
#[test]
fn what_is_one_key_or_two_for_good_is_none() {
    for text in [
        "a: 1\na: 2",
        "1: a\n0x1: b",
        "yes: a\ntrue: b",
        "'yes': a\nyes: b",
        "tRUE: a\n'true': b",
        "1.0: a\n1.00: b",
        ".inf: a\n'+Inf': b",
        "!!str 1: a\n'1': b",
        "!foo 1: a\n'1': b",
        "1:30: a\n'90': b",
        "2001-01-01: a\n'2001-01-01': b",
        "1e: a\n'1': b",
        "0x1p4: a\n'16': b",
        "1e999: a\n'1e999': b",
        "+18446744073709551615: a\n'18446744073709551615': b",
        "'<<': {1: a}\n'1': b",
        "x: &x {k: a, 1: b}\ny: {<<: *x, k: b, 1: c}\nz: {k: b, <<: [*x, *x]}",
        "x: {1: a}\ny: {'1': b}",
        "1: a\n'1': a",
        "x: &x {1: a}\nz: &z {'1': a}\ny: {<<: [*x, *z]}",
        "1: &a {x: [a, {b: yes}]}\n'1': {x: ['a', {b: true}]}\n1.0: *a",
        ".nan: a\n.nan: a",
        "0.0: a\n-0.0: b",
        "x: &x {'1': a}\ny: &y {1: b}\nz: {<<: [*y, {1: c}], '1': b}",
        "!!binary aGk=: a\nhi: b",
        "a: {!!str <<: {1: x}, '1': y}",
        "- 1\n- '1'",
        "1: {'1': {1: a}}",
        "1: '1'\na: 1",
    ] {
        assert_eq!(look(text.as_bytes()).clash, None, "for {text:?}");
    }
}

/// Helm refuses these, so nothing is said of them here.
#[test]
fn what_helm_refuses_is_left_to_helm() {
    for text in [
        "null: a\n'null': b",
        "~: a\n'~': b",
        "18446744073709551615: a\n'18446744073709551615': b",
        "[1]: a\n'[1]': b",
        "*a : b",
        "a: &a {<<: *a}",
        "a: [",
    ] {
        assert_eq!(look(text.as_bytes()).clash, None, "for {text:?}");
    }
}

/// What helm may read is not passed over.
#[test]
fn what_cannot_be_read_is_said() {
    for (text, at) in [
        ("a: 1\nq: 'x'#c\np: {1: a, '1': b}", (2, 7)),
        ("q: [-]\n1: a\n'1': b", (1, 5)),
        ("a: [", (1, 4)),
    ] {
        let found = look(text.as_bytes());
        assert_eq!(
            (found.clash, found.unread),
            (None, Some(at)),
            "for {text:?}"
        );
    }
    assert_eq!(look("\u{feff}a: 'x' #c\n".as_bytes()), Found::default());
}

#[test]
fn a_key_that_stands_twice_is_named() {
    let twice = |text: &str| look(text.as_bytes()).twice.map(|key| (key.key, key.line));
    for (text, key, line) in [
        ("a: x\nb: x\na: x\nb: x", "a", 3),
        ("a: {c: x}\nb:\n  c: x\n  'c': |\n    x\n", "c", 4),
    ] {
        assert_eq!(twice(text), Some((key.to_owned(), line)), "for {text:?}");
    }
    assert_eq!(twice("a: {c: x}\nb: {c: x}\nx: {<<: {c: x}, c: x}"), None);
}

#[test]
fn merge_keys_without_end_are_not_followed() {
    let many: String = (0..20_000).map(|key| format!("k{key}: 1, ")).collect();
    let text = format!("a: &a {{{many}}}\n{}", "b: {<<: *a}\n".repeat(20_000));
    assert_eq!(look(text.as_bytes()).clash, None);
}
