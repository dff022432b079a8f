//! Characters that a reader does not see, and that do something to what is read.

/// What moves the cursor, hides text or turns its direction.
pub(crate) fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        )
}

/// A message in which such characters are written out (`\u{1b}`), but for line breaks and tabs: it may repeat a name
/// that a tenant chose, and a terminal or a log viewer would obey it.
pub fn shown(message: &str) -> String {
    let mut shown = String::with_capacity(message.len());
    for c in message.chars() {
        match c {
            '\n' | '\t' => shown.push(c),
            c if is_unseen(c) => shown.extend(c.escape_debug()),
            c => shown.push(c),
        }
    }
    shown
}

/// The first `count` characters of a text that somebody else wrote, escaped, fit for one line of a message.
pub(crate) fn beginning(text: &str, count: usize) -> String {
    text.chars()
        .take(count)
        .flat_map(char::escape_debug)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_is_written_out() {
        assert_eq!(
            shown("a\tb\nc\u{1b}[31m\r\u{202e}d\u{200b}\u{85}ä☺"),
            "a\tb\nc\\u{1b}[31m\\r\\u{202e}d\\u{200b}\\u{85}ä☺"
        );
    }
}
