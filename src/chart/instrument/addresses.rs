//! Digests of printed contexts: they can hide memory addresses.

use super::statements::DIGESTS;
use crate::chart::calls::{Call, Form};
use crate::chart::outline::Action;
use crate::chart::template::Template;
use crate::chart::token::{Kind, Token};

/// Functions that print what they are given as Go does.
const PRINTERS: [&str; 8] = [
    "cat",
    "print",
    "printf",
    "println",
    "quote",
    "squote",
    "toString",
    "toStrings",
];

/// Fields of the root context that hold pointers.
const POINTERS: [&str; 3] = [".Capabilities", ".Chart", ".Subcharts"];

/// Whether an action takes a digest of a context that it prints whole.
pub(super) fn may_hide_addresses(template: &Template) -> bool {
    let mut actions = template.actions();
    actions.any(|(action, calls)| {
        let takes_digest = calls
            .iter()
            .any(|call| DIGESTS.contains(&template.function(call)));
        takes_digest
            && calls
                .iter()
                .any(|call| prints_context(template, action, call))
    })
}

/// Whether a call prints a whole context: one of its arguments, or what is piped into it.
fn prints_context(template: &Template, action: &Action, call: &Call) -> bool {
    let Form::Command {
        operands,
        piped,
        before,
        ..
    } = &call.form
    else {
        return false;
    };
    if !PRINTERS.contains(&template.function(call)) {
        return false;
    }
    let mut operands = operands
        .iter()
        .filter_map(|operand| template.tokens.get(operand.clone()));
    // What is piped into the first function of an action stands at its beginning.
    let inside = template.inside(action);
    let first = inside
        .split(|token| matches!(token.kind, Kind::Space | Kind::Pipe))
        .find(|word| !word.is_empty());
    operands.any(|operand| is_context(template, operand))
        || *piped && before.is_none() && first.is_some_and(|first| is_context(template, first))
}

/// `.`, `$`, `.Chart`, `$.Capabilities`
fn is_context(template: &Template, operand: &[Token]) -> bool {
    match operand {
        [only] => match only.kind {
            Kind::Dot => true,
            Kind::Variable => template.word(only) == "$",
            _ => POINTERS.contains(&template.word(only)),
        },
        [root, field] => template.word(root) == "$" && POINTERS.contains(&template.word(field)),
        _ => false,
    }
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
            ("{{ toJson . | sha256sum }}", false),
            ("{{ toString .Values.x | sha256sum }}", false),
            ("{{ print $.Chart.Name | sha256sum }}", false),
            ("{{ toString . }}", false),
            (
                "{{ include (print $.Template.BasePath \"/x.yaml\") . | sha256sum }}",
                false,
            ),
            ("{{ . | toString | sha256sum }}", true),
        ] {
            let template = Template::read(text.to_owned()).unwrap();
            assert_eq!(may_hide_addresses(&template), expected, "{text}");
        }
    }
}
