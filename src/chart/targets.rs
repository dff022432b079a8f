//! What the actions of a template lead to: defines, files, computed names.

use std::collections::{HashMap, HashSet};

use regex::Regex;

use super::calls::{Call, Form};
use super::lexer::{Keyword, Kind, Token};
use super::literal;
use super::outline::Action;
use super::template::Template;

/// What an action leads to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Target {
    /// The bodies of this name.
    Named(String),
    /// The bodies whose names this regular expression matches.
    Like(String),
    /// The files' own bodies: `include (print $.Template.BasePath "/x.yaml") .`
    Files,
    /// Everything.
    Any,
}

/// Regular expressions, each compiled once.
#[derive(Default)]
pub(super) struct Patterns(HashMap<String, Option<Regex>>);

impl Patterns {
    /// Whether one of these names can be meant.
    pub(super) fn any_match(&mut self, pattern: &str, names: &HashSet<String>) -> bool {
        names.iter().any(|name| self.matches(pattern, name))
    }

    /// Whether a computed name can be this one.
    pub(super) fn matches(&mut self, pattern: &str, name: &str) -> bool {
        let compiled = self
            .0
            .entry(pattern.to_owned())
            .or_insert_with(|| Regex::new(pattern).ok());
        compiled.as_ref().is_none_or(|regex| regex.is_match(name))
    }
}

/// What an action leads to, but for `tpl`.
pub(super) fn targets(template: &Template, action: &Action, calls: &[Call]) -> Vec<Target> {
    let mut found = Vec::new();
    if let Some((_, name)) = named_by_keyword(template, action) {
        found.push(Target::Named(name));
    }
    let includes = calls
        .iter()
        .filter(|call| template.function(call) == "include");
    found.extend(includes.map(|call| included(template, call)));
    found
}

/// The keyword and the name of a `template` or `block` action.
pub(super) fn named_by_keyword(template: &Template, action: &Action) -> Option<(Keyword, String)> {
    let mut words = template
        .inside(action)
        .iter()
        .filter(|token| token.kind != Kind::Space);
    let Kind::Keyword(keyword @ (Keyword::Template | Keyword::Block)) = words.next()?.kind else {
        return None;
    };
    let name = literal::value(&template.text, words.next()?)?;
    Some((keyword, name))
}

/// What an `include` names.
pub(super) fn included(template: &Template, call: &Call) -> Target {
    let Form::Command {
        operands, piped, ..
    } = &call.form
    else {
        return Target::Any;
    };
    // `"name" | include` makes no sense, and `x | include "name"` has the name first.
    let _ = piped;
    let Some(name) = operands
        .first()
        .and_then(|operand| template.tokens.get(operand.clone()))
    else {
        return Target::Any;
    };
    match name {
        [token] => match literal::value(&template.text, token) {
            Some(name) => Target::Named(name),
            None => Target::Any,
        },
        _ => computed(template, name),
    }
}

/// The ends of names of files that a template includes by path; an empty one where a name is computed in another way.
pub(super) fn included_files(template: &Template) -> Vec<String> {
    let mut ends = Vec::new();
    for call in template.calls.iter().flatten() {
        if template.function(call) != "include" {
            continue;
        }
        match included(template, call) {
            Target::Named(name) if name.contains('/') => ends.push(name),
            Target::Named(_) => {}
            Target::Files | Target::Like(_) | Target::Any => {
                ends.push(last_literal(template, call).unwrap_or_default());
            }
        }
    }
    ends
}

/// The text at the end of a computed name: `/x.yaml` of `(print $.Template.BasePath "/x.yaml")`.
fn last_literal(template: &Template, call: &Call) -> Option<String> {
    let Form::Command { operands, .. } = &call.form else {
        return None;
    };
    let name = template.tokens.get(operands.first()?.clone())?;
    let mut words = name
        .iter()
        .rev()
        .filter(|token| !matches!(token.kind, Kind::Space | Kind::RightParen));
    let is_joined = name
        .iter()
        .any(|token| matches!(template.word(token), "print" | ".BasePath"));
    let last = literal::value(&template.text, words.next()?)?;
    (is_joined && last.contains('/') && !last.contains('%')).then_some(last)
}

/// What a computed name can be: `(print $.Template.BasePath "/x.yaml")`, `(printf "%s.labels" .Chart.Name)`.
fn computed(template: &Template, name: &[Token]) -> Target {
    if name.iter().any(|token| template.word(token) == ".BasePath") {
        return Target::Files;
    }
    let mut words = name
        .iter()
        .filter(|token| !matches!(token.kind, Kind::Space | Kind::LeftParen));
    let (Some(function), Some(format)) = (words.next(), words.next()) else {
        return Target::Any;
    };
    let has_pipe = name.iter().any(|token| token.kind == Kind::Pipe);
    match literal::value(&template.text, format) {
        Some(format) if template.word(function) == "printf" && !has_pipe => pattern(&format),
        _ => Target::Any,
    }
}

/// A regular expression for what a format of texts can give.
fn pattern(format: &str) -> Target {
    let mut pattern = String::from("(?s)^");
    let mut pieces = format.split('%');
    pattern.push_str(&regex::escape(pieces.next().unwrap_or_default()));
    for piece in pieces {
        let Some(rest) = piece.strip_prefix(['s', 'v', 'd']) else {
            return Target::Any;
        };
        pattern.push_str(".*");
        pattern.push_str(&regex::escape(rest));
    }
    pattern.push('$');
    Target::Like(pattern)
}
