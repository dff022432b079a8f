//! Calls that cannot be pinned.

use argocd_pin_plugin::chart::defines::Mode;

use crate::chart::{Chart, helms};

fn error(chart: &Chart) -> String {
    chart.instrumented(Mode::Placeholder).render().unwrap_err()
}

#[test]
fn the_admin_can_let_a_function_be() {
    let chart = Chart::new()
        .allow("genPrivateKey")
        .template("a: {{ genPrivateKey \"ecdsa\" | trunc 20 }}\n");
    assert!(!chart.instrument().changed);
    let chart = Chart::new()
        .allow("randAlpha")
        .template("a: {{ randAlpha 5 }}{{ uuidv4 }}\n");
    assert_eq!(chart.instrument().sites.len(), 1);
}

/// A function that this version does not know could be anything; helm's own "not defined" comes
/// first.
#[test]
fn unknown_functions_fail() {
    let chart = Chart::new().template("a: {{ print (nosuch) nosuch }}\n");
    assert!(error(&chart).contains("function \"nosuch\" not defined"));
    // The same chart, had helm such a function.
    let text = chart.instrument().texts[0].clone().unwrap();
    for (reached, expected) in [("true", true), ("false", false)] {
        let text = text
            .replace("nosuch", "hello")
            .replace("calls hello", "calls nosuch");
        let newer = chart.instrumented(Mode::Placeholder).file(
            "templates/a.yaml",
            &format!("a: {{{{ if {reached} }}}}{text}{{{{ end }}}}\n"),
        );
        let rendered = newer.render();
        let message = "templates/a.yaml:1 calls nosuch, a function that is not known";
        assert_eq!(
            rendered.is_err_and(|error| error.contains(message)),
            expected
        );
    }
}

/// Our lexer refuses what Go refuses. Should it ever refuse more, the render fails instead of
/// printing a value that is not pinned.
#[test]
fn a_template_that_is_refused_fails_in_helms_words() {
    for text in [
        "a: {{ now }}{{ end }}\n",
        "a: {{ now \u{1} }}\n",
        "{{ if }",
        "{{ \"",
        "{{/* x",
    ] {
        let chart = Chart::new().template(text);
        let plain = chart.render_with(&helms()[0]).unwrap_err();
        assert_eq!(
            chart
                .instrumented(Mode::Placeholder)
                .render_with(&helms()[0])
                .unwrap_err(),
            plain
        );
    }
    let chart = Chart::new().template("a: {{ now }}{{ end }}\n");
    assert!(chart.instrument().changed);
}
