//! Actions in texts that `tpl` may render: strings in values, other files of the charts, and string
//! literals in templates.
//!
//! Such a text stays as it is, since charts also hash, measure and print it. Its actions are found
//! here, and the define that stands for `tpl` replaces them while the chart is rendered.

use std::collections::{BTreeMap, HashSet};

use sha2::{Digest, Sha256};

use super::calls::{calls, calls_of};
use super::functions::{Treatment, find};
use super::lexer::{Kind, Token, lex};
use super::outline::{Action, Body, Outline, outline};
use super::reach::{Target, targets};
use super::rewrite::{Counters, Lexed, Names, Origin, rewrite};
use super::scalars::scalars;
use super::sites::Sites;

/// An action and what it becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unit {
    pub(super) original: String,
    pub(super) instrumented: String,
}

impl Unit {
    /// A regular expression for the action with any blanks where it has some, and for quotes that
    /// YAML doubled.
    pub(super) fn pattern(&self) -> String {
        let mut pattern = String::new();
        let mut blank = false;
        for c in self.original.chars() {
            match c {
                ' ' | '\t' | '\r' | '\n' => {
                    if !blank {
                        pattern.push_str(r"\s+");
                    }
                }
                '\'' => pattern.push_str("''?"),
                c if c.is_ascii_punctuation() => pattern.extend(['\\', c]),
                c => pattern.push(c),
            }
            blank = matches!(c, ' ' | '\t' | '\r' | '\n');
        }
        pattern
    }
}

/// Where an action was seen first.
struct Seen {
    file: String,
    line: u32,
    counters: Counters,
    /// The text around it is no template, so nobody knows whether it stands in a define.
    guessed: bool,
}

impl Seen {
    /// What is known wins over a guess; then, a place without counters over one with them.
    fn meet(&mut self, counters: Counters, guessed: bool) {
        if guessed && !self.guessed {
            return;
        }
        if counters == Counters::Missing || (self.guessed && !guessed) {
            self.counters = counters;
        }
        self.guessed = guessed;
    }
}

/// All actions with an impure call that were seen.
#[derive(Default)]
pub(super) struct Found {
    actions: BTreeMap<String, Seen>,
    /// What the texts include, and whether in a loop.
    pub(super) targets: HashSet<(Target, bool)>,
}

impl Found {
    /// Looks through a file of values, or one that may be such: through each of its strings, and
    /// through the whole as it is, since charts read files both ways.
    pub(super) fn scan_values(&mut self, text: &str, file: &str) {
        if !text.contains("{{") {
            return;
        }
        let (values, complete) = scalars(text);
        for (value, line) in values {
            self.scan(&value, file, line);
        }
        let known = complete.then(|| self.targets.clone());
        self.scan(text, file, 1);
        if let Some(known) = known {
            // The strings have told all; as raw text some look broken.
            self.targets = known;
        }
    }

    /// Looks through a text. `file` and `line` say where it begins, for people.
    pub(super) fn scan(&mut self, text: &str, file: &str, line: u32) {
        if !text.contains("{{") {
            return;
        }
        if let Ok(tokens) = lex(text)
            && let Some(outline) = outline(text, &tokens)
        {
            self.scan_lexed(text, &tokens, &outline, file, line);
            return;
        }
        self.scan_loosely(text, file, line);
    }

    fn scan_lexed(
        &mut self,
        text: &str,
        tokens: &[Token],
        outline: &Outline,
        file: &str,
        line: u32,
    ) {
        for action in &outline.actions {
            // In a define there are no counters: its variables are its own.
            let counters = match action.body {
                0 => Counters::Declared,
                _ => Counters::Missing,
            };
            self.action(text, tokens, action, (counters, false), file, line);
        }
    }

    /// A text that is no template as a whole can still hold one: action by action.
    fn scan_loosely(&mut self, text: &str, file: &str, line: u32) {
        let counters = match text.contains("define ") || text.contains("block ") {
            true => Counters::Missing,
            false => Counters::Declared,
        };
        let in_range = text.contains("range ");
        let mut from = 0;
        while let Some(found) = text.get(from..).and_then(|rest| rest.find("{{")) {
            let start = from + found;
            from = start + 2;
            let rest = text.get(start..).unwrap_or_default();
            let candidate = rest
                .match_indices("}}")
                .take(4)
                .filter_map(|(end, _)| rest.get(..end + 2))
                .find_map(|candidate| Some((candidate, lex(candidate).ok()?)));
            let Some((candidate, tokens)) = candidate else {
                let broken = rest.lines().next().unwrap_or_default();
                if broken.contains("include") || broken.contains("template") {
                    self.targets.insert((Target::Any, true));
                }
                continue;
            };
            let lines = text.get(..start).unwrap_or_default().matches('\n').count();
            let line = line.saturating_add(u32::try_from(lines).unwrap_or(0));
            let action = Action {
                left: 0,
                right: tokens.len().saturating_sub(1),
                body: 0,
                in_range,
            };
            self.action(candidate, &tokens, &action, (counters, true), file, line);
            from = start + candidate.len();
        }
    }

    fn action(
        &mut self,
        text: &str,
        tokens: &[Token],
        action: &Action,
        (counters, guessed): (Counters, bool),
        file: &str,
        line: u32,
    ) {
        let (Some(first), Some(last)) = (tokens.get(action.left), tokens.get(action.right)) else {
            return;
        };
        let inside = tokens
            .get(action.left + 1..action.right)
            .unwrap_or_default();
        let calls = calls(inside, action.left + 1);
        for target in targets(text, tokens, action, &calls) {
            self.targets.insert((target, action.in_range));
        }
        let is_action = matches!(first.kind, Kind::LeftDelim { .. })
            && matches!(last.kind, Kind::RightDelim { .. });
        let impure = calls.iter().any(|call| {
            let name = text.get(call.name.clone()).unwrap_or_default();
            find(name).is_some_and(|function| function.treatment != Treatment::Pure)
        });
        let Some(original) = text.get(first.start..last.end) else {
            return;
        };
        if !is_action || !impure {
            return;
        }
        let lines = text
            .get(..first.start)
            .unwrap_or_default()
            .matches('\n')
            .count();
        let seen = self.actions.entry(original.to_owned()).or_insert(Seen {
            file: file.to_owned(),
            line: line.saturating_add(u32::try_from(lines).unwrap_or(0)),
            counters,
            guessed,
        });
        seen.meet(counters, guessed);
    }

    /// The units, longest first, so that none is replaced inside of another.
    pub(super) fn units(self, names: &Names, chart: &str, sites: &mut Sites<'_>) -> Vec<Unit> {
        let mut units: Vec<Unit> = self
            .actions
            .into_iter()
            .filter_map(|(original, seen)| {
                let instrumented = instrument(&original, &seen, names, chart, sites)?;
                Some(Unit {
                    original,
                    instrumented,
                })
            })
            .collect();
        units.sort_by(|a, b| (b.original.len(), &a.original).cmp(&(a.original.len(), &b.original)));
        units
    }
}

fn instrument(
    original: &str,
    seen: &Seen,
    names: &Names,
    chart: &str,
    sites: &mut Sites<'_>,
) -> Option<String> {
    let tokens = lex(original).ok()?;
    // Alone, `range` and `end` do not match; one body is all there is.
    let outline = Outline {
        bodies: vec![Body {
            name: None,
            start: 0,
            trim: false,
        }],
        actions: vec![Action {
            left: 0,
            right: tokens.len().checked_sub(1)?,
            body: 0,
            in_range: false,
        }],
    };
    let digest: String = Sha256::digest(original.as_bytes())
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let template = format!("tpl:{digest}");
    let origin = Origin {
        chart,
        file: &seen.file,
        line: seen.line,
        template: &template,
        repeats: true,
        all_repeat: true,
        reach: &[],
        tpl: Some(seen.counters),
    };
    let lexed = Lexed {
        text: original,
        tokens: &tokens,
        outline: &outline,
        calls: &calls_of(&tokens, &outline),
    };
    Some(rewrite(&lexed, &origin, names, sites))
}
