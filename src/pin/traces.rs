//! What is left of a marker in the output, in an encoding that nobody has looked through: then the chart shows a
//! call's arguments, or a certificate that is none.

use aho_corasick::AhoCorasick;
use anyhow::Result;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::manifest::encoding::decoded_texts;

use super::ends::Ends;

/// As many letters of a marker's end tell it from other text: one of 2^42.
const TELLING: usize = 10;

/// The alphabet of base32 (RFC 4648, section 6).
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Finds traces of all call sites' markers.
pub(super) struct Traces {
    patterns: Option<AhoCorasick>,
    /// The call site of each pattern.
    sites: Vec<usize>,
}

impl Traces {
    /// For these call sites and their ends.
    ///
    /// # Errors
    /// There are more than can be searched for.
    pub(super) fn new(ends: &[(usize, Ends)]) -> Result<Self> {
        let mut sites = Vec::new();
        let mut patterns: Vec<String> = Vec::new();
        for (site, ends) in ends {
            for end in ends.texts() {
                patterns.extend(forms(end));
            }
            sites.resize(patterns.len(), *site);
        }
        let patterns = match ends.is_empty() {
            true => None,
            false => Some(AhoCorasick::new(patterns)?),
        };
        Ok(Traces { patterns, sites })
    }

    /// A call site of which there is a trace. What a chart puts between letters (line breaks, commas) hides none, nor
    /// does base64, however often.
    pub(super) fn find(&self, text: &str) -> Option<usize> {
        let patterns = self.patterns.as_ref()?;
        self.shown(patterns, text)
            .or_else(|| decoded_texts(text).find_map(|text| self.find(&text)))
    }

    fn shown(&self, patterns: &AhoCorasick, text: &str) -> Option<usize> {
        let squeezed: Vec<u8> = text
            .bytes()
            .filter(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
            .collect();
        let found = patterns.find(&squeezed)?;
        self.sites.get(found.pattern().as_usize()).copied()
    }
}

/// How an end of a marker looks as it is, backwards, in upper case, in hexadecimal, in base64 once and twice (also of
/// a part), and in base32; wherever it stands in what is encoded.
fn forms(end: &str) -> Vec<String> {
    let beginning = end.get(..TELLING).unwrap_or(end);
    let hex: String = beginning.bytes().map(|b| format!("{b:02x}")).collect();
    let mut forms = vec![
        beginning.to_owned(),
        beginning.chars().rev().collect(),
        beginning.to_uppercase(),
        hex.to_uppercase(),
        hex,
    ];
    for once in base64_cores(end.as_bytes()) {
        forms.extend(base64_cores(once.as_bytes()));
        forms.push(once);
    }
    forms.extend((0..5).map(|before| base32_core(end.as_bytes(), before)));
    forms
}

/// The characters of base64 that follow from `bytes` alone, with 0, 1 or 2 bytes of a group before them.
fn base64_cores(bytes: &[u8]) -> [String; 3] {
    [0, 1, 2].map(|before| {
        let text = STANDARD.encode([&vec![0; before], bytes].concat());
        core(&text, before, bytes.len(), 6).to_owned()
    })
}

/// The same of base32.
fn base32_core(bytes: &[u8], before: usize) -> String {
    let padded = [&vec![0; before], bytes].concat();
    let bit = |at: usize| {
        padded
            .get(at / 8)
            .map_or(0, |byte| byte >> (7 - at % 8) & 1)
    };
    let text: String = (0..(padded.len() * 8).div_ceil(5))
        .map(|group| (0..5).fold(0, |index, at| index << 1 | bit(group * 5 + at)))
        .map(|index| char::from(BASE32[usize::from(index)]))
        .collect();
    core(&text, before, bytes.len(), 5).to_owned()
}

/// The characters of `bits` bits each that hold nothing but the `length` bytes behind the first `before`.
fn core(text: &str, before: usize, length: usize, bits: usize) -> &str {
    let (start, end) = (before * 8, (before + length) * 8);
    text.get(start.div_ceil(bits)..end / bits)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const END: &str = "hijklmnopqrstu";

    fn traces() -> Traces {
        let patterns = forms(END);
        Traces {
            sites: vec![7; patterns.len()],
            patterns: Some(AhoCorasick::new(patterns).unwrap()),
        }
    }

    #[test]
    fn a_trace_is_found_in_each_encoding_wherever_it_stands() {
        let base32 = |text: &str| {
            let before = 0;
            let padded = text.as_bytes();
            base32_core(padded, before)
        };
        for before in ["", "a", "ab", "abc", "abcd"] {
            let text = format!("{before}{END}0g61g62");
            let once = STANDARD.encode(&text);
            let twice = STANDARD.encode(&once);
            let hex: String = text.bytes().map(|b| format!("{b:02X}")).collect();
            let lines = twice.replace('b', "b\n  ");
            for shown in [&text, &once, &twice, &hex, &base32(&text), &lines] {
                assert_eq!(traces().find(&format!("x: {shown}\n")), Some(7), "{shown}");
            }
            let often = (0..5).fold(text.clone(), |text, _| STANDARD.encode(text));
            let backwards: String = text.chars().rev().collect();
            for shown in [&often, &backwards] {
                assert_eq!(traces().find(&format!("x: {shown}\n")), Some(7), "{shown}");
            }
            // Cut short, and with something between the letters.
            let commas: Vec<String> = text.chars().map(String::from).collect();
            assert_eq!(traces().find(&commas.join(",")), Some(7));
            assert_eq!(traces().find(&text[..before.len() + TELLING]), Some(7));
        }
    }

    #[test]
    fn other_text_shows_none() {
        for text in [
            "",
            "hijklmnop",
            "aGVsbG8gd29ybGQsIGhlbGxvIHdvcmxk",
            "HIJKLMNOP",
        ] {
            assert_eq!(traces().find(text), None, "{text}");
        }
    }
}
