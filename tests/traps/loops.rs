//! Secrets that are built in loops.

use std::collections::HashSet;

use crate::support::{Chart, Test, all_different, distinct, each_helm, matches, same_positions};

/// One value for 64 turns would make 64 equal characters.
#[test]
fn a_secret_built_in_a_loop_keeps_its_entropy() {
    each_helm(|helm| {
        let chart = Chart::named("hex-loop");
        let render = Test::new(helm, &chart).trap(&[]);
        for (key, pattern, least) in [
            ("cookie-secret", "[0-9a-f]{64}", 10),
            ("proxy-token", "[0-9a-f]{64}", 10),
            ("encryption-key", "[0-9a-f]{32}", 8),
            ("signing-key", "[0-9a-f]{32}", 8),
            ("admin-password", "[A-Za-z0-9]{24}", 12),
            ("inline", "(?:[a-z][0-9a-f]){16}", 10),
        ] {
            let value = render.secret("app-hub", key);
            matches(&value, pattern);
            assert!(
                distinct(&value) >= least,
                "{key}: {value} has few characters"
            );
        }
    });
}

#[test]
fn two_secrets_of_one_loop_differ() {
    each_helm(|helm| {
        let chart = Chart::named("hex-loop");
        let render = Test::new(helm, &chart).render();
        for (one, other) in [
            ("cookie-secret", "proxy-token"),
            ("encryption-key", "signing-key"),
        ] {
            let (one, other) = (
                render.secret("app-hub", one),
                render.secret("app-hub", other),
            );
            // Two random ones agree at one position in sixteen.
            assert!(
                same_positions(&one, &other) <= one.len() / 3,
                "{one}\n{other}"
            );
        }
    });
}

/// The alphabet must not be read off one sample: hexadecimal stays so for every seed, and all of
/// it comes up.
#[test]
fn a_loop_uses_its_whole_alphabet() {
    each_helm(|helm| {
        let chart = Chart::named("hex-loop");
        let mut hex = HashSet::new();
        let mut bytes = HashSet::new();
        let mut last = String::new();
        for n in 0..8 {
            let render = Test::new(helm, &chart).nth_seed(n).render();
            let secret = render.secret("app-hub", "cookie-secret");
            matches(&secret, "[0-9a-f]{64}");
            assert!(
                same_positions(&secret, &last) <= 21,
                "two seeds agree too often"
            );
            hex.extend(secret.chars());
            last = secret;
            let password = render.secret("app-hub", "admin-password");
            matches(&password, "[A-Za-z0-9]{24}");
            bytes.extend(password.chars());
        }
        assert_eq!(hex.len(), 16, "of 512 hexadecimal digits");
        // 192 draws of 62 leave about three out.
        assert!(
            bytes.len() >= 50,
            "of 192 letters and digits only {}",
            bytes.len()
        );
    });
}

/// The length is the chart's, not the one of the turn.
#[test]
fn a_loop_runs_as_often_as_the_values_say() {
    each_helm(|helm| {
        let chart = Chart::named("hex-loop");
        for length in ["1", "7", "128"] {
            let render = Test::new(helm, &chart).set("length", length).pinned();
            matches(
                &render.secret("app-hub", "cookie-secret"),
                &format!("[0-9a-f]{{{length}}}"),
            );
        }
    });
}

#[test]
fn each_turn_of_a_loop_makes_another_value() {
    each_helm(|helm| {
        let chart = Chart::named("replicas");
        let render = Test::new(helm, &chart).trap(&[]);
        let mut values = Vec::new();
        for i in 0..3 {
            for key in ["password", "read", "write"] {
                values.push(render.secret(&format!("app-node-{i}"), key));
            }
        }
        for value in &values {
            matches(value, "[A-Za-z0-9]{20}");
        }
        for i in 0..3 {
            let value = render.secret(&format!("app-helper-{i}"), "password");
            matches(&value, "[A-Za-z0-9]{22}");
            values.push(value);
        }
        matches(&render.secret("app-users", "anna"), "[A-Za-z0-9]{12}");
        matches(&render.secret("app-users", "ben"), "[A-Za-z0-9]{20}");
        for turn in ["turn-0", "turn-2"] {
            let value = render.secret("app-users", turn);
            matches(&value, "[A-Za-z0-9]{14}");
            values.push(value);
        }
        all_different(&values);
        let users = render.document("Secret", "app-users")["stringData"]
            .as_object()
            .unwrap();
        assert_eq!(
            users.keys().collect::<Vec<_>>(),
            ["anna", "ben", "turn-0", "turn-2"]
        );
    });
}

/// A replica more takes no value from the others.
#[test]
fn a_turn_more_leaves_the_other_turns_alone() {
    each_helm(|helm| {
        let chart = Chart::named("replicas");
        let three = Test::new(helm, &chart).render();
        let five = Test::new(helm, &chart).set("replicas", "5").render();
        for i in 0..3 {
            for (name, key) in [
                ("node", "password"),
                ("node", "read"),
                ("node", "write"),
                ("helper", "password"),
            ] {
                let name = format!("app-{name}-{i}");
                assert_eq!(
                    three.secret(&name, key),
                    five.secret(&name, key),
                    "{name} {key}"
                );
            }
        }
        assert_eq!(
            five.of_kind("Secret").len(),
            three.of_kind("Secret").len() + 4
        );
    });
}

/// `set $map (include "gen" .) …` would keep one entry of three if the helper's values were equal.
#[test]
fn entries_with_keys_of_a_helper_do_not_collapse() {
    each_helm(|helm| {
        let chart = Chart::named("collapse");
        let render = Test::new(helm, &chart).pinned();
        assert_eq!(render.secret("app-tokens", "count"), "3");
        let tokens: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(&render.secret("app-tokens", "tokens.json")).unwrap();
        assert_eq!(tokens.len(), 3);

        let chart = Chart::named("collapse-yaml");
        let render = Test::new(helm, &chart).pinned();
        let data = render.document("ConfigMap", "app-keys")["data"]
            .as_object()
            .unwrap();
        for key in data.keys() {
            matches(key, "[a-z]{12}");
        }
        let mut users: Vec<&str> = data.values().map(|user| user.as_str().unwrap()).collect();
        users.sort_unstable();
        assert_eq!(users, ["anna", "ben", "cleo"]);
        let other = Test::new(helm, &chart).nth_seed(1).render();
        let other = &other.document("ConfigMap", "app-keys")["data"];
        assert!(data.keys().all(|key| other[key].is_null()));
    });
}

/// In the same loop without a helper the turns tell the keys apart.
#[test]
fn entries_with_keys_made_in_the_loop_do_not_collapse() {
    each_helm(|helm| {
        let chart = Chart::named("collapse");
        let render = Test::new(helm, &chart).set("helper", "false").pinned();
        assert_eq!(render.secret("app-tokens", "count"), "3");
        let tokens: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(&render.secret("app-tokens", "tokens.json")).unwrap();
        let mut users: Vec<&str> = tokens.values().map(|user| user.as_str().unwrap()).collect();
        users.sort_unstable();
        assert_eq!(users, ["anna", "ben", "cleo"]);
        for token in tokens.keys() {
            matches(token, "[A-Za-z0-9]{16}");
        }
    });
}
