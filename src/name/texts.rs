//! The texts of a log, as a scalar would show them.

use serde::Deserialize;
use zeroize::Zeroizing;

use crate::chart::generator::Generator;

/// A text of the log.
pub(super) enum Text<'a> {
    /// As it is logged.
    Logged(&'a str),
    /// Made from it.
    Made(Zeroizing<String>),
}

impl Text<'_> {
    /// The text.
    pub(super) fn as_str(&self) -> &str {
        match self {
            Text::Logged(text) => text,
            Text::Made(text) => text,
        }
    }
}

#[derive(Deserialize)]
struct Certificate {
    #[serde(rename = "Cert")]
    cert: Zeroizing<String>,
    #[serde(rename = "Key")]
    key: Zeroizing<String>,
}

/// The texts of a call's value that are looked for. Of a line of `htpasswd` the hash: the user before it tells the lines of
/// a file apart.
pub(super) fn of_value(given: &str, generator: Option<Generator>) -> Vec<Text<'_>> {
    if !generator.is_some_and(Generator::is_certificate) {
        let text = match (generator, given.split_once(':')) {
            (Some(Generator::Htpasswd), Some((_, hash))) => hash,
            _ => given,
        };
        return vec![undented(Text::Logged(text.trim()))];
    }
    let Ok(Certificate { cert, key }) = serde_json::from_str(given) else {
        return Vec::new();
    };
    [cert, key]
        .into_iter()
        .map(|text| undented(Text::Made(Zeroizing::new(text.trim().to_owned()))))
        .collect()
}

/// A carrier's text as a scalar shows it: without the quotes that YAML takes away.
pub(super) fn of_carrier(text: &str) -> Text<'_> {
    let text = text.trim();
    let inner = |quote| text.strip_prefix(quote)?.strip_suffix(quote);
    let unquoted = match (inner('"'), inner('\'')) {
        (Some(inner), _) if inner.contains('\\') => match serde_json::from_str(text) {
            Ok(made) => Text::Made(made),
            Err(_) => Text::Logged(text),
        },
        (Some(inner), _) | (None, Some(inner)) => Text::Logged(inner),
        (None, None) => Text::Logged(text),
    };
    undented(unquoted)
}

/// The text without the indentation of its lines.
fn undented(text: Text<'_>) -> Text<'_> {
    match undent(text.as_str()) {
        Some(made) => Text::Made(made),
        None => text,
    }
}

/// The text without the indentation of its lines, if a line but the first has one.
pub(super) fn undent(text: &str) -> Option<Zeroizing<String>> {
    if !text.contains("\n ") && !text.contains("\n\t") {
        return None;
    }
    let mut undented = Zeroizing::new(String::with_capacity(text.len()));
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            undented.push('\n');
        }
        undented.push_str(line.trim_start_matches([' ', '\t']));
    }
    Some(undented)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_what_scalars_show() {
        let carrier = |text: &str| of_carrier(text).as_str().to_owned();
        assert_eq!(carrier(" a b\n"), "a b");
        assert_eq!(carrier("\"a\\\"b\""), "a\"b");
        assert_eq!(carrier("'a'"), "a");
        assert_eq!(carrier("\""), "\"");
        assert_eq!(carrier("a:\n  - b\n"), "a:\n- b");
        let value = |text: &str, generator| -> Vec<String> {
            let texts = of_value(text, Some(generator));
            texts.iter().map(|it| it.as_str().to_owned()).collect()
        };
        assert_eq!(value("\"a\"\n", Generator::Ascii), ["\"a\""]);
        assert_eq!(value("me:$2a$10$a\n", Generator::Htpasswd), ["$2a$10$a"]);
        let certificate = r#"{"Key":"k\n","Cert":"c\n"}"#;
        assert_eq!(value(certificate, Generator::Ca), ["c", "k"]);
        assert!(value("{}", Generator::Ca).is_empty());
    }
}
