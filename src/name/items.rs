//! What tells calls apart that belong to one place: the items of the loops in which they ran.
//!
//! `{{ range .users }}{{ $all = append $all (randAlphaNum 16) }}{{ end }}`, and behind it `join "," $all`: the place is the same for
//! all, and their order is another one where a user is put between them.

use super::mask::Mask;
use crate::chart::generator::Generator;
use crate::log::{Argument, Log};

/// Which part of a name is its document's number among those of one name: tag, group, kind, namespace, name and ordinal.
const ORDINAL_PART: usize = 5;

/// The items of the loops around each call, outermost first, without what was generated and what the call takes as a secret: names
/// are shown.
pub(super) fn of_calls(
    log: &Log,
    generators: &[Option<Generator>],
    mask: &mut Mask<'_, '_>,
) -> Vec<Vec<String>> {
    let calls = log.calls.iter().zip(generators);
    let items = calls.map(|(call, generator)| {
        let secrets = match generator {
            Some(Generator::Bcrypt | Generator::EncryptAes) => call.arguments.get(..),
            Some(Generator::Htpasswd) => call.arguments.get(1..),
            _ => None,
        };
        let is_secret = |item: &&String| {
            let mut secrets = secrets.unwrap_or_default().iter();
            secrets.any(|it| matches!(it, Argument::Text(text) if ***text == *item.as_bytes()))
        };
        let items = call.items.iter().filter(|item| !is_secret(item));
        let items = items.map(|item| mask.text(item));
        items.filter(|item| item != "*").collect()
    });
    items.collect()
}

/// Those that a place does not hold, as one text. One that it holds (`rel-alice`) is told by the place.
pub(super) fn behind(items: &[String], place: &[String]) -> String {
    let is_held = |item: &str| place.iter().any(|part| holds(part, item));
    let others: Vec<&str> = (items.iter().map(String::as_str))
        .filter(|item| !is_held(item))
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

/// Whether a text holds another one, with no letter or digit beside it.
fn holds(text: &str, item: &str) -> bool {
    text.match_indices(item).any(|(start, _)| {
        let before = text.get(..start).and_then(|it| it.chars().next_back());
        let after = text
            .get(start + item.len()..)
            .and_then(|it| it.chars().next());
        let mut beside = before.into_iter().chain(after);
        !beside.any(char::is_alphanumeric)
    })
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
        assert_eq!(behind(&["alice"]), "");
        assert_eq!(behind(&["bob", "carol", "alic"]), "carol/alic");
    }

    #[test]
    fn items_take_the_place_of_positions() {
        let mut parts =
            ["place", "", "X", "", "x-*", "2", "3", "a", "[12]", "[id=1]"].map(str::to_owned);
        super::without_positions(&mut parts);
        assert_eq!(parts[5..], ["0", "3", "a", "[*]", "[id=1]"]);
    }
}
