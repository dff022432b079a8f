//! From the seed to a value: scope keys, the HMAC stream, alphabets.
