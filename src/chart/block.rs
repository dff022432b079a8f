//! Markers as the lines of a PEM block: the placeholders of keys and certificates.
//!
//! A block has 64 characters to a line, as PEM has, and a chart may put anything between its lines: more
//! indentation, `\n` in a quoted scalar, nothing. What stands there is read off the placeholder, and
//! goes between the lines of the real block.

use std::ops::Range;

use super::marker::{self, Marker};

/// Characters in a line of PEM (RFC 7468).
pub const LINE: usize = 64;

/// A marker that is the body of a PEM block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The marker; its span is that of the body, from the first character to the last.
    pub marker: Marker,
    /// What stands between two lines: a line feed at least, unless the chart joined them.
    pub separator: String,
}

/// The first block with these ends at or behind byte `from` of a text. A body whose lines were broken
/// elsewhere is none.
pub fn find(text: &str, from: usize, start: &str, end: &str) -> Option<Block> {
    let mut from = from;
    loop {
        let begin = from + text.get(from..)?.find(start)?;
        if let Some(block) = read(text, begin, start, end) {
            return Some(block);
        }
        from = begin + 1;
    }
}

fn read(text: &str, begin: usize, start: &str, end: &str) -> Option<Block> {
    let line = |at: usize| -> Range<usize> {
        let rest = text.get(at..).unwrap_or_default().bytes();
        let length = rest
            .take(LINE)
            .take_while(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'z'))
            .count();
        at..at + length
    };
    let first = line(begin);
    let separator = text.get(first.end..first.end + separator_length(text.get(first.end..)?))?;
    let mut body = String::new();
    let mut at = begin;
    loop {
        let span = line(at);
        let before = body.len();
        body.push_str(text.get(span.clone())?);
        // The end may be broken by a line's end; nothing else in a marker looks like it.
        let searched = before.saturating_sub(end.len()).max(start.len());
        if let Some(found) = body.get(searched..)?.find(end) {
            let length = searched + found + end.len();
            let last = at + (length - before);
            let marker = marker::find(body.get(..length)?, 0, start, end)?;
            return (marker.span == (0..length)).then(|| Block {
                marker: Marker {
                    span: begin..last,
                    ..marker
                },
                separator: separator.to_owned(),
            });
        }
        if span.len() < LINE || !text.get(span.end..)?.starts_with(separator) {
            return None;
        }
        at = span.end + separator.len();
    }
}

/// How many bytes of white space, written out or as escapes (`\n`, `\\n`, `%0A`), a text begins with.
pub fn separator_length(text: &str) -> usize {
    let mut rest = text;
    loop {
        let trimmed = rest.trim_start();
        let escape = trimmed.trim_start_matches('\\');
        rest = match escape.strip_prefix(['n', 'r', 't']) {
            Some(after) if escape.len() < trimmed.len() => after,
            _ => match ["%0A", "%0a", "%0D", "%0d"]
                .iter()
                .find_map(|code| trimmed.strip_prefix(code))
            {
                Some(after) => after,
                None => return text.len() - trimmed.len(),
            },
        };
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;

    const START: &str = "hijklmnopqrstu";
    const END: &str = "zyxwvutsrq";

    fn body(argument: &str) -> String {
        let hex: String = argument.bytes().map(|b| format!("{b:02x}")).collect();
        format!("{START}0g{hex}{END}")
    }

    fn wrapped(body: &str, separator: &str) -> String {
        body.as_bytes()
            .chunks(LINE)
            .map(|line| std::str::from_utf8(line).unwrap())
            .collect::<Vec<_>>()
            .join(separator)
    }

    #[test]
    fn a_body_with_other_lines_is_none() {
        let body = body("an argument that takes more than one line of the block, and another one");
        let text = wrapped(&body, "\n").replacen('\n', " \n", 1);
        assert_eq!(find(&text, 0, START, END), None);
        let text = body.as_bytes().chunks(60);
        let text: Vec<&str> = text
            .map(|line| std::str::from_utf8(line).unwrap())
            .collect();
        assert_eq!(find(&text.join("\n"), 0, START, END), None);
        assert_eq!(find(&body[..body.len() - 1], 0, START, END), None);
    }

    proptest! {
        #[test]
        fn blocks_are_found_whatever_stands_between_their_lines(
            argument in "[ -~]{30,200}",
            separator in prop::sample::select(vec![
                "", "\n", "\n    ", "\r\n", "\\n", "\\\\n", "\\\\\\\\n", " ", "%0A", "\\r\\n  ", "\n\t",
            ]),
            before in "[ -~]{0,20}",
            after in prop::sample::select(vec!["", "\n-----END", "\\n-----END", "\"", "-----END", " x", "aaaa"]),
        ) {
            let text = wrapped(&body(&argument), separator);
            let all = format!("{before}{text}{after}");
            let block = find(&all, 0, START, END).unwrap();
            prop_assert_eq!(&block.separator, separator);
            prop_assert_eq!(&all[block.marker.span.clone()], &text);
            prop_assert_eq!(&block.marker.arguments, &vec![argument.into_bytes()]);
        }

        #[test]
        fn no_text_panics(text in "(hijklmnopqrstu|[a-z]{64}|\\\\n|\n|zyxwvutsrq|é|0g){0,12}") {
            let _ = find(&text, 0, START, END);
        }
    }
}
