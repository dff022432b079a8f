//! Which type a YAML reader gives an unquoted scalar.

/// The type of a scalar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum YamlType {
    /// `null`, `~`, or nothing.
    Null,
    /// `true`, `no`, `Off`, `y`, …
    Bool,
    /// `12`, `0x1f`, `0o17`, `0b1`, `1_000`, `12:30:45`.
    Int,
    /// `1.5`, `1e5`, `.inf`, `.NaN`, `12:30.5`.
    Float,
    /// `2024-01-31`, `2024-01-31T10:00:00Z`.
    Timestamp,
    /// Text: all that is quoted or a block, and whatever else.
    Str,
}

impl YamlType {
    /// The type of an unquoted, untagged scalar: [`YamlType::Str`] only if YAML 1.1, YAML 1.2 and
    /// Go's readers agree that it is text. Where they read it as different types, the widest
    /// reading: `012` is an integer, though it is another one.
    pub fn of_plain(text: &str) -> Self {
        let Some(&first) = text.as_bytes().first() else {
            return Self::Null;
        };
        match first {
            b'~' | b'n' | b'N' | b'y' | b'Y' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' => {
                of_word(text)
            }
            b'0'..=b'9' | b'+' | b'-' | b'.' => of_number(text),
            _ => Self::Str,
        }
    }
}

/// The words of YAML 1.1; YAML 1.2 has some of them.
fn of_word(text: &str) -> YamlType {
    match text {
        "~" | "null" | "Null" | "NULL" => YamlType::Null,
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE" | "y" | "Y" | "yes" | "Yes"
        | "YES" | "n" | "N" | "no" | "No" | "NO" | "on" | "On" | "ON" | "off" | "Off" | "OFF" => {
            YamlType::Bool
        }
        _ => YamlType::Str,
    }
}

fn of_number(text: &str) -> YamlType {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let bytes = unsigned.as_bytes();
    if is_integer(bytes) {
        YamlType::Int
    } else if is_float(bytes) || is_special_float(unsigned) {
        YamlType::Float
    } else if let Some(kind) = of_sexagesimal(unsigned) {
        kind
    } else if is_timestamp(bytes) {
        YamlType::Timestamp
    } else {
        YamlType::Str
    }
}

fn is_integer(bytes: &[u8]) -> bool {
    match bytes {
        [b'0', b'x' | b'X', digits @ ..] => all_digits(digits, u8::is_ascii_hexdigit),
        [b'0', b'o' | b'O', digits @ ..] => all_digits(digits, |b| (b'0'..=b'7').contains(b)),
        [b'0', b'b' | b'B', digits @ ..] => all_digits(digits, |b| matches!(b, b'0' | b'1')),
        [b'0'..=b'9', ..] => all_digits(bytes, u8::is_ascii_digit),
        _ => false,
    }
}

/// Whether these are digits, at least one, with `_` between them.
fn all_digits(bytes: &[u8], digit: impl Fn(&u8) -> bool) -> bool {
    bytes.iter().any(&digit) && bytes.iter().all(|b| *b == b'_' || digit(b))
}

fn is_float(bytes: &[u8]) -> bool {
    let exponent = bytes.iter().position(|b| matches!(b, b'e' | b'E'));
    let (mantissa, exponent) = match exponent {
        Some(at) => (&bytes[..at], Some(&bytes[at + 1..])),
        None => (bytes, None),
    };
    let fits = |b: &u8| b.is_ascii_digit() || matches!(b, b'.' | b'_');
    mantissa.iter().any(u8::is_ascii_digit)
        && mantissa.iter().all(fits)
        && mantissa.iter().filter(|b| **b == b'.').count() <= 1
        && exponent.is_none_or(|e| {
            let e = e.strip_prefix(b"+").or(e.strip_prefix(b"-")).unwrap_or(e);
            !e.is_empty() && e.iter().all(u8::is_ascii_digit)
        })
}

fn is_special_float(text: &str) -> bool {
    matches!(text, ".inf" | ".Inf" | ".INF" | ".nan" | ".NaN" | ".NAN")
}

/// `190:20:30` and `190:20:30.15`, YAML 1.1's numbers to the base 60.
fn of_sexagesimal(text: &str) -> Option<YamlType> {
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let mut parts = whole.split(':');
    let head = parts.next()?;
    let mut rest = parts.peekable();
    rest.peek()?;
    let head_fits = head.bytes().next().is_some_and(|b| b.is_ascii_digit())
        && all_digits(head.as_bytes(), u8::is_ascii_digit);
    let rest_fits = rest.all(|part| match part.as_bytes() {
        [b] => b.is_ascii_digit(),
        [tens, b] => (b'0'..=b'5').contains(tens) && b.is_ascii_digit(),
        _ => false,
    });
    if !head_fits || !rest_fits {
        return None;
    }
    match fraction {
        None => Some(YamlType::Int),
        Some(f) if f.bytes().all(|b| b.is_ascii_digit() || b == b'_') => Some(YamlType::Float),
        Some(_) => None,
    }
}

/// `2024-1-31`, alone or before a time of day. What follows the day need not be checked to the
/// last digit: no text that charts generate looks like this and is none.
fn is_timestamp(bytes: &[u8]) -> bool {
    let Some((year, rest)) = bytes.split_at_checked(4) else {
        return false;
    };
    if !year.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let Some(rest) = rest.strip_prefix(b"-").and_then(strip_two_digits) else {
        return false;
    };
    let Some(rest) = rest.strip_prefix(b"-").and_then(strip_two_digits) else {
        return false;
    };
    match rest {
        [] => true,
        [b'T' | b't' | b' ' | b'\t', time @ ..] => {
            let time = time.trim_ascii_start();
            time.first().is_some_and(u8::is_ascii_digit)
                && time.contains(&b':')
                && time.iter().all(|b| {
                    b.is_ascii_digit() || matches!(b, b':' | b'.' | b'+' | b'-' | b' ' | b'Z')
                })
        }
        _ => false,
    }
}

/// What follows one or two digits.
fn strip_two_digits(bytes: &[u8]) -> Option<&[u8]> {
    match bytes {
        [a, b, rest @ ..] if a.is_ascii_digit() && b.is_ascii_digit() => Some(rest),
        [a, rest @ ..] if a.is_ascii_digit() => Some(rest),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::YamlType::{self, Bool, Float, Int, Null, Str, Timestamp};

    #[test]
    fn reads_as_yaml_does() {
        let cases: &[(YamlType, &[&str])] = &[
            (Null, &["", "~", "null", "Null", "NULL"]),
            (Bool, &["true", "False", "YES", "no", "y", "N", "on", "Off"]),
            (
                Int,
                &[
                    "0",
                    "12",
                    "-7",
                    "+7",
                    "012",
                    "08",
                    "0x1F",
                    "0o17",
                    "0b101",
                    "1_000",
                    "12345678901234567890123",
                    "12:30:45",
                    "1:2",
                    "-1:30",
                    "0X1f",
                ],
            ),
            (
                Float,
                &[
                    "1.5",
                    "1.",
                    ".5",
                    "1e5",
                    "1E-5",
                    "12e03",
                    "-1.5e+3",
                    ".inf",
                    "-.INF",
                    ".NaN",
                    "1_0.5",
                    "12:30.5",
                    "685_230.15",
                ],
            ),
            (
                Timestamp,
                &[
                    "2024-01-31",
                    "2024-1-3",
                    "2001-12-14t21:59:43.10-05:00",
                    "2001-12-14 21:59:43.10 -5",
                    "2006-01-02T15:04:05Z",
                ],
            ),
            (
                Str,
                &[
                    "a",
                    "yEs",
                    "nULL",
                    "truE",
                    "1a",
                    "0xg",
                    "0x",
                    "1e",
                    "e5",
                    ".",
                    "-",
                    "+",
                    "--1",
                    "1.2.3",
                    "1e5e5",
                    "127.0.0.1",
                    "12:60",
                    "12:345",
                    ":1",
                    "1:",
                    "2024-01",
                    "_1x",
                    "2024-01-31T",
                    "2024-01-31x",
                    "20240-01-31",
                    "1-1-1",
                    "<<",
                    "=",
                    "é",
                    "1é",
                    "0b2",
                    ".infinity",
                    "yes ",
                    "on-off",
                ],
            ),
        ];
        for (kind, texts) in cases {
            for text in *texts {
                assert_eq!(YamlType::of_plain(text), *kind, "{text:?}");
            }
        }
    }
}
