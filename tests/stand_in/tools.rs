//! Tools that call helm: kubectl's Kustomize here; `tools/test-stand-in` has Kustomize's own and helmfile.

use std::path::PathBuf;

use crate::caller::{Caller, FILES, token};
use crate::support::{Helm, Outcome, repository};

/// kubectl: the one that `PIN_TEST_KUBECTL` names, that `tools/get-helm` got, or that is on `PATH`.
fn kubectl() -> PathBuf {
    let cached = repository().join(".cache/kubectl/kubectl");
    match std::env::var_os("PIN_TEST_KUBECTL") {
        Some(path) => path.into(),
        None if cached.is_file() => cached,
        None => "kubectl".into(),
    }
}

/// A kustomization with a chart, values of its own, and a patch over the object that holds the value.
#[test]
fn kustomize_renders_its_charts_by_us() {
    // Helm 4 is known to Kustomize since 5.8, which kubectl has not yet.
    let helm = Helm::v3();
    let caller = Caller::new(&helm);
    for (path, text) in FILES
        .iter()
        .filter(|(path, _)| !path.ends_with("seen.yaml"))
    {
        caller.write(&format!("app/charts/inline/{path}"), text);
    }
    caller.write(
        "app/charts/inline/Chart.yaml",
        "apiVersion: v2\nname: inline\nversion: 1.0.0\n",
    );
    caller.write("app/charts/inline/templates/value.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: value}\ndata: {b: \"{{ .Values.a.b }}\"}\n");
    caller.write(
        "app/kustomization.yaml",
        "helmCharts:\n  - name: inline\n    releaseName: web\n    namespace: x\n    includeCRDs: true\n    valuesInline: {a: {b: inline}}\n\
         patches:\n  - target: {kind: Secret, name: web}\n    patch: |\n      - {op: add, path: /metadata/labels, value: {patched: \"yes\"}}\n",
    );
    let build = |caller: &Caller<'_>| -> Outcome {
        let command = caller.dir().join("bin/helm");
        caller.run(
            kubectl(),
            [
                "kustomize",
                "--enable-helm",
                "--helm-command",
                command.to_str().unwrap(),
                "app",
            ],
        )
    };
    let first = build(&caller);
    assert_eq!((first.status, first.stderr.as_str()), (0, ""));
    let secret = first
        .stdout
        .split("---\n")
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
