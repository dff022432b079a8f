//! What a command gives, and what it says on the way.

use std::io::Write;

use crate::unseen::shown;
use crate::workdir::without_paths;

/// What a command gives when it has done its work. It may hold chosen values, so it cannot be shown as a whole.
#[derive(Clone, PartialEq, Eq)]
pub struct Outcome {
    /// All of stdout. It is complete: nothing is printed before everything is checked.
    pub stdout: Vec<u8>,
    /// The exit status. It is not 0 where `verify`, `diff`, `adopt --check`, `check` or `seed status` says no, and where helm has
    /// failed in whose place we are.
    pub status: u8,
}

impl Outcome {
    pub(crate) fn done(stdout: impl Into<Vec<u8>>) -> Self {
        Self {
            stdout: stdout.into(),
            status: 0,
        }
    }

    /// A report, and whether all is well.
    pub(crate) fn report(stdout: String, is_well: bool) -> Self {
        Self {
            stdout: stdout.into(),
            status: u8::from(!is_well),
        }
    }

    /// Nothing to print: whoever has failed has said so.
    pub(crate) fn failed(status: u8) -> Self {
        Self {
            stdout: Vec::new(),
            status,
        }
    }
}

/// Prints each warning as a line on stderr.
pub(crate) fn warn(warnings: &[String]) {
    for warning in warnings {
        // A closed stderr is no reason to fail.
        let _ = writeln!(
            std::io::stderr(),
            "{}",
            shown(&without_paths(&format!("warning: {warning}")))
        );
    }
}

/// Prints a table on stderr, beside a result.
pub(crate) fn tell(table: &str) {
    // A closed stderr is no reason to fail.
    let _ = std::io::stderr().write_all(table.as_bytes());
}
