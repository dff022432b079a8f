//! The names of a run, which no chart can know.

use crate::chart::literal::quote;

/// The names of a run.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    /// Begins the names of all added defines: letters, another text in each run.
    pub(crate) run: String,
}

impl Names {
    /// A message for `fail`, as a literal. Only we can begin one with the run's name, so that nothing which a chart says
    /// is taken for it.
    pub(super) fn refusal(&self, message: &str) -> String {
        quote(&format!("{}: {message}", self.run))
    }

    /// The message of a refusal, in what helm says. Where helm quotes a text for `tpl`, a literal in it is none.
    pub(super) fn refused<'s>(&self, said: &'s str) -> Option<&'s str> {
        let begin = format!("{}: ", self.run);
        let mut all = said.rmatch_indices(&begin);
        let (at, _) = all.find(|(at, _)| !said[..*at].ends_with(['`', '"']))?;
        said.get(at + begin.len()..)?.lines().next()
    }

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

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn only_our_own_words_are_repeated() {
        let run = "abcdefghijklmnop".to_owned();
        let names = Names { run };
        let said = |message: &str| {
            format!("Error: execution error at (a/x.yaml:1:3): {message}\nUse --debug")
        };
        let ours = said("abcdefghijklmnop: x calls y");
        assert_eq!(names.refusal("x calls y"), "`abcdefghijklmnop: x calls y`");
        assert_eq!(names.refused(&ours), Some("x calls y"));
        assert_eq!(names.refused(&said("argocd-pin-plugin: secret")), None);
        assert_eq!(names.refused("abcdefghijklmnop-x: secret"), None);
        let quoted = "tpl: \"{{ fail `abcdefghijklmnop: x calls y` }}{{ secret }}\"";
        assert_eq!(names.refused(quoted), None);
        let both = format!("{ours}: {quoted}");
        assert_eq!(names.refused(&both), Some("x calls y"));
    }
}
