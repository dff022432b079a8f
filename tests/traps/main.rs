//! The traps that public charts set, each with a small chart of our own in `tests/charts`, and
//! what the pinned render promises there. Every test runs under both helms.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../support/mod.rs"]
mod support;

mod bytes;
mod calls;
mod clock;
mod composed;
mod contexts;
mod demo;
mod encodings;
mod everywhere;
mod forged;
mod forms;
mod given;
mod hashes;
mod identity;
mod jobs;
mod lines;
mod loops;
mod names;
mod output;
mod parts;
mod reports;
mod settling;
mod steering;
mod subcharts;
mod templates;
mod tpl;
