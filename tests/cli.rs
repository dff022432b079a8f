//! The program from outside: arguments, environment and parameters that are wrong, and what needs no chart.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// One call of the program, in a folder of its own with a chart in `chart/`.
struct Call {
    folder: tempfile::TempDir,
    command: Command,
}

impl Call {
    fn new(args: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("chart/templates")).unwrap();
        std::fs::create_dir(folder.path().join("tmp")).unwrap();
        std::fs::write(
            folder.path().join("chart/Chart.yaml"),
            "apiVersion: v2\nname: x\nversion: 1.0.0\n",
        )
        .unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_argocd-pin-plugin"));
        command
            .args(args)
            .current_dir(folder.path())
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("TMPDIR", folder.path().join("tmp"));
        Self { folder, command }
    }

    fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(mut self) -> Done {
        let output = self.command.output().unwrap();
        let left: Vec<_> = std::fs::read_dir(self.path("tmp")).unwrap().collect();
        Done {
            output,
            left: left.len(),
            _folder: self.folder,
        }
    }
}

struct Done {
    output: Output,
    left: usize,
    _folder: tempfile::TempDir,
}

impl Done {
    fn stdout(&self) -> &str {
        std::str::from_utf8(&self.output.stdout).unwrap()
    }

    fn stderr(&self) -> &str {
        std::str::from_utf8(&self.output.stderr).unwrap()
    }

    /// It failed with this status and this message, printed nothing, and left no file behind.
    fn fails(&self, status: i32, stderr: &str) {
        assert_eq!(self.stderr(), stderr);
        assert_eq!(self.output.status.code(), Some(status));
        assert_eq!(self.stdout(), "");
        assert_eq!(self.left, 0, "files are left in TMPDIR");
    }

    fn works(&self) -> &str {
        assert_eq!(self.stderr(), "");
        assert_eq!(self.output.status.code(), Some(0));
        self.stdout()
    }
}

#[test]
fn without_an_application_nothing_is_rendered() {
    for command in ["generate", "explain", "verify"] {
        Call::new(&[command, "chart"]).run().fails(
            1,
            "error: no Application is named, and its values depend on its name\n\
             hint: name it with --app, as Argo CD has it: `web`, or `team-a_web` for one in the namespace team-a\n",
        );
    }
}

#[test]
fn argo_cd_must_name_the_application_and_its_project() {
    Call::new(&["generate", "chart"]).env("ARGOCD_APP_NAME", "").run().fails(
        1,
        "error: ARGOCD_APP_NAME is empty, and without the Application's name nothing can be pinned\n",
    );
    Call::new(&["generate", "chart"]).env("ARGOCD_APP_NAME", "web").run().fails(
        1,
        "error: ARGOCD_APP_PROJECT_NAME is empty, and without the Application's project nothing can be pinned\n\
         hint: Argo CD sets it since version 3.0\n",
    );
}

#[test]
fn a_folder_without_a_chart() {
    Call::new(&["generate", "--app", "web"]).run().fails(
        1,
        "error: there is no chart in .: it has no Chart.yaml\n\
         hint: run this in the chart's folder, or name the folder: argocd-pin-plugin generate CHART\n",
    );
}

#[test]
fn a_misspelt_parameter() {
    Call::new(&["generate", "chart"])
        .env("ARGOCD_APP_NAME", "web")
        .env("ARGOCD_APP_PROJECT_NAME", "default")
        .env("ARGOCD_APP_PARAMETERS", r#"[{"name":"releaseName","string":"x"}]"#)
        .run()
        .fails(1, "error: the plugin has no parameter `releaseName`\nhint: did you mean `release-name`?\n");
}

#[test]
fn parameters_that_are_no_json_are_not_quoted() {
    Call::new(&["generate", "chart"])
        .env("ARGOCD_APP_NAME", "web")
        .env("ARGOCD_APP_PROJECT_NAME", "default")
        .env("ARGOCD_APP_PARAMETERS", r#"[{"name":"values","string":"password: hush"#)
        .run()
        .fails(
            1,
            "error: ARGOCD_APP_PARAMETERS is not the JSON list of parameters that Argo CD sends (line 1, column 42)\n",
        );
}

#[test]
fn a_clock_that_is_none() {
    Call::new(&["generate", "chart", "--app", "web"])
        .env("SOURCE_DATE_EPOCH", "yesterday")
        .run()
        .fails(
            1,
            "error: SOURCE_DATE_EPOCH must be a whole number of seconds from 0 to 253402300799\n",
        );
}

#[test]
fn a_misspelt_setting_is_warned_of() {
    let done = Call::new(&["generate", "--app", "web"])
        .env("PIN_SEEDFILE", "x")
        .run();
    assert!(
        done.stderr().starts_with(
            "warning: PIN_SEEDFILE is no setting; did you mean PIN_SEED_FILE?\nerror: "
        ),
        "{}",
        done.stderr()
    );
    assert_eq!(done.stdout(), "");
}

#[test]
fn a_wrong_command_line_has_a_status_of_its_own() {
    for args in [
        &[][..],
        &["render"],
        &["generate", "--sett", "a=1"],
        &["generate", "--set", "a"],
        &["explain", "--output", "xml"],
        &["seed"],
        &["completions", "tcsh"],
    ] {
        let done = Call::new(args).run();
        assert_eq!(done.output.status.code(), Some(2), "for {args:?}");
        assert_eq!(done.stdout(), "");
    }
}

#[test]
fn help_teaches() {
    let done = Call::new(&["generate", "--help"]).run();
    let help = done.works();
    for word in [
        "--app",
        "ignore-missing-value-files",
        "--set-file",
        "--seed-file",
        "argocd-pin-plugin generate ./chart --app web",
    ] {
        assert!(help.contains(word), "no {word} in\n{help}");
    }
    let done = Call::new(&["--help"]).run();
    for word in [
        "PIN_SEED_FILE",
        "SOURCE_DATE_EPOCH",
        "Exit status",
        "verify",
        "explain",
    ] {
        assert!(done.works().contains(word), "no {word} in the help");
    }
}

#[test]
fn seed_new_prints_a_secret() {
    let done = Call::new(&["seed", "new", "--namespace", "gitops"]).run();
    assert_eq!(done.output.status.code(), Some(0));
    let text = done.stdout();
    let id = text
        .lines()
        .find_map(|line| line.strip_prefix("    argocd-pin-plugin/seed-id: "))
        .unwrap();
    assert_eq!(
        done.stderr(),
        format!("note: set PIN_SEED_ID to {id} in the sidecar, so that another seed is an error\n")
    );
    assert!(
        text.contains("kind: Secret\n") && text.contains("  namespace: \"gitops\"\n"),
        "{text}"
    );
    let seed = text
        .lines()
        .find_map(|line| line.strip_prefix("  seed: "))
        .unwrap();
    assert_eq!(seed.len(), 44);
    Call::new(&["seed", "new", "--name", "Seed"])
        .run()
        .fails(1, "error: `Seed` cannot name a Secret\n");
}

#[test]
fn completions_and_man_pages_know_the_commands() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let done = Call::new(&["completions", shell]).run();
        assert!(
            done.works().contains("skip-schema-validation"),
            "for {shell}"
        );
    }
    let done = Call::new(&["man"]).run();
    assert!(done.works().contains(".TH argocd-pin-plugin 1"));

    let folder = tempfile::tempdir().unwrap();
    let done = Call::new(&["man", "--dir", folder.path().to_str().unwrap()]).run();
    assert_eq!(done.works(), "");
    for page in [
        "argocd-pin-plugin.1",
        "argocd-pin-plugin-generate.1",
        "argocd-pin-plugin-seed-new.1",
    ] {
        assert!(folder.path().join(page).is_file(), "no {page}");
    }
    let done = Call::new(&["man", "--dir", "/nonexistent"]).run();
    assert_eq!(done.output.status.code(), Some(1));
}

#[test]
fn a_seeds_id_is_printed_and_the_seed_is_not() {
    let seed: Vec<u8> = (0..32).collect();
    let call = Call::new(&["seed", "id", "mine"]);
    std::fs::write(call.path("mine"), &seed).unwrap();
    std::fs::set_permissions(call.path("mine"), std::fs::Permissions::from_mode(0o400)).unwrap();
    // tests/vectors/derivation-v1.json has it, made by another program.
    assert_eq!(call.run().works(), "seed-1ee6f8d93e6a7ebc\n");

    let call = Call::new(&["seed", "status", "--output", "json"]).env("PIN_SEED_FILE", "mine");
    std::fs::write(call.path("mine"), &seed[..31]).unwrap();
    let done = call.run();
    assert_eq!(done.output.status.code(), Some(1));
    let status: serde_json::Value = serde_json::from_str(done.stdout()).unwrap();
    assert_eq!(status["ok"], false);
    assert_eq!(status["seeds"][0]["seed"], "unknown");

    Call::new(&["seed", "id"]).env("PIN_SEED_ID", "2026").run().fails(
        1,
        "error: PIN_SEED_ID must be a seed's id, `seed-` and 16 hexadecimal digits, as `argocd-pin-plugin seed id` prints it\n",
    );
}

#[test]
fn a_full_disk_behind_stdout_is_an_error() {
    if !Path::new("/dev/full").exists() {
        return;
    }
    let full = std::fs::File::create("/dev/full").unwrap();
    let mut call = Call::new(&["seed", "new"]);
    let output = call.command.stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let stderr = String::from_utf8_lossy(&output.stderr);
    let last = stderr.lines().last().unwrap();
    assert!(
        last.starts_with("error: cannot write to stdout"),
        "{stderr}"
    );
}
