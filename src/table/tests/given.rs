//! Given values: taken as they are; certificates as long as they hold.

use zeroize::Zeroizing;

use super::support::{NOW, Render, int, json, maker, maker_at, pair, text};
use crate::chart::generator::Generator;
use crate::log::Argument;
use crate::name::Rule;
use crate::table::{Choice, Pair, is_same_password, is_usual, pair_entry, pair_of};

const DAY: i64 = 86_400;

fn given(text: &str) -> Choice {
    Choice {
        generation: 0,
        given: Some(Zeroizing::new(text.to_owned())),
    }
}

fn wanted(render: &Render, days: i64) -> Vec<String> {
    let wanted = render.wanted(&mut maker_at(NOW + days * DAY)).into_iter();
    wanted.map(|it| it.unwrap().to_string()).collect()
}

#[test]
fn what_is_given_is_wanted() {
    for (generator, arguments, value) in [
        (Generator::AlphaNum, vec![int(8)], "much longer than 8"),
        (Generator::Int, vec![int(0), int(9)], "12"),
        (Generator::Shuffle, vec![text("abc")], "other"),
        (Generator::PrivateKey, vec![text("rsa")], "a key"),
    ] {
        let mut render = Render::default();
        render.call(generator, ("n", Rule::Own), &arguments, "");
        render.choices = vec![given(value)];
        assert_eq!(wanted(&render, 0), [value]);
    }
    let mut render = Render::default();
    render.call(Generator::Int, ("n", Rule::Own), &[int(0), int(9)], "");
    render.choices = vec![given("many")];
    assert!(render.wanted(&mut maker())[0].is_err());
}

#[test]
fn another_generation_is_another_value() {
    let all = [
        (Generator::AlphaNum, vec![int(16)]),
        (Generator::Uuid, vec![]),
        (Generator::Shuffle, vec![text("abcdefghijklmnop")]),
        (Generator::Htpasswd, vec![text("me"), text("secret")]),
        (Generator::EncryptAes, vec![text("key"), text("text")]),
        (Generator::PrivateKey, vec![text("ed25519")]),
    ];
    for (generator, arguments) in all {
        let mut render = Render::default();
        render.call(generator, ("n", Rule::Own), &arguments, "");
        let values: Vec<String> = [0, 1, 2]
            .map(|generation| {
                let given = None;
                render.choices = vec![Choice { generation, given }];
                wanted(&render, 0).remove(0)
            })
            .to_vec();
        assert!(
            values[0] != values[1] && values[1] != values[2],
            "{generator:?}"
        );
    }
}

/// A CA and a leaf of it, as another seed made them 10 days ago.
fn live() -> (Pair, Pair) {
    let mut render = chain(&["other CA", "other leaf"]);
    render.choices.clear();
    let values = wanted(&render, -10);
    let pair = |text: &str| Pair::from_json(text).unwrap();
    (pair(&values[0]), pair(&values[1]))
}

/// A CA and a leaf that is given the CA.
fn chain(names: &[&str; 2]) -> Render {
    let mut render = Render::default();
    let placeholder = r#"{"Cert":"-----BEGIN C-----\nplaceholder of the CA\n-----END C-----\n","Key":"-----BEGIN K-----\nplaceholder of the key\n-----END K-----\n"}"#;
    render.call(
        Generator::Ca,
        (names[0], Rule::Own),
        &[text("ca"), int(365)],
        placeholder,
    );
    let arguments = leaf_arguments(json(placeholder));
    render.call(Generator::Signed, (names[1], Rule::Own), &arguments, "");
    render
}

fn leaf_arguments(ca: Argument) -> [Argument; 5] {
    [
        text("a"),
        json("null"),
        json(r#"["a.example"]"#),
        int(365),
        ca,
    ]
}

/// The chain with both given; the CA without its key.
fn kept(days: i64) -> [(String, String); 2] {
    let (mut ca, leaf) = live();
    let arguments = leaf_arguments(json(&ca.to_json()));
    ca.key = Zeroizing::default();
    let mut render = chain(&["CA", "leaf"]);
    render.choices = vec![
        given(&pair_entry(&ca, Some(&[text("ca"), int(365)]))),
        given(&pair_entry(&leaf, Some(&arguments))),
    ];
    let values = wanted(&render, days);
    [pair(&values[0]), pair(&values[1])]
}

#[test]
fn a_ca_without_its_key_is_printed_until_it_has_to_sign() {
    let (ca, leaf) = live();
    let [kept_ca, kept_leaf] = kept(0);
    assert_eq!(kept_ca.0, *ca.cert);
    assert_eq!(kept_leaf, (leaf.cert.to_string(), leaf.key.to_string()));
    // Ten days ago they were somewhere in their window; a year later both are issued anew, and the leaf keeps its key.
    let [new_ca, new_leaf] = kept(400);
    assert!(new_ca.0 != *ca.cert && new_leaf.0 != *leaf.cert);
    assert_eq!(new_leaf.1, *leaf.key);
}

#[test]
fn other_arguments_end_what_was_given_for_these() {
    let (ca, leaf) = live();
    let mut render = chain(&["CA", "leaf"]);
    let others = [text("b"), int(365)];
    render.choices = vec![
        given(&pair_entry(&ca, None)),
        given(&pair_entry(&leaf, Some(&others))),
    ];
    let values = wanted(&render, 0);
    assert_eq!(pair(&values[0]), (ca.cert.to_string(), ca.key.to_string()));
    let new = pair(&values[1]);
    assert!(new.0 != *leaf.cert && new.1 == *leaf.key);
    // By hand, without the digest of the arguments, a pair is taken as it is.
    render.choices[1] = given(&format!("{}{}", *leaf.cert, *leaf.key));
    assert_eq!(
        pair(&wanted(&render, 0)[1]),
        (leaf.cert.to_string(), leaf.key.to_string())
    );
    render.choices[1] = given("no pair");
    assert!(render.wanted(&mut maker())[1].is_err());
}

#[test]
fn pairs_belong_together() {
    let (ca, leaf) = live();
    let of = |generator, cert: &Pair, key: Option<&Pair>| {
        let key = key.map(|pair| pair.key.clone());
        pair_of(generator, Some(cert.cert.clone()), key).map(|pair| pair.cert.is_empty())
    };
    assert_eq!(of(Generator::Signed, &leaf, Some(&leaf)), Some(false));
    assert_eq!(of(Generator::Signed, &leaf, Some(&ca)), Some(true));
    assert_eq!(of(Generator::Signed, &leaf, None), None);
    assert_eq!(of(Generator::Ca, &ca, None), Some(false));
    let no_key = Some(Zeroizing::new("none".to_owned()));
    assert!(pair_of(Generator::Ca, None, no_key).is_none());
}

#[test]
fn what_a_call_yields_is_known() {
    let usual = |generator, length, text: &str| is_usual(generator, &[int(length)], text);
    assert!(usual(Generator::AlphaNum, 4, "aB3d") && !usual(Generator::AlphaNum, 4, "aB3"));
    assert!(!usual(Generator::AlphaNum, 4, "aB3-") && usual(Generator::Ascii, 4, "aB3 "));
    assert!(!usual(Generator::Alpha, 2, "a1") && !usual(Generator::Numeric, 2, "a1"));
    assert!(usual(Generator::Bytes, 3, "YWJj") && !usual(Generator::Bytes, 2, "YWJj"));
    assert!(!usual(Generator::Bytes, 3, "abc-"));
    assert!(usual(Generator::Uuid, 0, "anything"));
}

#[test]
fn hashes_are_compared_by_their_passwords() {
    let mut render = Render::default();
    let arguments = [text("me"), text("secret")];
    render.call(Generator::Htpasswd, ("n", Rule::Own), &arguments, "");
    let line = wanted(&render, 0).remove(0);
    assert!(is_same_password(&line, b"secret") && !is_same_password(&line, b"Secret"));
    assert!(!is_same_password("no hash", b"secret"));
}
