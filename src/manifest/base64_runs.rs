//! Base64 in a text: where it stands, and what it holds.
//!
//! Any word is base64 of something, so this finds candidates: the caller looks for what it knows
//! in the decoded bytes.

use std::fmt;
use std::ops::Range;

use base64::Engine;
use base64::engine::GeneralPurpose;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// Words with fewer characters than this, padding too, are no run: four hold one to three bytes.
const SHORTEST: usize = 4;

/// Lines of this many characters or more count as lines of one text, even if a line of that
/// width is not base64 by itself.
const WIDE: usize = 20;

/// RFC 4648's two alphabets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Base64Alphabet {
    /// Section 4, with `+` and `/`; also where neither these nor `-` and `_` stand.
    Standard,
    /// Section 5, with `-` and `_`.
    UrlSafe,
}

impl Base64Alphabet {
    fn engine(self) -> &'static GeneralPurpose {
        match self {
            Self::Standard => &STANDARD_NO_PAD,
            Self::UrlSafe => &URL_SAFE_NO_PAD,
        }
    }

    fn has(self, byte: u8) -> bool {
        byte.is_ascii_alphanumeric()
            || match self {
                Self::Standard => matches!(byte, b'+' | b'/'),
                Self::UrlSafe => matches!(byte, b'-' | b'_'),
            }
    }
}

/// A stretch of text that is base64 of something. Its `Debug` output leaves the bytes out.
#[derive(Clone)]
pub(crate) struct Run {
    /// The bytes of the text that it takes, with padding and line breaks inside.
    pub(crate) span: Range<usize>,
    /// What it holds, in whole bytes.
    pub(crate) decoded: Vec<u8>,
}

impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run")
            .field("span", &self.span)
            .finish_non_exhaustive()
    }
}

/// The runs of base64 in a text, in the order of their beginnings. They may overlap, where a
/// text can be read in either alphabet, or as one wrapped text or its lines: of those that hold
/// what the caller looks for, the shortest says it best.
///
/// Lines belong together if all but the last have the same width and nothing but one kind of
/// break stands between them: a line break and indentation, or an escaped one (`\n`, `\\n`).
pub(crate) fn base64_runs(text: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    for alphabet in [Base64Alphabet::Standard, Base64Alphabet::UrlSafe] {
        collect(text, alphabet, &mut runs);
    }
    runs.sort_by_key(|run| (run.span.start, run.span.end));
    runs.dedup_by(|later, earlier| later.span == earlier.span);
    runs
}

/// A word of base64 characters.
#[derive(Debug, Clone)]
struct Word {
    characters: Range<usize>,
    padding: usize,
}

impl Word {
    fn end(&self) -> usize {
        self.characters.end + self.padding
    }

    fn len(&self) -> usize {
        self.characters.len() + self.padding
    }
}

fn collect(text: &str, alphabet: Base64Alphabet, runs: &mut Vec<Run>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        if byte == b'\\' {
            // The character behind it belongs to it.
            at += 2;
        } else if alphabet.has(byte) {
            let first = word_at(bytes, at, 0, alphabet);
            at = words_from(text, first, alphabet, runs);
        } else {
            at += 1;
        }
    }
}

/// Adds the runs that begin with this word or on the lines that go on with it, and says where
/// the last of them ends.
fn words_from(text: &str, first: Word, alphabet: Base64Alphabet, runs: &mut Vec<Run>) -> usize {
    let bytes = text.as_bytes();
    let lines = match bytes.get(first.end()..).map_or(0, break_at) {
        0 => Vec::new(),
        _ => lines_from(bytes, first.clone(), alphabet),
    };
    let end = lines.last().unwrap_or(&first).end();
    if alphabet == Base64Alphabet::UrlSafe && !tells_alphabet(bytes, first.characters.start, end) {
        // The same runs as in the standard alphabet.
        return end;
    }
    if lines.len() < 2 {
        runs.extend(run_of(text, &[first], alphabet));
        return end;
    }
    let together = run_of(text, &lines, alphabet);
    let is_text = together
        .as_ref()
        .is_some_and(|run| std::str::from_utf8(&run.decoded).is_ok());
    runs.extend(together);
    // Whole groups of four say the same alone as together. What is no text may be a word that is no base64 above one that is.
    if !is_text || !first.len().is_multiple_of(4) {
        for line in &lines {
            let line = word_at(bytes, line.characters.start, 0, alphabet);
            runs.extend(run_of(text, &[line], alphabet));
        }
    }
    end
}

/// Whether a character of one alphabet only stands in these bytes or next to them.
fn tells_alphabet(bytes: &[u8], start: usize, end: usize) -> bool {
    let wider = start.saturating_sub(1)..bytes.len().min(end + 1);
    let telling = |b: &u8| matches!(b, b'-' | b'_' | b'+' | b'/');
    bytes
        .get(wider)
        .is_some_and(|wider| wider.iter().any(telling))
}

/// The word that begins here, with so many characters before it on other lines.
fn word_at(bytes: &[u8], start: usize, before: usize, alphabet: Base64Alphabet) -> Word {
    let rest = bytes.get(start..).unwrap_or_default();
    let length = rest.iter().take_while(|b| alphabet.has(**b)).count();
    Word {
        characters: start..start + length,
        padding: padding_at(&rest[length..], before + length),
    }
}

/// How many `=` belong to a text of so many characters: as many as complete it, or none.
fn padding_at(rest: &[u8], characters: usize) -> usize {
    match (characters % 4, rest) {
        (2, [b'=', b'=', ..]) => 2,
        (3, [b'=', ..]) => 1,
        _ => 0,
    }
}

/// The word and those on the next lines that go on with it.
fn lines_from(bytes: &[u8], first: Word, alphabet: Base64Alphabet) -> Vec<Word> {
    let width = first.len();
    let mut lines = vec![first];
    let mut separator: &[u8] = b"";
    if !width.is_multiple_of(4) && width < WIDE {
        return lines;
    }
    while let Some(last) = lines.last() {
        if last.padding > 0 || last.len() < width {
            break;
        }
        let Some(rest) = bytes.get(last.end()..) else {
            break;
        };
        let between = &rest[..break_at(rest)];
        let known = lines.len() > 1;
        if between.is_empty() || (known && between != separator) {
            break;
        }
        let next = word_at(
            bytes,
            last.end() + between.len(),
            width * lines.len(),
            alphabet,
        );
        if next.characters.is_empty() || next.len() > width {
            break;
        }
        separator = between;
        lines.push(next);
    }
    lines
}

/// The length of the line break that the text begins with, with the indentation behind it.
fn break_at(text: &[u8]) -> usize {
    let real = text.strip_prefix(b"\r").unwrap_or(text);
    if let Some(indented) = real.strip_prefix(b"\n") {
        let blanks = indented.iter().take_while(|b| matches!(b, b' ' | b'\t'));
        return text.len() - indented.len() + blanks.count();
    }
    match escaped(text, b'r')
        .or(Some(text))
        .and_then(|t| escaped(t, b'n'))
    {
        Some(behind) => text.len() - behind.len(),
        None => 0,
    }
}

/// What follows a letter behind one backslash or more.
fn escaped(text: &[u8], letter: u8) -> Option<&[u8]> {
    let slashes = text.iter().take_while(|b| **b == b'\\').count();
    match text.get(slashes..)? {
        [first, behind @ ..] if slashes > 0 && *first == letter => Some(behind),
        _ => None,
    }
}

fn run_of(text: &str, lines: &[Word], alphabet: Base64Alphabet) -> Option<Run> {
    let (first, last) = (lines.first()?, lines.last()?);
    let span = first.characters.start..last.end();
    let mut characters: Vec<u8> = Vec::with_capacity(span.len() + 3);
    for line in lines {
        characters.extend_from_slice(text.as_bytes().get(line.characters.clone())?);
    }
    let count = characters.len();
    if count + last.padding < SHORTEST {
        return None;
    }
    // Zero bits complete the last byte: what they add is cut off below.
    characters.resize(count.next_multiple_of(4), b'A');
    let mut decoded = alphabet.engine().decode(&characters).ok()?;
    let whole = count * 6 / 8;
    let partial = decoded.get(whole).copied().unwrap_or_default();
    decoded.truncate(whole);
    if partial != 0 && last.padding > 0 {
        // Padded text ends with zero bits: this is something else.
        return None;
    }
    Some(Run { span, decoded })
}

#[cfg(test)]
mod tests;
