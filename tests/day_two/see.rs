//! `explain` as a page and for pull requests: where each pin stands, and no value of one.

use crate::charts;
use crate::support::{Chart, SEED, Test, each_helm};

/// Texts of which something was generated in this render, and not in that of another seed.
fn secrets(test: &Test<'_>) -> Vec<String> {
    let other = test.clone().nth_seed(9).render().text;
    let render = test.render();
    let lines = render.text.lines().filter(|line| !other.contains(*line));
    let words = lines.flat_map(|line| line.split([' ', '"', '\'', '/', ':', '@']));
    let words = words.filter(|word| word.len() >= 8 && !other.contains(*word));
    words.map(str::to_owned).collect()
}

fn explain(test: &Test<'_>, form: &str) -> String {
    let explain = test.clone().command("explain").flag("--output").flag(form);
    let outcome = explain.run();
    assert_eq!((outcome.status, &*outcome.stderr), (0, ""));
    outcome.assert_hides(SEED.as_bytes());
    outcome.stdout
}

fn all() -> [Chart; 4] {
    [
        charts::postgresql(),
        charts::harbor(),
        charts::datadog(),
        charts::jupyterhub(),
    ]
}

#[test]
fn neither_form_shows_a_value() {
    each_helm(|helm| {
        for chart in all() {
            let test = Test::new(helm, &chart);
            let secrets = secrets(&test);
            assert!(secrets.len() > 1);
            for form in ["html", "markdown"] {
                let text = explain(&test, form);
                assert_eq!(text, explain(&test, form));
                for secret in &secrets {
                    assert!(!text.contains(secret), "{form} shows `{secret}`");
                }
            }
        }
    });
}

#[test]
fn the_page_needs_nothing_else_and_joins_the_places_of_a_pin() {
    let chart = charts::postgresql();
    each_helm(|helm| {
        let page = explain(&Test::new(helm, &chart), "html");
        for address in ["http:", "https:", "src=", "@import", "url(", "<link"] {
            assert!(!page.contains(address), "{address}");
        }
        // The password stands in its Secret and in the client's file: both carry the mark of one pin.
        let mark = |after: &str| {
            let behind = page.split_once(after).unwrap().1;
            let behind = behind.split_once("data-pin=\"").unwrap().1;
            behind.split_once('"').unwrap().0.to_owned()
        };
        let in_secret = mark("<code>data.password</code>");
        assert_eq!(
            mark("<code>data[&quot;client.conf&quot;]</code>"),
            in_secret
        );
        assert!(page.contains(&format!("<article id=\"pin-{in_secret}\"")));
        assert!(
            page.contains("templates/_helpers.tpl:9 in passwords.manage"),
            "{page}"
        );
        let harbor = charts::harbor();
        let page = explain(&Test::new(helm, &harbor), "html");
        assert!(page.contains("<h2>Renewals</h2>") && page.contains("title=\"next renewal\""));
        assert_eq!(page.matches("<div class=\"bar\">").count(), 3);
    });
}

/// A chart's names are text, whatever they look like.
#[test]
fn a_chart_puts_no_markup_into_the_page() {
    let chart = Chart::of(&[(
        "templates/secret.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  \"<script>alert(1)</script>|`@team\": {{ randAlphaNum 20 }}\n",
    )]);
    each_helm(|helm| {
        let test = Test::new(helm, &chart);
        let page = explain(&test, "html");
        assert!(!page.contains("<script>alert") && page.contains("&lt;script&gt;alert"));
        let table = explain(&test, "markdown");
        let row = table.lines().find(|line| line.contains("alert")).unwrap();
        assert!(row.starts_with("| ``") && row.contains("\\|"), "{row}");
    });
}

/// `default (randAlphaNum 16) .Values.x` runs the call whether it is needed or not.
#[test]
fn a_value_that_the_chart_throws_away_is_said_to_be_unused() {
    let secret = r#"apiVersion: v1
kind: Secret
metadata: {name: s}
stringData:
  first: {{ default (randAlphaNum 16) .Values.first | quote }}
  second: {{ coalesce .Values.second (randAlphaNum 16) }}
data:
  third: {{ .Values.third | default (randAlphaNum 16) | b64enc }}
"#;
    each_helm(|helm| {
        let chart = Chart::of(&[("templates/s.yaml", secret)]);
        let test = Test::new(helm, &chart);
        for (set, used) in [
            ("", [true, true, true]),
            ("first", [false, true, true]),
            ("second", [true, false, true]),
            ("third", [true, true, false]),
        ] {
            let mut test = test.clone();
            if !set.is_empty() {
                test = test.set(set, "a-password-of-ours");
            }
            for form in ["table", "html", "markdown"] {
                let text = explain(&test, form);
                assert!(!text.contains("a-password-of-ours"));
                let found = ["first", "second", "third"]
                    .map(|key| text.contains(&format!("Secret/s/{key}")));
                assert_eq!(found, used, "{set}: {text}");
                let is_said = text.contains("nowhere: the chart throws it away");
                assert_eq!(is_said, form != "html" && !set.is_empty(), "{text}");
            }
        }
    });
}
