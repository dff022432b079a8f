//! The twins of a render: the same instrumented chart with other generated values.

use anyhow::Result;

use super::{Copy, Failure, Run, parse, text};
use crate::chart::defines::Mode;
use crate::helm::Running;
use crate::manifest::Manifest;
use crate::pin::{Outcome, Pinned, Pinner, Twins};
use crate::report::Report;
use crate::slots::Slot;

/// How far the other clock of a twin is from the pinned one: it differs in every part of a date.
const CLOCK_STEP: i64 = 400 * 86_400 + 3_600 + 60 + 1;

/// Renders the twins of one instrumented chart.
pub(super) struct TwinMaker<'r> {
    run: &'r Run<'r>,
    copy: Copy,
    /// Begins the names of the twins' charts.
    name: &'r str,
    early: Option<Early>,
}

/// A twin that is rendered beside the render that it belongs to, before it is known whether it is
/// needed. Dropped, it is ended.
struct Early {
    rendering: Running,
    /// It is one more render in the container.
    _slot: Option<Slot>,
}

impl<'r> TwinMaker<'r> {
    /// Takes over a chart whose first render has begun. A twin with fresh values begins at once, if
    /// one will most likely be needed and nobody else waits for the processor that it takes.
    pub(super) fn new(
        run: &'r Run<'r>,
        mut copy: Copy,
        name: &'r str,
        pinner: &Pinner<'_>,
    ) -> TwinMaker<'r> {
        let early = match pinner.expects_twin() {
            true => start_early(run, &mut copy, name),
            false => None,
        };
        TwinMaker {
            run,
            copy,
            name,
            early,
        }
    }

    /// Pins the render, with as many twins as it takes. `kept` gives the part of a twin that is
    /// looked at; where it gives none, the result is none.
    pub(super) fn pin(
        &mut self,
        pinner: &Pinner<'_>,
        first: &Manifest,
        report: &mut Report,
        kept: impl Fn(&str) -> Option<String>,
    ) -> Result<Option<Pinned>, Failure> {
        let mut twins = Twins::default();
        loop {
            let number = report.helm_runs;
            let clock = self.run.request.clock;
            let fresh = u32::try_from(twins.fresh.len()).unwrap_or(0) + 1;
            let (output, add): (_, fn(&mut Twins, Manifest)) = match pinner.pin(first, &twins)? {
                Outcome::Pinned(pinned) => return Ok(Some(pinned)),
                Outcome::NeedsTwin => {
                    let output = match self.early.take() {
                        Some(early) => early.rendering.finish().map_err(Failure::Helm),
                        None => self.render(number, Mode::Twin(fresh), clock),
                    };
                    (output, |twins, twin| twins.fresh.push(twin))
                }
                Outcome::NeedsLargest => {
                    let output = self.render(number, Mode::Largest, clock);
                    (output, |twins, twin| twins.largest = Some(twin))
                }
                Outcome::NeedsClockTwin => {
                    let output = self.render(number, Mode::Placeholder, clock + CLOCK_STEP);
                    (output, |twins, twin| twins.clock = Some(twin))
                }
            };
            report.helm_runs += 1;
            let output = output.map_err(|failure| self.failure(failure))?;
            let Some(output) = kept(&text(output)?) else {
                return Ok(None);
            };
            add(&mut twins, parse(output)?);
        }
    }

    /// What helm prints for another mode and pinned clock.
    fn render(&mut self, number: usize, mode: Mode, clock: i64) -> Result<Vec<u8>, Failure> {
        let defines = self.copy.instrumentation.defines_at(mode, clock);
        let name = format!("{}-{number}", self.name);
        let rendering = start(self.run, &mut self.copy, &name, defines)?;
        rendering.finish().map_err(Failure::Helm)
    }

    /// What to say where the render is fine and a twin of it is not.
    fn failure(&self, failure: Failure) -> Failure {
        match failure {
            Failure::Helm(error) => Failure::Error(
                self.run
                    .public_error(error)
                    .context("the chart renders with some generated values and not with others"),
            ),
            other => other,
        }
    }
}

/// Where it cannot be started, that is said when it is needed.
fn start_early(run: &Run<'_>, copy: &mut Copy, name: &str) -> Option<Early> {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    if processors < 2 {
        return None;
    }
    let slot = match run.request.parallelism {
        Some(limit) => Some(Slot::take_free(limit).ok()??),
        None => None,
    };
    let defines = copy.instrumentation.defines(Mode::Twin(1));
    Some(Early {
        rendering: start(run, copy, &format!("{name}-twin"), defines).ok()?,
        _slot: slot,
    })
}

/// Starts to render the copy with other named templates.
fn start(run: &Run<'_>, copy: &mut Copy, name: &str, defines: String) -> Result<Running, Failure> {
    let chart = copy.write(run.workdir, name, defines)?;
    run.helm
        .start_repeatable(&run.request.helm, &chart)
        .map_err(Failure::Helm)
}
