//! What a `Chart.yaml` (and Helm 2's `requirements.yaml`) says: names and dependencies.
//!
//! Helm reads these files with a parser of its own, and Go finds a field by its name in any case, the last one if it
//! stands twice. The names decide which file a template means when it includes one by its path. So all names are kept
//! that helm can have taken from the files; where we cannot tell, the chart is refused.

use std::collections::HashSet;
use std::fmt;

use serde::de::{
    Deserialize, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor,
};

use granit_parser::{Event, ScalarStyle};

use crate::config::{self, ConfigError};
use crate::derive::looks_typed;
use crate::unseen::is_unseen;

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
    /// All that helm can take for the chart's name, the most likely last; none if there is none.
    pub(crate) names: Vec<String>,
    /// `dependencies`, those of a `requirements.yaml` if it has any.
    pub(crate) dependencies: Vec<Dependency>,
    /// Which names get which others in this chart: all pairs that helm can take from the files.
    pub(crate) aliases: Vec<(String, String)>,
}

/// Why a file is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MetadataError {
    /// It is no YAML.
    #[error("{0}")]
    Yaml(#[from] ConfigError),
    /// A tag, or a name without quotes that is something else than a text to some.
    #[error("has a tag, or a name that programs read in two ways")]
    Unclear,
    /// A name with a character that helm takes out, or that nobody sees.
    #[error("has a name with a control character or one that nobody sees, {0:?}")]
    Unseen(String),
}

impl Metadata {
    /// Reads a `Chart.yaml`, and a `requirements.yaml`, which helm reads as if it stood behind the former.
    ///
    /// # Errors
    /// Which of the two is refused (0 or 1), and why.
    pub(crate) fn read(
        chart_yaml: Option<&[u8]>,
        requirements: Option<&[u8]>,
    ) -> Result<Self, (usize, MetadataError)> {
        let mut metadata = Metadata::default();
        let mut files_with_dependencies = 0;
        for (index, bytes) in [chart_yaml, requirements].into_iter().enumerate() {
            let Some(bytes) = bytes else { continue };
            let more = read_file(bytes).map_err(|error| (index, error))?;
            metadata.names.extend(more.names);
            metadata.aliases.extend(more.aliases);
            if !more.dependencies.is_empty() {
                metadata.dependencies = more.dependencies;
                files_with_dependencies += 1;
            }
        }
        if files_with_dependencies > 1 {
            // Go reads the second list into the entries of the first: what the second does not say stays.
            let pairs = std::mem::take(&mut metadata.aliases);
            for (name, _) in &pairs {
                let aliases = pairs.iter().map(|(_, alias)| (name.clone(), alias.clone()));
                metadata.aliases.extend(aliases);
            }
        }
        metadata.aliases.retain(|(_, alias)| !alias.is_empty());
        metadata.aliases.sort();
        metadata.aliases.dedup();
        Ok(metadata)
    }
}

/// What one file says. An entry without an alias has an empty one.
fn read_file(bytes: &[u8]) -> Result<Metadata, MetadataError> {
    let Some(root) = config::first::<Node>(bytes)? else {
        return Ok(Metadata::default());
    };
    let plain = Plain::of(bytes)?;
    let mut metadata = Metadata {
        names: root.names("name", &plain)?,
        ..Metadata::default()
    };
    for list in root.fields("dependencies") {
        let items = match list {
            Node::List(items) => items.as_slice(),
            Node::Empty => &[],
            // Helm refuses it.
            Node::Text { .. } | Node::Map(_) => continue,
            Node::Tagged => return Err(MetadataError::Unclear),
        };
        for item in items {
            let (names, mut aliases) = (item.names("name", &plain)?, item.names("alias", &plain)?);
            let last = |key| match item.fields(key).pop() {
                Some(Node::Text { text, .. }) => text.clone(),
                _ => String::new(),
            };
            metadata.dependencies.push(Dependency {
                name: names.last().cloned().unwrap_or_default(),
                alias: aliases.last().filter(|alias| !alias.is_empty()).cloned(),
                version: last("version"),
                repository: last("repository"),
            });
            aliases.push(String::new());
            for name in names {
                let pairs = aliases.iter().map(|alias| (name.clone(), alias.clone()));
                metadata.aliases.extend(pairs);
            }
        }
    }
    Ok(metadata)
}

/// The texts that stand without quotes in a file; none where it is not read to its end, so that any may.
struct Plain(Option<HashSet<String>>);

impl Plain {
    /// # Errors
    /// A value has a type by its tag (`!!binary`), which parsers take in different ways. Where a file is not read to its
    /// end, all that looks like a tag counts as one.
    fn of(bytes: &[u8]) -> Result<Plain, MetadataError> {
        let text = String::from_utf8_lossy(bytes);
        let mut plain = HashSet::new();
        for event in config::events(&text) {
            match event {
                Ok((event, _)) if event.tag().is_some() => return Err(MetadataError::Unclear),
                Ok((Event::Scalar(text, ScalarStyle::Plain, ..), _)) => {
                    plain.insert(text.into_owned());
                }
                Ok(_) => {}
                Err(_) if text.contains('!') => return Err(MetadataError::Unclear),
                Err(_) => return Ok(Plain(None)),
            }
        }
        Ok(Plain(Some(plain)))
    }

    fn may_hold(&self, text: &str) -> bool {
        self.0.as_ref().is_none_or(|texts| texts.contains(text))
    }
}

/// Whether Go's encoding/json takes `key` for the field `known`: case is ignored, also that of `ſ` and `K` (Kelvin).
pub(crate) fn folds_to(key: &str, known: &str) -> bool {
    let fold = |c: char| match c {
        '\u{17f}' => 's',
        '\u{212a}' => 'k',
        c => c.to_ascii_lowercase(),
    };
    key.chars().map(fold).eq(known.chars().map(fold))
}

/// A YAML value. A mapping keeps keys that stand twice.
#[derive(Debug)]
enum Node {
    Empty,
    Text {
        text: String,
        /// Whether all programs read this text, or do so where it stands in quotes.
        reads: Reads,
    },
    List(Vec<Node>),
    Map(Vec<(Node, Node)>),
    Tagged,
}

/// Who reads a text as the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reads {
    All,
    AllIfQuoted,
    Some,
}

impl Node {
    /// The values that Go can take for the field `known`, in their order, those of merge keys (`<<`) too.
    fn fields(&self, known: &str) -> Vec<&Node> {
        let entries = match self {
            Node::Map(entries) => entries,
            Node::List(items) => return items.iter().flat_map(|item| item.fields(known)).collect(),
            _ => return Vec::new(),
        };
        let mut found = Vec::new();
        for (key, value) in entries {
            let Node::Text { text, .. } = key else {
                continue;
            };
            if folds_to(text, known) {
                found.push(value);
            } else if text == "<<" {
                found.extend(value.fields(known));
            }
        }
        found
    }

    /// The texts among [`Node::fields`], of a file in which these stand without quotes.
    fn names(&self, known: &str, plain: &Plain) -> Result<Vec<String>, MetadataError> {
        let mut names = Vec::new();
        for field in self.fields(known) {
            let (text, reads) = match field {
                Node::Text { text, reads } => (text, *reads),
                Node::Tagged => return Err(MetadataError::Unclear),
                // Helm refuses it, or reads nothing.
                Node::Empty | Node::List(_) | Node::Map(_) => continue,
            };
            if reads == Reads::Some || (reads == Reads::AllIfQuoted && plain.may_hold(text)) {
                return Err(MetadataError::Unclear);
            }
            if text.chars().any(is_unseen) {
                return Err(MetadataError::Unseen(text.clone()));
            }
            names.push(text.clone());
        }
        Ok(names)
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl NodeVisitor {
    fn clear<E>(text: String) -> Result<Node, E> {
        Ok(Node::Text {
            text,
            reads: Reads::All,
        })
    }
}

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any YAML value")
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Empty)
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Empty)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Self::clear(value.to_string())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Self::clear(value.to_string())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Self::clear(value.to_string())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Text {
            text: value.to_string(),
            reads: Reads::Some,
        })
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        // `yes`, `010`, `1_000`: a text in YAML 1.2, and none in 1.1. Digits alone would have been a number.
        let is_digits = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
        Ok(Node::Text {
            text: text.to_owned(),
            reads: match is_digits || !looks_typed(text) {
                true => Reads::All,
                false => Reads::AllIfQuoted,
            },
        })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Node::Map(map))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Node, A::Error> {
        let (_, value) = tagged.variant::<String>()?;
        value.newtype_variant::<Node>()?;
        Ok(Node::Tagged)
    }
}

#[cfg(test)]
mod tests;
