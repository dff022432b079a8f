//! The admin's settings: environment variables that begin with `PIN_`, which Argo CD never sets from a
//! tenant's input, and `SOURCE_DATE_EPOCH`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

mod error;
mod read;
#[cfg(test)]
mod tests;

use super::near_miss::nearest;
use crate::derive::{Scope, SeedId};
use crate::helm::{Credentials, Memory, circle};
use crate::seeds::Kept;
pub(crate) use error::SettingsError;

/// Where the seed is, unless `PIN_SEED_FILE` or `--seed-file` says otherwise.
pub const DEFAULT_SEED_FILE: &str = "/etc/argocd-pin-plugin/seed";

/// The helm binary, unless `PIN_HELM` or `--helm` says otherwise: the first one on `PATH`.
pub(crate) const DEFAULT_HELM: &str = "helm";

/// The clock that charts see, in seconds since 1970, unless `SOURCE_DATE_EPOCH` says otherwise:
/// 2024-01-01 00:00:00 UTC. It is part of what a render gives and never changes.
pub(crate) const DEFAULT_CLOCK: i64 = 1_704_067_200;

/// The name that Argo CD gives to the folder of its plugin server.
const WORK_DIR: &str = "_cmp_server";

const KNOWN: [&str; 19] = [
    "PIN_SEED_FILE",
    "PIN_SEED_DIR",
    "PIN_SEED_ID",
    "PIN_SCOPES_FILE",
    "PIN_HELM",
    "PIN_ALLOW",
    "PIN_CERTIFICATE_TIME",
    "PIN_VALUES_SCHEMES",
    "PIN_PARALLELISM",
    "PIN_MEMORY",
    "PIN_ALLOW_HYDRATOR",
    "PIN_ALLOW_LOCAL",
    "PIN_ALLOW_UNKNOWN_PINS",
    "PIN_BASELINE",
    "PIN_REGISTRY_CONFIG",
    "PIN_REPOSITORY_CONFIG",
    "PIN_STAND_IN_FOR",
    "PIN_SCOPE",
    "PIN_TMPDIR",
];

/// What the admin of the sidecar has decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settings {
    /// The seed or the seeds (`PIN_SEED_FILE`, `PIN_SEED_DIR`, `PIN_SEED_ID`).
    pub(crate) seeds: Kept,
    /// The file with scopes of the admin's (`PIN_SCOPES_FILE`).
    pub(crate) scopes_file: Option<PathBuf>,
    /// The helm binary (`PIN_HELM`): a path, or a name to look for on `PATH`.
    pub(crate) helm: PathBuf,
    /// Non-deterministic functions that charts may call although they cannot be pinned (`PIN_ALLOW`,
    /// separated by commas).
    pub(crate) allow: Vec<String>,
    /// By which schemes values files and file parameters may be fetched (`PIN_VALUES_SCHEMES`, separated by
    /// commas, in lower case); none unless the admin says so.
    pub(crate) values_schemes: Vec<String>,
    /// How many renders may run at once under Argo CD (`PIN_PARALLELISM`); 0 is no limit, and none given is for
    /// the caller to decide.
    pub(crate) parallelism: Option<usize>,
    /// How much memory one helm may take (`PIN_MEMORY`, in MiB).
    pub(crate) memory: Memory,
    /// With what chart repositories and registries are asked for dependencies (`PIN_REGISTRY_CONFIG`,
    /// `PIN_REPOSITORY_CONFIG`).
    pub(crate) credentials: Credentials,
    /// Whether the source hydrator, which commits what it renders to Git, gets pinned values
    /// (`PIN_ALLOW_HYDRATOR`).
    pub(crate) allow_hydrator: bool,
    /// Whether files that somebody sent along with a request are rendered with an Application's values
    /// (`PIN_ALLOW_LOCAL`).
    pub(crate) allow_local: bool,
    /// Which releases are pinned where this program stands in for helm (`PIN_STAND_IN_FOR`, separated by commas).
    pub(crate) stand_in_for: Vec<String>,
    /// Whose values a release gets where this program stands in for helm (`PIN_SCOPE`); none is the release's own.
    pub(crate) scope: Option<Scope>,
    /// Whether the admin has said that the source hydrator gets no pinned values (`PIN_ALLOW_HYDRATOR`, not its default).
    pub(crate) refuses_hydrator: bool,
    /// Whether a value that is given for no pin of the chart is a warning and no error (`PIN_ALLOW_UNKNOWN_PINS`).
    pub(crate) allow_unknown_pins: bool,
    /// Whether a baseline in an Application's folder counts without being named (`PIN_BASELINE`).
    pub(crate) baseline: bool,
    /// The clock that charts see, in seconds since 1970 (`SOURCE_DATE_EPOCH`).
    pub(crate) clock: i64,
    /// The time, in seconds since 1970, which decides when certificates are issued again
    /// (`PIN_CERTIFICATE_TIME`, else the system's).
    pub(crate) now: i64,
    /// The folder below which Argo CD's plugin server unpacks repositories: `_cmp_server` in
    /// `ARGOCD_CMP_WORKDIR` or, without it, in the folder for temporary files.
    pub(crate) work_dir: PathBuf,
    /// Lines for stderr: variables that look like a misspelt setting.
    pub(crate) warnings: Vec<String>,
}

impl Settings {
    /// The files and folders that the admin names, each with its setting. A helm that is looked for on `PATH` is none.
    pub(crate) fn paths(&self) -> Vec<(&'static str, &Path)> {
        let mut paths = vec![self.seeds.place()];
        for (name, path) in [
            ("PIN_SCOPES_FILE", &self.scopes_file),
            ("PIN_REGISTRY_CONFIG", &self.credentials.registries),
            ("PIN_REPOSITORY_CONFIG", &self.credentials.repositories),
        ] {
            paths.extend(path.as_deref().map(|path| (name, path)));
        }
        if self.helm.components().count() > 1 {
            paths.push(("PIN_HELM", &self.helm));
        }
        paths
    }

    /// Reads this process's environment.
    ///
    /// # Errors
    /// A setting cannot be used.
    pub(crate) fn read() -> Result<Self, SettingsError> {
        Self::from_variables(std::env::vars_os())
    }

    /// Picks the settings out of `variables`; an empty one counts as not set.
    ///
    /// # Errors
    /// A setting cannot be used.
    pub(crate) fn from_variables(
        variables: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, SettingsError> {
        let (mut seed_file, mut seed_dir, mut seed_id) = (None, None, None);
        let mut settings = Self {
            seeds: seeds(None, None, None)?,
            scopes_file: None,
            helm: DEFAULT_HELM.into(),
            allow: Vec::new(),
            values_schemes: Vec::new(),
            parallelism: None,
            memory: Memory::default(),
            credentials: Credentials::default(),
            allow_hydrator: false,
            allow_local: false,
            stand_in_for: Vec::new(),
            scope: None,
            refuses_hydrator: false,
            allow_unknown_pins: false,
            baseline: false,
            clock: DEFAULT_CLOCK,
            now: crate::calendar::now(),
            work_dir: std::env::temp_dir().join(WORK_DIR),
            warnings: Vec::new(),
        };
        for (name, value) in variables {
            let Some(name) = name.to_str() else { continue };
            if value.is_empty() {
                continue;
            }
            match name {
                "PIN_SEED_FILE" => seed_file = Some(value.into()),
                "PIN_SEED_DIR" => seed_dir = Some(value.into()),
                "PIN_SEED_ID" => seed_id = Some(read::seed_id(&value)?),
                _ => settings.take(name, value)?,
            }
        }
        settings.seeds = seeds(seed_file, seed_dir, seed_id)?;
        settings.warnings.sort();
        Ok(settings)
    }

    /// Takes one variable that is set and is not about seeds.
    fn take(&mut self, name: &str, value: OsString) -> Result<(), SettingsError> {
        match name {
            "PIN_SCOPES_FILE" => self.scopes_file = Some(value.into()),
            "PIN_HELM" => self.helm = value.into(),
            "PIN_ALLOW" => self.allow = read::list("PIN_ALLOW", &value)?,
            "PIN_VALUES_SCHEMES" => {
                self.values_schemes = read::schemes("PIN_VALUES_SCHEMES", &value)?;
            }
            "PIN_PARALLELISM" => self.parallelism = Some(read::parallelism(&value)?),
            "PIN_MEMORY" => self.memory = read::memory(&value)?,
            "PIN_REGISTRY_CONFIG" => self.credentials.registries = Some(value.into()),
            "PIN_REPOSITORY_CONFIG" => self.credentials.repositories = Some(value.into()),
            "PIN_ALLOW_HYDRATOR" => {
                self.allow_hydrator = read::switch("PIN_ALLOW_HYDRATOR", &value)?;
                self.refuses_hydrator = !self.allow_hydrator;
            }
            "PIN_ALLOW_LOCAL" => self.allow_local = read::switch("PIN_ALLOW_LOCAL", &value)?,
            "PIN_STAND_IN_FOR" => self.stand_in_for = read::list("PIN_STAND_IN_FOR", &value)?,
            "PIN_SCOPE" => self.scope = Some(read::scope(&value)?),
            "PIN_ALLOW_UNKNOWN_PINS" => {
                self.allow_unknown_pins = read::switch("PIN_ALLOW_UNKNOWN_PINS", &value)?;
            }
            "PIN_BASELINE" => self.baseline = read::switch("PIN_BASELINE", &value)?,
            "ARGOCD_CMP_WORKDIR" => self.work_dir = PathBuf::from(value).join(WORK_DIR),
            "SOURCE_DATE_EPOCH" => self.clock = read::clock(&value, SettingsError::Clock)?,
            "PIN_CERTIFICATE_TIME" => self.now = read::clock(&value, SettingsError::Time)?,
            // `workdir` reads the one; the other is no setting.
            "PIN_TMPDIR" | circle::CALL => {}
            _ => self.warnings.extend(misspelt(name)),
        }
        Ok(())
    }
}

/// One seed or several.
fn seeds(
    file: Option<PathBuf>,
    folder: Option<PathBuf>,
    id: Option<SeedId>,
) -> Result<Kept, SettingsError> {
    match (file, folder) {
        (Some(_), Some(_)) => Err(SettingsError::TwoPlaces),
        (None, Some(folder)) => Ok(Kept::Several {
            folder,
            default: id.ok_or(SettingsError::NoDefault)?,
        }),
        (file, None) => Ok(Kept::One {
            file: file.unwrap_or_else(|| DEFAULT_SEED_FILE.into()),
            id,
        }),
    }
}

/// A warning about a name that is one edit or two from a setting. Others that begin with `PIN_` are left
/// alone: Kubernetes makes such variables from a Service named `pin`.
fn misspelt(name: &str) -> Option<String> {
    if !name.starts_with("PIN") {
        return None;
    }
    let meant = nearest(name, KNOWN)?;
    Some(format!("{name} is no setting; did you mean {meant}?"))
}
