//! YAML that people write: the one module that knows which YAML library reads it.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

/// Why a text is not usable as values.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
pub enum ConfigError {
    /// The text is no YAML.
    #[error("is not valid YAML{}", at(*.line, *.column))]
    Syntax {
        /// The line, from 1; 0 if it is not known.
        line: usize,
        /// The column, from 1; 0 if it is not known.
        column: usize,
    },
    /// The text is YAML, but no mapping.
    #[error("must be a YAML mapping such as `replicas: 2`, not a {0}")]
    NotMapping(&'static str),
}

fn at(line: usize, column: usize) -> String {
    if line == 0 {
        return String::new();
    }
    format!(" (line {line}, column {column})")
}

/// Checks that helm will take `text` as a values file: a mapping, or nothing at all.
///
/// # Errors
/// The text is no YAML, or is something else than a mapping. The messages show no part of it.
pub fn check_values(text: &str) -> Result<(), ConfigError> {
    let value: serde_yaml::Value = serde_yaml::from_str(text).map_err(syntax)?;
    match value {
        serde_yaml::Value::Mapping(_) | serde_yaml::Value::Null => Ok(()),
        serde_yaml::Value::Sequence(_) => Err(ConfigError::NotMapping("list")),
        serde_yaml::Value::Tagged(_) => Err(ConfigError::NotMapping("tagged value")),
        _ => Err(ConfigError::NotMapping("single value")),
    }
}

fn syntax(error: serde_yaml::Error) -> ConfigError {
    let (line, column) = error
        .location()
        .map_or((0, 0), |place| (place.line(), place.column()));
    ConfigError::Syntax { line, column }
}

/// Any YAML value, for fields that are read leniently.
pub(crate) use serde_yaml::Value;

/// Reads YAML into a type of the caller's. Nothing if it is no YAML or does not fit.
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    serde_yaml::from_slice(bytes).ok()
}

/// Reads the first document of a YAML text, as Go's parsers do; nothing if there is none.
///
/// # Errors
/// It is no YAML, or does not fit. The message shows no part of it.
pub(crate) fn first<T: DeserializeOwned>(bytes: &[u8]) -> Result<Option<T>, ConfigError> {
    match serde_yaml::Deserializer::from_slice(bytes).next() {
        Some(document) => T::deserialize(document).map(Some).map_err(syntax),
        None => Ok(None),
    }
}

/// Reads all documents of a text, as kubectl prints them. Nothing if one of them is no YAML.
pub(crate) fn documents(text: &str) -> Option<Vec<Value>> {
    serde_yaml::Deserializer::from_str(text)
        .map(|document| Value::deserialize(document).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn mappings_and_nothing_are_values() {
        for text in [
            "a: 1",
            "{}",
            "",
            "# none\n",
            "---\na: &x {b: 1}\nc: *x\n",
            "a: '{{ b }}'",
            "a: [1, 2]\n",
        ] {
            assert_eq!(check_values(text), Ok(()), "for {text:?}");
        }
    }

    #[test]
    fn other_yaml_is_named_and_not_shown() {
        for (text, wanted) in [
            (
                "- a",
                "must be a YAML mapping such as `replicas: 2`, not a list",
            ),
            (
                "hush",
                "must be a YAML mapping such as `replicas: 2`, not a single value",
            ),
            (
                "!x {a: 1}",
                "must be a YAML mapping such as `replicas: 2`, not a tagged value",
            ),
        ] {
            assert_eq!(
                check_values(text).unwrap_err().to_string(),
                wanted,
                "for {text:?}"
            );
        }
        for text in [
            "a: 1\nb: [hush",
            "a: hush: b",
            "hush: 1\nhush: 2",
            "a: *hush",
            "\ta: hush",
        ] {
            let message = check_values(text).unwrap_err().to_string();
            assert!(
                message.starts_with("is not valid YAML"),
                "for {text:?}: {message}"
            );
            assert!(!message.contains("hush"), "for {text:?}: {message}");
        }
    }
}
