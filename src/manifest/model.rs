//! The types that a parsed manifest consists of.

use std::fmt;
use std::ops::Range;

use super::identity::Identity;
use super::path::Path;

/// Whether a scalar is a key of a mapping or a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Role {
    /// A key of a mapping, or part of a key that is a collection.
    Key,
    /// A value in a mapping, an item of a list, or a document's root.
    Value,
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Style {
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
#[derive(Clone)]
pub(crate) struct Leaf {
    /// Key or value.
    pub(crate) role: Role,
    /// Where it stands; a key has the path of the entry that it begins.
    pub(crate) path: Path,
    /// The bytes of the manifest's text that hold it: with its quotes, without anchor, tag, and
    /// block header. A block's span begins at its first line's text (behind the indentation), and
    /// holds the line breaks that follow the last line. Empty for a scalar that is not written.
    pub(crate) span: Range<usize>,
    /// How it is written.
    pub(crate) style: Style,
    /// What it reads as, decoded; empty for a scalar that is not written.
    pub(crate) value: String,
}

impl fmt::Debug for Leaf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Leaf")
            .field("role", &self.role)
            .field("span", &self.span)
            .field("style", &self.style)
            .finish_non_exhaustive()
    }
}

/// One object: a document of the stream, or an item of a `kind: List`. A document that holds only
/// comments is one too, with no leaves.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    /// The bytes of the manifest's text that it takes: from its `---` to the next one's. An item
    /// of a list lies inside the list's span.
    pub(crate) span: Range<usize>,
    /// Which object it is.
    pub(crate) identity: Identity,
    /// Its scalars, keys too, in the order of the text. A list does not have its items' leaves.
    pub(crate) leaves: Vec<Leaf>,
    /// The leaf that holds the object's name (or `generateName`). `None` also where it is an
    /// alias to another document's leaf.
    pub(crate) name_leaf: Option<usize>,
}

/// A stream that is read, with its text.
#[cfg(test)]
pub(super) struct Manifest {
    text: String,
    pub(super) documents: Vec<Document>,
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
impl Manifest {
    pub(super) fn parse(text: String) -> Result<Self, super::parse::ManifestError> {
        super::parse(&text).map(|documents| Manifest { text, documents })
    }

    /// All leaves in the order of the text.
    pub(super) fn leaves(&self) -> impl Iterator<Item = &Leaf> {
        let mut leaves: Vec<&Leaf> = self.documents.iter().flat_map(|d| &d.leaves).collect();
        // Items of a list stand between their list's leaves. An empty span goes before what begins
        // at the same byte, and the sort is stable.
        leaves.sort_by_key(|leaf| (leaf.span.start, leaf.span.end));
        leaves.into_iter()
    }

    /// The bytes of a leaf of this manifest as they stand in the text.
    pub(super) fn raw(&self, leaf: &Leaf) -> &str {
        self.text.get(leaf.span.clone()).unwrap()
    }
}
