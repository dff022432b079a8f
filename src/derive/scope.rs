//! The scope of a seed: one Application of one project, with a key for each purpose.

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::encode::Fields;
use super::key::{KEY_SIZE, Key};
use super::seed::Seed;

/// HKDF's salt: it sets these keys apart from whatever else a seed may be used for.
pub(super) const SALT: &[u8] = b"argocd-pin-plugin derivation v1";

/// Whose values these are. Applications of another name or project never share one.
///
/// Only what Argo CD itself sets may enter here, nothing that a tenant can choose for another's
/// application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scope {
    /// The project's name (`ARGOCD_APP_PROJECT_NAME`).
    pub(crate) project: String,
    /// The Application's name as Argo CD passes it (`ARGOCD_APP_NAME`: `name` or `<ns>_<name>`).
    pub(crate) application: String,
}

/// The keys of a scope, one for each purpose.
#[derive(Debug, Clone)]
pub(crate) struct ScopeKeys {
    /// Derives the values that stand in the output.
    pub(crate) pins: Key,
    /// Derives what templates put in the place of a value until it is chosen.
    pub(crate) placeholders: Key,
    /// The X25519 identity that opens what is sealed for the scope.
    pub(crate) sealed: Key,
    /// Tells whether a pin is the same in two renders.
    pub(crate) fingerprints: Key,
}

impl ScopeKeys {
    /// The keys of `scope` under `seed`: HKDF-SHA256 (RFC 5869) with a fixed salt, and as
    /// information the fields purpose, project, application.
    #[must_use]
    pub(crate) fn derive(seed: &Seed, scope: &Scope) -> ScopeKeys {
        let hkdf = Hkdf::<Sha256>::new(Some(SALT), seed.as_bytes());
        let key = |purpose: &str| {
            let info = Fields::labelled(purpose)
                .text(&scope.project)
                .text(&scope.application);
            let mut okm = Zeroizing::new([0; KEY_SIZE]);
            if hkdf.expand(info.as_bytes(), &mut *okm).is_err() {
                unreachable!("HKDF-SHA256 yields up to 8160 bytes, and 32 are asked for");
            }
            Key::from_bytes(*okm)
        };
        ScopeKeys {
            pins: key("pins"),
            placeholders: key("placeholders"),
            sealed: key("sealed values"),
            fingerprints: key("fingerprints"),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    fn keys(seed: u8, project: &str, application: &str) -> ScopeKeys {
        let seed = Seed::from_bytes(vec![seed; 32]).unwrap();
        let scope = Scope {
            project: project.into(),
            application: application.into(),
        };
        ScopeKeys::derive(&seed, &scope)
    }

    #[test]
    fn purposes_seeds_and_scopes_have_keys_of_their_own() {
        let scopes = [
            keys(1, "ab", "c"),
            keys(1, "a", "bc"),
            keys(1, "c", "ab"),
            keys(1, "", "abc"),
            keys(2, "ab", "c"),
        ];
        let mut all: Vec<[u8; 32]> = scopes
            .iter()
            .flat_map(|keys| [*keys.pins.as_bytes(), *keys.placeholders.as_bytes()])
            .collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 10);
    }

    /// A seed enters as HKDF's input, not as an HMAC key: padding it with zeros is another seed.
    #[test]
    fn trailing_bytes_of_a_seed_count() {
        let scope = Scope {
            project: "p".into(),
            application: "a".into(),
        };
        let pins = |bytes: &[u8]| {
            let seed = Seed::from_bytes(bytes.to_vec()).unwrap();
            *ScopeKeys::derive(&seed, &scope).pins.as_bytes()
        };
        let plain = [9; 32];
        let mut zero = plain.to_vec();
        zero.push(0);
        let mut newline = plain.to_vec();
        newline.push(b'\n');
        assert_ne!(pins(&plain), pins(&zero));
        assert_ne!(pins(&plain), pins(&newline));
    }
}
