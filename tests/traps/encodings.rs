//! Values in base64, JSON and URLs, glued to other text, shortened and rewritten.

use serde_json::Value;

use crate::support::{
    Chart, Test, all_different, base64_decode, base64_encode, each_helm, matches,
};

fn decoded(text: &str) -> String {
    String::from_utf8(base64_decode(text)).unwrap()
}

#[test]
fn values_glued_to_letters_end_where_they_end() {
    each_helm(|helm| {
        let chart = Chart::named("glued");
        let render = Test::new(helm, &chart).trap(&[]);
        let secret = |key: &str| render.secret("app-glued", key);
        matches(&secret("prefixed"), "pw[A-Za-z0-9]{32}");
        matches(&secret("suffixed"), "[A-Za-z0-9]{16}abc123");
        matches(&secret("digits"), "9[0-9]{12}0");
        matches(&secret("both"), "[A-Za-z0-9]{32}");
        let both = secret("both");
        assert_ne!(both[..16], both[16..], "two calls, one value");

        let (user, password) = (secret("user"), secret("password"));
        matches(&user, "[A-Za-z]{12}");
        matches(&password, "[A-Za-z0-9]{32}");
        assert_eq!(
            secret("url"),
            format!("postgres://{user}:{password}@db:5432/appx")
        );

        let token = "tk[A-Za-z0-9]{20}End";
        matches(&secret("first"), token);
        matches(&secret("second"), token);
        matches(&secret("pair"), &format!("{token}{token}"));
        let pair = secret("pair");
        let tokens = [
            secret("first"),
            secret("second"),
            pair[..25].to_owned(),
            pair[25..].to_owned(),
        ];
        all_different(&tokens);
    });
}

/// Neighbours that go on like the value do not lengthen or shorten it, for any seed.
#[test]
fn glued_values_keep_their_length_for_every_seed() {
    each_helm(|helm| {
        let chart = Chart::named("glued");
        for n in 0..16 {
            let render = Test::new(helm, &chart).nth_seed(n).render();
            matches(&render.secret("app-glued", "digits"), "9[0-9]{12}0");
            matches(&render.secret("app-glued", "first"), "tk[A-Za-z0-9]{20}End");
            let (user, password) = (
                render.secret("app-glued", "user"),
                render.secret("app-glued", "password"),
            );
            assert_eq!(
                render.secret("app-glued", "url"),
                format!("postgres://{user}:{password}@db:5432/appx")
            );
        }
    });
}

#[test]
fn layers_of_base64_show_the_same_value() {
    each_helm(|helm| {
        let chart = Chart::named("base64-layers");
        let render = Test::new(helm, &chart).trap(&[]);
        let secret = |key: &str| render.secret("app-layers", key);
        let key = secret("one");
        matches(&key, "[A-Za-z0-9]{32}");
        assert_eq!(decoded(&secret("two")), key);
        assert_eq!(decoded(&decoded(&secret("three"))), key);
        assert_eq!(
            secret("config"),
            format!("key={key}\nencoded={}\n", base64_encode(&key))
        );

        let helper = secret("helper-plain");
        matches(&helper, "[A-Za-z0-9]{32}");
        assert_eq!(decoded(&secret("helper")), helper);
        let other = decoded(&secret("other"));
        matches(&other, "[A-Za-z0-9]{32}");
        all_different(&[&key, &helper, &other]);

        matches(&decoded(&secret("ascii")), "[$()+./;<=^~0-9A-Z_a-z-]{64}");
        let long = secret("long");
        matches(&long, "[A-Za-z0-9]{120}");
        let wrapped = secret("wrapped");
        assert_eq!(wrapped.lines().map(str::len).max(), Some(64));
        assert_eq!(decoded(&wrapped.replace('\n', "")), long);
        let url_safe = base64_encode(&key).replace('+', "-").replace('/', "_");
        assert_eq!(secret("raw-url-safe"), url_safe.strip_suffix('=').unwrap());
    });
}

#[test]
fn printable_characters_survive_json() {
    each_helm(|helm| {
        let chart = Chart::named("ascii-json");
        let test = Test::new(helm, &chart);
        let render = test.pinned();
        assert_ne!(render, test.clone().nth_seed(1).render());
        let secret = |key: &str| render.secret("app-json", key);
        let password = secret("password");
        matches(&password, "[$()+./;<=^~0-9A-Z_a-z-]{40}");
        let config: Value = serde_json::from_str(&secret("config.json")).unwrap();
        assert_eq!(config["password"], password.as_str());
        let pretty: Value = serde_json::from_str(&secret("pretty.json")).unwrap();
        assert_eq!(pretty["password"], password.as_str());
        assert_eq!(pretty["nested"]["list"][0], password.as_str());
        assert_eq!(secret("quoted"), password);
        assert_eq!(secret("string.json"), password);
        // As Go's `url.QueryEscape` writes it.
        let escape = |c: char| match c {
            '-' | '.' | '_' | '~' => c.to_string(),
            _ if c.is_ascii_alphanumeric() => c.to_string(),
            _ => format!("%{:02X}", u32::from(c)),
        };
        let escaped: String = password.chars().map(escape).collect();
        assert_eq!(
            secret("url"),
            format!("https://app:{escaped}@example.org/?k={escaped}")
        );
    });
}

#[test]
fn an_authorization_header_holds_the_pinned_password() {
    each_helm(|helm| {
        let chart = Chart::named("basic-header");
        let render = Test::new(helm, &chart).trap(&[]);
        let password = render.secret("app-admin", "password");
        matches(&password, "[A-Za-z0-9]{24}");
        let header = format!("Basic {}", base64_encode(format!("admin:{password}")));
        let probe = "/spec/template/spec/containers/0/livenessProbe/httpGet/httpHeaders/1/value";
        assert_eq!(render.field("Deployment", "app", probe), header);
        assert_eq!(
            render.config("app-probe", "probe.sh"),
            format!(
                "#!/bin/sh\ncurl -H 'Authorization: {header}' http://app/health\ncurl -u \"admin:{password}\" http://app/ready\n"
            )
        );
    });
}

#[test]
fn registry_credentials_agree_with_each_other() {
    each_helm(|helm| {
        let chart = Chart::named("registry-json");
        let render = Test::new(helm, &chart).trap(&[]);
        let password = render.secret("app-registry-password", "password");
        matches(&password, "[A-Za-z0-9]{30}");
        let nested: Value =
            serde_json::from_str(&render.secret("app-registry-password", "nested.json")).unwrap();
        for text in [
            &render.secret("app-registry", ".dockerconfigjson"),
            nested["config"].as_str().unwrap(),
        ] {
            let config: Value = serde_json::from_str(text).unwrap();
            let entry = &config["auths"]["registry.example.org"];
            assert_eq!(entry["password"], password.as_str());
            assert_eq!(
                decoded(entry["auth"].as_str().unwrap()),
                format!("puller:{password}")
            );
        }
    });
}

#[test]
fn dicts_and_lists_show_the_same_values() {
    each_helm(|helm| {
        let chart = Chart::named("dict-secrets");
        let render = Test::new(helm, &chart).trap(&[]);
        let secret = |key: &str| render.secret("app-accounts", key);
        let accounts: Value = serde_yaml::from_str(&secret("accounts.yaml")).unwrap();
        for name in ["reader", "writer", "admin"] {
            assert_eq!(accounts[name]["password"], secret(name).as_str(), "{name}");
        }
        assert_eq!(secret("admin"), "given-by-hand");
        matches(&secret("reader"), "[A-Za-z0-9]{18}");
        matches(&secret("writer"), "[A-Za-z0-9]{18}");
        let store: Value = serde_json::from_str(&secret("store.json")).unwrap();
        let (root, list) = (store["root"].as_str().unwrap(), &store["list"]);
        matches(root, "[A-Za-z0-9]{22}");
        let (one, other) = (list[0].as_str().unwrap(), list[1].as_str().unwrap());
        matches(one, "[A-Za-z0-9]{9}");
        matches(other, "[A-Za-z0-9]{9}");
        matches(&secret("extra"), "[A-Za-z0-9]{26}");
        all_different(&[&secret("reader"), &secret("writer"), one, other, root]);
    });
}

#[test]
fn shortened_and_rewritten_values_keep_their_kind() {
    each_helm(|helm| {
        let chart = Chart::named("altered");
        let render = Test::new(helm, &chart).trap(&[]);
        let secret = |key: &str| render.secret("app-altered", key);
        for (key, pattern) in [
            ("lower", "[a-z0-9]{24}"),
            ("upper", "[A-Z0-9]{24}"),
            ("first-lower", "[a-z0-9]{24}"),
            ("second-lower", "[a-z0-9]{24}"),
            ("first-short", "[A-Za-z0-9]{20}"),
            ("second-short", "[A-Za-z0-9]{20}"),
            ("first-tail", "[A-Za-z0-9+/]{32}"),
            ("second-tail", "[A-Za-z0-9+/]{32}"),
            ("token", "[A-Za-z0-9]{40}"),
            ("head", "[A-Za-z0-9]{10}"),
            ("tail", "[A-Za-z0-9]{10}"),
            ("middle", "[A-Za-z0-9]{20}"),
            ("reversed", "[A-Za-z0-9]{40}"),
            ("no-vowels", "[b-df-hj-np-tv-zB-DF-HJ-NP-TV-Z0-9]{40}"),
            ("dashed", "(?:[A-Za-z0-9]{8}-){4}[A-Za-z0-9]{8}"),
        ] {
            matches(&secret(key), pattern);
        }
        for pair in ["lower", "short", "tail"] {
            let (first, second) = (
                secret(&format!("first-{pair}")),
                secret(&format!("second-{pair}")),
            );
            assert_ne!(first, second, "{pair}");
            // What is cut from base64 is still base64 of letters and digits.
            if pair == "tail" {
                matches(&decoded(&first), "[A-Za-z0-9]{24}");
                matches(&decoded(&second), "[A-Za-z0-9]{24}");
            }
        }
        // A beginning of the token is a beginning of the pinned token.
        assert_eq!(secret("head"), secret("token")[..10]);
    });
}

#[test]
fn random_bytes_are_base64_of_as_many_bytes() {
    each_helm(|helm| {
        let chart = Chart::named("random-bytes");
        let render = Test::new(helm, &chart).trap(&[]);
        let data = |key: &str| render.field("Secret", "app-bytes", &format!("/data/{key}"));
        for (key, bytes) in [
            ("key", 32),
            ("first", 32),
            ("second", 32),
            ("seventeen", 17),
            ("eighteen", 18),
        ] {
            assert_eq!(base64_decode(&data(key)).len(), bytes, "{key}");
            assert_eq!(data(key).len(), bytes.div_ceil(3) * 4, "{key}");
        }
        all_different(&[data("key"), data("first"), data("second")]);
        assert_eq!(decoded(&data("text")), data("key"));
        assert_eq!(render.secret("app-bytes", "same"), data("key"));
        matches(&render.secret("app-bytes", "hex"), "[0-9a-f]{32}");
        let fernet = render.secret("app-bytes", "fernet");
        matches(&fernet, "[A-Za-z0-9_-]{43}=");
        assert_eq!(
            base64_decode(&fernet.replace('-', "+").replace('_', "/")).len(),
            32
        );
    });
}

/// Base64 of other text around a value comes back as it was, also where it can be read in either
/// alphabet up to a `+` or `/` only.
#[test]
fn text_around_a_value_in_base64_stays() {
    each_helm(|helm| {
        let mut template = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata:\n".to_owned();
        for pad in ["", "a", "ab"] {
            let text = format!(
                "{{{{ printf \"{pad}token=%s\\n# ~~~~~~~ ????? é~~~\\n\" (randAlphaNum 24) | b64enc }}}}"
            );
            template += &format!("  conf{pad}: {text}\n");
        }
        let chart = Chart::of(&[("templates/s.yaml", &template)]);
        for seed in 0..4 {
            let render = Test::new(helm, &chart).nth_seed(seed).pinned();
            for pad in ["", "a", "ab"] {
                matches(
                    &render.secret("s", &format!("conf{pad}")),
                    &format!("{pad}token=[A-Za-z0-9]{{24}}\n# ~~~~~~~ \\?\\?\\?\\?\\? é~~~\n"),
                );
            }
        }
    });
}

/// A variable that is declared or assigned in parentheses holds all that its pipeline yields.
#[test]
fn a_variable_in_parentheses_is_encoded_too() {
    let chart = Chart::of(&[(
        "templates/s.yaml",
        r#"{{- $d := dict "k" ($k := randAlphaNum 20 | lower | b64enc) }}
{{- $q := "" }}{{ $e := dict "k" ($q = print (randAlphaNum 9) "x" | quote) }}
apiVersion: v1
kind: Secret
metadata: {name: s}
data: {k: {{ $k }}, same: {{ $d.k }}}
stringData: {q: {{ $q }}, quoted: {{ $e.k }}}
"#,
    )]);
    each_helm(|helm| {
        let render = Test::new(helm, &chart).trap(&[]);
        matches(&render.secret("s", "k"), "[a-z0-9]{20}");
        assert_eq!(render.secret("s", "k"), render.secret("s", "same"));
        matches(&render.secret("s", "q"), "[A-Za-z0-9]{9}x");
        assert!(render.text.contains("q: \""), "{}", render.text);
    });
}
