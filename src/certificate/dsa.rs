//! DSA private keys: nothing but `genPrivateKey "dsa"` makes them, and they sign no certificate.

use std::fmt;

use der::asn1::UintRef;
use der::{Decode, Encode, Sequence};
use zeroize::Zeroizing;

use super::dsa_domain;
use super::hmac_drbg::HmacDrbg;
use super::key_error::KeyError;
use super::natural::{Modulus, Natural};

/// Random bytes for the private number: 64 bits more than the subgroup's order has.
const EXTRA: usize = 8;

/// A DSA key pair with its domain parameters.
#[derive(Clone)]
pub(crate) struct DsaPrivateKey {
    p: Natural,
    q: Natural,
    g: Natural,
    y: Natural,
    x: Natural,
}

/// What Sprig (and OpenSSL) writes as `DSA PRIVATE KEY`.
#[derive(Sequence)]
struct Encoding<'a> {
    version: u8,
    p: UintRef<'a>,
    q: UintRef<'a>,
    g: UintRef<'a>,
    y: UintRef<'a>,
    x: UintRef<'a>,
}

impl DsaPrivateKey {
    /// The key of a seed in the fixed domain: x by FIPS 186-4, B.1.1 (extra random bits), from
    /// HMAC_DRBG. None only if the domain parameters were wrong.
    pub(super) fn derive(seed: &[u8]) -> Option<DsaPrivateKey> {
        let p = Natural::from_be(&dsa_domain::P);
        let q = Natural::from_be(&dsa_domain::Q);
        let g = Natural::from_be(&dsa_domain::G);
        let mut bytes = Zeroizing::new([0; dsa_domain::Q.len() + EXTRA]);
        HmacDrbg::new(seed, b"argocd-pin-plugin DSA key gen L2048 N256").fill(&mut *bytes);
        let x = Natural::from_be(&*bytes)
            .modulo(&q.minus_one())?
            .plus(&Natural::from_u64(1));
        let y = Modulus::new(&p)?.power(&g, &x);
        Some(DsaPrivateKey { p, q, g, y, x })
    }

    /// Reads the encoding; the numbers are not checked, as in Sprig.
    pub(super) fn from_der(der: &[u8]) -> Result<DsaPrivateKey, KeyError> {
        let key = Encoding::from_der(der)
            .map_err(|source| KeyError::malformed("DSA private key", source))?;
        let number = |integer: UintRef<'_>| Natural::from_be(integer.as_bytes());
        Ok(DsaPrivateKey {
            p: number(key.p),
            q: number(key.q),
            g: number(key.g),
            y: number(key.y),
            x: number(key.x),
        })
    }

    /// The encoding.
    pub(super) fn to_der(&self) -> der::Result<Zeroizing<Vec<u8>>> {
        let (p, q, g) = (self.p.to_be(), self.q.to_be(), self.g.to_be());
        let (y, x) = (self.y.to_be(), self.x.to_be());
        let key = Encoding {
            version: 0,
            p: UintRef::new(&p)?,
            q: UintRef::new(&q)?,
            g: UintRef::new(&g)?,
            y: UintRef::new(&y)?,
            x: UintRef::new(&x)?,
        };
        Ok(Zeroizing::new(key.to_der()?))
    }
}

impl fmt::Debug for DsaPrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DsaPrivateKey(..)")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    #[test]
    fn the_domain_is_one() {
        let p = Natural::from_be(&dsa_domain::P);
        let q = Natural::from_be(&dsa_domain::Q);
        let g = Natural::from_be(&dsa_domain::G);
        let one = Natural::from_u64(1);
        assert_eq!((p.bits(), q.bits()), (2048, 256));
        assert!(p.minus_one().modulo(&q).unwrap().bits() == 0);
        assert!(Modulus::new(&p).unwrap().power(&g, &q) == one && g != one);
    }

    #[test]
    fn keys_are_in_the_group_and_differ() {
        let a = DsaPrivateKey::derive(&[1; 32]).unwrap();
        let b = DsaPrivateKey::derive(&[2; 32]).unwrap();
        assert!(a.x != b.x && a.y != b.y);
        assert!(a.x.compare(&a.q).is_lt() && a.x.bits() > 200);
        let one = Natural::from_u64(1);
        assert!(Modulus::new(&a.p).unwrap().power(&a.y, &a.q) == one);
        let again = DsaPrivateKey::from_der(&a.to_der().unwrap()).unwrap();
        assert!(again.x == a.x && again.y == a.y && again.g == a.g);
    }
}
