//! What kind of value is asked for: which characters, and how many.

use super::alphabet::Alphabet;
use super::encode::Fields;

/// The kind of a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Class {
    /// Characters of an alphabet, as many as the request's length: `randAlphaNum` and its kin.
    String(Alphabet),
    /// Standard base64, with padding, of as many bytes as the request's length: `randBytes`.
    Bytes,
    /// A version 4 UUID (RFC 9562) in lower case: `uuidv4`. The request's length is not read.
    Uuid,
    /// A decimal integer of `min..max`: `randInt`. The request's length is not read. An empty
    /// range yields `min`; Sprig fails there, so callers must not ask.
    Int {
        /// The least value.
        min: i64,
        /// The value above the greatest.
        max: i64,
    },
}

impl Class {
    /// Appends what tells this class and length from any other: the class's name, its parameter
    /// (the alphabet's characters, or an integer's bounds), the length where it counts, and a list that is
    /// always empty.
    pub(super) fn encode(&self, fields: Fields, length: usize) -> Fields {
        let bounds;
        let (name, parameter, length) = match self {
            Class::String(alphabet) => ("string", alphabet.chars(), length),
            Class::Bytes => ("bytes", "", length),
            Class::Uuid => ("uuid", "", 0),
            Class::Int { min, max } => {
                bounds = format!("{min} {max}");
                ("int", &*bounds, 0)
            }
        };
        let fields = fields.text(name).text(parameter);
        fields.number(length as u64).list::<&str>(&[])
    }
}

/// How many integers `min..max` has; 1 if it is empty.
pub(super) fn span(min: i64, max: i64) -> u64 {
    if max > min { max.abs_diff(min) } else { 1 }
}
