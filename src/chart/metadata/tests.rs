#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use super::*;

fn read(chart: &str) -> Metadata {
    Metadata::read(Some(chart.as_bytes()), None).unwrap()
}

fn pairs(metadata: &Metadata) -> Vec<(&str, &str)> {
    let pairs = metadata.aliases.iter();
    pairs.map(|(a, b)| (a.as_str(), b.as_str())).collect()
}

#[test]
fn reads_names_and_dependencies() {
    let metadata = read(
        "apiVersion: v2\nname: app\nversion: 1.0.0\ntype: library\ndependencies:\n\
        - name: redis\n  version: 1.x\n  alias: cache\n  repository: file://../redis\n- name: redis\n  version: 2\n",
    );
    assert_eq!(metadata.names, ["app"]);
    let list = &metadata.dependencies;
    assert_eq!(list.len(), 2);
    assert_eq!(list[0].alias.as_deref(), Some("cache"));
    assert_eq!(list[0].repository, "file://../redis");
    assert_eq!(list[1].version, "2");
    assert_eq!(list[1].alias, None);
    assert_eq!(pairs(&metadata), [("redis", "cache")]);
    for text in ["", "# nothing\n", "~", "- a\n", "text"] {
        let read = Metadata::read(Some(text.as_bytes()), None);
        assert_eq!(read, Ok(Metadata::default()), "{text:?}");
    }
    assert_eq!(read("name: 12\ndependencies:\n").names, ["12"]);
    assert_eq!(read("name: \"12\"\n---\nname: b\n").names, ["12"]);
}

/// Each of these was seen to be a name or an alias of a chart in helm's output.
#[test]
fn all_that_helm_can_take_for_a_name_is_kept() {
    for (text, names, aliases) in [
        ("name: a\nname: b", &["a", "b"][..], &[][..]),
        ("Name: a\nname: b", &["a", "b"], &[]),
        ("x: &x {name: a}\n<<: *x", &["a"], &[]),
        ("<<: [{name: a}, {name: b}]", &["a", "b"], &[]),
        (
            "dependencieſ: [{name: r, alias: b}]\ndependencies: [{name: r, alias: a, ALIAS: c}]",
            &[],
            &[("r", "a"), ("r", "b"), ("r", "c")],
        ),
        (
            "dependencies: [{<<: {alias: a}, name: r}]",
            &[],
            &[("r", "a")],
        ),
    ] {
        let metadata = read(text);
        assert_eq!(metadata.names, names, "{text}");
        assert_eq!(pairs(&metadata), aliases, "{text}");
    }
}

#[test]
fn requirements_are_read_into_the_chart() {
    let chart = b"name: app\ndependencies: [{name: a, alias: x}]\n";
    let more = |text: &[u8]| Metadata::read(Some(chart), Some(text)).unwrap();
    let metadata = more(b"name: c\ndependencies: [{name: b}, {name: b, alias: z}]\n");
    assert_eq!(metadata.names, ["app", "c"]);
    assert_eq!(metadata.dependencies.len(), 2);
    assert_eq!(metadata.dependencies[0].name, "b");
    assert_eq!(
        pairs(&metadata),
        [("a", "x"), ("a", "z"), ("b", "x"), ("b", "z")]
    );
    assert_eq!(more(b"{}\n").dependencies[0].name, "a");
}

#[test]
fn what_two_parsers_could_read_in_two_ways_is_refused() {
    for text in [
        "name: yes",
        "name: 010",
        "name: 1.0",
        "name: !x a",
        "name: !!binary YQ==",
        "name: !<tag:yaml.org,2002:bin%61ry> YQ==",
        "%TAG ! tag:yaml.org,2002:\n---\nname: !binary YQ==",
        "dependencies: [{name: a, alias: 1_000}]",
        "dependencies: !x [{name: a}]",
        "name: 'yes'\nversion: yes",
        "name: a\u{200b}b",
        "name: \"a\\tb\"",
        "name: [",
        "name: a\n\tb: c",
    ] {
        let read = Metadata::read(None, Some(text.as_bytes()));
        assert!(matches!(read, Err((1, _))), "{text}: {read:?}");
    }
    for text in ["010", "yes", "1.0", "true"] {
        assert_eq!(read(&format!("name: '{text}'")).names, [text]);
    }
    assert_eq!(
        read("# !! Not for production !!\nname: a\ndescription: It works !!\nversion: 1.0\n").names,
        ["a"]
    );
}
