//! Call sites: the places in a chart's text where a generating function is called.

use super::generator::Generator;
use crate::report;

/// The number of a call site in its chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct SiteId(pub(crate) u32);

impl SiteId {
    /// The site of this number among those of its chart.
    pub(crate) fn of(self, sites: &[Site]) -> Option<&Site> {
        sites.get(usize::try_from(self.0).ok()?)
    }
}

/// A place in the chart's text where a generating function is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Site {
    /// The function.
    pub(crate) generator: Generator,
    /// The names of the charts from the root to the one that holds it, with `/` between them.
    pub(crate) chart: String,
    /// The define that it stands in, or the path of its file in its chart (`templates/secret.yaml`); for texts that
    /// `tpl` renders, `tpl:` and a digest of the text.
    pub(crate) template: String,
    /// Which of the calls of this function in this template it is, from 0.
    pub(crate) ordinal: u32,
    /// Its file, as seen from the root chart: `charts/db-1.0.0.tgz/templates/secret.yaml`.
    pub(crate) file: String,
    /// Its line there, from 1.
    pub(crate) line: u32,
}

impl Site {
    /// `randAlphaNum at templates/secret.yaml:3`
    pub(crate) fn called(&self) -> String {
        let function = self.generator.function();
        format!("{function} at {}:{}", self.file, self.line)
    }

    /// The site as `explain` prints it.
    pub(crate) fn shown(&self) -> report::CallSite {
        report::CallSite {
            file: self.file.clone(),
            line: self.line,
            function: self.generator.function().to_owned(),
            template: (!self.template.contains('/')).then(|| self.template.clone()),
        }
    }
}
