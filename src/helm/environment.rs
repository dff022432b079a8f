//! The environment of the helm process: nothing of ours, nothing of the tenant's, nothing that changes the output.

use std::ffi::OsString;
use std::path::Path;

/// What of our own environment helm gets: where programs are, how to reach the network for dependencies, and Go's
/// own settings for memory and processors. Nothing that Argo CD sets and no `PIN_…` is among them.
const PASSED: &[&str] = &[
    "PATH",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "GIT_SSL_CAINFO",
    "GIT_SSL_CAPATH",
    "GIT_SSL_NO_VERIFY",
    "GIT_SSH_COMMAND",
    "SSH_AUTH_SOCK",
    "GOMAXPROCS",
    "GOGC",
    "GOMEMLIMIT",
];

/// Go collects garbage when the heap has grown by so many percent (its default: 100).
const GARBAGE_PERCENT: &str = "800";

/// From here on it collects more often, whatever the percentage: charts differ in size.
const MEMORY_LIMIT: &str = "192MiB";

/// The variables of a helm process whose files stand below `home`, taken from `ours` where they are passed on.
pub(super) fn variables(
    home: &Path,
    ours: impl Fn(&str) -> Option<OsString>,
) -> Vec<(&'static str, OsString)> {
    let mut variables: Vec<(&'static str, OsString)> = PASSED
        .iter()
        .filter_map(|name| Some((*name, ours(name)?)))
        .collect();
    for (name, below) in [
        ("HOME", ""),
        ("TMPDIR", ""),
        ("XDG_CACHE_HOME", "cache"),
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_DATA_HOME", "data"),
        ("XDG_RUNTIME_DIR", ""),
        ("HELM_CACHE_HOME", "cache/helm"),
        ("HELM_CONFIG_HOME", "config/helm"),
        ("HELM_DATA_HOME", "data/helm"),
        ("HELM_PLUGINS", "data/helm/plugins"),
        ("HELM_REPOSITORY_CONFIG", "config/helm/repositories.yaml"),
        ("HELM_REPOSITORY_CACHE", "cache/helm/repository"),
        ("HELM_REGISTRY_CONFIG", "config/helm/registry/config.json"),
        // There is none: a cluster's context must not decide the namespace.
        ("KUBECONFIG", "kubeconfig"),
    ] {
        variables.push((name, home.join(below).into()));
    }
    variables.extend(of_callers(ours));
    variables.push(("LC_ALL", "C".into()));
    variables
}

/// What a helm process gets besides the caller's own environment, `ours`, where this program stands in for helm.
pub(super) fn of_callers(ours: impl Fn(&str) -> Option<OsString>) -> Vec<(&'static str, OsString)> {
    let mut variables: Vec<(&'static str, OsString)> = Vec::new();
    // Helm lives for a fraction of a second: it collects garbage less often than Go would, for some
    // MiB more. The admin's own settings win.
    if ours("GOGC").is_none() {
        variables.push(("GOGC", GARBAGE_PERCENT.into()));
        if ours("GOMEMLIMIT").is_none() {
            variables.push(("GOMEMLIMIT", MEMORY_LIMIT.into()));
        }
    }
    // `now | date` and its kin print local time.
    variables.push(("TZ", "UTC".into()));
    // Helm would tell of its work on a copy that nobody knows.
    variables.push(("HELM_DEBUG", "false".into()));
    variables
}

/// Variables that nobody reads. Go lists its environment where its memory begins, and most of what it allocates then stands
/// where it stood in the last run: behind a longer list it stands elsewhere. Of 640,000 pairs of runs of helm 3.17, with
/// and without twice as many variables, none had one address in common; without any, every two hundredth pair.
pub(super) fn elsewhere() -> impl Iterator<Item = (String, &'static str)> {
    (0..10_000).map(|number| (format!("_{number}"), ""))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn the_admins_settings_for_memory_win() {
        let with = |names: &[&str]| {
            let ours = |name: &str| names.contains(&name).then(|| OsString::from("1"));
            let variables = variables(Path::new("/w"), ours);
            ["GOGC", "GOMEMLIMIT"].map(|name| {
                let mut values = variables.iter().filter(|(key, _)| *key == name);
                let value = values.next().map(|(_, value)| value.clone());
                assert_eq!(values.next(), None, "{name} stands twice");
                value.map(|value| value.to_string_lossy().into_owned())
            })
        };
        let own = |text: &str| Some(text.to_owned());
        assert_eq!(with(&[]), [own(GARBAGE_PERCENT), own(MEMORY_LIMIT)]);
        assert_eq!(with(&["GOGC"]), [own("1"), None]);
        assert_eq!(with(&["GOMEMLIMIT"]), [own(GARBAGE_PERCENT), own("1")]);
        assert_eq!(with(&["GOGC", "GOMEMLIMIT"]), [own("1"), own("1")]);
    }

    #[test]
    fn only_what_is_listed_passes() {
        let ours = |name: &str| Some(OsString::from(format!("our {name}")));
        let variables = variables(Path::new("/w"), ours);
        let get = |name: &str| {
            let mut values = variables.iter().filter(|(key, _)| *key == name);
            let value = values
                .next()
                .map(|(_, value)| value.to_string_lossy().into_owned());
            assert!(values.next().is_none(), "{name} stands twice");
            value
        };
        assert_eq!(get("PATH").as_deref(), Some("our PATH"));
        assert_eq!(get("HTTPS_PROXY").as_deref(), Some("our HTTPS_PROXY"));
        assert_eq!(get("HOME").as_deref(), Some("/w/"));
        assert_eq!(get("HELM_CACHE_HOME").as_deref(), Some("/w/cache/helm"));
        assert_eq!(get("TZ").as_deref(), Some("UTC"));
        assert!(variables.iter().all(|(name, _)| {
            !["PIN_", "ARGOCD_", "PARAM_", "KUBE_", "KUBERNETES_"]
                .iter()
                .any(|prefix| name.starts_with(prefix))
        }));
    }
}
