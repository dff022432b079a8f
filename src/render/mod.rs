//! One render: from a request to manifests in which every generated value is the one that we chose.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, bail};

use crate::adopt::Objects;
use crate::chart::Limits;
use crate::chart::instrument::{Instrumented, Names, Options, Part, Refusal, TplText};
use crate::derive::{Scope, ScopeKeys, Seed, placeholder_key};
use crate::helm::{self, Early, Helm, HelmError, Running};
use crate::hint::with_hint;
use crate::report::Report;
use crate::request::{Baseline, BaselinePin, RenderRequest, SealedPin};
use crate::sealed::{Identity, Recipient};
use crate::seeds::SeedChoice;
use crate::workdir::WorkDir;

mod addresses;
mod adopt;
mod baseline;
mod choices;
mod confined;
mod diff;
mod fault;
mod settle;
mod states;
mod summary;
mod targets;

pub(crate) use adopt::{Adoption, PlaceState, State};
use choices::Given;
use confined::{slot, with_files};
pub(crate) use diff::{Diff, PinChange, PinFate, diff};
use fault::Failure;
use settle::Settled;

/// What a render yields. It holds pinned values, so it cannot be shown as a whole.
#[derive(Clone)]
pub(crate) struct Rendered {
    /// Helm's output with the pinned values.
    pub(crate) manifests: String,
    /// What was done.
    pub(crate) report: Report,
    /// What the user should know, one sentence each.
    pub(crate) warnings: Vec<String>,
    /// What helm said on stderr in the render that is shown: of the chart and its values.
    pub(crate) said: String,
}

/// Renders a chart with every generated value pinned.
///
/// # Errors
/// The seed or the chart cannot be read, helm fails, or a value cannot be pinned. No message holds
/// a value.
pub(crate) fn render(request: &RenderRequest) -> Result<Rendered> {
    let (settled, keys, warnings) = under_own_seed(request)?;
    if let Some(baseline) = &request.baseline {
        baseline::check(baseline, request, &settled, &keys)?;
    }
    Ok(Rendered {
        manifests: settled.text,
        report: settled.report,
        warnings,
        said: settled.said,
    })
}

/// The pins of the request's chart, as a baseline holds them; and what the user should know, one sentence each.
///
/// # Errors
/// As [`render`].
pub(crate) fn baseline(
    request: &RenderRequest,
) -> Result<(BTreeMap<String, BaselinePin>, Vec<String>)> {
    let (settled, keys, warnings) = under_own_seed(request)?;
    Ok((baseline::pins(&settled, &keys), warnings))
}

/// What became of the pins of a baseline.
///
/// # Errors
/// As [`render`].
pub(crate) fn diff_baseline(request: &RenderRequest, baseline: &Baseline) -> Result<Diff> {
    let (settled, keys, warnings) = under_own_seed(request)?;
    let pins = baseline::compare(baseline, request, &settled, &keys);
    Ok(Diff::new(pins, warnings))
}

/// Whom to seal values for, so that renders of this scope read them; and what the user should know, one sentence each.
///
/// # Errors
/// The seed cannot be read.
pub(crate) fn recipient(seed: &SeedChoice, scope: &Scope) -> Result<(String, Vec<String>)> {
    let (seed, warnings) = seed.read()?;
    let keys = ScopeKeys::derive(&seed, scope);
    let warnings = warnings.iter().map(ToString::to_string).collect();
    Ok((Identity::of(&keys)?.recipient(), warnings))
}

/// Looks for the values of the request's chart in live objects. Whom they are sealed for need not be the request's scope:
/// then the seed is not read, since names do not depend on it.
///
/// # Errors
/// As [`render`]; or nothing of the chart is live.
pub(crate) fn adopt(
    request: &RenderRequest,
    recipient: Option<Recipient>,
    live: &Objects,
) -> Result<(Adoption, Recipient)> {
    let (seed, warnings) = match &recipient {
        Some(_) => (Seed::generate()?, Vec::new()),
        None => request.seed.read()?,
    };
    let keys = ScopeKeys::derive(&seed, &request.scope);
    let recipient = match recipient {
        Some(recipient) => recipient,
        None => Recipient::read(&Identity::of(&keys)?.recipient())?,
    };
    let mut adoption = adopt::adopt(request, &keys, live)?;
    let warnings = warnings.iter().map(ToString::to_string);
    adoption.warnings.splice(0..0, warnings);
    Ok((adoption, recipient))
}

/// Opens the values that are given for pins.
fn open(pins: &[SealedPin], keys: &ScopeKeys) -> Result<Vec<Given>> {
    if pins.is_empty() {
        return Ok(Vec::new());
    }
    let identity = Identity::of(keys)?;
    let opened = pins.iter().map(|entry| {
        let value = identity.open(&entry.pin, &entry.sealed).map_err(|error| {
            let (source, pin) = (entry.source, entry.pin.escape_debug());
            with_hint(
                anyhow!("{source} gives `{pin}` a value that {error}"),
                "seal it again by `argocd-pin-plugin adopt`, or take the entry out",
            )
        })?;
        Ok(Given {
            pin: entry.pin.clone(),
            value,
            source: entry.source,
        })
    });
    opened.collect()
}

/// Renders the chart under the keys of its own seed and scope, with what is given for its pins.
fn under_own_seed(request: &RenderRequest) -> Result<(Settled, ScopeKeys, Vec<String>)> {
    let (seed, warnings) = request.seed.read()?;
    let keys = ScopeKeys::derive(&seed, &request.scope);
    let given = open(&request.pins, &keys)?;
    let (settled, more) = settled(request, &keys, &given)?;
    let mut warnings: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    warnings.extend(more);
    Ok((settled, keys, warnings))
}

/// Renders the chart under these keys and with these given values, and says what the user should know.
fn settled(
    request: &RenderRequest,
    keys: &ScopeKeys,
    given: &[Given],
) -> Result<(Settled, Vec<String>)> {
    let workdir = WorkDir::create().context("no private temporary directory can be made")?;
    let _slot = slot(request)?;
    let request = with_files(request, &workdir)?;
    let mut run = Run::new(&request, &workdir)?;
    run.given = given;
    let mut settled = match run.pinned(keys) {
        Err(Failure::Helm(error))
            if error.is_missing_dependency() && request.stand_in.is_none() =>
        {
            run.fetch_dependencies()?;
            run.pinned(keys)
        }
        other => other,
    }
    .map_err(|failure| run.public_error(failure))?;
    settled.said = run.said.take();
    Ok((settled, run.warnings.take()))
}

/// Renders the chart as it is, with plain helm.
///
/// # Errors
/// The chart cannot be read, or helm fails.
pub(crate) fn render_plain(request: &RenderRequest) -> Result<String> {
    let workdir = WorkDir::create().context("no private temporary directory can be made")?;
    let _slot = slot(request)?;
    let request = with_files(request, &workdir)?;
    let mut run = Run::new(&request, &workdir)?;
    let output = match run.template(run.original()?) {
        Err(error) if error.is_missing_dependency() => {
            run.fetch_dependencies()?;
            run.template(run.original()?)
        }
        other => other,
    };
    run.manifests(output.map_err(|error| run.shown(&error))?)
}

/// A helm that renders.
struct Rendering {
    running: Running,
    /// The archive that it waited for, if it did.
    waited: Option<PathBuf>,
}

/// One render: the request and where it works.
struct Run<'a> {
    request: &'a RenderRequest,
    workdir: &'a WorkDir,
    helm: Helm,
    /// The values that are given for pins.
    given: &'a [Given],
    /// The chart with all its dependencies.
    chart: PathBuf,
    /// The directory that the chart's links must not leave.
    confine: Option<PathBuf>,
    /// The chart as helm gets it where nothing is instrumented.
    original: OnceCell<PathBuf>,
    /// What the user should know.
    warnings: RefCell<Vec<String>>,
    /// How many copies of the chart were written.
    copies: Cell<usize>,
    /// What the last helm said on stderr.
    said: RefCell<String>,
}

impl<'a> Run<'a> {
    fn new(request: &'a RenderRequest, workdir: &'a WorkDir) -> Result<Self> {
        let helm = Helm::new(&request.helm_binary, workdir)?;
        Ok(Run {
            request,
            workdir,
            helm: match request.stand_in {
                Some(_) => helm.in_callers_environment(),
                None => helm
                    .with_credentials(&request.credentials)
                    .with_memory(request.memory),
            },
            given: &[],
            chart: request.chart.clone(),
            confine: request.confine.clone(),
            original: OnceCell::new(),
            warnings: RefCell::default(),
            copies: Cell::new(0),
            said: RefCell::default(),
        })
    }

    /// What helm prints for the chart at `dir`.
    fn template(&self, dir: &Path) -> Result<Vec<u8>, HelmError> {
        self.wait_for(self.helm.start(&self.request.helm, dir)?)
    }

    /// What a helm prints. What it says is kept.
    fn wait_for(&self, running: Running) -> Result<Vec<u8>, HelmError> {
        let (output, said) = running.finish_saying()?;
        self.said.replace(said.text().to_owned());
        Ok(output)
    }

    /// What helm prints for the chart at `dir`, with what the caller wants to become of it.
    ///
    /// # Errors
    /// It fails at that; what it says may hold a value, so it is not in the message.
    fn output(&self, dir: &Path) -> Result<String> {
        let mut request = self.request.helm.clone();
        let flags = self.request.stand_in.iter().flat_map(|it| &it.output);
        request.further.extend(flags.clone().cloned());
        let output = self.helm.start(&request, dir);
        let output = output
            .and_then(|running| self.wait_for(running))
            .map_err(|_| {
                let names: Vec<_> = flags.map(|flag| flag_name(flag)).collect();
                anyhow!("helm renders the chart, and fails with {}", names.join(" "))
            })?;
        text(output)
    }

    /// Whether the caller wants something else of the manifests than to see them.
    fn has_output_flags(&self) -> bool {
        let stand_in = self.request.stand_in.as_ref();
        stand_in.is_some_and(|stand_in| !stand_in.output.is_empty())
    }

    /// What helm is asked for a part of the chart. A survey needs nothing of what costs and reaches no call.
    fn request_for(&self, part: Part) -> helm::HelmRequest {
        let request = self.request.helm.clone();
        match part {
            Part::Whole | Part::Texts => request,
            Part::Survey => helm::HelmRequest {
                include_crds: false,
                skip_schema_validation: true,
                ..request
            },
        }
    }

    /// A helm that waits for this part. Where it cannot be started, it will be said when there is a part to render.
    fn start_early(&self, part: Part) -> Option<Early> {
        let name = format!("{}-early.tgz", self.copy_name());
        let request = self.request_for(part);
        self.helm.start_early(&request, self.workdir, &name).ok()
    }

    /// A helm that renders the copy at `chart`: the one that waits, if there is one.
    fn start(
        &self,
        part: Part,
        chart: &Path,
        early: Option<Early>,
    ) -> Result<Rendering, HelmError> {
        Ok(match early.filter(|_| chart.is_file()) {
            Some(early) => {
                let (running, chart) = early.hand_over(chart)?;
                Rendering {
                    running,
                    waited: Some(chart),
                }
            }
            None => Rendering {
                running: self.helm.start(&self.request_for(part), chart)?,
                waited: None,
            },
        })
    }

    /// What it prints. Where a helm that waited fails, what another one says counts: it may not have waited at all.
    fn finish(&self, part: Part, rendering: Rendering) -> Result<Vec<u8>, HelmError> {
        match (self.wait_for(rendering.running), rendering.waited) {
            (Err(error @ HelmError::Failed { .. }), Some(chart))
                if !error.is_missing_dependency() =>
            {
                self.wait_for(self.helm.start(&self.request_for(part), &chart)?)
            }
            (result, _) => result,
        }
    }

    /// Has helm fetch the chart's dependencies into a copy, which takes the chart's place.
    fn fetch_dependencies(&mut self) -> Result<()> {
        let limits = self.limits();
        let tree = self.read()?;
        let built =
            helm::dependencies::build(&self.helm, &tree, &self.chart, &limits, self.workdir);
        self.chart = built.map_err(|error| match error {
            helm::dependencies::DependencyError::Helm(error) => self
                .shown(&error)
                .context("the chart's dependencies cannot be fetched"),
            error => error.into(),
        })?;
        self.confine = Some(self.workdir.path().to_owned());
        self.original = OnceCell::new();
        Ok(())
    }

    fn limits(&self) -> Limits {
        Limits {
            confine: self.confine.clone(),
            max_total: self.request.memory.largest_part(),
            ..Limits::default()
        }
    }

    /// The chart, instrumented. `texts_generate`: a render has shown that a text for `tpl` can reach a call.
    fn instrument(&self, keys: &ScopeKeys, texts_generate: bool) -> Result<Instrumented<'a>> {
        let options = Options {
            names: Names { run: run_name()? },
            clock: self.request.clock,
            placeholder_key: placeholder_key(&keys.placeholders).to_string(),
            allow: &self.request.allow,
        };
        Ok(Instrumented::new(
            self.read()?,
            self.texts()?,
            texts_generate,
            options,
        )?)
    }

    /// A name for one more copy of the chart.
    fn copy_name(&self) -> String {
        self.copies.set(self.copies.get() + 1);
        format!("chart-{}", self.copies.get())
    }

    /// The texts besides the chart's own that `tpl` may be given.
    fn texts(&self) -> Result<Vec<TplText>> {
        let helm = &self.request.helm;
        let mut texts = Vec::new();
        let mut add = |label: String, text: String| texts.push(TplText { label, text });
        let set = helm.set.iter().chain(&helm.set_string);
        let stand_in = self.request.stand_in.iter();
        for value in set
            .map(|(_, value)| value)
            .chain(stand_in.flat_map(|it| &it.texts))
        {
            add("--set".to_owned(), value.clone());
        }
        for path in &helm.values {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("the values file {} cannot be read", path.display()))?;
            add(file_name(path), text);
        }
        for (_, path) in &helm.set_file {
            // Helm reads it itself, and says so where it cannot.
            if let Ok(text) = std::fs::read_to_string(path) {
                add(file_name(Path::new(path)), text);
            }
        }
        Ok(texts)
    }

    /// Renders the chart with the values that we choose.
    fn pinned(&self, keys: &ScopeKeys) -> Result<Settled, Failure> {
        let early = self.start_early(Part::Survey);
        let chart = self.instrument(keys, false)?;
        match settle::settle(self, chart, keys, early) {
            Err(Failure::Refused(Refusal::UnexpectedText)) => {
                settle::settle(self, self.instrument(keys, true)?, keys, None)
            }
            other => other,
        }
    }

    /// What helm printed, as text. Nothing at all would mean that all resources are to be deleted, so it must be helm
    /// that says so.
    fn manifests(&self, output: Vec<u8>) -> Result<String> {
        let text = text(output)?;
        if text.starts_with("---\n") {
            return Ok(text);
        }
        if !self.helm.version().is_ok_and(|it| it.is_known()) {
            return Err(with_hint(
                anyhow!("{} is no helm", self.request.helm_binary.display()),
                "it prints no version: set PIN_HELM".to_owned(),
            ));
        }
        match text.trim().is_empty() {
            true => Ok(text),
            false if text.lines().any(is_cancelled) => bail!("helm was interrupted: render again"),
            false => bail!("helm's output does not begin with a document: render again"),
        }
    }
}

/// What helm prints among the manifests when a signal asks it to end, and goes on.
fn is_cancelled(line: &str) -> bool {
    line.starts_with("Release ") && line.ends_with(" has been cancelled.")
}

/// Helm's output as text, if it is whole.
fn text(output: Vec<u8>) -> Result<String> {
    match String::from_utf8(output) {
        Ok(text) if !text.is_empty() && !text.ends_with('\n') => {
            bail!(
                "helm's output ends in the middle of a line, though helm says that all is well: render again"
            )
        }
        Ok(text) if text.lines().last().is_some_and(is_cancelled) => {
            bail!("helm was interrupted: render again")
        }
        Ok(text) => Ok(text),
        Err(error) => bail!(
            "helm's output is not UTF-8 (at byte {}): a template or a file of the chart is in \
             another encoding",
            error.utf8_error().valid_up_to()
        ),
    }
}

/// `--output-dir` of `--output-dir=x`.
fn flag_name(flag: &OsStr) -> String {
    let text = flag.to_string_lossy();
    text.split('=').next().unwrap_or_default().to_owned()
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// A name that no chart can know: named templates are global to a render.
fn run_name() -> Result<String> {
    let mut bytes = [0_u8; 8];
    getrandom::fill(&mut bytes)
        .map_err(|_| anyhow!("the operating system gives no random bytes"))?;
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    Ok(digits.map(|digit| char::from(b'a' + digit)).collect())
}
