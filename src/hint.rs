//! An error with a way out: what the user can do next, printed as a `hint:` line of its own.

use std::fmt;

/// An error together with the line that says how to get past it.
///
/// It displays as the error alone; [`hints`] collects the lines.
#[derive(Debug)]
struct Hinted {
    error: anyhow::Error,
    hint: String,
}

impl fmt::Display for Hinted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl std::error::Error for Hinted {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.error.source()
    }
}

/// Attaches a way out to an error.
pub(crate) trait WithHint<T> {
    /// Attaches `hint`, one lower-case sentence without full stop, to the error if there is one.
    ///
    /// # Errors
    /// The same error, with the hint.
    fn hint(self, hint: impl Into<String>) -> anyhow::Result<T>;
}

impl<T, E: Into<anyhow::Error>> WithHint<T> for Result<T, E> {
    fn hint(self, hint: impl Into<String>) -> anyhow::Result<T> {
        self.map_err(|error| with_hint(error, hint))
    }
}

/// Attaches `hint` to `error`.
pub(crate) fn with_hint(error: impl Into<anyhow::Error>, hint: impl Into<String>) -> anyhow::Error {
    anyhow::Error::new(Hinted {
        error: error.into(),
        hint: hint.into(),
    })
}

/// An error that says by itself how to get past it.
pub(crate) trait WayOut: Into<anyhow::Error> {
    /// The way out, if there is more to say than the message says.
    fn way_out(&self) -> Option<String>;
}

/// Attaches its own way out to `error`, if it has one.
pub(crate) fn explained(error: impl WayOut) -> anyhow::Error {
    match error.way_out() {
        Some(hint) => with_hint(error, hint),
        None => error.into(),
    }
}

/// The hints of an error and of everything below it, the outermost first.
#[must_use]
pub fn hints(error: &anyhow::Error) -> Vec<&str> {
    let mut found = Vec::new();
    collect(error, &mut found);
    found
}

fn collect<'a>(error: &'a anyhow::Error, found: &mut Vec<&'a str>) {
    for cause in error.chain() {
        if let Some(hinted) = cause.downcast_ref::<Hinted>() {
            found.push(&hinted.hint);
            // The chain goes on at the wrapped error's source and would miss a hint on the error itself.
            return collect(&hinted.error, found);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use anyhow::{Context, anyhow};

    #[test]
    fn hints_are_found_at_every_depth_and_never_shown_in_the_message() {
        let inner: anyhow::Result<()> = Err(anyhow!("no seed")).hint("make one");
        let outer: anyhow::Result<()> = inner.hint("mount it").context("cannot render");
        let error = outer.unwrap_err();
        assert_eq!(format!("{error:#}"), "cannot render: no seed");
        assert_eq!(hints(&error), ["mount it", "make one"]);
    }

    #[test]
    fn an_error_without_a_hint_has_none() {
        assert!(hints(&anyhow!("x").context("y")).is_empty());
    }
}
