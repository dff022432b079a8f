//! The way on which a call was reached, as the last resort of its name.

use serde_json::json;

use crate::chart::site::Site;
use crate::log::Call;

/// The identity of the way, as a JSON list: what helm renders, the defines in turn, the chart, file or define, function
/// and ordinal of the call site, its turn. One text, since a chart may have very many such calls.
pub(super) fn way(call: &Call, site: Option<&Site>) -> String {
    let site = site.map(|site| {
        json!([
            site.chart,
            site.template,
            site.generator.function(),
            site.ordinal
        ])
    });
    json!([call.path.root, call.path.includes, site, call.turn]).to_string()
}
