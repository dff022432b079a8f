//! Encodings that a value may stand in inside a scalar: what they hold, for reading only.

mod base64_runs;
mod json;

pub(crate) use base64_runs::base64_runs;
pub(crate) use json::json_unescape;
