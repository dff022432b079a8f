//! Tools that call helm: Kustomize in kubectl, Kustomize itself, helmfile.

use std::path::{Path, PathBuf};

use crate::caller::{Caller, FILES, token};
use crate::support::{Helm, Outcome, each_helm, repository};

/// kubectl: the one that `PIN_TEST_KUBECTL` names, that `tools/get-helm` got, or that is on `PATH`.
fn kubectl() -> PathBuf {
    let cached = repository().join(".cache/kubectl/kubectl");
    match std::env::var_os("PIN_TEST_KUBECTL") {
        Some(path) => path.into(),
        None if cached.is_file() => cached,
        None => "kubectl".into(),
    }
}

/// A program that `tools/get-tool` makes.
fn tool(variable: &str) -> PathBuf {
    let path = std::env::var_os(variable);
    path.unwrap_or_else(|| panic!("set {variable}: make test-tools does"))
        .into()
}

/// The chart in `folder`.
fn write_chart(caller: &Caller<'_>, folder: &str) {
    let files = FILES
        .iter()
        .filter(|(path, _)| !path.ends_with("seen.yaml"));
    for (path, text) in files {
        caller.write(&format!("{folder}/{path}"), text);
    }
    let chart = "apiVersion: v2\nname: inline\nversion: 1.0.0\n";
    caller.write(&format!("{folder}/Chart.yaml"), chart);
    caller.write(
        &format!("{folder}/templates/value.yaml"),
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: value}\ndata: {b: \"{{ .Values.a.b }}\"}\n",
    );
}

/// A kustomization with a chart, values of its own, and a patch over the object that holds the value.
fn check_kustomize(helm: &Helm, program: &Path, command: &str) {
    let caller = Caller::new(helm);
    write_chart(&caller, "app/charts/inline");
    caller.write(
        "app/kustomization.yaml",
        "helmCharts:\n  - name: inline\n    releaseName: web\n    namespace: x\n    includeCRDs: true\n    valuesInline: {a: {b: inline}}\n\
         patches:\n  - target: {kind: Secret, name: web}\n    patch: |\n      - {op: add, path: /metadata/labels, value: {patched: \"yes\"}}\n",
    );
    let build = |caller: &Caller<'_>| -> Outcome {
        let helm = caller.dir().join("bin/helm");
        let flags = [
            "--enable-helm",
            "--helm-command",
            helm.to_str().unwrap(),
            "app",
        ];
        caller.run(program, std::iter::once(command).chain(flags))
    };
    let first = build(&caller);
    assert_eq!((first.status, first.stderr.as_str()), (0, ""));
    let mut documents = first.stdout.split("---\n");
    let secret = documents
        .find(|text| text.contains("kind: Secret"))
        .unwrap();
    assert!(secret.contains("patched: \"yes\""), "{secret}");
    assert!(first.stdout.contains("b: inline"));
    let alone = caller.pinned(["template", "web", "app/charts/inline", "-n", "x"]);
    assert_eq!(token(secret), token(&alone));
    assert_eq!(build(&caller).stdout, first.stdout);
    caller.place.assert_clean();

    let unlisted = caller.env("PIN_STAND_IN_FOR", "y/*");
    assert_ne!(build(&unlisted).stdout, build(&unlisted).stdout);
}

/// Helm 4 is known to Kustomize since 5.8, which kubectl has not yet.
#[test]
fn kubectl_renders_charts_by_us() {
    check_kustomize(&Helm::v3(), &kubectl(), "kustomize");
}

#[test]
#[ignore = "needs Kustomize: make test-tools"]
fn kustomize_renders_charts_by_us() {
    each_helm(|helm| check_kustomize(helm, &tool("PIN_TEST_KUSTOMIZE"), "build"));
}

#[test]
#[ignore = "needs helmfile: make test-helmfile"]
fn helmfile_renders_charts_by_us() {
    let helmfile = tool("PIN_TEST_HELMFILE");
    each_helm(|helm| {
        let caller = Caller::new(helm);
        write_chart(&caller, "chart");
        caller.write("values.yaml", "a: {b: file}\n");
        caller.write(
            "helmfile.yaml",
            "releases:\n  - name: web\n    namespace: x\n    chart: ./chart\n    values: [values.yaml]\n  - name: other\n    namespace: y\n    chart: ./chart\n",
        );
        let template = |caller: &Caller<'_>| -> String {
            let helm = caller.dir().join("bin/helm");
            let outcome = caller.run(
                &helmfile,
                [
                    "--quiet",
                    "--helm-binary",
                    helm.to_str().unwrap(),
                    "template",
                ],
            );
            assert_eq!(outcome.status, 0, "{}", outcome.stderr);
            outcome.stdout
        };
        let first = template(&caller);
        assert!(first.contains("b: \"file\""), "{first}");
        for (name, namespace) in [("web", "x"), ("other", "y")] {
            let alone = caller.pinned(["template", name, "./chart", "-n", namespace]);
            assert!(first.contains(token(&alone)), "{name}");
        }
        assert_eq!(template(&caller), first);
        let unlisted = caller.env("PIN_STAND_IN_FOR", "z/*");
        assert_ne!(template(&unlisted), template(&unlisted));
    });
}
