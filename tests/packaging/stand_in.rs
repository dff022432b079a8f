//! `deploy/stand-in/`: the kustomize component and the values for the argo-cd Helm chart (chart 10.1.1), which put the
//! plugin in the place of helm in argocd-repo-server.

use std::collections::BTreeMap;

use serde_yaml::{Mapping, Value};

use super::pod::{mounts, named};
use super::{document, items, kustomize, printed, repository};

const NAME: &str = "argocd-pin-plugin";
const PATCH: &str = "deploy/stand-in/repo-server.yaml";
const VALUES: &str = "deploy/stand-in/helm-values.yaml";

/// Asserts all that is promised about a pod with the stand-in, whose repo-server is called `server`.
fn check(pod: &Value, server: &str, listed: &str) {
    assert_eq!(pod["automountServiceAccountToken"], false);
    let install = named(&pod["initContainers"], "argocd-pin-plugin-stand-in");
    let words: Vec<_> = items(&install["command"])
        .into_iter()
        .map(|word| word.as_str().unwrap())
        .collect();
    assert_eq!(words, ["argocd-pin-plugin", "install-helm", "/stand-in"]);
    assert_eq!(
        mounts(install),
        BTreeMap::from([("argocd-pin-plugin-helm", ("/stand-in", true))])
    );
    let security = &install["securityContext"];
    for (field, wanted) in [
        ("runAsNonRoot", true),
        ("readOnlyRootFilesystem", true),
        ("allowPrivilegeEscalation", false),
        ("privileged", false),
    ] {
        assert_eq!(security[field], wanted, "{field}");
    }
    assert_eq!(security["runAsUser"], 999);
    let image = install["image"].as_str().unwrap();
    assert!(
        image.starts_with("registry.example.com/argocd-pin-plugin:"),
        "{image}"
    );
    assert!(
        image.ends_with(concat!(":", env!("CARGO_PKG_VERSION"))),
        "{image} is not this version"
    );

    let repo_server = named(&pod["containers"], server);
    let ours: BTreeMap<_, _> = mounts(repo_server)
        .into_iter()
        .filter(|(name, _)| name.starts_with(NAME))
        .collect();
    assert_eq!(
        ours,
        BTreeMap::from([
            // First on PATH in Argo CD's image; its own helm stays in /usr/local/bin.
            ("argocd-pin-plugin-helm", ("/usr/local/sbin", false)),
            ("argocd-pin-plugin-seed", ("/etc/argocd-pin-plugin", false)),
            (
                "argocd-pin-plugin-stand-in-tmp",
                ("/run/argocd-pin-plugin", true)
            ),
        ])
    );
    for (name, value) in [
        ("PIN_HELM", "/usr/local/bin/helm"),
        ("PIN_STAND_IN_FOR", listed),
        ("PIN_ALLOW_HYDRATOR", "false"),
        ("PIN_TMPDIR", "/run/argocd-pin-plugin"),
        ("PIN_PARALLELISM", "4"),
    ] {
        assert_eq!(named(&repo_server["env"], name)["value"], value, "{name}");
    }
    for other in items(&pod["containers"])
        .into_iter()
        .filter(|other| other["name"] != server)
    {
        assert!(mounts(other).keys().all(|name| !name.starts_with(NAME)));
    }
    assert_eq!(
        named(&pod["volumes"], "argocd-pin-plugin-stand-in-tmp")["emptyDir"]["medium"],
        "Memory"
    );
    let seed = named(&pod["volumes"], "argocd-pin-plugin-seed");
    assert_eq!(seed["secret"]["secretName"], "argocd-pin-plugin-seed");
    assert_eq!(seed["secret"]["defaultMode"], 0o444);
    assert_eq!(seed["secret"]["items"][0]["path"], "seed");
    kustomize::check_names(pod);
}

/// Beside each other they share the seed and no file, and Kubernetes takes the pod.
#[test]
fn both_ways_run_in_one_argo_cd() {
    let rendered = kustomize::with_components(&["kustomize", "stand-in"], "");
    let server = rendered
        .iter()
        .find(|object| object["metadata"]["name"] == "argocd-repo-server");
    let spec = &server.unwrap()["spec"]["template"]["spec"];
    kustomize::check_names(spec);
    let sidecar = mounts(named(&spec["containers"], NAME));
    let mut shared = mounts(named(&spec["containers"], "argocd-repo-server"));
    shared.retain(|volume, _| volume.starts_with(NAME) && sidecar.contains_key(volume));
    assert_eq!(
        shared.into_keys().collect::<Vec<_>>(),
        ["argocd-pin-plugin-seed"]
    );
}

#[test]
fn the_component_puts_the_plugin_in_the_place_of_helm() {
    let rendered = kustomize::render(&repository().join("tests/packaging/stand-in"));
    assert_eq!(rendered.len(), 3);
    let object = |kind: &str, name: &str| {
        let found = rendered
            .iter()
            .find(|object| object["kind"] == kind && object["metadata"]["name"] == name);
        found.unwrap()
    };
    let settings = &object("ConfigMap", "argocd-cm")["data"];
    assert_eq!(settings["jsonnet.enable"], "false");
    assert_eq!(settings["url"], "https://argocd.example.com");
    let pod = &object("Deployment", "argocd-repo-server")["spec"]["template"]["spec"];
    check(pod, "argocd-repo-server", "shop/*");
    // All else is as it was.
    assert_eq!(items(&pod["containers"]).len(), 1);
    assert_eq!(items(&pod["initContainers"]).len(), 2);
    assert_eq!(items(&pod["volumes"]).len(), 7);
    assert_eq!(mounts(&pod["containers"][0]).len(), 6);
    let other = &object("Deployment", "argocd-server")["spec"]["template"]["spec"];
    assert_eq!(other["initContainers"], Value::Null);
}

#[test]
fn both_ways_of_installing_are_one() {
    let values = document(VALUES);
    let server = &values["repoServer"];
    let patch = document(PATCH);
    let pod = &patch["spec"]["template"]["spec"];
    let mut install = server["initContainers"][0].clone();
    // There the image's registry comes by `images`.
    install["image"] = NAME.into();
    assert_eq!(install, pod["initContainers"][0]);
    for list in ["env", "volumeMounts"] {
        assert_eq!(server[list], pod["containers"][0][list], "{list}");
    }
    assert_eq!(server["volumes"], pod["volumes"]);
}

#[test]
fn the_values_are_those_that_the_chart_reads() {
    let values = document(VALUES);
    assert_eq!(values["configs"]["cm"]["jsonnet.enable"], "false");
    let server = values["repoServer"].as_mapping().unwrap();
    let keys: Vec<_> = server.keys().map(|key| key.as_str().unwrap()).collect();
    assert_eq!(
        keys,
        [
            "automountServiceAccountToken",
            "initContainers",
            "env",
            "volumeMounts",
            "volumes"
        ]
    );
    // The pod as the chart makes it.
    let mut container = Mapping::new();
    container.insert("name".into(), "repo-server".into());
    for list in ["env", "volumeMounts"] {
        container.insert(list.into(), values["repoServer"][list].clone());
    }
    let mut pod = server.clone();
    pod.insert("containers".into(), vec![Value::Mapping(container)].into());
    check(&Value::Mapping(pod), "repo-server", "");
    // The chart runs `tpl` over some of them.
    assert!(!serde_yaml::to_string(&values).unwrap().contains("{{"));
}

/// What the init container runs.
#[test]
fn the_program_puts_itself_into_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let binary = env!("CARGO_BIN_EXE_argocd-pin-plugin");
    for _ in 0..2 {
        let mut install = std::process::Command::new(binary);
        printed(install.arg("install-helm").arg(folder.path()));
    }
    let names: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names, ["helm"]);
    let output = std::process::Command::new(folder.path().join("helm"))
        .env("PATH", folder.path())
        .env_remove("PIN_HELM")
        .arg("version")
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("there is no other helm on PATH"));
    let missing = std::process::Command::new(binary)
        .args(["install-helm", "/no/such/folder"])
        .output()
        .unwrap();
    assert_eq!(missing.status.code(), Some(1));
}
