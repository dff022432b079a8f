//! What OpenSSL says of PEM texts.

use std::fs;
use std::process::Command;

use tempfile::TempDir;

/// 2026-01-01T00:00:00Z, at which the tests issue and verify.
pub(crate) const NOW: i64 = 1_767_225_600;

pub(crate) const DAY: i64 = 86_400;

/// Runs `openssl` with these arguments; each `@NAME` among them is the path of a file with that text. Its
/// standard output, if it succeeds.
fn openssl(arguments: &[&str], files: &[(&str, &str)]) -> Option<String> {
    let dir = TempDir::new().unwrap();
    for (name, text) in files {
        fs::write(dir.path().join(name), text).unwrap();
    }
    let output = Command::new("openssl")
        .args(
            arguments
                .iter()
                .map(|argument| match argument.strip_prefix('@') {
                    Some(name) => dir.path().join(name).to_str().unwrap().to_owned(),
                    None => (*argument).to_owned(),
                }),
        )
        .output()
        .unwrap();
    output
        .status
        .success()
        .then(|| String::from_utf8(output.stdout).unwrap())
}

/// Base64 of a text.
#[track_caller]
pub(crate) fn decode(base64: &str) -> String {
    String::from_utf8(crate::support::base64_decode(base64)).unwrap()
}

/// The public key of a certificate; fails if it is none.
#[track_caller]
pub(crate) fn public_of_certificate(pem: &str) -> String {
    openssl(&["x509", "-in", "@c", "-noout", "-pubkey"], &[("c", pem)])
        .unwrap_or_else(|| panic!("openssl reads no certificate in\n{pem}"))
}

/// The public key of a private key; fails if it is none.
#[track_caller]
pub(crate) fn public_of_key(pem: &str) -> String {
    openssl(&["pkey", "-in", "@k", "-pubout"], &[("k", pem)])
        .unwrap_or_else(|| panic!("openssl reads no private key in\n{pem}"))
}

/// `openssl x509 -text` of a certificate.
#[track_caller]
pub(crate) fn text(pem: &str) -> String {
    openssl(&["x509", "-in", "@c", "-noout", "-text"], &[("c", pem)]).unwrap()
}

/// The moments between which a certificate is valid, as OpenSSL prints them.
#[track_caller]
pub(crate) fn dates(pem: &str) -> String {
    openssl(
        &[
            "x509", "-in", "@c", "-noout", "-dates", "-dateopt", "iso_8601",
        ],
        &[("c", pem)],
    )
    .or_else(|| openssl(&["x509", "-in", "@c", "-noout", "-dates"], &[("c", pem)]))
    .unwrap()
}

/// Whether `leaf` verifies against `ca` alone at a moment, by the strict rules.
pub(crate) fn verifies(leaf: &str, ca: &str, at: i64) -> bool {
    verify(leaf, ca, at, &["-partial_chain"])
}

/// Whether `leaf` verifies for a host name.
pub(crate) fn verifies_host(leaf: &str, ca: &str, at: i64, host: &str) -> bool {
    verify(leaf, ca, at, &["-verify_hostname", host])
}

fn verify(leaf: &str, ca: &str, at: i64, how: &[&str]) -> bool {
    let at = at.to_string();
    let strict = ["verify", "-x509_strict", "-no-CApath"];
    let files = ["-attime", &at, "-CAfile", "@ca", "@leaf"];
    openssl(
        &[&strict, how, &files].concat(),
        &[("ca", ca), ("leaf", leaf)],
    )
    .is_some()
}

/// A CA of a user's own: certificate and key.
pub(crate) fn user_ca() -> (String, String) {
    let dir = TempDir::new().unwrap();
    let path = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    let made = Command::new("openssl")
        .args([
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650",
        ])
        .args([
            "-addext",
            "keyUsage=critical,keyCertSign",
            "-subj",
            "/O=Example/CN=user CA",
            "-keyout",
            &path("k"),
            "-out",
            &path("c"),
        ])
        .output()
        .unwrap();
    assert!(made.status.success());
    let key = openssl(&["rsa", "-in", &path("k"), "-traditional"], &[]).unwrap();
    (fs::read_to_string(path("c")).unwrap(), key)
}
