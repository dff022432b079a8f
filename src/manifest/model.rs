//! The types that a parsed manifest consists of.

use std::fmt;
use std::ops::Range;

use super::identity::Identity;
use super::parse::{self, ManifestError};
use super::path::Path;
use super::scalar_type::YamlType;
use super::select;

/// Whether a scalar is a key of a mapping or a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// A key of a mapping, or part of a key that is a collection.
    Key,
    /// A value in a mapping, an item of a list, or a document's root.
    Value,
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// A block after `|`.
    Literal,
    /// A block after `>`.
    Folded,
}

/// One scalar of a document. Its `Debug` output leaves the value out.
#[derive(Clone, PartialEq, Eq)]
pub struct Leaf {
    /// Key or value.
    pub role: Role,
    /// Where it stands; a key has the path of the entry that it begins.
    pub path: Path,
    /// The bytes of the manifest's text that hold it: with its quotes, without anchor, tag, and
    /// block header. A block's span begins at its first line's text (behind the indentation), and
    /// holds the line breaks that follow the last line. Empty for a scalar that is not written.
    pub span: Range<usize>,
    /// How it is written.
    pub style: Style,
    /// What it reads as, decoded; empty for a scalar that is not written.
    pub value: String,
    /// The type that a YAML 1.1 or 1.2 reader gives it.
    pub yaml_type: YamlType,
}

impl fmt::Debug for Leaf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Leaf")
            .field("role", &self.role)
            .field("span", &self.span)
            .field("style", &self.style)
            .field("yaml_type", &self.yaml_type)
            .finish_non_exhaustive()
    }
}

/// One object: a document of the stream, or an item of a `kind: List`. A document that holds only
/// comments is one too, with no leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The bytes of the manifest's text that it takes: from its `---` to the next one's. An item
    /// of a list lies inside the list's span.
    pub span: Range<usize>,
    /// The template that it comes from, as helm's `# Source:` comment names it
    /// (`chart/templates/secret.yaml`); a document without such a comment has the one before's.
    pub source: Option<String>,
    /// Which object it is.
    pub identity: Identity,
    /// Its scalars, keys too, in the order of the text. A list does not have its items' leaves.
    pub leaves: Vec<Leaf>,
    /// The leaf that holds the object's name (or `generateName`). `None` also where it is an
    /// alias to another document's leaf.
    pub name_leaf: Option<usize>,
    /// The leaf that holds the object's namespace.
    pub namespace_leaf: Option<usize>,
    /// The position of the list among the documents that this is an item of.
    pub list: Option<usize>,
}

impl Document {
    /// The first value whose path reads like this: `data.password`.
    pub fn value_at(&self, path: &str) -> Option<&Leaf> {
        self.leaves
            .iter()
            .find(|leaf| leaf.role == Role::Value && leaf.path.to_string() == path)
    }
}

/// A leaf by its positions: which document in [`Manifest::documents`], which leaf in
/// [`Document::leaves`].
pub type LeafRef = (usize, usize);

/// A YAML stream with the place of each scalar. Its `Debug` output leaves the text out.
#[derive(Clone)]
pub struct Manifest {
    pub(super) text: String,
    /// The documents in the order of the text, a list before its items.
    pub documents: Vec<Document>,
    /// All leaves in the order of the text.
    pub(super) order: Vec<LeafRef>,
    /// The stream's structure, one byte for each event: what leaves alone do not tell.
    pub(super) structure: Vec<u8>,
}

impl Manifest {
    /// Reads a YAML stream.
    ///
    /// # Errors
    /// [`ManifestError`] if it is not YAML, or nested deeper than 255 levels; it names the
    /// template and the line and quotes nothing.
    pub fn parse(text: String) -> Result<Self, ManifestError> {
        parse::parse(text)
    }

    /// Reads those documents of a YAML stream for which `wanted` holds, but for those that are no YAML: its text is
    /// theirs.
    pub(crate) fn parse_lenient(text: &str, wanted: impl Fn(&str) -> bool) -> Self {
        let documents = || {
            let all = select::split(text).into_iter();
            all.filter_map(|span| text.get(span))
                .filter(|document| wanted(document))
        };
        if let Ok(manifest) = parse::parse(documents().collect()) {
            return manifest;
        }
        let readable = documents().filter(|document| parse::parse((*document).to_owned()).is_ok());
        parse::parse(readable.collect()).unwrap_or_else(|_| Manifest {
            text: String::new(),
            documents: Vec::new(),
            order: Vec::new(),
            structure: Vec::new(),
        })
    }

    /// The text, as it was given.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text, back.
    pub fn into_text(self) -> String {
        self.text
    }

    /// The leaf whose span holds the byte at `offset`.
    pub fn leaf_at(&self, offset: usize) -> Option<LeafRef> {
        let after = self
            .order
            .partition_point(|at| self.span_of(*at).is_some_and(|span| span.start <= offset));
        let at = *self.order.get(after.checked_sub(1)?)?;
        self.span_of(at)
            .is_some_and(|span| span.contains(&offset))
            .then_some(at)
    }

    /// The leaf at these positions.
    pub fn leaf(&self, at: LeafRef) -> Option<&Leaf> {
        self.documents.get(at.0)?.leaves.get(at.1)
    }

    /// The bytes of a leaf of this manifest as they stand in the text.
    pub fn raw(&self, leaf: &Leaf) -> &str {
        self.text.get(leaf.span.clone()).unwrap_or_default()
    }

    /// All leaves in the order of the text.
    pub fn leaves(&self) -> impl Iterator<Item = (LeafRef, &Leaf)> {
        self.order
            .iter()
            .filter_map(|at| Some((*at, self.leaf(*at)?)))
    }

    /// The line of the text, from 1, that the byte at `offset` stands in.
    pub fn line_at(&self, offset: usize) -> usize {
        line_at(&self.text, offset)
    }

    fn span_of(&self, at: LeafRef) -> Option<&Range<usize>> {
        Some(&self.leaf(at)?.span)
    }
}

impl fmt::Debug for Manifest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Manifest")
            .field("bytes", &self.text.len())
            .field("documents", &self.documents.len())
            .finish_non_exhaustive()
    }
}

/// The line, from 1, that the byte at `offset` stands in.
pub(super) fn line_at(text: &str, offset: usize) -> usize {
    let before = text.as_bytes().get(..offset).unwrap_or(text.as_bytes());
    memchr::memchr_iter(b'\n', before).count() + 1
}
