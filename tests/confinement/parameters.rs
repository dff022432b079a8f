//! The other parameters: what could become a flag of helm's, or a setting of the admin's.

use serde_json::json;

use crate::support::each_helm;
use crate::tenant::{SEED_ID, Tenant};

#[test]
fn a_release_name_that_is_a_flag() {
    each_helm(|helm| {
        for name in ["--post-renderer=/bin/sh", "-f/etc/passwd", "--debug"] {
            Tenant::new()
                .text("release-name", name)
                .refused(helm, &["release name"]);
        }
    });
}

#[test]
fn a_release_name_that_is_a_template() {
    each_helm(|helm| {
        for name in ["{{ env \"PIN_SEED_FILE\" }}", "a{{ randAlpha 5 }}"] {
            Tenant::new()
                .text("release-name", name)
                .refused(helm, &["release name", "{{"]);
        }
    });
}

#[test]
fn a_namespace_that_is_a_flag() {
    each_helm(|helm| {
        let tenant = Tenant::new().text("namespace", "--values=/etc/passwd");
        tenant.write("app/templates/ns.yaml", "ns: {{ .Release.Namespace }}\n");
        let outcome = tenant.harmless(helm);
        assert!(
            outcome.stdout.contains("ns: --values=/etc/passwd"),
            "{}",
            outcome.stdout
        );
    });
}

#[test]
fn a_kube_version_that_is_a_flag() {
    each_helm(|helm| {
        Tenant::new()
            .text("kube-version", "--values=/etc/passwd")
            .refused(helm, &["kube-version"]);
    });
}

#[test]
fn an_api_version_that_is_a_flag() {
    each_helm(|helm| {
        let tenant = Tenant::new().array("api-versions", &["--values=/etc/passwd", "-f"]);
        tenant.write(
            "app/templates/api.yaml",
            "has: {{ .Capabilities.APIVersions.Has \"--values=/etc/passwd\" }}\n",
        );
        let outcome = tenant.harmless(helm);
        assert!(outcome.stdout.contains("has: true"), "{}", outcome.stdout);
    });
}

#[test]
fn a_parameter_that_is_a_flag() {
    each_helm(|helm| {
        for name in [
            "post-renderer",
            "--post-renderer",
            "helm-flags",
            "seed-file",
            "helm",
        ] {
            Tenant::new()
                .text(name, "/bin/sh")
                .refused(helm, &["no parameter", name]);
        }
    });
}

#[test]
fn a_value_name_that_is_a_flag() {
    each_helm(|helm| {
        let tenant = Tenant::new().map("helm-parameters", "--set-file a", "/etc/passwd");
        let outcome = tenant.harmless(helm);
        assert!(
            outcome.stdout.contains("--set-file a\\\":\\\"/etc/passwd"),
            "{}",
            outcome.stdout
        );
    });
}

/// More values than one come of it, all the tenant's own, and no file.
#[test]
fn a_value_name_that_sets_a_second_value() {
    each_helm(|helm| {
        let outcome = Tenant::new()
            .map("helm-parameters", "a=1,b", "/etc/passwd")
            .harmless(helm);
        assert!(
            outcome
                .stdout
                .contains(r#"{\"a\":1,\"b\":\"/etc/passwd\"}"#),
            "{}",
            outcome.stdout
        );
    });
}

#[test]
fn a_value_that_is_a_path_stays_text() {
    each_helm(|helm| {
        let outcome = Tenant::new()
            .parameters(json!([
                { "name": "helm-parameters", "map": { "a": "@/etc/passwd" } },
                { "name": "helm-string-parameters", "map": { "b": "file:///etc/passwd" } },
                { "name": "values", "string": "c: !include /etc/passwd" },
            ]))
            .harmless(helm);
        for part in ["@/etc/passwd", "file:///etc/passwd"] {
            assert!(outcome.stdout.contains(part), "{}", outcome.stdout);
        }
    });
}

#[test]
fn values_that_grow_without_end() {
    each_helm(|helm| {
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for n in 1..12 {
            let last = format!("*a{}, ", n - 1).repeat(9);
            bomb.push_str(&format!("a{n}: &a{n} [{last}]\n"));
        }
        Tenant::new()
            .text("values", &bomb)
            .refused(helm, &["values"]);
    });
}

#[test]
fn a_nul_that_ends_the_argument() {
    each_helm(|helm| {
        Tenant::new()
            .text("namespace", "a\0--values=/etc/passwd")
            .refused(helm, &["namespace", "NUL"]);
    });
}

/// A relative path of the admin's would lead into the tenant's folder, where a helm or a seed of his could be.
#[test]
fn an_admins_path_that_is_relative() {
    each_helm(|helm| {
        let tenant = Tenant::new().variable("PIN_HELM", "bin/helm");
        let mark = tenant.place.root.path().join("mark");
        tenant.write(
            "app/bin/helm",
            format!("#!/bin/sh\necho > {}\n", mark.display()),
        );
        let run = tenant.path("app/bin/helm");
        std::fs::set_permissions(run, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        tenant.refused(helm, &["PIN_HELM", "absolute"]);
        assert!(!mark.exists());

        let tenant = Tenant::new().variable("PIN_SEED_FILE", "seed");
        tenant.write(
            "app/seed",
            "a seed of the tenant's own, which is long enough",
        );
        tenant.refused(helm, &["PIN_SEED_FILE", "absolute"]);

        let tenant = Tenant::new().variable("PIN_SCOPES_FILE", "scopes.yaml");
        tenant.write("app/scopes.yaml", "default/app: default/neighbour");
        tenant.refused(helm, &["PIN_SCOPES_FILE", "absolute"]);
    });
}

/// A tenant names one of the admin's seeds, and no file.
#[test]
fn a_seed_that_is_a_path() {
    each_helm(|helm| {
        for name in [
            "seed",
            "../etc/seed",
            "seed-/../../etc/seed",
            "seed-0123456789abcde/",
        ] {
            let tenant = Tenant::new();
            let seeds = tenant.place.root.path().join("etc");
            tenant
                .variable("PIN_SEED_FILE", "")
                .variable("PIN_SEED_DIR", seeds.to_string_lossy())
                .variable("PIN_SEED_ID", SEED_ID)
                .text("seed", name)
                .refused(helm, &["the parameter `seed`"]);
        }
        // A seed of the tenant's own in the repository.
        let tenant = Tenant::new()
            .variable("PIN_SEED_FILE", "")
            .variable("PIN_SEED_DIR", "seeds")
            .variable("PIN_SEED_ID", SEED_ID);
        tenant.write(&format!("app/seeds/{SEED_ID}"), "x".repeat(32));
        tenant.refused(helm, &["PIN_SEED_DIR", "absolute"]);
    });
}

/// A baseline is a file of the repository, also where values files may be remote: as a path, `https://h/x` could be a link.
#[test]
fn a_baseline_that_is_an_address() {
    each_helm(|helm| {
        let tenant = Tenant::new()
            .variable("PIN_VALUES_SCHEMES", "https")
            .text("baseline", "https://h/x");
        tenant.link("app/https:/h/x", tenant.seed_file());
        tenant.refused(
            helm,
            &["the baseline cannot be read", "is a remote address"],
        );
    });
}

#[test]
fn a_baseline_that_is_a_link() {
    each_helm(|helm| {
        let tenant = Tenant::new().text("baseline", "b.yaml");
        tenant.link("app/b.yaml", tenant.seed_file());
        tenant.refused(helm, &["outside of the repository"]);
        let tenant = Tenant::new().variable("PIN_BASELINE", "true");
        tenant.link("app/.argocd-baseline.yaml", tenant.seed_file());
        tenant.refused(helm, &["outside of the repository"]);
    });
}

/// Argo CD gives a tenant's variables a prefix, and so do names of parameters.
#[test]
fn variables_that_look_like_settings() {
    each_helm(|helm| {
        let plain = Tenant::new().harmless(helm).stdout;
        let tenant = Tenant::new()
            .variable("ARGOCD_ENV_PIN_SEED_FILE", "/dev/null")
            .variable("ARGOCD_ENV_PIN_SEED_DIR", "/dev")
            .variable("ARGOCD_ENV_PIN_SEED_ID", "none")
            .variable("ARGOCD_ENV_PIN_SCOPES_FILE", "/dev/null")
            .variable("PARAM_PIN_SCOPES_FILE", "/dev/null")
            .variable("ARGOCD_ENV_PIN_HELM", "/bin/false")
            .variable("PARAM_PIN_HELM", "/bin/false")
            .variable("ARGOCD_ENV_ARGOCD_APP_NAME", "other")
            .variable("ARGOCD_ENV_ARGOCD_APP_PROJECT_NAME", "other")
            .variable("ARGOCD_ENV_PIN_ALLOW", "randAlphaNum")
            .variable("ARGOCD_ENV_SOURCE_DATE_EPOCH", "1");
        assert_eq!(tenant.harmless(helm).stdout, plain);
    });
}
