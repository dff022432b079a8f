//! Pins the secrets that Helm charts generate, so that every render is byte-identical.
//!
//! The data flows one way, and round again until it settles:
//! chart → instrument → helm → log and manifest → names → table → helm.

mod announce;
pub mod argocd;
mod calendar;
mod certificate;
pub mod chart;
pub mod cli;
pub mod commands;
pub mod config;
mod confine;
mod derive;
pub mod helm;
pub mod hint;
mod inputs;
mod locks;
mod log;
mod manifest;
mod name;
pub mod reaper;
mod removal;
mod render;
mod report;
mod request;
mod seeds;
mod slots;
pub mod stand_in;
mod table;
pub mod unseen;
pub mod workdir;
