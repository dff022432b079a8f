//! Which places share one call?
//!
//! A call site in a named template makes every password of a chart, and its placeholder is the same
//! each time. In the twin each call yields something else: places that are equal there share a call.
//! A value that is found in one form and its lower-case form share a call too, so twins are compared
//! without case.

mod certain;
mod likely;
mod short;

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::chart::placeholder::Class as Generated;
use crate::chart::site::Site;
use crate::manifest::LeafRef;

use super::aligned::differs;
use super::digest::{DigestHit, is_digest_shaped};
use super::explore::{Exploration, Found, What};
use super::family::{Family, family};
use super::known::{Form, Hit, Index};
use super::unit::{Unit, is_fraction};
use likely::{composes, likely_site};

/// A composed value shorter than this (free characters) keeps its placeholder: it may steer the
/// chart (a cron minute), and no alphabet can be read off it.
const COMPOSED_CHARS: usize = 8;

/// The same for one that is glued to a text of the chart's own: so many twins tell its alphabet.
const GLUED_CHARS: usize = 4;

/// So many twins a text with generated symbols needs: where it begins and ends is chance with fewer, since one twin may
/// have the same symbol and letter there.
const SYMBOL_TWINS: usize = 4;

/// One call: a value, and everything that shows it.
#[derive(Debug)]
pub(super) struct Call {
    /// What was called.
    pub(super) origin: Origin,
    /// Indices of what was found.
    pub(super) members: Vec<usize>,
    /// What the render and the twins say at the first member.
    first: Sample,
    /// The same at the first member that shows the value as it was generated.
    plain: Option<Sample>,
}

/// What the render and its twins say at one place.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Sample {
    render: String,
    twins: Vec<String>,
}

/// What a call's value is made from.
#[derive(Debug, Clone)]
pub(super) enum Origin {
    /// A placeholder: its index.
    Placeholder(usize),
    /// A run that the chart composed.
    Composed {
        /// Its characters, `None` where one is generated.
        pattern: Vec<Option<char>>,
        /// The alphabet of the generated ones.
        family: Family,
        /// The call site that it most likely comes from.
        site: usize,
    },
}

/// The result.
#[derive(Debug, Default)]
pub(super) struct Links {
    /// All calls whose values are pinned.
    pub(super) calls: Vec<Call>,
    /// Digests that belong to a call: (found, call).
    pub(super) digests: Vec<(usize, usize)>,
    /// What stays as the placeholder made it: (found, likely site).
    pub(super) held: Vec<(usize, usize)>,
    /// Those of them that may be equal: digests of text, numbers in a range.
    calm: Vec<usize>,
    /// Whether another twin is needed to be certain.
    pub(super) uncertain: bool,
    /// Whether the twin with the largest numbers is needed.
    pub(super) needs_largest: bool,
    /// Values that differ in the twins, and cannot be told apart in what is pinned: found.
    pub(super) conflicts: Vec<usize>,
}

/// What is known of the place of a found value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context {
    /// It stands in an annotation or a label.
    pub(super) annotation: bool,
    /// It stands in a Secret: a digest there is a password (`randAlphaNum 32 | sha256sum`), not a
    /// checksum of text.
    pub(super) secret: bool,
}

/// Links what was found; `twins` is how many twins with fresh values were explored, and `largest`
/// whether the one with the largest numbers comes behind them.
pub(super) fn link(
    exploration: &mut Exploration,
    sites: &[Site],
    index: &Index,
    twins: usize,
    largest: bool,
    context: impl Fn(LeafRef) -> Context,
) -> Links {
    let mut linker = Linker {
        sites,
        index,
        twins,
        largest,
        links: Links::default(),
        numbers: HashSet::new(),
        calls_of: HashMap::new(),
        whole: HashMap::new(),
        composed: HashMap::new(),
        fractions: 0,
        echoes: Vec::new(),
        cores: Vec::new(),
        glued: f64::INFINITY,
        has_symbols: false,
    };
    let texts = &exploration.texts;
    exploration.found = std::mem::take(&mut exploration.found)
        .into_iter()
        .flat_map(|found| {
            let content = &texts[found.text].content;
            linker.recognise_short(found, content)
        })
        .collect();
    let text_of = |found: &Found| {
        let content = &texts[found.text].content;
        content.get(found.span.clone()).unwrap_or_default()
    };
    // Whole placeholders first: parts are matched with them.
    for whole in [true, false] {
        for (number, found) in exploration.found.iter().enumerate() {
            if let What::Placeholder(hit) = &found.what
                && hit.full == whole
            {
                linker.placeholder(number, hit, found, text_of(found));
            }
        }
    }
    // Before digests: those of a held number stay.
    linker.settle_numbers();
    let mut orphans = Vec::new();
    for (number, found) in exploration.found.iter().enumerate() {
        match &found.what {
            What::Placeholder(_) => {}
            What::Digest(hit) => {
                let context = context(texts[found.text].leaf);
                if !linker.digest(number, hit, &found.twins) {
                    // Of a value that stands nowhere else: a password of its own.
                    orphans.push(number);
                    linker.unit(number, text_of(found), found, context);
                }
            }
            What::Unit(_) => {
                let context = context(texts[found.text].leaf);
                linker.unit(number, text_of(found), found, context);
            }
        }
    }
    for number in orphans {
        let span = exploration.found[number].span.clone();
        exploration.found[number].what = What::Unit(Unit {
            hull: span.clone(),
            span,
        });
    }
    linker.settle_echoes();
    for (number, span) in std::mem::take(&mut linker.cores) {
        exploration.found[number].span = span;
    }
    linker.check_certain();
    linker.find_conflicts(exploration);
    linker.links
}

struct Linker<'a> {
    sites: &'a [Site],
    index: &'a Index,
    twins: usize,
    largest: bool,
    links: Links,
    /// Those that are held, because they may have a range.
    numbers: HashSet<usize>,
    /// The calls of each placeholder.
    calls_of: HashMap<usize, Vec<usize>>,
    /// The call of a whole placeholder, by what the twins say there.
    whole: HashMap<(usize, Vec<String>), usize>,
    /// The call of a composed value.
    composed: HashMap<Sample, usize>,
    /// How many numbers with a fraction are held that must not be equal.
    fractions: usize,
    /// What is held, and may be the text of a composed value of another place: (found, span, text).
    echoes: Vec<(usize, Range<usize>, Sample)>,
    /// Where the generated part of a composed value stands, which may be glued to other text: (found, span).
    cores: Vec<(usize, Range<usize>)>,
    /// The fewest bits in a character that may be equal in all twins by chance, or the chart's own.
    glued: f64,
    /// Whether a text has generated symbols.
    has_symbols: bool,
}

impl Linker<'_> {
    fn repeats(&self, known: usize) -> bool {
        self.sites[self.index.known[known].site].repeats
    }

    fn placeholder(&mut self, number: usize, hit: &Hit, found: &Found, text: &str) {
        let apart = self.repeats(hit.known) && self.twins > 0;
        let sample = Sample {
            render: text.to_owned(),
            twins: found.twins.clone(),
        };
        let plain = (hit.full && hit.form == Form::Plain).then(|| sample.clone());
        let twins: Vec<String> = sample.twins.iter().map(|twin| canonical(twin)).collect();
        let of_known = self.calls_of.entry(hit.known).or_default();
        let call = match (apart, hit.full) {
            (false, _) => of_known.first().copied(),
            (true, true) => self.whole.get(&(hit.known, twins.clone())).copied(),
            (true, false) => of_known
                .iter()
                .copied()
                .find(|call| is_part(&self.links.calls[*call].first.twins, &twins)),
        };
        match call.and_then(|number| self.links.calls.get_mut(number)) {
            Some(call) => {
                call.members.push(number);
                call.plain = call.plain.take().or(plain);
            }
            None => {
                let call = self.links.calls.len();
                of_known.push(call);
                if hit.full && !twins.is_empty() {
                    self.whole.insert((hit.known, twins), call);
                }
                self.links.calls.push(Call {
                    origin: Origin::Placeholder(hit.known),
                    members: vec![number],
                    first: sample,
                    plain,
                });
            }
        }
    }

    /// Links a digest to the call whose value it is of; says whether there is one. That of a held
    /// number is held with it.
    fn digest(&mut self, number: usize, hit: &DigestHit, twins: &[String]) -> bool {
        if self.numbers.contains(&hit.known) {
            let site = self.index.known[hit.known].site;
            self.links.held.push((number, site));
            return true;
        }
        let apart = self.repeats(hit.known) && self.twins > 0;
        let call = self.links.calls.iter().position(|call| {
            let Some(plain) = &call.plain else {
                return false;
            };
            matches!(call.origin, Origin::Placeholder(known) if known == hit.known)
                && (!apart
                    || (plain.twins.len() == twins.len()
                        && std::iter::zip(&plain.twins, twins)
                            .all(|(plain, twin)| hit.algorithm.hex(plain) == *twin)))
        });
        if let Some(call) = call {
            self.links.digests.push((number, call));
        }
        call.is_some()
    }

    fn unit(&mut self, number: usize, text: &str, found: &Found, context: Context) {
        let twins = &found.twins;
        // Of another length in a twin: nobody knows which of its symbols are literal.
        let even = !twins.is_empty() && twins.iter().all(|twin| twin.len() == text.len());
        let core = if even {
            core(text, twins)
        } else {
            0..text.len()
        };
        let own = |text: &str| text.get(core.clone()).unwrap_or(text).to_owned();
        let sample = Sample {
            render: own(text),
            twins: twins.iter().map(|twin| own(twin)).collect(),
        };
        let is_cut = core.len() < text.len();
        let pattern = pattern(&sample.render, &sample.twins);
        let free = generated(&sample);
        let unknown_symbols = !even && !text.bytes().all(|b| b.is_ascii_alphanumeric());
        let checksum = !context.secret && self.is_checksum(text);
        // One with a fraction keeps its digits: in an alphabet it would be no number any more.
        let fraction = is_fraction(text);
        let calm = context.annotation
            || checksum
            || self.is_number(&sample.render)
            || (fraction && self.has(Generated::Integer));
        self.fractions += usize::from(fraction && !calm);
        let fewest = if is_cut { GLUED_CHARS } else { COMPOSED_CHARS };
        let samples = std::iter::once(&sample.render).chain(&sample.twins);
        let family = family(samples.flat_map(|text| text.bytes()));
        // Nothing follows from it where the whole is held anyway.
        let decides = !context.annotation && !checksum && !fraction && !self.is_number(text);
        self.has_symbols |= decides && pattern.iter().flatten().count() > shared(&sample).count();
        // A symbol at an end is none of the core with any twin.
        let around = [text.get(..core.start), text.get(core.end..)];
        let is_glued = around
            .into_iter()
            .flatten()
            .any(|text| text.contains(|c: char| c.is_ascii_alphanumeric()));
        if is_glued && decides && text.len() >= GLUED_CHARS {
            self.glued = self.glued.min(family.alphabet.bits_per_char());
        }
        let span = found.span.start + core.start..found.span.start + core.end;
        if calm || fraction || free < fewest || unknown_symbols {
            self.links
                .held
                .push((number, likely_site(self.sites, self.index, text)));
            if calm {
                self.links.calm.push(number);
                self.echoes.push((number, span, sample));
            }
            return;
        }
        self.cores.push((number, span));
        if let Some(call) = self.composed.get(&sample)
            && let Some(call) = self.links.calls.get_mut(*call)
        {
            call.members.push(number);
            return;
        }
        if !twins.is_empty() {
            let call = self.links.calls.len();
            self.composed.insert(sample.clone(), call);
        }
        let site = likely_site(self.sites, self.index, text);
        self.links.calls.push(Call {
            origin: Origin::Composed {
                pattern,
                family,
                site,
            },
            members: vec![number],
            first: sample,
            plain: None,
        });
    }

    /// Texts that are equal in the render and in all twins are one value: what looks like a checksum is the password of a
    /// Secret.
    fn settle_echoes(&mut self) {
        for (number, span, sample) in std::mem::take(&mut self.echoes) {
            let call = self.composed.get(&sample).copied();
            if let Some(call) = call.and_then(|call| self.links.calls.get_mut(call)) {
                call.members.push(number);
                self.cores.push((number, span));
                self.links.held.retain(|(held, _)| *held != number);
            }
        }
    }

    /// Whether `text` can only be a digest of something: it has the shape of one, and no call site
    /// in a loop could have composed it character by character.
    fn is_checksum(&self, text: &str) -> bool {
        is_digest_shaped(text) && !self.sites.iter().any(composes)
    }

    /// Whether `text` may be a number with a range that it must not leave.
    fn is_number(&self, text: &str) -> bool {
        text.bytes().all(|byte| byte.is_ascii_digit())
            && self.has(Generated::Integer)
            && !self.has(Generated::Numeric)
    }

    /// Whether a call site of this class repeats.
    fn has(&self, class: Generated) -> bool {
        self.sites
            .iter()
            .any(|site| site.repeats && site.class == class)
    }
}

/// The symbols that all twins share.
fn shared(sample: &Sample) -> impl Iterator<Item = char> {
    let is_shared = |at: usize, c: char| {
        let shows = |twin: &String| twin.get(at..).is_some_and(|rest| rest.starts_with(c));
        !c.is_ascii_alphanumeric() && !sample.twins.is_empty() && sample.twins.iter().all(shows)
    };
    let all = sample.render.char_indices();
    all.filter_map(move |(at, c)| is_shared(at, c).then_some(c))
}

/// How many characters are generated: all but the symbols that the twins share.
fn generated(sample: &Sample) -> usize {
    sample.render.chars().count() - shared(sample).count()
}

/// `text` without what its beginning and its end share with all twins, which have its length: a chart's own text. Nor
/// does it begin or end with a symbol, which stays anyway: whether a twin has the same one is chance.
fn core(text: &str, twins: &[String]) -> Range<usize> {
    let differs = |at: &usize| differs(text, twins, *at);
    let is_letter = |at: &usize| text.as_bytes()[*at].is_ascii_alphanumeric();
    let mut core = 0..text.len();
    if let (Some(first), Some(last)) = (core.clone().find(differs), core.clone().rfind(differs)) {
        core = first..last + 1;
    }
    match (core.clone().find(is_letter), core.clone().rfind(is_letter)) {
        (Some(first), Some(last)) => first..last + 1,
        _ => core,
    }
}

/// The symbols of `text`; `None` where a character is generated. Generated symbols stay too: a rule for passwords may
/// ask for one.
fn pattern(text: &str, twins: &[String]) -> Vec<Option<char>> {
    let literal = |c: char| !c.is_ascii_alphanumeric() && !twins.is_empty();
    text.chars().map(|c| literal(c).then_some(c)).collect()
}

/// Whether one of two samples of a placeholder can be a part of the other. The twins of a part are
/// parts; `other` is canonical.
fn is_part(whole: &[String], other: &[String]) -> bool {
    !whole.is_empty()
        && whole.len() == other.len()
        && std::iter::zip(whole, other).all(|(whole, other)| {
            let whole = canonical(whole);
            whole.contains(other) || other.contains(&whole)
        })
}

/// One text for all forms of a value: its letters and digits.
fn canonical(text: &str) -> String {
    let text = text
        .replace("%2B", "")
        .replace("%2F", "")
        .replace("%3D", "");
    text.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}
