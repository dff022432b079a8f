//! Base64 in a text: where it stands, what it holds, and how to write something else there.
//!
//! Any word is base64 of something, so this finds candidates: the caller looks for what it knows
//! in the decoded bytes. For every run, encoding the decoded bytes gives back the run's text.

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Base64Alphabet {
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
#[derive(Clone, PartialEq, Eq)]
pub struct Run {
    /// The bytes of the text that it takes, with padding and line breaks inside.
    pub span: Range<usize>,
    /// What it holds, in whole bytes.
    pub decoded: Vec<u8>,
    /// The alphabet that it is written in.
    pub alphabet: Base64Alphabet,
    /// Whether something was surely cut off behind it: it ends inside a byte. One that ends with
    /// a whole byte, or with zero bits, may be cut too.
    pub truncated: bool,
    /// Characters without padding and line breaks.
    characters: usize,
    padded: bool,
    /// The bits behind the last whole byte, from the top.
    partial: u8,
    wrap: Option<Wrap>,
}

/// How a run is broken into lines.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Wrap {
    width: usize,
    separator: String,
}

impl fmt::Debug for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run")
            .field("span", &self.span)
            .field("alphabet", &self.alphabet)
            .field("truncated", &self.truncated)
            .finish_non_exhaustive()
    }
}

impl Run {
    /// The run's text with other bytes in it: same alphabet, padding, and wrapping. With as many
    /// bytes as were decoded, it has the same length, and the bits behind the last byte stay.
    pub fn encode(&self, new: &[u8]) -> String {
        if self.truncated && new.len() == self.decoded.len() {
            let bytes = [new, &[self.partial]].concat();
            return self.encode_cut(&bytes);
        }
        let mut text = self.alphabet.engine().encode(new);
        if self.padded {
            let missing = text.len().next_multiple_of(4) - text.len();
            text.extend(std::iter::repeat_n('=', missing));
        }
        self.wrapped(text)
    }

    /// The run's text with the beginning of other bytes in it, cut where the run ends: for text
    /// that the chart truncated after it was encoded.
    pub fn encode_cut(&self, new: &[u8]) -> String {
        let mut text = self.alphabet.engine().encode(new);
        text.truncate(self.characters);
        self.wrapped(text)
    }

    fn wrapped(&self, text: String) -> String {
        match &self.wrap {
            Some(wrap) => wrap.apply(&text),
            None => text,
        }
    }
}

impl Wrap {
    fn apply(&self, text: &str) -> String {
        let mut wrapped = String::with_capacity(text.len() * 2);
        for (n, c) in text.chars().enumerate() {
            if n > 0 && n % self.width == 0 {
                wrapped.push_str(&self.separator);
            }
            wrapped.push(c);
        }
        wrapped
    }
}

/// The runs of base64 in a text, in the order of their beginnings. They may overlap, where a
/// text can be read in either alphabet, or as one wrapped text or its lines: of those that hold
/// what the caller looks for, the shortest says it best.
///
/// Lines belong together if all but the last have the same width and nothing but one kind of
/// break stands between them: a line break and indentation, or an escaped one (`\n`, `\\n`).
pub fn base64_runs(text: &str) -> Vec<Run> {
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
    let (lines, separator) = match bytes.get(first.end()..).map_or(0, break_at) {
        0 => (Vec::new(), ""),
        _ => lines_from(bytes, first.clone(), alphabet),
    };
    let end = lines.last().unwrap_or(&first).end();
    if alphabet == Base64Alphabet::UrlSafe && !tells_alphabet(bytes, first.characters.start, end) {
        // The same runs as in the standard alphabet.
        return end;
    }
    if lines.len() < 2 {
        runs.extend(run_of(text, &[first], "", alphabet));
        return end;
    }
    runs.extend(run_of(text, &lines, separator, alphabet));
    // Whole groups of four say the same alone as together.
    if !first.len().is_multiple_of(4) {
        for line in &lines {
            let line = word_at(bytes, line.characters.start, 0, alphabet);
            runs.extend(run_of(text, &[line], "", alphabet));
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

/// The word and those on the next lines that go on with it, and the break between them.
fn lines_from(bytes: &[u8], first: Word, alphabet: Base64Alphabet) -> (Vec<Word>, &str) {
    let width = first.len();
    let mut lines = vec![first];
    let mut separator: &[u8] = b"";
    if !width.is_multiple_of(4) && width < WIDE {
        return (lines, "");
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
    // Breaks are ASCII.
    (lines, std::str::from_utf8(separator).unwrap_or_default())
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

fn run_of(text: &str, lines: &[Word], separator: &str, alphabet: Base64Alphabet) -> Option<Run> {
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
    let truncated = count % 4 == 1 || partial != 0;
    if truncated && last.padding > 0 {
        // Padded text ends with zero bits: this is something else.
        return None;
    }
    Some(Run {
        span,
        decoded,
        alphabet,
        truncated,
        characters: count,
        padded: last.padding > 0 || (count.is_multiple_of(4) && !truncated),
        partial,
        wrap: (lines.len() > 1).then(|| Wrap {
            width: first.len(),
            separator: separator.to_owned(),
        }),
    })
}

/// The texts that the runs of `text` hold. Each is a quarter shorter than the text around it, so they can be looked
/// through in turn, however often.
pub fn decoded_texts(text: &str) -> impl Iterator<Item = String> {
    let runs = base64_runs(text).into_iter();
    runs.filter_map(|run| String::from_utf8(run.decoded).ok())
}

/// A word of `text` with fewer characters holds no value that is looked for.
const SHORTEST_TEXT: usize = 10;

/// Whether a word of `text` may be base64 of ASCII text: a quick no for what people write, a yes for each run that
/// [`base64_runs`] finds to hold ASCII text of seven bytes or more.
pub fn may_hold_base64_text(text: &str) -> bool {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let words = text.as_bytes().split(|byte| !is_word(byte));
    words
        .filter(|word| word.len() >= SHORTEST_TEXT)
        .any(decodes_to_text)
}

/// Whether the whole bytes that a word of the standard alphabet holds are ASCII text.
fn decodes_to_text(word: &[u8]) -> bool {
    let mut bits = 0_u32;
    let mut count = 0;
    word.iter().all(|byte| {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            _ => 63,
        };
        bits = bits << 6 | u32::from(digit);
        count += 6;
        if count < 8 {
            return true;
        }
        count -= 8;
        let decoded = bits >> count & 0xff;
        matches!(decoded, 0x20..=0x7e | 0x09 | 0x0a | 0x0d)
    })
}

#[cfg(test)]
mod tests;
