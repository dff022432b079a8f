//! Every placeholder text that the call sites can yield, indexed so that a manifest is searched in
//! one pass.
//!
//! A placeholder can reach the output as it is, in lower or upper case, with its dashes removed
//! (`uuidv4 | replace "-" ""`), percent-encoded, or cut short. Each of these is a [`Form`], and all
//! eight-byte pieces of all forms are in one table: a hit names the placeholder and where in it the
//! piece stands, and is then widened as far as both agree.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::ops::Range;

use zeroize::Zeroizing;

use crate::chart::site::Site;
use crate::derive::Class;
use crate::manifest::encoding::{UrlPart, percent_encode};

/// How many bytes of a placeholder a hit must begin with.
const PIECE: usize = 8;

/// A shorter match than this many bits is taken for chance: a manifest of 1 MiB has 2^20 positions,
/// so a false hit has a chance of 2^-25.
const CERTAIN_BITS: f64 = 45.0;

/// A whole placeholder that stands between other characters may be this short (in characters).
const DELIMITED_CHARS: usize = 8;

/// A shorter word may be a placeholder by chance.
pub(super) const SHORTEST_WORD: usize = 4;

/// Shorter placeholders (in characters) are not sure to be found wherever they stand; in what differs from a twin, they are.
pub(super) const SHORT: usize = 16;

/// A whole placeholder of as many bits is one where others of its call are certain, glued to whatever: 100 runs of
/// nine digits, and one of them is a certain placeholder by a chance of 2^-23.
const LIKELY_BITS: f64 = 26.0;

/// Lengths that are tried for a call whose length the chart computes.
const COMPUTED_LENGTHS: Range<usize> = 1..129;

/// A literal length above this is not searched for: no chart prints such a value.
const LONGEST: usize = 1 << 16;

/// Turns that are tried for a call site in a loop whose length the chart computes.
const TURNS: Range<u64> = 1..129;

/// Turns that are tried for one whose length is known, as long as its placeholders have no more characters than this.
const MANY_TURNS: Range<u64> = 1..1025;
const MANY_CHARS: u64 = 1 << 17;

/// Of later turns, and of longer placeholders, only beginnings are found.
const LONG: usize = 4096;

/// What a chart may have done to a placeholder without hiding it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    /// As the call yielded it.
    Plain,
    /// `lower`.
    Lower,
    /// `upper`.
    Upper,
    /// `replace "-" ""`.
    NoDashes,
    /// Base64 for URLs: `replace "+" "-" | replace "/" "_"`.
    UrlSafe,
    /// `urlquery`: `+`, `/` and `=` as `%2B`, `%2F` and `%3D`.
    Percent,
}

impl Form {
    /// Where two forms are the same text, the first of them is meant.
    const ALL: [Form; 6] = [
        Form::Plain,
        Form::Lower,
        Form::Upper,
        Form::NoDashes,
        Form::UrlSafe,
        Form::Percent,
    ];

    /// The form of `text`, which has the same length for any text of the same alphabet's shape but
    /// for [`Form::Percent`].
    pub(super) fn apply(self, text: &str) -> String {
        match self {
            Form::Plain => text.to_owned(),
            Form::Lower => text.to_ascii_lowercase(),
            Form::Upper => text.to_ascii_uppercase(),
            Form::NoDashes => text.replace('-', ""),
            Form::UrlSafe => text.replace('+', "-").replace('/', "_"),
            Form::Percent => percent_encode(text, UrlPart::Query),
        }
    }
}

/// One placeholder: what a call site yields for one length at one turn of its loops.
#[derive(Debug)]
pub(super) struct Known {
    /// Index of the call site.
    pub(super) site: usize,
    /// What the call generates.
    pub(super) class: Class,
    /// The argument that the length follows from.
    pub(super) length: usize,
    /// The placeholder.
    pub(super) text: String,
}

/// A placeholder seen in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hit {
    /// Index of the placeholder.
    pub(super) known: usize,
    /// What the chart did to it.
    pub(super) form: Form,
    /// Where it stands.
    pub(super) span: Range<usize>,
    /// Which part of the form stands there.
    pub(super) part: Range<usize>,
    /// Whether that is all of it.
    pub(super) full: bool,
    /// Whether it cannot be chance, whatever else the text shows.
    pub(super) certain: bool,
}

impl Hit {
    /// What stands there once the placeholder is `value`; nothing if a part of it is asked for that it has not, since
    /// it has fewer characters to encode.
    pub(super) fn of(&self, value: &str) -> Option<String> {
        let form = Zeroizing::new(self.form.apply(value));
        match (self.full, self.form) {
            (true, _) => Some(form.to_string()),
            // Another character may be encoded there.
            (false, Form::Percent) => None,
            (false, _) => form.get(self.part.clone()).map(str::to_owned),
        }
    }
}

struct Variant {
    known: usize,
    form: Form,
    text: String,
    /// Bits of entropy in one character.
    bits: f64,
    is_uuid: bool,
}

/// The table of all pieces of all forms of all placeholders.
pub(super) struct Index {
    pub(super) known: Vec<Known>,
    variants: Vec<Variant>,
    pieces: HashMap<[u8; PIECE], Vec<(u32, u32)>>,
    filter: Vec<u64>,
    /// Those of call sites that repeat which may be too short to be searched for, in lower case.
    short: HashMap<String, usize>,
}

impl Index {
    /// Lists what `sites` can yield.
    pub(super) fn new(sites: &[Site]) -> Self {
        let mut index = Index {
            known: Vec::new(),
            variants: Vec::new(),
            pieces: HashMap::new(),
            filter: vec![0; 1024],
            short: HashMap::new(),
        };
        for (number, site) in sites.iter().enumerate() {
            let Some(class) = Class::of_sprig(site.function) else {
                continue;
            };
            let lengths = match (site.length.map(usize::try_from), &class) {
                (_, Class::Uuid) => 0..1,
                (Some(Ok(length)), _) if length <= LONGEST => length..length + 1,
                (Some(_), _) => continue,
                (None, _) => COMPUTED_LENGTHS,
            };
            let is_known = lengths.len() == 1;
            let turns = match (site.counted, is_known) {
                (false, _) => 0..1,
                (true, true) => {
                    let fitting = MANY_CHARS / (lengths.start as u64).max(1);
                    MANY_TURNS.start..fitting.clamp(TURNS.end, MANY_TURNS.end)
                }
                (true, false) => TURNS,
            };
            for length in lengths {
                for turn in turns.clone() {
                    // Of a length that the chart computes, only beginnings are found.
                    let every_piece = is_known && length <= LONG && turn < TURNS.end;
                    let text = site.text(length as i64, turn);
                    if site.repeats && text.len() < SHORT {
                        let number = index.known.len();
                        index.short.insert(text.to_ascii_lowercase(), number);
                    }
                    index.add(
                        Known {
                            site: number,
                            class: class.clone(),
                            length,
                            text,
                        },
                        every_piece,
                    );
                }
            }
        }
        index
    }

    fn add(&mut self, known: Known, every_piece: bool) {
        let number = self.known.len();
        let bits = bits_per_char(&known.class);
        let mut seen: Vec<String> = Vec::new();
        for form in Form::ALL {
            let has_form = match form {
                Form::NoDashes => matches!(known.class, Class::Uuid),
                Form::UrlSafe => matches!(known.class, Class::Bytes),
                _ => true,
            };
            if !has_form {
                continue;
            }
            let text = form.apply(&known.text);
            if text.len() < PIECE || seen.contains(&text) {
                continue;
            }
            let variant = self.variants.len() as u32;
            let last = if every_piece { text.len() - PIECE } else { 0 };
            for at in 0..=last {
                if let Some(piece) = piece_at(text.as_bytes(), at) {
                    self.filter[slot(&piece) / 64] |= 1 << (slot(&piece) % 64);
                    self.pieces
                        .entry(piece)
                        .or_default()
                        .push((variant, at as u32));
                }
            }
            seen.push(text.clone());
            self.variants.push(Variant {
                known: number,
                form,
                is_uuid: matches!(known.class, Class::Uuid),
                bits: match form {
                    // Case is gone: 62 characters are 36.
                    Form::Lower | Form::Upper => (bits - 0.8).max(3.0),
                    _ => bits,
                },
                text,
            });
        }
        self.known.push(known);
    }

    /// All placeholders in `text` that are certain, in order, none overlapping another.
    pub(super) fn scan(&self, text: &str) -> Vec<Hit> {
        let mut hits = self.scan_likely(text);
        hits.retain(|hit| hit.certain);
        hits
    }

    /// The same, with those that are only if another one of their kind is certain.
    pub(super) fn scan_likely(&self, text: &str) -> Vec<Hit> {
        let bytes = text.as_bytes();
        let mut hits = Vec::new();
        let mut at = 0;
        let mut free_from = 0;
        while let Some(piece) = piece_at(bytes, at) {
            let slot = slot(&piece);
            if self.filter[slot / 64] & (1 << (slot % 64)) != 0
                && let Some(hit) = self.best(bytes, at, free_from, &piece)
            {
                at = hit.span.end;
                free_from = hit.span.end;
                hits.push(hit);
            } else {
                at += 1;
            }
        }
        hits
    }

    /// The short placeholder, in whatever case, that `word` is.
    pub(super) fn short(&self, word: &str) -> Option<usize> {
        self.short.get(&word.to_ascii_lowercase()).copied()
    }

    /// Whether a placeholder stands in `text`, or a word that is a short one and hardly by chance.
    pub(super) fn shows(&self, text: &str) -> bool {
        let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
        words.any(|word| word.len() >= SHORTEST_WORD && self.short(word).is_some())
            || !self.scan(text).is_empty()
    }

    /// The longest certain hit around the piece at `at`.
    fn best(&self, bytes: &[u8], at: usize, from: usize, piece: &[u8; PIECE]) -> Option<Hit> {
        self.pieces
            .get(piece)?
            .iter()
            .filter_map(|&(variant, offset)| {
                let variant = self.variants.get(variant as usize)?;
                widen(variant, bytes, at, offset as usize, from)
            })
            .max_by_key(|hit| (hit.certain, hit.span.len(), Reverse(hit.form)))
    }
}

/// Widens a piece as far as text and variant agree; nothing if that might be chance.
fn widen(variant: &Variant, bytes: &[u8], at: usize, offset: usize, from: usize) -> Option<Hit> {
    let text = variant.text.as_bytes();
    let back = (0..offset.min(at - from))
        .take_while(|i| text[offset - 1 - i] == bytes[at - 1 - i])
        .count();
    let ahead = (PIECE..)
        .take_while(|i| match (text.get(offset + i), bytes.get(at + i)) {
            (Some(a), Some(b)) => a == b,
            _ => false,
        })
        .count()
        + PIECE;
    let span = at - back..at + ahead;
    let full = span.len() == text.len();
    let delimited = |at: Option<usize>| {
        at.and_then(|at| bytes.get(at))
            .is_none_or(|byte| !byte.is_ascii_alphanumeric())
    };
    // A word that goes on where the placeholder goes on otherwise was rewritten in place
    // (`regexReplaceAll`): what still agrees is no part of the value.
    let (first, last) = (offset - back, offset + ahead);
    if (first > 0 && !delimited(span.start.checked_sub(1)))
        || (last < text.len() && !delimited(Some(span.end)))
    {
        return None;
    }
    let is_word = delimited(span.start.checked_sub(1)) && delimited(Some(span.end));
    let bits = span.len() as f64 * variant.bits;
    // The groups of a UUID are known by their length too.
    let is_part = variant.is_uuid && (first == 0 || last == text.len());
    let certain =
        bits >= CERTAIN_BITS || (is_word && span.len() >= DELIMITED_CHARS && (full || is_part));
    (certain || (full && bits >= LIKELY_BITS)).then_some(Hit {
        known: variant.known,
        form: variant.form,
        part: first..last,
        span,
        full,
        certain,
    })
}

fn piece_at(bytes: &[u8], at: usize) -> Option<[u8; PIECE]> {
    bytes.get(at..at + PIECE)?.try_into().ok()
}

/// One of 65,536 slots of the filter that spares most positions the table.
fn slot(piece: &[u8; PIECE]) -> usize {
    (u64::from_le_bytes(*piece).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 48) as usize
}

/// Bits that one character of a placeholder tells.
pub(super) fn bits_per_char(class: &Class) -> f64 {
    match class {
        Class::String(alphabet) | Class::Composed { alphabet, .. } => alphabet.bits_per_char(),
        Class::Bytes => 6.0,
        // Dashes and the version tell nothing.
        Class::Uuid => 122.0 / 36.0,
        Class::Int { .. } => 3.0,
    }
}
