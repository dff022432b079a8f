//! Generated values that steer the chart, and passwords with rules.

use std::collections::HashSet;

use crate::support::{Chart, Manifests, Test, all_different, each_helm, matches};

fn number(text: &str) -> u32 {
    text.parse().unwrap()
}

/// Every place where a value out of a range stands.
fn check_ranges(render: &Manifests) {
    let hourly = render.field("CronJob", "app-hourly", "/spec/schedule");
    matches(&hourly, r"\d{1,2} \* \* \* \*");
    assert!(number(hourly.split(' ').next().unwrap()) < 60, "{hourly}");

    let nightly = render.field("CronJob", "app-nightly", "/spec/schedule");
    matches(&nightly, r"\d{1,2} \d{1,2} \* \* \*");
    let mut parts = nightly.split(' ');
    assert!(number(parts.next().unwrap()) < 60, "{nightly}");
    assert!(number(parts.next().unwrap()) < 24, "{nightly}");

    matches(&render.config("app-config", "zone"), "zone-[abc]");
    matches(&render.config("app-config", "shift"), "day|night");
    matches(&render.config("app-config", "half"), "upper|lower");
    let port = number(&render.config("app-config", "port"));
    assert!((30000..32768).contains(&port), "{port}");

    let password = render.secret("app-inserted", "password");
    matches(&password, "[A-Za-z0-9]*@[A-Za-z0-9]*");
    assert_eq!(password.len(), 21, "{password}");
}

#[test]
fn values_that_steer_stay_in_range() {
    each_helm(|helm| {
        let chart = Chart::named("steering");
        let vary = ["schedule:", "zone:", "shift:", "half:", "port:"];
        check_ranges(&Test::new(helm, &chart).trap(&vary));

        let mut minutes = HashSet::new();
        let mut zones = HashSet::new();
        for n in 0..10 {
            let render = Test::new(helm, &chart).nth_seed(n).render();
            check_ranges(&render);
            minutes.insert(render.field("CronJob", "app-hourly", "/spec/schedule"));
            zones.insert(render.config("app-config", "zone"));
        }
        assert!(minutes.len() >= 4, "ten seeds give the minutes {minutes:?}");
        assert!(zones.len() >= 2, "ten seeds give the zones {zones:?}");
    });
}

/// What the shared helper makes keeps a lower-case letter, an upper-case letter, a digit and a
/// symbol, for every seed.
#[test]
fn strong_passwords_stay_strong() {
    each_helm(|helm| {
        let chart = Chart::named("strong-password");
        Test::new(helm, &chart).trap(&[]);
        for n in 0..12 {
            let render = Test::new(helm, &chart).nth_seed(n).render();
            for (key, length) in [
                ("admin-password", 16),
                ("user-password", 16),
                ("long-password", 40),
            ] {
                let password = render.secret("app-db", key);
                matches(&password, &format!("[A-Za-z0-9_@]{{{length}}}"));
                for (class, has) in [
                    (
                        "lower-case letter",
                        password.contains(|c: char| c.is_ascii_lowercase()),
                    ),
                    (
                        "upper-case letter",
                        password.contains(|c: char| c.is_ascii_uppercase()),
                    ),
                    ("digit", password.contains(|c: char| c.is_ascii_digit())),
                    ("symbol", password.contains(['_', '@'])),
                ] {
                    assert!(has, "{key}: no {class} in {password}");
                }
            }
            matches(
                &render.secret("app-db", "plain-password"),
                "[A-Za-z0-9]{16}",
            );
            matches(
                &render.secret("app-db", "default-password"),
                "[A-Za-z0-9]{12}",
            );
        }
    });
}

/// One helper makes them all.
#[test]
fn passwords_of_a_shared_helper_differ() {
    each_helm(|helm| {
        let chart = Chart::named("strong-password");
        let render = Test::new(helm, &chart).render();
        let passwords: Vec<String> = [
            "admin-password",
            "user-password",
            "long-password",
            "plain-password",
            "default-password",
            "given-password",
        ]
        .iter()
        .map(|key| render.secret("app-db", key))
        .collect();
        all_different(&passwords);
        // Not even their beginnings are shared, as they would be with one stream for all.
        let heads: Vec<&str> = passwords.iter().map(|password| &password[..6]).collect();
        all_different(&heads);
    });
}

/// A password that the values give is the one that is printed; the others stay as they were; and
/// the checksum over the Secret follows, so that pods roll.
#[test]
fn a_given_password_is_left_alone() {
    each_helm(|helm| {
        let chart = Chart::named("strong-password");
        let before = Test::new(helm, &chart).render();
        let after = Test::new(helm, &chart).set("given", "by-hand").pinned();
        assert_eq!(after.secret("app-db", "given-password"), "by-hand");
        for key in [
            "admin-password",
            "user-password",
            "long-password",
            "plain-password",
            "default-password",
        ] {
            assert_eq!(
                before.secret("app-db", key),
                after.secret("app-db", key),
                "{key}"
            );
        }
        let checksum = "/spec/template/metadata/annotations/checksum~1secret";
        let (before, after) = (
            before.field("Deployment", "app", checksum),
            after.field("Deployment", "app", checksum),
        );
        matches(&before, "[0-9a-f]{64}");
        matches(&after, "[0-9a-f]{64}");
        assert_ne!(before, after, "the Secret changed, its checksum did not");
    });
}

/// What a value only chooses ("true", "false") says nothing of it: not where such a word stands, nor what stands there too.
#[test]
fn a_word_that_a_value_chooses_does_not_name_it() {
    let texts = [
        ("contains \"a\" $p | quote", "'true'"),
        ("kindOf $p", "string"),
        (
            "ternary \"on\" \"enabled\" (gt (len $p) 16) | quote",
            "enabled",
        ),
        ("$chosen", "disabled"),
        ("printf \"is-%s\" $chosen", "is-disabled"),
    ];
    each_helm(|helm| {
        for (text, word) in texts {
            let secret = format!(
                "{{{{- range .Values.names }}}}\n{{{{- $p := randAlphaNum 16 }}}}\n{{{{- $chosen := ternary \"enabled\" \"disabled\" (contains \"z\" $p) }}}}\n\
                 ---\napiVersion: v1\nkind: Secret\nmetadata: {{name: db-{{{{ . }}}}}}\nstringData:\n  password: {{{{ $p }}}}\n  about: {{{{ {text} }}}}\n{{{{- end }}}}\n"
            );
            let passwords = |names: &str, other: &str| {
                let chart = Chart::of(&[
                    ("values.yaml", &format!("names: {names}\n")),
                    ("templates/db.yaml", &secret),
                    ("templates/other.yaml", other),
                ]);
                let render = Test::new(helm, &chart).pinned();
                ["db-b", "db-c"].map(|name| render.secret(name, "password"))
            };
            let other = format!(
                "apiVersion: v1\nkind: Secret\nmetadata: {{name: a}}\nstringData:\n  word: {word}\n"
            );
            let first = passwords("[b, c]", "");
            all_different(&first);
            assert_eq!(first, passwords("[a, b, c]", ""), "{text}");
            assert_eq!(first, passwords("[b, c]", &other), "{text}");
        }
    });
}

/// A chart that draws until a password holds a rule takes a render for each draw.
#[test]
fn a_password_is_drawn_until_it_holds_a_rule() {
    let strong = r#"{{- define "strong" -}}
{{- $p := "" }}
{{- range until 100 }}{{- if not (and (regexMatch "[0-9].*[0-9]" $p) (regexMatch "[A-Z].*[A-Z].*[A-Z]" $p)) }}{{- $p = randAlphaNum 8 }}{{- end }}{{- end }}
{{- $p -}}
{{- end -}}"#;
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  {{- range until 10 }}\n  k{{ . }}: {{ include \"strong\" $ | quote }}\n  {{- end }}\n";
    let chart = Chart::of(&[("templates/_h.tpl", strong), ("templates/s.yaml", secret)]);
    each_helm(|helm| {
        for app in 0..8 {
            let render = Test::new(helm, &chart).app(&format!("app-{app}")).pinned();
            for key in 0..10 {
                let password = render.secret("s", &format!("k{key}"));
                matches(&password, ".*[0-9].*[0-9].*");
            }
        }
    });
}
