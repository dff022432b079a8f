//! The sites of a run while they are collected.

use std::collections::HashMap;

use super::placeholder::Class;
use super::site::Site;
use crate::report::Fixed;

/// Gives a site the key that its placeholders are derived from; the argument is [`Site::name`].
pub type SiteKeys<'a> = dyn Fn(&str) -> String + 'a;

/// Collects sites and gives each its number, its ordinal and its key.
pub(super) struct Sites<'a> {
    keys: &'a SiteKeys<'a>,
    allow: &'a [String],
    ordinals: HashMap<(String, String, &'static str), u32>,
    list: Vec<Site>,
    fixed: Vec<Fixed>,
    touched: bool,
    calls_tpl: bool,
    reads_clock: bool,
}

/// How many keys are tried for a `randBytes`: six bytes show both signs for one key of 65.
const ATTEMPTS: u32 = 1000;

/// Whether the placeholder of a `randBytes`, if its length is known and not tiny, has both signs of base64 in it.
fn shows_alphabet(site: &Site) -> bool {
    let Some(length) = site.length.filter(|length| (6..=1024).contains(length)) else {
        return true;
    };
    let text = site.text(length, 0);
    text.contains('+') && text.contains('/')
}

impl<'a> Sites<'a> {
    pub(super) fn new(keys: &'a SiteKeys<'a>, allow: &'a [String]) -> Self {
        Sites {
            keys,
            allow,
            ordinals: HashMap::new(),
            list: Vec::new(),
            fixed: Vec::new(),
            touched: false,
            calls_tpl: false,
            reads_clock: false,
        }
    }

    /// Whether the admin lets this function be.
    pub(super) fn is_allowed(&self, function: &str) -> bool {
        self.allow.iter().any(|name| name == function)
    }

    /// Adds a site; `id`, `ordinal` and `key` are set here.
    pub(super) fn add(&mut self, mut site: Site) -> Site {
        let place = (site.chart.clone(), site.template.clone(), site.function);
        let next = self.ordinals.entry(place).or_insert(0);
        site.ordinal = *next;
        *next += 1;
        site.id = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        let name = site.name();
        site.key = (self.keys)(&name);
        // What a chart makes of `+` and `/` (base64 for URLs) is seen only where they stand.
        for attempt in 1..=ATTEMPTS {
            if site.class != Class::Bytes || site.counted || shows_alphabet(&site) {
                break;
            }
            site.key = (self.keys)(&format!("{name}/{attempt}"));
        }
        self.touched = true;
        self.list.push(site.clone());
        site
    }

    pub(super) fn fix(&mut self, fixed: Fixed) {
        self.touched = true;
        self.fixed.push(fixed);
    }

    /// Something else than `tpl` was changed.
    pub(super) fn touch(&mut self) {
        self.touched = true;
    }

    /// Notes that the chart renders texts: then it is instrumented.
    pub(super) fn meet_tpl(&mut self) {
        self.calls_tpl = true;
        self.touched = true;
    }

    /// Notes that a call that can be reached reads the pinned clock.
    pub(super) fn meet_clock(&mut self) {
        self.reads_clock = true;
    }

    /// Whether what the chart prints can follow the clock.
    pub(super) fn reads_clock(&self) -> bool {
        self.reads_clock
    }

    /// Whether the chart renders texts at all.
    pub(super) fn calls_tpl(&self) -> bool {
        self.calls_tpl
    }

    pub(super) fn is_touched(&self) -> bool {
        self.touched
    }

    pub(super) fn finish(self) -> (Vec<Site>, Vec<Fixed>) {
        (self.list, self.fixed)
    }
}
