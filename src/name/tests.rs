#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod builder;
mod identity;
mod jobs;
mod limits;
mod properties;
mod rules;
mod texts;
