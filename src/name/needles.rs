//! The texts that are looked for, in one automaton.
//!
//! The automaton knows the beginnings of the texts only: keys and whole files would make it large, and they share their
//! beginnings. The texts that begin alike are sorted; of those that stand at one place each is the beginning of the
//! next, so one binary search finds all of them.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::ops::Range;

use aho_corasick::AhoCorasick;

use super::bits::Bits;
use super::carriers::Content;
use super::texts::{Text, of_carrier, of_value};
use crate::chart::generator::Generator;
use crate::chart::keeping::Keeps;
use crate::log::{CallId, Carrier, Log};

/// How many bytes of a text the automaton knows.
const BEGINNING: usize = 32;

/// A text made with the clock has as many characters at least, to be found in a name.
const SHORTEST_TIME: usize = 6;

/// For each byte that is searched, so many may be compared: texts that repeat themselves cannot cost more.
const COMPARED_PER_BYTE: usize = 32;

/// The number of a needle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct NeedleId(pub(super) usize);

/// Whose text a needle is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// The value of this call, or a part of it.
    Call(CallId),
    /// The text of this carrier, by its position in the log.
    Carrier(usize),
}

/// A text that is looked for.
pub(super) struct Needle<'a> {
    text: Text<'a>,
    bits: Bits,
    is_time: bool,
    /// Whether it holds values that are too small to be known wherever they stand.
    has_small: bool,
    /// Whether a chart made such a text by a choice: it says nothing of what is in it, and what else is the same text is so by
    /// chance, or comes of that.
    is_choice: bool,
    /// Whose it is.
    pub(super) owners: Vec<Owner>,
    /// The longest needle that this one begins with, of those with the same beginning.
    shorter: Option<usize>,
}

impl Needle<'_> {
    /// The text.
    pub(super) fn text(&self) -> &str {
        self.text.as_str()
    }

    /// Whether the needle at `span` of `text` stands there by more than chance.
    pub(super) fn counts(&self, text: &str, span: &Range<usize>) -> bool {
        self.bits.is_found_anywhere()
            || (self.bits.is_found_as_word() && is_delimited(text.as_bytes(), span))
    }

    /// The same in the name of a document, or where it is all of a text.
    pub(super) fn counts_in_name(&self, text: &str, span: &Range<usize>) -> bool {
        self.bits.is_found_anywhere()
            || self.is_time
            || (self.bits.is_found_in_names() && is_delimited(text.as_bytes(), span))
    }

    /// Whether it is a text that a value only chose, so that it shows none.
    pub(super) fn is_choice(&self) -> bool {
        self.is_choice
    }

    /// Whether it is the value of a call, or a part of one.
    pub(super) fn is_value(&self) -> bool {
        let mut owners = self.owners.iter();
        owners.any(|owner| matches!(owner, Owner::Call(_)))
    }

    /// Whether it holds values that are too small to be known wherever they stand: nobody knows which of its characters are
    /// constant.
    pub(super) fn has_small(&self) -> bool {
        self.has_small
    }

    /// Whether what stands there is no part of a place's identity. What is too small to be found as a word may stand in one
    /// all the same: what it is must decide nothing.
    pub(super) fn is_masked(&self, text: &str, span: &Range<usize>) -> bool {
        self.bits.is_masked_anywhere()
            || (self.bits.is_found_in_names() && is_delimited(text.as_bytes(), span))
    }
}

/// All needles.
pub(super) struct Needles<'a> {
    needles: Vec<Needle<'a>>,
    /// Those that begin alike, in the order of the automaton's patterns.
    groups: Vec<Range<usize>>,
    automaton: Option<AhoCorasick>,
    /// The length of the shortest one in bytes.
    shortest: usize,
    has_lines: bool,
}

impl<'a> Needles<'a> {
    /// The values of all calls, whose functions and bits are given, and the texts of all carriers, as far as they are
    /// looked for. Where a text in which a value may be altered is the value all the same, that is up to the value: so it counts no
    /// more bits than it would otherwise.
    pub(super) fn new(
        log: &'a Log,
        generators: &[Option<Generator>],
        bits: &[Bits],
        contents: &[Content],
        altered: &[(CallId, &Carrier)],
    ) -> Needles<'a> {
        let altered = altered.iter();
        let altered: Vec<(CallId, Text<'_>)> = altered
            .map(|(call, carrier)| (*call, of_carrier(&carrier.text)))
            .collect();
        let altered = altered.iter().map(|(call, text)| (*call, text.as_str()));
        let altered: HashSet<(CallId, &str)> = altered.collect();
        let mut all = Vec::new();
        for (number, (call, bits)) in log.calls.iter().zip(bits).enumerate() {
            if !bits.is_found_in_names() {
                continue;
            }
            let generator = generators.get(number).copied().flatten();
            for text in of_value(&call.given, generator) {
                let bits = match altered.contains(&(CallId(number), text.as_str())) {
                    true => Bits::of_text(*bits, text.as_str()),
                    false => Bits::of_value(*bits, text.as_str()),
                };
                if bits.is_found_in_names() {
                    all.push(Needle {
                        text,
                        bits,
                        is_time: false,
                        has_small: false,
                        is_choice: false,
                        owners: vec![Owner::Call(CallId(number))],
                        shorter: None,
                    });
                }
            }
        }
        for (number, (carrier, content)) in log.carriers.iter().zip(contents).enumerate() {
            if !content.bits.is_found_in_names() && !content.has_clock {
                continue;
            }
            let text = of_carrier(&carrier.text);
            let bits = Bits::of_text(content.bits, text.as_str());
            let is_time = content.has_clock && is_time(text.as_str());
            if bits.is_found_in_names() || is_time {
                // One of several lines is a document, whose words tell its values apart.
                let has_small = content.has_small && !text.as_str().contains('\n');
                all.push(Needle {
                    text,
                    bits,
                    is_time,
                    has_small,
                    is_choice: carrier.keeps == Keeps::Choice,
                    owners: vec![Owner::Carrier(number)],
                    shorter: None,
                });
            }
        }
        Needles::of(all)
    }

    /// Those of one text are made one.
    fn of(mut all: Vec<Needle<'a>>) -> Needles<'a> {
        all.retain(|needle| !needle.text().is_empty());
        all.sort_by(|a, b| a.text().cmp(b.text()));
        let mut needles: Vec<Needle<'a>> = Vec::new();
        for needle in all {
            match needles.last_mut() {
                Some(last) if last.text() == needle.text() => {
                    last.bits = last.bits.max(needle.bits);
                    last.is_time |= needle.is_time;
                    last.has_small |= needle.has_small;
                    last.is_choice |= needle.is_choice;
                    last.owners.extend(needle.owners);
                }
                _ => needles.push(needle),
            }
        }
        let groups = group(&mut needles);
        let beginnings = groups
            .iter()
            .filter_map(|group| needles.get(group.start))
            .map(|needle| beginning(needle.text()));
        Needles {
            automaton: (!groups.is_empty())
                .then(|| AhoCorasick::new(beginnings).ok())
                .flatten(),
            shortest: needles.iter().map(|it| it.text().len()).min().unwrap_or(0),
            has_lines: needles.iter().any(|it| it.text().contains('\n')),
            groups,
            needles,
        }
    }

    /// Whether there is nothing to look for.
    pub(super) fn is_empty(&self) -> bool {
        self.automaton.is_none()
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.needles.len()
    }

    /// The length of the shortest one in bytes.
    pub(super) fn shortest(&self) -> usize {
        self.shortest
    }

    /// Whether one of them has more than one line.
    pub(super) fn has_lines(&self) -> bool {
        self.has_lines
    }

    /// The needle of this number.
    pub(super) fn get(&self, needle: NeedleId) -> Option<&Needle<'a>> {
        self.needles.get(needle.0)
    }

    /// All of them, with their numbers.
    pub(super) fn iter(&self) -> impl Iterator<Item = (NeedleId, &Needle<'a>)> {
        let numbered = self.needles.iter().enumerate();
        numbered.map(|(number, needle)| (NeedleId(number), needle))
    }

    /// Tells `found` of all places where a needle stands in `text`, by more than chance or not.
    pub(super) fn find(
        &self,
        text: &str,
        mut found: impl FnMut(NeedleId, &Needle<'a>, Range<usize>),
    ) {
        let Some(automaton) = &self.automaton else {
            return;
        };
        if text.len() < self.shortest {
            return;
        }
        let mut left = COMPARED_PER_BYTE * (text.len() + 1024);
        for hit in automaton.find_overlapping_iter(text) {
            let Some(group) = self.groups.get(hit.pattern().as_usize()) else {
                continue;
            };
            let (start, end) = (hit.start(), hit.end());
            if let [only] = &self.needles[group.clone()]
                && only.text().len() == end - start
            {
                found(NeedleId(group.start), only, start..end);
                continue;
            }
            let rest = &text.as_bytes()[start..];
            self.find_in_group(group, rest, &mut left, |number, needle| {
                found(NeedleId(number), needle, start..start + needle.text().len());
            });
            if left == 0 {
                return;
            }
        }
    }

    /// Tells `found` of the needles of a group that `rest` begins with.
    fn find_in_group(
        &self,
        group: &Range<usize>,
        rest: &[u8],
        left: &mut usize,
        mut found: impl FnMut(usize, &Needle<'a>),
    ) {
        // The last one that is not behind `rest` in their order is the longest that can stand here.
        let (mut low, mut high) = (group.start, group.end);
        let mut agreed = 0;
        while low < high {
            let middle = low + (high - low) / 2;
            let (common, order) = compare(self.needles[middle].text().as_bytes(), rest);
            *left = left.saturating_sub(common + 1);
            if order == Ordering::Greater {
                high = middle;
            } else {
                low = middle + 1;
                agreed = common;
            }
        }
        let mut next = low.checked_sub(1).filter(|last| *last >= group.start);
        while let Some(number) = next {
            let needle = &self.needles[number];
            if needle.text().len() <= agreed {
                found(number, needle);
            }
            *left = left.saturating_sub(1);
            next = needle.shorter;
        }
    }
}

/// Sets which needle each one begins with, and gives the ranges of those that begin alike.
fn group(needles: &mut [Needle<'_>]) -> Vec<Range<usize>> {
    let mut groups: Vec<Range<usize>> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for number in 0..needles.len() {
        let text = needles[number].text();
        let start = groups.last().map_or(0, |group| group.start);
        let is_next = groups.is_empty() || beginning(needles[start].text()) != beginning(text);
        if is_next {
            groups.push(number..number + 1);
            open.clear();
        } else if let Some(group) = groups.last_mut() {
            group.end = number + 1;
        }
        while let Some(last) = open.last()
            && !text.starts_with(needles[*last].text())
        {
            open.pop();
        }
        needles[number].shorter = open.last().copied();
        open.push(number);
    }
    groups
}

fn beginning(text: &str) -> &[u8] {
    let bytes = text.as_bytes();
    bytes.get(..BEGINNING).unwrap_or(bytes)
}

/// How many bytes both begin with, and their order.
fn compare(a: &[u8], b: &[u8]) -> (usize, Ordering) {
    const STEP: usize = 64;
    let chunks = a.chunks_exact(STEP).zip(b.chunks_exact(STEP));
    let same = STEP * chunks.take_while(|(a, b)| a == b).count();
    let ends = a[same..].iter().zip(&b[same..]);
    let same = same + ends.take_while(|(a, b)| a == b).count();
    (same, a.get(same).cmp(&b.get(same)))
}

/// Whether no letter or digit stands next to `span`.
fn is_delimited(text: &[u8], span: &Range<usize>) -> bool {
    let is_word = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let before = span.start.checked_sub(1).and_then(|at| text.get(at));
    !is_word(before) && !is_word(text.get(span.end))
}

/// Whether a text that was made with the clock may be a time.
fn is_time(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
        && text.chars().take(SHORTEST_TIME).count() == SHORTEST_TIME
}
