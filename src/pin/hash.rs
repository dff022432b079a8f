//! Password hashes and ciphertexts: what a marker stands for, made from its final arguments.

use anyhow::{Context as _, Result, bail};
use zeroize::Zeroizing;

use crate::chart::marker::{Marker, MarkerKind};
use crate::derive::{Key, Stream, encode::Fields, passwords};

/// Sprig's cost for `bcrypt` and `htpasswd` (`bcrypt.DefaultCost` of Go).
const COST: u32 = 10;

/// The text that Sprig would have yielded for `arguments` (a JSON array), with random bytes that
/// follow from the call site and the arguments: the same password keeps its hash.
pub(super) fn evaluate(marker: &Marker, arguments: &str, key: &Key) -> Result<String> {
    let list: Vec<Zeroizing<String>> = serde_json::from_str::<Vec<String>>(arguments)
        .context("internal error: the arguments of a password hash are no list of strings")?
        .into_iter()
        .map(Zeroizing::new)
        .collect();
    let info = Fields::new("argocd-pin-plugin/v1/salt")
        .text(marker.site_name())
        .text(arguments)
        .finish();
    let mut random = [0_u8; 16];
    Stream::new(key, &info).fill(&mut random);
    match (marker.kind(), list.as_slice()) {
        (MarkerKind::Bcrypt, [password]) => Ok(passwords::bcrypt(password.as_bytes(), COST, random)?),
        (MarkerKind::Htpasswd, [_, password]) => {
            Ok(passwords::bcrypt(password.as_bytes(), COST, random)?)
        }
        (MarkerKind::EncryptAes, [password, text]) => {
            Ok(passwords::encrypt_aes(password, text, random)?)
        }
        _ => bail!("internal error: a password hash has the wrong number of arguments"),
    }
}
