#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use super::*;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

/// The text of the run that holds these bytes.
fn run_with(text: &str, bytes: &[u8]) -> Run {
    let runs = base64_runs(text).into_iter();
    runs.filter(|run| run.decoded.windows(bytes.len()).any(|w| w == bytes))
        .min_by_key(|run| run.span.len())
        .unwrap()
}

/// The text of the run that holds these bytes.
fn text_with<'t>(text: &'t str, bytes: &[u8]) -> &'t str {
    &text[run_with(text, bytes).span]
}

fn wrap(text: &str, width: usize, separator: &str) -> String {
    let lines: Vec<_> = text.as_bytes().chunks(width).collect();
    let lines: Vec<_> = lines
        .iter()
        .map(|l| std::str::from_utf8(l).unwrap())
        .collect();
    lines.join(separator)
}

#[test]
fn finds_it_between_other_text() {
    let cases = [
        "Basic c2VjcmV0IHRva2VuIQ==",
        "TOKEN=c2VjcmV0IHRva2VuIQ==",
        "\"c2VjcmV0IHRva2VuIQ==\"",
        r#"{\"auth\":\"c2VjcmV0IHRva2VuIQ==\"}"#,
        r"first\nc2VjcmV0IHRva2VuIQ==\nlast",
        "a: c2VjcmV0IHRva2VuIQ\nb",
        "key-c2VjcmV0IHRva2VuIQ==",
        "path/to_c2VjcmV0IHRva2VuIQ",
    ];
    for case in cases {
        let run = text_with(case, b"secret token!");
        assert!(run.contains("c2VjcmV0IHRva2VuIQ"), "{case}: {run}");
    }
}

#[test]
fn knows_both_alphabets() {
    for text in ["--_--_8", "++/++/8="] {
        let bytes = [0xfb, 0xef, 0xfe, 0xfb, 0xff];
        assert_eq!(text_with(text, &bytes), text);
    }
}

#[test]
fn joins_the_lines_of_one_text() {
    let bytes: Vec<u8> = (0..100).collect();
    let encoded = STANDARD.encode(&bytes);
    for separator in ["\n    ", "\n", "\r\n  ", r"\n", r"\\n", r"\r\n"] {
        for width in [64, 76, 60, 20, 50, 75] {
            let wrapped = wrap(&encoded, width, separator);
            let text = format!("x: |\n    {wrapped}\n  y");
            assert_eq!(text_with(&text, &bytes), wrapped, "{width} {separator:?}");
        }
    }
}

#[test]
fn does_not_join_what_is_not_one_text() {
    let spans = |text: &str| -> Vec<String> {
        let runs = base64_runs(text);
        runs.iter()
            .map(|run| text[run.span.clone()].to_owned())
            .collect()
    };
    assert_eq!(spans("abcd\nabcdefgh"), ["abcd", "abcdefgh"]);
    assert_eq!(spans("YWI=\nYWI="), ["YWI=", "YWI="]);
    assert_eq!(spans("abcdefgh\n\nabcdefgh"), ["abcdefgh", "abcdefgh"]);
    assert_eq!(spans("abcdefgh: abcdefgh"), ["abcdefgh", "abcdefgh"]);
    let two = STANDARD.encode("one of two, two of two!!");
    let wrapped = wrap(&two, 16, "\n  ");
    assert_eq!(
        spans(&format!("{wrapped}\n ijklmnop")),
        [&*wrapped, "ijklmnop"]
    );
    // Together these are no text, so each may be one: a word above what was encoded.
    assert_eq!(
        spans("abcdefgh\n  abcdefgh\n ijklmnop"),
        ["abcdefgh", "abcdefgh\n  abcdefgh", "abcdefgh", "ijklmnop"]
    );
    // 22 characters are 16 bytes, and also a width: both readings.
    let line = "AAAAAAAAAAAAAAAAAAAAAA";
    let two = format!("{line}\n{line}");
    assert_eq!(spans(&two), [line, &two, line]);
    assert_eq!(spans("abc"), [""; 0]);
    assert_eq!(spans(r"\nabc \"), [""; 0]);
}

#[test]
fn a_cut_run_holds_its_whole_bytes() {
    let bytes = b"0123456789abcdef";
    let whole = STANDARD.encode(bytes);
    for length in 4..22 {
        let run = base64_runs(&whole[..length]).remove(0);
        assert_eq!(run.span, 0..length);
        assert_eq!(run.decoded, bytes[..length * 6 / 8]);
    }
}

#[test]
fn debug_output_has_no_bytes() {
    let run = base64_runs("czNjcmV0czNjcmV0").remove(0);
    assert!(!format!("{run:?}").contains("115"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn runs_lie_in_the_text(
        text in r#"([A-Za-z0-9+/_=-]{0,30}|[ \\"':\n]|\\n|\n  |é){0,12}"#
    ) {
        for run in base64_runs(&text) {
            prop_assert!(text.get(run.span.clone()).is_some());
            prop_assert!(run.decoded.len() * 4 <= run.span.len() * 3);
        }
    }

    #[test]
    fn finds_what_was_encoded(
        bytes in proptest::collection::vec(any::<u8>(), 3..200),
        padded: bool,
        url_safe: bool,
        width in 5usize..25,
        separator in prop_oneof![Just("\n"), Just("\n      "), Just("\\n")],
        tail in "[^A-Za-z0-9+/=_-]?",
    ) {
        let engine = match (padded, url_safe) {
            (true, false) => &STANDARD,
            (false, false) => &STANDARD_NO_PAD,
            (true, true) => &base64::engine::general_purpose::URL_SAFE,
            (false, true) => &URL_SAFE_NO_PAD,
        };
        let encoded = wrap(&engine.encode(&bytes), width * 4, separator);
        let text = format!("{encoded}{tail}");
        let runs = base64_runs(&text);
        prop_assert!(runs.iter().any(|run| run.decoded == bytes && run.span == (0..encoded.len())));
    }
}
