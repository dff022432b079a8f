//! The whole way: render what can reach a call, name the calls, choose their values, render the chart with them, until
//! each call was given what its name asks for.

use std::collections::{BTreeMap, HashMap, HashSet};

use anyhow::{Result, anyhow};

use super::Run;
use super::addresses;
use super::fault::Failure;
use super::summary::summary;
use crate::chart::generator::Generator;
use crate::chart::instrument::{ChartCopy, Instrumented, Part, Refusal};
use crate::chart::{ChartError, ForHelm};
use crate::derive::ScopeKeys;
use crate::helm::{Early, HelmError};
use crate::log::{self, Call, CallId, Log};
use crate::name::{Name, Named, Naming, Rule, Scene};
use crate::report::Report;
use crate::table::{Clock, Maker, Wanted, is_given};

/// How many renders of the whole chart may still change a value.
const ROUNDS: usize = 10;

/// For so many renders with chosen values the name of a Job may follow its content, which follows other values in its turn.
const CONTENT_ROUNDS: usize = 6;

/// How many more a chart may need that puts texts for `tpl` together while it is rendered.
const TEXT_ROUNDS: usize = 10;

/// Renders the chart until its log agrees with its names.
pub(super) fn settle(
    run: &Run<'_>,
    mut chart: Instrumented<'_>,
    keys: &ScopeKeys,
    early: Option<Early>,
) -> Result<(String, Report), Failure> {
    if !chart.is_changed() {
        drop(early);
        let output = run.template(run.original()?).map_err(Failure::Helm)?;
        let mut text = run.manifests(output)?;
        if addresses::are_likely(&text, &chart) {
            let output = run.template(run.original()?).map_err(Failure::Helm)?;
            addresses::compare(&text, &run.manifests(output)?)?;
        }
        if run.has_output_flags() {
            text = run.output(run.original()?)?;
        }
        return Ok((text, Report::unchanged()));
    }
    let mut settling = Settling::new(run, &chart, keys, early);
    let mut unsettled = Vec::new();
    for _ in 0..=ROUNDS {
        let render = match settling.render(&mut chart) {
            // A part can lack what the whole has: a file that only sets a value. Then the whole is looked at.
            Err(
                Failure::Helm(_) | Failure::Refused(Refusal::Function(_) | Refusal::LostBody(_)),
            ) if settling.part == Part::Survey => {
                settling.part = Part::Whole;
                settling.render(&mut chart)?
            }
            other => other?,
        };
        let round = settling.compare(&chart, &render)?;
        if settling.part == Part::Whole && round.unsettled.is_empty() {
            if addresses::are_likely(&render.text, &chart) {
                addresses::compare(&render.text, &settling.render(&mut chart)?.text)?;
            }
            let report = summary(
                &chart,
                &render.log,
                &round.names,
                &settling.maker,
                settling.helm_runs,
            );
            let text = match run.has_output_flags() {
                true => settling.output(&chart, &render, &round.wanted)?,
                false => render.text,
            };
            return Ok((text, report));
        }
        unsettled = round
            .unsettled
            .iter()
            .map(|call| site_of(&chart, &render, *call))
            .collect();
        settling.take(&render, round);
    }
    Err(Failure::Error(not_settled(unsettled)))
}

/// A render and its log.
struct Render {
    text: String,
    log: Log,
}

/// What a render says of its calls.
struct Round {
    names: Vec<Named>,
    wanted: Vec<Wanted>,
    /// The calls that were given something else than their names ask for.
    unsettled: Vec<CallId>,
}

/// The state between the renders.
struct Settling<'r> {
    run: &'r Run<'r>,
    part: Part,
    table: BTreeMap<String, String>,
    /// The parts that were made, until a text is learned.
    copies: HashMap<Part, ChartCopy>,
    /// The next part, if all of it is written but its values.
    begun: Option<(Part, ForHelm)>,
    /// Whether this is the first render: its names are a guess, since calls can have equal values.
    is_guess: bool,
    maker: Maker,
    /// The names that the first render with chosen values gave.
    first_names: HashMap<String, (Name, Rule)>,
    /// The names that the last one gave, with the content of Jobs.
    last_names: HashMap<String, Name>,
    /// How many renders have chosen values.
    round: usize,
    /// The calls whose names have changed since: they are named by their paths.
    by_path: HashSet<String>,
    /// A helm that waits for the next part.
    early: Option<(Part, Early)>,
    helm_runs: usize,
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
            table: BTreeMap::new(),
            copies: HashMap::new(),
            begun: None,
            is_guess: true,
            maker: Maker::new(&keys.pins, clock),
            first_names: HashMap::new(),
            last_names: HashMap::new(),
            round: 0,
            by_path: HashSet::new(),
            early: early.map(|early| (Part::Survey, early)),
            helm_runs: 0,
        }
    }

    /// Renders the part, again where it gives `tpl` texts that were not known.
    fn render(&mut self, chart: &mut Instrumented<'_>) -> Result<Render, Failure> {
        for _ in 0..=TEXT_ROUNDS {
            let render = match self.render_part(chart, self.part) {
                // An unknown text includes a body that must not run as it is. So all texts are learned first.
                Err(refused @ Failure::Refused(Refusal::LostBody(_))) => {
                    let render = self.render_part(chart, Part::Texts)?;
                    if render.log.unknown_texts.is_empty() {
                        return Err(refused);
                    }
                    render
                }
                other => other?,
            };
            if render.log.unknown_texts.is_empty() {
                return Ok(render);
            }
            chart.learn(&render.log.unknown_texts);
            self.copies.clear();
            self.begun = None;
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

    fn render_part(&mut self, chart: &Instrumented<'_>, part: Part) -> Result<Render, Failure> {
        self.helm_runs += 1;
        let begun = match self.begun.take_if(|(of, _)| *of == part) {
            Some((_, begun)) => begun,
            None => self.begin(chart, part)?,
        };
        let copy = self.copies.entry(part).or_insert_with(|| chart.part(part));
        let path = chart.finish(copy, begun, &self.table)?;
        let early = self
            .early
            .take()
            .filter(|(waits_for, _)| *waits_for == part);
        let rendering = self.run.start(part, &path, early.map(|(_, early)| early));
        if part == Part::Survey {
            // While this one renders, the next one gets ready.
            self.early = self
                .run
                .start_early(Part::Whole)
                .map(|early| (Part::Whole, early));
            self.begun = Some((Part::Whole, self.begin(chart, Part::Whole)?));
        }
        let output = rendering
            .and_then(|rendering| self.run.finish(part, rendering))
            .map_err(|error| match chart.refusal(said(&error)) {
                Some(refusal) => Failure::Refused(refusal),
                None => Failure::Helm(error),
            })?;
        let output = match part {
            Part::Survey => super::text(output)?,
            Part::Whole | Part::Texts => self.run.manifests(output)?,
        };
        let (text, payloads) = log::split(&output, &chart.mark());
        let log = log::read(&payloads, &|id| chart.body_name(id))?;
        Ok(Render { text, log })
    }

    /// What helm makes of the chart with all values settled and no log in it, with what the caller wants to become of
    /// the manifests.
    fn output(
        &mut self,
        chart: &Instrumented<'_>,
        render: &Render,
        wanted: &[Wanted],
    ) -> Result<String, Failure> {
        self.enter(render, wanted);
        let begun = self.begin(chart, Part::Whole)?;
        let copy = self.copies.entry(Part::Whole);
        let copy = copy.or_insert_with(|| chart.part(Part::Whole));
        let path = chart.finish_settled(copy, begun, &self.table)?;
        Ok(self.run.output(&path)?)
    }

    /// Names the calls, and compares what they were given with what they are to have.
    fn compare(&mut self, chart: &Instrumented<'_>, render: &Render) -> Result<Round, Failure> {
        let log = &render.log;
        let names = self.names(chart, render)?;
        let wanted = self.maker.wanted(log, chart.sites(), &names)?;
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
        Ok(Round {
            names,
            wanted,
            unsettled,
        })
    }

    fn names(&mut self, chart: &Instrumented<'_>, render: &Render) -> Result<Vec<Named>, Failure> {
        let log = &render.log;
        if log.calls.is_empty() {
            return Ok(Vec::new());
        }
        let namespace = self.run.request.helm.namespace.as_deref();
        let naming = Naming::new(Scene {
            log,
            sites: chart.sites(),
            output: &render.text,
            release_namespace: namespace.unwrap_or("default"),
        });
        let names = naming.names(&|call| is_by_path(log, &self.by_path, call));
        if self.is_guess {
            return Ok(names
                .into_iter()
                .zip(&log.calls)
                .map(|(named, call)| guess(chart, named, call))
                .collect());
        }
        let mut has_changed = false;
        for (call, named) in log.calls.iter().zip(&names) {
            // A clock in a Job's name may be its own or a double: it is the same name.
            let rule = match named.name.follows_content() {
                true => Rule::JobName,
                false => named.rule,
            };
            let own = (named.name.without_content(), rule);
            let first = self
                .first_names
                .entry(call.key.clone())
                .or_insert_with(|| own.clone());
            let last = self.last_names.insert(call.key.clone(), named.name.clone());
            let follows_content = self.round < CONTENT_ROUNDS || last.as_ref() == Some(&named.name);
            if (*first != own || !follows_content) && !self.by_path.contains(&call.key) {
                self.by_path.insert(call.key.clone());
                has_changed = true;
            }
        }
        if !has_changed {
            return Ok(names);
        }
        Ok(naming.names(&|call| is_by_path(log, &self.by_path, call)))
    }

    /// The next render gets the values that this one asks for.
    fn take(&mut self, render: &Render, round: Round) {
        self.enter(render, &round.wanted);
        self.part = Part::Whole;
        self.is_guess = false;
        self.round += 1;
    }

    /// Enters what the calls of a render ask for into the table.
    fn enter(&mut self, render: &Render, wanted: &[Wanted]) {
        for (call, wanted) in render.log.calls.iter().zip(wanted) {
            if let Ok(wanted) = wanted {
                self.table.insert(call.key.clone(), wanted.to_string());
            }
        }
    }
}

/// Clocks all tell the same time at first, so that nobody knows whose name a Job's is: each gets a time of its own.
fn guess(chart: &Instrumented<'_>, named: Named, call: &Call) -> Named {
    let site = chart.site(call.site);
    let is_clock = site.is_some_and(|site| site.generator == Generator::Now);
    match is_clock && named.rule == Rule::JobName {
        true => Named {
            name: Name(vec!["moment".to_owned(), call.key.clone()]),
            ..named
        },
        false => named,
    }
}

/// Whether a call's name has changed, so that it goes by its path.
fn is_by_path(log: &Log, by_path: &HashSet<String>, call: CallId) -> bool {
    let call = log.calls.get(call.0);
    call.is_some_and(|call| by_path.contains(&call.key))
}

/// What helm said.
fn said(error: &HelmError) -> &str {
    error.stderr().map(|said| said.text()).unwrap_or_default()
}

/// `templates/secret.yaml:3 (randAlphaNum)`
fn site_of(chart: &Instrumented<'_>, render: &Render, call: CallId) -> String {
    let site = render
        .log
        .calls
        .get(call.0)
        .and_then(|call| chart.site(call.site));
    site.map(|site| {
        format!(
            "{} at {}:{}",
            site.generator.function(),
            site.file,
            site.line
        )
    })
    .unwrap_or_default()
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
        "the chart chooses its calls by what they yield, and does not settle after {ROUNDS} renders: {}{more}; set these values yourself",
        sites.join(", ")
    )
}
