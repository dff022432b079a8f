//! What webpki, the verifier of rustls, says about chains: it is stricter than OpenSSL.

use std::time::Duration;

use crate::certificate::issue_ca;
use base64::prelude::{BASE64_STANDARD, Engine};
use rustls_pki_types::{
    CertificateDer, ServerName, SignatureVerificationAlgorithm, TrustAnchor, UnixTime,
};
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert, ring};

use super::support::{NOW, chain, keys_of_each_kind, rsa_keys, year};

const ALGORITHMS: [&dyn SignatureVerificationAlgorithm; 3] = [
    ring::RSA_PKCS1_2048_8192_SHA256,
    ring::ECDSA_P256_SHA256,
    ring::ED25519,
];

fn der(pem: &str) -> CertificateDer<'static> {
    let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    BASE64_STANDARD.decode(base64).unwrap().into()
}

/// Whether the leaf is good for a TLS server (or client) of this name.
fn verify(ca: &str, leaf: &str, host: &str, usage: KeyUsage) -> Result<(), webpki::Error> {
    let (ca, leaf) = (der(ca), der(leaf));
    let anchors: [TrustAnchor<'_>; 1] = [anchor_from_trusted_cert(&ca)?];
    let end = EndEntityCert::try_from(&leaf)?;
    let now = UnixTime::since_unix_epoch(Duration::from_secs(NOW as u64));
    end.verify_for_usage(&ALGORITHMS, &anchors, &[], now, usage, None, None)?;
    end.verify_is_valid_for_subject_name(&ServerName::try_from(host.to_owned()).unwrap())
}

#[test]
fn chains_of_all_kinds_verify() {
    for ca_key in &keys_of_each_kind() {
        for leaf_key in &keys_of_each_kind() {
            let (ca, leaf) = chain(ca_key, leaf_key);
            for host in ["a.example", "x.wild.example", "10.0.0.1", "2001:db8::1"] {
                for usage in [KeyUsage::server_auth(), KeyUsage::client_auth()] {
                    verify(&ca, &leaf, host, usage).unwrap();
                }
            }
            verify(&ca, &leaf, "b.example", KeyUsage::server_auth()).unwrap_err();
        }
    }
}

#[test]
fn another_ca_of_the_same_name_does_not_verify() {
    let [a, b, leaf_key] = rsa_keys();
    let (_, leaf) = chain(a, leaf_key);
    let other = issue_ca("test CA", year(), b).unwrap();
    verify(&other, &leaf, "a.example", KeyUsage::server_auth()).unwrap_err();
}
