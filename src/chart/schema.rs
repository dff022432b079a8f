//! References in `values.schema.json`.
//!
//! Helm's validators load what a `$ref` names: a file of this machine, or an address. An error then shows how the file
//! begins, and a schema from the network can refer to files in its turn. So a tenant's schema may refer to itself only.

use serde_json::Value;

use super::error::ChartError;
use super::tree::ChartTree;

/// Helm's name for a chart's schema.
const FILE_NAME: &str = "values.schema.json";

/// The keys whose text is loaded if it is no fragment, in any draft.
const REFERENCES: [&str; 4] = ["$ref", "$dynamicRef", "$recursiveRef", "$schema"];

/// The keys that say where a schema is thought to be.
const IDS: [&str; 2] = ["$id", "id"];

/// The drafts, behind `http://json-schema.org/` or `https://…`: the validators know these by heart, and no others.
const DRAFTS: [&str; 6] = [
    "schema",
    "draft-04/schema",
    "draft-06/schema",
    "draft-07/schema",
    "draft/2019-09/schema",
    "draft/2020-12/schema",
];

/// Empties each schema of `tree` that refers to the network, so that its values are not checked, and returns the
/// paths of those. The others are written anew, as they were read: helm's validators have JSON parsers of their own.
///
/// # Errors
/// A schema refers to a file, or is no JSON.
pub(crate) fn confine(tree: &mut ChartTree) -> Result<Vec<String>, ChartError> {
    let mut remote = Vec::new();
    let mut refused = None;
    tree.visit_mut(&mut |chart| {
        for index in 0..chart.files.len() {
            if chart.files[index].path != FILE_NAME {
                continue;
            }
            let path = chart.path_from_root(&chart.files[index]);
            match judge(chart.files[index].bytes()) {
                Ok((Reference::Own, schema)) => {
                    chart.files[index].replace(schema.to_string());
                }
                Ok((Reference::Remote, _)) => {
                    chart.files[index].replace(*b"{}");
                    remote.push(path);
                }
                Ok((Reference::File(reference), _)) => {
                    refused = Some(ChartError::SchemaReference { path, reference });
                }
                Err(_) => refused = Some(ChartError::SchemaJson { path }),
            }
        }
    });
    match refused {
        Some(error) => Err(error),
        None => Ok(remote),
    }
}

/// What a schema refers to; the worst of it.
#[derive(Debug, PartialEq, Eq)]
enum Reference {
    /// Itself only.
    Own,
    /// An address.
    Remote,
    /// A file, by this text.
    File(String),
}

/// What a schema refers to, and the schema.
fn judge(bytes: &[u8]) -> serde_json::Result<(Reference, Value)> {
    let schema: Value = serde_json::from_slice(bytes)?;
    let reference = reference(&schema);
    Ok((reference, schema))
}

fn reference(schema: &Value) -> Reference {
    let mut worst = Reference::Own;
    let mut open = vec![schema];
    while let Some(value) = open.pop() {
        match value {
            Value::Array(items) => open.extend(items),
            Value::Object(fields) => {
                for (key, value) in fields {
                    open.push(value);
                    let Value::String(text) = value else { continue };
                    match look(key, text) {
                        Reference::Own => {}
                        Reference::Remote => worst = Reference::Remote,
                        file @ Reference::File(_) => return file,
                    }
                }
            }
            _ => {}
        }
    }
    worst
}

fn look(key: &str, text: &str) -> Reference {
    let trimmed = text.trim_start_matches(|c: char| c.is_whitespace() || c.is_control());
    let scheme = trimmed
        .split_once(':')
        .map(|(scheme, _)| scheme.to_ascii_lowercase())
        .filter(|scheme| !scheme.contains(['/', '#', '?']));
    if REFERENCES.contains(&key) {
        if trimmed.is_empty() || trimmed.starts_with('#') {
            return Reference::Own;
        }
        return match scheme.as_deref() {
            Some("http" | "https") if key == "$schema" && is_draft(trimmed) => Reference::Own,
            Some("http" | "https") => Reference::Remote,
            // A name of another scheme is looked for in the schema itself, and a relative one on this machine.
            Some("urn" | "tag") => Reference::Own,
            _ => Reference::File(text.to_owned()),
        };
    }
    match scheme.as_deref() {
        Some("file") if IDS.contains(&key) => Reference::File(text.to_owned()),
        _ => Reference::Own,
    }
}

fn is_draft(text: &str) -> bool {
    let name = ["http://", "https://"]
        .iter()
        .find_map(|scheme| text.strip_prefix(scheme)?.strip_prefix("json-schema.org/"));
    let name = name.map(|name| name.strip_suffix('#').unwrap_or(name));
    name.is_some_and(|name| DRAFTS.contains(&name))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_schema_may_refer_to_itself() {
        for text in [
            "{}",
            r##"{"$schema": "http://json-schema.org/draft-07/schema#", "$id": "https://x/y.json"}"##,
            r##"{"$schema": "https://json-schema.org/draft/2020-12/schema", "id": "#root"}"##,
            r##"{"$schema": "http://json-schema.org/schema#"}"##,
            r##"{"$id": "values.schema.json", "properties": {"a": {"$ref": "#/$defs/a"}}}"##,
            r#"{"properties": {"$ref": {"type": "string"}, "id": {"default": "file:x"}}}"#,
            r#"{"$ref": "urn:example:a", "description": "file:///etc"}"#,
        ] {
            assert_eq!(judge(text.as_bytes()).unwrap().0, Reference::Own, "{text}");
        }
    }

    #[test]
    fn files_are_refused_however_they_are_written() {
        for text in [
            r#"{"$ref": "file:///etc/passwd"}"#,
            r#"{"$ref": "FILE:///etc/passwd"}"#,
            r#"{"$ref": " file:///etc/passwd"}"#,
            r#"{"$ref": "\u0066ile:///etc/passwd"}"#,
            r#"{"$ref": "/etc/passwd"}"#,
            r#"{"$ref": "//host/etc/passwd"}"#,
            r#"{"$ref": "etc/passwd#/a"}"#,
            r#"{"$ref": "a/b:c"}"#,
            r#"{"allOf": [{"not": {"$dynamicRef": "../x"}}]}"#,
            r#"{"$schema": "file:///etc/passwd"}"#,
            r##"{"$id": "file:///etc/", "$ref": "#"}"##,
            r#"{"$ref": "https://x/y", "a": {"$ref": "x"}}"#,
        ] {
            let judged = judge(text.as_bytes()).unwrap().0;
            assert!(matches!(judged, Reference::File(_)), "{text}: {judged:?}");
        }
    }

    #[test]
    fn addresses_and_what_is_no_json() {
        for text in [
            r#"{"a": {"$ref": "https://example.com/x.json#/a"}}"#,
            r#"{"$schema": "https://example.com/meta"}"#,
            r#"{"$schema": "http://json-schema.org/../etc"}"#,
            r#"{"$schema": "https://json-schema.org/draft-07/schema#/x"}"#,
        ] {
            assert_eq!(
                judge(text.as_bytes()).unwrap().0,
                Reference::Remote,
                "{text}"
            );
        }
        assert!(judge(b"{").is_err());
        assert!(judge(b"{\"a\": \"\xff\"}").is_err());
        assert!(judge(b"{} {\"$ref\": \"/etc/passwd\"}").is_err());
    }
}
