//! Has helm render parts of a chart with a table of values: copies, helms that get ready early, texts that are learned.

use std::collections::{BTreeMap, HashMap};

use anyhow::anyhow;

use super::fault::Failure;
use super::run::{self, Run};
use crate::chart::instrument::{ChartCopy, Instrumented, Part, Refusal};
use crate::chart::{ChartError, ForHelm};
use crate::helm::{Early, HelmError};
use crate::log::{self, Log};

/// What calls are given, by their keys.
pub(super) type Table = BTreeMap<String, String>;

/// How often helm may render a chart until its values hold, and again until those that are given do.
pub(super) const MOST_RENDERS: usize = 32;

/// A render and its log.
pub(super) struct Render {
    /// What helm printed, without the log.
    pub(super) text: String,
    /// The log.
    pub(super) log: Log,
}

/// What renders have in common.
pub(super) struct Renderer<'r> {
    run: &'r Run<'r>,
    /// The parts that were made, until a text is learned.
    copies: HashMap<Part, ChartCopy>,
    /// The next part, if all of it is written but its values.
    begun: Option<(Part, ForHelm)>,
    /// A helm that waits for the next copy.
    early: Option<Early>,
    /// How often helm may still render until the values hold.
    pub(super) left: usize,
    /// How often helm has rendered.
    pub(super) helm_runs: usize,
}

impl<'r> Renderer<'r> {
    /// Nothing is rendered yet.
    pub(super) fn new(run: &'r Run<'r>, early: Option<Early>) -> Self {
        Renderer {
            run,
            copies: HashMap::new(),
            begun: None,
            early,
            left: MOST_RENDERS,
            helm_runs: 0,
        }
    }

    /// Renders the part, again where it gives `tpl` texts that were not known.
    pub(super) fn render(
        &mut self,
        chart: &mut Instrumented<'_>,
        part: Part,
        table: &Table,
    ) -> Result<Render, Failure> {
        while self.left > 0 {
            let render = match self.render_part(chart, part, table) {
                // An unknown text includes a body that must not run as it is. So all texts are learned first.
                Err(refused @ Failure::Refused(Refusal::LostBody(_))) => {
                    let render = self.render_part(chart, Part::Texts, table)?;
                    if render.log.unknown_texts.is_empty() {
                        return Err(refused);
                    }
                    render
                }
                other => other?,
            };
            let has_changed = chart.learn(&render.log.unknown_texts);
            if has_changed {
                self.copies.clear();
                self.begun = None;
            }
            // A survey is a guess, and is no better for the calls of a text.
            if !has_changed || part == Part::Survey {
                return Ok(render);
            }
        }
        Err(Failure::Error(anyhow!(
            "the chart gives tpl another text at each render, so that what it calls cannot be pinned"
        )))
    }

    /// Writes all of a part but its values.
    fn begin(&mut self, chart: &Instrumented<'_>, part: Part) -> Result<ForHelm, ChartError> {
        let copy = self.copies.entry(part).or_insert_with(|| chart.part(part));
        copy.begin(self.run.workdir, &self.run.copy_name())
    }

    /// The copy of the whole chart, of which all is written but its values.
    fn whole(&mut self, chart: &Instrumented<'_>) -> Result<(&mut ChartCopy, ForHelm), ChartError> {
        let begun = self.begin(chart, Part::Whole)?;
        let copy = self.copies.entry(Part::Whole);
        let copy = copy.or_insert_with(|| chart.part(Part::Whole));
        Ok((copy, begun))
    }

    fn render_part(
        &mut self,
        chart: &Instrumented<'_>,
        part: Part,
        table: &Table,
    ) -> Result<Render, Failure> {
        self.helm_runs += 1;
        self.left = self.left.saturating_sub(1);
        let begun = match self.begun.take_if(|(of, _)| *of == part) {
            Some((_, begun)) => begun,
            None => self.begin(chart, part)?,
        };
        let copy = self.copies.entry(part).or_insert_with(|| chart.part(part));
        let path = chart.finish(copy, begun, table)?;
        let early = self.early.take();
        let rendering = self.run.start(&path, early);
        if part == Part::Survey {
            // While this one renders, the next one and its copy get ready.
            self.early = self.run.start_early();
            self.begun = Some((Part::Whole, self.begin(chart, Part::Whole)?));
        }
        let output = rendering
            .and_then(|rendering| self.run.finish(rendering))
            .map_err(|error| failure(chart, error))?;
        let output = match part {
            Part::Survey => run::text(output)?,
            Part::Whole | Part::Texts => self.run.manifests(output)?,
        };
        let (text, payloads) = log::split(&output, &chart.mark());
        let log = log::read(&payloads, &|id| chart.body_name(id))?;
        Ok(Render { text, log })
    }

    /// What helm prints for the chart with all values settled, without the log, where everything stands at other addresses.
    pub(super) fn elsewhere(
        &mut self,
        chart: &Instrumented<'_>,
        table: &Table,
    ) -> Result<String, Failure> {
        let (copy, begun) = self.whole(chart)?;
        let path = chart.finish(copy, begun, table)?;
        self.helm_runs += 1;
        let output = self.run.template_elsewhere(&path);
        let output = output.map_err(|error| failure(chart, error))?;
        let output = self.run.manifests(output)?;
        Ok(log::split(&output, &chart.mark()).0)
    }

    /// What helm makes of the chart with all values settled and no log in it, with what the caller wants to become of
    /// the manifests.
    pub(super) fn output(
        &mut self,
        chart: &Instrumented<'_>,
        table: &Table,
    ) -> Result<String, Failure> {
        let (copy, begun) = self.whole(chart)?;
        let path = chart.finish_settled(copy, begun, table)?;
        Ok(self.run.output(&path)?)
    }
}

/// How a render of the instrumented chart has failed.
fn failure(chart: &Instrumented<'_>, error: HelmError) -> Failure {
    match chart.refusal(error.said()) {
        Some(refusal) => Failure::Refused(refusal),
        None => Failure::Helm(error),
    }
}
