//! RSA private keys (RFC 8017): the numbers, their consistency, and the PKCS#1 encoding.

use std::fmt;

use der::asn1::UintRef;
use der::{Decode, Encode, Sequence};
use zeroize::Zeroizing;

use super::key_error::KeyError;
use super::natural::{Modulus, Natural};

/// The largest modulus that is accepted from outside, in bits.
const MAX_BITS: u32 = 16384;

/// The smallest modulus that is accepted from outside, in bits, as in Go.
const MIN_BITS: u32 = 1024;

/// An RSA key pair with two primes, and what signing with the Chinese remainder theorem needs.
#[derive(Clone)]
pub(crate) struct RsaPrivateKey {
    pub(super) n: Natural,
    pub(super) e: Natural,
    d: Natural,
    pub(super) p: Natural,
    pub(super) q: Natural,
    /// d modulo p - 1.
    pub(super) dp: Natural,
    /// d modulo q - 1.
    pub(super) dq: Natural,
    /// q⁻¹ modulo p.
    pub(super) q_inverse: Natural,
}

/// RSAPrivateKey of RFC 8017, A.1.2, with two primes.
#[derive(Sequence)]
struct Pkcs1PrivateKey<'a> {
    version: u8,
    n: UintRef<'a>,
    e: UintRef<'a>,
    d: UintRef<'a>,
    p: UintRef<'a>,
    q: UintRef<'a>,
    dp: UintRef<'a>,
    dq: UintRef<'a>,
    q_inverse: UintRef<'a>,
}

/// RSAPublicKey of RFC 8017, A.1.1.
#[derive(Sequence)]
struct Pkcs1PublicKey<'a> {
    n: UintRef<'a>,
    e: UintRef<'a>,
}

impl RsaPrivateKey {
    /// A key of these numbers, checked as Go's `rsa.PrivateKey.Validate` does: n = pq, and d is the
    /// inverse of e modulo p - 1 and q - 1. Whether p and q are prime is not tested.
    pub(super) fn new(
        n: &Natural,
        e: &Natural,
        d: &Natural,
        p: &Natural,
        q: &Natural,
    ) -> Result<RsaPrivateKey, KeyError> {
        let inconsistent = KeyError::Inconsistent("RSA");
        let size = n.bits();
        if !(MIN_BITS..=MAX_BITS).contains(&size) {
            return Err(KeyError::RsaSize { bits: size });
        }
        // Go: e is odd, at least 3, and fits 31 bits. (2 and less have fewer than 2 bits or are even.)
        let e_fits = e.is_odd() && (2..=31).contains(&e.bits());
        let d_fits = (2..=size).contains(&d.bits());
        let p_modulus = Modulus::new(p).ok_or(KeyError::Inconsistent("RSA"))?;
        Modulus::new(q).ok_or(KeyError::Inconsistent("RSA"))?;
        if !e_fits || !d_fits || p.times(q) != *n {
            return Err(inconsistent);
        }
        let reduce = |number: &Natural, modulus: &Natural| {
            number.modulo(modulus).ok_or(KeyError::Inconsistent("RSA"))
        };
        let (p1, q1) = (p.minus_one(), q.minus_one());
        let de = d.times(e);
        let one = Natural::from_u64(1);
        if reduce(&de, &p1)? != one || reduce(&de, &q1)? != one {
            return Err(inconsistent);
        }
        Ok(RsaPrivateKey {
            n: n.clone(),
            e: e.clone(),
            d: d.clone(),
            dp: reduce(d, &p1)?,
            dq: reduce(d, &q1)?,
            q_inverse: p_modulus.inverse(q).ok_or(inconsistent)?,
            p: p.clone(),
            q: q.clone(),
        })
    }

    /// Reads the PKCS#1 encoding. As in Go, the CRT numbers are computed anew.
    pub(super) fn from_pkcs1(der: &[u8]) -> Result<RsaPrivateKey, KeyError> {
        let key = Pkcs1PrivateKey::from_der(der)
            .map_err(|source| KeyError::malformed("RSA private key", source))?;
        if key.version != 0 {
            return Err(KeyError::MultiPrime);
        }
        let number = |integer: UintRef<'_>| Natural::from_be(integer.as_bytes());
        RsaPrivateKey::new(
            &number(key.n),
            &number(key.e),
            &number(key.d),
            &number(key.p),
            &number(key.q),
        )
    }

    /// The PKCS#1 encoding of the private key.
    pub(super) fn to_pkcs1(&self) -> der::Result<Zeroizing<Vec<u8>>> {
        let (n, e, d) = (self.n.to_be(), self.e.to_be(), self.d.to_be());
        let (p, q) = (self.p.to_be(), self.q.to_be());
        let (dp, dq, q_inverse) = (self.dp.to_be(), self.dq.to_be(), self.q_inverse.to_be());
        let key = Pkcs1PrivateKey {
            version: 0,
            n: UintRef::new(&n)?,
            e: UintRef::new(&e)?,
            d: UintRef::new(&d)?,
            p: UintRef::new(&p)?,
            q: UintRef::new(&q)?,
            dp: UintRef::new(&dp)?,
            dq: UintRef::new(&dq)?,
            q_inverse: UintRef::new(&q_inverse)?,
        };
        Ok(Zeroizing::new(key.to_der()?))
    }

    /// The PKCS#1 encoding of the public key.
    pub(super) fn public_pkcs1(&self) -> der::Result<Vec<u8>> {
        let (n, e) = (self.n.to_be(), self.e.to_be());
        Pkcs1PublicKey {
            n: UintRef::new(&n)?,
            e: UintRef::new(&e)?,
        }
        .to_der()
    }

    /// The size of the modulus, in bits.
    #[must_use]
    pub(crate) fn bits(&self) -> u32 {
        self.n.bits()
    }
}

impl fmt::Debug for RsaPrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RsaPrivateKey({} bits, ..)", self.bits())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::super::det_keygen;
    use super::*;

    #[test]
    fn numbers_have_to_fit_together() {
        let key = det_keygen::rsa(2048, &[1; 16]).unwrap();
        let two = Natural::from_u64(2);
        let numbers = [&key.n, &key.e, &key.d, &key.p, &key.q];
        let new = |[n, e, d, p, q]: [&Natural; 5]| RsaPrivateKey::new(n, e, d, p, q);
        assert!(new(numbers).is_ok());
        // Each number alone, two more.
        for changed in 0..numbers.len() {
            let wrong = numbers[changed].plus(&two);
            let mut numbers = numbers;
            numbers[changed] = &wrong;
            let error = new(numbers).unwrap_err();
            assert!(matches!(error, KeyError::Inconsistent("RSA")), "{changed}");
        }
        // d that fits one prime only.
        for prime in [&key.p, &key.q] {
            let wrong = key.d.modulo(&prime.minus_one()).unwrap();
            assert!(new([&key.n, &key.e, &wrong, &key.p, &key.q]).is_err());
        }
        // The primes' order does not matter, but 1 is no factor.
        assert!(new([&key.n, &key.e, &key.d, &key.q, &key.p]).is_ok());
        let one = Natural::from_u64(1);
        assert!(new([&key.n, &key.e, &key.d, &key.n, &one]).is_err());
        for bad in [0, 1, 2, 4, 1 << 31 | 1] {
            let bad = Natural::from_u64(bad);
            assert!(new([&key.n, &bad, &key.d, &key.p, &key.q]).is_err());
        }
    }
}
