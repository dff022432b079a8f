//! Names of Jobs and bare Pods.

use super::builder::{Stage, secret, stage};
use crate::name::Rule;

fn job(name: &str, image: &str) -> String {
    format!(
        "---\n# Source: app/templates/job.yaml\napiVersion: batch/v1\nkind: Job\nmetadata:\n  name: {name}\nspec:\n  image: app:{image}\n  label: x-{name}-y\n"
    )
}

fn suffixed(yaml: &str, value: &str, suffix: &str) -> Stage {
    let mut it = stage(yaml);
    it.random(value);
    it.carrier(0..1, suffix);
    it
}

fn name(suffix: &str, image: &str) -> String {
    let it = suffixed(
        &job(&format!("run-{suffix}"), image),
        &suffix.to_uppercase(),
        suffix,
    );
    let shown = it.shown();
    assert_eq!(shown[0].0, Rule::JobName);
    shown[0].1.clone()
}

#[test]
fn a_new_name_exactly_when_the_content_changes() {
    assert_eq!(name("ab3de", "1"), name("xy9zq", "1"));
    assert_ne!(name("ab3de", "1"), name("ab3de", "2"));
    assert!(name("ab3de", "1").starts_with("job|Job|batch||run-*|"));
}

#[test]
fn blank_lines_comments_and_sources_do_not_count() {
    let plain = job("run-ab3de", "1");
    let renamed = plain.replace("templates/job.yaml", "templates/migrate.yaml");
    let other = renamed.replace("spec:", "\n  # a comment\n\nspec:   ") + "\n\n";
    let of = |yaml: &str| suffixed(yaml, "AB3DE", "ab3de").shown();
    assert_eq!(of(&plain), of(&other));
    let after = secret("a", "b", "c") + &other + &secret("d", "e", "f");
    assert_eq!(of(&plain), of(&after));
}

/// In a script a line that begins with `#` is content.
#[test]
fn all_lines_of_a_script_count() {
    let of = |script: &str| {
        let yaml = job("run-ab3de", "1") + "  args:\n  - |\n    " + script + "\n";
        suffixed(&yaml, "AB3DE", "ab3de").shown()
    };
    assert_ne!(of("#!/bin/sh\n    run"), of("#!/bin/bash\n    run"));
    assert_ne!(of("a\n\n    b"), of("a\n    b"));
    let written = |label: &str| suffixed(&job("run-ab3de", label), "AB3DE", "ab3de").shown();
    assert_ne!(written("1\n  n: null"), written("1\n  n: \"null\""));
}

/// One suffix names both: each of them runs anew when the other does.
#[test]
fn documents_with_one_suffix_follow_the_content_of_all() {
    let named = |one: &str, two: &str| {
        let yaml = job("before-ab3de", one) + &job("post-job-ab3de", two);
        suffixed(&yaml, "AB3DE", "ab3de").shown()
    };
    assert_eq!(named("1", "1").len(), 1);
    assert_ne!(named("1", "1"), named("2", "1"));
    assert_ne!(named("1", "1"), named("1", "2"));
}

#[test]
fn each_document_has_its_own() {
    let mut it = stage("");
    it.random("ab3deF");
    it.random("gh4kjL");
    let one = job("run-ab3deF", "1");
    let two = job("run-gh4kjL", "1");
    // The same in another namespace.
    it.yaml = one.clone() + &two.replace("metadata:", "metadata:\n  namespace: other");
    let shown = it.shown();
    assert_ne!(shown[0], shown[1]);
    assert!(shown[1].1.starts_with("job|Job|batch|other|run-*|"));
    // The same twice: two names, by running order.
    it.yaml = one + &two;
    let shown = it.shown();
    assert!(shown[0].1.ends_with("|randAlphaNum|0") && shown[1].1.ends_with("|randAlphaNum|1"));
}

#[test]
fn what_a_secret_shows_is_a_secret() {
    let yaml = job("run-ab3deF", "1") + &secret("s", "k", "ab3deF");
    let mut it = stage(&yaml);
    it.random("ab3deF");
    assert_eq!(it.rules(), [Rule::Own]);
    // Other documents with that name do not run once.
    let mut it = stage(&job("run-ab3deF", "1").replace("Job", "CronJob"));
    it.random("ab3deF");
    assert_eq!(it.rules(), [Rule::Own]);
    let pod = job("run-ab3deF", "1")
        .replace("batch/v1", "v1")
        .replace("Job", "Pod");
    let mut it = stage(&pod.replace("  name: run", "  generateName: run"));
    it.random("ab3deF");
    assert_eq!(it.rules(), [Rule::JobName]);
}

#[test]
fn a_time_in_a_name_follows_the_content() {
    let named = |time: &str, image: &str| {
        let mut it = stage(&job(&format!("run-{time}-v1"), image));
        it.call("now", [], "1795651200");
        it.carrier(0..1, &format!("\"{time}\""));
        it.shown()[0].clone()
    };
    let (rule, name) = named("20261126t000000", "1");
    assert_eq!(rule, Rule::JobName);
    assert!(name.starts_with("job|Job|batch||run-*-v1|") && name.ends_with("|now|0"));
    assert_eq!(name, named("20251126t000001", "1").1);
    assert_ne!(name, named("20261126t000000", "2").1);
    // A year is too short, and a month has no digit.
    assert_eq!(named("2026", "1").0, Rule::Path);
    assert_eq!(named("november", "1").0, Rule::Path);
}

/// A chart that names its Job by a digest of something random.
#[test]
fn a_digest_in_a_name_follows_the_content_too() {
    let mut it = stage(&job("run-0f343b09", "1"));
    it.random("Xk29dkqPw81LmZaq");
    it.digest(0..1, "0f343b09");
    assert_eq!(it.rules(), [Rule::JobName]);
}
