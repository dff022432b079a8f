//! Who asks Argo CD for a render, as far as its variables show, and who gets no pinned values.
//!
//! What is told apart here was read in Argo CD 3.5.1. An Application that is compared or synced shows neither mark.

use thiserror::Error;

use super::environment::Environment;
use super::settings::Settings;
use crate::hint::WayOut;

/// The revision that Argo CD names when the files come with the request and not from the Application's repository
/// (`GenerateManifestWithFiles` in its reposerver/repository).
const STREAMED: &str = "streamed";

/// Why nothing is rendered, although it could be.
#[derive(Debug, Error, PartialEq, Eq)]
pub(crate) enum CircumstancesError {
    /// The source hydrator, or another caller without a cluster, asks.
    #[error(
        "KUBE_VERSION is empty, as under Argo CD's source hydrator, which would commit the pinned secrets to Git"
    )]
    Hydrator,
    /// The files are not from the Application's repository.
    #[error(
        "the files come from the caller and not from the Application's repository (ARGOCD_APP_REVISION is `{STREAMED}`), and a chart of the caller's could print the Application's secrets"
    )]
    LocalFiles,
}

impl WayOut for CircumstancesError {
    fn way_out(&self) -> Option<String> {
        let way_out = match self {
            Self::Hydrator => {
                "if the repository with the hydrated manifests may hold secrets, set PIN_ALLOW_HYDRATOR to \"true\" in the sidecar"
            }
            Self::LocalFiles => {
                "compare with a pushed revision instead (argocd app diff --revision), or set PIN_ALLOW_LOCAL to \"true\" in the sidecar"
            }
        };
        Some(way_out.to_owned())
    }
}

/// Refuses a caller that must not learn an Application's values. By hand nobody is refused.
///
/// # Errors
/// The caller is one of those, and the admin has not allowed it.
pub(crate) fn check(
    environment: &Environment,
    settings: &Settings,
) -> Result<(), CircumstancesError> {
    if !environment.is_argocd() {
        return Ok(());
    }
    if environment.revision() == Some(STREAMED) && !settings.allow_local {
        return Err(CircumstancesError::LocalFiles);
    }
    if environment.kube_version().is_none() && !settings.allow_hydrator {
        return Err(CircumstancesError::Hydrator);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn checked(variables: &[(&str, &str)]) -> Result<(), CircumstancesError> {
        let variables = || variables.iter().map(|(n, v)| (n.into(), v.into()));
        check(
            &Environment::from_variables(variables()).unwrap(),
            &Settings::from_variables(variables()).unwrap(),
        )
    }

    #[test]
    fn the_hydrator_needs_the_admins_word() {
        let app = ("ARGOCD_APP_NAME", "web");
        let hydrator = Err(CircumstancesError::Hydrator);
        assert_eq!(checked(&[app]), hydrator);
        assert_eq!(checked(&[app, ("KUBE_VERSION", "")]), hydrator);
        assert_eq!(
            checked(&[app, ("ARGOCD_ENV_PIN_ALLOW_HYDRATOR", "true")]),
            hydrator
        );
        assert_eq!(checked(&[app, ("PIN_ALLOW_HYDRATOR", "false")]), hydrator);
        assert_eq!(checked(&[app, ("PIN_ALLOW_HYDRATOR", "true")]), Ok(()));
        assert_eq!(checked(&[app, ("KUBE_VERSION", "1.33.2")]), Ok(()));
        assert_eq!(checked(&[]), Ok(()));
    }

    #[test]
    fn files_of_the_caller_need_the_admins_word() {
        let base = [
            ("ARGOCD_APP_NAME", "web"),
            ("KUBE_VERSION", "1.33.2"),
            ("ARGOCD_APP_REVISION", "streamed"),
        ];
        assert_eq!(checked(&base), Err(CircumstancesError::LocalFiles));
        let allowed = [&base[..], &[("PIN_ALLOW_LOCAL", "true")]].concat();
        assert_eq!(checked(&allowed), Ok(()));
        for revision in ["0123456789abcdef0123456789abcdef01234567", "3.83.0", ""] {
            assert_eq!(
                checked(&[base[0], base[1], ("ARGOCD_APP_REVISION", revision)]),
                Ok(()),
                "{revision}"
            );
        }
    }
}
