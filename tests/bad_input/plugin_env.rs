//! `spec.source.plugin.env`: what users of other plugins set, and nothing here reads.

use crate::argocd::argocd;
use crate::raw::{Raw, good_chart};
use crate::support::each_helm;

/// It changes nothing, and is warned of: by its names, and never by its values.
#[test]
fn what_is_set_there_is_warned_of() {
    each_helm(|helm| {
        let raw = Raw::new();
        let chart = good_chart();
        let quiet = raw.run(&mut argocd(&raw, &chart, helm, ("UNUSED", None)));
        assert_eq!((quiet.status, quiet.stderr.as_str()), (0, ""));

        let mut command = argocd(
            &raw,
            &chart,
            helm,
            ("ARGOCD_ENV_HELM_ARGS", Some("-f hush")),
        );
        command
            .env("ARGOCD_ENV_RELEASE_NAME", "hush")
            .env("ARGOCD_ENV_odd\u{1b}[31m\nwarning: odd", "hush");
        let outcome = raw.run(&mut command);
        assert_eq!((outcome.status, outcome.stdout), (0, quiet.stdout));
        assert_eq!(outcome.stderr.lines().count(), 1, "{}", outcome.stderr);
        assert!(
            outcome.stderr.starts_with(
                "warning: spec.source.plugin.env is not read (`HELM_ARGS`, `RELEASE_NAME`, "
            ),
            "{}",
            outcome.stderr
        );
        assert!(!outcome.stderr.contains("hush") && !outcome.stderr.contains('\u{1b}'));
    });
}

/// It is said too where something else is wrong: that can be why.
#[test]
fn it_is_said_before_an_error() {
    each_helm(|helm| {
        let raw = Raw::new();
        let chart = good_chart();
        chart.write(
            "templates/needs.yaml",
            "a: {{ required \"give a region\" .Values.region }}\n",
        );
        raw.fail(
            &mut argocd(&raw, &chart, helm, ("ARGOCD_ENV_REGION", Some("north"))),
            &[
                "warning: spec.source.plugin.env is not read (`REGION`)",
                "give a region",
            ],
        );
    });
}
