//! `diff`: what becomes of a chart's pins in another version, or with other values.

use anyhow::bail;
use serde_json::json;

use super::explain::site;
use super::table::{Table, terminal_width};
use super::{Outcome, gather, warn};
use crate::argocd::baseline;
use crate::cli::{DiffArgs, Output, RenderArgs};
use crate::render::{self, Diff, PinFate};

/// Renders both charts and compares their pins. The status is 1 if one that stays live gets another value.
///
/// # Errors
/// As `generate`, for one of the charts; but no seed is read where both are charts.
pub(super) fn run(args: &DiffArgs) -> anyhow::Result<Outcome> {
    let side = |chart, values: &[_]| RenderArgs {
        chart,
        values: [&args.render.values, values].concat(),
        ..args.render.clone()
    };
    let old = side(args.old.clone(), &args.old_values);
    let new = side(args.render.chart.clone(), &args.new_values);
    let diff = match args.old.is_file() && !gather::is_gzip(&args.old) {
        true => {
            if !args.old_values.is_empty() {
                bail!(
                    "--old-values belongs to an old chart, and {} is a baseline: leave it out",
                    args.old.display()
                );
            }
            let was = baseline::read(&args.old, &args.old.to_string_lossy())?;
            render::diff_baseline(&gather::request(&new)?, &was)?
        }
        false => {
            let [old, new] = gather::requests([&old, &new])?;
            render::diff(&old, &new)?
        }
    };
    warn(&diff.warnings);
    let stdout = match args.output {
        Output::Table => table(&diff, terminal_width()),
        Output::Json => super::json(&json!({ "ok": diff.is_harmless(), "pins": diff.pins }))?,
    };
    Ok(Outcome::report(stdout, diff.is_harmless()))
}

fn table(diff: &Diff, width: Option<usize>) -> String {
    let mut table = Table::new(&["STATE", "PIN", "WHAT", "CALL SITE"]);
    for pin in &diff.pins {
        let state = match pin.state {
            PinFate::Stays => "stays",
            PinFate::Moves => "moves",
            PinFate::Appears => "appears",
            PinFate::Goes => "goes",
            PinFate::Changes => "changes",
        };
        let to = pin.to.as_ref().map(|to| format!("to {to}"));
        let what = to.or_else(|| pin.because.clone()).unwrap_or_default();
        let call_site = pin.call_site.as_ref().map(site).unwrap_or_default();
        table.row([state, &pin.pin, &what, &call_site]);
    }
    match diff.pins.is_empty() {
        true => "no pin is seen in either\n".to_owned(),
        false => table.render(width),
    }
}
