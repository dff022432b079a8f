//! Sealed values: what is written into Git so that only one Application's render can read it.
//!
//! A value is encrypted with age (<https://age-encryption.org/v1>) to the recipient of the scope. Anyone can do that, by
//! hand too. What is encrypted is the pin's name, a line feed, and the value: so an entry opens for its own pin alone.

use std::str::FromStr;

use age::armor::{ArmoredReader, ArmoredWriter, Format};
use anyhow::anyhow;
use bech32::{Bech32, Hrp};
use std::io::{Read, Write};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::derive::ScopeKeys;

/// What the text of a secret key begins with.
const SECRET_KEY: Hrp = Hrp::parse_unchecked("age-secret-key-");

/// The longest value, in bytes: what Kubernetes takes as an object.
const LONGEST: u64 = 1 << 20;

/// The longest header, in bytes and in lines: for a dozen recipients.
const LONGEST_HEADER: usize = 4096;
const MOST_LINES: usize = 64;

/// Why an entry does not open. It shows nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum OpenError {
    /// It is encrypted to somebody else, or was changed.
    #[error(
        "does not open: it was sealed for another application or under another seed, or was changed"
    )]
    Closed,
    /// It opens, and is another pin's.
    #[error("was sealed for another pin")]
    OtherPin,
    /// It is longer than any object in a cluster.
    #[error("is longer than {LONGEST} bytes")]
    TooLong,
    /// What is in it is no text.
    #[error("holds no text")]
    NotText,
}

/// Opens what was sealed for a scope. It does not print.
pub(crate) struct Identity(age::x25519::Identity);

/// Whom values are sealed for.
#[derive(Clone)]
pub(crate) struct Recipient(age::x25519::Recipient);

impl Identity {
    /// The scope's.
    ///
    /// # Errors
    /// Only what is a bug.
    pub(crate) fn of(keys: &ScopeKeys) -> anyhow::Result<Identity> {
        let fault = || anyhow!("internal error: the identity for sealed values cannot be made");
        let text = bech32::encode::<Bech32>(SECRET_KEY, keys.sealed.as_bytes());
        let text = Zeroizing::new(text.map_err(|_| fault())?);
        let text = Zeroizing::new(text.to_uppercase());
        let identity = age::x25519::Identity::from_str(&text).map_err(|_| fault())?;
        Ok(Identity(identity))
    }

    /// Whom to seal for, as age writes it: `age1…`.
    pub(crate) fn recipient(&self) -> String {
        self.0.to_public().to_string()
    }

    /// Opens an entry of this pin, in age's armor.
    ///
    /// # Errors
    /// [`OpenError`].
    pub(crate) fn open(&self, pin: &str, sealed: &str) -> Result<Zeroizing<String>, OpenError> {
        let mut bytes = Vec::with_capacity(sealed.len());
        let mut armored = ArmoredReader::new(sealed.trim().as_bytes());
        let read = armored.read_to_end(&mut bytes);
        read.map_err(|_| OpenError::Closed)?;
        if !has_short_header(&bytes) {
            return Err(OpenError::Closed);
        }
        let decryptor = age::Decryptor::new_buffered(&*bytes).map_err(|_| OpenError::Closed)?;
        let identity: &dyn age::Identity = &self.0;
        let reader = decryptor.decrypt(std::iter::once(identity));
        let reader = reader.map_err(|_| OpenError::Closed)?;
        // All of it at once, so that no copy is left behind.
        let mut content = Zeroizing::new(Vec::with_capacity(sealed.len()));
        let read = reader.take(LONGEST + 1).read_to_end(&mut content);
        if read.map_err(|_| OpenError::Closed)? as u64 > LONGEST {
            return Err(OpenError::TooLong);
        }
        let text = std::str::from_utf8(&content).map_err(|_| OpenError::NotText)?;
        let (name, value) = text.split_once('\n').ok_or(OpenError::OtherPin)?;
        match name == pin {
            true => Ok(Zeroizing::new(value.to_owned())),
            false => Err(OpenError::OtherPin),
        }
    }
}

/// Whether a file says in a few lines whom it is for. The age library reads the header from its beginning again with each
/// line, so that a long one takes the square of its length.
fn has_short_header(file: &[u8]) -> bool {
    let begin = file.get(..LONGEST_HEADER).unwrap_or(file);
    let mut lines = begin.split(|&byte| byte == b'\n').take(MOST_LINES);
    lines.any(|line| line.starts_with(b"--- "))
}

impl Recipient {
    /// Reads `age1…`.
    ///
    /// # Errors
    /// The text is no such recipient.
    pub(crate) fn read(text: &str) -> anyhow::Result<Recipient> {
        let recipient = age::x25519::Recipient::from_str(text);
        let recipient = recipient.map_err(|_| {
            anyhow!(
                "`{}` is no recipient (age1…): give what `argocd-pin-plugin recipient` prints",
                text.escape_debug()
            )
        });
        Ok(Recipient(recipient?))
    }

    /// Seals a value for a pin: age's armor, with a line feed at its end.
    ///
    /// # Errors
    /// Only what is a bug.
    pub(crate) fn seal(&self, pin: &str, value: &str) -> anyhow::Result<String> {
        let fault = || anyhow!("internal error: a value cannot be sealed");
        let recipient: &dyn age::Recipient = &self.0;
        let encryptor = age::Encryptor::with_recipients(std::iter::once(recipient));
        let encryptor = encryptor.map_err(|_| fault())?;
        let seal = || -> std::io::Result<Vec<u8>> {
            let armored = ArmoredWriter::wrap_output(Vec::new(), Format::AsciiArmor)?;
            let mut writer = encryptor.wrap_output(armored)?;
            writer.write_all(pin.as_bytes())?;
            writer.write_all(b"\n")?;
            writer.write_all(value.as_bytes())?;
            writer.finish()?.finish()
        };
        let sealed = seal().map_err(|_| fault())?;
        let mut sealed = String::from_utf8(sealed).map_err(|_| fault())?;
        if !sealed.ends_with('\n') {
            sealed.push('\n');
        }
        Ok(sealed)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::derive::{Scope, Seed};

    const PIN: &str = "Secret/web/password";
    const VALUE: &str = "correct horse\nbattery staple";

    fn identity(application: &str) -> Identity {
        let seed = Seed::from_bytes(vec![7; 32]).unwrap();
        let scope = Scope {
            project: "default".into(),
            application: application.into(),
        };
        Identity::of(&ScopeKeys::derive(&seed, &scope)).unwrap()
    }

    fn seal(identity: &Identity, pin: &str) -> String {
        let recipient = Recipient::read(&identity.recipient()).unwrap();
        recipient.seal(pin, VALUE).unwrap()
    }

    #[test]
    fn an_entry_opens_for_its_application_and_its_pin() {
        let web = identity("web");
        let sealed = seal(&web, PIN);
        assert!(sealed.starts_with("-----BEGIN AGE ENCRYPTED FILE-----\n"));
        assert_eq!(web.open(PIN, &sealed).unwrap().as_str(), VALUE);
        assert_eq!(web.open(PIN, sealed.trim_end()).unwrap().as_str(), VALUE);
        assert_eq!(
            web.open("Secret/web/other", &sealed),
            Err(OpenError::OtherPin)
        );
        assert_eq!(identity("other").open(PIN, &sealed), Err(OpenError::Closed));
        assert_eq!(web.open(PIN, ""), Err(OpenError::Closed));
        assert!(Recipient::read("age1x").is_err());
        let recipient = Recipient::read(&web.recipient()).unwrap();
        let long = recipient.seal(PIN, &"x".repeat(1 << 20)).unwrap();
        assert_eq!(web.open(PIN, &long), Err(OpenError::TooLong));
    }

    /// A header with a hundred thousand lines took minutes.
    #[test]
    fn a_value_for_many_others_does_not_open() {
        let web = identity("web");
        let stanza = format!("-> X25519 {0}\n{0}\n", "A".repeat(42) + "E");
        let end = format!("--- {}\n", "A".repeat(43));
        for (stanza, count, is_read) in [
            (&*stanza, 20, true),
            (&stanza, 50, false),
            ("-> a\n\n", 50, false),
        ] {
            let text = format!("age-encryption.org/v1\n{}{end}", stanza.repeat(count));
            assert_eq!(has_short_header(text.as_bytes()), is_read, "{stanza}");
            let mut armored = ArmoredWriter::wrap_output(Vec::new(), Format::AsciiArmor).unwrap();
            armored.write_all(text.as_bytes()).unwrap();
            let sealed = String::from_utf8(armored.finish().unwrap()).unwrap();
            assert_eq!(web.open(PIN, &sealed), Err(OpenError::Closed));
        }
        assert!(!has_short_header(b"age"));
    }

    /// Each of 10,000 corruptions: a character that is changed, cut out, doubled, or all behind it gone.
    #[test]
    fn a_corrupted_entry_gives_no_other_value() {
        let web = identity("web");
        let sealed = seal(&web, PIN);
        let mut opened = 0;
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        for _ in 0..10_000 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let at = (state >> 8) as usize % sealed.len();
            let mut bytes = sealed.clone().into_bytes();
            match state % 5 {
                0 => bytes[at] ^= 1 << (state >> 40 & 7),
                1 => bytes[at] = b'A' + (state >> 40 & 31) as u8,
                2 => bytes.truncate(at),
                3 => bytes.insert(at, bytes[at]),
                _ => _ = bytes.remove(at),
            }
            let Ok(text) = String::from_utf8(bytes) else {
                continue;
            };
            match web.open(PIN, &text) {
                Ok(value) => {
                    assert_eq!(value.as_str(), VALUE);
                    opened += 1;
                }
                Err(error) => assert_eq!(error, OpenError::Closed),
            }
        }
        // A line's end, or a character that is changed into itself.
        assert!(opened < 1_000, "{opened}");
    }
}
