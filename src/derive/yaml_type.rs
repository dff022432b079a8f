//! Whether a text, written without quotes, would be read as something else than a string.
//!
//! The answer is part of derivation version 1, so it is frozen, and it is a superset of what the
//! readers out there do: YAML 1.1 and 1.2 (core schema), go-yaml, libyaml's users, PyYAML, js-yaml,
//! SnakeYAML and Psych differ in details, and a value must be a string for all of them.

/// Words that some reader takes for a null, a boolean, a merge key or a default key.
const WORDS: [&str; 13] = [
    "", "~", "=", "<<", "null", "true", "false", "yes", "no", "on", "off", "y", "n",
];

/// Words that some reader takes for a float, after an optional sign.
const FLOAT_WORDS: [&str; 2] = [".inf", ".nan"];

/// Whether some YAML reader would take the plain scalar `text` for a null, boolean, number or
/// timestamp. Letters count in either case, and blanks at both ends do not count.
#[must_use]
pub(crate) fn looks_typed(text: &str) -> bool {
    let text = text.trim_matches([' ', '\t', '\r', '\n']);
    is_one_of(text, &WORDS) || is_number(text.as_bytes()) || begins_as_timestamp(text.as_bytes())
}

fn is_one_of(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// `[-+]?` and then one of the float words,
/// `0[xX][0-9a-fA-F_]+`, `0[oO][0-7_]+`, `0[bB][01_]+` or
/// `\.?[0-9][0-9_,.:]*([eE][-+]?[0-9_]+)?`: integers, floats, octals, sexagesimals.
fn is_number(text: &[u8]) -> bool {
    let text = match text {
        [b'-' | b'+', rest @ ..] => rest,
        _ => text,
    };
    if FLOAT_WORDS
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word.as_bytes()))
    {
        return true;
    }
    let digits = |digits: &[u8], is_digit: fn(&u8) -> bool| {
        !digits.is_empty() && digits.iter().all(|byte| *byte == b'_' || is_digit(byte))
    };
    match text {
        [b'0', b'x' | b'X', rest @ ..] => digits(rest, u8::is_ascii_hexdigit),
        [b'0', b'o' | b'O', rest @ ..] => digits(rest, |byte| matches!(byte, b'0'..=b'7')),
        [b'0', b'b' | b'B', rest @ ..] => digits(rest, |byte| matches!(byte, b'0' | b'1')),
        [b'.', b'0'..=b'9', rest @ ..] | [b'0'..=b'9', rest @ ..] => {
            let mantissa = rest
                .iter()
                .take_while(|byte| matches!(byte, b'0'..=b'9' | b'_' | b',' | b'.' | b':'))
                .count();
            match &rest[mantissa..] {
                [] => true,
                [b'e' | b'E', b'-' | b'+', exponent @ ..] | [b'e' | b'E', exponent @ ..] => {
                    digits(exponent, u8::is_ascii_digit)
                }
                _ => false,
            }
        }
        _ => false,
    }
}

/// `[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}`, and then the end, `T`, `t` or a blank.
fn begins_as_timestamp(text: &[u8]) -> bool {
    let digits = |text: &[u8], most: usize| {
        text.iter()
            .take(most)
            .take_while(|byte| byte.is_ascii_digit())
            .count()
    };
    let [
        b'0'..=b'9',
        b'0'..=b'9',
        b'0'..=b'9',
        b'0'..=b'9',
        b'-',
        rest @ ..,
    ] = text
    else {
        return false;
    };
    let month = digits(rest, 2);
    let (true, Some((b'-', rest))) = (month > 0, rest[month..].split_first()) else {
        return false;
    };
    let day = digits(rest, 2);
    day > 0 && matches!(rest[day..], [] | [b'T' | b't' | b' ' | b'\t', ..])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;
    use proptest::prelude::*;
    use regex::Regex;
    use std::sync::LazyLock;

    #[test]
    fn typed() {
        let typed = [
            "",
            "~",
            "null",
            "Null",
            "NULL",
            "true",
            "False",
            "yes",
            "No",
            "ON",
            "off",
            "y",
            "Y",
            "n",
            "N",
            "<<",
            "=",
            "0",
            "7",
            "12345678",
            "007",
            "0x1F",
            "0XaB",
            "0o17",
            "0b1010",
            "1_000",
            "+12",
            "-12",
            "1.5",
            ".5",
            "5.",
            "-.5",
            "1e5",
            "1E5",
            "1e+5",
            "1.5e-3",
            "190:20:30",
            "1:30.5",
            "1,000",
            ".inf",
            "-.INF",
            "+.Inf",
            ".nan",
            ".NaN",
            "2001-12-14",
            "2001-1-2",
            "2001-12-14t21:59:43.10-05:00",
            "2001-12-14 21:59:43",
            " 12 ",
            "12\n",
        ];
        for text in typed {
            assert!(looks_typed(text), "{text:?}");
        }
    }

    #[test]
    fn not_typed() {
        let not_typed = [
            "a",
            "nul",
            "nulls",
            "truee",
            "yesno",
            "yy",
            "-",
            "+",
            ".",
            "..",
            "_1",
            "1a",
            "0x",
            "0xg",
            "0o8",
            "0b2",
            "1e",
            "1e5e",
            "e5",
            "1e+",
            "+-1",
            "--1",
            "inf",
            "nan",
            "2001-12",
            "12345-1-1",
            "2001-12-14x",
            "2001-123-1",
            "2001--1",
            "1-2",
            "1 2",
            "é",
            "1é",
        ];
        for text in not_typed {
            assert!(!looks_typed(text), "{text:?}");
        }
    }

    /// The rule as one expression, as docs/derivation.md prints it.
    static DOCUMENTED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(concat!(
            r"^[ \t\r\n]*(?:|~|=|<<|(?i-u:null|true|false|yes|no|on|off|y|n)",
            r"|[-+]?(?:(?i-u:\.inf|\.nan)|0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+",
            r"|\.?[0-9][0-9_,.:]*(?:[eE][-+]?[0-9_]+)?)",
            r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt \t](?s:.*))?)[ \t\r\n]*$",
        ))
        .unwrap()
    });

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100_000))]

        #[test]
        fn is_the_documented_expression(text in "[-+.,:_0-9a-fA-FxXoObByYnNtTulseI~=< \\t\\n]{0,7}|[0-9]{3,5}-[0-9]{0,3}-[0-9]{0,3}[Tt x]?[0-9:]{0,3}|\\PC{0,6}") {
            prop_assert_eq!(looks_typed(&text), DOCUMENTED.is_match(&text), "{:?}", text);
        }
    }
}
