//! The admin's settings: environment variables that begin with `PIN_`, which Argo CD never sets from a
//! tenant's input, and `SOURCE_DATE_EPOCH`.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::near_miss::nearest;
use crate::derive::{Scope, SeedId};
use crate::helm::{Credentials, Memory, circle};
use crate::seeds::Kept;

/// Where the seed is, unless `PIN_SEED_FILE` or `--seed-file` says otherwise.
pub const DEFAULT_SEED_FILE: &str = "/etc/argocd-pin-plugin/seed";

/// The helm binary, unless `PIN_HELM` or `--helm` says otherwise: the first one on `PATH`.
pub(crate) const DEFAULT_HELM: &str = "helm";

/// The clock that charts see, in seconds since 1970, unless `SOURCE_DATE_EPOCH` says otherwise:
/// 2024-01-01 00:00:00 UTC. It is part of what a render gives and never changes.
pub(crate) const DEFAULT_CLOCK: i64 = 1_704_067_200;

/// The last second of the year 9999: behind it, years have five digits and charts' formats break.
const LAST_CLOCK: i64 = 253_402_300_799;

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

/// What `PIN_VALUES_SCHEMES` may hold: helm itself speaks these, all others need a plugin of helm's.
const SCHEMES: [&str; 2] = ["https", "http"];

/// The largest `PIN_PARALLELISM`.
const MOST_RENDERS: usize = 1024;

/// The least `PIN_MEMORY`: with less helm does not begin.
const LEAST_MEMORY: u32 = 128;

/// The largest `PIN_MEMORY`: 1 TiB.
const MOST_MEMORY: u32 = 1 << 20;

/// Why a setting cannot be used.
#[derive(Debug, Error, PartialEq, Eq)]
pub(crate) enum SettingsError {
    /// `SOURCE_DATE_EPOCH` is no whole number of seconds, or too large.
    #[error("SOURCE_DATE_EPOCH must be a whole number of seconds from 0 to {LAST_CLOCK}")]
    Clock,
    /// `PIN_CERTIFICATE_TIME` is no moment.
    #[error("PIN_CERTIFICATE_TIME must be a whole number of seconds from 0 to {LAST_CLOCK}")]
    Time,
    /// `PIN_SEED_ID` is no id.
    #[error(
        "PIN_SEED_ID must be a seed's id, `seed-` and 16 hexadecimal digits, as `argocd-pin-plugin seed id` prints it"
    )]
    SeedId,
    /// One seed and several at once.
    #[error("PIN_SEED_FILE and PIN_SEED_DIR are both set, and seeds are in one place")]
    TwoPlaces,
    /// Several seeds, and none for an Application that names none.
    #[error(
        "PIN_SEED_DIR needs PIN_SEED_ID, the id of the seed for Applications that name none by the parameter `seed`"
    )]
    NoDefault,
    /// A setting holds bytes that are no UTF-8.
    #[error("the environment variable {0} is not UTF-8")]
    NotUtf8(&'static str),
    /// A switch that is neither on nor off.
    #[error("{0} must be \"true\" or \"false\"")]
    Switch(&'static str),
    /// `PIN_PARALLELISM` is no count.
    #[error("PIN_PARALLELISM must be a whole number from 0 (no limit) to {MOST_RENDERS}")]
    Parallelism,
    /// `PIN_MEMORY` is no size.
    #[error(
        "PIN_MEMORY must be a whole number of MiB, from {LEAST_MEMORY} to {MOST_MEMORY}, or 0 for no limit"
    )]
    Memory,
    /// `PIN_SCOPE` names no project and Application.
    #[error("PIN_SCOPE must be PROJECT/APPLICATION")]
    Scope,
    /// `PIN_VALUES_SCHEMES` holds what helm cannot fetch by itself.
    #[error(
        "PIN_VALUES_SCHEMES must be a list of `https` and `http`: helm's plugins are never run"
    )]
    Scheme,
}

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
                "PIN_SEED_ID" => {
                    let id = value.to_str().and_then(SeedId::parse);
                    seed_id = Some(id.ok_or(SettingsError::SeedId)?);
                }
                "PIN_SCOPES_FILE" => settings.scopes_file = Some(value.into()),
                "PIN_HELM" => settings.helm = value.into(),
                "PIN_ALLOW" => {
                    let text = value.to_str().ok_or(SettingsError::NotUtf8("PIN_ALLOW"))?;
                    settings.allow = list(text);
                }
                "PIN_VALUES_SCHEMES" => {
                    let text = value.to_str().ok_or(SettingsError::Scheme)?;
                    settings.values_schemes = schemes(text)?;
                }
                "PIN_PARALLELISM" => {
                    let count = value.to_str().and_then(parallelism);
                    settings.parallelism = Some(count.ok_or(SettingsError::Parallelism)?);
                }
                "PIN_MEMORY" => {
                    let count = value.to_str().and_then(memory);
                    settings.memory = count.ok_or(SettingsError::Memory)?;
                }
                "PIN_REGISTRY_CONFIG" => settings.credentials.registries = Some(value.into()),
                "PIN_REPOSITORY_CONFIG" => settings.credentials.repositories = Some(value.into()),
                "PIN_ALLOW_HYDRATOR" => {
                    settings.allow_hydrator = switch("PIN_ALLOW_HYDRATOR", &value)?;
                    settings.refuses_hydrator = !settings.allow_hydrator;
                }
                "PIN_ALLOW_LOCAL" => settings.allow_local = switch("PIN_ALLOW_LOCAL", &value)?,
                "PIN_STAND_IN_FOR" => {
                    let text = value
                        .to_str()
                        .ok_or(SettingsError::NotUtf8("PIN_STAND_IN_FOR"))?;
                    settings.stand_in_for = list(text);
                }
                "PIN_SCOPE" => {
                    let scope = value.to_str().and_then(scope);
                    settings.scope = Some(scope.ok_or(SettingsError::Scope)?);
                }
                "PIN_ALLOW_UNKNOWN_PINS" => {
                    settings.allow_unknown_pins = switch("PIN_ALLOW_UNKNOWN_PINS", &value)?;
                }
                "PIN_BASELINE" => settings.baseline = switch("PIN_BASELINE", &value)?,
                "ARGOCD_CMP_WORKDIR" => settings.work_dir = PathBuf::from(value).join(WORK_DIR),
                "SOURCE_DATE_EPOCH" => {
                    settings.clock = value.to_str().and_then(clock).ok_or(SettingsError::Clock)?;
                }
                "PIN_CERTIFICATE_TIME" => {
                    settings.now = value.to_str().and_then(clock).ok_or(SettingsError::Time)?;
                }
                // `workdir` reads the one; the other is no setting.
                "PIN_TMPDIR" | circle::CALL => {}
                _ => settings.warnings.extend(misspelt(name)),
            }
        }
        settings.seeds = seeds(seed_file, seed_dir, seed_id)?;
        settings.warnings.sort();
        Ok(settings)
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

fn list(text: &str) -> Vec<String> {
    text.split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .map(str::to_owned)
        .collect()
}

fn schemes(text: &str) -> Result<Vec<String>, SettingsError> {
    let schemes: Vec<String> = list(&text.to_ascii_lowercase());
    if schemes
        .iter()
        .any(|scheme| !SCHEMES.contains(&scheme.as_str()))
    {
        return Err(SettingsError::Scheme);
    }
    Ok(schemes)
}

/// `project/application`.
fn scope(text: &str) -> Option<Scope> {
    let (project, application) = text.split_once('/')?;
    let is_name = |name: &str| !name.is_empty() && !name.contains('/');
    (is_name(project) && is_name(application)).then(|| Scope {
        project: project.to_owned(),
        application: application.to_owned(),
    })
}

fn parallelism(text: &str) -> Option<usize> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let count: usize = digits.then(|| text.parse().ok()).flatten()?;
    (count <= MOST_RENDERS).then_some(count)
}

fn memory(text: &str) -> Option<Memory> {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let count: u32 = digits.then(|| text.parse().ok()).flatten()?;
    let is_fine = count == 0 || (LEAST_MEMORY..=MOST_MEMORY).contains(&count);
    is_fine.then(|| Memory::of_mib(count))
}

fn switch(name: &'static str, value: &OsStr) -> Result<bool, SettingsError> {
    match value.to_str() {
        Some("true") => Ok(true),
        Some("false") => Ok(false),
        _ => Err(SettingsError::Switch(name)),
    }
}

fn clock(text: &str) -> Option<i64> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let seconds: i64 = digits.then(|| text.parse().ok()).flatten()?;
    (seconds <= LAST_CLOCK).then_some(seconds)
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn settings(variables: &[(&str, &str)]) -> Result<Settings, SettingsError> {
        Settings::from_variables(variables.iter().map(|(n, v)| (n.into(), v.into())))
    }

    fn one(file: &str) -> Kept {
        Kept::One {
            file: file.into(),
            id: None,
        }
    }

    #[test]
    fn nothing_set_gives_the_documented_defaults() {
        let found = settings(&[("PIN_HELM", ""), ("SOURCE_DATE_EPOCH", "")]).unwrap();
        assert_eq!(found.seeds, one("/etc/argocd-pin-plugin/seed"));
        assert_eq!(found.scopes_file, None);
        assert_eq!(found.helm, PathBuf::from("helm"));
        assert_eq!(found.clock, 1_704_067_200);
        assert!(found.allow.is_empty() && found.warnings.is_empty());
    }

    #[test]
    fn each_setting_is_read() {
        let found = settings(&[
            ("PIN_SEED_FILE", "/run/seed"),
            ("PIN_HELM", "/usr/bin/helm4"),
            ("PIN_ALLOW", "getHostByName, lookup,,"),
            ("SOURCE_DATE_EPOCH", "0"),
            ("ARGOCD_CMP_WORKDIR", "/work"),
            ("ARGOCD_ENV_PIN_HELM", "/tmp/evil"),
        ])
        .unwrap();
        assert_eq!(found.seeds, one("/run/seed"));
        assert_eq!(found.helm, PathBuf::from("/usr/bin/helm4"));
        assert_eq!(found.allow, ["getHostByName", "lookup"]);
        assert_eq!(found.clock, 0);
        assert_eq!(found.work_dir, PathBuf::from("/work/_cmp_server"));
    }

    #[test]
    fn one_seed_or_several_with_a_default() {
        let id = ("PIN_SEED_ID", "seed-0123456789abcdef");
        let folder = ("PIN_SEED_DIR", "/run/seeds");
        let found = settings(&[id, folder, ("PIN_SCOPES_FILE", "/run/scopes")]).unwrap();
        assert_eq!(
            found.seeds.place(),
            ("PIN_SEED_DIR", Path::new("/run/seeds"))
        );
        assert_eq!(found.seeds.default_id(), SeedId::parse(id.1).as_ref());
        assert_eq!(found.scopes_file, Some("/run/scopes".into()));
        let found = settings(&[id]).unwrap();
        assert_eq!(
            found.seeds.place(),
            ("PIN_SEED_FILE", Path::new(DEFAULT_SEED_FILE))
        );
        assert_eq!(found.seeds.default_id(), SeedId::parse(id.1).as_ref());
        assert_eq!(settings(&[folder]), Err(SettingsError::NoDefault));
        assert_eq!(
            settings(&[id, folder, ("PIN_SEED_FILE", "/run/seed")]),
            Err(SettingsError::TwoPlaces)
        );
        assert_eq!(
            settings(&[("PIN_SEED_ID", "2026")]),
            Err(SettingsError::SeedId)
        );
        // No tenant names a place, a seed for all, or a scope.
        let tenants = ["SEED_ID", "SEED_DIR", "SCOPES_FILE"]
            .map(|name| (format!("ARGOCD_ENV_PIN_{name}"), "x".to_owned()));
        let tenants: Vec<_> = tenants.iter().map(|(n, v)| (&**n, &**v)).collect();
        let found = settings(&tenants).unwrap();
        assert_eq!(found.seeds, one(DEFAULT_SEED_FILE));
        assert_eq!(found.scopes_file, None);
    }

    #[test]
    fn a_clock_that_is_none_is_refused() {
        for text in [
            "-1",
            "1.5",
            "now",
            "1e9",
            " 1",
            "+1",
            "253402300800",
            "99999999999999999999",
        ] {
            assert_eq!(
                settings(&[("SOURCE_DATE_EPOCH", text)]),
                Err(SettingsError::Clock),
                "for {text:?}"
            );
        }
        assert!(settings(&[("SOURCE_DATE_EPOCH", "253402300799")]).is_ok());
    }

    #[test]
    fn the_limits_of_a_tenant_are_read() {
        let found = settings(&[
            ("PIN_VALUES_SCHEMES", "HTTPS, http,"),
            ("PIN_PARALLELISM", "3"),
            ("PIN_MEMORY", "512"),
            ("PIN_ALLOW_HYDRATOR", "true"),
            ("PIN_ALLOW_LOCAL", "true"),
            ("PIN_ALLOW_UNKNOWN_PINS", "true"),
            ("PIN_BASELINE", "true"),
            ("PIN_REGISTRY_CONFIG", "/run/config.json"),
            ("PIN_REPOSITORY_CONFIG", "/run/repositories.yaml"),
            ("PIN_STAND_IN_FOR", "a/b, c/*"),
            ("PIN_SCOPE", "default/team_web"),
        ])
        .unwrap();
        assert_eq!(found.stand_in_for, ["a/b", "c/*"]);
        let scope = found.scope.clone().unwrap();
        assert_eq!(
            (&*scope.project, &*scope.application),
            ("default", "team_web")
        );
        assert!(!found.refuses_hydrator);
        assert_eq!(
            found.credentials,
            Credentials {
                registries: Some("/run/config.json".into()),
                repositories: Some("/run/repositories.yaml".into()),
            }
        );
        assert_eq!(found.values_schemes, ["https", "http"]);
        assert_eq!(found.parallelism, Some(3));
        assert_eq!(found.memory, Memory::of_mib(512));
        assert!(found.allow_hydrator && found.allow_local && found.allow_unknown_pins);
        assert!(found.baseline);
        // Nothing that a tenant names is one of them.
        let found = settings(&[
            ("ARGOCD_ENV_PIN_PARALLELISM", "0"),
            ("ARGOCD_ENV_PIN_ALLOW_LOCAL", "true"),
            ("PARAM_PIN_ALLOW_HYDRATOR", "true"),
            ("PARAM_PIN_VALUES_SCHEMES", "http"),
        ])
        .unwrap();
        assert_eq!((found.parallelism, found.values_schemes.len()), (None, 0));
        assert!(!found.allow_hydrator && !found.allow_local);
    }

    #[test]
    fn settings_that_mean_nothing_are_refused() {
        for (name, value) in [
            ("PIN_VALUES_SCHEMES", "file"),
            ("PIN_VALUES_SCHEMES", "https,secrets"),
            ("PIN_PARALLELISM", "many"),
            ("PIN_PARALLELISM", "-1"),
            ("PIN_PARALLELISM", "1025"),
            ("PIN_MEMORY", "127"),
            ("PIN_MEMORY", "1G"),
            ("PIN_MEMORY", "1048577"),
            ("PIN_ALLOW_HYDRATOR", "yes"),
            ("PIN_ALLOW_LOCAL", "1"),
            ("PIN_SCOPE", "web"),
            ("PIN_SCOPE", "/web"),
            ("PIN_SCOPE", "a/b/c"),
            ("PIN_ALLOW_UNKNOWN_PINS", "0"),
            ("PIN_BASELINE", "file"),
        ] {
            let error = settings(&[(name, value)]).unwrap_err();
            assert!(error.to_string().contains(name), "{error}");
        }
    }

    #[test]
    fn a_misspelt_setting_is_warned_of_and_a_service_named_pin_is_not() {
        let found = settings(&[
            ("PIN_SEEDFILE", "/run/seed"),
            ("PIN_SERVICE_HOST", "10.0.0.1"),
            ("PIN_PORT_443_TCP", "tcp://10.0.0.1:443"),
        ])
        .unwrap();
        assert_eq!(
            found.warnings,
            ["PIN_SEEDFILE is no setting; did you mean PIN_SEED_FILE?"]
        );
    }
}
