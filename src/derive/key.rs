//! A 32-byte key and the one primitive that uses it: HMAC-SHA256.

use std::fmt;

use hmac::digest::FixedOutput;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::encode::Fields;

/// The size of a key and of an HMAC-SHA256 output, in bytes.
pub(super) const KEY_SIZE: usize = 32;

/// The size of a SHA-256 block, in bytes: HMAC pads its key to it with zeros (RFC 2104).
const BLOCK_SIZE: usize = 64;

/// A secret key; wiped when dropped, and never printed.
#[derive(Clone)]
pub(crate) struct Key(Zeroizing<[u8; KEY_SIZE]>);

impl Key {
    /// A key of these bytes, which nobody can guess.
    #[must_use]
    pub(crate) fn from_bytes(bytes: [u8; KEY_SIZE]) -> Key {
        Key(Zeroizing::new(bytes))
    }

    /// The key's bytes: a secret.
    #[must_use]
    pub(crate) fn as_bytes(&self) -> &[u8; KEY_SIZE] {
        &self.0
    }

    /// Another key for one more purpose: HMAC over the fields `subkey`, `label`, `data`.
    ///
    /// It is how later versions of the plugin add what version 1 does not know, without a change
    /// of what version 1 derives.
    #[must_use]
    pub(crate) fn subkey(&self, label: &str, data: &[u8]) -> Key {
        Key(self.hmac(&Fields::labelled("subkey").text(label).bytes(data)))
    }

    /// HMAC-SHA256 under this key over an encoded message.
    pub(super) fn hmac(&self, message: &Fields) -> Zeroizing<[u8; KEY_SIZE]> {
        finish(self.mac().chain_update(message.as_bytes()))
    }

    /// An HMAC-SHA256 state under this key, with nothing hashed yet.
    pub(super) fn mac(&self) -> Hmac<Sha256> {
        let mut padded = Zeroizing::new([0; BLOCK_SIZE]);
        padded[..KEY_SIZE].copy_from_slice(&*self.0);
        Hmac::new((&*padded).into())
    }
}

/// The tag of an HMAC state, in memory that is wiped.
pub(super) fn finish(mac: Hmac<Sha256>) -> Zeroizing<[u8; KEY_SIZE]> {
    let mut tag = Zeroizing::new([0; KEY_SIZE]);
    mac.finalize_into((&mut *tag).into());
    tag
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;
    use crate::hex::hex;

    /// RFC 4231, test case 1 (its 20-byte key padded to 32 with the zeros that HMAC adds anyway).
    #[test]
    fn rfc_4231() {
        let mut key = [0; 32];
        key[..20].fill(0x0b);
        let tag = finish(Key::from_bytes(key).mac().chain_update(b"Hi There"));
        assert_eq!(
            hex(&*tag),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        );
    }

    #[test]
    fn debug_hides_the_key() {
        assert_eq!(format!("{:?}", Key::from_bytes([0x41; 32])), "Key(..)");
    }

    #[test]
    fn subkeys_differ_by_label_and_data() {
        let key = Key::from_bytes([7; 32]);
        let a = key.subkey("a", b"b");
        assert_ne!(a.as_bytes(), key.as_bytes());
        assert_ne!(a.as_bytes(), key.subkey("ab", b"").as_bytes());
        assert_ne!(a.as_bytes(), key.subkey("a", b"").as_bytes());
        assert_eq!(a.as_bytes(), key.subkey("a", b"b").as_bytes());
    }
}
