//! From a chart tree to an instrumented one.

use super::error::ChartError;
use super::instrument::{Instrumentation, Options, TemplateSource, TplText, instrument_sources};
use super::model::{Chart, FileKind};
use super::tree::ChartTree;

/// Instruments all templates of `tree` in place.
///
/// `texts` are the texts besides the chart's own that `tpl` may be given: values files, `--set`.
/// The named templates that the instrumented ones call are not added yet: see
/// [`Instrumentation::defines`].
///
/// # Errors
/// A template is not UTF-8, so that nobody knows what it calls.
pub fn instrument(
    tree: &mut ChartTree,
    mut texts: Vec<TplText>,
    options: &Options<'_>,
) -> Result<Instrumentation, ChartError> {
    let mut sources = Vec::new();
    let mut unreadable = None;
    tree.visit_mut(&mut |names, chart| {
        let chart_name = names.join("/");
        for file in &chart.files {
            let path = chart.path_from_root(file);
            let Some(text) = file.text() else {
                let acts = memchr::memmem::find(file.bytes(), b"{{").is_some();
                if file.kind == FileKind::Template && acts {
                    unreadable = Some(path);
                }
                continue;
            };
            match file.kind {
                FileKind::Template => sources.push(TemplateSource {
                    chart: chart_name.clone(),
                    file: path,
                    path: file.path.clone(),
                    text: text.to_owned(),
                    is_shared: chart.times_used > 1,
                }),
                FileKind::ChartYaml => {}
                FileKind::Values | FileKind::Other => {
                    if memchr::memmem::find(text.as_bytes(), b"{{").is_some() {
                        texts.push(TplText {
                            label: path,
                            text: text.to_owned(),
                        });
                    }
                }
            }
        }
    });
    if let Some(path) = unreadable {
        return Err(ChartError::NotText { path });
    }
    let instrumentation = instrument_sources(&sources, &texts, options);
    if instrumentation.changed {
        let mut new = instrumentation.texts.iter();
        tree.visit_mut(&mut |_, chart: &mut Chart| {
            for file in &mut chart.files {
                if file.kind == FileKind::Template
                    && file.text().is_some()
                    && let Some(Some(text)) = new.next()
                {
                    file.replace(text.as_bytes());
                }
            }
        });
    }
    Ok(instrumentation)
}
