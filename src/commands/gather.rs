//! From flags, Argo CD's variables, the plugin's parameters and the admin's settings to one render request.
//!
//! A single option on the command line wins over the Application's, and that over the environment's. Lists are
//! joined, the command line's first, so that an Application's values win over an admin's.

use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};

use super::warn;
use crate::argocd::circumstances;
use crate::argocd::pins;
use crate::argocd::{Environment, Parameters, Repository, Scopes, Settings, kustomization};
use crate::cli::{RenderArgs, Whose};
use crate::derive::{Scope, SeedId};
use crate::hint::{WithHint, explained};
use crate::inputs;
use crate::request::{RenderRequest, Rotation};
use crate::seeds::{Kept, SeedChoice};

mod folder;
mod sources;

pub(super) use folder::{chart, is_gzip, reason};
use sources::Sources;

/// The project of an Application that names none, as in Argo CD.
const DEFAULT_PROJECT: &str = "default";

/// The fewest renders that may run at once unless the admin says so.
const LEAST_RENDERS: usize = 2;

/// Reads this process's environment and makes the request.
///
/// # Errors
/// An input is missing or wrong; the message names it.
pub(super) fn request(args: &RenderArgs) -> anyhow::Result<RenderRequest> {
    let [request] = requests([args])?;
    Ok(request)
}

/// The same, with the Application's baseline: for who prints manifests. Elsewhere it does not count, and is not read.
///
/// # Errors
/// An input is missing or wrong; the message names it.
pub(super) fn guarded(args: &RenderArgs) -> anyhow::Result<RenderRequest> {
    let [request] = read([args], true)?;
    Ok(request)
}

/// Reads this process's environment and makes a request for each of the command lines.
///
/// # Errors
/// An input is missing or wrong; the message names it.
pub(super) fn requests<const N: usize>(
    all: [&RenderArgs; N],
) -> anyhow::Result<[RenderRequest; N]> {
    read(all, false)
}

fn read<const N: usize>(
    all: [&RenderArgs; N],
    is_guarded: bool,
) -> anyhow::Result<[RenderRequest; N]> {
    let settings = Settings::read()?;
    warn(&settings.warnings);
    let environment = Environment::read()?;
    warn(environment.warning().as_slice());
    let here = std::env::current_dir().context("the current folder cannot be read")?;
    let mut requests = Vec::with_capacity(N);
    for args in all {
        let request = build(args, &environment, &settings, &here, is_guarded)?;
        warn(kustomization::warning(&request.chart).as_slice());
        requests.push(request);
    }
    inputs::keep_pipes(&mut requests)?;
    requests
        .try_into()
        .map_err(|_| anyhow!("a request is missing"))
}

/// Makes the request; `here` is the folder that paths on the command line are relative to. The baseline is read if it
/// guards the render.
///
/// # Errors
/// An input is missing or wrong; the message names it.
pub(super) fn build(
    args: &RenderArgs,
    environment: &Environment,
    settings: &Settings,
    here: &Path,
    is_guarded: bool,
) -> anyhow::Result<RenderRequest> {
    let parameters = match environment.parameters() {
        Some(json) => Parameters::parse(json).map_err(explained)?,
        None => Parameters::default(),
    };
    let own = own_scope(&args.whose, environment)?;
    circumstances::check(environment, settings).map_err(explained)?;
    let chart = folder::chart_or_archive(here, &args.chart, environment, settings)?;
    let folder = match chart.is_file() {
        true => chart.parent().unwrap_or(here),
        false => &chart,
    };
    let repository = Repository::around(folder, environment.source_path(), &settings.work_dir)
        .with_schemes(&settings.values_schemes);
    let sources = Sources {
        args,
        parameters: &parameters,
        environment,
        repository: &repository,
        here,
    };
    let own_files = sources.own_files()?;
    let helm = sources.helm(&own.application, &own_files)?;
    if environment.is_argocd() {
        check_admins_paths(args, settings)?;
    }
    let baseline = match is_guarded {
        true => sources.baseline(settings.baseline && chart.is_dir())?,
        false => None,
    };
    // Beside an archive stands nothing of the chart's.
    let pins = pins::given(chart.is_dir().then_some(&repository), parameters.pins)?;
    Ok(RenderRequest {
        chart,
        // A tenant's links must not reach other files of the sidecar; by hand, all files are the user's own.
        confine: environment
            .is_argocd()
            .then(|| repository.root().to_owned()),
        own_files: own_files.paths(),
        seed: seed(
            args,
            parameters.seed.as_deref(),
            settings,
            environment,
            here,
        )?,
        scope: Scopes::admins(own, settings.scopes_file.as_deref(), here)?,
        helm_binary: args.helm.clone().unwrap_or_else(|| settings.helm.clone()),
        helm,
        rotate: rotations(&args.rotate, &parameters.rotate)?,
        inline_values: parameters.values,
        clock: settings.clock,
        now: settings.now,
        allow: settings.allow.clone(),
        pins,
        baseline,
        allow_unknown_pins: settings.allow_unknown_pins,
        credentials: settings.credentials.clone(),
        memory: settings.memory,
        parallelism: parallelism(settings, environment),
        stand_in: None,
        pipes: None,
    })
}

/// The seed that the Application or the admin names, in the file of the flag or where the settings say.
fn seed(
    args: &RenderArgs,
    parameter: Option<&str>,
    settings: &Settings,
    environment: &Environment,
    here: &Path,
) -> anyhow::Result<SeedChoice> {
    let parameter = parameter
        .map(|id| seed_id(id, "the parameter `seed`"))
        .transpose()?;
    let kept = kept(args.whose.seed_file.as_ref(), settings);
    Ok(SeedChoice::new(&kept, parameter, here).watched(environment.is_argocd()))
}

/// A seed's id, which the user has given in what is `called` so.
///
/// # Errors
/// It is none.
pub(super) fn seed_id(id: &str, called: &str) -> anyhow::Result<SeedId> {
    SeedId::parse(id).ok_or_else(|| {
        anyhow!("{called} is no seed's id, which is `seed-` and 16 hexadecimal digits")
    })
}

/// Where seeds are kept: in the file of the flag, or where the settings say.
pub(super) fn kept(seed_file: Option<&PathBuf>, settings: &Settings) -> Kept {
    match seed_file {
        Some(file) => Kept::One {
            file: file.clone(),
            id: settings.seeds.default_id().cloned(),
        },
        None => settings.seeds.clone(),
    }
}

/// The Application's own scope. Under Argo CD both names are Argo CD's: a guess would give other values.
pub(super) fn own_scope(whose: &Whose, environment: &Environment) -> anyhow::Result<Scope> {
    let argocd = environment.is_argocd();
    let (app, project) = (whose.app.as_deref(), whose.project.as_deref());
    let given = |flag: Option<&str>, name: &str| match flag {
        Some("") => Err(anyhow!("--{name} is empty")),
        flag => Ok(flag.map(str::to_owned)),
    };
    let application = match given(app, "app")?.or_else(|| environment.app_name().map(str::to_owned))
    {
        Some(name) => name,
        None if argocd => bail!(
            "ARGOCD_APP_NAME is empty, and without the Application's name nothing can be pinned"
        ),
        None => {
            return Err(anyhow!("no Application is named, and its values depend on its name"))
                .hint("name it with --app, as Argo CD has it: `web`, or `team-a_web` for one in the namespace team-a");
        }
    };
    let project = match given(project, "project")?
        .or_else(|| environment.project().map(str::to_owned))
    {
        Some(name) => name,
        None if argocd => {
            return Err(anyhow!(
                "ARGOCD_APP_PROJECT_NAME is empty, and without the Application's project nothing can be pinned"
            ))
            .hint("Argo CD sets it since version 3.0");
        }
        None => DEFAULT_PROJECT.to_owned(),
    };
    Ok(Scope {
        project,
        application,
    })
}

/// Refuses relative paths of the admin's: they would lead into the tenant's folder.
fn check_admins_paths(args: &RenderArgs, settings: &Settings) -> anyhow::Result<()> {
    // A name is looked for on PATH.
    let helm = args
        .helm
        .as_deref()
        .filter(|it| it.components().count() > 1);
    let flags = [
        ("--seed-file", args.whose.seed_file.as_deref()),
        ("--helm", helm),
    ];
    let flags = flags
        .into_iter()
        .filter_map(|(name, path)| Some((name, path?)));
    for (name, path) in settings.paths().into_iter().chain(flags) {
        if path.is_relative() {
            return Err(anyhow!(
                "{name} is a relative path, which would lead into the repository"
            ))
            .hint(format!("set {name} to an absolute path in the sidecar"));
        }
    }
    Ok(())
}

/// Which pins were rotated; of a pattern that both give the command line's number counts.
fn rotations(
    flags: &[(String, String)],
    parameters: &[(String, String)],
) -> anyhow::Result<Vec<Rotation>> {
    let mut rotations: Vec<Rotation> = Vec::new();
    for (source, given) in [("--rotate", flags), ("the parameter `rotate`", parameters)] {
        let mut own: Vec<Rotation> = Vec::new();
        for (pattern, number) in given {
            let shown = pattern.escape_debug();
            let is_decimal = number.bytes().all(|byte| byte.is_ascii_digit());
            let generation = number.parse().ok().filter(|_| is_decimal);
            let generation = generation.ok_or_else(|| {
                let most = u32::MAX;
                anyhow!("{source} gives `{shown}` no whole number from 0 to {most}")
            })?;
            match own.iter().find(|known| known.pattern == *pattern) {
                Some(known) if known.generation != generation => {
                    let other = known.generation;
                    bail!(
                        "{source} gives `{shown}` two numbers, {other} and {generation}: keep one"
                    );
                }
                Some(_) => {}
                None => own.push(Rotation {
                    pattern: pattern.clone(),
                    generation,
                }),
            }
        }
        own.retain(|it| rotations.iter().all(|known| known.pattern != it.pattern));
        rotations.append(&mut own);
    }
    Ok(rotations)
}

/// How many renders may run at once: under Argo CD as many as there are processors, but two at least, so that one
/// that waits for the network does not stop all others.
fn parallelism(settings: &Settings, environment: &Environment) -> Option<usize> {
    let limit = match settings.parallelism {
        Some(limit) => limit,
        None if environment.is_argocd() => std::thread::available_parallelism()
            .map_or(LEAST_RENDERS, |count| count.get().max(LEAST_RENDERS)),
        None => 0,
    };
    (limit > 0).then_some(limit)
}

#[cfg(test)]
mod tests;
