//! The tokens of Go's `text/template`.

use std::ops::Range;

/// What a token is. The names follow Go's `itemType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text outside actions, without the blanks that a trim marker removes; never empty.
    Text,
    /// A comment, from `/*` to `*/`; its delimiters yield no tokens.
    Comment,
    /// `{{`, and whether a trim marker follows it.
    LeftDelim {
        /// `{{- `
        trim: bool,
    },
    /// `}}`, and whether a trim marker stands before it.
    RightDelim {
        /// ` -}}`
        trim: bool,
    },
    /// A run of blanks inside an action.
    Space,
    /// The name of a function.
    Identifier,
    /// `if`, `range`, `end` and so on; also `nil`, which Go's lexer calls a keyword.
    Keyword(Keyword),
    /// `.name`, one token for each part.
    Field,
    /// `$` or `$name`.
    Variable,
    /// `.` alone.
    Dot,
    /// `true` or `false`.
    Bool,
    /// An integer, a float or an imaginary number.
    Number,
    /// `1+2i`
    Complex,
    /// `'a'`
    CharConstant,
    /// `"…"` with its quotes.
    String,
    /// `` `…` `` with its quotes.
    RawString,
    /// `(`
    LeftParen,
    /// `)`
    RightParen,
    /// `|`
    Pipe,
    /// `=`
    Assign,
    /// `:=`
    Declare,
    /// Any other printable ASCII character, such as the comma.
    Char,
}

impl Kind {
    /// Whether what stands right behind such a token begins an operand, and is no part of one.
    pub(crate) fn separates(self) -> bool {
        matches!(
            self,
            Kind::Space
                | Kind::LeftParen
                | Kind::Pipe
                | Kind::Char
                | Kind::Declare
                | Kind::Assign
                | Kind::Keyword(_)
        )
    }
}

/// The tokens that are no blanks.
pub(crate) fn words(tokens: &[Token]) -> impl Iterator<Item = &Token> {
    tokens.iter().filter(|token| token.kind != Kind::Space)
}

/// The words that the template language keeps for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Keyword {
    Block,
    Break,
    Continue,
    Define,
    Else,
    End,
    If,
    Nil,
    Range,
    Template,
    With,
}

impl Keyword {
    /// The keyword that is spelt so.
    pub(super) fn of(word: &str) -> Option<Keyword> {
        Some(match word {
            "block" => Keyword::Block,
            "break" => Keyword::Break,
            "continue" => Keyword::Continue,
            "define" => Keyword::Define,
            "else" => Keyword::Else,
            "end" => Keyword::End,
            "if" => Keyword::If,
            "nil" => Keyword::Nil,
            "range" => Keyword::Range,
            "template" => Keyword::Template,
            "with" => Keyword::With,
            _ => return None,
        })
    }
}

/// One token: what it is, and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Its first byte.
    pub start: usize,
    /// The byte after its last.
    pub end: usize,
}

impl Token {
    /// The token's bytes in the text that was lexed.
    pub fn span(&self) -> Range<usize> {
        self.start..self.end
    }
}
