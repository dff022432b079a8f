//! The primes among random numbers: trial division, then the Miller-Rabin test (FIPS 186-5, B.3.1).

use std::collections::VecDeque;

use crypto_bigint::modular::BoxedMontyForm;

use super::fermat;
use super::hmac_drbg::HmacDrbg;
use super::natural::{Modulus, Natural};
use super::sieve::has_no_small_factor;

/// Rounds with random bases, after the one with base 2: det-keygen asks for 5 at most, for
/// candidates that an attacker did not choose.
const ROUNDS: usize = 5;

/// The primes among candidates, in their order: random numbers of at least 512 bits, of the form
/// 8n + 7.
///
/// Nothing but its value decides on a candidate, so every run and every version gives the same
/// answer. A composite that was not chosen to fool the test passes with a probability below 2^-112.
pub(super) struct Primes<I> {
    candidates: I,
    /// What was drawn and has passed all tests but the one with random bases.
    likely: VecDeque<Natural>,
}

impl<I: Iterator<Item = Natural>> Primes<I> {
    pub(super) fn among(candidates: I) -> Primes<I> {
        Primes {
            candidates,
            likely: VecDeque::new(),
        }
    }
}

impl<I: Iterator<Item = Natural>> Iterator for Primes<I> {
    type Item = Natural;

    /// The next prime. Some candidates behind it have been looked at then: several are tested at once.
    fn next(&mut self) -> Option<Natural> {
        loop {
            while let Some(candidate) = self.likely.pop_front() {
                if passes_random_bases(&candidate) {
                    return Some(candidate);
                }
            }
            let some: Vec<Natural> = self
                .candidates
                .by_ref()
                .filter(has_no_small_factor)
                .take(fermat::LANES)
                .collect();
            if some.is_empty() {
                return None;
            }
            let passed = pass_base_2(&some);
            let passed = some.into_iter().zip(passed).filter(|(_, passed)| *passed);
            self.likely.extend(passed.map(|(candidate, _)| candidate));
        }
    }
}

/// Which candidates pass the test with base 2. It is the first, because doubling is cheaper than
/// multiplying and nearly all composites fail.
fn pass_base_2(candidates: &[Natural]) -> Vec<bool> {
    let words: Vec<&[u64]> = candidates.iter().map(Natural::words).collect();
    fermat::pass_base_2(&words).unwrap_or_else(|| {
        let passes =
            |candidate| MillerRabin::new(candidate).is_some_and(|test| test.passes_base_2());
        candidates.iter().map(passes).collect()
    })
}

/// Whether a candidate passes rounds whose bases are drawn from a generator that it seeds.
fn passes_random_bases(candidate: &Natural) -> bool {
    let Some(test) = MillerRabin::new(candidate) else {
        return false;
    };
    let bytes = candidate.to_be();
    let mut drbg = HmacDrbg::new(&bytes, b"Miller-Rabin bases");
    let mut base = vec![0; bytes.len()];
    (0..ROUNDS).all(|_| {
        drbg.fill(&mut base);
        test.passes(&Natural::from_be(&base))
    })
}

/// The Miller-Rabin test of one candidate.
struct MillerRabin {
    modulus: Modulus,
    /// (candidate - 1) / 2, which is odd: so there is only one power to look at.
    exponent: Natural,
}

impl MillerRabin {
    fn new(candidate: &Natural) -> Option<MillerRabin> {
        let (exponent, _) = candidate.minus_one().divide_small(2)?;
        if !exponent.is_odd() {
            return None;
        }
        Some(MillerRabin {
            modulus: Modulus::new(candidate)?,
            exponent,
        })
    }

    fn passes_base_2(&self) -> bool {
        self.passes(&Natural::from_u64(2))
    }

    fn passes(&self, base: &Natural) -> bool {
        let base = self.modulus.form(base);
        let power = base.pow_bounded_exp(self.exponent.as_uint(), self.exponent.bits());
        let one = BoxedMontyForm::one(self.modulus.montgomery());
        power == one || power == one.neg()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_prime(candidate: &Natural) -> bool {
        Primes::among(std::iter::once(candidate.clone()))
            .next()
            .is_some()
    }

    fn number(hex: &str) -> Natural {
        let digits: Vec<u8> = hex
            .bytes()
            .filter_map(|c| char::from(c).to_digit(16))
            .map(|digit| digit as u8)
            .collect();
        let bytes: Vec<u8> = digits
            .chunks(2)
            .map(|pair| pair[0] << 4 | pair[1])
            .collect();
        Natural::from_be(&bytes)
    }

    /// 2^521 - 1 and the prime of RFC 3526's 1536-bit group are prime and 7 modulo 8.
    #[test]
    fn primes_pass() {
        let mersenne = number(&format!("01ff{}", "ff".repeat(64)));
        assert!(is_prime(&mersenne));
        let modp = number(concat!(
            "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22",
            "514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6",
            "F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3D",
            "C2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB",
            "9ED529077096966D670C354E4ABC9804F1746C08CA237327FFFFFFFFFFFFFFFF",
        ));
        assert!(is_prime(&modp));
    }

    /// Products of two large primes have no small factor, so Miller-Rabin has to find them.
    #[test]
    fn composites_fail() {
        let mersenne = number(&format!("01ff{}", "ff".repeat(64)));
        let other = number(&format!("7f{}", "ff".repeat(15)));
        // 7 * 1 modulo 8 needs a factor that is 1 modulo 8: the square of a prime.
        let square = other.times(&other);
        let composite = mersenne.times(&square);
        assert!(has_no_small_factor(&composite));
        assert!(!is_prime(&composite));
        // An even number and one that is 1 modulo 4 are refused, not tested.
        assert!(!is_prime(&mersenne.minus_one()));
        assert!(!is_prime(&square));
    }

    /// 2^1024 + 643 is prime and 3 modulo 4; its neighbours are not.
    #[test]
    fn neighbours_of_a_prime_fail() {
        let base = number(&format!("01{}", "00".repeat(128)));
        for offset in [639_u64, 643, 647] {
            let candidate = base.plus(&Natural::from_u64(offset));
            assert_eq!(is_prime(&candidate), offset == 643, "{offset}");
        }
    }
}
