//! What a place is called.

use super::builder::{Stage, secret, secret_name, stage};
use crate::name::Rule;

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
    for item in ["'PASSWORD:x'", "'PASSWORD=x'", "'a-PASSWORD:x'"] {
        let names = ["Xk29dkqPw81LmZaq", "9!29dkqPw81LmZaq"].map(|value| {
            let item = item.replace("PASSWORD", value);
            name_of(
                &format!("kind: X\nmetadata: {{name: c}}\nargs: [{item}]\n"),
                value,
            )
        });
        assert!(
            names[0] == names[1] && names[0].contains("|[0]|"),
            "{names:?}"
        );
    }
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
