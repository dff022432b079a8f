//! Printed contexts: they hold memory addresses, and what is made of them can hide these.

use std::collections::{BTreeSet, HashSet};

use super::statements::DIGESTS;
use crate::chart::calls::{Call, Form};
use crate::chart::literal;
use crate::chart::outline::Action;
use crate::chart::template::Template;
use crate::chart::token::{Keyword, Kind, Token, words};

/// Functions that print what they are given as Go does.
const PRINTERS: [&str; 9] = [
    "cat",
    "join",
    "print",
    "printf",
    "println",
    "quote",
    "squote",
    "toString",
    "toStrings",
];

/// Functions, besides digests, that make another text of one.
const ALTERING: [&str; 10] = [
    "b32enc",
    "b64enc",
    "nospace",
    "regexReplaceAll",
    "regexReplaceAllLiteral",
    "replace",
    "splitList",
    "substr",
    "trunc",
    "upper",
];

/// Functions whose results show nothing of a context but what a template says itself.
const TEXTS: [&str; 8] = [
    "include",
    "lookup",
    "toJson",
    "toPrettyJson",
    "toRawJson",
    "toYaml",
    "toYamlPretty",
    "tpl",
];

/// Fields that hold pointers.
const POINTERS: [&str; 5] = [
    ".Capabilities",
    ".Chart",
    ".Dependencies",
    ".Maintainers",
    ".Subcharts",
];

/// Whether an action makes a text of a context that it prints whole, or of an address alone (`%p`), in which nobody sees
/// the address.
pub(super) fn may_hide_addresses(template: &Template) -> bool {
    let contexts = Contexts::of(template);
    let mut actions = template.actions();
    actions.any(|(action, calls)| {
        let any = |is_one: &dyn Fn(&str) -> bool| {
            let mut functions = calls.iter().map(|call| template.function(call));
            functions.any(is_one)
        };
        let is_altered = any(&|it| DIGESTS.contains(&it) || ALTERING.contains(&it));
        is_altered
            && (calls.iter().any(|call| prints_address(template, call))
                || any(&|it| PRINTERS.contains(&it)) && contexts.stand_in(action, calls))
    })
}

/// What holds a whole context in a template.
struct Contexts<'t> {
    template: &'t Template,
    /// The variables that are assigned one.
    variables: BTreeSet<&'t str>,
    /// Whether a `with` or `range` makes one the dot.
    is_dot: bool,
}

impl<'t> Contexts<'t> {
    /// Looks at all assignments. What is assigned to what was assigned counts too.
    fn of(template: &'t Template) -> Self {
        let mut contexts = Contexts {
            template,
            variables: BTreeSet::new(),
            is_dot: false,
        };
        loop {
            let before = (contexts.variables.len(), contexts.is_dot);
            for (action, calls) in template.actions() {
                contexts.assign(action, calls);
            }
            if before == (contexts.variables.len(), contexts.is_dot) {
                return contexts;
            }
        }
    }

    fn assign(&mut self, action: &Action, calls: &[Call]) {
        let template = self.template;
        let inside = template.inside(action);
        let is_assignment = |token: &Token| matches!(token.kind, Kind::Assign | Kind::Declare);
        let moves_dot = inside
            .iter()
            .any(|token| matches!(token.kind, Kind::Keyword(Keyword::With | Keyword::Range)));
        let assigned = inside.iter().position(is_assignment);
        if (assigned.is_none() && !moves_dot) || !self.stand_in(action, calls) {
            return;
        }
        self.is_dot |= moves_dot;
        let names = inside.get(..assigned.unwrap_or(0)).unwrap_or_default();
        let variables = names.iter().filter(|token| token.kind == Kind::Variable);
        self.variables.extend(
            variables
                .map(|token| template.word(token))
                .filter(|it| *it != "$"),
        );
    }

    /// Whether one stands in an action, but for the arguments of functions that yield texts of their own.
    fn stand_in(&self, action: &Action, calls: &[Call]) -> bool {
        let template = self.template;
        if words(template.inside(action)).next().is_some_and(|first| {
            matches!(
                first.kind,
                Kind::Keyword(Keyword::Template | Keyword::Block)
            )
        }) {
            return false;
        }
        let mut hidden = HashSet::new();
        for call in calls {
            let Form::Command { operands, .. } = &call.form else {
                continue;
            };
            if TEXTS.contains(&template.function(call)) {
                let arguments = operands.iter().cloned().flatten();
                hidden.extend(arguments);
            }
        }
        let start = self.first_of_pipeline(action);
        (start..action.right)
            .any(|index| !hidden.contains(&index) && self.is_context(action, index))
    }

    /// The first token behind what is assigned to.
    fn first_of_pipeline(&self, action: &Action) -> usize {
        let inside = self.template.inside(action);
        let assigns = |token: &Token| matches!(token.kind, Kind::Assign | Kind::Declare);
        let behind = inside.iter().position(assigns).map_or(0, |index| index + 1);
        action.left + 1 + behind
    }

    /// Whether the token of this number ends an operand that is a context.
    fn is_context(&self, action: &Action, index: usize) -> bool {
        let template = self.template;
        let Some(token) = template.tokens.get(index) else {
            return false;
        };
        let next = template.tokens.get(index + 1);
        if next.is_some_and(|next| next.kind == Kind::Field && next.start == token.end) {
            return false;
        }
        match token.kind {
            Kind::Dot => action.has_own_dot || self.is_dot,
            Kind::Variable => {
                let name = template.word(token);
                name == "$" || self.variables.contains(name)
            }
            Kind::Field => POINTERS.contains(&template.word(token)),
            _ => false,
        }
    }
}

/// Whether a call prints an address.
fn prints_address(template: &Template, call: &Call) -> bool {
    if template.function(call) != "printf" {
        return false;
    }
    let Form::Command { operands, .. } = &call.form else {
        return false;
    };
    let format = operands
        .first()
        .and_then(|it| template.tokens.get(it.clone()));
    let Some([format]) = format else {
        return false;
    };
    literal::value(&template.text, format).is_some_and(|format| has_pointer_verb(&format))
}

/// Whether a format has the verb `%p`, with flags or without.
fn has_pointer_verb(format: &str) -> bool {
    let is_flag = |c: char| c.is_ascii_digit() || "+-# .*[]".contains(c);
    let mut rest = format;
    while let Some((_, behind)) = rest.split_once('%') {
        let mut verb = behind.trim_start_matches(is_flag).chars();
        if verb.next() == Some('p') {
            return true;
        }
        rest = verb.as_str();
    }
    false
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn only_whole_contexts_count() {
        for (text, expected) in [
            ("{{ toString . | sha256sum }}", true),
            ("{{ print $.Chart | sha1sum }}", true),
            ("{{ $ | quote | sha256sum }}", true),
            ("{{ . | toString | sha256sum }}", true),
            ("{{ $x := print . | b64enc }}", true),
            ("{{ print .Capabilities | b64enc }}", true),
            (
                "{{ $x := dict `a` $ }}{{ $x.y }}{{ cat $x | sha1sum }}",
                true,
            ),
            ("{{ list .Chart.Maintainers | join `,` | upper }}", true),
            (
                "{{ with .Capabilities }}{{ printf `%d` . | trunc 9 }}{{ end }}",
                true,
            ),
            ("{{ printf `x%-5p` .Values | upper }}", true),
            ("{{ define `x` }}{{ . }}{{ end }}", false),
            ("{{ toString . }}", false),
            ("{{ toJson . | sha256sum }}", false),
            ("{{ toString .Values.x | sha256sum }}", false),
            ("{{ print $.Chart.Name | sha256sum }}", false),
            ("{{ printf `%d%%p` .Values.x }}", false),
            (
                "{{ range .Values.x }}{{ . | quote }}{{ . }}{{ end }}",
                false,
            ),
            ("{{ $x := include `x` . }}{{ printf `%s` $x }}", false),
            ("{{ $x := . }}{{ printf `%s` $x.Values.y }}", false),
            (
                "{{ include `x` (dict `a` (print `b`) `context` $) | quote }}",
                false,
            ),
            (
                "{{ template `x` (dict `a` (print `b`) `context` $) }}",
                false,
            ),
            (
                "{{ include (print $.Template.BasePath \"/x.yaml\") . | sha256sum }}",
                false,
            ),
        ] {
            let template = Template::read(text.to_owned()).unwrap();
            assert_eq!(may_hide_addresses(&template), expected, "{text}");
        }
    }
}
