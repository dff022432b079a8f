//! Field by field against what real helm issues for the same arguments.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::certificate::{
    Issuer, KeyKind, Names, PrivateKey, issue_ca, issue_self_signed, issue_signed,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::support::{OpenSsl, key, keys_of_each_kind, rsa_keys, year};
use crate::binaries;

/// Both helms, and whether they hash key identifiers with SHA-256 (Go does since 1.25).
pub(super) fn helms() -> [(PathBuf, bool); 2] {
    let [three, four] = binaries::helms();
    [(three, false), (four, true)]
}

/// Renders a chart whose one template is `template`, with these values.
pub(super) fn render(helm: &Path, template: &str, values: &Value) -> Output {
    let chart = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| fs::write(chart.path().join(path), text).unwrap();
    fs::create_dir(chart.path().join("templates")).unwrap();
    write("Chart.yaml", "apiVersion: v2\nname: c\nversion: 0.1.0\n");
    write("values.yaml", &values.to_string());
    write("templates/c.yaml", &format!("items:\n{template}"));
    Command::new(helm)
        .args(["template", "."])
        .current_dir(chart.path())
        .env("TZ", "UTC")
        .output()
        .unwrap()
}

/// What a template printed in lines that begin with `- `, as JSON.
fn items<T: for<'a> Deserialize<'a>>(output: &Output) -> Vec<T> {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| line.strip_prefix("- "))
        .map(|json| serde_json::from_str(json).unwrap())
        .collect()
}

#[derive(Deserialize, Debug)]
#[serde(rename_all = "PascalCase")]
struct Pair {
    cert: String,
    key: String,
}

/// What is issued: the arguments that a case and a template have in common.
const ARGUMENTS: &[(&str, &[&str], &[&str])] = &[
    (
        "svc.ns.svc",
        &[],
        &["svc", "svc.ns", "svc.ns.svc.cluster.local", "*.ns.svc"],
    ),
    (
        "with addresses",
        &["127.0.0.1", "::1", "::ffff:10.0.0.1", "2001:DB8::a"],
        &["a.example"],
    ),
    ("*.wild.example", &[], &[]),
    ("a&b@c_d", &[], &["under_score", "UPPER.example", ""]),
    ("söhne 日本", &["0.0.0.0"], &[]),
    ("a'b(c)+d,e-f.g/h:i=j?k", &[], &[]),
    ("", &[], &["only.a.san"]),
    ("", &[], &[]),
    ("test CA", &[], &["same.name.as.the.ca"]),
    (
        "a name that is longer than the sixty-four characters of RFC 5280, A.1",
        &[],
        &[],
    ),
];

/// Lines of `openssl asn1parse` without offsets, and without what two certificates for the same
/// arguments and keys differ in: serial number, dates, signature, and helm 3's key identifiers.
fn structure(pem: &str, with_key_ids: bool) -> Vec<String> {
    let openssl = OpenSsl::with(&[("c.pem", pem)]);
    let text = openssl.succeed("asn1parse -in c.pem");
    let mut lines: Vec<String> = text
        .lines()
        .map(|line| {
            let depth = line
                .split(':')
                .nth(1)
                .unwrap()
                .split_whitespace()
                .next()
                .unwrap();
            let rest = &line[line.find("l=").unwrap()..];
            let rest = &rest[rest.find(": ").unwrap()..];
            match rest.split_whitespace().nth(1).unwrap() {
                "UTCTIME" | "GENERALIZEDTIME" => format!("{depth} time"),
                _ => format!("{depth} {}", rest.trim()),
            }
        })
        .collect();
    // The certificate, what is signed, the version and its number, and then the serial number.
    assert!(lines[4].contains("INTEGER"), "{}", lines[4]);
    lines[4] = "serial number".to_owned();
    if !with_key_ids {
        for id in [
            "X509v3 Subject Key Identifier",
            "X509v3 Authority Key Identifier",
        ] {
            if let Some(position) = lines.iter().position(|line| line.ends_with(id)) {
                lines[position + 1].truncate(24);
            }
        }
    }
    lines
}

/// `openssl x509 -text` without the lines in which certificates with other keys may differ.
fn text(pem: &str) -> String {
    let openssl = OpenSsl::with(&[("c.pem", pem)]);
    let text = openssl
        .succeed("x509 -noout -text -certopt no_serial,no_validity,no_pubkey,no_sigdump -in c.pem");
    let mut lines = Vec::new();
    let mut skip = false;
    for line in text.lines() {
        if !skip {
            lines.push(line.trim_end());
        }
        skip = line.contains("Key Identifier:");
    }
    lines.join("\n")
}

/// With given keys, all but serial number, dates and signature is the same, and the printed key too.
#[test]
fn with_keys_of_all_kinds() {
    const TEMPLATE: &str = r#"
{{- range .Values.cases }}
{{- $names := list .cn .ips .dns }}
{{- $ca := genCAWithKey "test CA" 365 $.Values.caKey }}
- {{ genCAWithKey .cn 365 .key | toJson }}
- {{ genSelfSignedCertWithKey .cn .ips .dns 365 .key | toJson }}
- {{ genSignedCertWithKey .cn .ips .dns 365 $ca .key | toJson }}
{{- end }}
"#;
    let ca_key = &rsa_keys()[1];
    let issuer = Issuer::generated_ca("test CA", ca_key.clone()).unwrap();
    let keys = keys_of_each_kind();
    let cases: Vec<_> = ARGUMENTS.iter().zip(keys.iter().cycle()).collect();
    let values = json!({
        "caKey": *ca_key.to_pem().unwrap(),
        "cases": cases.iter().map(|((cn, ips, dns), key)| json!({
            "cn": cn, "ips": ips, "dns": dns, "key": *key.to_pem().unwrap(),
        })).collect::<Vec<_>>(),
    });
    for (helm, sha256) in helms() {
        let pairs: Vec<Pair> = items(&render(&helm, TEMPLATE, &values));
        assert_eq!(pairs.len(), 3 * cases.len());
        for (pairs, ((cn, ips, dns), key)) in pairs.chunks(3).zip(&cases) {
            let names = Names::new(cn, ips, dns).unwrap();
            let ours = [
                issue_ca(cn, year(), key).unwrap(),
                issue_self_signed(&names, year(), key).unwrap(),
                issue_signed(&names, year(), key, &issuer).unwrap(),
            ];
            for (ours, helms) in ours.iter().zip(pairs) {
                assert_eq!(
                    structure(ours, sha256),
                    structure(&helms.cert, sha256),
                    "{cn:?} under {}",
                    helm.display()
                );
                assert_eq!(text(ours), text(&helms.cert));
                assert_eq!(helms.key, *key.to_pem().unwrap());
            }
        }
    }
}

/// Without keys, helm generates RSA keys of 2048 bits; the rest is the same.
#[test]
fn with_generated_keys() {
    const TEMPLATE: &str = r#"
{{- $ca := genCA "test CA" 365 }}
- {{ $ca | toJson }}
- {{ genSelfSignedCert "a.example" (list "10.0.0.1") (list "b.example") 365 | toJson }}
- {{ genSignedCert "a.example" nil (list "b.example" "c.example") 365 $ca | toJson }}
"#;
    let [ca_key, key, _] = rsa_keys();
    let issuer = Issuer::generated_ca("test CA", ca_key.clone()).unwrap();
    let self_signed = Names::new("a.example", &["10.0.0.1"], &["b.example"]).unwrap();
    let signed = Names::new("a.example", &[], &["b.example", "c.example"]).unwrap();
    let ours = [
        issue_ca("test CA", year(), ca_key).unwrap(),
        issue_self_signed(&self_signed, year(), key).unwrap(),
        issue_signed(&signed, year(), key, &issuer).unwrap(),
    ];
    for (helm, _) in helms() {
        let pairs: Vec<Pair> = items(&render(&helm, TEMPLATE, &json!({})));
        for (ours, helms) in ours.iter().zip(&pairs) {
            assert_eq!(text(ours), text(&helms.cert), "{}", helm.display());
            assert_eq!(shape(&helms.key), shape(&key.to_pem().unwrap()));
            assert!(text(ours).len() > 500);
            // As many octets, give or take the one that a number's sign needs.
            assert!(ours.len().abs_diff(helms.cert.len()) <= 16);
        }
    }
}

/// The label of a key's PEM block, and the kinds and lengths in bytes of its fields, to a factor.
fn shape(pem: &str) -> (String, Vec<String>) {
    let openssl = OpenSsl::with(&[("k.pem", pem)]);
    let fields = openssl
        .succeed("asn1parse -in k.pem")
        .lines()
        .map(|line| {
            let kind = line
                .split(": ")
                .nth(1)
                .unwrap()
                .split_whitespace()
                .next()
                .unwrap();
            let length = line
                .split("l=")
                .nth(1)
                .unwrap()
                .split_whitespace()
                .next()
                .unwrap();
            let length: usize = length.parse().unwrap();
            format!("{kind} {}", length.div_ceil(16))
        })
        .collect();
    (pem.lines().next().unwrap().to_owned(), fields)
}

#[test]
fn private_keys_of_all_kinds() {
    const TEMPLATE: &str = r#"
{{- range .Values.kinds }}
- {{ genPrivateKey . | toJson }}
{{- end }}
"#;
    // RSA and DSA take helm seconds; DSA seconds more, for its parameters.
    let kinds = ["ecdsa", "ed25519", "rsa", "dsa"];
    let (helm, _) = &helms()[1];
    let texts: Vec<String> = items(&render(helm, TEMPLATE, &json!({ "kinds": kinds })));
    for (kind, text) in kinds.iter().zip(&texts) {
        let ours = key(KeyKind::from_sprig(kind).unwrap(), 9).to_pem().unwrap();
        let (ours, helms) = (shape(&ours), shape(text));
        assert_eq!(ours.0, helms.0, "{kind}");
        assert_eq!(ours.1.len(), helms.1.len(), "{kind}");
        if *kind != "rsa" {
            assert_eq!(ours.1, helms.1, "{kind}");
        }
    }
    assert_eq!(KeyKind::from_sprig(""), Some(KeyKind::Rsa4096));
    assert_eq!(KeyKind::from_sprig("RSA"), None);
}

/// Go reads what is issued here: a helm that is given our CA signs with it, and we with helm's.
#[test]
fn each_signs_with_the_other_ones_ca() {
    const TEMPLATE: &str = r#"
{{- range .Values.cas }}
{{- $ca := buildCustomCert .cert .key }}
- {{ genSignedCert "a.example" nil (list "a.example") 20000 $ca | toJson }}
{{- end }}
- {{ genCA "helm's CA" 20000 | toJson }}
"#;
    let keys = keys_of_each_kind();
    let encode = |text: &str| base64::Engine::encode(&base64::prelude::BASE64_STANDARD, text);
    let cas: Vec<String> = keys
        .iter()
        .map(|key| issue_ca("our CA", year(), key).unwrap())
        .collect();
    let values = json!({
        "cas": cas.iter().zip(&keys).map(|(ca, key)| json!({
            "cert": encode(ca), "key": encode(&key.to_pem().unwrap()),
        })).collect::<Vec<_>>(),
    });
    for (helm, _) in helms() {
        let mut pairs: Vec<Pair> = items(&render(&helm, TEMPLATE, &values));
        let helms_ca = pairs.pop().unwrap();
        assert_eq!(pairs.len(), cas.len());
        for (leaf, ca) in pairs.iter().zip(&cas) {
            verify(ca, &leaf.cert);
        }
        let issuer = Issuer::from_pem(&helms_ca.cert, &helms_ca.key).unwrap();
        let names = Names::new("a.example", &[], &["a.example"]).unwrap();
        let leaf = issue_signed(&names, year(), &keys[0], &issuer).unwrap();
        verify(&helms_ca.cert, &leaf);
        let again = PrivateKey::from_pem(&helms_ca.key).unwrap();
        assert_eq!(*again.to_pem().unwrap(), helms_ca.key);
    }
}

fn verify(ca: &str, leaf: &str) {
    let openssl = OpenSsl::with(&[("ca.pem", ca), ("leaf.pem", leaf)]);
    openssl.succeed(
        "verify -x509_strict -no_check_time -verify_hostname a.example -CAfile ca.pem leaf.pem",
    );
}
