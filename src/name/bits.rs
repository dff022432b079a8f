//! How many bits of chance a text holds, by the functions and lengths of its calls alone.
//!
//! A text is looked for only where it is found by more than chance. What decides that never reads a value: else a name
//! would depend on the value that is derived from it.

use crate::chart::generator::Generator;
use crate::log::Argument;

/// Thousandths of a bit: whole numbers, so that sums do not depend on their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Bits(pub(super) u64);

/// From here on a text is found wherever it stands: a manifest of 1 MiB has 2^20 positions.
const ANYWHERE: Bits = Bits(45_000);

/// From here on it is found as a word.
const WORD: Bits = Bits(23_000);

/// From here on it is masked in the names that make up a place, glued to other letters too: these are short texts.
const GLUED: Bits = Bits(28_000);

/// From here on it is found as a word of a document's name, and as a whole argument.
const NAME_WORD: Bits = Bits(16_000);

/// Keys, certificates, salted hashes, ciphertexts.
const PLENTY: Bits = Bits(256_000);

/// What one character of a text that was made with calls may hold. Less than a lower-case letter or digit has, more than
/// a hexadecimal digit; with four bits `randAlphaNum 5 | lower`, the usual suffix of a name, would be found only where
/// its value happens to be in lower case.
const PER_CHARACTER: u64 = 5_000;

/// What one character of a value may hold: more than any function puts into it. A key that the chart's user gives to
/// `buildCustomCert` may be short.
const PER_OWN_CHARACTER: u64 = 8_000;

/// No length of an argument counts for more: sums stay in range.
const LONGEST: u64 = 1 << 24;

impl Bits {
    /// Of a call, by its function and arguments.
    pub(super) fn of_call(generator: Generator, arguments: &[Argument]) -> Bits {
        match generator {
            Generator::AlphaNum => Bits(length(arguments) * 5_954),
            Generator::Alpha => Bits(length(arguments) * 5_700),
            Generator::Numeric => Bits(length(arguments) * 3_321),
            Generator::Ascii => Bits(length(arguments) * 6_228),
            Generator::Bytes => Bits(length(arguments) * 8_000),
            Generator::Int => of_range(int(arguments, 0), int(arguments, 1)),
            Generator::Uuid => Bits(122_000),
            Generator::Shuffle => of_permutation(characters(arguments)),
            Generator::Bcrypt
            | Generator::Htpasswd
            | Generator::EncryptAes
            | Generator::PrivateKey
            | Generator::Ca
            | Generator::CaWithKey
            | Generator::SelfSigned
            | Generator::SelfSignedWithKey
            | Generator::Signed
            | Generator::SignedWithKey
            | Generator::CustomCert => PLENTY,
            Generator::Now => Bits(0),
        }
    }

    /// Of a text that was made with calls of so many bits.
    pub(super) fn of_text(calls: Bits, text: &str) -> Bits {
        calls.min(Bits(characters_of(text) * PER_CHARACTER))
    }

    /// Of a value, or a part of one, of a call of so many bits.
    pub(super) fn of_value(call: Bits, text: &str) -> Bits {
        call.min(Bits(characters_of(text) * PER_OWN_CHARACTER))
    }

    /// Whether a text of so many bits is found wherever it stands.
    pub(super) fn is_found_anywhere(self) -> bool {
        self >= ANYWHERE
    }

    /// Whether it is found as a word.
    pub(super) fn is_found_as_word(self) -> bool {
        self >= WORD
    }

    /// Whether it is masked in names, glued to other letters too.
    pub(super) fn is_masked_anywhere(self) -> bool {
        self >= GLUED
    }

    /// Whether it is found as a word of a document's name, or as all of an argument.
    pub(super) fn is_found_in_names(self) -> bool {
        self >= NAME_WORD
    }
}

/// More are plenty.
fn characters_of(text: &str) -> u64 {
    text.chars().take(1 << 16).count() as u64
}

fn int(arguments: &[Argument], position: usize) -> i64 {
    match arguments.get(position) {
        Some(Argument::Int(number)) => *number,
        Some(Argument::Text(_) | Argument::Json(_)) | None => 0,
    }
}

fn length(arguments: &[Argument]) -> u64 {
    u64::try_from(int(arguments, 0)).unwrap_or(0).min(LONGEST)
}

fn characters(arguments: &[Argument]) -> usize {
    match arguments.first() {
        Some(Argument::Text(text)) => {
            std::str::from_utf8(text).map_or(text.len(), |text| text.chars().count())
        }
        Some(Argument::Int(_) | Argument::Json(_)) | None => 0,
    }
}

fn of_range(from: i64, to: i64) -> Bits {
    let numbers = i128::from(to) - i128::from(from);
    if numbers < 2 {
        return Bits(0);
    }
    Bits(((numbers as f64).log2() * 1000.0) as u64)
}

/// log2(n!).
fn of_permutation(characters: usize) -> Bits {
    let factors = 2..=characters.min(100);
    let bits: f64 = factors.map(|n| (n as f64).log2()).sum();
    Bits((bits * 1000.0) as u64).min(PLENTY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use zeroize::Zeroizing;

    #[test]
    fn bits_follow_from_function_and_arguments() {
        let of = |generator, arguments: &[i64]| {
            let arguments: Vec<Argument> = arguments.iter().map(|n| Argument::Int(*n)).collect();
            Bits::of_call(generator, &arguments).0 / 1000
        };
        assert_eq!(of(Generator::AlphaNum, &[8]), 47);
        assert_eq!(of(Generator::Alpha, &[8]), 45);
        assert_eq!(of(Generator::Numeric, &[10]), 33);
        assert_eq!(of(Generator::Ascii, &[10]), 62);
        assert_eq!(of(Generator::Bytes, &[4]), 32);
        assert_eq!(of(Generator::Int, &[30_000, 32_768]), 11);
        assert_eq!(of(Generator::Int, &[5, 5]), 0);
        assert_eq!(of(Generator::Int, &[i64::MIN, i64::MAX]), 64);
        assert_eq!(of(Generator::AlphaNum, &[-3]), 0);
        assert_eq!(of(Generator::Uuid, &[]), 122);
        assert_eq!(of(Generator::Now, &[]), 0);
        let text = |text: &str| [Argument::Text(Zeroizing::new(text.into()))];
        let shuffle = |it: &str| Bits::of_call(Generator::Shuffle, &text(it)).0;
        assert_eq!(shuffle("abcd"), 4_584);
        assert_eq!(shuffle(&"x".repeat(5000)), 256_000);
    }

    #[test]
    fn a_text_holds_no_more_than_its_length() {
        assert_eq!(Bits::of_text(PLENTY, "12345"), Bits(25_000));
        assert_eq!(Bits::of_text(Bits(5_000), "12345"), Bits(5_000));
    }
}
