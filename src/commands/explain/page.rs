//! The report as one page that needs nothing else: documents with their pinned places, pins with all that is known of
//! them, certificates on a line of time.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{because, day, site};
use crate::calendar::seconds;
use crate::commands::count;
use crate::derive::Scope;
use crate::report::{BelongsTo, Certificate, Report, Value};
use crate::unseen::is_unseen;

/// How the page looks.
const STYLE: &str = include_str!("page.css");

/// A click on a pin marks its places.
const SCRIPT: &str = include_str!("page.js");

/// The page. `now` is marked on the line of time, in seconds since 1970.
pub(super) fn page(scope: &Scope, report: &Report, now: i64) -> String {
    let title = format!("Pins of {} in {}", scope.application, scope.project);
    let calls: usize = report.values.iter().map(|value| value.calls).sum();
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n\
         <p>{}, {}. Places with the same number share a call; a click on one marks them all. No value stands on this page.</p>\n",
        count(calls, "generated value", "generated values"),
        count(
            report.fixed.len(),
            "call made constant",
            "calls made constant"
        ),
        title = escaped(&title),
    );
    documents(&mut out, report);
    pins(&mut out, report);
    renewals(&mut out, report, now);
    constant(&mut out, report);
    let _ = write!(out, "<script>\n{SCRIPT}</script>\n</body>\n</html>\n");
    out
}

/// The documents that show pinned values, each with its places.
fn documents(out: &mut String, report: &Report) {
    // By kind, name and namespace: the field paths, and the numbers of the values there and of their places.
    let mut documents: BTreeMap<_, Vec<(&str, usize, usize)>> = BTreeMap::new();
    for (number, value) in report.values.iter().enumerate() {
        for (which, place) in value.places.iter().enumerate() {
            let namespace = place.namespace.as_deref().unwrap_or_default();
            let document = (place.kind.as_str(), place.name.as_str(), namespace);
            let document = documents.entry(document);
            document.or_default().push((&place.path, number, which));
        }
    }
    if documents.is_empty() {
        return;
    }
    out.push_str("<h2>Documents</h2>\n");
    for ((kind, name, namespace), mut places) in documents {
        places.sort_unstable();
        let within = match namespace {
            "" => String::new(),
            namespace => format!(" in {}", escaped(namespace)),
        };
        let _ = writeln!(
            out,
            "<article>\n<h3>{} <code>{}</code>{within}</h3>\n<ul>",
            escaped(kind),
            escaped(name)
        );
        let mut last = "";
        for (path, number, which) in places {
            // One field may show several pins.
            match path == last {
                true => out.push(' '),
                false if last.is_empty() => {
                    let _ = write!(out, "<li><code>{}</code> ", escaped(path));
                }
                false => {
                    let _ = write!(out, "</li>\n<li><code>{}</code> ", escaped(path));
                }
            }
            last = path;
            let function = report
                .values
                .get(number)
                .map(|it| it.call_site.function.as_str());
            let _ = write!(
                out,
                "<a class=\"pin\" id=\"at-{number}-{which}\" data-pin=\"{number}\" href=\"#pin-{number}\"><b>{}</b> {}</a>",
                number + 1,
                escaped(function.unwrap_or_default())
            );
        }
        out.push_str("</li>\n</ul>\n</article>\n");
    }
}

/// Each pin, and what is known of it.
fn pins(out: &mut String, report: &Report) {
    if report.values.is_empty() {
        out.push_str("<p>The chart generates nothing: its manifests are helm's own.</p>\n");
        return;
    }
    out.push_str("<h2>Pins</h2>\n");
    for (number, value) in report.values.iter().enumerate() {
        let _ = writeln!(
            out,
            "<article id=\"pin-{number}\" data-pin=\"{number}\">\n<h3><b>{}</b> <code>{}</code></h3>\n<dl>",
            number + 1,
            escaped(&value.pin)
        );
        for (term, text) in facts(value) {
            let _ = writeln!(out, "<dt>{term}</dt><dd>{}</dd>", escaped(&text));
        }
        for (which, place) in value.places.iter().enumerate() {
            let _ = writeln!(
                out,
                "<dt>shown in</dt><dd><a href=\"#at-{number}-{which}\"><code>{}</code></a></dd>",
                escaped(&place.pin)
            );
        }
        out.push_str("</dl>\n</article>\n");
    }
}

/// What there is to say of a value.
fn facts(value: &Value) -> Vec<(&'static str, String)> {
    let made = match value.belongs_to {
        _ if value.certificate.is_some() => "a certificate with its key",
        _ if value.unused => "nothing",
        BelongsTo::Text => "a text that the chart makes with it",
        BelongsTo::WhatItWentInto => "a hash, or something that it signs",
        BelongsTo::Content => "part of a name",
        _ => "the value itself",
    };
    let calls = count(value.calls, "call", "calls");
    let mut facts = vec![
        ("because", because(value)),
        ("shown as", made.to_owned()),
        ("function", format!("{}, {calls}", value.call_site.function)),
        ("call site", site(&value.call_site)),
        ("bits", format!("{:.1}", value.entropy_bits)),
    ];
    if let Some(certificate) = &value.certificate {
        facts.push(("subject", certificate.subject.clone()));
    }
    facts
}

/// The certificates, from the first day of one to the last day of one.
fn renewals(out: &mut String, report: &Report, now: i64) {
    let of = |it: &Certificate| Some((seconds(&it.not_before)?, seconds(&it.not_after)?));
    let certificates: Vec<(&Value, &Certificate, i64, i64)> = report
        .values
        .iter()
        .filter_map(|value| {
            let certificate = value.certificate.as_ref()?;
            let (from, to) = of(certificate)?;
            Some((value, certificate, from, to))
        })
        .collect();
    if certificates.is_empty() {
        return;
    }
    let (Some(first), Some(last)) = (
        certificates.iter().map(|it| it.2).chain([now]).min(),
        certificates.iter().map(|it| it.3).chain([now]).max(),
    ) else {
        return;
    };
    let percent = |at: i64| 100.0 * (at - first) as f64 / (last - first).max(1) as f64;
    out.push_str("<h2>Renewals</h2>\n<p>The lines are today and the next renewal.</p>\n");
    for (value, certificate, from, to) in certificates {
        let next = certificate.next_renewal.as_deref();
        let _ = writeln!(
            out,
            "<article>\n<h3><code>{}</code></h3>\n<div class=\"bar\"><i style=\"left:{:.2}%;width:{:.2}%\"></i><b style=\"left:{:.2}%\" title=\"today\"></b>{}</div>\n<p>{} to {}, issued again {}</p>\n</article>",
            escaped(&value.pin),
            percent(from),
            percent(to) - percent(from),
            percent(now),
            next.and_then(seconds)
                .map_or_else(String::new, |next| format!(
                    "<b style=\"left:{:.2}%\" title=\"next renewal\"></b>",
                    percent(next)
                )),
            day(&certificate.not_before),
            day(&certificate.not_after),
            next.map_or("never", day),
        );
    }
}

fn constant(out: &mut String, report: &Report) {
    if report.fixed.is_empty() {
        return;
    }
    out.push_str("<h2>Constant</h2>\n<ul>\n");
    for fixed in &report.fixed {
        let _ = writeln!(
            out,
            "<li><code>{}</code> at <code>{}</code>: {}</li>",
            escaped(&fixed.call_site.function),
            escaped(&site(&fixed.call_site)),
            escaped(&fixed.result)
        );
    }
    out.push_str("</ul>\n");
}

/// Text for HTML, in an element or in quotes, with characters that nobody sees written out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if is_unseen(c) => out.extend(c.escape_default()),
            c => out.push(c),
        }
    }
    out
}
