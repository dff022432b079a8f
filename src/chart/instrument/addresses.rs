//! Printed contexts: they hold memory addresses, and what is made of them can hide these.

use std::collections::HashSet;

use super::Instrumented;
use super::digests::DIGESTS;
use super::pipeline::given_to;
use crate::chart::calls::{Call, Form};
use crate::chart::literal;
use crate::chart::outline::{Action, BodyId};
use crate::chart::template::Template;
use crate::chart::token::Kind;

/// Functions that print what they are given as Go does.
const PRINTERS: [&str; 13] = [
    "cat",
    "html",
    "join",
    "js",
    "print",
    "printf",
    "println",
    "quote",
    "sortAlpha",
    "squote",
    "toString",
    "toStrings",
    "urlquery",
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

/// A pointer to what holds none: Go prints its fields, unless it stands in a list or a map.
const POINTER: &str = ".Capabilities";

/// Fields that hold pointers.
const POINTERS: [&str; 5] = [
    POINTER,
    ".Chart",
    ".Dependencies",
    ".Maintainers",
    ".Subcharts",
];

impl Instrumented<'_> {
    /// Whether a template can hide memory addresses in what it makes of them.
    pub(crate) fn may_hide_addresses(&self) -> bool {
        let mut templates = self
            .sources
            .iter()
            .filter_map(|source| source.template.as_ref().ok());
        templates.any(may_hide_addresses)
    }

    /// Whether the chart or its values say this text somewhere.
    pub(crate) fn says(&self, text: &str) -> bool {
        let finder = memchr::memmem::Finder::new(text);
        let mut files = self
            .tree
            .charts()
            .into_iter()
            .flat_map(|chart| &chart.files);
        files.any(|file| finder.find(file.bytes()).is_some())
            || self
                .values
                .iter()
                .any(|values| finder.find(values.text.as_bytes()).is_some())
    }
}

/// Whether an action prints a whole context, or an address alone (`%p`). What becomes of the text nobody asks: it may be cut so
/// that no address is seen in it. What a variable holds is not asked.
fn may_hide_addresses(template: &Template) -> bool {
    let mut actions = template.actions();
    actions.any(|(action, calls)| {
        // The dot of a define or a block is a text mostly, and a context is printed there to take a digest.
        let mut functions = calls.iter().map(|call| template.function(call));
        let dot = action.body == BodyId::FILE && action.has_own_dot
            || functions.any(|function| DIGESTS.contains(&function));
        let contexts = contexts(template, action, calls, dot);
        calls.iter().any(|call| {
            prints_address(template, call)
                || PRINTERS.contains(&template.function(call)) && {
                    let given = given_to(template, action, call);
                    let first = contexts.partition_point(|at| *at < given.start);
                    contexts.get(first).is_some_and(|at| given.contains(at))
                }
        })
    })
}

/// The tokens of an action that are given to functions which show no address of them: those that yield texts of their own, and
/// printers of a lone pointer.
fn hidden(template: &Template, action: &Action, calls: &[Call]) -> HashSet<usize> {
    let mut hidden = HashSet::new();
    for call in calls {
        let Form::Command {
            operands,
            piped,
            before,
            ..
        } = &call.form
        else {
            continue;
        };
        let function = template.function(call);
        if TEXTS.contains(&function) {
            hidden.extend(operands.iter().cloned().flatten());
            let given = given_to(template, action, call);
            let mut inside = calls.iter().filter(|it| given.contains(&it.name.start));
            // What is printed before it is handed on is a text already.
            if !inside.any(|it| PRINTERS.contains(&template.function(it))) {
                let tokens = action.left..action.right;
                hidden.extend(tokens.filter(|index| {
                    let token = template.tokens.get(*index);
                    token.is_some_and(|token| given.contains(&token.start))
                }));
            }
        }
        if PRINTERS.contains(&function) {
            let alone = operands.iter().filter(|operand| operand.len() <= 2);
            hidden.extend(alone.filter_map(|it| lone_pointer(template, it.clone().last()?)));
            if *piped && before.is_none() {
                hidden.extend(piped_into(template, call).and_then(|at| lone_pointer(template, at)));
            }
        }
    }
    hidden
}

/// The token of this number, if it is a lone pointer.
fn lone_pointer(template: &Template, index: usize) -> Option<usize> {
    let token = template.tokens.get(index)?;
    (template.word(token) == POINTER).then_some(index)
}

/// The last token of what is piped into a call.
fn piped_into(template: &Template, call: &Call) -> Option<usize> {
    let name = template
        .tokens
        .partition_point(|token| token.start < call.name.start);
    let is_between = |index: &usize| {
        let token = template.tokens.get(*index);
        token.is_none_or(|token| matches!(token.kind, Kind::Space | Kind::Pipe))
    };
    (0..name).rev().find(|index| !is_between(index))
}

/// Where the last tokens of an action's contexts begin, in order, but for those that are hidden. `dot` says whether the dot may be one.
fn contexts(template: &Template, action: &Action, calls: &[Call], dot: bool) -> Vec<usize> {
    let hidden = hidden(template, action, calls);
    let tokens = (action.left + 1..action.right).filter(|index| !hidden.contains(index));
    let contexts = tokens.filter(|index| ends_context(template, *index, dot));
    contexts
        .filter_map(|index| Some(template.tokens.get(index)?.start))
        .collect()
}

/// Whether the token of this number ends an operand that is a context.
fn ends_context(template: &Template, index: usize, dot: bool) -> bool {
    let Some(token) = template.tokens.get(index) else {
        return false;
    };
    let next = template.tokens.get(index + 1);
    if next.is_some_and(|next| next.kind == Kind::Field && next.start == token.end) {
        return false;
    }
    match token.kind {
        Kind::Dot => dot,
        Kind::Variable => template.word(token) == "$",
        Kind::Field => POINTERS.contains(&template.word(token)),
        _ => false,
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
            ("{{ print (list .Capabilities) | b64enc }}", true),
            ("{{ list .Capabilities | print | b64enc }}", true),
            ("{{ .Capabilities | list | print | b64enc }}", true),
            ("{{ printf `%p` .Capabilities }}", true),
            ("{{ print .Capabilities $.Capabilities | b64enc }}", false),
            (
                "{{ if regexMatch `}}$` (.Capabilities | toString) }}{{ end }}",
                false,
            ),
            ("{{ list .Chart.Maintainers | join `,` | upper }}", true),
            ("{{ printf `x%-5p` .Values | upper }}", true),
            ("{{ define `x` }}{{ . }}{{ end }}", false),
            ("{{ toString . }}", true),
            ("{{ $x := dict `a` (print `b`) `c` $ }}", false),
            ("{{ . | html | trimPrefix `0x` }}", true),
            ("{{ regexFind `0x.*` (toString $) }}", true),
            ("{{ define `x` }}{{ toString . | sha1sum }}{{ end }}", true),
            (
                "{{ define `x` }}{{ toString . | trunc 63 }}{{ end }}",
                false,
            ),
            ("{{ with . }}{{ toString . | sha256sum }}{{ end }}", true),
            ("{{ range .a }}{{ toString . | trunc 63 }}{{ end }}", false),
            ("{{ f . }}{{ .Values.x | quote }}", false),
            ("{{ toJson . | sha256sum }}", false),
            (
                "{{ list `a` . | include `x` | toString | sha256sum }}",
                false,
            ),
            ("{{ list `a` . | toString | include `x` }}", true),
            ("{{ list (include `x` .) . | toString | sha256sum }}", true),
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
