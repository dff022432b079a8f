//! Tokens as Go calls them.

use argocd_pin_plugin::chart::token::{Keyword, Kind, Token};

/// The token as Go's `itemType` is called, with its bytes.
pub(crate) fn show(token: &Token) -> String {
    let kind = match token.kind {
        Kind::Text => "text",
        Kind::Comment => "comment",
        Kind::LeftDelim { .. } => "leftDelim",
        Kind::RightDelim { .. } => "rightDelim",
        Kind::Space => "space",
        Kind::Identifier => "identifier",
        Kind::Field => "field",
        Kind::Variable => "variable",
        Kind::Dot => "dot",
        Kind::Bool => "bool",
        Kind::Number => "number",
        Kind::Complex => "complex",
        Kind::CharConstant => "charConstant",
        Kind::String => "string",
        Kind::RawString => "rawString",
        Kind::LeftParen => "leftParen",
        Kind::RightParen => "rightParen",
        Kind::Pipe => "pipe",
        Kind::Assign => "assign",
        Kind::Declare => "declare",
        Kind::Char => "char",
        Kind::Keyword(Keyword::Block) => "block",
        Kind::Keyword(Keyword::Break) => "break",
        Kind::Keyword(Keyword::Continue) => "continue",
        Kind::Keyword(Keyword::Define) => "define",
        Kind::Keyword(Keyword::Else) => "else",
        Kind::Keyword(Keyword::End) => "end",
        Kind::Keyword(Keyword::If) => "if",
        Kind::Keyword(Keyword::Nil) => "nil",
        Kind::Keyword(Keyword::Range) => "range",
        Kind::Keyword(Keyword::Template) => "template",
        Kind::Keyword(Keyword::With) => "with",
    };
    format!("{kind}:{}-{}", token.start, token.end)
}
