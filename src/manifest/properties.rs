//! Generated YAML in all styles: every scalar is found where the generator put it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::Role;
use super::model::{Manifest, Style};

/// A small generator (splitmix64), so that a failing text is known by its number.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn of<'a>(&mut self, texts: &[&'a str]) -> &'a str {
        texts[self.below(texts.len())]
    }
}

/// What the generator wrote.
#[derive(Debug, PartialEq)]
struct Written {
    role: Role,
    style: Style,
    value: String,
}

struct Generator {
    random: Random,
    text: String,
    written: Vec<Written>,
    words: usize,
    newline: &'static str,
}

impl Generator {
    fn new(seed: u64) -> Self {
        let mut random = Random(seed);
        let newline = if random.chance(10) { "\r\n" } else { "\n" };
        Self {
            random,
            text: String::new(),
            written: Vec::new(),
            words: 0,
            newline,
        }
    }

    /// A word that stands nowhere else in the text.
    fn word(&mut self) -> String {
        self.words += 1;
        format!("{}{}x", self.random.of(&["w", "é", "W"]), self.words)
    }

    fn line(&mut self) -> String {
        let mut line = self.word();
        for _ in 0..self.random.below(3) {
            line.push_str(self.random.of(&[" ", ":", "/", "  ", "#", "-", "="]));
            line.push_str(&self.word());
        }
        line
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn end_line(&mut self) {
        if self.random.chance(5) {
            self.push("  # note: \"x\" | > &a *b");
        }
        self.push(self.newline);
        if self.random.chance(5) {
            self.push(self.newline);
        }
    }

    fn wrote(&mut self, role: Role, style: Style, value: impl Into<String>) {
        self.written.push(Written {
            role,
            style,
            value: value.into(),
        });
    }

    fn document(&mut self) {
        if self.random.chance(90) || !self.text.is_empty() {
            self.push("---");
            self.push(self.newline);
        }
        if self.random.chance(50) {
            self.push("# Source: chart/templates/x.yaml");
            self.push(self.newline);
        }
        match self.random.below(20) {
            0 => {}
            1 => self.sequence(0, 3),
            _ => self.mapping(0, 3),
        }
    }

    fn mapping(&mut self, indent: usize, depth: usize) {
        for n in 0..=self.random.below(5) {
            if n > 0 {
                self.push(&" ".repeat(indent));
            }
            self.key();
            self.push(":");
            self.value(indent, depth);
        }
    }

    fn key(&mut self) {
        let key = self.word();
        let style = [Style::Plain, Style::SingleQuoted, Style::DoubleQuoted][self.random.below(3)];
        let quote = match style {
            Style::SingleQuoted => "'",
            Style::DoubleQuoted => "\"",
            _ => "",
        };
        self.push(&format!("{quote}{key}{quote}"));
        self.wrote(Role::Key, style, key);
    }

    fn sequence(&mut self, indent: usize, depth: usize) {
        for n in 0..=self.random.below(4) {
            if n > 0 {
                self.push(&" ".repeat(indent));
            }
            self.push("-");
            if depth > 0 && self.random.chance(40) {
                self.push(" ");
                self.mapping(indent + 2, depth - 1);
            } else {
                self.value(indent, depth);
            }
        }
    }

    /// What stands behind a `:` or `-` at this indentation, to the line's end.
    fn value(&mut self, indent: usize, depth: usize) {
        if depth > 0 && self.random.chance(35) {
            let deeper = indent + 1 + self.random.below(4);
            self.end_line();
            self.push(&" ".repeat(deeper));
            if self.random.chance(60) {
                self.mapping(deeper, depth - 1);
            } else {
                self.sequence(deeper, depth - 1);
            }
            return;
        }
        if self.random.chance(5) {
            // Not written.
            self.wrote(Role::Value, Style::Plain, "");
            return self.end_line();
        }
        let blanks = self.random.of(&[" ", " ", "   "]);
        self.push(blanks);
        if self.random.chance(5) {
            let properties = self.random.of(&["&anchor ", "!!str ", "!local &b "]);
            self.push(properties);
        }
        if self.random.chance(35) {
            return self.block(indent);
        }
        if self.random.chance(8) {
            self.flow(indent);
        } else {
            self.scalar(indent, true);
        }
        self.end_line();
    }

    fn flow(&mut self, indent: usize) {
        self.push("{");
        for n in 0..self.random.below(3) {
            if n > 0 {
                self.push(", ");
            }
            self.key();
            self.push(": ");
            if self.random.chance(30) {
                self.push("[");
                self.scalar(indent, false);
                self.push(",");
                self.scalar(indent, false);
                self.push("]");
            } else {
                self.scalar(indent, false);
            }
        }
        self.push("}");
    }

    fn scalar(&mut self, indent: usize, lines: bool) {
        let mut text = self.word();
        let mut value = text.clone();
        // Lines of a plain or quoted scalar are folded.
        for _ in 0..self.random.below(3) {
            let word = self.word();
            if lines && self.random.chance(30) {
                text.push_str(self.newline);
                text.push_str(&" ".repeat(indent + 1 + self.random.below(3)));
            } else {
                text.push(' ');
            }
            text.push_str(&word);
            value.push(' ');
            value.push_str(&word);
        }
        match self.random.below(3) {
            0 => {
                self.push(&text);
                self.wrote(Role::Value, Style::Plain, value);
            }
            1 => {
                if self.random.chance(30) {
                    text.push_str("''");
                    value.push('\'');
                }
                self.push(&format!("'{text}'"));
                self.wrote(Role::Value, Style::SingleQuoted, value);
            }
            _ => {
                if self.random.chance(50) {
                    let word = self.word();
                    text.push_str(&format!(r#"\n\"{word}\t\u00e9"#));
                    value.push_str(&format!("\n\"{word}\té"));
                }
                self.push(&format!("\"{text}\""));
                self.wrote(Role::Value, Style::DoubleQuoted, value);
            }
        }
    }

    fn block(&mut self, indent: usize) {
        let style = [Style::Literal, Style::Folded][self.random.below(2)];
        let chomping = self.random.of(&["", "-", "+"]);
        let deeper = 1 + self.random.below(4);
        self.push(if style == Style::Literal { "|" } else { ">" });
        let mut lead = "";
        if self.random.chance(20) {
            // The indicator counts from the parent's indentation; the rest is text.
            self.push(&deeper.to_string());
            lead = self.random.of(&["", "  "]);
        }
        self.push(chomping);
        self.end_line_of_header();
        let margin = " ".repeat(indent + deeper);
        let mut lines = Vec::new();
        for _ in 0..=self.random.below(4) {
            let line = format!("{lead}{}", self.line());
            self.push(&format!("{margin}{line}{}", self.newline));
            lines.push(line);
            lead = "";
        }
        let blank = self.random.below(3);
        for _ in 0..blank {
            self.push(self.newline);
        }
        let mut value = match style {
            Style::Literal => lines.join("\n"),
            // A line that begins with a blank is not folded.
            _ if lines[0].starts_with(' ') && lines.len() > 1 => {
                format!("{}\n{}", lines[0], lines[1..].join(" "))
            }
            _ => lines.join(" "),
        };
        match chomping {
            "" => value.push('\n'),
            "+" => value.push_str(&"\n".repeat(1 + blank)),
            _ => {}
        }
        self.wrote(Role::Value, style, value);
    }

    fn end_line_of_header(&mut self) {
        if self.random.chance(10) {
            self.push("  # note");
        }
        self.push(self.newline);
    }
}

fn generate(seed: u64) -> Generator {
    let mut generator = Generator::new(seed);
    for _ in 0..=generator.random.below(3) {
        generator.document();
    }
    generator
}

fn read(manifest: &Manifest) -> Vec<Written> {
    let leaves = manifest.leaves();
    leaves
        .map(|leaf| Written {
            role: leaf.role,
            style: leaf.style,
            value: leaf.value.clone(),
        })
        .collect()
}

#[test]
fn every_scalar_is_where_it_was_written() {
    for seed in 0..3_000 {
        let Generator { text, written, .. } = generate(seed);
        let manifest =
            Manifest::parse(text.clone()).unwrap_or_else(|e| panic!("{seed}: {e}\n{text}"));
        assert_eq!(read(&manifest), written, "{seed}\n{text}");
        let mut end = 0;
        for leaf in manifest.leaves() {
            assert!(end <= leaf.span.start, "{seed}");
            end = leaf.span.end;
        }
    }
}

/// Broken and odd text is an error or a manifest, never a panic, and spans always fit.
#[test]
fn no_text_panics() {
    for seed in 0..20_000 {
        let Generator {
            mut text,
            mut random,
            ..
        } = generate(seed % 2_000);
        for _ in 0..=random.below(4) {
            let mut at = random.below(text.len() + 1);
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            let piece = random.of(&[
                "\"", "'", "[", "]", "{", "}", ":", ": ", "- ", "? ", "|", ">", "\t", "\n", "\r",
                "#", " #", "&a", "*a", "!", "!!", "%", "@", "`", "---\n", "...\n", "\u{feff}",
                "\0", "\u{85}", "\\", "|9\n", "  ", "<<: *a\n", "\u{2028}",
            ]);
            if random.chance(70) {
                text.insert_str(at, piece);
            } else {
                text.truncate(at);
            }
        }
        let Ok(manifest) = Manifest::parse(text.clone()) else {
            continue;
        };
        let mut end = 0;
        for leaf in manifest.leaves() {
            assert!(text.get(leaf.span.clone()).is_some(), "{seed}");
            assert!(end <= leaf.span.start, "{seed}\n{text:?}");
            end = leaf.span.end;
        }
        for document in &manifest.documents {
            assert!(text.get(document.span.clone()).is_some(), "{seed}");
        }
    }
}
