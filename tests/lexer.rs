//! The lexer against Go's own: `vectors/lexer.json` holds templates with the tokens that Go 1.26's
//! `text/template/parse` found in them, and whether its parser took them (functions unchecked).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use argocd_pin_plugin::chart::defines::Clocks;
use argocd_pin_plugin::chart::instrument::{Options, TemplateSource, instrument_sources};
use argocd_pin_plugin::chart::lexer::{Keyword, Kind, Token, lex};
use argocd_pin_plugin::chart::outline::outline;

#[derive(serde::Deserialize)]
struct Case {
    text: String,
    parses: bool,
    tokens: Option<String>,
}

fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("vectors/lexer.json")).unwrap()
}

/// The token as Go's `itemType` is called, with its bytes.
fn show(token: &Token) -> String {
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

#[test]
fn tokens_are_gos() {
    for case in cases() {
        let tokens = lex(&case.text)
            .ok()
            .map(|tokens| tokens.iter().map(show).collect::<Vec<_>>().join(" "));
        assert_eq!(tokens, case.tokens, "{:?}", case.text);
    }
}

#[test]
fn what_gos_parser_accepts_has_an_outline() {
    let accepted: Vec<_> = cases().into_iter().filter(|case| case.parses).collect();
    assert!(accepted.len() > 400);
    for case in accepted {
        let tokens = lex(&case.text).unwrap();
        assert!(outline(&case.text, &tokens).is_some(), "{:?}", case.text);
    }
}

/// Instrumenting what parses gives what lexes and has the same blocks.
#[test]
fn instrumented_templates_keep_their_blocks() {
    let mut changed = 0;
    for case in cases().into_iter().filter(|case| case.parses) {
        let source = TemplateSource {
            chart: "app".to_owned(),
            file: "templates/a.yaml".to_owned(),
            path: "templates/a.yaml".to_owned(),
            text: case.text.clone(),
            is_shared: false,
        };
        let options = Options {
            define_name: "0123456789abcdef",
            clocks: Clocks { pinned: 0, now: 0 },
            site_key: &|_| "0".repeat(32),
            allow: &[],
        };
        let instrumentation = instrument_sources(&[source], &[], &options);
        let Some(Some(new)) = instrumentation.texts.first() else {
            continue;
        };
        changed += 1;
        let bodies = |text: &str| {
            let outline = outline(text, &lex(text).unwrap()).unwrap();
            outline
                .bodies
                .into_iter()
                .map(|body| body.name)
                .collect::<Vec<_>>()
        };
        assert_eq!(bodies(new), bodies(&case.text), "{new}");
    }
    assert!(changed > 100);
}
