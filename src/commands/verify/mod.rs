//! `verify`: that pinning makes a chart's render repeatable, and changes nothing else.

mod compare;
mod lines;
mod names;
mod show;

use anyhow::Context;

use self::compare::{Renders, compare};
use super::table::terminal_width;
use super::{Outcome, gather, warn};
use crate::cli::{Output, VerifyArgs};
use crate::render;
use crate::request::RenderRequest;

/// How often plain helm may render until each change that pinning made was seen to vary. Two renders can agree by
/// chance; a value with two possible ones agrees in this many with 2^-23.
const MAX_PLAIN: usize = 24;

/// Between the two clocks: 398 days, 1 h, 1 min, 1 s, so that year, month, day, weekday, hour, minute and second all
/// differ.
const CLOCK_STEP: i64 = 398 * 86_400 + 3_661;

/// Renders the chart in all ways, compares, and reports. The outcome is a success if all that pinning promises holds.
///
/// # Errors
/// The inputs are wrong, or one of the renders fails.
pub(super) fn run(args: &VerifyArgs) -> anyhow::Result<Outcome> {
    let request = gather::request(&args.render)?;
    let plain = || render::render_plain(&request).context("plain helm failed");
    let pinned = render::render(&request)?;
    warn(&pinned.warnings);
    let mut renders = Renders {
        plain: vec![plain()?, plain()?],
        pinned: [pinned.manifests, render::render(&request)?.manifests],
        other_clock: render::render(&with_other_clock(&request))?.manifests,
    };
    let mut findings = compare(&renders);
    while !findings.changed.is_empty() && renders.plain.len() < MAX_PLAIN {
        renders.plain.push(plain()?);
        findings = compare(&renders);
    }
    let text = match args.output {
        Output::Table => show::text(&request.scope, &findings, terminal_width()),
        Output::Json => show::json(&request.scope, &findings)?,
    };
    Ok(Outcome::report(text, findings.verified()))
}

fn with_other_clock(request: &RenderRequest) -> RenderRequest {
    let mut other = request.clone();
    // Clocks end with the year 9999.
    other.clock = if request.clock > i64::from(u32::MAX) {
        request.clock - CLOCK_STEP
    } else {
        request.clock + CLOCK_STEP
    };
    other
}
