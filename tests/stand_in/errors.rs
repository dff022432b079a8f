//! Where a render fails, helm's own message and exit code are what is seen; and never a manifest.

use crate::caller::{Caller, chart, token};
use crate::support::{Chart, Outcome, each_helm};

/// Fails unless the call fails as helm's does, message and all.
#[track_caller]
fn assert_fails_alike(caller: &Caller<'_>, arguments: &[&str]) {
    let theirs = caller.plain(arguments);
    assert_ne!(theirs.status, 0, "helm does not fail");
    assert_eq!(theirs.stdout, "");
    let ours = caller.helm(arguments);
    assert_eq!(format!("{ours:?}"), format!("{theirs:?}"));
}

#[test]
fn errors_are_helms_own() {
    let chart = chart();
    let broken = Chart::of(&[(
        "templates/a.yaml",
        "a: {{ randAlphaNum 12 }}\nb: {{ .Values.no.such }}\n",
    )]);
    let failing = Chart::of(&[(
        "templates/a.yaml",
        "a: {{ randAlphaNum 12 }}\n{{ fail \"no such luck\" }}\n",
    )]);
    let lacking = Chart::of(&[("templates/a.yaml", "a: {{ randAlphaNum 12 }}\n")]);
    lacking.write("Chart.yaml", "apiVersion: v2\nname: l\nversion: 1.0.0\ndependencies:\n  - {name: d, version: 1.0.0, repository: \"http://127.0.0.1:1\"}\n");
    let unread = Chart::of(&[("templates/a.yaml", "a: {{ randAlphaNum 12 ")]);
    let schema = Chart::of(&[
        ("templates/a.yaml", "a: {{ randAlphaNum 12 }}\n"),
        ("values.schema.json", "{\"required\": [\"x\"]}"),
    ]);
    let [chart, broken, failing, lacking, unread, schema] =
        [&chart, &broken, &failing, &lacking, &unread, &schema]
            .map(|chart| chart.dir().to_str().unwrap());
    each_helm(|helm| {
        let caller = Caller::new(helm);
        caller.write("bad.yaml", "a: [");
        for arguments in [
            &["template"][..],
            &["template", "a", "b", "c"],
            &["template", "web", chart, "--no-such-flag"],
            &["template", "web", chart, "--name-template", "x"],
            &["template", "Not_A_Name", chart],
            &["template", "web", "./no/such/chart"],
            &["template", "web", "no-such-repository/chart"],
            &["template", "web", chart, "-f", "no-such-file.yaml"],
            &["template", "web", chart, "-f", "bad.yaml"],
            &["template", "web", chart, "-f", "a\"b"],
            &["template", "web", chart, "--set", "a"],
            &["template", "web", chart, "--set-json", "a={"],
            &["template", "web", chart, "--set-file", "a=no-such-file"],
            &["template", "web", chart, "--kube-version", "not-a-version"],
            &[
                "template",
                "web",
                chart,
                "--show-only",
                "templates/none.yaml",
            ],
            &["template", "web", chart, "--verify"],
            &["template", "web", chart, "--ca-file", "no-such-file"],
            &[
                "template",
                "web",
                chart,
                "--cert-file",
                "no",
                "--key-file",
                "no",
            ],
            &["template", "web", chart, "--dry-run=perhaps"],
            &["template", "web", chart, "--validate=perhaps"],
            &["template", "web", broken],
            &["template", "web", failing],
            &["template", "web", lacking],
            &["template", "web", unread],
            &["template", "web", schema],
        ] {
            assert_fails_alike(&caller, arguments);
        }
    });
}

#[test]
fn what_helm_renders_and_nobody_can_pin_is_not_printed() {
    let addresses = Chart::of(&[(
        "templates/a.yaml",
        "a: {{ printf \"%p\" .Values | quote }}\n",
    )]);
    let named = Chart::of(&[("templates/a.yaml", "a: {{ randAlphaNum 12 }}\n")]);
    let [addresses, named] = [&addresses, &named].map(|chart| chart.dir().to_str().unwrap());
    each_helm(|helm| {
        let caller = Caller::new(helm);
        for (arguments, says) in [
            (&["template", "web", addresses][..], "memory addresses"),
            (
                &[
                    "template",
                    named,
                    "--name-template",
                    "{{ randAlpha 5 | lower }}",
                ],
                "release's name is empty or a template",
            ),
        ] {
            assert_eq!(caller.plain(arguments).status, 0);
            let outcome = caller.helm(arguments);
            outcome.assert_failure(b"");
            outcome.assert_says(&[says]);
        }
        let template = [
            "template",
            named,
            "--name-template",
            "{{ randAlpha 5 | lower }}",
            "--output-dir",
            "out",
        ];
        caller.helm(template).assert_failure(b"");
        assert!(!caller.dir().join("out").exists());
        let missing = Caller::new(helm).env("PIN_SEED_FILE", "/no/such/seed");
        let outcome = missing.helm(["template", "web", named]);
        outcome.assert_failure(b"");
        outcome.assert_says(&["/no/such/seed"]);
        let relative = Caller::new(helm).env("PIN_SEED_FILE", "seed");
        relative
            .helm(["template", "web", named])
            .assert_says(&["PIN_SEED_FILE is a relative path"]);
        let wrong = Caller::new(helm).env("PIN_STAND_IN_FOR", "web");
        wrong
            .helm(["template", "web", named])
            .assert_says(&["PIN_STAND_IN_FOR must be"]);
    });
}

/// Where helm itself handles the manifests, it fails in its own words; those of another program may hold them.
#[test]
fn what_becomes_of_the_manifests_fails_as_helm_does() {
    let chart = chart();
    let chart = chart.dir().to_str().unwrap();
    each_helm(|helm| {
        let caller = Caller::new(helm);
        // A file stands where a folder is to be made.
        caller.write("taken", "");
        let shows = ["-s", "templates/none.yaml"];
        let cases: [&[&str]; 3] = [
            &["--output-dir", "taken/x"],
            // Helm writes the files before it looks for what is to be shown.
            &["--output-dir", "out", shows[0], shows[1]],
            &["--output-dir", "taken/x", shows[0], shows[1]],
        ];
        for more in cases {
            let arguments = [&["template", "web", chart], more].concat();
            let plain = caller.plain(&arguments);
            let ours = caller.helm(&arguments);
            assert_ne!(ours.status, 0);
            assert_eq!(
                (ours.status, &ours.stdout, &ours.stderr),
                (plain.status, &plain.stdout, &plain.stderr),
                "{more:?}"
            );
        }
        // Helm's own work is told too, with the time.
        let debug = ["template", "web", chart, shows[0], shows[1], "--debug"];
        let lines = |outcome: Outcome| outcome.stderr.lines().count();
        assert_eq!(lines(caller.helm(debug)), lines(caller.plain(debug)));
        let left = || {
            let file = caller.dir().join("out/inline/templates/secret.yaml");
            std::fs::read_to_string(file).unwrap()
        };
        let failed = left();
        let done = caller.helm(["template", "web", chart, "--output-dir", "out"]);
        assert_eq!((done.status, left()), (0, failed));
    });
}

/// A post-renderer that repeats what it was given, and fails: plain helm's own failure is shown.
#[test]
fn what_a_post_renderer_says_is_not_passed_on() {
    let chart = chart();
    let chart = chart.dir().to_str().unwrap();
    each_helm(|helm| {
        let caller = Caller::new(helm).post_renderer("repeat", "cat >&2; exit 3");
        let name = match helm.version {
            "3.17" => "./repeat",
            _ => "repeat",
        };
        let pinned = caller.helm(["template", "web", chart]);
        let outcome = caller.helm(["template", "web", chart, "--post-renderer", name]);
        assert_eq!((outcome.status, &*outcome.stdout), (1, ""));
        assert!(outcome.stderr.contains("repeat"), "{}", outcome.stderr);
        outcome.assert_hides(token(&pinned.stdout).as_bytes());
    });
}
