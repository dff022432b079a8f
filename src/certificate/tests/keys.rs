//! What OpenSSL says about derived keys, and how they are encoded.

use crate::certificate::{KeyKind, PrivateKey};

use super::support::{OpenSsl, key};

fn check_rsa(number: u32, kind: KeyKind, bits: u32) {
    let mut seed = [0; 32];
    seed[..4].copy_from_slice(&number.to_be_bytes());
    let pem = PrivateKey::derive(kind, &seed).unwrap().to_pem().unwrap();
    let openssl = OpenSsl::with(&[("key.pem", &pem)]);
    let text = openssl.succeed("rsa -check -in key.pem -text");
    assert!(text.contains("RSA key ok"), "{text}");
    assert!(text.contains(&format!("({bits} bit, 2 primes)")), "{text}");
    assert!(text.contains("publicExponent: 65537 (0x10001)"), "{text}");
    // OpenSSL's own traditional encoding is the same text.
    let again = openssl.succeed("rsa -in key.pem -traditional");
    assert_eq!(again, *pem);
}

#[test]
fn some_rsa_keys_are_valid() {
    for number in 0..3 {
        check_rsa(number, KeyKind::Rsa2048, 2048);
    }
    check_rsa(0, KeyKind::Rsa3072, 3072);
}

#[test]
#[ignore = "takes a minute: run by `make test-slow`"]
fn two_hundred_rsa_keys_are_valid() {
    for number in 0..200 {
        check_rsa(number, KeyKind::Rsa2048, 2048);
    }
    for number in 0..5 {
        check_rsa(number, KeyKind::Rsa4096, 4096);
    }
}

#[test]
fn other_keys_are_valid() {
    for number in 0..20 {
        let ec = key(KeyKind::EcdsaP256, number).to_pem().unwrap();
        let openssl = OpenSsl::with(&[("key.pem", &ec)]);
        openssl.succeed("pkey -check -noout -in key.pem");
        assert_eq!(openssl.succeed("ec -in key.pem"), *ec);

        let ed = key(KeyKind::Ed25519, number).to_pem().unwrap();
        let openssl = OpenSsl::with(&[("key.pem", &ed)]);
        assert_eq!(openssl.succeed("pkey -in key.pem"), *ed);
        openssl.succeed("pkey -in key.pem -outform DER -out key.der");
        assert_eq!(std::fs::read(openssl.path("key.der")).unwrap().len(), 48);

        let dsa = key(KeyKind::Dsa, number).to_pem().unwrap();
        let openssl = OpenSsl::with(&[("key.pem", &dsa)]);
        openssl.succeed("pkey -check -noout -in key.pem");
        assert_eq!(openssl.succeed("dsa -in key.pem"), *dsa);
    }
}

/// OpenSSL's test of the DSA domain: both primes, and the generator's order.
#[test]
fn the_dsa_domain_is_valid() {
    let dsa = key(KeyKind::Dsa, 1).to_pem().unwrap();
    let openssl = OpenSsl::with(&[("key.pem", &dsa)]);
    openssl.succeed("dsa -in key.pem -pubout -out public.pem");
    openssl.succeed("pkey -pubin -in public.pem -pubcheck -noout");
    let text = openssl.succeed("dsa -in key.pem -noout -text");
    assert!(text.contains("Private-Key: (2048 bit)"), "{text}");
    let fields = openssl.succeed("asn1parse -in key.pem");
    let p = fields.lines().nth(2).unwrap().rsplit(':').next().unwrap();
    let q = fields.lines().nth(3).unwrap().rsplit(':').next().unwrap();
    for number in [p, q] {
        let text = openssl.succeed(&format!("prime -hex -checks 64 {number}"));
        assert!(text.contains("is prime"), "{text}");
    }
}

/// Keys that OpenSSL made, in every encoding, come out as Sprig would print them.
#[test]
fn keys_from_outside_are_read() {
    let openssl = OpenSsl::with(&[]);
    for (make, traditional) in [
        ("genrsa -out key.pem 1024", "rsa -traditional -in key.pem"),
        ("genrsa -out key.pem 2056", "rsa -traditional -in key.pem"),
        (
            "genrsa -3 -out key.pem 2048",
            "rsa -traditional -in key.pem",
        ),
        (
            "ecparam -name prime256v1 -genkey -noout -out key.pem",
            "ec -in key.pem",
        ),
        (
            "ecparam -name secp384r1 -genkey -noout -out key.pem",
            "ec -in key.pem",
        ),
        (
            "ecparam -name secp521r1 -genkey -noout -out key.pem",
            "ec -in key.pem",
        ),
        (
            "genpkey -algorithm ed25519 -out key.pem",
            "pkey -in key.pem",
        ),
    ] {
        openssl.succeed(make);
        let expected = openssl.succeed(traditional);
        openssl.succeed("pkcs8 -topk8 -nocrypt -in key.pem -out pkcs8.pem");
        for text in [
            expected.clone(),
            openssl.read("key.pem"),
            openssl.read("pkcs8.pem"),
        ] {
            let key = PrivateKey::from_pem(&text).unwrap_or_else(|e| panic!("{make}: {e}"));
            assert_eq!(*key.to_pem().unwrap(), expected, "{make}");
        }
    }
}

#[test]
fn keys_that_do_not_work_are_refused() {
    let openssl = OpenSsl::with(&[]);
    for (make, message) in [
        (
            "ecparam -name secp224r1 -genkey -noout",
            "unknown elliptic curve 1.3.132.0.33",
        ),
        // The first block counts, as in Sprig.
        (
            "ecparam -name prime256v1 -genkey",
            "the PEM block is no private key",
        ),
        (
            "genpkey -algorithm x25519",
            "unknown private key algorithm 1.3.101.110",
        ),
        ("genrsa 512", "an RSA key of 512 bits is not supported"),
        (
            "genrsa -primes 3 2048",
            "the RSA private key is malformed|more than two primes",
        ),
        ("genrsa -aes128 -passout pass:x 2048", "of an unknown type"),
    ] {
        let text = openssl.succeed(make);
        let error = PrivateKey::from_pem(&text).unwrap_err().to_string();
        let fits = message.split('|').any(|part| error.contains(part));
        assert!(fits, "{make}: {error}");
    }
    let good = openssl.succeed("genrsa -traditional 2048");
    let other = openssl.succeed("genrsa -traditional 2048");
    // The modulus of one key with the primes of another: the first third of the numbers swapped.
    let spliced: Vec<&str> = good.lines().take(7).chain(other.lines().skip(7)).collect();
    let error = PrivateKey::from_pem(&spliced.join("\n")).unwrap_err();
    let error = error.to_string();
    assert!(
        error.contains("do not fit together") || error.contains("malformed"),
        "{error}"
    );
    assert!(!error.contains("MII"));
}

#[test]
fn debug_shows_no_key() {
    for kind in [
        KeyKind::Rsa2048,
        KeyKind::EcdsaP256,
        KeyKind::Ed25519,
        KeyKind::Dsa,
    ] {
        let text = format!("{:?}", key(kind, 1));
        assert!(text.ends_with("..))") && text.len() < 50, "{text}");
    }
}
