//! A seed's id: a short text by which people and settings tell seeds apart, and which tells nothing of the seed.

use std::fmt;

use hkdf::Hkdf;
use serde::Serialize;
use sha2::Sha256;

use super::encode::Fields;
use super::scope::SALT;
use super::seed::Seed;
use crate::hex::hex;

/// What an id begins with. So it is never a number to YAML, and can name a file, a key of a Secret and a volume's path.
const PREFIX: &str = "seed-";

/// The size of the fingerprint, in bytes: two seeds of a fleet never share it by chance.
const SIZE: usize = 8;

/// The id of a seed: `seed-` and 16 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct SeedId(String);

impl SeedId {
    /// Reads an id; `None` if `text` is none. What is one holds no `/` and no `.`.
    pub(crate) fn parse(text: &str) -> Option<SeedId> {
        let digits = text.strip_prefix(PREFIX)?;
        let is_digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        (digits.len() == 2 * SIZE && digits.bytes().all(is_digit)).then(|| SeedId(text.to_owned()))
    }

    /// The id as a text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SeedId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Seed {
    /// The seed's id: 8 bytes of HKDF-SHA256 (RFC 5869), with the salt of the scopes' keys and, as information, the
    /// one field `seed id`. No scope has these fields, so the id is nobody's key, and it leads back to no key.
    #[must_use]
    pub(crate) fn id(&self) -> SeedId {
        let hkdf = Hkdf::<Sha256>::new(Some(SALT), self.as_bytes());
        let mut fingerprint = [0; SIZE];
        if hkdf
            .expand(Fields::labelled("seed id").as_bytes(), &mut fingerprint)
            .is_err()
        {
            unreachable!("HKDF-SHA256 yields up to 8160 bytes, and 8 are asked for");
        }
        SeedId(format!("{PREFIX}{}", hex(&fingerprint)))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::derive::{Scope, ScopeKeys};

    fn seed(byte: u8) -> Seed {
        Seed::from_bytes(vec![byte; 32]).unwrap()
    }

    #[test]
    fn an_id_reads_back_and_belongs_to_one_seed() {
        let id = seed(1).id();
        assert_eq!(SeedId::parse(id.as_str()), Some(id.clone()));
        assert_eq!(seed(1).id(), id);
        assert_ne!(seed(2).id(), id);
    }

    #[test]
    fn other_texts_are_no_ids() {
        for text in [
            "",
            "seed-",
            "seed-0123456789abcde",
            "seed-0123456789abcdef0",
            "seed-0123456789ABCDEF",
            "seed-../../../../etc1",
            "seed 0123456789abcdef",
            "0123456789abcdef",
            "seed-0123456789abcdeé",
        ] {
            assert_eq!(SeedId::parse(text), None, "{text}");
        }
    }

    /// What an id shows is part of no key, whatever an Application is called.
    #[test]
    fn an_id_is_no_part_of_a_key() {
        let seed = seed(7);
        let id = seed.id();
        for (project, application) in [("", ""), ("seed id", ""), ("", "seed id")] {
            let scope = Scope {
                project: project.into(),
                application: application.into(),
            };
            let keys = ScopeKeys::derive(&seed, &scope);
            for key in [keys.pins, keys.placeholders] {
                let start = hex(&key.as_bytes()[..SIZE]);
                assert_ne!(id.as_str(), format!("{PREFIX}{start}"));
            }
        }
    }
}
