//! Which releases are pinned, and whose values they get.

use anyhow::{Context as _, anyhow};

use super::real::RealHelm;
use super::template::Call;
use crate::argocd::{Settings, glob};
use crate::derive::Scope;
use crate::helm::circle::marked;
use crate::hint::WithHint;

/// A release, as helm knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Release {
    pub(super) namespace: String,
    pub(super) name: String,
}

impl Release {
    /// The release of a call. Its namespace is the one that helm finds: the flag's, the environment's, the cluster's.
    ///
    /// # Errors
    /// Helm cannot say which one it is.
    pub(super) fn of(call: &Call, real: &RealHelm) -> anyhow::Result<Self> {
        let flag = call
            .text("namespace")
            .map(|text| text.to_string_lossy().into_owned());
        let given = match &flag {
            Some(_) => flag.clone(),
            None => std::env::var("HELM_NAMESPACE").ok(),
        };
        let namespace = match given.filter(|name| !name.is_empty()) {
            Some(name) => name,
            None => asked(call, flag, real)?,
        };
        Ok(Release {
            namespace,
            name: call.name.clone(),
        })
    }
}

/// The namespace that helm takes where none is named.
fn asked(call: &Call, flag: Option<String>, real: &RealHelm) -> anyhow::Result<String> {
    let mut arguments = vec!["env".into(), "HELM_NAMESPACE".into()];
    arguments.extend(call.global());
    arguments.extend(flag.map(|name| format!("--namespace={name}").into()));
    let output = marked(real.command(&arguments))
        .output()
        .context("helm cannot be run")?;
    let name = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    match output.status.success() && !name.is_empty() {
        true => Ok(name),
        false => Err(anyhow!(
            "helm does not say which namespace it takes: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        ))
        .hint("name the release's namespace with --namespace"),
    }
}

/// `PIN_STAND_IN_FOR`: patterns of `namespace/release`, or `*` for all.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Patterns(Vec<(String, String)>);

impl Patterns {
    /// # Errors
    /// An item is no such pattern.
    pub(super) fn read(items: &[String]) -> anyhow::Result<Self> {
        let read = |item: &String| {
            let (namespace, name) = match item.as_str() {
                "*" => ("*", "*"),
                item => item
                    .split_once('/')
                    .filter(|(_, name)| !name.contains('/'))?,
            };
            let is_fine = |part: &str| !part.is_empty() && glob::matches_name(part, "").is_ok();
            (is_fine(namespace) && is_fine(name)).then(|| (namespace.to_owned(), name.to_owned()))
        };
        let patterns: Option<Vec<_>> = items.iter().map(read).collect();
        patterns.map(Patterns).context(
            "PIN_STAND_IN_FOR must be `*` or a list of patterns NAMESPACE/RELEASE, with commas between them",
        )
    }

    /// Whether a release of this name may be meant, in whatever namespace.
    pub(super) fn may_mean(&self, name: &str) -> bool {
        self.0.iter().any(|(_, pattern)| is_match(pattern, name))
    }

    /// Whether the release is meant.
    pub(super) fn mean(&self, release: &Release) -> bool {
        let mut patterns = self.0.iter();
        patterns.any(|(namespace, name)| {
            is_match(namespace, &release.namespace) && is_match(name, &release.name)
        })
    }
}

fn is_match(pattern: &str, name: &str) -> bool {
    glob::matches_name(pattern, name).unwrap_or(false)
}

/// Whose values a release gets: those of its namespace and its name, or of `PIN_SCOPE`.
///
/// No project of Argo CD has a colon in its name: so a release never shares values with an Application of the plugin.
pub(super) fn scope(release: &Release, settings: &Settings) -> Scope {
    settings.scope.clone().unwrap_or_else(|| Scope {
        project: format!("namespace:{}", release.namespace),
        application: release.name.clone(),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn patterns(items: &[&str]) -> anyhow::Result<Patterns> {
        Patterns::read(&items.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn releases_are_meant_by_both_names() {
        for (items, namespace, name, wanted) in [
            (&["*"][..], "a", "b", true),
            (&[], "a", "b", false),
            (&["a/b"], "a", "b", true),
            (&["a/b"], "a", "c", false),
            (&["a/b"], "b", "b", false),
            (&["x/y", "team-*/*"], "team-a", "web", true),
            (&["team-*/*"], "steam-a", "web", false),
            (&["a/web-?"], "a", "web-1", true),
            (&["*/b"], "a", "b", true),
            // A star in a name stays in its part.
            (&["a*/c"], "ab/d", "c", true),
        ] {
            let release = Release {
                namespace: namespace.to_owned(),
                name: name.to_owned(),
            };
            let patterns = patterns(items).unwrap();
            assert_eq!(
                patterns.mean(&release),
                wanted,
                "{items:?} {namespace}/{name}"
            );
            assert!(!wanted || patterns.may_mean(name));
        }
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for item in ["a", "a/", "/b", "a/b/c", "**", "a/[", "a/b\\"] {
            assert!(patterns(&[item]).is_err(), "{item}");
        }
    }
}
