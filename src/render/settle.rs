//! The whole way: render what can reach a call, name the calls, choose their values, render the chart with them, until
//! each call was given what its name asks for.

use anyhow::{Result, anyhow};

use super::addresses;
use super::choices::{Adopted, Choices};
use super::fault::Failure;
use super::renderer::{MOST_RENDERS, Render, Renderer, Table};
use super::run::Run;
use super::steady::Steady;
use super::summary::summary;
use crate::chart::instrument::{Instrumented, MOST_LOGGED, Part, Refusal, SHORT, too_long};
use crate::chart::site::Site;
use crate::derive::ScopeKeys;
use crate::helm::{Early, HelmError};
use crate::log::{CallId, Log};
use crate::name::Named;
use crate::report::Report;
use crate::table::{Clock, Maker, Wanted, is_given};

/// Renders the chart with the values that we choose.
pub(super) fn pinned(run: &Run<'_>, keys: &ScopeKeys) -> Result<Settled, Failure> {
    let early = run.start_early();
    let chart = run.instrument(keys, false)?;
    match settle(run, chart, keys, early) {
        Err(Failure::Refused(Refusal::UnexpectedText)) => {
            settle(run, run.instrument(keys, true)?, keys, None)
        }
        other => other,
    }
}

/// Renders the chart until its log agrees with its names.
fn settle(
    run: &Run<'_>,
    mut chart: Instrumented<'_>,
    keys: &ScopeKeys,
    early: Option<Early>,
) -> Result<Settled, Failure> {
    if !chart.is_changed() {
        return unchanged(run, &chart, early);
    }
    let mut settling = Settling::new(run, &chart, keys, early);
    let (mut render, mut round) = settling.until_settled(&mut chart)?;
    let adopted = settling
        .choices
        .adopt(&render.log, &round.names, chart.sites())?;
    if let Some(adopted) = adopted {
        run.warnings
            .borrow_mut()
            .extend(adopted.warnings.iter().cloned());
        settling.adopted = Some(adopted);
        settling.steady.begin_anew();
        settling.renderer.left = MOST_RENDERS;
        round = settling.compare(&chart, &render)?;
        if !round.is_settled {
            settling.take(render, round);
            (render, round) = settling
                .until_settled(&mut chart)
                .map_err(|failure| failure.of_given())?;
        }
    }
    run.warnings.borrow_mut().extend(settling.steady.warnings());
    if addresses::are_likely(&render.text, &chart) {
        let again = settling.renderer.elsewhere(&chart, &settling.table)?;
        addresses::compare(&render.text, &again)?;
    }
    settling.choices.check(&render.log, &round.names)?;
    let report = summary(
        &chart,
        &render.log,
        &round.names,
        &settling.maker,
        settling.renderer.helm_runs,
    );
    let text = match run.has_output_flags() {
        true => {
            settling.enter(&render, &round.wanted);
            settling.renderer.output(&chart, &settling.table)?
        }
        false => render.text,
    };
    Ok(Settled {
        text,
        said: String::new(),
        report,
        log: render.log,
        names: round.names,
        sites: chart.sites().to_vec(),
    })
}

/// Renders a chart in which no call can be reached.
fn unchanged(
    run: &Run<'_>,
    chart: &Instrumented<'_>,
    early: Option<Early>,
) -> Result<Settled, Failure> {
    let original = run.original()?;
    let output = run
        .start(original, early)
        .and_then(|rendering| run.finish(rendering))
        .map_err(Failure::Helm)?;
    let mut text = run.manifests(output)?;
    if addresses::are_likely(&text, chart) {
        let again = run.template_elsewhere(original).map_err(Failure::Helm)?;
        addresses::compare(&text, &run.manifests(again)?)?;
    }
    if run.has_output_flags() {
        text = run.output(original)?;
    }
    let choices = || Choices::new(run.request, run.given);
    choices().adopt(&Log::default(), &[], &[])?;
    choices().check(&Log::default(), &[])?;
    Ok(Settled {
        text,
        said: String::new(),
        report: Report::unchanged(),
        log: Log::default(),
        names: Vec::new(),
        sites: Vec::new(),
    })
}

/// A render that has settled.
pub(super) struct Settled {
    /// What helm printed, without the log.
    pub(super) text: String,
    /// What it said on stderr.
    pub(super) said: String,
    /// What there is to say of it.
    pub(super) report: Report,
    /// Its log.
    pub(super) log: Log,
    /// The names of the log's calls, in their order.
    pub(super) names: Vec<Named>,
    /// The chart's call sites.
    pub(super) sites: Vec<Site>,
}

/// What a render says of its calls.
struct Round {
    names: Vec<Named>,
    wanted: Vec<Wanted>,
    /// The calls that were given something else than their names ask for.
    unsettled: Vec<CallId>,
    /// Whether there are none, and all texts that are given for includes are there.
    is_settled: bool,
}

/// The state between the renders.
struct Settling<'r> {
    run: &'r Run<'r>,
    part: Part,
    table: Table,
    renderer: Renderer<'r>,
    steady: Steady,
    maker: Maker,
    choices: Choices<'r>,
    /// The log of the first render: nothing in it has a chosen value.
    first: Option<Log>,
    /// The values that are given, once a render without them has settled.
    adopted: Option<Adopted>,
}

impl<'r> Settling<'r> {
    fn new(
        run: &'r Run<'r>,
        chart: &Instrumented<'_>,
        keys: &ScopeKeys,
        early: Option<Early>,
    ) -> Self {
        let clock = Clock {
            pinned: run.request.clock,
            now: run.request.now,
        };
        Settling {
            run,
            // Nothing has to be known of calls that all have the same value.
            part: match chart.reaches_calls() && !chart.reads_clock_only() {
                true => Part::Survey,
                false => Part::Whole,
            },
            table: Table::new(),
            renderer: Renderer::new(run, early),
            steady: Steady::new(),
            maker: Maker::new(&keys.pins, clock),
            choices: Choices::new(run.request, run.given),
            first: None,
            adopted: None,
        }
    }

    /// Renders until a render of the whole chart has settled.
    fn until_settled(&mut self, chart: &mut Instrumented<'_>) -> Result<(Render, Round), Failure> {
        let mut unsettled = Vec::new();
        while self.renderer.left > 0 {
            let render = match self.render(chart) {
                // A part can lack what the whole has: a file that only sets a value. Then the whole is looked at.
                Err(
                    Failure::Helm(HelmError::Failed { .. })
                    | Failure::Refused(
                        Refusal::Function(_)
                        | Refusal::LostBody(_)
                        | Refusal::Endless(_)
                        | Refusal::TooLong(_),
                    ),
                ) if self.part == Part::Survey => {
                    self.part = Part::Whole;
                    self.render(chart)?
                }
                other => other?,
            };
            let round = self.compare(chart, &render)?;
            if self.part == Part::Whole && round.is_settled {
                return Ok((render, round));
            }
            unsettled = round
                .unsettled
                .iter()
                .map(|call| site_of(chart, &render, *call))
                .collect();
            self.take(render, round);
        }
        Err(Failure::Error(not_settled(unsettled)))
    }

    fn render(&mut self, chart: &mut Instrumented<'_>) -> Result<Render, Failure> {
        let mut render = self.renderer.render(chart, self.part, &self.table)?;
        render.log.put_fixed_apart(self.first.as_ref());
        Ok(render)
    }

    /// Names the calls, and compares what they were given with what they are to have.
    fn compare(&mut self, chart: &Instrumented<'_>, render: &Render) -> Result<Round, Failure> {
        let log = &render.log;
        let last = log.one_too_many(SHORT, MOST_LOGGED);
        if let Some(site) = last.and_then(|call| chart.site(call.site)) {
            return Err(Failure::Refused(too_long(site)));
        }
        let names = self.names(chart, render);
        let choices = self.choices.of_calls(&names, self.adopted.as_ref());
        let wanted = self.maker.wanted(log, chart.sites(), &names, &choices)?;
        let mut unsettled = Vec::new();
        for (index, (call, wanted)) in log.calls.iter().zip(&wanted).enumerate() {
            let site = chart.site(call.site);
            let agrees = match (wanted, site) {
                (Ok(wanted), Some(site)) => is_given(site.generator, &call.given, wanted),
                _ => false,
            };
            if !agrees {
                unsettled.push(CallId(index));
            }
        }
        // Where nothing else changes any more, arguments stay as they are.
        if self.part == Part::Whole
            && let Some(error) = unsettled
                .iter()
                .map(|call| wanted.get(call.0).and_then(|wanted| wanted.as_ref().err()))
                .collect::<Option<Vec<_>>>()
                .and_then(|errors| errors.first().copied())
        {
            return Err(Failure::Value(error.clone()));
        }
        let is_settled = unsettled.is_empty() && self.has_given_texts(log);
        Ok(Round {
            names,
            wanted,
            unsettled,
            is_settled,
        })
    }

    /// Whether each text that is given for a text of the chart is there.
    fn has_given_texts(&self, log: &Log) -> bool {
        let Some(adopted) = &self.adopted else {
            return true;
        };
        log.carriers.iter().all(|carrier| {
            let key = carrier.key.as_ref();
            let given = key.and_then(|key| adopted.texts.get(key));
            given.is_none_or(|given| *given == *carrier.text)
        })
    }

    /// Names the calls. Where values are given, those that are known keep the names that they had without these values;
    /// what a given value leads to goes by its path.
    fn names(&mut self, chart: &Instrumented<'_>, render: &Render) -> Vec<Named> {
        if let Some(adopted) = &self.adopted {
            let calls = render.log.calls.iter();
            let new = calls.filter(|call| !adopted.names.contains_key(&call.key));
            self.steady.by_path(new.map(|call| &call.key));
        }
        let namespace = self.run.request.namespace();
        let names = self.steady.names(chart, render, namespace);
        let Some(adopted) = &self.adopted else {
            return names;
        };
        let names = names.into_iter().zip(&render.log.calls);
        let kept = names.map(|(named, call)| match adopted.names.get(&call.key) {
            Some(known) if !known.name.follows_content() => known.clone(),
            _ => named,
        });
        kept.collect()
    }

    /// The next render gets the values that this one asks for.
    fn take(&mut self, render: Render, round: Round) {
        self.enter(&render, &round.wanted);
        self.first.get_or_insert(render.log);
        self.part = Part::Whole;
        self.steady.next_round();
    }

    /// Enters what the calls of a render ask for into the table.
    fn enter(&mut self, render: &Render, wanted: &[Wanted]) {
        for (call, wanted) in render.log.calls.iter().zip(wanted) {
            if let Ok(wanted) = wanted {
                self.table.insert(call.key.clone(), wanted.to_string());
            }
        }
        for (key, text) in self.adopted.iter().flat_map(|it| &it.texts) {
            self.table.insert(key.clone(), text.to_string());
        }
    }
}

/// `templates/secret.yaml:3 (randAlphaNum)`
fn site_of(chart: &Instrumented<'_>, render: &Render, call: CallId) -> String {
    let site = render
        .log
        .calls
        .get(call.0)
        .and_then(|call| chart.site(call.site));
    site.map(Site::called).unwrap_or_default()
}

fn not_settled(mut sites: Vec<String>) -> anyhow::Error {
    sites.sort();
    sites.dedup();
    let count = sites.len();
    sites.truncate(5);
    let more = match count.checked_sub(sites.len()) {
        None | Some(0) => String::new(),
        Some(more) => format!(" and {more} more"),
    };
    anyhow!(
        "the chart chooses its calls by what they yield, and does not settle after {MOST_RENDERS} renders: {}{more}; set these values yourself",
        sites.join(", ")
    )
}
