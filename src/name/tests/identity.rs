//! What a place is called.

use super::builder::{Stage, secret, secret_name, stage, text};
use crate::name::{Pin, Rule};

const ALICE: &str = "Xk29dkqPw81LmZaq";
const BOB: &str = "Pq81mz0Lw2Ts7YrB";

fn name_of(yaml: &str, value: &str) -> String {
    let mut it = stage(yaml);
    it.random(value);
    let shown = it.shown();
    assert_eq!(shown[0].0, Rule::Own, "{yaml}");
    shown[0].1.clone()
}

fn users(users: &[(&str, &str)]) -> Stage {
    let mut yaml = "kind: ConfigMap\nmetadata: {name: c}\nusers:\n".to_owned();
    for (user, password) in users {
        yaml += &format!("- username: {user}\n  password: {password}\n");
    }
    let mut it = stage(&yaml);
    for (_, password) in users {
        it.random(password);
    }
    it
}

#[test]
fn a_user_above_alice_does_not_change_her_name() {
    let before = users(&[("alice", ALICE)]).names()[0].clone();
    let after = users(&[("bob", BOB), ("alice", ALICE)]).names()[1].clone();
    assert_eq!(before.name, after.name);
    assert!(before.name.0.contains(&"[username=alice]".to_owned()));
    assert!(!after.by_position);
}

/// It goes by its path, and what it is must not decide where its neighbour belongs, nor be read in that one's name.
#[test]
fn a_small_value_is_no_part_of_its_neighbours_name() {
    let beside = |small: &str| {
        let yaml =
            format!("kind: Secret\nmetadata: {{name: s}}\nstringData: {{a: x-{small}-{ALICE}}}\n");
        let mut it = stage(&yaml);
        it.random(small);
        it.random(ALICE);
        it.names()[1].name.clone()
    };
    assert_eq!(beside("aB3"), beside("Zz9"));
    assert!(beside("aB3").0.contains(&"x-*".to_owned()));
}

#[test]
fn only_what_has_nothing_goes_by_position() {
    let list = |items: &str| {
        let mut it = stage(&format!(
            "kind: X\nmetadata: {{name: c}}\nitems: [{items}]\n"
        ));
        it.random(ALICE);
        it.names()[0].clone()
    };
    let bare = list(&format!("{{a: 1}}, {{a: {ALICE}}}"));
    assert!(bare.by_position && bare.name.0.contains(&"[1]".to_owned()));
    // Two that are called the same are told apart by position.
    assert!(list(&format!("{{id: 1, a: {ALICE}}}, {{id: 1}}")).by_position);
    assert!(!list(&format!("{{id: 1, a: {ALICE}}}, {{id: 2}}")).by_position);
    // What should identify the items is generated.
    let generated = list(&format!("{{id: {ALICE}, a: {ALICE}}}"));
    assert!(generated.by_position && generated.name.0.contains(&"[id=*]".to_owned()));
    assert!(list(&format!("a, {ALICE}")).by_position);
}

#[test]
fn what_a_place_leaves_open_the_items_of_loops_tell() {
    let pins = |users: &[(&str, &str)]| {
        let all: Vec<&str> = users.iter().map(|(_, password)| *password).collect();
        let mut it = stage(&secret("db", "passwords", &all.join(",")));
        for (user, password) in users {
            it.at(&[user]).random(password);
        }
        let names = it.names().into_iter();
        let named: Vec<_> = names
            .map(|named| (Pin::of(&named.name).text().to_owned(), named.by_position))
            .collect();
        named
    };
    let alone = pins(&[("bob", BOB)]);
    assert_eq!(
        alone,
        [("Secret/db/passwords#randAlphaNum[bob]".to_owned(), false)]
    );
    let both = pins(&[("alice & co", ALICE), ("bob", BOB)]);
    assert_eq!(both[1], alone[0]);
    assert_eq!(
        both[0].0,
        "Secret/db/passwords#randAlphaNum[\"alice & co\"]"
    );
    // Of one item their order tells, and the document's name tells by itself.
    let twice = pins(&[("bob", BOB), ("bob", ALICE)]);
    assert_eq!(twice[0].0, alone[0].0);
    assert_eq!(twice[1].0, format!("{}.2", alone[0].0));
    assert!(twice[0].1 && twice[1].1);
    assert_eq!(
        pins(&[("db", BOB)])[0].0,
        "Secret/db/passwords#randAlphaNum"
    );
    // No name shows a password.
    let mut hashed = stage(&secret("db", "line", "me:$2a$10$abcdefgh"));
    let arguments = [text("me"), text("hunter2")];
    hashed
        .at(&["hunter2"])
        .call("htpasswd", arguments, "me:$2a$10$abcdefgh");
    assert!(!hashed.names()[0].name.0.concat().contains("hunter2"));
    // What was generated is no item.
    assert_eq!(
        pins(&[(ALICE, BOB), ("x", ALICE)])[0].0,
        "Secret/db/passwords#randAlphaNum"
    );
}

#[test]
fn an_argument_goes_by_its_flag() {
    let args = |items: &str| {
        name_of(
            &format!("kind: X\nmetadata: {{name: c}}\nargs: [{items}]\n"),
            ALICE,
        )
    };
    let expected = "place||X||c|0|2|args|[--token]|value||randAlphaNum|0";
    assert_eq!(args(&format!("run, --token={ALICE}")), expected);
    assert_eq!(args(&format!("--more, x, run, --token, {ALICE}")), expected);
    let word = args(&format!("'--url=redis://me:{ALICE}@h'"));
    assert!(word.contains("|[--url]|value|me|"), "{word}");
    for script in [format!("'echo {ALICE}'"), format!("'echo:{ALICE}'")] {
        let script = args(&format!("sh, -c, {script}"));
        assert!(script.contains("|[-c]|value|echo|"), "{script}");
    }
    // So does a user.
    let user = |users: &str| args(&users.replace("PASSWORD", ALICE));
    let alone = user("'alice:PASSWORD'");
    assert_eq!(alone, user("bob, 'carol:x', 'alice:PASSWORD'"));
    assert!(alone.contains("|[alice]|value||"), "{alone}");
    let url = user("'http://PASSWORD@h'");
    assert!(url.contains("|[0]|value|http|"), "{url}");
}

#[test]
fn generated_parts_of_names_are_masked() {
    let names = |suffix: &str| {
        let yaml = format!(
            "kind: Secret\nmetadata: {{name: db-{suffix}}}\nstringData:\n  k-{suffix}: {ALICE}\n  l: 'a{suffix}b {BOB}'\n"
        );
        let mut it = stage(&yaml);
        it.random(ALICE);
        it.random(BOB);
        it.random(suffix);
        it.shown()
    };
    let shown = names("k3Ud9");
    assert_eq!(shown, names("Z92mq"));
    assert_eq!(
        shown[0].1,
        secret_name("db-*", "k-*", "", "randAlphaNum", 0)
    );
    assert_eq!(
        shown[1].1,
        secret_name("db-*", "l", "a*b", "randAlphaNum", 0)
    );
    // Its own place is the name, or a key.
    assert!(shown[2].1.contains("|data|k-*|key|k|"), "{}", shown[2].1);
}

#[test]
fn documents_are_told_apart() {
    let other = secret("db", "k", ALICE).replace("metadata:", "metadata:\n  namespace: other");
    let own = secret("db", "k", ALICE).replace("metadata:", "metadata:\n  namespace: default");
    let expected = secret_name("db", "k", "", "randAlphaNum", 0);
    assert_eq!(name_of(&own, ALICE), expected);
    assert_eq!(
        name_of(&other, ALICE),
        expected.replace("Secret||", "Secret|other|")
    );
    let second = secret("db", "x", "y") + &secret("db", "k", ALICE);
    assert_eq!(
        name_of(&second, ALICE),
        expected.replace("|db|0|", "|db|1|")
    );
    // Which one of two of one name it is, is a position.
    let by_position = |yaml: &str| {
        let mut it = stage(yaml);
        it.random(ALICE);
        it.names()[0].by_position
    };
    let before = secret("db", "k", ALICE) + &secret("db", "x", "y");
    assert!(by_position(&before) && by_position(&second) && !by_position(&own));
    // The shorter name names a value that two show.
    let two = secret("a-db", "k", ALICE) + &secret("db", "k", ALICE);
    assert_eq!(name_of(&two, ALICE), expected);
}

#[test]
fn documents_move_and_labels_join() {
    let plain = secret("db", "k", ALICE);
    let moved = secret("aaa", "x", "y")
        + "---\nkind: ConfigMap\nmetadata: {name: c, labels: {a: b}}\n"
        + &plain
            .replace("metadata:", "metadata:\n  labels: {x: y}")
            .replace("stringData:", "stringData:\n  first: one");
    assert_eq!(name_of(&plain, ALICE), name_of(&moved, ALICE));
}
