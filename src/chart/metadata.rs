//! What a `Chart.yaml` (and Helm 2's `requirements.yaml`) says: names and dependencies.
//!
//! Helm reads these files with a parser of its own, and Go finds a field by its name in any case, the last one if it
//! stands twice. The names decide which file a template means when it includes one by its path. So all names are kept
//! that helm can have taken from the files; where we cannot tell, the chart is refused.

use std::fmt;

use serde::de::{
    Deserialize, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor,
};

use granit_parser::Parser;

use crate::config::{self, ConfigError};
use crate::derive::looks_typed;

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
    if has_type(bytes) {
        return Err(MetadataError::Unclear);
    }
    let mut metadata = Metadata {
        names: root.names("name")?,
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
            let (names, mut aliases) = (item.names("name")?, item.names("alias")?);
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

/// Whether a text gives a value a type by its tag (`!!binary`), which parsers take in different ways. Where a text is not
/// read to its end, all that looks like a tag counts as one.
fn has_type(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    for event in Parser::new_from_str(&text) {
        match event {
            Ok((event, _)) if event.tag().is_some() => return true,
            Ok(_) => {}
            Err(_) => return text.contains('!'),
        }
    }
    false
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
        /// Whether all programs read this text.
        is_clear: bool,
    },
    List(Vec<Node>),
    Map(Vec<(Node, Node)>),
    Tagged,
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

    /// The texts among [`Node::fields`].
    fn names(&self, known: &str) -> Result<Vec<String>, MetadataError> {
        let mut names = Vec::new();
        for field in self.fields(known) {
            match field {
                Node::Text {
                    text,
                    is_clear: true,
                } => names.push(text.clone()),
                Node::Text { .. } | Node::Tagged => return Err(MetadataError::Unclear),
                // Helm refuses it, or reads nothing.
                Node::Empty | Node::List(_) | Node::Map(_) => {}
            }
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
            is_clear: true,
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
            is_clear: false,
        })
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        // `yes`, `010`, `1_000`: a text in YAML 1.2, and none in 1.1. Digits alone would have been a number.
        let is_digits = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
        Ok(Node::Text {
            text: text.to_owned(),
            is_clear: is_digits || !looks_typed(text),
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
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    fn read(chart: &str) -> Metadata {
        Metadata::read(Some(chart.as_bytes()), None).unwrap()
    }

    fn pairs(metadata: &Metadata) -> Vec<(&str, &str)> {
        let pairs = metadata.aliases.iter();
        pairs.map(|(a, b)| (a.as_str(), b.as_str())).collect()
    }

    #[test]
    fn reads_names_and_dependencies() {
        let metadata = read(
            "apiVersion: v2\nname: app\nversion: 1.0.0\ntype: library\ndependencies:\n\
            - name: redis\n  version: 1.x\n  alias: cache\n  repository: file://../redis\n- name: redis\n  version: 2\n",
        );
        assert_eq!(metadata.names, ["app"]);
        let list = &metadata.dependencies;
        assert_eq!(list.len(), 2);
        assert_eq!(list[0].alias.as_deref(), Some("cache"));
        assert_eq!(list[0].repository, "file://../redis");
        assert_eq!(list[1].version, "2");
        assert_eq!(list[1].alias, None);
        assert_eq!(pairs(&metadata), [("redis", "cache")]);
        for text in ["", "# nothing\n", "~", "- a\n", "text"] {
            let read = Metadata::read(Some(text.as_bytes()), None);
            assert_eq!(read, Ok(Metadata::default()), "{text:?}");
        }
        assert_eq!(read("name: 12\ndependencies:\n").names, ["12"]);
        assert_eq!(read("name: \"12\"\n---\nname: b\n").names, ["12"]);
    }

    /// Each of these was seen to be a name or an alias of a chart in helm's output.
    #[test]
    fn all_that_helm_can_take_for_a_name_is_kept() {
        for (text, names, aliases) in [
            ("name: a\nname: b", &["a", "b"][..], &[][..]),
            ("Name: a\nname: b", &["a", "b"], &[]),
            ("x: &x {name: a}\n<<: *x", &["a"], &[]),
            ("<<: [{name: a}, {name: b}]", &["a", "b"], &[]),
            (
                "dependencieſ: [{name: r, alias: b}]\ndependencies: [{name: r, alias: a, ALIAS: c}]",
                &[],
                &[("r", "a"), ("r", "b"), ("r", "c")],
            ),
            (
                "dependencies: [{<<: {alias: a}, name: r}]",
                &[],
                &[("r", "a")],
            ),
        ] {
            let metadata = read(text);
            assert_eq!(metadata.names, names, "{text}");
            assert_eq!(pairs(&metadata), aliases, "{text}");
        }
    }

    #[test]
    fn requirements_are_read_into_the_chart() {
        let chart = b"name: app\ndependencies: [{name: a, alias: x}]\n";
        let more = |text: &[u8]| Metadata::read(Some(chart), Some(text)).unwrap();
        let metadata = more(b"name: c\ndependencies: [{name: b}, {name: b, alias: z}]\n");
        assert_eq!(metadata.names, ["app", "c"]);
        assert_eq!(metadata.dependencies.len(), 2);
        assert_eq!(metadata.dependencies[0].name, "b");
        assert_eq!(
            pairs(&metadata),
            [("a", "x"), ("a", "z"), ("b", "x"), ("b", "z")]
        );
        assert_eq!(more(b"{}\n").dependencies[0].name, "a");
    }

    #[test]
    fn what_two_parsers_could_read_in_two_ways_is_refused() {
        for text in [
            "name: yes",
            "name: 010",
            "name: 1.0",
            "name: !x a",
            "name: !!binary YQ==",
            "name: !<tag:yaml.org,2002:bin%61ry> YQ==",
            "%TAG ! tag:yaml.org,2002:\n---\nname: !binary YQ==",
            "dependencies: [{name: a, alias: 1_000}]",
            "dependencies: !x [{name: a}]",
            "name: [",
            "name: a\n\tb: c",
        ] {
            let read = Metadata::read(None, Some(text.as_bytes()));
            assert!(matches!(read, Err((1, _))), "{text}: {read:?}");
        }
        assert_eq!(
            read("# !! Not for production !!\nname: a\ndescription: It works !!\nversion: 1.0\n")
                .names,
            ["a"]
        );
    }
}
