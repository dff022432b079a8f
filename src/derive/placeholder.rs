//! The key of what stands in a value's place until it is chosen.

use zeroize::Zeroizing;

use super::encode::Fields;
use super::key::Key;

/// How many bytes of the tag templates are given.
const BYTES: usize = 16;

/// The key of all placeholders of a run as 32 lower-case hexadecimal digits, from which templates compute
/// them: HMAC under the placeholders' key over the fields `placeholders` and version, cut to 16 bytes.
#[must_use]
pub(crate) fn placeholder_key(placeholders: &Key) -> Zeroizing<String> {
    let message = Fields::labelled("placeholders").number(super::VERSION);
    let tag = placeholders.hmac(&message);
    let mut text = Zeroizing::new(String::with_capacity(2 * BYTES));
    for byte in &tag[..BYTES] {
        for nibble in [byte >> 4, byte & 0x0f] {
            text.push(char::from_digit(u32::from(nibble), 16).unwrap_or_default());
        }
    }
    text
}
