//! The verdict, for people and for programs.

use std::fmt::Write;

use serde_json::json;

use super::compare::{Cause, Findings};
use super::names::Spot;
use crate::commands::table::{Table, section};
use crate::commands::{self, count};
use crate::derive::Scope;

/// The verdict as text that fits `width` characters.
pub(super) fn text(scope: &Scope, findings: &Findings, width: Option<usize>) -> String {
    let mut out = format!(
        "project {}, application {}\n\n",
        scope.project, scope.application
    );
    let by_clock = findings
        .varying
        .iter()
        .filter(|variation| variation.varies_with == Cause::Clock)
        .count();
    let _ = writeln!(
        out,
        "{:<24}{}",
        format!("plain helm, {} renders: ", findings.plain_renders),
        match findings.varying.len() {
            0 => "nothing varies".to_owned(),
            all => format!(
                "{} at each render, {} with the clock",
                places(all - by_clock),
                places(by_clock)
            ),
        }
    );
    let _ = writeln!(
        out,
        "pinned, 2 renders:      {}",
        if findings.identical {
            "byte-identical"
        } else {
            "THEY DIFFER"
        }
    );
    let _ = writeln!(
        out,
        "all other lines:        {}",
        match findings.changed.len() {
            0 => format!("helm's own ({} of {})", findings.own_lines, findings.lines),
            changed => format!("{} NOT AS HELM PRINTS THEM", places(changed)),
        }
    );
    let mut varying = Table::new(&["KIND", "NAME", "FIELD", "VARIES"]);
    for variation in &findings.varying {
        let cause = match variation.varies_with {
            Cause::Render => "at each render",
            Cause::Clock => "with the clock",
        };
        varying.row(cells(&variation.spot).into_iter().chain([cause.to_owned()]));
    }
    out.push_str(&section(
        "VARIES under plain helm, and is pinned",
        &varying.render(width),
    ));
    out.push_str(&section(
        "UNSTABLE: differs between two pinned renders",
        &table(&findings.unstable).render(width),
    ));
    out.push_str(&section(
        "CHANGED: constant under plain helm, and another one when pinned",
        &table(&findings.changed).render(width),
    ));
    out.push_str(if findings.verified() {
        "\nverified\n"
    } else {
        "\nnot verified\n"
    });
    out
}

fn table(spots: &[Spot]) -> Table {
    let mut table = Table::new(&["KIND", "NAME", "FIELD"]);
    for spot in spots {
        table.row(cells(spot));
    }
    table
}

fn cells(spot: &Spot) -> [String; 3] {
    [
        spot.kind.clone(),
        match &spot.namespace {
            Some(namespace) => format!("{namespace}/{}", spot.name),
            None => spot.name.clone(),
        },
        spot.path
            .clone()
            .unwrap_or_else(|| format!("line {}", spot.line)),
    ]
}

fn places(number: usize) -> String {
    count(number, "place", "places")
}

/// The verdict as JSON, on lines of its own.
///
/// # Errors
/// None that can happen: all keys are strings.
pub(super) fn json(scope: &Scope, findings: &Findings) -> anyhow::Result<String> {
    commands::json(&json!({
        "project": scope.project,
        "application": scope.application,
        "verified": findings.verified(),
        "plain_renders": findings.plain_renders,
        "pinned_identical": findings.identical,
        "lines": findings.lines,
        "own_lines": findings.own_lines,
        "varying": findings.varying,
        "unstable": findings.unstable,
        "changed": findings.changed,
    }))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::compare::Variation;
    use super::*;

    fn spot(path: Option<&str>, line: usize) -> Spot {
        Spot {
            kind: "Secret".into(),
            namespace: Some("prod".into()),
            name: "web".into(),
            path: path.map(str::to_owned),
            line,
        }
    }

    fn findings() -> Findings {
        Findings {
            plain_renders: 2,
            varying: vec![
                Variation {
                    spot: spot(Some("data.token"), 7),
                    varies_with: Cause::Render,
                },
                Variation {
                    spot: spot(None, 9),
                    varies_with: Cause::Clock,
                },
            ],
            unstable: Vec::new(),
            identical: true,
            changed: Vec::new(),
            own_lines: 40,
            lines: 42,
        }
    }

    fn scope() -> Scope {
        Scope {
            project: "team".into(),
            application: "web".into(),
        }
    }

    #[test]
    fn a_good_verdict() {
        assert_eq!(
            text(&scope(), &findings(), None),
            "\
project team, application web

plain helm, 2 renders:  1 place at each render, 1 place with the clock
pinned, 2 renders:      byte-identical
all other lines:        helm's own (40 of 42)

VARIES under plain helm, and is pinned

KIND    NAME      FIELD       VARIES
Secret  prod/web  data.token  at each render
Secret  prod/web  line 9      with the clock

verified
"
        );
    }

    #[test]
    fn a_bad_verdict_says_where() {
        let bad = Findings {
            identical: false,
            unstable: vec![spot(Some("data.a"), 1)],
            changed: vec![spot(Some("data.b"), 2), spot(None, 3)],
            ..findings()
        };
        let shown = text(&scope(), &bad, None);
        assert!(
            shown.contains("THEY DIFFER") && shown.contains("2 places NOT AS HELM PRINTS THEM"),
            "{shown}"
        );
        assert!(
            shown.contains("data.a") && shown.contains("data.b") && shown.contains("line 3"),
            "{shown}"
        );
        assert!(shown.ends_with("\nnot verified\n"));
        let value: serde_json::Value =
            serde_json::from_str(&json(&scope(), &bad).unwrap()).unwrap();
        assert_eq!(value["verified"], false);
        assert_eq!(value["varying"][1]["varies_with"], "clock");
        assert_eq!(value["changed"][0]["path"], "data.b");
    }
}
