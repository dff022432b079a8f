//! Password hashes and ciphertexts: what a marker stands for, made from its final arguments.

use anyhow::{Result, bail};
use zeroize::Zeroizing;

use crate::chart::marker::Marker;
use crate::chart::placeholder::Class as Generated;
use crate::chart::site::Site;
use crate::derive::{Key, aes_iv, bcrypt_salt, encrypt_aes, sprig_bcrypt};

use super::text::SEPARATOR;

/// How a bcrypt hash of Go begins at Sprig's cost.
const HASH_PREFIX: &str = "$2a$10$";

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
            let hash = sprig_bcrypt(password, salt);
            // The prefix stands in the text already. A password that is too long now (its
            // placeholder was not) cannot be: both have one length.
            match hash.strip_prefix(HASH_PREFIX) {
                Some(rest) => Ok(rest.to_owned()),
                None => bail!(
                    "{}:{} hashes a password of more than 72 bytes",
                    site.file,
                    site.line
                ),
            }
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
