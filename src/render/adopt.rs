//! Adoption: which values a chart's pins have in a cluster, and what a render with these values shows of what is live.
//!
//! ```text
//! render ──names, places──> live values ──render with them──> certificates' arguments ──render──> place by place
//! ```

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use anyhow::{Result, anyhow};
use zeroize::Zeroizing;

use super::choices::Given;
use super::places::PlaceState;
use super::settle::Settled;
use super::settled;
use super::targets::{Taker, Target, targets};
use crate::adopt::{Field, Objects, Shape};
use crate::chart::generator::Generator;
use crate::derive::{ScopeKeys, Seed};
use crate::hint::with_hint;
use crate::log::{Argument, Call, CallId};
use crate::manifest::Path;
use crate::name::Pin;
use crate::request::RenderRequest;
use crate::table::{Pair, pair_entry, pair_of};

/// What messages call the values that were found.
const SOURCE: &str = "what is live";

/// Shorter texts stand somewhere by chance: they count as parts of what is around a value only where they are seen.
const SHORTEST: usize = 8;

/// What a cluster's objects say of a chart's pins.
pub(crate) struct Adoption {
    /// The values to seal: pins' names, and what stands live.
    pub(crate) values: Vec<(String, Zeroizing<String>)>,
    /// The places, in their order.
    pub(crate) places: Vec<PlaceState>,
    /// What the user should know, one sentence each.
    pub(crate) warnings: Vec<String>,
}

/// A pin's value that was found.
pub(super) enum Found {
    Value(Zeroizing<String>),
    /// It fits what stands live around it, or is what the chart made of it: it counts if the place then shows what is live.
    Likely(Zeroizing<String>),
    /// Of a certificate: without its text, where only the key was found.
    Pair(Pair),
}

/// Looks for the values of the request's chart in live objects.
///
/// # Errors
/// The chart cannot be rendered, also not with the live values; or nothing of it is live.
pub(crate) fn adopt(request: &RenderRequest, keys: &ScopeKeys, live: &Objects) -> Result<Adoption> {
    let (first, mut warnings) = settled(request, keys, &[])?;
    let namespace = request.namespace();
    let search = Search::new(&first, live, namespace);
    let targets = targets(&first.log, &first.names);
    let mut found: BTreeMap<String, Found> = BTreeMap::new();
    for target in &targets {
        if let Some(value) = search.value(target) {
            found.insert(target.pin.clone(), value);
        }
    }
    if found.is_empty() && !targets.is_empty() {
        let nothing = !search
            .ours
            .documents()
            .iter()
            .any(|it| live.find(&it.identity, search.namespace).is_some());
        if nothing {
            return Err(with_hint(
                anyhow!("none of the chart's objects is live"),
                "name the release and its namespace as they are live: --release-name, --namespace; an object whose name is generated is not found",
            ));
        }
    }
    // What differs under another seed is generated, seen or not.
    let seed = Seed::from_bytes(vec![0; 32]).ok_or_else(|| anyhow!("a seed has 32 bytes"))?;
    let (other, _) = settled(request, &ScopeKeys::derive(&seed, &request.scope), &[])?;
    let other = Objects::printed(&other.text);
    let (mut given, mut last, mut more) = search.proved(request, keys, &mut found)?;
    let (mut places, lost) = search.states(&last, &other);
    // A value that its place does not show would be another one there, or none: a new one is better.
    let before = found.len();
    let lost = pins_of(&last, &lost);
    found.retain(|pin, value| !matches!(value, Found::Value(_)) || !lost.contains(pin));
    if found.len() < before {
        (given, last, more) = search.proved(request, keys, &mut found)?;
        (places, _) = search.states(&last, &other);
    }
    warnings.extend(more);
    Ok(Adoption {
        values: given.into_iter().map(|it| (it.pin, it.value)).collect(),
        places,
        warnings,
    })
}

/// A render of ours beside what is live.
pub(super) struct Search<'s> {
    pub(super) settled: &'s Settled,
    pub(super) ours: Objects,
    pub(super) live: &'s Objects,
    pub(super) namespace: &'s str,
    /// The fields that were looked at, with what may differ in them.
    shapes: RefCell<BTreeMap<(usize, Path), Rc<Shape>>>,
}

impl<'s> Search<'s> {
    /// `namespace` is the release's.
    pub(super) fn new(settled: &'s Settled, live: &'s Objects, namespace: &'s str) -> Search<'s> {
        Search {
            settled,
            ours: Objects::printed(&settled.text),
            live,
            namespace,
            shapes: RefCell::default(),
        }
    }

    /// The live value of a pin.
    fn value(&self, target: &Target) -> Option<Found> {
        let Settled { log, names, .. } = self.settled;
        let (text, call) = match &target.taker {
            Taker::Text(_) => {
                let carrier = target.taker.text(log)?;
                let ran = log.ran_for(carrier).first()?;
                return self.text(&carrier.text, *ran).map(Found::Value);
            }
            Taker::Call(call) => (&log.calls.get(call.0)?.given, *call),
        };
        match self.generator(call)? {
            Generator::Now | Generator::EncryptAes | Generator::CustomCert => None,
            // A hash follows from its password, unless nobody sees that one.
            Generator::Bcrypt | Generator::Htpasswd => {
                let pin = Pin::of(&names.get(call.0)?.name);
                let hides = names.iter().any(|named| {
                    named.name.0.first().is_some_and(|tag| tag == "into")
                        && Pin::of(&named.name).place() == pin.place()
                });
                self.text(text, call).filter(|_| hides).map(Found::Value)
            }
            generator if generator.is_certificate() => self.pair(generator, call).map(Found::Pair),
            _ => match self.text(text, call) {
                Some(value) => Some(Found::Value(value)),
                None => self.likely(call).map(Found::Likely),
            },
        }
    }

    /// The function of a call.
    pub(super) fn generator(&self, call: CallId) -> Option<Generator> {
        let call = self.settled.log.calls.get(call.0)?;
        Some(call.site.of(&self.settled.sites)?.generator)
    }

    /// What stands live for a text of ours: at the place that names the call, else at any place that shows it.
    pub(super) fn text(&self, text: &str, call: CallId) -> Option<Zeroizing<String>> {
        let scalar = self.settled.names.get(call.0)?.scalar.as_ref();
        let first = scalar.and_then(|scalar| self.ours.place(scalar));
        let at = |object: usize, path: &Path| {
            let live = self.live_text(object, path)?;
            self.shape(object, path)?.extract(&live, text)
        };
        if let Some(found) = first.as_ref().and_then(|(object, path)| at(*object, path)) {
            return Some(found);
        }
        let shown = self.ours.fields().filter(|(.., ours)| ours.contains(text));
        let mut shown = shown.map(|(object, path, _)| (object, path));
        shown.find_map(|(object, path)| at(object, path))
    }

    /// A field of ours, with what may differ in it.
    pub(super) fn shape(&self, object: usize, path: &Path) -> Option<Rc<Shape>> {
        let place = (object, path.clone());
        if let Some(shape) = self.shapes.borrow().get(&place) {
            return Some(shape.clone());
        }
        let text = self.ours.text(object, path)?;
        let shape = Rc::new(Shape::new(text, &self.others_at(object, path)));
        self.shapes.borrow_mut().insert(place, shape.clone());
        Some(shape)
    }

    /// The texts that calls yielded and that may differ from what is live at a field: long ones, and those that belong there.
    fn others_at(&self, object: usize, path: &Path) -> Vec<&'s str> {
        let Settled { log, names, .. } = self.settled;
        let calls = log.calls.iter().zip(names);
        let texts = calls.filter(|(call, named)| {
            let scalar = named.scalar.as_ref().filter(|(own, _)| *own == object);
            let place = scalar.and_then(|it| self.ours.place(it));
            call.given.len() >= SHORTEST || place.is_some_and(|(_, at)| at == *path)
        });
        let texts: BTreeSet<&str> = texts.map(|(call, _)| call.given.as_str()).collect();
        texts.into_iter().collect()
    }

    /// What is live in the place of a field of ours, if it can stand there.
    fn live_text(&self, object: usize, path: &Path) -> Option<Zeroizing<String>> {
        let live = self.live_beside(&self.ours, object, path)?;
        self.ours.field(object, path)?.take(live)
    }

    /// The live field in the place of one of a render.
    pub(super) fn live_beside(
        &self,
        render: &Objects,
        object: usize,
        path: &Path,
    ) -> Option<&'s Field> {
        let document = render.documents().get(object)?;
        let live = self.live.find(&document.identity, self.namespace)?;
        self.live.field(live, path)
    }

    /// A live certificate with its key; without one of them, if it is not live or they do not belong together.
    fn pair(&self, generator: Generator, call: CallId) -> Option<Pair> {
        let ours = Pair::from_json(&self.settled.log.calls.get(call.0)?.given)?;
        let block = |text: &str| {
            let found = self.text(text.trim_end(), call)?;
            let mut block = Zeroizing::new(found.trim_end().to_owned());
            block.push('\n');
            Some(block)
        };
        pair_of(generator, block(&ours.cert), block(&ours.key))
    }

    /// The values that were found as they are to be given: a certificate with the arguments that it was issued for. One
    /// whose CA is not kept is issued anew.
    pub(super) fn complete(
        &self,
        request: &RenderRequest,
        keys: &ScopeKeys,
        found: &BTreeMap<String, Found>,
    ) -> Result<Vec<Given>> {
        let given = |arguments: &dyn Fn(&str) -> Option<Vec<Argument>>| -> Vec<Given> {
            let all = found.iter().map(|(pin, found)| Given {
                pin: pin.clone(),
                source: SOURCE,
                value: match found {
                    Found::Value(value) | Found::Likely(value) => value.clone(),
                    Found::Pair(pair) => pair_entry(pair, arguments(pin).as_deref()),
                },
            });
            all.collect()
        };
        let is_pair = |found: &Found| matches!(found, Found::Pair(_));
        if !found.values().any(is_pair) {
            return Ok(given(&|_| None));
        }
        let (second, _) = settled(request, keys, &given(&|_| None))?;
        let of_pins = calls_of_pins(&second);
        let beside = Search::new(&second, self.live, self.namespace);
        Ok(given(&|pin| {
            let call = second.log.calls.get(of_pins.get(pin)?.0)?;
            Some(beside.arguments(call))
        }))
    }

    /// The arguments that a live certificate was issued for, as far as they are known: a CA that is seen and not live is another
    /// one than the live one. The render is one with what was found.
    fn arguments(&self, call: &Call) -> Vec<Argument> {
        let is_new = |cert: &str| {
            let is_it = |it: &str| it.trim_end() == cert.trim_end();
            let Settled { log, names, .. } = self.settled;
            let calls = log.calls.iter().zip(names).enumerate();
            let mut seen = calls.filter(|(_, (call, named))| {
                let made = || Pair::from_json(&call.given);
                named.is_shown && made().is_some_and(|pair| is_it(&pair.cert))
            });
            seen.any(|(number, _)| {
                let live = self.text(cert.trim_end(), CallId(number));
                !live.is_some_and(|live| is_it(&live))
            })
        };
        let known = call.arguments.iter().map(|argument| match argument {
            Argument::Json(value) => match Pair::from_value(value) {
                Some(ca) if is_new(&ca.cert) => Argument::Json(serde_json::Value::Null),
                _ => argument.clone(),
            },
            Argument::Text(_) | Argument::Int(_) => argument.clone(),
        });
        known.collect()
    }
}

/// The pins whose values these calls yield; of a text that takes a value, where all calls in it are among them.
fn pins_of(settled: &Settled, calls: &BTreeSet<CallId>) -> BTreeSet<String> {
    let targets = targets(&settled.log, &settled.names).into_iter();
    let all = targets.filter(|target| match &target.taker {
        Taker::Call(call) => calls.contains(call),
        Taker::Text(_) => target.taker.text(&settled.log).is_some_and(|carrier| {
            let mut ran = settled.log.ran_for(carrier).iter();
            ran.all(|call| calls.contains(call))
        }),
    });
    all.map(|target| target.pin).collect()
}

/// The calls that entries name.
fn calls_of_pins(settled: &Settled) -> BTreeMap<String, CallId> {
    let targets = targets(&settled.log, &settled.names).into_iter();
    let calls = targets.filter_map(|target| match target.taker {
        Taker::Call(call) => Some((target.pin, call)),
        Taker::Text(_) => None,
    });
    calls.collect()
}
