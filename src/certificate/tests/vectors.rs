//! Frozen vectors that Go made (`tests/vectors/certificates/main.go`): each key and certificate,
//! byte for byte. A change that alters one is a bug: it would rotate somebody's key.

use crate::certificate::{
    Issuer, KeyKind, Names, PrivateKey, Validity, issue_ca, issue_self_signed, issue_signed,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Vectors {
    keys: Vec<Key>,
    certificates: Vec<Certificate>,
}

#[derive(Deserialize)]
struct Key {
    kind: String,
    seed: String,
    pem: String,
}

#[derive(Deserialize)]
struct Certificate {
    function: String,
    common_name: String,
    ips: Vec<String>,
    dns: Vec<String>,
    not_before: i64,
    not_after: i64,
    key: usize,
    ca: usize,
    pem: String,
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("../../../tests/vectors/certificates-v1.json")).unwrap()
}

fn seed(hex: &str) -> [u8; 32] {
    std::array::from_fn(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap())
}

#[test]
fn keys() {
    let vectors = vectors();
    assert_eq!(vectors.keys.len(), 9);
    for key in &vectors.keys {
        let kind = match key.kind.as_str() {
            "rsa2048" => KeyKind::Rsa2048,
            "rsa3072" => KeyKind::Rsa3072,
            sprig => KeyKind::from_sprig(sprig).unwrap(),
        };
        let derived = PrivateKey::derive(kind, &seed(&key.seed)).unwrap();
        assert_eq!(*derived.to_pem().unwrap(), key.pem, "{}", key.kind);
    }
}

#[test]
fn certificates() {
    let vectors = vectors();
    assert_eq!(vectors.certificates.len(), 8);
    let key = |index: usize| PrivateKey::from_pem(&vectors.keys[index].pem).unwrap();
    for vector in &vectors.certificates {
        let validity = Validity {
            not_before: vector.not_before,
            not_after: vector.not_after,
        };
        let names = Names::new(&vector.common_name, &vector.ips, &vector.dns).unwrap();
        let own = key(vector.key);
        let pem = match vector.function.as_str() {
            "genCA" => issue_ca(&vector.common_name, validity, &own),
            "genSelfSignedCert" => issue_self_signed(&names, validity, &own),
            "genSignedCert" => {
                let ca = &vectors.certificates[vector.ca];
                let read = Issuer::from_pem(&ca.pem, &vectors.keys[ca.key].pem).unwrap();
                let known = match ca.function.as_str() {
                    "genCA" => Issuer::generated_ca(&ca.common_name, key(ca.key)),
                    _ => Issuer::generated_leaf(&ca.common_name, key(ca.key)),
                };
                let pem = issue_signed(&names, validity, &own, &known.unwrap()).unwrap();
                assert_eq!(
                    issue_signed(&names, validity, &own, &read).unwrap(),
                    pem,
                    "{}",
                    vector.common_name
                );
                Ok(pem)
            }
            other => panic!("{other}"),
        };
        assert_eq!(pem.unwrap(), vector.pem, "{}", vector.common_name);
    }
}
