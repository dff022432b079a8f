//! Subcharts: aliases, archives, umbrellas, values that are shared.

use crate::support::{Chart, Test, all_different, each_helm, matches, sha256_hex};

#[test]
fn two_aliases_of_a_subchart_have_different_values() {
    each_helm(|helm| {
        let chart = Chart::named("aliases");
        let render = Test::new(helm, &chart).trap(&[]);
        let mut values = Vec::new();
        for alias in ["sessions", "queue"] {
            let name = format!("app-{alias}");
            let (password, id) = (render.secret(&name, "password"), render.secret(&name, "id"));
            matches(&password, "[A-Za-z0-9]{20}");
            matches(&id, "[A-Za-z0-9]{16}");
            assert_eq!(
                render.secret(&name, "url"),
                format!("redis://:{id}@{alias}")
            );
            values.extend([password, id]);
        }
        all_different(&values);
    });
}

/// Unpacked, the archive's `templates/tests/` would fall under the parent's `.helmignore`.
#[test]
fn archives_keep_what_the_parent_ignores() {
    each_helm(|helm| {
        let chart = Chart::named("archived-tests");
        let render = Test::new(helm, &chart).trap(&[]);
        assert_eq!(render.documents.len(), 5, "{}", render.text);
        let values = [
            render.secret("app-parent", "key"),
            render.secret("app-worker", "password"),
            render.secret("app-store", "password"),
        ];
        for value in &values {
            matches(value, "[A-Za-z0-9]{24}");
        }
        all_different(&values);
        matches(
            &render.field(
                "Pod",
                "app-worker-connect",
                "/spec/containers/0/env/0/value",
            ),
            "[A-Za-z0-9]{16}",
        );
        assert!(
            render
                .config("app-kept", "key")
                .starts_with("in an archive")
        );
        assert!(!render.text.contains("this-is-ignored"));
    });
}

/// There is no `templates/` to add a file to, and `.helmignore` hits names with an underscore.
#[test]
fn an_umbrella_without_templates_is_pinned() {
    each_helm(|helm| {
        let chart = Chart::named("umbrella");
        let render = Test::new(helm, &chart).trap(&[]);
        assert_eq!(render.names("Secret"), ["app-part"]);
        matches(&render.secret("app-part", "token"), "[A-Za-z0-9]{32}");
        let both = Test::new(helm, &chart)
            .set("other.enabled", "true")
            .pinned();
        assert_eq!(
            both.secret("app-part", "token"),
            render.secret("app-part", "token")
        );
        assert_ne!(
            both.secret("app-other", "token"),
            render.secret("app-part", "token")
        );
    });
}

/// A subchart gets a copy of the globals, so that its helper call makes another value.
#[test]
fn a_value_kept_in_the_globals_is_one_value() {
    each_helm(|helm| {
        let chart = Chart::named("memo");
        let render = Test::new(helm, &chart).trap(&[]);
        let password = render.secret("app-memo", "password");
        matches(&password, "[A-Za-z0-9]{28}");
        assert_eq!(
            render.secret("app-url", "url"),
            format!("amqp://app:{password}@broker")
        );
        assert_eq!(
            render.secret("app-url", "repeated"),
            format!("{password}{password}")
        );
        let child = render.secret("app-child", "password");
        matches(&child, "[A-Za-z0-9]{28}");
        assert_ne!(child, password, "plain helm makes two values here");
    });
}

/// Helm takes one of the two at random: the render must not depend on which.
#[test]
fn a_chart_that_stands_there_twice_is_stable() {
    each_helm(|helm| {
        let chart = Chart::named("vendored-twice");
        let test = Test::new(helm, &chart);
        let render = test.pinned();
        let values = [
            render.secret("app-operator", "first"),
            render.secret("app-operator", "second"),
            render.config("app-parent", "id"),
        ];
        for value in &values {
            matches(value, "[A-Za-z0-9]{24}");
        }
        all_different(&values);
        // That helm takes the same one each time has a chance of 2^-20.
        for _ in 0..20 {
            assert_eq!(test.run().stdout, render.text);
        }
    });
}

/// Helm finds the fields of `Chart.yaml` in any case, takes the last of two, knows merge keys, and reads
/// `requirements.yaml` into the same fields. A file that is included by its path has its name from there.
#[test]
fn names_and_aliases_are_found_where_helm_finds_them() {
    let sub = "apiVersion: v2\nversion: 1.0.0\n";
    let head = "apiVersion: v2\nname: app\nversion: 1.0.0\n";
    let cases = [
        (
            "app",
            format!(
                "{head}dependencies: [{{name: sub, version: '*', alias: one}}, {{name: sub, version: '*', alias: two}}]\nhome: a\nhome: b\n"
            ),
            "",
        ),
        (
            "app",
            format!("{head}dependencies: [{{name: sub, version: '*', alias: one, Alias: two}}]\n"),
            "",
        ),
        (
            "app",
            format!(
                "{head}dependencies: [{{name: sub, version: '*', alias: one}}]\ndependencies: [{{name: sub, version: '*', alias: two}}]\n"
            ),
            "",
        ),
        (
            "app",
            format!("{head}Dependencies: [{{name: sub, version: '*', alias: one}}]\n"),
            "",
        ),
        (
            "app",
            format!("{head}dependencieſ: [{{name: sub, version: '*', alias: one}}]\n"),
            "",
        ),
        (
            "app",
            format!(
                "{head}x: &x {{alias: one}}\ndependencies: [{{<<: *x, name: sub, version: '*'}}]\n"
            ),
            "",
        ),
        (
            "app",
            format!(
                "{head}dependencies: [{{name: sub, version: '*', alias: one}}]\n---\nname: other\n"
            ),
            "",
        ),
        ("other", format!("{head}name: other\n"), ""),
        (
            "other",
            format!("{head}NAME: x\nname: other\n").replace("name: app\n", ""),
            "",
        ),
        (
            "app",
            head.replace("v2", "v1"),
            "dependencies: [{name: sub, version: '*', alias: one}]\n",
        ),
        (
            "other",
            head.replace("v2", "v1"),
            "name: other\ndependencies: [{name: sub, version: '*', alias: one}]\n",
        ),
        (
            "app",
            format!(
                "{}dependencies: [{{name: x, version: '*', alias: one}}]\n",
                head.replace("v2", "v1")
            ),
            "dependencies: [{name: sub, version: '*'}]\n",
        ),
    ];
    each_helm(|helm| {
        for (name, text, requirements) in &cases {
            let chart = Chart::of(&[
                ("Chart.yaml", text),
                ("charts/sub/Chart.yaml", &format!("{sub}name: sub\n")),
                (
                    "charts/sub/templates/secret.yaml",
                    "token: {{ randAlphaNum 32 }}\n",
                ),
                (
                    "charts/sub/templates/sum.yaml",
                    "name: {{ .Template.Name }}\nsum: {{ include (print .Template.BasePath \"/secret.yaml\") . | sha256sum }}\n",
                ),
            ]);
            if !requirements.is_empty() {
                chart.write("requirements.yaml", requirements);
            }
            let render = Test::new(helm, &chart).pinned();
            assert!(render.text.contains(&format!("name: {name}/")), "{text}");
            assert_eq!(render.text, Test::new(helm, &chart).pinned().text, "{text}");
        }
    });
}

/// A library's helper that two charts use generates for each of them: what the one hashes is no digest of the other's secret.
#[test]
fn charts_that_share_a_helper_share_no_value() {
    let chart = Chart::of(&[
        (
            "charts/lib/Chart.yaml",
            "apiVersion: v2\nname: lib\nversion: 0.1.0\ntype: library\n",
        ),
        (
            "charts/lib/templates/_h.tpl",
            "{{ define \"lib.rand\" }}{{ randAlphaNum 16 }}{{ end }}",
        ),
        (
            "charts/db/Chart.yaml",
            "apiVersion: v2\nname: db\nversion: 0.1.0\n",
        ),
        (
            "charts/db/templates/s.yaml",
            "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData:\n  password: {{ include \"lib.rand\" . }}\n",
        ),
        (
            "charts/db/templates/c.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: db}\ndata:\n  sum: {{ include \"lib.rand\" . | sha256sum }}\n",
        ),
        (
            "charts/web/Chart.yaml",
            "apiVersion: v2\nname: web\nversion: 0.1.0\n",
        ),
        (
            "charts/web/templates/c.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata:\n  id: {{ include \"lib.rand\" . | sha256sum }}\n",
        ),
    ]);
    each_helm(|helm| {
        let render = Test::new(helm, &chart).pinned();
        // The chart's own digest is of its own secret.
        let sum = render.config("db", "sum");
        assert_eq!(sum, sha256_hex(&render.secret("db", "password")));
        assert_ne!(sum, render.config("web", "id"));
    });
}
