//! What a message may show.

use crate::support::{Chart, Test, each_helm};

/// The chart prints its own value with `fail`, `required` or in broken YAML. The message that comes through is of plain
/// helm's render of the chart as it is: each time of another value, that is nobody's.
#[test]
fn a_charts_own_message_shows_no_value() {
    let token = regex::Regex::new("[A-Za-z0-9]{32}").unwrap();
    each_helm(|helm| {
        let chart = Chart::named("leaks");
        for (mode, says, shows) in [
            ("fail", "secret.yaml:3:4): the token TOKEN is refused", true),
            (
                "required",
                "secret.yaml:5:4): give a value instead of TOKEN",
                true,
            ),
            ("yaml", "secret.yaml", false),
            ("late", "secret.yaml:9:4", false),
        ] {
            println!("mode {mode}");
            let test = Test::new(helm, &chart).set("mode", mode);
            let both = [test.fail().stderr, test.fail().stderr];
            let shown = both
                .each_ref()
                .map(|said| token.find(said).map(|it| it.as_str()));
            assert_eq!(shown[0].is_some(), shows, "{}", both[0]);
            assert!(
                !shows || shown[0] != shown[1],
                "one seed, one value: {}",
                both[0]
            );
            let same = both.each_ref().map(|said| token.replace_all(said, "TOKEN"));
            assert_eq!(same[0], same[1]);
            assert!(same[0].contains(says), "{}", same[0]);
        }
        Test::new(helm, &chart).set("mode", "none").pinned();
    });
}

/// The chart fails with our clock only, so that plain helm has nothing to say; its words look like ours.
#[test]
fn a_message_that_looks_like_ours_is_not_repeated() {
    let template = "{{ $p := randAlphaNum 32 }}{{ if eq (now | date \"2006\") \"2024\" }}\
                    {{ fail (printf \"argocd-pin-plugin: %s\" $p) }}{{ end }}p: {{ $p }}\n";
    let chart = Chart::of(&[
        (
            "Chart.yaml",
            "{apiVersion: v2, name: app, version: 1.0.0}\n",
        ),
        ("templates/a.yaml", template),
    ]);
    let token = regex::Regex::new("[A-Za-z0-9]{32}").unwrap();
    each_helm(|helm| {
        let said = Test::new(helm, &chart).fail().stderr;
        assert!(said.contains("a rule of the chart refuses one"), "{said}");
        assert!(!token.is_match(&said), "{said}");
    });
}

/// What Sprig's types refuse is refused, in helm's own words: a literal, a number of another kind, a list of texts.
#[test]
fn arguments_of_certificates_that_helm_refuses() {
    each_helm(|helm| {
        for (call, says) in [
            ("genCA `x` 365.5", "expected integer; found 365.5"),
            ("genCA `x` (int64 365)", "expected int; got int64"),
            ("genCA `x` .Values.days", "expected int; got float64"),
            (
                "genCAWithKey `x` (int64 365) .Values.key",
                "expected int; got int64",
            ),
            (
                "genSelfSignedCert `x` nil nil (int64 365)",
                "expected int; got int64",
            ),
            (
                "genSelfSignedCert `x` (splitList `,` `10.0.0.1`) nil 365",
                "expected []interface {}; got []string",
            ),
            (
                "genSignedCert `x` nil (splitList `,` `a,b`) 365 (genCA `ca` 365)",
                "expected []interface {}; got []string",
            ),
            (
                "genSelfSignedCert `x` nil (list `a` 1) 365",
                "1 is not a string",
            ),
        ] {
            let chart = Chart::of(&[
                (
                    "templates/a.yaml",
                    &*format!("a: {{{{ ({call}).Cert | b64enc }}}}\n"),
                ),
                ("values.yaml", "days: 365\nkey: none\n"),
            ]);
            Test::new(helm, &chart).fail().assert_says(&[says]);
        }
    });
}
