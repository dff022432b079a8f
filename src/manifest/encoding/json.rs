//! The inside of JSON strings.

/// What the inside of a JSON string stands for (RFC 8259, section 7); `None` if it is broken.
pub(crate) fn json_unescape(text: &str) -> Option<String> {
    serde_json::from_str(&format!("\"{text}\"")).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn refuses_what_is_no_string() {
        assert_eq!(json_unescape(r#"a","b"#), None);
        assert_eq!(json_unescape(r"\x41"), None);
        assert_eq!(json_unescape("\\"), None);
        assert_eq!(json_unescape("\n"), None);
        assert_eq!(json_unescape(r"\u0041\/").unwrap(), "A/");
    }
}
