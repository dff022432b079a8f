//! What kind of value is asked for: which characters, how many, and how much entropy.

use std::fmt;

use super::alphabet::Alphabet;
use super::encode::Fields;

/// The kind of a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Class {
    /// Characters of an alphabet, as many as the request's length: `randAlphaNum` and its kin.
    String(Alphabet),
    /// Standard base64, with padding, of as many bytes as the request's length: `randBytes`.
    Bytes,
    /// A version 4 UUID (RFC 9562) in lower case: `uuidv4`. The request's length is not read.
    Uuid,
    /// A decimal integer of `min..max`: `randInt`. The request's length is not read. An empty
    /// range yields `min`; Sprig fails there, so callers must not ask.
    Int {
        /// The least value.
        min: i64,
        /// The value above the greatest.
        max: i64,
    },
    /// A text that a chart composed: the characters of the pattern that are literal, and between
    /// them characters of the alphabet. The request's length is not read.
    Composed {
        /// The characters that a free position can have.
        alphabet: Alphabet,
        /// Which positions are free, and what stands in the others.
        pattern: Pattern,
    },
}

impl Class {
    /// The class of a Sprig function that takes a length and gives characters, by its name in
    /// templates: `randAlphaNum`, `randAlpha`, `randNumeric`, `randAscii`, `randBytes`; and of
    /// `uuidv4`. `None` for any other.
    #[must_use]
    pub fn of_sprig(function: &str) -> Option<Class> {
        Some(match function {
            "randAlphaNum" => Class::String(Alphabet::AlphaNumeric),
            "randAlpha" => Class::String(Alphabet::Alpha),
            "randNumeric" => Class::String(Alphabet::Numeric),
            "randAscii" => Class::String(Alphabet::Ascii),
            "randBytes" => Class::Bytes,
            "uuidv4" => Class::Uuid,
            _ => return None,
        })
    }

    /// The alphabet's name or the kind, for `explain`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Class::String(alphabet) | Class::Composed { alphabet, .. } => alphabet.name(),
            Class::Bytes => "base64 of bytes",
            Class::Uuid => "uuid",
            Class::Int { .. } => "integer",
        }
    }

    /// The entropy in bits of a value of this class with `length` (characters or bytes, see the
    /// class). Values that are refused for their form cost a fraction of a bit, which is not
    /// counted, but for the leading zeros of decimal numbers.
    #[must_use]
    pub fn entropy_bits(&self, length: usize) -> f64 {
        match self {
            Class::String(Alphabet::Numeric) if length > 1 => numeric_bits(length),
            Class::String(alphabet) => length as f64 * alphabet.bits_per_char(),
            Class::Bytes => length as f64 * 8.0,
            Class::Uuid => 122.0,
            Class::Int { min, max } => (span(*min, *max) as f64).log2(),
            Class::Composed { alphabet, pattern } => {
                let free = pattern.free();
                if *alphabet == Alphabet::Numeric && free > 1 && free == pattern.len() {
                    numeric_bits(free)
                } else {
                    free as f64 * alphabet.bits_per_char()
                }
            }
        }
    }

    /// Appends what tells this class and length from any other: the class's name, its parameter
    /// (the alphabet's characters, or an integer's bounds), the length where it counts, the pattern.
    pub(super) fn encode(&self, fields: Fields, length: usize) -> Fields {
        let length = length as u64;
        match self {
            Class::String(alphabet) => fields
                .text("string")
                .text(alphabet.chars())
                .number(length)
                .list::<&str>(&[]),
            Class::Bytes => fields
                .text("bytes")
                .text("")
                .number(length)
                .list::<&str>(&[]),
            Class::Uuid => fields.text("uuid").text("").number(0).list::<&str>(&[]),
            Class::Int { min, max } => fields
                .text("int")
                .text(&format!("{min} {max}"))
                .number(0)
                .list::<&str>(&[]),
            Class::Composed { alphabet, pattern } => fields
                .text("composed")
                .text(alphabet.chars())
                .number(pattern.len() as u64)
                .list(&pattern.items()),
        }
    }
}

/// How many integers `min..max` has; 1 if it is empty.
pub(super) fn span(min: i64, max: i64) -> u64 {
    if max > min { max.abs_diff(min) } else { 1 }
}

/// Decimal numbers of `length` ≥ 2 digits have no leading zero.
fn numeric_bits(length: usize) -> f64 {
    9_f64.log2() + (length - 1) as f64 * 10_f64.log2()
}

/// Which positions of a composed text are free, and the literal characters in the others.
///
/// The caller finds it out (a position that is the same symbol at every render is literal); the
/// derivation takes it as it is. It enters the encoding, since a text with its symbols elsewhere is
/// another text, and its free characters must not be those of the first.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Pattern(Vec<Option<char>>);

impl Pattern {
    /// A pattern of these positions: a literal character, or `None` where it is free.
    #[must_use]
    pub fn new(positions: Vec<Option<char>>) -> Pattern {
        Pattern(positions)
    }

    /// The pattern of a sample: its characters for which `is_literal` holds stay.
    #[must_use]
    pub fn of_sample(sample: &str, mut is_literal: impl FnMut(usize, char) -> bool) -> Pattern {
        let position = |(index, char)| is_literal(index, char).then_some(char);
        Pattern(sample.chars().enumerate().map(position).collect())
    }

    /// The number of characters, free and literal.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it has no position at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The number of free positions.
    #[must_use]
    pub fn free(&self) -> usize {
        self.0.iter().filter(|position| position.is_none()).count()
    }

    /// The positions in order.
    pub(super) fn positions(&self) -> &[Option<char>] {
        &self.0
    }

    /// One text for each position: the literal character, or nothing where it is free.
    fn items(&self) -> Vec<String> {
        let item = |position: &Option<char>| position.map(String::from).unwrap_or_default();
        self.0.iter().map(item).collect()
    }
}

/// The literals are part of a password: only their number is shown.
impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pattern({} of {} free)", self.free(), self.len())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    #[test]
    fn entropy() {
        let cases = [
            (Class::String(Alphabet::AlphaNumeric), 32, 190.534),
            (Class::String(Alphabet::Ascii), 20, 120.0),
            (Class::String(Alphabet::Numeric), 1, 3.322),
            (Class::String(Alphabet::Numeric), 2, 6.492),
            (Class::Bytes, 32, 256.0),
            (Class::Uuid, 0, 122.0),
            (Class::Int { min: 0, max: 16 }, 0, 4.0),
            (
                Class::Int {
                    min: i64::MIN,
                    max: i64::MAX,
                },
                0,
                64.0,
            ),
            (Class::Int { min: 5, max: 5 }, 0, 0.0),
        ];
        for (class, length, bits) in cases {
            let got = class.entropy_bits(length);
            assert!((got - bits).abs() < 1e-3, "{class:?} {length}: {got}");
        }
    }

    #[test]
    fn a_pattern_keeps_the_literals_of_its_sample() {
        let pattern = Pattern::of_sample("ab@é", |_, char| !char.is_ascii_alphanumeric());
        assert_eq!(
            pattern,
            Pattern::new(vec![None, None, Some('@'), Some('é')])
        );
        assert_eq!((pattern.len(), pattern.free()), (4, 2));
        let class = Class::Composed {
            alphabet: Alphabet::Lower,
            pattern,
        };
        assert!((class.entropy_bits(99) - 2.0 * 26_f64.log2()).abs() < 1e-9);
        assert!(!format!("{class:?}").contains('@'));
    }
}
