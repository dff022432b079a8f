//! What is not pinned is the real helm's: the process becomes it.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Stdio;

use crate::caller::Caller;
use crate::support::{Helm, each_helm};

/// Says all that it was given.
const TELLS: &str = r#"printf '<%s>' "$@"; echo; pwd; env | grep -v '^_=' | sort; ls /proc/self/fd | wc -w
cat; echo to stderr >&2; exit 7"#;

#[test]
fn the_real_one_gets_all_that_we_got() {
    let helm = Helm::v4();
    let caller = Caller::new(&helm).stdin(b"all of it\n").env("ODD", "a\nb");
    let real = caller.script("real/helm", TELLS);
    let path = caller.path(&[&caller.dir().join("bin"), real.parent().unwrap()]);
    let caller = caller.env("PATH", path).env("PIN_STAND_IN_FOR", "other/*");
    for arguments in [
        &["version"][..],
        &[],
        &[
            "--namespace",
            "x",
            "upgrade",
            "--install",
            "a b",
            "",
            "c\nd",
        ],
        &[
            "template",
            "web",
            "./chart",
            "--namespace",
            "x",
            "--set",
            "a=b",
        ],
        &["template", "--help"],
    ] {
        let theirs = caller.run(&real, arguments);
        let mut ours = caller.helm(arguments);
        ours.stdout = without_mark(&ours.stdout);
        assert_eq!(format!("{ours:?}"), format!("{theirs:?}"));
        assert_eq!(ours.status, 7);
        let binary = env!("CARGO_BIN_EXE_argocd-pin-plugin");
        let named = caller.run(binary, std::iter::once(&"helm").chain(arguments));
        assert_eq!(without_mark(&named.stdout), theirs.stdout);
    }
}

/// Without the variable by which a circle is found.
fn without_mark(text: &str) -> String {
    let lines = text.split_inclusive('\n');
    lines
        .filter(|line| !line.starts_with("PIN_STAND_IN_CALL="))
        .collect()
}

#[test]
fn it_is_the_same_process() {
    let helm = Helm::v4();
    let caller = Caller::new(&helm);
    caller.script("real/helm", "echo $$");
    let path = caller.path(&[&caller.dir().join("bin"), &caller.dir().join("real")]);
    let child = caller
        .place
        .command(caller.dir().join("bin/helm"))
        .env("PATH", path)
        .arg("version")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let id = child.id().to_string();
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), id);
}

#[test]
fn every_other_command_is_helms() {
    each_helm(|helm| {
        let caller = Caller::new(helm);
        for arguments in [
            &["version", "--short"][..],
            &["env", "HELM_NAMESPACE", "-n", "x"],
            &["help", "template"],
            &["template", "-h"],
            &["show", "values", "/no/such/chart"],
            &["no-such-command"],
            &["list", "--kubeconfig", "/no/such/file"],
        ] {
            let theirs = caller.plain(arguments);
            assert_eq!(
                format!("{:?}", caller.helm(arguments)),
                format!("{theirs:?}")
            );
        }
        let created = caller.helm(["create", "made"]);
        assert_eq!(created.status, 0, "{}", created.stderr);
        assert!(caller.dir().join("made/Chart.yaml").exists());
    });
}

#[test]
fn a_circle_is_an_error() {
    let helm = Helm::v4();
    let caller = Caller::new(&helm);
    let bin = caller.dir().join("bin");
    let alone = caller.path(&[&bin]);
    let caller = caller.env("PATH", &alone);
    let none = caller.helm(["version"]);
    none.assert_failure(b"");
    none.assert_says(&[
        "there is no other helm on PATH than this program",
        "hint: set PIN_HELM",
    ]);

    // The same file by another name, and by a hard link.
    symlink(bin.join("helm"), caller.dir().join("other")).unwrap();
    let caller = caller.env("PIN_HELM", bin.join("../other"));
    caller
        .helm(["version"])
        .assert_says(&["this program itself"]);
    let caller = caller.env("PIN_HELM", "bin/helm");
    caller
        .helm(["version"])
        .assert_says(&["PIN_HELM is a relative path"]);

    // A script and a copy call us again.
    let calls = caller.script("calls/helm", "helm \"$@\"");
    let caller = caller.env("PIN_HELM", &calls);
    for arguments in [&["version"][..], &["template", "web", "."]] {
        let outcome = caller.helm(arguments);
        assert_ne!(outcome.status, 0);
        outcome.assert_says(&["would do so for ever"]);
    }
    let copy = caller.dir().join("copy/helm");
    fs::create_dir(copy.parent().unwrap()).unwrap();
    fs::copy(env!("CARGO_BIN_EXE_argocd-pin-plugin"), &copy).unwrap();
    let both = caller.path(&[&bin, copy.parent().unwrap()]);
    let caller = caller.env("PIN_HELM", "").env("PATH", both);
    caller
        .helm(["version"])
        .assert_says(&["would do so for ever"]);
}

#[test]
fn a_folder_on_path_that_is_relative_does_not_count() {
    let helm = Helm::v4();
    let caller = Caller::new(&helm);
    caller.script("helm", "echo the tenant");
    let mut path = std::ffi::OsString::from(".:");
    path.push(caller.path(&[&caller.dir().join("bin"), helm.path.parent().unwrap()]));
    let caller = caller.env("PATH", path);
    assert!(
        caller
            .helm(["version"])
            .stdout
            .starts_with("version.BuildInfo")
    );
}
