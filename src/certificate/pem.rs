//! PEM as Go's `encoding/pem` writes and reads it, which is what Sprig uses.

use base64::prelude::{BASE64_STANDARD, Engine};
use zeroize::Zeroizing;

/// Base64 characters in a line.
const LINE: usize = 64;

/// The first block in a text.
pub(super) struct Block {
    /// What stands behind `BEGIN`: `CERTIFICATE`, `RSA PRIVATE KEY`.
    pub(super) label: String,
    /// The decoded content.
    pub(super) bytes: Zeroizing<Vec<u8>>,
}

/// A block of these bytes, with a newline at its end.
pub(super) fn encode(label: &str, bytes: &[u8]) -> Zeroizing<String> {
    let base64 = Zeroizing::new(BASE64_STANDARD.encode(bytes));
    let lines = base64.len().div_ceil(LINE);
    // Sized at once: a string that grows leaves copies of the key behind.
    let capacity = base64.len() + lines + 2 * (label.len() + "-----BEGIN -----\n".len());
    let mut text = Zeroizing::new(String::with_capacity(capacity));
    text.push_str("-----BEGIN ");
    text.push_str(label);
    text.push_str("-----\n");
    for start in (0..base64.len()).step_by(LINE) {
        text.push_str(&base64[start..base64.len().min(start + LINE)]);
        text.push('\n');
    }
    text.push_str("-----END ");
    text.push_str(label);
    text.push_str("-----\n");
    text
}

/// The first well-formed block of a text, with anything around it; headers are skipped.
pub(super) fn decode(text: &str) -> Option<Block> {
    let mut rest = text;
    while let Some(start) = find_begin(rest) {
        let (first, behind) = rest[start + "-----BEGIN ".len()..].split_once('\n')?;
        rest = behind;
        let Some(label) = trim(first).strip_suffix("-----") else {
            continue;
        };
        // As in Go, what reads as a header is never looked at again.
        while !rest.starts_with("-----END ") {
            match rest.split_once('\n') {
                Some((header, behind)) if header.contains(':') => rest = behind,
                _ => break,
            }
        }
        if let Some(bytes) = decode_body(rest, label) {
            return Some(Block {
                label: label.to_owned(),
                bytes,
            });
        }
    }
    None
}

/// Where the next `-----BEGIN ` stands at the beginning of a line.
fn find_begin(text: &str) -> Option<usize> {
    text.match_indices("-----BEGIN ")
        .map(|(start, _)| start)
        .find(|start| *start == 0 || text.as_bytes()[start - 1] == b'\n')
}

/// What stands before the end of the block with this label. No line is read again for a later block, so that many beginnings
/// without an end cost no more than their text.
fn decode_body(text: &str, label: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut lines = Vec::new();
    for line in text.split('\n').map(trim) {
        if let Some(end) = line.strip_prefix("-----END ") {
            let size = lines.iter().map(|line: &&str| line.len()).sum();
            let mut base64 = Zeroizing::new(String::with_capacity(size));
            for line in lines {
                base64.extend(line.chars().filter(|c| !matches!(c, ' ' | '\t')));
            }
            let bytes = BASE64_STANDARD.decode(base64.as_bytes()).ok()?;
            return (end.strip_suffix("-----")? == label).then(|| Zeroizing::new(bytes));
        }
        // No base64: the end that follows is another block's.
        if line.starts_with("-----BEGIN ") {
            return None;
        }
        lines.push(line);
    }
    None
}

fn trim(line: &str) -> &str {
    line.strip_suffix('\r')
        .unwrap_or(line)
        .trim_end_matches([' ', '\t'])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lines_of_64_characters() {
        let text = encode("X", &[0; 49]);
        let body = format!("{}\n{}A==\n", "A".repeat(64), "A");
        assert_eq!(*text, format!("-----BEGIN X-----\n{body}-----END X-----\n"));
        let text = encode("X", &[0; 48]);
        assert_eq!(text.lines().nth(2), Some("-----END X-----"));
    }

    #[test]
    fn reads_the_first_good_block() {
        let good = "-----BEGIN A B-----\nAAEC\n-----END A B-----\n";
        for text in [
            good.to_owned(),
            good.trim_end().to_owned(),
            good.replace('\n', "\r\n"),
            format!("some text\n{good}more"),
            format!("{good}{}", good.replace("AAEC", "AwQF")),
            good.replace("AAEC", "A A\nE C "),
            good.replace("AAEC", "Proc-Type: 4\nX: y\n\nAAEC"),
            format!("-----BEGIN C-----\n!\n-----END C-----\n{good}"),
            format!("-----BEGIN C-----\n{good}"),
            format!("-----BEGIN C-----\na: b\n{good}"),
        ] {
            let block = decode(&text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(
                (block.label.as_str(), &**block.bytes),
                ("A B", &[0, 1, 2][..])
            );
        }
    }

    #[test]
    fn refuses_what_go_refuses() {
        for text in [
            "",
            "AAEC",
            "-----BEGIN A-----",
            "-----BEGIN A-----\nAAEC\n",
            "-----BEGIN A-----\nAAEC\n-----END B-----\n",
            "-----BEGIN A-----\nAAE\n-----END A-----\n",
            "-----BEGIN A----\nAAEC\n-----END A-----\n",
            "x-----BEGIN A-----\nAAEC\n-----END A-----\n",
        ] {
            assert!(decode(text).is_none(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn round_trip(bytes: Vec<u8>) {
            let block = decode(&encode("KEY", &bytes)).unwrap();
            prop_assert_eq!(&*block.bytes, &bytes);
        }

        #[test]
        fn any_text_is_read_without_a_panic(text in "(-----(BEGIN|END) A?-----|[\\s\\S]|AAEC\n){0,8}") {
            let _ = decode(&text);
        }
    }
}
