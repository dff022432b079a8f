//! The encoding of everything that is hashed: each field carries its length in front, so that two
//! different sequences of fields are never the same bytes.

use zeroize::Zeroizing;

/// Builds the encoding of a sequence of fields.
///
/// - a field is its length in bytes as 8 bytes, big-endian, and then its bytes;
/// - a text is the field of its UTF-8 bytes, a number the field of its 8 bytes, big-endian;
/// - a list is a field whose bytes are the fields of its items.
///
/// A sequence decodes to itself alone, so `["ab", "c"]` and `["a", "bc"]` differ. The order and the
/// kinds of the fields are fixed by the label that each message begins with.
#[derive(Clone)]
pub(crate) struct Fields(Zeroizing<Vec<u8>>);

impl Fields {
    /// Begins a sequence with its label: what the message is for.
    #[must_use]
    pub(crate) fn labelled(label: &str) -> Fields {
        Fields(Zeroizing::default()).text(label)
    }

    /// Appends a field of raw bytes.
    #[must_use]
    pub(crate) fn bytes(mut self, bytes: &[u8]) -> Fields {
        push(&mut self.0, bytes);
        self
    }

    /// Appends a field of UTF-8 text, without any normalisation.
    #[must_use]
    pub(crate) fn text(self, text: &str) -> Fields {
        self.bytes(text.as_bytes())
    }

    /// Appends a number.
    #[must_use]
    pub(crate) fn number(self, number: u64) -> Fields {
        self.bytes(&number.to_be_bytes())
    }

    /// Appends a list of texts, which can be empty, as can each of them.
    #[must_use]
    pub(crate) fn list<T: AsRef<str>>(self, items: &[T]) -> Fields {
        let mut inner = Zeroizing::new(Vec::new());
        for item in items {
            push(&mut inner, item.as_ref().as_bytes());
        }
        self.bytes(&inner)
    }

    /// The encoded sequence.
    #[must_use]
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

fn push(buffer: &mut Vec<u8>, bytes: &[u8]) {
    buffer.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
    buffer.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;
    use proptest::prelude::*;

    /// Reads fields back: what decodes to one sequence only is injective.
    fn decode(mut bytes: &[u8]) -> Vec<Vec<u8>> {
        let mut fields = Vec::new();
        while !bytes.is_empty() {
            let (length, rest) = bytes.split_at(8);
            let length = u64::from_be_bytes(length.try_into().unwrap()) as usize;
            let (field, rest) = rest.split_at(length);
            fields.push(field.to_vec());
            bytes = rest;
        }
        fields
    }

    #[test]
    fn the_bytes_are_the_documented_ones() {
        let fields = Fields::labelled("ab").number(258).list(&["c", ""]);
        let expected: &[u8] = &[
            0, 0, 0, 0, 0, 0, 0, 2, b'a', b'b', //
            0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 1, 2, //
            0, 0, 0, 0, 0, 0, 0, 17, //
            0, 0, 0, 0, 0, 0, 0, 1, b'c', 0, 0, 0, 0, 0, 0, 0, 0,
        ];
        assert_eq!(fields.as_bytes(), expected);
    }

    #[test]
    fn borders_between_fields_count() {
        let ab_c = Fields::labelled("x").list(&["ab", "c"]);
        let a_bc = Fields::labelled("x").list(&["a", "bc"]);
        let abc = Fields::labelled("x").list(&["abc"]);
        let empty_abc = Fields::labelled("x").list(&["", "abc"]);
        let all = [ab_c, a_bc, abc, empty_abc];
        for (i, one) in all.iter().enumerate() {
            for other in &all[..i] {
                assert_ne!(one.as_bytes(), other.as_bytes());
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn every_sequence_decodes_to_itself(
            label in ".{0,8}",
            fields in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..20), 0..8),
            list in prop::collection::vec(".{0,6}", 0..6),
        ) {
            let mut encoded = Fields::labelled(&label);
            for field in &fields {
                encoded = encoded.bytes(field);
            }
            encoded = encoded.list(&list);

            let mut decoded = decode(encoded.as_bytes());
            let last = decoded.pop().unwrap();
            prop_assert_eq!(&decoded[0], label.as_bytes());
            prop_assert_eq!(&decoded[1..], &fields[..]);
            let items: Vec<Vec<u8>> = list.iter().map(|item| item.clone().into_bytes()).collect();
            prop_assert_eq!(decode(&last), items);
        }
    }
}
