//! `PIN_PARALLELISM`: how many renders run at once.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::tenant::{Tenant, fake_helm};

/// A helm that says when it begins to render and when it ends, in a file of its own, and waits in between until it may
/// go on. As helm does, it first reads its standard input where that is to be read, and renders no empty chart.
fn slow_helm(tenant: &Tenant, wait: &str) -> PathBuf {
    let log = log(tenant);
    fs::create_dir_all(&log).unwrap();
    fake_helm(
        tenant,
        &format!(
            "echo > {0}/waits-$$\n\
             case \" $* \" in *' --values - '*) cat > {0}/input-$$ ;; esac\n\
             if [ -f \"$2\" ] && [ ! -s \"$2\" ]; then rm -f {0}/waits-$$; echo no chart >&2; exit 1; fi\n\
             mv {0}/waits-$$ {0}/begin-$$\n\
             ls {0} | grep -c ^begin- >> {0}/most\n\
             ls {0} | grep -c -e ^begin- -e ^waits- >> {0}/most-with-waiting\n\
             {wait}\n\
             rm -f {0}/begin-$$\n\
             echo '---'\n\
             echo 'a: b'",
            log.display()
        ),
    )
}

fn log(tenant: &Tenant) -> PathBuf {
    tenant.place.root.path().join("log")
}

fn running(tenant: &Tenant) -> usize {
    let names = fs::read_dir(log(tenant)).unwrap();
    names
        .filter(|name| {
            let name = name.as_ref().unwrap().file_name();
            name.to_string_lossy().starts_with("begin-")
        })
        .count()
}

fn start(tenant: &Tenant, helm: &Path) -> Child {
    tenant
        .command(helm)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[track_caller]
fn wait_for(what: &str, condition: impl Fn() -> bool) {
    let begin = Instant::now();
    while !condition() {
        assert!(
            begin.elapsed() < Duration::from_secs(20),
            "{what} did not come"
        );
        sleep(Duration::from_millis(5));
    }
}

fn signal(child: &Child, name: &str) {
    let kill = format!("kill -{name} {}", child.id());
    let status = std::process::Command::new("sh")
        .args(["-c", &kill])
        .status();
    assert!(status.unwrap().success());
}

#[test]
fn no_more_run_than_the_admin_allows() {
    let tenant = Tenant::new()
        .variable("PIN_PARALLELISM", "2")
        .variable("ARGOCD_ENV_PIN_PARALLELISM", "0");
    let helm = slow_helm(&tenant, "sleep 0.1");
    let children: Vec<Child> = (0..10).map(|_| start(&tenant, &helm)).collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert_eq!(
            (output.status.code(), output.stdout.as_slice()),
            (Some(0), &b"---\na: b\n"[..]),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let counts = |name: &str| -> Vec<usize> {
        let text = fs::read_to_string(log(&tenant).join(name)).unwrap();
        text.lines().map(|line| line.parse().unwrap()).collect()
    };
    // Each takes two renders.
    let most = counts("most");
    assert_eq!(most.len(), 20);
    assert_eq!(most.iter().max(), Some(&2), "{most:?}");
    // Beside each that renders, at most one more waits for its chart.
    let all = counts("most-with-waiting");
    assert!(all.iter().all(|count| *count <= 4), "{all:?}");
    tenant.place.assert_clean();
}

#[test]
fn without_a_limit_all_run() {
    let tenant = Tenant::new().variable("PIN_PARALLELISM", "0");
    let helm = slow_helm(
        &tenant,
        &format!(
            "while [ ! -e {}/go ]; do sleep 0.02; done",
            log(&tenant).display()
        ),
    );
    let children: Vec<Child> = (0..6).map(|_| start(&tenant, &helm)).collect();
    wait_for("all six", || running(&tenant) == 6);
    fs::write(log(&tenant).join("go"), "").unwrap();
    for child in children {
        assert!(child.wait_with_output().unwrap().status.success());
    }
    tenant.place.assert_clean();
}

/// Who waits ends at once when Argo CD says so, and the others are served.
#[test]
fn a_signal_ends_the_waiting() {
    let tenant = Tenant::new().variable("PIN_PARALLELISM", "1");
    let helm = slow_helm(
        &tenant,
        &format!(
            "while [ ! -e {}/go ]; do sleep 0.02; done",
            log(&tenant).display()
        ),
    );
    let first = start(&tenant, &helm);
    wait_for("the first", || running(&tenant) == 1);
    let waiting = start(&tenant, &helm);
    let last = start(&tenant, &helm);
    wait_for("the others' folders", || {
        fs::read_dir(tenant.place.tmp()).unwrap().count() == 4
    });
    sleep(Duration::from_millis(100));
    let begin = Instant::now();
    signal(&waiting, "TERM");
    let output = waiting.wait_with_output().unwrap();
    assert!(begin.elapsed() < Duration::from_secs(5));
    assert_eq!((output.status.code(), output.stdout.len()), (Some(143), 0));
    assert_eq!(running(&tenant), 1, "a second render began");
    fs::write(log(&tenant).join("go"), "").unwrap();
    for child in [first, last] {
        assert!(child.wait_with_output().unwrap().status.success());
    }
    tenant.place.assert_clean();
}

/// Nobody lets go for a process that was killed: the kernel does.
#[test]
fn a_killed_render_holds_no_slot() {
    let tenant = Tenant::new().variable("PIN_PARALLELISM", "1");
    let slow = slow_helm(&tenant, "sleep 60");
    let mut first = start(&tenant, &slow);
    wait_for("the first", || running(&tenant) == 1);
    let begun = fs::read_dir(log(&tenant))
        .unwrap()
        .find_map(|name| {
            let name = name.unwrap().file_name().into_string().unwrap();
            name.strip_prefix("begin-").map(str::to_owned)
        })
        .unwrap();
    signal(&first, "KILL");
    first.wait().unwrap();
    let quick = slow_helm(&tenant, "true");
    let begin = Instant::now();
    let output = start(&tenant, &quick).wait_with_output().unwrap();
    assert!(output.status.success());
    assert!(begin.elapsed() < Duration::from_secs(20));
    // Its reaper ends its helm and removes its folder.
    let left = || fs::read_dir(tenant.place.tmp()).unwrap().count();
    wait_for("the reaper", || left() == 0);
    let alive = format!("kill -0 -{begun}");
    wait_for("the end of its helm", || {
        let status = std::process::Command::new("sh")
            .args(["-c", &alive])
            .status();
        !status.unwrap().success()
    });
}

/// The folder is this user's alone; one that others could have made is not used.
#[test]
fn a_folder_that_somebody_else_prepared() {
    let tenant = Tenant::new().variable("PIN_PARALLELISM", "1");
    let helm = slow_helm(&tenant, "true");
    let user = fs::metadata(tenant.place.tmp()).unwrap().uid();
    let slots = tenant
        .place
        .tmp()
        .join(format!("argocd-pin-plugin-slots-{user}"));
    std::os::unix::fs::symlink("/", &slots).unwrap();
    let output = start(&tenant, &helm).wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && output.stdout.is_empty());
    assert!(
        stderr.contains("hint: ") && stderr.contains("PIN_PARALLELISM"),
        "{stderr}"
    );
    fs::remove_file(slots).unwrap();
    tenant.place.assert_clean();
}
