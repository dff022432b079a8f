//! The identity of the place where a value stands.
//!
//! It has to survive what charts do between two versions: documents and fields move, a Secret turns
//! from `data` to `stringData`, a label joins. So it is made of names alone: API group, kind, name,
//! field path with list items by merge key, and, for a value inside a larger text, the word that
//! introduces it there (`password` in `"password": "…"`). Never an index or an offset.

use std::collections::HashMap;

use crate::manifest::{Document, Leaf, Path, Role, Step};
use crate::report;

/// How much a place says about its value: the smallest names the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Rank {
    /// All of a Secret's value.
    SecretValue,
    /// A part of a Secret's value.
    SecretPart,
    /// The value of a container's environment variable.
    Environment,
    /// Any other value.
    Other,
    /// A key, or the name of a document.
    Name,
    /// Only as argument of a password hash or a ciphertext.
    Hidden,
}

/// Where a value stands, by names alone.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct PlaceId {
    /// What kind of place it is.
    pub(super) rank: Rank,
    /// Length of the document's name: the shorter one comes first.
    name_length: usize,
    /// API group, kind, foreign namespace, name, ordinal, path, word.
    parts: Vec<String>,
}

impl PlaceId {
    /// The parts that a value is derived from, with its ordinal among equal places of one text.
    pub(super) fn parts(&self, ordinal: usize) -> Vec<String> {
        let mut parts = self.parts.clone();
        parts.push(ordinal.to_string());
        parts
    }
}

/// What a document is called, with generated parts as `*`.
#[derive(Debug, Clone)]
pub(super) struct Named {
    group: String,
    kind: String,
    /// As the document says it.
    namespace: Option<String>,
    /// Empty where it is the release's own.
    foreign_namespace: String,
    name: String,
    /// Among documents of the same name.
    ordinal: usize,
}

/// Names all documents; `generated` are the texts that stand for `*`.
pub(super) fn name_documents(
    documents: &[Document],
    release_namespace: &str,
    generated: &[String],
) -> Vec<Named> {
    let mut seen: HashMap<(String, String, String, String), usize> = HashMap::new();
    documents
        .iter()
        .map(|document| {
            let identity = &document.identity;
            let foreign_namespace = match identity.namespace.as_deref() {
                Some(namespace) if namespace != release_namespace => namespace.to_owned(),
                _ => String::new(),
            };
            let mut named = Named {
                group: identity.group.clone(),
                kind: identity.kind.clone(),
                namespace: identity.namespace.clone(),
                foreign_namespace,
                name: wildcard(&identity.name, generated),
                ordinal: 0,
            };
            let key = (
                named.group.clone(),
                named.kind.clone(),
                named.foreign_namespace.clone(),
                named.name.clone(),
            );
            let ordinal = seen.entry(key).or_default();
            named.ordinal = *ordinal;
            *ordinal += 1;
            named
        })
        .collect()
}

/// The place of a value in `leaf` of the document called `named`.
///
/// `whole`: the value is all that the scalar says. `word`: what introduces it otherwise.
/// `hidden`: it stands in the arguments of a hash.
pub(super) fn place(
    named: &Named,
    leaf: &Leaf,
    whole: bool,
    word: &str,
    hidden: bool,
    generated: &[String],
) -> PlaceId {
    let path: Vec<String> = leaf
        .path
        .steps()
        .iter()
        .enumerate()
        .map(|(depth, step)| match step {
            // One place: a chart may turn from one to the other.
            Step::Key(key) if depth == 0 && &**key == "stringData" && named.kind == "Secret" => {
                "data".to_owned()
            }
            Step::Key(key) => wildcard(key, generated),
            Step::Item { merge_key, value } => {
                format!("[{merge_key}={}]", wildcard(value, generated))
            }
            Step::Index(index) => format!("[{index}]"),
        })
        .collect();
    let in_secret_data = named.kind == "Secret" && path.first().is_some_and(|key| key == "data");
    let is_name = leaf.role == Role::Key || is_metadata_name(&leaf.path);
    let is_env = matches!(
        leaf.path.steps(),
        [.., Step::Key(env), Step::Item { .. }, Step::Key(value)] if &**env == "env" && &**value == "value"
    );
    let rank = match () {
        () if hidden => Rank::Hidden,
        () if is_name => Rank::Name,
        () if in_secret_data && whole => Rank::SecretValue,
        () if in_secret_data => Rank::SecretPart,
        () if is_env => Rank::Environment,
        () => Rank::Other,
    };
    let mut parts = vec![
        named.group.clone(),
        named.kind.clone(),
        named.foreign_namespace.clone(),
        named.name.clone(),
        named.ordinal.to_string(),
    ];
    parts.push(path.len().to_string());
    parts.extend(path);
    parts.push(
        if leaf.role == Role::Key {
            "key"
        } else {
            "value"
        }
        .to_owned(),
    );
    parts.push(if whole {
        String::new()
    } else {
        wildcard(word, generated)
    });
    PlaceId {
        rank,
        name_length: named.name.len(),
        parts,
    }
}

/// The same for people.
pub(super) fn describe(named: &Named, path: &Path, generated: &[String]) -> report::Place {
    report::Place {
        kind: named.kind.clone(),
        namespace: named.namespace.clone(),
        name: named.name.clone(),
        path: wildcard(&path.to_string(), generated),
    }
}

/// Whether the path is `metadata.name`.
pub(super) fn is_metadata_name(path: &Path) -> bool {
    path.is_keys(&["metadata", "name"])
}

/// Whether the path leads into a Secret's or ConfigMap's `data` or `stringData`.
pub(super) fn is_data(path: &Path) -> bool {
    path.starts_with_keys(&["data"]) || path.starts_with_keys(&["stringData"])
}

/// Whether the path leads through annotations or labels: nothing reads a secret from there, but
/// charts put digests there.
pub(super) fn is_annotation(path: &Path) -> bool {
    path.steps().windows(2).any(|pair| {
        matches!(pair, [Step::Key(a), Step::Key(b)]
            if &**a == "metadata" && matches!(&**b, "annotations" | "labels"))
            || matches!(pair, [Step::Key(a), _]
                if matches!(&**a, "podAnnotations" | "podLabels" | "matchLabels"))
    })
}

/// Replaces each generated text by `*`.
pub(super) fn wildcard(text: &str, generated: &[String]) -> String {
    let mut text = text.to_owned();
    for value in generated {
        if text.contains(value.as_str()) {
            text = text.replace(value.as_str(), "*");
        }
    }
    text
}

/// The word that introduces the value at `at`: the identifier nearest to the left, on its line.
///
/// `"password": "…"`, `password = …`, `--password=…` and `<password>…` all give `password`.
pub(super) fn word_before(text: &str, at: usize) -> &str {
    let Some(before) = text.get(..at) else {
        return "";
    };
    let line = before.rsplit(['\n', '\r']).next().unwrap_or(before);
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let line = line.trim_end_matches(|c| !is_word(c));
    let start = line.rfind(|c| !is_word(c)).map_or(0, |at| {
        at + line[at..].chars().next().map_or(1, char::len_utf8)
    });
    line[start..].trim_matches(['-', '.', '_'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_is_the_key() {
        for text in [
            "password: X",
            "a: 1\npassword = X",
            "{\"user\":\"me\",\"password\":\"X",
            "--password=X",
            "<password>X",
            "é password→X",
        ] {
            assert_eq!(word_before(text, text.find('X').unwrap_or(0)), "password");
        }
        assert_eq!(word_before("\nX", 1), "");
        assert_eq!(word_before("redis://:X", 9), "redis");
    }
}
