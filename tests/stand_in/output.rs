//! What is printed is what helm prints, but for the pins.

use crate::caller::{Caller, assert_same_but_for_the_token};
use crate::support::{Chart, Helm, Test, each_helm};

/// The plugin and the stand-in render every chart alike; under the one helm and the other in turn.
#[test]
fn every_chart_is_rendered_as_the_plugin_renders_it() {
    let helms = [Helm::v3(), Helm::v4()];
    for (index, name) in Chart::all().iter().enumerate() {
        let helm = &helms[index % 2];
        let chart = Chart::named(name);
        let plugin = Test::new(helm, &chart)
            .project("namespace:ns")
            .app("app")
            .run();
        let caller = Caller::new(helm);
        let ours = caller.helm([
            "template",
            "app",
            chart.dir().to_str().unwrap(),
            "-n",
            "ns",
            "--include-crds",
        ]);
        assert_eq!(ours.stdout, plugin.stdout, "{name}");
        assert_eq!(
            ours.status == 0,
            plugin.status == 0,
            "{name}: {}{}",
            ours.stderr,
            plugin.stderr
        );
    }
}

#[test]
fn a_chart_that_generates_nothing_is_rendered_by_helm() {
    let chart = Chart::named("untouched");
    each_helm(|helm| {
        let caller = Caller::new(helm);
        for more in [
            &[][..],
            &["--no-hooks"],
            &["--debug"],
            &["--output-dir", "out"],
        ] {
            let arguments = ["template", "web", chart.dir().to_str().unwrap()];
            let arguments: Vec<&str> = arguments.iter().chain(more).copied().collect();
            assert_eq!(
                caller.pinned(&arguments),
                caller.plain(&arguments).stdout,
                "{more:?}"
            );
        }
    });
}

/// A chart that is deprecated, and a value that does not fit: helm says so, and renders.
#[test]
fn warnings_are_helms_own() {
    let chart = Chart::of(&[
        (
            "Chart.yaml",
            "apiVersion: v2\nname: inline\nversion: 1.0.0\ndeprecated: true\n",
        ),
        ("values.yaml", "sub: {a: {b: 1}}\n"),
        (
            "charts/sub/Chart.yaml",
            "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
        ),
        ("charts/sub/values.yaml", "a: text\n"),
        (
            "templates/a.yaml",
            "kind: Secret\nmetadata: {name: a}\nstringData:\n  token: {{ randAlphaNum 24 }}\n",
        ),
    ]);
    each_helm(|helm| {
        let caller = Caller::new(helm);
        for more in [&[][..], &["--no-hooks"]] {
            let arguments = ["template", "web", chart.dir().to_str().unwrap()];
            let arguments: Vec<&str> = arguments.iter().chain(more).copied().collect();
            let (ours, theirs) = (caller.helm(&arguments), caller.plain(&arguments));
            assert_eq!((ours.status, theirs.status), (0, 0));
            assert!(theirs.stderr.contains("deprecated"), "{}", theirs.stderr);
            assert_eq!(without_times(&ours.stderr), without_times(&theirs.stderr));
            assert_same_but_for_the_token(&ours.stdout, &theirs.stdout);
        }
        // What helm tells of its work, which it does on a copy, is nothing for the caller.
        let arguments = ["template", "web", chart.dir().to_str().unwrap()];
        let plain = caller.plain(arguments);
        let debug = caller.env("HELM_DEBUG", "true").helm(arguments);
        assert_eq!(without_times(&debug.stderr), without_times(&plain.stderr));
    });
}

/// Some lines begin with the time.
fn without_times(text: &str) -> String {
    let words = text.split(' ').filter(|word| {
        !word.starts_with(|c: char| c.is_ascii_digit()) && !word.starts_with("time=")
    });
    words.collect::<Vec<_>>().join(" ")
}

/// What tools for secrets put in later passes through: their placeholders are no calls.
#[test]
fn placeholders_of_vault_tools_stay() {
    let texts = [
        "<path:secret/data/db#password>",
        "<path:secret/data/db#password | base64encode>",
        "ref+vault://secret/data/db#/password",
        "ref+sops://file.yaml#/a/b+",
        "vault:secret/data/db#password",
        "ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]",
        "${PASSWORD} $(PASSWORD) %PASSWORD%",
    ];
    let lines: String = texts
        .iter()
        .enumerate()
        .map(|(at, text)| format!("  t{at}: {text:?}\n"))
        .collect();
    let chart = Chart::of(&[
        ("values.yaml", &format!("texts:\n{lines}")),
        (
            "templates/a.yaml",
            &format!(
                "kind: Secret\nmetadata: {{name: a, annotations: {{sum: {{{{ .Values | toJson | sha256sum }}}}}}}}\nstringData:\n  \
                 own: {{{{ randAlphaNum 16 }}}}\n{{{{- toYaml .Values.texts | nindent 2 }}}}\n{lines}"
            ),
        ),
    ]);
    each_helm(|helm| {
        let caller = Caller::new(helm);
        let arguments = [
            "template",
            "web",
            chart.dir().to_str().unwrap(),
            "--set",
            "texts.t9=<path:x#y>",
        ];
        let (pinned, plain) = (caller.pinned(arguments), caller.plain(arguments).stdout);
        let differing: Vec<_> = pinned
            .lines()
            .zip(plain.lines())
            .filter(|(a, b)| a != b)
            .collect();
        assert_eq!(differing.len(), 1, "{differing:?}");
        assert!(differing[0].0.starts_with("  own: "));
        assert_eq!(pinned.lines().count(), plain.lines().count());
        for text in texts {
            assert!(pinned.contains(text), "{text}");
        }
    });
}
