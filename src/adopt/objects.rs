//! Objects with their texts by field path, a Secret's decoded: what helm printed, and what is live, read alike.

use std::collections::{BTreeMap, HashMap};

use anyhow::{anyhow, bail};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use zeroize::Zeroizing;

use crate::derive::looks_typed;
use crate::manifest::{self, Document, Identity, Leaf, Path, Role, Step, Style};

/// A stream of objects.
pub(crate) struct Objects {
    documents: Vec<Document>,
    /// The arguments of each object, by where they stand: by their flags.
    arguments: Vec<HashMap<Path, Path>>,
    /// The fields of each object.
    fields: Vec<BTreeMap<Path, Field>>,
    /// The objects of each kind and name.
    named: HashMap<(String, String), Vec<usize>>,
}

/// A field of an object.
pub(crate) struct Field {
    /// What it holds.
    text: Zeroizing<String>,
    /// Whether that is base64 of bytes that are no text.
    is_bytes: bool,
    /// Whether it stands there without quotes: then some texts would be read as something else.
    is_plain: bool,
}

impl Field {
    /// What a field of a Secret's `data` holds in base64 is decoded.
    fn of(leaf: &Leaf, is_encoded: bool) -> Field {
        let decoded = BASE64_STANDARD.decode(&leaf.value).ok();
        let decoded = decoded.filter(|_| is_encoded).map(Zeroizing::new);
        let text = decoded.as_ref().map(|bytes| std::str::from_utf8(bytes));
        Field {
            is_bytes: matches!(text, Some(Err(_))),
            is_plain: leaf.style == Style::Plain && !is_encoded,
            text: Zeroizing::new(match text {
                Some(Ok(text)) => text.to_owned(),
                Some(Err(_)) | None => leaf.value.clone(),
            }),
        }
    }

    /// Whether two fields hold the same.
    pub(crate) fn is_same(&self, other: &Field) -> bool {
        self.is_bytes == other.is_bytes && self.text == other.text
    }

    /// What is live, as it would stand in this field of ours: in base64 where ours are bytes. Nothing if it cannot stand there:
    /// bytes in the place of a text, or what would be read as a number, a boolean or nothing.
    pub(crate) fn take(&self, live: &Field) -> Option<Zeroizing<String>> {
        let is_typed = self.is_plain && looks_typed(&live.text) && !looks_typed(&self.text);
        match (self.is_bytes, live.is_bytes) {
            (true, false) => Some(Zeroizing::new(BASE64_STANDARD.encode(&*live.text))),
            (false, true) => None,
            (true, true) | (false, false) => Some(live.text.clone()).filter(|_| !is_typed),
        }
    }
}

impl Objects {
    /// Those that helm printed.
    pub(crate) fn printed(output: &str) -> Objects {
        Objects::new(manifest::objects(output).collect())
    }

    fn new(documents: Vec<Document>) -> Objects {
        let arguments: Vec<HashMap<Path, Path>> = documents.iter().map(arguments).collect();
        let all = documents.iter().zip(&arguments);
        let fields = all.map(|(it, arguments)| fields(it, arguments)).collect();
        let mut named: HashMap<(String, String), Vec<usize>> = HashMap::new();
        for (number, document) in documents.iter().enumerate() {
            let identity = &document.identity;
            let key = (identity.kind.clone(), identity.name.clone());
            named.entry(key).or_default().push(number);
        }
        Objects {
            documents,
            arguments,
            fields,
            named,
        }
    }

    /// What `kubectl get -o yaml` or `-o json` prints: an object, a list, or several documents.
    ///
    /// # Errors
    /// The text is no YAML, or holds no object.
    pub(crate) fn live(text: String) -> anyhow::Result<Objects> {
        // What the parser says of it names a line, and shows nothing of it.
        let documents = manifest::parse(&text).map_err(|error| {
            anyhow!(
                "the live objects are no YAML (line {}, column {})",
                error.line,
                error.column
            )
        })?;
        let objects = Objects::new(documents);
        let is_object =
            |it: &Document| !it.identity.kind.is_empty() && !it.identity.name.is_empty();
        if !objects.documents.iter().any(is_object) {
            bail!(
                "there are no live objects in what was given: give it what `kubectl get secret,configmap --output yaml` prints"
            );
        }
        Ok(objects)
    }

    /// The objects.
    pub(crate) fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// Whether there is an object of this kind.
    pub(crate) fn has_kind(&self, kind: &str) -> bool {
        self.named.keys().any(|(known, _)| known == kind)
    }

    /// The object that is called the same, if there is exactly one. An object that names no namespace is in the release's.
    pub(crate) fn find(&self, identity: &Identity, release_namespace: &str) -> Option<usize> {
        let namespace = |it: &Identity| {
            let own = it.namespace.as_deref();
            own.unwrap_or(release_namespace).to_owned()
        };
        let key = (identity.kind.clone(), identity.name.clone());
        let mut found = self.named.get(&key)?.iter().copied().filter(|number| {
            let document = self.documents.get(*number);
            document.is_some_and(|it| {
                let live = &it.identity;
                let is_everywhere = live.namespace.is_none();
                live.group == identity.group
                    && (is_everywhere || namespace(live) == namespace(identity))
            })
        });
        found.next().filter(|_| found.next().is_none())
    }

    /// The place of a scalar of an object, as [`Objects::text`] takes it.
    pub(crate) fn place(&self, scalar: &(usize, Path)) -> Option<(usize, Path)> {
        let document = self.documents.get(scalar.0)?;
        let arguments = self.arguments.get(scalar.0)?;
        Some((scalar.0, path_of(document, arguments, &scalar.1)))
    }

    /// A field.
    pub(crate) fn field(&self, object: usize, path: &Path) -> Option<&Field> {
        self.fields.get(object)?.get(path)
    }

    /// The text of a field.
    pub(crate) fn text(&self, object: usize, path: &Path) -> Option<&str> {
        Some(&self.field(object, path)?.text)
    }

    /// Whether a field holds base64 of bytes that are no text.
    pub(crate) fn is_bytes(&self, object: usize, path: &Path) -> bool {
        self.field(object, path).is_some_and(|field| field.is_bytes)
    }

    /// All fields, object by object.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (usize, &Path, &str)> {
        let objects = self.fields.iter().enumerate();
        objects.flat_map(|(object, fields)| {
            let fields = fields.iter();
            fields.map(move |(path, field)| (object, path, field.text.as_str()))
        })
    }
}

fn fields(document: &Document, arguments: &HashMap<Path, Path>) -> BTreeMap<Path, Field> {
    let is_secret = document.identity.kind == "Secret";
    let leaves = document.leaves.iter();
    let values = leaves.filter(|leaf| leaf.role == Role::Value);
    let fields = values.map(|leaf| {
        let is_encoded = is_secret && leaf.path.starts_with_keys(&["data"]);
        let path = path_of(document, arguments, &leaf.path);
        (path, Field::of(leaf, is_encoded))
    });
    fields.collect()
}

/// The arguments of an object, by their flags: `--token=X`, and `X` behind `--token`. Where a flag stands several times in a list,
/// they go by their positions.
fn arguments(document: &Document) -> HashMap<Path, Path> {
    let values = document.leaves.iter().filter(|it| it.role == Role::Value);
    let in_lists = values.filter(|it| matches!(it.path.last(), Some(Step::Index(_))));
    let mut flagged: BTreeMap<Path, Vec<Path>> = BTreeMap::new();
    let mut last: Option<(Path, &str)> = None;
    for leaf in in_lists {
        let list = leaf.path.outer();
        let own = leaf.value.split_once('=').map(|(flag, _)| flag);
        let before = last.take().filter(|(of, _)| *of == list);
        let flag = match own.filter(|it| it.starts_with('-')) {
            None if leaf.value.starts_with('-') => {
                last = Some((list, &leaf.value));
                continue;
            }
            None => before.map(|(_, flag)| flag),
            own => own,
        };
        if let Some(flag) = flag {
            let by_flag = list.then(Step::Item {
                merge_key: "",
                value: flag.into(),
            });
            flagged.entry(by_flag).or_default().push(leaf.path.clone());
        }
    }
    let once = flagged.into_iter().filter_map(|(by_flag, paths)| {
        let [path] = <[Path; 1]>::try_from(paths).ok()?;
        Some((path, by_flag))
    });
    once.collect()
}

/// The path, where arguments go by their flags, and `data` and `stringData` of a Secret are one.
fn path_of(document: &Document, arguments: &HashMap<Path, Path>, path: &Path) -> Path {
    if let Some(by_flag) = arguments.get(path) {
        return by_flag.clone();
    }
    if document.identity.kind != "Secret" || !path.starts_with_keys(&["stringData"]) {
        return path.clone();
    }
    let steps = path.steps().into_iter().skip(1).cloned();
    std::iter::once(Step::Key("data".into()))
        .chain(steps)
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const LIVE: &str = r#"{"apiVersion": "v1", "kind": "List", "items": [
      {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a", "namespace": "ns"}, "data": {"k": "aHVzaA=="}},
      {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a", "namespace": "other"}, "data": {"k": "/w=="}}]}"#;

    #[test]
    fn what_is_live_is_found_by_kind_name_and_namespace() {
        let live = Objects::live(LIVE.to_owned()).unwrap();
        let yaml = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {k: hush}\n";
        let ours = Objects::printed(yaml);
        let fields: Vec<_> = ours.fields().filter(|(.., text)| *text == "hush").collect();
        let (object, path, _) = fields[0];
        let identity = &ours.documents()[object].identity;
        let found = |namespace| {
            let object = live.find(identity, namespace)?;
            live.text(object, path)
        };
        assert_eq!(found("ns"), Some("hush"));
        // What is no text stays as it is written.
        assert_eq!(found("other"), Some("/w=="));
        assert_eq!(found("third"), None);
        assert!(live.has_kind("Secret") && !live.has_kind("ConfigMap"));
    }

    #[test]
    fn what_is_live_is_taken_if_it_can_stand_there() {
        let field = |text: &str, is_bytes, is_plain| Field {
            text: Zeroizing::new(text.to_owned()),
            is_bytes,
            is_plain,
        };
        let take = |ours: &Field, live: &Field| ours.take(live).map(|it| it.to_string());
        let (text, bytes) = (field("abc", false, false), field("/w==", true, false));
        assert_eq!(take(&text, &text).as_deref(), Some("abc"));
        assert_eq!(take(&bytes, &bytes).as_deref(), Some("/w=="));
        assert_eq!(take(&bytes, &text).as_deref(), Some("YWJj"));
        assert_eq!(take(&text, &bytes), None);
        for typed in ["12345678", "true", "null", "1e5"] {
            let live = field(typed, false, false);
            assert_eq!(take(&field("abc", false, true), &live), None);
            assert_eq!(take(&text, &live).as_deref(), Some(typed));
            // Where ours is a number too.
            assert!(take(&field("1", false, true), &live).is_some());
        }
    }

    #[test]
    fn what_holds_no_object_is_refused() {
        for text in ["", "a: [", "items: []", "just text"] {
            assert!(Objects::live(text.to_owned()).is_err(), "{text}");
        }
    }
}
