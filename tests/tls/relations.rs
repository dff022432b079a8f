//! What belongs together under plain helm does here, and nothing else does.

use std::collections::BTreeMap;

use crate::openssl::{
    NOW, decode, public_of_certificate, public_of_key, text, user_ca, verifies, verifies_host,
};
use crate::support::{Chart, Manifests, Test, each_helm};

/// Everything in the Secrets' data, by `name/key`.
fn material(render: &Manifests) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for secret in render.of_kind("Secret") {
        for (key, value) in secret["data"].as_object().unwrap() {
            let name = secret["metadata"]["name"].as_str().unwrap();
            all.insert(format!("{name}/{key}"), decode(value.as_str().unwrap()));
        }
    }
    all
}

/// `A signs B`, `K is the key of C` and `A = B`.
fn relations(render: &Manifests, at: i64) -> Vec<String> {
    let all = material(render);
    let mut found = Vec::new();
    for (a, first) in &all {
        for (b, second) in &all {
            if a < b && first == second {
                found.push(format!("{a} = {b}"));
            }
            let is_key = |text: &str| text.contains("PRIVATE KEY");
            match (is_key(first), is_key(second)) {
                (true, false) if public_of_key(first) == public_of_certificate(second) => {
                    found.push(format!("{a} is the key of {b}"));
                }
                (false, false) if a != b && verifies(second, first, at) => {
                    found.push(format!("{a} signs {b}"));
                }
                _ => {}
            }
        }
    }
    found
}

#[test]
fn relations_are_those_of_plain_helm() {
    each_helm(|helm| {
        let chart = Chart::named("certificate-relations");
        let test = Test::new(helm, &chart).env("PIN_CERTIFICATE_TIME", NOW.to_string());
        let pinned = relations(&test.pinned(), NOW);
        // Plain certificates begin now, whenever that is.
        let now = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap();
        let plain = relations(&test.plain(), now.as_secs() as i64 + 60);
        assert_eq!(pinned, plain);
        let expected = [
            "node-0/tls.key is the key of node-0/tls.crt",
            "node-1/tls.key is the key of node-1/tls.crt",
            "one/ca.crt signs one/tls.crt",
            "one/tls.key is the key of one/tls.crt",
            "same/ca.crt signs same/tls.crt",
            "siblings/a.key is the key of siblings/a.crt",
            "two/ca.crt signs two/tls.crt",
        ];
        for relation in expected {
            assert!(
                pinned.iter().any(|found| found == relation),
                "{relation}: {pinned:?}"
            );
        }
        assert_eq!(pinned.len(), 10, "{pinned:?}");
    });
}

#[test]
fn keys_of_each_kind_and_given_ones() {
    each_helm(|helm| {
        let chart = Chart::named("private-keys");
        let test = Test::new(helm, &chart).env("PIN_CERTIFICATE_TIME", NOW.to_string());
        let (render, plain) = (test.pinned(), test.plain());
        let field = |render: &Manifests, key: &str| {
            render.field("Secret", "app-keys", &format!("/stringData/{key}"))
        };
        for key in [
            "rsa", "ecdsa", "ed25519", "dsa", "ca.key", "leaf.key", "self.key",
        ] {
            let (ours, theirs) = (field(&render, key), field(&plain, key));
            public_of_key(&ours);
            assert_eq!(ours.lines().next(), theirs.lines().next(), "{key}");
            assert_eq!(ours.lines().last(), theirs.lines().last(), "{key}");
        }
        assert_eq!(field(&render, "unknown"), field(&plain, "unknown"));
        for name in ["ca", "leaf", "self"] {
            let certificate = field(&render, &format!("{name}.crt"));
            let key = field(&render, &format!("{name}.key"));
            assert_eq!(
                public_of_certificate(&certificate),
                public_of_key(&key),
                "{name}"
            );
            let algorithm = |text: String| {
                let line = text
                    .lines()
                    .find(|line| line.contains("Signature Algorithm"));
                line.unwrap().trim().to_owned()
            };
            assert_eq!(
                algorithm(text(&certificate)),
                algorithm(text(&field(&plain, &format!("{name}.crt"))))
            );
        }
        let (leaf, ca) = (field(&render, "leaf.crt"), field(&render, "ca.crt"));
        assert!(verifies_host(&leaf, &ca, NOW, "leaf.example.org"));
    });
}

#[test]
fn a_users_ca_signs_as_it_is() {
    each_helm(|helm| {
        let (certificate, key) = user_ca();
        let chart = Chart::named("private-keys");
        let values = serde_json::json!({ "ca": { "crt": certificate, "key": key } });
        chart.write("values.yaml", &values.to_string());
        let now = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap()
            .as_secs() as i64;
        let render = Test::new(helm, &chart)
            .env("PIN_CERTIFICATE_TIME", now.to_string())
            .pinned();
        let field = |key: &str| render.field("Secret", "app-user", &format!("/stringData/{key}"));
        assert_eq!(field("ca.crt"), certificate);
        assert!(verifies_host(
            &field("tls.crt"),
            &certificate,
            now + 1,
            "user.example.org"
        ));
        assert_eq!(
            public_of_certificate(&field("tls.crt")),
            public_of_key(&field("tls.key"))
        );
    });
}
