//! What OpenSSL says about chains and keys.

use crate::certificate::{Issuer, KeyKind, Window, issue_ca, issue_self_signed, issue_signed};

use super::support::{NOW, OpenSsl, chain, key, keys_of_each_kind, names, rsa_keys, year};

/// `verify` with every check that OpenSSL knows, at a moment.
fn verify(ca: &str, leaf: &str, host: &str, at: i64) -> String {
    format!(
        "verify -x509_strict -check_ss_sig -no-CApath -no-CAstore -purpose sslserver \
         -verify_hostname {host} -attime {at} -CAfile {ca} {leaf}"
    )
}

#[test]
fn chains_of_all_kinds_verify() {
    for ca_key in &keys_of_each_kind() {
        for leaf_key in &keys_of_each_kind() {
            let (ca, leaf) = chain(ca_key, leaf_key);
            let openssl = OpenSsl::with(&[("ca.pem", &ca), ("leaf.pem", &leaf)]);
            for host in ["a.example", "b.wild.example"] {
                openssl.succeed(&verify("ca.pem", "leaf.pem", host, NOW));
            }
            openssl.fail(&verify("ca.pem", "leaf.pem", "other.example", NOW));
            openssl.succeed("verify -verify_ip 10.0.0.1 -partial_chain -trusted leaf.pem -attime 1767225600 leaf.pem");
            openssl.succeed("verify -verify_ip 2001:db8::1 -partial_chain -trusted leaf.pem -attime 1767225600 leaf.pem");
        }
    }
}

#[test]
fn self_signed_verify() {
    for key in &keys_of_each_kind() {
        let certificate = issue_self_signed(&names("a.example"), year(), key).unwrap();
        let openssl = OpenSsl::with(&[("c.pem", &certificate)]);
        openssl.succeed(&format!(
            "verify -check_ss_sig -verify_hostname a.example -attime {NOW} -CAfile c.pem c.pem"
        ));
    }
}

/// An unrelated CA of the same name, even over the same key kind, verifies nothing.
#[test]
fn another_ca_of_the_same_name_does_not_verify() {
    let [a, b, leaf_key] = rsa_keys();
    let (_, leaf) = chain(a, leaf_key);
    let other = issue_ca("test CA", year(), b).unwrap();
    let openssl = OpenSsl::with(&[("ca.pem", &other), ("leaf.pem", &leaf)]);
    openssl.fail(&verify("ca.pem", "leaf.pem", "a.example", NOW));
}

/// A leaf of one window verifies under its CA of the next, and the other way round; the leaf does
/// not change with its CA.
#[test]
fn renewals_in_any_order_break_no_chain() {
    let [ca_key, leaf_key, _] = rsa_keys();
    let issuer = Issuer::generated_ca("test CA", ca_key.clone()).unwrap();
    let first = Window::at(NOW, 30, 0, NOW).unwrap();
    let border = first.end.unwrap();
    let second = Window::at(border, 30, 0, NOW).unwrap();
    assert_ne!(first.validity, second.validity);
    let [old_ca, new_ca] =
        [first, second].map(|window| issue_ca("test CA", window.validity, ca_key).unwrap());
    let [old_leaf, new_leaf] = [first, second].map(|window| {
        issue_signed(&names("a.example"), window.validity, leaf_key, &issuer).unwrap()
    });
    assert!(old_ca != new_ca && old_leaf != new_leaf);
    let openssl = OpenSsl::with(&[
        ("old-ca", &old_ca),
        ("new-ca", &new_ca),
        ("old-leaf", &old_leaf),
        ("new-leaf", &new_leaf),
    ]);
    // Half an hour around the border, as a replica with a wrong clock sees it.
    for at in [border - 1800, border, border + 3 * 86_400] {
        for ca in ["old-ca", "new-ca"] {
            for leaf in ["old-leaf", "new-leaf"] {
                openssl.succeed(&verify(ca, leaf, "a.example", at));
            }
        }
    }
    // A signer that is read from either certificate signs the same.
    for ca in [&old_ca, &new_ca] {
        let read = Issuer::from_pem(ca, &ca_key.to_pem().unwrap()).unwrap();
        let leaf = issue_signed(&names("a.example"), first.validity, leaf_key, &read).unwrap();
        assert_eq!(leaf, old_leaf);
    }
}

/// Sprig lets a certificate that is no CA sign; OpenSSL says so, but the signature is right.
#[test]
fn a_leaf_signs_a_leaf() {
    let [parent_key, child_key, _] = rsa_keys();
    let parent = issue_self_signed(&names("a.example"), year(), parent_key).unwrap();
    let issuer = Issuer::generated_leaf("a.example", parent_key.clone()).unwrap();
    let child = issue_signed(&names("b.example"), year(), child_key, &issuer).unwrap();
    let openssl = OpenSsl::with(&[("parent.pem", &parent), ("child.pem", &child)]);
    openssl.succeed(&format!(
        "verify -partial_chain -attime {NOW} -CAfile parent.pem parent.pem"
    ));
    let output = openssl.run(&format!(
        "verify -attime {NOW} -CAfile parent.pem child.pem"
    ));
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(text.contains("invalid CA certificate"), "{text}");
    // Read from the certificate, the signer is the same.
    let read = Issuer::from_pem(&parent, &parent_key.to_pem().unwrap()).unwrap();
    let again = issue_signed(&names("b.example"), year(), child_key, &read).unwrap();
    assert_eq!(again, child);
}

/// Whatever differs in what is signed, the serial number differs.
#[test]
fn serial_numbers_differ_and_are_short() {
    let [a, b, _] = rsa_keys();
    let later = Window::at(NOW, 10, 0, NOW).unwrap().validity;
    let texts = [
        issue_ca("x", year(), a).unwrap(),
        issue_ca("y", year(), a).unwrap(),
        issue_ca("x", later, a).unwrap(),
        issue_ca("x", year(), b).unwrap(),
        issue_self_signed(&names("x"), year(), a).unwrap(),
    ];
    let mut serials: Vec<String> = texts
        .iter()
        .map(|text| OpenSsl::with(&[("c", text)]).succeed("x509 -noout -serial -in c"))
        .collect();
    for serial in &serials {
        let digits = serial.trim().strip_prefix("serial=").unwrap().len();
        assert!((24..=32).contains(&digits), "{serial}");
    }
    serials.sort();
    serials.dedup();
    assert_eq!(serials.len(), texts.len());
}

#[test]
fn dates_cross_2050() {
    let ends = [
        (2_524_607_999, "Dec 31 23:59:59 2049 GMT", "UTCTIME"),
        (2_524_608_000, "Jan  1 00:00:00 2050 GMT", "GENERALIZEDTIME"),
    ];
    for (not_after, text, kind) in ends {
        let mut validity = year();
        validity.not_after = not_after;
        let ca = issue_ca("x", validity, &key(KeyKind::Ed25519, 1)).unwrap();
        let openssl = OpenSsl::with(&[("c", &ca)]);
        let end = openssl.succeed("x509 -noout -enddate -in c");
        assert_eq!(end.trim(), format!("notAfter={text}"));
        assert!(openssl.succeed("asn1parse -in c").contains(kind));
    }
}
