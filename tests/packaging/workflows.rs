//! `.github/workflows`: what they do is done by targets of the Makefile, which run anywhere. `make lint-workflows` has the rest.

use serde_yaml::Value;

use super::{document, items, text};

/// The steps of a workflow's jobs.
fn steps(workflow: &Value) -> Vec<&Value> {
    let jobs = workflow["jobs"].as_mapping().unwrap();
    jobs.values().flat_map(|job| items(&job["steps"])).collect()
}

#[test]
fn what_they_call_is_there() {
    let makefile = text("Makefile");
    let mut called = Vec::new();
    for name in ["test", "release"] {
        let workflow = document(format!(".github/workflows/{name}.yml"));
        for step in steps(&workflow) {
            let run = step["run"].as_str().unwrap_or_default();
            for command in run.split(['\n', '(']).map(str::trim) {
                let mut words = command.split([' ', ')']);
                if words.next() == Some("make") {
                    let target = words.find(|word| !word.starts_with('-')).unwrap();
                    assert!(makefile.contains(&format!("\n{target}:")), "{target}");
                    called.push(target.to_owned());
                }
            }
        }
    }
    for target in ["dist", "image", "test-arm64", "version"] {
        assert!(called.iter().any(|one| one == target), "{target}");
    }
}

/// Whoever can move a tag of an action runs in our release otherwise.
#[test]
fn actions_are_pinned_and_rights_are_named() {
    for name in ["test", "e2e", "release"] {
        let workflow = document(format!(".github/workflows/{name}.yml"));
        assert_eq!(workflow["permissions"], Value::Mapping(Default::default()));
        for job in workflow["jobs"].as_mapping().unwrap().values() {
            assert!(job["permissions"].is_mapping() && job["timeout-minutes"].is_u64());
        }
        for step in steps(&workflow) {
            let Some(action) = step["uses"].as_str() else {
                continue;
            };
            let (action, commit) = action.split_once('@').unwrap();
            assert!(commit.len() == 40 && commit.bytes().all(|b| b.is_ascii_hexdigit()));
            if action == "actions/checkout" {
                assert_eq!(step["with"]["persist-credentials"], false);
            }
        }
    }
}
