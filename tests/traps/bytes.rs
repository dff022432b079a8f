//! Byte by byte what helm prints, but for the values: blank lines, what is nothing, numbers, names of files.

use crate::support::{Chart, Test, each_helm};

/// A text with all words of twelve letters and digits masked.
fn masked(text: &str) -> String {
    let words = regex::Regex::new(r"\b[A-Za-z0-9]{12}\b").unwrap();
    words.replace_all(text, "<>").into_owned()
}

/// The chart of these files is rendered as helm renders it.
#[track_caller]
fn is_helms(files: &[(&str, &str)]) {
    each_helm(|helm| {
        let chart = Chart::of(files);
        let test = Test::new(helm, &chart);
        assert_eq!(masked(&test.pinned().text), masked(&test.plain().text));
    });
}

/// The log of a chart that has kinds only that helm does not know stands before them, as if it stood before hooks.
#[test]
fn blank_lines_before_the_first_document() {
    let other = |metadata: &str| {
        format!(
            "apiVersion: x.y/v1\nkind: Foo\nmetadata:\n  name: f\n{metadata}spec:\n  note: see helm.sh/hook\n  p: {{{{ randAlphaNum 12 }}}}\n"
        )
    };
    let crd = ("crds/a.yaml", "# x\nkind: CustomResourceDefinition\n");
    for metadata in [
        "",
        "  annotations: {helm.sh/hook-weight: \"5\"}\n",
        "  annotations:\n    \"helm.sh\\u002fhook\": test\n",
        "  annotations: {helm.sh/hook: test}\n",
        "  labels: {a: b, a: c}\n  annotations: {helm.sh/hook: test}\n",
    ] {
        let text = other(metadata);
        is_helms(&[("templates/a.yaml", &text)]);
        is_helms(&[("templates/a.yaml", &text), crd]);
        is_helms(&[("templates/a.yaml", &text), ("templates/b.yaml", &text)]);
    }
}

/// Inside of an include nothing is `<no value>`, which helm takes out of what a file prints only.
#[test]
fn nothing_that_is_printed_in_an_include() {
    is_helms(&[(
        "templates/a.yaml",
        "a: {{ randAlphaNum 12 }}\nb: {{ include \"y\" . | b64enc | quote }}\nc: {{ (dict \"a\" (randAlphaNum 8)).b }}x\n\
         {{- define \"y\" }}{{ (dict \"a\" (randAlphaNum 8)).b }}{{ end }}\n",
    )]);
}

/// Helm refuses an include of two contexts.
#[test]
fn an_include_with_another_number_of_arguments() {
    for call in [
        "include \"x\" . .",
        ". | include \"x\" .",
        "include \"x\"",
        "\"x\" | include",
    ] {
        each_helm(|helm| {
            let text = format!(
                "a: {{{{ {call} }}}}\n{{{{ define \"x\" }}}}{{{{ uuidv4 }}}}{{{{ end }}}}\n"
            );
            let chart = Chart::of(&[("templates/a.yaml", &text)]);
            Test::new(helm, &chart)
                .fail()
                .assert_says(&["wrong number of args for include"]);
        });
    }
}

#[test]
fn whole_numbers_of_all_forms() {
    is_helms(&[(
        "templates/a.yaml",
        "a: {{ randAlphaNum 0_14 }}\nb: {{ randAlphaNum 0x1.8p3 }}\nc: {{ randAlphaNum 12+0i }}\nd: {{ randAlphaNum 1.2e1 }}\n\
         e: {{ randAlphaNum 0xC }}\nf: {{ randAlphaNum 0b1_100 }}\n",
    )]);
}

/// Notes have another name in the copy, and a chart may see which.
#[test]
fn the_name_of_notes() {
    is_helms(&[
        (
            "templates/NOTES.txt",
            "{{ $_ := set .Values \"q\" .Template.Name }}{{ randAlphaNum 12 }}",
        ),
        (
            "templates/A.yaml",
            "a: {{ .Values.q }}-{{ randAlphaNum 12 }}\nb: {{ .Template.Name }}\n",
        ),
    ]);
}

/// The copy has one template more, which the rules hide: they stay as they are, since an archive has none.
#[test]
fn a_helmignore_that_the_chart_shows() {
    is_helms(&[
        (".helmignore", "_*\n*.tpl\n"),
        (
            "templates/a.yaml",
            "a: {{ randAlphaNum 12 }}\nb: {{ .Files.Get \".helmignore\" | quote }}\n",
        ),
    ]);
}
