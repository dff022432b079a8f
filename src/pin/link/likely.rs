//! Which call site a value most likely comes from that the chart has changed: what `explain` says, and
//! nothing else follows from it.

use std::collections::HashMap;

use crate::chart::placeholder::Class as Generated;
use crate::chart::site::Site;

use super::super::known::Index;

/// A shorter common piece says nothing.
const PIECE: usize = 3;

/// The call site that yields `text` for its length; else the one whose placeholder has most in common
/// with it; else one that is called in loops; else any that repeats.
pub(super) fn likely_site(sites: &[Site], index: &Index, text: &str) -> usize {
    yields(sites, text)
        .or_else(|| most_in_common(sites, index, text))
        .or_else(|| sites.iter().position(composes))
        .or_else(|| sites.iter().position(|site| site.repeats))
        .unwrap_or(0)
}

/// Whether the call site can make a long value in pieces: it yields a short one in a loop.
pub(super) fn composes(site: &Site) -> bool {
    let short = match site.class {
        Generated::Integer => true,
        _ => site.length.is_some_and(|length| length < 8),
    };
    short && site.repeats && (site.counted || site.reached_from_loop)
}

/// The call site whose length is computed, and is longer than those that are searched for.
fn yields(sites: &[Site], text: &str) -> Option<usize> {
    let length = i64::try_from(text.len()).ok()?;
    sites
        .iter()
        .position(|site| site.repeats && site.length.is_none() && site.text(length, 0) == text)
}

fn most_in_common(sites: &[Site], index: &Index, text: &str) -> Option<usize> {
    let text = text.to_ascii_lowercase();
    let pieces = Pieces::of(text.as_bytes());
    index
        .known
        .iter()
        .filter(|known| sites[known.site].repeats)
        .map(|known| {
            let placeholder = known.text.to_ascii_lowercase();
            (pieces.longest_common(placeholder.as_bytes()), known.site)
        })
        .filter(|(length, _)| *length > 0)
        .max_by_key(|(length, _)| *length)
        .map(|(_, site)| site)
}

/// Where each piece of a text stands in it.
struct Pieces<'t> {
    text: &'t [u8],
    at: HashMap<&'t [u8], Vec<usize>>,
}

impl<'t> Pieces<'t> {
    fn of(text: &'t [u8]) -> Self {
        let mut at: HashMap<&[u8], Vec<usize>> = HashMap::new();
        for (start, piece) in text.windows(PIECE).enumerate() {
            at.entry(piece).or_default().push(start);
        }
        Pieces { text, at }
    }

    /// The length of the longest run that stands in both; 0 if it is shorter than a piece.
    fn longest_common(&self, other: &[u8]) -> usize {
        let runs = other.windows(PIECE).enumerate().flat_map(|(start, piece)| {
            let here = self.at.get(piece).into_iter().flatten();
            here.map(move |at| {
                std::iter::zip(&self.text[*at..], &other[start..])
                    .take_while(|(one, other)| one == other)
                    .count()
            })
        });
        runs.max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_common_run_is_found() {
        for (text, other, length) in [
            ("abcdef", "xxcdefyy", 4),
            ("abcdef", "abcdef", 6),
            ("abxabc", "zabc", 3),
            ("ab", "ab", 0),
            ("abcdef", "fedcba", 0),
            ("", "abc", 0),
            ("aaaaaaaa", "baaaab", 4),
        ] {
            let found = Pieces::of(text.as_bytes()).longest_common(other.as_bytes());
            assert_eq!(found, length, "{text} {other}");
        }
    }
}
