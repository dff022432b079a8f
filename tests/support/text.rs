//! Small checks on generated text.

use std::collections::HashSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use regex::Regex;

/// Fails unless the whole text matches.
#[track_caller]
pub(crate) fn matches(text: &str, pattern: &str) {
    let regex = Regex::new(&format!("^(?:{pattern})$")).unwrap();
    assert!(regex.is_match(text), "`{text}` does not match `{pattern}`");
}

/// Fails when two of the texts are equal.
#[track_caller]
pub(crate) fn all_different<T: AsRef<str>>(texts: &[T]) {
    let mut seen = HashSet::new();
    for text in texts {
        let text = text.as_ref();
        assert!(seen.insert(text), "`{text}` stands twice");
    }
}

/// How many different characters a text has.
pub(crate) fn distinct(text: &str) -> usize {
    text.chars().collect::<HashSet<_>>().len()
}

/// At how many positions two texts have the same character.
pub(crate) fn same_positions(one: &str, other: &str) -> usize {
    one.chars()
        .zip(other.chars())
        .filter(|(a, b)| a == b)
        .count()
}

#[track_caller]
pub(crate) fn base64_decode(text: &str) -> Vec<u8> {
    match STANDARD.decode(text) {
        Ok(bytes) => bytes,
        Err(error) => panic!("`{text}` is no base64: {error}"),
    }
}

pub(crate) fn base64_encode(text: impl AsRef<[u8]>) -> String {
    STANDARD.encode(text)
}

/// As `sha256sum` prints it.
pub(crate) fn sha256_hex(text: &str) -> String {
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(text);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
