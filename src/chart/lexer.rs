//! The lexer of Go's `text/template`, token for token.
//!
//! Offsets are bytes of the text that was lexed. What Go's own lexer accepts is accepted here with
//! the same tokens, and what it refuses is refused (Go 1.23 to 1.27, `text/template/parse/lex.go`);
//! `tests/lexer.rs` holds the verdicts of Go.

use super::cursor::{Cursor, is_alphanumeric};
use super::token::{Keyword, Kind, Token};

/// Why a text is not a template. Helm says the same in its own words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("byte {offset} of the template: {reason}")]
pub struct LexError {
    /// Where the lexer gave up.
    pub offset: usize,
    /// What is wrong there.
    pub reason: Reason,
}

/// What Go's lexer refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)]
pub enum Reason {
    #[error("unclosed comment")]
    UnclosedComment,
    #[error("comment ends before closing delimiter")]
    CommentNotAlone,
    #[error("unclosed action")]
    UnclosedAction,
    #[error("unclosed left paren")]
    UnclosedParen,
    #[error("unexpected right paren")]
    UnexpectedParen,
    #[error("expected :=")]
    ExpectedDeclare,
    #[error("bad number syntax")]
    BadNumber,
    #[error("bad character")]
    BadCharacter,
    #[error("unrecognized character in action")]
    Unrecognized,
    #[error("unterminated quoted string")]
    UnterminatedString,
    #[error("unterminated raw quoted string")]
    UnterminatedRawString,
    #[error("unterminated character constant")]
    UnterminatedChar,
}

impl Reason {
    /// Whether the text ended in the middle of something, so that nothing can be added behind it.
    pub(crate) fn is_unclosed(self) -> bool {
        matches!(
            self,
            Reason::UnclosedComment
                | Reason::UnclosedAction
                | Reason::UnterminatedString
                | Reason::UnterminatedRawString
                | Reason::UnterminatedChar
        )
    }
}

/// The tokens of a template text, in order.
pub fn lex(text: &str) -> Result<Vec<Token>, LexError> {
    let mut lexer = Lexer {
        cursor: Cursor::new(text),
        tokens: Vec::new(),
    };
    lexer.text()?;
    Ok(lexer.tokens)
}

struct Lexer<'a> {
    cursor: Cursor<'a>,
    tokens: Vec<Token>,
}

impl Lexer<'_> {
    fn push(&mut self, kind: Kind, start: usize) {
        self.tokens.push(Token {
            kind,
            start,
            end: self.cursor.pos,
        });
    }

    fn fail(&self, reason: Reason) -> LexError {
        LexError {
            offset: self.cursor.pos,
            reason,
        }
    }

    /// Text up to the next action, the action, and so on to the end.
    fn text(&mut self) -> Result<(), LexError> {
        loop {
            let start = self.cursor.pos;
            let rest = self.cursor.rest().as_bytes();
            let Some(found) = memchr::memmem::find(rest, b"{{") else {
                self.cursor.pos += rest.len();
                if self.cursor.pos > start {
                    self.push(Kind::Text, start);
                }
                return Ok(());
            };
            let delim = start + found;
            let trim = Cursor::at(self.cursor.text, delim + 2).has_left_trim_marker();
            let text = self.cursor.text.get(start..delim).unwrap_or_default();
            let kept = if trim { trim_end(text) } else { text };
            self.cursor.pos = start + kept.len();
            if !kept.is_empty() {
                self.push(Kind::Text, start);
            }
            self.cursor.pos = delim + 2;
            let inside = delim + if trim { 4 } else { 2 };
            if Cursor::at(self.cursor.text, inside)
                .rest()
                .starts_with("/*")
            {
                self.cursor.pos = inside;
                self.comment()?;
            } else {
                self.push(Kind::LeftDelim { trim }, delim);
                self.cursor.pos = inside;
                self.action()?;
            }
        }
    }

    fn comment(&mut self) -> Result<(), LexError> {
        let start = self.cursor.pos;
        self.cursor.pos += 2;
        let Some(end) = self.cursor.rest().find("*/") else {
            return Err(self.fail(Reason::UnclosedComment));
        };
        self.cursor.pos += end + 2;
        let Some(trim) = self.cursor.right_delim() else {
            return Err(self.fail(Reason::CommentNotAlone));
        };
        self.push(Kind::Comment, start);
        self.cursor.skip_right_delim(trim);
        Ok(())
    }

    /// The inside of an action and its right delimiter.
    fn action(&mut self) -> Result<(), LexError> {
        let mut parens = 0usize;
        loop {
            if let Some(trim) = self.cursor.right_delim() {
                if parens > 0 {
                    return Err(self.fail(Reason::UnclosedParen));
                }
                self.cursor.pos += if trim { 2 } else { 0 };
                let start = self.cursor.pos;
                self.cursor.pos += 2;
                self.push(Kind::RightDelim { trim }, start);
                self.cursor.pos -= 2;
                self.cursor.skip_right_delim_after(trim);
                return Ok(());
            }
            let start = self.cursor.pos;
            let Some(first) = self.cursor.next() else {
                return Err(self.fail(Reason::UnclosedAction));
            };
            let kind = match first {
                ' ' | '\t' | '\r' | '\n' => {
                    self.cursor.pos = start;
                    if !self.cursor.skip_spaces() {
                        // Only the blank of a trim marker: the delimiter is next.
                        continue;
                    }
                    Kind::Space
                }
                '=' => Kind::Assign,
                ':' => match self.cursor.next() {
                    Some('=') => Kind::Declare,
                    _ => return Err(self.fail(Reason::ExpectedDeclare)),
                },
                '|' => Kind::Pipe,
                '"' => {
                    self.quoted('"', Reason::UnterminatedString)?;
                    Kind::String
                }
                '\'' => {
                    self.quoted('\'', Reason::UnterminatedChar)?;
                    Kind::CharConstant
                }
                '`' => match self.cursor.rest().find('`') {
                    Some(end) => {
                        self.cursor.pos += end + 1;
                        Kind::RawString
                    }
                    None => return Err(self.fail(Reason::UnterminatedRawString)),
                },
                '$' => self.field_or_variable(Kind::Variable)?,
                // `.5` is a number, and so is a dot that ends the text.
                '.' if self.cursor.peek_byte().is_some_and(|b| !b.is_ascii_digit()) => {
                    self.field_or_variable(Kind::Field)?
                }
                '.' | '+' | '-' | '0'..='9' => {
                    self.cursor.pos = start;
                    self.number()?
                }
                c if is_alphanumeric(c) => {
                    self.cursor.pos = start;
                    self.identifier()?
                }
                '(' => {
                    parens += 1;
                    Kind::LeftParen
                }
                ')' => {
                    parens = match parens.checked_sub(1) {
                        Some(left) => left,
                        None => return Err(self.fail(Reason::UnexpectedParen)),
                    };
                    Kind::RightParen
                }
                ' '..='~' => Kind::Char,
                _ => return Err(self.fail(Reason::Unrecognized)),
            };
            self.push(kind, start);
        }
    }

    fn quoted(&mut self, quote: char, unterminated: Reason) -> Result<(), LexError> {
        loop {
            match self.cursor.next() {
                Some('\\') => match self.cursor.next() {
                    None | Some('\n') => return Err(self.fail(unterminated)),
                    Some(_) => {}
                },
                None | Some('\n') => return Err(self.fail(unterminated)),
                Some(c) if c == quote => return Ok(()),
                Some(_) => {}
            }
        }
    }

    fn field_or_variable(&mut self, kind: Kind) -> Result<Kind, LexError> {
        if self.cursor.at_terminator() {
            return Ok(match kind {
                Kind::Variable => Kind::Variable,
                _ => Kind::Dot,
            });
        }
        self.cursor.skip_while(is_alphanumeric);
        self.terminated(kind)
    }

    fn identifier(&mut self) -> Result<Kind, LexError> {
        let start = self.cursor.pos;
        self.cursor.skip_while(is_alphanumeric);
        let word = self
            .cursor
            .text
            .get(start..self.cursor.pos)
            .unwrap_or_default();
        let kind = match (Keyword::of(word), word) {
            (Some(keyword), _) => Kind::Keyword(keyword),
            (None, "true" | "false") => Kind::Bool,
            (None, _) => Kind::Identifier,
        };
        self.terminated(kind)
    }

    fn terminated(&self, kind: Kind) -> Result<Kind, LexError> {
        if self.cursor.at_terminator() {
            Ok(kind)
        } else {
            Err(self.fail(Reason::BadCharacter))
        }
    }

    fn number(&mut self) -> Result<Kind, LexError> {
        if !self.cursor.skip_number() {
            return Err(self.fail(Reason::BadNumber));
        }
        if !matches!(self.cursor.peek_byte(), Some(b'+' | b'-')) {
            return Ok(Kind::Number);
        }
        // 1+2i: no blanks, and an `i` at the end.
        if self.cursor.skip_number() && self.cursor.before().ends_with('i') {
            Ok(Kind::Complex)
        } else {
            Err(self.fail(Reason::BadNumber))
        }
    }
}

fn trim_end(text: &str) -> &str {
    text.trim_end_matches([' ', '\t', '\r', '\n'])
}
