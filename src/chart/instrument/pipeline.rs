//! Pipelines: what begins their commands, which are in parentheses, and which yield a text.

use std::borrow::Borrow;
use std::ops::Range;

use crate::chart::calls::{Call, Form};
use crate::chart::functions::{Treatment, find};
use crate::chart::outline::Action;
use crate::chart::template::Template;
use crate::chart::token::{Keyword, Kind, Token};

/// Functions behind which a text is still found as it was.
const TRANSPARENT: [&str; 6] = ["b64enc", "indent", "nindent", "quote", "squote", "toString"];

/// Functions that yield a string whatever they are given: what they yield in parentheses can go through a define, which
/// makes a string of everything. (`randAlphaNum` and its kin are logged anyway.)
const TEXTS: &str = "\
    abbrev abbrevboth adler32sum b32dec b32enc b64dec b64enc camelcase cat derivePassword html include indent initials join js kebabcase \
    lower nindent nospace print printf println quote regexFind regexReplaceAll regexReplaceAllLiteral repeat \
    replace sha1sum sha256sum sha512sum snakecase squote substr swapcase title toJson toPrettyJson toString toYaml \
    tpl trim trimAll trimPrefix trimSuffix trunc untitle upper urlquery";

/// The pipelines in parentheses of an action that yield a text, without the variables that they declare or assign (`($x := …)`).
pub(super) fn parenthesized(template: &Template, action: &Action) -> Vec<Range<usize>> {
    let mut open = Vec::new();
    let mut found = Vec::new();
    for index in action.left + 1..action.right {
        match template.tokens.get(index).map(|token| token.kind) {
            Some(Kind::LeftParen) => open.push(index + 1),
            Some(Kind::Declare | Kind::Assign) => {
                if let Some(start) = open.last_mut() {
                    *start = index + 1;
                }
            }
            Some(Kind::RightParen) => {
                let pipeline = open.pop().map(|start| start..index);
                found.extend(pipeline.and_then(|it| without_blanks(template, it)));
            }
            _ => {}
        }
    }
    found.retain(|pipeline| text_of(template, pipeline.clone()).is_some());
    found
}

/// The text that an action makes and neither prints nor assigns as it is: it hands it on to a block
/// (`with randAlpha 8 | upper`), or to a function that yields something else (`$_ := randAlpha 8 | upper | set $d "k"`).
/// Nothing if there is none.
pub(super) fn handed_on(template: &Template, action: &Action) -> Option<Range<usize>> {
    let kind = |index: usize| template.tokens.get(index).map(|token| token.kind);
    let mut words = (action.left + 1..action.right).filter(|it| kind(*it) != Some(Kind::Space));
    let first = words.next()?;
    let (start, is_handed_on) = match kind(first)? {
        Kind::Keyword(Keyword::With | Keyword::Range) => (first + 1, true),
        Kind::Keyword(Keyword::Else) => match words.next() {
            Some(with) if kind(with) == Some(Kind::Keyword(Keyword::With)) => (with + 1, true),
            _ => return None,
        },
        Kind::Keyword(_) => return None,
        _ => (first, false),
    };
    // What stands behind `:=` or `=`, in front of which are variables only.
    let assigned =
        (start..action.right).find(|it| matches!(kind(*it), Some(Kind::Declare | Kind::Assign)));
    if assigned.is_none() && !is_handed_on {
        return None;
    }
    let all = without_blanks(template, assigned.map_or(start, |it| it + 1)..action.right)?;
    let tokens = template.tokens.get(all.clone())?;
    let commands = heads(tokens);
    let last = commands.iter().rposition(|head| is_text(template, head))?;
    match commands.get(last + 1) {
        None => is_handed_on.then_some(all),
        Some(next) => before_command(template, &all, next),
    }
}

/// The part of a pipeline before the command that begins so.
fn before_command(
    template: &Template,
    pipeline: &Range<usize>,
    head: &Token,
) -> Option<Range<usize>> {
    let tokens = template.tokens.get(pipeline.clone())?;
    let at = tokens.iter().position(|token| token.start == head.start)?;
    let before = tokens.get(..at)?;
    let pipe = before.iter().rposition(|token| token.kind == Kind::Pipe)?;
    without_blanks(template, pipeline.start..pipeline.start + pipe)
}

/// Whether a command yields a text.
fn is_text(template: &Template, head: &Token) -> bool {
    let word = template.word(head);
    TEXTS.split(' ').any(|text| text == word)
}

/// The part of a pipeline that makes a text, without the commands behind it that only encode it; nothing if it may yield
/// something else than a text.
pub(super) fn text_of(template: &Template, pipeline: Range<usize>) -> Option<Range<usize>> {
    let tokens = template.tokens.get(pipeline.clone())?;
    let commands = heads(tokens);
    commands.last().filter(|head| is_text(template, head))?;
    let encodes = |head: &&&Token| TRANSPARENT.contains(&template.word(head));
    let encodings = commands.iter().rev().take_while(encodes).count();
    let Some((makes, encodes)) = commands.split_at_checked(commands.len() - encodings) else {
        return Some(pipeline);
    };
    let makes = makes.last().filter(|head| is_text(template, head));
    let (Some(_), Some(first)) = (makes, encodes.first()) else {
        return Some(pipeline);
    };
    before_command(template, &pipeline, first)
}

/// These tokens without the blanks at both ends; nothing if there are only such.
pub(super) fn without_blanks(template: &Template, tokens: Range<usize>) -> Option<Range<usize>> {
    let is_word = |index: &usize| {
        template
            .tokens
            .get(*index)
            .is_some_and(|it| it.kind != Kind::Space)
    };
    let first = tokens.clone().find(is_word)?;
    let last = tokens.rev().find(is_word)?;
    Some(first..last + 1)
}

/// Those of an action's calls, which are in order, that stand in a pipeline.
pub(super) fn within<'c, C: Borrow<Call>>(
    template: &Template,
    pipeline: &Range<usize>,
    calls: &'c [C],
) -> &'c [C] {
    let tokens = template.part(pipeline);
    let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else {
        return &[];
    };
    let begin = calls.partition_point(|call| call.borrow().name.start < first.start);
    let end = calls.partition_point(|call| call.borrow().name.end <= last.end);
    calls.get(begin..end).unwrap_or_default()
}

/// The bytes of what a call of an action is given: its operands, and what stands before it in its pipeline.
pub(super) fn given_to(template: &Template, action: &Action, call: &Call) -> Range<usize> {
    let Form::Command { end, piped, .. } = &call.form else {
        return 0..0;
    };
    if !piped {
        return call.name.end..*end;
    }
    // The pipeline begins with the action, or behind the parenthesis that is open there.
    let tokens = template.part(&(action.left..action.right));
    let before = tokens.partition_point(|token| token.end <= call.name.start);
    let mut before = tokens.get(..before).unwrap_or_default().iter().rev();
    let mut closed = 0_usize;
    let open = before.find(|token| {
        match token.kind {
            Kind::RightParen => closed += 1,
            Kind::LeftParen if closed == 0 => return true,
            Kind::LeftParen => closed -= 1,
            _ => {}
        }
        false
    });
    open.map_or(0, |open| open.end)..*end
}

/// Whether a pipeline is one call or variable, and nothing behind it that hides the text. `is_logged` says of a call that
/// includes something whether what it returns is logged there.
pub(super) fn is_plain<'c>(
    template: &Template,
    pipeline: &[Token],
    mut calls: impl Iterator<Item = &'c Call>,
    is_logged: impl Fn(&Call) -> bool,
) -> bool {
    let mut heads = heads(pipeline).into_iter();
    let Some(head) = heads.next() else {
        return true;
    };
    let is_source = match head.kind {
        Kind::Variable => pipeline
            .get(1)
            .is_none_or(|next| matches!(next.kind, Kind::Space | Kind::Pipe)),
        Kind::Identifier => calls
            .find(|call| call.name.start == head.start)
            .is_some_and(|call| {
                let name = template.function(call);
                let generates = find(name)
                    .is_some_and(|function| matches!(function.treatment, Treatment::Generate(_)));
                matches!(call.form, Form::Command { .. })
                    && (generates || matches!(name, "include" | "tpl") && is_logged(call))
            }),
        _ => false,
    };
    is_source && heads.all(|head| TRANSPARENT.contains(&template.word(head)))
}

/// What each command of a pipeline begins with.
fn heads(pipeline: &[Token]) -> Vec<&Token> {
    let mut depth = 0_usize;
    let mut heads = Vec::new();
    let mut at_head = true;
    for token in pipeline {
        match token.kind {
            Kind::LeftParen => depth += 1,
            Kind::RightParen => depth = depth.saturating_sub(1),
            Kind::Pipe if depth == 0 => {
                at_head = true;
                continue;
            }
            Kind::Space => continue,
            _ => {}
        }
        if at_head {
            heads.push(token);
        }
        at_head = false;
    }
    heads
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// What these tokens say.
    fn shown(template: &Template, tokens: Range<usize>) -> &str {
        let tokens = &template.tokens[tokens];
        &template.text[tokens[0].start..tokens[tokens.len() - 1].end]
    }

    #[test]
    fn a_text_is_what_is_made_before_it_is_encoded() {
        for (pipeline, text) in [
            ("randAlpha 8 | upper", Some("randAlpha 8 | upper")),
            (
                "randAlpha 8 | upper | b64enc | quote",
                Some("randAlpha 8 | upper"),
            ),
            (
                "printf \"%s\" (f | quote) | quote",
                Some("printf \"%s\" (f | quote)"),
            ),
            // Nobody knows whether it is a text before.
            (
                "randInt 1 9 | add 2 | quote",
                Some("randInt 1 9 | add 2 | quote"),
            ),
            ("quote (f)", Some("quote (f)")),
            ("randAlpha 8 | default 3", None),
            ("$x", None),
        ] {
            let template = Template::read(format!("{{{{ {pipeline} }}}}"))
                .ok()
                .unwrap();
            let (action, _) = template.actions().next().unwrap();
            let all = without_blanks(&template, action.left + 1..action.right).unwrap();
            let found = text_of(&template, all).map(|found| shown(&template, found));
            assert_eq!(found, text, "{pipeline}");
        }
    }

    #[test]
    fn a_text_is_handed_on_to_a_block_or_a_function() {
        for (source, text) in [
            ("{{ with f | upper }}{{ end }}", Some("f | upper")),
            (
                "{{ with .x }}{{ else with $x := f | upper }}{{ end }}",
                Some("f | upper"),
            ),
            (
                "{{ range f | upper | splitList `,` }}{{ end }}",
                Some("f | upper"),
            ),
            (
                "{{ range $i, $x := f | upper | splitList `,` }}{{ end }}",
                Some("f | upper"),
            ),
            ("{{ $_ := f | upper | set .d `k` }}", Some("f | upper")),
            // Those in parentheses are found as such, and these are statements as a whole.
            ("{{ $l := append .l (f | upper) }}", None),
            ("{{ $x := f | upper }}", None),
            ("{{ f | upper | default 1 }}", None),
            ("{{ with f }}{{ end }}", None),
            // Nothing is shown of it.
            ("{{ if f | upper }}{{ end }}", None),
        ] {
            let template = Template::read(source.to_owned()).ok().unwrap();
            let mut actions = template.actions();
            let found = actions.find_map(|(action, _)| handed_on(&template, action));
            let found = found.map(|found| shown(&template, found));
            assert_eq!(found, text, "{source}");
        }
    }

    #[test]
    fn what_a_call_is_given_stands_behind_it_or_before_it_in_its_pipeline() {
        let source = "{{ a | printf `x` (b | lower c) | upper }}";
        let template = Template::read(source.to_owned()).ok().unwrap();
        let (action, calls) = template.actions().next().unwrap();
        let given = |function: &str| {
            let mut calls = calls.iter();
            let call = calls.find(|call| template.function(call) == function);
            source[given_to(&template, action, call.unwrap())].trim()
        };
        assert_eq!(given("lower"), "b | lower c");
        assert_eq!(given("upper"), source[..source.len() - 3].trim());
        assert_eq!(given("printf"), "{{ a | printf `x` (b | lower c)");
    }

    #[test]
    fn texts_are_functions() {
        for name in TEXTS.split(' ').chain(TRANSPARENT) {
            assert!(find(name).is_some(), "{name}");
        }
    }
}
