//! Whoever calls helm: a folder of his own, our binary as `helm`, and the real one behind it on `PATH`.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::support::{Chart, Helm, Outcome, Place, SEED, write_private};

/// A chart with one value that is pinned and much that flags change.
pub(crate) const FILES: &[(&str, &str)] = &[
    ("values.yaml", "a: {b: chart}\nlist: []\ntext: ''\n"),
    (
        "templates/secret.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: web}\nstringData:\n  token: {{ randAlphaNum 24 }}\n",
    ),
    (
        "templates/seen.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: seen}\ndata:\n  values: {{ .Values | toJson | quote }}\n  \
         release: {{ .Release | toJson | quote }}\n  kube: {{ .Capabilities.KubeVersion.Version | quote }}\n  \
         has: {{ .Capabilities.APIVersions.Has \"x/v1/Y\" | quote }}\n",
    ),
    (
        "templates/hook.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: hook, annotations: {helm.sh/hook: post-install}}\n",
    ),
    (
        "templates/test.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: test, annotations: {helm.sh/hook: test}}\n",
    ),
    ("templates/NOTES.txt", "notes of {{ .Release.Name }}\n"),
    (
        "crds/crd.yaml",
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: c}\n",
    ),
];

/// Where helm is called.
pub(crate) struct Caller<'a> {
    helm: &'a Helm,
    pub(crate) place: Place,
    env: Vec<(OsString, OsString)>,
    stdin: Vec<u8>,
}

impl<'a> Caller<'a> {
    /// One for whom every release is pinned.
    pub(crate) fn new(helm: &'a Helm) -> Self {
        let place = Place::new();
        let root = place.root.path().to_owned();
        fs::create_dir(root.join("bin")).unwrap();
        symlink(
            env!("CARGO_BIN_EXE_argocd-pin-plugin"),
            root.join("bin/helm"),
        )
        .unwrap();
        write_private(&root.join("seed"), SEED.as_bytes(), 0o600);
        let caller = Caller {
            helm,
            place,
            env: Vec::new(),
            stdin: Vec::new(),
        };
        let path = caller.path(&[&root.join("bin"), caller.helm.path.parent().unwrap()]);
        caller
            .env("PATH", path)
            .env("PIN_SEED_FILE", root.join("seed"))
            .env("PIN_STAND_IN_FOR", "*")
    }

    /// `PATH` of these folders and the system's.
    pub(crate) fn path(&self, folders: &[&Path]) -> OsString {
        let system = ["/usr/bin", "/bin"].map(PathBuf::from);
        std::env::join_paths(folders.iter().map(|path| path.to_path_buf()).chain(system)).unwrap()
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.env.retain(|(known, _)| known != name);
        self.env.push((name.into(), value.as_ref().into()));
        self
    }

    /// What each call reads from its standard input.
    pub(crate) fn stdin(mut self, bytes: &[u8]) -> Self {
        self.stdin = bytes.to_owned();
        self
    }

    pub(crate) fn dir(&self) -> &Path {
        self.place.root.path()
    }

    /// Writes a file for the caller.
    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.dir().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    /// The same, a program.
    pub(crate) fn script(&self, name: &str, text: &str) -> PathBuf {
        let path = self.write(name, &format!("#!/bin/sh\n{text}\n"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    /// Our binary, called `helm`.
    pub(crate) fn helm<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Outcome {
        let outcome = self.run("helm", arguments);
        self.place.assert_clean();
        outcome.assert_hides(SEED.as_bytes());
        outcome
    }

    /// The same with a post-renderer: a program for helm 3, a plugin for helm 4.
    pub(crate) fn post_renderer(self, name: &str, script: &str) -> Self {
        self.script(name, script);
        if self.helm.version == "3.17" {
            return self;
        }
        self.script(&format!("plugins/{name}/run"), script);
        self.write(
            &format!("plugins/{name}/plugin.yaml"),
            &format!(
                "apiVersion: v1\ntype: postrenderer/v1\nname: {name}\nversion: 0.1.0\nruntime: subprocess\nconfig: {{}}\n\
                 runtimeConfig:\n  platformCommand:\n    - command: ${{HELM_PLUGIN_DIR}}/run\n"
            ),
        );
        let plugins = self.dir().join("plugins");
        self.env("HELM_PLUGINS", plugins)
    }

    /// Helm itself, in the same place.
    pub(crate) fn plain<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Outcome {
        self.run(&self.helm.path, arguments)
    }

    /// Any program.
    pub(crate) fn run<S: AsRef<OsStr>>(
        &self,
        program: impl AsRef<OsStr>,
        arguments: impl IntoIterator<Item = S>,
    ) -> Outcome {
        // `helm` is looked for on the caller's PATH, as a shell does.
        let program = match program.as_ref() == "helm" {
            true => self.dir().join("bin/helm").into(),
            false => program.as_ref().to_owned(),
        };
        let mut command: Command = self.place.command(program);
        command.args(arguments).envs(self.env.iter().cloned());
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // Who does not read it closes it.
        let _ = child.stdin.take().unwrap().write_all(&self.stdin);
        let output = child.wait_with_output().unwrap();
        Outcome {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// What is printed for a chart that renders, by our binary, with nothing on stderr.
    #[track_caller]
    pub(crate) fn pinned<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> String {
        let outcome = self.helm(arguments);
        assert_eq!(
            (outcome.status, outcome.stderr.as_str()),
            (0, ""),
            "{}",
            outcome.stdout
        );
        outcome.stdout
    }
}

/// The chart of [`FILES`].
pub(crate) fn chart() -> Chart {
    Chart::of(FILES)
}

/// The line with the value.
#[track_caller]
pub(crate) fn token(manifests: &str) -> &str {
    let mut lines = manifests
        .lines()
        .filter_map(|line| line.trim().strip_prefix("token: "));
    let token = lines
        .next()
        .unwrap_or_else(|| panic!("no token in\n{manifests}"));
    assert_eq!(token.len(), 24);
    token
}

/// Fails unless both are the same but for the value.
#[track_caller]
pub(crate) fn assert_same_but_for_the_token(pinned: &str, plain: &str) {
    let (ours, theirs) = (token(pinned), token(plain));
    assert_ne!(ours, theirs);
    assert_eq!(pinned, plain.replace(theirs, ours));
}
