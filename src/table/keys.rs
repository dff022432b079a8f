//! The private keys of a run: each derived once, all of a render at the same time.

use std::collections::{HashMap, HashSet};

use crate::certificate::{KeyKind, PrivateKey, derive_all};
use crate::chart::generator::Generator;
use crate::derive::{Key, private_key_seed};
use crate::name::Name;

use super::arguments::Arguments;
use super::error::{Cause, TableError};

/// What a key is derived from, under the key for pins: the last is the name's generation.
pub(super) type Wish = (KeyKind, Name, u32);

/// The keys that were derived in this run. An RSA key takes tens of milliseconds, and rounds ask again for
/// those that they have.
#[derive(Default)]
pub(super) struct Keys(HashMap<Wish, PrivateKey>);

impl Keys {
    /// Derives what is not there yet, on all processors.
    pub(super) fn prepare(&mut self, wishes: HashSet<Wish>, pins: &Key) -> Result<(), TableError> {
        let missing = wishes.into_iter().filter(|wish| !self.0.contains_key(wish));
        let missing: Vec<Wish> = missing.collect();
        let requests: Vec<_> = missing
            .iter()
            .map(|(kind, name, generation)| {
                let seed = private_key_seed(pins, kind.name(), &name.0, *generation);
                (*kind, seed)
            })
            .collect();
        let keys = derive_all(&requests).map_err(|_| TableError::Key)?;
        self.0.extend(missing.into_iter().zip(keys));
        Ok(())
    }

    /// A key that was made ready.
    pub(super) fn get(&self, wish: &Wish) -> Result<&PrivateKey, Cause> {
        self.0.get(wish).ok_or(Cause::NoKey)
    }
}

/// The kind of the key that a call makes; nothing for a call that makes none.
///
/// # Errors
/// A kind that Sprig does not know: it then answers itself, and the call is not logged.
pub(super) fn kind(
    generator: Generator,
    arguments: Arguments<'_>,
) -> Result<Option<KeyKind>, Cause> {
    Ok(match generator {
        Generator::PrivateKey => {
            let kind = KeyKind::from_sprig(arguments.text(0)?);
            Some(kind.ok_or(Cause::KeyKind)?)
        }
        Generator::Ca | Generator::SelfSigned | Generator::Signed => Some(KeyKind::Rsa2048),
        Generator::AlphaNum
        | Generator::Alpha
        | Generator::Numeric
        | Generator::Ascii
        | Generator::Bytes
        | Generator::Int
        | Generator::Uuid
        | Generator::Shuffle
        | Generator::Bcrypt
        | Generator::Htpasswd
        | Generator::EncryptAes
        | Generator::CaWithKey
        | Generator::SelfSignedWithKey
        | Generator::SignedWithKey
        | Generator::CustomCert
        | Generator::Now => None,
    })
}
