//! Pins the secrets that Helm charts generate, so that every render is byte-identical.
//!
//! The data flows one way, and round again until it settles:
//! chart → instrument → helm → log and manifest → names → table → helm.

mod adopt;
mod announce;
pub mod argocd;
#[cfg(test)]
#[path = "../tests/helm_support/binaries.rs"]
mod binaries;
mod bounded;
mod calendar;
mod certificate;
pub mod chart;
pub mod cli;
pub mod commands;
pub mod config;
mod confine;
mod derive;
#[cfg(feature = "fuzz")]
pub mod fuzz;
pub mod helm;
mod hex;
pub mod hint;
mod inputs;
mod locks;
mod log;
mod manifest;
mod name;
pub mod outcome;
pub mod panics;
mod parallel;
pub mod reaper;
mod removal;
mod render;
mod report;
mod request;
mod sealed;
mod seeds;
mod slots;
pub mod stand_in;
mod table;
pub mod unseen;
#[cfg(test)]
mod work;
pub mod workdir;
