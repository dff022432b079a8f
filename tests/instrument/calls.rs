//! Where calls can stand, and what must stay as it is.

use crate::chart::{Chart, value};

/// A chart without calls is left alone; text outside of calls is helm's own.
#[test]
fn what_is_no_call_stays() {
    let text = "{{- /* now uuidv4 */ -}}\n\
                a: {{ .Values.now | default \"now\" }}\n\
                {{- $now := 1 }}\nb: {{ $now }}{{ `randAlphaNum 5` }}{{ \"{{ .x }}\" | quote }}\n\
                c: {{ dict \"keys\" 1 | toJson }}\n# {{ .Values.shuffle }} now uuidv4 }}\n\
                {{ define \"now\" }}x{{ end }}d: {{ template \"now\" . }}{{ include \"now\" . }}\n";
    let chart = Chart::new().template(text);
    let instrumentation = chart.instrument();
    assert!(!instrumentation.changed);
    assert_eq!(instrumentation.texts, vec![None]);
    assert_eq!(chart.pinned(), chart.render().unwrap());
}

#[test]
fn calls_are_found_wherever_they_stand() {
    let text = "{{- $x := randAlphaNum 16 | b64enc }}\n\
                a: {{ $x | b64dec }}\n\
                b: {{ (randAlphaNum 5) }}\n\
                c: {{ 7 | randAlphaNum }}\n\
                d: {{ printf \"%s-%s\" (randAlphaNum 3 | lower) (print (randAlpha (add 1 3 | int))) }}\n\
                {{- if randNumeric 2 | eq \"x\" }}{{ else if eq (randAlphaNum 4) \"x\" }}{{ else }}\n\
                e: {{ uuidv4 | quote }}{{ end }}\n\
                {{- with $y := randAlphaNum\n   9\n   | upper }}\nf: {{ . }}{{ $y | len }}\n{{- end }}\n\
                g: {{- print \" \" (randAlphaNum 4) -}} \n\
                \n{{ \"\\n\" }}h: {{ template \"t\" randAlphaNum 6 }}\n\
                i: {{ block \"u\" (randAlphaNum 6) }}{{ . }}{{ randAlphaNum 2 }}{{ end }}\n\
                j: {{ ternary (randAlphaNum 3) (randAlphaNum 8) true }}\n\
                k: {{ print uuidv4 uuidv4 }}\n\
                {{ define \"t\" }}{{ . }}{{ end }}\n";
    let chart = Chart::new().template(text);
    let output = chart.pinned();
    let sites = chart.instrument().sites;
    let count = |function: &str| {
        sites
            .iter()
            .filter(|site| site.function == function)
            .count()
    };
    assert_eq!(count("uuidv4"), 3);
    assert_eq!(count("randAlphaNum"), 12);
    let text = |ordinal: u32, n: i64| {
        let site = sites.iter().find(|site| {
            site.function == "randAlphaNum" && site.ordinal == ordinal && site.template != "u"
        });
        site.unwrap().text(n, 0)
    };
    assert_eq!(value(&output, "a"), text(0, 16));
    assert_eq!(value(&output, "b"), text(1, 5));
    assert_eq!(value(&output, "c"), text(2, 7));
    assert!(value(&output, "d").starts_with(&text(3, 3).to_lowercase()));
    assert_eq!(
        value(&output, "f"),
        format!("{}9", text(5, 9).to_uppercase())
    );
    assert!(output.contains(&format!("g: {}\nh: {}\n", text(6, 4), text(7, 6))));
    assert!(value(&output, "i").starts_with(&text(8, 6)));
    assert_eq!(value(&output, "j"), text(9, 3));
    let uuids = value(&output, "k");
    assert_ne!(uuids[..36], uuids[36..]);
}

/// A wrong number of arguments, a wrong type: helm's own error, or one that says the same.
#[test]
fn calls_that_fail_under_helm_still_fail() {
    for (action, part) in [
        ("randAlphaNum", "wrong number of args for randAlphaNum"),
        ("randAlphaNum 1 2", "wrong number of args for randAlphaNum"),
        (
            "print randAlphaNum 3",
            "wrong number of args for randAlphaNum",
        ),
        ("uuidv4 1", "wrong number of args for uuidv4"),
        ("1 | now", "wrong number of args for now"),
        ("randInt 5", "wrong number of args for randInt"),
        ("randAlphaNum \"5\"", "int"),
        ("randAlphaNum nil", "int"),
        ("randAlphaNum .Values.n", "int"),
        ("randBytes .Values.n", "int"),
        ("randInt 5 5", "invalid argument to Intn"),
        ("randInt .Values.n 7", "int"),
        ("bcrypt 5", "string"),
        ("encryptAES \"a\" 5", "string"),
        ("htpasswd 5 \"x\"", "string"),
        ("values 5", "map"),
        (
            "nosuchfunction 5",
            "function \"nosuchfunction\" not defined",
        ),
    ] {
        let chart = Chart::new()
            .file("values.yaml", "n: 5\n")
            .template(&format!("a: {{{{ {action} }}}}\nb: {{{{ uuidv4 }}}}\n"));
        let plain = chart.render().unwrap_err();
        assert!(plain.contains(part), "{action}: {plain}");
        let pinned = chart
            .instrumented(argocd_pin_plugin::chart::defines::Mode::Placeholder)
            .render()
            .unwrap_err();
        assert!(pinned.contains(part), "{action}: {pinned}");
    }
}

#[test]
fn nothing_comes_of_a_length_that_is_not_positive() {
    let text = "a: \"{{ randAlphaNum 0 }}{{ randAlphaNum -3 }}{{ randBytes 0 }}{{ randAscii (int -1) }}\"\n\
                b: {{ uuidv4 }}\n";
    let chart = Chart::new().template(text);
    assert_eq!(value(&chart.pinned(), "a"), "");
    assert_eq!(
        value(&chart.render_with(&crate::chart::helms()[0]).unwrap(), "a"),
        ""
    );
}

#[test]
fn turns_of_loops_differ_and_are_counted_for_each_site() {
    let text = "{{- range $i := until 3 -}}\n\
                {{- range $j, $e := list \"x\" \"y\" -}}\n\
                {{- if eq $i 1 -}}{{- continue -}}{{- end }}\n\
                i{{ $i }}{{ $j }}: {{ randAlphaNum 12 }}\n\
                {{- end }}\n\
                o{{ $i }}: {{ randAlphaNum 12 -}}\n\
                {{- end }}\n\
                {{- range list }}{{ else }}\nelse: {{ randAlphaNum 12 }}\n{{ end -}}\n\
                {{ range $i := until 2 }}{{ block \"b\" . }}\nblock{{ . }}: {{ randAlphaNum 12 }}{{ end }}{{ end }}\n\
                {{- define \"d\" -}}{{- range until 2 }}\nd{{ . }}: {{ randAlphaNum 12 -}}{{ end }}{{ end }}\n\
                {{- include \"d\" . }}\n";
    let chart = Chart::new().template(text);
    let output = chart.pinned();
    let sites = chart.instrument().sites;
    let text = |template: &str, ordinal: u32, turn: u64| {
        let site = sites
            .iter()
            .find(|site| site.template == template && site.ordinal == ordinal);
        site.unwrap().text(12, turn)
    };
    let file = "templates/a.yaml";
    for (key, expected) in [
        ("i00", text(file, 0, 1)),
        ("i01", text(file, 0, 2)),
        ("i20", text(file, 0, 3)),
        ("i21", text(file, 0, 4)),
        ("o0", text(file, 1, 1)),
        ("o2", text(file, 1, 3)),
        ("else", text(file, 2, 0)),
        ("block0", text("b", 0, 0)),
        ("block1", text("b", 0, 0)),
        ("d0", text("d", 0, 1)),
        ("d1", text("d", 0, 2)),
    ] {
        assert_eq!(value(&output, key), expected, "{key}");
    }
    for site in &sites {
        assert_eq!(site.repeats, site.template != file);
    }
}

/// Everything but the values is as helm prints it, however delimiters trim.
#[test]
fn trim_markers_keep_their_meaning() {
    let body = " {{- range until 2 }}  {{ randNumeric 6 }}  {{ end -}} \n \
                {{ range $x := values .Values.m -}}  {{ $x }} {{- end }}\n\
                {{ define \"MARK\" -}}  \n {{ range until 2 -}} {{ randNumeric 6 }} {{ values $.m }} {{- end }}{{ end -}}\n\
                {{ include \"MARK\" (dict \"m\" (dict \"a\" 1)) }}|\n\
                {{- define \"MARK2\" }}  \n {{- range until 2 }} {{ randNumeric 6 }} {{ end -}} {{ end }}\n\
                {{ include \"MARK2\" . }}|\n";
    let text =
        format!("a: |\n  {{{{- define \"all\" }}}}{body}{{{{ end }}}}\n  {{{{ .Values.x }}}}")
            .replace(
                "{{ define \"MARK\"",
                "{{ block \"MARK\" (dict \"m\" (dict \"a\" 1))",
            )
            .replace("{{- define \"MARK2\"", "{{- block \"MARK2\" .");
    let text = format!("{text}\nb: {{{{ include \"all\" . | toJson }}}}\n");
    let chart = Chart::new()
        .file("values.yaml", "m: {a: 1}\nx: y\n")
        .template(&text);
    let shape = |output: &str| {
        regex::Regex::new("[0-9]{6}")
            .unwrap()
            .replace_all(output, "******")
            .into_owned()
    };
    let plain = chart.render_with(&crate::chart::helms()[0]).unwrap();
    assert_eq!(shape(&plain), shape(&chart.pinned()));
    assert_ne!(plain, chart.pinned());
}
