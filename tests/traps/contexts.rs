//! Calls in defines, on every way that leads to one: contexts of any kind, contexts that are changed on the way,
//! recursion, `template` and `block`, names that are computed, files that are included, library charts, aliases.

use crate::support::{Chart, Test, all_different, each_helm, matches};

const GEN: &str = "{{- define \"gen\" }}{{ randAlphaNum 16 }}{{ end -}}\n{{- define \"dot\" }}{{ . }}{{ kindOf . }}{{ kindOf $ }}{{ randAlphaNum 16 }}{{ end -}}\n";

const A: &str = "[A-Za-z0-9]{16}";

/// A chart whose Secret `s` has these keys, and what each must match. Plain helm's lines, bytes and lengths are compared
/// too, and all values of 16 characters are different ones.
#[track_caller]
fn check(defines: &str, cases: &[(&str, &str, &str)]) {
    check_with(&[("templates/_h.tpl", &format!("{GEN}{defines}"))], cases);
}

#[track_caller]
fn check_with(files: &[(&str, &str)], cases: &[(&str, &str, &str)]) {
    let mut text = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n".to_owned();
    for (name, template, _) in cases {
        text += &format!("  {name}: \"{template}\"\n");
    }
    let chart = Chart::of(&[files, &[("templates/s.yaml", &text)]].concat());
    each_helm(|helm| {
        let render = Test::new(helm, &chart).trap(&[]);
        let mut values = Vec::new();
        for (name, _, pattern) in cases {
            let value = render.secret("s", name);
            println!("{name}: {value}");
            matches(&value, &pattern.replace('@', A));
            values.push(value);
        }
        all_different(&values);
    });
}

/// To Go a field of nothing is any map, list or text that a function asks for.
#[test]
fn fields_of_nothing_are_of_any_kind() {
    check(
        "{{ define `asks` }}{{ keys . .none | len }}{{ values $.none | len }}{{ hasKey .none `a` }}{{ with .a.b }}1{{ else }}2{{ end }}\
         {{ .none | default 3 }}{{ join `,` .none }}{{ $x := .none }}{{ kindOf $x }}{{ kindOf $x.y }}{{ randAlphaNum 16 }}{{ end -}}\n",
        &[
            (
                "nil",
                "{{ include `asks` nil }}",
                "00false23invalidinvalid@",
            ),
            (
                "template",
                "{{ template `asks` }}",
                "00false23invalidinvalid@",
            ),
        ],
    );
}

#[test]
fn contexts_of_any_kind() {
    check(
        "",
        &[
            ("root", "{{ include `gen` . }}", "@"),
            ("nil", "{{ include `dot` nil }}", "invalidinvalid@"),
            (
                "missing",
                "{{ include `dot` .Values.missing }}",
                "invalidinvalid@",
            ),
            ("text", "{{ include `dot` `text` }}", "textstringstring@"),
            ("empty", "{{ include `dot` `` }}", "stringstring@"),
            ("zero", "{{ include `dot` 0 }}", "0intint@"),
            ("false", "{{ include `dot` false }}", "falseboolbool@"),
            ("float", "{{ include `dot` 1.5 }}", "1.5float64float64@"),
            (
                "list",
                "{{ include `dot` (list 1 2) }}",
                r"\[1 2\]sliceslice@",
            ),
            ("none", "{{ include `dot` list }}", r"\[\]sliceslice@"),
            (
                "map",
                "{{ include `dot` (dict `a` 1) }}",
                r"map\[a:1\]mapmap@",
            ),
            ("piped", "{{ `x` | include `dot` }}", "xstringstring@"),
            ("twice", "{{ include `gen` . }}{{ include `gen` . }}", "@@"),
            (
                "operand",
                "{{ printf `%s-%s` (include `gen` .) (include `gen` nil) }}",
                "@-@",
            ),
            (
                "later",
                "{{ include `gen` . | upper | lower | trunc 16 }}",
                "[a-z0-9]{16}",
            ),
            ("template", "{{ template `gen` }}", "@"),
            ("template-dot", "{{ template `dot` 7 }}", "7intint@"),
            (
                "template-pipe",
                "{{ template `dot` list 1 | first }}",
                "1intint@",
            ),
            (
                "with",
                "{{ with `w` }}{{ include `dot` . }}{{ end }}",
                "wstringstring@",
            ),
            (
                "with-else",
                "{{ with `` }}no{{ else }}{{ include `gen` . }}{{ end }}",
                "@",
            ),
            (
                "with-set",
                "{{ with $x := `v` }}{{ include `dot` $x }}{{ end }}",
                "vstringstring@",
            ),
            (
                "else-with",
                "{{ with `` }}no{{ else with `e` }}{{ include `dot` . }}{{ end }}",
                "estringstring@",
            ),
            (
                "else-if",
                "{{ if false }}no{{ else if true }}{{ include `gen` $ }}{{ end }}",
                "@",
            ),
            (
                "range",
                "{{ range $i, $x := list 5 6 }}{{ include `dot` $x }}{{ $i }}{{ end }}",
                "5intint@06intint@1",
            ),
            (
                "range-else",
                "{{ range list }}no{{ else }}{{ include `gen` . }}{{ end }}",
                "@",
            ),
            (
                "range-break",
                "{{ range until 9 }}{{ if eq . 2 }}{{ break }}{{ end }}{{ include `dot` . }}{{ end }}",
                "0intint@1intint@",
            ),
            (
                "range-continue",
                "{{ range until 3 }}{{ if eq . 1 }}{{ continue }}{{ end }}{{ include `dot` . }}{{ end }}",
                "0intint@2intint@",
            ),
            (
                "range-map",
                "{{ range $k, $v := dict `a` 1 `b` 2 }}{{ $k }}{{ include `dot` $v }}{{ end }}",
                "a1intint@b2intint@",
            ),
            (
                "condition",
                "{{ if include `gen` . }}{{ include `gen` . }}{{ end }}",
                "@",
            ),
            ("ternary", "{{ ternary (include `gen` .) `no` true }}", "@"),
            ("and", "{{ and true (include `gen` .) }}", "@"),
            (
                "parens",
                "{{ (include `gen` .) | len }}{{ (include (`gen`) (.)) }}",
                "16@",
            ),
            (
                "raw",
                "{{- /* c */ -}}{{- include `gen` . -}}  {{- print `x` -}}",
                "@x",
            ),
        ],
    );
}

/// A define that changes its context changes the caller's, as a map is a reference.
#[test]
fn contexts_that_are_changed() {
    check(
        r#"{{- define "set" }}{{ $_ := set . "made" (randAlphaNum 16) }}{{ end -}}
{{- define "memo" }}{{ if not .kept }}{{ $_ := set . "kept" (randAlphaNum 16) }}{{ end }}{{ .kept }}{{ end -}}
{{- define "merge" }}{{ $_ := merge .into (dict "token" (include "gen" .)) }}{{ end -}}
{{- define "dollar" }}{{ with .inner }}{{ $.name }}{{ .name }}{{ randAlphaNum 16 }}{{ end }}{{ $ = dict "name" "new" }}{{ $.name }}{{ end -}}
{{- define "shadow" }}{{ $x := randAlphaNum 16 }}{{ if true }}{{ $x := "in" }}{{ $x }}{{ end }}{{ $x }}{{ if true }}{{ $x = "out" }}{{ end }}{{ $x }}{{ end -}}
"#,
        &[
            (
                "set",
                "{{ $d := dict }}{{ include `set` $d }}{{ $d.made }}",
                "@",
            ),
            (
                "set-template",
                "{{ $d := dict }}{{ template `set` $d }}{{ get $d `made` }}{{ keys $d | join `,` }}",
                "@made",
            ),
            (
                "merge",
                "{{ $d := dict `a` 1 }}{{ include `merge` (dict `into` $d) }}{{ $d.token }}{{ $d.a }}",
                "@1",
            ),
            (
                "overwrite",
                "{{ $d := mergeOverwrite (dict `a` `x`) (dict `a` (include `gen` .)) }}{{ $d.a }}",
                "@",
            ),
            (
                "keys",
                "{{ $d := dict `a` 1 }}{{ $_ := include `set` $d }}{{ $d | keys | sortAlpha | join `,` }}{{ len $d }}{{ include `gen` . }}",
                "a,made2@",
            ),
            (
                "dollar",
                "{{ include `dollar` (dict `name` `o` `inner` (dict `name` `i`)) }}",
                "oi@new",
            ),
            ("shadow", "{{ include `shadow` . }}", "in@out"),
            (
                "values",
                "{{ $_ := set .Values `own` (include `gen` .) }}{{ .Values.own }}{{ len .Values }}",
                "@1",
            ),
        ],
    );
}

/// A value that a define keeps in its context is made once.
#[test]
fn a_kept_value_is_one() {
    let chart = Chart::of(&[(
        "templates/s.yaml",
        "{{- define \"memo\" }}{{ if not .kept }}{{ $_ := set . \"kept\" (randAlphaNum 16) }}{{ end }}{{ .kept }}{{ end -}}\n{{- $d := dict }}{{ $e := dict -}}\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  a: {{ include \"memo\" $d }}\n  b: {{ include \"memo\" $d }}\n  c: {{ include \"memo\" $e }}\n  d: {{ include \"memo\" (deepCopy $d) }}\n  e: {{ include \"memo\" (dict) }}\n",
    )]);
    each_helm(|helm| {
        let render = Test::new(helm, &chart).trap(&[]);
        let value = |key: &str| render.secret("s", key);
        assert_eq!(value("a"), value("b"));
        assert_eq!(value("a"), value("d"));
        all_different(&["a", "c", "e"].map(value));
    });
}

#[test]
fn recursion_and_computed_names() {
    check(
        r#"{{- define "count" }}{{ if gt (int .) 0 }}{{ . }}{{ randAlphaNum 16 }}{{ include "count" (sub (int .) 1) }}{{ end }}{{ end -}}
{{- define "even" }}{{ if gt (int .) 0 }}{{ include "odd" (sub (int .) 1) }}{{ end }}{{ end -}}
{{- define "odd" }}{{ randAlphaNum 16 }}{{ include "even" (sub (int .) 1) }}{{ end -}}
{{- define "deep" }}{{ if gt (int .) 0 }}{{ include "deep" (sub (int .) 1) }}{{ else }}{{ randAlphaNum 16 }}{{ end }}{{ end -}}
{{- define "apply" }}{{ include .name .context }}{{ end -}}
{{- define "plain" }}plain{{ . }}{{ end -}}
{{- define "odd/name, 'x'" }}{{ randAlphaNum 16 }}{{ end -}}
{{- define "empty" }}{{ end -}}
"#,
        &[
            ("count", "{{ include `count` 3 }}", "3@2@1@"),
            ("deep", "{{ include `deep` 700 }}", "@"),
            ("mutual", "{{ include `even` 4 }}", "@@"),
            ("printed", "{{ include (printf `%s` `gen`) . }}", "@"),
            (
                "variable",
                "{{ $n := `dot` }}{{ include $n 3 }}",
                "3intint@",
            ),
            (
                "chosen",
                "{{ include (ternary `gen` `plain` true) . }}",
                "@",
            ),
            (
                "not",
                "{{ include (ternary `gen` `plain` false) 5 }}{{ include `gen` . }}",
                "plain5@",
            ),
            (
                "apply",
                "{{ include `apply` (dict `name` `gen` `context` .) }}",
                "@",
            ),
            (
                "apply-nil",
                "{{ include `apply` (dict `name` `dot` `context` nil) }}",
                "invalidinvalid@",
            ),
            (
                "apply-plain",
                "{{ include `apply` (dict `name` `plain` `context` 1) }}{{ include `gen` . }}",
                "plain1@",
            ),
            ("piped", "{{ 4 | include (print `d` `ot`) }}", "4intint@"),
            (
                "names",
                "{{ range list `gen` `dot` `plain` `empty` }}{{ include . 1 }};{{ end }}",
                "@;1intint@;plain1;;",
            ),
            ("odd", "{{ include `odd/name, 'x'` . }}", "@"),
            (
                "block",
                "{{ block `local` 8 }}{{ . }}{{ randAlphaNum 16 }}{{ end }}{{ include `local` 9 }}",
                "8@9@",
            ),
        ],
    );
}

/// Defines that stand in others, or twice: the last one counts, an empty one does not.
#[test]
fn defines_that_stand_twice() {
    check_with(
        &[
            ("templates/_h.tpl", GEN),
            (
                "templates/_a.tpl",
                "{{ define \"last\" }}a{{ randAlphaNum 16 }}{{ end }}{{ define \"kept\" }}{{ randAlphaNum 16 }}{{ end }}",
            ),
            (
                "templates/_b.tpl",
                "{{ define \"last\" }}b{{ randAlphaNum 16 }}{{ end }}{{ define \"kept\" }}{{ end }}",
            ),
            (
                "templates/_d.tpl",
                "{{- define \"trimmed\" -}}\n  {{- randAlphaNum 16 -}}\n{{- end -}}\n{{ define \"lines\" -}}\n  x{{ randAlphaNum 16 }}\n{{- end }}",
            ),
        ],
        &[
            ("last", "{{ include `last` . }}", "[ab]@"),
            ("kept", "{{ include `kept` . }}", "@"),
            ("trimmed", "{{ include `trimmed` . }}", "@"),
            ("lines", "{{ include `lines` . }}", "x@"),
        ],
    );
}

const SECRET: &str = "apiVersion: v1\nkind: Secret\nmetadata: {name: NAME}\nstringData:\n  top: {{ randAlphaNum 16 }}\n  gen: {{ include \"gen\" . }}\n";

/// A file that others include by its path shows what it shows by itself: in a checksum, twice, in a loop, from another
/// chart.
#[test]
fn files_that_are_included_by_path() {
    let sums = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: NAME}\ndata:\n";
    let chart = Chart::of(&[
        ("templates/_h.tpl", GEN),
        ("templates/secret.yaml", &SECRET.replace("NAME", "s")),
        (
            "templates/_part.yaml",
            "part {{ .Values.x }}{{ randAlphaNum 16 }}",
        ),
        (
            "templates/sums.yaml",
            &(sums.replace("NAME", "sums")
                + "  one: {{ include (print $.Template.BasePath \"/secret.yaml\") . | sha256sum }}\n  two: {{ include (print .Template.BasePath \"/secret.yaml\") . | sha256sum }}\n  {{- range $i := until 2 }}\n  turn-{{ $i }}: {{ include (print $.Template.BasePath \"/secret.yaml\") $ | sha256sum }}\n  {{- end }}\n  literal: {{ include \"inline/templates/secret.yaml\" . | sha256sum }}\n  text: {{ include \"inline/templates/secret.yaml\" . | quote }}\n  part: {{ include (print .Template.BasePath \"/_part.yaml\") . }}\n  {{- range $i := until 3 }}\n  part-{{ $i }}: {{ include (print $.Template.BasePath \"/_part.yaml\") (dict \"Values\" (dict \"x\" $i)) }}\n  {{- end }}\n"),
        ),
        (
            "charts/sub/Chart.yaml",
            "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
        ),
        (
            "charts/sub/templates/s.yaml",
            &SECRET.replace("NAME", "sub"),
        ),
        (
            "charts/sub/templates/sums.yaml",
            &(sums.replace("NAME", "sub")
                + "  own: {{ include (print $.Template.BasePath \"/s.yaml\") . | sha256sum }}\n"),
        ),
    ]);
    each_helm(|helm| {
        let test = Test::new(helm, &chart);
        let render = test.pinned();
        let sum = |key: &str| render.config("sums", key);
        let file = |name: &str| {
            format!(
                "apiVersion: v1\nkind: Secret\nmetadata: {{name: {name}}}\nstringData:\n  top: {}\n  gen: {}\n",
                render.secret(name, "top"),
                render.secret(name, "gen")
            )
        };
        assert_eq!(sum("text"), file("s"));
        let digest = crate::support::sha256_hex(&file("s"));
        for key in ["one", "two", "turn-0", "turn-1", "literal"] {
            assert_eq!(sum(key), digest, "{key}");
        }
        let own = crate::support::sha256_hex(&file("sub"));
        assert_eq!(render.config("sub", "own"), own);
        let parts: Vec<String> = ["part", "part-0", "part-1", "part-2"].map(sum).into();
        for (i, part) in parts.iter().enumerate() {
            let x = if i == 0 {
                String::new()
            } else {
                (i - 1).to_string()
            };
            matches(part, &format!("part {x}{A}"));
        }
        all_different(
            &parts
                .iter()
                .map(|part| &part[part.len() - 16..])
                .collect::<Vec<_>>(),
        );
        let other = test.nth_seed(1).render();
        assert_ne!(other.config("sums", "one"), digest);
    });
}

/// A library's helper, used by the parent and by a subchart under two aliases; a helper of the subchart that the parent
/// overrides, and one that only the subchart makes generate.
#[test]
fn libraries_aliases_and_overrides() {
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: NAME}\nstringData:\n  lib: {{ include \"lib.password\" . }}\n  over: {{ include \"sub.over\" . }}\n  calm: {{ include \"sub.calm\" . }}\n  chart: {{ .Chart.Name }}-{{ .Values.x }}\n";
    let chart = Chart::of(&[
        (
            "Chart.yaml",
            "apiVersion: v2\nname: inline\nversion: 1.0.0\ndependencies:\n- {name: lib, version: 1.x}\n- {name: sub, version: 1.x, alias: one}\n- {name: sub, version: 1.x, alias: two}\n",
        ),
        ("values.yaml", "x: top\none: {x: first}\ntwo: {x: second}\n"),
        (
            "templates/_h.tpl",
            "{{ define \"sub.over\" }}parent-{{ randAlphaNum 16 }}{{ end }}{{ define \"sub.calm\" }}calm{{ end }}",
        ),
        ("templates/s.yaml", &secret.replace("NAME", "top")),
        (
            "charts/lib/Chart.yaml",
            "apiVersion: v2\nname: lib\nversion: 1.0.0\ntype: library\n",
        ),
        (
            "charts/lib/templates/_l.tpl",
            "{{ define \"lib.password\" }}{{ randAlphaNum 16 }}{{ end }}",
        ),
        (
            "charts/sub/Chart.yaml",
            "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
        ),
        (
            "charts/sub/templates/_h.tpl",
            "{{ define \"sub.over\" }}calm{{ end }}{{ define \"sub.calm\" }}{{ randAlphaNum 16 }}{{ end }}",
        ),
        (
            "charts/sub/templates/s.yaml",
            &secret.replace("NAME", "{{ .Chart.Name }}"),
        ),
    ]);
    each_helm(|helm| {
        let render = Test::new(helm, &chart).trap(&[]);
        let names = render.names("Secret");
        assert_eq!(names.len(), 3, "{names:?}");
        let mut values = Vec::new();
        for secret in render.of_kind("Secret") {
            let field = |key: &str| secret["stringData"][key].as_str().unwrap().to_owned();
            matches(&field("lib"), A);
            matches(&field("over"), &format!("parent-{A}"));
            assert_eq!(field("calm"), "calm");
            matches(
                &field("chart"),
                "inline-top|(one|sub)-first|(two|sub)-second",
            );
            values.extend([field("lib"), field("over")]);
        }
        all_different(&values);
    });
}

/// Calls as arguments, in conditions and loops, in maps and lists; and what they yield has the type that it has.
#[test]
fn calls_in_any_position() {
    check(
        "",
        &[
            ("with", "{{ with randAlphaNum 16 }}{{ . }}{{ end }}", "@"),
            (
                "with-set",
                "{{ with $x := randAlphaNum 16 }}{{ $x }}{{ . }}{{ end }}",
                "@@",
            ),
            (
                "range",
                "{{ range $c := randAlphaNum 16 | splitList `` }}{{ $c }}{{ end }}",
                "@",
            ),
            (
                "range-list",
                "{{ range $i, $x := list (randAlphaNum 16) (randAlphaNum 16) }}{{ $i }}{{ $x }}{{ end }}",
                "0@1@",
            ),
            (
                "if",
                "{{ if eq (randAlphaNum 1) `+` }}no{{ else }}{{ randAlphaNum 16 }}{{ end }}",
                "@",
            ),
            (
                "not",
                "{{ if not (randAlphaNum 1) }}no{{ end }}{{ randAlphaNum 16 }}",
                "@",
            ),
            ("field", "{{ (dict `a` (randAlphaNum 16)).a }}", "@"),
            ("index", "{{ index (list `x` (randAlphaNum 16)) 1 }}", "@"),
            (
                "default",
                "{{ .Values.none | default (randAlphaNum 16) }}",
                "@",
            ),
            ("or", "{{ or .Values.none (randAlphaNum 16) }}", "@"),
            (
                "lazy",
                "{{ or `x` (randAlphaNum 16) }}{{ and `` (fail `y`) }}{{ randAlphaNum 16 }}",
                "x@",
            ),
            ("parens", "{{ ((((randAlphaNum (16))))) }}", "@"),
            (
                "later",
                "{{ $x := `` }}{{ if true }}{{ $x = randAlphaNum 16 }}{{ end }}{{ $x }}",
                "@",
            ),
            (
                "add",
                "{{ add (randInt 5 6) 1 }}{{ randAlphaNum 16 }}",
                "6@",
            ),
            (
                "until",
                "{{ until (randInt 2 3) | join `` }}{{ randAlphaNum 16 }}",
                "01@",
            ),
            (
                "eq",
                "{{ eq (randInt 4 5) 4 }}{{ randAlphaNum 16 }}",
                "true@",
            ),
            (
                "kinds",
                "{{ kindOf (randInt 1 2) }}{{ typeOf now }}{{ kindOf (randBytes 3) }}{{ kindOf (now.Year) }}{{ randAlphaNum 16 }}",
                "inttime.Timestringint@",
            ),
            (
                "uuid",
                "{{ (split `-` uuidv4)._2 | trunc 1 }}{{ randAlphaNum 16 }}",
                "4@",
            ),
            (
                "json",
                "{{ dict `a` (randAlphaNum 16) | toJson | fromJson | values | first }}",
                "@",
            ),
            ("required", "{{ required `x` (randAlphaNum 16) }}", "@"),
            ("coalesce", "{{ coalesce nil `` (randAlphaNum 16) }}", "@"),
            (
                "printf",
                "{{ printf `%05d` (randInt 7 8) }}{{ randAlphaNum 16 }}",
                "00007@",
            ),
            (
                "deep",
                "{{ $d := dict }}{{ $_ := set $d `a` (dict `b` (randAlphaNum 16)) }}{{ $d.a.b }}",
                "@",
            ),
            (
                "append",
                "{{ $l := list }}{{ range until 2 }}{{ $l = append $l (randAlphaNum 16) }}{{ end }}{{ join `-` $l }}",
                "@-@",
            ),
            (
                "htpasswd",
                "{{ htpasswd `u` (randAlphaNum 16) | splitList `:` | first }}{{ randAlphaNum 16 }}",
                "u@",
            ),
            (
                "none",
                "{{ shuffle `` }}{{ randAlphaNum 0 }}{{ randBytes 0 }}{{ randAlphaNum 16 }}",
                "@",
            ),
            (
                "piped",
                "{{ 16 | randAlphaNum }}{{ 16 | int | randAlphaNum | quote | trimAll `\\\"` }}",
                "@@",
            ),
            (
                "aes",
                "{{ encryptAES `k` `hidden` | decryptAES `k` }}{{ randAlphaNum 16 }}",
                "hidden@",
            ),
            (
                "break",
                "{{ range until 5 }}{{ $x := randAlphaNum 16 }}{{ if eq . 1 }}{{ $x }}{{ break }}{{ end }}{{ end }}",
                "@",
            ),
            (
                "trims",
                "x {{- randAlphaNum 16 -}} y {{- /* c */ -}} z {{- $x := randAlphaNum 16 -}} {{- $x }}",
                "x@yz@",
            ),
        ],
    );
}

/// The whole argument of a `template` is a call, without parentheses.
#[test]
fn a_template_whose_argument_is_a_call() {
    check(
        "{{ define \"ctx\" }}{{ . }}-{{ randAlphaNum 16 }}{{ end }}{{ define \"word\" }}{{ randAlphaNum 5 }}{{ end }}",
        &[
            (
                "random",
                "{{ template `ctx` randAlphaNum 9 }}",
                "[A-Za-z0-9]{9}-@",
            ),
            ("int", "{{ template `ctx` randInt 5 9 }}", "[5-8]-@"),
            (
                "include",
                "{{ template `ctx` include `word` . }}",
                "[A-Za-z0-9]{5}-@",
            ),
            (
                "tpl",
                "{{ template `ctx` tpl `{{ randAlpha 6 }}` . }}",
                "[A-Za-z]{6}-@",
            ),
            (
                "piped",
                "{{ template `ctx` randAlphaNum 7 | lower }}",
                "[a-z0-9]{7}-@",
            ),
            (
                "nested",
                "{{ template `ctx` (randAlphaNum 8) }}",
                "[A-Za-z0-9]{8}-@",
            ),
            (
                "assigned",
                "{{ template `ctx` $x := randAlphaNum 6 }}",
                "[A-Za-z0-9]{6}-@",
            ),
        ],
    );
}
