//! How often helm runs, and what runs at once.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::Value;

use crate::support::{Chart, Helm, Test, each_helm};

/// Two calls of one define: only a twin tells that they are two.
const TWO_CALLS: &str = "{{- define \"gen\" }}{{ randAlphaNum 20 }}{{ end -}}\napiVersion: v1\nkind: Secret\nmetadata:\n  name: s\nstringData:\n  a: {{ include \"gen\" . }}\n  b: {{ include \"gen\" . }}\n";

/// One call of it, shown once: the render tells all.
const ONE_CALL: &str = "{{- define \"gen\" }}{{ randAlphaNum 20 }}{{ end -}}\napiVersion: v1\nkind: Secret\nmetadata:\n  name: s\nstringData:\n  a: {{ include \"gen\" . }}\n";

const JOB: &str = "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: job\nspec:\n  template:\n    spec:\n      restartPolicy: Never\n      containers:\n        - name: job\n          image: example.org/job:1\n";

fn chart(templates: &[&str]) -> Chart {
    Chart::of(&[("templates/all.yaml", &templates.join("---\n"))])
}

#[track_caller]
fn helm_runs(test: &Test<'_>) -> u64 {
    let outcome = test
        .clone()
        .command("explain")
        .flag("--output")
        .flag("json")
        .run();
    assert_eq!(outcome.status, 0, "{}", outcome.stderr);
    let report: Value = serde_json::from_str(&outcome.stdout).unwrap();
    report["helm_runs"].as_u64().unwrap()
}

/// This helm, and what a shell does before it and after it, with `$log` for a folder of the test's.
fn wrapped(helm: &Helm, log: &Path, before: &str, after: &str) -> Helm {
    let path = log.join("helm");
    let script = format!(
        "#!/bin/sh\nlog='{}'\n{before}\n'{}' \"$@\"\nstatus=$?\n{after}\nexit $status\n",
        log.display(),
        helm.path.display()
    );
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
    Helm {
        path,
        ..helm.clone()
    }
}

#[test]
fn helm_runs_as_often_as_it_must() {
    // Neither an order nor a clock that nobody reads asks for a render at another time.
    let order = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata:\n  keys: {{ keys (dict \"a\" 1 \"b\" 2) | join \",\" }}\n  mixed: {{ shuffle \"abc\" }}\n";
    let unread = "{{- define \"unread\" }}{{ now }}{{ end -}}\n";
    let time =
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: t\ndata:\n  at: {{ now | quote }}\n";
    each_helm(|helm| {
        for (templates, runs) in [
            (vec![ONE_CALL], 1),
            (vec![TWO_CALLS], 2),
            (vec![ONE_CALL, JOB, order], 1),
            (vec![unread, ONE_CALL, JOB], 1),
            (vec![ONE_CALL, time], 1),
            (vec![ONE_CALL, time, JOB], 2),
            (vec![TWO_CALLS, time, JOB], 3),
        ] {
            let chart = chart(&templates);
            let found = helm_runs(&Test::new(helm, &chart));
            assert_eq!(found, runs, "{templates:#?}");
        }
    });
}

#[test]
fn a_likely_twin_does_not_wait_for_the_render() {
    if std::thread::available_parallelism().map_or(1, usize::from) < 2 {
        return;
    }
    // Each waits for the other.
    let meet = "touch $log/begun-$$; n=0\nuntil [ $(ls $log | grep -c begun) -ge 2 ] || [ $n -ge 400 ]; do sleep 0.05; n=$((n + 1)); done\n[ $n -lt 400 ] || touch $log/alone";
    each_helm(|helm| {
        let log = tempfile::tempdir().unwrap();
        let chart = chart(&[TWO_CALLS]);
        let expected = Test::new(helm, &chart).pinned();
        let helm = wrapped(helm, log.path(), meet, "");
        let found = Test::new(&helm, &chart).pinned();
        assert!(!log.path().join("alone").exists());
        assert_eq!(found.text, expected.text);
    });
}

#[test]
fn a_twin_that_is_not_needed_is_ended() {
    // It would take a minute.
    let twin = "case \"$*\" in *-twin*) echo $$ > $log/twin.new; mv $log/twin.new $log/twin; exec sleep 60;; esac\nuntil [ -e $log/twin ]; do sleep 0.05; done";
    if std::thread::available_parallelism().map_or(1, usize::from) < 2 {
        return;
    }
    each_helm(|helm| {
        let log = tempfile::tempdir().unwrap();
        let chart = chart(&[ONE_CALL]);
        let expected = Test::new(helm, &chart).pinned();
        let helm = wrapped(helm, log.path(), twin, "");
        let found = Test::new(&helm, &chart).pinned();
        assert_eq!(found.text, expected.text);
        let process = fs::read_to_string(log.path().join("twin")).unwrap();
        assert!(!Path::new("/proc").join(process.trim()).exists());
    });
}

#[test]
fn a_twin_waits_where_one_may_run() {
    let alone = "mkdir $log/runs || touch $log/together\necho run >> $log/count\nsleep 0.3";
    each_helm(|helm| {
        let log = tempfile::tempdir().unwrap();
        let chart = chart(&[TWO_CALLS]);
        let helm = wrapped(helm, log.path(), alone, "rmdir $log/runs");
        let outcome = Test::new(&helm, &chart).env("PIN_PARALLELISM", "1").run();
        assert_eq!(outcome.status, 0, "{}", outcome.stderr);
        assert!(!log.path().join("together").exists());
        let count = fs::read_to_string(log.path().join("count")).unwrap();
        assert_eq!(count.lines().count(), 2);
    });
}
