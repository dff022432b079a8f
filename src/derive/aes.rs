//! Sprig's `encryptAES` with an initialisation vector that is derived instead of random.

use ::aes::Aes256;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cbc::Encryptor;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeEncrypt, KeyIvInit};
use zeroize::Zeroizing;

use super::VERSION;
use super::encode::Fields;
use super::key::Key;
use super::stream::Stream;

/// The size of an AES block and of an initialisation vector, in bytes.
const BLOCK: usize = 16;

/// What Sprig's `encryptAES` yields for this password, text and initialisation vector: the standard
/// base64 of vector and ciphertext, AES-256-CBC with PKCS #7 padding; empty for an empty text.
///
/// The AES key is the password's first 32 bytes, filled up with zeros, as in Sprig's `crypto.go`.
#[must_use]
pub(crate) fn encrypt_aes(password: &[u8], plaintext: &[u8], iv: [u8; BLOCK]) -> String {
    if plaintext.is_empty() {
        return String::new();
    }
    let mut key = Zeroizing::new([0; 32]);
    for (to, from) in key.iter_mut().zip(password) {
        *to = *from;
    }
    let cipher = Encryptor::<Aes256>::new((&*key).into(), (&iv).into());
    let mut bytes = iv.to_vec();
    bytes.extend(cipher.encrypt_padded_vec::<Pkcs7>(plaintext));
    STANDARD.encode(bytes)
}

/// The initialisation vector for `encryptAES` at a place. Password and text enter it, so that
/// another text under the same password never meets the same vector.
#[must_use]
pub(crate) fn aes_iv(
    key: &Key,
    place: &[String],
    generation: u32,
    password: &[u8],
    plaintext: &[u8],
) -> [u8; BLOCK] {
    let info = Fields::labelled("aes iv")
        .number(VERSION)
        .list(place)
        .number(u64::from(generation))
        .bytes(password)
        .bytes(plaintext);
    let mut iv = [0; BLOCK];
    Stream::new(key, &info).fill(&mut iv);
    iv
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    fn iv_of(encrypted: &str) -> [u8; 16] {
        STANDARD.decode(encrypted).unwrap()[..16]
            .try_into()
            .unwrap()
    }

    /// Outputs of `encryptAES` of Helm 3.17.3 and 4.3.1; their vectors are their first 16 bytes.
    #[test]
    fn encrypts_as_helm_does() {
        let file = include_str!("../../tests/vectors/sprig-crypto.json");
        let file: serde_json::Value = serde_json::from_str(file).unwrap();
        let cases: Vec<[String; 3]> = serde_json::from_value(file["encryptAES"].clone()).unwrap();
        assert_eq!(cases.len(), 10);
        for [password, plaintext, encrypted] in cases {
            let iv = iv_of(&encrypted);
            let ours = encrypt_aes(password.as_bytes(), plaintext.as_bytes(), iv);
            assert_eq!(ours, encrypted, "{password:?} {plaintext:?}");
        }
        assert_eq!(encrypt_aes(b"password", b"", [1; 16]), "");
    }

    #[test]
    fn the_vector_follows_everything() {
        let key = Key::from_bytes([1; 32]);
        let place = vec!["a".to_owned()];
        let iv = aes_iv(&key, &place, 0, b"pw", b"text");
        assert_eq!(iv, aes_iv(&key, &place, 0, b"pw", b"text"));
        let others = [
            aes_iv(&key, &["b".to_owned()], 0, b"pw", b"text"),
            aes_iv(&key, &place, 1, b"pw", b"text"),
            aes_iv(&key, &place, 0, b"pwt", b"ext"),
            aes_iv(&key, &place, 0, b"pw", b"texts"),
            aes_iv(&Key::from_bytes([2; 32]), &place, 0, b"pw", b"text"),
        ];
        assert!(others.iter().all(|other| *other != iv));
    }
}
