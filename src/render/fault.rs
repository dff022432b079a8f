//! How a render fails.

use crate::chart::instrument::Refusal;
use crate::helm::HelmError;
use crate::table::ValueError;

/// How a render fails.
pub(super) enum Failure {
    /// Helm says no; what it says may hold what is derived from the seed.
    Helm(HelmError),
    /// The same, and only since values are given for pins.
    Given(HelmError),
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

impl Failure {
    /// The failure of a render with given values, of a chart that settles without them.
    pub(super) fn of_given(self) -> Failure {
        match self {
            Failure::Helm(error @ HelmError::Failed { .. }) => Failure::Given(error),
            other => other,
        }
    }
}
