//! The chart of `make demo`, which does what the case that started this project does.

use std::process::Command;

use crate::support::{Chart, Helm, Manifests, Test, all_different, each_helm, matches, repository};

fn checksums(render: &Manifests, name: &str) -> [String; 2] {
    let annotation = format!("/spec/template/metadata/annotations/checksum~1{name}");
    [
        render.field("DaemonSet", "app-agent", &annotation),
        render.field("Deployment", "app-cluster-agent", &annotation),
    ]
}

#[test]
fn the_token_is_pinned_and_the_workloads_agree() {
    each_helm(|helm| {
        let chart = Chart::example("pinned-demo");
        let test = Test::new(helm, &chart);
        let render = test.trap(&["install_time:"]);
        matches(
            &render.secret("app-cluster-agent", "token"),
            "[A-Za-z0-9]{32}",
        );
        matches(
            &render.config("app-install-info", "install_id"),
            "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        );
        matches(
            &render.config("app-install-info", "install_time"),
            "[0-9]{9,10}",
        );
        for name in ["cluster-agent-token", "install-info"] {
            let [agent, cluster_agent] = checksums(&render, name);
            matches(&agent, "[0-9a-f]{64}");
            assert_eq!(agent, cluster_agent, "{name}");
        }
        let password = render.secret("app-store", "password");
        matches(&password, "[A-Za-z0-9]{20}");
        assert_eq!(
            render.secret("app-store", "url"),
            format!("postgres://agent:{password}@app-store:5432/agent")
        );
        all_different(&[password, render.secret("app-store", "admin-password")]);
    });
}

/// A new image rolls what it belongs to, and no checksum.
#[test]
fn a_new_image_changes_one_line() {
    each_helm(|helm| {
        let chart = Chart::example("pinned-demo");
        let before = Test::new(helm, &chart).render();
        let after = Test::new(helm, &chart)
            .set("image", "registry.example.org/agent:2.0")
            .render();
        let changed: Vec<(&str, &str)> = before
            .text
            .lines()
            .zip(after.text.lines())
            .filter(|(before, after)| before != after)
            .collect();
        assert_eq!(changed.len(), 1, "{changed:?}");
        assert!(changed[0].1.contains("agent:2.0"));
    });
}

/// A Secret that gets other content gets another checksum: else pods keep the old one.
#[test]
fn a_checksum_follows_what_it_sums() {
    each_helm(|helm| {
        let chart = Chart::example("pinned-demo");
        let before = Test::new(helm, &chart).render();
        let sum = "/spec/template/metadata/annotations/checksum~1secret";
        let after = Test::new(helm, &chart).set("store.user", "other").pinned();
        assert_ne!(
            before.field("StatefulSet", "app-store", sum),
            after.field("StatefulSet", "app-store", sum)
        );
        assert_eq!(
            before.secret("app-store", "password"),
            after.secret("app-store", "password")
        );

        let given = Test::new(helm, &chart)
            .set("clusterAgent.token", "a-token-by-hand")
            .pinned();
        assert_eq!(
            given.secret("app-cluster-agent", "token"),
            "a-token-by-hand"
        );
        let [agent, cluster_agent] = checksums(&given, "cluster-agent-token");
        assert_eq!(agent, cluster_agent);
        assert_ne!(agent, checksums(&before, "cluster-agent-token")[0]);
    });
}

#[test]
fn the_demo_script_shows_the_main_job() {
    let helm = Helm::v4();
    let output = Command::new(repository().join("tools/demo"))
        .arg(env!("CARGO_BIN_EXE_argocd-pin-plugin"))
        .arg(&helm.path)
        .env("COLUMNS", "120")
        .output()
        .unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stdout}\n{stderr}");
    assert_eq!(stderr, "");
    for part in [
        "install_id",
        "checksum/cluster-agent-token",
        "nothing differs",
        "explain",
    ] {
        assert!(stdout.contains(part), "no `{part}` in\n{stdout}");
    }
}
