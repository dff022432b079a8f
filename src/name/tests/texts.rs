//! Documents and lines in one scalar.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::builder::{Stage, secret, stage, text};
use crate::chart::keeping::Keeps;
use crate::log::Argument;
use crate::name::{Named, Rule};

const ALICE: &str = "Xk29dkqPw81LmZaq";
const BOB: &str = "Pq81mz0Lw2Ts7YrB";

/// A Secret whose key holds this text.
fn holding(text: &str) -> String {
    let lines = format!("\n{text}").replace('\n', "\n    ");
    format!("kind: Secret\nmetadata: {{name: s}}\nstringData:\n  users.yaml: |{lines}\n")
}

/// The names of the calls of which these are the values.
fn named(yaml: &str, values: &[&str]) -> Vec<Named> {
    let mut it = stage(yaml);
    for value in values {
        it.random(value);
    }
    it.names()
}

/// A way of writing users and their passwords down.
type Write<'w> = &'w dyn Fn(&[(&str, &str)]) -> String;

/// Alice's name alone and below Bob; it is the same.
fn name_of_alice(write: Write<'_>) -> Named {
    let alone = named(&write(&[("alice", ALICE)]), &[ALICE]);
    let below = named(&write(&[("bob", BOB), ("alice", ALICE)]), &[BOB, ALICE]);
    assert_eq!(alone[0], below[1]);
    assert!(!below.iter().any(|it| it.by_position));
    alone[0].clone()
}

#[test]
fn a_user_above_alice_in_a_document_does_not_change_her_name() {
    let yaml = |users: &[(&str, &str)]| -> String {
        let items = users.iter().map(|(user, password)| {
            format!(
                "- username: {user}\n  password: \"{password}\"\n  url: amqp://me:{password}@mq\n"
            )
        });
        format!("# Who may log in.\nusers:\n{}", items.collect::<String>())
    };
    let json = |users: &[(&str, &str)]| {
        let items = users
            .iter()
            .map(|(user, password)| serde_json::json!({ "username": user, "password": password }));
        serde_json::json!({ "users": items.collect::<Vec<_>>() }).to_string()
    };
    let own = name_of_alice(&|users| holding(&yaml(users)));
    let expected = "place||Secret||s|0|5|data|users.yaml|users|[username=alice]|password|value||randAlphaNum|0";
    assert_eq!(own.name.0.join("|"), expected);
    let shown: Vec<&str> = own.places.iter().map(|it| it.path.as_str()).collect();
    assert_eq!(
        shown,
        [
            r#"data["users.yaml"].users[username=alice].password"#,
            r#"data["users.yaml"].users[username=alice].url"#
        ]
    );
    // As JSON, in base64, in a text in a text: one place where the way is one.
    let same = |name: &Named| assert_eq!(name.name, own.name);
    same(&name_of_alice(&|users| holding(&json(users))));
    same(&name_of_alice(&|users| {
        holding(&STANDARD.encode(yaml(users)))
    }));
    same(&name_of_alice(&|users| {
        let inner = yaml(users).replace("users:", "");
        let list = inner.trim_start_matches("# Who may log in.\n").trim();
        holding(&format!("users: |\n  {}\n", list.replace('\n', "\n  ")))
    }));
    // A map goes by its keys.
    name_of_alice(&|users| {
        let entries = users
            .iter()
            .map(|(user, password)| format!("{user}: {{password: '{password}'}}\n"));
        holding(&entries.collect::<String>())
    });
}

#[test]
fn lines_go_by_the_word_before() {
    let lines = |line: &'static str| {
        move |users: &[(&str, &str)]| -> String {
            let lines = users.iter().map(|(user, password)| {
                let line = line.replace("USER", user);
                line.replace("PASSWORD", password) + "\n"
            });
            holding(&lines.collect::<String>())
        }
    };
    for line in ["USER:PASSWORD", "USER = PASSWORD", "export USER='PASSWORD'"] {
        let name = name_of_alice(&lines(line)).name.0;
        assert!(name.contains(&"alice".to_owned()), "{line}");
    }
}

/// Values beside a small one in a file that a helper makes: the words of its lines are the file's own.
#[test]
fn a_document_of_a_helper_has_words_beside_small_values() {
    let file = |port: &str| format!("port = {port}\nalice = {ALICE}\nbob = {BOB}\n");
    let mut it = stage(&holding(&file("7")));
    it.call("randNumeric", [Argument::Int(1)], "7");
    it.random(ALICE);
    it.random(BOB);
    it.carrier(0..3, &file("7"));
    let words = ["alice", "bob"];
    for (named, word) in it.names()[1..].iter().zip(words) {
        assert!(named.name.0.contains(&word.to_owned()), "{:?}", named.name);
        assert!(!named.by_position);
    }
}

#[test]
fn lines_of_htpasswd_go_by_their_users() {
    let hashes = ["$2a$10$abcdefghijklmnop", "$2a$10$qrstuvwxyzabcdef"];
    let file = |users: &[&str]| {
        let mut lines = String::new();
        let mut it = Stage::default();
        for (user, hash) in users.iter().zip(hashes) {
            let line = format!("{user}:{hash}");
            it.call("htpasswd", [text(user), text("pw")], &line);
            lines += &(line + "\n");
        }
        it.yaml = holding(&lines);
        it.names()
    };
    let (alone, below) = (file(&["alice"]), file(&["bob", "alice"]));
    assert_eq!(alone[0].name, below[1].name);
    assert!(!below[1].by_position);
}

#[test]
fn what_only_its_order_tells_apart_goes_by_position() {
    for list in [
        // No field tells the items apart, or it is generated.
        "- password: ALICE\n- password: BOB\n".to_owned(),
        "[ALICE, BOB]".to_owned(),
        // No YAML: a list behind one word.
        "users [\n password ALICE\n password BOB\n]\n".to_owned(),
        // More documents than one.
        "---\npassword: ALICE\n---\npassword: BOB\n".to_owned(),
    ] {
        let yaml = holding(&list.replace("ALICE", ALICE).replace("BOB", BOB));
        let names = named(&yaml, &[ALICE, BOB]);
        assert!(names.iter().all(|it| it.by_position), "{list}");
    }
    let generated =
        format!("- {{id: {ALICE}, password: {ALICE}}}\n- {{id: {BOB}, password: {BOB}}}\n");
    assert!(named(&holding(&generated), &[ALICE, BOB])[0].by_position);
    // A single one has nothing that it could be taken for, but in a list.
    assert!(!named(&holding(&format!("a {ALICE}")), &[ALICE])[0].by_position);
    // The parts of one text go by their order as the text does.
    let mut it = stage(&secret("s", "k", &format!("{ALICE}{BOB}")));
    it.call("randAlpha", [Argument::Int(1)], "X");
    it.call("randAlpha", [Argument::Int(1)], "q");
    it.call("randAlphaNum", [Argument::Int(30)], "?");
    it.carrier(0..3, &format!("{ALICE}{BOB}"));
    assert!(
        it.names()
            .iter()
            .all(|it| it.rule == Rule::Carrier && !it.by_position)
    );
}

/// A define yields the whole document: a second user makes it a text of two calls.
#[test]
fn what_is_all_of_a_document_names_nothing_that_stands_inside() {
    let write = |users: &[(&str, &str)]| {
        let items = users
            .iter()
            .map(|(user, password)| format!("- {{user: {user}, password: {password}}}\n"));
        items.collect::<String>()
    };
    let names = |users: &[(&str, &str)]| {
        let text = write(users);
        let mut it = stage(&holding(&STANDARD.encode(&text)));
        for (_, password) in users {
            it.random(password);
        }
        it.carrier(0..users.len(), &text);
        it.names()
    };
    let alone = names(&[("alice", ALICE)]);
    assert_eq!(alone[0].rule, Rule::Own);
    assert_eq!(
        alone[0].name,
        names(&[("bob", BOB), ("alice", ALICE)])[1].name
    );
    // But what is seen nowhere else is seen in it.
    let mut it = stage(&holding("- user: alice\n- user: bob\n"));
    it.random(ALICE);
    it.carrier(0..1, "- user: alice\n- user: bob\n");
    assert_eq!(it.rules(), [Rule::Own]);
    assert!(!it.names()[0].is_shown);
}

/// What YAML makes of a value is nothing to a name.
#[test]
fn values_do_not_decide_what_a_document_is() {
    let name = |value: &str| {
        let yaml = holding(&format!("a:\n- {{user: me, password: {value}}}\n"));
        let mut it = stage(&yaml);
        it.call("randAscii", [Argument::Int(16)], value);
        it.names()[0].name.clone()
    };
    for value in [
        "*&%}]{[:, #\"'!|>@`",
        "a: b: c}, - d, e",
        "}\n---\n]0123456789",
        "\"0123456789abcd",
    ] {
        assert_eq!(name(value), name(ALICE), "{value}");
    }
}

/// `alice:…` that a chart made in one piece says no more than the value does, which has a word before it. Where the chart may
/// have altered the value, only the piece counts.
#[test]
fn a_piece_that_keeps_the_value_leaves_the_name_to_it() {
    let piece = format!("alice:{ALICE}");
    let named = |keeps: bool, pieces: &[&str]| {
        let mut it = stage(&secret("s", "k", &pieces.join(",")));
        it.random(ALICE);
        match keeps {
            true => it.kept(0..1, &piece),
            false => it.carrier(0..1, &piece),
        };
        it.names().swap_remove(0)
    };
    let own = named(true, &[&piece]);
    assert_eq!(own.rule, Rule::Own);
    assert_eq!(own.name, named(true, &["bob:x", &piece]).name);
    let carried = named(false, &[&piece]);
    assert_eq!(carried.rule, Rule::Own);
    assert_ne!(own.name, carried.name);
}

/// `contains "a" $password` says "false", and so may anything else. What is made of the value besides has nothing of that.
#[test]
fn what_a_value_only_chooses_does_not_name_it() {
    let named = |shown: &str| {
        let mut it = stage(&secret("a", "k", shown));
        it.random(ALICE);
        it.kept(0..1, "false").carrier(0..1, "false");
        it.log.carriers[1].keeps = Keeps::Choice;
        it.names().swap_remove(0)
    };
    let own = named("true");
    assert_eq!((own.rule, own.is_shown), (Rule::Path, false));
    assert_eq!(named("false"), own);
}

/// What takes away a comma or a dash alters no letters and digits, but may alter bytes in base64. A digest alters nothing.
#[test]
fn what_alters_only_other_words_leaves_the_name_to_the_value() {
    let named = |function: &str, keeps: Keeps, is_digest: bool| {
        let piece = format!("alice:{ALICE}");
        let mut it = stage(&secret("s", "k", &piece));
        it.call(function, [Argument::Int(16)], ALICE);
        it.carrier(0..1, &piece);
        let carrier = it.log.carriers.last_mut().unwrap();
        (carrier.keeps, carrier.is_digest) = (keeps, is_digest);
        let name = it.names().swap_remove(0).name;
        name.0.iter().any(|part| part == "alice")
    };
    let cut = Keeps::LettersAndDigits;
    assert!(named("randAlphaNum", cut, false));
    assert!(!named("randBytes", cut, false));
    assert!(named("randAlphaNum", Keeps::Nothing, true));
}

/// A short text can be the same in the first render by chance. It says of the value what it says otherwise.
#[test]
fn a_text_that_is_the_same_by_chance_alters_the_value_all_the_same() {
    let piece = format!("alice:{ALICE}");
    let named = |is_fixed: bool| {
        let mut it = stage(&secret("s", "k", &piece));
        it.random(ALICE);
        it.kept(0..1, &piece).carrier(0..1, &ALICE[..1]);
        if is_fixed {
            it.log.fixed = it.log.carriers.split_off(1);
        }
        it.names().swap_remove(0)
    };
    assert_eq!(named(true), named(false));
}

/// `randAlphaNum 4 | lower` may yield what it was given. The value would be found as a word where the text, which has fewer
/// characters to choose from, is not.
#[test]
fn a_value_that_happens_to_be_unaltered_is_found_as_the_text() {
    let named = |given: &str| {
        let mut it = stage(&secret("s", "k", "x-ab3d-y"));
        it.random(given);
        it.carrier(0..1, "ab3d");
        it.names().swap_remove(0)
    };
    assert_eq!(named("ab3d").name, named("Ab3D").name);
    assert_eq!(named("ab3d").rule, Rule::Path);
}

/// Solr's `HASH SALT`, both in base64: the hash is no word that introduces the salt.
#[test]
fn what_holds_a_digest_in_base64_is_no_word() {
    let named = |salt: &str, digest: &str| {
        let text = format!("{} {}", STANDARD.encode(digest), STANDARD.encode(salt));
        let mut it = stage(&secret("s", "k", &format!("hash {text}")));
        it.random(salt);
        it.digest(0..1, digest);
        it.names().swap_remove(0)
    };
    let digest = |c: char| String::from(c).repeat(64);
    let (one, other) = (named(ALICE, &digest('a')), named(BOB, &digest('7')));
    assert_eq!(one.name, other.name);
    assert_eq!(one.rule, Rule::Own);
}
