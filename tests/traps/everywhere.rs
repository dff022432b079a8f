//! What holds for every test chart: `explain` shows no value, `verify` is content.

use std::collections::HashSet;

use serde_json::Value;

use crate::support::{Chart, Helm, SEED, Test, each_helm};

/// A chart that fails on purpose.
const FAILING: &str = "leaks";

fn each_chart(check: impl Fn(&Helm, &Chart)) {
    each_helm(|helm| {
        for name in Chart::all() {
            if name != FAILING {
                println!("chart {name}");
                check(helm, &Chart::named(&name));
            }
        }
        println!("chart pinned-demo");
        check(helm, &Chart::example("pinned-demo"));
    });
}

/// All values that the seed decides and that are long enough to be told from other text.
fn secrets(test: &Test<'_>) -> Vec<String> {
    let other: HashSet<String> = test
        .clone()
        .nth_seed(9)
        .render()
        .values()
        .into_iter()
        .collect();
    test.render()
        .values()
        .into_iter()
        .filter(|value| value.len() >= 8 && !other.contains(value))
        .collect()
}

/// The table under the one helm, JSON under the other: what they say does not depend on helm.
#[test]
fn explain_shows_no_value() {
    let newest = Helm::v4().version;
    each_chart(|helm, chart| {
        let test = Test::new(helm, chart);
        let secrets = secrets(&test);
        let is_json = helm.version == newest;
        let explain = test.clone().command("explain");
        let explain = match is_json {
            true => explain.flag("--output").flag("json"),
            false => explain,
        };
        let outcome = explain.run();
        assert_eq!((outcome.status, outcome.stderr.as_str()), (0, ""));
        outcome.assert_hides(SEED.as_bytes());
        for secret in &secrets {
            assert!(
                !outcome.stdout.contains(secret.as_str()),
                "explain prints `{secret}`"
            );
        }
        if is_json {
            let report: Value = serde_json::from_str(&outcome.stdout).unwrap();
            assert!(
                report["values"].is_array()
                    && report["fixed"].is_array()
                    && report["helm_runs"].as_u64() > Some(0),
                "{}",
                outcome.stdout
            );
        }
    });
}

#[test]
fn verify_is_content() {
    each_chart(|helm, chart| {
        let outcome = Test::new(helm, chart).command("verify").run();
        assert_eq!(outcome.status, 0, "{}{}", outcome.stdout, outcome.stderr);
        assert!(!outcome.stdout.is_empty());
    });
}

/// An upgrade of helm changes no value, in no chart.
#[test]
fn both_helms_give_the_same() {
    let (old, new) = (Helm::v3(), Helm::v4());
    for name in Chart::all().iter().filter(|name| *name != FAILING) {
        let chart = Chart::named(name);
        // Their order and blank lines are helm's.
        let [old, new] = [&old, &new].map(|helm| {
            let render = Test::new(helm, &chart).render();
            let mut documents: Vec<String> =
                render.documents.iter().map(Value::to_string).collect();
            documents.sort_unstable();
            documents
        });
        assert_eq!(old, new, "{name}");
    }
}

/// Twenty renders, as in the first promise of the project.
#[test]
fn twenty_renders_are_one() {
    let helm = Helm::v4();
    for name in ["shared-call", "strong-password"] {
        let chart = Chart::named(name);
        let first = Test::new(&helm, &chart).render();
        for _ in 0..19 {
            let elsewhere = chart.copy();
            assert_eq!(
                first.text,
                Test::new(&helm, &elsewhere).render().text,
                "{name}"
            );
        }
    }
}

/// Argo CD renders in parallel, without a limit.
#[test]
fn parallel_renders_do_not_meet() {
    let helm = Helm::v4();
    let chart = Chart::named("shared-call");
    let first = Test::new(&helm, &chart).render().text;
    std::thread::scope(|scope| {
        let renders: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| Test::new(&helm, &chart).render().text))
            .collect();
        for render in renders {
            assert_eq!(first, render.join().unwrap());
        }
    });
}
