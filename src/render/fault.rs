//! How a render fails, and what of that is said.

use anyhow::anyhow;

use super::Run;
use crate::chart::instrument::Refusal;
use crate::helm::{self, HelmError};
use crate::hint::with_hint;
use crate::table::ValueError;

/// How a render fails.
pub(super) enum Failure {
    /// Helm says no; what it says may hold what is derived from the seed.
    Helm(HelmError),
    /// One of our own actions refused the chart.
    Refused(Refusal),
    /// A call's arguments give no value, so that Sprig refuses them too.
    Value(ValueError),
    /// In another way.
    Error(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Failure::Error(error.into())
    }
}

impl Run<'_> {
    /// An error that may be shown. What helm says of the instrumented chart can hold what is derived from the seed, so
    /// helm is asked again with the chart as it is: its random values are nobody's.
    pub(super) fn public_error(&self, failure: Failure) -> anyhow::Error {
        let error = match failure {
            Failure::Error(error) => return error,
            // What a helm that was killed has said before is no more to be shown.
            Failure::Helm(error) if !matches!(error, HelmError::Failed { .. }) => {
                return anyhow!("{error}");
            }
            Failure::Value(error) => error.into(),
            Failure::Refused(Refusal::UnexpectedText) => {
                anyhow!("internal error: a text for tpl was not expected twice")
            }
            Failure::Refused(Refusal::LostBody(message) | Refusal::Function(message)) => {
                anyhow!("{message}")
            }
            Failure::Helm(_) => anyhow!(
                "helm renders the chart with some generated values and not with others: a rule of the chart refuses one"
            ),
        };
        if self.request.stand_in.is_some() {
            return error;
        }
        self.plain_error().unwrap_or(error)
    }

    /// How the chart fails as it is, if it does.
    fn plain_error(&self) -> Option<anyhow::Error> {
        let original = match self.original() {
            Ok(path) => path,
            Err(error) => return Some(error),
        };
        let plain = self.template(original).err()?;
        let shown = self.shown(&plain);
        Some(self.old_helm(&plain, shown))
    }

    /// The error, and that helm is too old, if it is.
    fn old_helm(&self, error: &HelmError, shown: anyhow::Error) -> anyhow::Error {
        let says_why = error
            .stderr()
            .is_some_and(|said| !said.text().trim().is_empty());
        if says_why && !error.is_unknown_flag() {
            return shown;
        }
        match self.helm.version() {
            Ok(version) if version.is_too_old() => with_hint(
                shown,
                format!(
                    "helm is version {version}, at least {} is needed",
                    helm::OLDEST
                ),
            ),
            _ => shown,
        }
    }
}
