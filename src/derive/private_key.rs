//! The seeds that private keys are derived from.

use zeroize::Zeroizing;

use super::encode::Fields;
use super::key::Key;

/// The seed of the private key that belongs to a place, for C2SP det-keygen. `kind` is the kind's name
/// (`rsa-2048`), so that keys of two kinds at one place have nothing in common. Neither the
/// arguments of a certificate nor its window are in it: keys stay.
#[must_use]
pub(crate) fn private_key_seed(
    key: &Key,
    kind: &str,
    place: &[String],
    generation: u32,
) -> Zeroizing<[u8; 32]> {
    let data = Fields::labelled(kind)
        .list(place)
        .number(u64::from(generation));
    Zeroizing::new(*key.subkey("private key", data.as_bytes()).as_bytes())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Frozen: made by `tests/vectors/derivation_v1.py`.
    #[test]
    fn seeds_are_frozen() {
        let key = Key::from_bytes([7; 32]);
        let place = ["".to_owned(), "Secret".to_owned(), "web".to_owned()];
        let seed = private_key_seed(&key, "rsa-2048", &place, 0);
        assert_eq!(
            crate::hex::hex(&*seed),
            "b54e37899590235260a5ed8430c12ee6a3000485733351f291dfa39d39317475"
        );
        assert_ne!(seed, private_key_seed(&key, "rsa-4096", &place, 0));
        assert_ne!(seed, private_key_seed(&key, "rsa-2048", &place, 1));
        assert_ne!(seed, private_key_seed(&key, "rsa-2048", &place[1..], 0));
    }
}
