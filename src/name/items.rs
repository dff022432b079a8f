//! What tells calls apart that belong to one place: the items of the loops in which they ran.
//!
//! `{{ range .users }}{{ $all = append $all (randAlphaNum 16) }}{{ end }}`, and behind it `join "," $all`: the place is the same for
//! all, and their order is another one where a user is put between them.

use std::collections::HashSet;

use super::mask::Mask;
use crate::chart::generator::Generator;
use crate::log::{Argument, Log};

/// Which part of a name is its document's number among those of one name: tag, group, kind, namespace, name and ordinal.
const ORDINAL_PART: usize = 5;

/// The items of the loops around each call, outermost first, without what was generated, and what is a secret to any call: names are
/// shown.
pub(super) fn of_calls(
    log: &Log,
    generators: &[Option<Generator>],
    mask: &mut Mask<'_, '_>,
) -> Vec<Vec<String>> {
    let calls = log.calls.iter().zip(generators);
    let secrets = calls.flat_map(|(call, generator)| {
        let secrets = match generator {
            Some(Generator::Bcrypt | Generator::EncryptAes) => call.arguments.get(..),
            Some(Generator::Htpasswd) => call.arguments.get(1..),
            _ => None,
        };
        secrets.unwrap_or_default().iter()
    });
    let secrets: HashSet<&[u8]> = secrets
        .filter_map(|argument| match argument {
            Argument::Text(text) => Some(text.as_slice()),
            Argument::Int(_) | Argument::Json(_) => None,
        })
        .collect();
    let items = log.calls.iter().map(|call| {
        let items = call.items.iter();
        let items = items.filter(|item| !secrets.contains(item.as_bytes()));
        let items = items.map(|item| mask.text(item));
        items.filter(|item| item != "*").collect()
    });
    items.collect()
}

/// Those that a place does not say, as one text. Where it says one (`rel-alice`), it tells by itself which one is meant.
pub(super) fn behind(items: &[String], place: &[String]) -> String {
    let place: Vec<Vec<String>> = match items {
        [] => Vec::new(),
        _ => place.iter().map(|part| words(part)).collect(),
    };
    let is_said = |item: &str| {
        let item = words(item);
        item.is_empty()
            || place
                .iter()
                .any(|part| part.windows(item.len()).any(|it| *it == item[..]))
    };
    let others: Vec<&str> = (items.iter().map(String::as_str))
        .filter(|item| !is_said(item))
        .collect();
    others.join("/")
}

/// Takes the positions out of a place's parts, since the items tell what they told: of items in a list, and of documents of one
/// name.
pub(super) fn without_positions(parts: &mut [String]) {
    if let Some(ordinal) = parts.get_mut(ORDINAL_PART) {
        "0".clone_into(ordinal);
    }
    for part in parts {
        let inner = part.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
        let is_index =
            inner.is_some_and(|it| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit()));
        if is_index {
            "[*]".clone_into(part);
        }
    }
}

/// The words of a text: `adminPassword` and `admin-password` have the same.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut was_small = false;
    for c in text.chars() {
        if !word.is_empty() && (!c.is_alphanumeric() || (c.is_uppercase() && was_small)) {
            words.push(std::mem::take(&mut word));
        }
        was_small = !c.is_uppercase();
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_what_the_place_does_not_say_is_added() {
        let place = ["Secret", "rel-alice", "users[name=bob].password"].map(str::to_owned);
        let behind = |items: &[&str]| {
            let items: Vec<String> = items.iter().map(|it| (*it).to_owned()).collect();
            super::behind(&items, &place)
        };
        for said in ["alice", "Alice", "relAlice", "rel_alice", "BOB", "-"] {
            assert_eq!(behind(&[said]), "", "{said}");
        }
        assert_eq!(behind(&["bob", "carol", "alic"]), "carol/alic");
        assert_eq!(behind(&["alice-rel", "ice"]), "alice-rel/ice");
    }

    #[test]
    fn items_take_the_place_of_positions() {
        let mut parts =
            ["place", "", "X", "", "x-*", "2", "3", "a", "[12]", "[id=1]"].map(str::to_owned);
        super::without_positions(&mut parts);
        assert_eq!(parts[5..], ["0", "3", "a", "[*]", "[id=1]"]);
    }
}
