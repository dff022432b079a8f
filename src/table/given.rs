//! Values that are given and not derived: taken as they are, but for certificates, which end.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::certificate::{PrivateKey, validity_of};
use crate::chart::generator::Generator;
use crate::derive::encode::Fields;
use crate::hex::hex;
use crate::log::Argument;

use super::arguments::{Arguments, Pair, with_arguments};
use super::certificates::Circumstances;
use super::error::Cause;

/// What stands before the digest of the arguments in a certificate's entry.
const ARGUMENTS: &str = "arguments: ";

/// How many hexadecimal digits that digest has.
const DIGITS: usize = 32;

/// A given value that is no certificate, as the call yields it.
///
/// # Errors
/// A number is asked for, and it is none.
pub(super) fn value(
    generator: Generator,
    given: &Zeroizing<String>,
) -> Result<Zeroizing<String>, Cause> {
    match generator {
        Generator::Int | Generator::Now if given.parse::<i64>().is_err() => Err(Cause::Given),
        _ => Ok(given.clone()),
    }
}

/// Whether a given text has the length and the kinds of characters that the call yields.
pub(crate) fn is_usual(generator: Generator, arguments: &[Argument], given: &str) -> bool {
    let length = Arguments(arguments).characters(0).ok();
    let is_long = |count: usize| length.is_none_or(|length| length == count);
    match generator {
        Generator::AlphaNum => {
            is_long(given.len()) && given.bytes().all(|b| b.is_ascii_alphanumeric())
        }
        Generator::Alpha => is_long(given.len()) && given.bytes().all(|b| b.is_ascii_alphabetic()),
        Generator::Numeric => is_long(given.len()) && given.bytes().all(|b| b.is_ascii_digit()),
        Generator::Ascii => {
            is_long(given.len()) && given.bytes().all(|b| (b' '..=b'~').contains(&b))
        }
        Generator::Bytes => {
            let bytes = BASE64_STANDARD.decode(given).map(Zeroizing::new);
            bytes.is_ok_and(|bytes| is_long(bytes.len()))
        }
        _ => true,
    }
}

/// Whether a hash of `bcrypt`, or a line of `htpasswd`, is one of this password.
pub(crate) fn is_same_password(hash: &str, password: &[u8]) -> bool {
    let hash = hash.trim();
    let hash = hash.rsplit_once(':').map_or(hash, |(_, hash)| hash);
    bcrypt::verify(password, hash).unwrap_or(false)
}

/// A certificate and its key, in PEM; without the certificate, if it does not belong to the key. Only a CA can be without
/// its key. None if one of them is something else.
pub(crate) fn pair_of(
    generator: Generator,
    cert: Option<Zeroizing<String>>,
    key: Option<Zeroizing<String>>,
) -> Option<Pair> {
    let Some(key) = key else {
        let cert =
            cert.filter(|cert| generator == Generator::Ca && validity_of(cert, None).is_ok());
        return Some(Pair {
            cert: cert?,
            key: Zeroizing::default(),
        });
    };
    let private = PrivateKey::from_pem(&key).ok()?;
    let cert = cert.filter(|cert| validity_of(cert, Some(&private)).is_ok());
    let cert = cert.unwrap_or_default();
    Some(Pair { cert, key })
}

/// The text of a certificate's entry: its blocks, and the digest of the arguments that it belongs to.
pub(crate) fn pair_entry(pair: &Pair, arguments: Option<&[Argument]>) -> Zeroizing<String> {
    let capacity = pair.cert.len() + pair.key.len() + ARGUMENTS.len() + DIGITS + 3;
    let mut text = Zeroizing::new(String::with_capacity(capacity));
    if let Some(arguments) = arguments {
        text.push_str(ARGUMENTS);
        text.push_str(&digest(arguments));
        text.push('\n');
    }
    for block in [&pair.cert, &pair.key] {
        text.push_str(block);
        if !block.is_empty() && !block.ends_with('\n') {
            text.push('\n');
        }
    }
    text
}

/// What a certificate's arguments say, as a digest. Of a CA its certificate counts.
fn digest(arguments: &[Argument]) -> String {
    let fields = Fields::labelled("arguments");
    let fields = with_arguments(fields, arguments, Some(|ca| &ca.cert));
    let mut digest = hex(&Sha256::digest(fields.as_bytes()));
    digest.truncate(DIGITS);
    digest
}

/// What an entry gives for a certificate.
struct Entry<'e> {
    cert: Option<&'e str>,
    key: Option<&'e str>,
    arguments: Option<&'e str>,
}

impl<'e> Entry<'e> {
    fn read(text: &'e str) -> Entry<'e> {
        let mut entry = Entry {
            cert: None,
            key: None,
            arguments: None,
        };
        let first = text.lines().next().unwrap_or_default();
        entry.arguments = first.strip_prefix(ARGUMENTS).map(str::trim);
        let mut rest = text;
        while let Some(start) = rest.find("-----BEGIN ") {
            let block = rest.get(start..).unwrap_or_default();
            let end = block.find("\n-----END ").map(|end| end + 1);
            let Some(end) = end else { break };
            let last = block.get(end..).unwrap_or_default();
            let length = end + last.find('\n').map_or(last.len(), |at| at + 1);
            let block = block.get(..length).unwrap_or_default();
            let label = block.lines().next().unwrap_or_default();
            match label.contains("PRIVATE KEY") {
                true => entry.key = entry.key.or(Some(block)),
                false => entry.cert = entry.cert.or(Some(block)),
            }
            rest = rest.get(start + length..).unwrap_or_default();
        }
        entry
    }
}

/// Whether an entry is a CA's certificate without its key. It is printed as long as it has nothing to sign: most charts
/// never show the key.
pub(super) fn is_keyless(generator: Generator, text: &str) -> bool {
    generator == Generator::Ca && Entry::read(text).key.is_none()
}

impl Circumstances<'_> {
    /// A certificate that is given. It is printed until half of its time has passed, as long as the arguments are those
    /// that it was given for; then it is issued again, with its key. `own_key` is for a CA without one.
    ///
    /// # Errors
    /// There is no key, or a key or an argument does not do.
    pub(super) fn given(
        self,
        generator: Generator,
        text: &str,
        own_key: Option<&PrivateKey>,
    ) -> Result<Pair, Cause> {
        let entry = Entry::read(text);
        let key = match (generator, generator.key_argument(), entry.key) {
            (Generator::CustomCert, ..) => return self.custom(),
            (_, Some(number), _) => self.given_key(number)?,
            (_, None, Some(key)) => PrivateKey::from_pem(key)?,
            (Generator::Ca, None, None) => own_key.ok_or(Cause::NoKey)?.clone(),
            (_, None, None) => return Err(Cause::Given),
        };
        let is_meant = entry
            .arguments
            .is_none_or(|it| it == digest(self.arguments.0));
        if let Some(cert) = entry.cert.filter(|_| is_meant) {
            let of_cert = (!is_keyless(generator, text)).then_some(&key);
            let validity = validity_of(cert, of_cert)?;
            let half = validity.not_before / 2 + validity.not_after / 2;
            if self.clock.now < half {
                return Ok(Pair {
                    cert: Zeroizing::new(cert.to_owned()),
                    key: match entry.key {
                        Some(key) => Zeroizing::new(key.to_owned()),
                        None => key.to_pem()?,
                    },
                });
            }
        }
        self.issue(generator, &key)
    }
}
