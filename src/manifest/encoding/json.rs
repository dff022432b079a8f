//! The inside of JSON strings as Go's `encoding/json` writes it.

use std::fmt::Write as _;

/// The text as Go's `json.Marshal` (Sprig's `toJson`) writes it between quotes: `<`, `>` and `&`
/// escaped too, if `html` is set, as `toJson` does and `toRawJson` does not.
pub fn json_escape(text: &str, html: bool) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' => escaped.push_str("\\\""),
            '\\' => escaped.push_str("\\\\"),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            '\u{8}' => escaped.push_str("\\b"),
            '\u{c}' => escaped.push_str("\\f"),
            '<' | '>' | '&' if !html => escaped.push(c),
            '<' | '>' | '&' | '\u{0}'..='\u{1f}' | '\u{2028}' | '\u{2029}' => {
                // Writing to a string cannot fail.
                let _ = write!(escaped, "\\u{:04x}", u32::from(c));
            }
            _ => escaped.push(c),
        }
    }
    escaped
}

/// What the inside of a JSON string stands for (RFC 8259, section 7); `None` if it is broken.
pub fn json_unescape(text: &str) -> Option<String> {
    serde_json::from_str(&format!("\"{text}\"")).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn writes_as_go_does() {
        let text = "a\"\\\n\r\t\u{8}\u{c}\u{1}<>&\u{2028}é/";
        assert_eq!(
            json_escape(text, true),
            r#"a\"\\\n\r\t\b\f\u0001\u003c\u003e\u0026\u2028é/"#
        );
        assert!(json_escape(text, false).contains("<>&"));
    }

    #[test]
    fn refuses_what_is_no_string() {
        assert_eq!(json_unescape(r#"a","b"#), None);
        assert_eq!(json_unescape(r"\x41"), None);
        assert_eq!(json_unescape("\\"), None);
        assert_eq!(json_unescape("\n"), None);
        assert_eq!(json_unescape(r"\u0041\/").unwrap(), "A/");
    }

    proptest! {
        #[test]
        fn unescapes_what_it_escapes(text in any::<String>(), html: bool) {
            prop_assert_eq!(json_unescape(&json_escape(&text, html)), Some(text));
        }
    }
}
