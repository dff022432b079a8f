//! What kind of value is asked for: which characters, how many, and how much entropy.

use super::alphabet::Alphabet;
use super::encode::Fields;

/// The kind of a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Class {
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
}

impl Class {
    /// The alphabet's name or the kind, for `explain`.
    #[must_use]
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Class::String(alphabet) => alphabet.name(),
            Class::Bytes => "base64 of bytes",
            Class::Uuid => "uuid",
            Class::Int { .. } => "integer",
        }
    }

    /// The entropy in bits of a value of this class with `length` (characters or bytes, see the
    /// class). Values that are refused for their form cost a fraction of a bit, which is not
    /// counted, but for the leading zeros of decimal numbers.
    #[must_use]
    pub(crate) fn entropy_bits(&self, length: usize) -> f64 {
        match self {
            Class::String(Alphabet::Numeric) if length > 1 => numeric_bits(length),
            Class::String(alphabet) => length as f64 * alphabet.bits_per_char(),
            Class::Bytes => length as f64 * 8.0,
            Class::Uuid => 122.0,
            Class::Int { min, max } => (span(*min, *max) as f64).log2(),
        }
    }

    /// Appends what tells this class and length from any other: the class's name, its parameter
    /// (the alphabet's characters, or an integer's bounds), the length where it counts, and a list that is
    /// always empty.
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
}
