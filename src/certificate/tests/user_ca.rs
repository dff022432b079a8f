//! A CA that the user made, which `buildCustomCert` brings into a chart.

use crate::certificate::{CertificateError, Issuer, KeyKind, build_custom_cert, issue_signed};
use base64::prelude::{BASE64_STANDARD, Engine};

use super::support::{OpenSsl, key, names, rsa_keys, year};

/// A CA that OpenSSL makes with these options for its key, and its directory.
fn openssl_ca(key_options: &str) -> OpenSsl {
    let openssl = OpenSsl::with(&[]);
    openssl.succeed(&format!(
        "req -x509 -nodes -newkey {key_options} -keyout key.pem -out ca.pem -days 20000 \
         -addext keyUsage=critical,keyCertSign -utf8 -subj /C=DE/O=Ex\u{e4}mple/OU=a+OU=b/CN=root"
    ));
    openssl
}

const KINDS: [&str; 6] = [
    "rsa:2048",
    "rsa:1024",
    "ec -pkeyopt ec_paramgen_curve:prime256v1",
    "ec -pkeyopt ec_paramgen_curve:secp384r1",
    "ec -pkeyopt ec_paramgen_curve:secp521r1",
    "ed25519",
];

#[test]
fn cas_of_all_kinds_sign() {
    for kind in KINDS {
        let openssl = openssl_ca(kind);
        let issuer = Issuer::from_pem(&openssl.read("ca.pem"), &openssl.read("key.pem")).unwrap();
        let leaf = issue_signed(&names("a.example"), year(), &rsa_keys()[0], &issuer).unwrap();
        std::fs::write(openssl.path("leaf.pem"), leaf).unwrap();
        // OpenSSL dates its CA from today on, not from when the tests issue.
        openssl.succeed(
            "verify -x509_strict -no_check_time -verify_hostname a.example -CAfile ca.pem leaf.pem",
        );
    }
}

/// A certificate of version 1 has no extensions: the leaf then names no key identifier.
#[test]
fn a_ca_of_version_1_signs() {
    let openssl = OpenSsl::with(&[]);
    openssl.succeed("req -new -nodes -newkey rsa:2048 -keyout key.pem -out csr.pem -subj /CN=old");
    openssl.succeed("x509 -req -in csr.pem -signkey key.pem -out ca.pem -days 20000");
    let issuer = Issuer::from_pem(&openssl.read("ca.pem"), &openssl.read("key.pem")).unwrap();
    let leaf = issue_signed(&names("a.example"), year(), &rsa_keys()[0], &issuer).unwrap();
    std::fs::write(openssl.path("leaf.pem"), leaf).unwrap();
    let text = openssl.succeed("x509 -noout -text -in leaf.pem");
    assert!(!text.contains("Authority Key Identifier"), "{text}");
    assert!(
        openssl
            .succeed("verify -no_check_time -CAfile ca.pem leaf.pem")
            .contains("OK")
    );
}

#[test]
fn build_custom_cert_passes_its_arguments_on() {
    let openssl = openssl_ca("rsa:2048");
    let (certificate, key) = (openssl.read("ca.pem"), openssl.read("key.pem"));
    let encode = |text: &str| BASE64_STANDARD.encode(text);
    let built = build_custom_cert(&encode(&certificate), &encode(&key)).unwrap();
    assert_eq!((&built.0, &*built.1), (&certificate, &key));
    // Go's base64 skips newlines, but no other white space.
    let mut wrapped = encode(&certificate);
    wrapped.insert_str(76, "\r\n");
    assert_eq!(build_custom_cert(&wrapped, &encode(&key)).unwrap(), built);
    wrapped.insert(10, ' ');
    let error = build_custom_cert(&wrapped, &encode(&key)).unwrap_err();
    assert!(matches!(
        error,
        CertificateError::Base64 {
            what: "certificate"
        }
    ));
    // A pair that does not match is passed on, and refused when it is to sign, as in helm.
    let other = super::support::key(KeyKind::Ed25519, 1).to_pem().unwrap();
    assert!(build_custom_cert(&encode(&certificate), &encode(&other)).is_ok());
    let error = Issuer::from_pem(&certificate, &other).unwrap_err();
    assert!(matches!(error, CertificateError::KeyMismatch));
    assert_eq!(
        error.to_string(),
        "the private key does not match the certificate of the CA"
    );
}

#[test]
fn bad_pairs_are_refused() {
    let openssl = openssl_ca("rsa:2048");
    let (certificate, key_pem) = (openssl.read("ca.pem"), openssl.read("key.pem"));
    let encode = |text: &str| BASE64_STANDARD.encode(text);
    for (certificate, key, message) in [
        (
            "!",
            &*encode(&key_pem),
            "unable to decode the base64 of the certificate",
        ),
        (
            &encode(&certificate),
            "!",
            "unable to decode the base64 of the private key",
        ),
        (
            &encode("no PEM"),
            &encode(&key_pem),
            "no PEM data in the certificate",
        ),
        (
            &encode(&key_pem),
            &encode(&key_pem),
            "the certificate is malformed",
        ),
        (
            &encode(&certificate),
            &encode("no PEM"),
            "no PEM data in the private key",
        ),
        (
            &encode(&certificate),
            &encode(&certificate),
            "the PEM block is no private key",
        ),
    ] {
        let error = build_custom_cert(certificate, key).unwrap_err().to_string();
        assert!(error.starts_with(message), "{error}");
    }
    let dsa = key(KeyKind::Dsa, 1).to_pem().unwrap();
    assert!(build_custom_cert(&encode(&certificate), &encode(&dsa)).is_ok());
    let error = Issuer::from_pem(&certificate, &dsa)
        .unwrap_err()
        .to_string();
    assert!(error.starts_with("a DSA key cannot be used"), "{error}");
}
