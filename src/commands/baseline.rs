//! `baseline write`: the names and the fingerprints of an Application's pins.

use super::{Outcome, gather, warn};
use crate::argocd::baseline::BASELINE_FILE;
use crate::cli::RenderArgs;
use crate::render;

/// Renders the chart and prints its baseline.
///
/// # Errors
/// As `generate`; but a baseline that there is does not count.
pub(super) fn write(args: &RenderArgs) -> anyhow::Result<Outcome> {
    let request = gather::request(args)?;
    let (pins, warnings) = render::baseline(&request)?;
    warn(&warnings);
    let mut out = format!(
        "# {BASELINE_FILE}: the pins of this Application, by `argocd-pin-plugin baseline write`. It holds no value.\n"
    );
    if pins.is_empty() {
        out.push_str("{}\n");
    }
    for (pin, known) in &pins {
        let pin = serde_json::to_string(pin)?;
        let call = serde_json::to_string(&known.call)?;
        out.push_str(&format!(
            "{pin}:\n  fingerprint: \"{}\"\n  call: {call}\n",
            known.fingerprint
        ));
        if !known.places.is_empty() {
            let places = serde_json::to_string(&known.places)?;
            out.push_str(&format!("  places: {places}\n"));
        }
    }
    Ok(Outcome::done(out))
}
