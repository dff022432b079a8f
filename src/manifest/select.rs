//! Leaving documents out of a YAML stream, and putting them back.
//!
//! Most of what some charts print is CustomResourceDefinitions: tens of thousands of lines that hold
//! nothing generated. They need not be parsed.

use std::ops::Range;

/// Which documents of a stream are looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// The documents in the order of the text, and whether each is left out.
    documents: Vec<(Range<usize>, bool)>,
}

impl Selection {
    /// Leaves out the documents of `text` for which `leave_out` holds.
    pub fn new(text: &str, leave_out: impl Fn(&str) -> bool) -> Self {
        let documents = split(text)
            .into_iter()
            .map(|span| {
                let out = text.get(span.clone()).is_some_and(&leave_out);
                (span, out)
            })
            .collect();
        Selection { documents }
    }

    /// The documents of `text` that are looked at.
    pub fn kept(&self, text: &str) -> String {
        let kept = self.documents.iter().filter(|(_, out)| !out);
        kept.filter_map(|(span, _)| text.get(span.clone()))
            .collect()
    }

    /// The same of another render of the same chart, `other`; `text` is the first. Nothing if it has
    /// other documents, or one that is left out is not the same in both.
    pub fn kept_of(&self, text: &str, other: &str) -> Option<String> {
        // Nothing is left out: all of it, whatever documents it has.
        if self.documents.iter().all(|(_, out)| !out) {
            return Some(other.to_owned());
        }
        let spans = split(other);
        if spans.len() != self.documents.len() {
            return None;
        }
        let mut kept = String::with_capacity(other.len());
        for ((own, out), span) in self.documents.iter().zip(spans) {
            let document = other.get(span)?;
            if !out {
                kept.push_str(document);
            } else if text.get(own.clone())? != document {
                return None;
            }
        }
        Some(kept)
    }

    /// `text` with `kept`, which was changed, in place of what [`Selection::kept`] gave. Nothing if
    /// `kept` has more or fewer documents.
    pub fn restore(&self, text: &str, kept: &str) -> Option<String> {
        let mut spans = split(kept).into_iter();
        let mut restored = String::with_capacity(text.len());
        for (own, out) in &self.documents {
            restored.push_str(match out {
                true => text.get(own.clone())?,
                false => kept.get(spans.next()?)?,
            });
        }
        spans.next().is_none().then_some(restored)
    }
}

/// The documents of a stream: each begins with a line that begins with `---` and a blank or the
/// line's end. YAML has no such line inside of a document (YAML 1.2.2, 9.1.2, `c-forbidden`).
fn split(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut starts: Vec<usize> = memchr::memmem::find_iter(bytes, b"---")
        .filter(|&at| {
            let begins_line = at > 0 && bytes[at - 1] == b'\n';
            let ends_word = bytes.get(at + 3).is_none_or(u8::is_ascii_whitespace);
            begins_line && ends_word
        })
        .collect();
    starts.insert(0, 0);
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts
        .iter()
        .copied()
        .zip(ends)
        .map(|(start, end)| start..end)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "---\na: 1\n---\nskip: |\n  ---\n  x----\n--- # c\nb: 2\n";

    #[test]
    fn documents_are_left_out_and_put_back() {
        let selection = Selection::new(TEXT, |document| document.contains("skip"));
        let kept = selection.kept(TEXT);
        assert_eq!(kept, "---\na: 1\n--- # c\nb: 2\n");
        let changed = kept.replace("2", "22");
        assert_eq!(
            selection.restore(TEXT, &changed),
            Some(TEXT.replace("2", "22"))
        );
        assert_eq!(selection.restore(TEXT, "---\na: 1\n"), None);
        assert_eq!(selection.restore(TEXT, &format!("{kept}---\n")), None);
    }

    #[test]
    fn what_is_left_out_must_be_the_same_in_another_render() {
        let selection = Selection::new(TEXT, |document| document.contains("skip"));
        let other = TEXT.replace('1', "9");
        assert_eq!(
            selection.kept_of(TEXT, &other),
            Some("---\na: 9\n--- # c\nb: 2\n".to_owned())
        );
        assert_eq!(selection.kept_of(TEXT, &TEXT.replace('x', "y")), None);
        assert_eq!(selection.kept_of(TEXT, "---\na: 1\n"), None);
        let all = Selection::new(TEXT, |_| false);
        assert_eq!(all.kept_of(TEXT, "c: 3"), Some("c: 3".to_owned()));
    }

    #[test]
    fn a_line_of_dashes_is_no_document() {
        assert_eq!(split("a: b\n----\n---x\n --- \n").len(), 1);
        assert_eq!(split("---\r\na: 1\r\n---\r\n").len(), 2);
        assert_eq!(split("a\n---").len(), 2);
    }
}
