//! From the parser's events to documents and leaves.
//!
//! What to know of granit-parser 2.2.0, each with a test below:
//! - a block's span begins behind the header and the first line's indentation, and runs on into
//!   the indentation of the line after it; an empty block at the end of the text has its header
//!   for a span;
//! - a scalar that is not written reads `~` (with a tag: nothing), with an empty span;
//! - spans are without anchors and tags; an alias is an event of its own;
//! - it bounds nesting (255 flow and 255 block collections), so recursion over its trees is safe.

use std::collections::HashMap;
use std::ops::Range;

use granit_parser::{Event, ScalarStyle, ScanError, Span};
use thiserror::Error;

use super::model::{Document, Leaf, Role, Style};
use super::path::Path;
use super::tree::{Node, into_documents};
use crate::config;

/// A text that is not YAML. It quotes nothing of the text but its place.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}, column {column}: {problem}")]
pub(crate) struct ManifestError {
    /// The line, from 1.
    pub(crate) line: usize,
    /// The column in characters, from 1.
    pub(crate) column: usize,
    /// What is wrong, in the parser's words.
    problem: String,
}

/// Reads a YAML stream: its documents in the order of the text, a list before its items.
///
/// # Errors
/// [`ManifestError`] if it is not YAML, or nested deeper than 255 levels.
pub(crate) fn parse(text: &str) -> Result<Vec<Document>, ManifestError> {
    let mut builder = Builder::new(text);
    for event in config::events(text) {
        let (event, span) = event.map_err(|error| locate(&error))?;
        builder.event(event, &span);
    }
    Ok(builder.documents)
}

/// Where the parser stopped.
fn locate(error: &ScanError) -> ManifestError {
    let marker = error.marker();
    ManifestError {
        line: marker.line().max(1),
        column: marker.col() + 1,
        problem: error.info(),
    }
}

/// A collection that is still open.
struct Frame {
    start: usize,
    open: Open,
    /// Whether the collection is, or is part of, a mapping's key.
    in_key: bool,
}

enum Open {
    Map {
        entries: Vec<(Node, Node)>,
        key: Option<Node>,
    },
    Seq(Vec<Node>),
}

struct Builder<'t> {
    text: &'t str,
    documents: Vec<Document>,
    /// The last document of the stream; behind it stand the items of a list.
    last: Option<usize>,
    /// Where the document at hand begins.
    start: usize,
    leaves: Vec<Leaf>,
    frames: Vec<Frame>,
    root: Option<Node>,
    /// The leaf that an anchor stands at, by the anchor's number.
    anchors: HashMap<usize, usize>,
}

impl<'t> Builder<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            documents: Vec::new(),
            last: None,
            start: 0,
            leaves: Vec::new(),
            frames: Vec::new(),
            root: None,
            anchors: HashMap::new(),
        }
    }

    fn event(&mut self, event: Event<'_>, span: &Span) {
        let range = span.byte_range().unwrap_or_default();
        match event {
            // Comments that stand before the first `---` belong to it.
            Event::DocumentStart(true, _) if !self.documents.is_empty() => {
                self.start = range.start;
            }
            Event::DocumentEnd => self.end_document(range.end),
            // A document without a node: comments, or nothing at all.
            Event::Scalar(_, ScalarStyle::Plain, 0, None)
                if range.is_empty() && self.frames.is_empty() => {}
            Event::Scalar(value, style, anchor, _) => {
                let leaf = self.leaf(&value, style, range);
                let index = self.leaves.len();
                self.leaves.push(leaf);
                if anchor != 0 {
                    self.anchors.insert(anchor, index);
                }
                self.place(Node::Scalar(index));
            }
            Event::Alias(anchor) => {
                let leaf = self.anchors.get(&anchor).copied();
                self.place(Node::Alias(leaf));
            }
            Event::MappingStart(..) => {
                self.open(
                    range.start,
                    Open::Map {
                        entries: Vec::new(),
                        key: None,
                    },
                );
            }
            Event::SequenceStart(..) => self.open(range.start, Open::Seq(Vec::new())),
            Event::MappingEnd | Event::SequenceEnd => self.close(range.end),
            _ => {}
        }
    }

    fn leaf(&self, value: &str, style: ScalarStyle, span: Range<usize>) -> Leaf {
        let (style, span) = match style {
            ScalarStyle::Plain => (Style::Plain, span),
            ScalarStyle::SingleQuoted => (Style::SingleQuoted, span),
            ScalarStyle::DoubleQuoted => (Style::DoubleQuoted, span),
            ScalarStyle::Literal => (Style::Literal, self.block_span(value, span)),
            ScalarStyle::Folded => (Style::Folded, self.block_span(value, span)),
        };
        let value = if span.is_empty() && style == Style::Plain {
            ""
        } else {
            value
        };
        Leaf {
            role: self.role(),
            path: Path::default(),
            span,
            style,
            value: value.to_owned(),
        }
    }

    /// A block's span without the next line's indentation.
    fn block_span(&self, value: &str, span: Range<usize>) -> Range<usize> {
        // Without a line of text the span is the header at times, or blank lines.
        if value.bytes().all(|b| b == b'\n') {
            return span.end..span.end;
        }
        let raw = self.text.get(span.clone()).unwrap_or_default();
        let trimmed = raw.trim_end_matches(' ');
        // On the text's last line blanks can be part of the value.
        let is_text = span.end == self.text.len() && value.ends_with(' ');
        if !is_text && trimmed.ends_with(['\n', '\r']) && trimmed.len() < raw.len() {
            span.start..span.start + trimmed.len()
        } else {
            span
        }
    }

    fn role(&self) -> Role {
        match self.frames.last() {
            Some(frame) if frame.in_key => Role::Key,
            Some(Frame {
                open: Open::Map { key: None, .. },
                ..
            }) => Role::Key,
            _ => Role::Value,
        }
    }

    fn open(&mut self, start: usize, open: Open) {
        let in_key = self.role() == Role::Key;
        self.frames.push(Frame {
            start,
            open,
            in_key,
        });
    }

    fn close(&mut self, end: usize) {
        let Some(Frame { start, open, .. }) = self.frames.pop() else {
            return;
        };
        let span = start..end;
        let node = match open {
            Open::Map { entries, .. } => Node::Map { span, entries },
            Open::Seq(items) => Node::Seq(items),
        };
        self.place(node);
    }

    /// Puts a finished node where it belongs.
    fn place(&mut self, node: Node) {
        match self.frames.last_mut().map(|frame| &mut frame.open) {
            Some(Open::Map { entries, key }) => match key.take() {
                Some(key) => entries.push((key, node)),
                None => *key = Some(node),
            },
            Some(Open::Seq(items)) => items.push(node),
            None => self.root = Some(node),
        }
    }

    fn end_document(&mut self, end: usize) {
        let leaves = std::mem::take(&mut self.leaves);
        let root = self.root.take().unwrap_or(Node::Alias(None));
        self.anchors.clear();
        // A document goes on to where the next one begins.
        if let Some(last) = self.last.and_then(|last| self.documents.get_mut(last)) {
            last.span.end = self.start;
        }
        self.last = Some(self.documents.len());
        let span = self.start..self.text.len();
        into_documents(root, span, leaves, &mut self.documents);
        self.start = end;
    }
}

#[cfg(test)]
mod tests;
