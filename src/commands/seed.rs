//! `seed`: a Kubernetes Secret with a fresh seed, a seed's id, and which seeds are needed by whom.

use std::io::Read;
use std::path::Path;

use anyhow::Context;

use super::{Outcome, warn};
use crate::argocd::Settings;
use crate::seeds::{Kept, SeedChoice};

mod new;
mod status;

pub(super) use new::run as new;
pub(super) use status::run as status;

/// Prints the id of the seed in `file`, or of the seed that the settings name.
///
/// # Errors
/// The seed cannot be read, or is another than PIN_SEED_ID says.
pub(super) fn id(file: Option<&Path>) -> anyhow::Result<Outcome> {
    let settings = Settings::read()?;
    warn(&settings.warnings);
    let kept = match file {
        Some(file) => Kept::One {
            file: file.to_owned(),
            id: None,
        },
        None => settings.seeds,
    };
    let (seed, warnings) = SeedChoice::new(&kept, None, &std::env::current_dir()?).read()?;
    warn(&warnings);
    Ok(Outcome::done(format!("{}\n", seed.id())))
}

/// The bytes of a file, or of stdin if it is called `-`.
fn given(file: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if file == Path::new("-") {
        std::io::stdin()
            .read_to_end(&mut bytes)
            .context("stdin cannot be read")?;
    } else {
        bytes = std::fs::read(file)
            .with_context(|| format!("the file {} cannot be read", file.display()))?;
    }
    Ok(bytes)
}
