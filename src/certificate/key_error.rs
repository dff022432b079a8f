//! Why a private key cannot be read or used.

use thiserror::Error;

/// Why a key cannot be read or used. The messages never hold a part of it.
#[derive(Debug, Error)]
pub(crate) enum KeyError {
    /// There is no PEM block.
    #[error("no PEM data in the private key")]
    NoPem,
    /// The PEM block is something else.
    #[error("the PEM block is no private key")]
    NotAKey,
    /// The type before `PRIVATE KEY` is unknown.
    #[error("the private key is of an unknown type: use RSA, EC, DSA or PKCS#8")]
    UnknownType,
    /// The content is not what the type says.
    #[error("the {what} is malformed")]
    Malformed {
        /// What was read.
        what: &'static str,
        /// Where and why reading failed.
        source: der::Error,
    },
    /// PKCS#8 holds a key of another algorithm.
    #[error("unknown private key algorithm {oid}: use RSA, ECDSA or Ed25519")]
    UnknownAlgorithm {
        /// The algorithm's object identifier.
        oid: String,
    },
    /// An EC key names a curve that is not supported.
    #[error("unknown elliptic curve {oid}: use P-256, P-384 or P-521")]
    UnknownCurve {
        /// The curve's object identifier.
        oid: String,
    },
    /// An EC key names no curve.
    #[error("the EC private key names no curve")]
    NoCurve,
    /// The numbers of the key contradict each other.
    #[error("the numbers of the {0} private key do not fit together")]
    Inconsistent(&'static str),
    /// The modulus is too small or too large.
    #[error("an RSA key of {bits} bits is not supported: use 1024 to 16384")]
    RsaSize {
        /// The size of the modulus.
        bits: u32,
    },
    /// An RSA key with more than two primes.
    #[error("RSA keys with more than two primes are not supported")]
    MultiPrime,
    /// The key's kind signs no certificates.
    #[error("a {0} key cannot be used in a certificate: use RSA, ECDSA or Ed25519")]
    NotForCertificates(&'static str),
    /// A bug: the key could not be encoded, or its signature did not verify.
    #[error("internal error: the {0} key does not work")]
    Broken(&'static str),
}

impl KeyError {
    pub(super) fn malformed(what: &'static str, source: der::Error) -> KeyError {
        KeyError::Malformed { what, source }
    }
}
