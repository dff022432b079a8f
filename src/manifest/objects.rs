//! The objects that helm printed.

use super::model::{Document, Manifest};
use super::select::split;

/// All objects of a render, each with its text, but for those that stand in a chart's `crds/`, where nothing generated is,
/// and those that are no YAML. They are read one after the other, since the fields of all of them together take many times
/// the memory of the text.
pub(crate) fn objects(output: &str) -> impl Iterator<Item = (Document, &str)> {
    let texts = split(output).into_iter().filter(|text| !is_crd(text));
    let read = texts.filter_map(|text| Some((Manifest::parse(text.to_owned()).ok()?, text)));
    read.flat_map(|(manifest, text)| {
        let documents = manifest.documents.into_iter();
        documents.map(move |document| {
            let own = text.get(document.span.clone()).unwrap_or_default();
            (document, own)
        })
    })
}

/// Whether a document is one of those that helm prints as they stand in `crds/`.
fn is_crd(document: &str) -> bool {
    let mut lines = document
        .lines()
        .filter_map(|line| line.strip_prefix("# Source: "));
    lines
        .next()
        .is_some_and(|source| source.contains("/crds/") && !source.contains("/templates/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_object_of_the_release_is_left_out() {
        let output = "---\n# Source: a/crds/x.yaml\nkind: C\n---\n# Source: a/templates/crds/y.yaml\nkind: A\n\
                      ---\nkind: [\n---\nkind: List\nitems:\n- kind: B\n";
        let found: Vec<_> = objects(output).collect();
        let kinds: Vec<&str> = found.iter().map(|it| it.0.identity.kind.as_str()).collect();
        assert_eq!(kinds, ["A", "List", "B"]);
        assert!(
            found[0].1.starts_with("---\n# Source: a/templates") && found[0].1.ends_with("A\n")
        );
        assert_eq!(found[2].1, "kind: B\n");
    }
}
