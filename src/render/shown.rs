//! What of a failure may be said.

use anyhow::anyhow;

use super::fault::Failure;
use super::run::Run;
use crate::chart::instrument::Refusal;
use crate::helm::{self, HelmError};
use crate::hint::with_hint;

/// The place in a template that helm's message names: `web/templates/secret.yaml:12:5`. What else it says may be a value.
fn place_in(said: &str) -> Option<&str> {
    let is_name = |c: char| c.is_alphanumeric() || "/._-:".contains(c);
    let mut words = said.split(|c: char| !is_name(c)).rev();
    words.find_map(|word| {
        let mut parts = word.trim_end_matches(':').splitn(3, ':');
        let (file, line, column) = (parts.next()?, parts.next()?, parts.next()?);
        let is_number = |text: &str| text.parse::<u32>().is_ok();
        let is_place = file.contains("/templates/") && is_number(line) && is_number(column);
        is_place.then(|| word.trim_end_matches(':'))
    })
}

impl Run<'_> {
    /// An error that may be shown. What helm says of the instrumented chart can hold what is derived from the seed, so
    /// helm is asked again with the chart as it is: its random values are nobody's.
    pub(super) fn public_error(&self, failure: Failure) -> anyhow::Error {
        let error = match failure {
            Failure::Error(error) => return error,
            // What a helm that was killed has said before is no more to be shown.
            Failure::Helm(error) if !matches!(error, HelmError::Failed { .. }) => {
                return error.into();
            }
            Failure::Given(error) => {
                let pins: Vec<&str> = self.given.iter().map(|it| it.pin.as_str()).collect();
                let at = place_in(error.said()).map_or_else(String::new, |at| format!(" at {at}"));
                return with_hint(
                    anyhow!("a rule of the chart{at} refuses a value that is given for a pin"),
                    format!("these are given: {}", pins.join(", ").escape_debug()),
                );
            }
            Failure::Value(error) => error.into(),
            Failure::Refused(Refusal::UnexpectedText) => {
                anyhow!("internal error: a text for tpl was not expected twice")
            }
            // Helm's own words for it are a thousand times the same.
            Failure::Refused(Refusal::Endless(message) | Refusal::TooLong(message)) => {
                return anyhow!("{message}");
            }
            Failure::Refused(
                Refusal::LostBody(message) | Refusal::Function(message) | Refusal::Unread(message),
            ) => anyhow!("{message}"),
            Failure::Helm(_) => anyhow!(
                "helm renders the chart with some generated values and not with others: a rule of the chart refuses one, or the plugin does something otherwise than helm"
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
        let says_why = !error.said().trim().is_empty();
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
