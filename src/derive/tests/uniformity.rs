//! Chi-square tests: characters, positions, neighbours and draws below n are uniform.
//!
//! The keys are fixed, so a result is the same at each run; the limits are where a uniform source
//! would be once in some millions.

use std::num::NonZeroU64;

use crate::derive::encode::Fields;
use crate::derive::stream::Stream;
use crate::derive::{Alphabet, Class, Key, Request, value};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// How far the statistic may be from what is expected, in standard deviations.
const SIGMAS: f64 = 5.0;

fn key() -> Key {
    Key::from_bytes([0x5a; 32])
}

fn values(class: Class, length: usize, count: usize) -> Vec<String> {
    let value_at = |place: usize| {
        let request = Request {
            class: class.clone(),
            length,
            place: vec!["Secret".into(), place.to_string()],
            generation: 0,
        };
        value(&key(), &request).to_string()
    };
    (0..count).map(value_at).collect()
}

/// How many standard deviations the counts are from uniform: Pearson's chi-square by the
/// approximation of Wilson and Hilferty.
fn deviation(counts: &[usize]) -> f64 {
    let total: usize = counts.iter().sum();
    let expected = total as f64 / counts.len() as f64;
    assert!(expected >= 5.0, "too few samples for a chi-square test");
    let statistic: f64 = counts
        .iter()
        .map(|count| (*count as f64 - expected).powi(2) / expected)
        .sum();
    let freedom = (counts.len() - 1) as f64;
    let spread = 2.0 / (9.0 * freedom);
    ((statistic / freedom).cbrt() - (1.0 - spread)) / spread.sqrt()
}

/// Neither too uneven nor too even.
#[track_caller]
fn assert_uniform(counts: &[usize], what: &str) {
    let deviation = deviation(counts);
    assert!(deviation.abs() < SIGMAS, "{what}: {deviation:.2} sigmas");
}

fn count(size: usize, indices: impl IntoIterator<Item = usize>) -> Vec<usize> {
    let mut counts = vec![0; size];
    for index in indices {
        counts[index] += 1;
    }
    counts
}

fn index(alphabet: Alphabet, byte: u8) -> usize {
    alphabet.chars().find(char::from(byte)).unwrap()
}

/// The value of a hexadecimal digit.
fn digit(byte: u8) -> usize {
    char::from(byte).to_digit(16).unwrap() as usize
}

/// The first character is left out where a rule restricts it: no leading zero, no leading `-`.
fn first_free(alphabet: Alphabet) -> usize {
    usize::from(matches!(alphabet, Alphabet::Numeric | Alphabet::Ascii))
}

#[test]
fn characters_of_every_alphabet() {
    for alphabet in Alphabet::ALL {
        let values = values(Class::String(alphabet), 64, 2500);
        let bytes = values
            .iter()
            .flat_map(|text| text.bytes().skip(first_free(alphabet)));
        let counts = count(
            alphabet.chars().len(),
            bytes.map(|byte| index(alphabet, byte)),
        );
        assert_uniform(&counts, &format!("{alphabet:?}"));
    }
}

#[test]
fn every_position() {
    for alphabet in [Alphabet::AlphaNumeric, Alphabet::Numeric, Alphabet::Ascii] {
        let values = values(Class::String(alphabet), 24, 5000);
        for position in first_free(alphabet)..24 {
            let bytes = values.iter().map(|text| text.as_bytes()[position]);
            let counts = count(
                alphabet.chars().len(),
                bytes.map(|byte| index(alphabet, byte)),
            );
            assert_uniform(&counts, &format!("{alphabet:?} {position}"));
        }
    }
}

#[test]
fn restricted_first_characters() {
    let numeric = values(Class::String(Alphabet::Numeric), 8, 9000);
    let digits = numeric
        .iter()
        .map(|text| index(Alphabet::Numeric, text.as_bytes()[0]));
    let counts = count(10, digits);
    assert_eq!(counts[0], 0);
    assert_uniform(&counts[1..], "first digit");

    let ascii = values(Class::String(Alphabet::Ascii), 24, 9000);
    let firsts = ascii
        .iter()
        .map(|text| index(Alphabet::Ascii, text.as_bytes()[0]));
    let mut counts = count(75, firsts);
    assert_eq!(counts.remove(index(Alphabet::Ascii, b'-')), 0);
    assert_uniform(&counts, "first ASCII character");
}

/// Neighbours in a value, and the same position in the values of neighbouring places.
#[test]
fn pairs() {
    let alphabet = Alphabet::AlphaNumeric;
    let size = alphabet.chars().len();
    let pair = |a: u8, b: u8| index(alphabet, a) * size + index(alphabet, b);
    let values = values(Class::String(alphabet), 64, 2500);

    let neighbours = values
        .iter()
        .flat_map(|text| text.as_bytes().chunks_exact(2))
        .map(|chunk| pair(chunk[0], chunk[1]));
    assert_uniform(&count(size * size, neighbours), "neighbours");

    let places = values.chunks_exact(2).flat_map(|two| {
        let pairs = two[0].bytes().zip(two[1].bytes());
        pairs.map(|(a, b)| pair(a, b))
    });
    assert_uniform(&count(size * size, places), "places");
}

#[test]
fn draws_below_n() {
    for n in [2, 3, 7, 62, 100, 129, 200, 255, 256, 257, 300, 1000] {
        let mut stream = Stream::new(&key(), &Fields::labelled("uniformity"));
        let below = NonZeroU64::new(n).unwrap();
        let draws = (0..60_000).map(|_| stream.below(below) as usize);
        assert_uniform(&count(n as usize, draws), &format!("below {n}"));
    }
    // Beyond what can be counted one by one: the high end is as likely as the low end.
    for n in [3 << 30, 3 << 62, u64::MAX] {
        let mut stream = Stream::new(&key(), &Fields::labelled("uniformity"));
        let below = NonZeroU64::new(n).unwrap();
        let bin = |draw: u64| (u128::from(draw) * 48 / u128::from(n)) as usize;
        let draws = (0..20_000).map(|_| bin(stream.below(below)));
        assert_uniform(&count(48, draws), &format!("below {n}"));
    }
}

#[test]
fn integers() {
    let values = values(Class::Int { min: -20, max: 80 }, 0, 20_000);
    let numbers = values
        .iter()
        .map(|text| (text.parse::<i64>().unwrap() + 20) as usize);
    assert_uniform(&count(100, numbers), "integers");
}

#[test]
fn uuids() {
    let values = values(Class::Uuid, 0, 4000);
    for position in 0..36 {
        let nibbles = values.iter().map(|text| text.as_bytes()[position]);
        match position {
            8 | 13 | 18 | 23 | 14 => {
                let fixed = if position == 14 { b'4' } else { b'-' };
                assert!(nibbles.into_iter().all(|byte| byte == fixed));
            }
            19 => {
                let variants = nibbles.map(|byte| digit(byte) - 8);
                assert_uniform(&count(4, variants), "variant");
            }
            _ => {
                let digits = nibbles.map(digit);
                assert_uniform(&count(16, digits), &format!("uuid {position}"));
            }
        }
    }
}

#[test]
fn random_bytes() {
    let values = values(Class::Bytes, 32, 2500);
    let bytes = values
        .iter()
        .flat_map(|text| STANDARD.decode(text).unwrap());
    assert_uniform(&count(256, bytes.map(usize::from)), "bytes");
}

/// The test would find a modulo bias, a missing character, and a source that is too even.
#[test]
fn a_bias_is_found() {
    let mut stream = Stream::new(&key(), &Fields::labelled("biased"));
    let modulo = (0..60_000).map(|_| usize::from(stream.byte()) % 62);
    assert!(deviation(&count(62, modulo)) > 2.0 * SIGMAS);

    let below = NonZeroU64::new(61).unwrap();
    let missing = (0..60_000).map(|_| stream.below(below) as usize);
    assert!(deviation(&count(62, missing)) > 2.0 * SIGMAS);

    let even = (0..62_000).map(|draw| draw % 62);
    assert!(deviation(&count(62, even)) < -2.0 * SIGMAS);
}
