//! Why a setting cannot be used.

use thiserror::Error;

use super::read::{LAST_CLOCK, LEAST_MEMORY, MOST_MEMORY, MOST_RENDERS};

/// Why a setting cannot be used.
#[derive(Debug, Error, PartialEq, Eq)]
pub(crate) enum SettingsError {
    /// `SOURCE_DATE_EPOCH` is no whole number of seconds, or too large.
    #[error("SOURCE_DATE_EPOCH must be a whole number of seconds from 0 to {LAST_CLOCK}")]
    Clock,
    /// `PIN_CERTIFICATE_TIME` is no moment.
    #[error("PIN_CERTIFICATE_TIME must be a whole number of seconds from 0 to {LAST_CLOCK}")]
    Time,
    /// `PIN_SEED_ID` is no id.
    #[error(
        "PIN_SEED_ID must be a seed's id, `seed-` and 16 hexadecimal digits, as `argocd-pin-plugin seed id` prints it"
    )]
    SeedId,
    /// One seed and several at once.
    #[error("PIN_SEED_FILE and PIN_SEED_DIR are both set, and seeds are in one place")]
    TwoPlaces,
    /// Several seeds, and none for an Application that names none.
    #[error(
        "PIN_SEED_DIR needs PIN_SEED_ID, the id of the seed for Applications that name none by the parameter `seed`"
    )]
    NoDefault,
    /// A setting holds bytes that are no UTF-8.
    #[error("the environment variable {0} is not UTF-8")]
    NotUtf8(&'static str),
    /// A switch that is neither on nor off.
    #[error("{0} must be \"true\" or \"false\"")]
    Switch(&'static str),
    /// `PIN_PARALLELISM` is no count.
    #[error("PIN_PARALLELISM must be a whole number from 0 (no limit) to {MOST_RENDERS}")]
    Parallelism,
    /// `PIN_MEMORY` is no size.
    #[error(
        "PIN_MEMORY must be a whole number of MiB, from {LEAST_MEMORY} to {MOST_MEMORY}, or 0 for no limit"
    )]
    Memory,
    /// `PIN_SCOPE` names no project and Application.
    #[error("PIN_SCOPE must be PROJECT/APPLICATION")]
    Scope,
    /// `PIN_VALUES_SCHEMES` holds what helm cannot fetch by itself.
    #[error(
        "PIN_VALUES_SCHEMES must be a list of `https` and `http`: helm's plugins are never run"
    )]
    Scheme,
}
