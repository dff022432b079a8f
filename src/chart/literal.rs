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

/// The value of a number with a fraction, an exponent or an imaginary part that is nothing, as Go reads it. None for others.
pub(crate) fn fraction(text: &str, token: &Token) -> Option<f64> {
    if !matches!(token.kind, Kind::Number | Kind::Complex) {
        return None;
    }
    let raw = text.get(token.span())?.replace('_', "");
    let real = match raw.strip_suffix('i') {
        None => raw.as_str(),
        Some(both) => {
            // The sign between the parts; that of an exponent stands behind its letter.
            let is_sign = |(at, _): &(usize, &str)| {
                let before = both.get(..*at).unwrap_or_default();
                !before.is_empty() && !before.ends_with(['e', 'E', 'p', 'P'])
            };
            let (at, _) = both.rmatch_indices(['+', '-']).find(is_sign)?;
            let (real, imaginary) = both.split_at(at);
            if float(imaginary)? != 0.0 {
                return None;
            }
            real
        }
    };
    let is_whole = raw == real && !real.contains(['.', 'e', 'E', 'p', 'P']);
    if is_whole { None } else { float(real) }
}

/// A decimal number, or a hexadecimal one with an exponent.
fn float(raw: &str) -> Option<f64> {
    let digits = raw.trim_start_matches(['+', '-']);
    let sign = if raw.starts_with('-') { -1.0 } else { 1.0 };
    let Some(hex) = digits.strip_prefix("0x").or(digits.strip_prefix("0X")) else {
        return Some(sign * digits.parse::<f64>().ok()?);
    };
    let (digits, exponent) = hex.split_once(['p', 'P'])?;
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let value = u64::from_str_radix(&format!("{whole}{part}"), 16).ok()?;
    let places = 4 * i32::try_from(part.len()).ok()?;
    let exponent = exponent.parse::<i32>().ok()?.checked_sub(places)?;
    Some(sign * value as f64 * 2_f64.powi(exponent))
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
    fn fractions_are_read_as_go_reads_them() {
        for (raw, expected) in [
            ("5.0", Some(5.0)),
            ("-5.", Some(-5.0)),
            ("1_2.5e+1", Some(125.0)),
            ("0x1.8p3", Some(12.0)),
            ("0x18P-1", Some(12.0)),
            ("12+0i", Some(12.0)),
            ("1e+1-0i", Some(10.0)),
            ("12+1i", None),
            ("0i", None),
            ("12", None),
            // An octal number.
            ("0_14", None),
            ("0x1e3", None),
        ] {
            let (text, token) = token(raw);
            assert_eq!(fraction(&text, &token), expected, "{raw}");
        }
    }
}
