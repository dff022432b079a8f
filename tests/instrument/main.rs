//! Instrumented charts, rendered by real helm.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../helm_support/binaries.rs"]
mod binaries;
mod calls;
mod chart;
mod clock;
mod markers;
mod order;
mod placeholders;
mod refused;
mod tpl;
