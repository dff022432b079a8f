//! `deploy/operator.yaml`: a patch of argocd-operator's own resource. Its fields are those of `ArgoCDRepoSpec`.

use serde_yaml::Value;

use super::{document, items};

/// A container without what names its user and its image.
fn without_user(container: &Value) -> Value {
    let mut container = container.clone();
    let map = container.as_mapping_mut().unwrap();
    map.shift_remove("image");
    let security = map["securityContext"].as_mapping_mut().unwrap();
    for field in ["runAsUser", "runAsGroup"] {
        security.shift_remove(field);
    }
    container
}

#[test]
fn the_operator_gets_what_kustomize_gets_but_for_the_user() {
    let patch = document("deploy/operator.yaml");
    let repo = &patch["spec"]["repo"];
    let keys: Vec<_> = repo
        .as_mapping()
        .unwrap()
        .keys()
        .map(|key| key.as_str().unwrap())
        .collect();
    assert_eq!(keys, ["initContainers", "sidecarContainers", "volumes"]);
    let kustomize = document("deploy/kustomize/repo-server.yaml");
    let pod = &kustomize["spec"]["template"]["spec"];
    for (list, theirs) in [
        ("initContainers", "initContainers"),
        ("sidecarContainers", "containers"),
    ] {
        let ours: Vec<_> = items(&repo[list]).into_iter().map(without_user).collect();
        let theirs: Vec<_> = items(&pod[theirs]).into_iter().map(without_user).collect();
        assert_eq!(ours, theirs);
        // A range of users is the namespace's: who names one is refused.
        for container in items(&repo[list]) {
            let security = container["securityContext"].as_mapping().unwrap();
            assert!(!security.contains_key("runAsUser") && !security.contains_key("runAsGroup"));
        }
    }
    assert_eq!(repo["volumes"], pod["volumes"]);
    let image = repo["sidecarContainers"][0]["image"].as_str().unwrap();
    assert_eq!(
        image,
        concat!(
            "registry.example.com/argocd-pin-plugin:",
            env!("CARGO_PKG_VERSION")
        )
    );
}
