//! The objects that helm printed.

use std::sync::mpsc;
use std::{array, thread};

use super::model::{Document, Manifest};
use super::select::split;

/// So many threads read ahead, since reading takes longer than looking at what was read.
const READERS: usize = 2;

/// And each is so many texts ahead at most: the fields of all objects take many times the memory of the text.
const AHEAD: usize = 4;

/// All objects of a render, each with its text, but for those that stand in a chart's `crds/`, where nothing generated is,
/// and those that are no YAML.
pub(crate) fn objects(output: &str) -> impl Iterator<Item = (Document, &str)> {
    texts(output).flat_map(read)
}

/// Hands the [`objects`] over, one after the other.
pub(crate) fn each_object<'t>(output: &'t str, mut take: impl FnMut(Document, &'t str)) {
    let texts: Vec<&str> = texts(output).collect();
    thread::scope(|scope| {
        let readers: [_; READERS] = array::from_fn(|first| {
            let (sender, receiver) = mpsc::sync_channel(AHEAD);
            let own = texts.iter().skip(first).step_by(READERS);
            let mut all_read = own.map(|text| read(text));
            // Where the system refuses a thread, nobody sends.
            let _ = thread::Builder::new().spawn_scoped(scope, move || {
                all_read.try_for_each(|objects| sender.send(objects))
            });
            receiver
        });
        for (text, reader) in texts.iter().zip(readers.iter().cycle()) {
            let objects = reader.recv().unwrap_or_else(|_| read(text));
            for (document, own) in objects {
                take(document, own);
            }
        }
    });
}

/// The texts of a stream in which objects are looked for.
fn texts(output: &str) -> impl Iterator<Item = &str> {
    // What comes from a template names it in each document; a file of CRDs is named once, and may begin with `---`.
    let mut is_crd = false;
    split(output).into_iter().filter(move |text| {
        if let Some(source) = source(text) {
            is_crd = source.contains("/crds/") && !source.contains("/templates/");
        }
        !is_crd
    })
}

/// The objects of a text, a list before its items; none if it is no YAML.
fn read(text: &str) -> Vec<(Document, &str)> {
    let manifest = Manifest::parse(text.to_owned()).ok();
    let documents = manifest.into_iter().flat_map(|it| it.documents);
    let objects = documents.map(|document| {
        let own = text.get(document.span.clone()).unwrap_or_default();
        (document, own)
    });
    objects.collect()
}

/// The file that a document comes from, where helm names it.
fn source(document: &str) -> Option<&str> {
    let mut lines = document.lines();
    lines.find_map(|line| line.strip_prefix("# Source: "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_object_of_the_release_is_left_out() {
        let output = "---\n# Source: a/crds/x.yaml\nkind: C\n---\n# Source: a/crds/w.yaml\n---\nkind: C\n---\nkind: C\n\
                      ---\n# Source: a/templates/crds/y.yaml\nkind: A\n\
                      ---\nkind: [\n---\nkind: List\nitems:\n- kind: B\n";
        let found: Vec<_> = objects(output).collect();
        let kinds: Vec<&str> = found.iter().map(|it| it.0.identity.kind.as_str()).collect();
        assert_eq!(kinds, ["A", "List", "B"]);
        assert!(
            found[0].1.starts_with("---\n# Source: a/templates") && found[0].1.ends_with("A\n")
        );
        assert_eq!(found[2].1, "kind: B\n");
    }

    #[test]
    fn they_are_handed_over_in_their_order() {
        let document = |number| format!("---\nkind: K{number}\nitems: [{{kind: a}}]\n");
        let output: String = (0..50).map(document).collect();
        let mut handed: Vec<(String, &str)> = Vec::new();
        each_object(&output, |document, text| {
            handed.push((document.identity.kind, text));
        });
        let in_order = objects(&output).map(|(document, text)| (document.identity.kind, text));
        assert_eq!(handed, in_order.collect::<Vec<_>>());
        assert_eq!(handed.len(), 50);
    }
}
