//! Map order, and `shuffle`.

use crate::chart::{Chart, helms, value};

const VALUES: &str = "m: {b: 1, a: [x], d: {e: f}, z: 2.5}\nw: {x: 1, a: 2}\n";

#[test]
fn keys_and_values_come_in_key_order_with_their_types() {
    let text = "\
keys: {{ keys .Values.m | join \"\" }}
first: {{ keys .Values.m | first }}
type: {{ keys .Values.m | typeOf | quote }}
sorted: {{ keys .Values.m | sortAlpha | join \"\" }}
piped: {{ .Values.m | keys | toJson }}
arg: {{ len (keys .Values.m) }}{{ len keys }}
values: {{ values .Values.m | toJson }}
vtype: {{ values .Values.m | typeOf | quote }}
last: {{ last (values .Values.w) }}
nested: {{ values (dict \"x\" (values .Values.w) \"a\" 0) | toJson }}
none: {{ values .Values.nothing | toJson }}
{{- range $i, $v := values .Values.m }}
i{{ $i }}: {{ kindOf $v }}
{{- end }}
{{- if false }}{{ else if values .Values.w | first | eq 2.0 }}
elseif: yes
{{- end }}
{{- with values .Values.w }}
with: {{ . | toJson }}
{{- end }}
root: {{ keys .Values | join \"\" }}{{ values .Values | len }}
shuffle: {{ shuffle \"abcdefgh\" }}{{ \"ijklmnop\" | shuffle | upper }}
";
    let chart = Chart::new().file("values.yaml", VALUES).template(text);
    let output = chart.pinned();
    for (key, expected) in [
        ("keys", "abdz"),
        ("first", "a"),
        ("type", "[]string"),
        ("sorted", "abdz"),
        ("piped", "[\"a\",\"b\",\"d\",\"z\"]"),
        ("arg", "40"),
        ("values", "[[\"x\"],1,{\"e\":\"f\"},2.5]"),
        ("vtype", "[]interface {}"),
        ("last", "1"),
        ("nested", "[0,[2,1]]"),
        ("none", "[]"),
        ("i0", "slice"),
        ("i1", "float64"),
        ("i2", "map"),
        ("i3", "float64"),
        ("elseif", "yes"),
        ("with", "[2,1]"),
        ("root", "mw2"),
        ("shuffle", "abcdefghIJKLMNOP"),
    ] {
        assert_eq!(value(&output, key), expected, "{key}");
    }
    let plain = chart.render_with(&helms()[0]).unwrap_or_default();
    for key in ["type", "sorted", "vtype", "arg", "none"] {
        if !plain.is_empty() {
            assert_eq!(value(&plain, key), value(&output, key));
        }
    }
}

/// A call that is sorted anyway changes nothing.
#[test]
fn keys_that_are_sorted_need_nothing() {
    let chart =
        Chart::new().template("a: {{ keys .Values | sortAlpha }}{{ keys .Values | len }}\n");
    assert!(!chart.instrument().changed);
}

#[test]
fn a_body_that_shuffles_has_sites_that_repeat() {
    let text = "a: {{ randAlphaNum 8 | shuffle }}\nb: {{ define \"x\" }}{{ end }}\n";
    let sites = Chart::new().template(text).instrument().sites;
    assert!(sites[0].repeats);
    let sites = Chart::new()
        .template("a: {{ randAlphaNum 8 }}\n")
        .instrument()
        .sites;
    assert!(!sites[0].repeats);
    let sites = Chart::new()
        .shared()
        .template("a: {{ randAlphaNum 8 }}\n")
        .instrument()
        .sites;
    assert!(sites[0].repeats);
}
