//! What helm is asked for: from the command line, the plugin's parameters and Argo CD's variables.

use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};

use super::folder::reason;
use crate::argocd::environment::release_name;
use crate::argocd::repository::{FileError, refuse_reference};
use crate::argocd::{Environment, Parameters, Repository, baseline, kube_version, values_files};
use crate::cli::RenderArgs;
use crate::config;
use crate::helm::HelmRequest;
use crate::hint::explained;
use crate::request::Baseline;

/// Where what helm is asked for stands.
pub(super) struct Sources<'a> {
    /// The command line.
    pub(super) args: &'a RenderArgs,
    /// The plugin's parameters.
    pub(super) parameters: &'a Parameters,
    /// Argo CD's variables.
    pub(super) environment: &'a Environment,
    /// The files that parameters may name.
    pub(super) repository: &'a Repository,
    /// The folder that paths on the command line are relative to.
    pub(super) here: &'a Path,
}

/// The files that the command line names.
pub(super) struct OwnFiles {
    values: Vec<PathBuf>,
    /// File parameters: a value's name and the file.
    set_file: Vec<(String, PathBuf)>,
}

impl OwnFiles {
    /// All of them.
    pub(super) fn paths(&self) -> Vec<PathBuf> {
        let set_file = self.set_file.iter().map(|(_, path)| path);
        self.values.iter().chain(set_file).cloned().collect()
    }
}

impl Sources<'_> {
    /// The files that the command line names.
    ///
    /// # Errors
    /// One is not there.
    pub(super) fn own_files(&self) -> anyhow::Result<OwnFiles> {
        let values = self.args.values.iter();
        let set_file = self.args.set_file.concat().into_iter();
        Ok(OwnFiles {
            values: values
                .map(|file| self.file(file, "--values"))
                .collect::<anyhow::Result<_>>()?,
            set_file: set_file
                .map(|(name, file)| Ok((name, self.file(Path::new(&file), "--set-file")?)))
                .collect::<anyhow::Result<_>>()?,
        })
    }

    /// What helm is asked for. `application` is the Application's name, which the release has unless it is named.
    ///
    /// # Errors
    /// A parameter cannot be used.
    pub(super) fn helm(&self, application: &str, own: &OwnFiles) -> anyhow::Result<HelmRequest> {
        let (args, parameters) = (self.args, self.parameters);
        if let Some(inline) = &parameters.values {
            config::check_values(inline)
                .map_err(|error| anyhow!("the parameter `values` {error}"))?;
        }
        let release = args
            .release_name
            .as_ref()
            .or(parameters.release_name.as_ref());
        let namespace = args.namespace.as_ref().or(parameters.namespace.as_ref());
        let api_versions = [
            args.api_versions.clone(),
            parameters.api_versions.clone(),
            self.environment.api_versions(),
        ];
        Ok(HelmRequest {
            release_name: release
                .map_or_else(|| release_name(application), String::as_str)
                .to_owned(),
            namespace: namespace
                .map(String::as_str)
                .or(self.environment.namespace())
                .map(str::to_owned),
            kube_version: self.kube_version()?,
            api_versions: api_versions
                .into_iter()
                .find(|list| !list.is_empty())
                .unwrap_or_default(),
            values: self.values(own)?,
            set: self.pairs(&args.set, &parameters.helm_parameters),
            set_string: self.pairs(&args.set_string, &parameters.helm_string_parameters),
            set_file: self.set_file(own)?,
            include_crds: !(args.skip_crds || parameters.skip_crds),
            skip_tests: args.skip_tests || parameters.skip_tests,
            skip_schema_validation: args.skip_schema_validation
                || parameters.skip_schema_validation,
            further: Vec::new(),
        })
    }

    /// The values files: the command line's, then the Application's.
    fn values(&self, own: &OwnFiles) -> anyhow::Result<Vec<PathBuf>> {
        let parameters = values_files::resolve(
            self.repository,
            self.environment,
            &self.parameters.values_files,
            self.parameters.ignore_missing_value_files,
        )
        .map_err(explained)
        .context("the parameter `values-files` cannot be used")?;
        Ok([own.values.clone(), parameters].concat())
    }

    fn kube_version(&self) -> anyhow::Result<Option<String>> {
        let own = self.args.kube_version.as_deref();
        let parameter = self.parameters.kube_version.as_deref();
        let (source, text) = match (own, parameter, self.environment.kube_version()) {
            (Some(text), ..) => ("--kube-version", text),
            (None, Some(text), _) => ("the parameter `kube-version`", text),
            (None, None, Some(text)) => ("KUBE_VERSION", text),
            (None, None, None) => return Ok(None),
        };
        let version =
            kube_version::normalise(text).with_context(|| format!("{source} cannot be used"))?;
        Ok(Some(version).filter(|version| !version.is_empty()))
    }

    /// The command line's values, then the Application's, in which Argo CD's variables are expanded.
    fn pairs(
        &self,
        flags: &[Vec<(String, String)>],
        parameters: &[(String, String)],
    ) -> Vec<(String, String)> {
        let parameters = parameters.iter();
        let expanded =
            parameters.map(|(name, value)| (name.clone(), self.environment.expand(value)));
        flags.concat().into_iter().chain(expanded).collect()
    }

    /// The file parameters: the command line's, then the Application's.
    fn set_file(&self, own: &OwnFiles) -> anyhow::Result<Vec<(String, String)>> {
        let shown = |path: &Path| path.to_string_lossy().into_owned();
        let own = own.set_file.iter();
        let mut all: Vec<_> = own
            .map(|(name, path)| (name.clone(), shown(path)))
            .collect();
        for (name, file) in &self.parameters.file_parameters {
            let path = self
                .expanded(file)
                .and_then(|file| self.repository.resolve(&file))
                .map_err(explained)
                .context("the parameter `file-parameters` cannot be used")?;
            all.push((name.clone(), shown(&path)));
        }
        Ok(all)
    }

    /// The Application's baseline: what its parameter names; else the usual file, if it `is_looked_for` and there.
    ///
    /// # Errors
    /// The file cannot be used.
    pub(super) fn baseline(&self, is_looked_for: bool) -> anyhow::Result<Option<Baseline>> {
        let named = self.parameters.baseline.as_deref();
        let named = named
            .map(|path| self.expanded(path))
            .transpose()
            .map_err(explained)
            .context("the parameter `baseline` cannot be used")?;
        baseline::given(self.repository, named.as_deref(), is_looked_for)
    }

    /// A path in a parameter, with Argo CD's variables expanded.
    fn expanded(&self, path: &str) -> Result<String, FileError> {
        refuse_reference(path)?;
        Ok(self.environment.expand(path))
    }

    /// A file on the command line: absolute, and there.
    fn file(&self, file: &Path, flag: &str) -> anyhow::Result<PathBuf> {
        let shown = file.display();
        let path = self.here.join(file);
        let metadata = path
            .metadata()
            .map_err(|error| anyhow!("{flag} {shown} cannot be read: {}", reason(&error)))?;
        if metadata.is_dir() {
            bail!("{flag} {shown} is a folder, not a file");
        }
        Ok(path)
    }
}
