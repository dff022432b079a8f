//! From logs to values, one file for each concern.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod certificates;
mod entropy;
mod given;
mod settling;
mod support;
mod values;
