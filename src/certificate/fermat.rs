//! The base-2 test of a candidate with 1024, 1536 or 2048 bits: most of the time that an RSA key
//! takes goes here.
//!
//! It computes the same as the general arithmetic in [`prime`](super::prime), a third faster,
//! because the size is known and squaring needs little more than half of the multiplications.

/// Whether 2^((n - 1) / 2) is 1 or -1 modulo `n`, given in 64-bit words, the least first.
///
/// None where this module has no code: for other sizes, even numbers, and numbers whose highest bit
/// is not set.
pub(super) fn passes_base_2(n: &[u64]) -> Option<bool> {
    match n.len() {
        16 => passes::<16>(n.try_into().ok()?),
        24 => passes::<24>(n.try_into().ok()?),
        32 => passes::<32>(n.try_into().ok()?),
        _ => None,
    }
}

fn passes<const N: usize>(n: &[u64; N]) -> Option<bool> {
    if n[0] & 1 == 0 || n[N - 1] >> 63 == 0 {
        return None;
    }
    let inverse = negative_inverse(n[0]);
    // Montgomery form of 1: 2^(64 N) - n, as n has its highest bit set.
    let one = subtract(&[0; N], n).0;
    let mut power = double(&one, n);
    // The exponent's bits are n's without the lowest; the highest is in `power` already.
    for bit in (1..N * 64 - 1).rev() {
        power = square(&power, n, inverse);
        if n[bit / 64] >> (bit % 64) & 1 == 1 {
            power = double(&power, n);
        }
    }
    Some(power == one || power == subtract(n, &one).0)
}

/// -n⁻¹ modulo 2^64, by Newton's iteration, which doubles the number of right bits each time.
fn negative_inverse(n: u64) -> u64 {
    let mut inverse = n;
    for _ in 0..5 {
        inverse = inverse.wrapping_mul(2_u64.wrapping_sub(n.wrapping_mul(inverse)));
    }
    inverse.wrapping_neg()
}

/// `a² / 2^(64 N)` modulo n: Montgomery's method, with the square first and the reduction after.
fn square<const N: usize>(a: &[u64; N], n: &[u64; N], inverse: u64) -> [u64; N] {
    let mut words = [[0; N]; 2];
    let t = words.as_flattened_mut();
    for i in 0..N {
        let mut carry = 0;
        for j in i + 1..N {
            (t[i + j], carry) = multiply_add(t[i + j], a[i], a[j], carry);
        }
        t[i + N] = carry;
    }
    double_and_add_squares(t, a);
    let mut top = 0;
    for i in 0..N {
        let factor = t[i].wrapping_mul(inverse);
        let mut carry = 0;
        for j in 0..N {
            (t[i + j], carry) = multiply_add(t[i + j], factor, n[j], carry);
        }
        (t[i + N], top) = add(t[i + N], carry, top);
    }
    reduce(words[1], top, n)
}

/// From the products of different words to the square: each counts twice, and the words' own squares
/// are missing.
fn double_and_add_squares<const N: usize>(t: &mut [u64], a: &[u64; N]) {
    let (mut carry, mut shifted) = (0, 0);
    for i in 0..N {
        let (low, high) = (t[2 * i], t[2 * i + 1]);
        let own = u128::from(a[i]) * u128::from(a[i]);
        (t[2 * i], carry) = add(low << 1 | shifted, own as u64, carry);
        (t[2 * i + 1], carry) = add(high << 1 | low >> 63, (own >> 64) as u64, carry);
        shifted = high >> 63;
    }
}

/// `2 a` modulo n.
fn double<const N: usize>(a: &[u64; N], n: &[u64; N]) -> [u64; N] {
    let mut doubled = [0; N];
    let mut top = 0;
    for (to, from) in doubled.iter_mut().zip(a) {
        *to = from << 1 | top;
        top = from >> 63;
    }
    reduce(doubled, top, n)
}

/// `top * 2^(64 N) + a` modulo n, for less than 2 n.
fn reduce<const N: usize>(a: [u64; N], top: u64, n: &[u64; N]) -> [u64; N] {
    let (difference, borrow) = subtract(&a, n);
    if top != 0 || !borrow { difference } else { a }
}

/// `a - b` modulo 2^(64 N), and whether it is negative.
fn subtract<const N: usize>(a: &[u64; N], b: &[u64; N]) -> ([u64; N], bool) {
    let mut difference = [0; N];
    let mut borrow = false;
    for i in 0..N {
        let (word, first) = a[i].overflowing_sub(b[i]);
        let (word, second) = word.overflowing_sub(u64::from(borrow));
        difference[i] = word;
        borrow = first | second;
    }
    (difference, borrow)
}

/// `sum + a * b + carry`, as low and high word.
#[inline(always)]
fn multiply_add(sum: u64, a: u64, b: u64, carry: u64) -> (u64, u64) {
    let wide = u128::from(sum) + u128::from(a) * u128::from(b) + u128::from(carry);
    (wide as u64, (wide >> 64) as u64)
}

/// `a + b + carry`, as low and high word.
#[inline(always)]
fn add(a: u64, b: u64, carry: u64) -> (u64, u64) {
    let wide = u128::from(a) + u128::from(b) + u128::from(carry);
    (wide as u64, (wide >> 64) as u64)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use proptest::prelude::*;

    use super::super::natural::{Modulus, Natural};
    use super::*;

    /// The 1024-, 1536- and 2048-bit primes of RFC 2409 and RFC 3526.
    const MODP_PRIMES: [&str; 3] = [
        concat!(
            "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A0879",
            "8E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B",
            "0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF",
        ),
        concat!(
            "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A0879",
            "8E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B",
            "0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA4836",
            "1C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804",
            "F1746C08CA237327FFFFFFFFFFFFFFFF",
        ),
        concat!(
            "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A0879",
            "8E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B",
            "0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA4836",
            "1C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804",
            "F1746C08CA18217C32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6",
            "955817183995497CEA956AE515D2261898FA051015728E5A8AACAA68FFFFFFFFFFFFFFFF",
        ),
    ];

    /// The same by the general arithmetic.
    fn expected(n: &Natural) -> bool {
        let (exponent, _) = n.minus_one().divide_small(2).unwrap();
        let two = Natural::from_u64(2);
        let power = Modulus::new(n).unwrap().power(&two, &exponent);
        power == Natural::from_u64(1) || power == n.minus_one()
    }

    fn number(words: &[u64]) -> Natural {
        let bytes: Vec<u8> = words.iter().rev().flat_map(|w| w.to_be_bytes()).collect();
        Natural::from_be(&bytes)
    }

    /// 2^k modulo n by this module's arithmetic and by the general one: the full result counts, not
    /// only whether the number passes.
    fn power_of_two<const N: usize>(n: &[u64; N], squarings: usize) -> Natural {
        let inverse = negative_inverse(n[0]);
        let mut power = double(&subtract(&[0; N], n).0, n);
        for _ in 0..squarings {
            power = square(&power, n, inverse);
        }
        // Out of Montgomery form: divide by 2^(64 N).
        let mut t = [[0; N]; 2];
        t[0] = power;
        let t = t.as_flattened_mut();
        let mut top = 0;
        for i in 0..N {
            let factor = t[i].wrapping_mul(inverse);
            let mut carry = 0;
            for j in 0..N {
                (t[i + j], carry) = multiply_add(t[i + j], factor, n[j], carry);
            }
            (t[i + N], top) = add(t[i + N], carry, top);
        }
        number(&reduce(t[N..].try_into().unwrap(), top, n))
    }

    fn check_power<const N: usize>(words: &[u64], squarings: usize) {
        let mut n: [u64; N] = words[..N].try_into().unwrap();
        n[0] |= 1;
        n[N - 1] |= 1 << 63;
        let exponent = Natural::from_be(&[&[1][..], &vec![0; squarings / 8]].concat());
        let expected = Modulus::new(&number(&n))
            .unwrap()
            .power(&Natural::from_u64(2), &exponent);
        assert!(power_of_two(&n, squarings) == expected);
    }

    /// Words in which carries are likely: all bits set, none, or random.
    fn word() -> impl Strategy<Value = u64> {
        prop_oneof![
            Just(u64::MAX),
            Just(0),
            Just(1 << 63),
            any::<u64>(),
            any::<u64>()
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn agrees_with_the_general_arithmetic(
            words in proptest::collection::vec(word(), 32),
        ) {
            check_power::<16>(&words, 16);
            check_power::<24>(&words, 16);
            check_power::<32>(&words, 16);
        }
    }

    /// Known primes and their neighbours.
    #[test]
    fn primes_pass_and_composites_fail() {
        for hex in MODP_PRIMES {
            let prime: Vec<u64> = (0..hex.len())
                .step_by(16)
                .rev()
                .map(|start| u64::from_str_radix(&hex[start..start + 16], 16).unwrap())
                .collect();
            assert_eq!(passes_base_2(&prime), Some(true));
            assert!(expected(&number(&prime)));
            for offset in [2, 4, 6, 1 << 40] {
                let mut other = prime.clone();
                other[1] ^= offset;
                assert_eq!(passes_base_2(&other), Some(expected(&number(&other))));
            }
        }
    }

    #[test]
    fn other_numbers_are_for_the_general_arithmetic() {
        assert_eq!(passes_base_2(&[u64::MAX; 17]), None);
        assert_eq!(passes_base_2(&[u64::MAX; 15]), None);
        let mut even = [u64::MAX; 16];
        even[0] = 2;
        assert_eq!(passes_base_2(&even), None);
        let mut short = [u64::MAX; 16];
        short[15] >>= 1;
        assert_eq!(passes_base_2(&short), None);
    }
}
