//! Go's `filepath.Match` on Unix, which helm uses for the patterns of `.helmignore`.
//!
//! A port of the function in Go's standard library (`path/filepath/match.go`), quirks included: a
//! pattern that other glob libraries read in another way would hide or show another file than helm.

/// The pattern is malformed (Go's `filepath.ErrBadPattern`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("syntax error in pattern")]
pub(super) struct BadPattern;

/// Whether the whole of `name` matches `pattern`: `*` and `?` stop at `/`, `[…]` is a class and `\`
/// quotes the next character.
pub(super) fn matches(pattern: &str, name: &str) -> Result<bool, BadPattern> {
    let mut pattern = pattern.as_bytes();
    let mut name = name.as_bytes();
    'pattern: while !pattern.is_empty() {
        let (star, chunk, rest) = scan_chunk(pattern);
        pattern = rest;
        if star && chunk.is_empty() {
            return Ok(!name.contains(&b'/'));
        }
        if let Some(after) = match_chunk(chunk, name)?
            && (after.is_empty() || !pattern.is_empty())
        {
            name = after;
            continue;
        }
        if star {
            let mut skipped = name;
            while let Some((&first, after_first)) = skipped.split_first() {
                if first == b'/' {
                    break;
                }
                skipped = after_first;
                if let Some(after) = match_chunk(chunk, skipped)? {
                    if pattern.is_empty() && !after.is_empty() {
                        continue;
                    }
                    name = after;
                    continue 'pattern;
                }
            }
        }
        return Ok(false);
    }
    Ok(name.is_empty())
}

/// The next part without a star, whether stars stand before it, and what follows it.
fn scan_chunk(pattern: &[u8]) -> (bool, &[u8], &[u8]) {
    let stars = pattern.iter().take_while(|&&byte| byte == b'*').count();
    let pattern = &pattern[stars..];
    let mut in_range = false;
    let mut at = 0;
    while let Some(&byte) = pattern.get(at) {
        match byte {
            b'\\' => at += 1,
            b'[' => in_range = true,
            b']' => in_range = false,
            b'*' if !in_range => break,
            _ => {}
        }
        at += 1;
    }
    let (chunk, rest) = pattern.split_at(at.min(pattern.len()));
    (stars > 0, chunk, rest)
}

/// What of `text` is left after `chunk` matched its beginning. After a mismatch it reads on, so that
/// a malformed chunk is an error whatever the text.
fn match_chunk<'t>(mut chunk: &[u8], mut text: &'t [u8]) -> Result<Option<&'t [u8]>, BadPattern> {
    let mut failed = false;
    while let Some((&first, after_first)) = chunk.split_first() {
        failed = failed || text.is_empty();
        match first {
            b'[' => {
                let mut rune = '\0';
                if !failed {
                    let (decoded, size) = decode(text);
                    rune = decoded;
                    text = &text[size..];
                }
                let (matched, after) = match_class(after_first, rune)?;
                failed = failed || !matched;
                chunk = after;
            }
            b'?' => {
                if !failed {
                    failed = text.first() == Some(&b'/');
                    text = &text[decode(text).1..];
                }
                chunk = after_first;
            }
            _ => {
                let (literal, after) = if first == b'\\' {
                    let (&quoted, after) = after_first.split_first().ok_or(BadPattern)?;
                    (quoted, after)
                } else {
                    (first, after_first)
                };
                if !failed && let Some((&byte, after_byte)) = text.split_first() {
                    failed = literal != byte;
                    text = after_byte;
                }
                chunk = after;
            }
        }
    }
    Ok((!failed).then_some(text))
}

/// Whether `rune` is in the class that begins behind its `[`, and what follows the class.
fn match_class(mut chunk: &[u8], rune: char) -> Result<(bool, &[u8]), BadPattern> {
    let negated = chunk.first() == Some(&b'^');
    if negated {
        chunk = &chunk[1..];
    }
    let mut matched = false;
    let mut ranges = 0_u32;
    loop {
        if ranges > 0
            && let Some(after) = chunk.strip_prefix(b"]")
        {
            return Ok((matched != negated, after));
        }
        let (low, after) = class_rune(chunk)?;
        let (high, after) = match after.strip_prefix(b"-") {
            Some(after) => class_rune(after)?,
            None => (low, after),
        };
        matched = matched || (low <= rune && rune <= high);
        chunk = after;
        ranges = ranges.saturating_add(1);
    }
}

/// One character of a class, perhaps quoted; something must follow it.
fn class_rune(chunk: &[u8]) -> Result<(char, &[u8]), BadPattern> {
    let chunk = match chunk.first() {
        None | Some(b'-' | b']') => return Err(BadPattern),
        Some(b'\\') => &chunk[1..],
        Some(_) => chunk,
    };
    if chunk.is_empty() {
        return Err(BadPattern);
    }
    let (rune, size) = decode(chunk);
    let after = &chunk[size..];
    if after.is_empty() {
        return Err(BadPattern);
    }
    Ok((rune, after))
}

/// The first character and its length in bytes; a byte inside a character counts as U+FFFD, as in Go.
fn decode(text: &[u8]) -> (char, usize) {
    let longest = text.len().min(4);
    for size in 1..=longest {
        if let Ok(valid) = std::str::from_utf8(&text[..size])
            && let Some(rune) = valid.chars().next()
        {
            return (rune, size);
        }
    }
    (char::REPLACEMENT_CHARACTER, longest.min(1))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    /// The cases of Go's own test (`path/filepath/match_test.go`); `None` is an error.
    const GO_CASES: &[(&str, &str, Option<bool>)] = &[
        ("abc", "abc", Some(true)),
        ("*", "abc", Some(true)),
        ("*c", "abc", Some(true)),
        ("a*", "a", Some(true)),
        ("a*", "abc", Some(true)),
        ("a*", "ab/c", Some(false)),
        ("a*/b", "abc/b", Some(true)),
        ("a*/b", "a/c/b", Some(false)),
        ("a*b*c*d*e*/f", "axbxcxdxe/f", Some(true)),
        ("a*b*c*d*e*/f", "axbxcxdxexxx/f", Some(true)),
        ("a*b*c*d*e*/f", "axbxcxdxe/xxx/f", Some(false)),
        ("a*b*c*d*e*/f", "axbxcxdxexxx/fff", Some(false)),
        ("a*b?c*x", "abxbbxdbxebxczzx", Some(true)),
        ("a*b?c*x", "abxbbxdbxebxczzy", Some(false)),
        ("ab[c]", "abc", Some(true)),
        ("ab[b-d]", "abc", Some(true)),
        ("ab[e-g]", "abc", Some(false)),
        ("ab[^c]", "abc", Some(false)),
        ("ab[^b-d]", "abc", Some(false)),
        ("ab[^e-g]", "abc", Some(true)),
        ("a\\*b", "a*b", Some(true)),
        ("a\\*b", "ab", Some(false)),
        ("a?b", "a☺b", Some(true)),
        ("a[^a]b", "a☺b", Some(true)),
        ("a???b", "a☺b", Some(false)),
        ("a[^a][^a][^a]b", "a☺b", Some(false)),
        ("[a-ζ]*", "α", Some(true)),
        ("*[a-ζ]", "A", Some(false)),
        ("a?b", "a/b", Some(false)),
        ("a*b", "a/b", Some(false)),
        ("[\\]a]", "]", Some(true)),
        ("[\\-]", "-", Some(true)),
        ("[x\\-]", "x", Some(true)),
        ("[x\\-]", "-", Some(true)),
        ("[x\\-]", "z", Some(false)),
        ("[\\-x]", "x", Some(true)),
        ("[\\-x]", "-", Some(true)),
        ("[\\-x]", "a", Some(false)),
        ("[]a]", "]", None),
        ("[-]", "-", None),
        ("[x-]", "x", None),
        ("[x-]", "-", None),
        ("[x-]", "z", None),
        ("[-x]", "x", None),
        ("[-x]", "-", None),
        ("[-x]", "a", None),
        ("\\", "a", None),
        ("[a-b-c]", "a", None),
        ("[", "a", None),
        ("[^", "a", None),
        ("[^bc", "a", None),
        ("a[", "a", None),
        ("a[", "ab", None),
        ("a[", "x", None),
        ("a/b[", "x", None),
        ("*x", "xxx", Some(true)),
    ];

    #[test]
    fn agrees_with_go() {
        for &(pattern, name, expected) in GO_CASES {
            assert_eq!(
                matches(pattern, name).ok(),
                expected,
                "{pattern:?} on {name:?}"
            );
        }
    }

    #[test]
    fn odd_patterns_do_not_panic() {
        for pattern in ["*\\", "[\\", "[a\\", "**[", "?[^", "\\☺", "[☺", "☺*☺"] {
            for name in ["", "a", "☺", "a/☺"] {
                let _ = matches(pattern, name);
            }
        }
        assert_eq!(matches("\\☺", "☺"), Ok(true));
        assert_eq!(matches("*☺", "a☺"), Ok(true));
    }
}
