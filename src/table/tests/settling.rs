//! Arguments that hold other calls' values: what a survey's log says is settled by the next render.

use super::support::{Render, int, json, maker, text};
use crate::chart::generator::Generator;
use crate::name::Rule;

/// A password of a piece and a value, its htpasswd line, and a digest of the line as a password again.
#[test]
fn arguments_get_what_is_wanted() {
    let mut render = Render::default();
    let (long, short, user) = ("p".repeat(24), "70707", "u");
    render.call(Generator::AlphaNum, ("long", Rule::Own), &[int(24)], &long);
    render.call(Generator::Numeric, ("short", Rule::Path), &[int(5)], short);
    let password = format!("<{long}>");
    let line = "u:$2a$10$placeholderplaceholder";
    let arguments = [text(user), text(&password)];
    render.call(Generator::Htpasswd, ("line", Rule::Own), &arguments, line);
    let arguments = [text(short), text(format!("{line}\n{long}"))];
    render.call(Generator::EncryptAes, ("aes", Rule::Own), &arguments, "");

    let mut maker = maker();
    let values = render.wanted(&mut maker);
    let value = |number: usize| values[number].as_ref().unwrap().to_string();
    let hash = value(2);
    let hash = hash.strip_prefix("u:").unwrap();
    assert!(::bcrypt::verify(format!("<{}>", value(0)), hash).unwrap());

    // The render that is given these values logs other arguments, and the same is wanted.
    for (call, value) in render.log.calls.iter_mut().zip(&values) {
        call.given = value.clone().unwrap();
    }
    render.log.calls[2].arguments = vec![text(user), text(format!("<{}>", value(0)))];
    let plain = format!("{}\n{}", value(2), value(0));
    render.log.calls[3].arguments = vec![text(value(1)), text(plain)];
    assert_eq!(render.wanted(&mut maker), values);
}

/// Hashes are made ahead of everything else, but for those of hashes and of keys.
#[test]
fn a_hash_of_a_hash_and_of_a_key_is_of_what_is_wanted() {
    let mut render = Render::default();
    let (long, hash, pem) = (
        "p".repeat(24),
        "$2a$10$placeholder",
        "-----BEGIN a placeholder",
    );
    render.call(Generator::AlphaNum, ("long", Rule::Own), &[int(24)], &long);
    render.call(
        Generator::Bcrypt,
        ("first", Rule::Own),
        &[text(&long)],
        hash,
    );
    render.call(
        Generator::PrivateKey,
        ("key", Rule::Own),
        &[text("ed25519")],
        pem,
    );
    // bcrypt takes 72 bytes at most.
    render.call(
        Generator::Bcrypt,
        ("second", Rule::Own),
        &[text(hash)],
        "$2a$10$another",
    );
    let arguments = [text("u"), text(&hash[4..])];
    render.call(Generator::Htpasswd, ("other", Rule::Own), &arguments, "");
    render.call(Generator::Bcrypt, ("of key", Rule::Own), &[text(pem)], "");

    let values = render.wanted(&mut maker());
    let value = |number: usize| values[number].as_ref().unwrap().to_string();
    assert!(::bcrypt::verify(value(0), &value(1)).unwrap());
    assert!(::bcrypt::verify(value(1), &value(3)).unwrap());
    let line = value(4);
    assert!(::bcrypt::verify(&hash[4..], line.strip_prefix("u:").unwrap()).unwrap());
    // Too long, as the key is.
    assert!(value(5).starts_with("failed to encrypt"));
}

/// A value that was given as it is wanted is not replaced, whatever it looks like.
#[test]
fn what_is_settled_stays() {
    let mut render = Render::default();
    render.call(Generator::Numeric, ("a", Rule::Path), &[int(1)], "");
    let mut maker = maker();
    let digit = render.wanted(&mut maker).remove(0).unwrap();
    render.log.calls[0].given = digit.clone();
    render.call(Generator::Shuffle, ("b", Rule::Path), &[text(&*digit)], "");
    assert_eq!(**render.wanted(&mut maker)[1].as_ref().unwrap(), *digit);
}

/// Nothing of JSON changes but texts: names of a certificate may be generated.
#[test]
fn names_of_certificates_may_be_generated() {
    let mut render = Render::default();
    let given = "abcdefghij";
    render.call(Generator::Alpha, ("host", Rule::Path), &[int(10)], given);
    let dns = json(&format!(r#"["{given}.example", "b"]"#));
    let arguments = [text(given), json("null"), dns, int(10)];
    render.call(Generator::SelfSigned, ("cert", Rule::Own), &arguments, "");
    let mut maker = maker();
    let values = render.wanted(&mut maker);
    let host = values[0].as_ref().unwrap().to_string();
    let dns = json(&format!(r#"["{host}.example", "b"]"#));
    render.log.calls[0].given = values[0].clone().unwrap();
    render.log.calls[1].arguments = vec![text(&host), json("null"), dns, int(10)];
    assert_eq!(render.wanted(&mut maker), values);
}
