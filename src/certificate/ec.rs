//! Elliptic curve private keys and ECDSA with deterministic nonces (RFC 6979): P-256, and the
//! curves P-384 and P-521 for keys that a user brings.

use std::fmt;

use der::asn1::{BitStringRef, ObjectIdentifier, OctetStringRef};
use der::{Decode, Encode, Sequence};
use p256::ecdsa::signature::Signer;
use zeroize::Zeroizing;

use super::key_error::KeyError;

/// prime256v1, secp384r1 and secp521r1 (RFC 5480, 2.1.1.1).
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const P521: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.35");

/// ecdsa-with-SHA256, -SHA384 and -SHA512 (RFC 5758, 3.2).
const ECDSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
const ECDSA_SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.3");
const ECDSA_SHA512: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.4");

/// An elliptic curve key pair.
#[derive(Clone)]
pub(crate) struct EcPrivateKey(Curve);

#[derive(Clone)]
enum Curve {
    P256(p256::ecdsa::SigningKey),
    P384(p384::ecdsa::SigningKey),
    P521(p521::ecdsa::SigningKey),
}

/// ECPrivateKey of RFC 5915.
#[derive(Sequence)]
struct Sec1<'a> {
    version: u8,
    private_key: &'a OctetStringRef,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    curve: Option<ObjectIdentifier>,
    #[asn1(context_specific = "1", tag_mode = "EXPLICIT", optional = "true")]
    public_key: Option<BitStringRef<'a>>,
}

impl EcPrivateKey {
    /// The P-256 key of a private scalar; none unless it is from 1 to the order - 1.
    pub(super) fn p256(scalar: &[u8; 32]) -> Option<EcPrivateKey> {
        let key = p256::ecdsa::SigningKey::from_slice(scalar).ok()?;
        Some(EcPrivateKey(Curve::P256(key)))
    }

    /// Reads the SEC1 encoding. The curve that stands around it, in PKCS#8, counts first, as in Go.
    pub(super) fn from_sec1(
        der: &[u8],
        outer_curve: Option<ObjectIdentifier>,
    ) -> Result<EcPrivateKey, KeyError> {
        let malformed = |source| KeyError::malformed("EC private key", source);
        let key = Sec1::from_der(der).map_err(malformed)?;
        if key.version != 1 {
            return Err(KeyError::Inconsistent("EC"));
        }
        let curve = outer_curve.or(key.curve).ok_or(KeyError::NoCurve)?;
        let scalar = key.private_key.as_bytes();
        let inconsistent = KeyError::Inconsistent("EC");
        let key =
            match curve {
                P256 => from_scalar::<32, _>(scalar, p256::ecdsa::SigningKey::from_slice)
                    .map(Curve::P256),
                P384 => from_scalar::<48, _>(scalar, p384::ecdsa::SigningKey::from_slice)
                    .map(Curve::P384),
                P521 => from_scalar::<66, _>(scalar, p521::ecdsa::SigningKey::from_slice)
                    .map(Curve::P521),
                other => {
                    return Err(KeyError::UnknownCurve {
                        oid: other.to_string(),
                    });
                }
            };
        Ok(EcPrivateKey(key.ok_or(inconsistent)?))
    }

    /// The SEC1 encoding, with curve and public key, as Go's `x509.MarshalECPrivateKey` writes it.
    pub(super) fn to_sec1(&self) -> der::Result<Zeroizing<Vec<u8>>> {
        let scalar = self.scalar();
        let point = self.public_point();
        let key = Sec1 {
            version: 1,
            private_key: OctetStringRef::new(&scalar)?,
            curve: Some(self.curve()),
            public_key: Some(BitStringRef::from_bytes(&point)?),
        };
        Ok(Zeroizing::new(key.to_der()?))
    }

    /// The private scalar, big-endian, as long as the curve's order.
    fn scalar(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(match &self.0 {
            Curve::P256(key) => key.to_bytes().to_vec(),
            Curve::P384(key) => key.to_bytes().to_vec(),
            Curve::P521(key) => key.to_bytes().to_vec(),
        })
    }

    /// The public point, uncompressed (SEC1, 2.3.3).
    pub(super) fn public_point(&self) -> Vec<u8> {
        match &self.0 {
            Curve::P256(key) => key.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
            Curve::P384(key) => key.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
            Curve::P521(key) => key.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
        }
    }

    /// The curve's object identifier.
    pub(super) fn curve(&self) -> ObjectIdentifier {
        match &self.0 {
            Curve::P256(_) => P256,
            Curve::P384(_) => P384,
            Curve::P521(_) => P521,
        }
    }

    /// The signature algorithm that Go takes for the curve.
    pub(super) fn signature_algorithm(&self) -> ObjectIdentifier {
        match &self.0 {
            Curve::P256(_) => ECDSA_SHA256,
            Curve::P384(_) => ECDSA_SHA384,
            Curve::P521(_) => ECDSA_SHA512,
        }
    }

    /// An ECDSA signature over the message, in DER, with the curve's hash.
    pub(super) fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        Some(match &self.0 {
            Curve::P256(key) => {
                let signature: p256::ecdsa::Signature = key.try_sign(message).ok()?;
                signature.to_der().as_bytes().to_vec()
            }
            Curve::P384(key) => {
                let signature: p384::ecdsa::Signature = key.try_sign(message).ok()?;
                signature.to_der().as_bytes().to_vec()
            }
            Curve::P521(key) => {
                let signature: p521::ecdsa::Signature = key.try_sign(message).ok()?;
                signature.to_der().as_bytes().to_vec()
            }
        })
    }
}

/// A key from a scalar with too many or too few leading zeros: OpenSSL once wrote such, and Go
/// reads them.
fn from_scalar<const SIZE: usize, K>(
    scalar: &[u8],
    read: impl Fn(&[u8]) -> Result<K, p256::ecdsa::Error>,
) -> Option<K> {
    let mut padded = Zeroizing::new([0; SIZE]);
    if let Some(zeros) = SIZE.checked_sub(scalar.len()) {
        padded[zeros..].copy_from_slice(scalar);
    } else {
        let (zeros, rest) = scalar.split_at(scalar.len() - SIZE);
        if zeros.iter().any(|byte| *byte != 0) {
            return None;
        }
        padded.copy_from_slice(rest);
    }
    read(&*padded).ok()
}

impl fmt::Debug for EcPrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EcPrivateKey(..)")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    /// SEC1 of a scalar without curve and public key.
    fn sec1(scalar: &[u8]) -> Vec<u8> {
        let key = Sec1 {
            version: 1,
            private_key: OctetStringRef::new(scalar).unwrap(),
            curve: None,
            public_key: None,
        };
        key.to_der().unwrap()
    }

    #[test]
    fn leading_zeros_of_a_scalar_do_not_count() {
        let mut scalar = [7; 33];
        scalar[..2].fill(0);
        let read = |scalar: &[u8]| EcPrivateKey::from_sec1(&sec1(scalar), Some(P256));
        let key = read(&scalar[1..]).unwrap();
        assert_eq!(*key.scalar(), scalar[1..]);
        for other in [&scalar[..], &scalar[2..]] {
            assert_eq!(*read(other).unwrap().scalar(), *key.scalar());
        }
        scalar[0] = 1;
        assert!(read(&scalar).is_err());
        assert!(read(&[0; 32]).is_err());
        assert!(read(&[0xff; 32]).is_err());
        assert!(read(&[]).is_err());
    }

    #[test]
    fn the_curve_has_to_be_named() {
        let error = EcPrivateKey::from_sec1(&sec1(&[7; 32]), None).unwrap_err();
        assert!(matches!(error, KeyError::NoCurve));
    }
}
