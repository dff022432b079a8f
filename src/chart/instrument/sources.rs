//! The templates of a chart and of all charts in it, with the names that helm can have for them.

use std::collections::{BTreeSet, HashSet};

use super::layout::is_notes;
use crate::chart::error::ChartError;
use crate::chart::model::{Chart, File, FileKind};
use crate::chart::template::{NoTemplate, Template, Unread};
use crate::chart::texts::{Texts, TplText, may_act};
use crate::chart::tree::ChartTree;

/// How many names all charts and templates may have together; each alias of a chart above them multiplies them.
const MAX_NAMES: usize = 50_000;

/// A template file of the root chart or a subchart.
pub(super) struct Source {
    /// The names of the charts from the root to this one, joined by `/`. Names, not aliases.
    pub(super) chart: String,
    /// The file as seen from the root chart: `charts/db-1.0.0.tgz/templates/secret.yaml`.
    pub(super) file: String,
    /// Its path in its own chart: `templates/secret.yaml`.
    pub(super) path: String,
    /// The names that helm can have for it, aliases and all.
    pub(super) helm_names: Vec<String>,
    /// Whether helm renders it by itself. Of a library it renders nothing, but who says that a chart is one is the chart.
    pub(super) is_rendered: bool,
    /// Its text, lexed.
    pub(super) template: Result<Template, Unread>,
}

impl Source {
    /// Adds the names that helm has in a copy for notes, which end in `end` there.
    pub(super) fn add_notes(&mut self, end: &str) {
        if is_notes(&self.path) {
            let names = self.helm_names.iter().map(|name| format!("{name}{end}"));
            let names: Vec<String> = names.collect();
            self.helm_names.extend(names);
        }
    }

    /// Its text.
    pub(super) fn text(&self) -> &str {
        match &self.template {
            Ok(template) => &template.text,
            Err(unread) => &unread.text,
        }
    }
}

/// The templates of a chart, and the texts in its other files.
pub(super) fn read(
    tree: &ChartTree,
    texts: &[TplText],
) -> Result<(Vec<Source>, Texts), ChartError> {
    let mut found = Texts::default();
    for text in texts {
        found.scan(text);
    }
    let mut sources = Vec::new();
    let mut others = Vec::new();
    walk(
        &tree.root,
        &tree.root.name,
        &tree.root.names,
        &mut { MAX_NAMES },
        &mut sources,
        &mut others,
    )?;
    lex(&mut sources);
    others.retain(|(_, _, text)| may_act(text));
    let names = match others.iter().any(|(_, file, _)| !is_values(file)) {
        true => literals(&sources),
        false => HashSet::new(),
    };
    for (chart, file, text) in others {
        if is_values(file) || is_named(&file.path, &names) {
            found.scan(&TplText {
                label: chart.path_from_root(file),
                text: text.to_owned(),
                is_values: is_values(file),
            });
        }
    }
    Ok((sources, found))
}

fn is_values(file: &File) -> bool {
    file.kind == FileKind::Values
}

/// All string literals of the templates.
fn literals(sources: &[Source]) -> HashSet<String> {
    let templates = sources.iter().filter_map(|it| it.template.as_ref().ok());
    let literals = templates.flat_map(Template::literals);
    literals.map(|(literal, _)| literal).collect()
}

/// Whether a template names a file, or files in a folder of its: by `.Files.Get "conf/a.yaml"`, `.Files.Glob "conf/*"` or
/// `printf "conf/%s.yaml"`. What `tpl` is given of another file is learned when that happens.
fn is_named(path: &str, names: &HashSet<String>) -> bool {
    names.contains(path)
        || names.iter().any(|literal| {
            let stem = literal.split(['*', '?', '[', '{', '%']).next();
            stem.is_some_and(|stem| stem.contains('/') && path.starts_with(stem))
        })
}

/// Lexes the templates, half of the text on a thread of its own: helm waits for it.
fn lex(sources: &mut [Source]) {
    let total: usize = sources.iter().map(|source| source.text().len()).sum();
    let mut before = 0;
    let in_first = |source: &&mut Source| {
        before += source.text().len();
        before * 2 < total
    };
    let middle = sources.iter_mut().take_while(in_first).count();
    let (first, second) = sources.split_at_mut(middle);
    let all = |sources: &mut [Source]| {
        for source in sources {
            if let Err(unread) = &mut source.template {
                source.template = Template::read(std::mem::take(&mut unread.text));
            }
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(|| all(second));
        all(first);
    });
}

/// Takes up a chart and those in it, and in `others` their files that are no templates, with their texts. `names` are its
/// names from the root, `helm_names` those that helm can have for it, `left` is how many more there may be.
fn walk<'t>(
    chart: &'t Chart,
    names: &str,
    helm_names: &[String],
    left: &mut usize,
    sources: &mut Vec<Source>,
    others: &mut Vec<(&'t Chart, &'t File, &'t str)>,
) -> Result<(), ChartError> {
    for file in &chart.files {
        let path = chart.path_from_root(file);
        let Some(text) = file.text() else {
            let acts = memchr::memmem::find(file.bytes(), b"{{").is_some();
            if file.kind == FileKind::Template && acts {
                return Err(ChartError::NotText { path });
            }
            continue;
        };
        match file.kind {
            FileKind::Template => {
                let name = file.path.rsplit('/').next().unwrap_or_default();
                sources.push(Source {
                    chart: names.to_owned(),
                    helm_names: helm_names
                        .iter()
                        .map(|name| format!("{name}/{}", file.path))
                        .collect(),
                    is_rendered: !name.starts_with('_'),
                    template: Err(Unread {
                        text: text.to_owned(),
                        why: NoTemplate::Unclosed,
                    }),
                    path: file.path.clone(),
                    file: path,
                });
            }
            FileKind::ChartYaml => {}
            FileKind::Values | FileKind::Other => others.push((chart, file, text)),
        }
    }
    for subchart in &chart.subcharts {
        let aliases = chart.aliases.iter();
        let aliases = aliases
            .filter(|(name, _)| subchart.names.contains(name))
            .map(|(_, alias)| alias);
        let own: BTreeSet<&String> = subchart.names.iter().chain(aliases).collect();
        let files = subchart.files.iter();
        let templates = files.filter(|file| file.kind == FileKind::Template).count();
        let count = own.len().saturating_mul(helm_names.len());
        *left = left
            .checked_sub(count.saturating_mul(1 + templates))
            .ok_or_else(|| ChartError::TooManyNames {
                path: subchart.location.clone(),
                limit: MAX_NAMES,
            })?;
        let below: Vec<String> = helm_names
            .iter()
            .flat_map(|above| own.iter().map(move |name| format!("{above}/charts/{name}")))
            .collect();
        walk(
            subchart,
            &format!("{names}/{}", subchart.name),
            &below,
            left,
            sources,
            others,
        )?;
    }
    Ok(())
}
