//! Text as it has to stand inside a scalar of some style.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::manifest::{Style, YamlType};

/// The text as it stands inside a scalar of this style on one line, without the quotes. `None`
/// where the style cannot hold it: a plain scalar that would read as something else, a line
/// break outside of double quotes, a character that YAML has only as an escape.
///
/// For a plain scalar the text must be all of it; in the other styles it may be a part.
pub fn yaml_escape(text: &str, style: Style) -> Option<Cow<'_, str>> {
    if style == Style::DoubleQuoted {
        return Some(double_quoted(text));
    }
    if text.chars().any(needs_escape) {
        return None;
    }
    match style {
        Style::SingleQuoted if text.contains('\'') => Some(Cow::Owned(text.replace('\'', "''"))),
        Style::Plain if !is_plain(text) => None,
        _ => Some(Cow::Borrowed(text)),
    }
}

fn double_quoted(text: &str) -> Cow<'_, str> {
    let special = |c: char| matches!(c, '"' | '\\') || needs_escape(c);
    if !text.contains(special) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '"' => escaped.push_str("\\\""),
            '\\' => escaped.push_str("\\\\"),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            c if needs_escape(c) => {
                // Writing to a string cannot fail. What needs escapes is below U+10000.
                let _ = write!(escaped, "\\u{:04X}", u32::from(c));
            }
            c => escaped.push(c),
        }
    }
    Cow::Owned(escaped)
}

/// What is a line break to some reader, or not printable (YAML 1.2, `c-printable`).
fn needs_escape(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
        )
}

/// Whether the text reads as itself without quotes, everywhere, keys and flow collections too.
/// Says no to some that would.
fn is_plain(text: &str) -> bool {
    let safe = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '/' | '-' | '+' | '=');
    let first = text.chars().next();
    first.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '/'))
        && text.chars().all(safe)
        && text != "..."
        && YamlType::of_plain(text) == YamlType::Str
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;
    use crate::manifest::{Leaf, Manifest};
    use proptest::prelude::*;

    const STYLES: [Style; 4] = [
        Style::Plain,
        Style::SingleQuoted,
        Style::DoubleQuoted,
        Style::Literal,
    ];

    /// Writes the text in a style and reads it back.
    fn read(escaped: &str, style: Style) -> Leaf {
        let text = match style {
            Style::Plain => format!("a: {escaped}\n"),
            Style::SingleQuoted => format!("a: '{escaped}'\n"),
            Style::DoubleQuoted => format!("a: \"{escaped}\"\n"),
            Style::Literal | Style::Folded => format!("a: |2-\n  {escaped}\n"),
        };
        let mut manifest = Manifest::parse(text).unwrap();
        manifest.documents[0].leaves.remove(1)
    }

    #[test]
    fn says_what_does_not_fit() {
        for text in [
            "", "yes", "12", "1e5", "-a", "a: b", "a #b", "#", "{", "...", "a,b", " a",
        ] {
            assert_eq!(yaml_escape(text, Style::Plain), None, "{text:?}");
        }
        for style in [Style::Plain, Style::SingleQuoted, Style::Literal] {
            assert_eq!(yaml_escape("a\nb", style), None);
        }
        assert_eq!(yaml_escape("it's", Style::SingleQuoted).unwrap(), "it''s");
        assert_eq!(
            yaml_escape("\"\u{1}", Style::DoubleQuoted).unwrap(),
            r#"\"\u0001"#
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn reads_back_as_itself(text in prop_oneof!["[ -~éä]{0,12}", any::<String>(), "[a-z0-9+/=._-]{1,10}"]) {
            for style in STYLES {
                if style == Style::Literal && text.trim().is_empty() {
                    continue;
                }
                if let Some(escaped) = yaml_escape(&text, style) {
                    let leaf = read(&escaped, style);
                    prop_assert_eq!(&leaf.value, &text, "{:?}", style);
                    prop_assert_eq!(leaf.yaml_type, YamlType::Str);
                }
            }
        }
    }
}
