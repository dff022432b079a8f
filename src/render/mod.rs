//! One render: from a request to manifests in which every generated value is the one that we chose.

use std::cell::{Cell, OnceCell, RefCell};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, bail};

use crate::adopt::Objects;
use crate::chart::Limits;
use crate::chart::instrument::{Instrumented, Names, Options, Part, Refusal, TplText};
use crate::derive::{Scope, ScopeKeys, Seed, placeholder_key};
use crate::helm::{self, Early, Helm, HelmError, Running};
use crate::hint::with_hint;
use crate::report::Report;
use crate::request::{RenderRequest, SealedPin};
use crate::sealed::{Identity, Recipient};
use crate::workdir::WorkDir;

mod addresses;
mod adopt;
mod choices;
mod confined;
mod fault;
mod settle;
mod summary;
mod targets;

pub(crate) use adopt::{Adoption, PlaceState, State};
use choices::Given;
use confined::{slot, with_files};
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
}

/// Renders a chart with every generated value pinned.
///
/// # Errors
/// The seed or the chart cannot be read, helm fails, or a value cannot be pinned. No message holds
/// a value.
pub(crate) fn render(request: &RenderRequest) -> Result<Rendered> {
    let (seed, warnings) = Seed::read(&request.seed_file)?;
    let keys = ScopeKeys::derive(&seed, &request.scope);
    let given = open(&request.pins, &keys)?;
    let (settled, more) = settled(request, &keys, &given)?;
    let mut warnings: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    warnings.extend(more);
    Ok(Rendered {
        manifests: settled.text,
        report: settled.report,
        warnings,
    })
}

/// Whom to seal values for, so that renders of this scope read them; and what the user should know, one sentence each.
///
/// # Errors
/// The seed cannot be read.
pub(crate) fn recipient(seed_file: &Path, scope: &Scope) -> Result<(String, Vec<String>)> {
    let (seed, warnings) = Seed::read(seed_file)?;
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
        None => Seed::read(&request.seed_file)?,
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
    let settled = match run.pinned(keys) {
        Err(Failure::Helm(error)) if error.is_missing_dependency() => {
            run.fetch_dependencies()?;
            run.pinned(keys)
        }
        other => other,
    }
    .map_err(|failure| run.public_error(failure))?;
    let warnings = run.warnings.take();
    Ok((settled, warnings))
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
}

impl<'a> Run<'a> {
    fn new(request: &'a RenderRequest, workdir: &'a WorkDir) -> Result<Self> {
        Ok(Run {
            request,
            workdir,
            helm: Helm::new(&request.helm_binary, workdir)?.with_credentials(&request.credentials),
            given: &[],
            chart: request.chart.clone(),
            confine: request.confine.clone(),
            original: OnceCell::new(),
            warnings: RefCell::default(),
            copies: Cell::new(0),
        })
    }

    /// What helm prints for the chart at `dir`.
    fn template(&self, dir: &Path) -> Result<Vec<u8>, HelmError> {
        self.helm.template(&self.request.helm, dir)
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
        match (rendering.running.finish(), rendering.waited) {
            (Err(error @ HelmError::Failed { .. }), Some(chart))
                if !error.is_missing_dependency() =>
            {
                self.helm.template(&self.request_for(part), &chart)
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
        for (_, value) in helm.set.iter().chain(&helm.set_string) {
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
        if !text.starts_with("---\n") && !self.helm.version().is_ok_and(|it| it.is_known()) {
            return Err(with_hint(
                anyhow!("{} is no helm", self.request.helm_binary.display()),
                "it prints no version: set PIN_HELM".to_owned(),
            ));
        }
        Ok(text)
    }
}

fn text(output: Vec<u8>) -> Result<String> {
    match String::from_utf8(output) {
        Ok(text) => Ok(text),
        Err(error) => bail!(
            "helm's output is not UTF-8 (at byte {}): a template or a file of the chart is in \
             another encoding",
            error.utf8_error().valid_up_to()
        ),
    }
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
