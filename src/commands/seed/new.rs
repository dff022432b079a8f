//! `seed new`: a Kubernetes Secret with a fresh seed, alone or beside others.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, anyhow, bail, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::given;
use crate::config;
use crate::derive::{Seed, SeedId};
use crate::outcome::Outcome;

/// The annotation of the Secret that holds the fresh seed's id.
const ANNOTATION: &str = "argocd-pin-plugin/seed-id";

/// Makes the manifest of a Secret with a fresh seed from the operating system, and says the seed's id on stderr. With
/// the file of a Secret, the new one holds that one's seeds, too.
///
/// # Errors
/// The operating system gives no random bytes, a name cannot be one in Kubernetes, or the file holds no seeds.
pub(in crate::commands) fn run(
    name: Option<&str>,
    namespace: &str,
    beside: Option<&Path>,
) -> anyhow::Result<Outcome> {
    let name = name.unwrap_or(match beside {
        Some(_) => "argocd-pin-plugin-seeds",
        None => "argocd-pin-plugin-seed",
    });
    if !is_name(name, 253, true) {
        bail!("`{}` cannot name a Secret", name.escape_debug());
    }
    if !is_name(namespace, 63, false) {
        bail!("`{}` cannot name a namespace", namespace.escape_debug());
    }
    let fresh = Seed::generate()?;
    let id = fresh.id();
    let (secret, note) = match beside {
        None => {
            let seed = BTreeMap::from([("seed".to_owned(), fresh)]);
            let note = "so that another seed is an error";
            (manifest(ONE, name, namespace, &seed, &id), note)
        }
        Some(file) => {
            let mut seeds = others(&given(file)?)?;
            seeds.insert(id.to_string(), fresh);
            let note = "when all Applications have moved to it";
            (manifest(SEVERAL, name, namespace, &seeds, &id), note)
        }
    };
    // A closed stderr is no reason to fail.
    let _ = writeln!(
        std::io::stderr(),
        "note: set PIN_SEED_ID to {id} in the sidecar, {note}"
    );
    Ok(Outcome::done(secret.as_str()))
}

/// What is said above a Secret with one seed.
const ONE: &str = "\
# The seed of argocd-pin-plugin: every pinned value follows from it. Keep a copy in a safe place, and out of Git:
# without it the values cannot be made again, and another seed changes them all. The Secret is immutable so that
# no other seed is applied over it by mistake. The annotation tells nothing of the seed: set PIN_SEED_ID to it in the
# sidecar, and another seed is an error.
";

/// What is said above a Secret with several.
const SEVERAL: &str = "\
# The seeds of argocd-pin-plugin, each under its id, for PIN_SEED_DIR: every pinned value follows from one of them. Keep
# a copy in a safe place, and out of Git. The annotation is the id of the newest.
";

fn manifest(
    comment: &str,
    name: &str,
    namespace: &str,
    seeds: &BTreeMap<String, Seed>,
    id: &SeedId,
) -> Zeroizing<String> {
    // Names that read as another type, such as `1e3`, need the quotes.
    let mut text = Zeroizing::new(format!(
        "\
{comment}apiVersion: v1
kind: Secret
metadata:
  name: \"{name}\"
  namespace: \"{namespace}\"
  labels:
    app.kubernetes.io/name: argocd-pin-plugin
  annotations:
    {ANNOTATION}: {id}
type: Opaque
immutable: true
data:
"
    ));
    for (key, seed) in seeds {
        for part in ["  ", key, ": ", seed.to_base64().as_str(), "\n"] {
            text.push_str(part);
        }
    }
    text
}

/// The seeds of a Secret, under their ids.
fn others(text: &[u8]) -> anyhow::Result<BTreeMap<String, Seed>> {
    let text = std::str::from_utf8(text).context("the Secret is not UTF-8")?;
    let documents = config::documents(text).context("the Secret is no YAML and no JSON")?;
    let mut seeds = BTreeMap::new();
    for document in documents.iter().filter(|it| it["kind"] == "Secret") {
        for (key, value) in document["data"].as_mapping().into_iter().flatten() {
            let key = key.as_str().unwrap_or_default();
            let bytes = value
                .as_str()
                .and_then(|text| STANDARD.decode(text.trim()).ok());
            let seed = bytes.and_then(Seed::from_bytes).ok_or_else(|| {
                anyhow!(
                    "the key `{}` of the Secret is no seed of 32 to 65536 bytes in base64",
                    key.escape_debug()
                )
            })?;
            let id = seed.id();
            ensure!(
                SeedId::parse(key).is_none_or(|named| named == id),
                "the key `{key}` of the Secret holds the seed {id}"
            );
            seeds.insert(id.to_string(), seed);
        }
    }
    ensure!(
        !seeds.is_empty(),
        "there is no Secret with a seed in what was given"
    );
    Ok(seeds)
}

/// Whether Kubernetes takes `text` as a name: DNS labels (RFC 1123), one or, with `dots`, several.
fn is_name(text: &str, longest: usize, dots: bool) -> bool {
    let label = |part: &str| {
        !part.is_empty()
            && !part.starts_with('-')
            && !part.ends_with('-')
            && part
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    text.len() <= longest
        && if dots {
            text.split('.').all(label)
        } else {
            label(text)
        }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use base64::prelude::{BASE64_STANDARD, Engine};
    use std::path::PathBuf;

    fn secret(outcome: &Outcome) -> serde_yaml::Value {
        serde_yaml::from_slice(&outcome.stdout).unwrap()
    }

    #[test]
    fn the_secret_holds_32_fresh_bytes() {
        let first = secret(&run(Some("seed"), "argocd", None).unwrap());
        let second = secret(&run(Some("seed"), "argocd", None).unwrap());
        assert_eq!(first["kind"], "Secret");
        assert_eq!(first["immutable"], true);
        assert_eq!(first["metadata"]["namespace"], "argocd");
        let bytes = BASE64_STANDARD
            .decode(first["data"]["seed"].as_str().unwrap())
            .unwrap();
        assert_eq!(bytes.len(), 32);
        let seed = Seed::from_bytes(bytes).unwrap();
        assert_eq!(
            first["metadata"]["annotations"][ANNOTATION],
            seed.id().as_str()
        );
        assert_ne!(first["data"]["seed"], second["data"]["seed"]);
    }

    #[test]
    fn names_stay_strings_and_cannot_carry_yaml() {
        assert_eq!(
            secret(&run(Some("1e3"), "123", None).unwrap())["metadata"]["name"],
            "1e3"
        );
        for (name, namespace) in [
            ("a\nb", "x"),
            ("", "x"),
            ("A", "x"),
            ("a", "x.y"),
            ("a\"", "x"),
            ("-a", "x"),
        ] {
            assert!(
                run(Some(name), namespace, None).is_err(),
                "for {name:?} {namespace:?}"
            );
        }
    }

    /// A file with this text that is gone with its folder.
    fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        std::fs::write(&path, text).unwrap();
        (folder, path)
    }

    /// The seeds of a Secret by their keys.
    fn seeds(outcome: &Outcome) -> Vec<(String, String)> {
        let data = secret(outcome)["data"].clone();
        let pairs = data.as_mapping().unwrap().iter();
        pairs
            .map(|(key, seed)| {
                (
                    key.as_str().unwrap().to_owned(),
                    seed.as_str().unwrap().to_owned(),
                )
            })
            .collect()
    }

    #[test]
    fn a_fresh_seed_beside_others_has_each_under_its_id() {
        let first = run(None, "argocd", None).unwrap();
        let (_folder, path) = file(std::str::from_utf8(&first.stdout).unwrap());
        let second = run(None, "gitops", Some(&path)).unwrap();
        assert_eq!(
            secret(&second)["metadata"]["name"],
            "argocd-pin-plugin-seeds"
        );
        let both = seeds(&second);
        assert_eq!(both.len(), 2);
        let id = |outcome: &Outcome| {
            let annotations = &secret(outcome)["metadata"]["annotations"];
            annotations[ANNOTATION].as_str().unwrap().to_owned()
        };
        assert!(both.contains(&(id(&first), seeds(&first)[0].1.clone())));
        for (key, seed) in &both {
            let bytes = BASE64_STANDARD.decode(seed).unwrap();
            assert_eq!(Seed::from_bytes(bytes).unwrap().id().as_str(), key);
        }
        assert!(both.iter().any(|(key, _)| *key == id(&second)));

        // And a third one, from JSON.
        let json = serde_json::to_string(&secret(&second)).unwrap();
        let (_folder, path) = file(&json);
        let third = seeds(&run(Some("more"), "argocd", Some(&path)).unwrap());
        assert_eq!(third.len(), 3);
        assert!(both.iter().all(|pair| third.contains(pair)));
    }

    #[test]
    fn what_holds_no_seeds_is_refused_and_not_shown() {
        for text in [
            "",
            "hush: [",
            "kind: ConfigMap\ndata: {seed: hush}",
            "kind: Secret\ndata: {}",
            "kind: Secret\ndata: {seed: 'hush hush hush'}",
            "kind: Secret\ndata: {seed: aHVzaA==}",
            // Another seed under an id.
            "kind: Secret\ndata: {seed-0123456789abcdef: AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=}",
        ] {
            let (_folder, path) = file(text);
            let error = run(None, "argocd", Some(&path)).err().unwrap();
            let said = format!("{error:#}");
            assert!(!said.contains("hush") && !said.contains("AAEC"), "{said}");
        }
    }
}
