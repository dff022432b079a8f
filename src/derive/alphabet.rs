//! The sets of characters that values are made of.

/// A set of ASCII characters. Its characters, in ascending ASCII order, enter the derivation; its
/// name does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Alphabet {
    /// `0-9`: Sprig's `randNumeric`.
    Numeric,
    /// `0-9a-f`.
    HexLower,
    /// `0-9A-F`.
    HexUpper,
    /// `a-z`.
    Lower,
    /// `A-Z`.
    Upper,
    /// `0-9a-z`.
    LowerAlphaNumeric,
    /// `0-9A-Z`.
    UpperAlphaNumeric,
    /// `A-Za-z`: Sprig's `randAlpha`.
    Alpha,
    /// `0-9A-Za-z`: Sprig's `randAlphaNum`.
    AlphaNumeric,
    /// `-0-9A-Z_a-z`: for Sprig's `randAscii`, whose 95 characters (6.6 bits each) include quotes,
    /// blanks and backslashes; these 64 (6.0 bits) JSON, YAML and URLs leave alone.
    Ascii,
    /// `+/0-9A-Za-z`: standard base64 without padding.
    Base64,
}

impl Alphabet {
    /// All alphabets, from the smallest to the greatest.
    pub const ALL: [Alphabet; 11] = [
        Alphabet::Numeric,
        Alphabet::HexLower,
        Alphabet::HexUpper,
        Alphabet::Lower,
        Alphabet::Upper,
        Alphabet::LowerAlphaNumeric,
        Alphabet::UpperAlphaNumeric,
        Alphabet::Alpha,
        Alphabet::AlphaNumeric,
        Alphabet::Ascii,
        Alphabet::Base64,
    ];

    /// The characters, in ascending ASCII order, each once.
    #[must_use]
    pub fn chars(self) -> &'static str {
        match self {
            Alphabet::Numeric => "0123456789",
            Alphabet::HexLower => "0123456789abcdef",
            Alphabet::HexUpper => "0123456789ABCDEF",
            Alphabet::Lower => "abcdefghijklmnopqrstuvwxyz",
            Alphabet::Upper => "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            Alphabet::LowerAlphaNumeric => "0123456789abcdefghijklmnopqrstuvwxyz",
            Alphabet::UpperAlphaNumeric => "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            Alphabet::Alpha => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
            Alphabet::AlphaNumeric => {
                "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
            }
            Alphabet::Ascii => "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz",
            Alphabet::Base64 => "+/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
        }
    }

    /// What people call it, for `explain`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Alphabet::Numeric => "numeric",
            Alphabet::HexLower => "hexadecimal",
            Alphabet::HexUpper => "upper-case hexadecimal",
            Alphabet::Lower => "lower-case letters",
            Alphabet::Upper => "upper-case letters",
            Alphabet::LowerAlphaNumeric => "lower-case alphanumeric",
            Alphabet::UpperAlphaNumeric => "upper-case alphanumeric",
            Alphabet::Alpha => "letters",
            Alphabet::AlphaNumeric => "alphanumeric",
            Alphabet::Ascii => "alphanumeric, - and _",
            Alphabet::Base64 => "base64",
        }
    }

    /// The entropy of one uniform character, in bits.
    #[must_use]
    pub fn bits_per_char(self) -> f64 {
        (self.chars().len() as f64).log2()
    }

    /// Whether `char` belongs to it.
    #[must_use]
    pub fn contains(self, char: char) -> bool {
        self.chars().contains(char)
    }

    /// The first of [`Alphabet::ALL`] that has every character of `text`; `None` if none has.
    ///
    /// What it says of a short text is a guess: a caller must not let a decision rest on it unless
    /// the text is long enough to be sure.
    #[must_use]
    pub fn smallest_for(text: &str) -> Option<Alphabet> {
        Alphabet::ALL
            .into_iter()
            .find(|alphabet| text.chars().all(|char| alphabet.contains(char)))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    #[test]
    fn characters_are_ascending_ascii_and_unique() {
        for alphabet in Alphabet::ALL {
            let chars = alphabet.chars().as_bytes();
            assert!(chars.is_ascii(), "{alphabet:?}");
            assert!(
                chars.windows(2).all(|pair| pair[0] < pair[1]),
                "{alphabet:?}"
            );
        }
    }

    #[test]
    fn sizes_and_bits() {
        let sizes: Vec<usize> = Alphabet::ALL.iter().map(|a| a.chars().len()).collect();
        assert_eq!(sizes, [10, 16, 16, 26, 26, 36, 36, 52, 62, 64, 64]);
        assert_eq!(Alphabet::Ascii.bits_per_char(), 6.0);
        assert!((Alphabet::AlphaNumeric.bits_per_char() - 5.954_196).abs() < 1e-6);
    }

    /// Characters that JSON strings, YAML plain scalars and URLs (RFC 3986 unreserved) leave alone.
    #[test]
    fn ascii_needs_no_escapes() {
        assert!(
            Alphabet::Ascii
                .chars()
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
        );
    }

    #[test]
    fn the_smallest_alphabet_that_has_all_characters() {
        let cases = [
            ("0123", Some(Alphabet::Numeric)),
            ("0a", Some(Alphabet::HexLower)),
            ("0A", Some(Alphabet::HexUpper)),
            ("xyz", Some(Alphabet::Lower)),
            ("0z", Some(Alphabet::LowerAlphaNumeric)),
            ("0Z", Some(Alphabet::UpperAlphaNumeric)),
            ("zZ", Some(Alphabet::Alpha)),
            ("zZ0", Some(Alphabet::AlphaNumeric)),
            ("z_0", Some(Alphabet::Ascii)),
            ("z/0", Some(Alphabet::Base64)),
            ("z/_", None),
            ("é", None),
        ];
        for (text, expected) in cases {
            assert_eq!(Alphabet::smallest_for(text), expected, "{text}");
        }
    }
}
