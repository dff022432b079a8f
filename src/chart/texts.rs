//! Texts that `tpl` may be given: strings in values, other files of the charts, string literals in templates.
//!
//! Such a text stays as it is, since charts also hash, measure and print it. What `tpl` gets instead is looked up while
//! the chart is rendered.

use std::collections::BTreeMap;

use super::functions::impure;
use super::scalars::scalars;
use super::template::Template;

/// A text that `tpl` may be given besides those of the chart's templates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TplText {
    /// Where it comes from, for people: a file's path, or `--set`.
    pub(crate) label: String,
    /// The text.
    pub(crate) text: String,
    /// Whether it is a file of values: templates see its strings and never the whole.
    pub(crate) is_values: bool,
}

/// Where a text was seen first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Origin {
    /// The file.
    pub(super) file: String,
    /// The line, from 1.
    pub(super) line: u32,
}

/// The texts with actions that were seen, each with its first place.
#[derive(Debug, Default)]
pub(super) struct Texts(pub(super) BTreeMap<String, Origin>);

impl Texts {
    /// Takes up each string of a text that may be YAML, and the whole as it is, since charts read files both ways.
    pub(super) fn scan(&mut self, text: &TplText) {
        if !may_act(&text.text) {
            return;
        }
        for (value, line) in scalars(&text.text).0 {
            self.add(value, &text.label, line);
        }
        if !text.is_values {
            self.add(text.text.clone(), &text.label, 1);
        }
    }

    /// Takes up the string literals of a template.
    pub(super) fn scan_literals(&mut self, template: &Template, file: &str) {
        for (value, start) in template.literals() {
            if value.contains("{{") {
                self.add(value, file, template.line(start));
            }
        }
    }

    /// Takes up one text.
    pub(super) fn add(&mut self, text: String, file: &str, line: u32) {
        if text.contains("{{") {
            self.0.entry(text).or_insert_with(|| Origin {
                file: file.to_owned(),
                line,
            });
        }
    }
}

/// Whether a text has actions and says the name of a function that matters. A long document of braces need not be read.
pub(super) fn may_act(text: &str) -> bool {
    let words = impure().map(|function| function.name);
    let mut words = words.chain(["include", "template", "block", ".AsConfig", ".AsSecrets"]);
    let says = |word: &str| memchr::memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    says("{{") && words.any(says)
}
