//! A tenant's repository in a sidecar, and what the tenant can set.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::support::{Helm, Outcome, Place, SEED, write_private};

/// Stands in a file of another tenant's.
pub(crate) const NEIGHBOUR: &str = "the-neighbours-own-secret";

/// Shows all that a chart can see: a leak is seen in its output.
const SHOW_ALL: &str = "\
values: {{ .Values | toJson | quote }}
{{ $files := dict }}{{ range $path, $bytes := .Files }}{{ $_ := set $files $path (toString $bytes) }}{{ end -}}
files: {{ $files | toJson | quote }}
token: {{ randAlphaNum 32 }}
";

/// The id of the sidecar's seed.
pub(crate) const SEED_ID: &str = "seed-7774dba909c74ad6";

/// A sidecar with a seed, and two repositories in it: `repo`, which the Application `app` in the folder `app` is of,
/// and a neighbour's.
pub(crate) struct Tenant {
    pub(crate) place: Place,
    variables: Vec<(String, String)>,
}

impl Tenant {
    pub(crate) fn new() -> Self {
        let tenant = Self {
            place: Place::new(),
            variables: Vec::new(),
        };
        fs::create_dir_all(tenant.place.root.path().join("etc")).unwrap();
        // Valid YAML and JSON: who reads it as values, gets it.
        tenant.seed(&format!("{{\"leak\": \"{SEED}\"}}"));
        let neighbour = tenant.work_dir().join("neighbour/values.yaml");
        fs::create_dir_all(neighbour.parent().unwrap()).unwrap();
        fs::write(neighbour, format!("leak: {NEIGHBOUR}\n")).unwrap();
        tenant.write(
            "app/Chart.yaml",
            "apiVersion: v2\nname: app\nversion: 1.0.0\n",
        );
        tenant.write("app/templates/all.yaml", SHOW_ALL);
        tenant
    }

    fn work_dir(&self) -> PathBuf {
        self.place.root.path().join("work/_cmp_server")
    }

    /// Gives the seed file another content.
    pub(crate) fn seed(&self, text: &str) {
        write_private(&self.seed_file(), text.as_bytes(), 0o600);
    }

    pub(crate) fn seed_file(&self) -> PathBuf {
        self.place.root.path().join("etc/seed")
    }

    /// The way from the Application's folder to the seed.
    pub(crate) fn up_to_seed(&self) -> &'static str {
        "../../../../etc/seed"
    }

    /// A path in the tenant's repository.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.work_dir().join("repo").join(path)
    }

    pub(crate) fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub(crate) fn link(&self, path: &str, target: impl AsRef<Path>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let _ = fs::remove_file(&path);
        symlink(target, path).unwrap();
    }

    /// Sets a variable of the plugin's process.
    pub(crate) fn variable(mut self, name: &str, value: impl Into<String>) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// Sets the plugin's parameters.
    pub(crate) fn parameters(self, parameters: Value) -> Self {
        self.variable("ARGOCD_APP_PARAMETERS", parameters.to_string())
    }

    /// Sets one parameter that is an array.
    pub(crate) fn array(self, name: &str, items: &[&str]) -> Self {
        self.parameters(json!([{ "name": name, "array": items }]))
    }

    /// Sets one parameter that is a map of one entry.
    pub(crate) fn map(self, name: &str, key: &str, value: &str) -> Self {
        self.parameters(json!([{ "name": name, "map": { key: value } }]))
    }

    /// Sets one parameter that is text.
    pub(crate) fn text(self, name: &str, value: &str) -> Self {
        self.parameters(json!([{ "name": name, "string": value }]))
    }

    /// The command as Argo CD's plugin server runs it.
    pub(crate) fn command(&self, helm: &Path) -> Command {
        let mut command = self.place.command(env!("CARGO_BIN_EXE_argocd-pin-plugin"));
        command
            .arg("generate")
            .current_dir(self.path("app"))
            .env("PIN_SEED_FILE", self.seed_file())
            .env("PIN_HELM", helm)
            .env("ARGOCD_CMP_WORKDIR", self.place.root.path().join("work"));
        for (name, value) in [
            ("ARGOCD_APP_NAME", "app"),
            ("ARGOCD_APP_PROJECT_NAME", "default"),
            ("ARGOCD_APP_NAMESPACE", "ns"),
            (
                "ARGOCD_APP_REVISION",
                "0123456789abcdef0123456789abcdef01234567",
            ),
            ("ARGOCD_APP_SOURCE_PATH", "app"),
            ("ARGOCD_APP_PARAMETERS", "null"),
            ("KUBE_VERSION", "1.31.0"),
            ("KUBE_API_VERSIONS", "v1,apps/v1"),
        ] {
            command.env(name, value);
        }
        command.envs(self.variables.iter().cloned());
        command
    }

    /// `generate` on the chart by hand: without anything of Argo CD's.
    pub(crate) fn command_by_hand(&self, helm: &Helm) -> Command {
        let mut command = self.place.command(env!("CARGO_BIN_EXE_argocd-pin-plugin"));
        command
            .args(["generate", "--app", "app", "--seed-file"])
            .arg(self.seed_file())
            .arg("--helm")
            .arg(&helm.path)
            .arg(self.path("app"));
        command
    }

    /// One run. Whatever comes of it, it shows no secret and leaves nothing behind.
    #[track_caller]
    pub(crate) fn run(&self, helm: &Path) -> Outcome {
        let output = self.command(helm).output().unwrap();
        self.place.assert_clean();
        let outcome = Outcome {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        };
        outcome.assert_hides(SEED.as_bytes());
        outcome.assert_hides(NEIGHBOUR.as_bytes());
        for text in [&outcome.stdout, &outcome.stderr] {
            // The JSON library of Go shows how a file begins that is none.
            assert!(!text.contains("invalid character"), "{text}");
            assert!(!text.contains("root:x:0:0"), "{text}");
        }
        outcome
    }

    /// The attack fails, and the message says this.
    #[track_caller]
    pub(crate) fn refused(&self, helm: &Helm, says: &[&str]) {
        let outcome = self.run(&helm.path);
        outcome.assert_failure(SEED.as_bytes());
        outcome.assert_says(says);
        // Nobody learns where the sidecar keeps what.
        assert!(
            !outcome.stderr.contains("etc/seed\" "),
            "{}",
            outcome.stderr
        );
        let tmp = self.place.tmp().display().to_string();
        assert!(!outcome.stderr.contains(&tmp), "{}", outcome.stderr);
    }

    /// The attack changes nothing: the chart renders, and this is what it shows.
    #[track_caller]
    pub(crate) fn harmless(&self, helm: &Helm) -> Outcome {
        let outcome = self.run(&helm.path);
        assert_eq!(outcome.status, 0, "{}", outcome.stderr);
        outcome
    }
}

/// A stand-in for helm: a shell script.
pub(crate) fn fake_helm(tenant: &Tenant, script: &str) -> PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let path = tenant.place.root.path().join("fake-helm");
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// What is not attacked renders: else no test here would mean anything.
#[test]
fn an_honest_tenant_is_served() {
    crate::support::each_helm(|helm| {
        let tenant = Tenant::new()
            .variable("PIN_SEED_ID", SEED_ID)
            .parameters(json!([
                { "name": "values-files", "array": ["prod.yaml", "/shared/*.yaml", "link.yaml"] },
                { "name": "file-parameters", "map": { "file": "../shared/file.txt" } },
            ]));
        tenant.write("app/prod.yaml", "prod: yes-it-is");
        tenant.write("shared/one.yaml", "shared: it-is-too");
        tenant.write("shared/file.txt", "content-of-it");
        tenant.write("shared/two.txt", "linked: also");
        tenant.link("app/link.yaml", "../shared/two.txt");
        tenant.link("app/inside.txt", "../shared/file.txt");
        let outcome = tenant.harmless(helm);
        assert_eq!(outcome.stderr, "");
        for part in [
            "yes-it-is",
            "it-is-too",
            "file\\\":\\\"content-of-it",
            "also",
            "inside.txt\\\":\\\"content-of-it",
        ] {
            assert!(outcome.stdout.contains(part), "{}", outcome.stdout);
        }
    });
}
