//! `$VAR` expansion as Argo CD does it (`Env.Envsubst`, which is Go's `os.Expand`).

/// Replaces `$NAME` and `${NAME}` in `text` by what `lookup` says; a name that it does not know
/// becomes nothing, and `$$` becomes `$`.
///
/// The corner cases are those of Go's `os.Expand`: `${}` and an unclosed `${` are eaten, a `$` with
/// no name behind it stays, and `$1`, `$*` and their like are names of one character.
pub(crate) fn expand<'a>(text: &str, lookup: impl Fn(&str) -> Option<&'a str>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(dollar) = rest.find('$') {
        let (before, after) = (&rest[..dollar], &rest[dollar + 1..]);
        out.push_str(before);
        if after.is_empty() {
            out.push('$');
        }
        let (name, width) = shell_name(after);
        match name {
            Some("$") => out.push('$'),
            Some(name) => out.push_str(lookup(name).unwrap_or_default()),
            // Bad syntax is eaten; a lone dollar stays.
            None if width == 0 && !after.is_empty() => out.push('$'),
            None => {}
        }
        rest = &after[width..];
    }
    out.push_str(rest);
    out
}

/// The variable that `text` begins with: `VAR` of `$VAR/…` and of `${VAR}.yaml`.
#[must_use]
pub(crate) fn first_name(text: &str) -> Option<&str> {
    shell_name(text.strip_prefix('$')?).0
}

/// The name that follows a `$`, and how many bytes it takes with its braces.
fn shell_name(text: &str) -> (Option<&str>, usize) {
    let bytes = text.as_bytes();
    match bytes.first() {
        None => (None, 0),
        Some(b'{') => match text.find('}') {
            None => (None, 1),
            Some(1) => (None, 2),
            Some(close) => (Some(&text[1..close]), close + 1),
        },
        Some(&b) if is_special(b) => (Some(&text[..1]), 1),
        Some(_) => {
            let end = bytes
                .iter()
                .position(|b| !b.is_ascii_alphanumeric() && *b != b'_')
                .unwrap_or(bytes.len());
            ((end > 0).then(|| &text[..end]), end)
        }
    }
}

fn is_special(byte: u8) -> bool {
    matches!(
        byte,
        b'*' | b'#' | b'$' | b'@' | b'!' | b'?' | b'-' | b'0'..=b'9'
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Made with Go's `os.Expand` and Argo CD's mapping, for the variables `A=1` and `LONG_NAME=x y`.
    const CASES: &str = include_str!("../../tests/vectors/expand.json");

    #[test]
    fn expands_as_go_does() {
        let cases: Vec<(String, String)> = serde_json::from_str(CASES).unwrap();
        assert!(cases.len() > 25);
        for (text, wanted) in cases {
            let got = expand(&text, |name| match name {
                "A" => Some("1"),
                "LONG_NAME" => Some("x y"),
                _ => None,
            });
            assert_eq!(got, wanted, "for {text:?}");
        }
    }
}
