//! Why `helm dependency build` failed, and what to do: read from what helm said.
//!
//! Helm prints for each chart repository why it cannot be read, and ends with another error, that its own cache has no
//! such file. For a registry, and for a single chart, the error itself says why.

use std::collections::BTreeSet;
use std::path::Path;

use super::repositories::Access;
use super::{HelmError, words};
use crate::hint::with_hint;

/// How helm begins to say that a repository's index cannot be had.
const NO_INDEX: &str = "...Unable to get an update from the \"";

/// What helm says at last when it has no index.
const NO_CACHE: [&str; 2] = ["no cached repository for ", "-index.yaml: no such file"];

/// How the lines begin in which helm says how far it is.
const PROGRESS: [&str; 4] = ["...", "\t", "Hang tight", "Update Complete"];

/// What a message says whatever is wrong.
const KEEP: &str = "or keep the chart in charts/";

/// What is wrong with a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cause {
    /// It wants to know who asks.
    Unauthorized,
    /// It knows who asks, and refuses.
    Forbidden,
    /// It does not speak TLS.
    Plain,
    /// Nobody vouches for it.
    Certificate,
    /// Nothing answers.
    Unreachable,
    /// The lock file is another chart's.
    Lock,
    /// It answers, and does not have the chart.
    NotFound,
    /// Something else: helm's words must do.
    Other,
}

/// What helm's words show, in lower case, in the order in which it is looked for.
const SIGNS: [(Cause, &[&str]); 7] = [
    (
        Cause::Unauthorized,
        &[
            ": 401",
            "401 unauthorized",
            "code 401",
            "unauthorized:",
            "basic credential not found",
            "credential required for basic auth",
            "no basic auth credentials",
        ],
    ),
    (
        Cause::Plain,
        &[
            "first record does not look like a tls handshake",
            "server gave http response to https client",
        ],
    ),
    (Cause::Certificate, &["x509:", "certificate"]),
    (
        Cause::Unreachable,
        &[
            "no such host",
            "connection refused",
            "connection reset",
            "timeout",
            "timed out",
            "deadline exceeded",
            "no route to host",
            "is unreachable",
            "server misbehaving",
            "temporary failure in name resolution",
            "proxyconnect",
            "proxy authentication required",
            "\": eof",
        ],
    ),
    (
        Cause::Forbidden,
        &[": 403", "403 forbidden", "code 403", "denied"],
    ),
    (Cause::Lock, &["is out of sync with the dependencies file"]),
    (
        Cause::NotFound,
        &["not found", ": 404", "code 404", "no chart version"],
    ),
];

impl Cause {
    fn of(said: &str) -> Self {
        let said = said.to_lowercase();
        SIGNS
            .iter()
            .find(|(_, signs)| signs.iter().any(|sign| said.contains(sign)))
            .map_or(Cause::Other, |(cause, _)| *cause)
    }

    /// What the repository does, in words that follow its address.
    fn verb(self) -> Option<&'static str> {
        match self {
            Cause::Unauthorized => Some("answers 401 (unauthorized)"),
            Cause::Forbidden => Some("answers 403 (forbidden)"),
            Cause::Plain => Some("does not speak https"),
            Cause::Certificate => Some("has a certificate that is not trusted"),
            Cause::Unreachable => Some("is unreachable"),
            Cause::Lock | Cause::NotFound | Cause::Other => None,
        }
    }
}

/// One thing that went wrong. Helm's words can hold secrets: it has no `Debug`.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Trouble {
    /// The repository's address, or its name as the chart gives it.
    repository: Option<String>,
    cause: Cause,
    /// Helm's own words.
    said: String,
}

/// Why helm failed: one line that shows no secret and no directory of ours, with the ways out as hints.
pub(super) fn why(error: &HelmError, access: &Access, work: &Path) -> anyhow::Error {
    let said = error.said().replace(&format!("{}/", work.display()), "");
    let troubles = troubles(&said, access);
    let told: Vec<String> = troubles
        .iter()
        .map(|it| it.told(&access.secrets))
        .filter(|told| !told.is_empty())
        .collect();
    let message = match (error, told.is_empty()) {
        (HelmError::Failed { .. }, false) => told.join("; "),
        (error, true) => format!("helm dependency build: {error}"),
        (error, false) => format!("helm dependency build: {error}: {}", told.join("; ")),
    };
    let hints: BTreeSet<String> = troubles.iter().filter_map(|it| it.hint(access)).collect();
    hints
        .into_iter()
        .rev()
        .fold(anyhow::Error::msg(message), with_hint)
}

/// What helm says is wrong, sorted: it asks the repositories at once, and they answer in any order.
fn troubles(said: &str, access: &Access) -> Vec<Trouble> {
    let mut found = BTreeSet::new();
    let mut lines = said.lines().peekable();
    let mut last = None;
    while let Some(line) = lines.next() {
        if let Some(error) = line.strip_prefix("Error: ") {
            let mut error = error.to_owned();
            for line in lines.by_ref() {
                error.push(' ');
                error.push_str(line);
            }
            last = Some(error);
            break;
        }
        let Some((name, rest)) = line
            .strip_prefix(NO_INDEX)
            .and_then(|rest| rest.split_once("\" chart repository ("))
        else {
            continue;
        };
        let mut reason = String::new();
        while let Some(line) = lines.next_if(|line| line.starts_with('\t')) {
            reason.push_str(line);
        }
        let url = rest.trim_end_matches("):");
        // Helm asks all that the admin's file names: the others are nothing to the chart.
        if access.uses(name, url) {
            found.insert(Trouble {
                repository: Some(url.to_owned()),
                cause: Cause::of(&reason),
                said: reason,
            });
        }
    }
    // One that does not end as helm does: all that it says but for how far it is, which names the other repositories.
    let is_progress = |line: &str| PROGRESS.iter().any(|begin| line.starts_with(begin));
    let rest: Vec<&str> = said.lines().filter(|line| !is_progress(line)).collect();
    let rest = rest.join(" ");
    let all = || (found.is_empty() && !rest.trim().is_empty()).then_some(rest);
    if let Some(error) = last.or_else(all)
        && (found.is_empty() || !NO_CACHE.iter().any(|sign| error.contains(sign)))
    {
        found.insert(Trouble {
            repository: named_in(&error, access),
            cause: Cause::of(&error),
            said: error,
        });
    }
    found.into_iter().collect()
}

/// The repository that an error is about: one that it names, one whose host it names, or the only one there is.
fn named_in(error: &str, access: &Access) -> Option<String> {
    let parts = |repository: &str| {
        let address = repository.trim_end_matches('/');
        let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        (
            format!("//{rest}"),
            format!("//{host}/v2/{path}/"),
            format!("//{host}/"),
        )
    };
    let repositories = &access.repositories;
    let named = |test: &dyn Fn(&str) -> bool| {
        let named = repositories.iter().filter(|it| test(it));
        named.max_by_key(|it| it.len()).cloned()
    };
    named(&|it| error.contains(&parts(it).0))
        // A registry's interface has another path than its charts.
        .or_else(|| named(&|it| error.contains(&parts(it).1)))
        .or_else(|| named(&|it| error.contains(&parts(it).2)))
        .or_else(|| match repositories.as_slice() {
            [only] => Some(only.clone()),
            _ => None,
        })
}

impl Trouble {
    /// What is wrong, in one line.
    fn told(&self, secrets: &[String]) -> String {
        let said = words::fit(&self.said, secrets);
        let repository = self.repository.as_deref();
        let repository = repository.map_or("the repository of a dependency".to_owned(), |it| {
            words::fit(it, secrets)
        });
        match self.cause.verb() {
            Some(verb) if said.is_empty() => format!("{repository} {verb}"),
            Some(verb) => format!("{repository} {verb}: {said}"),
            None => said,
        }
    }

    /// The way out.
    fn hint(&self, access: &Access) -> Option<String> {
        let repository = self.repository.as_deref().unwrap_or_default();
        let is_registry = repository.starts_with("oci://");
        let (setting, file) = match is_registry {
            true => ("PIN_REGISTRY_CONFIG", "config.json"),
            false => ("PIN_REPOSITORY_CONFIG", "repositories.yaml"),
        };
        Some(match self.cause {
            Cause::Unauthorized if access.has_entry(repository) => format!(
                "correct the user and the password for it in the file that {setting} names, {KEEP}"
            ),
            Cause::Unauthorized => format!(
                "write a user and a password for it into a {file} and name that file in {setting} (for all tenants), {KEEP}"
            ),
            Cause::Forbidden => {
                format!("let the user in the file that {setting} names read it, {KEEP}")
            }
            Cause::Plain if is_registry => format!(
                "serve the registry by https, as helm asks for it (its user and password go into {setting}), {KEEP}"
            ),
            Cause::Plain => format!("write http:// in the dependency's repository, {KEEP}"),
            Cause::Certificate => format!(
                "name a folder with the authority's certificate in SSL_CERT_DIR in the sidecar, {KEEP}"
            ),
            Cause::Unreachable => format!(
                "correct the dependency's repository, let the sidecar reach it (network policy, HTTPS_PROXY), {KEEP}"
            ),
            Cause::Lock => {
                "run `helm dependency update` in the chart's folder and commit the lock file"
                    .to_owned()
            }
            Cause::NotFound => {
                "correct the dependency's name, version and repository in Chart.yaml".to_owned()
            }
            Cause::Other => return None,
        })
    }
}

#[cfg(test)]
mod tests;
