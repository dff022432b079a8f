//! A call's arguments, each of the kind that its function takes.

use std::collections::BTreeMap;

use serde_json::Value;
use zeroize::Zeroizing;

use crate::chart::instrument::MOST_LOGGED;
use crate::derive::encode::Fields;
use crate::log::Argument;

use super::error::Cause;

/// The longest value, in characters or bytes: the copy of a chart asks for none that is longer.
const LONGEST: usize = MOST_LOGGED;

/// The arguments of a call. Each reader takes the number of an argument, from 0; the errors count from 1.
#[derive(Clone, Copy)]
pub(super) struct Arguments<'a>(pub(super) &'a [Argument]);

impl<'a> Arguments<'a> {
    /// A text, which need not be UTF-8.
    pub(super) fn bytes(self, number: usize) -> Result<&'a [u8], Cause> {
        match self.0.get(number) {
            Some(Argument::Text(text)) => Ok(text),
            _ => Err(Cause::Argument(number + 1)),
        }
    }

    /// A text that has to be UTF-8.
    pub(super) fn text(self, number: usize) -> Result<&'a str, Cause> {
        std::str::from_utf8(self.bytes(number)?).map_err(|_| Cause::NotUtf8(number + 1))
    }

    /// A whole number.
    pub(super) fn int(self, number: usize) -> Result<i64, Cause> {
        match self.0.get(number) {
            Some(Argument::Int(int)) => Ok(*int),
            _ => Err(Cause::Argument(number + 1)),
        }
    }

    /// How many characters are asked for. Fewer than none are none, as in Sprig, which ignores the error
    /// of goutils' `CryptoRandom`.
    pub(super) fn characters(self, number: usize) -> Result<usize, Cause> {
        length(self.int(number)?.max(0))
    }

    /// How many bytes are asked for. Sprig's `randBytes` fails for fewer than none.
    pub(super) fn byte_count(self, number: usize) -> Result<usize, Cause> {
        length(self.int(number)?)
    }

    /// Whether a text holds another one.
    pub(super) fn hold(self, part: &str) -> bool {
        let mut arguments = self.0.iter();
        arguments.any(|argument| match argument {
            Argument::Text(text) => memchr::memmem::find(text, part.as_bytes()).is_some(),
            Argument::Int(_) | Argument::Json(_) => false,
        })
    }

    /// A list, a map or nothing.
    pub(super) fn json(self, number: usize) -> Result<&'a Value, Cause> {
        match self.0.get(number) {
            Some(Argument::Json(value)) => Ok(value),
            _ => Err(Cause::Argument(number + 1)),
        }
    }
}

/// Adds arguments to `fields`; of a CA what `of_ca` takes, where that is all that counts of it.
pub(crate) fn with_arguments(
    mut fields: Fields,
    arguments: &[Argument],
    of_ca: Option<fn(&Pair) -> &str>,
) -> Fields {
    for argument in arguments {
        fields = match argument {
            Argument::Text(text) => fields.text("text").bytes(text),
            Argument::Int(number) => fields.text("int").bytes(&number.to_be_bytes()),
            Argument::Json(value) => {
                match of_ca.and_then(|it| Some((it, Pair::from_value(value)?))) {
                    Some((of_ca, ca)) => fields.text("ca").text(of_ca(&ca).trim_end()),
                    None => fields.text("json").text(&Zeroizing::new(value.to_string())),
                }
            }
        };
    }
    fields
}

fn length(number: i64) -> Result<usize, Cause> {
    usize::try_from(number)
        .ok()
        .filter(|length| *length <= LONGEST)
        .ok_or(Cause::Length)
}

/// A certificate and its key, as certificates' functions yield and take them.
pub(crate) struct Pair {
    /// The certificate.
    pub(crate) cert: Zeroizing<String>,
    /// The private key.
    pub(crate) key: Zeroizing<String>,
}

impl Pair {
    /// A pair from the JSON object of a value; none if it is something else.
    pub(crate) fn from_json(text: &str) -> Option<Pair> {
        Pair::from_value(&serde_json::from_str(text).ok()?)
    }

    /// A pair from an argument.
    pub(crate) fn from_value(value: &Value) -> Option<Pair> {
        let field = |name: &str| Some(Zeroizing::new(value.get(name)?.as_str()?.to_owned()));
        Some(Pair {
            cert: field("Cert")?,
            key: field("Key")?,
        })
    }

    /// The JSON object, compact, `Cert` first.
    pub(super) fn to_json(&self) -> Zeroizing<String> {
        // Sized at once, so that no part of the key is left behind: a line's end takes two characters.
        let capacity = 2 * (self.cert.len() + self.key.len()) + 64;
        let mut json = Zeroizing::new(Vec::with_capacity(capacity));
        let fields = BTreeMap::from([("Cert", self.cert.as_str()), ("Key", self.key.as_str())]);
        // Neither writing texts to a vector nor reading them back can fail.
        let _ = serde_json::to_writer(&mut *json, &fields);
        Zeroizing::new(String::from_utf8(std::mem::take(&mut *json)).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use serde_json::json;

    use super::*;

    #[test]
    fn pairs_are_json_and_back() {
        let cert = "-----BEGIN X-----\r\n\"\\\t\u{1}\u{1f}\u{8}é\u{2028}\n";
        let pair = Pair {
            cert: Zeroizing::new(cert.to_owned()),
            key: Zeroizing::new("k\n".to_owned()),
        };
        let text = pair.to_json();
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value, json!({"Cert": cert, "Key": "k\n"}));
        let again = Pair::from_json(&text).unwrap();
        assert_eq!(*again.cert, cert);
        assert_eq!(*again.key, "k\n");
        assert!(Pair::from_json("{\"Cert\":1,\"Key\":\"\"}").is_none());
        assert!(Pair::from_json("[]").is_none() && Pair::from_json("{").is_none());
    }

    #[test]
    fn arguments_of_other_kinds_are_errors() {
        let list = [
            Argument::Int(-1),
            Argument::Text(Zeroizing::new(vec![0xff])),
            Argument::Int(i64::MAX),
        ];
        let arguments = Arguments(&list);
        assert_eq!(arguments.characters(0), Ok(0));
        assert_eq!(arguments.byte_count(0), Err(Cause::Length));
        assert_eq!(arguments.characters(2), Err(Cause::Length));
        assert_eq!(arguments.text(1), Err(Cause::NotUtf8(2)));
        assert_eq!(arguments.bytes(1), Ok(&[0xff][..]));
        assert_eq!(arguments.bytes(0), Err(Cause::Argument(1)));
        assert_eq!(arguments.int(1), Err(Cause::Argument(2)));
        assert_eq!(arguments.json(3), Err(Cause::Argument(4)));
    }
}
