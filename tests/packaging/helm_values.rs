//! The values for the argo-cd Helm chart: their shape as its values.yaml and its template of the Deployment read them
//! (chart 10.1.1), and, where the chart is at hand, its render.

use std::process::Command;

use serde_yaml::{Mapping, Value};

use super::{document, documents, kustomize, pod, printed, repository};

const FILE: &str = "deploy/helm-values.yaml";

/// The pod's spec as the chart makes it: `initContainers` and `extraContainers` behind its own containers, `volumes` before its own volumes.
fn spec(values: &Value) -> Value {
    let server = &values["repoServer"];
    let own = |text: &str| serde_yaml::from_str::<Value>(text).unwrap();
    let join = |one: Value, two: &Value| {
        let mut all = one.as_sequence().unwrap().clone();
        all.extend(two.as_sequence().unwrap().iter().cloned());
        Value::Sequence(all)
    };
    let mut spec = Mapping::new();
    spec.insert(
        "automountServiceAccountToken".into(),
        server["automountServiceAccountToken"].clone(),
    );
    spec.insert(
        "initContainers".into(),
        join(own("[{name: copyutil}]"), &server["initContainers"]),
    );
    spec.insert(
        "containers".into(),
        join(own("[{name: repo-server}]"), &server["extraContainers"]),
    );
    spec.insert(
        "volumes".into(),
        join(
            own("[{name: var-files}, {name: plugins}, {name: tmp}]"),
            &server["volumes"],
        ),
    );
    Value::Mapping(spec)
}

#[test]
fn the_values_are_those_that_the_chart_reads_and_confine_the_sidecar() {
    let values = document(FILE);
    let keys = |value: &Value| -> Vec<String> {
        let map = value.as_mapping().unwrap();
        map.keys()
            .map(|key| key.as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(keys(&values), ["repoServer"]);
    assert_eq!(
        keys(&values["repoServer"]),
        [
            "automountServiceAccountToken",
            "initContainers",
            "extraContainers",
            "volumes"
        ]
    );
    let spec = spec(&values);
    pod::check(&spec);
    kustomize::check_names(&spec);
    // The chart runs `tpl` over extraContainers.
    let containers = serde_yaml::to_string(&values["repoServer"]["extraContainers"]).unwrap();
    assert!(!containers.contains("{{"));
    // And over initContainers: the image is written there as the chart writes it for its own init container.
    assert_eq!(
        values["repoServer"]["initContainers"][0]["image"],
        "{{ default .Values.global.image.repository .Values.repoServer.image.repository }}:\
         {{ default (include \"argo-cd.defaultTag\" .) .Values.repoServer.image.tag }}"
    );
}

#[test]
fn the_sidecar_is_the_one_of_the_kustomize_component() {
    let values = document(FILE);
    let patch = document("deploy/kustomize/repo-server.yaml");
    let pod = &patch["spec"]["template"]["spec"];
    let mut sidecar = values["repoServer"]["extraContainers"][0].clone();
    // There the image's registry comes by `images`.
    sidecar["image"] = "argocd-pin-plugin".into();
    assert_eq!(sidecar, pod["containers"][0]);
    let mut helm = values["repoServer"]["initContainers"][0].clone();
    // There it comes by `replacements`.
    helm["image"] = "argocd".into();
    assert_eq!(helm, pod["initContainers"][0]);
    assert_eq!(values["repoServer"]["volumes"], pod["volumes"]);
}

/// The values of a chart that has argo-cd as a dependency: below its name, with each item behind those that were there.
#[test]
fn the_joined_lists_hold_all_that_the_plugin_needs() {
    let joined = document("deploy/helm-subchart-values.yaml");
    let joined = &joined["argo-cd"]["repoServer"];
    let ours = document(FILE);
    let ours = ours["repoServer"].as_mapping().unwrap();
    assert_eq!(joined.as_mapping().unwrap().len(), ours.len());
    for (key, value) in ours {
        let Some(list) = value.as_sequence() else {
            assert_eq!(&joined[key], value);
            continue;
        };
        let all = joined[key].as_sequence().unwrap();
        assert!(all.len() > list.len() && all.ends_with(list), "{key:?}");
    }
}

/// The chart itself is not part of this repository.
#[test]
#[ignore = "needs the argo-cd chart with its dependencies: PIN_TEST_ARGOCD_CHART=folder"]
fn the_chart_renders_a_confined_sidecar() {
    let chart = std::env::var("PIN_TEST_ARGOCD_CHART").expect("PIN_TEST_ARGOCD_CHART");
    for version in ["3.17", "4.3"] {
        let mut helm = Command::new(repository().join(format!(".cache/helm/{version}/helm")));
        helm.args(["template", "argocd", &chart, "--namespace", "argocd"]);
        helm.arg("--values").arg(repository().join(FILE));
        let rendered = documents(&printed(&mut helm));
        let found: Vec<_> = rendered
            .iter()
            .filter(|object| {
                object["kind"] == "Deployment" && object["metadata"]["name"] == "argocd-repo-server"
            })
            .collect();
        assert_eq!(found.len(), 1);
        let spec = &found[0]["spec"]["template"]["spec"];
        pod::check(spec);
        assert_eq!(
            spec["initContainers"][1]["image"],
            spec["initContainers"][0]["image"]
        );
        kustomize::check_names(spec);
    }
}
