//! Helm's bytes, with only the pinned spans replaced: styles of scalars, types, line ends.

use serde_json::Value;

use crate::support::{Chart, Test, all_different, distinct, each_helm, matches};

#[test]
fn every_style_of_scalar_is_pinned_in_place() {
    each_helm(|helm| {
        let chart = Chart::named("scalars");
        // One letter can be the same for two seeds.
        let render = Test::new(helm, &chart).trap(&["  one: "]);
        let config = |key: &str| render.config("app-scalars", key);
        let password = config("anchored");
        matches(&password, "[A-Za-z0-9]{24}");
        assert_eq!(config("alias"), password);
        let value = "[A-Za-z0-9]{16}";
        for (key, pattern) in [
            ("unquoted", value.to_owned()),
            ("single", value.to_owned()),
            ("double", value.to_owned()),
            ("tagged", "[0-9]{12}".to_owned()),
            ("literal", format!("first {password}\n  indented {value}")),
            ("keep", format!("{value}\n\n")),
            (
                "folded",
                format!("a folded line with {value} and a second with {password}"),
            ),
            ("indented", format!("  {value}\n")),
            (
                "continued",
                format!("a plain scalar that goes on with {value}"),
            ),
            ("escaped", format!("tab\t{value}ä")),
            ("quoted-quote", format!("it's {value}")),
            ("utf8", format!("grün {value} 日本")),
            ("last", value.to_owned()),
        ] {
            matches(&config(key), &pattern);
        }
        all_different(&["unquoted", "single", "double", "last"].map(config));
        let keys: Vec<String> = render.document("ConfigMap", "app-scalars")["data"]
            .as_object()
            .unwrap()
            .keys()
            .filter(|key| key.starts_with("spaced"))
            .cloned()
            .collect();
        assert_eq!(keys.len(), 1);
        matches(&keys[0], "spaced key [a-z]{10}");
        let annotations = &render.document("ConfigMap", "app-scalars")["metadata"]["annotations"];
        matches(annotations["flow"].as_str().unwrap(), "[A-Za-z0-9]{12}");
        matches(annotations["plain"].as_str().unwrap(), "[A-Za-z0-9]{12}");
        matches(annotations["list"].as_str().unwrap(), r"\[[A-Za-z]{8}\]");
    });
}

/// Digits stay a number, letters stay a string, for every seed: `1e5`, `yes` or `0o17` would not. Six digits are too few
/// bits for that (docs/derivation.md, "Pieces"): they may begin with a zero, as helm's own do.
#[test]
fn unquoted_values_keep_their_type() {
    each_helm(|helm| {
        let chart = Chart::named("scalars");
        for n in 0..24 {
            let render = Test::new(helm, &chart).nth_seed(n).render();
            let spec = &render.document("Custom", "app-typed")["spec"];
            let pin = render.text.split("\n  pin: ").nth(1).unwrap();
            let pin = pin.lines().next().unwrap();
            matches(pin, "[0-9]{6}");
            if !pin.starts_with('0') {
                assert_eq!(spec["pin"].as_u64(), pin.parse().ok(), "{pin}");
            }
            let long = spec["long"].as_u64().unwrap();
            assert!((10u64.pow(17)..10u64.pow(18)).contains(&long), "{long}");
            assert!((30000..32768).contains(&spec["port"].as_u64().unwrap()));
            matches(spec["quotedPin"].as_str().unwrap(), "[0-9]{6}");
            matches(spec["hexLike"].as_str().unwrap(), "[A-Za-z0-9]{4}");
            matches(spec["one"].as_str().unwrap(), "[A-Za-z]");
            for item in spec["list"].as_array().unwrap() {
                matches(item.as_str().unwrap(), "[A-Za-z0-9]{8}");
            }
            assert!(
                spec.as_object()
                    .unwrap()
                    .values()
                    .any(|value| value == "explicit key")
            );
            let annotations =
                &render.document("ConfigMap", "app-scalars")["metadata"]["annotations"];
            assert!(annotations["plain"].is_string());
        }
    });
}

/// Fields, variables, strings, comments and defines that only look like calls.
#[test]
fn a_chart_without_a_call_is_printed_as_helm_prints_it() {
    each_helm(|helm| {
        let chart = Chart::named("untouched");
        let test = Test::new(helm, &chart);
        assert_eq!(test.plain().text, test.pinned().text);
        let explained = test.command("explain").flag("--output").flag("json").run();
        assert_eq!((explained.status, explained.stderr.as_str()), (0, ""));
        let report: Value = serde_json::from_str(&explained.stdout).unwrap();
        for list in ["values", "fixed"] {
            assert_eq!(report[list], Value::Array(Vec::new()), "{list}");
        }
        assert_eq!(report["helm_runs"], 1);
    });
}

/// Line ends, tabs, a byte order mark, no newline at the end: all as helm prints them.
#[test]
fn unusual_bytes_stay_where_they_are() {
    each_helm(|helm| {
        let secret = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\nstringData:\n  token: {{ randAlphaNum 24 }}";
        for (label, text) in [
            ("no newline at the end", secret.to_owned()),
            ("CRLF", secret.replace('\n', "\r\n") + "\r\n"),
            (
                "blanks behind values",
                secret.replace('\n', "  \n") + "  \n",
            ),
            ("tabs before a comment", format!("{secret}\t# a comment\n")),
            (
                "document ends",
                format!("---\n{secret}\n...\n---\n# nothing\n---\n"),
            ),
            ("a brace at the end", format!("{secret} # {{")),
            ("empty lines", format!("\n\n\n{secret}\n\n\n\n")),
        ] {
            println!("{label}");
            let chart = Chart::of(&[("templates/s.yaml", &text)]);
            let render = Test::new(helm, &chart).trap(&[]);
            matches(&render.secret("s", "token"), "[A-Za-z0-9]{24}");
        }
    });
}

/// Nothing to print is no error when helm says so: everything is switched off.
#[test]
fn a_chart_that_renders_nothing_prints_nothing() {
    each_helm(|helm| {
        let chart = Chart::of(&[(
            "templates/s.yaml",
            "{{ if false }}a: {{ randAlphaNum 8 }}{{ end }}",
        )]);
        let test = Test::new(helm, &chart);
        assert_eq!(test.plain().text, test.render().text);
    });
}

/// There is nothing but definitions: no file of them is a template, and no call runs.
#[test]
fn a_chart_of_definitions_only_is_printed() {
    let definition = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: things.example.org\nspec: {group: example.org}\n";
    each_helm(|helm| {
        let bare = Chart::of(&[("crds/things.yaml", definition)]);
        let off = Chart::of(&[
            ("crds/things.yaml", definition),
            (
                "crds/braces.yaml",
                &definition.replace("spec:", "# {{ randAlphaNum 8 }}\nspec:"),
            ),
            (
                "templates/s.yaml",
                "{{ if .Values.on }}a: {{ randAlphaNum 8 }}{{ end }}",
            ),
            ("values.yaml", "on: false\n"),
        ]);
        for chart in [&bare, &off] {
            let test = Test::new(helm, chart);
            assert_eq!(test.plain().text, test.pinned().text);
        }
    });
}

/// What Go takes for a whole number is one.
#[test]
fn lengths_are_written_in_any_form() {
    let text = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  a: {{ randAlphaNum 15.0 | quote }}\n  b: {{ randAlphaNum 1.6e1 | quote }}\n  c: {{ randAlphaNum 0x11 | quote }}\n  d: {{ randAlphaNum 0b10010 | quote }}\n  e: {{ randAlphaNum 1_9 | quote }}\n  f: {{ randAlphaNum 'A' | quote }}\n  g: {{ randAlphaNum 0o30 | quote }}\n  h: {{ randInt 10.0 2e1 | quote }}\n  i: {{ randBytes 3e1 | quote }}\n";
    each_helm(|helm| {
        let chart = Chart::of(&[("templates/s.yaml", text)]);
        let render = Test::new(helm, &chart).trap(&["  h:"]);
        for (key, length) in [
            ("a", 15),
            ("b", 16),
            ("c", 17),
            ("d", 18),
            ("e", 19),
            ("f", 65),
            ("g", 24),
            ("i", 40),
        ] {
            assert_eq!(render.secret("s", key).len(), length, "{key}");
        }
        matches(&render.secret("s", "h"), "1[0-9]");
    });
}

#[test]
fn a_document_that_is_no_object_is_printed() {
    each_helm(|helm| {
        let chart = Chart::of(&[(
            "templates/c.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  k: {{ randAlphaNum 20 }}\n---\n# {{ randAlphaNum 20 }}\n",
        )]);
        let render = Test::new(helm, &chart).trap(&[]);
        matches(&render.config("c", "k"), "[A-Za-z0-9]{20}");
    });
}

/// What runs beside calls is given what helm gives it, and nothing of ours.
#[test]
fn a_file_beside_calls_sees_what_helm_gives_it() {
    let beside = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  sum: {{ toJson . | sha256sum }}\n  n: {{ len .Release | quote }}\n";
    let calls = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  k: {{ include \"pw\" . }}\n";
    let helper = "{{ define \"pw\" }}{{ printf \"%s\" (randAlphaNum 20) }}{{ end }}";
    each_helm(|helm| {
        let chart = Chart::of(&[
            ("templates/_h.tpl", helper),
            ("templates/a.yaml", beside),
            ("templates/z.yaml", calls),
            (
                "charts/sub/Chart.yaml",
                "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
            ),
            ("charts/sub/templates/z.yaml", calls),
        ]);
        let (plain, pinned) = (
            Test::new(helm, &chart).plain(),
            Test::new(helm, &chart).trap(&[]),
        );
        for key in ["sum", "n"] {
            assert_eq!(pinned.config("c", key), plain.config("c", key), "{key}");
        }
    });
}

/// Memory addresses are other ones at each render, without any generating call: refused, or constant, and never printed.
#[test]
fn addresses_are_never_printed() {
    each_helm(|helm| {
        for printed in [
            "printf \"%p\" .Values",
            "toString . | sha256sum",
            "print .Subcharts | sha256sum",
            "print .Capabilities (list .Capabilities) | b64enc",
            "dict `a` . | toString | sha512sum",
            "printf \"z%pz\" .Values | upper",
            "list .Capabilities | toString | printf \"%s\" | trunc 20 | b64enc",
            "with . }}{{ toString . | sha256sum }}{{ end }}{{ ``",
            "printf \"%d\" .Capabilities",
            "toString . | regexFind \"0x[0-9a-f]+\" | trimPrefix \"0x\"",
        ] {
            let text = format!(
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\ndata:\n  a: {{{{ {printed} | quote }}}}\n"
            );
            let chart = Chart::of(&[
                ("templates/c.yaml", &text),
                (
                    "charts/sub/Chart.yaml",
                    "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
                ),
            ]);
            let test = Test::new(helm, &chart);
            let outcome = test.run();
            if outcome.status != 0 {
                test.fail().assert_says(&["templates/c.yaml"]);
                continue;
            }
            for _ in 0..3 {
                assert_eq!(outcome.stdout, test.run().stdout, "{printed}");
            }
        }
    });
}

/// Helm renders NOTES.txt, and all whose names end so, and does not print it: what it generates for others is pinned all
/// the same. A file whose name is that of the copy's stays another one.
#[test]
fn notes_make_values_too() {
    each_helm(|helm| {
        for name in ["NOTES.txt", "zNOTES.txt", "more/NOTES.txt"] {
            let path = format!("templates/{name}");
            let beside = format!("templates/{name}-");
            let chart = Chart::of(&[
                (
                    &*path,
                    "{{ $_ := set .Values \"p\" (randAlphaNum 200) }}Read {{ .Values.p }}",
                ),
                // Helm renders the first name last.
                (
                    "templates/A.yaml",
                    "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  p: {{ .Values.p }}\n",
                ),
                (
                    &*beside,
                    "apiVersion: v1\nkind: Secret\nmetadata: {name: t}\nstringData:\n  p: beside\n",
                ),
            ]);
            let render = Test::new(helm, &chart).trap(&["p: beside"]);
            let value = render.secret("s", "p");
            matches(&value, "[A-Za-z0-9]{200}");
            assert!(distinct(&value) > 40, "{value}");
            assert_eq!(render.secret("t", "p"), "beside");
        }
    });
}

/// `AsConfig` and `AsSecrets` go by the last part of each path, and Go leaves open which of two files it takes.
#[test]
fn files_of_one_name_are_stable() {
    each_helm(|helm| {
        let files: Vec<(String, String)> = (0..6)
            .map(|n| (format!("conf/{n}/a.yaml"), format!("n: {n}\n")))
            .collect();
        let mut all = vec![(
            "templates/c.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n\
             {{ (.Files.Glob \"conf/**\").AsConfig | indent 2 }}\n---\n\
             {{- $files := .Files.Glob \"conf/**\" }}\n\
             {{- with .Files }}{{ $_ := .AsConfig }}{{ end }}\n\
             apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata:\n{{ $files.AsSecrets | indent 2 }}\n\
             ---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: d}\ndata:\n  v: {{ .Values.AsConfig.own }}\n\
             {{ tpl `{{ (.Files.Glob \"conf/**\").AsConfig | indent 2 }}` . }}\n",
        )];
        all.push(("values.yaml", "AsConfig: {own: a value of this name}\n"));
        all.extend(files.iter().map(|(path, text)| (&**path, &**text)));
        let chart = Chart::of(&all);
        let render = Test::new(helm, &chart).pinned();
        assert_eq!(render.config("c", "a.yaml"), "n: 5\n");
        assert_eq!(render.secret("s", "a.yaml"), "n: 5\n");
        assert_eq!(render.config("d", "v"), "a value of this name");
        assert_eq!(render.config("d", "a.yaml"), "n: 5\n");
        for _ in 0..5 {
            assert_eq!(Test::new(helm, &chart).run().stdout, render.text);
        }
    });
}

/// The same where the files are a define's context, and the define generates.
#[test]
fn files_as_a_context() {
    each_helm(|helm| {
        let chart = Chart::of(&[
            (
                "templates/c.yaml",
                "{{ define \"files\" }}{{ if .AsConfig }}{{ .AsConfig }}\n{{ end }}{{ $all := .AsSecrets }}all: {{ $all | quote }}\n\
                 p: {{ randAlpha 20 }}\n{{ end -}}\n\
                 apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n\
                 {{ include \"files\" (.Files.Glob \"conf/**\") | indent 2 }}\n\
                 ---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: d}\ndata:\n{{ include \"files\" nil | indent 2 }}\n",
            ),
            ("conf/a.yaml", "a: 1"),
            ("conf/1/b.yaml", "b: 1"),
            ("conf/2/b.yaml", "b: 2"),
        ]);
        let render = Test::new(helm, &chart).pinned();
        assert_eq!(render.config("c", "a.yaml"), "a: 1");
        assert_eq!(render.config("c", "b.yaml"), "b: 2");
        assert_eq!(
            render.config("c", "all"),
            "a.yaml: YTogMQ==\nb.yaml: YjogMg=="
        );
        assert_eq!(render.config("d", "all"), "null");
        matches(&render.config("d", "p"), "[A-Za-z]{20}");
    });
}

/// Helm reads a file without the blanks at its beginning: what begins there is a document.
#[test]
fn blanks_before_the_first_document() {
    each_helm(|helm| {
        for blanks in ["  ", "\n\t", "\u{a0}\n", "\u{85}", "\u{b}"] {
            let text = format!(
                "{blanks}---\napiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\nstringData:\n  p: {{{{ randAlphaNum 20 }}}}\n"
            );
            let chart = Chart::of(&[("templates/s.yaml", &text)]);
            let value = Test::new(helm, &chart).trap(&[]).secret("s", "p");
            matches(&value, "[A-Za-z0-9]{20}");
        }
    });
}
