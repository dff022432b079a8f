//! The variables that Argo CD sets for a plugin command.
//!
//! Only those that Argo CD itself sets are read. `ARGOCD_ENV_*` come from the Application and could name
//! anything; `PARAM_*` are ambiguous (two parameter names can map to one variable): both are ignored.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fmt;

use thiserror::Error;

use super::expand::expand;

/// The variables that Argo CD expands in the options of its own Helm (`newEnv` in its reposerver/repository).
///
/// Its docs/user-guide/build-environment.md also lists `KUBE_VERSION` and `KUBE_API_VERSIONS`, but only plugins
/// have them: native Helm expands them to nothing.
const EXPANDED: [&str; 9] = [
    "ARGOCD_APP_NAME",
    "ARGOCD_APP_NAMESPACE",
    "ARGOCD_APP_PROJECT_NAME",
    "ARGOCD_APP_REVISION",
    "ARGOCD_APP_REVISION_SHORT",
    "ARGOCD_APP_REVISION_SHORT_8",
    "ARGOCD_APP_SOURCE_PATH",
    "ARGOCD_APP_SOURCE_REPO_URL",
    "ARGOCD_APP_SOURCE_TARGET_REVISION",
];

/// What Argo CD puts before the names of `spec.source.plugin.env`.
const PLUGIN_ENV: &str = "ARGOCD_ENV_";

/// How many names a warning lists.
const MOST_NAMES: usize = 10;

/// How much of each name it shows.
const LONGEST_NAME: usize = 60;

const PARAMETERS: &str = "ARGOCD_APP_PARAMETERS";
const KUBE_VERSION: &str = "KUBE_VERSION";
const KUBE_API_VERSIONS: &str = "KUBE_API_VERSIONS";

/// Why the environment cannot be used.
#[derive(Debug, Error, PartialEq, Eq)]
pub(crate) enum EnvironmentError {
    /// A variable that is read holds bytes that are no UTF-8.
    #[error("the environment variable {0} is not UTF-8")]
    NotUtf8(&'static str),
}

/// What Argo CD says about the Application that is being rendered.
///
/// Its parameters can hold a tenant's secrets, so `Debug` prints the names of variables only.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Environment {
    variables: BTreeMap<&'static str, String>,
    /// The names in `spec.source.plugin.env`, of which nothing is read.
    plugin_env: BTreeSet<String>,
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}

impl Environment {
    /// Reads this process's environment.
    ///
    /// # Errors
    /// A variable of Argo CD's is not UTF-8.
    pub(crate) fn read() -> Result<Self, EnvironmentError> {
        Self::from_variables(std::env::vars_os())
    }

    /// Picks Argo CD's variables out of `variables`.
    ///
    /// # Errors
    /// A variable of Argo CD's is not UTF-8.
    pub(crate) fn from_variables(
        variables: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, EnvironmentError> {
        let mut found = BTreeMap::new();
        let mut plugin_env = BTreeSet::new();
        for (name, value) in variables {
            let known = EXPANDED
                .into_iter()
                .chain([PARAMETERS, KUBE_VERSION, KUBE_API_VERSIONS])
                .find(|known| name == *known);
            if let Some(known) = known {
                let value = value
                    .into_string()
                    .map_err(|_| EnvironmentError::NotUtf8(known))?;
                found.insert(known, value);
            } else if let Some(name) = name.to_string_lossy().strip_prefix(PLUGIN_ENV) {
                plugin_env.insert(name.to_owned());
            }
        }
        Ok(Self {
            variables: found,
            plugin_env,
        })
    }

    /// Whether Argo CD runs this process: any variable that only it sets is there, even if empty.
    #[must_use]
    pub(crate) fn is_argocd(&self) -> bool {
        self.variables
            .keys()
            .any(|name| name.starts_with("ARGOCD_APP_"))
    }

    /// What to tell of `spec.source.plugin.env`, if the Application sets it. Names are shown, and no value.
    #[must_use]
    pub(crate) fn warning(&self) -> Option<String> {
        if !self.is_argocd() || self.plugin_env.is_empty() {
            return None;
        }
        let names = self.plugin_env.iter().take(MOST_NAMES).map(|name| {
            let name: String = name.chars().take(LONGEST_NAME).collect();
            format!("`{}`", name.escape_debug())
        });
        let mut names = names.collect::<Vec<_>>().join(", ");
        if let Some(others) = self.plugin_env.len().checked_sub(MOST_NAMES + 1) {
            names.push_str(&format!(" and {} more", others + 1));
        }
        Some(format!(
            "spec.source.plugin.env is not read ({names}), set spec.source.plugin.parameters instead"
        ))
    }

    /// The Application's name: `name`, or `<namespace>_<name>` for an Application outside Argo CD's own
    /// namespace.
    #[must_use]
    pub(crate) fn app_name(&self) -> Option<&str> {
        self.filled("ARGOCD_APP_NAME")
    }

    /// The Application's project, which Argo CD hands over since 3.0.
    #[must_use]
    pub(crate) fn project(&self) -> Option<&str> {
        self.filled("ARGOCD_APP_PROJECT_NAME")
    }

    /// The destination namespace, if the Application has one.
    #[must_use]
    pub(crate) fn namespace(&self) -> Option<&str> {
        self.filled("ARGOCD_APP_NAMESPACE")
    }

    /// The Application's path in its repository; none for a chart from a Helm repository.
    #[must_use]
    pub(crate) fn source_path(&self) -> Option<&str> {
        self.filled("ARGOCD_APP_SOURCE_PATH")
    }

    /// What is rendered: a commit, a chart's version, a digest.
    #[must_use]
    pub(crate) fn revision(&self) -> Option<&str> {
        self.filled("ARGOCD_APP_REVISION")
    }

    /// The cluster's Kubernetes version.
    #[must_use]
    pub(crate) fn kube_version(&self) -> Option<&str> {
        self.filled(KUBE_VERSION)
    }

    /// The API versions that the cluster serves.
    #[must_use]
    pub(crate) fn api_versions(&self) -> Vec<String> {
        self.filled(KUBE_API_VERSIONS)
            .unwrap_or_default()
            .split(',')
            .filter(|version| !version.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// The plugin's parameters as JSON, as the Application and `.argocd-source.yaml` set them.
    #[must_use]
    pub(crate) fn parameters(&self) -> Option<&str> {
        self.filled(PARAMETERS)
    }

    /// Expands `$VAR` in an option as Argo CD does for its own Helm; an unknown variable becomes nothing.
    #[must_use]
    pub(crate) fn expand(&self, text: &str) -> String {
        expand(text, |name| self.variable(name))
    }

    /// Whether `$name` is a variable that [`Environment::expand`] knows.
    #[must_use]
    pub(crate) fn expands(name: &str) -> bool {
        EXPANDED.contains(&name)
    }

    fn variable(&self, name: &str) -> Option<&str> {
        if !Self::expands(name) {
            return None;
        }
        self.variables.get(name).map(String::as_str)
    }

    fn filled(&self, name: &str) -> Option<&str> {
        self.variables
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }
}

/// The release name that Argo CD derives from an Application's name: without `<namespace>_`, and the whole
/// name if nothing follows the `_` (`ParseInstanceName` in its util/argo).
#[must_use]
pub(crate) fn release_name(app_name: &str) -> &str {
    match app_name.split_once('_') {
        Some((_, name)) if !name.is_empty() => name,
        _ => app_name,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::os::unix::ffi::OsStringExt;

    fn environment(variables: &[(&str, &str)]) -> Environment {
        Environment::from_variables(variables.iter().map(|(n, v)| (n.into(), v.into()))).unwrap()
    }

    #[test]
    fn reads_what_argo_cd_sets_and_nothing_that_a_tenant_names() {
        let env = environment(&[
            ("ARGOCD_APP_NAME", "team-a_web"),
            ("ARGOCD_APP_PROJECT_NAME", "team-a"),
            ("ARGOCD_APP_NAMESPACE", ""),
            ("KUBE_VERSION", "1.33.2"),
            ("KUBE_API_VERSIONS", "v1,apps/v1,"),
            ("ARGOCD_ENV_ARGOCD_APP_NAME", "other"),
            ("PARAM_RELEASE_NAME", "other"),
            ("ARGOCD_APP_SECRET", "other"),
        ]);
        assert!(env.is_argocd());
        assert_eq!(env.app_name(), Some("team-a_web"));
        assert_eq!(env.project(), Some("team-a"));
        assert_eq!(env.namespace(), None);
        assert_eq!(env.api_versions(), ["v1", "apps/v1"]);
        assert_eq!(
            env.expand("$ARGOCD_APP_SECRET/${ARGOCD_ENV_ARGOCD_APP_NAME}$ARGOCD_APP_PROJECT_NAME"),
            "/team-a"
        );
    }

    #[test]
    fn the_clusters_versions_are_read_and_not_expanded_as_in_argo_cds_own_helm() {
        let env = environment(&[("KUBE_VERSION", "1.33.2"), ("KUBE_API_VERSIONS", "v1")]);
        assert_eq!(env.kube_version(), Some("1.33.2"));
        assert_eq!(env.api_versions(), ["v1"]);
        assert_eq!(env.expand("<$KUBE_VERSION${KUBE_API_VERSIONS}>"), "<>");
    }

    #[test]
    fn parameters_are_neither_expanded_nor_shown() {
        let env = environment(&[("ARGOCD_APP_PARAMETERS", "[{\"name\":\"hush\"}]")]);
        assert!(env.is_argocd());
        assert_eq!(env.expand("a$ARGOCD_APP_PARAMETERS"), "a");
        assert!(!format!("{env:?}").contains("hush"));
    }

    #[test]
    fn what_is_not_read_is_named_without_its_value() {
        let app = ("ARGOCD_APP_NAME", "web");
        let env = environment(&[
            app,
            ("ARGOCD_ENV_HELM_ARGS", "hush"),
            ("ARGOCD_ENV_a\u{1b}", ""),
        ]);
        let warning = env.warning().unwrap();
        assert!(
            warning.starts_with("spec.source.plugin.env is not read (`HELM_ARGS`, `a\\u{1b}`), "),
            "{warning}"
        );
        assert!(!warning.contains("hush"));
        assert_eq!(environment(&[app, ("PARAM_X", "")]).warning(), None);
        // By hand they are nobody's.
        assert_eq!(environment(&[("ARGOCD_ENV_X", "")]).warning(), None);
    }

    #[test]
    fn a_long_list_is_cut() {
        let many: Vec<String> = (0..1000)
            .map(|n| format!("ARGOCD_ENV_{n:04}{}", "x".repeat(500)))
            .collect();
        let variables = |count: usize| {
            let mut all = vec![("ARGOCD_APP_NAME", "web")];
            all.extend(many.iter().take(count).map(|name| (name.as_str(), "")));
            environment(&all).warning().unwrap()
        };
        assert!(!variables(10).contains("more"));
        assert!(variables(11).contains(" and 1 more)"));
        assert!(variables(1000).contains(" and 990 more)"));
        assert!(variables(1000).len() < 1000);
    }

    #[test]
    fn a_shell_is_not_argo_cd() {
        assert!(!environment(&[("HOME", "/root"), ("KUBE_VERSION", "1.33")]).is_argocd());
    }

    #[test]
    fn bytes_that_are_no_text_are_an_error_only_where_they_are_read() {
        let bad = || OsString::from_vec(vec![0xff]);
        assert_eq!(
            Environment::from_variables([("ARGOCD_APP_NAME".into(), bad())]),
            Err(EnvironmentError::NotUtf8("ARGOCD_APP_NAME"))
        );
        assert!(Environment::from_variables([("LS_COLORS".into(), bad()), (bad(), bad())]).is_ok());
    }

    #[test]
    fn release_names_follow_argo_cd() {
        for (app, wanted) in [
            ("web", "web"),
            ("team-a_web", "web"),
            ("a_b_c", "b_c"),
            ("team-a_", "team-a_"),
            ("_web", "web"),
        ] {
            assert_eq!(release_name(app), wanted, "for {app}");
        }
    }
}
