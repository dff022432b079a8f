//! Password hashes and ciphertexts: what a marker stands for, made from its final arguments.

use anyhow::{Result, bail};
use zeroize::Zeroizing;

use crate::chart::marker::Marker;
use crate::chart::placeholder::Class as Generated;
use crate::chart::site::Site;
use crate::derive::{Key, aes_iv, bcrypt_salt, encrypt_aes, sprig_bcrypt};

use super::text::SEPARATOR;

/// The text that Sprig would have yielded for `arguments` (joined by [`SEPARATOR`]), with random
/// bytes that follow from the call site, its turn and the arguments: the same password keeps its
/// hash, and two calls of one site with one argument agree.
pub(super) fn evaluate(marker: &Marker, site: &Site, arguments: &str, key: &Key) -> Result<String> {
    let list: Vec<Zeroizing<Vec<u8>>> = match arguments.is_empty() {
        // No text: the arguments are as they were.
        true => marker.arguments.iter().cloned().map(Zeroizing::new).collect(),
        false => arguments
            .split(SEPARATOR)
            .map(|text| Zeroizing::new(text.as_bytes().to_vec()))
            .collect(),
    };
    let place = [site.name(), marker.turn.to_string()];
    match (site.class, list.as_slice()) {
        (Generated::Bcrypt | Generated::Htpasswd, [password]) => {
            let salt = bcrypt_salt(key, &place, 0, password);
            Ok(sprig_bcrypt(password, salt))
        }
        (Generated::EncryptAes, [password, text]) => {
            let iv = aes_iv(key, &place, 0, password, text);
            Ok(encrypt_aes(password, text, iv))
        }
        _ => bail!(
            "internal error: {}:{} has the wrong number of arguments",
            site.file,
            site.line
        ),
    }
}
