//! Private keys of every kind that Sprig makes or reads, and their PEM encodings.

use std::fmt;

use der::asn1::{AnyRef, BitStringRef, ObjectIdentifier, OctetStringRef};
use der::{Decode, Encode, Reader, Sequence, SliceReader};
use ed25519_dalek::Signer;
use zeroize::Zeroizing;

use super::dsa::DsaPrivateKey;
use super::ec::EcPrivateKey;
use super::key_error::KeyError;
use super::rsa::RsaPrivateKey;
use super::{det_keygen, pem};

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const SHA256_WITH_RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");

/// The PKCS#8 encoding of an Ed25519 key up to its seed (RFC 8410, 7).
const ED25519_PKCS8: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

/// The kinds of keys that Sprig's functions generate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum KeyKind {
    /// RSA with 2048 bits: `genCA`, `genSelfSignedCert`, `genSignedCert`.
    Rsa2048,
    /// RSA with 3072 bits: no function makes one, but the vectors do.
    #[cfg_attr(not(test), allow(dead_code))]
    Rsa3072,
    /// RSA with 4096 bits: `genPrivateKey "rsa"`.
    Rsa4096,
    /// ECDSA over P-256: `genPrivateKey "ecdsa"`.
    EcdsaP256,
    /// Ed25519: `genPrivateKey "ed25519"`.
    Ed25519,
    /// DSA with 2048 bits: `genPrivateKey "dsa"`.
    Dsa,
}

impl KeyKind {
    /// The kind's name: it enters the derivation of its keys, and people read it.
    #[must_use]
    pub(crate) fn name(self) -> &'static str {
        match self {
            KeyKind::Rsa2048 => "rsa-2048",
            KeyKind::Rsa3072 => "rsa-3072",
            KeyKind::Rsa4096 => "rsa-4096",
            KeyKind::EcdsaP256 => "ecdsa-p256",
            KeyKind::Ed25519 => "ed25519",
            KeyKind::Dsa => "dsa-2048",
        }
    }

    /// The kind that `genPrivateKey` makes for its argument; none for one that Sprig does not know
    /// (it then prints `Unknown type …` in the key's place).
    #[must_use]
    pub(crate) fn from_sprig(name: &str) -> Option<KeyKind> {
        match name {
            "" | "rsa" => Some(KeyKind::Rsa4096),
            "ecdsa" => Some(KeyKind::EcdsaP256),
            "ed25519" => Some(KeyKind::Ed25519),
            "dsa" => Some(KeyKind::Dsa),
            _ => None,
        }
    }
}

/// A private key; wiped when dropped, and never printed.
#[derive(Clone, Debug)]
pub(crate) enum PrivateKey {
    /// RSA.
    Rsa(RsaPrivateKey),
    /// ECDSA over P-256, P-384 or P-521.
    Ec(EcPrivateKey),
    /// Ed25519.
    Ed25519(Ed25519PrivateKey),
    /// DSA, which signs no certificate.
    Dsa(DsaPrivateKey),
}

/// An Ed25519 key pair.
#[derive(Clone)]
pub(crate) struct Ed25519PrivateKey(ed25519_dalek::SigningKey);

impl fmt::Debug for Ed25519PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ed25519PrivateKey(..)")
    }
}

/// AlgorithmIdentifier of RFC 5280, 4.1.1.2.
#[derive(Clone, Copy, Sequence)]
pub(super) struct AlgorithmIdentifier<'a> {
    pub(super) algorithm: ObjectIdentifier,
    pub(super) parameters: Option<AnyRef<'a>>,
}

/// SubjectPublicKeyInfo of RFC 5280, 4.1.
#[derive(Sequence)]
pub(super) struct PublicKeyInfo<'a> {
    pub(super) algorithm: AlgorithmIdentifier<'a>,
    pub(super) key: BitStringRef<'a>,
}

impl PrivateKey {
    /// The key of a kind that a seed gives: RSA and P-256 by C2SP det-keygen, Ed25519 with the seed
    /// as it is (RFC 8032), DSA in fixed domain parameters.
    ///
    /// An RSA key takes tens of milliseconds, the others less than ten.
    ///
    /// # Errors
    ///
    /// Only for a seed that gives no key, of which there is one in 2⁶⁴ for P-256.
    pub(crate) fn derive(kind: KeyKind, seed: &[u8; 32]) -> Result<PrivateKey, KeyError> {
        let key = match kind {
            KeyKind::Rsa2048 => det_keygen::rsa(2048, seed).map(PrivateKey::Rsa),
            KeyKind::Rsa3072 => det_keygen::rsa(3072, seed).map(PrivateKey::Rsa),
            KeyKind::Rsa4096 => det_keygen::rsa(4096, seed).map(PrivateKey::Rsa),
            KeyKind::EcdsaP256 => {
                det_keygen::p256(seed).and_then(|scalar| PrivateKey::from_p256_scalar(&scalar))
            }
            KeyKind::Ed25519 => Some(PrivateKey::from_ed25519_seed(seed)),
            KeyKind::Dsa => DsaPrivateKey::derive(seed).map(PrivateKey::Dsa),
        };
        key.ok_or(KeyError::Broken("derived"))
    }

    pub(super) fn from_p256_scalar(scalar: &[u8; 32]) -> Option<PrivateKey> {
        EcPrivateKey::p256(scalar).map(PrivateKey::Ec)
    }

    fn from_ed25519_seed(seed: &[u8; 32]) -> PrivateKey {
        PrivateKey::Ed25519(Ed25519PrivateKey(ed25519_dalek::SigningKey::from_bytes(
            seed,
        )))
    }

    /// Reads the first PEM block, as Sprig's `parsePrivateKeyPEM` does: `PRIVATE KEY` (PKCS#8),
    /// `RSA PRIVATE KEY`, `EC PRIVATE KEY` or `DSA PRIVATE KEY`.
    ///
    /// # Errors
    ///
    /// No PEM, an encrypted key, an unknown type, curve or algorithm, and numbers that do not fit.
    pub(crate) fn from_pem(text: &str) -> Result<PrivateKey, KeyError> {
        let block = pem::decode(text).ok_or(KeyError::NoPem)?;
        if block.label == "PRIVATE KEY" {
            return PrivateKey::from_pkcs8(&block.bytes);
        }
        match block.label.strip_suffix(" PRIVATE KEY") {
            None => Err(KeyError::NotAKey),
            Some("RSA") => RsaPrivateKey::from_pkcs1(&block.bytes).map(PrivateKey::Rsa),
            Some("EC") => EcPrivateKey::from_sec1(&block.bytes, None).map(PrivateKey::Ec),
            Some("DSA") => DsaPrivateKey::from_der(&block.bytes).map(PrivateKey::Dsa),
            Some(_) => Err(KeyError::UnknownType),
        }
    }

    /// Reads PKCS#8 (RFC 5958): attributes and a public key behind the private one are ignored.
    fn from_pkcs8(bytes: &[u8]) -> Result<PrivateKey, KeyError> {
        let malformed = |source| KeyError::malformed("PKCS#8 private key", source);
        let (algorithm, key) = read_pkcs8(bytes).map_err(malformed)?;
        match algorithm.algorithm {
            RSA => RsaPrivateKey::from_pkcs1(key).map(PrivateKey::Rsa),
            EC => {
                let curve = algorithm.parameters.and_then(|any| any.decode_as().ok());
                EcPrivateKey::from_sec1(key, curve).map(PrivateKey::Ec)
            }
            ED25519 => {
                let seed = <&OctetStringRef>::from_der(key).map_err(malformed)?;
                match seed.as_bytes().try_into() {
                    Ok(seed) => Ok(PrivateKey::from_ed25519_seed(seed)),
                    Err(_) => Err(KeyError::Inconsistent("Ed25519")),
                }
            }
            other => Err(KeyError::UnknownAlgorithm {
                oid: other.to_string(),
            }),
        }
    }

    /// The PEM text that Sprig prints for the key: the traditional encodings of RSA, EC and DSA,
    /// PKCS#8 for Ed25519.
    ///
    /// # Errors
    ///
    /// None that a key that was derived or read can have.
    pub(crate) fn to_pem(&self) -> Result<Zeroizing<String>, KeyError> {
        let broken = |_| KeyError::Broken(self.name());
        Ok(match self {
            PrivateKey::Rsa(key) => {
                pem::encode("RSA PRIVATE KEY", &key.to_pkcs1().map_err(broken)?)
            }
            PrivateKey::Ec(key) => pem::encode("EC PRIVATE KEY", &key.to_sec1().map_err(broken)?),
            PrivateKey::Dsa(key) => pem::encode("DSA PRIVATE KEY", &key.to_der().map_err(broken)?),
            PrivateKey::Ed25519(key) => {
                let mut der = Zeroizing::new([0; ED25519_PKCS8.len() + 32]);
                der[..ED25519_PKCS8.len()].copy_from_slice(&ED25519_PKCS8);
                der[ED25519_PKCS8.len()..].copy_from_slice(key.0.as_bytes());
                pem::encode("PRIVATE KEY", &*der)
            }
        })
    }

    /// The public key as a certificate holds it, in DER.
    pub(super) fn public_key_info(&self) -> Result<Vec<u8>, KeyError> {
        let bytes = self.public_bytes()?;
        let curve;
        let (algorithm, parameters) = match self {
            PrivateKey::Rsa(_) => (RSA, Some(AnyRef::NULL)),
            PrivateKey::Ec(key) => {
                curve = key.curve();
                (EC, Some(AnyRef::from(&curve)))
            }
            PrivateKey::Ed25519(_) => (ED25519, None),
            PrivateKey::Dsa(_) => return Err(KeyError::NotForCertificates("DSA")),
        };
        BitStringRef::from_bytes(&bytes)
            .and_then(|key| {
                PublicKeyInfo {
                    algorithm: AlgorithmIdentifier {
                        algorithm,
                        parameters,
                    },
                    key,
                }
                .to_der()
            })
            .map_err(|_| KeyError::Broken(self.name()))
    }

    /// The content of the public key's bit string, which key identifiers hash.
    pub(super) fn public_bytes(&self) -> Result<Vec<u8>, KeyError> {
        match self {
            PrivateKey::Rsa(key) => key.public_pkcs1().map_err(|_| KeyError::Broken("RSA")),
            PrivateKey::Ec(key) => Ok(key.public_point()),
            PrivateKey::Ed25519(key) => Ok(key.0.verifying_key().as_bytes().to_vec()),
            PrivateKey::Dsa(_) => Err(KeyError::NotForCertificates("DSA")),
        }
    }

    /// The algorithm that Go's `x509.CreateCertificate` signs with.
    pub(super) fn signature_algorithm(&self) -> Result<AlgorithmIdentifier<'static>, KeyError> {
        let (algorithm, parameters) = match self {
            PrivateKey::Rsa(_) => (SHA256_WITH_RSA, Some(AnyRef::NULL)),
            PrivateKey::Ec(key) => (key.signature_algorithm(), None),
            PrivateKey::Ed25519(_) => (ED25519, None),
            PrivateKey::Dsa(_) => return Err(KeyError::NotForCertificates("DSA")),
        };
        Ok(AlgorithmIdentifier {
            algorithm,
            parameters,
        })
    }

    /// Signs a message, deterministically.
    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        match self {
            PrivateKey::Rsa(key) => key.sign_sha256(message),
            PrivateKey::Ec(key) => key.sign(message),
            PrivateKey::Ed25519(key) => Some(key.0.sign(message).to_bytes().to_vec()),
            PrivateKey::Dsa(_) => return Err(KeyError::NotForCertificates("DSA")),
        }
        .ok_or(KeyError::Broken(self.name()))
    }

    fn name(&self) -> &'static str {
        match self {
            PrivateKey::Rsa(_) => "RSA",
            PrivateKey::Ec(_) => "EC",
            PrivateKey::Ed25519(_) => "Ed25519",
            PrivateKey::Dsa(_) => "DSA",
        }
    }
}

/// The algorithm and the private key of a PKCS#8 encoding.
fn read_pkcs8(bytes: &[u8]) -> der::Result<(AlgorithmIdentifier<'_>, &[u8])> {
    let mut reader = SliceReader::new(bytes)?;
    let parts = reader.sequence(|reader| -> der::Result<_> {
        u8::decode(reader)?;
        let algorithm = AlgorithmIdentifier::decode(reader)?;
        let key = <&OctetStringRef>::decode(reader)?.as_bytes();
        reader.read_slice(reader.remaining_len())?;
        Ok((algorithm, key))
    })?;
    reader.finish()?;
    Ok(parts)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    /// The Ed25519 key of RFC 8410, 10.3: without, and with attributes and a public key.
    #[test]
    fn pkcs8_of_both_versions() {
        let version_1 = "-----BEGIN PRIVATE KEY-----\n\
            MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n\
            -----END PRIVATE KEY-----\n";
        let version_2 = "-----BEGIN PRIVATE KEY-----\n\
            MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n\
            oB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrB\n\
            Z9w7lshQhqowtrbLDFw4rXAxZuE=\n\
            -----END PRIVATE KEY-----\n";
        for text in [version_1, version_2] {
            let key = PrivateKey::from_pem(text).unwrap();
            assert_eq!(*key.to_pem().unwrap(), version_1);
        }
    }
}
