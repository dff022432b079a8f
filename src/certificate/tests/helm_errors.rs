//! What helm refuses is refused here, and nothing else.

use crate::certificate::{
    Issuer, KeyKind, Names, PrivateKey, build_custom_cert, issue_ca, issue_self_signed,
    issue_signed,
};
use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::json;

use super::helm::{helms, render};
use super::support::{OpenSsl, key, rsa_keys, year};

/// Whether each helm renders the expression; both have to agree.
fn helm_accepts(expression: &str, argument: &str, other: &str) -> bool {
    let template = format!("- {{{{ {expression} | toJson }}}}\n");
    let values = json!({ "x": argument, "y": other });
    let [three, four] = helms().map(|(helm, _)| render(&helm, &template, &values).status.success());
    assert_eq!(three, four, "{expression} {argument:?}");
    three
}

#[test]
fn addresses() {
    let key = &key(KeyKind::Ed25519, 1);
    let pem = key.to_pem().unwrap();
    for ip in [
        "10.0.0.1",
        "::",
        "::1",
        "1:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7::",
        "::ffff:1.2.3.4",
        "1:2:3:4:5:6:1.2.3.4",
        "2001:DB8::0001",
        "",
        " 10.0.0.1",
        "10.0.0.1 ",
        "10.0.0",
        "10.0.0.256",
        "010.0.0.1",
        "10.0.0.01",
        "1.2.3.4/8",
        "fe80::1%eth0",
        "localhost",
        "1:2:3:4:5:6:7::8",
        ":::",
        "[::1]",
        "00001::",
        "1.2.3.4.5",
        "0x1.2.3.4",
        "1",
    ] {
        let ours = Names::new("a", &[ip], &[]).is_some();
        let helms = helm_accepts(
            r#"genSelfSignedCertWithKey "a" (list .Values.x) nil 1 .Values.y"#,
            ip,
            &pem,
        );
        assert_eq!(ours, helms, "{ip:?}");
    }
}

#[test]
fn dns_names() {
    let key = &key(KeyKind::Ed25519, 1);
    let pem = key.to_pem().unwrap();
    for name in [
        "a.example",
        "",
        "a b",
        "*",
        "_x",
        "é.example",
        "日本",
        ".",
        "a..b",
    ] {
        let ours = Names::new("a", &[], &[name])
            .map(|names| issue_self_signed(&names, year(), key).unwrap())
            .is_some();
        let helms = helm_accepts(
            r#"genSelfSignedCertWithKey "a" nil (list .Values.x) 1 .Values.y"#,
            name,
            &pem,
        );
        assert_eq!(ours, helms, "{name:?}");
    }
}

#[test]
fn private_keys() {
    let openssl = OpenSsl::with(&[]);
    let ed = key(KeyKind::Ed25519, 1).to_pem().unwrap();
    let texts = [
        openssl.succeed("genrsa 2048"),
        openssl.succeed("genrsa -traditional 2048"),
        openssl.succeed("ecparam -name secp384r1 -genkey -noout"),
        openssl.succeed("ecparam -name prime256v1 -genkey"),
        openssl.succeed("ecparam -name secp256k1 -genkey -noout"),
        openssl.succeed("genpkey -algorithm x25519"),
        openssl.succeed("genrsa -aes128 -passout pass:x 2048"),
        key(KeyKind::Dsa, 1).to_pem().unwrap().to_string(),
        ed.replace("PRIVATE KEY", "RSA PRIVATE KEY"),
        ed.replace("PRIVATE KEY", "OPENSSH PRIVATE KEY"),
        ed.replace('\n', "\r\n"),
        format!("text\n{}", *ed),
        format!("text{}", *ed),
        ed.trim_end().to_owned(),
        String::new(),
        "no key".to_owned(),
    ];
    for text in texts {
        let ours = PrivateKey::from_pem(&text).is_ok_and(|key| issue_ca("a", year(), &key).is_ok());
        let helms = helm_accepts(r#"genCAWithKey "a" 1 .Values.x"#, &text, "");
        assert_eq!(ours, helms, "{text}");
    }
}

#[test]
fn custom_certificates() {
    let [key, other, _] = rsa_keys();
    let ca = issue_ca("a", year(), key).unwrap();
    let (key, other) = (key.to_pem().unwrap(), other.to_pem().unwrap());
    let encode = |text: &str| BASE64_STANDARD.encode(text);
    for (certificate, key) in [
        (encode(&ca), encode(&key)),
        (encode(&ca), encode(&other)),
        (encode(&key), encode(&key)),
        (encode(&ca), encode(&ca)),
        (ca.clone(), encode(&key)),
        (
            encode(&ca).trim_end_matches('=').to_owned() + "!",
            encode(&key),
        ),
        (encode(&ca[..ca.len() / 2]), encode(&key)),
        (encode(&format!("text\n{ca}{ca}")), encode(&key)),
    ] {
        let built = build_custom_cert(&certificate, &key);
        let helms = helm_accepts("buildCustomCert .Values.x .Values.y", &certificate, &key);
        assert_eq!(built.is_ok(), helms, "{certificate}");
        let Ok((certificate_pem, key_pem)) = built else {
            continue;
        };
        let signs = Issuer::from_pem(&certificate_pem, &key_pem).is_ok_and(|issuer| {
            let names = Names::subject("b");
            issue_signed(&names, year(), &rsa_keys()[2], &issuer).is_ok()
        });
        let helms = helm_accepts(
            r#"genSignedCert "b" nil nil 1 (buildCustomCert .Values.x .Values.y)"#,
            &certificate,
            &key,
        );
        assert_eq!(signs, helms, "{certificate}");
    }
}
