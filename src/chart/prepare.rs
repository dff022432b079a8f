//! From a chart tree to an instrumented one.

use super::instrument::{Instrumentation, Options, TemplateSource, TplText, instrument_sources};
use super::model::{FileKind, Chart};
use super::tree::ChartTree;
use crate::config;

/// Instruments all templates of `tree` in place.
///
/// `texts` are the texts besides the chart's own that `tpl` may be given: values files, `--set`.
/// The named templates that the instrumented ones call are not added yet: see
/// [`Instrumentation::defines`].
pub fn instrument(
    tree: &mut ChartTree,
    mut texts: Vec<TplText>,
    options: &Options<'_>,
) -> Instrumentation {
    let mut sources = Vec::new();
    tree.visit_mut(&mut |names, chart| {
        let chart_name = names.join("/");
        for file in &chart.files {
            let Some(text) = file.text() else {
                continue;
            };
            let path = chart.path_from_root(file);
            match file.kind {
                FileKind::Template => sources.push(TemplateSource {
                    chart: chart_name.clone(),
                    file: path,
                    path: file.path.clone(),
                    text: text.to_owned(),
                    is_shared: chart.times_used > 1,
                }),
                FileKind::Values => texts.extend(values_texts(&path, text)),
                FileKind::ChartYaml => {}
                FileKind::Other => {
                    if text.contains("{{") {
                        texts.push(TplText {
                            label: path,
                            text: text.to_owned(),
                        });
                    }
                }
            }
        }
    });
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
    instrumentation
}

/// The strings of a values file that hold actions. Of a file that is no YAML, all of it.
pub fn values_texts(label: &str, text: &str) -> Vec<TplText> {
    if !text.contains("{{") {
        return Vec::new();
    }
    let strings = config::strings(text).unwrap_or_else(|| vec![text.to_owned()]);
    strings
        .into_iter()
        .filter(|text| text.contains("{{"))
        .map(|text| TplText {
            label: label.to_owned(),
            text,
        })
        .collect()
}
