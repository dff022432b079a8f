//! Our binary in the place of helm: called as `helm`, it passes each command on to the real helm, and pins `template`.
//!
//! So Applications with `source.helm`, Kustomize's `helmCharts`, helmfile and CI jobs are pinned with nothing changed
//! in them. Who is not listed by the admin gets helm itself: this process becomes it before anything else is done.
//!
//! What we print is helm's own output with the pinned values, and an error is helm's own: where a render fails, helm is
//! asked for the chart as it is, and what it says and its exit code are passed on. Should it not fail, nothing is printed:
//! its manifests are not pinned.

mod chart;
mod command;
mod flags;
mod inputs;
mod list;
mod plain;
mod real;
mod template;
mod who;

use std::ffi::{OsStr, OsString};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};

use crate::argocd::{Repository, Scopes, Settings, baseline, pins};
use crate::helm::{Credentials, Helm, HelmRequest};
use crate::hint::WithHint as _;
use crate::outcome::{Outcome, warn};
use crate::render::{self, OutputError};
use crate::request::{RenderRequest, StandIn};
use crate::seeds::SeedChoice;
use crate::workdir::WorkDir;
use flags::Use;
use inputs::Inputs;
use plain::Plain;
use real::RealHelm;
use template::{Call, Given, Reading};
use who::{Patterns, Release};

/// The name by which the binary is helm.
const NAME: &str = "helm";

/// The arguments of a call of helm, if `program` (argv[0]) says that this is one.
#[must_use]
pub fn arguments(mut all: impl Iterator<Item = OsString>) -> Option<(OsString, Vec<OsString>)> {
    let program = all.next()?;
    let is_helm = Path::new(&program).file_name() == Some(OsStr::new(NAME));
    is_helm.then(|| (program, all.collect()))
}

/// Does what helm would do with `arguments`. `program` is what it is called as (argv[0]), if that is helm's name: the real
/// helm is called the same, so that its plugins come back here.
///
/// For all that is not pinned this does not return: the process becomes helm.
///
/// # Errors
/// There is no other helm, a setting is wrong, or helm renders what cannot be pinned.
pub fn run(program: Option<&OsStr>, arguments: &[OsString]) -> anyhow::Result<Outcome> {
    let real = RealHelm::find(program, arguments)?;
    let Some(rest) = command::template(arguments) else {
        return Err(real.become_it());
    };
    if std::env::var_os("PIN_STAND_IN_FOR").is_none_or(|list| list.is_empty()) {
        // It may be misspelt. What else is wrong with the settings is of no account.
        warn(&Settings::read().map_or(Vec::new(), |settings| settings.warnings));
        return Err(real.become_it());
    }
    let settings = Settings::read()?;
    warn(&settings.warnings);
    let patterns = Patterns::read(&settings.stand_in_for)?;
    let call = match Call::read(&rest) {
        Reading::Help => return Err(real.become_it()),
        Reading::Unclear(why) => {
            let why = anyhow!("this call cannot be pinned, since {why}");
            return match writes_files(arguments) {
                true => Err(why),
                false => Plain::new(&real, arguments.to_vec()).instead_of(why),
            };
        }
        Reading::Call(call) => call,
    };
    if !patterns.may_mean(&call.name) {
        return Err(real.become_it());
    }
    let release = Release::of(&call, &real)?;
    match patterns.mean(&release) {
        false => Err(real.become_it()),
        true => pinned(&real, &call, release, &settings),
    }
}

/// Whether a call that cannot be read may make helm write what it renders.
fn writes_files(arguments: &[OsString]) -> bool {
    let mut words = arguments.iter().map(|word| word.to_string_lossy());
    words.any(|word| word.starts_with("--output-dir"))
}

/// Renders with pinned values. Where that fails, helm's own words and exit code count.
fn pinned(
    real: &RealHelm,
    call: &Call,
    release: Release,
    settings: &Settings,
) -> anyhow::Result<Outcome> {
    if settings.refuses_hydrator && call.text("kube-version").is_none_or(OsStr::is_empty) {
        return Err(anyhow!("this call names no --kube-version, as under the source hydrator, which commits pinned secrets to Git"))
            .hint("set PIN_ALLOW_HYDRATOR to true to allow it");
    }
    let work = WorkDir::create().context("no private temporary directory can be made")?;
    let helm = Helm::new(&real.path, &work)?.in_callers_environment();
    let inputs = inputs::take(call, &helm, &work);
    let given = inputs.as_ref().map_or(&call.given, |inputs| &inputs.given);
    // What is not pinned is written nowhere but into our own folder.
    let elsewhere = given.iter().map(|given| match given.flag.name {
        "output-dir" => Given {
            value: Some(work.path().join("unpinned").into()),
            ..given.clone()
        },
        _ => given.clone(),
    });
    let plain = Plain::new(real, call.arguments(elsewhere));
    let rendered = inputs.and_then(|inputs| {
        let said = match call.is_on("dependency-update") {
            true => update_dependencies(real, call, &inputs)?,
            false => Vec::new(),
        };
        let chart = chart::locate(call, &helm, &work)?;
        let request = request(real, call, release, settings, inputs, chart)?;
        Ok((said, render::render(&request)?))
    });
    match rendered {
        Ok((said, rendered)) => {
            warn(&rendered.warnings);
            // A closed stderr is no reason to fail.
            let _ = std::io::stderr().write_all(rendered.said.as_bytes());
            Ok(Outcome::done([said, rendered.manifests.into()].concat()))
        }
        Err(error) => match error.downcast_ref::<OutputError>() {
            // Helm then also tells of its own work, which it does on the chart as it is.
            Some(OutputError {
                ending: Some(ending),
                ..
            }) if !tells_of_work(call) => {
                // A closed stderr is no reason to fail.
                let _ = std::io::stderr().write_all(ending.said.as_bytes());
                Ok(Outcome {
                    stdout: ending.stdout.clone(),
                    status: u8::try_from(ending.code).unwrap_or(1),
                })
            }
            _ => plain.instead_of(error),
        },
    }
}

/// Whether helm is asked to tell of its own work too.
fn tells_of_work(call: &Call) -> bool {
    let variable = std::env::var_os("HELM_DEBUG");
    call.is_on("debug") || variable.is_some_and(|it| template::boolean(&it) == Some(true))
}

/// Has helm fetch what is missing, into the chart's own folder as it does without us; returns what it says of that.
fn update_dependencies(real: &RealHelm, call: &Call, inputs: &Inputs) -> anyhow::Result<Vec<u8>> {
    let given = inputs
        .given
        .iter()
        .filter(|given| given.flag.does != Use::Output);
    Plain::new(real, call.arguments(given.cloned())).before_the_manifests()
}

fn request(
    real: &RealHelm,
    call: &Call,
    release: Release,
    settings: &Settings,
    inputs: Inputs,
    chart: PathBuf,
) -> anyhow::Result<RenderRequest> {
    let (seeds, place) = settings.seeds.place();
    let scopes = settings.scopes_file.as_deref();
    for (setting, path) in [(seeds, Some(place)), ("PIN_SCOPES_FILE", scopes)] {
        if path.is_some_and(Path::is_relative) {
            return Err(anyhow!(
                "{setting} is a relative path, which would lead into the chart's repository"
            ))
            .hint(format!("set {setting} to an absolute path"));
        }
    }
    let root = Path::new("/");
    // Only a chart in a folder has one beside it.
    let (pins, baseline) = match chart.canonicalize().ok().filter(|chart| chart.is_dir()) {
        Some(chart) => {
            let repository = Repository::around(&chart, None, &settings.work_dir);
            (
                pins::given(Some(&repository), Vec::new())?,
                baseline::given(&repository, None, settings.baseline)?,
            )
        }
        None => (Vec::new(), None),
    };
    Ok(RenderRequest {
        chart,
        confine: None,
        own_files: Vec::new(),
        helm_binary: real.path.clone(),
        scope: Scopes::admins(who::scope(&release, settings), scopes, root)?,
        helm: HelmRequest {
            release_name: release.name,
            namespace: Some(release.namespace),
            values: inputs.values,
            include_crds: call.is_on("include-crds"),
            skip_tests: call.is_on("skip-tests"),
            skip_schema_validation: call.is_on("skip-schema-validation"),
            further: [
                call.used_for(&[Use::Each, Use::Connection]),
                inputs.set_file,
            ]
            .concat(),
            ..HelmRequest::default()
        },
        inline_values: None,
        seed: SeedChoice::new(&settings.seeds, None, root),
        clock: settings.clock,
        now: settings.now,
        allow: settings.allow.clone(),
        rotate: Vec::new(),
        pins,
        baseline,
        allow_unknown_pins: settings.allow_unknown_pins,
        credentials: Credentials::default(),
        memory: settings.memory,
        parallelism: settings.parallelism.filter(|limit| *limit > 0),
        stand_in: Some(StandIn {
            output: call.used_for(&[Use::Output]),
            texts: call.texts(),
        }),
        pipes: None,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_programs_name_decides() {
        let of = |line: &str| arguments(line.split(' ').map(OsString::from));
        for program in ["helm", "/usr/local/sbin/helm", "./helm"] {
            let (name, rest) = of(&format!("{program} template x")).unwrap();
            assert_eq!((name.to_str(), rest.len()), (Some(program), 2));
        }
        for program in ["argocd-pin-plugin", "helm3", "/helm/x", "my-helm"] {
            assert!(of(program).is_none(), "{program}");
        }
        assert!(arguments(std::iter::empty()).is_none());
    }
}
