//! References in `values.schema.json`, which helm's validators load.

use crate::support::each_helm;
use crate::tenant::{SEED_ID, Tenant};

/// A seed that is no JSON: the message of Go's parser would show how it begins.
const TEXT: &str = "some text that is no JSON at all, and longer than 32 bytes";

#[track_caller]
fn refused(schema: impl Fn(&Tenant) -> String) {
    each_helm(|helm| {
        let tenant = Tenant::new();
        tenant.seed(TEXT);
        tenant.write("app/values.schema.json", schema(&tenant));
        tenant.refused(helm, &["values.schema.json"]);
    });
}

#[test]
fn a_file_address() {
    refused(|tenant| format!(r#"{{"$ref": "file://{}"}}"#, tenant.seed_file().display()));
}

#[test]
fn an_absolute_path() {
    refused(|tenant| format!(r#"{{"$ref": "{}"}}"#, tenant.seed_file().display()));
}

#[test]
fn a_relative_path() {
    refused(|tenant| {
        let path = tenant.seed_file().display().to_string();
        format!(
            r#"{{"allOf": [{{"$ref": "{}#/a"}}]}}"#,
            path.trim_start_matches('/')
        )
    });
}

#[test]
fn an_escaped_address() {
    refused(|tenant| {
        format!(
            r#"{{"$ref": "\u0066ile://{}"}}"#,
            tenant.seed_file().display()
        )
    });
}

#[test]
fn a_schema_of_schemas() {
    refused(|tenant| {
        format!(
            r#"{{"$schema": "file://{}"}}"#,
            tenant.seed_file().display()
        )
    });
}

#[test]
fn a_base_that_is_a_folder() {
    refused(|tenant| {
        let path = tenant.seed_file();
        format!(
            r#"{{"$id": "file://{}/", "properties": {{"a": {{"$ref": "seed"}}}}}}"#,
            path.parent().unwrap().display()
        )
    });
}

#[test]
fn a_schema_that_two_parsers_could_read_in_two_ways() {
    refused(|_| "{\"$ref\": \"#\", // a comment\n}".to_owned());
}

#[test]
fn a_schema_of_a_subchart() {
    each_helm(|helm| {
        let tenant = Tenant::new();
        tenant.seed(TEXT);
        tenant.write(
            "app/charts/sub/Chart.yaml",
            "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
        );
        tenant.write(
            "app/charts/sub/values.schema.json",
            format!(r#"{{"$ref": "file://{}"}}"#, tenant.seed_file().display()),
        );
        tenant.refused(helm, &["charts/sub/values.schema.json"]);
    });
}

/// A schema from the network could refer to a file in its turn: it is not loaded.
#[test]
fn an_address() {
    each_helm(|helm| {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let tenant = Tenant::new();
        tenant.write(
            "app/values.schema.json",
            format!(
                r#"{{"$ref": "http://{}/x"}}"#,
                listener.local_addr().unwrap()
            ),
        );
        let outcome = tenant.harmless(helm);
        outcome.assert_says(&["warning: values.schema.json", "not checked"]);
        assert!(listener.accept().is_err(), "helm asked for the schema");
    });
}

/// A schema that refers to itself is checked.
#[test]
fn an_honest_schema() {
    each_helm(|helm| {
        let schema = r##"{"$schema": "http://json-schema.org/draft-07/schema#", "definitions": {"n": {"type": "integer"}}, "properties": {"a": {"$ref": "#/definitions/n"}}}"##;
        let tenant = Tenant::new().map("helm-parameters", "a", "text");
        tenant.write("app/values.schema.json", schema);
        tenant.refused(helm, &["schema"]);
        let tenant =
            Tenant::new()
                .variable("PIN_SEED_ID", SEED_ID)
                .map("helm-parameters", "a", "1");
        tenant.write("app/values.schema.json", schema);
        assert_eq!(tenant.harmless(helm).stderr, "");
    });
}
