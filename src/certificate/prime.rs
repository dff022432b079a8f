//! Whether a number is prime: trial division, then the Miller-Rabin test (FIPS 186-5, B.3.1).

use crypto_bigint::modular::BoxedMontyForm;

use super::fermat;
use super::hmac_drbg::HmacDrbg;
use super::natural::{Modulus, Natural};
use super::sieve::has_no_small_factor;

/// Rounds with random bases, after the one with base 2: det-keygen asks for 5 at most, for
/// candidates that an attacker did not choose.
const ROUNDS: usize = 5;

/// Whether a random number of at least 512 bits, of the form 8n + 7, is prime.
///
/// Nothing but its value decides, so every run and every version gives the same answer. A
/// composite that was not chosen to fool the test passes with a probability below 2^-112.
pub(super) fn is_prime(candidate: &Natural) -> bool {
    if !has_no_small_factor(candidate) {
        return false;
    }
    let Some(test) = MillerRabin::new(candidate) else {
        return false;
    };
    // Base 2 first, because doubling is cheaper than multiplying and nearly all composites fail.
    test.passes_base_2() && test.passes_random_bases(candidate)
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
        if let Some(passes) = fermat::passes_base_2(self.modulus.words()) {
            return passes;
        }
        let exponent = self.exponent.as_uint();
        let mut power = BoxedMontyForm::one(self.modulus.montgomery()).double();
        for bit in (0..self.exponent.bits().saturating_sub(1)).rev() {
            power = power.square();
            if exponent.bit_vartime(bit) {
                power = power.double();
            }
        }
        self.is_one_or_minus_one(&power)
    }

    /// Rounds whose bases are drawn from a generator that the candidate seeds.
    fn passes_random_bases(&self, candidate: &Natural) -> bool {
        let bytes = candidate.to_be();
        let mut drbg = HmacDrbg::new(&bytes, b"Miller-Rabin bases");
        let mut base = vec![0; bytes.len()];
        (0..ROUNDS).all(|_| {
            drbg.fill(&mut base);
            let base = self.modulus.form(&Natural::from_be(&base));
            let power = base.pow_bounded_exp(self.exponent.as_uint(), self.exponent.bits());
            self.is_one_or_minus_one(&power)
        })
    }

    fn is_one_or_minus_one(&self, power: &BoxedMontyForm) -> bool {
        let one = BoxedMontyForm::one(self.modulus.montgomery());
        *power == one || *power == one.neg()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
