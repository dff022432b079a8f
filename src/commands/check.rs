//! `check`: whether what renders need is there. It renders nothing.

use std::path::Path;

use anyhow::Context;
use rustix::fs::statfs;
use serde::Serialize;
use serde_json::json;

use super::Outcome;
use super::table::{Table, terminal_width};
use crate::argocd::{Environment, Scopes, Settings, circumstances};
use crate::cli::{CheckArgs, Output};
use crate::helm::{self, Helm};
use crate::seeds::SeedChoice;
use crate::slots;
use crate::workdir::WorkDir;

/// The file systems that keep files in memory: tmpfs and ramfs (`linux/magic.h`).
const IN_MEMORY: [u64; 2] = [0x0102_1994, 0x8584_58f6];

/// How a check went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Ok,
    Warning,
    Failed,
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Check {
    check: &'static str,
    state: State,
    detail: String,
}

impl Check {
    fn new(check: &'static str, state: State, detail: impl Into<String>) -> Self {
        Self {
            check,
            state,
            detail: detail.into(),
        }
    }

    /// A check that fails with an error.
    fn of(check: &'static str, result: anyhow::Result<String>) -> Self {
        match result {
            Ok(detail) => Self::new(check, State::Ok, detail),
            Err(error) => Self::new(check, State::Failed, format!("{error:#}")),
        }
    }
}

/// Checks all.
///
/// # Errors
/// The current folder cannot be read.
pub(super) fn run(args: &CheckArgs) -> anyhow::Result<Outcome> {
    let here = std::env::current_dir().context("the current folder cannot be read")?;
    let checks = all(&here);
    let is_ok = checks.iter().all(|check| check.state != State::Failed);
    let stdout = match args.output {
        Output::Table => table(&checks, terminal_width()),
        Output::Json => super::json(&json!({ "ok": is_ok, "checks": checks }))?,
    };
    Ok(Outcome::report(stdout, is_ok))
}

fn all(here: &Path) -> Vec<Check> {
    let settings = match Settings::read() {
        Ok(settings) => settings,
        Err(error) => return vec![Check::new("settings", State::Failed, error.to_string())],
    };
    let mut checks = vec![of_settings(&settings)];
    checks.extend(of_seeds(&settings, here));
    checks.extend(of_scopes(&settings, here));
    checks.extend(of_credentials(&settings));
    match WorkDir::create().context("no private temporary directory can be made") {
        Ok(work) => {
            checks.push(of_temporary(work.path()));
            checks.push(Check::of("helm", helm_version(&settings, &work)));
        }
        Err(error) => checks.push(Check::of("temporary files", Err(error))),
    }
    checks.push(Check::of(
        "slots",
        slots::try_folder()
            .context("the folder for the slots of parallel renders cannot be used")
            .map(|()| "renders can wait for each other".to_owned()),
    ));
    checks.push(of_argocd(Environment::read(), &settings));
    checks
}

/// Names that look like settings, and paths that a render would refuse.
fn of_settings(settings: &Settings) -> Check {
    let relative = settings
        .paths()
        .into_iter()
        .filter(|(_, path)| path.is_relative())
        .map(|(name, _)| format!("{name} is a relative path, which renders under Argo CD refuse"));
    let odd: Vec<String> = settings.warnings.iter().cloned().chain(relative).collect();
    match odd.is_empty() {
        true => Check::new("settings", State::Ok, "all can be used"),
        false => Check::new("settings", State::Warning, odd.join("; ")),
    }
}

fn of_seeds(settings: &Settings, here: &Path) -> Vec<Check> {
    let all = match settings.seeds.all(here) {
        Ok(all) => all,
        Err(error) => {
            let folder = settings.seeds.place().1.display();
            let detail = format!("the folder {folder} cannot be read: {error}");
            return vec![Check::new("seed", State::Failed, detail)];
        }
    };
    all.into_iter()
        .map(|choice| of_seed(choice.watched(true)))
        .collect()
}

fn of_seed(choice: SeedChoice) -> Check {
    match choice.read() {
        Err(error) => Check::new("seed", State::Failed, format!("{error:#}")),
        Ok((_, warnings)) if !warnings.is_empty() => {
            Check::new("seed", State::Warning, warnings.join("; "))
        }
        Ok((seed, _)) => Check::new(
            "seed",
            State::Ok,
            format!("{} in {}", seed.id(), choice.file().display()),
        ),
    }
}

fn of_scopes(settings: &Settings, here: &Path) -> Option<Check> {
    let file = settings.scopes_file.as_ref()?;
    let read = Scopes::read(&here.join(file)).map(|scopes| match scopes.len() {
        1 => "1 Application has a scope of the admin's".to_owned(),
        count => format!("{count} Applications have a scope of the admin's"),
    });
    Some(Check::of("scopes", read.map_err(Into::into)))
}

/// The files with credentials, where there are any.
fn of_credentials(settings: &Settings) -> Vec<Check> {
    let credentials = &settings.credentials;
    [
        ("PIN_REGISTRY_CONFIG", &credentials.registries),
        ("PIN_REPOSITORY_CONFIG", &credentials.repositories),
    ]
    .into_iter()
    .filter_map(|(name, path)| Some((name, path.as_ref()?)))
    .map(|(name, path)| {
        let read = std::fs::File::open(path)
            .with_context(|| format!("{name} names {}, which cannot be read", path.display()))
            .map(|_| format!("{} can be read", path.display()));
        Check::of("credentials", read)
    })
    .collect()
}

/// The folder that a private directory was just made in.
fn of_temporary(work: &Path) -> Check {
    let folder = work.parent().unwrap_or(work).display();
    let Ok(system) = statfs(work) else {
        return Check::new(
            "temporary files",
            State::Warning,
            format!("{folder}: the file system is not known"),
        );
    };
    // The types of these fields differ between architectures.
    #[allow(clippy::unnecessary_cast)]
    let (kind, free) = (
        system.f_type as u64 & 0xffff_ffff,
        system.f_bavail as u64 * system.f_bsize as u64,
    );
    let free = format!("{} MiB are free", free >> 20);
    match IN_MEMORY.contains(&kind) {
        true => Check::new(
            "temporary files",
            State::Ok,
            format!("{folder} is in memory, {free}"),
        ),
        false => Check::new(
            "temporary files",
            State::Warning,
            format!(
                "{folder} is on a disk, where pinned values stand while helm runs: mount memory there; {free}"
            ),
        ),
    }
}

fn helm_version(settings: &Settings, work: &WorkDir) -> anyhow::Result<String> {
    let binary = settings.helm.display();
    let version = Helm::new(&settings.helm, work)
        .and_then(|helm| helm.version())
        .map_err(|error| helm::shown(&error))?;
    anyhow::ensure!(
        version.is_known(),
        "{binary} is no helm: it prints no version, set PIN_HELM"
    );
    anyhow::ensure!(
        !version.is_too_old(),
        "{binary} is helm {version}, and the oldest that works is {}",
        helm::OLDEST
    );
    Ok(format!("{version} ({binary})"))
}

/// What Argo CD says of an Application, if this process is one of its renders.
fn of_argocd(
    environment: Result<Environment, impl Into<anyhow::Error>>,
    settings: &Settings,
) -> Check {
    let check = "argo cd";
    let environment = match environment {
        Ok(environment) => environment,
        Err(error) => return Check::of(check, Err(error.into())),
    };
    if !environment.is_argocd() {
        return Check::new(
            check,
            State::Ok,
            "no Application is rendered: its variables are set for each render",
        );
    }
    let (Some(application), Some(project)) = (environment.app_name(), environment.project()) else {
        let detail = "ARGOCD_APP_NAME or ARGOCD_APP_PROJECT_NAME is empty, which Argo CD sets since version 3.0";
        return Check::new(check, State::Failed, detail);
    };
    let refused = circumstances::check(&environment, settings).err();
    let odd: Vec<String> = refused
        .map(|error| error.to_string())
        .into_iter()
        .chain(environment.warning())
        .collect();
    match odd.is_empty() {
        true => Check::new(
            check,
            State::Ok,
            format!("project {project}, application {application}"),
        ),
        false => Check::new(check, State::Warning, odd.join("; ")),
    }
}

fn table(checks: &[Check], width: Option<usize>) -> String {
    let mut table = Table::new(&["CHECK", "STATE", "DETAIL"]);
    for Check {
        check,
        state,
        detail,
    } in checks
    {
        table.row([
            *check,
            match state {
                State::Ok => "ok",
                State::Warning => "warning",
                State::Failed => "FAILED",
            },
            detail,
        ]);
    }
    table.render(width)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn settings(variables: &[(&str, &str)]) -> Settings {
        Settings::from_variables(variables.iter().map(|(n, v)| (n.into(), v.into()))).unwrap()
    }

    fn argocd(variables: &[(&str, &str)]) -> (State, String) {
        let variables = || variables.iter().map(|(n, v)| (n.into(), v.into()));
        let check = of_argocd(
            Environment::from_variables(variables()),
            &Settings::from_variables(variables()).unwrap(),
        );
        (check.state, check.detail)
    }

    #[test]
    fn argo_cds_variables_are_looked_at_where_they_are_set() {
        assert_eq!(argocd(&[]).0, State::Ok);
        let name = ("ARGOCD_APP_NAME", "web");
        assert_eq!(argocd(&[name]).0, State::Failed);
        let project = ("ARGOCD_APP_PROJECT_NAME", "default");
        let (state, detail) = argocd(&[name, project]);
        assert_eq!(state, State::Warning);
        assert!(detail.starts_with("KUBE_VERSION is empty"), "{detail}");
        let version = ("KUBE_VERSION", "1.33.2");
        assert_eq!(
            argocd(&[name, project, version]),
            (State::Ok, "project default, application web".to_owned())
        );
        let (state, detail) = argocd(&[name, project, version, ("ARGOCD_ENV_X", "hush")]);
        assert_eq!(state, State::Warning);
        assert!(
            detail.contains("`X`") && !detail.contains("hush"),
            "{detail}"
        );
    }

    #[test]
    fn what_a_render_would_refuse_is_said() {
        let check = of_settings(&settings(&[
            ("PIN_SCOPES_FILE", "scopes"),
            ("PIN_HELM", "helm"),
        ]));
        assert_eq!(check.state, State::Warning);
        assert!(
            check
                .detail
                .starts_with("PIN_SCOPES_FILE is a relative path")
        );
        assert_eq!(of_settings(&settings(&[])).state, State::Ok);
        for name in ["PIN_REGISTRY_CONFIG", "PIN_REPOSITORY_CONFIG"] {
            let checks = of_credentials(&settings(&[(name, "/no/such/file")]));
            assert_eq!(checks.len(), 1);
            assert_eq!(checks[0].state, State::Failed);
            assert!(checks[0].detail.contains(name), "{checks:?}");
        }
    }

    #[test]
    fn memory_is_told_from_a_disk() {
        let shared = Path::new("/dev/shm");
        if shared.is_dir() {
            let check = of_temporary(tempfile::tempdir_in(shared).unwrap().path());
            assert_eq!(check.state, State::Ok, "{check:?}");
        }
        let check = of_temporary(Path::new("/proc/self"));
        assert_eq!(check.state, State::Warning);
        assert!(check.detail.starts_with("/proc is on a disk"), "{check:?}");
    }
}
