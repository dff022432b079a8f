//! What a message may show.

use crate::support::{Chart, Test, each_helm};

/// The chart prints its own value with `fail`, `required` or in broken YAML. The message that
/// comes through was made with a seed that is no secret: it is the same whatever the seed is.
#[test]
fn a_charts_own_message_shows_no_value() {
    each_helm(|helm| {
        let chart = Chart::named("leaks");
        for (mode, says) in [
            ("fail", "is refused"),
            ("required", "give a value"),
            ("yaml", "secret.yaml"),
            ("late", "index"),
        ] {
            println!("mode {mode}");
            let test = Test::new(helm, &chart).set("mode", mode);
            let one = test.fail();
            one.assert_says(&[says]);
            for other in [
                test.clone().nth_seed(1),
                test.clone().app("other"),
                test.clone().project("other"),
            ] {
                assert_eq!(
                    one.stderr,
                    other.fail().stderr,
                    "the message depends on the seed"
                );
            }
        }
        Test::new(helm, &chart).set("mode", "none").pinned();
    });
}
