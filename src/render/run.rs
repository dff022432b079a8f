//! One render: the request, where it works, and the helm that it calls.

use std::cell::{Cell, OnceCell, RefCell};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, bail};

use super::choices::Given;
use crate::chart::Limits;
use crate::chart::instrument::{Instrumented, Names, Options, TplText};
use crate::config;
use crate::derive::{ScopeKeys, placeholder_key};
use crate::helm::{self, Early, Helm, HelmError, Running};
use crate::hint::with_hint;
use crate::inputs::{Texts, file_name};
use crate::request::RenderRequest;
use crate::workdir::WorkDir;

/// A helm that renders.
pub(super) struct Rendering {
    pub(super) running: Running,
    /// The archive that it waited for, if it did.
    pub(super) waited: Option<PathBuf>,
}

/// One render: the request and where it works.
pub(super) struct Run<'a> {
    pub(super) request: &'a RenderRequest,
    pub(super) workdir: &'a WorkDir,
    pub(super) helm: Helm,
    /// The values that are given for pins.
    pub(super) given: &'a [Given],
    /// The chart with all its dependencies.
    pub(super) chart: PathBuf,
    /// The directory that the chart's links must not leave.
    pub(super) confine: Option<PathBuf>,
    /// The chart as helm gets it where nothing is instrumented.
    pub(super) original: OnceCell<PathBuf>,
    /// What the user should know.
    pub(super) warnings: RefCell<Vec<String>>,
    /// How many copies of the chart were written.
    pub(super) copies: Cell<usize>,
    /// What the last helm said on stderr.
    pub(super) said: RefCell<String>,
    /// What is wrong with a file that we cannot read, if helm can.
    pub(super) unread: Cell<Option<anyhow::Error>>,
}

impl<'a> Run<'a> {
    pub(super) fn new(
        request: &'a RenderRequest,
        workdir: &'a WorkDir,
        given: &'a [Given],
    ) -> Result<Self> {
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
            given,
            chart: request.chart.clone(),
            confine: request.confine.clone(),
            original: OnceCell::new(),
            warnings: RefCell::default(),
            copies: Cell::new(0),
            said: RefCell::default(),
            unread: Cell::default(),
        })
    }

    /// What helm prints for the chart at `dir`.
    pub(super) fn template(&self, dir: &Path) -> Result<Vec<u8>, HelmError> {
        self.wait_for(self.helm.start(&self.request.helm, dir)?)
    }

    /// The same, of a helm that keeps everything at other addresses.
    pub(super) fn template_elsewhere(&self, dir: &Path) -> Result<Vec<u8>, HelmError> {
        let running = self.helm.start_elsewhere(&self.request.helm, dir)?;
        running.finish()
    }

    /// What a helm prints. What it says is kept.
    pub(super) fn wait_for(&self, running: Running) -> Result<Vec<u8>, HelmError> {
        let (output, said) = running.finish_saying()?;
        self.said.replace(said.text().to_owned());
        Ok(output)
    }

    /// A helm that waits for a copy of the chart. Where it cannot be started, it will be said when there is one to render.
    pub(super) fn start_early(&self) -> Option<Early> {
        let name = format!("{}-early.tgz", self.copy_name());
        let early = self
            .helm
            .start_early(&self.request.helm, self.workdir, &name);
        early.ok()
    }

    /// A helm that renders the copy at `chart`: the one that waits, if there is one.
    pub(super) fn start(&self, chart: &Path, early: Option<Early>) -> Result<Rendering, HelmError> {
        Ok(match early.filter(|_| chart.is_file()) {
            Some(early) => Rendering {
                running: early.hand_over(chart)?,
                waited: Some(chart.to_owned()),
            },
            None => Rendering {
                running: self.helm.start(&self.request.helm, chart)?,
                waited: None,
            },
        })
    }

    /// What it prints. Where a helm that waited fails, what another one says counts: it may not have waited at all.
    pub(super) fn finish(&self, rendering: Rendering) -> Result<Vec<u8>, HelmError> {
        match (self.wait_for(rendering.running), rendering.waited) {
            (Err(error @ HelmError::Failed { .. }), Some(chart))
                if !error.is_missing_dependency() =>
            {
                self.wait_for(self.helm.start(&self.request.helm, &chart)?)
            }
            (result, _) => result,
        }
    }

    /// Has helm fetch the chart's dependencies into a copy, which takes the chart's place.
    pub(super) fn fetch_dependencies(&mut self) -> Result<()> {
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

    pub(super) fn limits(&self) -> Limits {
        Limits {
            confine: self.confine.clone(),
            max_total: self.request.memory.largest_part(),
            ..Limits::default()
        }
    }

    /// The chart, instrumented. `texts_generate`: a render has shown that a text for `tpl` can reach a call.
    pub(super) fn instrument(
        &self,
        keys: &ScopeKeys,
        texts_generate: bool,
    ) -> Result<Instrumented<'a>> {
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
    pub(super) fn copy_name(&self) -> String {
        self.copies.set(self.copies.get() + 1);
        format!("chart-{}", self.copies.get())
    }

    /// The texts besides the chart's own that `tpl` may be given.
    pub(super) fn texts(&self) -> Result<Vec<TplText>> {
        let helm = &self.request.helm;
        let mut files = Texts::new();
        let set = helm.set.iter().chain(&helm.set_string);
        let set = set.map(|(_, value)| value);
        let stand_in = self.request.stand_in.iter().flat_map(|it| &it.texts);
        let mut texts: Vec<TplText> = set
            .chain(stand_in)
            .map(|value| TplText {
                label: "--set".to_owned(),
                text: value.clone(),
                is_values: false,
            })
            .collect();
        for path in &helm.values {
            let text = files
                .read(path)?
                .with_context(|| format!("the values file {} cannot be read", path.display()))?;
            let wrong = |error| anyhow!("the values file {} {error}", file_name(path));
            if let Some(unread) = config::check_keys(text.as_bytes()).map_err(wrong)? {
                self.unread.set(Some(wrong(unread)));
            }
            texts.push(TplText {
                label: file_name(path),
                text,
                is_values: true,
            });
        }
        for (_, path) in &helm.set_file {
            // Helm reads it itself, and says so where it cannot.
            if let Ok(text) = files.read(Path::new(path))? {
                texts.push(TplText {
                    label: file_name(Path::new(path)),
                    text,
                    is_values: false,
                });
            }
        }
        Ok(texts)
    }

    /// What helm printed, as text. Nothing at all would mean that all resources are to be deleted, so it must be helm
    /// that says so.
    pub(super) fn manifests(&self, output: Vec<u8>) -> Result<String> {
        let text = text(output)?;
        // Where a chart prints hooks alone, helm ends the empty list of the others with a line feed.
        if text
            .strip_prefix('\n')
            .unwrap_or(&text)
            .starts_with("---\n")
        {
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
pub(super) fn text(output: Vec<u8>) -> Result<String> {
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

/// A name that no chart can know: named templates are global to a render.
fn run_name() -> Result<String> {
    let mut bytes = [0_u8; 8];
    getrandom::fill(&mut bytes)
        .map_err(|_| anyhow!("the operating system gives no random bytes"))?;
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    Ok(digits.map(|digit| char::from(b'a' + digit)).collect())
}
