//! Attacks of a tenant on the files of the sidecar, one test each, named for the attack and sorted by the way in.
//!
//! A tenant sets the Application's fields, the repository's content and `.argocd-source.yaml`. An attack must fail with
//! a clear message and nothing on stdout, or be harmless; it never shows the seed or a neighbour's files, and leaves
//! nothing behind.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../support/mod.rs"]
mod support;

mod archives;
mod callers;
mod chart_links;
mod dependencies;
mod file_parameters;
mod helm_process;
mod parallel;
mod parameters;
mod remote;
mod schemas;
mod secrecy;
mod templates;
mod tenant;
mod values_files;

/// Honest use, which must work: no attacks.
const HONEST: [&str; 10] = [
    "a_broken_file_is_shown_without_our_own_paths",
    "a_lock_file_of_an_honest_chart",
    "an_address_that_the_admin_allows",
    "an_honest_archive",
    "an_honest_schema",
    "an_honest_tenant_is_served",
    "by_hand_links_may_lead_anywhere",
    "nobody_is_refused_by_hand",
    "what_helm_needs_for_the_network",
    "without_a_limit_all_run",
];

/// The threat model names every attack that is tested here, and counts them.
#[test]
fn the_threat_model_lists_them_all() {
    let root = support::repository();
    let model = std::fs::read_to_string(root.join("docs/threat-model.md")).unwrap();
    let mut count = 0;
    for entry in std::fs::read_dir(root.join("tests/confinement")).unwrap() {
        let path = entry.unwrap().path();
        if path.ends_with("main.rs") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let tests = text.split("#[test]\n").skip(1);
        for name in tests.filter_map(|rest| rest.split_once("fn ")?.1.split_once('(')) {
            if HONEST.contains(&name.0) {
                continue;
            }
            count += 1;
            let words = name.0.replace('_', " ");
            assert!(model.contains(&words), "{} is not listed", name.0);
        }
    }
    assert!(count >= 40);
    assert!(
        model.contains(&format!("{count} tests in")),
        "{count} tests"
    );
}
