//! The kustomize component, rendered by `kubectl kustomize` over the names of Argo CD's own manifests.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_yaml::Value;

use super::{documents, items, pod, repository};

/// kubectl: the one that `PIN_TEST_KUBECTL` names, that `tools/get-helm` got, or that is on `PATH`.
pub(crate) fn kubectl() -> PathBuf {
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
    check_images(spec, "quay.io/argoproj/argocd:v3.5.1");

    // All else is as it was.
    assert_eq!(items(&spec["containers"]).len(), 2);
    assert_eq!(items(&spec["volumes"]).len(), 7);
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

/// The init container's image is that of Argo CD's own containers.
fn check_images(spec: &Value, image: &str) {
    for list in ["initContainers", "containers"] {
        for container in items(&spec[list]) {
            let name = container["name"].as_str().unwrap();
            if name != pod::NAME {
                assert_eq!(container["image"], image, "{name}");
            }
        }
    }
    assert_eq!(items(&spec["initContainers"]).len(), 2);
}

/// A kustomization of Argo CD as the tests have it, with these components and what is added.
pub(crate) fn with_components(components: &[&str], more: &str) -> Vec<Value> {
    let list: String = components
        .iter()
        .map(|name| format!("  - ../../deploy/{name}\n"))
        .collect();
    rendered_over_argo_cd(&format!(
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamespace: argocd\n\
         resources: [argocd.yaml]\ncomponents:\n{list}{more}"
    ))
}

/// What a kustomization makes of Argo CD as the tests have it, beside it in argocd.yaml.
fn rendered_over_argo_cd(kustomization: &str) -> Vec<Value> {
    let folder = scratch(kustomization);
    let own = repository().join("tests/packaging/kustomize/argocd.yaml");
    std::fs::copy(own, folder.path().join("argocd.yaml")).unwrap();
    render(folder.path())
}

/// The pod's spec of argocd-repo-server, and its sidecar.
fn sidecar(rendered: &[Value]) -> (&Value, &Value) {
    let server = rendered
        .iter()
        .find(|object| object["metadata"]["name"] == "argocd-repo-server")
        .unwrap();
    let spec = &server["spec"]["template"]["spec"];
    let containers = items(&spec["containers"]);
    let found = containers.iter().find(|it| it["name"] == pod::NAME);
    (spec, found.unwrap())
}

/// The value of a variable of a container.
fn variable<'a>(container: &'a Value, name: &str) -> Option<&'a str> {
    let variables = items(&container["env"]);
    let found = variables.iter().find(|one| one["name"] == name)?;
    found["value"].as_str()
}

#[test]
fn the_helm_is_the_one_of_the_argo_cd_that_runs() {
    let images = "images: [{name: quay.io/argoproj/argocd, newName: registry.example.com/argocd, newTag: v3.9.9}]\n";
    let rendered = with_components(&["kustomize"], images);
    let (spec, _) = sidecar(&rendered);
    check_images(spec, "registry.example.com/argocd:v3.9.9");
}

#[test]
fn the_options_add_to_the_sidecar_alone() {
    let rendered = with_components(&["kustomize", "options/private-ca", "options/scopes"], "");
    let plain = with_components(&["kustomize"], "");
    let (spec, container) = sidecar(&rendered);
    let (_, before) = sidecar(&plain);
    check_names(spec);
    let folder = variable(container, "SSL_CERT_DIR").unwrap();
    let file = variable(container, "PIN_SCOPES_FILE").unwrap();
    let mounts = items(&container["volumeMounts"]);
    let mount = |path: &str| mounts.iter().find(|one| one["mountPath"] == path).unwrap();
    assert_eq!(mount(folder)["name"], "tls-certs");
    let (scopes, name) = file.rsplit_once('/').unwrap();
    assert_eq!(mount(scopes)["name"], "argocd-pin-plugin-scopes");
    assert!(
        [folder, scopes]
            .iter()
            .all(|path| mount(path)["readOnly"] == true)
    );
    assert_eq!(mounts.len(), items(&before["volumeMounts"]).len() + 2);
    assert_eq!(
        variable(container, "PIN_HELM"),
        variable(before, "PIN_HELM")
    );
    assert_eq!(container["startupProbe"], before["startupProbe"]);

    // The ConfigMap is there under the name that is mounted, and the program takes its text.
    let map = rendered.iter().find(|object| object["kind"] == "ConfigMap");
    let map = map.unwrap();
    assert_eq!(map["metadata"]["name"], "argocd-pin-plugin-scopes");
    let text = map["data"][name].as_str().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_argocd-pin-plugin"))
        .arg("check")
        .env("PIN_SCOPES_FILE", path)
        .output()
        .unwrap();
    let table = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = table
        .lines()
        .filter(|line| line.starts_with("scopes"))
        .collect();
    assert_eq!(lines.len(), 1, "{table}");
    assert!(
        lines[0].contains(" ok ") && lines[0].contains("4 Applications"),
        "{table}"
    );
}

#[test]
fn on_openshift_no_user_is_named_and_all_else_is_the_same() {
    let plain = with_components(&["kustomize"], "");
    let rendered = with_components(&["kustomize", "options/openshift"], "");
    let without_user = |object: &Value| {
        let mut object = object.clone();
        for list in ["initContainers", "containers"] {
            for container in object["spec"]["template"]["spec"][list]
                .as_sequence_mut()
                .unwrap()
            {
                if let Some(Value::Mapping(security)) = container.get_mut("securityContext") {
                    security.shift_remove("runAsUser");
                    security.shift_remove("runAsGroup");
                }
            }
        }
        object
    };
    assert_ne!(rendered[0], plain[0]);
    assert_eq!(rendered[0], without_user(&plain[0]));
}

/// The patches that docs/operations.md and docs/install.md tell people to write.
#[test]
fn the_patches_in_the_documents_do_what_they_say() {
    let rendered = with_components(
        &["kustomize"],
        &patch_of("docs/operations.md", "PIN_SEED_DIR"),
    );
    let (spec, container) = sidecar(&rendered);
    let folder = variable(container, "PIN_SEED_DIR").unwrap();
    assert!(
        variable(container, "PIN_SEED_ID")
            .unwrap()
            .starts_with("seed-")
    );
    let mounts = items(&container["volumeMounts"]);
    let mount = mounts
        .iter()
        .find(|one| one["mountPath"] == folder)
        .unwrap();
    let volumes = items(&spec["volumes"]);
    let volume = volumes
        .iter()
        .find(|one| one["name"] == mount["name"])
        .unwrap();
    // All keys become files: each is a seed's id.
    assert_eq!(volume["secret"]["secretName"], "argocd-pin-plugin-seeds");
    assert_eq!(volume["secret"]["items"], Value::Null);
    assert_eq!(volume["secret"]["defaultMode"], 0o444);

    let rendered = with_components(
        &["kustomize"],
        &patch_of("docs/install.md", "imagePullSecrets"),
    );
    let (spec, _) = sidecar(&rendered);
    assert_eq!(items(&spec["imagePullSecrets"]).len(), 1);
}

/// The components need nothing from beside their folders: so they can be had by an address and a tag.
#[test]
fn the_components_are_had_by_address_and_tag() {
    let origin = tempfile::tempdir().unwrap();
    let git = |arguments: &[&str]| {
        let output = Command::new("git")
            .args(["-c", "user.name=test", "-c", "user.email=test@example.com"])
            .arg("-C")
            .arg(origin.path())
            .args(arguments)
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{stderr}");
    };
    git(&["init", "--quiet"]);
    let copied = Command::new("cp")
        .arg("-r")
        .arg(repository().join("deploy"))
        .arg(origin.path())
        .status();
    assert!(copied.unwrap().success());
    git(&["add", "deploy"]);
    git(&["commit", "--quiet", "--message", "all"]);
    git(&["tag", "v0.1.0"]);
    git(&["rm", "--quiet", "-r", "deploy"]);
    git(&["commit", "--quiet", "--message", "nothing"]);

    // What step 2 of docs/install.md has people write, with Argo CD's manifests and this repository at hand.
    let mut block = block_of("docs/install.md", "components:", "?ref=v0.1.0");
    let address = "https://git.example.com/argocd-pin-plugin//deploy/kustomize?ref=v0.1.0";
    let here = address.replace(
        "https://git.example.com/argocd-pin-plugin",
        &format!("file://{}", origin.path().display()),
    );
    let manifests =
        "https://raw.githubusercontent.com/argoproj/argo-cd/v3.5.1/manifests/install.yaml";
    for (there, ours) in [(address, here.as_str()), (manifests, "argocd.yaml")] {
        assert_eq!(block.matches(there).count(), 1, "{there}");
        block = block.replace(there, ours);
    }
    let rendered = rendered_over_argo_cd(&block);
    let (spec, container) = sidecar(&rendered);
    pod::check(spec);
    check_images(spec, "quay.io/argoproj/argocd:v3.5.1");
    assert_eq!(
        container["image"],
        "registry.example.com/argocd-pin-plugin:0.1.0"
    );
    assert!(
        variable(container, "PIN_SEED_ID")
            .unwrap()
            .starts_with("seed-")
    );

    let option = here.replace("deploy/kustomize", "deploy/options/private-ca");
    let rendered = rendered_over_argo_cd(&block.replace(&here, &format!("{here}\n  - {option}")));
    let (_, container) = sidecar(&rendered);
    assert!(variable(container, "SSL_CERT_DIR").is_some());
}

/// The block of YAML in a document that sets this variable.
fn patch_of(page: &str, variable: &str) -> String {
    block_of(page, "patches:", variable)
}

/// The only block of YAML in a document with both texts.
fn block_of(page: &str, one: &str, other: &str) -> String {
    let text = super::text(page);
    let blocks: Vec<&str> = text
        .split("```yaml\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .filter(|block| block.contains(one) && block.contains(other))
        .collect();
    assert_eq!(blocks.len(), 1, "{page}: {other}");
    // In a list it is indented.
    let block = blocks[0];
    let indent = block.len() - block.trim_start().len();
    let lines = block
        .lines()
        .map(|line| line.get(indent..).unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
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
    check_names(spec);
}

/// Kubernetes refuses a pod in which two containers or two volumes have one name, and a mount without its volume.
pub(crate) fn check_names(spec: &Value) {
    let names = |lists: &[&str]| {
        let mut names: Vec<_> = lists
            .iter()
            .flat_map(|list| items(&spec[*list]))
            .map(|one| one["name"].as_str().unwrap())
            .collect();
        names.sort_unstable();
        names
    };
    let volumes = names(&["volumes"]);
    let containers = names(&["containers", "initContainers"]);
    for names in [&volumes, &containers] {
        assert!(names.windows(2).all(|two| two[0] != two[1]), "{names:?}");
    }
    for container in items(&spec["containers"]) {
        for mount in items(&container["volumeMounts"]) {
            assert!(
                volumes.contains(&mount["name"].as_str().unwrap()),
                "{mount:?}"
            );
        }
    }
}
