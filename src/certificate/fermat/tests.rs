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
    // Out of Montgomery form.
    number(&divide([power, [0; N]], n, inverse))
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

/// The whole power of each of eight numbers, in lanes and by words.
#[cfg(target_arch = "x86_64")]
fn check_lanes<const N: usize, const L: usize>(words: &[u64]) {
    let numbers: [[u64; N]; LANES] = std::array::from_fn(|lane| {
        let mut n: [u64; N] = std::array::from_fn(|i| words[(i * (lane + 1) + lane) % words.len()]);
        n[0] |= 1;
        n[N - 1] |= 1 << 63;
        n
    });
    let ones = numbers.each_ref().map(|n| one(n, 52 * L));
    let Some(powers) = lanes::powers::<N, L>(&numbers, &ones) else {
        return;
    };
    for (n, by_lanes) in numbers.iter().zip(powers) {
        let mut by_words = power(n);
        // From one Montgomery form to the other.
        for _ in 64 * N..52 * L {
            by_words = double(&by_words, n);
        }
        assert_eq!(by_lanes, by_words);
    }
}

#[cfg(target_arch = "x86_64")]
proptest! {
    #![proptest_config(ProptestConfig::with_cases(20))]

    #[test]
    fn lanes_agree_with_words(words in proptest::collection::vec(word(), 61)) {
        check_lanes::<16, 20>(&words);
        check_lanes::<24, 30>(&words);
        check_lanes::<32, 40>(&words);
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
        let numbers: Vec<Vec<u64>> = [0, 2, 4, 6, 1 << 40, 1 << 63, 3, 12, 7, 5]
            .iter()
            .map(|offset| {
                let mut other = prime.clone();
                other[1] ^= offset;
                other
            })
            .collect();
        let right: Vec<bool> = numbers.iter().map(|n| expected(&number(n))).collect();
        assert!(right[0]);
        // Alone, eight together, and such that do not fill the lanes; the prime in each lane.
        for count in [1, 7, 8, 10] {
            for turn in 0..count {
                let turned = |at: usize| (at + turn) % count;
                let some: Vec<&[u64]> = (0..count).map(|at| &*numbers[turned(at)]).collect();
                let right: Vec<bool> = (0..count).map(|at| right[turned(at)]).collect();
                assert_eq!(pass_base_2(&some), Some(right), "{count} {turn}");
            }
        }
    }
}

#[test]
fn other_numbers_are_for_the_general_arithmetic() {
    let fits: &[u64] = &[u64::MAX; 16];
    assert!(pass_base_2(&[fits]).is_some());
    assert_eq!(pass_base_2(&[]), None);
    let mut even = [u64::MAX; 16];
    even[0] = 2;
    let mut short = [u64::MAX; 16];
    short[15] >>= 1;
    for other in [&[u64::MAX; 17][..], &[u64::MAX; 15], &even, &short] {
        assert_eq!(pass_base_2(&[other]), None);
        assert_eq!(pass_base_2(&[fits, other]), None);
    }
}
