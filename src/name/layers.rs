//! What a text holds in other encodings: base64, JSON strings, percent-encoding, indented lines.

use std::ops::Range;

use zeroize::Zeroizing;

use super::texts::undent;
use crate::manifest::base64_runs;

/// How many times base64 is decoded inside base64.
const BASE64_LAYERS: u8 = 3;

/// How many times the rest is.
const OTHER_LAYERS: u8 = 3;

/// All layers of a text have no more bytes together than this many times the text's.
const MOST: usize = 8;

/// A text, or what one holds in another encoding.
pub(super) struct Layer<'t> {
    text: Text<'t>,
    /// The layer around it, and where it stands there; nothing if it is all of the scalar.
    around: Option<(usize, Range<usize>)>,
    /// The text without blanks and quotes at its ends.
    core: Range<usize>,
    base64_left: u8,
    other_left: u8,
}

enum Text<'t> {
    Given(&'t str),
    Decoded(Zeroizing<String>),
}

impl Layer<'_> {
    /// What it says.
    pub(super) fn text(&self) -> &str {
        match &self.text {
            Text::Given(text) => text,
            Text::Decoded(text) => text,
        }
    }

    /// The layer around it, and where it stands there.
    pub(super) fn around(&self) -> Option<&(usize, Range<usize>)> {
        self.around.as_ref()
    }
}

/// A text's layers, itself first.
pub(super) struct Layers<'t>(Vec<Layer<'t>>);

impl<'t> Layers<'t> {
    /// Decodes a text. What is decoded to fewer bytes than `shortest` is left out; `has_lines` says whether lines without
    /// their indentation are asked for.
    pub(super) fn of(text: &'t str, shortest: usize, has_lines: bool) -> Layers<'t> {
        let first = layer(Text::Given(text), None, BASE64_LAYERS, OTHER_LAYERS);
        let mut layers = vec![first];
        let mut left = MOST * text.len();
        let mut next = 0;
        while next < layers.len() && left > 0 {
            let mut inner = Vec::new();
            decode(&layers, next, shortest, has_lines, &mut inner);
            for layer in inner {
                if layer.text().len() >= shortest.max(1) {
                    left = left.saturating_sub(layer.text().len());
                    layers.push(layer);
                }
            }
            next += 1;
        }
        Layers(layers)
    }

    /// The layers, the text itself first.
    pub(super) fn all(&self) -> &[Layer<'t>] {
        &self.0
    }

    /// Adds to what was found in each layer what was found inside of it: in the layer around it that is all of the other encoding.
    pub(super) fn hand_outward(&self, found: &mut [Vec<Range<usize>>]) {
        // A layer stands behind the one around it.
        for (number, layer) in self.0.iter().enumerate().rev() {
            if let Some((outer, at)) = layer.around()
                && found.get(number).is_some_and(|found| !found.is_empty())
                && let Some(outer) = found.get_mut(*outer)
            {
                outer.push(at.clone());
            }
        }
    }

    /// The texts that may be documents of their own: all of the scalar, as it is or in base64.
    pub(super) fn whole_texts(&self) -> impl Iterator<Item = &str> {
        let layers = self.0.iter().enumerate();
        let whole = layers.filter(|(number, layer)| {
            layer.other_left == OTHER_LAYERS && self.is_whole(*number, &layer.core)
        });
        whole.map(|(_, layer)| layer.text())
    }

    /// Whether nothing but blanks and quotes stands around `span` of this layer, and around the layer.
    pub(super) fn is_whole(&self, layer: usize, span: &Range<usize>) -> bool {
        self.0.get(layer).is_some_and(|it| {
            let is_all = span.start <= it.core.start && it.core.end <= span.end;
            let around = it.around.as_ref();
            is_all && around.is_none_or(|(outer, span)| self.is_whole(*outer, span))
        })
    }
}

fn layer(
    text: Text<'_>,
    around: Option<(usize, Range<usize>)>,
    base64_left: u8,
    other_left: u8,
) -> Layer<'_> {
    let mut layer = Layer {
        text,
        around,
        core: 0..0,
        base64_left,
        other_left,
    };
    let is_blank = |c: char| c.is_whitespace() || matches!(c, '"' | '\'');
    let text = layer.text();
    let start = text.len() - text.trim_start_matches(is_blank).len();
    let end = text.trim_end_matches(is_blank).len().max(start);
    layer.core = start..end;
    layer
}

/// Adds what the layer of this number holds.
fn decode<'t>(
    layers: &[Layer<'t>],
    number: usize,
    shortest: usize,
    has_lines: bool,
    inner: &mut Vec<Layer<'t>>,
) {
    let Some(outer) = layers.get(number) else {
        return;
    };
    let text = outer.text();
    if outer.base64_left > 0 && may_hold_base64(text, shortest) {
        for run in base64_runs(text) {
            let decoded = Zeroizing::new(run.decoded);
            if let Ok(decoded) = std::str::from_utf8(&decoded) {
                inner.push(layer(
                    Text::Decoded(Zeroizing::new(decoded.to_owned())),
                    Some((number, run.span)),
                    outer.base64_left - 1,
                    outer.other_left,
                ));
            }
        }
    }
    if outer.other_left == 0 {
        return;
    }
    let lines = has_lines.then(|| undent(text)).flatten();
    for decoded in [unescape(text), unpercent(text), lines]
        .into_iter()
        .flatten()
    {
        inner.push(layer(
            Text::Decoded(decoded),
            outer.around.clone(),
            outer.base64_left,
            outer.other_left - 1,
        ));
    }
}

/// The text with JSON's escapes decoded wherever they stand; nothing if there are none.
fn unescape(text: &str) -> Option<Zeroizing<String>> {
    memchr::memchr(b'\\', text.as_bytes())?;
    let mut decoded = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = text;
    let mut has_any = false;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        decoded.push_str(&rest[..at]);
        let (character, length) = escaped(&rest[at..]).unwrap_or(('\\', 1));
        has_any |= length > 1;
        decoded.push(character);
        rest = &rest[at + length..];
    }
    decoded.push_str(rest);
    has_any.then_some(decoded)
}

/// The character that the escape at the beginning stands for, and the escape's length.
fn escaped(text: &str) -> Option<(char, usize)> {
    let character = match text.as_bytes().get(1)? {
        b'n' => '\n',
        b't' => '\t',
        b'r' => '\r',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'"' => '"',
        b'/' => '/',
        b'\\' => '\\',
        b'u' => {
            let code = u32::from_str_radix(text.get(2..6)?, 16).ok()?;
            return Some((char::from_u32(code)?, 6));
        }
        _ => return None,
    };
    Some((character, 2))
}

/// The text with percent-encoding decoded wherever it stands; nothing if there is none.
fn unpercent(text: &str) -> Option<Zeroizing<String>> {
    memchr::memchr(b'%', text.as_bytes())?;
    let bytes = text.as_bytes();
    let digit = |at: usize| {
        let digit = bytes
            .get(at)
            .and_then(|byte| char::from(*byte).to_digit(16));
        digit.and_then(|digit| u8::try_from(digit).ok())
    };
    let mut decoded = Zeroizing::new(Vec::with_capacity(bytes.len()));
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match (byte, digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                decoded.push(high << 4 | low);
                at += 3;
            }
            _ => {
                decoded.push(*byte);
                at += 1;
            }
        }
    }
    if decoded.len() == bytes.len() {
        return None;
    }
    let decoded = std::str::from_utf8(&decoded).ok()?;
    Some(Zeroizing::new(decoded.to_owned()))
}

/// Whether a word of `text`, in one of base64's alphabets, may hold a text of `shortest` bytes: a quick no for what people
/// write.
fn may_hold_base64(text: &str, shortest: usize) -> bool {
    let shortest = (shortest * 4).div_ceil(3).max(4);
    let standard = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let for_urls = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let may = |word: &[u8]| word.len() >= shortest && decodes_to_text(word);
    text.as_bytes().split(|byte| !standard(byte)).any(may)
        || text.as_bytes().split(|byte| !for_urls(byte)).any(may)
}

/// Whether the whole bytes of a base64 word are text in UTF-8, but perhaps for a character that is cut at its end.
fn decodes_to_text(word: &[u8]) -> bool {
    let (mut bits, mut count, mut following) = (0_u32, 0_u32, 0_u8);
    word.iter().all(|byte| {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            _ => 63,
        };
        bits = bits << 6 | u32::from(digit);
        count += 6;
        if count < 8 {
            return true;
        }
        count -= 8;
        let decoded = bits >> count & 0xff;
        let (is_text, next) = match (decoded, following) {
            (0x80..=0xbf, 1..) => (true, following - 1),
            (0x20..=0x7e | 0x09 | 0x0a | 0x0d, 0) => (true, 0),
            (0xc2..=0xdf, 0) => (true, 1),
            (0xe0..=0xef, 0) => (true, 2),
            (0xf0..=0xf4, 0) => (true, 3),
            _ => (false, 0),
        };
        following = next;
        is_text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        let layers = Layers::of(text, 4, true);
        layers.all().iter().map(|it| it.text().to_owned()).collect()
    }

    fn holds(text: &str, inner: &str) -> bool {
        texts(text).iter().any(|it| it == inner)
    }

    #[test]
    fn decodes_what_is_inside() {
        use base64::Engine;
        let encode = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
        let thrice = encode(&encode(&encode("secret-value")));
        assert!(holds(&thrice, "secret-value") && !holds(&encode(&thrice), "secret-value"));
        assert!(holds("Basic c2VjcmV0LXZhbHVl, x", "secret-value"));
        assert!(holds(&encode(r#"{"a":"b:\"c\""}"#), "{\"a\":\"b:\"c\"\"}"));
        assert!(holds(r#"{"a":"\"x\"\u003c"}"#, "{\"a\":\"\"x\"<\"}"));
        assert!(holds("a%3Db%25c", "a=b%c"));
        assert!(holds("x:\n  a\n    b", "x:\na\nb"));
        assert!(holds(r"abc\\u0041", r"abc\u0041") && holds(r"abc\\u0041", "abcA"));
    }

    #[test]
    fn leaves_other_text_alone() {
        for text in [
            "The quick brown fox jumps over the lazy dog",
            "description of a field that is required",
            r"back\slash",
            "100 %",
            "",
        ] {
            assert_eq!(texts(text), [text]);
        }
    }

    #[test]
    fn whole_through_all_layers() {
        let layers = Layers::of("c2VjcmV0LXZhbHVl\n", 4, false);
        assert!(layers.is_whole(1, &(0..12)) && !layers.is_whole(1, &(1..12)));
        let layers = Layers::of("x c2VjcmV0LXZhbHVl", 4, false);
        assert!(!layers.is_whole(1, &(0..12)));
    }
}
