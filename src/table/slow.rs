//! What takes long: keys, certificates and password hashes. Each is made once in a run, since rounds ask again for
//! those that they have.

use std::collections::{HashMap, HashSet};

use zeroize::Zeroizing;

use crate::certificate::{KeyKind, PrivateKey};
use crate::chart::generator::Generator;
use crate::derive::{Key, htpasswd, private_key_seed, sprig_bcrypt};
use crate::name::Name;
use crate::parallel::on_all_processors;

use super::arguments::Arguments;
use super::error::{Cause, TableError};

/// What a key is derived from, under the key for pins: the last is the name's generation.
pub(super) type Wish = (KeyKind, Name, u32);

/// A tag of all that a value follows from.
pub(super) type Tag = [u8; 32];

/// A hash of a password.
pub(super) struct Hash {
    /// Whose it is in a line of `htpasswd`.
    pub(super) user: Option<String>,
    pub(super) password: Zeroizing<Vec<u8>>,
    pub(super) salt: [u8; 16],
}

impl Hash {
    /// What Sprig prints of it.
    pub(super) fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(match &self.user {
            Some(user) => htpasswd(user, &self.password, self.salt),
            None => sprig_bcrypt(&self.password, self.salt),
        })
    }
}

/// What was made in this run.
#[derive(Default)]
pub(super) struct Slow {
    keys: HashMap<Wish, PrivateKey>,
    texts: HashMap<Tag, Zeroizing<String>>,
}

/// What can be made independently of everything else.
enum Job {
    Hash(Tag, Hash),
    Key(Wish),
}

enum Made {
    Hash(Tag, Zeroizing<String>),
    Key(Wish, Box<PrivateKey>),
}

impl Slow {
    /// Makes what is not there yet, on all processors.
    ///
    /// # Errors
    /// A key that cannot be derived: a bug.
    pub(super) fn prepare(
        &mut self,
        keys: HashSet<Wish>,
        hashes: HashMap<Tag, Hash>,
        pins: &Key,
    ) -> Result<(), TableError> {
        let hashes = hashes
            .into_iter()
            .filter(|it| !self.texts.contains_key(&it.0));
        let keys = keys.into_iter().filter(|it| !self.keys.contains_key(it));
        // A hash takes longer than most keys, so it begins first.
        let jobs: Vec<Job> = hashes
            .map(|(tag, hash)| Job::Hash(tag, hash))
            .chain(keys.map(Job::Key))
            .collect();
        let made = on_all_processors(&jobs, |job| match job {
            Job::Hash(tag, hash) => Ok(Made::Hash(*tag, hash.text())),
            Job::Key(wish) => {
                let (kind, name, generation) = wish;
                let seed = private_key_seed(pins, kind.name(), &name.0, *generation);
                let key = PrivateKey::derive(*kind, &seed).map_err(|_| TableError::Key)?;
                Ok(Made::Key(wish.clone(), Box::new(key)))
            }
        });
        for made in made {
            match made? {
                Made::Hash(tag, text) => self.add_text(tag, text),
                Made::Key(wish, key) => {
                    self.keys.insert(wish, *key);
                }
            }
        }
        Ok(())
    }

    /// A key that was made ready.
    pub(super) fn key(&self, wish: &Wish) -> Result<&PrivateKey, Cause> {
        self.keys.get(wish).ok_or(Cause::NoKey)
    }

    /// The text that was made for this tag.
    pub(super) fn text(&self, tag: &Tag) -> Option<&Zeroizing<String>> {
        self.texts.get(tag)
    }

    /// Keeps a text.
    pub(super) fn add_text(&mut self, tag: Tag, text: Zeroizing<String>) {
        self.texts.insert(tag, text);
    }
}

/// Whether a function makes a hash of a password.
pub(super) fn is_hash(generator: Generator) -> bool {
    matches!(generator, Generator::Bcrypt | Generator::Htpasswd)
}

/// Whether what a function makes takes long.
pub(super) fn is_slow(generator: Generator) -> bool {
    is_hash(generator) || generator.is_certificate() || generator == Generator::PrivateKey
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
