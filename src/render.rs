//! The pipeline: chart → instrument → helm → manifests → pins.

use std::path::Path;

use anyhow::{Context as _, Result};

use crate::chart::instrument::{Instrumentation, Instrumenter, Mode, Options};
use crate::chart::placeholder::Placeholders;
use crate::chart::tree::{ChartTree, Limits};
use crate::derive::{ScopeKeys, Seed};
use crate::helm::{Helm, HelmError};
use crate::manifest::Manifest;
use crate::pin::{Outcome, Pinner};
use crate::report::Report;
use crate::request::RenderRequest;
use crate::workdir::Workdir;

/// What a render yields.
#[derive(Debug)]
pub struct Rendered {
    /// Helm's output with the pinned values.
    pub manifests: String,
    /// What was done.
    pub report: Report,
    /// What the user should know, one sentence each.
    pub warnings: Vec<String>,
}
