//! Derivation version 1: frozen vectors, uniformity, and what holds for every request.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod requests;
mod uniformity;
mod vectors;
