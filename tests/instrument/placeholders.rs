//! The placeholders that the template computes are those that the library foretells.

use argocd_pin_plugin::chart::defines::Mode;

use crate::chart::{Chart, value};

const FUNCTIONS: [&str; 5] = [
    "randAlphaNum",
    "randAlpha",
    "randNumeric",
    "randAscii",
    "randBytes",
];

#[test]
fn every_length_and_turn_is_foretold() {
    let mut text = String::new();
    for function in FUNCTIONS {
        for n in 1..=80 {
            text.push_str(&format!("{function}-{n}: \"{{{{ {function} {n} }}}}\"\n"));
        }
        text.push_str(&format!(
            "{{{{ range $n := until 81 }}}}{{{{ if $n }}}}{function}-n-{{{{ $n }}}}: \"{{{{ {function} $n }}}}\"\n{{{{ end }}}}{{{{ end }}}}\
             {function}-int: \"{{{{ {function} (int 20) }}}}\"\n\
             {function}-piped: \"{{{{ 21 | {function} }}}}\"\n",
        ));
    }
    text.push_str(
        "uuid: {{ uuidv4 }}\n{{ range $i := until 5 }}uuid-{{ $i }}: {{ uuidv4 }}\n{{ end }}",
    );
    text.push_str("int: {{ randInt 5 25 }}\n{{ range $i := until 5 }}int-{{ $i }}: {{ randInt -7 1000000 }}\n{{ end }}");
    let chart = Chart::new().template(&text);
    let sites = chart.instrument().sites;
    let output = chart.pinned();
    let site = |function: &str, ordinal: u32| {
        sites
            .iter()
            .find(|site| site.function == function && site.ordinal == ordinal)
            .unwrap()
    };
    for function in FUNCTIONS {
        for n in 1..=80u32 {
            let literal = value(&output, &format!("{function}-{n}"));
            assert_eq!(literal, site(function, n - 1).text(i64::from(n), 0));
            let counted = value(&output, &format!("{function}-n-{n}"));
            assert_eq!(counted, site(function, 80).text(i64::from(n), u64::from(n)));
        }
        let computed = value(&output, &format!("{function}-int"));
        assert_eq!(computed, site(function, 81).text(20, 0));
        let piped = value(&output, &format!("{function}-piped"));
        assert_eq!(piped, site(function, 82).text(21, 0));
    }
    assert_eq!(value(&output, "uuid"), site("uuidv4", 0).text(0, 0));
    assert_eq!(
        value(&output, "int"),
        site("randInt", 0).integer(5, 25, 0).unwrap().to_string()
    );
    for i in 0..5 {
        let uuid = value(&output, &format!("uuid-{i}"));
        assert_eq!(uuid, site("uuidv4", 1).text(0, i + 1));
        let int = value(&output, &format!("int-{i}"));
        assert_eq!(
            int,
            site("randInt", 1)
                .integer(-7, 1_000_000, i + 1)
                .unwrap()
                .to_string()
        );
    }
}

/// Short texts often read as numbers or truth values: the rule for these is the same on both sides.
#[test]
fn short_placeholders_never_read_as_another_type() {
    let mut text = String::new();
    for function in [
        "randAlphaNum",
        "randAlpha",
        "randAscii",
        "randBytes",
        "randNumeric",
    ] {
        for n in 1..=4 {
            text.push_str(&format!(
                "{{{{ range $i := until 300 }}}}{function}-{n}-{{{{ $i }}}}: {{{{ {function} {n} }}}}\n{{{{ end }}}}"
            ));
        }
    }
    text.push_str("{{ $o := dict }}");
    let chart = Chart::new().template(&text);
    let sites = chart.instrument().sites;
    let output = chart.pinned();
    let mut replaced = 0;
    for site in &sites {
        let n = site.length.unwrap();
        for turn in 1..=300 {
            let printed = value(&output, &format!("{}-{n}-{}", site.function, turn - 1));
            assert_eq!(printed, site.text(n, turn));
            if site.function == "randNumeric" {
                assert!(printed.parse::<u32>().is_ok() && (n == 1 || !printed.starts_with('0')));
            } else {
                let parsed: serde_yaml::Value = serde_yaml::from_str(printed).unwrap();
                assert!(parsed.is_string(), "{printed}");
                replaced += u32::from(printed.as_bytes()[0].is_ascii_lowercase());
            }
        }
    }
    assert!(replaced > 0);
}

#[test]
fn a_twin_differs_everywhere_and_keeps_length_and_alphabet() {
    let text = "{{ define \"x\" }}{{ randAlphaNum 60 }}{{ end }}x: {{ include \"x\" . }}\n\
                {{ define \"y\" }}{{ randNumeric 60 }}{{ end }}y: {{ include \"y\" . }}\n\
                {{ define \"z\" }}{{ randAscii (int 60) }}{{ end }}z: {{ include \"z\" . }}\n\
                {{ define \"b\" }}{{ randBytes 32 }}{{ end }}b: {{ include \"b\" . }}\n\
                {{ define \"u\" }}{{ uuidv4 }}{{ end }}u: {{ include \"u\" . }}\n\
                {{ define \"i\" }}{{ randInt 0 1000000000 }}{{ end }}i: {{ include \"i\" . }}\n\
                once: {{ randAlphaNum 60 }}\n";
    let chart = Chart::new().template(text);
    let placeholder = chart.pinned();
    for helm in crate::chart::helms() {
        let twin = chart
            .instrumented(Mode::Twin(1))
            .render_with(&helm)
            .unwrap();
        assert_eq!(value(&twin, "once"), value(&placeholder, "once"));
        for key in ["x", "y", "z"] {
            let (a, b) = (value(&placeholder, key), value(&twin, key));
            assert_eq!(a.len(), b.len());
            for (a, b) in a.chars().zip(b.chars()) {
                assert!(!a.eq_ignore_ascii_case(&b), "{key}");
                assert!(b.is_ascii_alphanumeric() && (key != "y" || b.is_ascii_digit()));
            }
        }
        for key in ["b", "u", "i"] {
            assert_ne!(value(&placeholder, key), value(&twin, key));
        }
        assert_eq!(value(&twin, "b").len(), 44);
        assert_eq!(value(&twin, "u").len(), 36);
    }
}

/// What is concluded from a twin must be the same at each run: under helm 4 the twin itself is. The next twin is another.
#[test]
fn a_twin_is_the_same_each_time() {
    let text = "{{ define \"x\" }}{{ randAlphaNum 30 }} {{ randBytes 20 }} {{ uuidv4 }} {{ randInt 0 1000000 }} {{ (genCA \"c\" 9).Key | sha256sum }}{{ end }}\
                x: {{ include \"x\" . }}\ny: {{ include \"x\" . }}\n";
    let chart = Chart::new().template(text);
    let [_, helm] = crate::chart::helms();
    let twins: Vec<String> = [1, 1, 1, 2, 2, 3]
        .map(|number| {
            chart
                .instrumented(Mode::Twin(number))
                .render_repeatable(&helm)
        })
        .to_vec();
    assert_eq!((&twins[0], &twins[3]), (&twins[1], &twins[4]));
    assert_eq!(twins[0], twins[2]);
    let mut words: Vec<&str> = [0, 3, 5]
        .iter()
        .flat_map(|twin| ["x", "y"].map(|key| value(&twins[*twin], key)))
        .flat_map(|line| line.split(' '))
        .collect();
    let all = words.len();
    words.sort_unstable();
    words.dedup();
    assert_eq!((words.len(), all), (all, 30), "{twins:#?}");
}

/// A word that is chosen from a list is another one in each twin.
#[test]
fn a_twins_integers_are_other_ones() {
    let text = "{{ define \"x\" }}{{ randInt 5 9 }}{{ end }}{{ define \"y\" }}{{ randInt 7 8 }}{{ end }}\
                {{ range $i := until 200 }}x{{ $i }}: {{ include \"x\" . }}\n{{ end }}\
                y: {{ include \"y\" . }}\n";
    let chart = Chart::new().template(text);
    let placeholder = chart.pinned();
    let mut seen = std::collections::BTreeSet::new();
    for helm in crate::chart::helms() {
        let twin = chart
            .instrumented(Mode::Twin(1))
            .render_with(&helm)
            .unwrap();
        assert_eq!(value(&twin, "y"), "7");
        for i in 0..200 {
            let other = value(&twin, &format!("x{i}"));
            assert_ne!(other, value(&placeholder, &format!("x{i}")));
            seen.insert(other.to_owned());
        }
    }
    assert_eq!(seen.len(), 3);
}

#[test]
fn the_largest_numbers_are_nines_and_ends_of_ranges() {
    let text = "{{ define \"x\" }}{{ randAlphaNum 9 }}{{ end }}x: {{ include \"x\" . }}\n\
                {{ define \"y\" }}{{ randNumeric 9 }}{{ end }}y: \"{{ include \"y\" . }}\"\n\
                {{ define \"u\" }}{{ uuidv4 }}{{ end }}u: {{ include \"u\" . }}\n\
                {{ define \"i\" }}{{ randInt 10 13 }}{{ end }}i: {{ include \"i\" . }}\n\
                once: \"{{ randNumeric 9 }}\"\n";
    let chart = Chart::new().template(text);
    let placeholder = chart.pinned();
    let largest = chart.instrumented(Mode::Largest).render().unwrap();
    for key in ["x", "u", "once"] {
        assert_eq!(value(&placeholder, key), value(&largest, key));
    }
    assert_eq!(value(&largest, "y"), "999999999");
    assert_eq!(value(&largest, "i"), "12");
}
