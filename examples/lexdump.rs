//! x
#![allow(missing_docs)]
use argocd_pin_plugin::chart::{defines::Mode, instrument::*, lexer::*, outline::outline};
use std::io::{BufRead, Write};
fn kind(k: Kind) -> u8 {
    match k {
        Kind::Bool => 1,
        Kind::Char => 2,
        Kind::CharConstant => 3,
        Kind::Comment => 4,
        Kind::Complex => 5,
        Kind::Assign => 6,
        Kind::Declare => 7,
        Kind::Field => 9,
        Kind::Identifier => 10,
        Kind::LeftDelim { .. } => 11,
        Kind::LeftParen => 12,
        Kind::Number => 13,
        Kind::Pipe => 14,
        Kind::RawString => 15,
        Kind::RightDelim { .. } => 16,
        Kind::RightParen => 17,
        Kind::Space => 18,
        Kind::String => 19,
        Kind::Text => 20,
        Kind::Variable => 21,
        Kind::Dot => 26,
        Kind::Keyword(k) => match k {
            Keyword::Block => 23,
            Keyword::Break => 24,
            Keyword::Continue => 25,
            Keyword::Define => 27,
            Keyword::Else => 28,
            Keyword::End => 29,
            Keyword::If => 30,
            Keyword::Nil => 31,
            Keyword::Range => 32,
            Keyword::Template => 33,
            Keyword::With => 34,
        },
    }
}
fn main() {
    let stdin = std::io::stdin();
    let mut out = std::io::BufWriter::new(std::io::stdout());
    let key = |_: &str| "00112233445566778899aabbccddeeff".to_owned();
    for line in stdin.lock().lines() {
        let s: String = serde_json::from_str(&line.unwrap()).unwrap();
        let toks = lex(&s).ok();
        let ok = toks.as_ref().is_some_and(|t| outline(&s, t).is_some());
        let t: Option<Vec<(u8, usize, usize)>> =
            toks.map(|t| t.iter().map(|t| (kind(t.kind), t.start, t.end)).collect());
        let i = instrument_sources(
            &[TemplateSource {
                chart: "a".into(),
                file: "templates/a".into(),
                path: "templates/a".into(),
                text: s.clone(),
                is_shared: false,
            }],
            &[],
            &Options {
                define_name: "0123456789abcdef",
                clock: 0,
                site_key: &key,
                allow: &[],
            },
        );
        let new = i.texts[0].clone().unwrap_or(s);
        let _ = i.defines(Mode::Placeholder).len();
        writeln!(out, "{}", serde_json::json!([ok, t, new])).unwrap();
    }
}
