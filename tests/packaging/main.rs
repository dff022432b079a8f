//! What is shipped besides the program: the image, the manifests for argocd-repo-server, plugin.yaml, the examples.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod dockerfile;
mod documents;
mod examples;
mod helm_values;
mod kustomize;
mod operator;
mod plugin_yaml;
mod pod;
mod sbom;
mod stand_in;
mod workflows;

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_yaml::Value;

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text(path: impl AsRef<Path>) -> String {
    let path = repository().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What a command prints that succeeds.
fn printed(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// The documents of a YAML text.
fn documents(yaml: &str) -> Vec<Value> {
    serde_yaml::Deserializer::from_str(yaml)
        .map(|document| <Value as serde::Deserialize>::deserialize(document).unwrap())
        .filter(|document| !document.is_null())
        .collect()
}

/// The only document of a file.
fn document(path: impl AsRef<Path>) -> Value {
    let mut all = documents(&text(&path));
    assert_eq!(all.len(), 1, "{}", path.as_ref().display());
    all.remove(0)
}

/// The YAML files below a folder, at any depth, charts left out.
fn yaml_files(folder: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![repository().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("charts") {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "yaml") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// The items of a list, none if it is not there.
fn items(value: &Value) -> Vec<&Value> {
    value
        .as_sequence()
        .map(|list| list.iter().collect())
        .unwrap_or_default()
}
