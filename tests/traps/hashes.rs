//! Digests, password hashes and ciphertexts of generated values.

use aes::Aes256;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, KeyIvInit};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use crate::support::{Chart, Test, all_different, base64_decode, each_helm, matches};

fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[test]
fn digests_are_of_the_pinned_password() {
    each_helm(|helm| {
        let chart = Chart::named("digests");
        let render = Test::new(helm, &chart).trap(&[]);
        let secret = |key: &str| render.secret("app-digests", key);
        let root = secret("root-password");
        matches(&root, "[A-Za-z0-9]{24}");
        assert_eq!(secret("root-password-sha2"), hex(Sha256::digest(&root)));
        assert_eq!(secret("sha1"), hex(Sha1::digest(&root)));
        assert_eq!(secret("sha512"), hex(Sha512::digest(&root)));
        for name in ["fresh", "second"] {
            let value = secret(name);
            matches(&value, "[A-Za-z0-9]{16}");
            assert_eq!(
                secret(&format!("{name}-sum")),
                hex(Sha256::digest(&value)),
                "{name}"
            );
        }
        all_different(&[root, secret("fresh"), secret("second")]);
    });
}

#[test]
fn password_hashes_open_with_the_pinned_password() {
    each_helm(|helm| {
        let chart = Chart::named("password-hash");
        let render = Test::new(helm, &chart).trap(&[]);
        let secret = |key: &str| render.secret("app-hash", key);
        let password = secret("password");
        matches(&password, "[A-Za-z0-9]{24}");
        let auth = secret("auth");
        let line = secret("line");
        let hashes = [
            secret("bcrypt"),
            auth.strip_prefix("admin:").unwrap().to_owned(),
            line.strip_prefix("root:").unwrap().to_owned(),
        ];
        for hash in &hashes {
            matches(hash, r"\$2a\$10\$[./A-Za-z0-9]{53}");
            assert!(
                bcrypt::verify(&password, hash).unwrap(),
                "{hash} is of another password"
            );
        }
        all_different(&hashes);
    });
}

/// The passwords come from the values; only the salts are random.
#[test]
fn password_hashes_of_given_passwords_are_stable() {
    each_helm(|helm| {
        let chart = Chart::named("password-hash");
        let render = Test::new(helm, &chart).render();
        let web: serde_json::Value =
            serde_yaml::from_str(&render.config("app-web", "web.yaml")).unwrap();
        let hash = |user: &str| web["basic_auth_users"][user].as_str().unwrap().to_owned();
        assert!(bcrypt::verify("given-password", &hash("anna")).unwrap());
        assert!(bcrypt::verify("other-password", &hash("ben")).unwrap());
        // The salt is `$2a$10$` and the next 22 characters.
        assert_ne!(
            hash("anna")[..29],
            hash("ben")[..29],
            "one salt for two passwords"
        );
        let changed = Test::new(helm, &chart)
            .set("basicAuth.anna", "a-new-one")
            .render();
        let web: serde_json::Value =
            serde_yaml::from_str(&changed.config("app-web", "web.yaml")).unwrap();
        assert!(
            bcrypt::verify(
                "a-new-one",
                web["basic_auth_users"]["anna"].as_str().unwrap()
            )
            .unwrap()
        );
        assert_eq!(web["basic_auth_users"]["ben"], hash("ben").as_str());
    });
}

/// Sprig: AES-256 in CBC mode, the key filled up with zeros, the IV in front, in base64.
pub(crate) fn decrypted(key: &[u8], encrypted: &str) -> Vec<u8> {
    let bytes = base64_decode(encrypted);
    let (iv, text) = bytes.split_at(16);
    let mut text = text.to_owned();
    cbc::Decryptor::<Aes256>::new_from_slices(key, iv)
        .unwrap()
        .decrypt_padded::<Pkcs7>(&mut text)
        .unwrap()
        .to_vec()
}

/// The user is generated too, and altered: the line shows the one that the chart has, whoever it was when the hash was made.
#[test]
fn a_password_hash_has_the_pinned_user() {
    let lines = [
        ("alone", "{{ htpasswd (randAlphaNum 8 | lower) \"fixed\" }}"),
        (
            "glued",
            "{{ htpasswd (printf \"u-%s\" (randAlphaNum 9 | lower)) \"fixed\" }}",
        ),
        ("both", "{{ htpasswd $user $password }}"),
        ("user", "{{ $user }}"),
        ("password", "{{ $password }}"),
    ];
    let lines = lines.map(|(key, text)| format!("  {key}: {text}\n"));
    let secret = format!(
        "{{{{ $user := randAlphaNum 7 | lower }}}}{{{{ $password := randAlphaNum 16 | upper }}}}apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\nstringData:\n{}",
        lines.concat()
    );
    each_helm(|helm| {
        let chart = Chart::of(&[("templates/s.yaml", &secret)]);
        let render = Test::new(helm, &chart).trap(&[]);
        let line = |key: &str| {
            let line = render.secret("s", key);
            let (user, hash) = line.split_once(':').unwrap();
            (user.to_owned(), hash.to_owned())
        };
        matches(&line("alone").0, "[a-z0-9]{8}");
        matches(&line("glued").0, "u-[a-z0-9]{9}");
        let (user, hash) = line("both");
        assert_eq!(user, render.secret("s", "user"));
        assert!(bcrypt::verify(render.secret("s", "password"), &hash).unwrap());
        // Each is named by its place, also in another file.
        let moved = Chart::of(&[("templates/moved.yaml", &secret)]);
        assert_eq!(
            Test::new(helm, &moved).pinned().secret("s", "alone"),
            render.secret("s", "alone")
        );
    });
}

#[test]
fn a_ciphertext_opens_with_the_pinned_key() {
    each_helm(|helm| {
        let chart = Chart::named("password-hash");
        let render = Test::new(helm, &chart).render();
        let key = render.secret("app-hash", "key");
        matches(&key, "[A-Za-z0-9]{32}");
        let plain = decrypted(key.as_bytes(), &render.secret("app-hash", "encrypted"));
        assert_eq!(plain, b"the text to hide");
    });
}

/// The checksum, its first four characters and the volume's name hold together, and move with the
/// seed (`trap` sees to that).
#[test]
fn cut_checksums_agree_with_the_whole() {
    each_helm(|helm| {
        let chart = Chart::named("short-checksum");
        // That one has nine or ten digits.
        let render = Test::new(helm, &chart).trap(&["checksum/adler:"]);
        let annotation = |name| {
            render.field(
                "Deployment",
                "app",
                &format!("/spec/template/metadata/annotations/{name}"),
            )
        };
        let sum = annotation("checksum~1token");
        matches(&sum, "[0-9a-f]{64}");
        assert_eq!(annotation("checksum~1short"), sum[..4]);
        let volume = render.field("Deployment", "app", "/spec/template/spec/volumes/0/name");
        assert_eq!(volume, format!("token-{}", &sum[..8]));
        matches(&annotation("checksum~1adler"), "[0-9]{5,10}");
        matches(&annotation("rollme"), "[A-Za-z0-9]{5}");
        matches(&render.secret("app-token", "token"), "[A-Za-z0-9]{32}");
    });
}

/// A short number that cannot be found by its text does not take the digests of other values with it.
#[test]
fn digests_stay_right_beside_a_short_number() {
    each_helm(|helm| {
        let chart = Chart::of(&[
            (
                "templates/_g.tpl",
                "{{ define \"pin\" }}{{ randNumeric 4 }}{{ end }}{{ define \"pw\" }}{{ randAlphaNum 24 }}{{ end }}",
            ),
            (
                "templates/s.yaml",
                "{{ $a := include \"pw\" . }}{{ $b := include \"pw\" . }}\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  pin: {{ include \"pin\" . | quote }}\n  a: {{ $a }}\n  a-sum: {{ sha256sum $a }}\n  b: {{ $b }}\n  b-sum: {{ sha256sum $b }}\n",
            ),
        ]);
        let render = Test::new(helm, &chart).pinned();
        matches(&render.secret("s", "pin"), "[0-9]{4}");
        for key in ["a", "b"] {
            let digest = Sha256::digest(render.secret("s", key));
            let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(render.secret("s", &format!("{key}-sum")), digest);
        }
    });
}

/// A helper that generates is included twice: where its value is shown, and where only a digest of it is.
#[test]
fn a_digest_beside_a_secret_is_of_what_that_shows() {
    let helper = r#"{{- define "x.token" }}{{ randAlphaNum 40 }}{{ end }}"#;
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata:\n  \
                  token: {{ include \"x.token\" . | required \"none\" | b64enc | quote }}\n";
    let config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  \
                  sum: {{ include \"x.token\" . | sha256sum }}\n  \
                  short: {{ include \"x.token\" . | sha256sum | trunc 4 | quote }}\n";
    let chart = Chart::of(&[
        ("templates/_helpers.tpl", helper),
        ("templates/secret.yaml", secret),
        ("templates/a/first.yaml", config),
    ]);
    each_helm(|helm| {
        let test = Test::new(helm, &chart);
        let render = test.trap(&[]);
        let sum = hex(Sha256::digest(render.secret("s", "token")));
        assert_eq!(render.config("c", "sum"), sum);
        assert_eq!(render.config("c", "short"), sum[..4]);
        let explained = test.clone().command("explain").run().stdout;
        assert!(explained.contains("helm ran twice"), "{explained}");
        assert!(!explained.contains("BY PATH"), "{explained}");
    });
}

/// Two includes of one helper change places between the survey and the final: the second shows a value of its own there.
#[test]
fn a_double_that_is_shown_later_is_another_value() {
    let chart = Chart::of(&[
        (
            "templates/_helpers.tpl",
            r#"{{- define "q" }}{{ randAlphaNum 20 }}{{ end }}"#,
        ),
        (
            "templates/a.yaml",
            r#"apiVersion: v1
kind: Secret
metadata: {name: a}
stringData:
  q: {{ include "q" . }}
  {{- if .Values.flag }}
  extra: {{ include "q" . }}
  {{- end }}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: c}
data:
  sum: {{ include "q" . | sha256sum }}
"#,
        ),
        (
            "templates/z.yaml",
            r#"{{- $_ := set .Values "flag" true }}"#,
        ),
        ("values.yaml", "flag: false\n"),
    ]);
    each_helm(|helm| {
        let render = Test::new(helm, &chart).trap(&[]);
        assert_ne!(render.secret("a", "q"), render.secret("a", "extra"));
    });
}

/// A file that is included by a path that `printf` makes shows what it shows by itself.
#[test]
fn a_path_by_printf_is_a_files() {
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  pw: {{ randAlphaNum 12 }}\n";
    let config = r#"apiVersion: v1
kind: ConfigMap
metadata: {name: b}
data:
  {{- $b := .Template.BasePath }}
  one: {{ include (printf "%s/templates/a.yaml" .Chart.Name) . | sha256sum }}
  two: {{ include (printf "%s%s" $b "/a.yaml") . | sha256sum }}
  three: {{ include (printf "%s/a.yaml" (dir $.Template.Name)) . | sha256sum }}
  four: {{ include (print .Template.BasePath "/a.yaml") . | sha256sum }}
"#;
    let chart = Chart::of(&[("templates/a.yaml", secret), ("templates/b.yaml", config)]);
    each_helm(|helm| {
        let render = Test::new(helm, &chart).trap(&[]);
        let password = render.secret("a", "pw");
        let text = secret.replace("{{ randAlphaNum 12 }}", &password);
        for key in ["one", "two", "three", "four"] {
            assert_eq!(render.config("b", key), hex(Sha256::digest(&text)), "{key}");
        }
    });
}
