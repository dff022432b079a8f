//! Large logs and texts cost what their size costs.

use std::time::{Duration, Instant};

use super::builder::{Stage, certificate, secret, stage, text};
use crate::chart::site::SiteId;
use crate::log::{Argument, CallId};
use crate::name::Rule;

/// A value of 16 characters that no other number has.
fn value(number: usize) -> String {
    format!("v{:015}", number * 7_919)
}

fn is_fast(what: &str, it: &Stage) -> Vec<Rule> {
    let start = Instant::now();
    let rules = it.rules();
    let took = start.elapsed();
    if std::env::var_os("SHOW_TIMES").is_some() {
        println!("{what}: {took:?}");
    }
    // Generous: a machine that does much else, and no optimisation.
    assert!(took < Duration::from_secs(5), "{what}: {took:?}");
    rules
}

#[test]
fn one_value_many_times() {
    let mut it = stage(&secret("a", "k", &"v000000000000000-".repeat(20_000)));
    it.random("v000000000000000");
    assert_eq!(is_fast("20,000 times", &it), [Rule::Own]);
}

#[test]
fn many_calls() {
    let mut it = stage("");
    it.within(&[("h", 1)]).random(&value(0));
    for number in 1..4_000 {
        it.call_of(
            SiteId(0),
            number as u32 + 1,
            [Argument::Int(16)],
            &value(number),
        );
    }
    it.yaml = "kind: Secret\nmetadata: {name: a}\nstringData:\n".to_owned();
    for number in 0..4_000 {
        it.kept(number..number + 1, &value(number));
        it.yaml += &format!("  k{number}: {}\n", value(number));
    }
    let all = (0..4_000).map(value).collect::<String>();
    it.carrier(0..4_000, &all);
    let rules = is_fast("4,000 calls", &it);
    assert!(rules.iter().all(|rule| *rule == Rule::Own));
}

/// A loop that adds a character to a variable at each turn.
#[test]
fn a_text_that_grows() {
    let mut it = stage("");
    let all: String = (0..4_000_usize)
        .map(|n| char::from(b'a' + (n * n % 23) as u8))
        .collect();
    it.call("randAlpha", [Argument::Int(1)], "a");
    for turn in 1..4_000 {
        it.call_of(SiteId(0), turn + 1, [Argument::Int(1)], "a");
    }
    for end in 1..=4_000 {
        it.carrier(0..end, &all[..end]);
    }
    it.yaml = secret("a", "k", &all) + &secret("b", "k", &format!("{all}{all}"));
    let rules = is_fast("a text that grows", &it);
    assert!(rules.iter().all(|rule| *rule == Rule::Carrier));
}

/// Texts that repeat themselves: each of their places may begin one of many others.
#[test]
fn texts_without_an_end() {
    let mut it = stage(&secret("a", "k", &"a".repeat(1_000_000)));
    for number in 0..200 {
        it.random(&format!("{}b", "a".repeat(1_000 * number + 40)));
    }
    let rules = is_fast("repeated letters", &it);
    assert!(rules.iter().all(|rule| *rule == Rule::Path));
}

#[test]
fn a_text_full_of_keys() {
    let pem = "-----BEGIN CERTIFICATE-----\nMIIDETCCAfmgAwIBAgIQ";
    let lines = format!("    {pem}\n")
        .replace("\nMII", "\n    MII")
        .repeat(60_000);
    let mut it = stage(&format!(
        "kind: ConfigMap\nmetadata: {{name: c}}\ndata:\n  k: |\n{lines}"
    ));
    for number in 0..100 {
        let cert = format!("{pem}{}", value(number));
        it.call(
            "genCA",
            [text("x")],
            &certificate(&cert, &format!("{cert}KEY")),
        );
    }
    is_fast("60,000 keys", &it);
}

#[test]
fn one_issuer_of_many_and_a_clock_everywhere() {
    let ca = certificate(&"C".repeat(2_000), &"K".repeat(2_000));
    let mut it = stage(&secret("a", "k", &value(7)));
    it.call("genCA", [], &ca);
    it.call("genSignedCert", [], &certificate(&value(0), "K"));
    let passed: serde_json::Value = serde_json::from_str(&ca).unwrap();
    for number in 1..1_000 {
        let passed = Argument::Json(passed.clone());
        it.call_of(
            SiteId(1),
            number + 1,
            [passed],
            &certificate(&value(number as usize), "K"),
        );
    }
    it.call("now", [], "1795651200");
    for turn in 0..50_000 {
        it.call_of(SiteId(2), turn + 2, [], "1795651200");
        let last = it.log.order.len();
        it.carrier(last - 1..last, "2026-11-26");
    }
    let rules = is_fast("1,000 certificates and a clock", &it);
    assert_eq!(
        (rules[0], rules[8], rules[5_000]),
        (Rule::WentInto, Rule::Own, Rule::Path)
    );
}

#[test]
fn long_documents_that_show_nothing() {
    let mut yaml = "kind: CustomResourceDefinition\nmetadata: {name: x}\nspec:\n".to_owned();
    for number in 0..10_000 {
        yaml += &format!(
            "  field{number}:\n    description: 'What a user may say of the field, and the kubernetes.io/docs about it.'\n    type: string\n"
        );
    }
    let mut it = stage(&yaml);
    it.random(&value(1));
    it.random("aB3d");
    is_fast("30,000 lines", &it);
}

#[test]
fn a_log_that_does_not_fit_together() {
    let mut it = stage(&secret("a", "k", &value(1)));
    it.random(&value(1));
    it.log.order.push(CallId(99));
    it.log.calls[0].site = SiteId(99);
    let reversed = std::ops::Range { start: 5, end: 2 };
    it.carrier(0..99, &value(1)).carrier(reversed, &value(1));
    assert_eq!(it.rules().len(), 1);
}
