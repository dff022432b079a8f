//! The calls of functions in one action: where each one stands, and where its command ends.

use std::ops::Range;

use super::outline::{Action, Outline};
use super::token::{Keyword, Kind, Token};

/// How a function is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Form {
    /// It heads a command: `f a b`, or `x | f a`.
    Command {
        /// The operands behind it, as ranges of token indices.
        operands: Vec<Range<usize>>,
        /// The byte behind the last of them (or behind the name).
        end: usize,
        /// Whether a value is piped into it.
        piped: bool,
        /// The function that heads the command before it in the same pipeline.
        before: Option<Range<usize>>,
        /// The function that heads the command behind it in the same pipeline.
        after: Option<Range<usize>>,
    },
    /// It is an argument of another function, or a field of its result is asked for (`now.Unix`):
    /// so it is called with no arguments.
    Operand,
}

/// One use of a function's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    /// The name's bytes.
    pub(crate) name: Range<usize>,
    /// How it is called.
    pub(crate) form: Form,
}

/// The calls of each action of an outline.
pub(crate) fn calls_of(tokens: &[Token], outline: &Outline) -> Vec<Vec<Call>> {
    let inside = |action: &Action| {
        let first = action.left + 1;
        calls(tokens.get(first..action.right).unwrap_or_default(), first)
    };
    outline.actions.iter().map(inside).collect()
}

/// All calls in the tokens between the delimiters of an action, in the order of their names.
/// `first` is the index of the first of these tokens, for [`Form::Command::operands`].
pub(crate) fn calls(tokens: &[Token], first: usize) -> Vec<Call> {
    let mut walk = Walk {
        calls: Vec::new(),
        frames: vec![Frame::default()],
    };
    let mut previous: Option<Kind> = None;
    let mut name_follows = false;
    for (offset, token) in tokens.iter().enumerate() {
        walk.token(token, first + offset, previous, &mut name_follows);
        previous = Some(token.kind);
    }
    walk.close_command();
    walk.calls
}

/// One pipeline: an action's own, or one in parentheses.
#[derive(Default)]
struct Frame {
    operands: Vec<Range<usize>>,
    /// The call that heads the current command.
    head: Option<usize>,
    before: Option<usize>,
    piped: bool,
    end: usize,
}

struct Walk {
    calls: Vec<Call>,
    frames: Vec<Frame>,
}

impl Walk {
    fn token(
        &mut self,
        token: &Token,
        index: usize,
        previous: Option<Kind>,
        name_follows: &mut bool,
    ) {
        match token.kind {
            Kind::Space => {}
            Kind::Keyword(Keyword::Template | Keyword::Block | Keyword::Define) => {
                *name_follows = true;
            }
            Kind::Keyword(Keyword::Nil) => self.operand(token, index),
            Kind::Keyword(_) | Kind::Char => {}
            Kind::String | Kind::RawString if std::mem::take(name_follows) => {}
            Kind::Assign | Kind::Declare => {
                // What stood before are variables.
                if let Some(frame) = self.frames.last_mut() {
                    *frame = Frame::default();
                }
            }
            Kind::Pipe => {
                let head = self.close_command();
                if let Some(frame) = self.frames.last_mut() {
                    *frame = Frame {
                        before: head,
                        piped: true,
                        ..Frame::default()
                    };
                }
            }
            Kind::LeftParen => {
                self.operand(token, index);
                self.frames.push(Frame::default());
            }
            Kind::RightParen => {
                self.close_command();
                if self.frames.len() > 1 {
                    self.frames.pop();
                }
                self.extend(token, index);
            }
            // `(f x).y` and `now.Unix`: part of the operand that it touches. Of a function that
            // is a call with no arguments, whatever comes behind it.
            Kind::Field if touches(previous) => {
                self.extend(token, index);
                if let Some(frame) = self.frames.last_mut()
                    && frame.operands.len() == 1
                {
                    frame.head = None;
                }
            }
            Kind::Identifier => {
                let call = self.calls.len();
                let heads = self
                    .frames
                    .last()
                    .is_some_and(|frame| frame.operands.is_empty());
                self.calls.push(Call {
                    name: token.span(),
                    form: Form::Operand,
                });
                self.operand(token, index);
                if heads {
                    self.head(call);
                }
            }
            _ => self.operand(token, index),
        }
    }

    fn operand(&mut self, token: &Token, index: usize) {
        if let Some(frame) = self.frames.last_mut() {
            frame.operands.push(index..index + 1);
            frame.end = token.end;
        }
    }

    fn extend(&mut self, token: &Token, index: usize) {
        if let Some(frame) = self.frames.last_mut() {
            if let Some(operand) = frame.operands.last_mut() {
                operand.end = index + 1;
            }
            frame.end = token.end;
        }
    }

    /// Makes a call the head of the current command.
    fn head(&mut self, call: usize) {
        let Some(name) = self.calls.get(call).map(|call| call.name.clone()) else {
            return;
        };
        let Some(frame) = self.frames.last_mut() else {
            return;
        };
        frame.head = Some(call);
        if let Some(Form::Command { after, .. }) = frame
            .before
            .and_then(|before| self.calls.get_mut(before))
            .map(|call| &mut call.form)
        {
            *after = Some(name);
        }
    }

    /// Ends the current command; gives the call that headed it.
    fn close_command(&mut self) -> Option<usize> {
        let frame = self.frames.last_mut()?;
        let head = frame.head?;
        let before = frame.before;
        let form = Form::Command {
            operands: frame.operands.split_off(1),
            end: frame.end,
            piped: frame.piped,
            before: before
                .and_then(|before| self.calls.get(before))
                .map(|call| call.name.clone()),
            after: None,
        };
        self.calls.get_mut(head)?.form = form;
        Some(head)
    }
}

fn touches(previous: Option<Kind>) -> bool {
    previous.is_some_and(|kind| !kind.separates())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::chart::lexer::lex;

    /// Each call as `name[operand,operand]->after`, `name!` for an operand.
    fn found(action: &str) -> Vec<String> {
        let text = format!("{{{{{action}}}}}");
        let tokens = lex(&text).unwrap();
        calls(&tokens[1..tokens.len() - 1], 1)
            .iter()
            .map(|call| {
                let name = &text[call.name.clone()];
                match &call.form {
                    Form::Operand => format!("{name}!"),
                    Form::Command {
                        operands,
                        end,
                        piped,
                        before,
                        after,
                    } => {
                        let operands: Vec<&str> = operands
                            .iter()
                            .map(|o| &text[tokens[o.start].start..tokens[o.end - 1].end])
                            .collect();
                        if let Some(last) = operands.last() {
                            assert!(text[..*end].ends_with(last), "{action}");
                        } else {
                            assert!(text[..*end].ends_with(name) || text[..*end].contains(name));
                        }
                        assert!(*piped || before.is_none());
                        let pipe = if *piped { "|" } else { "" };
                        let after = after.clone().map(|a| format!("->{}", &text[a]));
                        format!(
                            "{pipe}{name}[{}]{}",
                            operands.join(","),
                            after.unwrap_or_default()
                        )
                    }
                }
            })
            .collect()
    }

    #[test]
    fn commands_and_their_operands() {
        for (action, expected) in [
            ("randAlphaNum 32", vec!["randAlphaNum[32]"]),
            ("- f 3 | b64enc -", vec!["f[3]->b64enc", "|b64enc[-]"]),
            ("6 | f", vec!["|f[]"]),
            ("$x := f 1 2", vec!["f[1,2]"]),
            ("range $i, $e := keys .a", vec!["keys[.a]"]),
            (
                "if and (f 1) (g .b.c)",
                vec!["and[(f 1),(g .b.c)]", "f[1]", "g[.b.c]"],
            ),
            ("else if f .x", vec!["f[.x]"]),
            ("date \"2006\" now", vec!["date[\"2006\",now]", "now!"]),
            ("now.Unix", vec!["now!"]),
            ("f.x 1 | g", vec!["f!", "|g[]"]),
            ("now .Unix", vec!["now[.Unix]"]),
            ("print now.Unix .a", vec!["print[now.Unix,.a]", "now!"]),
            ("(genCA \"x\" 1).Cert | f", vec!["genCA[\"x\",1]", "|f[]"]),
            ("template \"x\" f 1", vec!["f[1]"]),
            ("block \"x\" (f 1)", vec!["f[1]"]),
            ("include \"x\" .", vec!["include[\"x\",.]"]),
            (
                "f nil true 'a' 1+2i `r` $ $x.y .",
                vec!["f[nil,true,'a',1+2i,`r`,$,$x.y,.]"],
            ),
            ("f\n  1\n  | g", vec!["f[1]->g", "|g[]"]),
            ("(f 1 | g) | h", vec!["f[1]->g", "|g[]", "|h[]"]),
            (".now $now \"now\" `now`", vec![]),
        ] {
            // `- … -` stands for trim markers, which need their blanks.
            let expected: Vec<String> = expected.iter().map(|s| s.replace("[-]", "[]")).collect();
            assert_eq!(found(action), expected, "{action}");
        }
    }
}
