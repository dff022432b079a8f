//! One render: from a request to manifests in which every generated value is the one that we chose.

use std::collections::BTreeMap;

use anyhow::{Result, anyhow};

use crate::adopt::Objects;
use crate::derive::{Scope, ScopeKeys, Seed};
use crate::hint::with_hint;
use crate::report::Report;
use crate::request::{Baseline, BaselinePin, RenderRequest, SealedPin};
use crate::sealed::{Identity, Recipient};
use crate::seeds::SeedChoice;

mod addresses;
mod adopt;
mod as_values;
mod baseline;
mod choices;
mod confined;
mod diff;
mod fault;
mod likely;
mod output;
mod places;
mod renderer;
mod run;
mod settle;
mod shown;
mod states;
mod steady;
mod summary;
mod targets;
mod unused;
mod values_file;

pub(crate) use adopt::Adoption;
pub(crate) use as_values::AsValues;
use choices::Given;
use confined::in_run;
pub(crate) use diff::{Diff, PinFate, diff};
use fault::Failure;
pub(crate) use output::OutputError;
pub(crate) use places::{PlaceState, State};
use settle::{Settled, pinned};

/// What a render yields. It holds pinned values, so it cannot be shown as a whole.
#[derive(Clone)]
pub(crate) struct Rendered {
    /// Helm's output with the pinned values.
    pub(crate) manifests: String,
    /// What was done.
    pub(crate) report: Report,
    /// What the user should know, one sentence each.
    pub(crate) warnings: Vec<String>,
    /// What helm said on stderr in the render that is shown: of the chart and its values.
    pub(crate) said: String,
}

/// Renders a chart with every generated value pinned.
///
/// # Errors
/// The seed or the chart cannot be read, helm fails, or a value cannot be pinned. No message holds
/// a value.
pub(crate) fn render(request: &RenderRequest) -> Result<Rendered> {
    let (settled, keys, warnings) = under_own_seed(request)?;
    if let Some(baseline) = &request.baseline {
        baseline::check(baseline, request, &settled, &keys)?;
    }
    Ok(Rendered {
        manifests: settled.text,
        report: settled.report,
        warnings,
        said: settled.said,
    })
}

/// The pins of the request's chart, as a baseline holds them; and what the user should know, one sentence each.
///
/// # Errors
/// As [`render`].
pub(crate) fn baseline(
    request: &RenderRequest,
) -> Result<(BTreeMap<String, BaselinePin>, Vec<String>)> {
    let (settled, keys, warnings) = under_own_seed(request)?;
    Ok((baseline::pins(request, &settled, &keys), warnings))
}

/// What became of the pins of a baseline.
///
/// # Errors
/// As [`render`].
pub(crate) fn diff_baseline(request: &RenderRequest, baseline: &Baseline) -> Result<Diff> {
    let (settled, keys, warnings) = under_own_seed(request)?;
    let pins = baseline::compare(baseline, request, &settled, &keys);
    Ok(Diff::new(pins, warnings))
}

/// Whom to seal values for, so that renders of this scope read them; and what the user should know, one sentence each.
///
/// # Errors
/// The seed cannot be read.
pub(crate) fn recipient(seed: &SeedChoice, scope: &Scope) -> Result<(String, Vec<String>)> {
    let (seed, warnings) = seed.read()?;
    let keys = ScopeKeys::derive(&seed, scope);
    Ok((Identity::of(&keys)?.recipient(), warnings))
}

/// Looks for the values of the request's chart in live objects. Whom they are sealed for need not be the request's scope:
/// then the seed is not read, since names do not depend on it.
///
/// # Errors
/// As [`render`]; or nothing of the chart is live.
pub(crate) fn adopt(
    request: &RenderRequest,
    recipient: Option<Recipient>,
    live: &Objects,
) -> Result<(Adoption, Recipient)> {
    let (seed, warnings) = match &recipient {
        Some(_) => (Seed::generate()?, Vec::new()),
        None => request.seed.read()?,
    };
    let keys = ScopeKeys::derive(&seed, &request.scope);
    let recipient = match recipient {
        Some(recipient) => recipient,
        None => Recipient::read(&Identity::of(&keys)?.recipient())?,
    };
    let mut adoption = adopt::adopt(request, &keys, live)?;
    adoption.warnings.splice(0..0, warnings);
    Ok((adoption, recipient))
}

/// Finds the chart's own values that stand for its pins, as the pins are, or as they are live: then the seed is not read,
/// since names do not depend on it.
///
/// # Errors
/// As [`render`]; or plain helm does not take these values together.
pub(crate) fn as_values(request: &RenderRequest, live: Option<&Objects>) -> Result<AsValues> {
    let (settled, keys, warnings) = match live {
        None => under_own_seed(request)?,
        Some(_) => {
            let keys = ScopeKeys::derive(&Seed::generate()?, &request.scope);
            let (settled, warnings) = settled(request, &keys, &[])?;
            (settled, keys, warnings)
        }
    };
    let mut found = in_run(request, &[], |run| {
        as_values::as_values(run, &keys, &settled, live)
    })?;
    found.warnings.splice(0..0, warnings);
    Ok(found)
}

/// Opens the values that are given for pins.
fn open(pins: &[SealedPin], keys: &ScopeKeys) -> Result<Vec<Given>> {
    if pins.is_empty() {
        return Ok(Vec::new());
    }
    let identity = Identity::of(keys)?;
    let opened = pins.iter().map(|entry| {
        let value = identity.open(&entry.pin, &entry.sealed).map_err(|error| {
            let (source, pin) = (entry.source, entry.pin.escape_debug());
            with_hint(
                anyhow!("{source} gives `{pin}` a value that {error}"),
                "seal it again by `argocd-pin-plugin adopt`, or take the entry out",
            )
        })?;
        Ok(Given {
            pin: entry.pin.clone(),
            value,
            source: entry.source,
        })
    });
    opened.collect()
}

/// Renders the chart under the keys of its own seed and scope, with what is given for its pins.
fn under_own_seed(request: &RenderRequest) -> Result<(Settled, ScopeKeys, Vec<String>)> {
    let (seed, mut warnings) = request.seed.read()?;
    let keys = ScopeKeys::derive(&seed, &request.scope);
    let given = open(&request.pins, &keys)?;
    let (settled, more) = settled(request, &keys, &given)?;
    warnings.extend(more);
    Ok((settled, keys, warnings))
}

/// Renders the chart under these keys and with these given values, and says what the user should know.
fn settled(
    request: &RenderRequest,
    keys: &ScopeKeys,
    given: &[Given],
) -> Result<(Settled, Vec<String>)> {
    in_run(request, given, |run| {
        let mut settled = match pinned(run, keys) {
            Err(Failure::Helm(error))
                if error.is_missing_dependency() && request.stand_in.is_none() =>
            {
                run.fetch_dependencies()?;
                pinned(run, keys)
            }
            other => other,
        }
        .map_err(|failure| run.public_error(failure))?;
        settled.said = run.said.take();
        Ok((settled, run.warnings.take()))
    })
}

/// Renders the chart as it is, with plain helm.
///
/// # Errors
/// The chart cannot be read, or helm fails.
pub(crate) fn render_plain(request: &RenderRequest) -> Result<String> {
    in_run(request, &[], |run| {
        let output = match run.template(run.original()?) {
            Err(error) if error.is_missing_dependency() => {
                run.fetch_dependencies()?;
                run.template(run.original()?)
            }
            other => other,
        };
        run.manifests(output.map_err(|error| run.shown(&error))?)
    })
}
