//! What helm says, fit for a message: in one line, and with no secret in it.
//!
//! Helm repeats addresses as they stand in a chart, with user and password, and what servers answer. Known secrets are
//! hidden wherever they stand; what only looks like one is hidden by its form.

use crate::unseen::is_unseen;

/// Stands where a secret stood.
const HIDDEN: &str = "***";

/// The longest message, in characters.
const LONGEST: usize = 800;

/// The shortest text that is hidden wherever it stands: a shorter one stands in other words too.
const SHORTEST_SECRET: usize = 4;

/// What is secret behind `=` or `:`.
const SECRET_KEYS: [&str; 6] = [
    "token",
    "password",
    "passwd",
    "secret",
    "api_key",
    "signature",
];

/// `text` in one line, without `secrets` and without what looks like one.
pub(super) fn fit(text: &str, secrets: &[String]) -> String {
    let mut secrets: Vec<&str> = secrets
        .iter()
        .map(String::as_str)
        .filter(|secret| secret.len() >= SHORTEST_SECRET)
        .collect();
    // A longer one may hold a shorter one.
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    let mut text = text.to_owned();
    for secret in secrets {
        text = text.replace(secret, HIDDEN);
    }
    let visible: String = text
        .chars()
        .map(|c| if is_unseen(c) { ' ' } else { c })
        .collect();

    let mut line = String::new();
    let mut before = "";
    for word in visible.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        if announces_secret(before) && looks_random(word) {
            line.push_str(HIDDEN);
        } else {
            line.push_str(&without_assigned(&without_credentials(word)));
        }
        before = word;
    }
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// The part `user:password` of an address, if it has one; also where the password holds what an address cannot.
pub(super) fn user_info(address: &str) -> Option<&str> {
    let (_, rest) = address.split_once("://")?;
    let authority = rest.split(['/', '?', '#', '"']).next().unwrap_or_default();
    if let Some(at) = authority.rfind('@') {
        return rest.get(..at);
    }
    // `user:pass/word@host`: what stands behind the colon is no port.
    let (_, port) = authority.rsplit_once(':')?;
    if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    rest.get(..rest.rfind('@')?)
}

/// The addresses in `word` without user and password, and without the query, which can be signed.
fn without_credentials(word: &str) -> String {
    let mut word = word.to_owned();
    let starts: Vec<usize> = word.match_indices("://").map(|(at, _)| at).collect();
    let mut end = word.len();
    for start in starts.into_iter().rev() {
        let info = user_info(&word[start..end]).map_or(0, str::len);
        if info > 0 {
            word.replace_range(start + 3..start + 3 + info, HIDDEN);
        }
        end = start;
    }
    // The name that a repository gets from its address has `-` in the place of each `/`.
    if let (Some(start), Some(at)) = (word.find(":--"), word.rfind('@'))
        && start + 3 < at
    {
        word.replace_range(start + 3..at, HIDDEN);
    }
    // Go repeats a port that is none, and that is a part of a password.
    if word.starts_with("\":") && word.ends_with('"') && word.len() > 3 {
        return format!("\":{HIDDEN}\"");
    }
    if let Some(scheme) = word.find("://")
        && let Some(query) = word[scheme..].find('?').map(|at| scheme + at + 1)
    {
        let end = word[query..]
            .find('"')
            .map_or(word.len(), |length| query + length);
        if query < end {
            word.replace_range(query..end, HIDDEN);
        }
    }
    word
}

/// `word` without what it assigns to a secret's key: `token=…`, `"password":"…"`.
fn without_assigned(word: &str) -> String {
    // Of the same length in bytes as `word`.
    let lower = word.to_ascii_lowercase();
    let assigned = SECRET_KEYS.iter().filter_map(|key| {
        let behind = lower.find(key)? + key.len();
        let sign = behind + lower[behind..].find(|c| !matches!(c, '"' | '\'' | '\\'))?;
        let is_assigned = lower[sign..].starts_with(['=', ':']) && sign + 1 < lower.len();
        is_assigned.then_some(sign + 1)
    });
    match assigned.min() {
        Some(value) if !word[value..].starts_with("//") => format!("{}{HIDDEN}", &word[..value]),
        _ => word.to_owned(),
    }
}

/// Whether a secret may follow this word.
fn announces_secret(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    let bare = word.trim_matches(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    matches!(bare, "basic" | "bearer") || SECRET_KEYS.iter().any(|key| bare.ends_with(key))
}

/// Whether it is no word of a language.
fn looks_random(word: &str) -> bool {
    word.len() >= 8
        && word
            .bytes()
            .any(|b| b.is_ascii_digit() || b.is_ascii_uppercase() || b == b'=')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn addresses_lose_what_is_secret() {
        for (said, wanted) in [
            (
                "failed to fetch http://bot:hush@h.example:80/index.yaml : 401 Unauthorized",
                "failed to fetch http://***@h.example:80/index.yaml : 401 Unauthorized",
            ),
            (
                "Get \"https://hush@h/i\": no such host",
                "Get \"https://***@h/i\": no such host",
            ),
            ("oci://bot:hu@sh@h/charts", "oci://***@h/charts"),
            (
                "http://bot:hush@h,http://h,https://hush@h/x",
                "http://***@h,http://h,https://***@h/x",
            ),
            (
                "parse \"http://bot:hu/sh@h\": invalid port \":hu\" after host",
                "parse \"http://***@h\": invalid port \":***\" after host",
            ),
            (
                "no cached repository for https:--bot:hush@h-charts found",
                "no cached repository for https:--***@h-charts found",
            ),
            (
                "could not download https://h/a.tgz?X-Amz-Signature=hush: 403",
                "could not download https://h/a.tgz?*** 403",
            ),
            (
                "Get \"https://h/a.tgz?sig=hush\": EOF",
                "Get \"https://h/a.tgz?***\": EOF",
            ),
        ] {
            assert_eq!(fit(said, &[]), wanted);
        }
    }

    #[test]
    fn what_is_no_secret_stays() {
        for said in [
            "Get \"http://127.0.0.1:1/index.yaml\": dial tcp 127.0.0.1:1: connect: connection refused",
            "credential required for basic auth",
            "basic credential not found",
            "error getting token: unexpected status",
            "https://h/charts@2/index.yaml is not a chart, x@y",
            "lookup h on 10.0.0.1:53: no such host",
        ] {
            assert_eq!(fit(said, &[]), said);
        }
    }

    #[test]
    fn headers_and_fields_lose_their_value() {
        for said in [
            "Authorization: Basic dXNlcjpodXNo=",
            "bearer eyJhbGciOiJIUzI1NiJ9.dXNlcjpodXNo=",
            "{\"access_token\":\"dXNlcjpodXNo=\"}",
            "password=dXNlcjpodXNo=",
            "token: dXNlcjpodXNo=",
        ] {
            let shown = fit(said, &[]);
            assert!(!shown.contains("dXNlcjpodXNo"), "{shown}");
            assert!(shown.contains(HIDDEN), "{shown}");
        }
    }

    #[test]
    fn known_secrets_are_hidden_anywhere_and_the_longest_first() {
        let secrets = ["hush".to_owned(), "hush-hush".to_owned(), "a".to_owned()];
        assert_eq!(
            fit("a hush-hush server says hush", &secrets),
            "a *** server says ***"
        );
    }

    #[test]
    fn it_is_one_line_that_a_terminal_can_show() {
        assert_eq!(fit("a\n\tb\u{1b}[31mc\r\u{202e}d\0", &[]), "a b [31mc d");
        let long = fit(&"ä".repeat(5000), &[]);
        assert_eq!(long.chars().count(), LONGEST + 1);
    }

    #[test]
    fn user_info_is_found_in_odd_addresses_too() {
        for (address, wanted) in [
            ("http://a:b@h/x", Some("a:b")),
            ("http://a:b/c?d@h/x", Some("a:b/c?d")),
            ("http://a:b://c@h", Some("a:b://c")),
            ("http://h:80/x@y", None),
            ("http://h/x", None),
            ("h", None),
        ] {
            assert_eq!(user_info(address), wanted, "{address}");
        }
    }
}
