//! The template language: every form of a call, text for `tpl`, the order of maps.

use crate::support::{Chart, Test, all_different, base64_encode, each_helm, matches};

#[test]
fn calls_in_every_form_are_pinned() {
    each_helm(|helm| {
        let chart = Chart::named("syntax");
        let render = Test::new(helm, &chart).trap(&[]);
        let secret = |key: &str| render.secret("app-syntax", key);
        for (key, pattern) in [
            ("assigned", r"[A-Za-z0-9]{18}\.[A-Za-z0-9]{13}"),
            ("list", "[A-Za-z0-9]{11},[A-Z0-9]{11}"),
            ("multi", "[A-Za-z]{7}-[0-9]{7}"),
            ("piped", "[A-Za-z0-9]{19}"),
            ("computed", "[A-Za-z0-9]{17}"),
            ("from-values", "[A-Za-z0-9]{18}"),
            ("coalesced", "[A-Za-z0-9]{17}"),
            ("ternary", "[A-Za-z0-9]{16}"),
            ("template", "[A-Za-z0-9]{15}"),
            ("include", "[A-Za-z0-9]{15}"),
            ("block", "[A-Za-z0-9]{12}"),
            ("and", "[A-Za-z0-9]{21}"),
            ("if", "[A-Za-z0-9]{16}"),
            ("trimmed", "[A-Za-z0-9]{16}"),
            ("tight", "[A-Za-z0-9]{20}"),
            ("len", "12"),
            ("cmp", "false"),
            ("printf", r#"[A-Za-z0-9]{10}\|5\|"x""#),
            ("nested", "[A-Za-z0-9]{10}"),
            ("index", "[A-Za-z0-9]{10}"),
            ("squoted", "[A-Za-z0-9]{12}"),
            ("zero", ""),
        ] {
            println!("{key}");
            matches(&secret(key), pattern);
        }
        all_different(&["template", "include"].map(secret));
        all_different(&["nested", "index"].map(secret));
        all_different(&["computed", "coalesced"].map(secret));
    });
}

#[test]
fn a_given_value_goes_before_a_generated_one() {
    each_helm(|helm| {
        let chart = Chart::named("syntax");
        let render = Test::new(helm, &chart).set("existing", "by-hand").pinned();
        assert_eq!(render.secret("app-syntax", "from-values"), "by-hand");
        assert_eq!(render.secret("app-syntax", "coalesced"), "by-hand");
        assert_eq!(render.secret("app-syntax", "ternary"), "no");
    });
}

/// The value that holds template text is hashed, measured and printed as it is; what `tpl` makes
/// of it is pinned, each time it makes it.
#[test]
fn text_for_tpl_is_pinned_when_it_is_rendered() {
    each_helm(|helm| {
        let chart = Chart::named("tpl-text");
        let test = Test::new(helm, &chart);
        let render = test.trap(&["dated:"]);
        assert_eq!(
            test.plain().document("ConfigMap", "app-about")["metadata"],
            render.document("ConfigMap", "app-about")["metadata"]
        );
        let secret = |key: &str| render.secret("app-rendered", key);
        let message = r"user: app\ntoken: ([A-Za-z0-9]{24})\nrelease: app";
        matches(&secret("message"), message);
        matches(&secret("again"), message);
        assert_ne!(
            secret("message"),
            secret("again"),
            "two calls of tpl, one value"
        );

        let turns = secret("loop");
        matches(&turns, "(?:[A-Za-z0-9]{12};){3}");
        all_different(&turns.trim_end_matches(';').split(';').collect::<Vec<_>>());
        matches(&secret("inline"), "[A-Za-z0-9]{14}");
        let labels = &render.document("Secret", "app-rendered")["metadata"]["labels"];
        matches(labels["nonce"].as_str().unwrap(), "[A-Za-z0-9]{10}");
        assert_eq!(labels["build"], "1.0.0");

        let conf = secret("app.conf");
        let lines: Vec<&str> = conf.lines().collect();
        matches(lines[2], "secret = [A-Za-z0-9]{40}");
        let (session, encoded) = lines[3]
            .strip_prefix("session = ")
            .unwrap()
            .split_once('/')
            .unwrap();
        matches(session, "[A-Za-z0-9]{16}");
        assert_eq!(encoded, base64_encode(session));
    });
}

/// Template text can come from a parameter too.
#[test]
fn text_for_tpl_from_a_flag_is_pinned() {
    each_helm(|helm| {
        let chart = Chart::named("tpl-text");
        let test = Test::new(helm, &chart)
            .helm_flag("--set-string")
            .helm_flag("message=user: x and {{ randAlphaNum 33 }}");
        let render = test.trap(&["dated:"]);
        matches(
            &render.secret("app-rendered", "message"),
            "user: x and [A-Za-z0-9]{33}",
        );
        assert_eq!(
            render.config("app-about", "message"),
            "user: x and {{ randAlphaNum 33 }}"
        );
    });
}

/// Text that the chart puts together at run time cannot be found beforehand.
#[test]
fn text_for_tpl_made_at_run_time_is_pinned() {
    each_helm(|helm| {
        let chart = Chart::of(&[(
            "templates/s.yaml",
            "{{ $text := printf \"{{ %s %d }}\" \"randAlphaNum\" 24 }}\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  token: {{ tpl $text . }}\n",
        )]);
        let render = Test::new(helm, &chart).trap(&[]);
        matches(&render.secret("s", "token"), "[A-Za-z0-9]{24}");
    });
}

#[test]
fn maps_are_in_key_order() {
    each_helm(|helm| {
        let chart = Chart::named("map-order");
        let render = Test::new(helm, &chart).trap(&[
            "first:",
            "password:",
            "last:",
            "joined:",
            "keys:",
            "both:",
            "limit-",
            "user-",
            "with:",
        ]);
        let config = |key: &str| render.config("app-order", key);
        for (key, text) in [
            ("first", "anna"),
            ("password", "one"),
            ("last", "finn"),
            ("joined", "one,two,three,four,five,six"),
            ("keys", "anna ben cleo dora emil finn"),
            ("sorted", "anna,ben,cleo,dora,emil,finn"),
            ("limit-0", "float64 2"),
            ("limit-1", r#"map {"nested":[1,2]}"#),
            ("limit-2", "float64 4"),
            ("limit-3", "float64 10"),
            ("limit-4", "float64 0.5"),
            ("limit-5", "bool true"),
            ("user-cleo", "three"),
            ("has-two", "yes"),
            ("with", "one 6"),
        ] {
            assert_eq!(config(key), text, "{key}");
        }
        let mut both: Vec<String> = config("both").split(',').map(str::to_owned).collect();
        both.sort();
        assert_eq!(
            both.join(","),
            "anna,ben,cleo,cpu,dora,emil,extra,finn,memory,pods,ratio,strict"
        );
        // Neither the order nor anything else depends on the seed.
        assert_eq!(
            render.text,
            Test::new(helm, &chart).nth_seed(1).render().text
        );
    });
}
