//! A value belongs to its place: what else changes in a chart must not change it.

use crate::support::{Chart, Helm, Manifests, Test, all_different, each_helm, matches};

/// The pinned values of the chart `place-identity`: token, password, and two env items.
#[track_caller]
fn values(render: &Manifests) -> [String; 4] {
    let containers = render.document("Deployment", "app")["spec"]["template"]["spec"]["containers"]
        .as_array()
        .unwrap();
    let app = containers
        .iter()
        .find(|container| container["name"] == "app")
        .unwrap();
    let env = |name: &str| {
        let item = app["env"]
            .as_array()
            .unwrap()
            .iter()
            .find(|item| item["name"] == name)
            .unwrap();
        item["value"].as_str().unwrap().to_owned()
    };
    [
        render.secret("app-place", "token"),
        render.secret("app-place", "password"),
        env("A"),
        env("B"),
    ]
}

/// Fails unless the chart as it is and the changed render show the same values.
#[track_caller]
fn unchanged(helm: &Helm, change: impl Fn(Test<'_>) -> Manifests) {
    let chart = Chart::named("place-identity");
    let before = values(&Test::new(helm, &chart).render());
    assert_eq!(before, values(&change(Test::new(helm, &chart))));
}

#[test]
fn values_have_the_length_and_kind_of_their_call() {
    each_helm(|helm| {
        let chart = Chart::named("place-identity");
        let values = values(&Test::new(helm, &chart).trap(&[]));
        matches(&values[0], "[A-Za-z0-9]{32}");
        for value in &values[1..] {
            matches(value, "[A-Za-z0-9]{20}");
        }
        all_different(&values);
    });
}

#[test]
fn a_move_from_data_to_string_data_changes_nothing() {
    each_helm(|helm| unchanged(helm, |test| test.set("layout", "stringData").pinned()));
}

/// Documents, keys and containers more, that share nothing with the old ones.
#[test]
fn new_places_change_nothing() {
    each_helm(|helm| {
        unchanged(helm, |test| {
            let render = test.set("extra", "true").pinned();
            let container = "/spec/template/spec/initContainers/0/env/0/value";
            all_different(&[
                render.secret("app-zz-extra", "password"),
                render.secret("app-place", "aaa"),
                render.secret("app-place", "password"),
                render.field("Deployment", "app", container),
            ]);
            render
        });
    });
}

#[test]
fn another_order_of_list_items_changes_nothing() {
    each_helm(|helm| unchanged(helm, |test| test.set("reversed", "true").pinned()));
}

#[test]
fn another_destination_namespace_changes_nothing() {
    each_helm(|helm| {
        unchanged(helm, |test| test.namespace("elsewhere").pinned());
        unchanged(helm, |test| test.set("namespaced", "false").pinned());
    });
}

#[test]
fn another_kubernetes_version_changes_nothing() {
    each_helm(|helm| {
        unchanged(helm, |test| {
            test.helm_flag("--kube-version")
                .helm_flag("1.29.0")
                .pinned()
        })
    });
}

/// The next version of a chart: another version, other files, other names of helpers, calls in
/// front of the old ones.
#[test]
fn a_chart_upgrade_changes_nothing() {
    each_helm(|helm| {
        unchanged(helm, |test| {
            let next = Chart::named("place-identity");
            let yaml = next
                .read("Chart.yaml")
                .replace("version: 1.0.0", "version: 2.0.0");
            next.write("Chart.yaml", &yaml);
            next.rename("templates/secret.yaml", "templates/auth/credentials.yaml");
            next.rename("templates/_gen.tpl", "templates/_helpers.tpl");
            for file in [
                "templates/auth/credentials.yaml",
                "templates/deployment.yaml",
                "templates/_helpers.tpl",
            ] {
                let text = next
                    .read(file)
                    .replace("place-identity.password", "auth.generate");
                next.write(file, &text);
            }
            next.write(
                "templates/_helpers.tpl",
                &format!(
                    "{{{{/* new */}}}}\n{{{{- define \"auth.new\" }}}}{{{{ randAlphaNum 20 }}}}{{{{ end -}}}}\n{}",
                    next.read("templates/_helpers.tpl")
                ),
            );
            next.write(
                "templates/auth/a.yaml",
                "apiVersion: v1\nkind: Secret\nmetadata: {name: zzz}\nstringData: {a: {{ include \"auth.new\" . }}, b: {{ randAlphaNum 32 }}}\n",
            );
            test.on(&next).pinned()
        });
    });
}

/// The call moves out of the template into a helper: a call that runs once becomes a shared one.
#[test]
fn a_call_that_moves_into_a_helper_keeps_its_value() {
    each_helm(|helm| {
        let secret = |call: &str| {
            format!(
                "apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\nstringData:\n  token: {call}\n"
            )
        };
        let before = Chart::of(&[("templates/s.yaml", &secret("{{ randAlphaNum 32 }}"))]);
        let after = Chart::of(&[
            (
                "templates/s.yaml",
                &secret("{{ include \"token\" (dict \"n\" 32) }}"),
            ),
            (
                "templates/_t.tpl",
                "{{ define \"token\" }}{{ randAlphaNum .n }}{{ end }}",
            ),
        ]);
        assert_eq!(
            Test::new(helm, &before).pinned().secret("s", "token"),
            Test::new(helm, &after).pinned().secret("s", "token"),
        );
    });
}

/// A change of quotes rotates nothing.
#[test]
fn another_style_of_the_scalar_changes_nothing() {
    each_helm(|helm| {
        let token = |text: &str| {
            let chart = Chart::of(&[(
                "templates/s.yaml",
                &format!(
                    "apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\nstringData:\n  token: {text}\n"
                ),
            )]);
            Test::new(helm, &chart).pinned().secret("s", "token")
        };
        let plain = token("{{ randAlphaNum 24 }}");
        for text in [
            "'{{ randAlphaNum 24 }}'",
            "\"{{ randAlphaNum 24 }}\"",
            "{{ randAlphaNum 24 | quote }}",
            "|-\n    {{ randAlphaNum 24 }}",
            ">-\n    {{ randAlphaNum 24 }}",
        ] {
            assert_eq!(plain, token(text), "{text}");
        }
    });
}

/// A user who is inserted above another, a flag before another: the old ones keep their values.
#[test]
fn list_items_go_by_what_identifies_them() {
    let text = r#"{{- define "pw" }}{{ randAlphaNum 24 }}{{ end -}}
apiVersion: example.org/v1
kind: Accounts
metadata: {name: a}
spec:
  users:
    {{- range .Values.users }}
    - user: {{ . }}
      password: {{ include "pw" $ }}
    {{- end }}
  hosts:
    {{- range .Values.users }}
    - {port: 1, host: {{ . }}.example.org, auth: {token: {{ randAlphaNum 24 }}}}
    {{- end }}
---
apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  containers:
    - name: main
      args:
        {{- range .Values.users }}
        - --{{ . }}-key={{ randAlphaNum 24 }}
        - --{{ . }}-file
        - {{ randAlphaNum 24 }}
        {{- end }}
"#;
    each_helm(|helm| {
        let chart = Chart::of(&[
            ("templates/a.yaml", text),
            ("values.yaml", "users: [anna, ben]\n"),
        ]);
        let test = Test::new(helm, &chart);
        let before = test.trap(&[]);
        let after = test.clone().set("users", "{zoe,anna,cleo,ben}").pinned();
        let reversed = test.set("users", "{ben,anna}").pinned();
        let all = |render: &Manifests, user: &str| -> Vec<String> {
            let spec = &render.document("Accounts", "a")["spec"];
            let of = |list: &str, key: &str, name: String, value: &str| {
                let items = spec[list].as_array().unwrap();
                let item = items
                    .iter()
                    .find(|item| item[key] == name.as_str())
                    .unwrap();
                item.pointer(value).unwrap().as_str().unwrap().to_owned()
            };
            let args = render.document("Pod", "p")["spec"]["containers"][0]["args"]
                .as_array()
                .unwrap();
            let args: Vec<&str> = args.iter().map(|arg| arg.as_str().unwrap()).collect();
            let key = format!("--{user}-key=");
            let file = format!("--{user}-file");
            let at = args.iter().position(|arg| *arg == file).unwrap();
            vec![
                of("users", "user", user.to_owned(), "/password"),
                of(
                    "hosts",
                    "host",
                    format!("{user}.example.org"),
                    "/auth/token",
                ),
                args.iter()
                    .find_map(|arg| arg.strip_prefix(&key))
                    .unwrap()
                    .to_owned(),
                args[at + 1].to_owned(),
            ]
        };
        for user in ["anna", "ben"] {
            assert_eq!(all(&before, user), all(&after, user), "{user}");
            assert_eq!(all(&before, user), all(&reversed, user), "{user}");
        }
        let values = ["anna", "ben", "cleo", "zoe"]
            .map(|user| all(&after, user))
            .concat();
        all_different(&values);
    });
}

/// The same where a Secret holds the users in a file: YAML, JSON in base64, lines.
#[test]
fn users_in_a_file_go_by_their_names() {
    let texts = r#"
apiVersion: v1
kind: Secret
metadata: {name: users}
stringData:
  users.yaml: |
    # {{ len .Values.users }} users
    users:
      {{- range .Values.users }}
      - password: {{ randAlphaNum 20 | quote }}
        roles: [reader]
        username: {{ . }}
      {{- end }}
  lines: |
    {{- range .Values.users }}
    {{ . }}:{{ randAlphaNum 20 }}
    {{- end }}
data:
  users.json: {{ include "users.json" . | b64enc }}
"#;
    let json = r#"{{ define "users.json" }}{{ $all := list }}{{ range .Values.users }}{{ $all = append $all (dict "login" . "password" (randAlphaNum 20)) }}{{ end }}{{ dict "users" $all | toPrettyJson }}{{ end }}"#;
    each_helm(|helm| {
        let chart = Chart::of(&[
            ("values.yaml", "users: [anna]\n"),
            ("templates/users.yaml", texts),
            ("templates/_h.tpl", json),
        ]);
        let passwords = |render: &Manifests, user: &str| -> [String; 3] {
            let yaml: serde_json::Value =
                serde_yaml::from_str(&render.secret("users", "users.yaml")).unwrap();
            let json: serde_json::Value =
                serde_json::from_str(&render.secret("users", "users.json")).unwrap();
            let of = |users: &serde_json::Value, key: &str| {
                let users = users["users"].as_array().unwrap();
                let own = users.iter().find(|it| it[key] == user).unwrap();
                own["password"].as_str().unwrap().to_owned()
            };
            let lines = render.secret("users", "lines");
            let line = lines
                .lines()
                .find_map(|it| it.strip_prefix(&format!("{user}:")));
            [
                of(&yaml, "username"),
                of(&json, "login"),
                line.unwrap().to_owned(),
            ]
        };
        let test = Test::new(helm, &chart);
        let before = passwords(&test.trap(&[]), "anna");
        let after = test.clone().set("users", "{zoe,anna}").pinned();
        assert_eq!(before, passwords(&after, "anna"));
        let zoe = passwords(&after, "zoe");
        all_different(&[before, zoe].concat());
        let explain = test.command("explain").set("users", "{zoe,anna}");
        let explained = explain.run().stdout;
        assert!(explained.contains("stands there") && !explained.contains("by its position"));
    });
}

/// Keys of one name in sections of a file: a section more or less is no other value of its neighbours'.
#[test]
fn keys_in_sections_go_by_the_section_too() {
    let texts = r#"
apiVersion: v1
kind: Secret
metadata: {name: conf}
stringData:
  security.toml: |
    {{- range .Values.sections }}
    [jwt.{{ . }}]
    key = {{ randAlphaNum 20 | b64enc | quote }}
    {{- end }}
data:
  app.ini: {{ include "app.ini" . | b64enc }}
"#;
    let ini = "{{ define \"app.ini\" }}{{ range .Values.sections }}[{{ . }}] # {{ . }}\nsecret = {{ randAlphaNum 20 }}\n{{ end }}{{ end }}";
    each_helm(|helm| {
        let chart = Chart::of(&[
            ("values.yaml", "sections: [signing]\n"),
            ("templates/conf.yaml", texts),
            ("templates/_h.tpl", ini),
        ]);
        let keys = |render: &Manifests, section: &str| {
            let files = [("security.toml", "jwt."), ("app.ini", "")];
            files.map(|(file, before)| {
                let text = render.secret("conf", file);
                let begin = format!("[{before}{section}]");
                let (_, behind) = text.split_once(&begin).unwrap_or_else(|| panic!("{text}"));
                behind.lines().nth(1).unwrap().to_owned()
            })
        };
        let test = Test::new(helm, &chart);
        let before = keys(&test.trap(&[]), "signing");
        let after = test.clone().set("sections", "{read,signing}").pinned();
        assert_eq!(before, keys(&after, "signing"));
        all_different(&[before, keys(&after, "read")].concat());
        let explain = test.command("explain").set("sections", "{read,signing}");
        let explained = explain.run().stdout;
        assert!(
            explained.contains("Secret/conf//data.\"security.toml\".\"jwt.read\":key"),
            "{explained}"
        );
        assert!(!explained.contains("by its position"), "{explained}");
    });
}

/// Both helms give the same values: an upgrade of helm rotates nothing.
#[test]
fn another_helm_changes_nothing() {
    let chart = Chart::named("place-identity");
    let (old, new) = (Helm::v3(), Helm::v4());
    assert_eq!(
        values(&Test::new(&old, &chart).render()),
        values(&Test::new(&new, &chart).render())
    );
}

#[test]
fn applications_and_projects_have_values_of_their_own() {
    each_helm(|helm| {
        let chart = Chart::named("place-identity");
        let test = Test::new(helm, &chart);
        // The last two would be one scope if the names were only glued together.
        let tokens: Vec<String> = [
            test.clone(),
            test.clone().app("team_app"),
            test.clone().project("team"),
            test.clone().seed("another seed, as long as it must be"),
            test.clone().project("a").app("bc"),
            test.project("ab").app("c"),
        ]
        .iter()
        .map(|test| test.render().secret("app-place", "token"))
        .collect();
        all_different(&tokens);
    });
}
