//! Reads templates as the plugin does, for the Go test beside it.
//!
//! On stdin stand texts, each a length (four bytes, the lowest first) and so many bytes. On stdout stands for each a JSON
//! object on a line: its tokens, the calls in it, and what is made of it for helm; `null` for what is refused.
#![allow(clippy::unwrap_used)]

use std::io::{self, BufWriter, ErrorKind, Read, Write};

use argocd_pin_plugin::chart::lexer::lex;
use argocd_pin_plugin::fuzz;

mod show;

fn main() {
    let mut input = io::stdin().lock();
    let mut output = BufWriter::new(io::stdout().lock());
    let mut length = [0; 4];
    loop {
        match input.read_exact(&mut length) {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return,
            result => result.unwrap(),
        }
        let mut text = vec![0; usize::try_from(u32::from_le_bytes(length)).unwrap()];
        input.read_exact(&mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        let tokens = lex(&text).ok();
        let tokens = tokens.map(|tokens| tokens.iter().map(show::show).collect::<Vec<_>>());
        let answer = serde_json::json!({
            "Tokens": tokens,
            "Calls": fuzz::calls(&text),
            "Made": fuzz::instrumented(&text),
        });
        serde_json::to_writer(&mut output, &answer).unwrap();
        output.write_all(b"\n").unwrap();
        output.flush().unwrap();
    }
}
