//! A values file for helm: maps in maps, texts in quotes.

use std::collections::BTreeMap;

use zeroize::Zeroizing;

use crate::chart::instrument::ValuePath;

/// Words that are no texts in YAML 1.1.
const RESERVED: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];

/// Paths of keys, and the text that stands at each.
pub(super) type Values = BTreeMap<ValuePath, Zeroizing<String>>;

/// `auth.password`; a key that holds a dot stands in quotes.
pub(super) fn dotted(path: &[String]) -> String {
    let keys = path.iter().map(|key| match key.contains('.') {
        true => format!("{key:?}"),
        false => key.clone(),
    });
    keys.collect::<Vec<_>>().join(".")
}

/// The file's text. It reads the same under YAML 1.1 and 1.2.
pub(super) fn text(values: &Values) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::new());
    let mut open: &[String] = &[];
    for (path, value) in values {
        let Some((last, above)) = path.split_last() else {
            continue;
        };
        let same = open
            .iter()
            .zip(above)
            .take_while(|(one, other)| one == other);
        let same = same.count();
        for (depth, key) in above.iter().enumerate().skip(same) {
            out.push_str(&format!("{}{}:\n", "  ".repeat(depth), quoted(key)));
        }
        out.push_str(&"  ".repeat(above.len()));
        out.push_str(&quoted(last));
        out.push_str(": ");
        push_quoted(&mut out, value);
        out.push('\n');
        open = above;
    }
    out
}

/// Adds a text in double quotes. Those of JSON are YAML's, but for characters that YAML does not take as they are.
fn push_quoted(out: &mut String, text: &str) {
    let json = Zeroizing::new(serde_json::Value::from(text).to_string());
    for c in json.chars() {
        match c.is_control() || "\u{2028}\u{2029}\u{feff}".contains(c) {
            true => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            false => out.push(c),
        }
    }
}

/// A key that YAML takes as it is; in quotes, if it could be something else than a text.
fn quoted(key: &str) -> String {
    let is_word = key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b));
    match is_word && !RESERVED.contains(&key.to_ascii_lowercase().as_str()) {
        true => key.to_owned(),
        false => serde_json::Value::from(key).to_string(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn yaml_reads_what_was_written() {
        let mut values = Values::new();
        for (path, value) in [
            (&["auth", "password"][..], "a\"b\\c: #d"),
            (&["auth", "user"], "yes"),
            (
                &["auth", "deep", "on"],
                "-----BEGIN X-----\nabc\n-----END X-----\n",
            ),
            (&["a.b/c", "1"], "012"),
            (&["zeta"], "\u{7f}\u{85}\u{2028}é"),
        ] {
            let path = path.iter().map(|it| (*it).to_owned()).collect();
            values.insert(path, Zeroizing::new(value.to_owned()));
        }
        let text = text(&values);
        let read: serde_json::Value = serde_yaml::from_str(&text).unwrap();
        for (path, value) in &values {
            let found = path.iter().fold(&read, |map, key| &map[key]);
            assert_eq!(
                found.as_str(),
                Some(value.as_str()),
                "{path:?} in\n{}",
                *text
            );
        }
        assert_eq!(text.matches("auth:").count(), 1);
        assert_eq!(dotted(&["a.b".to_owned(), "c".to_owned()]), "\"a.b\".c");
    }
}
