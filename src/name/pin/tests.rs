#![allow(clippy::unwrap_used)]
use proptest::prelude::*;

use super::*;

fn pin(parts: &[&str]) -> Pin {
    Pin::of(&Name(parts.iter().map(|part| (*part).to_owned()).collect()))
}

fn place(kind: &str, path: &[&str], word: &str, number: &str) -> Pin {
    let length = path.len().to_string();
    let object = ["place", "", kind, "", "web", "0", &length];
    pin(&[&object, path, &["value", word, "randAlphaNum", number]].concat())
}

#[test]
fn a_name_reads_like_the_place() {
    for (pin, expected) in [
        (
            place("Secret", &["data", "token"], "", "0"),
            "Secret/web/token#randAlphaNum",
        ),
        (
            place("Secret", &["data", ".dockerconfigjson"], "auth", "1"),
            "Secret/web/.dockerconfigjson:auth#randAlphaNum.2",
        ),
        (
            place("Secret", &["metadata", "annotations", "a.b/c"], "", "0"),
            r##"Secret/web//metadata.annotations."a.b/c"#randAlphaNum"##,
        ),
        (
            place("X", &["env", "[name=PW]", "value"], "", "0"),
            "X/web/env[name=PW].value#randAlphaNum",
        ),
        (
            pin(&[
                "into",
                "apps",
                "Deployment",
                "other",
                "web-*",
                "1",
                "1",
                "k",
                "key",
                "",
                "genCA",
                "0",
            ]),
            "Deployment.apps/web-*@other~2/{k}<genCA",
        ),
        (
            pin(&[
                "job",
                "Job",
                "batch",
                "",
                "m-*",
                "0123456789abcdef01",
                "randAlpha",
                "0",
            ]),
            "Job.batch/m-*=0123456789abcdef#randAlpha",
        ),
        (
            pin(&[
                "path",
                r#"["a/templates/x.yaml",[["a.b",2]],["a","a.b","randInt",1],3]"#,
                "0",
            ]),
            "path:a/templates/x.yaml>a.b~2>a:a.b#randInt.2~3",
        ),
        (pin(&["moment", "k"]), r#"name:["moment","k"]"#),
    ] {
        assert_eq!(pin.text(), expected);
    }
    let token = place("Secret", &["data", "token"], "", "1");
    assert_eq!(token.place(), "Secret/web/token");
}

#[test]
fn patterns_mean_names_places_and_stars() {
    let pin = place("Secret", &["data", "token"], "", "1");
    for (pattern, expected) in [
        ("Secret/web/token#randAlphaNum.2", Some(Fit::Name)),
        ("Secret/web/token", Some(Fit::Place)),
        ("Secret/*/token", Some(Fit::Stars(14))),
        ("*", Some(Fit::Stars(1))),
        ("Secret/web/*#rand*", Some(Fit::Stars(18))),
        ("Secret/web/token#randAlphaNum", None),
        ("Secret/web/toke", None),
        ("Secret/*/tokens", None),
        ("*token*token*", None),
        ("", None),
    ] {
        assert_eq!(pin.fits(pattern), expected, "{pattern}");
    }
    let overlapping = |pattern| matches(pattern, "aba");
    assert!(overlapping("a*a") && overlapping("*b*") && !overlapping("ab*ba"));
}

/// Characters that mean something in a name come first.
fn part() -> impl Strategy<Value = String> {
    "[a./@~:#<%{}\"\\[\\]=*0 ]{0,3}"
}

fn name() -> impl Strategy<Value = Name> {
    let tag = prop_oneof![Just("place"), Just("into"), Just("digest")];
    let kind = prop_oneof![Just("Secret".to_owned()), part()];
    let step = prop_oneof![Just("data".to_owned()), part()];
    let object = (tag, part(), kind, part(), part(), 0..3_u8);
    let role = prop_oneof![Just("key"), Just("value")];
    let rest = (prop::collection::vec(step, 0..3), role, part(), 0..3_u8);
    (object, rest).prop_map(|(object, (path, role, word, number))| {
        let (tag, group, kind, namespace, name, ordinal) = object;
        let mut parts = vec![tag.to_owned(), group, kind, namespace, name];
        parts.extend([ordinal.to_string(), path.len().to_string()]);
        parts.extend(path);
        parts.extend([
            role.to_owned(),
            word,
            "randInt".to_owned(),
            number.to_string(),
        ]);
        Name(parts)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    /// Each field is tried against one that is nearly the same.
    #[test]
    fn two_names_never_read_the_same(one in name(), at in any::<prop::sample::Index>(), other in part()) {
        let mut changed = one.clone();
        // Group, kind, namespace, name; the path's steps; the word.
        let mut free: Vec<usize> = (1..5).chain(7..changed.0.len() - 4).collect();
        free.push(changed.0.len() - 3);
        let at = free[at.index(free.len())];
        changed.0[at] = other;
        prop_assert_eq!(one == changed, Pin::of(&one) == Pin::of(&changed));
    }

    #[test]
    fn nor_do_two_of_any_kind(one in name(), other in name()) {
        prop_assert_eq!(one == other, Pin::of(&one) == Pin::of(&other));
    }
}
