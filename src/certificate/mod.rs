//! Keys and certificates that never change by themselves.
//!
//! Sprig's `genCA` and its kin draw a new key and a new certificate at every render. These modules
//! issue the same certificates (subject, names, usages, extensions, encodings) from keys that a seed
//! gives, with signatures and serial numbers that their content decides.
//!
//! ```text
//! 32-byte seed ──C2SP det-keygen──> PrivateKey ──┐
//! arguments of the template's call ──────────────┼─> issue_…() ──> PEM
//! clock, days, phase ──> Window ─────────────────┘
//! ```
//!
//! Nothing in here reads a chart, a manifest, a clock or the environment.

mod det_keygen;
mod dsa;
mod dsa_domain;
mod ec;
mod fermat;
mod hmac_drbg;
mod issue;
mod key_error;
mod names;
mod natural;
mod pem;
mod prime;
mod private_key;
mod rsa;
mod rsa_sign;
mod sieve;
#[cfg(test)]
mod tests;
mod window;
mod x509;

pub(crate) use issue::{
    CertificateError, Issuer, build_custom_cert, issue_ca, issue_self_signed, issue_signed,
    validity_of,
};
pub(crate) use key_error::KeyError;
pub(crate) use names::Names;
pub(crate) use private_key::{KeyKind, PrivateKey};
pub(crate) use window::{ClockError, Validity, Window};
