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
