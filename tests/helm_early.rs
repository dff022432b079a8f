//! A helm that is started before its chart is there: the same output as of one that finds it. Under both helms.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod helm_support;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use argocd_pin_plugin::chart::{ChartTree, Limits};
use argocd_pin_plugin::helm::{Helm, HelmError, HelmRequest};
use argocd_pin_plugin::workdir::WorkDir;
use helm_support::{helms, request, write_files};

fn chart(dir: &Path, template: &[u8]) -> ChartTree {
    write_files(
        dir,
        &[
            (
                "Chart.yaml",
                b"apiVersion: v2\nname: a\nversion: 1.0.0\n".as_slice(),
            ),
            ("values.yaml", b"a: {b: chart, c: chart, d: chart}\n"),
            ("templates/a.yaml", template),
        ],
    );
    ChartTree::read(dir, &Limits::default()).unwrap()
}

/// What a helm prints that waits for the chart for so many milliseconds.
fn early(
    binary: &Path,
    request: &HelmRequest,
    tree: &ChartTree,
    wait: u64,
) -> Result<String, HelmError> {
    let work = WorkDir::create().unwrap();
    let helm = Helm::new(binary, &work)?;
    let early = helm.start_early(request, &work, "early.tgz")?;
    sleep(Duration::from_millis(wait));
    let archive = tree.write_for_helm(&work, "chart").unwrap();
    let (running, chart) = early.hand_over(&archive)?;
    assert!(chart.is_file() && !archive.exists());
    let output = running.finish()?;
    Ok(String::from_utf8(output).unwrap())
}

#[test]
fn prints_what_one_prints_that_finds_its_chart() {
    let temp = tempfile::tempdir().unwrap();
    let dir = temp.path().join("chart");
    let text =
        b"release: {{ .Release | toJson }}\nvalues: {{ .Values | toJson }}\nf: {{ .Files }}\n";
    let tree = chart(&dir, text);
    let file = |name: &str, text: &str| {
        let path = temp.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let with_values = HelmRequest {
        // No values at all, a null that takes one away, and one file over the other.
        values: vec![
            file("0.yaml", ""),
            file("1.yaml", "a: {b: null, c: first}\n"),
            file("2.yaml", "a: {c: second}\n"),
        ],
        set: vec![("e".to_owned(), "set".to_owned())],
        ..request()
    };
    for binary in helms() {
        for request in [request(), with_values.clone()] {
            let work = WorkDir::create().unwrap();
            let helm = Helm::new(&binary, &work).unwrap();
            let expected = helm.template(&request, &dir).unwrap();
            let expected = String::from_utf8(expected).unwrap();
            assert!(expected.contains("\"d\":\"chart\""), "{expected}");
            for wait in [0, 300] {
                let printed = early(&binary, &request, &tree, wait).unwrap();
                assert_eq!(printed, expected, "{}", binary.display());
            }
        }
    }
}

#[test]
fn fails_as_one_fails_that_finds_its_chart() {
    let temp = tempfile::tempdir().unwrap();
    let tree = chart(temp.path(), b"{{ fail \"because\" }}\n");
    for binary in helms() {
        let error = early(&binary, &request(), &tree, 0).unwrap_err();
        assert!(
            error.stderr().unwrap().text().contains("because"),
            "{error:?}"
        );
    }
}

/// A helm that does not wait for its input.
fn hasty(binary: &Path, dir: &Path) -> PathBuf {
    let path = dir.join("hasty");
    let script = format!(
        "#!/bin/sh\nexec '{}' \"$@\" < /dev/null\n",
        binary.display()
    );
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
    path
}

#[test]
fn one_that_does_not_wait_fails_and_prints_nothing() {
    let temp = tempfile::tempdir().unwrap();
    let tree = chart(&temp.path().join("chart"), b"a: b\n");
    for binary in helms() {
        let hasty = hasty(&binary, temp.path());
        // Long enough for a helm on a busy machine to look at its chart.
        let error = early(&hasty, &request(), &tree, 3000).unwrap_err();
        assert!(
            matches!(error, HelmError::Failed { .. }),
            "{}: {error:?}",
            binary.display()
        );
    }
}

#[test]
fn one_that_is_not_needed_ends() {
    let temp = tempfile::tempdir().unwrap();
    let script = temp.path().join("helm");
    let pid_file = temp.path().join("pid");
    let text = format!(
        "#!/bin/sh\necho $$ > {0}.new; mv {0}.new {0}; cat\n",
        pid_file.display()
    );
    fs::write(&script, text).unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o700)).unwrap();
    let work = WorkDir::create().unwrap();
    let helm = Helm::new(&script, &work).unwrap();
    let early = helm.start_early(&request(), &work, "early.tgz").unwrap();
    while !pid_file.exists() {
        sleep(Duration::from_millis(5));
    }
    drop(early);
    let pid = fs::read_to_string(&pid_file).unwrap();
    assert!(!Path::new("/proc").join(pid.trim()).exists());
}
