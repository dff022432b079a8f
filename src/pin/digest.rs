//! Digests of placeholders: a chart that prints `$token | sha256sum` beside the token.
//!
//! Placeholders are known, so their digests are known too, and become the digests of the pinned
//! values.

use std::collections::HashMap;
use std::ops::Range;

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use super::known::Index;

/// Call sites with more placeholders than this (loops of computed lengths) are left out.
const MOST_OF_A_SITE: usize = 4096;

/// No more placeholders than this are looked for.
const MOST: usize = 1 << 16;

/// A digest function of Sprig.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
    /// Not in Sprig itself; charts pass such values through.
    Md5,
    /// `sha1sum`.
    Sha1,
    /// `sha256sum`.
    Sha256,
    /// `sha512sum`.
    Sha512,
}

impl Algorithm {
    const ALL: [Algorithm; 4] = [
        Algorithm::Md5,
        Algorithm::Sha1,
        Algorithm::Sha256,
        Algorithm::Sha512,
    ];

    /// The digest in lower-case hexadecimal, as Sprig prints it.
    pub(super) fn hex(self, text: &str) -> String {
        match self {
            Algorithm::Md5 => hex(&Md5::digest(text)),
            Algorithm::Sha1 => hex(&Sha1::digest(text)),
            Algorithm::Sha256 => hex(&Sha256::digest(text)),
            Algorithm::Sha512 => hex(&Sha512::digest(text)),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .filter_map(|digit| char::from_digit(u32::from(digit), 16))
        .collect()
}

/// The digest of a placeholder, seen in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DigestHit {
    /// Index of the placeholder.
    pub(super) known: usize,
    /// Which digest of it.
    pub(super) algorithm: Algorithm,
    /// Where it stands.
    pub(super) span: Range<usize>,
}

/// All digests of all placeholders.
#[derive(Default)]
pub(super) struct Digests {
    table: HashMap<String, (usize, Algorithm)>,
}

impl Digests {
    /// The digests of what is known.
    pub(super) fn new(index: &Index) -> Self {
        let mut of_site: HashMap<usize, usize> = HashMap::new();
        for known in &index.known {
            *of_site.entry(known.site).or_default() += 1;
        }
        let searched = index
            .known
            .iter()
            .enumerate()
            .filter(|(_, known)| of_site.get(&known.site) <= Some(&MOST_OF_A_SITE))
            .take(MOST);
        let mut table = HashMap::new();
        for (number, known) in searched {
            for algorithm in Algorithm::ALL {
                table.insert(algorithm.hex(&known.text), (number, algorithm));
            }
        }
        Digests { table }
    }

    /// All digests in `text`, in order.
    pub(super) fn scan(&self, text: &str) -> Vec<DigestHit> {
        hex_runs(text)
            .filter_map(|span| {
                let (known, algorithm) = *self.table.get(text.get(span.clone())?)?;
                Some(DigestHit {
                    known,
                    algorithm,
                    span,
                })
            })
            .collect()
    }
}

/// The runs of lower-case hexadecimal digits that have a digest's length.
fn hex_runs(text: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = text.as_bytes();
    let is_hex = |at: &usize| matches!(bytes.get(*at), Some(b'0'..=b'9' | b'a'..=b'f'));
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() {
            let start = at;
            let length = (start..bytes.len()).take_while(is_hex).count();
            at = start + length + 1;
            if matches!(length, 32 | 40 | 64 | 128) {
                return Some(start..start + length);
            }
        }
        None
    })
}

/// Whether `text` could be a digest: only such runs may be a checksum of other text.
pub(super) fn is_digest_shaped(text: &str) -> bool {
    matches!(text.len(), 32 | 40 | 56 | 64 | 96 | 128)
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_of_the_empty_text() {
        assert_eq!(Algorithm::Md5.hex(""), "d41d8cd98f00b204e9800998ecf8427e");
        assert_eq!(
            Algorithm::Sha1.hex(""),
            "da39a3ee5e6b4b0d3255bfef95601890afd80709"
        );
        assert!(Algorithm::Sha256.hex("").starts_with("e3b0c44298fc1c14"));
        assert!(Algorithm::Sha512.hex("").starts_with("cf83e1357eefb8bd"));
    }

    #[test]
    fn only_whole_runs_of_a_digests_length_count() {
        let digest = Algorithm::Md5.hex("");
        let runs = |text: &str| hex_runs(text).collect::<Vec<_>>();
        assert_eq!(
            runs(&format!("x: {digest}\n")),
            std::iter::once(3..35).collect::<Vec<_>>()
        );
        assert_eq!(runs(&format!("x: {digest}0\n")), Vec::<Range<usize>>::new());
        assert!(is_digest_shaped(&digest));
        assert!(!is_digest_shaped("abc"));
    }
}
