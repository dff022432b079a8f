//! `--dry-run=server` and `--validate`: helm asks a cluster, here a server that answers like one.

use std::collections::HashMap;

use crate::caller::{Caller, assert_same_but_for_the_token, token};
use crate::server::Server;
use crate::support::{Chart, each_helm};

/// Uses what is in the cluster, or generates it.
const TEMPLATE: &str = r#"apiVersion: v1
kind: Secret
metadata: {name: web}
stringData:
{{- $old := lookup "v1" "Secret" .Release.Namespace "kept" }}
  kept: {{ if $old }}{{ $old.data.kept }}{{ else }}{{ randAlphaNum 12 }}{{ end }}
  token: {{ randAlphaNum 24 }}
  kube: {{ .Capabilities.KubeVersion.Version | quote }}
"#;

fn cluster() -> Server {
    let mut files = HashMap::new();
    let mut add = |path: &str, text: &str| {
        files.insert(path.to_owned(), text.as_bytes().to_vec());
    };
    add(
        "/version",
        r#"{"major":"1","minor":"30","gitVersion":"v1.30.7"}"#,
    );
    add("/api", r#"{"kind":"APIVersions","versions":["v1"]}"#);
    add(
        "/apis",
        r#"{"kind":"APIGroupList","apiVersion":"v1","groups":[]}"#,
    );
    add(
        "/api/v1",
        r#"{"kind":"APIResourceList","groupVersion":"v1","resources":[{"name":"secrets","singularName":"secret","namespaced":true,"kind":"Secret","verbs":["get","list"]}]}"#,
    );
    add(
        "/api/v1/namespaces/x/secrets/kept",
        r#"{"kind":"Secret","apiVersion":"v1","metadata":{"name":"kept","namespace":"x"},"data":{"kept":"b2xk"}}"#,
    );
    Server::start(files, None)
}

#[test]
fn what_a_cluster_says_is_used_and_what_is_generated_is_pinned() {
    let chart = Chart::of(&[("templates/a.yaml", TEMPLATE)]);
    let dir = chart.dir().to_str().unwrap();
    each_helm(|helm| {
        let server = cluster();
        let caller = Caller::new(helm);
        caller.write("config", &format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: c\ncontexts: [{{name: c, context: {{cluster: c, user: u}}}}]\nclusters: [{{name: c, cluster: {{server: \"{}\"}}}}]\nusers: [{{name: u, user: {{}}}}]\n",
            server.address
        ));
        let base = [
            "template",
            "web",
            dir,
            "--kubeconfig",
            "config",
            "-n",
            "x",
            "--disable-openapi-validation",
        ];
        let offline = caller.pinned(base);
        assert!(!offline.contains("kept: b2xk"));
        assert!(server.asked().is_empty());

        let arguments: Vec<&str> = base.iter().chain(&["--dry-run=server"]).copied().collect();
        let plain = caller.plain(&arguments);
        assert_eq!(plain.status, 0, "{}", plain.stderr);
        let ours = caller.pinned(&arguments);
        assert!(ours.contains("kept: b2xk"), "{ours}");
        assert_same_but_for_the_token(&ours, &plain.stdout);
        assert_eq!(token(&ours), token(&offline));

        // Helm 4 has no `--validate` any more.
        let arguments: Vec<&str> = base.iter().chain(&["--validate"]).copied().collect();
        let plain = caller.plain(&arguments);
        let ours = caller.helm(&arguments);
        assert_eq!(ours.status, plain.status);
        match plain.status {
            0 => {
                assert!(ours.stdout.contains("v1.30.7"), "{}", ours.stdout);
                assert_eq!(token(&ours.stdout), token(&offline));
            }
            _ => assert_eq!(ours.stderr, plain.stderr),
        }
    });
}
