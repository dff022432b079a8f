//! What a `Chart.yaml` (and Helm 2's `requirements.yaml`) says: name, type and dependencies.
//!
//! Reading is lenient: a file that helm refuses is left for helm to complain about.

use serde::Deserialize;

use crate::config::{self, Value};

/// One entry of a chart's `dependencies`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dependency {
    /// The name of the chart that is meant.
    pub name: String,
    /// The name that it gets in this chart, if another.
    pub alias: Option<String>,
    /// The range of versions, as written.
    pub version: String,
    /// Where the chart comes from: `https://…`, `oci://…`, `file://../x`, or empty.
    pub repository: String,
}

/// What of a `Chart.yaml` the copy of a chart needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Metadata {
    /// `name`; empty if there is none.
    pub(crate) name: String,
    /// `type: library`: helm reads its named templates and renders nothing of it.
    pub(crate) is_library: bool,
    /// `dependencies`; `None` if the file cannot be read, so that nothing is known.
    pub(crate) dependencies: Option<Vec<Dependency>>,
}

#[derive(Deserialize)]
struct Fields {
    name: Option<Value>,
    #[serde(rename = "type")]
    kind: Option<Value>,
    dependencies: Option<Vec<Option<DependencyFields>>>,
}

#[derive(Deserialize)]
struct DependencyFields {
    name: Option<Value>,
    alias: Option<Value>,
    version: Option<Value>,
    repository: Option<Value>,
}

impl Metadata {
    /// Reads a `Chart.yaml`, and a `requirements.yaml` whose `dependencies` replace those of the former.
    pub(crate) fn read(chart_yaml: Option<&[u8]>, requirements: Option<&[u8]>) -> Self {
        let mut metadata = match chart_yaml {
            Some(bytes) => from_chart_yaml(bytes),
            None => Metadata {
                dependencies: Some(Vec::new()),
                ..Metadata::default()
            },
        };
        if let Some(bytes) = requirements {
            match config::read::<Fields>(bytes) {
                Some(fields) => {
                    if let Some(list) = fields.dependencies {
                        metadata.dependencies = Some(dependencies(list));
                    }
                }
                None => metadata.dependencies = None,
            }
        }
        metadata
    }
}

fn from_chart_yaml(bytes: &[u8]) -> Metadata {
    match config::read::<Fields>(bytes) {
        Some(fields) => Metadata {
            name: text(fields.name).unwrap_or_default(),
            is_library: text(fields.kind).is_some_and(|kind| kind == "library"),
            dependencies: Some(dependencies(fields.dependencies.unwrap_or_default())),
        },
        // helm takes YAML that a strict parser does not (a key that stands twice).
        None => Metadata {
            name: top_level(bytes, "name").unwrap_or_default(),
            is_library: top_level(bytes, "type").is_some_and(|kind| kind == "library"),
            dependencies: None,
        },
    }
}

fn dependencies(list: Vec<Option<DependencyFields>>) -> Vec<Dependency> {
    list.into_iter()
        .flatten()
        .map(|fields| Dependency {
            name: text(fields.name).unwrap_or_default(),
            alias: text(fields.alias).filter(|alias| !alias.is_empty()),
            version: text(fields.version).unwrap_or_default(),
            repository: text(fields.repository).unwrap_or_default(),
        })
        .collect()
}

/// A scalar as text; helm reads a number or a boolean so where it wants a string.
fn text(value: Option<Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// The scalar of a top-level `key: value` line, for a text that does not parse.
fn top_level(bytes: &[u8], key: &str) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    text.lines().find_map(|line| {
        let value = line.strip_prefix(key)?.strip_prefix(':')?;
        let value = value.split(" #").next().unwrap_or(value).trim();
        Some(value.trim_matches(['"', '\'']).to_owned())
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn reads_name_type_and_dependencies() {
        let text = b"apiVersion: v2\nname: app\nversion: 1.0.0\ntype: library\ndependencies:\n\
            - name: redis\n  version: 1.x\n  alias: cache\n  repository: file://../redis\n- name: redis\n  version: 2\n";
        let metadata = Metadata::read(Some(text), None);
        assert_eq!(metadata.name, "app");
        assert!(metadata.is_library);
        let list = metadata.dependencies.unwrap();
        assert_eq!(list.len(), 2);
        assert_eq!(list[0].alias.as_deref(), Some("cache"));
        assert_eq!(list[0].repository, "file://../redis");
        assert_eq!(list[1].version, "2");
        assert_eq!(list[1].alias, None);
    }

    #[test]
    fn requirements_replace_the_dependencies() {
        let chart = b"name: app\ndependencies: [{name: a}]\n";
        let metadata = Metadata::read(Some(chart), Some(b"dependencies: [{name: b}, {name: b}]\n"));
        let names: Vec<_> = metadata.dependencies.unwrap();
        assert_eq!(names.len(), 2);
        assert_eq!(names[0].name, "b");
        let metadata = Metadata::read(Some(chart), Some(b"{}\n"));
        assert_eq!(metadata.dependencies.unwrap()[0].name, "a");
    }

    #[test]
    fn an_unreadable_file_keeps_its_name_and_knows_no_dependencies() {
        let metadata = Metadata::read(Some(b"name: \"app\" # x\nname: app\ntype: library\n"), None);
        assert_eq!(metadata.name, "app");
        assert!(metadata.is_library);
        assert_eq!(metadata.dependencies, None);
        let metadata = Metadata::read(Some(b"name: app\n"), Some(b"- ]"));
        assert_eq!(metadata.dependencies, None);
    }

    #[test]
    fn a_null_list_is_an_empty_one() {
        let metadata = Metadata::read(Some(b"name: 12\ndependencies:\n"), None);
        assert_eq!(metadata.name, "12");
        assert_eq!(metadata.dependencies, Some(Vec::new()));
    }
}
