//! Dependencies: `helm dependency build` reads charts from paths that the tenant's files name.

use sha2::{Digest, Sha256};

use crate::support::{SEED, each_helm};
use crate::tenant::Tenant;

const HEAD: &str = "apiVersion: v2\nname: app\nversion: 1.0.0\n";

/// A chart outside of the repository that helm could pack, with the seed in it.
fn plant(tenant: &Tenant) {
    let evil = tenant.place.root.path().join("etc/evil");
    std::fs::create_dir_all(evil.join("templates")).unwrap();
    std::fs::write(
        evil.join("Chart.yaml"),
        "apiVersion: v2\nname: evil\nversion: 1.0.0\n",
    )
    .unwrap();
    std::fs::write(evil.join("values.yaml"), format!("leak: {SEED}\n")).unwrap();
}

/// These lines behind a chart's head, which must be refused.
#[track_caller]
fn refused(lines: impl Fn(&Tenant) -> String, says: &[&str]) {
    each_helm(|helm| {
        let tenant = Tenant::new();
        plant(&tenant);
        tenant.write("app/Chart.yaml", format!("{HEAD}{}", lines(&tenant)));
        tenant.refused(helm, says);
    });
}

/// The digest that helm wants in a lock file: over what it reads of both files.
fn lock_digest(required: &str, locked: &str) -> String {
    let sum = Sha256::digest(format!("[{required},{locked}]"));
    let hex: String = sum.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

fn absolute(tenant: &Tenant) -> String {
    let path = tenant.place.root.path().join("etc/evil");
    format!("file://{}", path.display())
}

/// A chart that names a chart beside it, which is not harmless.
fn depend_on_evil(tenant: &Tenant) {
    tenant.write(
        "app/Chart.yaml",
        format!(
            "{HEAD}dependencies: [{{name: evil, version: 1.0.0, repository: 'file://../evil'}}]"
        ),
    );
}

#[test]
fn an_absolute_path() {
    refused(
        |tenant| {
            format!(
                "dependencies: [{{name: evil, version: 1.0.0, repository: '{}'}}]",
                absolute(tenant)
            )
        },
        &["evil", "leads out of the repository"],
    );
}

#[test]
fn dot_dot_out_of_the_repository() {
    refused(
        |_| {
            "dependencies: [{name: evil, version: 1.0.0, repository: 'file://../../../../etc/evil'}]"
                .to_owned()
        },
        &["evil", "leads out of the repository"],
    );
}

/// Above the root directory there is nothing: enough `..` reach every path.
#[test]
fn dot_dot_beyond_the_root() {
    refused(
        |tenant| {
            let path = tenant.place.root.path().join("etc/evil");
            format!(
                "dependencies: [{{name: evil, version: 1.0.0, repository: 'file://{}{}'}}]",
                "../".repeat(40),
                path.display().to_string().trim_start_matches('/')
            )
        },
        &["evil", "leads out of the repository"],
    );
}

/// The plugin's own folder, links and all, by way of the kernel.
#[test]
fn the_folder_of_another_process() {
    refused(
        |_| {
            format!(
                "dependencies: [{{name: evil, version: 1.0.0, repository: 'file://{}proc/{}/cwd'}}]",
                "../".repeat(40),
                std::process::id()
            )
        },
        &["evil", "leads out of the repository"],
    );
}

#[test]
fn a_neighbours_chart() {
    refused(
        |_| {
            "dependencies: [{name: evil, version: 1.0.0, repository: 'file://../../neighbour'}]"
                .to_owned()
        },
        &["evil", "leads out of the repository"],
    );
}

#[test]
fn a_chart_that_is_a_link() {
    each_helm(|helm| {
        let tenant = Tenant::new();
        plant(&tenant);
        depend_on_evil(&tenant);
        tenant.link("evil", "../../../etc/evil");
        tenant.refused(helm, &["evil", "leads out of the repository"]);
    });
}

#[test]
fn a_chart_with_a_link_in_it() {
    each_helm(|helm| {
        let tenant = Tenant::new();
        depend_on_evil(&tenant);
        tenant.write(
            "evil/Chart.yaml",
            "apiVersion: v2\nname: evil\nversion: 1.0.0\n",
        );
        tenant.link("evil/values.yaml", tenant.seed_file());
        tenant.refused(helm, &["values.yaml", "link out of the repository"]);
    });
}

/// Helm takes paths from the lock file, not from the chart.
#[test]
fn a_lock_file_that_names_another_path() {
    each_helm(|helm| {
        let tenant = Tenant::new();
        plant(&tenant);
        let repository = absolute(&tenant);
        depend_on_evil(&tenant);
        tenant.write(
            "evil/Chart.yaml",
            "apiVersion: v2\nname: evil\nversion: 1.0.0\n",
        );
        let digest = lock_digest(
            r#"[{"name":"evil","version":"1.0.0","repository":"file://../evil"}]"#,
            &format!(r#"[{{"name":"evil","version":"1.0.0","repository":"{repository}"}}]"#),
        );
        tenant.write(
            "app/Chart.lock",
            format!(
                "dependencies: [{{name: evil, version: 1.0.0, repository: '{repository}'}}]\ndigest: {digest}\ngenerated: \"2024-01-01T00:00:00Z\"\n"
            ),
        );
        tenant.refused(helm, &["evil", "leads out of the repository"]);
    });
}

/// The same with a path that is fine: the digest above is one that helm takes.
#[test]
fn a_lock_file_of_an_honest_chart() {
    each_helm(|helm| {
        let tenant = Tenant::new();
        tenant.write(
            "app/Chart.yaml",
            format!(
                "{HEAD}dependencies: [{{name: good, version: 1.x, repository: 'file://../good'}}]"
            ),
        );
        tenant.write(
            "good/Chart.yaml",
            "apiVersion: v2\nname: good\nversion: 1.0.0\n",
        );
        tenant.write("good/templates/good.yaml", "good: it-is-here\n");
        let digest = lock_digest(
            r#"[{"name":"good","version":"1.x","repository":"file://../good"}]"#,
            r#"[{"name":"good","version":"1.0.0","repository":"file://../good"}]"#,
        );
        let lock = |digest: &str| {
            format!(
                "dependencies:\n- name: good\n  repository: file://../good\n  version: 1.0.0\ndigest: {digest}\ngenerated: \"2024-01-01T00:00:00Z\"\n"
            )
        };
        tenant.write("app/Chart.lock", lock(&digest));
        let outcome = tenant.harmless(helm);
        assert!(outcome.stdout.contains("it-is-here"), "{}", outcome.stdout);
        // And one that does not fit is helm's to refuse.
        tenant.write("app/Chart.lock", lock("sha256:00"));
        tenant.refused(helm, &["out of sync"]);
    });
}

#[test]
fn a_forerunners_file() {
    each_helm(|helm| {
        let tenant = Tenant::new();
        plant(&tenant);
        tenant.write("app/Chart.yaml", HEAD.replace("v2", "v1"));
        tenant.write(
            "app/requirements.yaml",
            format!(
                "dependencies: [{{name: evil, version: 1.0.0, repository: '{}'}}]",
                absolute(&tenant)
            ),
        );
        tenant.refused(helm, &["evil", "leads out of the repository"]);
    });
}

/// Go takes keys in any case.
#[test]
fn a_key_in_another_case() {
    refused(
        |tenant| {
            format!(
                "Dependencies: [{{Name: evil, Version: 1.0.0, REPOSITORY: '{}'}}]",
                absolute(tenant)
            )
        },
        &["evil", "leads out of the repository"],
    );
}

/// One parser takes the first, the other the last.
#[test]
fn a_key_that_stands_twice() {
    refused(
        |tenant| {
            format!(
                "dependencies: [{{name: evil, version: 1.0.0, repository: 'file://../x', repository: '{}'}}]",
                absolute(tenant)
            )
        },
        &["Chart.yaml"],
    );
}

/// Base64 of a path, which Go's parser decodes and ours does not.
#[test]
fn a_tag_that_hides_the_path() {
    refused(
        |_| {
            "dependencies: [{name: evil, version: 1.0.0, repository: !!binary ZmlsZTovLy9ldGMvZXZpbA==}]"
                .to_owned()
        },
        &["Chart.yaml of the chart has a tag"],
    );
}

/// An anchor of the same document, with more than one way to merge it.
#[test]
fn a_merge_that_hides_the_path() {
    each_helm(|helm| {
        let tenant = Tenant::new();
        plant(&tenant);
        tenant.write(
            "app/Chart.yaml",
            format!(
                "{HEAD}annotations: &evil {{repository: '{}'}}\ndependencies: [{{name: evil, version: 1.0.0, <<: *evil}}]\n",
                absolute(&tenant)
            ),
        );
        tenant.refused(helm, &["evil"]);
    });
}

#[test]
fn a_name_that_is_a_path() {
    refused(
        |_| {
            "dependencies: [{name: ../../../../../etc/evil, version: 1.0.0, repository: ''}]"
                .to_owned()
        },
        &["etc/evil", "a name is no path"],
    );
}

#[test]
fn a_repository_that_needs_a_plugin() {
    refused(
        |_| "dependencies: [{name: evil, version: 1.0.0, repository: 'secrets://x'}]".to_owned(),
        &["dependencies"],
    );
}

/// Helm writes the lock file, through a link if it is one: here into the copy.
#[test]
fn a_lock_file_that_is_a_link() {
    each_helm(|helm| {
        let tenant = Tenant::new();
        tenant.write(
            "app/Chart.yaml",
            format!(
                "{HEAD}dependencies: [{{name: good, version: 1.0.0, repository: 'file://../good'}}]"
            ),
        );
        tenant.write(
            "good/Chart.yaml",
            "apiVersion: v2\nname: good\nversion: 1.0.0\n",
        );
        tenant.write("shared/victim", "dependencies: []\n");
        tenant.link("app/Chart.lock", "../shared/victim");
        tenant.run(&helm.path);
        let victim = std::fs::read_to_string(tenant.path("shared/victim")).unwrap();
        assert_eq!(victim, "dependencies: []\n");
    });
}
