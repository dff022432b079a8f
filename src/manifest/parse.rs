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

use granit_parser::{Event, Parser, ScalarStyle, ScanError, Span};
use thiserror::Error;

use super::model::{Document, Leaf, Manifest, Role, Style};
use super::path::Path;
use super::tree::{Node, into_documents};

/// A text that is not YAML. It quotes nothing of the text but its place.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{} is not valid YAML at line {line} of the output, column {column}: {problem}", named(.source_template))]
pub(crate) struct ManifestError {
    /// The template that the document comes from, as helm's `# Source:` comment names it.
    pub(crate) source_template: Option<String>,
    /// The line of the whole text, from 1.
    pub(crate) line: usize,
    /// The column in characters, from 1.
    pub(crate) column: usize,
    /// What is wrong, in the parser's words.
    pub(crate) problem: String,
}

fn named(template: &Option<String>) -> String {
    match template {
        Some(template) => format!("what {template} rendered"),
        None => "the rendered manifest".to_owned(),
    }
}

const SOURCE: &str = "# Source: ";

impl Manifest {
    /// Reads a YAML stream.
    ///
    /// # Errors
    /// [`ManifestError`] if it is not YAML, or nested deeper than 255 levels; it names the
    /// template and the line and quotes nothing.
    pub(crate) fn parse(text: String) -> Result<Self, ManifestError> {
        parse(text)
    }
}

fn parse(text: String) -> Result<Manifest, ManifestError> {
    let options = granit_parser::options! {
        block_scalar_eof_without_line_feed: true,
        bom_inside_document_as_content: true,
        emit_comments: false,
    };
    let mut builder = Builder::new(&text);
    for event in Parser::new_from_str_with_options(&text, options) {
        let (event, span) = event.map_err(|error| locate(&text, &error))?;
        builder.event(event, &span);
    }
    builder.finish();
    let Builder { documents, .. } = builder;
    Ok(Manifest { text, documents })
}

/// Where the parser stopped, with the last template named before that.
fn locate(text: &str, error: &ScanError) -> ManifestError {
    let marker = error.marker();
    let offset = marker.byte_offset().unwrap_or(text.len());
    ManifestError {
        source_template: text.get(..offset).and_then(last_source),
        line: marker.line().max(1),
        column: marker.col() + 1,
        problem: error.info(),
    }
}

fn last_source(text: &str) -> Option<String> {
    let at = text
        .rmatch_indices(SOURCE)
        .map(|(at, _)| at)
        .find(|at| *at == 0 || text.as_bytes().get(at - 1) == Some(&b'\n'))?;
    let rest = text.get(at + SOURCE.len()..)?;
    Some(rest.lines().next()?.trim_end().to_owned())
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

/// Where a document of the stream begins.
struct Head {
    /// Its position among the documents; items of a list follow theirs.
    document: usize,
    start: usize,
    first_node: Option<usize>,
}

struct Builder<'t> {
    text: &'t str,
    documents: Vec<Document>,
    heads: Vec<Head>,
    /// Of the document at hand.
    start: usize,
    first_node: Option<usize>,
    leaves: Vec<Leaf>,
    frames: Vec<Frame>,
    root: Option<Node>,
    /// The leaf that an anchor stands at, by the anchor's number.
    anchors: HashMap<usize, usize>,
    no_path: Path,
}

impl<'t> Builder<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            documents: Vec::new(),
            heads: Vec::new(),
            start: 0,
            first_node: None,
            leaves: Vec::new(),
            frames: Vec::new(),
            root: None,
            anchors: HashMap::new(),
            no_path: Path::from(&[][..]),
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
                self.first_node.get_or_insert(leaf.span.start);
                let index = self.leaves.len();
                self.leaves.push(leaf);
                if anchor != 0 {
                    self.anchors.insert(anchor, index);
                }
                self.place(Node::Scalar(index));
            }
            Event::Alias(anchor) => {
                self.first_node.get_or_insert(range.start);
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
            path: self.no_path.clone(),
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
        self.first_node.get_or_insert(start);
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
        self.heads.push(Head {
            document: self.documents.len(),
            start: self.start,
            first_node: self.first_node.take(),
        });
        into_documents(root, leaves, &mut self.documents);
        self.start = end;
    }

    /// Sets what is known only when the next document is: spans, and the templates named.
    fn finish(&mut self) {
        let mut source: Option<String> = None;
        let mut heads = self.heads.iter().peekable();
        while let Some(head) = heads.next() {
            let next = heads.peek();
            let end = next.map_or(self.text.len(), |next| next.start);
            let last = next.map_or(self.documents.len(), |next| next.document);
            let own = head.start..head.first_node.unwrap_or(end);
            source = self.source_in(own).or(source);
            let documents = self.documents.get_mut(head.document..last);
            for (n, document) in documents.into_iter().flatten().enumerate() {
                document.source.clone_from(&source);
                if n == 0 {
                    document.span = head.start..end;
                }
            }
        }
    }

    /// The template that helm's comment names here.
    fn source_in(&self, head: Range<usize>) -> Option<String> {
        let mut lines = self.text.get(head)?.lines();
        let name = lines.find_map(|line| line.strip_prefix(SOURCE))?;
        Some(name.trim_end().to_owned())
    }
}

#[cfg(test)]
mod tests;
