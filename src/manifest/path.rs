//! Field paths: how a place in a document is named.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// One step of a [`Path`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Step {
    /// A field of a mapping, by its decoded key.
    Key(Arc<str>),
    /// An item of a list, by the field that identifies it: `[name=app]`.
    Item {
        /// The field that tells the items of this list apart: `name`, `containerPort`.
        merge_key: &'static str,
        /// That field's decoded value.
        value: Arc<str>,
    },
    /// An item of a list, counted from 0, where no field tells the items apart; or an entry of a
    /// mapping whose key is not a scalar.
    Index(usize),
}

/// The way from a document's root to a scalar. Cheap to clone.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Path(Arc<[Step]>);

impl Path {
    /// The steps, from the root on.
    pub(crate) fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Whether the path begins with these fields: `path.starts_with_keys(&["metadata", "name"])`.
    pub(crate) fn starts_with_keys(&self, keys: &[&str]) -> bool {
        self.0.len() >= keys.len()
            && self
                .0
                .iter()
                .zip(keys)
                .all(|(step, key)| matches!(step, Step::Key(own) if **own == **key))
    }

    /// Whether the path is exactly these fields.
    pub(crate) fn is_keys(&self, keys: &[&str]) -> bool {
        self.0.len() == keys.len() && self.starts_with_keys(keys)
    }
}

impl From<&[Step]> for Path {
    fn from(steps: &[Step]) -> Self {
        Self(Arc::from(steps))
    }
}

impl Deref for Path {
    type Target = [Step];

    fn deref(&self) -> &[Step] {
        &self.0
    }
}

impl<'a> IntoIterator for &'a Path {
    type Item = &'a Step;
    type IntoIter = std::slice::Iter<'a, Step>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
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
        for (n, step) in self.0.iter().enumerate() {
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
        Path::from(steps)
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
