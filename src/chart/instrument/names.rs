//! The names of a run, which no chart can know.

/// The names of a run.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    /// Begins the names of all added defines: letters, another text in each run.
    pub(crate) run: String,
}

impl Names {
    /// `` | include `RUN-what` ``
    pub(super) fn include(&self, what: &str) -> String {
        format!(" | include `{}-{what}`", self.run)
    }

    /// The name of an added define, as a literal.
    pub(super) fn define(&self, what: &str) -> String {
        format!("`{}-{what}`", self.run)
    }

    /// The variable that holds the state of a body.
    pub(super) fn state(&self) -> String {
        format!("$pin{}", self.run)
    }

    /// The variable that holds how many calls had run before a statement.
    pub(super) fn before(&self) -> String {
        format!("$pin{}before", self.run)
    }
}
