//! The announcement of a chart's values, checked by helm: whatever Argo CD's form writes back changes nothing.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use serde_json::Value;
use support::{Chart, Place, SEED_ID, Test, each_helm};

const VALUES: &str = r#"
replicas: 3
negative: -7
zero: 0
image: {repository: registry.example.com/app, tag: "1.10", pullPolicy: IfNotPresent, digest: ""}
flag: true
off: false
text: "with, commas = and [marks]"
quotedBool: "true"
quotedNull: "null"
quotedNumber: "0123"
port: "8080"
spaces: "  both ends  "
lines: "one\ntwo\n"
nodeSelector:
  kubernetes.io/os: linux
  a,b=c[d]: odd
  'back\slash': odd
args: [--one, "2", true, 4]
nested: [{name: a, list: [x, [1, "2"]]}, {name: b}]
fraction: 0.5
large: 10485760
nothing:
emptyMap: {}
emptyList: []
template: "{{ .Release.Name }}"
list: "{a,b}"
backslash: 'a\b'
dollar: $ARGOCD_APP_NAME
onOff: yes
octal: 0644
partly: [1, 0.5]
"#;

fn announced(chart: &Chart) -> Vec<Value> {
    let place = Place::new();
    let output = place
        .command(env!("CARGO_BIN_EXE_argocd-pin-plugin"))
        .arg("parameters")
        .arg(chart.dir())
        .env("ARGOCD_APP_NAME", "web")
        .output()
        .unwrap();
    place.assert_clean();
    assert!(output.status.success());
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn what_is_written_back_renders_the_same() {
    let chart = Chart::of(&[
        ("values.yaml", VALUES),
        (
            "templates/all.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n  values: |\n    {{- toYaml .Values | nindent 4 }}\n  go: {{ printf \"%v\" .Values | quote }}\n",
        ),
    ]);
    let announced = announced(&chart);
    let maps: Vec<_> = announced
        .iter()
        .map(|parameter| {
            assert_eq!(parameter["collectionType"], "map");
            parameter["map"].as_object().unwrap()
        })
        .collect();
    assert_eq!(maps.len(), 2);
    // Enough is announced for the comparison to say something, and both ways are used.
    assert_eq!(maps[0]["nodeSelector.kubernetes\\.io/os"], "linux");
    assert_eq!(maps[0]["nested[0].list[1][0]"], "1");
    assert_eq!(maps[1]["nested[0].list[1][1]"], "2");
    assert_eq!(maps[1]["image.tag"], "1.10");
    assert!(maps[0].len() > 15 && maps[1].len() > 5, "{maps:?}");

    let parameters = serde_json::to_string(
        &announced
            .iter()
            .map(
                |parameter| serde_json::json!({"name": parameter["name"], "map": parameter["map"]}),
            )
            .collect::<Vec<_>>(),
    )
    .unwrap();
    each_helm(|helm| {
        let plain = Test::new(helm, &chart).run();
        let written_back = Test::new(helm, &chart)
            .env("ARGOCD_APP_PARAMETERS", &parameters)
            .env("KUBE_VERSION", "1.33")
            .env("PIN_SEED_ID", SEED_ID)
            .run();
        assert_eq!(written_back.stderr, "");
        assert_eq!(plain.stdout, written_back.stdout);
        // Helm reads it as a fraction, which is why it is not announced.
        assert!(plain.stdout.contains("large:1.048576e+07"));
    });
}

#[test]
fn one_edited_entry_is_the_only_change() {
    let chart = Chart::of(&[
        ("values.yaml", "replicas: 3\nversion: \"1\"\n"),
        (
            "templates/all.yaml",
            "replicas: {{ .Values.replicas }}\nversion: {{ .Values.version | quote }}\nkind: X\n",
        ),
    ]);
    let parameters = r#"[{"name":"helm-parameters","map":{"replicas":"5"}},
        {"name":"helm-string-parameters","map":{"version":"1"}}]"#;
    assert_eq!(announced(&chart)[0]["map"]["replicas"], "3");
    each_helm(|helm| {
        let found = Test::new(helm, &chart)
            .env("ARGOCD_APP_PARAMETERS", parameters)
            .env("KUBE_VERSION", "1.33")
            .run();
        assert!(
            found
                .stdout
                .ends_with("replicas: 5\nversion: \"1\"\nkind: X\n"),
            "{}",
            found.stdout
        );
    });
}
