//! The version of a helm binary.

use std::fmt;

/// The oldest helm that knows all flags that are used (`--skip-schema-validation` came with 3.16).
pub(crate) const OLDEST: Version = Version {
    major: 3,
    minor: 16,
    patch: 0,
};

/// A version as helm prints it; zeros if it cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// 3 of `v3.17.2`.
    pub major: u32,
    /// 17 of `v3.17.2`.
    pub minor: u32,
    /// 2 of `v3.17.2`.
    pub patch: u32,
}

impl Version {
    /// Reads `v3.17.2`, `v3.17.2+g1234567` or `v4.0.0-rc.1`.
    pub(super) fn parse(text: &str) -> Self {
        let text = text.trim().trim_start_matches('v');
        let end = text.find(['+', '-', ' ']).unwrap_or(text.len());
        let mut numbers = text[..end].split('.').map(|part| part.parse().unwrap_or(0));
        let mut next = || numbers.next().unwrap_or(0);
        Version {
            major: next(),
            minor: next(),
            patch: next(),
        }
    }

    /// Whether there is one.
    pub(crate) fn is_known(&self) -> bool {
        self.major > 0
    }

    /// Whether it lacks a flag that is used.
    pub fn is_too_old(&self) -> bool {
        *self < OLDEST
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn reads_what_helm_prints() {
        for (text, version, old) in [
            ("v3.17.3", "3.17.3", false),
            ("v4.3.1+g249e521\n", "4.3.1", false),
            ("v4.0.0-rc.1", "4.0.0", false),
            ("v3.15.4", "3.15.4", true),
            ("Client: v2", "0.0.0", true),
            ("", "0.0.0", true),
        ] {
            let read = Version::parse(text);
            assert_eq!(
                (read.to_string().as_str(), read.is_too_old()),
                (version, old),
                "{text}"
            );
        }
    }
}
