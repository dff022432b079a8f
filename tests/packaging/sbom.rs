//! The list of what the program contains, as `make sbom` and a release have it.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

use super::{printed, repository};

fn sbom() -> String {
    printed(Command::new(repository().join("tools/sbom")).env("SOURCE_DATE_EPOCH", "1767323045"))
}

#[test]
fn it_lists_what_is_linked_and_is_the_same_each_time() {
    let text = sbom();
    assert_eq!(text, sbom());
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["spdxVersion"], "SPDX-2.3");
    assert_eq!(document["creationInfo"]["created"], "2026-01-02T03:04:05Z");
    let packages = document["packages"].as_array().unwrap();
    let names: BTreeSet<&str> = packages
        .iter()
        .map(|package| package["name"].as_str().unwrap())
        .collect();
    for linked in [
        "argocd-pin-plugin",
        "serde_yaml",
        "clap",
        "age",
        "rust-std",
        "glibc",
    ] {
        assert!(names.contains(linked), "{linked}");
    }
    // Of tests, and of other systems.
    for other in ["proptest", "rustls-webpki", "windows-sys"] {
        assert!(!names.contains(other), "{other}");
    }
    let ids: BTreeSet<&str> = packages
        .iter()
        .map(|package| package["SPDXID"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), packages.len());
    let crates = packages.iter().filter(|one| {
        let purl = one["externalRefs"][0]["referenceLocator"].as_str();
        purl.is_some_and(|purl| purl.starts_with("pkg:cargo/"))
            && one["name"] != "argocd-pin-plugin"
    });
    for one in crates {
        assert!(one["checksums"][0]["checksumValue"].as_str().unwrap().len() == 64);
        assert_ne!(one["licenseDeclared"], "NOASSERTION");
    }
    // One that is described, which contains all the others.
    let relationships = document["relationships"].as_array().unwrap();
    assert_eq!(relationships.len(), packages.len());
    for relationship in relationships {
        let related = relationship["relatedSpdxElement"].as_str().unwrap();
        assert!(ids.contains(related), "{related}");
    }
}
