//! Memory addresses: what a chart prints of a pointer is another text at each render, without any call.
//!
//! `print .` shows the addresses of what it holds (`.Capabilities`, under helm 3 also the maintainers of `.Chart`). Nobody
//! means that, and it cannot be made constant: so it is refused. Where the output has what looks like an address, or an
//! action prints a whole context, a second render with the same values tells.

use std::sync::LazyLock;

use anyhow::anyhow;
use regex::Regex;

use crate::chart::instrument::Instrumented;

/// How Go prints an address on its heap.
static ADDRESS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"0x[0-9a-f]{9,12}").ok());

/// Whether a render may hold memory addresses. What the chart or its values say themselves is none.
pub(super) fn are_likely(text: &str, chart: &Instrumented<'_>) -> bool {
    let mut found = ADDRESS.iter().flat_map(|pattern| pattern.find_iter(text));
    chart.may_hide_addresses() || found.any(|found| !chart.says(found.as_str()))
}

/// Refuses a chart whose second render with the same values differs from the first.
///
/// # Errors
/// The template of the first document that differs.
pub(super) fn compare(first: &str, second: &str) -> anyhow::Result<()> {
    let pairs = first.bytes().zip(second.bytes());
    let shared = pairs.take_while(|(a, b)| a == b).count();
    match shared < first.len().max(second.len()) {
        true => Err(refusal(first, shared)),
        false => Ok(()),
    }
}

fn refusal(text: &str, at: usize) -> anyhow::Error {
    let before = text.get(..at).unwrap_or(text);
    let source = before
        .rsplit("\n# Source: ")
        .next()
        .filter(|rest| rest.len() < before.len())
        .and_then(|rest| rest.lines().next())
        .unwrap_or("a template");
    anyhow!(
        "{source} prints a context with the memory addresses in it, which are others at each render: print the fields that are meant"
    )
}

#[cfg(test)]
mod tests {
    use super::compare;

    #[test]
    fn the_template_is_named() {
        let text = |end: &str| {
            format!(
                "---\n# Source: a/templates/x.yaml\na: 1\n---\n# Source: a/templates/y.yaml\nb: {end}\n"
            )
        };
        let error = compare(&text("1"), &text("2")).map_err(|error| error.to_string());
        assert!(error.is_err_and(|error| error.starts_with("a/templates/y.yaml prints")));
        assert!(compare(&text("1"), &text("1")).is_ok());
        assert!(compare("a", "ab").is_err());
    }
}
