//! Texts that `tpl` renders.

use argocd_pin_plugin::chart::defines::Mode;

use crate::chart::{Chart, value};

const VALUES: &str = "\
plain: \"{{ .Release.Name }}-{{ upper \\\"x\\\" }}\"
none: no actions, now and keys
random: \"{{ randAlphaNum 12 }}\"
again: \"{{ randAlphaNum 12 }}!\"
quoted: '{{ printf \"%s\" (randAlphaNum 12) | lower }}'
time: '{{ now | date \"2006\" }}'
loop: |-
  {{- range until 3 -}}
  {{ randAlphaNum 4 }}-
  {{- end -}}
nested: '{{ tpl .Values.random . }}'
keys: '{{ keys .Values.map | join \"\" }}{{ values .Values.map | join \"\" }}'
harmless: '{{ \"now\" }}{{ .Values.now }}{{ `keys x` }}{{/* now */}}{{ $now := 1 }}{{ $now }}'
define: '{{ define \"inner\" }}{{ randAlphaNum 9 }}{{ end }}{{ include \"inner\" . }}'
map: {b: 1, a: 2}
deep:
  list:
    - 'a long text that is folded by toYaml when it is printed, since it has more than eighty characters {{ randAlphaNum 12 | b64enc | b64dec }} and goes on'
    - \"{{ uuidv4 }}\"
";

fn chart() -> Chart {
    Chart::new().file("values.yaml", VALUES)
}

fn site_text(chart: &Chart, line: u32, n: i64, turn: u64) -> String {
    let sites = chart.instrument().sites;
    let site = sites
        .iter()
        .find(|site| site.line == line && site.file == "values.yaml");
    site.unwrap_or_else(|| panic!("{sites:?}")).text(n, turn)
}

#[test]
fn actions_in_values_are_pinned_and_the_values_stay() {
    let chart = chart().template(
        "plain: {{ tpl .Values.plain . }}\n\
         none: {{ tpl .Values.none . }}\n\
         random: {{ tpl .Values.random . }}\n\
         again: {{ tpl .Values.again $ }}\n\
         quoted: {{ . | tpl .Values.quoted }}\n\
         time: {{ tpl .Values.time . }}\n\
         loop: {{ tpl .Values.loop . }}\n\
         nested: {{ tpl .Values.nested . | quote }}\n\
         keys: {{ tpl .Values.keys . }}\n\
         harmless: {{ tpl .Values.harmless . }}\n\
         define: {{ tpl .Values.define . }}\n\
         length: {{ len .Values.random }}\n\
         sum: {{ .Values.random | sha256sum }}\n\
         deep:\n{{ tpl (toYaml .Values.deep) . | indent 2 }}\n",
    );
    let output = chart.pinned();
    let random = site_text(&chart, 3, 12, 1);
    assert_eq!(value(&output, "plain"), "release-X");
    assert_eq!(value(&output, "none"), "no actions, now and keys");
    assert_eq!(value(&output, "random"), random);
    assert_eq!(value(&output, "again"), format!("{random}!"));
    assert_eq!(
        value(&output, "quoted"),
        site_text(&chart, 5, 12, 1).to_lowercase()
    );
    assert_eq!(value(&output, "time"), "2020");
    let turns = [1, 2, 3].map(|turn| site_text(&chart, 9, 4, turn));
    assert_eq!(
        value(&output, "loop"),
        format!("{}-{}-{}-", turns[0], turns[1], turns[2])
    );
    assert_eq!(value(&output, "nested"), random);
    assert_eq!(value(&output, "keys"), "ab21");
    assert_eq!(value(&output, "harmless"), "nowkeys x1");
    assert_eq!(value(&output, "define"), site_text(&chart, 14, 9, 0));
    assert_eq!(value(&output, "length"), "21");
    let deep = site_text(&chart, 18, 12, 1);
    assert!(output.contains(&deep), "{output}");
    assert_eq!(
        value(&output, "sum"),
        value(
            &chart.render_with(&crate::chart::helms()[0]).unwrap(),
            "sum"
        )
    );
    assert!(chart.instrument().sites.iter().all(|site| site.repeats));
}

#[test]
fn files_and_literals_are_texts_too() {
    let chart = Chart::new()
        .file("files/config.txt", "# {{ unbalanced\nkey={{ randAlphaNum 10 }}\n")
        .file("files/good.txt", "k={{ randAlphaNum 11 }}{{ if true }}{{ uuidv4 | trunc 4 }}{{ end }}")
        .template(
            "a: {{ tpl (.Files.Get \"files/good.txt\") . }}\n\
             b: {{ tpl (.Files.Get \"files/config.txt\" | splitList \"\\n\" | rest | join \"\") . }}\n\
             c: {{ tpl \"{{ randAlphaNum 12 }}\" . }}\n\
             d: {{ tpl `{{ randAlpha 5 }}` . }}\n",
        );
    let output = chart.pinned();
    let sites = chart.instrument().sites;
    let text = |n: i64| {
        sites
            .iter()
            .find(|s| s.length == Some(n))
            .unwrap()
            .text(n, 1)
    };
    assert!(value(&output, "a").starts_with(&format!("k={}", text(11))));
    assert_eq!(value(&output, "b"), format!("key={}", text(10)));
    assert_eq!(value(&output, "c"), text(12));
    assert_eq!(value(&output, "d"), text(5));
}

/// A text that is put together at run time cannot be known: it fails instead of printing chance.
#[test]
fn calls_that_are_not_known_before_fail_by_name() {
    let chart = chart().template(
        "a: {{ tpl (printf \"{{ %s 5 }}\" \"randAlphaNum\") . }}\n\
         b: {{ uuidv4 }}\n",
    );
    let error = chart.instrumented(Mode::Placeholder).render().unwrap_err();
    assert!(
        error.contains("a text for tpl calls randAlphaNum"),
        "{error}"
    );
    let allowed = Chart::new().allow("randAlphaNum").template(
        "a: {{ tpl (printf \"{{ %s 5 }}\" \"randAlphaNum\") . | len }}\nb: {{ uuidv4 }}\n",
    );
    assert_eq!(value(&allowed.pinned(), "a"), "5");
}

#[test]
fn twins_reach_into_texts() {
    let chart = chart().template("a: {{ tpl .Values.random . }}\n");
    let placeholder = chart.pinned();
    let a = value(&placeholder, "a");
    let helm = &crate::chart::helms()[1];
    let twin = chart.instrumented(Mode::Twin(1)).render_with(helm).unwrap();
    assert!(
        value(&twin, "a")
            .chars()
            .zip(a.chars())
            .all(|(x, y)| x != y)
    );
}

/// What `tpl` renders is known only while helm runs: the chart is instrumented, without a site.
#[test]
fn tpl_alone_is_instrumented() {
    let chart = Chart::new()
        .file("values.yaml", "a: '{{ upper \"now\" }}'\n")
        .template("a: {{ tpl .Values.a . }}\n");
    assert!(chart.instrument().changed);
}
