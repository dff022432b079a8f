//! What charts print of the time.

use std::thread::sleep;
use std::time::Duration;

use crate::support::{Chart, Test, each_helm};

#[test]
fn the_time_stands_still() {
    each_helm(|helm| {
        let chart = Chart::named("clock");
        let test = Test::new(helm, &chart);
        let first = test.pinned();
        // Over a second's end, which two quick renders can share.
        sleep(Duration::from_millis(1100));
        assert_eq!(first.text, test.render().text);
        assert!(
            !first.config("app-clock", "raw").contains("m="),
            "a monotonic reading"
        );
        assert_eq!(
            first.text,
            test.nth_seed(1).render().text,
            "the clock depends on the seed"
        );
    });
}

/// All forms agree on the one reading; the zone is UTC whatever the environment says.
#[test]
fn the_admin_sets_the_clock() {
    each_helm(|helm| {
        let chart = Chart::named("clock");
        let render = Test::new(helm, &chart)
            .env("SOURCE_DATE_EPOCH", "1700000000")
            .pinned();
        for (key, text) in [
            ("epoch", "1700000000"),
            ("day", "2023-11-14"),
            ("args", "2023-11-14T22:13:20Z"),
            ("method", "1700000000"),
            ("nano", "1700000000000000000"),
            ("year", "2023"),
            ("html", "2023-11-14"),
            ("zone", "2023-11-14 23:13"),
            ("later", "2023-11-15 22:13:20"),
            ("default", "2023-11-14 22:13:20"),
            ("reason", "installed at 2023.11.14-22.13.20"),
            ("parity", "even"),
            ("constant", "29 Feb 2024"),
        ] {
            assert_eq!(render.config("app-clock", key), text, "{key}");
        }
        let raw = render.config("app-clock", "raw");
        assert!(raw.starts_with("2023-11-14 22:13:20 +0000"), "{raw}");
        // 2024-01-01 is 47 days ahead of that.
        assert_eq!(render.config("app-clock", "ago"), "-1129h46m40s");
        assert_eq!(
            render.field("ConfigMap", "app-clock", "/metadata/annotations/stamp"),
            "1700000000"
        );
        assert_eq!(render.config("app-20231114221320", "key"), "value");
    });
}

/// A tenant's variables do not reach the clock.
#[test]
fn a_tenant_cannot_set_the_clock() {
    each_helm(|helm| {
        let chart = Chart::named("clock");
        let test = Test::new(helm, &chart);
        let render = test.render();
        let tenant = test
            .env("ARGOCD_ENV_SOURCE_DATE_EPOCH", "1700000000")
            .render();
        assert_eq!(render.text, tenant.text);
    });
}

#[test]
fn everything_else_of_a_dated_chart_is_untouched() {
    each_helm(|helm| {
        let chart = Chart::named("clock");
        Test::new(helm, &chart).trap(&[
            "rendered:",
            "stamp:",
            "raw:",
            "epoch:",
            "day:",
            "args:",
            "method:",
            "nano:",
            "year:",
            "html:",
            "zone:",
            "later:",
            "ago:",
            "default:",
            "reason:",
            "parity:",
            "name: app-2",
            "password:",
        ]);
    });
}
