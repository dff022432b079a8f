//! Pins the secrets that Helm charts generate, so that every render is byte-identical.
//!
//! The data flows one way: chart → instrument → helm → manifests → pins → stdout.

pub mod argocd;
pub mod certificate;
pub mod chart;
pub mod derive;
pub mod helm;
pub mod manifest;
pub mod pin;
pub mod report;
