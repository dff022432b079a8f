//! `verify`: being built.

use super::Outcome;
use crate::cli::VerifyArgs;

/// Not built yet.
///
/// # Errors
/// Always.
pub fn run(_args: &VerifyArgs) -> anyhow::Result<Outcome> {
    anyhow::bail!("verifying is not built yet")
}
