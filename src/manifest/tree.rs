//! From a document's tree to its paths, and to the documents inside a `kind: List`.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use super::identity::Identity;
use super::lists::{METADATA_NAME, merge_keys};
use super::model::{Document, Leaf};
use super::path::{Path, Step};

/// A node of a document; scalars by their position among the leaves.
pub(super) enum Node {
    /// A leaf.
    Scalar(usize),
    /// An alias, with the leaf that it repeats if its anchor stands at a scalar.
    Alias(Option<usize>),
    /// A mapping, with its bytes and its entries as they come, duplicates too.
    Map {
        span: Range<usize>,
        entries: Vec<(Node, Node)>,
    },
    /// A list.
    Seq(Vec<Node>),
}

/// Gives each leaf its path, and adds the document that takes these bytes, and those in it, to the others.
pub(super) fn into_documents(
    root: Node,
    span: Range<usize>,
    leaves: Vec<Leaf>,
    documents: &mut Vec<Document>,
) {
    let base = documents.len();
    let mut walk = Walk {
        owners: vec![base; leaves.len()],
        leaves,
        strings: HashSet::new(),
        at: Path::default(),
        documents,
    };
    walk.object(&root, span);
    let Walk { leaves, owners, .. } = walk;
    let mut positions = Vec::with_capacity(leaves.len());
    for (leaf, owner) in leaves.into_iter().zip(owners) {
        let own = &mut documents[owner].leaves;
        positions.push((owner, own.len()));
        own.push(leaf);
    }
    for (n, document) in documents.iter_mut().enumerate().skip(base) {
        // So far this counts all leaves of the stream's document.
        document.name_leaf = document
            .name_leaf
            .and_then(|leaf| positions.get(leaf))
            .filter(|(owner, _)| *owner == n)
            .map(|(_, position)| *position);
    }
}

struct Walk<'d> {
    leaves: Vec<Leaf>,
    /// The document that each leaf belongs to.
    owners: Vec<usize>,
    /// Keys and names seen, so that each stands in memory once.
    strings: HashSet<Arc<str>>,
    /// The path of the node at hand.
    at: Path,
    documents: &'d mut Vec<Document>,
}

impl Walk<'_> {
    /// Adds the object that this node is. Its leaves' paths begin here.
    fn object(&mut self, node: &Node, span: Range<usize>) {
        let document = self.documents.len();
        let outer = std::mem::take(&mut self.at);
        let metadata = self.field(node, "metadata");
        let name = metadata.and_then(|m| self.field(m, "name").or(self.field(m, "generateName")));
        let name_leaf = name.and_then(Self::leaf_of);
        let namespace_leaf = metadata
            .and_then(|m| self.field(m, "namespace"))
            .and_then(Self::leaf_of);
        let identity = Identity {
            group: Identity::group_of(self.text(self.field(node, "apiVersion"))).to_owned(),
            kind: self.text(self.field(node, "kind")).to_owned(),
            namespace: namespace_leaf
                .map(|leaf| self.leaves[leaf].value.clone())
                .filter(|namespace| !namespace.is_empty()),
            name: self.text(name).to_owned(),
        };
        let is_list = identity.kind.ends_with("List");
        self.documents.push(Document {
            span,
            identity,
            leaves: Vec::new(),
            name_leaf,
        });
        match node {
            Node::Map { entries, .. } if is_list => self.list(entries, document),
            _ => self.node(node, document),
        }
        self.at = outer;
    }

    /// Looks at what stands one step farther.
    fn step(&mut self, step: Step, look: impl FnOnce(&mut Self)) {
        let outer = self.at.clone();
        self.at = outer.then(step);
        look(self);
        self.at = outer;
    }

    /// A `kind: List`: the items are documents.
    fn list(&mut self, entries: &[(Node, Node)], document: usize) {
        for (n, (key, value)) in entries.iter().enumerate() {
            let items = match value {
                Node::Seq(items) if self.scalar(key) == Some("items") => items,
                _ => {
                    self.entry(n, key, value, document);
                    continue;
                }
            };
            self.step(Step::Key(Arc::from("items")), |walk| {
                walk.node(key, document);
                for (index, item) in items.iter().enumerate() {
                    match item {
                        Node::Map { span, .. } => walk.object(item, span.clone()),
                        _ => walk.step(Step::Index(index), |walk| walk.node(item, document)),
                    }
                }
            });
        }
    }

    fn node(&mut self, node: &Node, document: usize) {
        match node {
            Node::Scalar(leaf) => self.set(*leaf, document),
            Node::Alias(_) => {}
            Node::Map { entries, .. } => {
                for (n, (key, value)) in entries.iter().enumerate() {
                    self.entry(n, key, value, document);
                }
            }
            Node::Seq(items) => self.items(items, document),
        }
    }

    fn entry(&mut self, n: usize, key: &Node, value: &Node, document: usize) {
        let step = match Self::leaf_of(key) {
            Some(leaf) => Step::Key(self.intern(leaf)),
            None => Step::Index(n),
        };
        self.step(step, |walk| {
            walk.node(key, document);
            walk.node(value, document);
        });
    }

    fn items(&mut self, items: &[Node], document: usize) {
        let identities = self.identities(items);
        for (index, (item, identity)) in items.iter().zip(identities).enumerate() {
            let step = match identity {
                Some((merge_key, leaf)) => Step::Item {
                    merge_key,
                    value: self.intern(leaf),
                },
                None => Step::Index(index),
            };
            self.step(step, |walk| walk.node(item, document));
        }
    }

    /// By which field, and its leaf, each item goes: the first one that tells it from all others.
    fn identities(&self, items: &[Node]) -> Vec<Option<(&'static str, usize)>> {
        let field = match self.at.last() {
            Some(Step::Key(key)) => Some(&**key),
            _ => None,
        };
        let has = |item| {
            let keys = merge_keys(field).iter();
            keys.filter_map(move |key| Some((*key, self.merge_leaf(item, key)?)))
        };
        let said = |(key, leaf): (&'static str, usize)| (key, &*self.leaves[leaf].value);
        let mut count: HashMap<(&str, &str), usize> = HashMap::new();
        for identity in items.iter().flat_map(has) {
            *count.entry(said(identity)).or_default() += 1;
        }
        let own = items.iter().map(|item| {
            let mut own = has(item);
            own.find(|identity| count.get(&said(*identity)) == Some(&1))
        });
        own.collect()
    }

    fn merge_leaf(&self, item: &Node, merge_key: &str) -> Option<usize> {
        let field = if merge_key == METADATA_NAME {
            self.field(self.field(item, "metadata")?, "name")
        } else {
            self.field_in_any_case(item, merge_key)
        };
        field.and_then(Self::leaf_of)
    }

    fn set(&mut self, leaf: usize, document: usize) {
        self.leaves[leaf].path = self.at.clone();
        self.owners[leaf] = document;
    }

    /// The value of a mapping's field; of two, the last, as Go's readers take it.
    fn field<'n>(&self, node: &'n Node, name: &str) -> Option<&'n Node> {
        let Node::Map { entries, .. } = node else {
            return None;
        };
        entries
            .iter()
            .rev()
            .find(|(key, _)| self.scalar(key) == Some(name))
            .map(|(_, value)| value)
    }

    /// The same in whatever case its name is: a program in Go writes `Username`. Of several the name as it is comes first.
    fn field_in_any_case<'n>(&self, node: &'n Node, name: &str) -> Option<&'n Node> {
        let Node::Map { entries, .. } = node else {
            return None;
        };
        let keys = entries.iter().filter_map(|(key, _)| self.scalar(key));
        let keys = keys.filter(|key| key.eq_ignore_ascii_case(name));
        let key = keys.min_by_key(|key| (*key != name, *key))?;
        self.field(node, key)
    }

    fn leaf_of(node: &Node) -> Option<usize> {
        match node {
            Node::Scalar(leaf) => Some(*leaf),
            Node::Alias(leaf) => *leaf,
            Node::Map { .. } | Node::Seq(_) => None,
        }
    }

    fn scalar(&self, node: &Node) -> Option<&str> {
        Self::leaf_of(node).map(|leaf| &*self.leaves[leaf].value)
    }

    fn text(&self, node: Option<&Node>) -> &str {
        node.and_then(|node| self.scalar(node)).unwrap_or_default()
    }

    /// A leaf's value as a shared string.
    fn intern(&mut self, leaf: usize) -> Arc<str> {
        let value = &*self.leaves[leaf].value;
        if let Some(known) = self.strings.get(value) {
            return Arc::clone(known);
        }
        let new: Arc<str> = Arc::from(value);
        self.strings.insert(Arc::clone(&new));
        new
    }
}

#[cfg(test)]
mod tests;
