//! Pins the secrets that Helm charts generate, so that every render is byte-identical.
//!
//! The data flows one way: chart → instrument → helm → manifests → pins → stdout.

pub mod announce;
pub mod argocd;
mod calendar;
pub mod certificate;
pub mod chart;
pub mod cli;
pub mod commands;
pub mod config;
pub mod confine;
pub mod derive;
pub mod helm;
pub mod hint;
pub mod inputs;
#[allow(dead_code)]
mod log;
pub mod manifest;
#[allow(dead_code)]
mod name;
pub mod reaper;
pub mod render;
pub mod report;
pub mod request;
pub mod slots;
#[allow(dead_code)]
mod table;
pub mod workdir;
