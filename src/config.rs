//! YAML that people write: the one module that knows which YAML library reads it.

use std::collections::HashMap;

use granit_parser::{Parser, StrInput};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use thiserror::Error;

use crate::unseen;

mod keys;
mod scalar;

/// How deep brackets may stand in each other: more than any parser of this text takes, and few enough to be quick.
const MAX_DEPTH: usize = 1000;

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
    /// Brackets in brackets without end: the parser takes the square of their number.
    #[error("is nested more than {MAX_DEPTH} levels deep")]
    TooDeep,
    /// The text is YAML, but no mapping.
    #[error("must be a YAML mapping such as `replicas: 2`, not a {0}")]
    NotMapping(&'static str),
    /// More than one document, which the versions of helm read in two ways.
    #[error(
        "holds several YAML documents, of which helm 3 reads the first and helm 4 all: join them"
    )]
    Documents,
    /// Keys that helm makes one.
    #[error(
        "has two keys that helm reads as one, `{key}` (line {line}), and takes now the one, now the other: remove one of them"
    )]
    Keys {
        /// The key in JSON.
        key: String,
        /// The line of one of them, from 1.
        line: usize,
    },
    /// A key that stands twice, where each may stand once.
    #[error("has the key `{key}` twice (line {line}): remove one of the two")]
    Twice {
        /// The key, fit to print.
        key: String,
        /// The line of the second one, from 1.
        line: usize,
    },
    /// What helm reads and we do not.
    #[error(
        "is YAML to helm and not to the plugin, which cannot tell whether each key is read in one way: write otherwise what stands at line {line}, column {column}, for example with a space before `#`"
    )]
    Unread {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
}

fn at(line: usize, column: usize) -> String {
    if line == 0 {
        return String::new();
    }
    format!(" (line {line}, column {column})")
}

/// Checks that helm will take `text` as a values file: a mapping, or nothing at all. Of a key that stands twice each helm
/// takes the last.
///
/// # Errors
/// The text is no YAML, something else than a mapping, or several. The messages show no part of it.
pub fn check_values(text: &str) -> Result<(), ConfigError> {
    match first::<Value>(text.as_bytes()) {
        Ok(None | Some(Value::Mapping(_) | Value::Null)) => {}
        Ok(Some(Value::Sequence(_))) => return Err(ConfigError::NotMapping("list")),
        Ok(Some(Value::Tagged(_))) => return Err(ConfigError::NotMapping("tagged value")),
        Ok(Some(_)) => return Err(ConfigError::NotMapping("single value")),
        // The parser refuses a key that stands twice, unless nobody asks for what stands there.
        Err(error) => match first::<HashMap<Value, IgnoredAny>>(text.as_bytes()) {
            Ok(_) => {}
            Err(_) => return Err(error),
        },
    }
    match serde_yaml::Deserializer::from_str(text).nth(1) {
        Some(_) => Err(ConfigError::Documents),
        None => check_keys(text.as_bytes())?.map_or(Ok(()), Err),
    }
}

/// Checks that helm reads a YAML text as the same at each render. Yields what is to be said where helm reads it at all, and
/// we do not.
///
/// # Errors
/// Of two keys it would take now the one, now the other.
pub(crate) fn check_keys(bytes: &[u8]) -> Result<Option<ConfigError>, ConfigError> {
    check_depth(bytes)?;
    let found = keys::look(bytes);
    if let Some(keys::Key { key, line }) = found.clash {
        return Err(ConfigError::Keys { key, line });
    }
    let unread = found.unread;
    Ok(unread.map(|(line, column)| ConfigError::Unread { line, column }))
}

/// What is wrong with a text that could not be read, if it is a key that stands twice: the reader does not say where.
pub(crate) fn twice(bytes: &[u8]) -> Option<ConfigError> {
    check_depth(bytes).ok()?;
    let keys::Key { key, line } = keys::look(bytes).twice?;
    let key = unseen::beginning(&key, 80);
    Some(ConfigError::Twice { key, line })
}

/// The events of a YAML text, as helm's reader has them.
pub(crate) fn events(text: &str) -> Parser<'_, StrInput<'_>> {
    let options = granit_parser::options! {
        block_scalar_eof_without_line_feed: true,
        bom_inside_document_as_content: true,
        emit_comments: false,
    };
    Parser::new_from_str_with_options(text, options)
}

/// Refuses a text with more brackets in each other than a parser would take. It does not know quotes and comments, but
/// neither holds a thousand brackets that are never closed.
fn check_depth(bytes: &[u8]) -> Result<(), ConfigError> {
    let mut depth = 0_usize;
    for byte in bytes {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return Err(ConfigError::TooDeep);
        }
    }
    Ok(())
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
    check_depth(bytes).ok()?;
    serde_yaml::from_slice(bytes).ok()
}

/// Reads the first document of a YAML text, as Go's parsers do; nothing if there is none.
///
/// # Errors
/// It is no YAML, or does not fit. The message shows no part of it.
pub(crate) fn first<T: DeserializeOwned>(bytes: &[u8]) -> Result<Option<T>, ConfigError> {
    check_depth(bytes)?;
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
            "a: 1\na: 2\n",
            "a: &a {b: 1}\nc: {<<: *a, b: 2}\n",
            "1: {b: 1, b: 2}\n",
        ] {
            assert_eq!(check_values(text), Ok(()), "for {text:?}");
        }
    }

    #[test]
    fn brackets_without_end_are_not_parsed() {
        for brackets in ["[", "{", "{a: ["] {
            let text = format!("a: {}", brackets.repeat(1 << 20));
            assert_eq!(check_values(&text), Err(ConfigError::TooDeep));
            assert_eq!(first::<Value>(text.as_bytes()), Err(ConfigError::TooDeep));
            assert_eq!(read::<Value>(text.as_bytes()), None);
        }
        let wide = format!("a: [{}]", "[b], {c: d}, ".repeat(2000));
        assert_eq!(check_values(&wide), Ok(()));
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
            (
                "a: hush\n---\na: [\n",
                "holds several YAML documents, of which helm 3 reads the first and helm 4 all: join them",
            ),
        ] {
            assert_eq!(
                check_values(text).unwrap_err().to_string(),
                wanted,
                "for {text:?}"
            );
        }
        assert_eq!(
            check_values("a: hush\n1: hush\n'1': b\n")
                .unwrap_err()
                .to_string(),
            "has two keys that helm reads as one, `1` (line 3), and takes now the one, now the other: remove one of them"
        );
        assert_eq!(
            check_values("a: 'hush'#x\n").unwrap_err().to_string(),
            "is YAML to helm and not to the plugin, which cannot tell whether each key is read in one way: write otherwise what stands at line 1, column 10, for example with a space before `#`"
        );
        for text in ["a: 1\nb: [hush", "a: hush: b", "a: *hush", "\ta: hush"] {
            let message = check_values(text).unwrap_err().to_string();
            assert!(
                message.starts_with("is not valid YAML"),
                "for {text:?}: {message}"
            );
            assert!(!message.contains("hush"), "for {text:?}: {message}");
        }
    }
}
