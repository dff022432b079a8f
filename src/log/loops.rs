//! At which items the loops are in which a call runs.

use std::collections::BTreeMap;

/// What the items are called, by the loops: the path of the body that a loop stands in, a line feed, and its number there.
pub(super) type Items = BTreeMap<String, String>;

/// What the items are called at which the loops around a call of this key are, outermost first. A file that is included by its path in a
/// loop runs as itself.
pub(super) fn around(key: &str, items: Items) -> Vec<String> {
    let loops = items.into_iter().filter_map(|(at, item)| {
        let (path, number) = at.rsplit_once('\n')?;
        let is_around = key.strip_prefix(path)?.starts_with('\n');
        let order = (path.len(), number.parse::<usize>().ok()?);
        is_around.then_some((order, item))
    });
    let mut loops: Vec<((usize, usize), String)> = loops.collect();
    loops.sort();
    loops.into_iter().map(|(_, item)| item).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_knows_the_items_of_the_loops_around_it() {
        let items = |key: &str| {
            let loops = [("a\n7", "bob"), ("a\n12", "carol"), ("a\nd1.1\n3", "x")];
            let loops = loops.map(|(at, item)| (at.to_owned(), item.to_owned()));
            around(key, loops.into()).join("/")
        };
        assert_eq!(items("a\ns0.1"), "bob/carol");
        assert_eq!(items("a\nd1.1\ns1.1"), "bob/carol/x");
        assert_eq!(items("a\nd1.10\ns1.1"), "bob/carol");
        assert_eq!(items("b\ns2.1"), "");
    }
}
