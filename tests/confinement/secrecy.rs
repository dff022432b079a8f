//! Where the seed, placeholders and values are not: what processes are told, who may read files, what a crash leaves.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use argocd_pin_plugin::panics;
use rustix::process::{Pid, Signal, kill_process};

use crate::support::{Chart, SEED, Test, each_helm};
use crate::tenant::{Tenant, fake_helm};

const PANICS: &str = "SECRECY_TEST_PANICS";

const VALUES: &str = "\
apiVersion: v1
kind: Secret
metadata: {name: s}
stringData:
  secret-alpha: {{ randAlphaNum 32 }}
  secret-bytes: {{ randBytes 24 }}
  secret-uuid: {{ uuidv4 }}
  secret-hash: {{ htpasswd \"user\" (randAlphaNum 20) }}
  secret-key: {{ genPrivateKey \"ecdsa\" | b64enc }}
";

/// What stands behind `secret-…: ` in a text.
fn secrets(text: &str) -> Vec<&str> {
    let lines = text.lines().map(str::trim_start);
    let secret = lines.filter(|line| line.starts_with("secret-"));
    secret
        .filter_map(|line| Some(line.split_once(": ")?.1))
        .collect()
}

/// Arguments, environments and open files of the plugin's children, and its own; the modes of its files.
#[test]
fn all_that_processes_are_told() {
    each_helm(|helm| {
        let tenant = Tenant::new();
        tenant.write("app/templates/all.yaml", VALUES);
        let shared = tenant.place.root.path().join("shared");
        fs::create_dir(&shared).unwrap();
        let (real, shown) = (helm.path.display(), shared.display());
        let tmp = tenant.place.tmp();
        let script = format!(
            "for c in $PPID $(cat /proc/$PPID/task/*/children); do\n\
             tr '\\0' '\\n' < /proc/$c/cmdline; echo; tr '\\0' '\\n' < /proc/$c/environ; ls -l /proc/$c/fd\n\
             done >> {shown}/told 2>&1\n\
             find {} -mindepth 1 -printf '%y %m %P\\n' >> {shown}/modes\n\
             {real} \"$@\" > {shown}/out.$$ 2>> {shown}/told; status=$?\n\
             cat {shown}/out.$$; exit $status",
            tmp.display()
        );
        let outcome = tenant.run(&fake_helm(&tenant, &script));
        assert_eq!(outcome.status, 0, "{}", outcome.stderr);
        let values = secrets(&outcome.stdout);
        assert_eq!(values.len(), 5, "{}", outcome.stdout);
        let mut placeholders = Vec::new();
        for entry in fs::read_dir(&shared).unwrap() {
            let path = entry.unwrap().path();
            if path
                .file_name()
                .unwrap()
                .to_string_lossy()
                .starts_with("out.")
            {
                let text = fs::read_to_string(path).unwrap();
                let others = secrets(&text).into_iter().filter(|it| !values.contains(it));
                placeholders.extend(others.map(str::to_owned));
            }
        }
        assert!(placeholders.len() >= 5, "{placeholders:?}");
        let told = fs::read_to_string(shared.join("told")).unwrap();
        assert!(told.contains("template") && told.contains("argocd-pin-plugin-reaper"));
        let placeholders = placeholders.iter().map(String::as_str);
        let secret = values.iter().copied().chain(placeholders.clone());
        for secret in secret.chain([SEED]) {
            assert!(!told.contains(secret), "a process is told a secret");
            assert!(!outcome.stderr.contains(secret), "stderr tells a secret");
        }
        for placeholder in placeholders {
            assert!(
                !outcome.stdout.contains(placeholder),
                "a placeholder is printed"
            );
        }
        let modes = fs::read_to_string(shared.join("modes")).unwrap();
        are_private(&modes);
    });
}

/// Only the user enters what the plugin makes, and reads the files that it writes; helm's own are in there.
fn are_private(modes: &str) {
    let entries = modes.lines().map(|line| {
        let mut parts = line.splitn(3, ' ');
        [
            parts.next().unwrap(),
            parts.next().unwrap(),
            parts.next().unwrap(),
        ]
    });
    let mut files = 0;
    for [kind, mode, path] in entries {
        let is_top = !path.contains('/');
        assert!(
            !is_top || (kind, mode) == ("d", "700"),
            "{kind} {mode} {path}"
        );
        if kind == "f" && !path.contains("/helm/") {
            assert_eq!(mode, "600", "{path}");
            files += 1;
        }
    }
    assert!(files > 0, "{modes}");
}

/// The standard library quotes the text that it cannot cut. The test starts itself again as what panics.
#[test]
fn a_panic_that_quotes_a_value() {
    if std::env::var_os(PANICS).is_some() {
        panics::say_where_only();
        let value = format!("{SEED}ä");
        println!("{}", &value[..=SEED.len()]);
    }
    let output = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "secrecy::a_panic_that_quotes_a_value",
            "--nocapture",
        ])
        .env(PANICS, "")
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    let place = "error: internal error at tests/confinement/secrecy.rs:";
    assert!(said.contains(place), "{said}");
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(
        !said.contains(SEED) && !shown.contains(SEED),
        "{said}{shown}"
    );
}

/// Neither the plugin nor helm leaves its memory on a disk.
#[test]
fn a_core_dump() {
    let tenant = Tenant::new();
    let limit = tenant.place.root.path().join("limit");
    let script = format!(
        "ulimit -c > {0}.part; mv {0}.part {0}; sleep 300",
        limit.display()
    );
    let helm = fake_helm(&tenant, &script);
    let own = tenant.command(&helm);
    let mut command = Command::new("sh");
    command
        .args(["-c", "ulimit -c unlimited; exec \"$0\" generate"])
        .arg(own.get_program())
        .current_dir(own.get_current_dir().unwrap())
        .env_clear()
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    for (name, value) in own.get_envs() {
        if let Some(value) = value {
            command.env(name, value);
        }
    }
    let mut child = command.spawn().unwrap();
    wait_for(|| limit.exists());
    assert_eq!(fs::read_to_string(&limit).unwrap().trim(), "0");
    kill_process(Pid::from_child(&child), Signal::ABORT).unwrap();
    let status = child.wait().unwrap();
    assert_eq!((status.signal(), status.core_dumped()), (Some(6), false));
    wait_for(|| is_empty(&tenant.place.tmp()));
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).unwrap().next().is_none()
}

fn wait_for(done: impl Fn() -> bool) {
    let begin = Instant::now();
    while !done() {
        assert!(begin.elapsed() < Duration::from_secs(30));
        thread::sleep(Duration::from_millis(5));
    }
}

/// Which of several helms fails is up to the address that the chart asks for; what helm says then holds the value. Each time
/// the error is that of the chart as it is, or says what the matter is.
#[test]
fn a_chart_that_fails_at_some_addresses() {
    const SECRET: &str = "{{ $p := randAlphaNum 20 }}\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {p: {{ $p }}}\n";
    const ADDRESS: &str = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  a: {{ $a := printf \"%p\" .Values }}{{ if regexMatch \"[0-3]..$\" $a }}{{ fail $p }}{{ end }}{{ $a | quote }}\n";
    each_helm(|helm| {
        let of = |text: &str| Chart::of(&[("templates/s.yaml", text)]);
        let value = Test::new(helm, &of(SECRET)).pinned().secret("s", "p");
        let chart = of(&format!("{SECRET}{ADDRESS}"));
        for _ in 0..20 {
            let outcome = Test::new(helm, &chart).fail();
            assert!(!outcome.stderr.contains(&value), "{}", outcome.stderr);
            let words = ["templates/s.yaml", "with some generated values and not"];
            let says = words.iter().any(|words| outcome.stderr.contains(words));
            assert!(says, "{}", outcome.stderr);
        }
    });
}
