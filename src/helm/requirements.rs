//! What `helm dependency build` gets to read of a tenant's chart: its dependencies as we understood them, and no more.
//!
//! Helm reads a path from `Chart.yaml`, `Chart.lock` and their forerunners `requirements.yaml` and `requirements.lock`,
//! and packs whatever chart stands there, links followed. Its YAML parser knows more than ours (keys of any case, tags,
//! keys that stand twice), so that it is not enough to look at the files. They are written anew as JSON, which leaves
//! nothing to interpretation, and put back when helm is done.

use serde_json::{Map, Value as Json};

use crate::chart::metadata::{Dependency, folds_to};
use crate::chart::model::Chart;
use crate::config::{self, Value};

/// The files, and the keys that helm needs of each. The digest of a lock file is over the dependencies alone.
const FILES: [(&str, &[&str]); 4] = [
    (
        "Chart.yaml",
        &["apiVersion", "name", "version", "type", "dependencies"],
    ),
    ("requirements.yaml", &["dependencies"]),
    ("Chart.lock", &["generated", "digest", "dependencies"]),
    (
        "requirements.lock",
        &["generated", "digest", "dependencies"],
    ),
];

/// The keys of one dependency.
const DEPENDENCY: [&str; 8] = [
    "name",
    "version",
    "repository",
    "condition",
    "tags",
    "enabled",
    "import-values",
    "alias",
];

/// Why the files cannot be written anew.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RequirementsError {
    /// It is no YAML that can be read without doubt.
    #[error(
        "{file} of the chart is not plain YAML (a key that stands twice, a tag), so that its dependencies cannot be checked"
    )]
    Unclear {
        /// The file.
        file: &'static str,
    },
    /// A dependency whose name is a path.
    #[error("{file} of the chart names the dependency {name:?}, and a name is no path")]
    Name {
        /// The file.
        file: &'static str,
        /// The name.
        name: String,
    },
}

/// The files of one chart, written anew.
#[derive(Debug, Default)]
pub(super) struct Requirements {
    /// Each file's name, its text for helm, and the bytes that it had.
    pub(super) files: Vec<(&'static str, String, Vec<u8>)>,
    /// All dependencies that any of the files names.
    pub(super) dependencies: Vec<Dependency>,
}

/// Reads the files of `chart`.
pub(super) fn read(chart: &Chart) -> Result<Requirements, RequirementsError> {
    let mut requirements = Requirements::default();
    for (file, keys) in FILES {
        let Some(found) = chart.files.iter().rfind(|found| found.path == file) else {
            continue;
        };
        let unclear = || RequirementsError::Unclear { file };
        let value: Value = config::read(found.bytes()).ok_or_else(unclear)?;
        let mut json = fields(&value, keys).ok_or_else(unclear)?;
        if let Some(list) = json.get_mut("dependencies") {
            let items = match list {
                Json::Null => &[],
                Json::Array(items) => items.as_slice(),
                _ => return Err(unclear()),
            };
            for item in items {
                let dependency = dependency(item).ok_or_else(unclear)?;
                if dependency.name.contains(['/', '\\']) || dependency.name == ".." {
                    return Err(RequirementsError::Name {
                        file,
                        name: dependency.name,
                    });
                }
                requirements.dependencies.push(dependency);
            }
        }
        let text = Json::Object(json).to_string();
        requirements
            .files
            .push((file, text, found.bytes().to_vec()));
    }
    Ok(requirements)
}

/// The fields of a mapping by these keys, which Go matches in any case; none if two keys mean one field, or a value is
/// more than plain data.
fn fields(value: &Value, keys: &[&str]) -> Option<Map<String, Json>> {
    let Value::Mapping(mapping) = value else {
        return None;
    };
    let mut found = Map::new();
    for (key, value) in mapping {
        let key = key.as_str()?;
        let Some(known) = keys.iter().find(|known| folds_to(key, known)) else {
            continue;
        };
        let value = match *known {
            "dependencies" => match value {
                Value::Sequence(items) => Json::Array(
                    items
                        .iter()
                        .map(|item| fields(item, &DEPENDENCY).map(Json::Object))
                        .collect::<Option<_>>()?,
                ),
                Value::Null => Json::Null,
                _ => return None,
            },
            _ => plain(value)?,
        };
        if found.insert((*known).to_owned(), value).is_some() {
            return None;
        }
    }
    Some(found)
}

/// Plain data as JSON; none for a tag, a key that is no text, or a number that JSON does not have.
fn plain(value: &Value) -> Option<Json> {
    Some(match value {
        Value::Null => Json::Null,
        Value::Bool(flag) => Json::Bool(*flag),
        Value::String(text) => Json::String(text.clone()),
        Value::Number(number) => serde_json::to_value(number).ok().filter(Json::is_number)?,
        Value::Sequence(items) => Json::Array(items.iter().map(plain).collect::<Option<_>>()?),
        Value::Mapping(mapping) => Json::Object(
            mapping
                .iter()
                .map(|(key, value)| Some((key.as_str()?.to_owned(), plain(value)?)))
                .collect::<Option<_>>()?,
        ),
        Value::Tagged(_) => return None,
    })
}

fn dependency(item: &Json) -> Option<Dependency> {
    let text = |key: &str| match item.get(key) {
        None | Some(Json::Null) => Some(String::new()),
        Some(Json::String(text)) => Some(text.clone()),
        Some(Json::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    Some(Dependency {
        name: text("name")?,
        alias: text("alias").filter(|alias| !alias.is_empty()),
        version: text("version")?,
        repository: text("repository")?,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn json(yaml: &str) -> Option<String> {
        let value: Value = config::read(yaml.as_bytes())?;
        let keys = FILES[0].1;
        Some(Json::Object(fields(&value, keys)?).to_string())
    }

    #[test]
    fn only_what_helm_needs_is_left_and_says_the_same() {
        assert_eq!(
            json(
                "apiVersion: v2\nname: a\nversion: 1.0\nicon: x\ndependencies:\n- name: b\n  version: 1\n  repository: file://../b\n  import-values: [{child: x, parent: y}]\n  other: 1\n"
            )
            .unwrap(),
            r#"{"apiVersion":"v2","name":"a","version":1.0,"dependencies":[{"name":"b","version":1,"repository":"file://../b","import-values":[{"child":"x","parent":"y"}]}]}"#
        );
    }

    #[test]
    fn keys_are_found_in_any_case() {
        assert_eq!(
            json("Dependencies: [{NAME: b, Repoſitory: 'file:///x'}]").unwrap(),
            r#"{"dependencies":[{"name":"b","repository":"file:///x"}]}"#
        );
    }

    #[test]
    fn what_two_parsers_could_read_in_two_ways_is_refused() {
        for yaml in [
            "name: a\nname: b",
            "name: a\nName: b",
            "dependencies: [{name: b, repository: a, Repository: 'file:///x'}]",
            "dependencies: [!x {name: b}]",
            "dependencies: [text]",
            "dependencies: {a: b}",
            "1: a",
            "- a",
            "a: [",
        ] {
            assert_eq!(json(yaml), None, "{yaml}");
        }
    }

    /// Go would decode it. What helm gets is what was read here, in JSON, where there are no tags.
    #[test]
    fn a_tag_of_yamls_own_is_text() {
        assert_eq!(
            json("dependencies: [{name: b, repository: !!binary ZmlsZTovLy8=}]").unwrap(),
            r#"{"dependencies":[{"name":"b","repository":"ZmlsZTovLy8="}]}"#
        );
    }

    #[test]
    fn a_dependency_is_text_throughout() {
        assert!(dependency(&serde_json::json!({"name": ["a"]})).is_none());
        let read = dependency(&serde_json::json!({"name": "a", "version": 1})).unwrap();
        assert_eq!((read.name.as_str(), read.version.as_str()), ("a", "1"));
    }
}
