//! Encodings that a value may stand in inside a scalar.
//!
//! These work on text as it stands in the manifest (or in another encoding's decoded text), so
//! that a value inside can be replaced and everything around it kept.

mod base64_runs;
mod json;
mod percent;
mod scalar;

pub use base64_runs::{Base64Alphabet, Run, base64_runs, decoded_texts, may_hold_base64_text};
pub use json::{json_escape, json_unescape};
pub use percent::{UrlPart, percent_decode, percent_encode};
pub use scalar::yaml_escape;
