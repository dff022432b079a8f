//! Texts for `tpl`: what looks like an action and is none, braces that stay, texts that are changed or put together
//! before they are rendered, texts in texts.

use crate::support::{Chart, Test, all_different, each_helm, matches};

/// A Secret whose keys show what `tpl` makes of the values of these names.
fn chart(texts: &[(&str, &str)]) -> Chart {
    let values: serde_json::Map<String, serde_json::Value> = texts
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).into()))
        .collect();
    let values = serde_json::json!({ "texts": values }).to_string();
    Chart::of(&[
        ("values.yaml", &values),
        (
            "templates/_h.tpl",
            "{{ define \"inline.gen\" }}{{ randAlphaNum 12 }}{{ end }}",
        ),
        (
            "templates/s.yaml",
            "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  {{- range $name, $text := .Values.texts }}\n  {{ $name }}: {{ tpl $text $ | quote }}\n  {{- end }}\n",
        ),
    ])
}

/// Strings and comments in a text are no actions, and strings can make what looks like comments and actions.
#[test]
fn only_actions_of_a_text_are_instrumented() {
    let a = "[A-Za-z0-9]{16}";
    let cases = [
        (
            "instring",
            r#"{{ print "is {{ randAlphaNum 16 }} here" }} {{ randAlphaNum 16 }}"#,
            format!(r"is \{{\{{ randAlphaNum 16 \}}\}} here {a}"),
        ),
        (
            "inraw",
            "{{ `{{ randAlphaNum 16 }}` }}/{{ randAlphaNum 16 }}/{{ print `{{- uuidv4 -}}` }}",
            format!(r"\{{\{{ randAlphaNum 16 \}}\}}/{a}/\{{\{{- uuidv4 -\}}\}}"),
        ),
        (
            "strings-begin-comments",
            r#"{{ "/*" }}{{ randAlphaNum 16 }}{{ "*/" }}"#,
            format!(r"/\*{a}\*/"),
        ),
        (
            "strings-begin-actions",
            r#"{{ "{{/*" }}{{ randAlphaNum 16 }}{{ "*/}}" }}"#,
            format!(r"\{{\{{/\*{a}\*/\}}\}}"),
        ),
        (
            "comments",
            "{{/* {{ uuidv4 }} */}}{{ randAlphaNum 16 }}{{- /* \" */ -}} {{ randAlphaNum 16 }}",
            format!("{a}{a}"),
        ),
        (
            "quotes",
            r#"{{ "\"}}" }}{{ randAlphaNum 16 }}{{ '"' | printf "%c" }}{{ "\\" }}"#,
            format!(r#""\}}\}}{a}"\\"#),
        ),
        (
            "escaped",
            r#"{{ "{{" }} .password {{ "}}" }} {{ randAlphaNum 16 }}"#,
            format!(r"\{{\{{ \.password \}}\}} {a}"),
        ),
        (
            "fields",
            "{{ .Values.texts.now }}{{ $randAlphaNum := 1 }}{{ $randAlphaNum }}{{ randAlphaNum 16 }}",
            format!("plain1{a}"),
        ),
        ("now", "plain", "plain".to_owned()),
        (
            "variables",
            "{{ $x := randAlphaNum 16 }}{{ $x }}{{ $x }}",
            format!("{a}{a}"),
        ),
    ];
    let texts: Vec<(&str, &str)> = cases.iter().map(|(name, text, _)| (*name, *text)).collect();
    each_helm(|helm| {
        let chart = chart(&texts);
        let render = Test::new(helm, &chart).trap(&[]);
        let value = |key: &str| render.secret("s", key);
        for (name, _, pattern) in &cases {
            matches(&value(name), pattern);
        }
        let twice = value("variables");
        assert_eq!(twice[..16], twice[16..]);
        assert_ne!(value("comments")[..16], value("comments")[16..]);
    });
}

/// The braces of another program's templates, as External Secrets and Alertmanager have them.
#[test]
fn escaped_braces_are_printed() {
    let text = r#"apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: e}
spec:
  a: {{ "{{" }} .password {{ "}}" }}
  b: '{{ "{{ .password }}" }}'
  c: {{ `{{ .password | b64enc }}` | quote }}
  d: '{{ print "{{" }} randAlphaNum 8 {{ print "}}" }}'
  e: '{{ `{{ randAlphaNum 8 }}` }}'
  f: '{{ "{{`{{ .x }}`}}" }}'
  g: '{{ tpl .Values.escaped . }}'
  h: '{{ .Values.escaped }}'
  token: {{ randAlphaNum 24 }}
"#;
    let text = text
        .replace("  a: {{", "  a: \"{{")
        .replace("\"}}\" }}\n  b", "\"}}\" }}\"\n  b");
    each_helm(|helm| {
        let chart = Chart::of(&[
            ("templates/e.yaml", &text),
            (
                "values.yaml",
                "escaped: \"{{ `{{ .password }}` }} {{ randAlphaNum 8 }}\"\n",
            ),
        ]);
        let render = Test::new(helm, &chart).trap(&[]);
        let field = |name: &str| render.field("ExternalSecret", "e", &format!("/spec/{name}"));
        for (name, text) in [
            ("a", "{{ .password }}"),
            ("b", "{{ .password }}"),
            ("c", "{{ .password | b64enc }}"),
            ("d", "{{ randAlphaNum 8 }}"),
            ("e", "{{ randAlphaNum 8 }}"),
            ("f", "{{`{{ .x }}`}}"),
            ("h", "{{ `{{ .password }}` }} {{ randAlphaNum 8 }}"),
        ] {
            assert_eq!(field(name), text, "{name}");
        }
        matches(&field("g"), r"\{\{ \.password \}\} [A-Za-z0-9]{8}");
    });
}

/// A text that the chart changes before it renders it, once for each user.
#[test]
fn a_text_that_is_changed_before_gives_different_secrets() {
    let chart = Chart::of(&[
        (
            "values.yaml",
            "text: \"NAME={{ randAlphaNum 20 }}\"\nplain: \"NAME: {{ .Values.plan }}\"\nplan: x\n",
        ),
        (
            "templates/s.yaml",
            "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  {{- range list \"anna\" \"ben\" \"cleo\" }}\n  {{ . }}: {{ tpl ($.Values.text | replace \"NAME\" .) $ | quote }}\n  {{ . }}-length: {{ tpl ($.Values.text | replace \"20\" \"30\" | printf \"%s!\") $ | quote }}\n  {{- end }}\n  plain: {{ tpl (.Values.plain | replace \"NAME\" \"n\") . | quote }}\n",
        ),
    ]);
    each_helm(|helm| {
        let render = Test::new(helm, &chart).trap(&[]);
        let mut values = Vec::new();
        for user in ["anna", "ben", "cleo"] {
            let value = render.secret("s", user);
            let value = value.strip_prefix(&format!("{user}=")).unwrap();
            matches(value, "[A-Za-z0-9]{20}");
            let long = render.secret("s", &format!("{user}-length"));
            matches(&long, "NAME=[A-Za-z0-9]{30}!");
            values.extend([value.to_owned(), long[5..25].to_owned()]);
        }
        all_different(&values);
        assert_eq!(render.secret("s", "plain"), "n: x");
    });
}

/// A text that is put together from parts, of which none is an action.
#[test]
fn a_text_of_parts_is_pinned() {
    let chart = Chart::of(&[
        (
            "values.yaml",
            "function: randAlphaNum\nlength: 22\nopen: \"{{\"\n",
        ),
        (
            "templates/s.yaml",
            "{{- $o := .Values.open }}\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  one: {{ tpl (printf \"%s %s %v }}\" $o .Values.function .Values.length) . | quote }}\n  two: {{ tpl (list $o \"include\" \"\\\"gen\\\"\" \".\" \"}}\" | join \" \") . | quote }}\n  piped: {{ tpl (list $o \"include\" \"(`ge` | printf \\\"%sn\\\") .\" \"}}\" | join \" \") . | quote }}\n  six: {{ tpl (cat $o .Values.function \"6\" \"}}\") . | quote }}\n",
        ),
        (
            "templates/_g.tpl",
            "{{ define \"gen\" }}{{ uuidv4 }}{{ end }}",
        ),
    ]);
    each_helm(|helm| {
        let render = Test::new(helm, &chart).trap(&[]);
        matches(&render.secret("s", "one"), "[A-Za-z0-9]{22}");
        matches(&render.secret("s", "two"), "[0-9a-f-]{36}");
        matches(&render.secret("s", "piped"), "[0-9a-f-]{36}");
        matches(&render.secret("s", "six"), "[A-Za-z0-9]{6}");
    });
}

/// A text renders others, calls the chart's defines, and changes its context.
#[test]
fn texts_in_texts_are_pinned() {
    let a = "[A-Za-z0-9]{12}";
    let cases = [
        (
            "nested",
            "{{ tpl \"{{ randAlphaNum 12 }}\" . }}",
            a.to_owned(),
        ),
        (
            "other",
            "{{ tpl .Values.texts.leaf . }}-{{ tpl .Values.texts.leaf . }}",
            format!("<{a}>-<{a}>"),
        ),
        ("leaf", "<{{ randAlphaNum 12 }}>", format!("<{a}>")),
        (
            "charts",
            "{{ include \"inline.gen\" . }}-{{ include \"inline.gen\" nil }}-{{ template \"inline.gen\" }}",
            format!("{a}-{a}-{a}"),
        ),
        (
            "loop",
            "{{ range $i, $x := list 1 2 3 }}{{ $x }}{{ randAlphaNum 12 }};{{ else }}none{{ end }}",
            format!("1{a};2{a};3{a};"),
        ),
        (
            "context",
            "{{ $_ := set $.Values \"kept\" (randAlphaNum 12) }}{{ .Values.kept }}{{ $.Values.kept }}{{ .Release.Name }}",
            format!("{a}{a}app"),
        ),
        // `tpl` shows the chart's context, and nothing besides.
        (
            "keys",
            "{{ keys . | sortAlpha | join \",\" }} {{ randAlphaNum 12 }}",
            format!("[A-Za-z,]* {a}"),
        ),
    ];
    let texts: Vec<(&str, &str)> = cases.iter().map(|(name, text, _)| (*name, *text)).collect();
    each_helm(|helm| {
        let chart = chart(&texts);
        let test = Test::new(helm, &chart);
        let render = test.trap(&[]);
        let value = |key: &str| render.secret("s", key);
        for (name, _, pattern) in &cases {
            matches(&value(name), pattern);
        }
        for name in ["other", "charts"] {
            let value = value(name);
            all_different(&value.split('-').collect::<Vec<_>>());
        }
        let plain = test.plain().secret("s", "keys");
        assert_eq!(plain.split(' ').next(), value("keys").split(' ').next());
    });
}

#[test]
fn texts_have_defines_of_their_own() {
    let a = "[A-Za-z0-9]{12}";
    let cases = [
        (
            "define",
            "{{ define \"own\" }}{{ randAlphaNum 12 }}{{ end }}{{ include \"own\" . }}-{{ include \"own\" . }}",
            format!("{a}-{a}"),
        ),
        (
            "template",
            "{{ define \"t\" }}({{ . }}{{ randAlphaNum 12 }}){{ end }}{{ template \"t\" 5 }}{{ template \"t\" 6 }}",
            format!(r"\(5{a}\)\(6{a}\)"),
        ),
        (
            "block",
            "{{ block \"b\" 7 }}{{ . }}{{ randAlphaNum 12 }}{{ end }}",
            format!("7{a}"),
        ),
        (
            "chain",
            "{{ define \"one\" }}{{ include \"two\" . }}.{{ end }}{{ define \"two\" }}{{ randAlphaNum 12 }}{{ end }}{{ include \"one\" . }}{{ include \"two\" . }}",
            format!(r"{a}\.{a}"),
        ),
    ];
    let texts: Vec<(&str, &str)> = cases.iter().map(|(name, text, _)| (*name, *text)).collect();
    each_helm(|helm| {
        let chart = chart(&texts);
        let render = Test::new(helm, &chart).trap(&[]);
        let value = |key: &str| render.secret("s", key);
        for (name, _, pattern) in &cases {
            matches(&value(name), pattern);
        }
        let both = value("define");
        all_different(&both.split('-').collect::<Vec<_>>());
    });
}

/// `tpl` with contexts that are no map, or are not the chart's.
#[test]
fn texts_have_any_context() {
    let chart = Chart::of(&[
        (
            "values.yaml",
            "text: \"{{ . }}{{ randAlphaNum 14 }}\"\nmap: \"{{ .a }}{{ $.a }}{{ randAlphaNum 14 }}\"\nnone: \"{{ randAlphaNum 14 }}\"\n",
        ),
        (
            "files/text.tpl",
            "file {{ .Chart.Name }} {{ randAlphaNum 14 }}",
        ),
        (
            "templates/s.yaml",
            "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  map: {{ tpl .Values.map (dict \"a\" 1 \"Template\" $.Template) | quote }}\n  file: {{ tpl (.Files.Get \"files/text.tpl\") . | quote }}\n  piped: {{ . | tpl .Values.none | quote }}\n  {{- with .Values }}\n  with: {{ tpl .none $ | quote }}\n  {{- end }}\n  {{- range $i := until 2 }}\n  turn-{{ $i }}: {{ tpl $.Values.none $ | quote }}\n  {{- end }}\n",
        ),
    ]);
    each_helm(|helm| {
        let render = Test::new(helm, &chart).trap(&[]);
        let value = |key: &str| render.secret("s", key);
        let a = "[A-Za-z0-9]{14}";
        matches(&value("map"), &format!("11{a}"));
        matches(&value("file"), &format!("file inline {a}"));
        let values = ["piped", "with", "turn-0", "turn-1"].map(value);
        for value in &values {
            matches(value, a);
        }
        all_different(&values);
    });
}

/// A text for `tpl` may define anew what the chart has: for itself and what it includes, and for nobody else.
#[test]
fn a_text_can_define_anew_what_the_chart_has() {
    let value = "[A-Za-z0-9]{10}";
    let text = r#"{{ define "app.name" }}{{ randAlphaNum 10 }}{{ end }}{{ include "app.name" . }}/{{ include "app.full" . }}"#;
    let values = serde_json::json!({ "text": text }).to_string();
    let chart = Chart::of(&[
        ("values.yaml", &values),
        (
            "templates/_h.tpl",
            "{{ define \"app.name\" }}web{{ end }}{{ define \"app.full\" }}full-{{ template \"app.name\" . }}{{ end }}",
        ),
        (
            "templates/s.yaml",
            "apiVersion: v1\nkind: Secret\nmetadata: {name: {{ include \"app.name\" . }}}\nstringData:\n  a: {{ tpl .Values.text . }}\n  full: {{ include \"app.full\" . }}\n  b: {{ tpl .Values.text . }}\n",
        ),
    ]);
    each_helm(|helm| {
        let render = Test::new(helm, &chart).trap(&[]);
        let [a, b] = ["a", "b"].map(|key| render.secret("web", key));
        for shown in [&a, &b] {
            matches(shown, &format!("{value}/full-{value}"));
        }
        let values = [&a, &b].map(|it| it.split("/full-").map(str::to_owned).collect::<Vec<_>>());
        all_different(&values.concat());
        assert_eq!(render.secret("web", "full"), "full-web");
    });
}

/// A file is given to `tpl` under a name that a template says, says in part, or has from the values. A README that calls
/// the same functions is no text for anybody.
#[test]
fn files_are_named_in_any_way() {
    let file = "is {{ randAlphaNum 14 }}";
    let chart = Chart::of(&[
        ("values.yaml", "last: plain.txt\n"),
        (
            "README.md",
            "Use `{{ randAlphaNum 14 }}` and `{{ include \"x\" . }}`.\n",
        ),
        ("conf/whole.txt", file),
        ("conf/part.txt", "part {{ randAlphaNum 14 }}"),
        ("plain.txt", "plain {{ randAlphaNum 14 }}"),
        ("globbed/a.txt", "globbed {{ randAlphaNum 14 }}"),
        (
            "templates/s.yaml",
            "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  whole: {{ tpl (.Files.Get \"conf/whole.txt\") . }}\n  part: {{ tpl (.Files.Get (printf \"conf/%s.txt\" \"part\")) . }}\n  last: {{ tpl (.Files.Get .Values.last) . }}\n  {{- range $path, $text := .Files.Glob \"globbed/*\" }}\n  globbed: {{ tpl ($text | toString) $ }}\n  {{- end }}\n",
        ),
    ]);
    each_helm(|helm| {
        let render = Test::new(helm, &chart).trap(&[]);
        let value = |key: &str| render.secret("s", key);
        let a = "[A-Za-z0-9]{14}";
        let values = [
            ("whole", "is"),
            ("part", "part"),
            ("last", "plain"),
            ("globbed", "globbed"),
        ];
        for (key, word) in values {
            matches(&value(key), &format!("{word} {a}"));
        }
        all_different(&values.map(|(key, word)| value(key).replace(word, "")));
    });
}

/// How often helm renders the chart.
fn helm_runs(test: Test<'_>) -> Option<u64> {
    let explained = test.command("explain").flag("--output").flag("json").run();
    assert_eq!((explained.status, explained.stderr.as_str()), (0, ""));
    let report: serde_json::Value = serde_json::from_str(&explained.stdout).unwrap();
    report["helm_runs"].as_u64()
}

/// A text that nobody knew costs a render only where something in it has to be instrumented.
#[test]
fn a_harmless_text_costs_no_render() {
    let with = |text: &str| {
        let values = serde_json::json!({ "text": text, "to": "x" }).to_string();
        Chart::of(&[
            ("values.yaml", &values),
            (
                "templates/_h.tpl",
                "{{ define \"gen\" }}{{ randAlphaNum 12 }}{{ end }}{{ define \"gen.label\" }}l{{ end }}",
            ),
            (
                "templates/s.yaml",
                "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  own: {{ include \"gen\" . }}\n  text: {{ tpl (.Values.text | replace \"FROM\" \"to\") . | quote }}\n",
            ),
            (
                "templates/c.yaml",
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  text: {{ tpl (.Values.text | replace \"FROM\" \"to\" | replace \"GEN\" \"x\") . | quote }}\n",
            ),
        ])
    };
    let cases = [
        (
            "words of actions outside of them",
            "template: {{ .Values.FROM }}\ninclude /etc/mime.types; block= now()",
            2,
        ),
        (
            "a name that begins like one that generates",
            "{{ include \"gen.label\" . }} {{ .Values.FROM }}",
            2,
        ),
        (
            "a name that is computed of constant parts",
            "{{ include (printf \"%s\" \"gen.label\") . }} {{ .Values.FROM }}",
            2,
        ),
    ];
    each_helm(|helm| {
        for (label, text, runs) in cases {
            let chart = with(text);
            let test = Test::new(helm, &chart);
            let render = test.trap(&[]);
            assert!(render.secret("s", "text").contains('x'), "{label}");
            assert_eq!(helm_runs(test), Some(runs), "{label}");
        }
    });
}

/// A block or define in a text replaces the chart's own for that text; a call in it is pinned.
#[test]
fn a_text_that_nobody_knew_may_hold_bodies() {
    let text = "{{ block \"gen\" . }}b{{ randAlphaNum 16 }}{{ end }}/{{ define \"mine\" }}m{{ .Values.FROM }}{{ end }}{{ include \"mine\" . }}";
    let values = serde_json::json!({ "text": text, "to": "x" }).to_string();
    let chart = Chart::of(&[
        ("values.yaml", &values),
        (
            "templates/s.yaml",
            "{{ define \"gen\" }}{{ randAlphaNum 12 }}{{ end -}}\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  own: {{ include \"gen\" . }}\n  text: {{ tpl (.Values.text | replace \"FROM\" \"to\") . | quote }}\n",
        ),
    ]);
    each_helm(|helm| {
        let render = Test::new(helm, &chart).trap(&[]);
        matches(&render.secret("s", "own"), "[A-Za-z0-9]{12}");
        matches(&render.secret("s", "text"), "b[A-Za-z0-9]{16}/mx");
    });
}

/// Go drops carriage returns from raw strings, so that the name of a define may hold one in a text.
#[test]
fn names_with_a_carriage_return() {
    each_helm(|helm| {
        let chart = Chart::of(&[
            (
                "templates/s.yaml",
                "{{ define \"a.b\" }}{{ randAlphaNum 20 }}{{ end -}}\n\
                 apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  p: {{ tpl .Values.text . }}\n",
            ),
            ("values.yaml", "text: \"{{ include `a\\r.b` . }}\"\n"),
        ]);
        let value = Test::new(helm, &chart).trap(&[]).secret("s", "p");
        matches(&value, "[A-Za-z0-9]{20}");
    });
}
