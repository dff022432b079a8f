//! Encodings that a value may stand in inside a scalar.
