//! What a line of a render belongs to: an object and a field, for a report that shows no value.

use serde::Serialize;

use crate::manifest::{self, Document, Identity, Path, Role, Step};

/// The place of a line. Parts that are generated read `*`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Spot {
    /// The object's kind; empty outside of objects.
    pub(super) kind: String,
    /// The object's namespace, if it names one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) namespace: Option<String>,
    /// The object's name.
    pub(super) name: String,
    /// The field; none for comments and the like.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) path: Option<String>,
    /// The line in the pinned output, from 1; where it has none, in helm's own.
    pub(super) line: usize,
}

impl Spot {
    /// Whether both are the same field.
    pub(super) fn same_field(&self, other: &Self) -> bool {
        self.path.is_some()
            && (&self.kind, &self.namespace, &self.name, &self.path)
                == (&other.kind, &other.namespace, &other.name, &other.path)
    }
}

/// A render whose lines can be named.
pub(super) struct Names {
    documents: Vec<Document>,
    /// Where each line begins, and the text's end.
    starts: Vec<usize>,
}

/// What one render calls a line.
type Name<'a> = (&'a Identity, Option<&'a Path>);

impl Names {
    /// Reads a render; one that is not YAML has no names.
    pub(super) fn new(text: &str) -> Self {
        let mut starts = vec![0];
        starts.extend(text.split_inclusive('\n').scan(0, |at, line| {
            *at += line.len();
            Some(*at)
        }));
        Self {
            documents: manifest::parse(text).unwrap_or_default(),
            starts,
        }
    }

    /// Whether there is this object, with this field if one is given.
    fn has(&self, identity: &Identity, path: Option<&Path>) -> bool {
        let documents = self.documents.iter();
        let mut same = documents.filter(|document| document.identity == *identity);
        same.any(|document| {
            path.is_none_or(|path| document.leaves.iter().any(|leaf| leaf.path == *path))
        })
    }

    fn name(&self, line: usize) -> Option<Name<'_>> {
        let (start, end) = (*self.starts.get(line)?, *self.starts.get(line + 1)?);
        // Items of a list lie inside the list, and stand behind it.
        let document = self
            .documents
            .iter()
            .rfind(|document| document.span.contains(&start))?;
        let on_line = |role| {
            document
                .leaves
                .iter()
                .rfind(|leaf| leaf.role == role && leaf.span.start < end && leaf.span.end > start)
        };
        let leaf = on_line(Role::Value).or_else(|| on_line(Role::Key));
        Some((&document.identity, leaf.map(|leaf| &leaf.path)))
    }
}

/// Names a line that both renders have, or one of them. What differs between the two is generated and reads `*`: it
/// could be a value.
pub(super) fn spot(plain: (&Names, Option<usize>), pinned: (&Names, Option<usize>)) -> Spot {
    let line = pinned.1.or(plain.1).unwrap_or_default() + 1;
    let name = |(names, line): (&'_ Names, Option<usize>)| {
        let (identity, path) = names.name(line?)?;
        Some((identity.clone(), path.cloned()))
    };
    let (first, second) = match (name(plain), name(pinned)) {
        (Some(first), Some(second)) => (first, second),
        (Some(only), None) => return alone(only, pinned.0, line),
        (None, Some(only)) => return alone(only, plain.0, line),
        (None, None) => {
            return Spot {
                kind: String::new(),
                namespace: None,
                name: String::new(),
                path: None,
                line,
            };
        }
    };
    let path = match (&first.1, &second.1) {
        (Some(a), Some(b)) => Some(common_path(a, b)),
        _ => None,
    };
    Spot {
        kind: common(&first.0.kind, &second.0.kind),
        namespace: match (&first.0.namespace, &second.0.namespace) {
            (Some(a), Some(b)) => Some(common(a, b)),
            _ => None,
        },
        name: common(&first.0.name, &second.0.name),
        path,
        line,
    }
}

/// Names a line that one render alone has: what the `other` has nowhere reads `*`.
fn alone((identity, path): (Identity, Option<Path>), other: &Names, line: usize) -> Spot {
    let shown = |is_known: bool, text: String| match is_known {
        true => text,
        false => "*".to_owned(),
    };
    let is_known = other.has(&identity, None);
    Spot {
        path: path.map(|path| shown(other.has(&identity, Some(&path)), path.to_string())),
        kind: identity.kind,
        namespace: identity.namespace.map(|text| shown(is_known, text)),
        name: shown(is_known, identity.name),
        line,
    }
}

/// What two names share, part by part between dashes; `*` for each part that differs.
fn common(a: &str, b: &str) -> String {
    if a == b {
        return a.to_owned();
    }
    let (left, right): (Vec<&str>, Vec<&str>) = (a.split('-').collect(), b.split('-').collect());
    if left.len() != right.len() {
        return "*".to_owned();
    }
    let parts: Vec<&str> = left
        .iter()
        .zip(&right)
        .map(|(a, b)| if a == b { *a } else { "*" })
        .collect();
    parts.join("-")
}

fn common_path(a: &Path, b: &Path) -> String {
    if a == b {
        return a.to_string();
    }
    if a.depth() != b.depth() {
        return "*".to_owned();
    }
    let mut text = String::new();
    for (at, (x, y)) in a.steps().into_iter().zip(b.steps()).enumerate() {
        if x == y {
            let step = Path::default().then(Step::clone(x)).to_string();
            if !text.is_empty() && !step.starts_with('[') {
                text.push('.');
            }
            text.push_str(&step);
        } else {
            text.push_str(if at == 0 { "*" } else { ".*" });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: &str = "---\n# Source: c/t.yaml\nkind: Secret\nmetadata:\n  name: web-db-x1\n  namespace: prod\ndata:\n  k7: one\n  pem: |\n    a\n    b\nlist:\n- name: n\n  value: v\n";
    const PINNED: &str = "---\n# Source: c/t.yaml\nkind: Secret\nmetadata:\n  name: web-db-y2\n  namespace: prod\ndata:\n  k9: two\n  pem: |\n    c\n    d\nlist:\n- name: n\n  value: w\n";

    fn at(line: usize) -> Spot {
        let (plain, pinned) = (Names::new(PLAIN), Names::new(PINNED));
        spot((&plain, Some(line)), (&pinned, Some(line)))
    }

    #[test]
    fn a_line_is_named_by_object_and_field() {
        let spot = at(13);
        assert_eq!(
            (spot.kind.as_str(), spot.namespace.as_deref()),
            ("Secret", Some("prod"))
        );
        assert_eq!(spot.path.as_deref(), Some("list[name=n].value"));
        assert_eq!(spot.line, 14);
        assert_eq!(at(1).path, None);
        assert_eq!(at(1).name, "web-db-*");
    }

    #[test]
    fn the_lines_of_a_block_are_one_field() {
        assert!(at(9).same_field(&at(10)));
        assert!(!at(9).same_field(&at(7)));
        assert!(!at(1).same_field(&at(1)));
    }

    #[test]
    fn generated_names_and_keys_are_not_shown() {
        let text = format!("{:?}{:?}{:?}", at(4), at(7), at(9));
        for generated in ["x1", "y2", "k7", "k9", "one", "two"] {
            assert!(!text.contains(generated), "{generated} in {text}");
        }
        assert_eq!(at(7).path.as_deref(), Some("data.*"));
    }

    /// What one render alone has can be generated: its name is no more to be shown than that of a pair.
    #[test]
    fn what_stands_on_one_side_only_is_not_named() {
        let (plain, pinned) = (Names::new(PLAIN), Names::new(PINNED));
        let spot = spot((&plain, None), (&pinned, Some(13)));
        assert_eq!((spot.kind.as_str(), spot.name.as_str()), ("Secret", "*"));
        assert_eq!(spot.namespace.as_deref(), Some("*"));
        assert_eq!(spot.path.as_deref(), Some("*"));
        let same = PINNED.replace("web-db-y2", "web-db-x1");
        let same = Names::new(&same);
        let at = |line| super::spot((&plain, None), (&same, Some(line)));
        assert_eq!(at(13).name, "web-db-x1");
        assert_eq!(at(13).path.as_deref(), Some("list[name=n].value"));
        assert_eq!(at(7).path.as_deref(), Some("*"));
    }

    #[test]
    fn what_is_no_yaml_or_out_of_range_has_a_line_only() {
        let broken = Names::new("a: [\n");
        let spot = spot((&broken, Some(0)), (&broken, Some(0)));
        assert_eq!((spot.kind.as_str(), spot.path, spot.line), ("", None, 1));
        assert_eq!(Names::new("").name(5), None);
    }
}
