//! Which places share a call, and which do not.

use crate::support::{Chart, Test, all_different, each_helm, matches};

#[test]
fn equal_stays_equal_and_different_stays_different() {
    each_helm(|helm| {
        let chart = Chart::named("shared-call");
        let render = Test::new(helm, &chart).trap(&[]);
        let secret = |key: &str| render.secret("app-shared", key);
        let one = secret("one");
        let config = render.config("app-shared", "one.conf");
        let lines: Vec<&str> = config.lines().collect();
        assert_eq!(lines[1], format!("password={one}"));
        assert_eq!(lines[3], format!("confirm={one}"));
        let other = lines[2].strip_prefix("other=").unwrap().to_owned();

        let container = |path: &str| {
            render.field(
                "StatefulSet",
                "app",
                &format!("/spec/template/spec/containers/0/{path}"),
            )
        };
        assert_eq!(container("env/0/value"), one);
        assert_eq!(container("args/0"), format!("--password={one}"));
        let argument = container("args/1")
            .strip_prefix("--fresh=")
            .unwrap()
            .to_owned();

        for name in ["dsn", "two"] {
            let password = secret(&format!("{name}-password"));
            assert_eq!(
                secret(&format!("{name}-url")),
                format!("mysql://app:{password}@db/app")
            );
        }
        assert_eq!(container("env/1/value"), secret("dsn-url"));

        let values = [
            one,
            secret("fresh"),
            secret("dsn-password"),
            secret("two-password"),
            other,
            argument,
        ];
        for value in &values {
            matches(value, "[A-Za-z0-9]{24}");
        }
        all_different(&values);
    });
}

#[test]
fn uuids_are_uuids() {
    each_helm(|helm| {
        let chart = Chart::named("uuids");
        let render = Test::new(helm, &chart).trap(&[]);
        let id = |key: &str| render.config("app-ids", key);
        let v4 = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
        let ids = ["install", "first", "second", "node-0", "node-1", "node-2"].map(id);
        for id in &ids {
            matches(id, v4);
        }
        all_different(&ids);
        assert_eq!(
            render.field("ConfigMap", "app-ids", "/metadata/annotations/install"),
            ids[0]
        );
        matches(&id("upper").to_lowercase(), v4);
        assert_eq!(id("upper"), id("upper").to_uppercase());
        matches(&id("short"), "[0-9a-f]{8}");
        matches(&id("compact"), "[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}");
    });
}

/// What is evaluated twice, once for the document and once for its checksum, is one call.
#[test]
fn a_checksum_by_another_evaluation_is_stable() {
    each_helm(|helm| {
        let chart = Chart::of(&[
            (
                "templates/_gen.tpl",
                "{{ define \"gen\" }}{{ randAlphaNum 30 }}{{ end }}",
            ),
            (
                "templates/secret.yaml",
                "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  top: {{ randAlphaNum 30 }}\n  gen: {{ include \"gen\" . }}\n  fixed: {{ .Values.fixed | default \"a\" }}\n",
            ),
            (
                "templates/pod.yaml",
                "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  annotations:\n    one: {{ include (print $.Template.BasePath \"/secret.yaml\") . | sha256sum }}\n    two: {{ include (print $.Template.BasePath \"/secret.yaml\") . | sha256sum }}\n",
            ),
        ]);
        let test = Test::new(helm, &chart);
        let render = test.trap(&[]);
        let sum = |render: &crate::support::Manifests, name| {
            render.field("Pod", "p", &format!("/metadata/annotations/{name}"))
        };
        matches(&sum(&render, "one"), "[0-9a-f]{64}");
        let changed = test.set("fixed", "b").pinned();
        for name in ["one", "two"] {
            assert_ne!(
                sum(&render, name),
                sum(&changed, name),
                "the Secret changed, its checksum did not"
            );
        }
        assert_eq!(render.secret("s", "gen"), changed.secret("s", "gen"));
        assert_ne!(render.secret("s", "gen"), render.secret("s", "top"));
    });
}

#[test]
fn documents_that_stand_twice_have_values_of_their_own() {
    each_helm(|helm| {
        let chart = Chart::named("duplicates");
        let render = Test::new(helm, &chart).trap(&[]);
        let mut tokens: Vec<String> = render
            .of_kind("Secret")
            .iter()
            .map(|secret| secret["stringData"]["token"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(tokens.len(), 2);
        for item in render.of_kind("List")[0]["items"].as_array().unwrap() {
            let token = crate::support::base64_decode(item["data"]["token"].as_str().unwrap());
            tokens.push(String::from_utf8(token).unwrap());
        }
        tokens.push(
            render.of_kind("Custom")[0]["spec"]["token"]
                .as_str()
                .unwrap()
                .to_owned(),
        );
        assert_eq!(tokens.len(), 5);
        for token in &tokens {
            matches(token, "[A-Za-z0-9]{24}");
        }
        all_different(&tokens);
    });
}
