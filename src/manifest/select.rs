//! A YAML stream as a list of texts, one for each document.

/// The documents of a stream: each begins with a line that begins with `---` and a blank or the
/// line's end. YAML has no such line inside of a document (YAML 1.2.2, 9.1.2, `c-forbidden`).
pub(crate) fn split(text: &str) -> Vec<&str> {
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
    let spans = starts.iter().copied().zip(ends);
    spans
        .filter_map(|(start, end)| text.get(start..end))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn a_document_begins_with_a_line_of_its_own() {
        let text = "---\na: 1\n---\nskip: |\n  ---\n  x----\n--- # c\nb: 2\n";
        assert_eq!(
            split(text),
            [
                "---\na: 1\n",
                "---\nskip: |\n  ---\n  x----\n",
                "--- # c\nb: 2\n"
            ]
        );
        assert_eq!(split(""), [""]);
    }
}
