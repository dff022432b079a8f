//! Actions in texts that `tpl` may render: strings in values, other files of the charts, and string
//! literals in templates.
//!
//! Such a text stays as it is, since charts also hash, measure and print it. Its actions are found
//! here, and the define that stands for `tpl` replaces them while the chart is rendered.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::calls::calls;
use super::functions::{Treatment, find};
use super::lexer::{Kind, Token, lex};
use super::outline::{Outline, outline};
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
}

impl Found {
    /// Looks through a file of values, or one that may be such: through each of its strings, and
    /// through the whole as it is, since charts read files both ways.
    pub(super) fn scan_values(&mut self, text: &str, file: &str) {
        if !text.contains("{{") {
            return;
        }
        for (value, line) in scalars(text) {
            self.scan(&value, file, line);
        }
        self.scan(text, file, 1);
    }

    /// Looks through a text. `file` and `line` say where it begins, for people.
    pub(super) fn scan(&mut self, text: &str, file: &str, line: u32) {
        if !text.contains("{{") {
            return;
        }
        if let Ok(tokens) = lex(text) {
            if let Some(outline) = outline(text, &tokens) {
                self.scan_lexed(text, &tokens, &outline, file, line);
                return;
            }
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
            let inside = tokens.get(action.left..=action.right).unwrap_or_default();
            // Behind a define there are no counters: its variables are its own.
            let counters = match action.body {
                0 => Counters::Declared,
                _ => Counters::Missing,
            };
            self.action(text, inside, (counters, false), file, line);
        }
    }

    /// A text that is no template as a whole can still hold one: action by action.
    fn scan_loosely(&mut self, text: &str, file: &str, line: u32) {
        let counters = match text.contains("define ") || text.contains("block ") {
            true => Counters::Missing,
            false => Counters::Declared,
        };
        let mut from = 0;
        while let Some(found) = text.get(from..).and_then(|rest| rest.find("{{")) {
            let start = from + found;
            from = start + 2;
            let rest = text.get(start..).unwrap_or_default();
            let ends = rest.match_indices("}}").map(|(end, _)| end + 2).take(4);
            for end in ends {
                let candidate = rest.get(..end).unwrap_or_default();
                let Ok(tokens) = lex(candidate) else { continue };
                let lines = text.get(..start).unwrap_or_default().matches('\n').count();
                let line = line.saturating_add(u32::try_from(lines).unwrap_or(0));
                self.action(candidate, &tokens, (counters, true), file, line);
                from = start + end;
                break;
            }
        }
    }

    fn action(
        &mut self,
        text: &str,
        tokens: &[Token],
        (counters, guessed): (Counters, bool),
        file: &str,
        line: u32,
    ) {
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else {
            return;
        };
        let is_action = matches!(first.kind, Kind::LeftDelim { .. })
            && matches!(last.kind, Kind::RightDelim { .. });
        let inside = tokens
            .get(1..tokens.len().saturating_sub(1))
            .unwrap_or_default();
        let impure = calls(inside, 1).iter().any(|call| {
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
        bodies: vec![super::outline::Body {
            name: None,
            start: 0,
            trim: false,
        }],
        actions: vec![super::outline::Action {
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
        tpl: Some(seen.counters),
    };
    let lexed = Lexed {
        text: original,
        tokens: &tokens,
        outline: &outline,
    };
    Some(rewrite(&lexed, &origin, names, sites))
}
