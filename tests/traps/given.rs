//! Values that are given beside calls that run all the same, and values of a helper that some places show and others do not.

use crate::support::{Chart, Manifests, Test, all_different, each_helm, sha256_hex};

/// `default` calls its operand whether it is needed or not: what stands there then is the user's own text, and no other name
/// may lose it.
#[test]
fn a_given_text_is_no_generated_one() {
    let secret = r#"{{- range .Values.tenants }}
---
apiVersion: v1
kind: Secret
metadata: {name: {{ $.Release.Name }}-{{ . }}}
stringData:
  user: {{ . | default (randAlphaNum 8) }}
  {{ . }}-key: {{ randAlphaNum 16 }}
  config: |
    {{ . }} = {{ randAlphaNum 20 }}
{{- end }}
---
apiVersion: v1
kind: Secret
metadata: {name: db}
stringData:
  password: {{ randAlphaNum 16 }}
  admin: {{ coalesce .Values.admin (randAlphaNum 16) }}
"#;
    each_helm(|helm| {
        let chart = Chart::of(&[("templates/s.yaml", secret)]);
        let render = |tenants: &str, admin: &str| {
            let test = Test::new(helm, &chart).set("tenants", tenants);
            test.set("admin", admin).pinned()
        };
        let of = |render: &Manifests, tenant: &str| {
            let name = format!("app-{tenant}");
            let config = render.secret(&name, "config");
            assert_eq!(render.secret(&name, "user"), tenant);
            let key = render.secret(&name, &format!("{tenant}-key"));
            [key, config.trim().to_owned()]
        };
        let first = render("{postgres,alice,initech}", "password");
        let all = ["postgres", "alice", "initech"].map(|tenant| of(&first, tenant));
        all_different(&all.concat());
        let less = render("{initech,postgres}", "another-one");
        assert_eq!(of(&less, "postgres"), all[0]);
        assert_eq!(of(&less, "initech"), all[2]);
        let password = |render: &Manifests| render.secret("db", "password");
        assert_eq!(password(&first), password(&less));
        assert_eq!(first.secret("db", "admin"), "password");
    });
}

/// A helper that makes all passwords: what one Secret shows is nothing to another.
#[test]
fn a_value_that_a_helper_makes_along_is_nothing_to_those_that_are_shown() {
    let helper = r#"{{ define "all" }}
first: {{ randAlphaNum 24 | b64enc }}
second: {{ randAlphaNum 24 | b64enc }}
third: {{ randAlphaNum 24 | b64enc }}
{{ end }}"#;
    let secrets = r#"{{- $all := include "all" . | fromYaml }}
{{- range .Values.shown }}
---
apiVersion: v1
kind: Secret
metadata: {name: {{ . }}}
data: {password: {{ get $all . }}}
{{- end }}
"#;
    each_helm(|helm| {
        let chart = Chart::of(&[("templates/s.yaml", secrets), ("templates/_h.tpl", helper)]);
        let shown = |names: &str, of: &str| {
            let render = Test::new(helm, &chart).set("shown", names).pinned();
            render.secret(of, "password")
        };
        let all = ["first", "second", "third"].map(|name| shown("{first,second,third}", name));
        all_different(&all);
        assert_eq!(shown("{second}", "second"), all[1]);
        assert_eq!(shown("{third,second}", "third"), all[2]);
    });
}

/// What a helper makes for each user is each user's, also where only a text that nobody sees is made of it.
#[test]
fn a_second_password_of_a_helper_is_no_double() {
    let secrets = r#"apiVersion: v1
kind: Secret
metadata: {name: admin}
stringData: {password: {{ include "password" . }}}
{{- range .Values.users }}
---
apiVersion: v1
kind: Secret
metadata: {name: {{ . }}}
stringData: {{ with include "password" $ }}{password: {{ lower . }}}{{ end }}
{{- end }}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: sum}
data: {sum: {{ include "password" . | sha256sum }}}
"#;
    each_helm(|helm| {
        let chart = Chart::of(&[
            ("values.yaml", "users: [alice, bob]\n"),
            ("templates/s.yaml", secrets),
            (
                "templates/_h.tpl",
                "{{ define \"password\" }}{{ randAlphaNum 24 }}{{ end }}",
            ),
        ]);
        let render = Test::new(helm, &chart).pinned();
        let all = ["admin", "alice", "bob"].map(|name| render.secret(name, "password"));
        all_different(&all.clone().map(|password| password.to_lowercase()));
        // This is what a double is for: the digest is that of the password which the Secret shows.
        assert_eq!(render.config("sum", "sum"), sha256_hex(&all[0]));
    });
}

/// A text that a block is given is logged as one that is printed: it goes by its place, not by its turn.
#[test]
fn what_a_block_is_given_goes_by_its_place() {
    let secret = |first: &str| {
        format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\nstringData:\n{first}  b: {{{{ with randAlphaNum 16 | lower }}}}{{{{ . }}}}{{{{ end }}}}\n  c: {{{{ $d := dict }}}}{{{{ $_ := randAlphaNum 16 | upper | set $d \"k\" }}}}{{{{ $d.k }}}}\n"
        )
    };
    each_helm(|helm| {
        let render = |first: &str| {
            let secret = secret(first);
            let chart = Chart::of(&[("templates/s.yaml", &secret)]);
            let render = Test::new(helm, &chart).pinned();
            ["b", "c"].map(|key| render.secret("s", key))
        };
        assert_eq!(render(""), render("  a: {{ randAlphaNum 16 }}\n"));
    });
}

/// TLS is switched on, and an item comes to a list that has no name.
#[test]
fn neither_tls_nor_another_item_is_a_place() {
    let secret = r#"apiVersion: v1
kind: Secret
metadata: {name: s}
stringData:
  url: {{ .Values.scheme }}://:{{ randAlphaNum 16 }}@redis
  users.yaml: |
    users:
    {{- if .Values.more }}
    - {role: other, password: {{ randAlphaNum 16 }}}
    {{- end }}
    - {name: alice, password: {{ randAlphaNum 16 }}}
"#;
    each_helm(|helm| {
        let chart = Chart::of(&[("templates/s.yaml", secret)]);
        let render = |scheme: &str, more: &str| {
            let test = Test::new(helm, &chart).set("scheme", scheme);
            let render = test.set("more", more).pinned();
            let url = render.secret("s", "url");
            let users = render.secret("s", "users.yaml");
            let alice = users.lines().last().unwrap().to_owned();
            [url.replace("rediss:", "redis:"), alice]
        };
        assert_eq!(render("redis", ""), render("rediss", "true"));
    });
}

/// Helm begins with an empty line where a chart prints nothing but hooks.
#[test]
fn a_chart_of_hooks_alone_is_rendered() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: test\n  annotations: {helm.sh/hook: test, key: VALUE}\n";
    each_helm(|helm| {
        for value in [
            "fixed",
            "{{ randAlphaNum 16 }}",
            "{{ now | date \"2006\" }}",
        ] {
            let pod = pod.replace("VALUE", value);
            let chart = Chart::of(&[("templates/tests/t.yaml", &pod)]);
            let test = Test::new(helm, &chart);
            assert_eq!(test.pinned().names("Pod"), ["test"]);
            let verified = test.clone().command("verify").run();
            assert_eq!(verified.status, 0, "{}", verified.stderr);
        }
    });
}
