//! The fingerprint of a pin: whether it is the same in two renders, and nothing of what it is.

use super::encode::Fields;
use super::key::Key;
use crate::hex::hex;

/// How many bytes of the HMAC are kept.
const SIZE: usize = 16;

/// 32 hexadecimal digits that follow from a pin's name, what its certificate is issued for and what its call yields, under
/// the key of the purpose `fingerprints`.
pub(crate) fn fingerprint(key: &Key, pin: &str, issued_for: &Fields, yielded: &[u8]) -> String {
    let message = Fields::labelled("fingerprint")
        .number(super::VERSION)
        .text(pin)
        .bytes(issued_for.as_bytes())
        .bytes(yielded);
    hex(&key.hmac(&message)[..SIZE])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_counts() {
        let print = |key: u8, pin: &str, issued_for: &str, yielded: &str| {
            let issued_for = Fields::labelled(issued_for);
            let key = Key::from_bytes([key; 32]);
            fingerprint(&key, pin, &issued_for, yielded.as_bytes())
        };
        let mut all = vec![
            print(1, "a", "c", "d"),
            print(2, "a", "c", "d"),
            print(1, "b", "c", "d"),
            print(1, "a", "x", "d"),
            print(1, "a", "c", "x"),
        ];
        assert!(all.iter().all(|it| it.len() == 2 * SIZE));
        assert_eq!(all[0], print(1, "a", "c", "d"));
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 5);
    }

    /// A baseline is kept for years: this is HMAC-SHA256 as docs/derivation.md has it, computed by another program.
    #[test]
    fn it_stays_as_it_is() {
        let print = fingerprint(
            &Key::from_bytes([7; 32]),
            "Secret/web/token#randAlphaNum",
            &Fields::labelled("arguments"),
            b"value",
        );
        assert_eq!(print, "f564cd1e2405cf1ce37a3cc1616f609d");
    }
}
