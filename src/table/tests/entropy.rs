//! A value carries the entropy of what it replaces: each function is uniform over what plain helm draws from.
//!
//! The keys are fixed, so a result is the same at each run; the limits are five deviations wide.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::support::{int, many, text};
use crate::chart::generator::Generator;
use crate::name::Rule;

/// All of `size` outcomes occur, each about equally often.
#[track_caller]
fn assert_uniform<T: Ord>(outcomes: impl IntoIterator<Item = T>, size: usize) {
    let mut counts: BTreeMap<T, usize> = BTreeMap::new();
    let mut total = 0;
    for outcome in outcomes {
        *counts.entry(outcome).or_default() += 1;
        total += 1;
    }
    assert_eq!(counts.len(), size);
    let expected = total as f64 / size as f64;
    for count in counts.values() {
        let deviation = (*count as f64 - expected) / expected.sqrt();
        assert!(deviation.abs() < 5.0, "{count} instead of {expected}");
    }
}

/// A loop of one-character calls, as in helpers that put a password together: every character, digits and
/// `y` and `n` too, first and last digit zero.
#[test]
fn loops_of_single_characters() {
    for (generator, size) in [
        (Generator::AlphaNum, 62),
        (Generator::Alpha, 52),
        (Generator::Numeric, 10),
        (Generator::Ascii, 75),
    ] {
        for rule in [Rule::Carrier, Rule::Path, Rule::WentInto, Rule::JobName] {
            assert_uniform(many(generator, rule, &[int(1)], 6400), size);
        }
    }
}

/// Pieces of several characters: each position.
#[test]
fn each_position_of_a_piece() {
    for (generator, size) in [(Generator::AlphaNum, 62), (Generator::Numeric, 10)] {
        let pieces = many(generator, Rule::Carrier, &[int(5)], 6200);
        for position in 0..5 {
            assert_uniform(pieces.iter().map(|piece| piece.as_bytes()[position]), size);
        }
    }
}

#[test]
fn two_digits_are_one_of_a_hundred() {
    assert_uniform(
        many(Generator::Numeric, Rule::Carrier, &[int(2)], 10_000),
        100,
    );
}

#[test]
fn bytes_are_all_bytes() {
    let pieces = many(Generator::Bytes, Rule::Carrier, &[int(2)], 10_000);
    let bytes = pieces
        .iter()
        .flat_map(|piece| STANDARD.decode(piece).unwrap());
    assert_uniform(bytes, 256);
}

#[test]
fn integers_are_all_of_their_range() {
    for rule in [Rule::Own, Rule::Path] {
        assert_uniform(many(Generator::Int, rule, &[int(-3), int(97)], 10_000), 100);
    }
}

#[test]
fn uuids_have_122_random_bits() {
    let all = many(Generator::Uuid, Rule::Path, &[], 3200);
    for position in (0..36).filter(|position| ![8, 13, 14, 18, 23].contains(position)) {
        let size = if position == 19 { 4 } else { 16 };
        assert_uniform(all.iter().map(|uuid| uuid.as_bytes()[position]), size);
    }
}

#[test]
fn shuffles_reach_each_order() {
    for rule in [Rule::Own, Rule::Carrier] {
        assert_uniform(many(Generator::Shuffle, rule, &[text("abcd")], 24_000), 24);
    }
}

/// An alphabet that is shuffled and cut is a secret: each first character, each pair of the first two.
#[test]
fn a_shuffled_alphabet_that_is_cut() {
    let alphabet = "abcdefghijklmnopqrstuvwxyz";
    let all = many(Generator::Shuffle, Rule::Carrier, &[text(alphabet)], 26_000);
    assert_uniform(all.iter().map(|text| &text[..1]), 26);
    assert_uniform(all.iter().map(|text| &text[..2]), 26 * 25);
}

/// Salts differ from place to place.
#[test]
fn equal_passwords_have_different_hashes() {
    let mut hashes = many(Generator::Bcrypt, Rule::Own, &[text("p")], 4);
    hashes.sort();
    hashes.dedup();
    assert_eq!(hashes.len(), 4);
}
