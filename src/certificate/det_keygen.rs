//! Deterministic key generation from a seed: C2SP det-keygen, <https://c2sp.org/det-keygen>.
//!
//! A key is the first one in a sequence of candidates that the specification defines, so that every
//! correct implementation finds the same one: no version of a crate can rotate a key.

use std::iter;

use zeroize::Zeroizing;

use super::hmac_drbg::HmacDrbg;
use super::natural::Natural;
use super::prime::Primes;
use super::rsa::RsaPrivateKey;

/// The public exponent of every derived RSA key.
const PUBLIC_EXPONENT: u64 = 65537;

/// The order of P-256, big-endian (SP 800-186, 3.2.1.3).
const P256_ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// The RSA key of a seed of at least 16 bytes, with a modulus of `bits` bits.
///
/// None if `bits` is not a multiple of 16 from 2048 to 65520, or the seed is too short.
pub(super) fn rsa(bits: u16, seed: &[u8]) -> Option<RsaPrivateKey> {
    if bits < 2048 || !bits.is_multiple_of(16) || seed.len() < 16 {
        return None;
    }
    let mut personalization = b"det RSA key gen".to_vec();
    personalization.extend(bits.to_be_bytes());
    let drbg = HmacDrbg::new(seed, &personalization);
    let mut primes = Primes::among(candidates(drbg, bits));
    loop {
        let (p, q) = (primes.next()?, primes.next()?);
        // Both primes are rejected where one does not do; it happens once in 2^15 keys.
        if let Some(d) = private_exponent(&p, &q) {
            return RsaPrivateKey::new(
                &p.times(&q),
                &Natural::from_u64(PUBLIC_EXPONENT),
                &d,
                &p,
                &q,
            )
            .ok();
        }
    }
}

/// Steps 8 to 12: what may be a prime, half as long as a modulus of `bits` bits.
///
/// They end after 20 × `bits`, as FIPS 186-5 allows 10 × `bits` for each of two primes: no key in
/// 2⁸³ needs more.
fn candidates(mut drbg: HmacDrbg, bits: u16) -> impl Iterator<Item = Natural> {
    let mut bytes = Zeroizing::new(vec![0; usize::from(bits / 16)]);
    let candidate = move || {
        drbg.fill(&mut bytes);
        if let Some(first) = bytes.first_mut() {
            *first |= 0b1100_0000;
        }
        if let Some(last) = bytes.last_mut() {
            *last |= 0b0000_0111;
        }
        Natural::from_be(&bytes)
    };
    iter::repeat_with(candidate).take(20 * usize::from(bits))
}

/// Steps 19 to 23: e⁻¹ modulo λ = (p - 1)(q - 1) / gcd(p - 1, q - 1); none if there is no inverse
/// or the divisor is 2³² or more.
fn private_exponent(p: &Natural, q: &Natural) -> Option<Natural> {
    let (p1, q1) = (p.minus_one(), q.minus_one());
    let ratio = p1.gcd(&q1).to_u64().filter(|ratio| *ratio < 1 << 32)?;
    let (lambda, _) = p1.times(&q1).divide_small(ratio)?;
    // e is a prime, so d = (kλ + 1) / e with k = -λ⁻¹ modulo e, and λ⁻¹ is a small power.
    let (_, rest) = lambda.divide_small(PUBLIC_EXPONENT)?;
    if rest == 0 {
        return None;
    }
    let k = PUBLIC_EXPONENT - small_power(rest, PUBLIC_EXPONENT - 2, PUBLIC_EXPONENT);
    let product = lambda.times(&Natural::from_u64(k));
    let (d, rest) = product
        .plus(&Natural::from_u64(1))
        .divide_small(PUBLIC_EXPONENT)?;
    (rest == 0).then_some(d)
}

/// `base ^ exponent` modulo a number below 2³².
fn small_power(base: u64, mut exponent: u64, modulus: u64) -> u64 {
    let (mut power, mut square) = (1, base % modulus);
    while exponent > 0 {
        if exponent & 1 == 1 {
            power = power * square % modulus;
        }
        square = square * square % modulus;
        exponent >>= 1;
    }
    power
}

/// The P-256 private scalar of a seed of at least 16 bytes, big-endian.
///
/// None if the seed is too short or (once in 2⁶⁴ seeds) gives no key.
pub(super) fn p256(seed: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
    if seed.len() < 16 {
        return None;
    }
    scalar(seed, b"det ECDSA key gen P-256", &P256_ORDER)
}

/// A scalar from 1 to `order` - 1, by rejection: the first or the second candidate.
pub(super) fn scalar(
    seed: &[u8],
    personalization: &[u8],
    order: &[u8; 32],
) -> Option<Zeroizing<[u8; 32]>> {
    let mut drbg = HmacDrbg::new(seed, personalization);
    let mut candidate = Zeroizing::new([0; 32]);
    for _ in 0..2 {
        drbg.fill(&mut *candidate);
        if *candidate < *order {
            return (*candidate != [0; 32]).then_some(candidate);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use base64::prelude::*;
    use serde::Deserialize;

    use super::*;
    use crate::certificate::private_key::PrivateKey;

    #[derive(Deserialize)]
    struct Vector {
        bits: Option<u16>,
        seed: String,
        private_key_pkcs8: String,
    }

    fn vectors(json: &str) -> Vec<Vector> {
        serde_json::from_str(json).unwrap()
    }

    impl Vector {
        fn seed(&self) -> Vec<u8> {
            BASE64_STANDARD.decode(&self.seed).unwrap()
        }

        fn key(&self) -> PrivateKey {
            let pem = format!(
                "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
                self.private_key_pkcs8
            );
            PrivateKey::from_pem(&pem).unwrap()
        }

        /// Compares all numbers of the key: the traditional encoding holds each of them.
        fn check_rsa(&self) {
            let derived = PrivateKey::Rsa(rsa(self.bits.unwrap(), &self.seed()).unwrap());
            assert_eq!(*derived.to_pem().unwrap(), *self.key().to_pem().unwrap());
        }
    }

    #[test]
    fn rsa_vectors() {
        let vectors = vectors(include_str!("../../tests/vectors/det-keygen/rsa.json"));
        assert_eq!(vectors.len(), 21);
        for vector in &vectors {
            vector.check_rsa();
        }
    }

    #[test]
    fn p256_vectors() {
        let vectors = vectors(include_str!(
            "../../tests/vectors/det-keygen/ecdsa-p256.json"
        ));
        assert_eq!(vectors.len(), 6);
        for vector in vectors {
            let derived = PrivateKey::from_p256_scalar(&p256(&vector.seed()).unwrap()).unwrap();
            assert_eq!(
                *derived.to_pem().unwrap(),
                *vector.key().to_pem().unwrap(),
                "{}",
                vector.seed
            );
        }
    }

    /// The seed for which the specification says that the first candidate overflows.
    #[test]
    fn p256_takes_the_second_candidate() {
        let seed = 0xb432_f9be_3089_0480_2982_1851_0559_aed7_u128.to_be_bytes();
        let mut drbg = HmacDrbg::new(&seed, b"det ECDSA key gen P-256");
        let mut candidate = [0; 32];
        drbg.fill(&mut candidate);
        assert!(candidate >= P256_ORDER);
        drbg.fill(&mut candidate);
        assert_eq!(*p256(&seed).unwrap(), candidate);
    }

    #[test]
    fn refuses_short_seeds_and_odd_sizes() {
        assert!(rsa(2048, &[1; 15]).is_none());
        assert!(rsa(2032, &[1; 16]).is_none());
        assert!(rsa(2056, &[1; 16]).is_none());
        assert!(p256(&[1; 15]).is_none());
    }

    #[test]
    fn two_candidates_at_most() {
        assert!(scalar(&[1; 16], b"", &[0; 32]).is_none());
        assert!(scalar(&[1; 16], b"", &[0xff; 32]).is_some());
    }
}
