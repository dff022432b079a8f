//! Turns the templates of a chart into ones whose render follows from the chart alone.

use std::collections::HashMap;

use super::calls::{Call, calls_of};
use super::defines::{self, Clocks, Mode};
use super::lexer::{Kind, Token, lex};
use super::literal;
use super::outline::{Outline, outline};
use super::reach::{Reach, reach};
use super::rewrite::{Lexed, Names, Origin, rewrite};
use super::site::Site;
use super::sites::{SiteKeys, Sites};
use super::units::{Found, Unit};
use crate::report::Fixed;

/// One template file of the root chart or a subchart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateSource {
    /// The names of the charts from the root to this one, joined by `/`. Names, not aliases.
    pub chart: String,
    /// The file as seen from the root chart: `charts/db-1.0.0.tgz/templates/secret.yaml`.
    pub file: String,
    /// Its path in its own chart: `templates/secret.yaml`.
    pub path: String,
    /// Its text.
    pub text: String,
    /// Whether its chart is used more than once, under different aliases.
    pub is_shared: bool,
}

impl TemplateSource {
    /// Whether helm does not render it by itself.
    pub(super) fn is_partial(&self) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.starts_with('_')
    }
}

/// A text that `tpl` may be given: a string of the values, or a file that is no template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TplText {
    /// Where it comes from, for people: a file's path, or `--set`.
    pub label: String,
    /// The text.
    pub text: String,
}

/// What does not depend on the chart.
pub struct Options<'a> {
    /// The name that all added defines begin with: random for each run, letters and digits.
    pub define_name: &'a str,
    /// The pinned clock and the time.
    pub clocks: Clocks,
    /// Gives a site the key of its placeholders; the argument is [`Site::name`], the result
    /// 32 hexadecimal digits.
    pub site_key: &'a SiteKeys<'a>,
    /// Functions that the admin lets be, although they are not deterministic.
    pub allow: &'a [String],
}

/// What a chart's templates do that decides which renders can tell enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Habits {
    /// Whether what the chart prints can follow the clock.
    pub reads_clock: bool,
    /// Whether it may print equal values once (`uniq`).
    pub drops_equal: bool,
}

/// The instrumented templates, and what was found in them.
#[derive(Debug)]
pub struct Instrumentation {
    /// For each source, in order, its new text; `None` where nothing changed.
    pub texts: Vec<Option<String>>,
    /// All call sites.
    pub sites: Vec<Site>,
    /// The calls that were given the pinned clock or an order.
    pub fixed: Vec<Fixed>,
    /// What templates do besides.
    pub habits: Habits,
    /// Whether anything needs the instrumented chart. If not, the texts are to be left alone.
    pub changed: bool,
    names: Names,
    units: Vec<Unit>,
    allow: Vec<String>,
    clocks: Clocks,
}

impl Instrumentation {
    /// The text of the template file that is to be added to the root chart, for a mode.
    pub fn defines(&self, mode: Mode) -> String {
        self.defines_at(mode, self.clocks.pinned)
    }

    /// The same with another pinned clock.
    pub fn defines_at(&self, mode: Mode, pinned: i64) -> String {
        let clocks = Clocks {
            pinned,
            ..self.clocks
        };
        defines::defines(&self.names, &self.units, &self.allow, mode, clocks)
    }
}

/// What is known of a source before it is rewritten.
pub(super) struct Parsed {
    pub(super) tokens: Vec<Token>,
    pub(super) outline: Outline,
    pub(super) calls: Vec<Vec<Call>>,
}

/// An action that no template can hold.
const REFUSED: &str = "{{ cannot be read by argocd-pin-plugin }}";

/// Instruments the templates. The order of the sources does not matter for anything but ties
/// between defines of one name in one chart: hand them over sorted by file.
pub fn instrument_sources(
    sources: &[TemplateSource],
    tpl_texts: &[TplText],
    options: &Options<'_>,
) -> Instrumentation {
    let names = Names {
        define: options.define_name.to_owned(),
    };
    let mut sites = Sites::new(options.site_key, options.allow);
    let mut found = Found::default();
    let root = sources
        .iter()
        .map(|source| source.chart.split('/').next().unwrap_or_default())
        .next()
        .unwrap_or_default();
    for text in tpl_texts {
        found.scan_values(&text.text, &text.label);
    }
    let parses = parse_all(sources);
    let nodes: Vec<_> = sources
        .iter()
        .zip(&parses)
        .map(|(source, parse)| (source, parse.template()))
        .collect();
    for (source, parsed) in &nodes {
        if let Some(parsed) = parsed {
            scan_literals(source, &parsed.tokens, &mut found);
        }
    }
    let reach = reach(&nodes, &found.targets);
    let mut texts: Vec<Option<String>> = Vec::with_capacity(sources.len());
    let mut at_place: HashMap<(&str, &str), Vec<usize>> = HashMap::new();
    for (number, ((source, parse), reach)) in sources.iter().zip(&parses).zip(&reach).enumerate() {
        // Of two charts of one name beside each other (a folder and its archive) helm takes now the
        // one, now the other.
        let earlier = at_place.entry((&source.chart, &source.path)).or_default();
        if let Some(same) = earlier.iter().find(|at| sources[**at].text == source.text) {
            texts.push(texts[*same].clone());
            continue;
        }
        earlier.push(number);
        texts.push(match parse {
            Parse::Template(parsed) => {
                let new = rewrite_source(source, parsed, reach, &names, &mut sites);
                (new != source.text).then_some(new)
            }
            // Helm will say what is wrong. Should it see nothing wrong, then not with this behind it.
            Parse::Refused => {
                sites.touch();
                Some(format!("{}{REFUSED}", source.text))
            }
            Parse::Unclosed => None,
        });
    }
    let units = match sites.calls_tpl() {
        true => found.units(&names, root, &mut sites),
        false => Vec::new(),
    };
    let changed = sites.is_touched();
    let habits = Habits {
        reads_clock: sites.reads_clock(),
        drops_equal: nodes
            .iter()
            .any(|(source, parsed)| drops_equal(source, *parsed)),
    };
    let (sites, fixed) = sites.finish();
    Instrumentation {
        texts,
        sites,
        fixed,
        habits,
        changed,
        names,
        units,
        allow: options.allow.to_vec(),
        clocks: options.clocks,
    }
}

enum Parse {
    Template(Parsed),
    Refused,
    Unclosed,
}

impl Parse {
    fn template(&self) -> Option<&Parsed> {
        match self {
            Parse::Template(parsed) => Some(parsed),
            Parse::Refused | Parse::Unclosed => None,
        }
    }
}

/// Parses the templates, half of the text on a thread of its own: helm waits for it.
fn parse_all(sources: &[TemplateSource]) -> Vec<Parse> {
    let total: usize = sources.iter().map(|source| source.text.len()).sum();
    let mut before = 0;
    let in_first = |source: &&TemplateSource| {
        before += source.text.len();
        before * 2 < total
    };
    let middle = sources.iter().take_while(in_first).count();
    let (first, second) = sources.split_at(middle);
    let all = |sources: &[TemplateSource]| -> Vec<Parse> {
        sources.iter().map(|source| parse(&source.text)).collect()
    };
    std::thread::scope(|scope| {
        let handle = scope.spawn(|| all(second));
        let mut parses = all(first);
        // A thread that panicked is none that finished: do its work here.
        parses.extend(handle.join().unwrap_or_else(|_| all(second)));
        parses
    })
}

fn parse(text: &str) -> Parse {
    let tokens = match lex(text) {
        Ok(tokens) => tokens,
        Err(error) if error.reason.is_unclosed() => return Parse::Unclosed,
        Err(_) => return Parse::Refused,
    };
    match outline(text, &tokens) {
        Some(outline) => Parse::Template(Parsed {
            calls: calls_of(&tokens, &outline),
            tokens,
            outline,
        }),
        None => Parse::Refused,
    }
}

fn rewrite_source(
    source: &TemplateSource,
    parsed: &Parsed,
    reach: &[Reach],
    names: &Names,
    sites: &mut Sites<'_>,
) -> String {
    let origin = Origin {
        chart: &source.chart,
        file: &source.file,
        line: 1,
        template: &source.path,
        repeats: source.is_partial(),
        all_repeat: source.is_shared,
        reach,
        tpl: None,
    };
    let lexed = Lexed {
        text: &source.text,
        tokens: &parsed.tokens,
        outline: &parsed.outline,
        calls: &parsed.calls,
    };
    rewrite(&lexed, &origin, names, sites)
}

/// Whether a template calls `uniq`.
fn drops_equal(source: &TemplateSource, parsed: Option<&Parsed>) -> bool {
    let mut calls = parsed
        .into_iter()
        .flat_map(|parsed| parsed.calls.iter().flatten());
    calls.any(|call| source.text.get(call.name.clone()) == Some("uniq"))
}

/// A string literal can be a text for `tpl`.
fn scan_literals(source: &TemplateSource, tokens: &[Token], found: &mut Found) {
    for token in tokens {
        if !matches!(token.kind, Kind::String | Kind::RawString) {
            continue;
        }
        let Some(value) = literal::value(&source.text, token) else {
            continue;
        };
        if value.contains("{{") {
            let before = source.text.get(..token.start).unwrap_or_default();
            let line = u32::try_from(before.matches('\n').count())
                .unwrap_or(0)
                .saturating_add(1);
            found.scan(&value, &source.file, line);
        }
    }
}
