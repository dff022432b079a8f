//! What happens to an Application after its first day: live values are adopted, one is rotated, it goes back to plain helm.
//! The charts are modelled on Bitnami's PostgreSQL, on Harbor, Datadog and JupyterHub. Every test runs under both helms.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../support/mod.rs"]
mod support;

mod adopt;
mod as_values;
mod baseline;
mod charts;
mod composed;
mod diff;
mod life;
mod rotate;
mod see;
mod taken;

use support::{Chart, Manifests, Outcome, Test};

/// What `adopt` prints for these live objects.
#[track_caller]
fn adopt(test: &Test<'_>, live: &str, flags: &[&str]) -> Outcome {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("live.yaml");
    std::fs::write(&file, live).unwrap();
    let mut test = test.clone().command("adopt").flag("--live").flag(&file);
    for flag in flags {
        test = test.flag(flag);
    }
    test.run()
}

/// Adopts what is live into the chart's folder.
#[track_caller]
fn adopt_into(chart: &Chart, test: &Test<'_>, live: &str) -> Outcome {
    let outcome = adopt(test, live, &[]);
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    chart.write(".argocd-pins.yaml", &outcome.stdout);
    outcome
}

/// A render that may warn.
#[track_caller]
fn generate(test: &Test<'_>) -> Manifests {
    let outcome = test.run();
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    Manifests::parse(outcome.stdout)
}

/// The lines that differ.
fn differing<'m>(one: &'m Manifests, other: &'m Manifests) -> Vec<(&'m str, &'m str)> {
    let pairs = one.text.lines().zip(other.text.lines());
    pairs.filter(|(one, other)| one != other).collect()
}
