//! Percent-encoding as Go's `net/url` writes it.

use std::fmt::Write as _;

/// The part of a URL that a text stands in: it decides what is escaped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UrlPart {
    /// `url.QueryEscape`, the templates' `urlquery`: a space becomes `+`.
    Query,
    /// `url.PathEscape`.
    PathSegment,
    /// `url.UserPassword(…).String()`.
    UserInfo,
}

impl UrlPart {
    /// Whether Go leaves this byte as it is (`shouldEscape` in `net/url/url.go`).
    fn keeps(self, byte: u8) -> bool {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'-' | b'_' | b'.' | b'~')
            || match self {
                Self::Query => false,
                Self::PathSegment => matches!(byte, b'$' | b'&' | b'+' | b':' | b'=' | b'@'),
                Self::UserInfo => matches!(byte, b'$' | b'&' | b'+' | b',' | b';' | b'='),
            }
    }
}

/// The text as Go writes it into a URL.
pub fn percent_encode(text: &str, part: UrlPart) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if part.keeps(byte) {
            encoded.push(char::from(byte));
        } else if byte == b' ' && part == UrlPart::Query {
            encoded.push('+');
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// What a part of a URL stands for; `None` if a `%` has no two hexadecimal digits behind it. `+`
/// is a space in a query only.
pub fn percent_decode(text: &str, part: UrlPart) -> Option<Vec<u8>> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => hex(bytes.next()?)? << 4 | hex(bytes.next()?)?,
            b'+' if part == UrlPart::Query => b' ',
            _ => byte,
        });
    }
    Some(decoded)
}

fn hex(digit: u8) -> Option<u8> {
    let value = char::from(digit).to_digit(16)?;
    u8::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;
    use proptest::prelude::*;

    const PARTS: [UrlPart; 3] = [UrlPart::Query, UrlPart::PathSegment, UrlPart::UserInfo];

    #[test]
    fn writes_as_go_does() {
        let text = "a-_.~ $&+,/:;=?@%é\"";
        // What Go 1.26 prints for this text.
        assert_eq!(
            percent_encode(text, UrlPart::Query),
            "a-_.~+%24%26%2B%2C%2F%3A%3B%3D%3F%40%25%C3%A9%22"
        );
        assert_eq!(
            percent_encode(text, UrlPart::PathSegment),
            "a-_.~%20$&+%2C%2F:%3B=%3F@%25%C3%A9%22"
        );
        assert_eq!(
            percent_encode(text, UrlPart::UserInfo),
            "a-_.~%20$&+,%2F%3A;=%3F%40%25%C3%A9%22"
        );
    }

    #[test]
    fn refuses_broken_escapes() {
        for text in ["%", "%4", "%4g", "a%%41"] {
            assert_eq!(percent_decode(text, UrlPart::Query), None, "{text}");
        }
        assert_eq!(percent_decode("%4a+%4A", UrlPart::Query).unwrap(), b"J J");
        assert_eq!(percent_decode("+", UrlPart::UserInfo).unwrap(), b"+");
    }

    proptest! {
        #[test]
        fn decodes_what_it_encodes(text in any::<String>()) {
            for part in PARTS {
                let decoded = percent_decode(&percent_encode(&text, part), part);
                prop_assert_eq!(decoded.as_deref(), Some(text.as_bytes()));
            }
        }
    }
}
