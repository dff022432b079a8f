//! Calls that stand at equal places (twice `password:` in one file): they are told apart by order.

use std::collections::HashMap;
use std::hash::Hash;

/// For each place the calls that stand there, in the order in which they were noted.
pub(super) struct Ordinals<P> {
    calls: HashMap<P, Vec<usize>>,
}

impl<P: Eq + Hash> Ordinals<P> {
    /// From calls and their places, in the order of the text.
    pub(super) fn new(standing: impl IntoIterator<Item = (P, usize)>) -> Self {
        let mut calls: HashMap<P, Vec<usize>> = HashMap::new();
        for (place, call) in standing {
            let here = calls.entry(place).or_default();
            if !here.contains(&call) {
                here.push(call);
            }
        }
        Ordinals { calls }
    }

    /// Which of the calls at its place this one is, from 0.
    pub(super) fn of(&self, place: &P, call: usize) -> usize {
        let here = self.calls.get(place);
        here.and_then(|calls| calls.iter().position(|other| *other == call))
            .unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_numbered_place_by_place() {
        let ordinals = Ordinals::new([("a", 7), ("b", 3), ("a", 3), ("a", 7), ("a", 1)]);
        let found = [("a", 7), ("a", 3), ("a", 1), ("b", 3)].map(|(p, c)| ordinals.of(&p, c));
        assert_eq!(found, [0, 1, 2, 0]);
    }
}
