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

/// A Secret as many charts make it: by a helper that includes others, which cut and replace; with a checksum of its file; with a
/// digest of the line.
#[test]
fn what_else_a_chart_does_with_the_file_is_nothing_to_a_line() {
    let secret = r#"
{{ define "full" }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" }}{{ end }}
{{ define "labels" }}chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | lower }}{{ end }}
{{ define "secret" }}apiVersion: v1
kind: Secret
metadata:
  name: users
  labels: { {{- include "labels" . -}}, full: {{ include "full" . }}}
stringData:
  users: |
    {{- range .Values.users }}
    {{ printf "%s:%s" . (randAlphaNum 12) }}
    {{- end }}
{{ end }}
{{ define "list" }}{{ range .Values.users }}{{ . }}:{{ randAlphaNum 12 }},{{ end }}{{ end }}"#;
    let listed = r#"apiVersion: v1
kind: Secret
metadata: {name: list}
stringData:
  users: {{ include "list" . | trimSuffix "," | quote }}
"#;
    let alone = r#"{{ $line := printf "anna:%s" (randAlphaNum 12) }}apiVersion: v1
kind: Secret
metadata: {name: alone}
stringData:
  users: {{ $line }}
"#;
    let digest = format!("{alone}  sum: {{{{ sha256sum $line }}}}\n");
    let checksums = r#"apiVersion: v1
kind: ConfigMap
metadata: {name: c}
data:
{{- range list "a" "b" "c" }}
  {{ . }}: {{ include (print $.Template.BasePath "/" . ".yaml") $ | sha256sum }}
{{- end }}
"#;
    each_helm(|helm| {
        let passwords = |users: &str, alone: &str, checksums: &str| {
            let chart = Chart::of(&[
                ("values.yaml", &format!("users: {users}\n")),
                ("templates/_h.tpl", secret),
                ("templates/a.yaml", "{{ include `secret` . }}"),
                ("templates/b.yaml", listed),
                ("templates/c.yaml", alone),
                ("templates/d.yaml", checksums),
            ]);
            let render = Test::new(helm, &chart).pinned();
            ["users", "list", "alone"].map(|name| {
                let text = render.secret(name, "users");
                let mut lines = text.split(['\n', ',']);
                let line = lines.find_map(|line| line.strip_prefix("anna:"));
                line.unwrap_or_else(|| panic!("no anna in {text}"))
                    .to_owned()
            })
        };
        let first = passwords("[anna]", alone, "");
        all_different(&first);
        assert_eq!(first, passwords("[anna, ben]", alone, ""));
        assert_eq!(first, passwords("[zoe, anna, ben]", &digest, ""));
        assert_eq!(first, passwords("[anna]", &digest, checksums));
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
