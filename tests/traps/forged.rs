//! Charts that say they are another file than they are, or reach one on a way that nobody looks at.

use crate::support::{Chart, Test, base64_decode, each_helm};

const SECRET: &str =
    "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  v: {{ randAlphaNum 16 }}\n";

/// A file says that it is `b.yaml`, which it then calls in each of these ways: what it gets is what `b.yaml` prints, with
/// no log in it, whose names are others in each run.
#[test]
fn a_file_that_is_called_as_if_by_helm_shows_no_log() {
    each_helm(|helm| {
        let define = "{{ define `w` }}{{ template `inline/templates/b.yaml` . }}{{ end }}";
        let block = "{{ define `w` }}{{ block `inline/templates/b.yaml` . }}{{ end }}{{ end }}";
        for (defines, call, file) in [
            (define, "include `w` .", "b.yaml"),
            (block, "include `w` .", "b.yaml"),
            (
                "",
                "tpl `{{ template \"inline/templates/b.yaml\" . }}` .",
                "b.yaml",
            ),
            (
                "",
                "tpl (print `{{ template \"inline/templates/` `b.yaml\" . }}`) .",
                "b.yaml",
            ),
            (
                "",
                "include (printf `inline/templates/b.yaml` `x`) .",
                "b.yaml%!(EXTRA string=x)",
            ),
            // A define of that name, which the file replaces.
            (
                "{{ define `inline/templates/b.yaml` }}a: b{{ end }}",
                "include `inline/templates/b.yaml` .",
                "b.yaml",
            ),
        ] {
            let text = format!(
                "{{{{ $_ := set .Template `Name` `inline/templates/{file}` }}}}apiVersion: v1\nkind: ConfigMap\n\
                 metadata: {{name: c}}\ndata:\n  v: {{{{ {call} | b64enc }}}}\n"
            );
            let path = format!("templates/{file}");
            let chart = Chart::of(&[
                ("templates/0.tpl", defines),
                ("templates/a.yaml", &text),
                (&path, SECRET),
            ]);
            let test = Test::new(helm, &chart);
            let outcome = test.run();
            assert_eq!(outcome.status, 0, "{call}: {}", outcome.stderr);
            assert_eq!(outcome.stdout, test.run().stdout, "{call}");
            // Helm prints Secrets first.
            let shown = outcome.stdout.rsplit("  v: ").next().unwrap();
            let shown = base64_decode(shown.lines().next().unwrap());
            let shown = String::from_utf8(shown).unwrap();
            assert!(!shown.contains('#'), "{call}: {shown}");
        }
    });
}

/// Notes have another name in the copy, which helm does not know in the chart: it leads to what is pinned.
#[test]
fn the_name_that_notes_have_in_the_copy_shows_no_log() {
    each_helm(|helm| {
        let chart = Chart::of(&[
            (
                "templates/a.yaml",
                "{{ $_ := set .Template `Name` `inline/templates/NOTES.txt-` }}\
                 {{ define `w` }}{{ template `inline/templates/NOTES.txt-` . }}{{ end }}apiVersion: v1\n\
                 kind: ConfigMap\nmetadata: {name: c}\ndata:\n  v: {{ include `w` . | b64enc }}\n",
            ),
            ("templates/NOTES.txt", "{{ randAlphaNum 16 }}"),
        ]);
        let test = Test::new(helm, &chart);
        assert_eq!(test.run().stdout, test.run().stdout);
    });
}

/// What helm refuses is no more rendered because it is called in another way.
#[test]
fn a_template_that_is_given_nil_is_refused() {
    each_helm(|helm| {
        let chart = Chart::of(&[(
            "templates/a.yaml",
            "{{ define `d` }}{{ randAlphaNum 5 }}{{ end }}a: {{ template `d` nil }}\n",
        )]);
        Test::new(helm, &chart)
            .fail()
            .assert_says(&["nil is not a command"]);
    });
}
