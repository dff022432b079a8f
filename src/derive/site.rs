//! What a call site puts in the place of a value until it is pinned.

use zeroize::Zeroizing;

use super::encode::Fields;
use super::key::{KEY_SIZE, Key};

/// How many bytes of a call site's tag templates are given.
const SITE_KEY_BYTES: usize = 16;

/// The key of a call site as 32 lower-case hexadecimal digits, from which templates compute
/// placeholders at run time: HMAC under the placeholders' key over the fields `site`, version and
/// name, cut to 16 bytes.
#[must_use]
pub fn site_key(placeholders: &Key, site_name: &str) -> Zeroizing<String> {
    let message = Fields::labelled("site")
        .number(super::VERSION)
        .text(site_name);
    hexadecimal(&placeholders.hmac(&message))
}

/// The key of all placeholders of a run as 32 lower-case hexadecimal digits, from which templates compute
/// them: HMAC under the placeholders' key over the fields `placeholders` and version, cut to 16 bytes.
#[must_use]
#[allow(dead_code)] // The new heart calls it.
pub(crate) fn placeholder_key(placeholders: &Key) -> Zeroizing<String> {
    let message = Fields::labelled("placeholders").number(super::VERSION);
    hexadecimal(&placeholders.hmac(&message))
}

/// A tag's first bytes.
fn hexadecimal(tag: &[u8; KEY_SIZE]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(2 * SITE_KEY_BYTES));
    for byte in &tag[..SITE_KEY_BYTES] {
        for nibble in [byte >> 4, byte & 0x0f] {
            text.push(char::from_digit(u32::from(nibble), 16).unwrap_or_default());
        }
    }
    text
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;
    use crate::derive::{Alphabet, Class, Request, value};
    use std::collections::BTreeSet;

    #[test]
    fn sites_have_keys_and_values_of_their_own() {
        let key = Key::from_bytes([8; 32]);
        let class = Class::String(Alphabet::AlphaNumeric);
        let names: Vec<String> = (0..5000).map(|n| format!("app|secret|{n}")).collect();
        let keys: BTreeSet<String> = names
            .iter()
            .map(|name| site_key(&key, name).to_string())
            .collect();
        let placeholders: BTreeSet<String> = names
            .iter()
            .map(|name| {
                let request = Request {
                    class: class.clone(),
                    length: 16,
                    place: vec![name.clone()],
                    generation: 0,
                };
                value(&key, &request).to_string()
            })
            .collect();
        assert_eq!((keys.len(), placeholders.len()), (5000, 5000));
        let is_key = |key: &String| {
            key.len() == 32 && key.chars().all(|char| Alphabet::HexLower.contains(char))
        };
        assert!(keys.iter().all(is_key));
    }
}
