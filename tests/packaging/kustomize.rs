//! The kustomize component, rendered by `kubectl kustomize` over the names of Argo CD's own manifests.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_yaml::Value;

use super::{documents, items, pod, repository};

/// kubectl: the one that `PIN_TEST_KUBECTL` names, that `tools/get-helm` got, or that is on `PATH`.
fn kubectl() -> PathBuf {
    let cached = repository().join(".cache/kubectl/kubectl");
    match std::env::var_os("PIN_TEST_KUBECTL") {
        Some(path) => path.into(),
        None if cached.is_file() => cached,
        None => "kubectl".into(),
    }
}

pub(crate) fn render(folder: &Path) -> Vec<Value> {
    let output = Command::new(kubectl())
        .arg("kustomize")
        .arg(folder)
        .output()
        .unwrap_or_else(|error| {
            panic!("kubectl cannot run ({error}): run `make test`, which gets it, or set PIN_TEST_KUBECTL")
        });
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{stderr}");
    // Also what is deprecated.
    assert_eq!(stderr, "");
    documents(std::str::from_utf8(&output.stdout).unwrap())
}

/// A folder in the repository that is gone afterwards: kustomize takes relative paths only.
fn scratch(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir_in(repository().join("target")).unwrap();
    std::fs::write(folder.path().join("kustomization.yaml"), text).unwrap();
    folder
}

#[test]
fn the_component_adds_a_confined_sidecar() {
    let rendered = render(&repository().join("tests/packaging/kustomize"));
    assert_eq!(rendered.len(), 2);
    let spec = &rendered[0]["spec"]["template"]["spec"];
    assert_eq!(rendered[0]["metadata"]["name"], "argocd-repo-server");
    pod::check(spec);

    // All else is as it was.
    assert_eq!(items(&spec["containers"]).len(), 2);
    assert_eq!(items(&spec["volumes"]).len(), 6);
    assert_eq!(spec["serviceAccountName"], "argocd-repo-server");
    let template = &rendered[0]["spec"]["template"];
    assert_eq!(
        template["metadata"]["annotations"]["kubectl.kubernetes.io/default-container"],
        "argocd-repo-server"
    );
    let other = &rendered[1]["spec"]["template"]["spec"];
    assert_eq!(rendered[1]["metadata"]["name"], "argocd-server");
    assert_eq!(items(&other["containers"]).len(), 1);
    assert_eq!(other["volumes"], Value::Null);
}

#[test]
fn without_a_repo_server_the_component_is_an_error() {
    let folder = scratch(
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\ncomponents: [../../deploy/kustomize]\n",
    );
    let output = Command::new(kubectl())
        .arg("kustomize")
        .arg(folder.path())
        .output()
        .unwrap();
    // kustomize itself says nothing about a patch without a target; then nothing is rendered, and nothing is applied.
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "");
}

/// Argo CD's own manifests, which are not part of this repository.
#[test]
#[ignore = "needs Argo CD's source: PIN_TEST_ARGOCD=folder"]
fn the_component_fits_argo_cds_own_manifests() {
    let source = std::env::var("PIN_TEST_ARGOCD").expect("PIN_TEST_ARGOCD");
    let manifests = Path::new(&source).join("manifests/install.yaml");
    let folder = scratch(
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamespace: argocd\nresources: [install.yaml]\n\
         components: [../../deploy/kustomize]\nimages: [{name: argocd-pin-plugin, \
         newName: registry.example.com/argocd-pin-plugin, newTag: 0.1.0}]\n",
    );
    std::fs::copy(&manifests, folder.path().join("install.yaml")).unwrap();
    let rendered = render(folder.path());
    let repo_server = rendered
        .iter()
        .find(|object| {
            object["kind"] == "Deployment" && object["metadata"]["name"] == "argocd-repo-server"
        })
        .unwrap();
    let spec = &repo_server["spec"]["template"]["spec"];
    pod::check(spec);
    check_volumes(spec);
}

/// Every volume that the sidecar mounts is there.
pub(crate) fn check_volumes(spec: &Value) {
    let volumes: Vec<_> = items(&spec["volumes"])
        .into_iter()
        .map(|volume| &volume["name"])
        .collect();
    for container in items(&spec["containers"]) {
        for mount in items(&container["volumeMounts"]) {
            assert!(
                volumes.contains(&&mount["name"]),
                "no volume {:?}",
                mount["name"]
            );
        }
    }
}
