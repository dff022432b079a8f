//! HMAC_DRBG with SHA-256 (NIST SP 800-90A Rev. 1, section 10.1.2), as C2SP det-keygen uses it:
//! without a nonce, additional input or reseeding.

use std::fmt;

use hmac::digest::FixedOutput;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// The size of the DRBG's key and value, in bytes.
const SIZE: usize = 32;

/// The size of a SHA-256 block, in bytes: HMAC pads its key to it with zeros (RFC 2104).
const BLOCK_SIZE: usize = 64;

/// A deterministic generator of random bytes: the same seed and personalization give the same
/// bytes for the same sequence of [`fill`](HmacDrbg::fill) calls.
pub(super) struct HmacDrbg {
    /// The HMAC state under K, with nothing hashed yet.
    key: Hmac<Sha256>,
    value: Zeroizing<[u8; SIZE]>,
}

impl HmacDrbg {
    /// Instantiates the generator (SP 800-90A, 10.1.2.3).
    pub(super) fn new(seed: &[u8], personalization: &[u8]) -> HmacDrbg {
        let mut drbg = HmacDrbg {
            key: keyed(&[0; SIZE]),
            value: Zeroizing::new([1; SIZE]),
        };
        drbg.update(0, &[seed, personalization]);
        drbg.update(1, &[seed, personalization]);
        drbg
    }

    /// Fills `out` with the next bytes (SP 800-90A, 10.1.2.5). A long output and two short ones
    /// are different bytes: the state moves on after each call.
    pub(super) fn fill(&mut self, out: &mut [u8]) {
        for chunk in out.chunks_mut(SIZE) {
            self.value = tag(self.key.clone().chain_update(*self.value));
            chunk.copy_from_slice(&self.value[..chunk.len()]);
        }
        self.update(0, &[]);
    }

    /// K = HMAC(K, V ‖ round ‖ data), V = HMAC(K, V): half of SP 800-90A's update function.
    fn update(&mut self, round: u8, data: &[&[u8]]) {
        let mut mac = self
            .key
            .clone()
            .chain_update(*self.value)
            .chain_update([round]);
        for part in data {
            mac.update(part);
        }
        self.key = keyed(&tag(mac));
        self.value = tag(self.key.clone().chain_update(*self.value));
    }
}

impl fmt::Debug for HmacDrbg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HmacDrbg(..)")
    }
}

/// An HMAC-SHA256 state under a 32-byte key.
fn keyed(key: &[u8; SIZE]) -> Hmac<Sha256> {
    let mut padded = Zeroizing::new([0; BLOCK_SIZE]);
    padded[..SIZE].copy_from_slice(key);
    Hmac::new((&*padded).into())
}

/// The tag of an HMAC state.
fn tag(mac: Hmac<Sha256>) -> Zeroizing<[u8; SIZE]> {
    let mut tag = Zeroizing::new([0; SIZE]);
    mac.finalize_into((&mut *tag).into());
    tag
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hex::hex;

    /// The first output of an independent HMAC_DRBG (Python's `hmac`, 12 lines after SP 800-90A).
    #[test]
    fn agrees_with_an_independent_implementation() {
        let mut drbg = HmacDrbg::new(&[0x42; 16], b"personalization");
        let mut out = [0; 40];
        drbg.fill(&mut out);
        let first = hex(&out);
        drbg.fill(&mut out);
        let second = hex(&out);
        assert_eq!(
            first,
            "e694763fd779ddc4226b8da1b7439cf2640ca13273e01ecaf62864ea76afff0ec13939751d7fb3ab"
        );
        assert_eq!(
            second,
            "5bcf45201ea61ba29b8168e173b3caefc8d0ad1b21ffd691794cfbaa5928b622f4cfa503bf709fdf"
        );
    }
}
