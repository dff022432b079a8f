//! Argo CD's environment and parameters.

use std::process::Command;

use crate::raw::{Raw, good_chart};
use crate::support::{Chart, Helm, SEED_ID, Test, each_helm};

/// The environment that Argo CD gives, but for one variable.
pub(crate) fn argocd(
    raw: &Raw,
    chart: &Chart,
    helm: &Helm,
    change: (&str, Option<&str>),
) -> Command {
    let mut command = raw.place.command(env!("CARGO_BIN_EXE_argocd-pin-plugin"));
    command.arg("generate").current_dir(chart.dir());
    for (name, value) in [
        ("ARGOCD_APP_NAME", "app"),
        ("ARGOCD_APP_PROJECT_NAME", "default"),
        ("ARGOCD_APP_NAMESPACE", "ns"),
        ("ARGOCD_APP_PARAMETERS", "null"),
        (
            "ARGOCD_APP_REVISION",
            "0123456789abcdef0123456789abcdef01234567",
        ),
        ("ARGOCD_APP_SOURCE_PATH", "."),
        ("KUBE_VERSION", "1.31.0"),
        ("KUBE_API_VERSIONS", "v1,apps/v1"),
    ] {
        command.env(name, value);
    }
    command
        .env("PIN_SEED_FILE", &raw.seed_file)
        .env("PIN_SEED_ID", SEED_ID)
        .env("PIN_HELM", &helm.path);
    match change {
        (name, Some(value)) => command.env(name, value),
        (name, None) => command.env_remove(name),
    };
    command
}

/// Under Argo CD the same values come out as by hand for the same application.
#[test]
fn argocd_needs_no_flags() {
    each_helm(|helm| {
        let raw = Raw::new();
        let chart = good_chart();
        let outcome = raw.run(&mut argocd(&raw, &chart, helm, ("UNUSED", Some(""))));
        assert_eq!((outcome.status, outcome.stderr.as_str()), (0, ""));
        assert_eq!(outcome.stdout, Test::new(helm, &chart).render().text);
    });
}

#[test]
fn argocd_without_application_or_project() {
    each_helm(|helm| {
        let raw = Raw::new();
        let chart = good_chart();
        for name in ["ARGOCD_APP_NAME", "ARGOCD_APP_PROJECT_NAME"] {
            for value in [Some(""), None] {
                raw.fail(&mut argocd(&raw, &chart, helm, (name, value)), &[name]);
            }
        }
    });
}

#[test]
fn broken_parameters() {
    each_helm(|helm| {
        let raw = Raw::new();
        let chart = good_chart();
        for (json, says) in [
            ("{", "ARGOCD_APP_PARAMETERS"),
            (r#"{"name": "values"}"#, "ARGOCD_APP_PARAMETERS"),
            (
                r#"[{"name": "value-files", "array": ["a.yaml"]}]"#,
                "values-files",
            ),
            (
                r#"[{"name": "values-files", "array": ["no-such-values.yaml"]}]"#,
                "no-such-values.yaml",
            ),
            (
                r#"[{"name": "values-files", "array": ["../../../../../etc/passwd"]}]"#,
                "passwd",
            ),
            (
                r#"[{"name": "values-files", "array": ["/etc/passwd"]}]"#,
                "passwd",
            ),
            (r#"[{"name": "values", "string": "a: ["}]"#, "values"),
            (
                r#"[{"name": "release-name", "array": ["x"]}]"#,
                "release-name",
            ),
        ] {
            println!("{json}");
            raw.fail(
                &mut argocd(&raw, &chart, helm, ("ARGOCD_APP_PARAMETERS", Some(json))),
                &[says],
            );
        }
    });
}
