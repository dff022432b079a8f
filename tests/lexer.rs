//! The lexer against Go's own: `vectors/lexer.json` holds templates with the tokens that Go 1.26's
//! `text/template/parse` found in them. `make test-lexer` asks Go itself.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "lexer/show.rs"]
mod show;

use argocd_pin_plugin::chart::lexer::lex;
use show::show;

#[derive(serde::Deserialize)]
struct Case {
    text: String,
    tokens: Option<String>,
}

fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("vectors/lexer.json")).unwrap()
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
