//! The block structure of one template text: which define an action stands in, and whether it
//! stands in a `range`.

use super::lexer::{Keyword, Kind, Token};
use super::literal;

/// A run of template text with variables of its own: the file itself, or a `define` or `block`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// The name of the define or block; `None` for the file's own text.
    pub name: Option<String>,
    /// Where its text begins: behind the delimiter of its `define` or `block`.
    pub start: usize,
    /// Whether that delimiter trims the text behind it.
    pub trim: bool,
}

/// One action, and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Action {
    /// The index of its `{{` among the tokens.
    pub left: usize,
    /// The index of its `}}`.
    pub right: usize,
    /// The body that it is evaluated in, as an index into [`Outline::bodies`]. The pipeline of a
    /// `block` belongs to the body around it.
    pub body: usize,
    /// Whether it can be evaluated several times in one run of its body.
    pub in_range: bool,
}

/// All bodies and actions of a text, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// The file's own body first.
    pub bodies: Vec<Body>,
    /// Without comments.
    pub actions: Vec<Action>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    Range,
    /// The `else` branch of a range: no longer repeated.
    Plain,
    /// A define or block; holds the body around it.
    Body(usize),
}

/// Reads the structure of a text from its tokens. `None` if the blocks do not match, which helm
/// will report better.
pub fn outline(text: &str, tokens: &[Token]) -> Option<Outline> {
    let mut bodies = vec![Body {
        name: None,
        start: 0,
        trim: false,
    }];
    let mut actions = Vec::new();
    let mut stack: Vec<Block> = Vec::new();
    let mut body = 0;
    let mut left = None;
    for (index, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::LeftDelim { .. } => left = Some(index),
            Kind::RightDelim { trim } => {
                let left = left.take()?;
                actions.push(Action {
                    left,
                    right: index,
                    body,
                    in_range: in_range(&stack),
                });
                let (keyword, name) = head(text, tokens.get(left + 1..index)?);
                match keyword {
                    Some(Keyword::If | Keyword::With) => stack.push(Block::Plain),
                    Some(Keyword::Range) => stack.push(Block::Range),
                    Some(Keyword::Else) => match stack.last_mut()? {
                        Block::Body(_) => return None,
                        top => *top = Block::Plain,
                    },
                    Some(Keyword::Define | Keyword::Block) => {
                        // Go allows a define at the top of a file only.
                        if keyword == Some(Keyword::Define) && !stack.is_empty() {
                            return None;
                        }
                        stack.push(Block::Body(body));
                        body = bodies.len();
                        bodies.push(Body {
                            name: Some(name?),
                            start: token.end,
                            trim,
                        });
                    }
                    Some(Keyword::End) => {
                        if let Block::Body(outer) = stack.pop()? {
                            body = outer;
                        }
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
    stack.is_empty().then_some(Outline { bodies, actions })
}

/// The keyword that an action begins with, and the name behind it.
fn head(text: &str, tokens: &[Token]) -> (Option<Keyword>, Option<String>) {
    let mut tokens = tokens.iter().filter(|t| t.kind != Kind::Space);
    let keyword = match tokens.next().map(|t| t.kind) {
        Some(Kind::Keyword(keyword)) => Some(keyword),
        _ => None,
    };
    let name = tokens.next().and_then(|t| literal::value(text, t));
    (keyword, name)
}

/// Variables do not cross a define, so neither do loops.
fn in_range(stack: &[Block]) -> bool {
    stack
        .iter()
        .rev()
        .take_while(|block| !matches!(block, Block::Body(_)))
        .any(|block| *block == Block::Range)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::chart::lexer::lex;

    /// For each action with an identifier: the identifier, its body's name, and its loop flag.
    fn places(text: &str) -> Option<Vec<(String, Option<String>, bool)>> {
        let tokens = lex(text).unwrap();
        let outline = outline(text, &tokens)?;
        let mut found = Vec::new();
        for action in &outline.actions {
            for token in &tokens[action.left..action.right] {
                if token.kind == Kind::Identifier {
                    let name = outline.bodies[action.body].name.clone();
                    found.push((text[token.span()].to_owned(), name, action.in_range));
                }
            }
        }
        Some(found)
    }

    fn place(name: &str, body: Option<&str>, in_range: bool) -> (String, Option<String>, bool) {
        (name.to_owned(), body.map(str::to_owned), in_range)
    }

    #[test]
    fn loops_end_at_their_else_and_at_defines() {
        let text = "{{a}}{{range b}}{{if c}}{{d}}{{else}}{{e}}{{end}}{{else}}{{f}}{{end}}{{g}}\
                    {{define \"x\"}}{{h}}{{with i}}{{range j}}{{k}}{{end}}{{end}}{{end}}{{l}}";
        let expected = vec![
            place("a", None, false),
            place("b", None, false),
            place("c", None, true),
            place("d", None, true),
            place("e", None, true),
            place("f", None, false),
            place("g", None, false),
            place("h", Some("x"), false),
            place("i", Some("x"), false),
            place("j", Some("x"), false),
            place("k", Some("x"), true),
            place("l", None, false),
        ];
        assert_eq!(places(text), Some(expected));
    }

    #[test]
    fn a_block_in_a_loop_is_a_body_of_its_own() {
        let text = "{{range a}}{{block `b` c}}{{d}}{{end}}{{e}}{{end}}";
        let expected = vec![
            place("a", None, false),
            place("c", None, true),
            place("d", Some("b"), false),
            place("e", None, true),
        ];
        assert_eq!(places(text), Some(expected));
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
        ] {
            assert_eq!(places(text), None, "{text}");
        }
    }
}
