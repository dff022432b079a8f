//! helm as it is called: environment, failures, versions, dependencies. Under both helms.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod helm_support;

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::thread;

use argocd_pin_plugin::chart::{ChartTree, Limits};
use argocd_pin_plugin::helm::dependencies::{self, DependencyError};
use argocd_pin_plugin::helm::{Helm, HelmError, HelmRequest};
use argocd_pin_plugin::workdir::WorkDir;
use helm_support::{helms, package, render, request, snapshot, write_files};

const CHART_YAML: &[u8] = b"apiVersion: v2\nname: a\nversion: 1.0.0\n";

fn template(binary: &Path, request: &HelmRequest, dir: &Path) -> Result<String, HelmError> {
    let work = WorkDir::create().unwrap();
    let helm = Helm::new(binary, &work)?;
    helm.template(request, dir)
        .map(|bytes| String::from_utf8(bytes).unwrap())
}

#[test]
fn prints_what_a_plain_call_prints() {
    let temp = tempfile::tempdir().unwrap();
    let chart = temp.path().join("chart");
    write_files(
        &chart,
        &[
            ("Chart.yaml", CHART_YAML),
            ("crds/c.yaml", b"kind: CustomResourceDefinition\nmetadata: {name: c}\n"),
            ("templates/a.yaml", b"release: {{ .Release | toJson }}\nvalues: {{ .Values | toJson }}\n\
                kube: {{ .Capabilities.KubeVersion }}\nhas: {{ .Capabilities.APIVersions.Has \"x/v1/Y\" }}\n"),
            ("templates/t.yaml", b"kind: Pod\nmetadata: {name: t, annotations: {helm.sh/hook: test}}\n"),
        ],
    );
    let values = temp.path().join(r#"v,1".yaml"#);
    fs::write(&values, "from: file\n").unwrap();
    let text = temp.path().join(r"t\\,1.txt");
    fs::write(&text, "content").unwrap();
    let full = HelmRequest {
        release_name: "rel".to_owned(),
        namespace: Some("space".to_owned()),
        kube_version: Some("1.30.2".to_owned()),
        api_versions: vec!["x/v1/Y".to_owned()],
        values: vec![values.clone()],
        set: vec![
            ("a.b".to_owned(), "1,2".to_owned()),
            ("l".to_owned(), "{x,y}".to_owned()),
        ],
        set_string: vec![("n".to_owned(), "12".to_owned())],
        set_file: vec![("f".to_owned(), text.to_str().unwrap().to_owned())],
        include_crds: true,
        skip_tests: true,
        skip_schema_validation: true,
        ..HelmRequest::default()
    };
    for helm in helms() {
        let plain = Command::new(&helm)
            .current_dir(&chart)
            .args([
                "template",
                ".",
                "--name-template",
                "rel",
                "--namespace",
                "space",
                "--kube-version",
                "1.30.2",
            ])
            .args([
                "--set",
                "a.b=1\\,2",
                "--set",
                "l={x,y}",
                "--set-string",
                "n=12",
            ])
            .arg("--set-file")
            .arg(format!(
                "f={}",
                text.to_str()
                    .unwrap()
                    .replace('\\', r"\\")
                    .replace(',', r"\,")
            ))
            .arg("--values")
            .arg(format!(
                "\"{}\"",
                values.to_str().unwrap().replace('"', "\"\"")
            ))
            .args(["--api-versions", "x/v1/Y", "--include-crds", "--skip-tests"])
            .output()
            .unwrap();
        assert!(
            plain.status.success(),
            "{}",
            String::from_utf8_lossy(&plain.stderr)
        );
        let plain = String::from_utf8(plain.stdout).unwrap();
        assert!(
            plain.contains("CustomResourceDefinition") && !plain.contains("kind: Pod"),
            "{plain}"
        );
        let values = r#"{"a":{"b":"1,2"},"f":"content","from":"file","l":["x","y"],"n":"12"}"#;
        assert!(
            plain.contains(values) && plain.contains("has: true"),
            "{plain}"
        );
        assert_eq!(template(&helm, &full, &chart).unwrap(), plain);

        let bare = HelmRequest {
            release_name: "rel".to_owned(),
            ..HelmRequest::default()
        };
        let output = template(&helm, &bare, &chart).unwrap();
        assert!(!output.contains("CustomResourceDefinition") && output.contains("kind: Pod"));
        assert!(output.contains(r#""Namespace":"default""#), "{output}");
    }
}

#[test]
fn the_clock_is_in_utc_and_the_directories_are_ours() {
    let temp = tempfile::tempdir().unwrap();
    write_files(
        temp.path(),
        &[
            ("chart/Chart.yaml", CHART_YAML),
            ("chart/templates/a.yaml", b"t: {{ (toDate \"2006-01-02\" \"2024-07-01\") | date \"2006-01-02T15:04:05Z07:00\" }}\n"),
        ],
    );
    for helm in helms() {
        assert!(render(&helm, &temp.path().join("chart")).contains("t: 2024-07-01T00:00:00Z"));
    }
    let script = temp.path().join("helm");
    fs::write(&script, "#!/bin/sh\npwd; env\n").unwrap();
    let permissions = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(&script, permissions).unwrap();
    let output = template(&script, &request(), &temp.path().join("chart")).unwrap();
    assert!(
        output.contains("TZ=UTC\n") && output.contains("PATH="),
        "{output}"
    );
    assert!(output.contains("HELM_DEBUG=false\n"), "{output}");
    for line in output.lines().filter(|line| {
        (line.contains("HOME=") || line.starts_with("HELM_")) && !line.starts_with("HELM_DEBUG=")
    }) {
        assert!(line.contains("/argocd-pin-plugin-"), "{line}");
    }
    assert!(!output.contains("CARGO"), "{output}");
}

#[test]
fn failures_carry_helms_message() {
    let temp = tempfile::tempdir().unwrap();
    write_files(
        temp.path(),
        &[
            ("Chart.yaml", CHART_YAML),
            ("templates/a.yaml", b"{{ fail \"no way\" }}"),
        ],
    );
    for helm in helms() {
        let error = template(&helm, &request(), temp.path()).unwrap_err();
        assert!(matches!(error, HelmError::Failed { code: 1, .. }));
        assert!(error.stderr().unwrap().text().contains("no way"));
        assert!(!error.is_missing_dependency() && !error.is_unknown_flag());

        let request = HelmRequest {
            release_name: "{{ randAlpha 5 }}".to_owned(),
            ..HelmRequest::default()
        };
        let error = template(&helm, &request, temp.path()).unwrap_err();
        assert!(matches!(error, HelmError::ReleaseName));

        let work = WorkDir::create().unwrap();
        let version = Helm::new(&helm, &work).unwrap().version().unwrap();
        assert!(version.major >= 3 && !version.is_too_old(), "{version}");
    }
}

/// Serves files over HTTP until the test ends, and returns the URL.
fn serve(files: Vec<(String, Vec<u8>)>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let base = url.clone();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let first = lines.next().unwrap().unwrap();
            lines.find(|line| line.as_ref().is_ok_and(String::is_empty));
            let path = first
                .split(' ')
                .nth(1)
                .unwrap()
                .trim_start_matches("/charts/");
            let body = files.iter().find(|(name, _)| name == path);
            let (status, body) = body.map_or(("404 Not Found", Vec::new()), |(_, body)| {
                ("200 OK", body.clone())
            });
            let body = match std::str::from_utf8(&body) {
                Ok(text) => text.replace("BASE", &base).into_bytes(),
                Err(_) => body,
            };
            let head = format!(
                "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(&body).unwrap();
        }
    });
    format!("{url}/charts/")
}

#[test]
fn missing_dependencies_are_built_in_a_copy() {
    let remote = package(
        "remote",
        &[
            (
                "Chart.yaml",
                b"apiVersion: v2\nname: remote\nversion: 1.2.3\n",
            ),
            ("templates/r.yaml", b"remote: here\n"),
        ],
    );
    let index = b"apiVersion: v1\nentries:\n  remote:\n  - {apiVersion: v2, name: remote, version: 1.2.3, urls: [BASE/charts/remote-1.2.3.tgz]}\n";
    let url = serve(vec![
        ("index.yaml".to_owned(), index.to_vec()),
        ("remote-1.2.3.tgz".to_owned(), remote),
    ]);
    let temp = tempfile::tempdir().unwrap();
    let chart = temp.path().join("repository/apps/web");
    let chart_yaml = format!(
        "apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n\
         - {{name: remote, version: 1.x, repository: '{url}'}}\n\
         - {{name: common, version: '*', repository: 'file://../../libs/common'}}\n\
         - {{name: near, version: '*', repository: 'file://../../apps/near'}}\n"
    );
    write_files(
        &temp.path().join("repository"),
        &[
            ("apps/web/Chart.yaml", chart_yaml.as_bytes()),
            (
                "apps/web/templates/a.yaml",
                b"web: {{ include \"common\" . }}\n",
            ),
            (
                "libs/common/Chart.yaml",
                b"apiVersion: v2\nname: common\nversion: 1.0.0\n",
            ),
            (
                "libs/common/templates/_c.tpl",
                b"{{ define \"common\" }}c{{ end }}",
            ),
            (
                "apps/near/Chart.yaml",
                b"apiVersion: v2\nname: near\nversion: 1.0.0\n",
            ),
            ("apps/near/templates/n.yaml", b"near: here\n"),
        ],
    );
    let before = snapshot(temp.path());
    let limits = Limits {
        confine: Some(temp.path().join("repository")),
        ..Limits::default()
    };
    for helm in helms() {
        let error = template(&helm, &request(), &chart).unwrap_err();
        assert!(
            error.is_missing_dependency(),
            "{}",
            error.stderr().unwrap().text()
        );

        let work = WorkDir::create().unwrap();
        let tree = ChartTree::read(&chart, &limits).unwrap();
        let child = Helm::new(&helm, &work).unwrap();
        let copy =
            dependencies::build(&child, &tree, &chart, &limits, &work).unwrap_or_else(|error| {
                match error {
                    DependencyError::Helm(error) => panic!("{}", error.stderr().unwrap().text()),
                    other => panic!("{other:?}"),
                }
            });
        assert!(copy.starts_with(work.path()));
        let tree = ChartTree::read(&copy, &limits_of(work.path())).unwrap();
        assert_eq!(tree.root.subcharts.len(), 3);
        let output = render(&helm, &copy);
        assert!(
            output.contains("remote: here")
                && output.contains("near: here")
                && output.contains("web: c")
        );
        assert_eq!(snapshot(temp.path()), before, "the chart was written to");
    }
}

fn limits_of(root: &Path) -> Limits {
    Limits {
        confine: Some(root.to_owned()),
        ..Limits::default()
    }
}

#[test]
fn dependencies_by_path_stay_in_the_repository() {
    let temp = tempfile::tempdir().unwrap();
    let root = temp.path().join("repository");
    write_files(temp.path(), &[("secret/Chart.yaml", CHART_YAML)]);
    for path in ["../../secret", "/etc", "../link"] {
        let chart = root.join("chart");
        let text = format!(
            "apiVersion: v2\nname: c\nversion: 1.0.0\ndependencies: [{{name: a, version: '*', repository: 'file://{path}'}}]\n"
        );
        write_files(&chart, &[("Chart.yaml", text.as_bytes())]);
        let _ = std::os::unix::fs::symlink("../secret", root.join("link"));
        let work = WorkDir::create().unwrap();
        let helm = Helm::new("/no/such/helm", &work).unwrap();
        let tree = ChartTree::read(&chart, &limits_of(&root)).unwrap();
        let result = dependencies::build(&helm, &tree, &chart, &limits_of(&root), &work);
        assert!(
            matches!(result, Err(DependencyError::Outside { .. })),
            "{path}: {result:?}"
        );
    }
}
