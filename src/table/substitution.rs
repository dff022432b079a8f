//! Arguments that hold other calls' values: what a render was given is replaced by what is wanted.
//!
//! An argument is read once, however many values there are: eight bytes of each value, near its end, are
//! its anchor, and each eight bytes of an argument are looked up among the anchors. (An automaton over whole
//! values would take a hundred times their memory.)

use std::borrow::Cow;
use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use zeroize::{Zeroize, Zeroizing};

use crate::chart::generator::Generator;
use crate::log::Argument;

use super::arguments::Pair;

/// How many bytes of a value are looked up. A shorter value is replaced only where it is a whole argument: in
/// a longer one it may stand by chance.
const ANCHOR: usize = 8;

/// A value that is shorter than this can be a whole argument by chance, such as a user's name: it is left to the next
/// render.
const SHORTEST: usize = 5;

/// What stands behind the body of a PEM block. It is the same in all of them.
const PEM_END: &[u8] = b"\n-----END ";

type Bytes = Zeroizing<Vec<u8>>;

/// The values that are to be replaced, and by what.
#[derive(Default)]
pub(super) struct Substitution {
    long: Vec<Long>,
    /// The numbers of the long ones with an anchor.
    anchors: HashMap<Few, Vec<usize>>,
    short: HashMap<Few, Bytes>,
}

/// At most [`ANCHOR`] bytes, and how many; wiped when dropped.
#[derive(PartialEq, Eq, Hash)]
struct Few([u8; ANCHOR], usize);

impl Few {
    fn of(bytes: &[u8]) -> Option<Few> {
        let mut few = Few([0; ANCHOR], bytes.len());
        few.0.get_mut(..bytes.len())?.copy_from_slice(bytes);
        Some(few)
    }
}

impl Drop for Few {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// A value of at least [`ANCHOR`] bytes.
struct Long {
    given: Bytes,
    wanted: Bytes,
    /// Where the anchor begins.
    anchor: usize,
}

/// A place where a value stands.
struct Hit {
    start: usize,
    number: usize,
}

impl Substitution {
    /// Adds what a call was given and what is wanted of it. Of a text that several calls were given the first
    /// counts: a wrong guess costs a render, no more.
    pub(super) fn add(&mut self, generator: Generator, given: &str, wanted: &str) {
        if given == wanted {
            return;
        }
        if generator.is_certificate() {
            // With or without the newline at its end, it is the text before it that changes.
            if let (Some(given), Some(wanted)) = (Pair::from_json(given), Pair::from_json(wanted)) {
                let parts = [(&given.cert, &wanted.cert), (&given.key, &wanted.key)];
                for (given, wanted) in parts {
                    self.add_text(given.trim_end().as_bytes(), wanted.trim_end().as_bytes());
                }
            }
            return;
        }
        self.add_text(given.as_bytes(), wanted.as_bytes());
        if generator == Generator::PrivateKey {
            self.add_text(given.trim_end().as_bytes(), wanted.trim_end().as_bytes());
        }
        if generator == Generator::Bytes
            && let (Ok(given), Ok(wanted)) = (STANDARD.decode(given), STANDARD.decode(wanted))
        {
            // `randBytes 32 | b64dec` is a usual key for encryptAES.
            self.add_text(&Zeroizing::new(given), &Zeroizing::new(wanted));
        }
    }

    fn add_text(&mut self, given: &[u8], wanted: &[u8]) {
        if given.is_empty() || given == wanted {
            return;
        }
        let bytes = |bytes: &[u8]| Zeroizing::new(bytes.to_vec());
        let Some(anchor) = anchor(given) else {
            if let Some(few) = Few::of(given).filter(|_| given.len() >= SHORTEST) {
                self.short.entry(few).or_insert_with(|| bytes(wanted));
            }
            return;
        };
        let Some(few) = given.get(anchor..anchor + ANCHOR).and_then(Few::of) else {
            return;
        };
        let numbers = self.anchors.entry(few).or_default();
        let mut known = numbers.iter().filter_map(|number| self.long.get(*number));
        if !known.any(|long| *long.given == given) {
            numbers.push(self.long.len());
            self.long.push(Long {
                given: bytes(given),
                wanted: bytes(wanted),
                anchor,
            });
        }
    }

    /// The arguments of a call, with what is wanted in them.
    pub(super) fn arguments<'a>(
        &self,
        generator: Generator,
        arguments: &'a [Argument],
    ) -> Cow<'a, [Argument]> {
        if self.long.is_empty() && self.short.is_empty() {
            return Cow::Borrowed(arguments);
        }
        let replaced = arguments.iter().map(|argument| match argument {
            Argument::Text(text) if generator == Generator::CustomCert => {
                Argument::Text(self.in_base64(text))
            }
            Argument::Text(text) => Argument::Text(self.apply(text)),
            Argument::Int(number) => Argument::Int(*number),
            Argument::Json(value) => Argument::Json(self.in_json(value)),
        });
        Cow::Owned(replaced.collect())
    }

    /// The arguments of `buildCustomCert` are encoded.
    fn in_base64(&self, text: &Bytes) -> Bytes {
        // Go's decoder skips the ends of lines.
        let lines = text.iter().filter(|byte| !b"\r\n".contains(byte));
        let joined: Bytes = Zeroizing::new(lines.copied().collect());
        match STANDARD.decode(&*joined) {
            Ok(decoded) => {
                let replaced = self.apply(&Zeroizing::new(decoded));
                Zeroizing::new(STANDARD.encode(&**replaced).into_bytes())
            }
            Err(_) => text.clone(),
        }
    }

    fn in_json(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => {
                let replaced = self.apply(text.as_bytes());
                // Only a part of randBytes' decoded bytes can be no UTF-8, and JSON has none of those.
                Value::String(String::from_utf8_lossy(&replaced).into_owned())
            }
            Value::Array(items) => items.iter().map(|item| self.in_json(item)).collect(),
            Value::Object(map) => map
                .iter()
                .map(|(key, item)| (key.clone(), self.in_json(item)))
                .collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        }
    }

    /// A text with what is wanted: at each place the longest value that stands there, from the left.
    fn apply(&self, text: &[u8]) -> Bytes {
        if text.len() < ANCHOR {
            let wanted = Few::of(text).and_then(|few| self.short.get(&few));
            return wanted.map_or_else(|| Zeroizing::new(text.to_vec()), Clone::clone);
        }
        let mut replaced = Zeroizing::new(Vec::with_capacity(text.len()));
        let mut done = 0;
        for hit in self.hits(text) {
            let Some(long) = self.long.get(hit.number).filter(|_| hit.start >= done) else {
                continue;
            };
            replaced.extend_from_slice(text.get(done..hit.start).unwrap_or_default());
            replaced.extend_from_slice(&long.wanted);
            done = hit.start + long.given.len();
        }
        replaced.extend_from_slice(text.get(done..).unwrap_or_default());
        replaced
    }

    /// All values in a text, from the left, and the longest first where several begin.
    fn hits(&self, text: &[u8]) -> Vec<Hit> {
        let length = |hit: &Hit| self.long.get(hit.number).map_or(0, |long| long.given.len());
        let mut hits: Vec<Hit> = Vec::new();
        for (at, window) in text.windows(ANCHOR).enumerate() {
            let numbers = Few::of(window).and_then(|few| self.anchors.get(&few));
            for number in numbers.into_iter().flatten() {
                let long = self.long.get(*number);
                let start = long.and_then(|long| at.checked_sub(long.anchor));
                let rest = start.and_then(|start| text.get(start..));
                if let (Some(long), Some(start), Some(rest)) = (long, start, rest)
                    && rest.starts_with(&long.given)
                {
                    let number = *number;
                    hits.push(Hit { start, number });
                }
            }
        }
        hits.sort_by_key(|hit| (hit.start, usize::MAX - length(hit)));
        hits
    }
}

/// Where the anchor of a value begins: the end is what differs most. All PEM blocks begin and end alike, hashes
/// and certificates of one key begin alike.
fn anchor(given: &[u8]) -> Option<usize> {
    let pem_end = memchr::memmem::rfind(given, PEM_END).filter(|end| *end >= ANCHOR);
    pem_end.unwrap_or(given.len()).checked_sub(ANCHOR)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use serde_json::json;

    use super::*;

    fn of(pairs: &[(&str, &str)]) -> Substitution {
        let mut substitution = Substitution::default();
        for (given, wanted) in pairs {
            substitution.add(Generator::AlphaNum, given, wanted);
        }
        substitution
    }

    fn applied(substitution: &Substitution, text: &str) -> String {
        String::from_utf8(substitution.apply(text.as_bytes()).to_vec()).unwrap()
    }

    #[test]
    fn values_are_replaced_wherever_they_stand() {
        let substitution = of(&[
            ("abcdefgh", "12"),
            ("abcdefghij", "[longer]"),
            ("zzzzzzzzzz", ""),
        ]);
        for (text, expected) in [
            ("abcdefgh", "12"),
            ("<abcdefgh>abcdefghi", "<12>12i"),
            ("xabcdefghijx", "x[longer]x"),
            ("abcdefghabcdefghij", "12[longer]"),
            ("zzzzzzzzzzzzzzzzzzzzz", "z"),
            ("abcdefg", "abcdefg"),
            ("", ""),
        ] {
            assert_eq!(applied(&substitution, text), expected, "{text}");
        }
    }

    /// In a longer text seven bytes may be chance.
    #[test]
    fn short_values_are_replaced_as_a_whole() {
        let substitution = of(&[("abcde", "vwxyz"), ("k", "l")]);
        assert_eq!(applied(&substitution, "abcde"), "vwxyz");
        assert_eq!(applied(&substitution, "k"), "k");
        assert_eq!(applied(&substitution, "abcde7"), "abcde7");
    }

    /// Values that overlap: the one on the left, and what it leaves.
    #[test]
    fn the_left_one_wins() {
        let substitution = of(&[("12345678ab", "L"), ("78abcdefgh", "R")]);
        assert_eq!(applied(&substitution, "12345678abcdefgh"), "Lcdefgh");
        assert_eq!(applied(&substitution, "2345678abcdefgh"), "23456R");
    }

    #[test]
    fn the_first_of_equal_values_counts() {
        let substitution = of(&[
            ("abcdefgh", "abcdefgh"),
            ("abcdefgh", "1"),
            ("abcdefgh", "2"),
        ]);
        assert_eq!(applied(&substitution, "abcdefgh"), "1");
    }

    #[test]
    fn certificates_are_found_without_their_last_newline() {
        let pem = |kind: &str, body: &str| {
            format!("-----BEGIN {kind}-----\n{body}\n-----END {kind}-----\n")
        };
        let pair = |body: &str| {
            Pair {
                cert: Zeroizing::new(pem("C", &format!("MII{body}"))),
                key: Zeroizing::new(pem("K", &format!("key {body}"))),
            }
            .to_json()
        };
        let mut substitution = Substitution::default();
        for (given, wanted) in [("one11111", "ONE"), ("two22222", "TWO")] {
            substitution.add(Generator::Ca, &pair(given), &pair(wanted));
        }
        let given = pem("C", "MIItwo22222");
        let wanted = pem("C", "MIITWO");
        assert_eq!(applied(&substitution, &given), wanted);
        assert_eq!(applied(&substitution, given.trim_end()), wanted.trim_end());
        let text = format!("a{}b{given}c", pem("K", "key one11111"));
        let expected = format!("a{}b{wanted}c", pem("K", "key ONE"));
        assert_eq!(applied(&substitution, &text), expected);

        let argument = Argument::Text(Zeroizing::new(STANDARD.encode(&given).into_bytes()));
        let list = [
            argument,
            Argument::Json(json!({"Cert": given, "n": [1, null, given]})),
        ];
        let replaced = substitution.arguments(Generator::CustomCert, &list);
        let encoded = Argument::Text(Zeroizing::new(STANDARD.encode(&wanted).into_bytes()));
        let value = Argument::Json(json!({"Cert": wanted, "n": [1, null, wanted]}));
        assert!(replaced[0] == encoded && replaced[1] == value);
    }

    #[test]
    fn random_bytes_are_found_decoded() {
        let mut substitution = Substitution::default();
        let (given, wanted) = (STANDARD.encode([0xfe; 16]), STANDARD.encode([7; 16]));
        substitution.add(Generator::Bytes, &given, &wanted);
        assert_eq!(**substitution.apply(&[0xfe; 16]), [7; 16]);
        assert_eq!(**substitution.apply(given.as_bytes()), *wanted.as_bytes());
    }

    /// 4,000 values in 4,000 arguments of a megabyte in all: once through each.
    #[test]
    fn the_cost_does_not_multiply() {
        let value = |number: u32| format!("{number:032x}");
        let mut substitution = Substitution::default();
        for number in 0..4000 {
            substitution.add(
                Generator::AlphaNum,
                &value(number),
                &value(number + 1_000_000),
            );
        }
        let begin = std::time::Instant::now();
        for number in 0..4000 {
            let text = format!("{}{}{}", "x".repeat(200), value(number), "y".repeat(30));
            let replaced = applied(&substitution, &text);
            assert_eq!(replaced[200..232], value(number + 1_000_000));
        }
        assert!(begin.elapsed().as_secs() < 5);
    }
}
