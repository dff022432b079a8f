//! The alphabet of a value that a chart has altered, read off its samples.
//!
//! The render and its twins show some characters. The smallest alphabet that holds them is the
//! answer, once enough characters were seen that a larger one has a chance below 2^-40: until then
//! another twin is asked for, so that no answer depends on the luck of one run.

use crate::derive::Alphabet;

/// An alphabet, and whether the samples were enough to be sure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Family {
    /// The smallest alphabet that holds the samples.
    pub(super) alphabet: Alphabet,
    /// Whether a larger one is out of the question (2^-40).
    pub(super) certain: bool,
}

/// The alphabet of `samples`; other characters than ASCII letters and digits do not count.
pub(super) fn family(samples: impl Iterator<Item = u8>) -> Family {
    let text: String = samples
        .filter(u8::is_ascii_alphanumeric)
        .map(char::from)
        .collect();
    let alphabet = Alphabet::smallest_for(&text).unwrap_or(Alphabet::AlphaNumeric);
    // Characters needed so that the next larger alphabet, had it been the source, would have shown
    // itself: 40 / log2(size of the larger / size of this).
    let enough = match alphabet {
        Alphabet::Numeric => 59,
        Alphabet::HexLower | Alphabet::HexUpper => 35,
        Alphabet::Lower | Alphabet::Upper => 86,
        Alphabet::LowerAlphaNumeric | Alphabet::UpperAlphaNumeric => 52,
        Alphabet::Alpha => 158,
        Alphabet::AlphaNumeric | Alphabet::Ascii | Alphabet::Base64 => 0,
    };
    Family {
        alphabet,
        certain: text.len() >= enough,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(samples: &str) -> (Alphabet, bool) {
        let family = family(samples.bytes());
        (family.alphabet, family.certain)
    }

    #[test]
    fn the_smallest_alphabet_that_holds_the_samples() {
        assert_eq!(of("0042"), (Alphabet::Numeric, false));
        assert_eq!(of(&"0123456789".repeat(6)), (Alphabet::Numeric, true));
        assert_eq!(of("00ff"), (Alphabet::HexLower, false));
        assert_eq!(of(&"0f".repeat(18)), (Alphabet::HexLower, true));
        assert_eq!(of("00FF"), (Alphabet::HexUpper, false));
        assert_eq!(of("xyz"), (Alphabet::Lower, false));
        assert_eq!(of("x1"), (Alphabet::LowerAlphaNumeric, false));
        assert_eq!(of("X1"), (Alphabet::UpperAlphaNumeric, false));
        assert_eq!(of("Xy"), (Alphabet::Alpha, false));
        assert_eq!(of("a_X@1"), (Alphabet::AlphaNumeric, true));
    }
}
