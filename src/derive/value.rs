//! From a key and a request to a value: candidates in order, until one is fine.

use std::num::NonZeroU64;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::VERSION;
use super::alphabet::Alphabet;
use super::class::{Class, span};
use super::encode::Fields;
use super::key::Key;
use super::stream::Stream;
use super::yaml_type::looks_typed;

/// How many candidates are tried. Of single letters and digits 14 of 62 are refused, so that all are never.
const CANDIDATES: u64 = 1000;

/// The characters that mean something at the beginning of a plain YAML scalar (YAML 1.2.2, 5.3).
const INDICATORS: &str = "-?:,[]{}#&*!|>'\"%@`";

/// What value is asked for, and for which place. Two requests that differ in anything have
/// unrelated values.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Request {
    /// The kind of value.
    pub(crate) class: Class,
    /// Its length: characters for [`Class::String`], random bytes for [`Class::Bytes`]; the other
    /// classes have none, and do not read it.
    pub(crate) length: usize,
    /// The identity of the place, part by part. Parts are compared as bytes.
    pub(crate) place: Vec<String>,
    /// How often the value was rotated on purpose; 0 at first.
    pub(crate) generation: u32,
}

/// The value of a request under a key: the same for ever, and a secret.
///
/// It is the first candidate that no YAML reader takes for something else than a string (or, where
/// the alphabet is decimal digits, for a number with a leading zero), and that does not begin with a
/// YAML indicator. Quotes around its place play no part, so that a chart that adds them rotates nothing.
#[must_use]
pub(crate) fn value(key: &Key, request: &Request) -> Zeroizing<String> {
    (0..CANDIDATES)
        .map(|number| candidate(key, request, number))
        .find(|text| is_fine(request, text))
        .unwrap_or_else(|| candidate(key, request, 0))
}

/// The value of a request that is a piece of another text, or that only steers a chart: the first
/// candidate, whatever it looks like.
///
/// What looks like a number by itself does not in a longer text, and without the rules of [`value`] a
/// piece is uniform: 64 pieces of one character carry 64 times that character's entropy. Most pieces,
/// and nearly all long ones, are what [`value`] yields, so that a value which becomes a part of
/// something, or ceases to be one, stays.
#[must_use]
pub(crate) fn piece(key: &Key, request: &Request) -> Zeroizing<String> {
    candidate(key, request, 0)
}

/// Candidate `number`, from a stream of its own.
fn candidate(key: &Key, request: &Request, number: u64) -> Zeroizing<String> {
    let info = Fields::labelled("value").number(VERSION);
    let info = request
        .class
        .encode(info, request.length)
        .list(&request.place)
        .number(u64::from(request.generation))
        .number(number);
    let mut stream = Stream::new(key, &info);
    match &request.class {
        Class::String(alphabet) => {
            let mut text = Zeroizing::new(String::with_capacity(request.length));
            for _ in 0..request.length {
                text.push(draw(&mut stream, *alphabet));
            }
            text
        }
        Class::Bytes => {
            let mut bytes = Zeroizing::new(vec![0; request.length]);
            stream.fill(&mut bytes);
            Zeroizing::new(STANDARD.encode(&*bytes))
        }
        Class::Uuid => uuid(&mut stream),
        Class::Int { min, max } => {
            let below = NonZeroU64::new(span(*min, *max)).unwrap_or(NonZeroU64::MIN);
            // Below max, so the sum wraps nowhere.
            let number = min.wrapping_add_unsigned(stream.below(below));
            Zeroizing::new(number.to_string())
        }
    }
}

/// One character of the alphabet, each equally likely.
fn draw(stream: &mut Stream, alphabet: Alphabet) -> char {
    let chars = alphabet.chars().as_bytes();
    let count = NonZeroU64::new(chars.len() as u64).unwrap_or(NonZeroU64::MIN);
    char::from(chars[stream.below(count) as usize])
}

/// 16 bytes with the version 4 and the variant of RFC 9562 set, as 8-4-4-4-12 hexadecimal digits.
fn uuid(stream: &mut Stream) -> Zeroizing<String> {
    let mut bytes = Zeroizing::new([0; 16]);
    stream.fill(&mut *bytes);
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut text = Zeroizing::new(String::with_capacity(36));
    for (index, byte) in bytes.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        for nibble in [byte >> 4, byte & 0x0f] {
            text.push(char::from_digit(u32::from(nibble), 16).unwrap_or_default());
        }
    }
    text
}

/// Whether a candidate may be the value; see [`value`].
fn is_fine(request: &Request, text: &str) -> bool {
    match &request.class {
        Class::String(Alphabet::Numeric) => is_plain_decimal(text),
        Class::String(_) | Class::Bytes | Class::Uuid => is_plain_string(text),
        Class::Int { .. } => true,
    }
}

/// No leading zero, which would make it octal for one reader and decimal for the next.
fn is_plain_decimal(text: &str) -> bool {
    text.len() < 2 || !text.starts_with('0')
}

/// Nothing but a string, quoted or not. The empty text has no other candidate.
fn is_plain_string(text: &str) -> bool {
    text.is_empty() || !(looks_typed(text) || begins_with_indicator(text))
}

fn begins_with_indicator(text: &str) -> bool {
    text.starts_with(|char| INDICATORS.contains(char))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;
    use crate::manifest;
    use std::collections::BTreeSet;

    fn key() -> Key {
        Key::from_bytes([5; 32])
    }

    fn request(class: Class, length: usize, place: &str) -> Request {
        Request {
            class,
            length,
            place: vec![place.into()],
            generation: 0,
        }
    }

    fn values(class: &Class, length: usize, count: usize) -> Vec<String> {
        (0..count)
            .map(|place| {
                let request = request(class.clone(), length, &place.to_string());
                value(&key(), &request).to_string()
            })
            .collect()
    }

    #[test]
    fn each_part_of_a_request_counts() {
        let base = Request {
            class: Class::String(Alphabet::AlphaNumeric),
            length: 32,
            place: vec!["ab".into(), "c".into()],
            generation: 0,
        };
        let variants = [
            base.clone(),
            Request {
                class: Class::String(Alphabet::Alpha),
                ..base.clone()
            },
            Request {
                length: 33,
                ..base.clone()
            },
            Request {
                place: vec!["a".into(), "bc".into()],
                ..base.clone()
            },
            Request {
                place: vec!["ab".into(), "c".into(), String::new()],
                ..base.clone()
            },
            Request {
                generation: 1,
                ..base.clone()
            },
        ];
        let prefixes: BTreeSet<String> = variants
            .iter()
            .map(|request| value(&key(), request)[..16].to_string())
            .collect();
        assert_eq!(prefixes.len(), variants.len());
        assert_eq!(value(&key(), &base), value(&key(), &base));
        let other = Key::from_bytes([6; 32]);
        assert_ne!(value(&key(), &base), value(&other, &base));
    }

    #[test]
    fn strings_have_their_alphabet_and_length() {
        for alphabet in Alphabet::ALL {
            for length in [0, 1, 2, 5, 8, 33, 200] {
                for text in values(&Class::String(alphabet), length, 50) {
                    assert_eq!(text.len(), length);
                    assert!(text.chars().all(|char| alphabet.chars().contains(char)));
                }
            }
        }
    }

    /// At one to three characters a great part of the candidates is refused.
    #[test]
    fn nothing_but_strings_and_plain_decimals() {
        for alphabet in Alphabet::ALL {
            for length in 1..=8 {
                for text in values(&Class::String(alphabet), length, 1000) {
                    if alphabet == Alphabet::Numeric {
                        assert!(length == 1 || !text.starts_with('0'), "{text}");
                    } else {
                        assert!(!looks_typed(&text), "{text}");
                        assert!(!text.starts_with('-'), "{text}");
                    }
                }
            }
        }
    }

    /// Every text that is allowed occurs: the rules refuse nothing else.
    #[test]
    fn all_other_short_strings_occur() {
        for alphabet in Alphabet::ALL {
            let seen: BTreeSet<String> = values(&Class::String(alphabet), 1, 3000)
                .into_iter()
                .collect();
            let allowed = alphabet.chars().chars().filter(|char| {
                alphabet == Alphabet::Numeric
                    || !(char.is_ascii_digit()
                        || matches!(char, 'y' | 'Y' | 'n' | 'N' | '-' | '=' | '~'))
            });
            assert_eq!(seen.len(), allowed.count(), "{alphabet:?}");
        }
        let two: BTreeSet<String> = values(&Class::String(Alphabet::Numeric), 2, 3000)
            .into_iter()
            .collect();
        assert_eq!(two.len(), 90);
    }

    /// Also pieces, which may stand anywhere: whatever a chart cuts off, a document with them stays what it is.
    #[test]
    fn ascii_stands_in_yaml_however_it_is_quoted() {
        for place in 0..2000 {
            let place = place.to_string();
            let request = request(Class::String(Alphabet::Ascii), 6, &place);
            let text = piece(&key(), &request).to_string();
            for (before, behind) in [("a: ", ""), ("a: '", "'"), ("a: \"", "\""), ("{a: ", "}")] {
                let yaml = format!("{before}{text}{behind}\n");
                let documents = manifest::parse(&yaml).unwrap();
                assert_eq!(documents[0].leaves[1].value, text);
            }
        }
    }

    #[test]
    fn bytes_are_base64_of_their_length() {
        for length in [0, 1, 2, 3, 16, 32, 100] {
            for text in values(&Class::Bytes, length, 200) {
                assert_eq!(STANDARD.decode(&text).unwrap().len(), length);
                assert!(length == 0 || !looks_typed(&text));
            }
        }
    }

    #[test]
    fn uuids_are_version_4() {
        let pattern = "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$";
        let pattern = regex::Regex::new(pattern).unwrap();
        for text in values(&Class::Uuid, 0, 500) {
            assert!(pattern.is_match(&text), "{text}");
        }
    }

    #[test]
    fn integers_cover_their_range() {
        let seen: BTreeSet<String> = values(&Class::Int { min: -3, max: 4 }, 0, 500)
            .into_iter()
            .collect();
        let all: BTreeSet<String> = (-3..4).map(|number: i64| number.to_string()).collect();
        assert_eq!(seen, all);
        assert_eq!(values(&Class::Int { min: 9, max: 2 }, 0, 1), ["9"]);
        let widest = Class::Int {
            min: i64::MIN,
            max: i64::MAX,
        };
        for text in values(&widest, 0, 100) {
            assert!(text.parse::<i64>().unwrap() < i64::MAX);
        }
    }

    /// The candidates that are refused cost less than 0.06 bits from 8 characters on.
    #[test]
    fn refused_candidates_cost_little_entropy() {
        for alphabet in Alphabet::ALL {
            if alphabet == Alphabet::Numeric {
                continue;
            }
            let refused = (0..20_000)
                .filter(|place: &u32| {
                    let request = request(Class::String(alphabet), 8, &place.to_string());
                    !is_fine(&request, &candidate(&key(), &request, 0))
                })
                .count();
            let lost = -(1.0 - refused as f64 / 20_000.0).log2();
            assert!(lost < 0.06, "{alphabet:?}: {lost}");
        }
    }
}
