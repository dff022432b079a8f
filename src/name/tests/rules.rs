//! Which rule names a call, and how.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::builder::{certificate, secret, secret_name, stage, text};
use crate::chart::site::SiteId;
use crate::log::{Argument, CallId};
use crate::name::Rule;

const PASSWORD: &str = "Xk29dkqPw81LmZaq";
const OTHER: &str = "Pq81mz0Lw2Ts7YrB";

#[test]
fn a_value_goes_by_its_place() {
    let mut own = stage(&secret("db", "password", PASSWORD));
    own.random(PASSWORD);
    let expected = secret_name("db", "password", "", "randAlphaNum", 0);
    assert_eq!(own.shown(), [(Rule::Own, expected.clone())]);
    let place = &own.names()[0].places[0];
    assert_eq!(
        (place.kind.as_str(), place.path.as_str()),
        ("Secret", "data.password")
    );

    // `data` is `stringData` in base64.
    own.yaml = own.yaml.replace("stringData", "data");
    own.yaml = own.yaml.replace(PASSWORD, &STANDARD.encode(PASSWORD));
    assert_eq!(own.shown(), [(Rule::Own, expected)]);
}

#[test]
fn encodings_do_not_hide_a_value() {
    let json = format!(r#"{{"auths":{{"reg":{{"password":"{PASSWORD}"}}}}}}"#);
    for (value, word) in [
        (format!("config = {json}"), "password"),
        (format!("Basic {}", STANDARD.encode(PASSWORD)), "Basic"),
        (STANDARD.encode(format!("me:{PASSWORD}")), "me"),
        (format!("postgres://me:{PASSWORD}@db/x"), "me"),
    ] {
        let mut it = stage(&secret("db", "k", &value));
        it.random(PASSWORD);
        let expected = secret_name("db", "k", word, "randAlphaNum", 0);
        assert_eq!(it.shown(), [(Rule::Own, expected)], "{value}");
    }
    for value in [
        json.clone(),
        STANDARD.encode(&json),
        STANDARD.encode(STANDARD.encode(&json)),
    ] {
        let mut it = stage(&secret("db", "k", &value));
        it.random(PASSWORD);
        let expected = "place||Secret||db|0|5|data|k|auths|reg|password|value||randAlphaNum|0";
        assert_eq!(it.shown(), [(Rule::Own, expected.to_owned())], "{value}");
    }
    // Symbols in JSON, percent-encoding, and a key in indented lines.
    for (value, shown) in [
        ("a<b&\"c\\dEfGh", r#"{"p":"a\u003cb\u0026\"c\\dEfGh"}"#),
        ("a+b/cdef=Qw12x", "amqp://u:a%2Bb%2Fcdef%3DQw12x@h"),
    ] {
        let mut it = stage(&secret("db", "k", shown));
        it.call("randAscii", [Argument::Int(14)], value);
        assert_eq!(it.rules(), [Rule::Own], "{value}");
    }
    let pem = "-----BEGIN X-----\nMIIabcdef\nMIIghijkl\n-----END X-----\n";
    let indented = pem.replace('\n', "\n      ");
    let yaml = format!(
        "kind: ConfigMap\nmetadata: {{name: c}}\ndata:\n  k: |\n    key: |\n      {indented}\n"
    );
    let mut it = stage(&yaml);
    it.call("genPrivateKey", [text("rsa")], pem);
    assert_eq!(it.rules(), [Rule::Own]);
}

#[test]
fn short_values_are_words_and_shorter_ones_are_not_looked_for() {
    let mut it = stage(&secret("db", "k", "user-a1B2c-x, 4567, 123"));
    it.random("a1B2c");
    it.random("user");
    it.random("45");
    assert_eq!(it.rules(), [Rule::Own, Rule::Own, Rule::Path]);
    it.yaml = secret("db", "k", "usera1B2cx");
    assert_eq!(it.rules(), [Rule::Path, Rule::Path, Rule::Path]);
}

/// A strong password of small calls belongs to its place, however its helper is cut.
#[test]
fn small_calls_go_by_what_they_make() {
    let strong = "aB3$xYz9Qw12LkPq";
    let mut it = stage(&secret("db", "password", strong));
    for (function, length) in [("randAlpha", 1), ("randNumeric", 1), ("randAlpha", 2)] {
        it.call(function, [Argument::Int(length)], "?");
    }
    it.call("randAlphaNum", [Argument::Int(12)], "not shown by itself");
    it.carrier(0..3, "aB3$")
        .carrier(0..4, &format!("{strong}\n"));
    let expected = |function, ordinal| {
        let name = secret_name("db", "password", "", function, ordinal);
        (Rule::Carrier, name)
    };
    assert_eq!(
        it.shown(),
        [
            expected("randAlpha", 0),
            expected("randNumeric", 0),
            expected("randAlpha", 1),
            expected("randAlphaNum", 0)
        ]
    );
    it.within(&[("app.password", 1)]);
    it.log.carriers.push(it.log.carriers[1].clone());
    assert_eq!(it.shown()[0], expected("randAlpha", 0));
}

/// `randAlphaNum 16 | replace "0" "x"`: whether the value has a 0 or not.
#[test]
fn an_altered_value_has_one_name() {
    let names = |value: &str, altered: &str| {
        let mut it = stage(&secret("db", "k", &format!("url pre-{altered}")));
        it.random(value);
        it.carrier(0..1, &format!("\"pre-{altered}\""));
        it.names()[0].name.clone()
    };
    assert_eq!(
        names(PASSWORD, PASSWORD),
        names("0k29dkqPw81LmZaq", "xk29dkqPw81LmZaq")
    );
}

#[test]
fn the_text_with_the_fewest_calls_is_the_best() {
    let url = format!("x://{PASSWORD}:{OTHER}@h");
    let config = format!("---\nkind: ConfigMap\nmetadata: {{name: c}}\ndata: {{p: {PASSWORD}}}\n");
    let mut it = stage(&(secret("db", "url", &url) + &config));
    it.random(PASSWORD);
    it.random(OTHER);
    it.carrier(0..2, &url);
    let shown = it.shown();
    assert_eq!(shown[0].1, secret_name("db", "url", "x", "randAlphaNum", 0));
    // What stands before the second one was generated, and is no word.
    assert_eq!(shown[1].1, secret_name("db", "url", "x", "randAlphaNum", 1));
    assert_eq!(it.names()[0].places.len(), 2);
}

#[test]
fn a_secret_before_an_environment_before_others() {
    let pod = format!(
        "---\nkind: Deployment\nmetadata: {{name: a}}\nspec:\n  containers:\n  - name: c\n    env:\n    - {{name: P, value: {PASSWORD}}}\n    args: [{PASSWORD}]\n"
    );
    let part = secret("a-longer-name", "k", &format!("p {PASSWORD}"));
    let whole = secret("the-longest-name", "k", PASSWORD);
    let mut it = stage(&(pod + &part + &whole));
    it.random(PASSWORD);
    let places: Vec<String> = it.names()[0]
        .places
        .iter()
        .map(|it| it.name.clone() + " " + &it.path)
        .collect();
    assert_eq!(
        places,
        [
            "the-longest-name data.k",
            "a-longer-name data.k",
            "a spec.containers[name=c].env[name=P].value",
            "a spec.containers[name=c].args[0]"
        ]
    );
}

#[test]
fn a_certificate_goes_by_its_texts_and_its_issuer_by_what_it_signed() {
    let (ca, cert) = (
        "-----BEGIN CERTIFICATE-----\nCA\n",
        "-----BEGIN CERTIFICATE-----\nLEAF\n",
    );
    let yaml = format!(
        "kind: Secret\nmetadata: {{name: tls}}\ndata:\n  tls.crt: {}\n  tls.key: {}\n",
        STANDARD.encode(cert),
        STANDARD.encode("KEY OF LEAF\n")
    );
    let mut it = stage(&yaml);
    let issuer = certificate(ca, "KEY OF CA\n");
    let passed = Argument::Json(serde_json::from_str(&issuer).unwrap());
    it.call("genCA", [text("ca"), Argument::Int(9)], &issuer);
    it.call(
        "genCA",
        [text("other"), Argument::Int(9)],
        &certificate("OTHER", "K"),
    );
    it.call(
        "genSignedCert",
        [text("cn"), passed],
        &certificate(cert, "KEY OF LEAF\n"),
    );
    let shown = it.shown();
    let place = "|Secret||tls|0|2|data|tls.crt|value||";
    assert_eq!(shown[0], (Rule::WentInto, format!("into|{place}genCA|0")));
    assert_eq!(shown[1].0, Rule::Path);
    assert_eq!(
        shown[2],
        (Rule::Own, format!("place|{place}genSignedCert|0"))
    );
    assert_eq!(it.names()[0].places, it.names()[2].places[..1]);
}

#[test]
fn a_certificate_belongs_to_the_secret_that_has_its_key() {
    let tls = |name: &str, ca: &str, key: &str| {
        format!(
            "---\nkind: Secret\nmetadata: {{name: {name}}}\nstringData: {{ca.crt: {ca}, key: {key}}}\n"
        )
    };
    let named = |more: &str| {
        let yaml =
            tls("root-ca", "CACERTIFICATE", "CAKEY") + &tls("b", "CACERTIFICATE", "x") + more;
        let mut it = stage(&yaml);
        it.call("genCA", [], &certificate("CACERTIFICATE", "CAKEY"));
        it.shown()[0].1.clone()
    };
    let alone = named("");
    assert!(alone.contains("|root-ca|0|2|data|ca.crt|"), "{alone}");
    assert_eq!(named(&tls("a", "CACERTIFICATE", "y")), alone);
    // A part of a text is worse than all of one.
    assert_eq!(named(&tls("c", "y", "CACERTIFICATE-CAKEY")), alone);
}

/// `buildCustomCert` between a CA and what it signs, and a password through two calls.
#[test]
fn what_it_went_into_goes_on() {
    let leaf = certificate("LEAF CERTIFICATE", "LEAF KEY");
    let mut it = stage(
        &(secret("tls", "crt", "LEAF CERTIFICATE") + &secret("web", "auth", "me:$2a$10$abcdefgh")),
    );
    let ca = certificate("CA CERTIFICATE", "CA KEY");
    let encoded = ["CA CERTIFICATE", "CA KEY"].map(|it| text(&STANDARD.encode(it)));
    it.call("genCA", [], &ca);
    it.call("buildCustomCert", encoded, &ca);
    it.call(
        "genSignedCert",
        [Argument::Json(serde_json::from_str(&ca).unwrap())],
        &leaf,
    );
    it.random(PASSWORD);
    let shuffled: String = PASSWORD.chars().rev().collect();
    it.call("shuffle", [text(PASSWORD)], &shuffled);
    // A short one is found as all of an argument, and an altered one by its carrier.
    it.random("pQr");
    it.random("0123456789aBcDeF");
    it.carrier(6..7, "x123456789aBcDeF");
    it.call(
        "htpasswd",
        [text("pQr"), text(&format!("{shuffled}+x123456789aBcDeF"))],
        "me:$2a$10$abcdefgh",
    );
    use Rule::{Own, WentInto};
    assert_eq!(
        it.rules(),
        [
            WentInto, WentInto, Own, WentInto, WentInto, WentInto, WentInto, Own
        ]
    );
    let shown = it.shown();
    assert!(shown[0].1.ends_with("crt|value||genCA|0"));
    assert!(shown[6].1.starts_with("into||Secret||web|") && shown[6].1.ends_with("randAlphaNum|2"));
}

#[test]
fn what_ran_later_did_not_go_in() {
    let mut it = stage(&secret("web", "auth", "me:$2a$10$abcdefgh"));
    it.call(
        "htpasswd",
        [text("me"), text(PASSWORD)],
        "me:$2a$10$abcdefgh",
    );
    it.random(PASSWORD);
    assert_eq!(it.rules(), [Rule::Own, Rule::Path]);
}

#[test]
fn a_double_has_the_name_of_the_one_that_is_seen() {
    let mut it = stage(&secret("db", "k", PASSWORD));
    it.within(&[("app.secret", 1), ("app.password", 1)])
        .random(PASSWORD);
    it.within(&[("app.secret", 2), ("app.password", 1)]);
    it.call_of(SiteId(0), 1, [Argument::Int(16)], OTHER);
    // Another turn, another way inside, no define at all.
    it.call_of(SiteId(0), 2, [Argument::Int(16)], OTHER);
    it.within(&[("app.secret", 1), ("app.password", 2)]);
    it.call_of(SiteId(0), 1, [Argument::Int(16)], OTHER);
    it.within(&[])
        .call_of(SiteId(0), 1, [Argument::Int(16)], OTHER);
    use Rule::{Double, Own, Path};
    // What comes of it otherwise, nobody knows.
    assert_eq!(it.rules(), [Own, Path, Path, Path, Path]);
    it.digest(1..5, &"a".repeat(64));
    assert_eq!(it.rules(), [Own, Double, Path, Path, Path]);
    let named = it.names();
    assert_eq!(named[0].name, named[1].name);
    assert_eq!(named[0].places, named[1].places);
    // It shares the path of one that must go by its path.
    let named = it.names_but(&[CallId(0)]);
    assert_eq!((named[0].rule, named[1].rule), (Path, Double));
    assert_eq!(named[0].name, named[1].name);

    // Two are seen: whose double is it?
    it.yaml += &secret("db2", "k", "aaaaBBBBccccDDDD");
    it.within(&[("app.secret", 3), ("app.password", 1)]);
    it.call_of(SiteId(0), 1, [Argument::Int(16)], "aaaaBBBBccccDDDD");
    assert_eq!(it.rules(), [Own, Path, Path, Path, Path, Own]);
}

/// What a library generates for one chart is not what it generates for another.
#[test]
fn a_double_is_of_the_same_chart() {
    let mut it = stage(&secret("db", "k", PASSWORD));
    it.within(&[("lib.rand", 1)]).random(PASSWORD);
    it.call_of(SiteId(0), 1, [Argument::Int(16)], OTHER);
    it.call_of(SiteId(0), 1, [Argument::Int(16)], OTHER);
    it.digest(1..3, &"a".repeat(64));
    for (call, root) in [
        "db/templates/s.yaml",
        "web/templates/c.yaml",
        "db/templates/c.yaml",
    ]
    .iter()
    .enumerate()
    {
        it.log.calls[call].path.root = format!("app/charts/{root}");
    }
    assert_eq!(it.rules(), [Rule::Own, Rule::Path, Rule::Double]);
}

/// A CA that is not printed has a double, too.
#[test]
fn what_went_into_a_double_is_one() {
    let ca = certificate("CA CERTIFICATE", "CA KEY");
    let passed = || [Argument::Json(serde_json::from_str(&ca).unwrap())];
    let mut it = stage(&secret("tls", "crt", "LEAF CERTIFICATE"));
    it.within(&[("tls", 1)]);
    it.call("genCA", [], &ca);
    it.call(
        "genSignedCert",
        passed(),
        &certificate("LEAF CERTIFICATE", "LEAF KEY"),
    );
    it.within(&[("tls", 2)]);
    it.call_of(SiteId(0), 1, [], &certificate("CA TWO", "CA KEY TWO"));
    it.call_of(SiteId(1), 1, [], &certificate("LEAF TWO", "LEAF KEY TWO"));
    it.digest(2..4, &"a".repeat(64));
    use Rule::{Double, Own, WentInto};
    assert_eq!(it.rules(), [WentInto, Own, Double, Double]);
}

#[test]
fn digests_in_secrets_are_sightings_and_elsewhere_the_last_places() {
    let digest = "0f343b0931126a20f133d67c2b018a3b";
    let annotated =
        format!("---\nkind: Deployment\nmetadata:\n  name: a\n  annotations: {{sum: {digest}}}\n");
    let mut it = stage(&secret("db", "k", digest));
    it.random(PASSWORD);
    it.digest(0..1, digest);
    assert_eq!(
        it.shown(),
        [(Rule::Carrier, secret_name("db", "k", "", "randAlphaNum", 0))]
    );
    it.yaml = annotated;
    let shown = it.shown();
    assert_eq!(shown[0].0, Rule::Carrier);
    assert!(shown[0].1.starts_with("digest||Deployment||a|"));
    // But first it is a double.
    it.log.calls[0].path.includes = [("d".to_owned(), 1)].into();
    it.within(&[("d", 2)])
        .call_of(SiteId(0), 1, [Argument::Int(16)], OTHER);
    it.yaml += &secret("db", "k", OTHER);
    assert_eq!(it.rules(), [Rule::Double, Rule::Own]);
    // And it stays one when it has been given the same value.
    let before = it.shown();
    it.log.calls[0].given = OTHER.to_owned().into();
    assert_ne!(it.rules(), [Rule::Double, Rule::Own]);
    it.doubles.insert(it.log.calls[0].key.clone());
    assert_eq!(it.shown(), before);
}

#[test]
fn the_rest_goes_by_its_path() {
    let mut it = stage("");
    it.within(&[("a.b", 1), ("c", 3)]);
    it.call("randInt", [Argument::Int(0), Argument::Int(9)], "4");
    it.call_of(SiteId(0), 2, [Argument::Int(0), Argument::Int(9)], "4");
    let way = r#"path|["app/templates/a.yaml",[["a.b",1],["c",3]],["app","templates/a.yaml","randInt",0]"#;
    assert_eq!(
        it.shown(),
        [
            (Rule::Path, format!("{way},1]|0")),
            (Rule::Path, format!("{way},2]|0"))
        ]
    );
}

/// Who must go by its path keeps its number at its place.
#[test]
fn others_keep_their_names() {
    let mut it = stage(&secret("db", "k", &format!("{PASSWORD}{OTHER}")));
    it.call("randAlphaNum", [Argument::Int(3)], "?");
    it.call("randAlphaNum", [Argument::Int(29)], "?");
    it.carrier(0..2, &format!("{PASSWORD}{OTHER}"));
    let named = it.names_but(&[CallId(0)]);
    assert_eq!(named[0].rule, Rule::Path);
    assert_eq!(named[1], it.names()[1]);
    assert_eq!(named[1].name.0.last().map(String::as_str), Some("1"));
}

#[test]
fn the_clock_is_not_seen() {
    let mut it = stage(&secret("db", "at", "2026-11-26 00:00:00 and more"));
    it.call("now", [], "1795651200");
    it.random(PASSWORD);
    it.carrier(0..2, "2026-11-26 00:00:00 and more");
    assert_eq!(it.rules(), [Rule::Path, Rule::Carrier]);
    assert!(it.names()[0].places.is_empty());
}
