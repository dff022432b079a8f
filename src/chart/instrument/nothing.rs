//! Bodies that are given nothing as their context: `include "x" nil`, `template "x"`.
//!
//! To Go, each field of nothing is nothing, where nothing is what a define was given; elsewhere it is an error. So there
//! is a second form of such a body, in which what is asked of the context says so.

use crate::chart::edits::Edit;
use crate::chart::outline::{Action, BodyId};
use crate::chart::template::Template;
use crate::chart::token::{Kind, Token, words};

/// An expression without a value, which a function takes for any map, list or text that it asks for, as a field of nothing. A
/// value that is `nil` (`(dict).nothing`) it refuses.
const NOTHING: &str = "(or nil)";

/// Whether a body looks at its context.
pub(super) fn asks(template: &Template, body: BodyId) -> bool {
    !edits(template, body).is_empty()
}

/// The changes that make a body one without a context.
pub(super) fn edits(template: &Template, body: BodyId) -> Vec<Edit> {
    let keeps = keeps_context(template, body);
    let actions = template.actions_of(body);
    actions
        .flat_map(|(action, _)| in_action(template, action, keeps))
        .collect()
}

fn in_action(template: &Template, action: &Action, keeps: bool) -> Vec<Edit> {
    let tokens = template.inside(action);
    let mut edits = Vec::new();
    let mut index = 0;
    while let Some(token) = tokens.get(index) {
        let begins = index == 0
            || tokens
                .get(index - 1)
                .is_some_and(|before| before.kind.separates());
        let is_context = match token.kind {
            Kind::Dot | Kind::Field => action.has_own_dot && begins,
            Kind::Variable => keeps && template.word(token) == "$",
            _ => false,
        };
        index += 1;
        if !is_context {
            continue;
        }
        let mut end = token.end;
        while let Some(next) = tokens.get(index).filter(|next| next.kind == Kind::Field) {
            end = next.end;
            index += 1;
        }
        edits.push(Edit {
            start: token.start,
            end,
            text: NOTHING.to_owned(),
        });
    }
    edits
}

/// Whether the variable at `index` is what an action assigns to.
fn is_assigned(tokens: &[Token], index: usize) -> bool {
    let rest = tokens.get(index + 1..).unwrap_or_default();
    words(rest)
        .next()
        .is_some_and(|token| matches!(token.kind, Kind::Assign | Kind::Declare))
}

/// Whether a body gives its `$` another value: then `$` is no more what it was given.
fn keeps_context(template: &Template, body: BodyId) -> bool {
    !template.actions_of(body).any(|(action, _)| {
        let tokens = template.inside(action);
        let mut all = tokens.iter().enumerate();
        all.any(|(index, token)| {
            token.kind == Kind::Variable
                && template.word(token) == "$"
                && is_assigned(tokens, index)
        })
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::chart::edits::apply_to;

    #[test]
    fn only_what_is_asked_of_the_context_changes() {
        for (text, expected) in [
            ("{{ .a.b | f . }}", "{{ N | f N }}"),
            ("{{ $.a (g $x.b .c) }}", "{{ N (g $x.b N) }}"),
            (
                "{{with .a}}{{.b}}{{$.c}}{{else}}{{.d}}{{end}}",
                "{{with N}}{{.b}}{{N}}{{else}}{{N}}{{end}}",
            ),
            (
                "{{ (f .x).y }}{{ \".a\" }}{{ $x := .z }}",
                "{{ (f N).y }}{{ \".a\" }}{{ $x := N }}",
            ),
            ("{{ f 1 $x }}", "{{ f 1 $x }}"),
            ("{{ $ = f .x }}{{ $.y }}", "{{ $ = f N }}{{ $.y }}"),
        ] {
            let template = Template::read(text.to_owned()).unwrap();
            let changed = apply_to(text, 0..text.len(), edits(&template, BodyId::FILE));
            assert_eq!(changed.replace(NOTHING, "N"), expected);
            assert_eq!(asks(&template, BodyId::FILE), text != expected);
        }
    }
}
