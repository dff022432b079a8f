//! Names that hold from render to render, so that rounds end.

use std::collections::{HashMap, HashSet};

use super::renderer::Render;
use crate::chart::generator::Generator;
use crate::chart::instrument::Instrumented;
use crate::log::{Call, CallId, Log};
use crate::name::{Name, Named, Naming, Rule, Scene, families};

/// For so many renders with chosen values the name of a Job may follow its content, which follows other values in its turn.
const CONTENT_ROUNDS: usize = 6;

/// What is known of the calls' names.
pub(super) struct Steady {
    /// Whether no render with chosen values was named yet: the first one's names are a guess, since calls can have equal
    /// values.
    is_guess: bool,
    /// The names that the first render with chosen values gave.
    first: HashMap<String, (Name, Rule)>,
    /// The names that the last one gave, with the content of Jobs.
    last: HashMap<String, Name>,
    /// How many renders have chosen values.
    round: usize,
    /// The calls whose names have changed since: they are named by their paths.
    by_path: HashSet<String>,
    /// The calls that were doubles in a render before, with their [`families`] there.
    doubles: HashMap<String, [u8; 32]>,
    /// What of the last render could not be read, and why.
    unread: Vec<String>,
}

impl Steady {
    /// Nothing is known yet.
    pub(super) fn new() -> Steady {
        Steady {
            is_guess: true,
            first: HashMap::new(),
            last: HashMap::new(),
            round: 0,
            by_path: HashSet::new(),
            doubles: HashMap::new(),
            unread: Vec::new(),
        }
    }

    /// What the user should know of the last render that was named, one sentence each.
    pub(super) fn warnings(&self) -> impl Iterator<Item = String> {
        let unread = self.unread.iter();
        unread.map(|it| {
            format!("{it} cannot be read as YAML, so the values in it go by the way to their calls")
        })
    }

    /// The next render has values that were chosen by names.
    pub(super) fn next_round(&mut self) {
        self.is_guess = false;
        self.round += 1;
    }

    /// From here on other values are chosen.
    pub(super) fn begin_anew(&mut self) {
        self.round = 0;
    }

    /// These calls go by their paths.
    pub(super) fn by_path<'k>(&mut self, keys: impl Iterator<Item = &'k String>) {
        self.by_path.extend(keys.cloned());
    }

    /// Names the calls of a render. After the first one with chosen values, a call whose name changes goes by its path.
    pub(super) fn names(
        &mut self,
        chart: &Instrumented<'_>,
        render: &Render,
        release_namespace: &str,
    ) -> Vec<Named> {
        let log = &render.log;
        if log.calls.is_empty() {
            return Vec::new();
        }
        let families = families(&log.calls);
        let is_double = |call: &&Call| {
            let family = self.doubles.get(&call.key);
            family.is_some() && family == families.get(call.key.as_str())
        };
        let doubles = log.calls.iter().filter(is_double);
        let doubles: HashSet<String> = doubles.map(|call| call.key.clone()).collect();
        let naming = Naming::new(Scene {
            log,
            sites: chart.sites(),
            output: &render.text,
            release_namespace,
            doubles: &doubles,
        });
        self.unread = naming.unread().to_vec();
        let mut names = naming.names(&|call| self.goes_by_path(log, call));
        if self.is_guess {
            self.keep_doubles(log, &names, &families);
            let calls = names.into_iter().zip(&log.calls);
            return calls
                .map(|(named, call)| guess(chart, named, call))
                .collect();
        }
        let mut has_changed = false;
        for (call, named) in log.calls.iter().zip(&names) {
            // A clock in a Job's name may be its own or a double: it is the same name. So it is where a text that something may
            // have altered is the value all the same.
            let rule = match named.rule {
                _ if named.name.follows_content() => Rule::JobName,
                Rule::Carrier => Rule::Own,
                rule => rule,
            };
            let own = (named.name.without_content(), rule);
            let first = self
                .first
                .entry(call.key.clone())
                .or_insert_with(|| own.clone());
            let last = self.last.insert(call.key.clone(), named.name.clone());
            let follows_content = self.round < CONTENT_ROUNDS || last.as_ref() == Some(&named.name);
            if (*first != own || !follows_content) && !self.by_path.contains(&call.key) {
                self.by_path.insert(call.key.clone());
                has_changed = true;
            }
        }
        if has_changed {
            names = naming.names(&|call| self.goes_by_path(log, call));
        }
        self.keep_doubles(log, &names, &families);
        names
    }

    fn keep_doubles(&mut self, log: &Log, names: &[Named], families: &HashMap<&str, [u8; 32]>) {
        let calls = log.calls.iter().zip(names);
        let doubles = calls.filter(|(_, named)| named.rule == Rule::Double);
        self.doubles = doubles
            .filter_map(|(call, _)| Some((call.key.clone(), *families.get(call.key.as_str())?)))
            .collect();
    }

    fn goes_by_path(&self, log: &Log, call: CallId) -> bool {
        let call = log.calls.get(call.0);
        call.is_some_and(|call| self.by_path.contains(&call.key))
    }
}

/// Clocks all tell the same time at first, so that nobody knows whose name a Job's is: each gets a time of its own.
fn guess(chart: &Instrumented<'_>, named: Named, call: &Call) -> Named {
    let site = chart.site(call.site);
    let is_clock = site.is_some_and(|site| site.generator == Generator::Now);
    match is_clock && named.rule == Rule::JobName {
        true => Named {
            name: Name(vec!["moment".to_owned(), call.key.clone()]),
            ..named
        },
        false => named,
    }
}
