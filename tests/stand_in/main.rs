//! The binary in the place of helm: called `helm` and first on `PATH`, under both helms.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../support/mod.rs"]
mod support;

mod caller;
mod charts;
mod cluster;
mod errors;
mod flags;
mod output;
mod passing;
mod scopes;
mod server;
mod tools;
