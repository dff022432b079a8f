//! Each form in which a chart may print a certificate shows the same one.

use crate::openssl::{NOW, decode, public_of_certificate, public_of_key, verifies};
use crate::support::{Chart, Manifests, Test, each_helm};

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

fn secret(render: &Manifests, key: &str) -> String {
    let field = |section: &str| {
        render
            .document("Secret", "app-forms")
            .pointer(&format!("/{section}/{key}"))
            .and_then(|value| value.as_str().map(str::to_owned))
    };
    field("stringData")
        .or_else(|| field("data").map(|text| decode(&text)))
        .unwrap_or_else(|| panic!("no {key} in\n{}", render.text))
}

#[test]
fn every_form_shows_the_same_certificate() {
    each_helm(|helm| {
        let chart = Chart::named("certificate-forms");
        let render = Test::new(helm, &chart)
            .env("PIN_CERTIFICATE_TIME", NOW.to_string())
            .pinned();
        let secret = |key: &str| secret(&render, key);
        let cert = secret("block");
        public_of_certificate(&cert);
        assert!(
            !render
                .text
                .contains("-----BEGIN CERTIFICATE-----\n-----END")
        );

        assert_eq!(secret("keep").trim_end(), cert.trim_end());
        assert_eq!(secret("strip"), cert.trim_end());
        assert_eq!(secret("quoted"), cert);
        assert_eq!(secret("single-line"), cert.replace('\n', "\\n"));
        assert_eq!(secret("escaped"), cert.replace('\n', "\\n"));
        assert_eq!(secret("joined"), cert.replace('\n', ""));
        assert_eq!(secret("blanks"), cert.replace('\n', " ").trim());
        assert_eq!(
            secret("body"),
            cert.replace(BEGIN, "").replace(END, "").replace('\n', "")
        );
        assert_eq!(secret("once"), cert);
        assert_eq!(decode(&secret("twice")), cert);
        assert_eq!(
            decode(secret("wrapped").trim_start_matches("crt: ").trim()),
            cert
        );
        assert_eq!(secret("crlf"), cert.replace('\n', "\r\n"));
        let yaml: serde_json::Value = serde_yaml::from_str(&secret("yaml")).unwrap();
        // `toYaml` ends with no line feed.
        assert_eq!(yaml["crt"], cert.trim_end());

        let chain = secret("chain");
        let ca = chain.strip_prefix(cert.as_str()).unwrap();
        assert!(verifies(&cert, ca, NOW));
        let bundle = secret("bundle");
        let key = bundle.strip_suffix(chain.as_str()).unwrap();
        assert_eq!(public_of_key(key), public_of_certificate(&cert));
        for name in ["json", "json-block"] {
            let json: serde_json::Value = serde_json::from_str(&secret(name)).unwrap();
            assert_eq!(json["tls"]["crt"], cert.as_str(), "{name}");
            assert_eq!(json["tls"]["key"], key, "{name}");
        }
        let config: serde_json::Value = serde_yaml::from_str(&secret("config.yaml")).unwrap();
        assert_eq!(config["server"]["tls"]["crt"], cert.as_str());
        assert_eq!(config["server"]["tls"]["ca"], ca);
        let nested: serde_json::Value = serde_yaml::from_str(&secret("nested")).unwrap();
        assert_eq!(
            (&nested["crt"], &nested["list"][0]),
            (&cert.as_str().into(), &ca.into())
        );

        let env = render.config("app-forms", "env.sh");
        let encoded = env.split('"').nth(1).unwrap();
        assert_eq!(decode(encoded), ca);
        let url = render.config("app-forms", "url");
        let query = url.split("ca=").nth(1).unwrap();
        let decoded = query
            .replace("%0A", "\n")
            .replace('+', " ")
            .replace("%2F", "/")
            .replace("%2B", "+")
            .replace("%3D", "=");
        assert_eq!(decoded, ca);
    });
}
