//! From the seed to a value: scope keys, the HMAC stream, alphabets, password hashes.
//!
//! What these modules compute is a promise: derivation version 1 (`docs/derivation.md`) never
//! changes, because a change is another password in somebody's cluster. Frozen vectors, made by an
//! independent program, stand in `tests/vectors/derivation-v1.json`.
//!
//! ```text
//! Seed + Scope ──HKDF──> ScopeKeys { pins, placeholders, sealed, fingerprints }
//! Key + Request ──HMAC counter mode──> Stream ──rejection──> value()
//! ```
//!
//! Nothing in here reads a chart, a manifest or the environment, and secret types do not print.

mod aes;
mod alphabet;
mod class;
pub(crate) mod encode;
mod fingerprint;
mod key;
mod moment;
mod passwords;
mod placeholder;
mod private_key;
mod scope;
mod seed;
mod seed_id;
mod shuffle;
mod stream;
#[cfg(test)]
mod tests;
mod value;
mod yaml_type;

pub(crate) use aes::{aes_iv, encrypt_aes};
pub(crate) use alphabet::Alphabet;
pub(crate) use class::Class;
pub(crate) use fingerprint::fingerprint;
pub(crate) use key::Key;
pub(crate) use moment::{job_clock, window_phase};
pub(crate) use passwords::{bcrypt_salt, htpasswd, sprig_bcrypt};
pub(crate) use placeholder::placeholder_key;
pub(crate) use private_key::private_key_seed;
pub(crate) use scope::{Scope, ScopeKeys};
pub(crate) use seed::{Seed, SeedError};
pub(crate) use seed_id::SeedId;
pub(crate) use shuffle::shuffle;
pub(crate) use value::{Request, piece, value};
pub(crate) use yaml_type::looks_typed;

/// The version of the derivation that this crate implements; it enters every derived value.
pub(crate) const VERSION: u64 = 1;
