//! Inputs without end: each ends in a clear error, within the memory that the admin sets.

use std::fs;

use crate::raw::Raw;
use crate::support::{Chart, Test, each_helm};

const HEAD: &str = "apiVersion: v2\nname: app\nversion: 1.0.0\n";

fn chart(template: &str) -> Chart {
    Chart::of(&[("templates/a.yaml", template)])
}

#[test]
fn a_chart_that_takes_all_memory() {
    each_helm(|helm| {
        // A text of ten characters, doubled 40 times.
        let chart = chart(
            "{{ $x := \"xxxxxxxxxx\" }}{{ range until 40 }}{{ $x = print $x $x }}{{ end }}\
             a: {{ randAlpha 8 }}{{ $x | sha256sum }}\n",
        );
        let outcome = Test::new(helm, &chart).env("PIN_MEMORY", "256").fail();
        outcome.assert_says(&["helm crashed for want of memory", "PIN_MEMORY"]);
        assert!(!outcome.stderr.contains("goroutine"), "{}", outcome.stderr);
    });
}

#[test]
fn a_chart_that_prints_without_end() {
    each_helm(|helm| {
        let chart = chart(
            "a: {{ randAlpha 8 | quote }}\nb:\n{{ range until 300000 }}- {{ repeat 60 \"x\" }}\n{{ end }}",
        );
        Test::new(helm, &chart)
            .env("PIN_MEMORY", "128")
            .fail()
            .assert_says(&["PIN_MEMORY"]);
    });
}

#[test]
fn a_chart_that_unpacks_to_too_much() {
    each_helm(|helm| {
        let chart = chart("a: {{ randAlpha 8 }}\n");
        for number in 0..5 {
            let zeros = vec![0; 4 << 20];
            fs::write(chart.dir().join(format!("zeros-{number}")), zeros).unwrap();
        }
        Test::new(helm, &chart)
            .env("PIN_MEMORY", "128")
            .fail()
            .assert_says(&["unpacks to more than 16 MiB"]);
        Test::new(helm, &chart).env("PIN_MEMORY", "512").pinned();
    });
}

/// YAML's own parsers take the square of the number of brackets.
#[test]
fn brackets_in_brackets() {
    each_helm(|helm| {
        let chart = chart("a: {{ randAlpha 8 }}\n");
        let text = format!("{HEAD}annotations: {}\n", "[".repeat(1 << 20));
        chart.write("Chart.yaml", &text);
        Test::new(helm, &chart)
            .fail()
            .assert_says(&["Chart.yaml", "levels deep"]);
    });
}

/// Each chart under three names, fifteen deep: 3^15 names.
#[test]
fn aliases_that_multiply() {
    each_helm(|helm| {
        let chart = chart("a: b\n");
        let list = "dependencies:\n- {name: app, version: '*'}\n- {name: app, version: '*', alias: one}\n\
                    - {name: app, version: '*', alias: two}\n";
        let mut place = String::new();
        for _ in 0..15 {
            chart.write(&format!("{place}Chart.yaml"), &format!("{HEAD}{list}"));
            chart.write(
                &format!("{place}templates/a.yaml"),
                "a: {{ randAlpha 8 }}\n",
            );
            place.push_str("charts/app/");
        }
        chart.write(&format!("{place}Chart.yaml"), HEAD);
        Test::new(helm, &chart)
            .fail()
            .assert_says(&["more than 50000 names", "aliases"]);
    });
}

/// Each name is one of each file.
#[test]
fn aliases_of_many_files() {
    each_helm(|helm| {
        let chart = chart("a: {{ randAlpha 8 }}\n");
        let alias = |it| format!("- {{name: sub, version: '*', alias: a{it}}}\n");
        let aliases: String = (0..300).map(alias).collect();
        chart.write("Chart.yaml", &format!("{HEAD}dependencies:\n{aliases}"));
        chart.write("charts/sub/Chart.yaml", &HEAD.replace("app", "sub"));
        for it in 0..200 {
            chart.write(&format!("charts/sub/templates/{it}.yaml"), "");
        }
        Test::new(helm, &chart)
            .fail()
            .assert_says(&["more than 50000 names", "aliases"]);
    });
}

/// Blocks in blocks cost what they are long.
#[test]
fn blocks_in_blocks() {
    each_helm(|helm| {
        let depth = 50_000;
        let chart = chart(&format!(
            "{}a: {{{{ randAlpha 8 }}}}\n{}",
            "{{if true}}".repeat(depth),
            "{{end}}".repeat(depth)
        ));
        let outcome = Test::new(helm, &chart).run();
        assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    });
}

/// A loop whose end is a matter of luck, and of luck that nobody has: neither helm's own words, a thousand times the same,
/// nor an error that leaves open which call it was.
#[test]
fn a_recursion_that_nothing_ends() {
    each_helm(|helm| {
        let chart = chart("a: {{ include \"r\" . }}\n");
        chart.write(
            "templates/_r.tpl",
            "{{ define \"r\" }}\n{{ if ne (randNumeric 3) \"none\" }}{{ include \"r\" . }}{{ end }}{{ end }}",
        );
        let outcome = Test::new(helm, &chart).fail();
        outcome.assert_says(&["`r` includes itself", "randNumeric at templates/_r.tpl:2"]);
        assert!(outcome.stderr.len() < 400, "{}", outcome.stderr);
    });
}

/// So too where names are computed, or two defines include each other, each twice.
#[test]
fn a_recursion_in_several_steps() {
    each_helm(|helm| {
        let chart = chart("a: {{ include \"a\" . }}\n");
        chart.write(
            "templates/_r.tpl",
            r#"{{ define "a" }}{{ randAlpha 8 }}{{ include (print "b") . }}{{ include "b" . }}{{ end }}
{{ define "b" }}{{ include (lower "A") . }}{{ include "a" . }}{{ end }}"#,
        );
        let outcome = Test::new(helm, &chart).fail();
        outcome.assert_says(&["includes itself", "randAlpha at templates/_r.tpl:1"]);
    });
}

/// As many levels as helm allows are none too many.
#[test]
fn as_many_levels_as_helm_allows() {
    each_helm(|helm| {
        let chart = chart("a: {{ include \"r\" (dict \"n\" .Values.levels) }}\n");
        chart.write(
            "templates/_r.tpl",
            r#"{{ define "r" }}{{ if .n }}{{ include "r" (dict "n" (sub .n 1)) }}{{ else }}{{ randAlpha 8 }}{{ end }}{{ end }}"#,
        );
        chart.write("values.yaml", "levels: 999\n");
        let outcome = Test::new(helm, &chart).run();
        assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    });
}

/// By hand too.
#[test]
fn values_without_end() {
    each_helm(|helm| {
        let chart = chart("a: {{ randAlpha 8 }}\n");
        let folder = tempfile::tempdir().unwrap();
        let values = folder.path().join("large.yaml");
        fs::File::create(&values)
            .unwrap()
            .set_len(65 << 20)
            .unwrap();
        Test::new(helm, &chart)
            .helm_flag("--values")
            .helm_flag(&values)
            .fail()
            .assert_says(&["larger than 64 MiB"]);
    });
}

/// What is logged of calls is many times in memory: long texts of megabytes are refused, whoever makes them.
#[test]
fn long_texts_of_calls() {
    let long = "(repeat 2000000 \"x\")";
    each_helm(|helm| {
        for call in [
            "randAlphaNum 2000000".to_owned(),
            "randBytes 2000000".to_owned(),
            format!("shuffle {long}"),
            format!("htpasswd {long} \"b\""),
            format!("encryptAES \"a\" {long}"),
            format!("encryptAES {long} \"a\""),
            format!("genCA {long} 365"),
            format!("genSelfSignedCert \"a\" nil (list {long}) 365"),
        ] {
            let chart = chart(&format!(
                "a: {{{{ range until 2 }}}}{{{{ $_ := {call} }}}}{{{{ end }}}}\n"
            ));
            let function = call.split(' ').next().unwrap();
            Test::new(helm, &chart).fail().assert_says(&[
                "more than 1 MiB in a template",
                &format!("{function} at templates/a.yaml:1"),
                "set this value yourself",
            ]);
        }
        // Files and subcharts are counted together, whatever each has.
        let text = "a: {{ $_ := randBytes 900000 }}\n";
        let files = Chart::of(&[
            ("templates/a.yaml", text),
            ("templates/b.yaml", text),
            (
                "charts/sub/Chart.yaml",
                "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
            ),
            ("charts/sub/templates/a.yaml", text),
        ]);
        Test::new(helm, &files)
            .fail()
            .assert_says(&["3 MiB in all", "randBytes at"]);
        // Short ones are not counted.
        let chart = chart("a: {{ range until 4500 }}{{ $_ := randAlphaNum 1000 }}{{ end }}\n");
        let outcome = Test::new(helm, &chart).run();
        assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    });
}

/// Texts for `tpl` that follow from values, which follow from such texts: all that helm renders comes out of one budget.
#[test]
fn texts_and_values_in_a_chain() {
    let chart = chart(
        "{{ $x := randAlphaNum 9 }}{{ range until 10 }}\
         {{ $x = tpl (printf \"{{ sha256sum `%s` }}{{ randAlpha 9 }}\" $x) $ }}{{ end }}a: {{ $x | sha256sum }}\n",
    );
    each_helm(|helm| {
        let raw = Raw::new();
        let runs = raw.path("runs");
        let script = format!(
            "case \"$1\" in template) echo >> {};; esac\nexec '{}' \"$@\"",
            runs.display(),
            helm.path.display()
        );
        let fake = raw.fake_helm(&script);
        raw.fail(&mut raw.with(chart.dir(), &fake), &["at each render"]);
        let runs = fs::read_to_string(runs).unwrap().lines().count();
        // One more may have got ready.
        assert!((30..=34).contains(&runs), "{runs}");
    });
}
