//! The pipeline: chart → instrument → helm → manifests → pins.

use std::cell::{OnceCell, RefCell};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, bail};

use crate::chart::defines::{Clocks, Mode};
use crate::chart::instrument::{Instrumentation, Options, TplText};
use crate::chart::prepare;
use crate::chart::{ChartTree, Limits};
use crate::derive::{Key, Scope, ScopeKeys, Seed, site_key};
use crate::helm::{self, Early, Helm, HelmError, Running};
use crate::hint::with_hint;
use crate::manifest::{Manifest, Selection};
use crate::pin::Pinner;
use crate::report::Report;
use crate::request::RenderRequest;
use crate::workdir::WorkDir;

mod confined;
mod twins;

use confined::{slot, with_files};
use twins::TwinMaker;

/// Begins the names of the added templates in a render that knows nothing of the seed.
const PUBLIC_NAME: &str = "pinned";

/// What a render yields. It holds pinned values, so it cannot be shown as a whole.
#[derive(Clone)]
pub struct Rendered {
    /// Helm's output with the pinned values.
    pub manifests: String,
    /// What was done.
    pub report: Report,
    /// What the user should know, one sentence each.
    pub warnings: Vec<String>,
}

/// Renders a chart with every generated value pinned.
///
/// # Errors
/// The seed or the chart cannot be read, helm fails, or a value cannot be pinned. No message holds
/// a value.
pub fn render(request: &RenderRequest) -> Result<Rendered> {
    let (seed, warnings) = Seed::read(&request.seed_file)?;
    let keys = ScopeKeys::derive(&seed, &request.scope);
    let workdir = WorkDir::create().context("no private temporary directory can be made")?;
    let _slot = slot(request)?;
    let request = with_files(request, &workdir)?;
    let mut run = Run::new(&request, &workdir)?;
    let (manifests, report) = match run.pinned("chart", &keys) {
        Err(Failure::Helm(error)) if error.is_missing_dependency() => {
            run.fetch_dependencies()?;
            run.pinned("chart-with-dependencies", &keys)
        }
        other => other,
    }
    .map_err(|failure| match failure {
        Failure::Helm(error) => run.public_error(error),
        Failure::Error(error) => error,
    })?;
    let mut warnings: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    warnings.append(&mut run.warnings.borrow_mut());
    Ok(Rendered {
        manifests,
        report,
        warnings,
    })
}

/// Renders the chart as it is, with plain helm.
///
/// # Errors
/// The chart cannot be read, or helm fails.
pub fn render_plain(request: &RenderRequest) -> Result<String> {
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

/// How a render fails.
enum Failure {
    /// Helm says no; what it says may hold what is derived from the seed.
    Helm(HelmError),
    /// In another way.
    Error(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Failure::Error(error.into())
    }
}

/// One render: the request and where it works.
struct Run<'a> {
    request: &'a RenderRequest,
    workdir: &'a WorkDir,
    helm: Helm,
    /// The chart with all its dependencies.
    chart: PathBuf,
    /// The directory that the chart's links must not leave.
    confine: Option<PathBuf>,
    /// The chart as helm gets it where nothing is instrumented.
    original: OnceCell<PathBuf>,
    /// What the user should know.
    warnings: RefCell<Vec<String>>,
}

/// A helm that renders.
struct Rendering {
    running: Running,
    /// The archive that it waited for, if it did.
    waited: Option<PathBuf>,
}

/// An instrumented chart. In a render and its twins all files but one are the same.
struct Copy {
    tree: ChartTree,
    /// The path of that file.
    defines: String,
    instrumentation: Instrumentation,
}

impl Copy {
    /// Writes it under this name, with these named templates; returns where it stands.
    fn write(&mut self, workdir: &WorkDir, name: &str, defines: String) -> Result<PathBuf> {
        self.tree.add_file(&self.defines, defines);
        Ok(self.tree.write_for_helm(workdir, name)?)
    }
}

impl<'a> Run<'a> {
    fn new(request: &'a RenderRequest, workdir: &'a WorkDir) -> Result<Self> {
        Ok(Run {
            request,
            workdir,
            helm: Helm::new(&request.helm_binary, workdir)?.with_credentials(&request.credentials),
            chart: request.chart.clone(),
            confine: request.confine.clone(),
            original: OnceCell::new(),
            warnings: RefCell::default(),
        })
    }

    /// What helm prints for the chart at `dir`.
    fn template(&self, dir: &Path) -> Result<Vec<u8>, HelmError> {
        self.helm.template(&self.request.helm, dir)
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

    /// The chart, instrumented. `define_name` begins the names of the added templates.
    fn copy(&self, define_name: &str, placeholders: &Key) -> Result<Copy> {
        let mut tree = self.read()?;
        let instrumentation = prepare::instrument(
            &mut tree,
            self.texts()?,
            &Options {
                define_name,
                clocks: Clocks {
                    pinned: self.request.clock,
                    now: self.request.now,
                },
                site_key: &|site| site_key(placeholders, site).to_string(),
                allow: &self.request.allow,
            },
        )?;
        let defines = tree.define_path(&format!("_{define_name}"));
        Ok(Copy {
            tree,
            defines,
            instrumentation,
        })
    }

    /// What helm prints for the copy, written under this name, with these named templates.
    fn render_copy(
        &self,
        copy: &mut Copy,
        name: &str,
        defines: String,
    ) -> Result<Vec<u8>, Failure> {
        let path = copy.write(self.workdir, name, defines)?;
        self.template(&path).map_err(Failure::Helm)
    }

    /// The same, by a helm that waits for it. Helm has begun when this returns.
    fn start_copy(
        &self,
        copy: &mut Copy,
        name: &str,
        defines: String,
        early: Option<Early>,
    ) -> Result<Rendering, Failure> {
        let chart = copy.write(self.workdir, name, defines)?;
        let begun = match early.filter(|_| chart.is_file()) {
            Some(early) => early.hand_over(&chart).map(|(running, chart)| Rendering {
                running,
                waited: Some(chart),
            }),
            None => self
                .helm
                .start(&self.request.helm, &chart)
                .map(|running| Rendering {
                    running,
                    waited: None,
                }),
        };
        begun.map_err(Failure::Helm)
    }

    /// What it prints. Where a helm that waited fails, what another one says counts.
    fn finish(&self, rendering: Rendering) -> Result<Vec<u8>, HelmError> {
        match (rendering.running.finish(), rendering.waited) {
            (Err(error @ HelmError::Failed { .. }), Some(chart))
                if !error.is_missing_dependency() =>
            {
                self.template(&chart)
            }
            (result, _) => result,
        }
    }

    /// The texts besides the chart's own that `tpl` may be given.
    fn texts(&self) -> Result<Vec<TplText>> {
        let helm = &self.request.helm;
        let mut texts = Vec::new();
        let set = helm.set.iter().chain(&helm.set_string);
        for (_, value) in set.filter(|(_, value)| value.contains("{{")) {
            texts.push(TplText {
                label: "--set".to_owned(),
                text: value.clone(),
            });
        }
        for path in &helm.values {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("the values file {} cannot be read", path.display()))?;
            if text.contains("{{") {
                texts.push(TplText {
                    label: file_name(path),
                    text,
                });
            }
        }
        for (_, path) in &helm.set_file {
            // Helm reads it itself, and says so where it cannot.
            if let Ok(text) = std::fs::read_to_string(path)
                && text.contains("{{")
            {
                texts.push(TplText {
                    label: file_name(Path::new(path)),
                    text,
                });
            }
        }
        Ok(texts)
    }

    /// Renders the chart and pins what it shows.
    fn pinned(&self, name: &str, keys: &ScopeKeys) -> Result<(String, Report), Failure> {
        // Where it cannot be started, it will be said when there is a chart to render.
        let early = self
            .helm
            .start_early(
                &self.request.helm,
                self.workdir,
                &format!("{name}-early.tgz"),
            )
            .ok();
        let mut copy = self.copy(&run_name()?, &keys.placeholders)?;
        let mut report = Report {
            fixed: copy.instrumentation.fixed.clone(),
            helm_runs: 1,
            ..Report::default()
        };
        if !copy.instrumentation.changed {
            drop(early);
            let output = self.template(self.original()?).map_err(Failure::Helm)?;
            return Ok((self.manifests(output)?, report));
        }
        let defines = copy.instrumentation.defines(Mode::Placeholder);
        let rendering = self.start_copy(&mut copy, name, defines, early)?;
        // While helm works.
        let sites = std::mem::take(&mut copy.instrumentation.sites);
        let namespace = self.request.helm.namespace.as_deref();
        let pinner = Pinner::new(
            &sites,
            copy.instrumentation.habits,
            &keys.pins,
            namespace.unwrap_or("default"),
        )?;
        let mut twins = TwinMaker::new(self, copy, name, &pinner);
        let output = self.manifests(self.finish(rendering).map_err(Failure::Helm)?)?;
        if !pinner.has_work() {
            return Ok((output, report));
        }
        // What is left out must be the same in each twin; else nothing is.
        let selection = Selection::new(&output, |document| pinner.is_idle(document));
        let all = Selection::new(&output, |_| false);
        for selection in [selection, all] {
            let first = parse(selection.kept(&output))?;
            let kept = |other: &str| selection.kept_of(&output, other);
            let pinned = twins.pin(&pinner, &first, &mut report, kept)?;
            if let Some(pinned) = pinned {
                report.pins = pinned.pins;
                report.held = pinned.held;
                report.certificates = pinned.certificates;
                let text = selection.restore(&output, &pinned.text);
                let text = text.context("internal error: pinning changed the documents")?;
                return Ok((text, report));
            }
        }
        // With nothing left out, each twin is looked at.
        Err(anyhow!("internal error: a twin was refused").into())
    }

    /// An error that may be shown. What helm says of the instrumented chart can hold placeholders,
    /// which are derived from the seed: so helm is asked again without it.
    fn public_error(&self, error: HelmError) -> anyhow::Error {
        if !matches!(error, HelmError::Failed { .. }) {
            return self.shown(&error);
        }
        let original = match self.original() {
            Ok(path) => path,
            Err(error) => return error,
        };
        // The chart's own error with the chart's own lines, unless it shows what it generated.
        let plain = self
            .template(original)
            .map_err(|error| (self.shown(&error), error));
        let again = self.template(original).map_err(|error| self.shown(&error));
        if let (Err((first, error)), Err(second)) = (plain, again)
            && first.to_string() == second.to_string()
        {
            return self.old_helm(&error, first);
        }
        let nobody = Scope {
            project: String::new(),
            application: String::new(),
        };
        let public = ScopeKeys::derive(&Seed::public(), &nobody);
        let rendered = self
            .copy(PUBLIC_NAME, &public.placeholders)
            .map_err(Failure::Error)
            .and_then(|mut copy| {
                let defines = copy.instrumentation.defines(Mode::Placeholder);
                self.render_copy(&mut copy, "public", defines)
            });
        match rendered {
            Err(Failure::Error(error)) => error,
            Err(Failure::Helm(error)) => self.shown(&error),
            Ok(_) => anyhow!(
                "helm renders the chart with some generated values and not with others: the \
                 chart's logic depends on one"
            ),
        }
    }

    /// What helm printed, as text. Nothing at all would mean that all resources are to be deleted, so it must be helm
    /// that says so.
    fn manifests(&self, output: Vec<u8>) -> Result<String> {
        let text = text(output)?;
        if !text.starts_with("---\n") && !self.helm.version().is_ok_and(|it| it.is_known()) {
            return Err(with_hint(
                anyhow!("{} is no helm", self.request.helm_binary.display()),
                "it prints no version: set PIN_HELM or --helm".to_owned(),
            ));
        }
        Ok(text)
    }

    /// The error, and that helm is too old, if it is.
    fn old_helm(&self, error: &HelmError, shown: anyhow::Error) -> anyhow::Error {
        let says_why = error
            .stderr()
            .is_some_and(|said| !said.text().trim().is_empty());
        if says_why && !error.is_unknown_flag() {
            return shown;
        }
        match self.helm.version() {
            Ok(version) if version.is_too_old() => with_hint(
                shown,
                format!(
                    "helm is version {version}, at least {} is needed",
                    helm::OLDEST
                ),
            ),
            _ => shown,
        }
    }
}

/// An error of helm with what it printed. Only for a chart that holds nothing derived from the seed.
pub(crate) fn shown(error: &HelmError) -> anyhow::Error {
    let said = error
        .stderr()
        .map(|stderr| stderr.text().trim())
        .unwrap_or_default();
    let said = said
        .strip_suffix("Use --debug flag to render out invalid YAML")
        .unwrap_or(said)
        .trim_end();
    match said.is_empty() {
        true => anyhow!("{error}"),
        false => anyhow!("{error}: {said}"),
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

fn parse(text: String) -> Result<Manifest> {
    Manifest::parse(text).context("what helm printed is not valid YAML")
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
