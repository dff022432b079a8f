//! What must hold for the pod of argocd-repo-server, however the plugin came into it.

use std::collections::BTreeMap;

use serde_yaml::Value;

use super::{document, items};

/// The sidecar's name, which is the plugin's.
pub(crate) const NAME: &str = "argocd-pin-plugin";

/// The init container that copies Argo CD's helm.
const HELM: &str = "argocd-pin-plugin-helm";

/// Where it copies it to.
const PIN_HELM: &str = "/var/run/argocd/helm";

/// What keeps the seed, as `argocd-pin-plugin seed new` names it.
const SECRET: &str = "argocd-pin-plugin-seed";

/// The only item of this name.
pub(crate) fn named<'a>(list: &'a Value, name: &str) -> &'a Value {
    let found: Vec<_> = items(list)
        .into_iter()
        .filter(|item| item["name"] == name)
        .collect();
    assert_eq!(found.len(), 1, "{name} in {list:?}");
    found[0]
}

/// Where a container mounts what, and whether it can write there.
pub(crate) fn mounts(container: &Value) -> BTreeMap<&str, (&str, bool)> {
    items(&container["volumeMounts"])
        .into_iter()
        .map(|mount| {
            assert_eq!(mount["subPath"], Value::Null);
            let read_only = mount["readOnly"] == true;
            (
                mount["name"].as_str().unwrap(),
                (mount["mountPath"].as_str().unwrap(), !read_only),
            )
        })
        .collect()
}

/// Asserts all that is promised about the sidecar and the pod around it. `pod` is a pod's spec.
pub(crate) fn check(pod: &Value) {
    assert_eq!(pod["automountServiceAccountToken"], false);
    let sidecar = named(&pod["containers"], NAME);
    check_sidecar(sidecar);
    check_helm(named(&pod["initContainers"], HELM));

    let tmp = named(&pod["volumes"], "argocd-pin-plugin-tmp");
    assert_eq!(tmp["emptyDir"]["medium"], "Memory");
    let size = gibibytes(&tmp["emptyDir"]["sizeLimit"]);
    let memory = gibibytes(&sidecar["resources"]["limits"]["memory"]);
    assert!(
        size < memory,
        "the volume in memory leaves nothing for helm"
    );

    let seed = named(&pod["volumes"], "argocd-pin-plugin-seed");
    assert_eq!(seed["secret"]["secretName"], SECRET);
    assert_eq!(seed["secret"]["optional"], Value::Null);
    // Nobody can write, and uid 999, which owns nothing here, can read.
    assert_eq!(seed["secret"]["defaultMode"], 0o444);
    let keys = items(&seed["secret"]["items"]);
    assert_eq!(keys.len(), 1);
    assert_eq!(
        (&keys[0]["key"], &keys[0]["path"]),
        (&"seed".into(), &"seed".into())
    );

    // Neither the seed nor the place where repositories are unpacked is in another container.
    for list in ["containers", "initContainers"] {
        for other in items(&pod[list])
            .into_iter()
            .filter(|other| other["name"] != NAME)
        {
            for name in mounts(other).keys() {
                assert!(
                    !name.starts_with("argocd-pin-plugin"),
                    "{:?} mounts {name}",
                    other["name"]
                );
            }
        }
    }
    for volume in items(&pod["volumes"]) {
        assert_eq!(volume["hostPath"], Value::Null);
        assert_eq!(
            volume["projected"],
            Value::Null,
            "a service account's token"
        );
    }
}

fn check_security(container: &Value) {
    let security = &container["securityContext"];
    for (field, wanted) in [
        ("runAsNonRoot", true),
        ("readOnlyRootFilesystem", true),
        ("allowPrivilegeEscalation", false),
        ("privileged", false),
    ] {
        assert_eq!(security[field], wanted, "{field}");
    }
    assert_eq!(security["runAsUser"], 999);
    assert_eq!(security["runAsGroup"], 999);
    assert_eq!(
        security["capabilities"],
        serde_yaml::from_str::<Value>("{drop: [ALL]}").unwrap()
    );
    assert_eq!(security["seccompProfile"]["type"], "RuntimeDefault");
}

/// Helm comes from the image that the pod's own container runs, to where the plugin looks for it.
fn check_helm(helm: &Value) {
    check_security(helm);
    let command: Vec<_> = items(&helm["command"])
        .into_iter()
        .map(|word| word.as_str().unwrap())
        .collect();
    // Argo CD's Dockerfile has it there.
    assert_eq!(
        command,
        ["/bin/cp", "--force", "/usr/local/bin/helm", PIN_HELM]
    );
    assert_eq!(
        mounts(helm),
        BTreeMap::from([("var-files", ("/var/run/argocd", true))])
    );
}

fn check_sidecar(sidecar: &Value) {
    check_security(sidecar);
    assert_eq!(
        sidecar["command"],
        serde_yaml::from_str::<Value>("[/var/run/argocd/argocd-cmp-server]").unwrap()
    );
    assert_eq!(sidecar["args"], Value::Null);
    assert!(sidecar["resources"]["requests"]["cpu"].is_string());
    assert!(sidecar["resources"]["requests"]["memory"].is_string());
    assert_eq!(
        sidecar["resources"]["limits"]["cpu"],
        Value::Null,
        "throttling makes renders run out of time"
    );
    assert_eq!(
        sidecar["startupProbe"]["exec"]["command"],
        serde_yaml::from_str::<Value>("[argocd-pin-plugin, check]").unwrap()
    );
    assert_eq!(named(&sidecar["env"], "PIN_HELM")["value"], PIN_HELM);
    // Variables of the Application reach the plugin by another way; a Secret as a variable would reach helm's.
    assert_eq!(sidecar["envFrom"], Value::Null);

    assert_eq!(
        mounts(sidecar),
        BTreeMap::from([
            ("var-files", ("/var/run/argocd", false)),
            ("plugins", ("/home/argocd/cmp-server/plugins", true)),
            ("argocd-pin-plugin-tmp", ("/tmp", true)),
            ("argocd-pin-plugin-seed", ("/etc/argocd-pin-plugin", false)),
        ])
    );
    let image = sidecar["image"].as_str().unwrap();
    assert!(
        image.starts_with("registry.example.com/argocd-pin-plugin:"),
        "{image}"
    );
    assert!(
        image.ends_with(concat!(":", env!("CARGO_PKG_VERSION"))),
        "{image} is not this version"
    );
}

fn gibibytes(quantity: &Value) -> u64 {
    let text = quantity.as_str().unwrap();
    text.strip_suffix("Gi").unwrap().parse().unwrap()
}

#[test]
fn the_seed_is_where_the_plugin_looks_and_its_secret_is_the_one_that_seed_new_makes() {
    let patch = document("deploy/kustomize/repo-server.yaml");
    let sidecar = named(&patch["spec"]["template"]["spec"]["containers"], NAME);
    let folder = mounts(sidecar)["argocd-pin-plugin-seed"].0;
    assert_eq!(
        format!("{folder}/seed"),
        argocd_pin_plugin::argocd::settings::DEFAULT_SEED_FILE
    );
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_argocd-pin-plugin"))
        .args(["seed", "new"])
        .output()
        .unwrap();
    let secret: Value = serde_yaml::from_slice(&output.stdout).unwrap();
    assert_eq!(secret["metadata"]["name"], SECRET);
    assert!(secret["data"]["seed"].is_string());
}
