//! `explain`: what is pinned, where, and where the chart generates it. Never a value.

use std::fmt::Write;

use serde::Serialize;

use super::table::{Table, terminal_width};
use super::{Outcome, gather, warn};
use crate::cli::{ExplainArgs, Output};
use crate::derive::Scope;
use crate::render;
use crate::report::{CallSite, HeldReason, Place, Report};

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
    let mut out = format!(
        "project {}, application {}: ",
        scope.project, scope.application
    );
    let _ = writeln!(
        out,
        "{}, {}, {}, {}; helm ran {}",
        count(report.pins.len(), "value pinned", "values pinned"),
        count(
            report.certificates.len(),
            "key or certificate",
            "keys and certificates"
        ),
        count(
            report.held.len(),
            "value held at its call site",
            "values held at their call site"
        ),
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
        "PINNED: each value belongs to the place where it stands (=: the same value)",
        &pins(report),
        width,
    );
    section(
        &mut out,
        "CERTIFICATES AND KEYS: keys stay for ever; certificates are issued again at half of their days (=: the same one)",
        &certificates(report),
        width,
    );
    section(
        &mut out,
        "HELD: each value belongs to its call, and stays as long as the call stays in its template",
        &held(report),
        width,
    );
    section(
        &mut out,
        "CONSTANT: calls whose result would change by themselves",
        &fixed(report),
        width,
    );
    let empty = report.pins.is_empty() && report.certificates.is_empty();
    if empty && report.held.is_empty() && report.fixed.is_empty() {
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

fn pins(report: &Report) -> Table {
    let mut table = Table::new(&[
        "KIND",
        "NAME",
        "FIELD",
        "FUNCTION",
        "CALL SITE",
        "LENGTH",
        "ALPHABET",
        "BITS",
    ]);
    for pin in &report.pins {
        table.row([
            pin.place.kind.clone(),
            name(&pin.place),
            pin.place.path.clone(),
            pin.call_site.function.clone(),
            site(&pin.call_site),
            pin.length.to_string(),
            pin.alphabet.clone(),
            format!("{:.1}", pin.entropy_bits),
        ]);
        share(&mut table, &pin.shared_with);
    }
    table
}

/// A row for each place that has the value of the row above.
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
        "FUNCTION",
        "CALL SITE",
        "WHAT",
        "SUBJECT",
        "DAYS",
        "VALID UNTIL",
        "NEXT",
    ]);
    let day = |date: &Option<String>| match date {
        Some(date) => date.split('T').next().unwrap_or_default().to_owned(),
        None => String::new(),
    };
    for certificate in &report.certificates {
        let what = match &certificate.kind {
            Some(kind) => format!("{} {}", kind, certificate.what),
            None => certificate.what.to_owned(),
        };
        let next = match (&certificate.next_renewal, certificate.days) {
            (None, Some(_)) => "never".to_owned(),
            (next, _) => day(next),
        };
        table.row([
            certificate.place.kind.clone(),
            name(&certificate.place),
            certificate.place.path.clone(),
            certificate.call_site.function.clone(),
            site(&certificate.call_site),
            what,
            certificate.subject.clone().unwrap_or_default(),
            certificate
                .days
                .map(|days| days.to_string())
                .unwrap_or_default(),
            day(&certificate.not_after),
            next,
        ]);
        share(&mut table, &certificate.shared_with);
    }
    table
}

/// Certificates that are issued again before Argo CD's cache (24 hours) would show it.
fn short_windows(report: &Report) -> Vec<String> {
    let short = report.certificates.iter().filter_map(|certificate| {
        let days = certificate.days.filter(|days| (1..2).contains(days))?;
        Some(format!(
            "the certificate of {} is issued again every {} hours, and argo cd keeps manifests for 24: \
             it is valid for three days more, and an application that syncs by hand needs a hard refresh",
            site(&certificate.call_site),
            days * 12
        ))
    });
    let mut warnings: Vec<String> = short.collect();
    warnings.dedup();
    warnings
}

fn held(report: &Report) -> Table {
    let mut table = Table::new(&["FUNCTION", "CALL SITE", "WHY", "SHOWN IN"]);
    for held in &report.held {
        let mut places = held
            .places
            .iter()
            .map(|place| format!("{} {} {}", place.kind, name(place), place.path));
        table.row([
            held.call_site.function.clone(),
            site(&held.call_site),
            why(held.reason).to_owned(),
            places.next().unwrap_or_default(),
        ]);
        for place in places {
            table.row([String::new(), String::new(), String::new(), place]);
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

fn why(reason: HeldReason) -> &'static str {
    match reason {
        HeldReason::Short => "too short to be told from other text",
        HeldReason::Altered => "steers the chart, or is printed in another form",
        HeldReason::NotPrinted => "is not printed",
        HeldReason::JobName => "part of a Job's name, new when the Job changes",
    }
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
