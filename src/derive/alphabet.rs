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
    /// Letters, digits and `$()+-./;<=^_~`: for Sprig's `randAscii`, whose 95 characters (6.6 bits each) include quotes,
    /// blanks and backslashes. These 75 (6.2 bits) mean nothing to YAML and JSON at whatever position of a text they stand,
    /// quoted or not: a chart may cut a value, and a text that breaks its document would do so at each render.
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
            Alphabet::Ascii => {
                "$()+-./0123456789;<=ABCDEFGHIJKLMNOPQRSTUVWXYZ^_abcdefghijklmnopqrstuvwxyz~"
            }
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
        assert_eq!(sizes, [10, 52, 62, 75]);
    }

    /// YAML 1.2.2: indicators (5.3), what plain scalars may not hold in flow collections (7.3.3), quotes and escapes. Only
    /// `-` is one of them, which begins a list item before a blank alone.
    #[test]
    fn ascii_means_nothing_to_yaml() {
        let special = " \"#%&'*,:>?@[\\]`{|}!";
        let left = (' '..='~').filter(|char| !special.contains(*char));
        assert_eq!(Alphabet::Ascii.chars(), left.collect::<String>());
    }
}
