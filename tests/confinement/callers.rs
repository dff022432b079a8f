//! Who asks: the source hydrator, and callers with files of their own.

use crate::support::each_helm;
use crate::tenant::Tenant;

#[test]
fn the_source_hydrator() {
    each_helm(|helm| {
        Tenant::new().variable("KUBE_VERSION", "").refused(
            helm,
            &["KUBE_VERSION", "hydrator", "hint: ", "PIN_ALLOW_HYDRATOR"],
        );
        // The tenant's word for it is none.
        Tenant::new()
            .variable("KUBE_VERSION", "")
            .variable("ARGOCD_ENV_PIN_ALLOW_HYDRATOR", "true")
            .text("kube-version", "1.31.0")
            .refused(helm, &["hydrator"]);
        let allowed = Tenant::new()
            .variable("KUBE_VERSION", "")
            .variable("PIN_ALLOW_HYDRATOR", "true")
            .harmless(helm);
        assert!(allowed.stdout.contains("token: "), "{}", allowed.stdout);
    });
}

#[test]
fn a_missing_kubernetes_version() {
    each_helm(|helm| {
        let tenant = Tenant::new();
        let output = tenant
            .command(&helm.path)
            .env_remove("KUBE_VERSION")
            .output()
            .unwrap();
        assert!(!output.status.success() && output.stdout.is_empty());
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.contains("PIN_ALLOW_HYDRATOR"), "{stderr}");
    });
}

/// `argocd app diff --local --server-side-generate`: a chart of the caller's would print the pins of the Application.
#[test]
fn files_that_the_caller_sent() {
    each_helm(|helm| {
        Tenant::new()
            .variable("ARGOCD_APP_REVISION", "streamed")
            .refused(helm, &["ARGOCD_APP_REVISION", "hint: ", "PIN_ALLOW_LOCAL"]);
        Tenant::new()
            .variable("ARGOCD_APP_REVISION", "streamed")
            .variable("ARGOCD_ENV_PIN_ALLOW_LOCAL", "true")
            .refused(helm, &["PIN_ALLOW_LOCAL"]);
        Tenant::new()
            .variable("ARGOCD_APP_REVISION", "streamed")
            .variable("PIN_ALLOW_LOCAL", "true")
            .harmless(helm);
    });
}

/// By hand there is no Argo CD, and nothing of it applies.
#[test]
fn nobody_is_refused_by_hand() {
    each_helm(|helm| {
        let tenant = Tenant::new();
        let output = tenant
            .command_by_hand(helm)
            .env("KUBE_VERSION", "")
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    });
}

/// An Application in another namespace is another Application, and so is one of another project.
#[test]
fn applications_that_are_called_alike() {
    each_helm(|helm| {
        let token = |name: &str, project: &str| {
            let outcome = Tenant::new()
                .variable("ARGOCD_APP_NAME", name)
                .variable("ARGOCD_APP_PROJECT_NAME", project)
                .text("release-name", "same")
                .harmless(helm);
            let token = outcome
                .stdout
                .lines()
                .find_map(|line| line.strip_prefix("token: "));
            token.unwrap().to_owned()
        };
        let tokens = [
            token("app", "default"),
            token("ns_app", "default"),
            token("other_app", "default"),
            token("app", "other"),
            token("default", "app"),
        ];
        for (at, one) in tokens.iter().enumerate() {
            assert!(!tokens[at + 1..].contains(one), "two share {one}");
        }
    });
}
