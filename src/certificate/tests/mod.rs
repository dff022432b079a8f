//! Keys and certificates, judged by foreign implementations: Go in real helm, OpenSSL and webpki.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod handshake;
mod helm;
mod helm_errors;
mod keys;
mod openssl;
mod support;
mod user_ca;
mod vectors;
mod verify;
