//! The objects that helm printed.

use std::sync::mpsc;
use std::{array, thread};

use super::model::Document;
use super::parse::parse;
use super::select::split;

/// So many threads read ahead, since reading takes longer than looking at what was read.
const READERS: usize = 2;

/// And each is so many texts ahead at most: the fields of all objects take many times the memory of the text.
const AHEAD: usize = 4;

/// All objects of a render, but for those that stand in a chart's `crds/`, where nothing generated is, and those that cannot
/// be read.
pub(crate) fn objects(output: &str) -> impl Iterator<Item = Document> {
    texts(output).flat_map(parse).flatten()
}

/// Hands the [`objects`] over, one after the other, and says of each text that is no YAML to us why. Go's reader takes some
/// that this one refuses: a comment right behind a quote, for one.
pub(crate) fn each_object(output: &str, mut take: impl FnMut(Document)) -> Vec<String> {
    let texts: Vec<&str> = texts(output).collect();
    let mut unread = Vec::new();
    thread::scope(|scope| {
        let readers: [_; READERS] = array::from_fn(|first| {
            let (sender, receiver) = mpsc::sync_channel(AHEAD);
            let own = texts.iter().skip(first).step_by(READERS);
            let mut all_read = own.map(|text| parse(text));
            // Where the system refuses a thread, nobody sends.
            let _ = thread::Builder::new().spawn_scoped(scope, move || {
                all_read.try_for_each(|objects| sender.send(objects))
            });
            receiver
        });
        for (text, reader) in texts.iter().zip(readers.iter().cycle()) {
            match reader.recv().unwrap_or_else(|_| parse(text)) {
                Ok(objects) => objects.into_iter().for_each(&mut take),
                Err(error) => {
                    let source = source(text).unwrap_or("the chart");
                    unread.push(format!("what {source} printed ({error})"));
                }
            }
        }
    });
    unread
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
        let kinds: Vec<String> = objects(output).map(|it| it.identity.kind).collect();
        assert_eq!(kinds, ["A", "List", "B"]);
        let unread = each_object(output, |_| ());
        assert_eq!(unread.len(), 1, "{unread:?}");
        assert!(
            unread[0].starts_with("what the chart printed (line 2, column "),
            "{unread:?}"
        );
    }

    #[test]
    fn they_are_handed_over_in_their_order() {
        let document = |number| format!("---\nkind: K{number}\nitems: [{{kind: a}}]\n");
        let output: String = (0..50).map(document).collect();
        let mut handed: Vec<String> = Vec::new();
        let unread = each_object(&output, |document| handed.push(document.identity.kind));
        let in_order = objects(&output).map(|document| document.identity.kind);
        assert_eq!(handed, in_order.collect::<Vec<_>>());
        assert!(unread.is_empty(), "{unread:?}");
        assert_eq!(handed.len(), 50);
    }
}
