//! Field paths: how a place in a document is named.

use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

/// One step of a [`Path`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Step {
    /// A field of a mapping, by its decoded key.
    Key(Arc<str>),
    /// An item of a list, by the field that identifies it: `[name=app]`.
    Item {
        /// The field that tells the items of this list apart: `name`, `containerPort`. Empty where it is an argument's flag.
        merge_key: &'static str,
        /// That field's decoded value.
        value: Arc<str>,
    },
    /// An item of a list, counted from 0, where no field tells the items apart; or an entry of a
    /// mapping whose key is not a scalar.
    Index(usize),
}

/// The way from a document's root to a scalar. What leads to many scalars stands in memory once, so that a deep document
/// takes no more than its text.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct Path(Option<Arc<Link>>);

#[derive(PartialEq, Eq, Hash)]
struct Link {
    step: Step,
    /// How many steps lead here, this one too.
    depth: usize,
    outer: Path,
}

impl Path {
    /// One step farther.
    pub(crate) fn then(&self, step: Step) -> Path {
        Path(Some(Arc::new(Link {
            step,
            depth: self.depth() + 1,
            outer: self.clone(),
        })))
    }

    /// How many steps there are.
    pub(crate) fn depth(&self) -> usize {
        self.0.as_ref().map_or(0, |link| link.depth)
    }

    /// The way without its last step.
    pub(crate) fn outer(&self) -> Path {
        self.0
            .as_ref()
            .map_or_else(Path::default, |link| link.outer.clone())
    }

    /// The last step.
    pub(crate) fn last(&self) -> Option<&Step> {
        self.0.as_ref().map(|link| &link.step)
    }

    /// The steps, from the root on.
    pub(crate) fn steps(&self) -> Vec<&Step> {
        let mut steps = Vec::with_capacity(self.depth());
        let mut next = &self.0;
        while let Some(link) = next {
            steps.push(&link.step);
            next = &link.outer.0;
        }
        steps.reverse();
        steps
    }

    /// Whether the path begins with these fields: `path.starts_with_keys(&["metadata", "name"])`.
    pub(crate) fn starts_with_keys(&self, keys: &[&str]) -> bool {
        let steps = self.steps();
        steps.len() >= keys.len()
            && steps
                .iter()
                .zip(keys)
                .all(|(step, key)| matches!(step, Step::Key(own) if **own == **key))
    }

    /// Whether the path is exactly these fields.
    pub(crate) fn is_keys(&self, keys: &[&str]) -> bool {
        self.depth() == keys.len() && self.starts_with_keys(keys)
    }
}

impl FromIterator<Step> for Path {
    fn from_iter<T: IntoIterator<Item = Step>>(steps: T) -> Self {
        steps
            .into_iter()
            .fold(Path::default(), |path, step| path.then(step))
    }
}

/// Step by step from the root on.
impl Ord for Path {
    fn cmp(&self, other: &Self) -> Ordering {
        self.steps().cmp(&other.steps())
    }
}

impl PartialOrd for Path {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Debug for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Path({self})")
    }
}

/// `spec.containers[name=app].env[name=PW].value`, `data["tls.crt"]`, `args[0]`.
///
/// Two different paths never read the same.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, step) in self.steps().into_iter().enumerate() {
            match step {
                Step::Key(key) if is_bare(key) => {
                    if n > 0 {
                        f.write_str(".")?;
                    }
                    f.write_str(key)?;
                }
                Step::Key(key) => write!(f, "[{key:?}]")?,
                Step::Item { merge_key, value } if is_bare_value(value) => {
                    write!(f, "[{merge_key}={value}]")?;
                }
                Step::Item { merge_key, value } => write!(f, "[{merge_key}={value:?}]")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// Whether a key needs no quotes between dots.
fn is_bare(key: &str) -> bool {
    !key.is_empty()
        && key
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'/'))
}

/// Whether an item's value needs no quotes between `=` and `]`.
fn is_bare_value(value: &str) -> bool {
    !value.is_empty()
        && value
            .bytes()
            .all(|b| b.is_ascii_graphic() && !matches!(b, b']' | b'[' | b'"' | b'\\'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(steps: &[Step]) -> Path {
        steps.iter().cloned().collect()
    }

    fn key(key: &str) -> Step {
        Step::Key(key.into())
    }

    #[test]
    fn reads_like_a_field_path() {
        let item = |merge_key, value: &str| Step::Item {
            merge_key,
            value: value.into(),
        };
        let p = path(&[
            key("spec"),
            key("containers"),
            item("name", "app"),
            key("env"),
            item("name", "A B"),
            key("value"),
        ]);
        assert_eq!(
            p.to_string(),
            r#"spec.containers[name=app].env[name="A B"].value"#
        );
        let p = path(&[key("data"), key("tls.crt"), Step::Index(3), key("")]);
        assert_eq!(p.to_string(), r#"data["tls.crt"][3][""]"#);
        let p = path(&[key("a.b"), key("checksum/secret")]);
        assert_eq!(p.to_string(), r#"["a.b"].checksum/secret"#);
        assert_eq!(path(&[]).to_string(), "");
    }

    #[test]
    fn asks_for_keys() {
        let p = path(&[key("metadata"), key("name")]);
        assert!(p.is_keys(&["metadata", "name"]));
        assert!(p.starts_with_keys(&["metadata"]));
        assert!(!p.is_keys(&["metadata"]));
        assert!(!p.starts_with_keys(&["metadata", "name", "x"]));
    }
}
