//! `generate`: a chart's manifests with every generated value pinned.

use super::{Outcome, gather, warn};
use crate::cli::RenderArgs;
use crate::render;

/// Renders the chart.
///
/// # Errors
/// The inputs are wrong, helm fails, or something cannot be pinned.
pub(super) fn run(args: &RenderArgs) -> anyhow::Result<Outcome> {
    let request = gather::guarded(args)?;
    let rendered = render::render(&request)?;
    warn(&rendered.warnings);
    Ok(Outcome::done(rendered.manifests))
}
