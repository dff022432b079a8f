//! The identity of the place where a value stands.
//!
//! It has to survive what charts do between two versions: documents and fields move, a Secret turns from `data` to
//! `stringData`, a label joins. So it is made of names alone: API group, kind, name, field path with list items by what
//! identifies them, and the word before a value in a longer text. What is generated in a name is `*` there.

use std::collections::HashMap;

use super::mask::Mask;
use super::pin::Pin;
use super::word::Lead;
use crate::manifest::{Document, Identity, Leaf, Path, Role, Step};
use crate::report;

/// How many parts of an identity stand before its path, whose length is the last of them.
const BEFORE_PATH: usize = 6;

/// How much a place says about its value: the smallest names the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Rank {
    /// All of a Secret's value.
    SecretValue,
    /// All of a field in a document that a Secret's value is.
    SecretField,
    /// A part of a Secret's value, or of such a field.
    SecretPart,
    /// The value of a container's environment variable.
    Environment,
    /// Any other value.
    Other,
    /// A key, or the name of a document.
    Name,
}

impl Rank {
    /// Whether it is a Secret's value, or a part of one.
    pub(super) fn is_secret(self) -> bool {
        match self {
            Rank::SecretValue | Rank::SecretField | Rank::SecretPart => true,
            Rank::Environment | Rank::Other | Rank::Name => false,
        }
    }
}

/// What a document is called.
#[derive(Debug, Clone)]
pub(super) struct DocumentName {
    pub(super) group: String,
    pub(super) kind: String,
    /// As the document says it.
    namespace: Option<String>,
    /// Empty where it is the release's own.
    pub(super) foreign_namespace: String,
    /// With `*` for what was generated.
    pub(super) name: String,
    /// Among documents of the same name.
    ordinal: usize,
}

/// Names the documents of a render, one after the other.
pub(super) struct DocumentNames<'r> {
    release_namespace: &'r str,
    /// How many have the same name.
    seen: HashMap<[String; 4], usize>,
}

impl<'r> DocumentNames<'r> {
    /// Of a release in this namespace.
    pub(super) fn new(release_namespace: &'r str) -> Self {
        DocumentNames {
            release_namespace,
            seen: HashMap::new(),
        }
    }

    /// Names the next document.
    pub(super) fn name(&mut self, document: &Document, mask: &Mask<'_, '_>) -> DocumentName {
        let identity = &document.identity;
        let foreign_namespace = match identity.namespace.as_deref() {
            Some(namespace) if namespace != self.release_namespace => mask.name(namespace),
            _ => String::new(),
        };
        let name = mask.name(&identity.name);
        let key = [&identity.group, &identity.kind, &foreign_namespace, &name].map(String::clone);
        let next = self.seen.entry(key).or_default();
        let ordinal = *next;
        *next += 1;
        DocumentName {
            group: identity.group.clone(),
            kind: identity.kind.clone(),
            namespace: identity.namespace.as_deref().map(|it| mask.name(it)),
            foreign_namespace,
            name,
            ordinal,
        }
    }
}

/// Marks the places in documents that are not the only ones of their name: of these the first one comes first.
pub(super) fn mark_shared(places: &mut [LeafPlace], names: &DocumentNames<'_>) {
    for place in places {
        let key = place.parts.first_chunk::<4>();
        let count = key.and_then(|key| names.seen.get(key));
        place.by_position |= count.is_some_and(|count| *count > 1);
    }
}

/// Whether the document runs once and cannot be changed then.
pub(super) fn runs_once(document: &Document) -> bool {
    matches!(
        (
            document.identity.group.as_str(),
            document.identity.kind.as_str()
        ),
        ("batch", "Job") | ("", "Pod")
    )
}

/// A scalar as a place.
pub(super) struct LeafPlace {
    /// Length of the document's name: the shorter one comes first.
    name_length: usize,
    /// All of the identity but for the word.
    parts: Vec<String>,
    /// The rank of all of it, and of a part.
    ranks: (Rank, Rank),
    /// The argument's flag, if it is named by one.
    flag: Option<String>,
    /// Whether a list item on the way goes by its position.
    pub(super) by_position: bool,
    /// The path of the manifest's own scalar.
    pub(super) own: Path,
    /// The same for people.
    pub(super) shown: report::Place,
}

/// A scalar in its document, with the one before it.
#[derive(Clone, Copy)]
pub(super) struct Seat<'l> {
    leaf: &'l Leaf,
    before: Option<&'l Leaf>,
}

impl<'l> Seat<'l> {
    /// The scalars of a document.
    pub(super) fn all(leaves: &'l [Leaf]) -> impl Iterator<Item = Seat<'l>> {
        let before = std::iter::once(None).chain(leaves.iter().map(Some));
        let seats = leaves.iter().zip(before);
        seats.map(|(leaf, before)| Seat { leaf, before })
    }

    /// What it says.
    pub(super) fn text(self) -> &'l str {
        &self.leaf.value
    }
}

impl LeafPlace {
    /// The place of a scalar: the manifest's own, and behind it those of the documents that texts are, each in the text of
    /// the one before.
    pub(super) fn new(
        document: &DocumentName,
        own: Seat<'_>,
        inside: &[Seat<'_>],
        mask: &mut Mask<'_, '_>,
    ) -> LeafPlace {
        let mut steps: Vec<Step> = Vec::new();
        let mut path: Vec<String> = Vec::new();
        let mut by_position = false;
        let mut last = (own, None);
        for (depth, seat) in std::iter::once(&own).chain(inside).enumerate() {
            let is_secret = depth == 0 && document.kind == "Secret";
            let own_steps = masked_steps(is_secret, seat.leaf, mask);
            let flag = flag_of(seat.leaf, seat.before, mask);
            path.extend(own_steps.iter().map(part_of_step));
            if let (Some(flag), Some(last)) = (&flag, path.last_mut()) {
                *last = format!("[{flag}]");
            }
            let counted = own_steps.iter().filter(|step| is_counted(step)).count();
            by_position |= counted > usize::from(flag.is_some());
            steps.extend(own_steps);
            last = (*seat, flag);
        }
        let (seat, flag) = last;
        let mut parts = vec![
            document.group.clone(),
            document.kind.clone(),
            document.foreign_namespace.clone(),
            document.name.clone(),
            document.ordinal.to_string(),
            path.len().to_string(),
        ];
        parts.extend(path);
        let role = match seat.leaf.role {
            Role::Key => "key",
            Role::Value => "value",
        };
        parts.push(role.to_owned());
        let pin = Pin::of_place(&parts);
        LeafPlace {
            name_length: document.name.len(),
            parts,
            ranks: ranks(document, own.leaf, !inside.is_empty()),
            by_position,
            own: own.leaf.path.clone(),
            flag,
            shown: report::Place {
                kind: document.kind.clone(),
                namespace: document.namespace.clone(),
                name: document.name.clone(),
                path: steps.into_iter().collect::<Path>().to_string(),
                pin,
            },
        }
    }

    /// The rank of all of the scalar, or of a part of it.
    pub(super) fn rank(&self, whole: bool) -> Rank {
        if whole { self.ranks.0 } else { self.ranks.1 }
    }

    /// What orders places: the shorter document's name, then byte by byte.
    pub(super) fn order(&self) -> (usize, &[String]) {
        (self.name_length, &self.parts)
    }

    /// The identity of what this introduces here. A section is one more step of the path.
    pub(super) fn parts(&self, lead: &Lead) -> Vec<String> {
        let mut parts = self.parts.clone();
        if !lead.section.is_empty() {
            let depth = parts.len() - BEFORE_PATH;
            parts[BEFORE_PATH - 1] = depth.to_string();
            parts.insert(parts.len() - 1, lead.section.clone());
        }
        // `--token=X` and `--token X` are one place.
        let is_flag = self
            .flag
            .as_deref()
            .is_some_and(|it| it.trim_matches('-') == lead.word);
        parts.push(if is_flag {
            String::new()
        } else {
            lead.word.clone()
        });
        parts
    }
}

/// How pins are called whose values stand at this place, as [`Pin`] has it: of a document that is the only one of its name.
pub(crate) fn place_text(identity: &Identity, path: &Path, release_namespace: &str) -> String {
    let namespace = identity.namespace.as_deref();
    let foreign = namespace.filter(|it| *it != release_namespace);
    let mut parts = vec![
        identity.group.clone(),
        identity.kind.clone(),
        foreign.unwrap_or_default().to_owned(),
        identity.name.clone(),
        "0".to_owned(),
        path.depth().to_string(),
    ];
    parts.extend(path.steps().into_iter().map(part_of_step));
    parts.push("value".to_owned());
    Pin::of_place(&parts)
}

/// The path's steps, with `*` for what was generated.
fn masked_steps(is_secret: bool, leaf: &Leaf, mask: &mut Mask<'_, '_>) -> Vec<Step> {
    let steps = leaf.path.steps().into_iter().enumerate();
    let masked = steps.map(|(depth, step)| match step {
        // One place: a chart may turn from one to the other.
        Step::Key(key) if is_secret && depth == 0 && &**key == "stringData" => {
            Step::Key("data".into())
        }
        Step::Key(key) => Step::Key(mask.text(key).into()),
        Step::Item { merge_key, value } => Step::Item {
            merge_key,
            value: mask.text(value).into(),
        },
        Step::Index(index) => Step::Index(*index),
    });
    masked.collect()
}

fn part_of_step(step: &Step) -> String {
    match step {
        Step::Key(key) => key.to_string(),
        Step::Item {
            merge_key: "",
            value,
        } => format!("[{value}]"),
        Step::Item { merge_key, value } => format!("[{merge_key}={value}]"),
        Step::Index(index) => format!("[{index}]"),
    }
}

/// Whether a step goes by its position: also where what should identify the items was generated.
fn is_counted(step: &Step) -> bool {
    match step {
        Step::Key(_) => false,
        Step::Item { value, .. } => &**value == "*",
        Step::Index(_) => true,
    }
}

/// The ranks of all and of a part of a scalar of the manifest, or of one of the document that its text is.
fn ranks(document: &DocumentName, leaf: &Leaf, is_inside: bool) -> (Rank, Rank) {
    let path = &leaf.path;
    let in_data = path.starts_with_keys(&["data"]) || path.starts_with_keys(&["stringData"]);
    let is_environment = matches!(
        &path.steps()[..],
        [.., Step::Key(env), Step::Item { .. }, Step::Key(value)]
            if &**env == "env" && &**value == "value"
    );
    let is_name =
        path.is_keys(&["metadata", "name"]) || path.is_keys(&["metadata", "generateName"]);
    match () {
        () if leaf.role == Role::Key || is_name => (Rank::Name, Rank::Name),
        () if document.kind == "Secret" && in_data && is_inside => {
            (Rank::SecretField, Rank::SecretPart)
        }
        () if document.kind == "Secret" && in_data => (Rank::SecretValue, Rank::SecretPart),
        () if is_environment => (Rank::Environment, Rank::Environment),
        () => (Rank::Other, Rank::Other),
    }
}

/// What names an item of a list of scalars: what stands before `=` in it, the flag that is the item before it, or what
/// stands before `:` in it (`alice:…`). What was generated names none, in whole or in part.
fn flag_of(leaf: &Leaf, before: Option<&Leaf>, mask: &Mask<'_, '_>) -> Option<String> {
    let steps = leaf.path.steps();
    let [list @ .., Step::Index(index)] = &steps[..] else {
        return None;
    };
    if leaf.role == Role::Key {
        return None;
    }
    let is_flag = |flag: &str| {
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
        flag.starts_with(|c: char| c.is_alphabetic() || c == '-') && flag.chars().all(is_part)
    };
    let item = mask.once(&leaf.value);
    let own = |sign: char| item.split_once(sign).filter(|it| is_flag(it.0));
    let neighbour = index.checked_sub(1).map(Step::Index);
    let flag_before = || {
        let before = before.filter(|before| {
            matches!(&before.path.steps()[..], [own @ .., last] if own == list && Some(*last) == neighbour.as_ref())
        });
        let flag = mask.once(&before?.value);
        (flag.starts_with('-') && is_flag(&flag)).then_some(flag)
    };
    own('=')
        .map(|(flag, _)| flag.to_owned())
        .or_else(flag_before)
        .or_else(|| {
            let (flag, behind) = own(':')?;
            // `http://…` is no flag.
            (!behind.starts_with("//")).then(|| flag.to_owned())
        })
}
