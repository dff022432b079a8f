//! A template text, lexed: its bodies, its actions and their calls.

use std::ops::Range;

use super::calls::{Call, calls_of};
use super::lexer::lex;
use super::literal;
use super::outline::{Action, Body, BodyId, Outline, outline};
use super::token::{Kind, Token};

/// A text that is a template.
#[derive(Debug, Clone)]
pub(crate) struct Template {
    /// The text.
    pub(crate) text: String,
    /// Its tokens.
    pub(crate) tokens: Vec<Token>,
    /// Its bodies and actions.
    pub(crate) outline: Outline,
    /// The calls of each action of the outline.
    pub(crate) calls: Vec<Vec<Call>>,
}

/// Why a text is no template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoTemplate {
    /// It ends in the middle of something, so that nothing behind it would be read.
    Unclosed,
    /// Helm refuses it.
    Refused,
}

/// A text that is no template.
#[derive(Debug)]
pub(crate) struct Unread {
    /// The text.
    pub(crate) text: String,
    /// Why.
    pub(crate) why: NoTemplate,
}

impl Template {
    /// Reads a text.
    ///
    /// # Errors
    /// It is no template; helm will say why.
    pub(crate) fn read(text: String) -> Result<Template, Unread> {
        let tokens = match lex(&text) {
            Ok(tokens) => tokens,
            Err(error) => {
                let why = match error.reason.is_unclosed() {
                    true => NoTemplate::Unclosed,
                    false => NoTemplate::Refused,
                };
                return Err(Unread { text, why });
            }
        };
        let Some(outline) = outline(&text, &tokens) else {
            let why = NoTemplate::Refused;
            return Err(Unread { text, why });
        };
        Ok(Template {
            calls: calls_of(&tokens, &outline),
            text,
            tokens,
            outline,
        })
    }

    /// Each action with its calls.
    pub(crate) fn actions(&self) -> impl Iterator<Item = (&Action, &[Call])> {
        let calls = self.calls.iter().map(Vec::as_slice);
        self.outline.actions.iter().zip(calls)
    }

    /// The actions of one body with their calls.
    pub(crate) fn actions_of(&self, body: BodyId) -> impl Iterator<Item = (&Action, &[Call])> {
        let numbers = self.body(body).into_iter().flat_map(|body| &body.actions);
        numbers.filter_map(|number| {
            let action = self.outline.actions.get(*number)?;
            Some((action, self.calls.get(*number)?.as_slice()))
        })
    }

    /// The tokens between an action's delimiters.
    pub(crate) fn inside(&self, action: &Action) -> &[Token] {
        self.part(&(action.left + 1..action.right))
    }

    /// The tokens of these numbers.
    pub(crate) fn part(&self, tokens: &Range<usize>) -> &[Token] {
        self.tokens.get(tokens.clone()).unwrap_or_default()
    }

    /// The byte at which the operand begins that a field at `end` is asked of: `(f x)` or `$x.y`, which is the last of
    /// `before`. It is `end` where the field stands alone.
    pub(crate) fn operand_start(&self, before: &[Token], end: usize) -> usize {
        let mut start = end;
        let mut open = 0_usize;
        for token in before.iter().rev() {
            match token.kind {
                Kind::RightParen if open > 0 || token.end == start => open += 1,
                Kind::LeftParen if open > 0 => open -= 1,
                _ if open > 0 => {}
                kind if kind.separates() || token.end != start => break,
                _ => {}
            }
            start = token.start;
        }
        start
    }

    /// A token's text.
    pub(crate) fn word(&self, token: &Token) -> &str {
        self.text.get(token.span()).unwrap_or_default()
    }

    /// The name of the function that is called.
    pub(crate) fn function(&self, call: &Call) -> &str {
        self.text.get(call.name.clone()).unwrap_or_default()
    }

    /// The values of its string literals, each with the byte at which it begins.
    pub(crate) fn literals(&self) -> impl Iterator<Item = (String, usize)> {
        let values = self.tokens.iter();
        values.filter_map(|token| Some((literal::value(&self.text, token)?, token.start)))
    }

    /// The body of this number.
    pub(crate) fn body(&self, id: BodyId) -> Option<&Body> {
        self.outline.bodies.get(id.0)
    }

    /// The line that the byte at `offset` stands in, from 1.
    pub(crate) fn line(&self, offset: usize) -> u32 {
        let before = self.text.as_bytes().get(..offset).unwrap_or_default();
        let lines = memchr::memchr_iter(b'\n', before).count();
        u32::try_from(lines).unwrap_or(u32::MAX - 1) + 1
    }
}
