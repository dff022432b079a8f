//! `explain`: what is pinned, where, and where the chart generates it. Never a value.

use std::fmt::Write;

use serde::Serialize;

use super::table::{Table, terminal_width};
use super::{Outcome, gather, warn};
use crate::cli::{ExplainArgs, Output};
use crate::derive::Scope;
use crate::render;
use crate::report::{BelongsTo, CallSite, Place, Report, Value};

/// Renders the chart and reports.
///
/// # Errors
/// As `generate`.
pub fn run(args: &ExplainArgs) -> anyhow::Result<Outcome> {
    let request = gather::request(&args.render)?;
    let rendered = render::render(&request)?;
    warn(&rendered.warnings);
    warn(&short_windows(&rendered.report));
    let text = match args.output {
        Output::Table => tables(&request.scope, &rendered.report, terminal_width()),
        Output::Json => json(&request.scope, &rendered.report)?,
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
    Ok(serde_json::to_string_pretty(&explanation)? + "\n")
}

/// The report as tables that fit `width` characters.
fn tables(scope: &Scope, report: &Report, width: Option<usize>) -> String {
    let calls: usize = report.values.iter().map(|value| value.calls).sum();
    let mut out = format!(
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
    );
    section(
        &mut out,
        "VALUES: each belongs to the place in its row, and stays as long as that does (=: shown there too)",
        &values(report),
        width,
    );
    section(
        &mut out,
        "CERTIFICATES: keys stay; certificates are issued again at half of their days (=: shown there too)",
        &certificates(report),
        width,
    );
    section(
        &mut out,
        "BY PATH: values that no place names; each stays as long as the way to its call does",
        &by_path(report),
        width,
    );
    section(
        &mut out,
        "CONSTANT: calls whose result would change by themselves",
        &fixed(report),
        width,
    );
    if report.values.is_empty() && report.fixed.is_empty() {
        out.push_str("\nthe chart generates nothing: its manifests are helm's own\n");
    }
    out
}

fn section(out: &mut String, title: &str, table: &Table, width: Option<usize>) {
    let text = table.render(width);
    if !text.is_empty() {
        let _ = write!(out, "\n{title}\n\n{text}");
    }
}

fn values(report: &Report) -> Table {
    let mut table = Table::new(&[
        "KIND", "NAME", "FIELD", "BECAUSE", "FUNCTION", "CALL SITE", "CALLS", "BITS",
    ]);
    for value in &report.values {
        let Some((place, others)) = value.places.split_first() else {
            continue;
        };
        if value.belongs_to == BelongsTo::Path || value.certificate.is_some() {
            continue;
        }
        table.row([
            place.kind.clone(),
            name(place),
            place.path.clone(),
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
        true => format!("{why}, by its position in the list"),
        false => why.to_owned(),
    }
}

/// A row for each place that shows the value of the row above.
fn share(table: &mut Table, places: &[Place]) {
    for place in places {
        table.row([format!("= {}", place.kind), name(place), place.path.clone()]);
    }
}

fn certificates(report: &Report) -> Table {
    let mut table = Table::new(&[
        "KIND",
        "NAME",
        "FIELD",
        "BECAUSE",
        "FUNCTION",
        "CALL SITE",
        "SUBJECT",
        "DAYS",
        "VALID UNTIL",
        "NEXT",
    ]);
    let day = |date: &str| date.split('T').next().unwrap_or_default().to_owned();
    for value in &report.values {
        let Some(certificate) = &value.certificate else {
            continue;
        };
        let (kind, named, path, others) = match value.places.split_first() {
            Some((place, others)) => (place.kind.clone(), name(place), place.path.clone(), others),
            None => (String::new(), String::new(), String::new(), &[][..]),
        };
        table.row([
            kind,
            named,
            path,
            because(value),
            value.call_site.function.clone(),
            site(&value.call_site),
            certificate.subject.clone(),
            certificate.days.to_string(),
            day(&certificate.not_after),
            certificate
                .next_renewal
                .as_deref()
                .map_or_else(|| "never".to_owned(), day),
        ]);
        share(&mut table, others);
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
    let mut table = Table::new(&["FUNCTION", "CALL SITE", "CALLS", "BITS", "SHOWN IN"]);
    for value in &report.values {
        if value.belongs_to != BelongsTo::Path || value.certificate.is_some() {
            continue;
        }
        let mut places = value
            .places
            .iter()
            .map(|place| format!("{} {} {}", place.kind, name(place), place.path));
        table.row([
            value.call_site.function.clone(),
            site(&value.call_site),
            value.calls.to_string(),
            format!("{:.1}", value.entropy_bits),
            places.next().unwrap_or_default(),
        ]);
        for place in places {
            table.row(["", "", "", "", &place]);
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

fn name(place: &Place) -> String {
    match &place.namespace {
        Some(namespace) => format!("{namespace}/{}", place.name),
        None => place.name.clone(),
    }
}

fn site(site: &CallSite) -> String {
    match &site.template {
        Some(template) => format!("{}:{} in {template}", site.file, site.line),
        None => format!("{}:{}", site.file, site.line),
    }
}

fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::report::{Certificate, Fixed, Held, Pin};

    fn call(function: &str, line: u32, template: Option<&str>) -> CallSite {
        CallSite {
            file: "templates/secret.yaml".into(),
            line,
            function: function.into(),
            template: template.map(str::to_owned),
        }
    }

    fn place(kind: &str, namespace: Option<&str>, path: &str) -> Place {
        Place {
            kind: kind.into(),
            namespace: namespace.map(str::to_owned),
            name: "web".into(),
            path: path.into(),
        }
    }

    fn report() -> Report {
        Report {
            pins: vec![Pin {
                place: place("Secret", Some("prod"), "data.token"),
                shared_with: vec![place(
                    "Deployment",
                    None,
                    "spec.template.metadata.annotations.token",
                )],
                call_site: call("randAlphaNum", 3, Some("web.token")),
                length: 32,
                alphabet: "alphanumeric".into(),
                entropy_bits: 190.534,
            }],
            certificates: vec![Certificate {
                place: place("Secret", None, "data.tls.crt"),
                shared_with: vec![place("MutatingWebhookConfiguration", None, "caBundle")],
                call_site: call("genCA", 5, None),
                what: "certificate",
                kind: None,
                subject: Some("ca".into()),
                days: Some(2),
                not_before: Some("2025-12-31T23:00:00Z".into()),
                not_after: Some("2026-01-05T00:00:00Z".into()),
                next_renewal: Some("2026-01-02T00:00:00Z".into()),
            }],
            held: vec![Held {
                call_site: call("randNumeric", 9, None),
                reason: HeldReason::Short,
                places: vec![
                    place("CronJob", None, "spec.schedule"),
                    place("CronJob", None, "metadata.name"),
                ],
            }],
            fixed: vec![Fixed {
                call_site: call("now", 12, None),
                result: "the pinned clock".into(),
            }],
            helm_runs: 2,
        }
    }

    fn scope() -> Scope {
        Scope {
            project: "team".into(),
            application: "web".into(),
        }
    }

    #[test]
    fn the_tables_say_what_is_where_and_why() {
        assert_eq!(
            tables(&scope(), &report(), None),
            "\
project team, application web: 1 value pinned, 1 key or certificate, 1 value held at its call site, 1 call made constant; helm ran twice

PINNED: each value belongs to the place where it stands (=: the same value)

KIND          NAME      FIELD                                     FUNCTION      CALL SITE                             LENGTH  ALPHABET      BITS
Secret        prod/web  data.token                                randAlphaNum  templates/secret.yaml:3 in web.token  32      alphanumeric  190.5
= Deployment  web       spec.template.metadata.annotations.token

CERTIFICATES AND KEYS: keys stay for ever; certificates are issued again at half of their days (=: the same one)

KIND                            NAME  FIELD         FUNCTION  CALL SITE                WHAT         SUBJECT  DAYS  VALID UNTIL  NEXT
Secret                          web   data.tls.crt  genCA     templates/secret.yaml:5  certificate  ca       2     2026-01-05   2026-01-02
= MutatingWebhookConfiguration  web   caBundle

HELD: each value belongs to its call, and stays as long as the call stays in its template

FUNCTION     CALL SITE                WHY                                   SHOWN IN
randNumeric  templates/secret.yaml:9  too short to be told from other text  CronJob web spec.schedule
                                                                            CronJob web metadata.name

CONSTANT: calls whose result would change by themselves

FUNCTION  CALL SITE                 RESULT
now       templates/secret.yaml:12  the pinned clock
"
        );
    }

    #[test]
    fn a_chart_that_generates_nothing_says_so() {
        let text = tables(
            &scope(),
            &Report {
                helm_runs: 1,
                ..Report::default()
            },
            Some(80),
        );
        assert!(
            text.ends_with(
                "helm ran once\n\nthe chart generates nothing: its manifests are helm's own\n"
            ),
            "{text}"
        );
    }

    #[test]
    fn json_has_the_scope_and_every_field() {
        let value: serde_json::Value =
            serde_json::from_str(&json(&scope(), &report()).unwrap()).unwrap();
        assert_eq!(value["application"], "web");
        assert_eq!(value["pins"][0]["call_site"]["line"], 3);
        assert_eq!(value["pins"][0]["shared_with"][0]["kind"], "Deployment");
        assert_eq!(value["held"][0]["reason"], "short");
        assert_eq!(value["fixed"][0]["result"], "the pinned clock");
        assert_eq!(value["helm_runs"], 2);
    }
}
