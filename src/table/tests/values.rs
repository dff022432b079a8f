//! Each function's value, and the arguments that Sprig answers in its own way.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use regex::Regex;

use super::support::{PINNED, Render, int, json, maker, text, wanted};
use crate::chart::generator::Generator;
use crate::derive::{Alphabet, Class, Key, Request, value};
use crate::name::Rule;
use crate::table::error::Cause;
use crate::table::is_given;

#[track_caller]
fn assert_form(generator: Generator, arguments: &[crate::log::Argument], form: &str) {
    let form = Regex::new(&format!("^(?s:{form})$")).unwrap();
    for rule in [Rule::Own, Rule::Carrier, Rule::Path] {
        let value = wanted(generator, ("Secret", rule), arguments).unwrap();
        assert!(form.is_match(&value), "{generator:?}: {value}");
        let other = wanted(generator, ("Other", rule), arguments).unwrap();
        let constant = generator == Generator::Now || value.len() < 2;
        assert!(constant || value != other, "{generator:?}");
    }
}

#[test]
fn each_function_has_values_of_its_form() {
    for (generator, arguments, form) in [
        (Generator::AlphaNum, vec![int(32)], "[0-9A-Za-z]{32}"),
        (Generator::Alpha, vec![int(20)], "[A-Za-z]{20}"),
        (Generator::Numeric, vec![int(20)], "[0-9]{20}"),
        (
            Generator::Ascii,
            vec![int(20)],
            "[$()+./;<=^~0-9A-Z_a-z-]{20}",
        ),
        (Generator::Bytes, vec![int(16)], "[0-9A-Za-z+/]{22}=="),
        (Generator::Int, vec![int(-5), int(1 << 40)], "-?[0-9]+"),
        (
            Generator::Uuid,
            vec![],
            "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
        ),
        (
            Generator::Shuffle,
            vec![text("0123456789abcdef")],
            "[0-9a-f]{16}",
        ),
        (
            Generator::Bcrypt,
            vec![text("p")],
            r"\$2a\$10\$[./0-9A-Za-z]{53}",
        ),
        (
            Generator::Htpasswd,
            vec![text("u"), text("p")],
            r"u:\$2a\$10\$[./0-9A-Za-z]{53}",
        ),
        (
            Generator::EncryptAes,
            vec![text("k"), text("t")],
            "[0-9A-Za-z+/]{43}=",
        ),
        (Generator::Now, vec![], "1700000000"),
    ] {
        assert_form(generator, &arguments, form);
    }
}

#[test]
fn private_keys_are_of_their_kind() {
    for (kind, label) in [("ecdsa", "EC "), ("ed25519", ""), ("dsa", "DSA ")] {
        let form =
            format!("-----BEGIN {label}PRIVATE KEY-----\n.*-----END {label}PRIVATE KEY-----\n");
        assert_form(Generator::PrivateKey, &[text(kind)], &form);
    }
    let error = wanted(Generator::PrivateKey, ("a", Rule::Own), &[text("nonsense")]).unwrap_err();
    assert_eq!(error.cause, Cause::KeyKind);
    assert!(!error.to_string().contains("nonsense"));
}

/// What stands alone is what derivation version 1 says, with its rules.
#[test]
fn an_own_value_is_version_1() {
    let request = Request {
        class: Class::String(Alphabet::AlphaNumeric),
        length: 1,
        place: vec!["a".to_owned()],
        generation: 0,
    };
    let expected = value(&Key::from_bytes([9; 32]), &request).to_string();
    let own = wanted(Generator::AlphaNum, ("a", Rule::Own), &[int(1)]).unwrap();
    assert_eq!(own, expected);
}

/// A double has its original's value, also where the rules of version 1 refuse the first candidate.
#[test]
fn a_double_has_its_originals_value() {
    let mut render = Render::default();
    for number in 0..200 {
        let name = number.to_string();
        render.call(Generator::Numeric, (&name, Rule::Double), &[int(4)], "");
        render.call(Generator::Numeric, (&name, Rule::Own), &[int(4)], "");
    }
    let values = render.wanted(&mut maker());
    for two in values.chunks(2) {
        assert_eq!(two[0], two[1]);
        assert!(!two[0].as_ref().unwrap().starts_with('0'));
    }
}

/// Long values stay when they become a part of something.
#[test]
fn a_long_value_is_the_same_as_a_piece() {
    let value = |rule| wanted(Generator::AlphaNum, ("a", rule), &[int(32)]).unwrap();
    assert_eq!(value(Rule::Own), value(Rule::Carrier));
}

#[test]
fn lengths_that_are_no_lengths() {
    for generator in [
        Generator::AlphaNum,
        Generator::Alpha,
        Generator::Numeric,
        Generator::Ascii,
    ] {
        for length in [0, -1, i64::MIN] {
            let value = wanted(generator, ("a", Rule::Own), &[int(length)]);
            assert_eq!(value.as_deref(), Ok(""));
        }
        let error = wanted(generator, ("a", Rule::Own), &[int(i64::MAX)]).unwrap_err();
        assert_eq!(error.cause, Cause::Length);
    }
    let bytes = |length| wanted(Generator::Bytes, ("a", Rule::Own), &[int(length)]);
    assert_eq!(bytes(0).as_deref(), Ok(""));
    assert_eq!(bytes(-1).unwrap_err().cause, Cause::Length);
}

#[test]
fn passwords_and_users_that_sprig_does_not_take() {
    let sentence = "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes";
    let long = text("x".repeat(73));
    let hash = wanted(
        Generator::Bcrypt,
        ("a", Rule::Own),
        std::slice::from_ref(&long),
    );
    assert_eq!(hash.as_deref(), Ok(sentence));
    let line = wanted(Generator::Htpasswd, ("a", Rule::Own), &[text("u"), long]);
    assert_eq!(line, Ok(format!("u:{sentence}")));
    let line = wanted(
        Generator::Htpasswd,
        ("a", Rule::Own),
        &[text("u:v"), text("p")],
    );
    assert_eq!(line.as_deref(), Ok("invalid username: u:v"));
    let encrypted = wanted(
        Generator::EncryptAes,
        ("a", Rule::Own),
        &[text("k"), text("")],
    );
    assert_eq!(encrypted.as_deref(), Ok(""));
    let error = wanted(
        Generator::Htpasswd,
        ("a", Rule::Own),
        &[text([0xff]), text("p")],
    );
    let error = error.unwrap_err();
    assert_eq!(
        error.to_string(),
        "templates/a.yaml:1 calls htpasswd: argument 1 is not UTF-8"
    );
}

/// Passwords need not be UTF-8: `randBytes 16 | b64dec | bcrypt`.
#[test]
fn a_password_is_bytes() {
    let password: [u8; 3] = [0xff, 0xfe, 0x80];
    let hash = wanted(Generator::Bcrypt, ("a", Rule::Own), &[text(password)]).unwrap();
    assert!(::bcrypt::verify(password, &hash).unwrap());
    let encrypted = wanted(
        Generator::EncryptAes,
        ("a", Rule::Own),
        &[text(password), text("t")],
    );
    assert_eq!(STANDARD.decode(encrypted.unwrap()).unwrap().len(), 32);
}

#[test]
fn the_clock_of_a_job_is_its_own() {
    let clock = |name| {
        let value = wanted(Generator::Now, (name, Rule::JobName), &[]).unwrap();
        value.parse::<i64>().unwrap()
    };
    assert!((PINNED..PINNED + 631_152_000).contains(&clock("a")));
    assert_ne!(clock("a"), clock("b"));
    assert_eq!(clock("a"), clock("a"));
}

#[test]
fn arguments_of_the_wrong_kind_are_internal_errors() {
    let error = wanted(Generator::AlphaNum, ("a", Rule::Own), &[text("8")]).unwrap_err();
    assert_eq!(error.cause, Cause::Argument(1));
    let error = wanted(Generator::Htpasswd, ("a", Rule::Own), &[text("8")]).unwrap_err();
    assert_eq!(error.cause, Cause::Argument(2));
    let error = wanted(Generator::Ca, ("a", Rule::Own), &[text("8"), json("[]")]).unwrap_err();
    assert_eq!(error.cause, Cause::Argument(2));
}

/// Go writes `<`, `>` and `&` as `\u003c` and so on in JSON.
#[test]
fn certificates_are_compared_by_what_they_hold() {
    let (go, ours) = (
        r#"{"Cert":"a\u003c","Key":"k"}"#,
        r#"{"Cert":"a<","Key":"k"}"#,
    );
    assert!(is_given(Generator::CustomCert, go, ours));
    assert!(!is_given(Generator::AlphaNum, go, ours));
    assert!(!is_given(Generator::Ca, go, r#"{"Cert":"a<","Key":"l"}"#));
    assert!(!is_given(Generator::Ca, go, "") && is_given(Generator::Uuid, "a", "a"));
}

#[test]
fn logs_and_names_have_to_belong_together() {
    let mut render = Render::default();
    render.call(Generator::Uuid, ("a", Rule::Own), &[], "");
    let error = maker().wanted(&render.log, &render.sites, &[]).unwrap_err();
    assert_eq!(error.to_string(), "internal error: 1 calls have 0 names");
    let error = maker().wanted(&render.log, &[], &render.names).unwrap_err();
    assert_eq!(
        error.to_string(),
        "internal error: a call stands at no site"
    );
}
