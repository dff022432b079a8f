//! Scalars of YAML as helm's reader takes them, which knows YAML 1.1: `yes` is true, `010` is 8.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use granit_parser::{ScalarStyle, Tag};

/// The type of a key in Go. Two numbers of one text can differ: a text has 32 bits of a number with a fraction, whose own
/// 64 bits are these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    Text,
    Truth,
    Whole,
    Real(u64),
    Nan,
}

/// What a scalar is to Go.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) enum Scalar {
    /// What can be a key, and its text in JSON.
    Key(String, Kind),
    /// The key of what a mapping takes over from others.
    Merge,
    /// What is no key to helm: nothing, which is empty here, and numbers above 63 bits.
    Other(String),
}

/// A scalar as go-yaml's second version reads it.
pub(super) fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Scalar {
    let as_text = |text: &str| Scalar::Key(text.to_owned(), Kind::Text);
    let Some(tag) = tag.map(Tag::to_string) else {
        return match style {
            ScalarStyle::Plain => plain(text),
            _ => as_text(text),
        };
    };
    match tag.strip_prefix("tag:yaml.org,2002:") {
        Some("bool" | "int" | "null") => plain(text),
        Some("float") => match plain(text) {
            Scalar::Key(whole, Kind::Whole) => whole.parse().map_or(Scalar::Other(whole), number),
            other => other,
        },
        Some("merge") if text == "<<" => Scalar::Merge,
        Some("binary") => match STANDARD.decode(text.replace(['\r', '\n'], "")) {
            Ok(bytes) => as_text(&String::from_utf8_lossy(&bytes)),
            Err(_) => Scalar::Other(text.to_owned()),
        },
        _ => as_text(text),
    }
}

/// A text without quotes and tag.
fn plain(text: &str) -> Scalar {
    let truth = |truth: bool| Scalar::Key(truth.to_string(), Kind::Truth);
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            return truth(true);
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return truth(false);
        }
        "" | "~" | "null" | "Null" | "NULL" => return Scalar::Other(String::new()),
        ".nan" | ".NaN" | ".NAN" => return number(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return number(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return number(f64::NEG_INFINITY),
        "<<" => return Scalar::Merge,
        _ => {}
    }
    let begins_as_number = text.starts_with(|first: char| "+-0123456789".contains(first));
    let digits = match begins_as_number {
        true => text.replace('_', ""),
        false => text.to_owned(),
    };
    match whole(&digits).filter(|_| begins_as_number) {
        Some(number) if i64::try_from(number).is_ok() => {
            Scalar::Key(number.to_string(), Kind::Whole)
        }
        // No key to helm.
        Some(number) if u64::try_from(number).is_ok() && !digits.starts_with('+') => {
            Scalar::Other(number.to_string())
        }
        _ => match fraction(&digits) {
            Some(found) => number(found),
            None => Scalar::Key(text.to_owned(), Kind::Text),
        },
    }
}

/// A whole number as Go's `strconv` reads it whatever its base.
fn whole(text: &str) -> Option<i128> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let lower = digits.to_ascii_lowercase();
    let (base, digits) = match lower.as_bytes() {
        [b'0', b'x', ..] => (16, &lower[2..]),
        [b'0', b'o', ..] => (8, &lower[2..]),
        [b'0', b'b', ..] => (2, &lower[2..]),
        [b'0', _, ..] => (8, &lower[1..]),
        _ => (10, &*lower),
    };
    // Rust would take one more sign.
    let number = i128::from_str_radix(digits, base).ok();
    let number = number.filter(|_| !digits.starts_with(['+', '-']))?;
    Some(if text.starts_with('-') {
        -number
    } else {
        number
    })
}

/// A number with a fraction or an exponent, or digits that are no whole number (`08`).
fn fraction(text: &str) -> Option<f64> {
    let is_number = |c: char| c.is_ascii_digit() || "+-.eE".contains(c);
    let number = text.chars().all(is_number).then(|| text.parse::<f64>());
    number?.ok().filter(|number| number.is_finite())
}

/// A number with a fraction.
fn number(number: f64) -> Scalar {
    let kind = match number.is_nan() {
        true => Kind::Nan,
        // Go finds `-0.0` again as `0.0`.
        false => Kind::Real((number + 0.0).to_bits()),
    };
    Scalar::Key(real(number), kind)
}

/// The text of a number in JSON's keys: of 32 bits, with an exponent from a million on.
fn real(number: f64) -> String {
    #[allow(clippy::cast_possible_truncation)]
    let number = number as f32;
    if number.is_nan() {
        return ".nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let text = format!("{number:e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    match exponent.parse::<i32>() {
        Ok(exponent) if !(-4..6).contains(&exponent) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", exponent.abs())
        }
        _ => number.to_string(),
    }
}
