//! Instrumented charts, rendered by real helm.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod chart;
mod placeholders;
