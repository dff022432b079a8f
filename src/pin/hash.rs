//! Password hashes and ciphertexts: what a marker stands for, made from its final arguments.

use std::collections::HashMap;

use anyhow::{Context as _, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::chart::marker::Marker;
use crate::chart::placeholder::Class as Generated;
use crate::chart::site::Site;
use crate::derive::{Key, aes_iv, bcrypt_salt, encrypt_aes, sprig_bcrypt};

use super::text::SEPARATOR;

/// How a bcrypt hash of Go begins at Sprig's cost.
const HASH_PREFIX: &str = "$2a$10$";

/// Fewer decoded bytes are not looked for.
const FEWEST_RAW: usize = 8;

/// What `randBytes` makes, decoded, and what is pinned for it.
#[derive(Default)]
pub(super) struct RawValues {
    /// Placeholder and value; no value where several calls share a placeholder.
    values: HashMap<Vec<u8>, Option<Zeroizing<Vec<u8>>>>,
}

impl RawValues {
    /// Adds a call's placeholder and value, in base64.
    pub(super) fn add(&mut self, placeholder: &str, value: &str) {
        let (Ok(placeholder), Ok(value)) = (STANDARD.decode(placeholder), STANDARD.decode(value))
        else {
            return;
        };
        if placeholder.len() >= FEWEST_RAW {
            self.values
                .entry(placeholder)
                .and_modify(|value| *value = None)
                .or_insert(Some(Zeroizing::new(value)));
        }
    }

    /// The argument with the values; nothing if it is not known which one belongs there.
    fn replace(&self, argument: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let mut pinned = Zeroizing::new(argument.to_vec());
        for (placeholder, value) in &self.values {
            let windows = argument.windows(placeholder.len());
            for (at, window) in windows.enumerate() {
                if window == placeholder {
                    pinned
                        .get_mut(at..at + placeholder.len())?
                        .copy_from_slice(value.as_ref()?);
                }
            }
        }
        Some(pinned)
    }
}

/// The text that Sprig would have yielded for `arguments` (joined by [`SEPARATOR`]), with random
/// bytes that follow from the call site, its turn and the arguments: the same password keeps its
/// hash, and two calls of one site with one argument agree.
pub(super) fn evaluate(
    marker: &Marker,
    site: &Site,
    arguments: &str,
    raw: &RawValues,
    key: &Key,
) -> Result<String> {
    let list: Vec<Zeroizing<Vec<u8>>> = match arguments.is_empty() {
        // No text: a key is decoded bytes.
        true => {
            let pinned = marker.arguments.iter().map(|bytes| raw.replace(bytes));
            let pinned: Option<_> = pinned.collect();
            pinned.with_context(|| {
                format!(
                    "{}:{} gives {} a decoded value that several calls make: give it the text",
                    site.file, site.line, site.function
                )
            })?
        }
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
