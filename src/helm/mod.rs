//! The helm request, its argument vector, and the child process.

pub(crate) mod circle;
pub mod dependencies;
mod early;
mod environment;
mod error;
mod fetch;
mod memory;
mod process;
mod repositories;
mod request;
mod requirements;
mod unfetched;
mod version;
mod words;

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub(crate) use early::Early;
pub(crate) use error::shown;
pub use error::{HelmError, Stderr};
pub(crate) use memory::Memory;
pub(crate) use process::Running;
pub use request::HelmRequest;
pub(crate) use request::escape_path;
pub(crate) use version::OLDEST;
pub use version::Version;

use crate::workdir::WorkDir;

/// Files with credentials for chart repositories and registries: the admin's. They are used for dependencies only.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Credentials {
    /// A registry configuration (`config.json`), as `helm registry login` or docker writes it.
    pub(crate) registries: Option<PathBuf>,
    /// A `repositories.yaml`, as `helm repo add` writes it.
    pub(crate) repositories: Option<PathBuf>,
}

/// A helm binary, and the directory that its own files go to.
#[derive(Debug)]
pub struct Helm {
    binary: PathBuf,
    home: PathBuf,
    credentials: Credentials,
    memory: Memory,
    /// Whether helm's configuration, caches, plugins and current directory are the caller's.
    is_callers: bool,
}

impl Helm {
    /// The same, with credentials for dependencies.
    #[must_use]
    pub(crate) fn with_credentials(mut self, credentials: &Credentials) -> Self {
        self.credentials = credentials.clone();
        self
    }

    /// The same, with another limit of memory.
    #[must_use]
    pub(crate) fn with_memory(mut self, memory: Memory) -> Self {
        self.memory = memory;
        self
    }

    /// The same, in the caller's own environment and current directory, where this program stands in for helm.
    #[must_use]
    pub(crate) fn in_callers_environment(mut self) -> Self {
        self.is_callers = true;
        self
    }

    /// `binary` is a path, or a name to be found on `PATH`. helm's configuration and caches stand in `work`.
    pub fn new(binary: impl Into<PathBuf>, work: &WorkDir) -> Result<Self, HelmError> {
        let binary: PathBuf = binary.into();
        // It runs in the chart's directory: a relative path would be looked up there.
        let is_name = binary.components().count() == 1
            && !binary.as_os_str().as_encoded_bytes().contains(&b'/');
        let binary = if is_name {
            binary
        } else {
            std::path::absolute(binary)?
        };
        Ok(Helm {
            binary,
            home: work.directory("helm")?,
            credentials: Credentials::default(),
            memory: Memory::default(),
            is_callers: false,
        })
    }

    /// Renders the chart at `chart`, a directory or an archive: what `helm template .` prints in the directory.
    pub fn template(&self, request: &HelmRequest, chart: &Path) -> Result<Vec<u8>, HelmError> {
        self.start(request, chart)?.finish()
    }

    /// Starts to render it.
    pub(crate) fn start(&self, request: &HelmRequest, chart: &Path) -> Result<Running, HelmError> {
        let mut command = self.template_command(request, chart)?;
        process::start(&mut command, Stdio::null(), self.memory)
    }

    /// Starts to render it with all that helm keeps in memory at other addresses than usual.
    pub(crate) fn start_elsewhere(
        &self,
        request: &HelmRequest,
        chart: &Path,
    ) -> Result<Running, HelmError> {
        let mut command = self.template_command(request, chart)?;
        command.envs(environment::elsewhere());
        process::start(&mut command, Stdio::null(), self.memory)
    }

    /// Runs another command of helm's in the caller's folder, and returns what it prints.
    pub(crate) fn run(
        &self,
        arguments: impl IntoIterator<Item = OsString>,
    ) -> Result<Vec<u8>, HelmError> {
        let mut command = self.command(&self.home, []);
        command.args(arguments);
        process::run(self.guarded(command), self.memory)
    }

    /// The same command; in the place of helm it is one that does not come back to us.
    fn guarded(&self, command: Command) -> Command {
        match self.is_callers {
            true => circle::marked(command),
            false => command,
        }
    }

    fn template_command(&self, request: &HelmRequest, chart: &Path) -> Result<Command, HelmError> {
        let mut command = if chart.is_file() || self.is_callers {
            let mut command = self.command(&self.home, ["template"]);
            command.arg(std::path::absolute(chart)?);
            command
        } else {
            self.command(chart, ["template", "."])
        };
        command.args(request.arguments()?);
        Ok(self.guarded(command))
    }

    /// Asks helm for its version: only worth it when a call failed.
    pub fn version(&self) -> Result<Version, HelmError> {
        let command = self.command(&self.home, ["version", "--template", "{{.Version}}"]);
        let output = process::run(command, self.memory)?;
        Ok(Version::parse(&String::from_utf8_lossy(&output)))
    }

    /// A helm process in `dir`.
    fn command<'a>(&self, dir: &Path, arguments: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = Command::new(&self.binary);
        if self.is_callers {
            command
                .envs(environment::of_callers(|name| {
                    std::env::var_os(OsStr::new(name))
                }))
                .args(arguments);
            return command;
        }
        command
            .current_dir(dir)
            .env_clear()
            .envs(environment::variables(&self.home, |name| {
                std::env::var_os(OsStr::new(name))
            }))
            .args(arguments);
        command
    }
}
