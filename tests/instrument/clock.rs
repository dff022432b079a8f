//! The pinned clock.

use argocd_pin_plugin::chart::defines::Mode;

use crate::chart::{Chart, helms, value};

/// 2020-01-02T03:04:05Z, the clock of these tests.
const TEMPLATE: &str = "\
{{- $x := now -}}{{- $past := toDate \"2006-01-02\" \"2019-12-30\" -}}
now: {{ now }}
unix: {{ now.Unix }}
nano: {{ now.Nanosecond }}
epoch: {{ now | unixEpoch }}
var: {{ $x.Year }}
piped: {{ now | date \"2006-01-02T15:04:05\" }}
direct: {{ date \"2006-01-02\" now }}
paren: {{ date \"2006-01-02\" (now) }}
none: {{ date \"2006-01-02\" nil }}
text: {{ date \"2006-01-02\" \"2001-02-03\" }}
given: {{ date \"2006-01-02\" $past }}
int: {{ 86400 | int64 | date \"2006-01-02\" }}
float: {{ .Values.n | date \"2006-01-02\" }}
zone: {{ date_in_zone \"15:04\" nil \"UTC\" }}
zone2: {{ dateInZone \"2006\" $past \"UTC\" }}
html: {{ htmlDate nil }}
html2: {{ $past | htmlDate }}
htmlzone: {{ htmlDateInZone \"\" \"UTC\" }}
htmlzone2: {{ htmlDateInZone $past \"UTC\" }}
modify: {{ now | dateModify \"-24h\" | date \"2006-01-02\" }}
after: {{ now.After $past }}
ago: {{ ago $past }}
agoint: {{ ago (int64 1577934200) }}
agonone: {{ ago \"x\" }}
agopiped: {{ $past | ago }}
round: {{ durationRound $past }}
round2: {{ durationRound \"2h10m5s\" }}
round3: {{ durationRound nil }}
";

const EXPECTED: &[(&str, &str)] = &[
    ("now", "2020-01-02 03:04:05 +0000 UTC"),
    ("unix", "1577934245"),
    ("nano", "0"),
    ("epoch", "1577934245"),
    ("var", "2020"),
    ("piped", "2020-01-02T03:04:05"),
    ("direct", "2020-01-02"),
    ("paren", "2020-01-02"),
    ("none", "2020-01-02"),
    ("text", "2020-01-02"),
    ("given", "2019-12-30"),
    ("int", "1970-01-02"),
    ("float", "2020-01-02"),
    ("zone", "03:04"),
    ("zone2", "2019"),
    ("html", "2020-01-02"),
    ("html2", "2019-12-30"),
    ("htmlzone", "2020-01-02"),
    ("htmlzone2", "2019-12-30"),
    ("modify", "2020-01-01"),
    ("after", "true"),
    ("ago", "75h4m5s"),
    ("agoint", "45s"),
    ("agonone", "0s"),
    ("agopiped", "75h4m5s"),
    ("round", "3d"),
    ("round2", "2h"),
    ("round3", "0s"),
];

#[test]
fn everything_that_asks_for_the_time_gets_the_pinned_clock() {
    let chart = Chart::new()
        .file("values.yaml", "n: 5.5\n")
        .template(TEMPLATE);
    let output = chart.pinned();
    for (key, expected) in EXPECTED {
        assert_eq!(value(&output, key), *expected, "{key}");
    }
}

/// What does not depend on the clock is what plain helm prints.
#[test]
fn times_that_are_given_are_plain_helms() {
    let chart = Chart::new()
        .file("values.yaml", "n: 5.5\n")
        .template(TEMPLATE);
    let plain = chart.render_with(&helms()[0]).unwrap();
    let pinned = chart.pinned();
    for key in [
        "given",
        "int",
        "zone2",
        "html2",
        "htmlzone2",
        "after",
        "agonone",
        "round2",
        "round3",
    ] {
        assert_eq!(value(&plain, key), value(&pinned, key), "{key}");
    }
    for key in [
        "now", "unix", "none", "float", "html", "ago", "round", "modify",
    ] {
        assert_ne!(value(&plain, key), value(&pinned, key), "{key}");
    }
}

/// Another clock needs another added file only.
#[test]
fn the_clock_can_be_changed_in_the_added_file() {
    let chart = Chart::new().template("a: {{ now.Unix }}\n");
    let later = chart.instrument().defines_at(Mode::Placeholder, 86_400);
    let rendered = chart
        .instrumented(Mode::Placeholder)
        .file("templates/_pin.tpl", &later)
        .render()
        .unwrap();
    assert_eq!(value(&rendered, "a"), "86400");
}

#[test]
fn what_was_fixed_is_reported() {
    let chart = Chart::new()
        .template("a: 1\nb: {{ now | date \"2006\" }}\nc: {{ keys .Values | join \"\" }}\n");
    let found: Vec<_> = chart
        .instrument()
        .fixed
        .into_iter()
        .map(|fixed| (fixed.call_site.function, fixed.call_site.line))
        .collect();
    assert_eq!(found, [("now".to_owned(), 2), ("keys".to_owned(), 3)]);
}

/// Nothing that is printed follows the clock where only an order was fixed, or where nobody calls it.
#[test]
fn a_chart_that_cannot_show_the_time_is_told_from_one_that_can() {
    for (template, reads) in [
        ("a: {{ now }}\n", true),
        ("a: {{ date \"2006\" .Values.none }}\n", true),
        (
            "{{ define \"t\" }}{{ now }}{{ end }}a: {{ include \"t\" . }}\n",
            true,
        ),
        ("a: {{ tpl \"{{ now }}\" . }}\n", true),
        ("{{ define \"t\" }}{{ now }}{{ end }}a: b\n", false),
        (
            "a: {{ keys .Values | join \"\" }}\nb: {{ shuffle \"abc\" }}\n",
            false,
        ),
        ("a: {{ randAlphaNum 5 }}\n", false),
    ] {
        let instrumentation = Chart::new().template(template).instrument();
        assert_eq!(instrumentation.habits.reads_clock, reads, "{template}");
    }
}
