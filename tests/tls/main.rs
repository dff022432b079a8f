//! Charts that make keys and certificates, with both helms; OpenSSL says what they are worth.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../support/mod.rs"]
mod support;

mod errors;
mod forms;
mod openssl;
mod relations;
mod stable;
