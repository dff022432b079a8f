//! Digests of printed contexts: they can hide memory addresses.

use super::statements::DIGESTS;
use crate::chart::calls::Form;
use crate::chart::lexer::Kind;
use crate::chart::template::Template;

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
        let named = |names: &[&str]| {
            calls.iter().any(|call| {
                names.contains(&template.function(call))
                    && matches!(call.form, Form::Command { .. })
            })
        };
        if !named(&DIGESTS) || !named(&PRINTERS) {
            return false;
        }
        let inside = template.inside(action);
        inside.iter().enumerate().any(|(index, token)| {
            let ends = !matches!(
                inside.get(index + 1).map(|next| next.kind),
                Some(Kind::Field)
            );
            let is_context = match token.kind {
                Kind::Dot => true,
                Kind::Variable => template.word(token) == "$",
                Kind::Field => POINTERS.contains(&template.word(token)),
                _ => false,
            };
            is_context && ends
        })
    })
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
        ] {
            let template = Template::read(text.to_owned()).unwrap();
            assert_eq!(may_hide_addresses(&template), expected, "{text}");
        }
    }
}
