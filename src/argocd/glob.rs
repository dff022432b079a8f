//! Globs in `values-files`, with the meaning and the order that Argo CD gives them.
//!
//! Argo CD uses github.com/bmatcuk/doublestar: `*`, `?`, `[a-z]`, `[!a]`, `{one,two}`, `\` for the next
//! character as it is, and `**` for any number of folders. Matches come in the order in which folders are
//! walked, which decides which values file wins; `tests/vectors/glob.json` holds what doublestar says.

use std::path::{Path, PathBuf};

use thiserror::Error;

/// How many folder entries one glob may look at.
const MAX_ENTRIES: usize = 100_000;

/// How many patterns the alternatives `{…,…}` of one glob may give.
const MAX_ALTERNATIVES: usize = 256;

/// How many braces one glob may have.
const MAX_BRACES: usize = 64;

/// How long one glob may be, in bytes: the longest path of Linux.
const MAX_PATTERN: usize = 4096;

/// Why a glob gives no list of files.
#[derive(Debug, Error, PartialEq, Eq)]
pub(crate) enum GlobError {
    /// A class, an alternative or an escape is not closed.
    #[error("is not a valid glob")]
    Bad,
    /// It would look at too many files.
    #[error("looks at more than {MAX_ENTRIES} files")]
    TooMany,
    /// It is no pattern that somebody has written.
    #[error("has more than {MAX_BRACES} alternatives in braces or {MAX_PATTERN} characters")]
    TooLong,
    /// A link that matches leads out of the repository.
    #[error("leads out of the repository by the link `{0}`")]
    Outside(String),
}

/// Whether Argo CD takes `text` as a glob.
#[must_use]
pub(crate) fn is_glob(text: &str) -> bool {
    text.contains(['*', '?', '['])
}

/// One part of a pattern between two slashes.
#[derive(Debug, PartialEq, Eq)]
enum Segment {
    /// `**`: this folder and all below it.
    Folders,
    /// A name to match.
    Name(Vec<Token>),
}

#[derive(Debug, PartialEq, Eq)]
enum Token {
    Literal(char),
    AnyChar,
    AnyRun,
    Class {
        negated: bool,
        ranges: Vec<(char, char)>,
    },
}

/// The files that `pattern` matches below the folder `base`, in doublestar's order.
///
/// `inside` tells whether a path, links followed, stays in the repository; a match that does not is an error.
///
/// # Errors
/// The pattern is malformed, matches too much, or a match leads out of the repository.
pub(crate) fn glob(
    base: &Path,
    pattern: &str,
    inside: &dyn Fn(&Path) -> bool,
) -> Result<Vec<PathBuf>, GlobError> {
    let mut patterns = Vec::new();
    alternatives(pattern, &mut patterns)?;
    let mut walk = Walk { inside, entries: 0 };
    let mut found = Vec::new();
    for pattern in &patterns {
        let segments = parse(pattern)?;
        found.extend(walk.files(base, &segments)?);
    }
    if patterns.len() > 1 {
        found.sort();
    }
    let mut unique: Vec<PathBuf> = Vec::new();
    for path in found {
        if !unique.contains(&path) {
            unique.push(path);
        }
    }
    Ok(unique)
}

/// Expands `{one,two}` from the left: each alternative gives a pattern of its own.
///
/// Nested ones are opened one by one, so their number and the pattern's length bound the work.
fn alternatives(pattern: &str, out: &mut Vec<String>) -> Result<(), GlobError> {
    let Some(open) = find(pattern, |_, c| c == '{') else {
        if out.len() == MAX_ALTERNATIVES {
            return Err(GlobError::TooMany);
        }
        out.push(pattern.to_owned());
        return Ok(());
    };
    let inner = &pattern[open + 1..];
    let mut depth = 0_usize;
    let mut cuts = Vec::new();
    let close = find(inner, |at, c| {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => return true,
            '}' => depth -= 1,
            ',' if depth == 0 => cuts.push(at),
            _ => {}
        }
        false
    })
    .ok_or(GlobError::Bad)?;
    if pattern.len() > MAX_PATTERN || pattern.matches('{').count() > MAX_BRACES {
        return Err(GlobError::TooLong);
    }
    cuts.push(close);
    let mut from = 0;
    for cut in cuts {
        let one = format!(
            "{}{}{}",
            &pattern[..open],
            &inner[from..cut],
            &inner[close + 1..]
        );
        alternatives(&one, out)?;
        from = cut + 1;
    }
    Ok(())
}

/// The offset of the first character that is not escaped and that `wanted` accepts.
fn find(text: &str, mut wanted: impl FnMut(usize, char) -> bool) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if wanted(at, c) {
            return Some(at);
        }
    }
    None
}

fn parse(pattern: &str) -> Result<Vec<Segment>, GlobError> {
    let mut segments: Vec<Segment> = Vec::new();
    for part in pattern.split('/').filter(|part| !part.is_empty()) {
        let segment = if part == "**" {
            Segment::Folders
        } else {
            Segment::Name(tokens(part)?)
        };
        // `**/**` says no more than `**`, and would walk everything twice.
        if segment != Segment::Folders || segments.last() != Some(&Segment::Folders) {
            segments.push(segment);
        }
    }
    Ok(segments)
}

/// Whether a pattern without slashes and braces means `name`.
///
/// # Errors
/// It is no pattern.
pub(crate) fn matches_name(pattern: &str, name: &str) -> Result<bool, GlobError> {
    Ok(matches(&tokens(pattern)?, name))
}

fn tokens(part: &str) -> Result<Vec<Token>, GlobError> {
    let mut out = Vec::new();
    let mut chars = part.chars().peekable();
    while let Some(c) = chars.next() {
        out.push(match c {
            '*' => {
                while chars.next_if_eq(&'*').is_some() {}
                Token::AnyRun
            }
            '?' => Token::AnyChar,
            '\\' => Token::Literal(chars.next().ok_or(GlobError::Bad)?),
            '[' => class(&mut chars)?,
            '}' => return Err(GlobError::Bad),
            c => Token::Literal(c),
        });
    }
    Ok(out)
}

fn class(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<Token, GlobError> {
    let negated = chars.next_if(|c| matches!(c, '!' | '^')).is_some();
    let mut ranges = Vec::new();
    loop {
        let first = match chars.next().ok_or(GlobError::Bad)? {
            ']' if ranges.is_empty() => return Err(GlobError::Bad),
            ']' => return Ok(Token::Class { negated, ranges }),
            '\\' => chars.next().ok_or(GlobError::Bad)?,
            c => c,
        };
        let mut ahead = chars.clone();
        let is_range = ahead.next() == Some('-') && !matches!(ahead.next(), None | Some(']'));
        let last = if is_range {
            chars.next();
            match chars.next().ok_or(GlobError::Bad)? {
                '\\' => chars.next().ok_or(GlobError::Bad)?,
                c => c,
            }
        } else {
            first
        };
        ranges.push((first, last));
    }
}

fn matches(tokens: &[Token], name: &str) -> bool {
    let name: Vec<char> = name.chars().collect();
    let (mut token, mut at) = (0, 0);
    // Where to go on if the rest does not fit: behind the last `*`, which takes one character more.
    let mut retry: Option<(usize, usize)> = None;
    while at < name.len() {
        let fits = match tokens.get(token) {
            Some(Token::AnyRun) => {
                retry = Some((token + 1, at));
                token += 1;
                continue;
            }
            Some(Token::AnyChar) => true,
            Some(Token::Literal(c)) => *c == name[at],
            Some(Token::Class { negated, ranges }) => {
                ranges.iter().any(|(a, b)| (*a..=*b).contains(&name[at])) != *negated
            }
            None => false,
        };
        if fits {
            token += 1;
            at += 1;
        } else if let Some((behind, taken)) = retry {
            retry = Some((behind, taken + 1));
            token = behind;
            at = taken + 1;
        } else {
            return false;
        }
    }
    tokens[token..].iter().all(|token| *token == Token::AnyRun)
}

struct Walk<'a> {
    inside: &'a dyn Fn(&Path) -> bool,
    entries: usize,
}

impl Walk<'_> {
    fn files(&mut self, base: &Path, segments: &[Segment]) -> Result<Vec<PathBuf>, GlobError> {
        let Some((last, folders)) = segments.split_last() else {
            return Ok(Vec::new());
        };
        let mut dirs = vec![base.to_path_buf()];
        for segment in folders {
            let mut next = Vec::new();
            for dir in &dirs {
                match segment {
                    Segment::Folders => self.below(dir, &mut Vec::new(), &mut next, &mut None)?,
                    Segment::Name(tokens) => next.extend(self.named(dir, tokens, true)?),
                }
            }
            dirs = next;
        }
        let mut found = Vec::new();
        for dir in &dirs {
            match last {
                Segment::Folders => {
                    self.below(dir, &mut Vec::new(), &mut Vec::new(), &mut Some(&mut found))?;
                }
                Segment::Name(tokens) => found.extend(self.named(dir, tokens, false)?),
            }
        }
        Ok(found)
    }

    /// The entries of `dir` that match: folders if `folders` says so, files else.
    fn named(
        &mut self,
        dir: &Path,
        tokens: &[Token],
        folders: bool,
    ) -> Result<Vec<PathBuf>, GlobError> {
        let mut found = Vec::new();
        for (name, path) in self.list(dir)? {
            if matches(tokens, &name) && path.is_dir() == folders {
                self.check(&path)?;
                found.push(path);
            }
        }
        Ok(found)
    }

    /// `dir` and all folders below it, each before what is in it; their files go to `files` if it is given.
    fn below(
        &mut self,
        dir: &Path,
        above: &mut Vec<PathBuf>,
        dirs: &mut Vec<PathBuf>,
        files: &mut Option<&mut Vec<PathBuf>>,
    ) -> Result<(), GlobError> {
        self.check(dir)?;
        // A link to a folder above would go round for ever.
        let Ok(real) = dir.canonicalize() else {
            return Ok(());
        };
        if above.contains(&real) {
            return Ok(());
        }
        above.push(real);
        dirs.push(dir.to_path_buf());
        for (_, path) in self.list(dir)? {
            if path.is_dir() {
                self.below(&path, above, dirs, files)?;
            } else if let Some(files) = files {
                self.check(&path)?;
                files.push(path);
            }
        }
        above.pop();
        Ok(())
    }

    /// The entries of `dir` by name; a name that is no UTF-8 cannot be written in an Application.
    fn list(&mut self, dir: &Path) -> Result<Vec<(String, PathBuf)>, GlobError> {
        let Ok(entries) = std::fs::read_dir(dir) else {
            return Ok(Vec::new());
        };
        let mut found = Vec::new();
        for entry in entries.flatten() {
            self.entries += 1;
            if self.entries > MAX_ENTRIES {
                return Err(GlobError::TooMany);
            }
            if let Ok(name) = entry.file_name().into_string() {
                found.push((name, entry.path()));
            }
        }
        found.sort();
        Ok(found)
    }

    fn check(&self, path: &Path) -> Result<(), GlobError> {
        if (self.inside)(path) {
            return Ok(());
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        Err(GlobError::Outside(name.escape_debug().to_string()))
    }
}

#[cfg(test)]
mod tests;
