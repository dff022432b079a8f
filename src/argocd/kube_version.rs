//! The Kubernetes version that helm is told, read as Argo CD reads it.

use thiserror::Error;

/// A text that is no version.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("`{0}` is no Kubernetes version, which reads like 1.33 or v1.33.2")]
pub(crate) struct KubeVersionError(String);

/// Reduces a version to its numbers, as Argo CD does before it calls helm: `v1.33.2-eks-1a2b` → `1.33.2`.
///
/// The rules are those of `ParseGeneric` in k8s.io/apimachinery/pkg/util/version: at least two numbers, the
/// first without leading zeroes, anything behind them ignored. An empty text stays empty.
///
/// # Errors
/// The text does not begin with two numbers, or a number is too large.
pub(crate) fn normalise(text: &str) -> Result<String, KubeVersionError> {
    if text.is_empty() {
        return Ok(String::new());
    }
    let error = || KubeVersionError(printable(text));
    let trimmed = text.trim_start_matches([' ', '\t', '\n', '\r', '\x0c']);
    let numbers = trimmed.strip_prefix('v').unwrap_or(trimmed);
    let mut parts = Vec::new();
    let mut rest = numbers;
    loop {
        let end = rest
            .bytes()
            .position(|b| !b.is_ascii_digit())
            .unwrap_or(rest.len());
        if end == 0 {
            break;
        }
        let digits = &rest[..end];
        if parts.is_empty() && digits.len() > 1 && digits.starts_with('0') {
            return Err(error());
        }
        parts.push(digits.parse::<u64>().map_err(|_| error())?.to_string());
        match rest[end..].strip_prefix('.') {
            Some(next) => rest = next,
            None => break,
        }
    }
    // The extra text may be anything but a second line (`.` in Go's expression).
    if parts.len() < 2 || trimmed.contains('\n') {
        return Err(error());
    }
    Ok(parts.join("."))
}

/// A tenant's text, fit for one line of a message.
fn printable(text: &str) -> String {
    text.chars()
        .take(40)
        .flat_map(char::escape_default)
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn keeps_the_numbers_only() {
        for (text, wanted) in [
            ("", ""),
            ("1.33", "1.33"),
            ("v1.33.2", "1.33.2"),
            ("1.29.3-eks-adc7111", "1.29.3"),
            ("v1.28.15+rke2r1", "1.28.15"),
            ("1.30+", "1.30"),
            (" v1.30.0", "1.30.0"),
            ("1.033.0", "1.33.0"),
            ("1.30.", "1.30"),
        ] {
            assert_eq!(normalise(text).unwrap(), wanted, "for {text:?}");
        }
    }

    #[test]
    fn refuses_what_is_no_version() {
        for text in [
            "1",
            "v",
            "latest",
            "01.30",
            "--x",
            "1.99999999999999999999",
            "vv1.2",
            "1.",
            "1.30\n",
        ] {
            assert!(normalise(text).is_err(), "for {text:?}");
        }
    }
}
