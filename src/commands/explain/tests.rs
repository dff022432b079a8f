#![allow(clippy::unwrap_used)]
use super::*;
use crate::report::{Certificate, Fixed};

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
        pin: format!("{kind}/web/{path}"),
    }
}

fn value(call_site: CallSite, belongs_to: BelongsTo, places: Vec<Place>) -> Value {
    let pin = places[0].pin.clone();
    Value {
        names: vec![format!("{pin}#{}", call_site.function)],
        pin,
        call_site,
        belongs_to,
        by_position: false,
        unused: false,
        places,
        calls: 1,
        entropy_bits: 190.534,
        certificate: None,
    }
}

fn report() -> Report {
    Report {
        values: vec![
            value(
                call("randAlphaNum", 3, Some("web.token")),
                BelongsTo::Place,
                vec![
                    place("Secret", Some("prod"), "data.token"),
                    place(
                        "Deployment",
                        None,
                        "spec.template.metadata.annotations.token",
                    ),
                ],
            ),
            Value {
                by_position: true,
                calls: 64,
                ..value(
                    call("randNumeric", 7, Some("web.hex")),
                    BelongsTo::Text,
                    vec![place("Secret", None, "data.keys")],
                )
            },
            Value {
                certificate: Some(Certificate {
                    subject: "ca".into(),
                    days: 2,
                    not_before: "2025-12-31T23:00:00Z".into(),
                    not_after: "2026-01-05T00:00:00Z".into(),
                    next_renewal: Some("2026-01-02T00:00:00Z".into()),
                }),
                ..value(
                    call("genCA", 5, None),
                    BelongsTo::WhatItWentInto,
                    vec![place("Secret", None, "data.tls.crt")],
                )
            },
            value(
                call("randInt", 9, None),
                BelongsTo::Path,
                vec![place("CronJob", None, "spec.schedule")],
            ),
        ],
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
    let expected = "\
project team, application web: 67 generated values, 1 call made constant; helm ran twice

VALUES: each belongs to the place that its pin is called by, and stays as long as that does (=: shown there too)

PIN  BECAUSE  FUNCTION  CALL SITE  CALLS  BITS
Secret/web/data.token  stands there  randAlphaNum  templates/secret.yaml:3 in web.token  1  190.5
= Deployment/web/spec.template.metadata.annotations.token
Secret/web/data.keys  part of the text there, by its position  randNumeric  templates/secret.yaml:7 in web.hex  64  190.5

CERTIFICATES: keys stay; certificates are issued again at half of their days (=: shown there too)

PIN  BECAUSE  FUNCTION  CALL SITE  SUBJECT  DAYS  VALID UNTIL  NEXT
Secret/web/data.tls.crt  went into what stands there  genCA  templates/secret.yaml:5  ca  2  2026-01-05  2026-01-02

BY PATH: values that no place names; each stays as long as the way to its call does

PIN  FUNCTION  CALL SITE  CALLS  BITS  SHOWN IN
CronJob/web/spec.schedule  randInt  templates/secret.yaml:9  1  190.5  CronJob/web/spec.schedule

CONSTANT: calls whose result would change by themselves

FUNCTION  CALL SITE                 RESULT
now       templates/secret.yaml:12  the pinned clock
";
    // The width of a column is the table's business.
    let squeezed = |text: &str| -> Vec<String> {
        let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        text.lines().map(words).collect()
    };
    assert_eq!(
        squeezed(&tables(&scope(), &report(), None)),
        squeezed(expected)
    );
}

#[test]
fn a_chart_that_generates_nothing_says_so() {
    let text = tables(&scope(), &Report::unchanged(), Some(80));
    assert!(
        text.ends_with(
            "helm ran once\n\nthe chart generates nothing: its manifests are helm's own\n"
        ),
        "{text}"
    );
}

#[test]
fn a_window_that_argo_cds_cache_outlives_is_warned_of() {
    let mut report = report();
    assert!(short_windows(&report).is_empty());
    if let Some(certificate) = &mut report.values[2].certificate {
        certificate.days = 1;
    }
    let warnings = short_windows(&report);
    assert_eq!(warnings.len(), 1);
    assert!(warnings[0].contains("every 12 hours"), "{}", warnings[0]);
}

#[test]
fn json_has_the_scope_and_every_field() {
    let value: serde_json::Value =
        serde_json::from_str(&json(&scope(), &report()).unwrap()).unwrap();
    assert_eq!(value["application"], "web");
    assert_eq!(value["values"][0]["call_site"]["line"], 3);
    assert_eq!(value["values"][0]["places"][1]["kind"], "Deployment");
    assert_eq!(value["values"][1]["belongs_to"], "text");
    assert_eq!(
        value["values"][1]["names"][0],
        "Secret/web/data.keys#randNumeric"
    );
    assert_eq!(value["values"][2]["certificate"]["days"], 2);
    assert_eq!(value["fixed"][0]["result"], "the pinned clock");
    assert_eq!(value["helm_runs"], 2);
}
