//! `.helmignore`: the rules by which helm leaves files of a chart's directory out.
//!
//! A port of helm's `pkg/ignore/rules.go` (the same in Helm 3.17 and 4), because a file that helm does
//! not load must not be copied, and one that it loads must. It is not Git's syntax: there is no `**`, and
//! a `!` rule hides everything that it does *not* match.

use super::glob;

/// The name of the file that holds the rules, at the chart's root.
pub(crate) const FILE_NAME: &str = ".helmignore";

/// The longest line that Go's `bufio.Scanner` takes.
const MAX_LINE: usize = 64 * 1024;

/// A rule that helm refuses, and with it the whole chart.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IgnoreError {
    /// A rule with `**`.
    #[error("line {line}: helm does not support double-star (**) syntax, write one rule per level")]
    DoubleStar {
        /// The line, from 1.
        line: usize,
    },
    /// A rule that is no pattern.
    #[error("line {line}: the pattern is malformed, close its brackets and quote a last backslash")]
    BadPattern {
        /// The line, from 1.
        line: usize,
    },
    /// A line that is too long for helm.
    #[error("line {line} is longer than 64 KiB, split it")]
    LongLine {
        /// The line, from 1.
        line: usize,
    },
}

/// What a rule compares.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Subject {
    /// The path from the chart's root: the rule has a slash.
    Path,
    /// The last part of the path only.
    Name,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    pattern: String,
    subject: Subject,
    negate: bool,
    must_be_dir: bool,
}

impl Rule {
    fn matches(&self, path: &str) -> bool {
        let subject = match self.subject {
            Subject::Path => path,
            Subject::Name => path.rsplit('/').next().unwrap_or(path),
        };
        // helm logs a pattern that turns out to be malformed, and goes on.
        glob::matches(&self.pattern, subject).unwrap_or(false)
    }
}

/// The rules of one chart, in the order of the file, helm's own (`templates/.?*`) last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rules {
    rules: Vec<Rule>,
}

impl Default for Rules {
    /// The rules of a chart with no `.helmignore`: dot files directly below `templates/` are ignored.
    fn default() -> Self {
        Rules {
            rules: vec![Rule {
                pattern: "templates/.?*".to_owned(),
                subject: Subject::Path,
                negate: false,
                must_be_dir: false,
            }],
        }
    }
}

impl Rules {
    /// Reads the text of a `.helmignore`. Blank lines and lines that begin with `#` are skipped.
    pub(crate) fn parse(text: &str) -> Result<Self, IgnoreError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut rules = Vec::new();
        for (index, line) in text.split('\n').enumerate() {
            let number = index + 1;
            if line.len() >= MAX_LINE {
                return Err(IgnoreError::LongLine { line: number });
            }
            rules.extend(parse_rule(line.trim(), number)?);
        }
        rules.extend(Rules::default().rules);
        Ok(Rules { rules })
    }

    /// Whether helm leaves out the file or directory at `path` (from the chart's root, `/` between its
    /// parts). Of an ignored directory helm reads nothing.
    pub(crate) fn ignores(&self, path: &str, is_dir: bool) -> bool {
        if path.is_empty() || path == "." {
            return false;
        }
        for rule in &self.rules {
            let wrong_kind = rule.must_be_dir && !is_dir;
            if rule.negate {
                if wrong_kind || !rule.matches(path) {
                    return true;
                }
            } else if !wrong_kind && rule.matches(path) {
                return true;
            }
        }
        false
    }

    /// Whether helm loads a file at `path`: neither it nor a directory above it is ignored.
    pub(crate) fn shows_file(&self, path: &str) -> bool {
        let hidden_dir = path
            .match_indices('/')
            .any(|(at, _)| self.ignores(&path[..at], true));
        !hidden_dir && !self.ignores(path, false)
    }
}

fn parse_rule(rule: &str, line: usize) -> Result<Option<Rule>, IgnoreError> {
    if rule.is_empty() || rule.starts_with('#') {
        return Ok(None);
    }
    if rule.contains("**") {
        return Err(IgnoreError::DoubleStar { line });
    }
    // helm tries the rule as it is written, with its `!` and its slashes.
    glob::matches(rule, "abc").map_err(|_| IgnoreError::BadPattern { line })?;
    let (negate, rule) = match rule.strip_prefix('!') {
        Some(rest) => (true, rest),
        None => (false, rule),
    };
    let (must_be_dir, rule) = match rule.strip_suffix('/') {
        Some(rest) => (true, rest),
        None => (false, rule),
    };
    let (subject, pattern) = match rule.strip_prefix('/') {
        Some(rest) => (Subject::Path, rest),
        None if rule.contains('/') => (Subject::Path, rule),
        None => (Subject::Name, rule),
    };
    Ok(Some(Rule {
        pattern: pattern.to_owned(),
        subject,
        negate,
        must_be_dir,
    }))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    /// Cases of helm's own `rules_test.go`: rule, path, is it a directory, is it ignored.
    #[test]
    fn agrees_with_helm() {
        let cases = [
            ("helm.txt", "helm.txt", false, true),
            ("helm.*", "helm.txt", false, true),
            ("helm.*", "rudder.txt", false, false),
            ("*.txt", "tiller.txt", false, true),
            ("*.txt", "cargo/a.txt", false, true),
            ("cargo/*.txt", "cargo/a.txt", false, true),
            ("cargo/*.*", "cargo/a.txt", false, true),
            ("cargo/*.txt", "mast/a.txt", false, false),
            ("ru[c-e]?er.txt", "rudder.txt", false, true),
            ("templates/.?*", "templates/.dotfile", false, true),
            (".*", ".", true, false),
            (".*", "./", true, false),
            (".*", ".joonix", false, true),
            (".*", "helm.txt", false, false),
            (".*", "", false, false),
            ("cargo/", "cargo", true, true),
            ("cargo/", "cargo/", true, false),
            ("cargo/", "mast/", true, false),
            ("helm.txt/", "helm.txt", false, false),
            ("!helm.txt", "helm.txt", false, false),
            ("!helm.txt", "tiller.txt", false, true),
            ("!*.txt", "cargo", true, true),
            ("!cargo/", "mast/", true, true),
            ("/a.txt", "a.txt", false, true),
            ("/a.txt", "cargo/a.txt", false, false),
            ("/cargo/*.txt", "cargo/a.txt", false, true),
            ("/cargo/*.txt", "mast/cargo/a.txt", false, false),
            ("/cargo/", "cargo", true, true),
        ];
        for (rule, path, is_dir, expected) in cases {
            let rules = Rules::parse(rule).expect(rule);
            // helm reads "cargo/" and "./" as they are; we never ask so.
            if path.ends_with('/') {
                continue;
            }
            assert_eq!(rules.ignores(path, is_dir), expected, "{rule} on {path:?}");
        }
    }

    #[test]
    fn the_default_rule_reaches_the_first_level_of_the_root_only() {
        let rules = Rules::default();
        assert!(rules.ignores("templates/.x.yaml", false));
        assert!(!rules.ignores("templates/sub/.x.yaml", false));
        assert!(!rules.ignores("charts/a/templates/.x.yaml", false));
        assert!(!rules.ignores("templates/.", false));
    }

    #[test]
    fn a_hidden_directory_hides_its_files() {
        let rules = Rules::parse("# c\r\n\r\ntests/\r\n").unwrap();
        assert!(!rules.shows_file("templates/tests/pod.yaml"));
        assert!(rules.shows_file("templates/pod.yaml"));
        assert!(rules.shows_file("tests"));
    }

    #[test]
    fn a_bom_and_blanks_are_trimmed() {
        let rules = Rules::parse("\u{feff}  *.md \n").unwrap();
        assert!(rules.ignores("a/README.md", false));
    }

    #[test]
    fn refuses_what_helm_refuses() {
        assert_eq!(
            Rules::parse("a\n**/b"),
            Err(IgnoreError::DoubleStar { line: 2 })
        );
        assert_eq!(Rules::parse("[a"), Err(IgnoreError::BadPattern { line: 1 }));
        let long = "x".repeat(MAX_LINE);
        assert_eq!(Rules::parse(&long), Err(IgnoreError::LongLine { line: 1 }));
    }
}
