//! Attacks of a tenant on the files of the sidecar, one test each, named for the attack and sorted by the way in.
//!
//! A tenant sets the Application's fields, the repository's content and `.argocd-source.yaml`. An attack must fail with
//! a clear message and nothing on stdout, or be harmless; it never shows the seed or a neighbour's files, and leaves
//! nothing behind.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../support/mod.rs"]
mod support;

mod archives;
mod callers;
mod chart_links;
mod dependencies;
mod file_parameters;
mod helm_process;
mod parallel;
mod parameters;
mod remote;
mod schemas;
mod templates;
mod tenant;
mod values_files;
