//! The text of placeholders: what the added defines compute in the template, computed here too, so
//! that every placeholder of a site is known in advance.
//!
//! A placeholder follows from the site's key, the length that is asked for, and the turn of its
//! loop. It is a text of the same characters as the function would yield, and never reads as
//! another YAML type than that. Test `tests/defines.rs` holds both forms against each other.

use sha2::{Digest, Sha256};

use super::marker;

/// What kind of value a function makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// `randAlphaNum`
    AlphaNumeric,
    /// `randAlpha`
    Alpha,
    /// `randNumeric`
    Numeric,
    /// `randAscii`; with letters, digits, `-` and `_` only.
    Ascii,
    /// `randBytes`: base64 of that many bytes.
    Bytes,
    /// `randInt`: a number in a half-open range.
    Integer,
    /// `uuidv4`
    Uuid,
    /// `bcrypt`: a marker that carries the password.
    Bcrypt,
    /// `htpasswd`: the user, a colon, and a marker that carries the password.
    Htpasswd,
    /// `encryptAES`: a marker that carries key and text.
    EncryptAes,
    /// `genPrivateKey`: a PEM block whose lines are a marker.
    PrivateKey,
    /// `genCA`, `genSelfSignedCert`, `genSignedCert`, and with a key: two PEM blocks whose lines are markers.
    Certificate,
}

const DIGITS: &str = "0123456789";
const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const ALPHANUMERIC: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const ASCII: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Letters that no YAML word for a truth value, null or number begins with.
pub(super) const PLAIN_LETTERS: &str = "abcdeghjklmpqrsuvwxz";

impl Class {
    /// The characters of a text of this class, in the order that placeholders count them; empty
    /// for those that are no such text.
    pub fn characters(self) -> &'static str {
        match self {
            Class::AlphaNumeric => ALPHANUMERIC,
            Class::Alpha => LETTERS,
            Class::Numeric => DIGITS,
            Class::Ascii => ASCII,
            Class::Bytes => BASE64,
            Class::Integer | Class::Uuid => "",
            Class::Bcrypt | Class::Htpasswd | Class::EncryptAes => "",
            Class::PrivateKey | Class::Certificate => "",
        }
    }

    /// Whether its value is a marker that carries the call's arguments.
    pub fn is_marker(self) -> bool {
        matches!(self, Class::Bcrypt | Class::Htpasswd | Class::EncryptAes) || self.is_pem()
    }

    /// Whether its value is PEM: a private key, or a certificate and its key.
    pub fn is_pem(self) -> bool {
        matches!(self, Class::PrivateKey | Class::Certificate)
    }
}

/// The placeholder of a random text (`randAlphaNum` and its kin, `randBytes`, `uuidv4`).
///
/// `key` is the site's key, `n` the length that the call asks for (characters, or bytes for
/// `randBytes`; no matter for `uuidv4`), `turn` the number of the evaluation in its loop, from 1,
/// or 0 outside of loops. Integers and markers have no such text: it is empty.
pub fn text(class: Class, key: &str, n: i64, turn: u64) -> String {
    match class {
        Class::Uuid => uuid(key, turn),
        Class::Bytes => bytes(key, n, turn),
        Class::Integer | Class::Bcrypt | Class::Htpasswd | Class::EncryptAes => String::new(),
        Class::PrivateKey | Class::Certificate => String::new(),
        Class::Numeric => {
            let text = characters(DIGITS, key, n, n, turn);
            if text.len() > 1 && text.starts_with('0') {
                with_first(&text, "123456789", key, n, turn)
            } else {
                text
            }
        }
        Class::AlphaNumeric | Class::Alpha | Class::Ascii => {
            let text = characters(class.characters(), key, n, n, turn);
            if looks_typed(&text) {
                with_first(&text, PLAIN_LETTERS, key, n, turn)
            } else {
                text
            }
        }
    }
}

/// The placeholder of `randInt`: at least `min`, less than `max`. `None` if the range is empty.
pub fn integer(key: &str, min: i64, max: i64, turn: u64) -> Option<i64> {
    let size = max.checked_sub(min).filter(|size| *size > 0)?;
    let hash = sha256_hex(&format!("{key}/{min}/{max}/{turn}"));
    let drawn = i64::from_str_radix(hash.get(..15)?, 16).ok()?;
    min.checked_add(drawn % size)
}

/// The two ends of the markers of a site, between which stand the arguments of the call.
pub fn marker_ends(key: &str) -> (String, String) {
    let drawn = characters(marker::LETTERS, key, 0, 24, 0);
    let (start, end) = drawn.split_at(drawn.len().min(14));
    (start.to_owned(), end.to_owned())
}

fn bytes(key: &str, n: i64, turn: u64) -> String {
    let n_bytes = n.max(0);
    let whole = (n_bytes * 8) / 6;
    let mut text = characters(BASE64, key, n, whole, turn);
    // The bits that are left of the last byte fill up with zeros.
    match n_bytes % 3 {
        1 => {
            text.push_str(&last("AQgw", key, n, turn));
            text.push_str("==");
        }
        2 => {
            text.push_str(&last("AEIMQUYcgkosw048", key, n, turn));
            text.push('=');
        }
        _ => {}
    }
    if looks_typed(&text) {
        with_first(&text, PLAIN_LETTERS, key, n, turn)
    } else {
        text
    }
}

fn uuid(key: &str, turn: u64) -> String {
    let hash = sha256_hex(&format!("{key}/uuid/{turn}"));
    let part = |from: usize, to: usize| hash.get(from..to).unwrap_or_default();
    let variant = pick("89ab", part(16, 24));
    format!(
        "{}-{}-4{}-{variant}{}-{}",
        part(0, 8),
        part(8, 12),
        part(13, 16),
        part(24, 27),
        part(32, 44)
    )
}

/// `count` characters of an alphabet: eight for each digest, eight hexadecimal digits for each.
fn characters(alphabet: &str, key: &str, n: i64, count: i64, turn: u64) -> String {
    let count = usize::try_from(count).unwrap_or(0);
    let mut text = String::with_capacity(count);
    for block in 0..count.div_ceil(8) {
        // Eight hexadecimal digits are four bytes.
        let hash = Sha256::digest(format!("{key}/{n}/{turn}/{block}"));
        for drawn in hash.chunks_exact(4).take(count - 8 * block) {
            let drawn = drawn
                .iter()
                .fold(0_u32, |drawn, byte| drawn << 8 | u32::from(*byte));
            text.push_str(pick_number(alphabet, drawn));
        }
    }
    text
}

fn with_first(text: &str, alphabet: &str, key: &str, n: i64, turn: u64) -> String {
    let hash = sha256_hex(&format!("{key}/{n}/{turn}/first"));
    let first = pick(alphabet, hash.get(..8).unwrap_or_default());
    format!("{first}{}", text.get(1..).unwrap_or_default())
}

fn last(alphabet: &str, key: &str, n: i64, turn: u64) -> String {
    let hash = sha256_hex(&format!("{key}/{n}/{turn}/last"));
    pick(alphabet, hash.get(..8).unwrap_or_default()).to_owned()
}

/// The character of an ASCII alphabet that 32 bits in hexadecimal choose. The bias is below 2^-25.
fn pick<'a>(alphabet: &'a str, hex: &str) -> &'a str {
    pick_number(alphabet, u32::from_str_radix(hex, 16).unwrap_or(0))
}

fn pick_number(alphabet: &str, drawn: u32) -> &str {
    let index = usize::try_from(drawn).unwrap_or(0) % alphabet.len().max(1);
    alphabet.get(index..index + 1).unwrap_or_default()
}

fn sha256_hex(text: &str) -> String {
    Sha256::digest(text.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Whether YAML could read the text, unquoted, as something else than a string, or as a sign.
/// Says yes too often rather than too seldom. The added defines use the same as a pattern:
pub(super) const TYPED: &str =
    "(?i)^(?:[-+].*|y|n|yes|no|on|off|true|false|null|nan|inf|[0-9][-+0-9a-f_xo]*)$";

fn looks_typed(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    match lower.as_bytes().first() {
        Some(b'-' | b'+') => true,
        Some(b'0'..=b'9') => lower
            .bytes()
            .all(|b| matches!(b, b'-' | b'+' | b'0'..=b'9' | b'a'..=b'f' | b'_' | b'x' | b'o')),
        _ => matches!(
            lower.as_str(),
            "y" | "n" | "yes" | "no" | "on" | "off" | "true" | "false" | "null" | "nan" | "inf"
        ),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use regex::Regex;

    use super::*;

    const KEY: &str = "000102030405060708090a0b0c0d0e0f";

    /// Values that are held at their call site are placeholders, so these are a promise. Computed
    /// apart from this code, from the words of `docs/derivation.md`.
    #[test]
    fn placeholders_are_frozen() {
        for (class, n, turn, expected) in [
            (
                Class::AlphaNumeric,
                32,
                0,
                "T6qszu77rYBBmcNxdoTTAEU6fBOXlTZe",
            ),
            (Class::AlphaNumeric, 17, 3, "VEZGH8PCNnNIS8YM8"),
            (Class::Alpha, 32, 0, "NcGwhurLTajDIGnLfMXDgwqITbgTXrhM"),
            (Class::Alpha, 17, 3, "XelkdyfsRtzukISCm"),
            (Class::Numeric, 32, 0, "98883611383744339411802413093554"),
            (Class::Numeric, 17, 3, "96905016591002844"),
            (Class::Ascii, 32, 0, "JMmYZufjnGLrYuPfXMX7gQq8j30H7_RI"),
            (Class::Ascii, 17, 3, "fqNYJ2z0J1P-gEeSS"),
            (
                Class::Bytes,
                32,
                0,
                "JMmYZufjnGLrYuPfXMX7gQq8j30H7/RI6m/3VI4qoOY=",
            ),
            (Class::Bytes, 17, 3, "fqNYJ2z0J1P+gEeSSD8EjxM="),
            (Class::Uuid, 0, 0, "f4bbf541-88ce-4d81-b265-0c22c5e1b4c4"),
            // Those would read as numbers, a truth value, and signs.
            (Class::AlphaNumeric, 1, 2, "h"),
            (Class::Alpha, 1, 19, "b"),
            (Class::Numeric, 2, 16, "21"),
            (Class::Ascii, 1, 0, "x"),
            (Class::Bytes, 1, 107, "kA=="),
            (Class::AlphaNumeric, 0, 0, ""),
            (Class::AlphaNumeric, -5, 0, ""),
            (Class::Bytes, -5, 0, ""),
        ] {
            assert_eq!(text(class, KEY, n, turn), expected, "{class:?} {n} {turn}");
        }
        assert_eq!(integer(KEY, 5, 25, 2), Some(11));
        assert_eq!(integer(KEY, -7, 1_000_000, 0), Some(712_083));
        assert_eq!(integer(KEY, 5, 5, 0), None);
        assert_eq!(integer(KEY, i64::MIN, i64::MAX, 0), None);
        let ends = ("xrlioxvyuixwql".to_owned(), "iooosuvjlk".to_owned());
        assert_eq!(marker_ends(KEY), ends);
    }

    /// The rule in words and the pattern that templates use say the same.
    #[test]
    fn the_pattern_and_the_rule_agree() {
        let pattern = Regex::new(TYPED).unwrap();
        let letters: Vec<String> = ALPHANUMERIC
            .chars()
            .chain("-+_/".chars())
            .map(String::from)
            .collect();
        let words = [
            "yes", "No", "ON", "off", "true", "False", "null", "nan", "INF", "oops",
        ];
        let mut texts: Vec<String> = words.map(str::to_owned).to_vec();
        texts.extend(letters.clone());
        for a in &letters {
            for b in &letters {
                texts.push(format!("{a}{b}"));
                texts.push(format!("1{a}{b}7"));
            }
        }
        let typed = texts.iter().filter(|text| looks_typed(text)).count();
        assert!(typed > 100 && typed < texts.len() / 2, "{typed}");
        for text in &texts {
            assert_eq!(pattern.is_match(text), looks_typed(text), "{text}");
        }
    }
}
