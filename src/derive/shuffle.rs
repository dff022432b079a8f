//! Sprig's `shuffle` with a permutation that is derived instead of random.

use std::num::NonZeroU64;

use zeroize::Zeroizing;

use super::VERSION;
use super::encode::Fields;
use super::key::Key;
use super::stream::Stream;

/// The characters of a text in another order, each order equally likely: Fisher-Yates, from the last
/// position down, as in `xstrings.Shuffle` that Sprig calls.
///
/// The number of characters enters the derivation, the characters do not: the same permutation orders
/// whatever text of that length stands at the place. As Go's `[]rune(text)` has it, each byte that
/// is not part of valid UTF-8 is one U+FFFD.
#[must_use]
pub(crate) fn shuffle(
    key: &Key,
    place: &[String],
    generation: u32,
    text: &[u8],
) -> Zeroizing<String> {
    let mut runes = runes(text);
    let info = Fields::labelled("shuffle")
        .number(VERSION)
        .list(place)
        .number(u64::from(generation))
        .number(runes.len() as u64);
    let mut stream = Stream::new(key, &info);
    for last in (1..runes.len()).rev() {
        let count = NonZeroU64::new(last as u64 + 1).unwrap_or(NonZeroU64::MIN);
        runes.swap(last, stream.below(count) as usize);
    }
    let mut shuffled = Zeroizing::new(String::with_capacity(
        runes.iter().map(|c| c.len_utf8()).sum(),
    ));
    shuffled.extend(runes.iter());
    shuffled
}

fn runes(text: &[u8]) -> Zeroizing<Vec<char>> {
    let mut runes = Zeroizing::new(Vec::with_capacity(text.len()));
    for chunk in text.utf8_chunks() {
        runes.extend(chunk.valid().chars());
        runes.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    runes
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use std::collections::BTreeMap;

    use super::*;

    fn shuffled(number: u32, text: &[u8]) -> String {
        let key = Key::from_bytes([4; 32]);
        shuffle(&key, &[number.to_string()], 0, text).to_string()
    }

    /// 24,000 draws of 24 orders: each count is 1,000 with a deviation of 31.
    #[test]
    fn each_order_is_equally_likely() {
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        for number in 0..24_000 {
            *counts.entry(shuffled(number, b"abcd")).or_default() += 1;
        }
        assert_eq!(counts.len(), 24);
        for (order, count) in counts {
            assert!((850..1150).contains(&count), "{order}: {count}");
        }
    }

    #[test]
    fn characters_are_go_runes() {
        assert_eq!(shuffled(0, b""), "");
        assert_eq!(shuffled(0, b"x"), "x");
        let mut letters: Vec<char> = shuffled(1, "äöü€😀".as_bytes()).chars().collect();
        letters.sort_unstable();
        assert_eq!(letters, ['ä', 'ö', 'ü', '€', '😀']);
        // As `[]rune("\xe2\x82\xed\xa0\x80\xff")` in Go: six of them.
        let replaced = shuffled(2, b"\xe2\x82\xed\xa0\x80\xff");
        assert_eq!(replaced, "\u{fffd}".repeat(6));
    }

    /// The permutation is the place's: a text that changes keeps it, and two places differ.
    #[test]
    fn the_order_follows_the_place_and_the_length() {
        let digits: Vec<usize> = shuffled(7, b"0123456789")
            .bytes()
            .map(|byte| usize::from(byte - b'0'))
            .collect();
        let letters = shuffled(7, b"abcdefghij");
        let expected: String = digits
            .iter()
            .map(|at| char::from(b'a' + *at as u8))
            .collect();
        assert_eq!(letters, expected);
        assert_ne!(shuffled(7, b"0123456789"), shuffled(8, b"0123456789"));
    }
}
