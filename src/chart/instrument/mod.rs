//! Turns the templates of a chart into ones that log each generating call and take its value from a table.
//!
//! Each body that can reach a call becomes a define of its own, which is handed a state: the path on which it was
//! reached, its counters, the table, the log. What reaches none stays as it is, but for the clock and map order.

mod addresses;
mod alphabets;
mod bodies;
mod constant;
mod copy;
#[cfg(test)]
mod cost;
mod defines;
mod digests;
mod flow;
mod layout;
mod names;
mod nothing;
mod pipeline;
mod refusal;
mod registry;
mod rewrite;
mod sources;
mod statements;
mod survey;
mod values;

use std::collections::{BTreeMap, HashMap};

use sha2::{Digest, Sha256};

use super::altering::Altering;
use super::error::ChartError;
use super::functions::{Treatment, find};
use super::keeping::Keeps;
use super::reach::{Link, Reach, conducts, links};
use super::site::{Site, SiteId};
use super::targets::included_files;
use super::template::{NoTemplate, Template};
use super::texts::Texts;
use super::tree::ChartTree;
use super::twins;
use crate::hex::hex;
use crate::report::Fixed;
use bodies::Bodies;
use defines::KnownText;
use layout::Layout;
use registry::Registry;
use rewrite::{Changes, Origin, Shared, rewrite};
use sources::Source;

pub(crate) use super::texts::TplText;
pub(crate) use copy::ChartCopy;
pub(crate) use defines::{MOST_LOGGED, Part, SHORT};
pub(crate) use names::Names;
pub(crate) use refusal::{Refusal, too_long};
pub(crate) use statements::{ASSIGNED, PRINTED};
pub(crate) use values::ValuePath;

/// What does not depend on the chart.
pub(crate) struct Options<'a> {
    /// The names of this run.
    pub(crate) names: Names,
    /// The pinned clock, in seconds since 1970.
    pub(crate) clock: i64,
    /// What placeholders are derived from: hexadecimal digits.
    pub(crate) placeholder_key: String,
    /// Functions that the admin lets be, although they are not deterministic.
    pub(crate) allow: &'a [String],
}

/// A chart whose templates are instrumented.
pub(crate) struct Instrumented<'a> {
    tree: ChartTree,
    options: Options<'a>,
    sources: Vec<Source>,
    changes: Vec<Changes>,
    /// All bodies of the chart, and what they do.
    links: Vec<Link>,
    /// Those of the texts for `tpl`.
    in_texts: Vec<Link>,
    reach: Reach,
    altering: Altering,
    registry: Registry,
    texts: BTreeMap<String, KnownText>,
    bodies: Bodies,
    /// The texts besides the chart's own that its templates are given.
    values: Vec<TplText>,
    /// The ends of the names of files that are included by path.
    included: Vec<String>,
    /// The id of each source whose own body can reach a call.
    own: Vec<Option<String>>,
    /// What the names of notes end in, in the copy.
    notes_end: String,
}

impl<'a> Instrumented<'a> {
    /// Instruments the templates of `tree`. `values` are the texts besides the chart's own that `tpl` may be given: values
    /// files, `--set`. `texts_generate`: a render has shown that one of them can reach a call.
    ///
    /// # Errors
    /// A template is not UTF-8, so that nobody knows what it calls, or two charts have one name.
    pub(crate) fn new(
        tree: ChartTree,
        values: Vec<TplText>,
        texts_generate: bool,
        options: Options<'a>,
    ) -> Result<Self, ChartError> {
        twins::check(&tree.root)?;
        let (mut sources, mut found) = sources::read(&tree, &values)?;
        let notes_end = notes_end(&tree);
        for source in &mut sources {
            source.add_notes(&notes_end);
        }
        for source in &sources {
            if let Ok(template) = &source.template {
                found.scan_literals(template, &source.file);
            }
        }
        let mut chart = Instrumented {
            notes_end,
            tree,
            changes: Vec::new(),
            links: Vec::new(),
            in_texts: Vec::new(),
            reach: Reach::default(),
            altering: Altering::default(),
            registry: Registry::default(),
            texts: BTreeMap::new(),
            bodies: Bodies::default(),
            own: vec![None; sources.len()],
            included: Vec::new(),
            values,
            sources,
            options,
        };
        let texts = chart.acting(found);
        chart.analyse(&texts, texts_generate);
        chart.rewrite_sources();
        for (template, file, line) in texts {
            chart.know(template, &file, line);
        }
        Ok(chart)
    }

    /// The texts that do something that counts.
    fn acting(&self, found: Texts) -> Vec<(Template, String, u32)> {
        let mut texts = Vec::new();
        for (text, origin) in found.0 {
            let Ok(template) = Template::read(text) else {
                continue;
            };
            let conducts = conducts(&template, self.options.allow);
            let leads = conducts.iter().any(|conduct| !conduct.targets.is_empty());
            let is_impure = template.calls.iter().flatten().any(|call| {
                let function = find(template.function(call));
                function.is_some_and(|function| function.treatment != Treatment::Pure)
            });
            if is_impure || leads || constant::asks_files(&template) {
                texts.push((template, origin.file, origin.line));
            }
        }
        texts
    }

    fn analyse(&mut self, texts: &[(Template, String, u32)], texts_generate: bool) {
        let templates: Vec<(usize, &Template)> = self
            .sources
            .iter()
            .enumerate()
            .filter_map(|(index, source)| Some((index, source.template.as_ref().ok()?)))
            .collect();
        let allow = self.options.allow;
        let in_chart = templates.iter();
        self.links = in_chart
            .flat_map(|(index, it)| links(*index, it, &self.sources[*index].helm_names, allow))
            .collect();
        let in_texts = texts
            .iter()
            .flat_map(|(text, ..)| links(0, text, &[], allow));
        self.in_texts = in_texts.collect();
        self.reach = Reach::new(&self.links, &self.in_texts, texts_generate, true);
        self.altering = Altering::new(self.links.iter().chain(&self.in_texts));
        for (_, template) in &templates {
            self.included.extend(included_files(template));
        }
        self.included.sort_unstable();
        self.included.dedup();
        let templates = templates.iter().map(|(_, template)| *template);
        let by_name = bodies::by_name(templates.chain(texts.iter().map(|(text, ..)| text)));
        for name in self.reach.names() {
            let keeps = self.altering.keeps(name);
            let named = by_name.get(name).map_or(&[][..], Vec::as_slice);
            self.bodies
                .add_define(name, named, keeps, &self.reach, &mut self.registry);
        }
        for (index, source) in self.sources.iter().enumerate() {
            if !self.reach.has_file(index) {
                continue;
            }
            let id = self
                .registry
                .body(&format!("{}:{}", source.chart, source.path), 'f');
            self.bodies.add_file(&id, &source.helm_names);
            if let Some(own) = self.own.get_mut(index) {
                *own = Some(id);
            }
        }
    }

    fn rewrite_sources(&mut self) {
        let shared = Shared {
            names: &self.options.names,
            reach: &self.reach,
            altering: &self.altering,
            allow: self.options.allow,
        };
        // Of two charts of one name beside each other (a folder and its archive) helm takes now the one, now the other.
        let mut at_place: HashMap<(&str, &str), usize> = HashMap::new();
        for (index, source) in self.sources.iter().enumerate() {
            let earlier = *at_place
                .entry((&source.chart, &source.path))
                .or_insert(index);
            let is_twin = earlier != index
                && self.sources.get(earlier).map(Source::text) == Some(source.text());
            let changes = match &source.template {
                Ok(_) if is_twin => self.changes.get(earlier).cloned().unwrap_or_default(),
                Ok(template) => rewrite(
                    template,
                    &origin(source, &self.reach, index),
                    &shared,
                    &mut self.registry,
                ),
                Err(_) => Changes::default(),
            };
            self.changes.push(changes);
        }
    }

    /// Instruments a text for `tpl`. Out: whether anything in it had to be changed.
    fn know(&mut self, template: Template, file: &str, line: u32) -> bool {
        let digest = Sha256::digest(template.text.as_bytes());
        let name = format!("tpl:{}", hex(&digest[..8]));
        let id = self.registry.body(&name, 't');
        let shared = Shared {
            names: &self.options.names,
            reach: &self.reach,
            altering: &self.altering,
            allow: self.options.allow,
        };
        let origin = Origin {
            chart: &self.tree.root.name,
            file,
            line,
            template: &name,
            reaches: self.reach.texts,
        };
        let changes = rewrite(&template, &origin, &shared, &mut self.registry);
        let layout = Layout {
            template: &template,
            origin: &origin,
            changes: &changes,
            names: &self.options.names,
            reach: &self.reach,
            registry: &self.registry,
            bodies: &self.bodies,
            is_lenient: false,
            survey: None,
        };
        let takes_digest = template
            .outline
            .numbered()
            .any(|(id, _)| digests::takes_digest(&template, id));
        let known = KnownText {
            id,
            text: layout.text(),
            flag: if takes_digest { "d" } else { "k" },
        };
        self.texts.insert(template.text.clone(), known);
        // A block or define of its own may stand for one of the chart.
        !changes.edits.is_empty() || template.outline.bodies.len() > 1
    }

    /// Instruments texts that a render gave to `tpl`. Out: whether that render is of no use, since one of them should not
    /// have run as it is.
    pub(crate) fn learn(&mut self, texts: &[String]) -> bool {
        let mut had_to_change = false;
        for text in texts {
            if self.texts.contains_key(text) {
                continue;
            }
            if let Ok(template) = Template::read(text.clone()) {
                self.learn_defines(&template);
                had_to_change |= self.know(template, "tpl", 1);
            } else {
                // Helm refuses it as it is.
                let known = KnownText {
                    id: "t".to_owned(),
                    text: text.clone(),
                    flag: "",
                };
                self.texts.insert(text.clone(), known);
            }
        }
        had_to_change
    }

    /// Takes up the defines of a text that a render gave to `tpl`.
    fn learn_defines(&mut self, template: &Template) {
        let new = links(0, template, &[], self.options.allow);
        let by_name = bodies::by_name(std::iter::once(template));
        for name in self.reach.learn(&new) {
            let named = by_name.get(&*name).map_or(&[][..], Vec::as_slice);
            self.bodies.add_define(
                &name,
                named,
                Keeps::Nothing,
                &self.reach,
                &mut self.registry,
            );
        }
        self.in_texts.extend(new);
    }

    /// Whether a file that helm renders can reach a generating call.
    pub(crate) fn reaches_calls(&self) -> bool {
        let mut sources = self.sources.iter().zip(&self.own);
        sources.any(|(source, own)| source.is_rendered && own.is_some())
    }

    /// Whether all calls in the chart are such whose value does not depend on their names: `now`.
    pub(crate) fn reads_clock_only(&self) -> bool {
        let is_clock = |site: &Site| site.generator == super::generator::Generator::Now;
        self.registry.sites().iter().all(is_clock)
    }

    /// Whether anything in the chart needs to be instrumented.
    pub(crate) fn is_changed(&self) -> bool {
        self.reaches_calls()
            || self.changes.iter().any(|changes| !changes.edits.is_empty())
            || self
                .sources
                .iter()
                .any(|source| matches!(&source.template, Err(unread) if unread.why == NoTemplate::Refused))
    }

    /// The call sites, by their numbers.
    pub(crate) fn sites(&self) -> &[Site] {
        self.registry.sites()
    }

    /// The call site of this number.
    pub(crate) fn site(&self, id: SiteId) -> Option<&Site> {
        id.of(self.sites())
    }

    /// The calls that were made constant.
    pub(crate) fn fixed(&self) -> &[Fixed] {
        self.registry.fixed()
    }

    /// What begins the log of each file, at the beginning of a line.
    pub(crate) fn mark(&self) -> String {
        format!("#{} ", self.options.names.run)
    }

    /// What a body is called that the log names by its id.
    pub(crate) fn body_name(&self, id: &str) -> Option<&str> {
        self.registry.name_of(id)
    }
}

/// What makes other names of those of notes, which no file has.
fn notes_end(tree: &ChartTree) -> String {
    let charts = tree.charts();
    let is_free = |end: &str| {
        let mut files = charts.iter().flat_map(|chart| &chart.files);
        let end = format!("{}{end}", layout::NOTES);
        files.all(|file| !file.path.ends_with(&end))
    };
    let mut end = "-".to_owned();
    while !is_free(&end) {
        end.push('-');
    }
    end
}

fn origin<'s>(source: &'s Source, reach: &Reach, index: usize) -> Origin<'s> {
    Origin {
        chart: &source.chart,
        file: &source.file,
        line: 1,
        template: &source.path,
        reaches: reach.has_file(index),
    }
}
