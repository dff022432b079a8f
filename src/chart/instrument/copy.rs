//! Copies of a chart for helm: the whole chart, or a part of it, with its templates instrumented.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::defines::{Defines, Part};
use super::layout::{self, Layout};
use super::sources::Source;
use super::survey::Survey;
use super::{Instrumented, origin};
use crate::chart::error::ChartError;
use crate::chart::model::{Chart, FileKind};
use crate::chart::template::NoTemplate;
use crate::chart::tree::{ChartTree, ForHelm};
use crate::workdir::WorkDir;

/// An action that no template can hold.
const REFUSED: &str = "{{ cannot be read by argocd-pin-plugin }}";

/// What helm says of it.
pub(super) const SAID_OF_REFUSED: &str = "function \"cannot\" not defined";

/// An instrumented part of a chart, but for one file, which holds the values.
pub(crate) struct ChartCopy {
    tree: ChartTree,
    /// The path of that file.
    values: String,
}

impl ChartCopy {
    /// Begins to write it for helm, called `name` in `work`.
    pub(crate) fn begin(&self, work: &WorkDir, name: &str) -> Result<ForHelm, ChartError> {
        self.tree.begin_for_helm(work, name)
    }
}

impl Instrumented<'_> {
    /// A part of the chart, instrumented, but for its values.
    pub(crate) fn part(&self, part: Part) -> ChartCopy {
        let mut tree = self.tree.clone();
        let survey = (part == Part::Survey).then(|| self.survey());
        let mut index = 0;
        tree.visit_mut(&mut |chart: &mut Chart| {
            chart.files.retain_mut(|file| {
                if file.kind != FileKind::Template || file.text().is_none() {
                    return true;
                }
                let text = self.text_of(index, part, survey.as_ref());
                if self.own.get(index).is_some_and(Option::is_some) && layout::is_notes(&file.path)
                {
                    // By another name, so that its log is printed.
                    file.path.push_str(&self.notes_end);
                }
                index += 1;
                match text {
                    Some(text) if text.is_empty() && part == Part::Survey => return false,
                    Some(text) => file.replace(text),
                    None => {}
                }
                true
            });
        });
        if part == Part::Survey {
            self.leave_files_out(&mut tree);
        }
        ChartCopy {
            // A name that no chart can know.
            values: format!("templates/_{}.tpl", self.options.names.run),
            tree,
        }
    }

    /// Ends to write a copy, with the values of a table. The path that helm takes.
    pub(crate) fn finish(
        &self,
        copy: &ChartCopy,
        mut begun: ForHelm,
        table: &BTreeMap<String, String>,
    ) -> Result<PathBuf, ChartError> {
        begun.add(&copy.values, self.defines(table, false).as_bytes())?;
        begun.finish()
    }

    /// The same with values that are settled: the copy prints no log, and refuses a call that has none of them.
    pub(crate) fn finish_settled(
        &self,
        copy: &ChartCopy,
        mut begun: ForHelm,
        table: &BTreeMap<String, String>,
    ) -> Result<PathBuf, ChartError> {
        begun.add(&copy.values, self.defines(table, true).as_bytes())?;
        begun.finish()
    }

    /// All templates that helm can get, with those that are added, for a render that has settled or for others.
    #[cfg(feature = "fuzz")]
    pub(crate) fn all_texts(&self, is_settled: bool) -> Vec<String> {
        let mut texts = vec![self.defines(&BTreeMap::new(), is_settled)];
        for part in [Part::Survey, Part::Whole, Part::Texts] {
            let tree = self.part(part).tree;
            let files = tree.root.files.iter();
            let templates = files.filter(|file| file.kind == FileKind::Template);
            texts.extend(templates.filter_map(|file| file.text().map(str::to_owned)));
        }
        texts
    }

    fn survey(&self) -> Survey {
        let source = |index: usize| self.sources.get(index);
        Survey::new(
            &self.links,
            &self.reach,
            &self.in_texts,
            &|index| source(index).is_some_and(|source| source.is_rendered),
            &|index| source(index).is_some_and(|source| self.is_included(source)),
        )
    }

    /// Takes out of a survey the files that are no templates and that no template reads: CRDs, schemas.
    fn leave_files_out(&self, tree: &mut ChartTree) {
        let finder = memchr::memmem::Finder::new(".Files");
        let reads = |text: &[u8]| finder.find(text).is_some();
        let mut files = tree.charts().into_iter().flat_map(|chart| &chart.files);
        let read = files.any(|file| file.kind == FileKind::Template && reads(file.bytes()))
            || self.texts.keys().any(|text| reads(text.as_bytes()));
        tree.visit_mut(&mut |chart: &mut Chart| {
            chart.files.retain(|file| match file.kind {
                FileKind::Other => match file.path.as_str() {
                    "requirements.yaml" => true,
                    "values.schema.json" => false,
                    path => read && !path.starts_with("crds/"),
                },
                FileKind::Template | FileKind::ChartYaml | FileKind::Values => true,
            });
        });
    }

    /// The new text of a source; nothing where it stays as it is.
    fn text_of(&self, index: usize, part: Part, survey: Option<&Survey>) -> Option<String> {
        let source = self.sources.get(index)?;
        let template = match &source.template {
            Ok(template) => template,
            // Helm will say what is wrong. Should it see nothing wrong, then not with this behind it.
            Err(unread) => match unread.why {
                NoTemplate::Refused => return Some(format!("{}{REFUSED}", unread.text)),
                NoTemplate::Unclosed => return None,
            },
        };
        let changes = self.changes.get(index)?;
        let own = self.own.get(index)?.as_deref();
        let layout = Layout {
            template,
            origin: &origin(source, &self.reach, index),
            changes,
            names: &self.options.names,
            reach: &self.reach,
            registry: &self.registry,
            bodies: &self.bodies,
            is_lenient: part.is_lenient(),
            survey,
        };
        if let Some(survey) = survey.filter(|survey| !survey.has_file(index)) {
            let mut text = layout.defines_only();
            if survey.includes_files() && self.is_included(source) {
                text.push_str(&layout.by_path(own, &source.helm_names));
            }
            return Some(text);
        }
        let has_reached = template
            .outline
            .bodies
            .iter()
            .filter_map(|body| body.name.as_deref())
            .any(|name| self.reach.has_name(name));
        if own.is_none() && changes.edits.is_empty() && !has_reached {
            return None;
        }
        let rendered_as = source.is_rendered.then_some(&*source.helm_names);
        Some(layout.file(own, rendered_as))
    }

    /// Whether another file may include this one by its path.
    fn is_included(&self, source: &Source) -> bool {
        let mut names = source.helm_names.iter();
        names.any(|name| self.included.iter().any(|end| name.ends_with(end)))
    }

    fn defines(&self, table: &BTreeMap<String, String>, is_settled: bool) -> String {
        let mut files: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (source, own) in self.sources.iter().zip(&self.own) {
            if let Some(id) = own {
                let names = files.entry(id.clone()).or_default();
                names.extend(source.helm_names.iter().cloned());
            }
        }
        let defines = Defines {
            names: &self.options.names,
            allow: self.options.allow,
            texts: &self.texts,
            bodies: &self.bodies,
            files: &files,
            clock: self.options.clock,
            placeholder_key: &self.options.placeholder_key,
            is_settled,
        };
        defines.text(table)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::binaries;
    use crate::chart::Limits;
    use crate::chart::fuzz::options;
    use crate::chart::instrument::Refusal;
    use crate::helm::{Helm, HelmRequest};

    /// An include that the instrumentation does not see, since it stands in a file that nobody has read.
    #[test]
    fn a_file_that_is_included_in_an_unknown_way_prints_nothing() {
        let chart = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| std::fs::write(chart.path().join(path), text).unwrap();
        std::fs::create_dir(chart.path().join("templates")).unwrap();
        write("Chart.yaml", "apiVersion: v2\nname: app\nversion: 1.0.0\n");
        write("templates/a.yaml", "a: {{ randAlphaNum 8 }}\n");
        let tree = ChartTree::read(chart.path(), &Limits::default()).unwrap();
        let instrumented = Instrumented::new(tree, Vec::new(), false, options()).unwrap();
        let copy = instrumented.part(Part::Whole);
        for (number, binary) in binaries::helms().into_iter().enumerate() {
            let work = WorkDir::create().unwrap();
            let helm = Helm::new(binary, &work).unwrap();
            let render = |name: &str, stray: &str| {
                let mut begun = copy.begin(&work, &format!("{name}-{number}")).unwrap();
                begun.add("templates/stray.yaml", stray.as_bytes()).unwrap();
                let path = instrumented.finish(&copy, begun, &BTreeMap::new()).unwrap();
                let request = HelmRequest {
                    release_name: "rel".to_owned(),
                    ..HelmRequest::default()
                };
                helm.template(&request, &path)
            };
            assert!(render("plain", "b: c\n").is_ok());
            let stray = "b: {{ include \"app/templates/a.yaml\" . | sha256sum }}\n";
            let error = render("stray", stray).unwrap_err();
            let refusal = instrumented.refusal(error.stderr().unwrap().text());
            assert!(matches!(refusal, Some(Refusal::LostBody(_))));
        }
    }
}
