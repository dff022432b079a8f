//! The block structure of one template text: which define an action stands in.

use std::ops::Range;

use super::literal;
use super::token::{Keyword, Kind, Token, words};

/// The number of a body in its text: 0 is the text's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct BodyId(pub(crate) usize);

impl BodyId {
    /// The text's own body.
    pub(crate) const FILE: BodyId = BodyId(0);
}

/// A run of template text with variables of its own: the file itself, or a `define` or `block`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Body {
    /// The name of the define or block; `None` for the file's own text.
    pub(crate) name: Option<String>,
    /// Its text's bytes: between the delimiters of its `define` or `block` and of its `end`.
    pub(crate) text: Range<usize>,
    /// The tokens of the action that opens it, delimiters included; empty for the file's own text.
    pub(crate) opens: Range<usize>,
    /// The tokens of its `end`; empty for the file's own text.
    pub(crate) closes: Range<usize>,
    /// Whether it is a `block`.
    pub(crate) is_block: bool,
    /// The body around it; of the file's own text itself.
    pub(crate) around: BodyId,
    /// The bodies that stand in this one, but for those inside of another of them.
    pub(crate) inner: Vec<BodyId>,
    /// The actions that are evaluated in it, by their numbers in [`Outline::actions`].
    pub(crate) actions: Vec<usize>,
}

/// One action, and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Action {
    /// The index of its `{{` among the tokens.
    pub(crate) left: usize,
    /// The index of its `}}`.
    pub(crate) right: usize,
    /// The body that it is evaluated in, by its number in [`Outline::bodies`]. The pipeline of a
    /// `block` belongs to the body around it.
    pub(crate) body: BodyId,
    /// Whether the dot in it is the body's context: no `range` or `with` gives it another one.
    pub(crate) has_own_dot: bool,
}

/// All bodies and actions of a text, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outline {
    /// The file's own body first, the others in the order in which they begin.
    pub(crate) bodies: Vec<Body>,
    /// Without comments.
    pub(crate) actions: Vec<Action>,
}

impl Outline {
    /// All bodies with their numbers.
    pub(crate) fn numbered(&self) -> impl Iterator<Item = (BodyId, &Body)> {
        let number = |(index, body)| (BodyId(index), body);
        self.bodies.iter().enumerate().map(number)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    /// Gives the dot another value, as often as it likes.
    Range,
    /// Gives the dot another value.
    With,
    /// An `if`, or an `else` branch: the dot is that of the block around it, and `break` does not work.
    Plain,
    /// A define or block: itself, and the body around it.
    Body(BodyId, BodyId),
}

/// A block that is open, and what it is in, up to the body around it.
struct Frame {
    block: Block,
    /// Whether a block gives the dot another value.
    moves_dot: bool,
    /// Whether it is in a loop. Variables do not cross a define, so neither do loops.
    in_range: bool,
}

/// A block that opens in `around`.
fn frame(around: &[Frame], block: Block) -> Frame {
    let outer = match block {
        Block::Body(..) => None,
        _ => around.last(),
    };
    Frame {
        block,
        moves_dot: matches!(block, Block::Range | Block::With)
            || outer.is_some_and(|frame| frame.moves_dot),
        in_range: block == Block::Range || outer.is_some_and(|frame| frame.in_range),
    }
}

/// Reads the structure of a text from its tokens. `None` if the blocks do not match, or `break` and `continue` stand
/// outside of loops, which helm will report better.
pub(crate) fn outline(text: &str, tokens: &[Token]) -> Option<Outline> {
    let mut reader = Reader {
        outline: Outline {
            bodies: vec![Body {
                name: None,
                text: 0..text.len(),
                opens: 0..0,
                closes: 0..0,
                is_block: false,
                around: BodyId::FILE,
                inner: Vec::new(),
                actions: Vec::new(),
            }],
            actions: Vec::new(),
        },
        stack: Vec::new(),
        body: BodyId::FILE,
    };
    let mut left = None;
    for (right, token) in tokens.iter().enumerate() {
        match token.kind {
            // Go's lexer takes any sign and its parser only the comma. Beside another word than its own it might be refused sooner.
            Kind::Char if text.get(token.span()) != Some(",") => return None,
            Kind::LeftDelim { .. } => left = Some(right),
            Kind::RightDelim { .. } => reader.action(text, tokens, left.take()?, right)?,
            _ => {}
        }
    }
    reader.stack.is_empty().then_some(reader.outline)
}

/// What is known when an action is reached.
struct Reader {
    outline: Outline,
    /// The blocks that are open, outermost first.
    stack: Vec<Frame>,
    /// The body around.
    body: BodyId,
}

impl Reader {
    /// The action between two delimiters. None if it cannot stand here.
    fn action(&mut self, text: &str, tokens: &[Token], left: usize, right: usize) -> Option<()> {
        let inner = tokens.get(left + 1..right)?;
        let (keyword, name) = head(text, inner);
        if !ends_in_time(keyword, inner) {
            return None;
        }
        let around = match keyword {
            // What stands behind `else` is no part of the branch before it.
            Some(Keyword::Else) => self.stack.get(..self.stack.len().saturating_sub(1))?,
            _ => self.stack.as_slice(),
        };
        let around_it = self.outline.bodies.get_mut(self.body.0)?;
        around_it.actions.push(self.outline.actions.len());
        self.outline.actions.push(Action {
            left,
            right,
            body: self.body,
            has_own_dot: !around.last().is_some_and(|frame| frame.moves_dot),
        });
        match keyword {
            Some(Keyword::If) => self.open(Block::Plain),
            Some(Keyword::With) => self.open(Block::With),
            Some(Keyword::Range) => self.open(Block::Range),
            Some(Keyword::Else) => {
                if let Block::Body(..) = self.stack.pop()?.block {
                    return None;
                }
                self.open(match is_else_with(inner) {
                    true => Block::With,
                    false => Block::Plain,
                });
            }
            Some(Keyword::Break | Keyword::Continue) => {
                return self.stack.last()?.in_range.then_some(());
            }
            // Go allows a define at the top of a file only.
            Some(Keyword::Define) if !self.stack.is_empty() => return None,
            Some(keyword @ (Keyword::Define | Keyword::Block)) => {
                let end = tokens.get(right)?.end;
                let new = BodyId(self.outline.bodies.len());
                self.outline.bodies.get_mut(self.body.0)?.inner.push(new);
                self.outline.bodies.push(Body {
                    name: Some(name?),
                    text: end..end,
                    opens: left..right + 1,
                    closes: 0..0,
                    is_block: keyword == Keyword::Block,
                    around: self.body,
                    inner: Vec::new(),
                    actions: Vec::new(),
                });
                self.open(Block::Body(new, self.body));
                self.body = new;
            }
            Some(Keyword::End) => {
                if let Block::Body(inner, outer) = self.stack.pop()?.block {
                    let closed = self.outline.bodies.get_mut(inner.0)?;
                    closed.text.end = tokens.get(left)?.start;
                    closed.closes = left..right + 1;
                    self.body = outer;
                }
            }
            _ => {}
        }
        Some(())
    }

    /// A block begins.
    fn open(&mut self, block: Block) {
        self.stack.push(frame(&self.stack, block));
    }
}

/// The keyword that an action begins with, and the name behind it.
fn head(text: &str, tokens: &[Token]) -> (Option<Keyword>, Option<String>) {
    let mut tokens = words(tokens);
    let keyword = match tokens.next().map(|t| t.kind) {
        Some(Kind::Keyword(keyword)) => Some(keyword),
        _ => None,
    };
    let name = tokens.next().and_then(|t| literal::value(text, t));
    (keyword, name)
}

/// Whether nothing stands behind `end`, and behind `else` nothing but another block's beginning. What is written anew
/// would lose it, and helm could no longer say that it is wrong.
fn ends_in_time(keyword: Option<Keyword>, tokens: &[Token]) -> bool {
    let mut words = words(tokens);
    let second = words.nth(1).map(|token| token.kind);
    match keyword {
        Some(Keyword::End) => second.is_none(),
        Some(Keyword::Else) => matches!(
            second,
            None | Some(Kind::Keyword(Keyword::If | Keyword::With))
        ),
        _ => true,
    }
}

/// Whether an `else` action is an `else with`.
fn is_else_with(tokens: &[Token]) -> bool {
    let mut words = words(tokens);
    words.nth(1).map(|token| token.kind) == Some(Kind::Keyword(Keyword::With))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::chart::lexer::lex;

    /// For each action with an identifier: the identifier, and its body's name.
    fn places(text: &str) -> Option<Vec<(String, Option<String>)>> {
        let tokens = lex(text).unwrap();
        let outline = outline(text, &tokens)?;
        let mut found = Vec::new();
        for action in &outline.actions {
            for token in &tokens[action.left..action.right] {
                if token.kind == Kind::Identifier {
                    let name = outline.bodies[action.body.0].name.clone();
                    found.push((text[token.span()].to_owned(), name));
                }
            }
        }
        Some(found)
    }

    #[test]
    fn actions_belong_to_the_body_around_them() {
        let text = "{{a}}{{range b}}{{block `b` c}}{{d}}{{end}}{{e}}{{end}}\
                    {{define \"x\"}}{{with f}}{{block `y` g}}{{h}}{{end}}{{end}}{{end}}{{l}}";
        let found = places(text).unwrap();
        let of = |word: &str| {
            let (_, name) = found.iter().find(|(found, _)| found == word).unwrap();
            name.as_deref()
        };
        for (word, body) in [
            ("a", None),
            ("c", None),
            ("d", Some("b")),
            ("e", None),
            ("f", Some("x")),
            ("g", Some("x")),
            ("h", Some("y")),
            ("l", None),
        ] {
            assert_eq!(of(word), body, "{word}");
        }
        let tokens = lex(text).unwrap();
        let outline = outline(text, &tokens).unwrap();
        let texts: Vec<_> = outline
            .bodies
            .iter()
            .map(|b| &text[b.text.clone()])
            .collect();
        assert_eq!(texts[1], "{{d}}");
        assert_eq!(texts[2], "{{with f}}{{block `y` g}}{{h}}{{end}}{{end}}");
        assert_eq!(outline.bodies[0].inner, [BodyId(1), BodyId(2)]);
        assert_eq!(outline.bodies[2].inner, [BodyId(3)]);
        assert_eq!(outline.bodies[3].around, BodyId(2));
    }

    #[test]
    fn the_dot_is_the_bodys_own_outside_of_loops() {
        let text = "{{a}}{{range b}}{{c}}{{if d}}{{e}}{{end}}{{else}}{{f}}{{end}}{{with g}}{{h}}{{else with i}}{{j}}\
                    {{else}}{{k}}{{end}}{{range l}}{{block `x` m}}{{n}}{{end}}{{end}}{{if o}}{{p}}{{end}}";
        let tokens = lex(text).unwrap();
        let outline = outline(text, &tokens).unwrap();
        let own: String = outline
            .actions
            .iter()
            .filter(|action| action.has_own_dot)
            .flat_map(|action| &tokens[action.left..action.right])
            .filter(|token| token.kind == Kind::Identifier)
            .map(|token| &text[token.span()])
            .collect();
        assert_eq!(own, "abfgiklnop");
    }

    #[test]
    fn blocks_that_do_not_match_are_left_to_helm() {
        for text in [
            "{{end}}",
            "{{if a}}",
            "{{else}}",
            "{{if a}}{{define \"x\"}}{{end}}{{end}}",
            "{{define \"x\"}}{{else}}{{end}}",
            "{{define x}}{{end}}",
            "{{break}}",
            "{{if a}}{{end b}}",
            "{{a 9&}}",
            "{{if a}}{{end }b}}",
            "{{if a}}{{else range b}}{{end}}",
            "{{if a}}{{else b}}{{end}}",
            "{{range a}}{{else}}{{continue}}{{end}}",
            "{{range a}}{{block `x` .}}{{break}}{{end}}{{end}}",
        ] {
            assert_eq!(places(text), None, "{text}");
        }
    }
}
