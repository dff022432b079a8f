#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use crate::manifest::model::Manifest;
use crate::manifest::{Identity, Role};

fn parse(text: &str) -> Manifest {
    Manifest::parse(text.to_owned()).unwrap()
}

/// Raw text and value of all leaves that are values.
fn values(text: &str) -> Vec<(String, String)> {
    let manifest = parse(text);
    let leaves = manifest.leaves().filter(|leaf| leaf.role == Role::Value);
    leaves
        .map(|leaf| (manifest.raw(leaf).to_owned(), leaf.value.clone()))
        .collect()
}

fn value(text: &str) -> (String, String) {
    values(text).remove(0)
}

fn pair(raw: &str, value: &str) -> (String, String) {
    (raw.to_owned(), value.to_owned())
}

#[test]
fn quotes_are_in_the_span() {
    assert_eq!(value("a: x \n"), pair("x", "x"));
    assert_eq!(value("a: 'it''s'"), pair("'it''s'", "it's"));
    assert_eq!(value("a: \"x\\ty\"  # c\n"), pair("\"x\\ty\"", "x\ty"));
    assert_eq!(value("a: \"x\n   y\"\n"), pair("\"x\n   y\"", "x y"));
    assert_eq!(value("a: p\n  q\nb: 1\n"), pair("p\n  q", "p q"));
    assert_eq!(value("[é, {b: ü}]"), pair("é", "é"));
}

#[test]
fn anchors_and_tags_are_not() {
    let text = "- &a !!str foo\n- *a\n- !!int \"7\"\n- !x y\n";
    assert_eq!(
        values(text),
        [pair("foo", "foo"), pair("\"7\"", "7"), pair("y", "y")]
    );
}

#[test]
fn a_block_ends_before_the_next_lines_indentation() {
    assert_eq!(
        value("x:\n  a: |\n    p\n    q\n\n\n  b: 1\n"),
        pair("p\n    q\n\n\n", "p\nq\n")
    );
    assert_eq!(value("a: |-\n  x"), pair("x", "x"));
    assert_eq!(value("a: |\n  x\n  "), pair("x\n", "x\n"));
    assert_eq!(value("a: |\n  x\n   "), pair("x\n   ", "x\n "));
    assert_eq!(value("a: |+\n  x\n\nb: 1"), pair("x\n\n", "x\n\n"));
    assert_eq!(
        value("a: |2\n    x\n   y\n"),
        pair("  x\n   y\n", "  x\n y\n")
    );
    assert_eq!(
        value("a: >\n  x\n  y\n\n  z\n"),
        pair("x\n  y\n\n  z\n", "x y\nz\n")
    );
    assert_eq!(
        value("a: |\r\n  x\r\n  y\r\nb: 1\r\n"),
        pair("x\r\n  y\r\n", "x\ny\n")
    );
    assert_eq!(
        value("a: |  # note\n  x\n  # y\n# z\n"),
        pair("x\n  # y\n", "x\n# y\n")
    );
    assert_eq!(value("a: |\n\n  x\n"), pair("x\n", "\nx\n"));
}

#[test]
fn a_block_without_text_has_an_empty_span() {
    for text in [
        "a: |\n",
        "a: |",
        "a: |\n\nb: 1\n",
        "a: >-\n",
        "a: |+\n\n\nb: 1\n",
        "a: |+\n\n",
    ] {
        let (raw, value) = value(text);
        assert_eq!(raw, "", "{text:?}");
        assert!(value.bytes().all(|b| b == b'\n'), "{text:?}");
    }
}

#[test]
fn a_scalar_that_is_not_written_is_empty() {
    let manifest = parse("a:\nb: ~\nc: ''\nd: [x: ]\ne: !!str\n");
    let leaves: Vec<_> = manifest
        .leaves()
        .filter(|leaf| leaf.role == Role::Value)
        .map(|leaf| (manifest.raw(leaf), &*leaf.value))
        .collect();
    assert_eq!(
        leaves,
        [("", ""), ("~", "~"), ("''", ""), ("", ""), ("", ""),]
    );
}

#[test]
fn documents_take_all_bytes() {
    let text = "# c\n---\n# Source: a/t/x.yaml\nkind: A\n---\n# Source: a/t/y.yaml\n---\nkind: B\n...\n---\n";
    let manifest = parse(text);
    let seen: Vec<_> = manifest
        .documents
        .iter()
        .map(|d| (&*d.identity.kind, d.leaves.len()))
        .collect();
    assert_eq!(seen, [("A", 2), ("", 0), ("B", 2), ("", 0)]);
    let mut end = 0;
    for document in &manifest.documents {
        assert_eq!(document.span.start, end);
        end = document.span.end;
    }
    assert_eq!(end, text.len());
}

#[test]
fn a_text_without_objects_is_fine() {
    for text in ["", "\n", "# only a comment\n", "\u{feff}"] {
        assert!(parse(text).leaves().next().is_none(), "{text:?}");
    }
    assert_eq!(parse("\u{feff}a: 1\n").documents[0].leaves[0].value, "a");
}

#[test]
fn knows_which_object_it_is() {
    let manifest = parse(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  namespace: ns\n  name: web\nspec: {}\n",
    );
    let document = &manifest.documents[0];
    assert_eq!(
        document.identity,
        Identity {
            group: "apps".to_owned(),
            kind: "Deployment".to_owned(),
            namespace: Some("ns".to_owned()),
            name: "web".to_owned(),
        }
    );
    assert_eq!(document.leaves[document.name_leaf.unwrap()].value, "web");

    let manifest = parse("kind: Job\nmetadata: {generateName: job-, namespace: }\n");
    let identity = &manifest.documents[0].identity;
    assert_eq!((&*identity.name, &identity.namespace), ("job-", &None));
    let manifest = parse("- kind: x\n");
    assert_eq!(manifest.documents[0].identity, Identity::default());
}

#[test]
fn says_where_it_is_no_yaml_and_quotes_nothing() {
    let text = "---\n# Source: c/templates/b.yaml\nb: \"s3cret\nc: [\n";
    let error = Manifest::parse(text.to_owned()).err().unwrap();
    assert_eq!(error.to_string(), "line 3, column 4: unclosed quote");
    let error = Manifest::parse("a: s3cret: x\n".to_owned()).err().unwrap();
    assert_eq!(error.line, 1);
    assert!(!error.to_string().contains("s3cret"));
    assert!(!format!("{error:?}").contains("s3cret"));
}

#[test]
fn nesting_is_bounded() {
    let flow = |n: usize| "[".repeat(n) + &"]".repeat(n);
    assert!(Manifest::parse(flow(255)).is_ok());
    assert!(Manifest::parse(flow(100_000)).is_err());
    let both = "- ".repeat(250) + &flow(250);
    assert!(Manifest::parse(both).is_ok());
    assert!(Manifest::parse("- ".repeat(100_000)).is_err());
    assert!(Manifest::parse("? ".repeat(100_000)).is_err());
}

#[test]
fn debug_output_has_no_values() {
    let manifest = parse("a: s3cret\n");
    let debug = format!("{:?}", manifest.documents);
    assert!(!debug.contains("s3cret"));
}
