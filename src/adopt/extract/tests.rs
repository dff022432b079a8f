use base64::prelude::BASE64_STANDARD;

use super::*;

fn found(ours: &str, live: &str, value: &str, others: &[&str]) -> Option<String> {
    extract(ours, live, value, others).map(|it| it.to_string())
}

fn encoded(text: &str) -> String {
    BASE64_STANDARD.encode(text)
}

#[test]
fn a_value_is_found_by_what_stands_around_it() {
    for (ours, live, expected) in [
        ("VALUE", "live one", Some("live one")),
        (
            "redis://:VALUE@db:6379",
            "redis://:li:ve@db:6379",
            Some("li:ve"),
        ),
        ("a=VALUE\nb=VALUE\n", "a=x\nb=x\n", Some("x")),
        ("a=VALUE\nb=VALUE\n", "a=x\nb=y\n", None),
        (
            "x: 1\npassword = VALUE\n",
            "x: 2\npassword = abc\ny: 3\n",
            Some("abc"),
        ),
        ("x: 1\nVALUE\n", "x: 2\nabc\n", None),
        (
            "[a]\nk = VALUE\n[b]\nk = 1\n",
            "# 2\n[b]\nk = x\n[c]\nk = y\n[a]\nk = z\n",
            Some("z"),
        ),
        (
            "[a]\nk = VALUE\n[b]\nk = VALUE\n",
            "[a]\nk = x\n[b]\nk = y\n",
            None,
        ),
        ("[a]\nk = VALUE\n", "# 2\n[a]\nk = x\n[a]\nk = y\n", None),
        ("[a]\nk = VALUE\n", "# 2\n[b]\nk = x\n", None),
        ("[a]\nk = VALUE\n", "# 2\nk = x\n", Some("x")),
        ("k = VALUE\n[a]\n", "# 2\nk = x\n[b]\n", Some("x")),
        ("redis://:VALUE@db", "postgres://:x@db", None),
        ("nothing", "nothing", None),
        ("a=VALUE", "a=", None),
    ] {
        assert_eq!(
            found(ours, live, "VALUE", &[]).as_deref(),
            expected,
            "{ours}"
        );
    }
}

#[test]
fn encodings_are_undone() {
    let url = |value: &str| format!("{{\"url\": \"{value}\"}}");
    assert_eq!(
        found(&url("a\\nb"), &url("c\\\"d"), "a\nb", &[]).as_deref(),
        Some("c\"d")
    );
    let twice = |value: &str| encoded(&format!("user:{}", encoded(value)));
    let text = |value: &str| format!("auth {}", twice(value));
    assert_eq!(
        found(&text("VALUE-1"), &text("other"), "VALUE-1", &[]).as_deref(),
        Some("other")
    );
}

#[test]
fn what_shows_it_in_base64_beside_it_may_differ_too() {
    let login = |value: &str| {
        let auth = encoded(&format!("robot:{value}"));
        format!(
            r#"{{"auth":"{auth}","password":"{value}","other":"{}"}}"#,
            encoded("x")
        )
    };
    let found = |ours: &str, live: &str| found(ours, live, "VALUE-1", &[]);
    assert_eq!(
        found(&login("VALUE-1"), &login("other")).as_deref(),
        Some("other")
    );
    let two = |value: &str| format!("a={} b={}", encoded(value), encoded(&format!("u:{value}")));
    assert_eq!(
        found(&two("VALUE-1"), &two("other")).as_deref(),
        Some("other")
    );
    assert_eq!(
        found(&encoded("VALUE-1").replace('=', ""), "b3RoZXI").as_deref(),
        Some("other")
    );
}

#[test]
fn hexadecimal_digits_are_read() {
    let found = |live: &str| found("key=56414c5545", live, "VALUE", &[]);
    assert_eq!(found("key=6f74686572").as_deref(), Some("other"));
    for live in ["key=6f7", "key=xx", "key=", "key=ff"] {
        assert!(found(live).is_none_or(|it| it.is_empty()), "{live}");
    }
}

#[test]
fn other_values_may_differ() {
    let ours = "a: FIRST-VALUE\nb: SECOND-VALUE\n";
    let live = "a: one\nb: two\n";
    let others = ["FIRST-VALUE", "SECOND-VALUE"];
    assert_eq!(
        found(ours, live, "FIRST-VALUE", &others).as_deref(),
        Some("one")
    );
    assert_eq!(
        found(ours, live, "SECOND-VALUE", &others).as_deref(),
        Some("two")
    );
    // Side by side they have their lengths.
    let found = found(
        "FIRST-VALUESECOND-VALUE",
        "11111111111222222222222",
        "SECOND-VALUE",
        &others,
    );
    assert_eq!(found.as_deref(), Some("222222222222"));
}

/// The same line for two users: whose live line it is, nobody can tell.
#[test]
fn a_line_that_another_one_is_like_says_nothing() {
    let users = "- name: admin\n  password: FIRST-ONE\n- name: reader\n  password: SECOND-ONE\n";
    let reader = "- name: reader\n  password: hers\n";
    let others = ["FIRST-ONE", "SECOND-ONE"];
    for value in others {
        assert_eq!(found(users, reader, value, &others), None);
    }
    // Not where the lines or their sections name them, or all of them are live.
    let named = "admin:FIRST-ONE\nreader:SECOND-ONE\n";
    let ini = "[admin]\npassword = FIRST-ONE\n[reader]\npassword = SECOND-ONE\n";
    for (ours, live) in [
        (named, "reader:hers\n"),
        (ini, "[reader]\npassword = hers\n"),
    ] {
        assert_eq!(found(ours, live, "FIRST-ONE", &others), None);
        let hers = found(ours, live, "SECOND-ONE", &others);
        assert_eq!(hers.as_deref(), Some("hers"));
    }
    let both = users.replace("FIRST-ONE", "his");
    let his = found(users, &both, "FIRST-ONE", &others);
    assert_eq!(his.as_deref(), Some("his"));
}

#[test]
fn a_text_that_can_be_split_in_two_ways_says_nothing() {
    let others = ["FIRST-ONE", "SECOND-ONE"];
    let (ours, live) = ("x:FIRST-ONE:SECOND-ONE@h", "x:my:pass:word@h");
    for value in others {
        assert_eq!(found(ours, live, value, &others), None);
        let plain = found(ours, "x:my:password@h", value, &others);
        assert!(plain.is_some());
    }
}

#[test]
fn escapes_of_a_live_value_are_undone() {
    let ours = r#"{"password":"VALUE"}"#;
    let live = r#"{"password":"p\u0026w\"\\"}"#;
    let expected = Some("p&w\"\\");
    assert_eq!(found(ours, live, "VALUE", &[]).as_deref(), expected);
    let (ours, live) = (encoded(ours), encoded(live));
    assert_eq!(found(&ours, &live, "VALUE", &[]).as_deref(), expected);
    // Outside of JSON a backslash is one.
    assert_eq!(
        found("{a: VALUE}", r"{a: \u0026}", "VALUE", &[]).as_deref(),
        Some(r"\u0026")
    );
    // What is more than one text is no value.
    let live = r#"{"password":"p","more":"x"}"#;
    assert_eq!(found(r#"{"password":"VALUE"}"#, live, "VALUE", &[]), None);
    // A part that is JSON itself is taken as it is.
    let part = r#"{"a":"x"}"#;
    let live = r#"{"b":{"a":"\u0026"}}"#;
    assert_eq!(
        found(r#"{"b":{"a":"x"}}"#, live, part, &[]).as_deref(),
        Some(r#"{"a":"\u0026"}"#)
    );
}
