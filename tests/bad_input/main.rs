//! Bad input: one clear message, exit code not 0, nothing on stdout, nothing left on disk; and no
//! message ever holds the seed or a value.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../support/mod.rs"]
mod support;

mod argocd;
mod bounds;
mod chart;
mod dependencies;
mod ends;
mod helm;
mod kustomization;
mod messages;
mod plugin_env;
mod raw;
mod seed;
mod values;
