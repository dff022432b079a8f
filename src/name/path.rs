//! The way on which a call was reached, as the last resort of its name.

use crate::chart::site::Site;
use crate::log::Call;

/// The identity of the way: what helm renders, the defines in turn, the call site, its turn.
pub(super) fn parts(call: &Call, site: Option<&Site>) -> Vec<String> {
    let mut parts = vec![call.path.root.clone(), call.path.includes.len().to_string()];
    for (define, turn) in &call.path.includes {
        parts.push(define.clone());
        parts.push(turn.to_string());
    }
    if let Some(site) = site {
        parts.push(site.chart.clone());
        parts.push(site.template.clone());
        parts.push(site.generator.function().to_owned());
        parts.push(site.ordinal.to_string());
    }
    parts.push(call.turn.to_string());
    parts
}
