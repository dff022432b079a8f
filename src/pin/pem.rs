//! The placeholders of keys and certificates: what they carry, and where they stand.
//!
//! A key carries its call, what it is, and its kind if it has a choice; a certificate its call, what it
//! is as an issuer, its dates and names, and if another call issues it, that call and what it is.
//! See `chart/defines/certificates.tpl`.

use std::ops::Range;

use crate::chart::block::{Block, separator_length};
use crate::chart::marker::Marker;

use super::text::{CallId, PemBlock, SEPARATOR};

/// What the second field of a key says.
const PRIVATE_KEY: &[u8] = b"private key";

/// The fields that are calls, which are different in each twin.
const CALL: usize = 0;
const ISSUER_CALL: usize = 3;

impl PemBlock {
    /// Whether it is a key; else it is a certificate.
    pub(super) fn is_key(&self) -> bool {
        self.block
            .marker
            .arguments
            .get(1)
            .is_some_and(|field| field == PRIVATE_KEY)
    }
}

/// The block with its calls; `twins` are the same block in the twins.
pub(super) fn block(block: Block, site: usize, twins: &[&Block]) -> PemBlock {
    let call = |field: usize| -> Option<CallId> {
        let markers = std::iter::once(&block).chain(twins.iter().copied());
        let texts: CallId = markers
            .filter_map(|block| block.marker.arguments.get(field))
            .map(|field| String::from_utf8_lossy(field).into_owned())
            .collect();
        // A certificate of a user's CA names none.
        texts
            .first()
            .is_some_and(|id| !id.is_empty())
            .then_some(texts)
    };
    PemBlock {
        call: call(CALL).unwrap_or_default(),
        issuer: call(ISSUER_CALL),
        block,
        site,
    }
}

/// The fields that the chart's own arguments are in, as one text.
pub(super) fn texts(marker: &Marker) -> String {
    let fields = marker.arguments.iter().enumerate();
    let texts: Result<Vec<&str>, _> = fields
        .filter(|(number, _)| !matches!(*number, CALL | ISSUER_CALL))
        .map(|(_, field)| std::str::from_utf8(field))
        .collect();
    texts.unwrap_or_default().join(&SEPARATOR.to_string())
}

/// Whether a text holds a PEM block, as it is or in base64.
pub(super) fn may_hold(text: &str) -> bool {
    text.contains("-----BEGIN") || text.contains("LS0tLS1CRUdJTi")
}

/// The whole block around the body at `body`, with its first and its last line.
pub(super) fn around(text: &str, body: &Range<usize>) -> Range<usize> {
    let before = without_separator(text.get(..body.start).unwrap_or_default());
    let start = match before.strip_suffix("-----") {
        Some(line) => line.rfind("-----BEGIN").unwrap_or(body.start),
        None => body.start,
    };
    let after = text.get(body.end..).unwrap_or_default();
    let footer = after.get(separator_length(after)..).unwrap_or_default();
    let end = footer
        .strip_prefix("-----END")
        .and_then(|line| line.find("-----"))
        .map(|at| text.len() - footer.len() + "-----END".len() + at + "-----".len());
    start..end.unwrap_or(body.end)
}

/// Without the white space at its end, also where that is written as escapes.
fn without_separator(text: &str) -> &str {
    let mut text = text;
    loop {
        let trimmed = text.trim_end();
        let letter = trimmed.strip_suffix(['n', 'r', 't']);
        text = match letter.filter(|rest| rest.ends_with('\\')) {
            Some(rest) => rest.trim_end_matches('\\'),
            None => return trimmed,
        };
    }
}

/// The word that introduces the block at `at`: on its own line, or else on the line before
/// (`ca: |`), unless that line ends another block.
pub(super) fn word_before(text: &str, at: usize) -> &str {
    let word = super::place::word_before(text, at);
    if !word.is_empty() {
        return word;
    }
    let before = text.get(..at).unwrap_or_default().trim_end();
    match before.ends_with("-----") {
        true => "",
        false => super::place::word_before(before, before.len()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_block_reaches_from_its_first_line_to_its_last() {
        for (text, whole) in [
            (
                "x -----BEGIN A-----\nBODY\n-----END A-----\n",
                "-----BEGIN A-----\nBODY\n-----END A-----",
            ),
            (
                "\"-----BEGIN A-----\\nBODY\\n-----END A-----\\n\"",
                "-----BEGIN A-----\\nBODY\\n-----END A-----",
            ),
            (
                "-----BEGIN A-----BODY-----END A-----",
                "-----BEGIN A-----BODY-----END A-----",
            ),
            ("ca: BODY\n", "BODY"),
        ] {
            let at = text.find("BODY").unwrap();
            assert_eq!(&text[around(text, &(at..at + 4))], whole);
        }
    }

    #[test]
    fn the_word_may_stand_on_the_line_before() {
        for (text, word) in [
            ("a: 1\nca: |\n  -----BEGIN", "ca"),
            ("\"ca\": \"-----BEGIN", "ca"),
            (
                "ca: |\n-----BEGIN A-----\nx\n-----END A-----\n-----BEGIN",
                "",
            ),
            ("-----BEGIN", ""),
        ] {
            assert_eq!(
                word_before(text, text.rfind("-----BEGIN").unwrap()),
                word,
                "{text}"
            );
        }
    }
}
