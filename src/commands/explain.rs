//! `explain`: what is pinned, where, and where the chart generates it. Never a value.

mod page;

use serde::Serialize;

use super::table::{Table, section, terminal_width};
use super::{Outcome, count, gather, warn};
use crate::cli::{ExplainArgs, Form};
use crate::derive::Scope;
use crate::render;
use crate::report::{BelongsTo, CallSite, Place, Report, Value};

/// Renders the chart and reports.
///
/// # Errors
/// As `generate`.
pub(super) fn run(args: &ExplainArgs) -> anyhow::Result<Outcome> {
    let request = gather::request(&args.render)?;
    let rendered = render::render(&request)?;
    warn(&rendered.warnings);
    warn(&short_windows(&rendered.report));
    let text = match args.output {
        Form::Table => tables(&request.scope, &rendered.report, terminal_width()),
        Form::Json => json(&request.scope, &rendered.report)?,
        Form::Markdown => markdown(&request.scope, &rendered.report),
        Form::Html => page::page(&request.scope, &rendered.report, request.now),
    };
    Ok(Outcome::done(text))
}

/// The report as JSON, with the scope that the values belong to.
#[derive(Serialize)]
struct Explanation<'a> {
    project: &'a str,
    application: &'a str,
    #[serde(flatten)]
    report: &'a Report,
}

fn json(scope: &Scope, report: &Report) -> anyhow::Result<String> {
    let explanation = Explanation {
        project: &scope.project,
        application: &scope.application,
        report,
    };
    super::json(&explanation)
}

/// In one line, what there is.
fn summary(scope: &Scope, report: &Report) -> String {
    let calls: usize = report.values.iter().map(|value| value.calls).sum();
    format!(
        "project {}, application {}: {}, {}; helm ran {}\n",
        scope.project,
        scope.application,
        count(calls, "generated value", "generated values"),
        count(
            report.fixed.len(),
            "call made constant",
            "calls made constant"
        ),
        match report.helm_runs {
            1 => "once".to_owned(),
            2 => "twice".to_owned(),
            runs => format!("{runs} times"),
        }
    )
}

/// The report as tables that fit `width` characters.
fn tables(scope: &Scope, report: &Report, width: Option<usize>) -> String {
    text(scope, report, |title, table| {
        section(title, &table.render(width))
    })
}

/// The report for a pull request.
fn markdown(scope: &Scope, report: &Report) -> String {
    text(scope, report, |title, table| {
        section(&format!("**{title}**"), &table.markdown())
    })
}

/// The summary, and each table with its title as `shown` has them.
fn text(scope: &Scope, report: &Report, shown: impl Fn(&str, &Table) -> String) -> String {
    let mut out = summary(scope, report);
    for (title, table) in sections(report) {
        out.push_str(&shown(title, &table));
    }
    out.push_str(nothing(report));
    out
}

/// The tables, with their titles.
fn sections(report: &Report) -> [(&'static str, Table); 4] {
    [
        (
            "VALUES: each belongs to the place that its pin is called by, and stays as long as that does (=: shown there too)",
            values(report),
        ),
        (
            "CERTIFICATES: keys stay; certificates are issued again at half of their days (=: shown there too)",
            certificates(report),
        ),
        (
            "BY PATH: values that no place names; each stays as long as the way to its call does",
            by_path(report),
        ),
        (
            "CONSTANT: calls whose result would change by themselves",
            fixed(report),
        ),
    ]
}

/// What to say where there is nothing to show.
fn nothing(report: &Report) -> &'static str {
    match report.values.is_empty() && report.fixed.is_empty() {
        true => "\nthe chart generates nothing: its manifests are helm's own\n",
        false => "",
    }
}

fn values(report: &Report) -> Table {
    let mut table = Table::new(&["PIN", "BECAUSE", "FUNCTION", "CALL SITE", "CALLS", "BITS"]);
    for value in &report.values {
        let Some((_, others)) = value.places.split_first() else {
            continue;
        };
        if value.belongs_to == BelongsTo::Path || value.certificate.is_some() {
            continue;
        }
        table.row([
            value.pin.clone(),
            because(value),
            value.call_site.function.clone(),
            site(&value.call_site),
            value.calls.to_string(),
            format!("{:.1}", value.entropy_bits),
        ]);
        share(&mut table, others);
    }
    table
}

/// Why a value belongs to its place.
fn because(value: &Value) -> String {
    let why = match value.belongs_to {
        BelongsTo::Place => "stands there",
        BelongsTo::Text => "part of the text there",
        BelongsTo::Content => "new when the content changes",
        BelongsTo::WhatItWentInto => "went into what stands there",
        BelongsTo::Double => "the same as there",
        BelongsTo::Path => "the way to its call",
    };
    match value.by_position {
        true => format!("{why}, by its position"),
        false => why.to_owned(),
    }
}

/// A row for each place that shows the value of the row above.
fn share(table: &mut Table, places: &[Place]) {
    for place in places {
        table.row([format!("= {}", place.pin)]);
    }
}

fn certificates(report: &Report) -> Table {
    let mut table = Table::new(&[
        "PIN",
        "BECAUSE",
        "FUNCTION",
        "CALL SITE",
        "SUBJECT",
        "DAYS",
        "VALID UNTIL",
        "NEXT",
    ]);
    for value in &report.values {
        let Some(certificate) = &value.certificate else {
            continue;
        };
        table.row([
            value.pin.clone(),
            because(value),
            value.call_site.function.clone(),
            site(&value.call_site),
            certificate.subject.clone(),
            certificate.days.to_string(),
            day(&certificate.not_after).to_owned(),
            certificate
                .next_renewal
                .as_deref()
                .map_or("never", day)
                .to_owned(),
        ]);
        share(&mut table, value.places.get(1..).unwrap_or_default());
    }
    table
}

/// Certificates that are issued again before Argo CD's cache (24 hours) would show it.
fn short_windows(report: &Report) -> Vec<String> {
    let short = report.values.iter().filter_map(|value| {
        let days = value.certificate.as_ref()?.days;
        (1..2).contains(&days).then(|| format!(
            "the certificate of {} is issued again every {} hours, and argo cd keeps manifests for 24: \
             it is valid for three days more, and an application that syncs by hand needs a hard refresh",
            site(&value.call_site),
            days * 12
        ))
    });
    let mut warnings: Vec<String> = short.collect();
    warnings.dedup();
    warnings
}

fn by_path(report: &Report) -> Table {
    let mut table = Table::new(&["PIN", "FUNCTION", "CALL SITE", "CALLS", "BITS", "SHOWN IN"]);
    for value in &report.values {
        if value.belongs_to != BelongsTo::Path || value.certificate.is_some() {
            continue;
        }
        let mut places = value.places.iter().map(|place| place.pin.clone());
        table.row([
            value.pin.clone(),
            value.call_site.function.clone(),
            site(&value.call_site),
            value.calls.to_string(),
            format!("{:.1}", value.entropy_bits),
            match value.unused {
                true => "nowhere: the chart throws it away".to_owned(),
                false => places.next().unwrap_or_default(),
            },
        ]);
        for place in places {
            table.row(["", "", "", "", "", &place]);
        }
    }
    table
}

fn fixed(report: &Report) -> Table {
    let mut table = Table::new(&["FUNCTION", "CALL SITE", "RESULT"]);
    for fixed in &report.fixed {
        table.row([
            fixed.call_site.function.clone(),
            site(&fixed.call_site),
            fixed.result.clone(),
        ]);
    }
    table
}

/// A call site as tables show it.
pub(super) fn site(site: &CallSite) -> String {
    match &site.template {
        Some(template) => format!("{}:{} in {template}", site.file, site.line),
        None => format!("{}:{}", site.file, site.line),
    }
}

fn day(date: &str) -> &str {
    date.split('T').next().unwrap_or_default()
}

#[cfg(test)]
mod tests;
