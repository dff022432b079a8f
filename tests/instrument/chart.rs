//! A chart in memory that is rendered by real helm, plain or instrumented.

use std::path::Path;
use std::process::Command;

use argocd_pin_plugin::chart::defines::{Clocks, Mode};
use argocd_pin_plugin::chart::instrument::{
    Instrumentation, Options, TemplateSource, TplText, instrument_sources,
};

pub(crate) use crate::binaries::helms;

pub(crate) const DEFINE: &str = "0123456789abcdef";
pub(crate) const CLOCK: i64 = 1_577_934_245;

/// A key for a site: any text of 32 hexadecimal digits that follows from its name will do.
pub(crate) fn site_key(name: &str) -> String {
    use sha2::{Digest, Sha256};
    let digest = Sha256::digest(name.as_bytes());
    digest.iter().take(16).map(|b| format!("{b:02x}")).collect()
}

#[derive(Clone, Default)]
pub(crate) struct Chart {
    files: Vec<(String, String)>,
    allow: Vec<String>,
    shared: bool,
}

impl Chart {
    pub(crate) fn new() -> Chart {
        Chart::default().file(
            "Chart.yaml",
            "{apiVersion: v2, name: app, version: 1.0.0}\n",
        )
    }

    pub(crate) fn file(mut self, path: &str, text: &str) -> Chart {
        self.files.push((path.to_owned(), text.to_owned()));
        self
    }

    pub(crate) fn template(self, text: &str) -> Chart {
        self.file("templates/a.yaml", text)
    }

    pub(crate) fn allow(mut self, function: &str) -> Chart {
        self.allow.push(function.to_owned());
        self
    }

    pub(crate) fn shared(mut self) -> Chart {
        self.shared = true;
        self
    }

    fn sources(&self) -> Vec<TemplateSource> {
        let source = |(path, text): &(String, String)| TemplateSource {
            chart: "app".to_owned(),
            file: path.clone(),
            path: path.clone(),
            text: text.clone(),
            is_shared: self.shared,
        };
        let is_template = |(path, _): &&(String, String)| path.starts_with("templates/");
        self.files.iter().filter(is_template).map(source).collect()
    }

    fn tpl_texts(&self) -> Vec<TplText> {
        let text = |(path, text): &(String, String)| TplText {
            label: path.clone(),
            text: text.clone(),
        };
        let is_other = |(path, _): &&(String, String)| !path.starts_with("templates/");
        self.files.iter().filter(is_other).map(text).collect()
    }

    pub(crate) fn instrument(&self) -> Instrumentation {
        let options = Options {
            define_name: DEFINE,
            clocks: Clocks {
                pinned: CLOCK,
                now: CLOCK,
            },
            site_key: &site_key,
            allow: &self.allow,
        };
        instrument_sources(&self.sources(), &self.tpl_texts(), &options)
    }

    /// The instrumented chart for a mode.
    pub(crate) fn instrumented(&self, mode: Mode) -> Chart {
        let instrumentation = self.instrument();
        let mut chart = self.clone();
        let templates = chart
            .files
            .iter_mut()
            .filter(|(p, _)| p.starts_with("templates/"));
        for ((_, text), new) in templates.zip(&instrumentation.texts) {
            if let Some(new) = new {
                new.clone_into(text);
            }
        }
        chart.file("templates/_pin.tpl", &instrumentation.defines(mode))
    }

    /// A directory with its files.
    fn written(&self) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in &self.files {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        dir
    }

    /// Helm's output, or its error.
    pub(crate) fn render_with(&self, helm: &Path) -> Result<String, String> {
        let dir = self.written();
        let output = Command::new(helm)
            .args(["template", "release"])
            .arg(dir.path())
            .env("TZ", "UTC")
            .env("HOME", dir.path())
            .output()
            .unwrap();
        if output.status.success() {
            let text = String::from_utf8(output.stdout).unwrap();
            assert!(!text.contains(DEFINE), "{text}");
            Ok(text)
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        }
    }

    /// What a helm prints whose random numbers are the same each time.
    pub(crate) fn render_repeatable(&self, helm: &Path) -> String {
        let dir = self.written();
        let work = argocd_pin_plugin::workdir::WorkDir::create().unwrap();
        let helm = argocd_pin_plugin::helm::Helm::new(helm, &work).unwrap();
        let running = helm.start_repeatable(&request(), dir.path()).unwrap();
        String::from_utf8(running.finish().unwrap()).unwrap()
    }

    /// What both helms agree on.
    pub(crate) fn render(&self) -> Result<String, String> {
        let mut results: Vec<_> = helms().iter().map(|helm| self.render_with(helm)).collect();
        let last = results.pop().unwrap();
        if last.is_ok() {
            for result in results {
                assert_eq!(result, last);
            }
        }
        last
    }

    /// The instrumented render.
    pub(crate) fn pinned(&self) -> String {
        self.instrumented(Mode::Placeholder).render().unwrap()
    }
}

/// The value behind `key: ` in an output.
pub(crate) fn value<'a>(output: &'a str, key: &str) -> &'a str {
    let prefix = format!("{key}: ");
    output
        .lines()
        .find_map(|line| line.trim_start().strip_prefix(&prefix))
        .unwrap_or_else(|| panic!("no {key} in {output}"))
        .trim_matches('"')
}

fn request() -> argocd_pin_plugin::helm::HelmRequest {
    argocd_pin_plugin::helm::HelmRequest {
        release_name: "release".to_owned(),
        ..argocd_pin_plugin::helm::HelmRequest::default()
    }
}
