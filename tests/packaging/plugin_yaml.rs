//! plugin.yaml against what the program takes.

use std::process::Command;

use argocd_pin_plugin::argocd::parameters::{KNOWN, Shape};
use serde_yaml::Value;

use super::{document, items, pod};

/// The words of a command, all of which must be strings.
fn words(command: &Value) -> Vec<&str> {
    assert_eq!(command["args"], Value::Null);
    items(&command["command"])
        .into_iter()
        .map(|word| word.as_str().unwrap())
        .collect()
}

#[test]
fn the_commands_are_the_programs() {
    let plugin = document("plugin.yaml");
    assert_eq!(plugin["apiVersion"], "argoproj.io/v1alpha1");
    assert_eq!(plugin["kind"], "ConfigManagementPlugin");
    assert_eq!(plugin["metadata"]["name"], pod::NAME);
    let spec = &plugin["spec"];
    assert_eq!(words(&spec["generate"]), [pod::NAME, "generate"]);
    assert_eq!(
        words(&spec["parameters"]["dynamic"]),
        [pod::NAME, "parameters"]
    );
    // A version would become part of the name that Applications use; the others are why the plugin fails closed and
    // gets no credentials.
    for absent in [
        "version",
        "discover",
        "init",
        "preserveFileMode",
        "provideGitCreds",
    ] {
        assert_eq!(spec[absent], Value::Null, "{absent}");
    }
}

#[test]
fn every_parameter_is_announced_once_and_in_its_shape() {
    let plugin = document("plugin.yaml");
    let chart = tempfile::tempdir().unwrap();
    std::fs::write(chart.path().join("Chart.yaml"), "name: x\n").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_argocd-pin-plugin"))
        .arg("parameters")
        .current_dir(chart.path())
        .output()
        .unwrap();
    let dynamic: Value = serde_yaml::from_slice(&output.stdout).unwrap();
    let announced: Vec<&Value> = items(&dynamic)
        .into_iter()
        .chain(items(&plugin["spec"]["parameters"]["static"]))
        .collect();
    let mut names: Vec<_> = announced
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    names.sort_unstable();
    assert_eq!(names, KNOWN.map(|(name, _)| name));
    for one in announced {
        let (name, shape) = KNOWN
            .into_iter()
            .find(|(name, _)| one["name"] == *name)
            .unwrap();
        let wanted = match shape {
            Shape::Text | Shape::Switch => Value::Null,
            Shape::Array => "array".into(),
            Shape::Map => "map".into(),
        };
        assert_eq!(one["collectionType"], wanted, "{name}");
        assert!(
            one["title"].as_str().is_some_and(|title| !title.is_empty()),
            "{name}"
        );
        assert_eq!(one["required"], Value::Null, "{name}");
        for field in one.as_mapping().unwrap().keys() {
            let field = field.as_str().unwrap();
            assert!(
                ["name", "title", "tooltip", "collectionType", "map"].contains(&field),
                "{name}: {field}"
            );
        }
    }
}
