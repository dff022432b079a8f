//! Why a call has no value.

use thiserror::Error;

use crate::certificate::{CertificateError, ClockError, KeyError};
use crate::chart::site::Site;

/// A call whose value cannot be made of its arguments.
///
/// In a survey it says little: a chart may have altered a placeholder, which is no certificate, before it
/// handed it on. So the call stays as it is, and the next render shows the arguments as they are to be.
/// In a final it is an error.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{file}:{line} calls {function}: {cause}")]
pub(crate) struct ValueError {
    /// The call's file, as seen from the root chart.
    pub(crate) file: String,
    /// Its line, from 1.
    pub(crate) line: u32,
    /// The function.
    pub(crate) function: &'static str,
    /// Why.
    pub(crate) cause: Cause,
}

impl ValueError {
    /// An error of a call at this site.
    pub(super) fn at(site: &Site, cause: Cause) -> ValueError {
        ValueError {
            file: site.file.clone(),
            line: site.line,
            function: site.generator.function(),
            cause,
        }
    }
}

/// What is wrong with a call. The texts hold no argument.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum Cause {
    /// The log has arguments of other kinds than the function takes.
    #[error("internal error: argument {0} is missing or of another kind than logged calls have")]
    Argument(usize),
    /// A text that has to be UTF-8 is not.
    #[error("argument {0} is not UTF-8")]
    NotUtf8(usize),
    /// More characters or bytes than a value may have, or for bytes fewer than none.
    #[error("it asks for a length that no value can have")]
    Length,
    /// A kind of key that Sprig does not know either.
    #[error("internal error: it asks for a key of an unknown kind, and was logged")]
    KeyKind,
    /// A key was not made ready.
    #[error("internal error: its key is missing")]
    NoKey,
    /// What is given is no number where one is needed, or has no private key.
    #[error("the value that is given for it is none that the function can yield")]
    Given,
    /// An address or a name in a certificate.
    #[error("an address or a name cannot stand in a certificate")]
    Names,
    /// A CA's key is not the one that its certificate names.
    #[error("the private key does not match the certificate of the CA")]
    KeyMismatch,
    /// A key, a certificate or a clock does not do, in the words of the module that says so.
    #[error("{0}")]
    Certificate(String),
}

impl From<KeyError> for Cause {
    fn from(error: KeyError) -> Cause {
        Cause::Certificate(error.to_string())
    }
}

impl From<CertificateError> for Cause {
    fn from(error: CertificateError) -> Cause {
        match error {
            CertificateError::Key(error) => error.into(),
            CertificateError::KeyMismatch => Cause::KeyMismatch,
            other => Cause::Certificate(other.to_string()),
        }
    }
}

impl From<ClockError> for Cause {
    fn from(error: ClockError) -> Cause {
        Cause::Certificate(error.to_string())
    }
}

/// A log, sites and names that do not belong together, or a key that cannot be made: a bug.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum TableError {
    /// Another number of names than of calls.
    #[error("internal error: {calls} calls have {names} names")]
    Names {
        /// How many calls the log has.
        calls: usize,
        /// How many names there are.
        names: usize,
    },
    /// A call of a site that is not in the list.
    #[error("internal error: a call stands at no site")]
    Site,
    /// A key that cannot be derived.
    #[error("internal error: a private key cannot be derived")]
    Key,
}
