//! `seed new`: a Kubernetes Secret with a fresh seed.

use anyhow::bail;

use super::Outcome;
use crate::derive::Seed;

/// Makes the manifest of a Secret with a fresh seed from the operating system.
///
/// # Errors
/// The operating system gives no random bytes, or a name cannot be one in Kubernetes.
pub(super) fn new(name: &str, namespace: &str) -> anyhow::Result<Outcome> {
    if !is_name(name, 253, true) {
        bail!("`{}` cannot name a Secret", name.escape_debug());
    }
    if !is_name(namespace, 63, false) {
        bail!("`{}` cannot name a namespace", namespace.escape_debug());
    }
    let seed = Seed::generate()?;
    Ok(Outcome::done(manifest(
        name,
        namespace,
        seed.to_base64().as_str(),
    )))
}

fn manifest(name: &str, namespace: &str, seed: &str) -> String {
    // Names that read as another type, such as `1e3`, need the quotes.
    format!(
        "\
# The seed of argocd-pin-plugin: every pinned value follows from it. Keep a copy in a safe place, and out of Git:
# without it the values cannot be made again, and another seed changes them all. The Secret is immutable so that
# no other seed is applied over it by mistake.
apiVersion: v1
kind: Secret
metadata:
  name: \"{name}\"
  namespace: \"{namespace}\"
  labels:
    app.kubernetes.io/name: argocd-pin-plugin
type: Opaque
immutable: true
data:
  seed: {seed}
"
    )
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

    fn secret(outcome: &Outcome) -> serde_yaml::Value {
        serde_yaml::from_slice(&outcome.stdout).unwrap()
    }

    #[test]
    fn the_secret_holds_32_fresh_bytes() {
        let first = secret(&new("seed", "argocd").unwrap());
        let second = secret(&new("seed", "argocd").unwrap());
        assert_eq!(first["kind"], "Secret");
        assert_eq!(first["immutable"], true);
        assert_eq!(first["metadata"]["namespace"], "argocd");
        let bytes = BASE64_STANDARD
            .decode(first["data"]["seed"].as_str().unwrap())
            .unwrap();
        assert_eq!(bytes.len(), 32);
        assert_ne!(first["data"]["seed"], second["data"]["seed"]);
    }

    #[test]
    fn names_stay_strings_and_cannot_carry_yaml() {
        assert_eq!(
            secret(&new("1e3", "123").unwrap())["metadata"]["name"],
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
            assert!(new(name, namespace).is_err(), "for {name:?} {namespace:?}");
        }
    }
}
