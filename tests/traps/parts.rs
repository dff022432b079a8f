//! Generated values glued to a chart's own text, in pieces, and shown in several forms: each place fits the others.

use std::collections::HashSet;

use serde_json::Value;

use crate::support::{Chart, Manifests, Test, all_different, base64_decode, each_helm, matches};

fn chart(text: &str) -> Chart {
    Chart::of(&[("templates/all.yaml", text)])
}

/// What helpers print with a chart's own letters before and behind it: they stay, the value keeps its alphabet, and all
/// forms of it hold it.
#[test]
fn a_value_glued_to_letters_fits_everywhere() {
    let helpers = [
        ("low", "user{{ randAlphaNum 8 | lower }}", "user[0-9a-z]{8}"),
        ("num", "id{{ randNumeric 8 }}", "id[0-9]{8}"),
        ("pin", "{{ randNumeric 6 }}", "[0-9]{6}"),
        ("name", "{{ randAlpha 4 | lower }}", "[a-z]{4}"),
        (
            "sha",
            "v{{ randAlphaNum 20 | sha256sum | trunc 16 }}",
            "v[0-9a-f]{16}",
        ),
        (
            "swap",
            "usr{{ randAlphaNum 16 | swapcase }}",
            "usr[0-9A-Za-z]{16}",
        ),
        (
            "hex",
            "{{ range until 40 }}{{ printf \"%x\" (mod (randNumeric 4 | atoi) 16) }}{{ end }}",
            "[0-9a-f]{40}",
        ),
        (
            "joined",
            "{{ list (randAlpha 3 | lower) (randNumeric 2) (randAlpha 3 | upper) | join \"_\" }}",
            "[a-z]{3}_[0-9]{2}_[A-Z]{3}",
        ),
    ];
    let mut text = String::new();
    for (name, body, _) in helpers {
        text += &format!("{{{{- define \"{name}\" }}}}{body}{{{{ end -}}}}\n");
    }
    for (name, _, _) in helpers {
        text += &format!(
            "---\n{{{{- $a := include \"{name}\" . }}}}\n{{{{- $b := include \"{name}\" . }}}}\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata:\n  a: {{{{ $a | quote }}}}\n  b: {{{{ $b | quote }}}}\n  glued: \"0x{{{{ $a }}}}\"\n  inside: \"pw{{{{ $b }}}}q\"\n  url: \"x://{{{{ $a }}}}:{{{{ $b }}}}@h\"\n  base64: {{{{ $a | b64enc | quote }}}}\n  pair: {{{{ printf \"id%s:%s\" $a $b | b64enc | quote }}}}\n"
        );
    }
    each_helm(|helm| {
        let chart = chart(&text);
        for n in 0..2 {
            let render = Test::new(helm, &chart).nth_seed(n).pinned();
            for (name, _, pattern) in helpers {
                let value = |key: &str| render.config(name, key);
                let (a, b) = (value("a"), value("b"));
                matches(&a, pattern);
                matches(&b, pattern);
                all_different(&[a.clone(), b.clone()]);
                assert_eq!(value("glued"), format!("0x{a}"), "{name}");
                assert_eq!(value("inside"), format!("pw{b}q"), "{name}");
                assert_eq!(value("url"), format!("x://{a}:{b}@h"), "{name}");
                assert_eq!(base64_decode(&value("base64")), a.as_bytes(), "{name}");
                let pair = format!("id{a}:{b}");
                assert_eq!(base64_decode(&value("pair")), pair.as_bytes(), "{name}");
            }
        }
    });
}

/// Short values of calls that run once: too few bits to be found anywhere, unless they stand alone somewhere.
#[test]
fn a_short_value_is_the_same_alone_and_glued() {
    let text = "{{- define \"h\" }}{{ randAlphaNum 16 }}{{ end -}}\n{{- $n := randNumeric 9 }}\n{{- $l := randAlphaNum 8 | lower }}\n{{- $u := uuidv4 }}\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  n: \"{{ $n }}\"\n  glued: \"p{{ $n }}/{{ $n }}x\"\n  base64: {{ printf \"p%sx\" $n | b64enc | quote }}\n  l: {{ $l | quote }}\n  low: \"p{{ $l }}n\"\n  beside: \"p{{ $n }}/{{ include \"h\" . }}\"\n  other: {{ include \"h\" . | quote }}\n  uuid: {{ $u }}\n  first: \"{{ trunc 8 $u }}\"\n  two: {{ trunc 13 $u | quote }}\n  last: \"{{ splitList \"-\" $u | last }}\"\n";
    each_helm(|helm| {
        let chart = chart(text);
        for n in 0..4 {
            let render = Test::new(helm, &chart).nth_seed(n).pinned();
            let value = |key: &str| render.config("c", key);
            let (number, low, uuid) = (value("n"), value("l"), value("uuid"));
            assert_eq!(value("glued"), format!("p{number}/{number}x"));
            let glued = format!("p{number}x");
            assert_eq!(base64_decode(&value("base64")), glued.as_bytes());
            assert_eq!(value("low"), format!("p{low}n"));
            let beside = value("beside");
            assert!(beside.starts_with(&format!("p{number}/")), "{beside}");
            assert_eq!(value("first"), uuid[..8]);
            assert_eq!(value("two"), uuid[..13]);
            assert_eq!(value("last"), uuid[24..]);
        }
    });
}

/// `+`, `/` and `=` take three characters in a URL, and another value has another number of them.
#[test]
fn random_bytes_in_urls_are_whole() {
    let text = "{{- define \"b\" }}{{ randBytes 32 }}{{ end -}}\n{{- $p := randBytes 32 }}\n{{- $a := include \"b\" . }}\n{{- $b := include \"b\" . }}\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  p: {{ $p | quote }}\n  a: {{ $a | quote }}\n  b: {{ $b | quote }}\n  p-url: \"{{ $p | urlquery }}\"\n  a-url: \"x://u:{{ $a | urlquery }}@h/\"\n  both: {{ printf \"x://%s:%s@h\" ($a | urlquery) ($b | urlquery) | b64enc }}\n";
    let encoded = |text: &str| {
        let text = text.replace('+', "%2B").replace('/', "%2F");
        text.replace('=', "%3D")
    };
    each_helm(|helm| {
        let chart = chart(text);
        for n in 0..12 {
            let render = Test::new(helm, &chart).nth_seed(n).pinned();
            let value = |key: &str| render.secret("s", key);
            let (p, a, b) = (value("p"), value("a"), value("b"));
            all_different(&[p.clone(), a.clone(), b.clone()]);
            assert_eq!(value("p-url"), encoded(&p));
            assert_eq!(value("a-url"), format!("x://u:{}@h/", encoded(&a)));
            let both = format!("x://{}:{}@h", encoded(&a), encoded(&b));
            assert_eq!(base64_decode(&value("both")), both.as_bytes());
        }
    });
}

/// A length that chance makes, and all places are still one value.
#[test]
fn a_value_of_a_generated_length_is_one_value() {
    let text = "{{- define \"pw\" }}{{ randAlphaNum (int (add 12 (mod (randNumeric 2) 5))) }}{{ end -}}\n{{- $p := include \"pw\" . }}\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  password: {{ $p | quote }}\n  dsn: \"postgres://u:{{ $p }}@h\"\n";
    each_helm(|helm| {
        let chart = chart(text);
        let first = Test::new(helm, &chart).pinned();
        let password = first.secret("s", "password");
        matches(&password, "[A-Za-z0-9]{12,16}");
        assert_eq!(
            first.secret("s", "dsn"),
            format!("postgres://u:{password}@h")
        );
        for _ in 0..6 {
            assert_eq!(Test::new(helm, &chart).run().stdout, first.text);
        }
    });
}

/// A Secret's key that looks like a checksum is the same key in a ConfigMap and an environment.
#[test]
fn a_hexadecimal_key_is_one_value_wherever_it_stands() {
    for call in [
        "printf \"%x\" (b64dec (randBytes 32))",
        "randAlphaNum 32 | sha256sum",
        "randAlphaNum 32 | sha256sum | trunc 32",
        "randAlphaNum 32 | sha1sum",
    ] {
        let text = format!(
            "{{{{- define \"hex\" }}}}{{{{ {call} }}}}{{{{ end -}}}}\n{{{{- $k := include \"hex\" . }}}}\napiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\nstringData: {{key: {{{{ $k | quote }}}}}}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\ndata:\n  key: {{{{ $k | quote }}}}\n  line: \"key={{{{ $k }}}}\"\n  glued: \"v{{{{ $k }}}}\"\n"
        );
        each_helm(|helm| {
            let render = Test::new(helm, &chart(&text)).pinned();
            let key = render.secret("s", "key");
            matches(&key, "[0-9a-f]{32,64}");
            assert_eq!(render.config("c", "key"), key, "{call}");
            assert_eq!(render.config("c", "line"), format!("key={key}"), "{call}");
            assert_eq!(render.config("c", "glued"), format!("v{key}"), "{call}");
        });
    }
}

/// Symbols that a helper puts where chance has it: a rule for passwords may ask for one.
#[test]
fn a_password_keeps_its_symbols() {
    let text = "{{- define \"pw\" }}{{- $s := list \"!\" \"@\" \"#\" \"^\" \"*\" -}}\n{{- list (randAlpha 1) (randNumeric 2) (index $s (randInt 0 5)) (index $s (randInt 0 5)) (randAlphaNum 8) | join \"\" | shuffle -}}{{ end -}}\n{{- define \"derived\" }}{{ derivePassword 1 \"long\" (randAlphaNum 16) \"u\" \"s\" }}{{ end -}}\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  one: {{ include \"pw\" . | quote }}\n  two: {{ include \"pw\" . | quote }}\n  derived: {{ include \"derived\" . | quote }}\n  other: {{ include \"derived\" . | quote }}\n";
    each_helm(|helm| {
        let chart = chart(text);
        let mut seen = HashSet::new();
        for n in 0..3 {
            let render = Test::new(helm, &chart).nth_seed(n).render();
            for key in ["one", "two", "derived", "other"] {
                let value = render.secret("s", key);
                let symbol = |c: char| !c.is_ascii_alphanumeric();
                assert!(value.contains(symbol), "{key}: {value}");
                assert!(seen.insert(value));
            }
        }
    });
}

/// A value stays when another document calls the same helper.
#[test]
fn another_document_with_the_same_helper_changes_nothing() {
    let secret = |name: &str| {
        format!(
            "---\napiVersion: v1\nkind: Secret\nmetadata: {{name: {name}}}\nstringData:\n  q: {{{{ include \"g\" . | quote }}}}\n"
        )
    };
    each_helm(|helm| {
        for call in [
            "randNumeric 5",
            "randNumeric 9",
            "randAlphaNum 5",
            "randAlphaNum 20",
            "uuidv4",
        ] {
            let helper = format!("{{{{- define \"g\" }}}}{{{{ {call} }}}}{{{{ end -}}}}\n");
            let one = Test::new(helm, &chart(&format!("{helper}{}", secret("x")))).pinned();
            let both = format!("{helper}{}{}", secret("x"), secret("y"));
            let both = Test::new(helm, &chart(&both)).pinned();
            assert_eq!(one.secret("x", "q"), both.secret("x", "q"), "{call}");
            all_different(&[both.secret("x", "q"), both.secret("y", "q")]);
        }
    });
}

/// Secrets named by a digest of what they hold.
#[test]
fn objects_named_by_their_content_are_several() {
    let text = "{{- define \"pw\" }}{{ randAlphaNum 20 }}{{ end }}\n{{- range until 3 }}\n{{- $k := include \"pw\" $ }}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: u-{{ sha1sum $k | trunc 10 }}}\ndata:\n  k: {{ $k | b64enc }}\n{{- end }}\n";
    each_helm(|helm| {
        let render = Test::new(helm, &chart(text)).pinned();
        let names: HashSet<&str> = render
            .text
            .lines()
            .filter(|line| line.starts_with("metadata:"))
            .collect();
        assert_eq!(names.len(), 3, "{names:?}");
    });
}

/// A hundred turns of a loop and more: each has a value of its own that belongs to its place.
#[test]
fn late_turns_of_a_loop_are_pinned_by_place() {
    let text = |name: &str| {
        format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: {name}}}\nstringData:\n  {{{{- range $i := until 200 }}}}\n  k{{{{ $i }}}}: {{{{ randAlphaNum 16 | quote }}}}\n  {{{{- end }}}}\n"
        )
    };
    each_helm(|helm| {
        let one = Test::new(helm, &chart(&text("one"))).pinned();
        let two = Test::new(helm, &chart(&text("two"))).pinned();
        let values = |name: &str| {
            let render = if name == "one" { &one } else { &two };
            let value = |n: usize| render.secret(name, &format!("k{n}"));
            (0..200).map(value).collect::<Vec<_>>()
        };
        let all: Vec<String> = [values("one"), values("two")].concat();
        all_different(&all);
    });
}

/// `uniq` and `has` find no two values equal, whatever the values are.
#[test]
fn values_are_compared_as_plain_helm_does() {
    let uniq = |call: &str| {
        format!(
            "{{{{- range $i, $k := list {call} {call} | uniq }}}}\n  K{{{{ $i }}}}: {{{{ $k | b64enc }}}}\n{{{{- end }}}}\n"
        )
    };
    let text = "{{- define \"k\" }}{{ randAlphaNum 20 }}{{ end -}}\n{{- define \"p\" }}{{ genPrivateKey \"ed25519\" }}{{ end -}}\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata:\n".to_owned()
        + &uniq("(include \"k\" .)").replace('K', "a")
        + &uniq("(include \"p\" .)").replace('K', "b")
        + "{{- $l := list }}\n{{- range until 3 }}{{ $k := include \"p\" $ }}{{ if not (has $k $l) }}{{ $l = append $l $k }}{{ end }}{{ end }}\n{{- range $i, $k := $l }}\n  c{{ $i }}: {{ $k | b64enc }}\n{{- end }}\n  all: {{ list (include \"p\" .) (include \"p\" .) | uniq | join \"\" | b64enc }}\n";
    each_helm(|helm| {
        let chart = chart(&text);
        let render = Test::new(helm, &chart).trap(&[]);
        let value = |key: &str| render.secret("s", key);
        all_different(&["a0", "a1", "b0", "b1", "c0", "c1", "c2", "all"].map(value));
        assert_eq!(value("all").matches("BEGIN PRIVATE KEY").count(), 2);
    });
}

/// A key in bytes: the ciphertext opens with the one that is printed.
#[test]
fn a_decoded_key_is_the_printed_one() {
    let text = "{{- $k := randBytes 32 }}\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  key: {{ $k | quote }}\n  encrypted: {{ encryptAES ($k | b64dec) \"the text to hide\" | quote }}\n";
    each_helm(|helm| {
        let render = Test::new(helm, &chart(text)).pinned();
        let key = base64_decode(&render.secret("s", "key"));
        let plain = super::hashes::decrypted(&key, &render.secret("s", "encrypted"));
        assert_eq!(plain, b"the text to hide");
    });
}

/// A definition that the chart's templates print is looked through as any other document.
#[test]
fn a_definition_shows_the_same_value() {
    let text = "{{- $t := randAlphaNum 32 }}\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  t: {{ $t | b64enc | quote }}\n  sum: {{ $t | sha256sum | quote }}\n---\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: d\n  annotations:\n    t: {{ $t | b64enc | quote }}\n    sum: {{ $t | sha256sum | quote }}\n";
    each_helm(|helm| {
        let render = Test::new(helm, &chart(text)).pinned();
        for value in [render.secret("s", "t"), render.secret("s", "sum")] {
            assert_eq!(render.text.matches(&value).count(), 2, "{value}");
        }
    });
}

/// `explain` masks a short generated part of a place's name or key as it does a long one.
#[test]
fn explain_masks_short_keys() {
    let text = "{{- $k := randAlpha 6 | lower }}\n{{- $n := randAlpha 6 | lower }}\napiVersion: v1\nkind: Secret\nmetadata: {name: \"name-{{ $n }}\"}\nstringData:\n  key-{{ $k }}: {{ randAlphaNum 20 | quote }}\n";
    each_helm(|helm| {
        let chart = chart(text);
        let render = Test::new(helm, &chart).pinned();
        let [key, name] = ["key-", "name-"].map(|before| {
            let behind = render.text.split(before).nth(1).unwrap();
            let end = behind.find(|c: char| !c.is_ascii_lowercase()).unwrap();
            matches(&behind[..end], "[a-z]{6}");
            &behind[..end]
        });
        let explain = Test::new(helm, &chart).command("explain");
        let table = explain.run().stdout;
        let json = explain.flag("--output").flag("json").run().stdout;
        let report: Value = serde_json::from_str(&json).unwrap();
        for explained in [&table, &json] {
            assert!(
                explained.contains("key-*") && explained.contains("name-*"),
                "{explained}"
            );
            assert!(
                !explained.contains(key) && !explained.contains(name),
                "{explained}"
            );
        }
        let values = report["values"].as_array().unwrap();
        let password = values
            .iter()
            .find(|value| value["call_site"]["function"] == "randAlphaNum")
            .unwrap();
        assert_eq!(password["places"][0]["name"], "name-*", "{json}");
        assert_eq!(password["places"][0]["path"], "data[\"key-*\"]", "{json}");
    });
}

/// What a chart makes of a value inside of an argument list belongs to the place where it stands, and its type stays.
#[test]
fn texts_in_argument_lists_have_places() {
    let text = r#"
{{- define "job" }}
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .name }}}
data:
  load: {{ .load }}
  kinds: {{ .kinds }}
  {{- with .more }}
  more: {{ index . 0 | quote }}
  {{- end }}
{{- end }}
{{- $pw := randAlphaNum 20 }}
{{ include "job" (dict "name" "c" "load" (printf "load-%s" (randAlphaNum 10 | lower))
  "kinds" (kindOf (randNumeric 5 | trunc 4) | printf "%s-%s" (kindOf (randInt 5 9)))
  "more" (list (upper $pw) (cat (randAlpha 12 | upper) "x" | nospace))) }}
---
apiVersion: v1
kind: Secret
metadata: {name: s}
stringData:
  {{- $_ := set .Values "token" (randAlphaNum 24 | upper | printf "tok_%s") }}
  token: {{ .Values.token }}
  sum: {{ get (dict "x" (sha256sum .Values.token | trunc 16)) "x" }}
"#;
    each_helm(|helm| {
        let chart = chart(text);
        let test = Test::new(helm, &chart);
        let values = |render: &Manifests| {
            let [load, more] = ["load", "more"].map(|key| render.config("c", key));
            [load, more, render.secret("s", "token")]
        };
        let render = test.trap(&["kinds: int-string"]);
        let before = values(&render);
        for (value, pattern) in
            before
                .iter()
                .zip(["load-[0-9a-z]{10}", "[0-9A-Z]{20}", "tok_[0-9A-Z]{24}"])
        {
            matches(value, pattern);
        }
        let explained = test.clone().command("explain").run().stdout;
        let by_path = explained.split("BY PATH").nth(1).unwrap_or_default();
        // Seen nowhere are the second of the list, and what only its type is asked of.
        for (function, count) in [
            ("randNumeric", 1),
            ("randInt", 1),
            ("randAlpha", 1),
            ("randAlphaNum", 0),
        ] {
            let rows = by_path.lines();
            let rows = rows.filter(|row| row.split_whitespace().any(|word| word == function));
            assert_eq!(rows.count(), count, "{function}: {explained}");
        }
        // Elsewhere, and behind other calls.
        chart.rename("templates/all.yaml", "templates/other.yaml");
        let moved =
            "{{ $_ := randAlphaNum 20 }}{{ $_ := printf \"%s\" (randAlphaNum 20 | lower) }}";
        chart.write("templates/other.yaml", &(moved.to_owned() + text));
        assert_eq!(values(&test.pinned()), before);
    });
}
