//! The sets of characters that values are made of.

/// A set of ASCII characters. Its characters, in ascending ASCII order, enter the derivation; its
/// name does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Alphabet {
    /// `0-9`: Sprig's `randNumeric`.
    Numeric,
    /// `A-Za-z`: Sprig's `randAlpha`.
    Alpha,
    /// `0-9A-Za-z`: Sprig's `randAlphaNum`.
    AlphaNumeric,
    /// `-0-9A-Z_a-z`: for Sprig's `randAscii`, whose 95 characters (6.6 bits each) include quotes,
    /// blanks and backslashes; these 64 (6.0 bits) JSON, YAML and URLs leave alone.
    Ascii,
}

impl Alphabet {
    /// All alphabets, from the smallest to the greatest.
    #[cfg(test)]
    pub(crate) const ALL: [Alphabet; 4] = [
        Alphabet::Numeric,
        Alphabet::Alpha,
        Alphabet::AlphaNumeric,
        Alphabet::Ascii,
    ];

    /// The characters, in ascending ASCII order, each once.
    #[must_use]
    pub(crate) fn chars(self) -> &'static str {
        match self {
            Alphabet::Numeric => "0123456789",
            Alphabet::Alpha => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
            Alphabet::AlphaNumeric => {
                "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
            }
            Alphabet::Ascii => "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz",
        }
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
    fn sizes() {
        let sizes: Vec<usize> = Alphabet::ALL.iter().map(|a| a.chars().len()).collect();
        assert_eq!(sizes, [10, 52, 62, 64]);
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
}
