//! Certificates from logs: who signs whom, dates, given keys, what is refused.

use std::fs;
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::support::{NOW, PINNED, Render, int, json, maker, maker_at, pair, text, wanted};
use crate::certificate::{Issuer, KeyKind, PrivateKey};
use crate::chart::generator::Generator;
use crate::log::Argument;
use crate::name::Rule;
use crate::table::Wanted;

const DAY: i64 = 86_400;

fn openssl(arguments: &str, files: &[(&str, &str)]) -> String {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(dir.path().join(name), text).unwrap();
    }
    let mut command = Command::new("openssl");
    command.args(arguments.split(' ')).current_dir(dir.path());
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "openssl {arguments}: {text}");
    text
}

fn ca(render: &mut Render, name: &str, given: &str) {
    let arguments = [text("test CA"), int(365)];
    render.call(Generator::Ca, (name, Rule::Own), &arguments, given);
}

fn signed(render: &mut Render, name: &str, ca: Argument, given: &str) {
    let (ips, dns) = (json(r#"["10.0.0.1"]"#), json(r#"["a.example"]"#));
    let arguments = [text("a"), ips, dns, int(365), ca];
    render.call(Generator::Signed, (name, Rule::Own), &arguments, given);
}

fn of(wanted: &[Wanted], number: usize) -> (String, String) {
    pair(wanted[number].as_ref().unwrap())
}

/// A survey's placeholders: PEM blocks that hold no certificate.
fn placeholder(word: &str) -> String {
    let block = |kind: &str| {
        let body = format!("{word}{kind:A<60}").repeat(3).replace(' ', "B");
        format!("-----BEGIN {kind}-----\\n{body}\\n-----END {kind}-----\\n")
    };
    let (cert, key) = (block("CERTIFICATE"), block("RSA PRIVATE KEY"));
    format!(r#"{{"Cert":"{cert}","Key":"{key}"}}"#)
}

/// A chain, from a survey's log at once: the leaf finds the CA that is wanted by the placeholder's text.
#[test]
fn a_chain_verifies() {
    let mut render = Render::default();
    let (first, second) = (placeholder("one"), placeholder("two"));
    ca(&mut render, "first", &first);
    ca(&mut render, "second", &second);
    signed(
        &mut render,
        "leaf of first",
        json(&first),
        &placeholder("three"),
    );
    signed(
        &mut render,
        "leaf of second",
        json(&second),
        &placeholder("four"),
    );
    let mut maker = maker();
    let values = render.wanted(&mut maker);
    for (ca, leaf) in [(0, 2), (1, 3)] {
        let ((ca, ca_key), (leaf, leaf_key)) = (of(&values, ca), of(&values, leaf));
        assert!(Issuer::from_pem(&ca, &ca_key).is_ok());
        assert!(Issuer::from_pem(&leaf, &leaf_key).is_ok());
        let verify = format!(
            "verify -x509_strict -attime {NOW} -verify_hostname a.example -CAfile ca.pem leaf.pem"
        );
        openssl(&verify, &[("ca.pem", &ca), ("leaf.pem", &leaf)]);
    }
    // The next render's log says the same: it has settled.
    for (call, value) in render.log.calls.iter_mut().zip(&values) {
        call.given = value.clone().unwrap();
    }
    for (leaf, ca) in [(2, 0), (3, 1)] {
        render.log.calls[leaf].arguments[4] = json(values[ca].as_ref().unwrap());
    }
    assert_eq!(render.wanted(&mut maker), values);
}

/// A chart that alters a placeholder leaves nothing that a certificate can be made of: the call says so, in a
/// sentence without the text, and the others have their values.
#[test]
fn an_altered_ca_is_no_ca_yet() {
    let mut render = Render::default();
    let given = placeholder("one");
    ca(&mut render, "ca", &given);
    signed(
        &mut render,
        "leaf",
        json(
            &given
                .to_lowercase()
                .replace("cert\":", "Cert\":")
                .replace("key\":", "Key\":"),
        ),
        "",
    );
    let values = render.wanted(&mut maker());
    assert!(values[0].is_ok());
    let error = values[1].as_ref().unwrap_err().to_string();
    assert_eq!(
        error,
        "templates/a.yaml:2 calls genSignedCert: no PEM data in the certificate"
    );
}

#[test]
fn a_leaf_signs_too() {
    let mut render = Render::default();
    let arguments = [text("self"), json("null"), json("[]"), int(365)];
    let given = placeholder("self");
    render.call(
        Generator::SelfSigned,
        ("self", Rule::Own),
        &arguments,
        &given,
    );
    signed(&mut render, "leaf", json(&given), "");
    let values = render.wanted(&mut maker());
    let text = openssl(
        "x509 -noout -issuer -subject -in a.pem",
        &[("a.pem", &of(&values, 1).0)],
    );
    assert_eq!(text.replace(' ', ""), "issuer=CN=self\nsubject=CN=a\n");
}

/// Keys are the names', not the arguments'; dates are the arguments' and the windows'.
#[test]
fn keys_stay_when_arguments_change() {
    let key = |arguments: &[Argument], name| {
        pair(&wanted(Generator::Ca, (name, Rule::Own), arguments).unwrap()).1
    };
    let first = key(&[text("a"), int(365)], "x");
    assert_eq!(first, key(&[text("b"), int(10)], "x"));
    assert_ne!(first, key(&[text("a"), int(365)], "y"));
}

/// In two years a certificate for 100 days is issued each 50 days, at another day for another name.
#[test]
fn windows_follow_the_name_and_the_clock() {
    let renewals = |name: &str| {
        let key = PrivateKey::derive(KeyKind::Ed25519, &[1; 32])
            .unwrap()
            .to_pem()
            .unwrap();
        let mut render = Render::default();
        let arguments = [text("a"), int(100), text(&*key)];
        render.call(Generator::CaWithKey, (name, Rule::Own), &arguments, "");
        let at = |day: i64| {
            render
                .wanted(&mut maker_at(NOW + day * DAY))
                .remove(0)
                .unwrap()
        };
        let days = (1..730).filter(|day| at(*day) != at(day - 1));
        days.collect::<Vec<i64>>()
    };
    let (one, other) = (renewals("one"), renewals("other"));
    assert!((14..=15).contains(&one.len()) && (14..=15).contains(&other.len()));
    assert!(one.windows(2).all(|two| two[1] - two[0] == 50));
    assert_ne!(one[0], other[0]);
}

/// For no days the dates are Sprig's, from the pinned clock.
#[test]
fn certificates_that_never_were_valid_stay() {
    let arguments = [text("a"), int(0)];
    let value = wanted(Generator::Ca, ("a", Rule::Own), &arguments).unwrap();
    let dates = openssl(
        "x509 -noout -startdate -dateopt iso_8601 -in a.pem",
        &[("a.pem", &pair(&value).0)],
    );
    assert_eq!(dates, "notBefore=2023-11-14 22:13:20Z\n");
    assert_eq!(PINNED, 1_700_000_000);
}

#[test]
fn given_keys_are_taken() {
    let key = PrivateKey::derive(KeyKind::EcdsaP256, &[1; 32])
        .unwrap()
        .to_pem()
        .unwrap();
    let mut render = Render::default();
    let (ips, dns) = (|| json("null"), || json(r#"["a.example"]"#));
    let given = placeholder("ca");
    let arguments = [text("CA"), int(365), text(&*key)];
    render.call(Generator::CaWithKey, ("ca", Rule::Own), &arguments, &given);
    let arguments = [text("a"), ips(), dns(), int(365), text(&*key)];
    render.call(
        Generator::SelfSignedWithKey,
        ("self", Rule::Own),
        &arguments,
        "",
    );
    let arguments = [text("a"), ips(), dns(), int(365), json(&given), text(&*key)];
    render.call(
        Generator::SignedWithKey,
        ("leaf", Rule::Own),
        &arguments,
        "",
    );
    let values = render.wanted(&mut maker());
    for number in 0..3 {
        let (cert, printed) = of(&values, number);
        assert_eq!(printed, *key);
        assert!(Issuer::from_pem(&cert, &printed).is_ok());
    }
    openssl(
        &format!("verify -attime {NOW} -CAfile ca.pem leaf.pem"),
        &[
            ("ca.pem", &of(&values, 0).0),
            ("leaf.pem", &of(&values, 2).0),
        ],
    );
}

/// A key of genPrivateKey that goes into a certificate: its placeholder is replaced first.
#[test]
fn a_generated_key_is_taken() {
    let mut render = Render::default();
    let given = "-----BEGIN EC PRIVATE KEY-----\nplaceholder\n-----END EC PRIVATE KEY-----\n";
    render.call(
        Generator::PrivateKey,
        ("key", Rule::Own),
        &[text("ecdsa")],
        given,
    );
    let arguments = [text("CA"), int(365), text(given.trim_end())];
    render.call(Generator::CaWithKey, ("ca", Rule::Own), &arguments, "");
    let values = render.wanted(&mut maker());
    assert_eq!(of(&values, 1).1, **values[0].as_ref().unwrap());
}

#[test]
fn what_sprig_refuses_is_refused_without_the_text() {
    let secret = "-----BEGIN HUNTER2-----\naGk=\n-----END HUNTER2-----\n";
    let cases = [
        (
            Generator::CaWithKey,
            vec![text("a"), int(1), text(secret)],
            "the PEM block is no private key",
        ),
        (
            Generator::CaWithKey,
            vec![text("a"), int(1), text("hunter2")],
            "no PEM data in the private key",
        ),
        (
            Generator::SelfSigned,
            vec![text("a"), json(r#"["hunter2"]"#), json("null"), int(1)],
            "an address or a name cannot stand in a certificate",
        ),
        (
            Generator::CustomCert,
            vec![text("hunter2!"), text("x")],
            "unable to decode the base64 of the certificate",
        ),
        (
            Generator::Signed,
            vec![text("a"), json("null"), json("null"), int(1), json("{}")],
            "internal error: argument 5 is missing or of another kind than logged calls have",
        ),
    ];
    for (generator, arguments, message) in cases {
        let error = wanted(generator, ("a", Rule::Own), &arguments)
            .unwrap_err()
            .to_string();
        let expected = format!(
            "templates/a.yaml:1 calls {}: {message}",
            generator.function()
        );
        assert_eq!(error, expected);
    }
}

/// `buildCustomCert` of what the chart has generated: its arguments are base64 of the placeholders.
#[test]
fn a_custom_certificate_is_passed_on() {
    let mut render = Render::default();
    let given = placeholder("ca");
    ca(&mut render, "ca", &given);
    let (cert, key) = pair(&given);
    let arguments = [text(STANDARD.encode(cert)), text(STANDARD.encode(key))];
    render.call(
        Generator::CustomCert,
        ("custom", Rule::Own),
        &arguments,
        &given,
    );
    let values = render.wanted(&mut maker());
    assert_eq!(values[1], values[0]);
}

/// Eight RSA keys are made once, however many rounds there are.
#[test]
fn rounds_do_not_derive_again() {
    let mut render = Render::default();
    for number in 0..8 {
        ca(&mut render, &number.to_string(), "");
    }
    let mut maker = maker();
    let first = render.wanted(&mut maker);
    let begin = std::time::Instant::now();
    for _ in 0..10 {
        assert_eq!(render.wanted(&mut maker), first);
    }
    assert!(begin.elapsed().as_millis() < 100);
}
