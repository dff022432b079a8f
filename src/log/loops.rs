//! At which items the loops are in which a call runs.

/// A turn of a loop, or its end: the path of the body that it stands in, how many calls had run before, the loop, and what the item
/// is called; an end has no item.
pub(super) type Turn = (String, usize, String, String);

/// The loops that are at one of their items, outermost first: the path, the loop, and what the item is called.
#[derive(Default)]
pub(super) struct Loops(Vec<(String, String, String)>);

impl Loops {
    /// Takes up a turn, or an end. What is inside of the loop has ended then, also by `break`.
    pub(super) fn take(&mut self, (path, _, id, item): Turn) {
        let same = |it: &(String, String, String)| it.0 == path && it.1 == id;
        if let Some(at) = self.0.iter().position(same) {
            self.0.truncate(at);
        }
        if !item.is_empty() {
            self.0.push((path, id, item));
        }
    }

    /// What the items are called at which the loops around a call are. A file that is included by its path in a loop runs as itself.
    pub(super) fn items(&self, key: &str) -> Vec<String> {
        let around = self.0.iter().filter(|(path, ..)| {
            let below = key.strip_prefix(path.as_str());
            below.is_some_and(|below| below.starts_with('\n'))
        });
        around.map(|(.., item)| item.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_knows_the_items_of_the_loops_around_it() {
        let mut loops = Loops::default();
        let mut after = |path: &str, id: &str, item: &str, key: &str| {
            loops.take((path.to_owned(), 0, id.to_owned(), item.to_owned()));
            loops.items(key).join("/")
        };
        assert_eq!(after("a", "7", "bob", "a\ns0.1"), "bob");
        assert_eq!(after("a", "7", "carol", "a\nd1.1\ns1.1"), "carol");
        assert_eq!(after("a\nd1.1", "9", "x", "a\nd1.1\ns1.1"), "carol/x");
        // A file that is included by its path runs as itself, and so does what is not inside.
        assert_eq!(after("a\nd1.1", "9", "y", "b\ns2.1"), "");
        assert_eq!(after("a\nd1.1", "9", "z", "a\nd1.10\ns1.1"), "carol");
        // The inner loop has ended with the turn.
        assert_eq!(after("a", "7", "dave", "a\nd1.1\ns1.1"), "dave");
        assert_eq!(after("a", "7", "", "a\ns0.2"), "");
    }
}
