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

fn replaced(text: &str, old: &[u8], new: &[u8]) -> String {
    let run = run_with(text, old);
    let before = run
        .decoded
        .windows(old.len())
        .position(|w| w == old)
        .unwrap();
    let mut bytes = run.decoded.clone();
    bytes.splice(before..before + old.len(), new.iter().copied());
    let mut text = text.to_owned();
    text.replace_range(run.span.clone(), &run.encode(&bytes));
    text
}

#[test]
fn finds_it_between_other_text() {
    // "secret token!" and "another one!!"
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
        let new = replaced(case, b"secret token!", b"another one!!");
        let expected = case.replace("c2VjcmV0IHRva2VuIQ", "YW5vdGhlciBvbmUhIQ");
        assert_eq!(new, expected);
    }
}

#[test]
fn keeps_the_alphabet() {
    let run = run_with("--_--_8", &[0xfb, 0xef, 0xfe, 0xfb, 0xff]);
    assert_eq!(run.alphabet, Base64Alphabet::UrlSafe);
    assert_eq!(run.encode(&[0xff, 0xff, 0xff, 0xff, 0xff]), "______8");
    let run = run_with("++/++/8=", &[0xfb, 0xef, 0xfe, 0xfb, 0xff]);
    assert_eq!(run.encode(&[0xff; 5]), "//////8=");
}

#[test]
fn keeps_the_wrapping() {
    let bytes: Vec<u8> = (0..100).collect();
    let new: Vec<u8> = (100..200).collect();
    let (old_text, new_text) = (STANDARD.encode(&bytes), STANDARD.encode(&new));
    let wrap = |text: &str, width: usize, separator: &str| {
        let lines: Vec<_> = text.as_bytes().chunks(width).collect();
        let lines: Vec<_> = lines
            .iter()
            .map(|l| std::str::from_utf8(l).unwrap())
            .collect();
        lines.join(separator)
    };
    for separator in ["\n    ", "\n", "\r\n  ", r"\n", r"\\n", r"\r\n"] {
        for width in [64, 76, 60, 20, 50, 75] {
            let text = format!("x: |\n    {}\n  y", wrap(&old_text, width, separator));
            let expected = format!("x: |\n    {}\n  y", wrap(&new_text, width, separator));
            let new = replaced(&text, &bytes, &new);
            assert_eq!(new, expected, "{width} {separator:?}");
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
    assert_eq!(
        spans("abcdefgh\n  abcdefgh\n ijklmnop"),
        ["abcdefgh\n  abcdefgh", "ijklmnop"]
    );
    // 22 characters are 16 bytes, and also a width: both readings.
    let line = "AAAAAAAAAAAAAAAAAAAAAA";
    let two = format!("{line}\n{line}");
    assert_eq!(spans(&two), [line, &two, line]);
    assert_eq!(spans("abc"), [""; 0]);
    assert_eq!(spans(r"\nabc \"), [""; 0]);
}

#[test]
fn a_cut_run_keeps_its_length() {
    let whole = STANDARD.encode("0123456789abcdef");
    let new = STANDARD.encode("fedcba9876543210");
    for length in 4..22 {
        let text = &whole[..length];
        let run = base64_runs(text).remove(0);
        assert_eq!(run.encode(&run.decoded), text);
        assert_eq!(run.encode_cut(b"fedcba9876543210"), &new[..length]);
    }
    assert!(base64_runs("MDEyM").remove(0).truncated);
    assert!(base64_runs("MDEyMz").remove(0).truncated);
    assert!(!base64_runs("MDEyMw").remove(0).truncated);
}

#[test]
fn debug_output_has_no_bytes() {
    let run = base64_runs("czNjcmV0czNjcmV0").remove(0);
    assert!(!format!("{run:?}").contains("115"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn encoding_what_was_decoded_changes_nothing(
        text in r#"([A-Za-z0-9+/_=-]{0,30}|[ \\"':\n]|\\n|\n  |é){0,12}"#
    ) {
        for run in base64_runs(&text) {
            prop_assert_eq!(run.encode(&run.decoded), &text[run.span.clone()]);
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
        let wrap = Wrap { width: width * 4, separator: separator.to_owned() };
        let encoded = wrap.apply(&engine.encode(&bytes));
        let text = format!("{encoded}{tail}");
        let runs = base64_runs(&text);
        prop_assert!(runs.iter().any(|run| run.decoded == bytes && run.span == (0..encoded.len())));
    }
}

#[test]
fn text_in_base64_is_told_from_words() {
    let standard = base64::engine::general_purpose::STANDARD;
    for text in [
        "seven77",
        "user:password",
        "{\"a\": 1}\n",
        "a longer text, with signs",
    ] {
        let once = standard.encode(text);
        let twice = standard.encode(&once);
        for encoded in [&once, &twice] {
            assert!(may_hold_base64_text(&format!("x: {encoded}\n")), "{text}");
            assert!(may_hold_base64_text(&format!("app-{encoded}")), "{text}");
        }
    }
    for text in [
        "description: preferredDuringSchedulingIgnoredDuringExecution of a CustomResourceDefinition",
        "x-kubernetes-preserve-unknown-fields: additionalProperties",
        "aGVsbG8=",
    ] {
        assert!(!may_hold_base64_text(text), "{text}");
    }
}
