//! Pins as values for plain helm: which value of the chart stands for what a call yields, proved by rendering.
//!
//! ```text
//! what the templates read ──each set to a probe──> plain helm ──a probe where a pin stood──> a value that stands for it
//! all that were found ──set to what the pins are──> plain helm ──shows what the pins show, or the pin has none
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::thread::available_parallelism;

use anyhow::{Context as _, Result, anyhow, bail};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use zeroize::Zeroizing;

use super::adopt::Search;
use super::run::{Run, text};
use super::settle::Settled;
use super::targets::{Taker, Target, targets};
use super::values_file::{self, Values, dotted};
use crate::adopt::Objects;
use crate::chart::generator::Generator;
use crate::chart::instrument::ValuePath;
use crate::derive::ScopeKeys;
use crate::helm::{HelmError, Running};
use crate::hint::with_hint;
use crate::log::CallId;
use crate::table::Pair;

/// Which values plain helm takes in the place of pins.
pub(crate) struct AsValues {
    /// A values file with them.
    pub(crate) file: Zeroizing<String>,
    /// The pins that are shown somewhere.
    pub(crate) pins: Vec<PinValues>,
    /// What the user should know, one sentence each.
    pub(crate) warnings: Vec<String>,
}

/// What stands for a pin.
pub(crate) struct PinValues {
    /// Its name.
    pub(crate) pin: String,
    /// Whether it was found where its value was looked for.
    pub(crate) is_found: bool,
    /// The values that stand for it, written with dots: of a certificate up to two, of a pin that the chart has no value for
    /// none.
    pub(crate) paths: Vec<String>,
}

/// A pin, and the texts that it shows: a certificate has two.
struct Shown {
    pin: String,
    texts: Vec<ShownText>,
}

/// A text of a pin.
struct ShownText {
    /// As a render of ours shows it.
    text: Zeroizing<String>,
    call: CallId,
    is_pem: bool,
    /// What it is to be.
    value: Zeroizing<String>,
    /// The values that it appears at, the best first.
    stand_ins: BTreeSet<StandIn>,
}

/// A value that stands for a text. In order, the one to take comes first: one that needs no other, of the chart's own, short.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct StandIn {
    is_with_others: bool,
    is_global: bool,
    depth: usize,
    path: ValuePath,
    is_encoded: bool,
}

/// Finds the values that stand for the pins of a render: as they are, or as they are live.
///
/// # Errors
/// The chart cannot be read, or does not take these values together.
pub(super) fn as_values(
    run: &mut Run<'_>,
    keys: &ScopeKeys,
    settled: &Settled,
    live: Option<&Objects>,
) -> Result<AsValues> {
    if let Err(error) = run.template(run.original()?)
        && error.is_missing_dependency()
    {
        run.fetch_dependencies()?;
    }
    let namespace = run.request.namespace();
    let pins = targets(&settled.log, &settled.names);
    let mut pins: Vec<Shown> = match live {
        Some(live) => shown(&pins, &Search::new(settled, live, namespace)),
        None => {
            let own = Objects::printed(&settled.text);
            shown(&pins, &Search::new(settled, &own, namespace))
        }
    };
    let groups = groups(candidates(run, keys, settled, &pins)?);
    for groups in groups.chunks(available_parallelism().map_or(1, NonZero::get)) {
        let running = groups
            .iter()
            .map(|group| start(run, &values_file::text(&probes(group))));
        let running: Vec<Running> = running.collect::<Result<_>>()?;
        for (group, running) in groups.iter().zip(running) {
            // A value that the chart refuses stands for nothing.
            if let Some(printed) = finish(run, running)? {
                look(&mut pins, group, &Search::new(settled, &printed, namespace));
            }
        }
    }
    chosen(run, settled, &pins, namespace)
}

/// The texts of the pins that are found by this search.
fn shown(targets: &[Target], search: &Search<'_>) -> Vec<Shown> {
    let log = &search.settled.log;
    let mut all = Vec::new();
    for target in targets {
        let (call, texts, is_pem) = match &target.taker {
            Taker::Text(_) => {
                let Some(carrier) = target.taker.text(log) else {
                    continue;
                };
                let Some(ran) = log.ran_for(carrier).first() else {
                    continue;
                };
                (*ran, vec![(*carrier.text).clone()], false)
            }
            Taker::Call(call) => {
                let Some(given) = log.calls.get(call.0).map(|it| &it.given) else {
                    continue;
                };
                match search.generator(*call) {
                    None | Some(Generator::Now | Generator::CustomCert) => continue,
                    Some(it) if it.is_certificate() => {
                        let pair = Pair::from_json(given);
                        let texts = pair.map(|pair| vec![pair.cert.clone(), pair.key.clone()]);
                        (*call, texts.unwrap_or_default(), true)
                    }
                    Some(_) => {
                        // What is not seen by itself may be in a text that the chart made with it.
                        let made = search.made_with(*call).into_iter().map(|it| &*it.text);
                        let mut texts = std::iter::once(given).chain(made);
                        let text = texts.find(|text| search.text(text, *call).is_some());
                        (*call, text.into_iter().cloned().collect(), false)
                    }
                }
            }
        };
        let texts = texts.into_iter().filter_map(|text| {
            let mut text = ShownText {
                text,
                call,
                is_pem,
                value: Zeroizing::default(),
                stand_ins: BTreeSet::new(),
            };
            text.value = text.in_objects(search)?;
            Some(text)
        });
        let pin = target.pin.clone();
        all.push(Shown {
            pin,
            texts: texts.collect(),
        });
    }
    all
}

impl ShownText {
    /// What stands in the place of this text in other objects. A PEM block ends with a line feed there.
    fn in_objects(&self, search: &Search<'_>) -> Option<Zeroizing<String>> {
        if !self.is_pem {
            return search.text(&self.text, self.call);
        }
        let found = search.text(&self.text, self.call);
        let found = found.or_else(|| search.text(self.text.trim_end(), self.call))?;
        let mut block = Zeroizing::new(found.trim_end().to_owned());
        block.push('\n');
        Some(block)
    }
}

/// All values that the templates on the ways to the pins' calls read.
fn candidates(
    run: &Run<'_>,
    keys: &ScopeKeys,
    settled: &Settled,
    pins: &[Shown],
) -> Result<BTreeSet<ValuePath>> {
    let chart = run.instrument(keys, false)?;
    let calls = pins.iter().flat_map(|pin| &pin.texts).map(|text| text.call);
    let calls = calls.filter_map(|call| settled.log.calls.get(call.0));
    let ways: BTreeSet<(&str, Vec<&str>)> = calls
        .map(|call| {
            let defines = call.path.includes.iter().map(|(define, _)| define.as_str());
            (call.path.root.as_str(), defines.collect())
        })
        .collect();
    let read = ways
        .iter()
        .flat_map(|(root, defines)| chart.values_read(root, defines));
    Ok(read.collect())
}

/// Each value by itself, and those beside each other together: a chart may take a certificate only with its key.
fn groups(candidates: BTreeSet<ValuePath>) -> Vec<Vec<ValuePath>> {
    let mut beside: BTreeMap<&[String], Vec<ValuePath>> = BTreeMap::new();
    for path in &candidates {
        let (_, above) = path.split_last().unzip();
        beside
            .entry(above.unwrap_or_default())
            .or_default()
            .push(path.clone());
    }
    let together = beside.into_values().filter(|group| group.len() > 1);
    let alone = candidates.iter().map(|path| vec![path.clone()]);
    together.chain(alone).collect()
}

/// What the value of this number in a group is set to, to see where it appears.
fn probe(number: usize) -> String {
    format!("pinned-{number:05}")
}

/// Values that are set to probes. These are encoded, so that it is seen where a chart decodes one.
fn probes(group: &[ValuePath]) -> Values {
    let values = group.iter().enumerate().map(|(number, path)| {
        let encoded = BASE64_STANDARD.encode(probe(number));
        (path.clone(), Zeroizing::new(encoded))
    });
    values.collect()
}

/// Notes which texts of pins the values of a group stand for: those in whose place a probe is seen.
fn look(pins: &mut [Shown], group: &[ValuePath], search: &Search<'_>) {
    let mut by_probe: BTreeMap<String, (&ValuePath, bool)> = BTreeMap::new();
    for (number, path) in group.iter().enumerate() {
        let plain = probe(number);
        by_probe.insert(BASE64_STANDARD.encode(&plain), (path, false));
        by_probe.insert(plain, (path, true));
    }
    for text in pins.iter_mut().flat_map(|pin| &mut pin.texts) {
        let found = text.in_objects(search);
        let Some((path, is_encoded)) = found.and_then(|it| by_probe.get(it.trim_end()).copied())
        else {
            continue;
        };
        text.stand_ins.insert(StandIn {
            is_with_others: group.len() > 1,
            is_global: path.first().is_some_and(|first| first == "global"),
            depth: path.len(),
            path: path.clone(),
            is_encoded,
        });
    }
}

/// Has plain helm render the chart with these values on top.
fn start(run: &Run<'_>, file: &str) -> Result<Running> {
    let name = format!("{}-values.yaml", run.copy_name());
    let path = run
        .workdir
        .file(&name, file.as_bytes())
        .context("the values cannot be written into the private directory")?;
    let mut request = run.request.helm.clone();
    request.values.push(path);
    Ok(run.helm.start(&request, run.original()?)?)
}

/// What it prints; nothing if it refuses the values.
fn finish(run: &Run<'_>, running: Running) -> Result<Option<Objects>> {
    match running.finish() {
        Ok(output) => Ok(Some(Objects::printed(&text(output)?))),
        Err(HelmError::Failed { .. }) => Ok(None),
        Err(error) => Err(run.shown(&error)),
    }
}

/// The values for as many pins as plain helm then shows as they are to be.
fn chosen(run: &Run<'_>, settled: &Settled, pins: &[Shown], namespace: &str) -> Result<AsValues> {
    let mut warnings = Vec::new();
    let mut refused: BTreeSet<&str> = BTreeSet::new();
    loop {
        let (values, of_pins) = choose(pins, &refused);
        let file = values_file::text(&values);
        let Some(printed) = finish(run, start(run, &file)?)? else {
            let paths: Vec<String> = values.keys().map(|path| dotted(path)).collect();
            return Err(with_hint(
                anyhow!(
                    "the chart takes each of the values that stand for its pins, and not all of them together"
                ),
                format!("they are {}", paths.join(", ")),
            ));
        };
        let search = Search::new(settled, &printed, namespace);
        let is_shown = |pin: &Shown| {
            let mut texts = pin.texts.iter();
            texts.all(|text| text.in_objects(&search).as_ref() == Some(&text.value))
        };
        let given = pins
            .iter()
            .filter(|pin| of_pins.contains_key(pin.pin.as_str()));
        let lost: Vec<&str> = given
            .filter(|pin| !is_shown(pin))
            .map(|pin| pin.pin.as_str())
            .collect();
        if lost.is_empty() {
            let pins = pins.iter().map(|pin| {
                let paths = of_pins.get(pin.pin.as_str());
                let paths = paths.into_iter().flatten().map(|path| dotted(path));
                PinValues {
                    pin: pin.pin.clone(),
                    is_found: !pin.texts.is_empty(),
                    paths: paths.collect(),
                }
            });
            return Ok(AsValues {
                file,
                pins: pins.collect(),
                warnings,
            });
        }
        for pin in lost {
            warnings.push(format!(
                "the chart has a value for {pin}, and shows another text with it"
            ));
            if !refused.insert(pin) {
                bail!("internal error: a pin that has no value has one");
            }
        }
    }
}

/// A value for each text of each pin, unless one of them has none that is free.
fn choose<'p>(
    pins: &'p [Shown],
    refused: &BTreeSet<&str>,
) -> (Values, BTreeMap<&'p str, Vec<&'p ValuePath>>) {
    let mut values = Values::new();
    let mut of_pins = BTreeMap::new();
    let open = pins
        .iter()
        .filter(|pin| !refused.contains(pin.pin.as_str()));
    for pin in open.filter(|pin| !pin.texts.is_empty()) {
        let mut own = Values::new();
        let mut paths = Vec::new();
        for text in &pin.texts {
            let free = text.stand_ins.iter().find(|it| {
                let taken = values.get(&it.path).or_else(|| own.get(&it.path));
                taken.is_none_or(|taken| *taken == text.value_for(it))
            });
            if let Some(stand_in) = free {
                own.insert(stand_in.path.clone(), text.value_for(stand_in));
                paths.push(&stand_in.path);
            }
        }
        if paths.len() == pin.texts.len() {
            values.extend(own);
            of_pins.insert(pin.pin.as_str(), paths);
        }
    }
    (values, of_pins)
}

impl ShownText {
    fn value_for(&self, stand_in: &StandIn) -> Zeroizing<String> {
        match stand_in.is_encoded {
            true => Zeroizing::new(BASE64_STANDARD.encode(self.value.as_bytes())),
            false => self.value.clone(),
        }
    }
}
