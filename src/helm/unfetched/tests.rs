//! From helm's words to ours, without a helm.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use super::super::error::Stderr;
use super::super::repositories::Access;
use super::{HelmError, why};
use crate::hint::hints;

fn access(repositories: &[&str], known: &[(&str, &str)]) -> Access {
    Access {
        repositories: repositories.iter().map(|&it| it.to_owned()).collect(),
        known: known
            .iter()
            .map(|&(name, url)| (name.to_owned(), url.to_owned()))
            .collect(),
        ..Access::default()
    }
}

/// The message with its hints.
fn told(said: &str, access: &Access) -> String {
    let error = HelmError::Failed {
        code: 1,
        stderr: Stderr(said.to_owned()),
    };
    let error = why(&error, access, Path::new("/work/dir"));
    let hints: Vec<String> = hints(&error)
        .iter()
        .map(|hint| format!(" | {hint}"))
        .collect();
    format!("{error:#}{}", hints.concat())
}

fn no_index(name: &str, url: &str, reason: &str) -> String {
    format!(
        "...Unable to get an update from the \"{name}\" chart repository ({url}):\n\t{reason}\n"
    )
}

const NO_CACHE: &str = "Update Complete. ⎈Happy Helming!⎈\nError: no cached repository for x found. (try 'helm repo update'): open /work/dir/helm/x-index.yaml: no such file or directory\n";

#[test]
fn a_repository_that_wants_a_password() {
    let said = no_index(
        "http:--h:80",
        "http://h:80",
        "failed to fetch http://h:80/index.yaml : 401 Unauthorized",
    ) + NO_CACHE;
    let none = access(&["http://h:80"], &[]);
    assert_eq!(
        told(&said, &none),
        "http://h:80 answers 401 (unauthorized): failed to fetch http://h:80/index.yaml : 401 Unauthorized | write a user and a password for it into a repositories.yaml and name that file in PIN_REPOSITORY_CONFIG (for all tenants), or keep the chart in charts/"
    );
    let wrong = access(&["http://h:80/"], &[("private", "http://h:80")]);
    assert!(told(&said, &wrong).contains(" | correct the user and the password"));
}

/// As both helms put it.
#[test]
fn a_registry_that_wants_a_password() {
    for said in [
        "Error: could not retrieve list of tags for repository oci://h/c: GET \"https://h/v2/c/a/tags/list\": credential required for basic auth",
        "Error: could not retrieve list of tags for repository oci://h/c: GET \"https://h/v2/c/a/tags/list\": basic credential not found",
        "Saving 1 charts\nSave error occurred:  x\nError: failed to perform \"FetchReference\" on source: GET \"https://h/v2/c/a/manifests/1\": response status code 401: unauthorized: authentication required",
        "Error: unexpected status from HEAD request to https://h/v2/c/a/manifests/1: 401 Unauthorized",
    ] {
        let told = told(said, &access(&["https://other", "oci://h/c"], &[]));
        assert!(
            told.starts_with("oci://h/c answers 401 (unauthorized): "),
            "{told}"
        );
        assert!(
            told.contains("config.json and name that file in PIN_REGISTRY_CONFIG"),
            "{told}"
        );
    }
}

#[test]
fn what_does_not_answer_is_unreachable() {
    for reason in [
        "Get \"http://h/index.yaml\": dial tcp 127.0.0.1:1: connect: connection refused",
        "Get \"http://h/index.yaml\": dial tcp: lookup h on 10.0.0.1:53: no such host",
        "Get \"http://h/index.yaml\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)",
        "Get \"http://h/index.yaml\": EOF",
    ] {
        let told = told(
            &(no_index("http:--h", "http://h", reason) + NO_CACHE),
            &access(&["http://h"], &[]),
        );
        assert!(
            told.starts_with(&format!("http://h is unreachable: {reason} | correct")),
            "{told}"
        );
    }
}

#[test]
fn other_causes_are_told_apart() {
    for (said, wanted) in [
        (
            "Error: Get \"https://h/v2/\": tls: first record does not look like a TLS handshake",
            "oci://h/c does not speak https: ",
        ),
        (
            "Error: Get \"https://h/v2/\": tls: failed to verify certificate: x509: certificate signed by unknown authority",
            "oci://h/c has a certificate that is not trusted: ",
        ),
        (
            "Error: response status code 403: denied: requested access to the resource is denied",
            "oci://h/c answers 403 (forbidden): ",
        ),
        (
            "Error: the lock file (Chart.lock) is out of sync with the dependencies file (Chart.yaml). Please update the dependencies",
            "the lock file (Chart.lock) is out of sync",
        ),
        (
            "Error: a chart not found in repo oci://h/c",
            "a chart not found",
        ),
        ("Error: what nobody knows", "what nobody knows"),
        ("", "helm dependency build: helm failed with exit code 1"),
    ] {
        let told = told(said, &access(&["oci://h/c"], &[]));
        assert!(told.starts_with(wanted), "{told}");
    }
}

/// Helm asks every repository of the admin's file. What one answers that the chart does not use is nobody's business.
#[test]
fn only_the_charts_own_repositories_are_told() {
    let said = no_index("inner", "http://inner", "401 Unauthorized")
        + &no_index("b", "http://b", "Get \"http://b\": EOF")
        + &no_index("a", "http://a", "Get \"http://a\": EOF")
        + NO_CACHE;
    let told = told(
        &said,
        &access(&["@b", "http://a"], &[("inner", "http://inner")]),
    );
    assert!(told.starts_with("http://a is unreachable: "), "{told}");
    assert!(told.contains("; http://b is unreachable: "), "{told}");
    assert!(!told.contains("inner") && !told.contains("401"), "{told}");
    assert_eq!(told.matches(" | ").count(), 1, "{told}");
}

/// One that is killed in the midst of it has said how far it was.
#[test]
fn a_helm_that_is_killed() {
    let said = "Hang tight while we grab the latest from your chart repositories...\n...Successfully got an update from the \"inner\" chart repository\n".to_owned()
        + &no_index("inner2", "http://inner2", "401 Unauthorized");
    for (rest, wanted) in [
        ("", ""),
        (
            "fatal error: out of memory\n",
            ": fatal error: out of memory",
        ),
    ] {
        let error = HelmError::Killed {
            signal: 15,
            stderr: Stderr(said.clone() + rest),
        };
        let error = why(&error, &access(&["http://h"], &[]), Path::new("/work"));
        assert_eq!(
            format!("{error:#}"),
            format!("helm dependency build: helm was ended by signal 15, render again{wanted}")
        );
    }
}

#[test]
fn no_secret_no_directory_of_ours_and_one_line() {
    let url = "http://bot:hush@h";
    let said = no_index("http:--bot:hush@h", url, "failed \u{1b}[31m hush\u{7}: 401")
        + "\tand on\r\n"
        + "Error: open /work/dir/x: hush\nand on\n";
    let mut access = access(&[url], &[]);
    access.secrets = vec!["hush".to_owned()];
    let told = told(&said, &access);
    assert!(!told.contains("hush") && !told.contains("/work"), "{told}");
    assert!(!told.contains(char::is_control), "{told:?}");
    assert!(told.starts_with("http://***@h answers 401"), "{told}");
}
