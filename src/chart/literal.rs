//! String literals of Go templates: what they mean, and how to write one.

use super::token::{Kind, Token};

/// The value of a string token, as Go's `strconv.Unquote` reads it. `None` for other tokens, for
/// escapes that Go refuses, and for values that are not UTF-8.
pub(crate) fn value(text: &str, token: &Token) -> Option<String> {
    let raw = text.get(token.span())?;
    match token.kind {
        // Go drops carriage returns from raw strings.
        Kind::RawString => Some(raw.strip_prefix('`')?.strip_suffix('`')?.replace('\r', "")),
        Kind::String => unquote(raw.strip_prefix('"')?.strip_suffix('"')?),
        _ => None,
    }
}

fn unquote(raw: &str) -> Option<String> {
    if !raw.contains('\\') {
        return Some(raw.to_owned());
    }
    let mut bytes = Vec::with_capacity(raw.len());
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            push(&mut bytes, c);
            continue;
        }
        match chars.next()? {
            'a' => bytes.push(7),
            'b' => bytes.push(8),
            'f' => bytes.push(12),
            'n' => bytes.push(b'\n'),
            'r' => bytes.push(b'\r'),
            't' => bytes.push(b'\t'),
            'v' => bytes.push(11),
            '\\' => bytes.push(b'\\'),
            '"' => bytes.push(b'"'),
            'x' => bytes.push(u8::try_from(digits(&mut chars, 2, 16)?).ok()?),
            'u' => push(&mut bytes, char::from_u32(digits(&mut chars, 4, 16)?)?),
            'U' => push(&mut bytes, char::from_u32(digits(&mut chars, 8, 16)?)?),
            first @ '0'..='7' => {
                let high = first.to_digit(8)? * 64;
                bytes.push(u8::try_from(high + digits(&mut chars, 2, 8)?).ok()?);
            }
            _ => return None,
        }
    }
    String::from_utf8(bytes).ok()
}

fn push(bytes: &mut Vec<u8>, c: char) {
    bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

fn digits(chars: &mut std::str::Chars<'_>, count: usize, radix: u32) -> Option<u32> {
    (0..count).try_fold(0u32, |sum, _| {
        sum.checked_mul(radix)?
            .checked_add(chars.next()?.to_digit(radix)?)
    })
}

/// A literal whose value is the text: in backquotes if they can hold it, else in double quotes.
pub(crate) fn quote(text: &str) -> String {
    if !text.contains(['`', '\r', '\u{feff}']) {
        return format!("`{text}`");
    }
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            c if c < ' ' => quoted.push_str(&format!("\\x{:02x}", u32::from(c))),
            '\u{feff}' => quoted.push_str("\\ufeff"),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// The value of a decimal, hexadecimal, octal or binary integer token, as Go reads it.
pub(crate) fn integer(text: &str, token: &Token) -> Option<i64> {
    if token.kind != Kind::Number {
        return None;
    }
    let raw = text.get(token.span())?;
    let (negative, digits) = match raw.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, raw.strip_prefix('+').unwrap_or(raw)),
    };
    // Underscores and floats are legal and never seen: they take the way of computed lengths.
    let lower = digits.to_ascii_lowercase();
    let (digits, radix) = match lower.get(..2) {
        Some("0x") => (lower.get(2..)?, 16),
        Some("0o") => (lower.get(2..)?, 8),
        Some("0b") => (lower.get(2..)?, 2),
        Some(two) if two.starts_with('0') => (lower.get(1..)?, 8),
        _ => (lower.as_str(), 10),
    };
    if !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    let value = i64::from_str_radix(digits, radix).ok()?;
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::chart::lexer::lex;

    fn token(text: &str) -> (String, Token) {
        let text = format!("{{{{{text}}}}}");
        let token = lex(&text).unwrap()[1];
        (text, token)
    }

    #[test]
    fn strings_are_read_as_go_reads_them() {
        for (raw, expected) in [
            (r#""a\"b\\""#, Some("a\"b\\")),
            (r#""\x41\101\u00e4\U0001F600\n""#, Some("AAä😀\n")),
            (r#""\q""#, None),
            (r#""\xff""#, None),
            (r#""\'""#, None),
            ("`a\\n\"`", Some("a\\n\"")),
            ("`a\r\nb`", Some("a\nb")),
        ] {
            let (text, token) = token(raw);
            assert_eq!(value(&text, &token).as_deref(), expected, "{raw}");
        }
    }

    #[test]
    fn quoted_texts_read_back() {
        for text in ["", "plain", "a`b\"c\\d\n\te\r", "\u{feff}ä", "`"] {
            let (source, token) = token(&quote(text));
            assert_eq!(value(&source, &token).as_deref(), Some(text));
        }
    }

    #[test]
    fn integers_are_read_as_go_reads_them() {
        for (raw, expected) in [
            ("32", Some(32)),
            ("-3", Some(-3)),
            ("+3", Some(3)),
            ("0x20", Some(32)),
            ("0o17", Some(15)),
            ("017", Some(15)),
            ("0b11", Some(3)),
            ("0", Some(0)),
            ("1.5", None),
            ("08", None),
            ("99999999999999999999", None),
        ] {
            let (text, token) = token(raw);
            assert_eq!(integer(&text, &token), expected, "{raw}");
        }
    }
}
