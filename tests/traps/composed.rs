//! Values that are put together from short ones, of every length, and kept in odd places.

use std::collections::HashSet;

use crate::support::{Chart, Test, all_different, distinct, each_helm, matches};

/// Two calls of a helper differ, and each keeps the form that the helper gives it.
#[test]
fn composed_values_keep_their_form() {
    each_helm(|helm| {
        let chart = Chart::named("composed");
        Test::new(helm, &chart).trap(&[]);
        for n in 0..8 {
            let render = Test::new(helm, &chart).nth_seed(n).render();
            let secret = |key: &str| render.secret("app-composed", key);
            for (name, pattern) in [
                ("user", "[a-z][A-Za-z0-9]{15}"),
                ("license", "(?:[A-Z0-9]{4}-){3}[0-9]{4}"),
                ("key", "[0-9a-f]{64}"),
                ("pin", "[0-9]{6}"),
                ("mixed", "[A-Za-z0-9!]{11}"),
            ] {
                let both = [
                    secret(&format!("first-{name}")),
                    secret(&format!("second-{name}")),
                ];
                matches(&both[0], pattern);
                matches(&both[1], pattern);
                all_different(&both);
            }
            for name in ["first-mixed", "second-mixed"] {
                let mixed = secret(name);
                let count = |class: fn(&char) -> bool| mixed.chars().filter(class).count();
                assert_eq!(count(|c| *c == '!'), 1, "{mixed}");
            }
            matches(&secret("inline-key"), "[0-9a-f]{64}");
            matches(&secret("short-key"), "[0-9a-f]{32}");
            matches(&secret("bytes-key"), "[A-Za-z0-9+/]{86}==");
            matches(&secret("code"), "[0-9]{6}");
        }
    });
}

/// Two phrases of one helper are both made of words, and differ.
#[test]
fn phrases_are_made_of_words() {
    each_helm(|helm| {
        let chart = Chart::named("passphrase");
        let word = "(?:amber|bay|cedar|dune|ember|fjord|grove|harbor|islet|juniper|kelp|lagoon)";
        let phrase = format!("{word}(?:-{word}){{7}}");
        let test = Test::new(helm, &chart);
        let mut seen = HashSet::new();
        for n in 0..4 {
            let render = test.clone().nth_seed(n).pinned();
            for key in ["first", "second"] {
                let value = render.secret("app-phrase", key);
                matches(&value, &phrase);
                assert!(seen.insert(value), "two places or seeds, one phrase");
            }
        }
    });
}

#[test]
fn values_of_every_length_are_stable() {
    each_helm(|helm| {
        let lengths = [
            1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 31, 33, 61, 62, 63, 100, 255, 1024,
        ];
        let mut template =
            "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n".to_owned();
        for length in lengths {
            template += &format!("  top-{length}: \"{{{{ randAlphaNum {length} }}}}\"\n");
            template += &format!("  gen-{length}: {{{{ include \"gen\" {length} | quote }}}}\n");
            template += &format!("  too-{length}: {{{{ include \"gen\" {length} | quote }}}}\n");
        }
        let chart = Chart::of(&[
            ("templates/s.yaml", &template),
            (
                "templates/_g.tpl",
                "{{ define \"gen\" }}{{ randAlphaNum (int .) }}{{ end }}",
            ),
        ]);
        let render = Test::new(helm, &chart).pinned();
        for length in lengths {
            for name in ["top", "gen", "too"] {
                matches(
                    &render.secret("s", &format!("{name}-{length}")),
                    &format!("[A-Za-z0-9]{{{length}}}"),
                );
            }
            // Shorter ones can be equal by chance, as under plain helm.
            if length >= 4 {
                all_different(
                    &["top", "gen", "too"]
                        .map(|name| render.secret("s", &format!("{name}-{length}"))),
                );
            }
        }
    });
}

/// A template that only sets a value which others print.
#[test]
fn a_value_set_by_one_template_and_printed_by_others() {
    each_helm(|helm| {
        let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: NAME}\nstringData: {p: {{ .Values.auth.password }}}\n";
        let chart = Chart::of(&[
            ("values.yaml", "auth: {}\n"),
            // Helm renders the last name first.
            (
                "templates/zz-init.yaml",
                "{{ $_ := set .Values.auth \"password\" (randAlphaNum 26) }}",
            ),
            ("templates/a.yaml", &secret.replace("NAME", "a")),
            ("templates/b.yaml", &secret.replace("NAME", "b")),
        ]);
        let render = Test::new(helm, &chart).trap(&[]);
        matches(&render.secret("a", "p"), "[A-Za-z0-9]{26}");
        assert_eq!(render.secret("a", "p"), render.secret("b", "p"));
    });
}

/// A parent overrides a helper of its subchart: helm decides which one runs, and so it stays.
#[test]
fn an_overridden_helper_is_the_one_that_runs() {
    each_helm(|helm| {
        let define = |length: u32| {
            format!(
                "{{{{ define \"shared.password\" }}}}{{{{ randAlphaNum {length} }}}}{{{{ end }}}}"
            )
        };
        let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: NAME}\nstringData: {p: {{ include \"shared.password\" . }}}\n";
        let chart = Chart::of(&[
            ("templates/_g.tpl", &define(20)),
            ("templates/s.yaml", &secret.replace("NAME", "parent")),
            (
                "charts/sub/Chart.yaml",
                "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
            ),
            ("charts/sub/templates/_g.tpl", &define(30)),
            (
                "charts/sub/templates/s.yaml",
                &secret.replace("NAME", "sub"),
            ),
        ]);
        let render = Test::new(helm, &chart).trap(&[]);
        matches(&render.secret("parent", "p"), "[A-Za-z0-9]{20}");
        matches(&render.secret("sub", "p"), "[A-Za-z0-9]{20}");
        assert_ne!(render.secret("parent", "p"), render.secret("sub", "p"));
    });
}

/// Another chart's values in a block scalar, as charts of Applications have them.
#[test]
fn yaml_inside_yaml_is_pinned() {
    each_helm(|helm| {
        let chart = Chart::of(&[(
            "templates/app.yaml",
            "{{ $pw := randAlphaNum 24 }}\napiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: child}\nspec:\n  source:\n    helm:\n      values: |\n        auth:\n          password: {{ $pw }}\n          url: \"amqp://u:{{ $pw }}@mq\"\n      parameters:\n        - name: first\n          value: {{ randAlphaNum 24 | quote }}\n        - name: second\n          value: {{ $pw | quote }}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {p: {{ $pw }}}\n",
        )]);
        let render = Test::new(helm, &chart).trap(&[]);
        let password = render.secret("s", "p");
        matches(&password, "[A-Za-z0-9]{24}");
        let field =
            |path: &str| render.field("Application", "child", &format!("/spec/source/helm/{path}"));
        assert_eq!(
            field("values"),
            format!("auth:\n  password: {password}\n  url: \"amqp://u:{password}@mq\"\n")
        );
        assert_eq!(field("parameters/1/value"), password);
        assert_ne!(field("parameters/0/value"), password);
    });
}

/// A length that the chart computes.
#[test]
fn long_values_of_a_helper_are_whole() {
    each_helm(|helm| {
        let chart = Chart::of(&[(
            "templates/secret.yaml",
            "{{- define \"other\" }}{{ randAlphaNum (int .) }}{{ end -}}\n{{- define \"long\" }}{{ randAlphaNum (int .) }}{{ end -}}\napiVersion: v1\nkind: Secret\nmetadata:\n  name: s\ndata:\n  a: {{ include \"long\" 256 | b64enc }}\n  b: {{ include \"long\" 300 | b64enc }}\n  c: {{ include \"other\" 40 | b64enc }}\n",
        )]);
        let render = Test::new(helm, &chart).trap(&[]);
        for (key, length) in [("a", 256), ("b", 300), ("c", 40)] {
            let value = render.secret("s", key);
            matches(&value, &format!("[A-Za-z0-9]{{{length}}}"));
            assert!(distinct(&value) > 20, "{value}");
        }
    });
}
