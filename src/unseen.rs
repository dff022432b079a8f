//! Characters that a reader does not see, and that do something to what is read.

/// What moves the cursor, hides text or turns its direction.
pub(crate) fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{00ad}' | '\u{061c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        )
}

/// A message in which such characters are written out (`\u{1b}`), but for line breaks and tabs: it may repeat a name
/// that a tenant chose, and a terminal or a log viewer would obey it.
pub fn shown(message: &str) -> String {
    message
        .split_inclusive(['\n', '\t'])
        .map(|part| match part.strip_suffix(['\n', '\t']) {
            Some(text) => in_line(text) + &part[text.len()..],
            None => in_line(part),
        })
        .collect()
}

/// A text in which all such characters are written out, fit for one line.
pub(crate) fn in_line(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match is_unseen(c) {
            true => shown.extend(c.escape_default()),
            false => shown.push(c),
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
        assert_eq!(in_line("a\tb\n"), "a\\tb\\n");
        for c in [
            '\u{ad}',
            '\u{180e}',
            '\u{fff9}',
            '\u{fffb}',
            '\u{e0001}',
            '\u{e007f}',
        ] {
            assert_eq!(shown(&c.to_string()), format!("\\u{{{:x}}}", u32::from(c)));
        }
    }
}
