//! Lines that begin with a user, in whatever way a chart writes them: each keeps its password when there are more users.

use crate::support::{Chart, Manifests, Test, all_different, base64_decode, each_helm};

const HELPERS: &str = r#"
{{ define "line" }}{{ . }}:{{ randAlphaNum 12 }}{{ end }}
{{ define "lines" }}{{ range .Values.users }}{{ . }}:{{ randAlphaNum 12 }}
{{ end }}{{ end }}"#;

/// Each a key's text, with a line for each user.
const WAYS: [(&str, &str); 8] = [
    ("helper", "{{ include \"lines\" . | quote }}"),
    (
        "encoded",
        "{{ include \"lines\" . | b64enc | b64enc | quote }}",
    ),
    (
        "printed",
        "|\n    {{- range .Values.users }}\n    {{ printf \"%s:%s\" . (randAlphaNum 12) }}\n    {{- end }}",
    ),
    (
        "include",
        "|\n    {{- range .Values.users }}\n    {{ include \"line\" . }}\n    {{- end }}",
    ),
    (
        "template",
        "|\n    {{- range .Values.users }}\n    {{ template \"line\" . }}\n    {{- end }}",
    ),
    (
        "variable",
        "|\n    {{- range .Values.users }}{{ $line := printf \"%s:%s\" . (randAlphaNum 12) }}\n    {{ $line }}\n    {{- end }}",
    ),
    (
        "list",
        "{{ $all := list }}{{ range .Values.users }}{{ $all = append $all (printf \"%s:%s\" . (randAlphaNum 12)) }}{{ end }}{{ $all | join \"\\n\" | quote }}",
    ),
    (
        "text",
        "{{ $all := \"\" }}{{ range .Values.users }}{{ $all = printf \"%s%s:%s\\n\" $all . (randAlphaNum 12) }}{{ end }}{{ $all | quote }}",
    ),
];

/// The passwords of a user, way by way.
fn passwords(render: &Manifests, user: &str) -> Vec<String> {
    let of = |(key, _): &(&str, &str)| {
        let mut text = render.secret("users", key);
        if *key == "encoded" {
            for _ in 0..2 {
                text = String::from_utf8(base64_decode(&text)).unwrap();
            }
        }
        let begin = format!("{user}:");
        let line = text.lines().find_map(|line| line.strip_prefix(&begin));
        line.unwrap_or_else(|| panic!("{key}: no {user} in {text}"))
            .to_owned()
    };
    WAYS.iter().map(of).collect()
}

#[test]
fn a_user_keeps_the_password_of_his_line() {
    let keys = WAYS.map(|(key, text)| format!("  {key}: {text}\n"));
    let secret = format!(
        "apiVersion: v1\nkind: Secret\nmetadata: {{name: users}}\nstringData:\n{}",
        keys.concat()
    );
    each_helm(|helm| {
        let chart = Chart::of(&[
            ("values.yaml", "users: [anna]\n"),
            ("templates/users.yaml", &secret),
            ("templates/_h.tpl", HELPERS),
        ]);
        let test = Test::new(helm, &chart);
        let one = passwords(&test.trap(&[]), "anna");
        let all = test.clone().set("users", "{zoe,anna,ben}").pinned();
        assert_eq!(one, passwords(&all, "anna"));
        all_different(&[one, passwords(&all, "zoe"), passwords(&all, "ben")].concat());
    });
}

/// Where something may alter the value, whether it stands there is up to the value: so it goes by the text's own place,
/// whatever the value is.
#[test]
fn what_may_be_altered_goes_by_the_text() {
    each_helm(|helm| {
        for (text, helper) in [
            (
                "{{ printf \"anna:%s\" (randAlphaNum 20 | replace \"0\" \"x\") }}",
                "",
            ),
            (
                "{{ $p := randAlphaNum 20 }}{{ include \"h\" $p }}",
                "{{ define \"h\" }}anna:{{ replace \"0\" \"x\" . }}{{ end }}",
            ),
        ] {
            let chart = Chart::of(&[
                (
                    "templates/s.yaml",
                    &format!(
                        "apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\nstringData:\n  p: {text}\n"
                    ),
                ),
                ("templates/_h.tpl", helper),
            ]);
            for app in ["a", "b", "c", "d", "e", "f"] {
                let explained = Test::new(helm, &chart)
                    .command("explain")
                    .app(app)
                    .run()
                    .stdout;
                assert!(
                    explained.contains("Secret/s/p ") && !explained.contains("p:anna"),
                    "{explained}"
                );
            }
        }
    });
}

/// Bytes of a file are printed as helm prints them.
#[test]
fn what_is_no_text_is_printed_as_it_is() {
    each_helm(|helm| {
        let chart = Chart::of(&[
            (
                "templates/c.yaml",
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  a: '{{ .Files.GetBytes \"f\" | default (randAlphaNum 12) }}'\n",
            ),
            ("f", "bytes"),
        ]);
        let render = Test::new(helm, &chart).pinned();
        assert!(
            render.text.contains("[98 121 116 101 115]"),
            "{}",
            render.text
        );
    });
}
