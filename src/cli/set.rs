//! `--set` and its kin by hand: the same text that helm takes, as names and values.

/// Splits `a=1,b={x,y},c=3\,4` into names and values; escapes and lists stay as they are written.
///
/// helm reads the name up to `=`; a value is a list up to `}` if it begins with `{`, and ends at a comma that no
/// backslash escapes otherwise (`strvals` in its source).
///
/// # Errors
/// A part has no name, or no `=`.
pub(crate) fn split(text: &str) -> Result<Vec<(String, String)>, String> {
    let mut pairs = Vec::new();
    let mut rest = text;
    loop {
        let Some((name, after)) =
            cut(rest, '=').filter(|(name, _)| !name.is_empty() && cut(name, ',').is_none())
        else {
            return Err("expected NAME=VALUE".to_owned());
        };
        let value = if after.starts_with('{') {
            let close = cut(after, '}').map_or(after.len(), |(list, _)| list.len() + 1);
            let tail = cut(&after[close..], ',').map_or(&after[close..], |(tail, _)| tail);
            &after[..close + tail.len()]
        } else {
            cut(after, ',').map_or(after, |(value, _)| value)
        };
        pairs.push((name.to_owned(), value.to_owned()));
        match after[value.len()..].strip_prefix(',') {
            // helm takes a comma at the end for nothing.
            None | Some("") => return Ok(pairs),
            Some(next) => rest = next,
        }
    }
}

/// Splits `Secret/web/token=1` at its last `=`: a pin's name may hold others.
///
/// # Errors
/// There is no `=`, or nothing before it.
pub(crate) fn rotation(text: &str) -> Result<(String, String), String> {
    match text.rsplit_once('=') {
        Some((pin, number)) if !pin.is_empty() => Ok((pin.to_owned(), number.to_owned())),
        _ => Err("expected PIN=NUMBER".to_owned()),
    }
}

/// Cuts at the first `end` that no backslash escapes.
fn cut(text: &str, end: char) -> Option<(&str, &str)> {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == end {
            return Some((&text[..at], &text[at + end.len_utf8()..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn splits_as_helm_does() {
        for (text, wanted) in [
            ("a=1", &[("a", "1")][..]),
            ("a=", &[("a", "")]),
            ("a=1,b=2", &[("a", "1"), ("b", "2")]),
            ("a=1,", &[("a", "1")]),
            ("a={x,y},b=2", &[("a", "{x,y}"), ("b", "2")]),
            ("a={x,y", &[("a", "{x,y")]),
            (r"a=1\,2,b=3", &[("a", r"1\,2"), ("b", "3")]),
            (r"a=1\\,b=3", &[("a", r"1\\"), ("b", "3")]),
            (r"a\=b=c=d", &[(r"a\=b", "c=d")]),
            (
                r"nodeSelector.kubernetes\.io/role=x",
                &[(r"nodeSelector.kubernetes\.io/role", "x")],
            ),
            ("a[0].b=ü", &[("a[0].b", "ü")]),
        ] {
            let found = split(text).unwrap();
            let found: Vec<_> = found
                .iter()
                .map(|(n, v)| (n.as_str(), v.as_str()))
                .collect();
            assert_eq!(found, wanted, "for {text}");
        }
    }

    #[test]
    fn a_rotation_is_split_at_its_end() {
        let pair = |pin: &str, number: &str| Ok((pin.to_owned(), number.to_owned()));
        assert_eq!(
            rotation("X/a/env[name=PW]=1"),
            pair("X/a/env[name=PW]", "1")
        );
        assert_eq!(rotation("Secret/web/token="), pair("Secret/web/token", ""));
        assert!(rotation("=1").is_err() && rotation("Secret/web/token").is_err());
    }

    #[test]
    fn a_part_without_name_or_value_is_refused() {
        for text in ["", "a", "=1", "a=1,b", "a=1,,b=2", r"a\=1"] {
            assert!(split(text).is_err(), "for {text:?}");
        }
    }
}
