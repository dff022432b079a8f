//! Trial division: whether a candidate has a small prime factor.

use std::sync::LazyLock;

use crypto_bigint::{Limb, NonZero, Reciprocal};

use super::natural::Natural;

/// Candidates are divided by the odd primes below this. It changes the time, never the result:
/// of 1024-bit candidates that pass, more are prime with a higher limit, at more divisions each.
const LIMIT: u64 = 1 << 12;

/// Some small primes whose product fits a machine word, so that one long division serves them all.
struct Group {
    product: Reciprocal,
    primes: Vec<u64>,
}

/// The odd primes below [`LIMIT`], in ascending order, in groups.
static GROUPS: LazyLock<Vec<Group>> = LazyLock::new(groups);

/// Whether an odd number greater than [`LIMIT`] has no prime factor below it.
pub(super) fn has_no_small_factor(candidate: &Natural) -> bool {
    GROUPS.iter().all(|group| {
        let rest = candidate.as_uint().rem_limb_with_reciprocal(&group.product);
        group
            .primes
            .iter()
            .all(|prime| !rest.0.is_multiple_of(*prime))
    })
}

fn groups() -> Vec<Group> {
    let mut groups = Vec::new();
    let mut primes = Vec::new();
    let mut product = 1_u64;
    for prime in odd_primes() {
        match product.checked_mul(prime) {
            Some(larger) => product = larger,
            None => {
                groups.extend(group(product, std::mem::take(&mut primes)));
                product = prime;
            }
        }
        primes.push(prime);
    }
    groups.extend(group(product, primes));
    groups
}

fn group(product: u64, primes: Vec<u64>) -> Option<Group> {
    let product = Option::<NonZero<Limb>>::from(NonZero::new(Limb(product)))?;
    Some(Group {
        product: Reciprocal::new(product),
        primes,
    })
}

/// The odd primes below [`LIMIT`]: the sieve of Eratosthenes.
fn odd_primes() -> impl Iterator<Item = u64> {
    let mut composite = vec![false; LIMIT as usize];
    let mut number = 3;
    while number * number < composite.len() {
        if !composite[number] {
            for multiple in (number * number..composite.len()).step_by(number) {
                composite[multiple] = true;
            }
        }
        number += 2;
    }
    (3..LIMIT)
        .step_by(2)
        .filter(move |number| !composite[*number as usize])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn primes_are_all_there() {
        let primes: Vec<u64> = GROUPS
            .iter()
            .flat_map(|group| group.primes.clone())
            .collect();
        assert_eq!(&primes[..5], [3, 5, 7, 11, 13]);
        // There are 564 primes below 2^12, one of them even.
        assert_eq!(primes.len(), 563);
        assert_eq!(primes.last(), Some(&4093));
    }

    #[test]
    fn finds_the_first_the_last_and_no_larger_factor() {
        // 2^127 - 1 is prime; so is 4099, the first prime above the limit.
        let prime = Natural::from_be(&(u128::MAX >> 1).to_be_bytes());
        assert!(has_no_small_factor(&prime));
        for factor in [3, 5, 2039, 4091, 4093] {
            assert!(!has_no_small_factor(
                &prime.times(&Natural::from_u64(factor))
            ));
        }
        assert!(has_no_small_factor(&prime.times(&Natural::from_u64(4099))));
    }
}
