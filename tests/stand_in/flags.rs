//! Each flag of `helm template`: it does what it does in helm, and leaves the values alone.

use std::collections::BTreeSet;
use std::fs;

use crate::caller::{Caller, assert_same_but_for_the_token, chart, token};
use crate::support::{Chart, Helm, each_helm};

/// Calls that both helms take: what follows `helm template web CHART`, with blanks between the words.
const BOTH: &[&str] = &[
    "--api-versions x/v1/Y",
    "-a x/v1/Y,z/v1",
    "--burst-limit=5 --qps 3.5",
    "--keyring no --username u --password p",
    "--insecure-skip-tls-verify --pass-credentials --plain-http --devel --version 9.9.9",
    "--create-namespace --replace --take-ownership",
    "--debug",
    "--dependency-update",
    "--description text",
    "--disable-openapi-validation",
    "--dry-run",
    "--dry-run=client",
    "--enable-dns",
    "--generate-name=false",
    "--help=false",
    "--include-crds",
    "--include-crds --skip-crds",
    "--is-upgrade",
    "--kube-apiserver http://127.0.0.1:1 --kube-as-group g --kube-as-user u --kube-ca-file no --kube-context no",
    "--kube-insecure-skip-tls-verify --kube-tls-server-name x --kube-token t --kubeconfig no-such-file",
    "--kube-version 1.29.3",
    "--labels a=b,c=d -l e=f",
    "--namespace other",
    "--no-hooks",
    "--name-template=",
    "--registry-config no --repository-cache no --repository-config no",
    "--release-name",
    "--render-subchart-notes",
    "--set a.b=1,list={x,y} --set text=2",
    "--set-file text=given.txt",
    "--set-json a={\"b\":[1]}",
    "--set-literal text=a,b=c",
    "--set-string a.b=1",
    "--show-only templates/secret.yaml",
    "-s templates/secret.yaml -s templates/test.yaml",
    "--skip-schema-validation",
    "--skip-tests",
    "--skip-tests --skip-tests=false",
    "--timeout 3m",
    "--values given.yaml,more.yaml",
    "-f more.yaml -f=given.yaml --set a.b=last",
    "-f -",
    "-f given.yaml -f - --set-file text=given.txt",
    "--wait --wait-for-jobs",
];

/// Those that helm 3.17 alone takes, or helm 4.3.
const ONE: [(&str, &[&str]); 2] = [
    (
        "3.17",
        &[
            "--atomic --force",
            "--hide-notes",
            // A folder that is there wins. Helm 4 looks into the repository.
            "--repo http://127.0.0.1:1",
            "--post-renderer ./mark --post-renderer-args x --post-renderer-args=y",
        ],
    ),
    (
        "4.3",
        &[
            "--color never",
            "--colour=never",
            "--content-cache no",
            "--force-conflicts --server-side",
            "--force-replace",
            "--rollback-on-failure",
            "--post-renderer mark --post-renderer-args x --post-renderer-args=y",
        ],
    ),
];

/// Flags that have a test of their own.
const ELSEWHERE: &[&str] = &[
    "ca-file",
    "cert-file",
    "key-file",
    "output-dir",
    "validate",
    "verify",
];

/// A folder with all that the calls name.
fn caller(helm: &Helm) -> Caller<'_> {
    let caller = Caller::new(helm).stdin(b"a: {b: stdin}\n");
    caller.write("given.txt", "content\n");
    caller.write("given.yaml", "a: {b: given}\nlist: [1]\n");
    caller.write("more.yaml", "a: {b: more}\n");
    // A post-renderer marks each Secret, and tells what it was called with.
    let script = r#"sed "s/^kind: Secret/& # seen $*/"; echo "---"; echo "kind: Last""#;
    caller.post_renderer("mark", script)
}

#[test]
fn each_does_what_it_does_in_helm() {
    let chart = chart();
    let dir = chart.dir().to_str().unwrap();
    each_helm(|helm| {
        let caller = caller(helm);
        let base = caller.pinned(["template", "web", dir]);
        let own = ONE.iter().filter(|(version, _)| *version == helm.version);
        for more in BOTH.iter().chain(own.flat_map(|(_, calls)| *calls)) {
            let words = || more.split(' ');
            let arguments: Vec<&str> = ["template", "web", dir]
                .into_iter()
                .chain(words())
                .collect();
            let plain = caller.plain(&arguments);
            assert_eq!(plain.status, 0, "{more}: {}", plain.stderr);
            let ours = caller.helm(&arguments);
            let said = match more {
                // Of its own work and our own files.
                &"--debug" => "",
                _ => plain.stderr.as_str(),
            };
            assert_eq!((ours.status, ours.stderr.as_str()), (0, said), "{more}");
            assert_same_but_for_the_token(&ours.stdout, &plain.stdout);
            if !more.contains("--namespace") {
                assert_eq!(token(&ours.stdout), token(&base), "{more}");
            }
            // Flags may stand before the words, and before the command if all commands have them.
            if helm.version == "4.3" {
                let first = std::iter::once("template").chain(words());
                let first = caller.helm(first.chain(["--", "web", dir]));
                assert_eq!(first.stdout, ours.stdout, "{more}");
            }
        }
        let global = ["-n", "other", "--debug", "template", "web", dir];
        assert_same_but_for_the_token(&caller.pinned(global), &caller.plain(global).stdout);
    });
}

#[test]
fn each_flag_of_both_helms_is_tested() {
    let named = BOTH.iter().chain(ONE.iter().flat_map(|(_, calls)| *calls));
    let mut tested: BTreeSet<&str> = named
        .flat_map(|call| call.split(' '))
        .filter_map(|word| word.strip_prefix("--"))
        .map(|word| word.split('=').next().unwrap())
        .collect();
    tested.extend(ELSEWHERE);
    each_helm(|helm| {
        let help = Caller::new(helm).plain(["template", "--help"]).stdout;
        let flags = help.lines().filter_map(|line| {
            let line = line.trim_start();
            let name = line
                .strip_prefix("--")
                .or_else(|| line.get(4..)?.strip_prefix("--"))?;
            line.starts_with('-')
                .then(|| name.split([' ', '=']).next().unwrap())
        });
        let all: BTreeSet<&str> = flags.collect();
        assert!(all.len() > 50, "{all:?}");
        let missing: Vec<_> = all.difference(&tested).collect();
        assert!(missing.is_empty(), "{missing:?}");
    });
}

#[test]
fn manifests_are_written_to_a_folder() {
    let chart = chart();
    let dir = chart.dir().to_str().unwrap();
    each_helm(|helm| {
        let caller = Caller::new(helm);
        for more in [
            &[][..],
            &["--release-name"],
            &["--include-crds", "--no-hooks"],
        ] {
            let arguments = ["template", "web", dir, "--output-dir"];
            let ours = arguments.iter().chain(&["ours"]).chain(more);
            let said = caller.pinned(ours);
            let theirs = caller.plain(arguments.iter().chain(&["theirs"]).chain(more));
            assert_eq!(said, theirs.stdout.replace("wrote theirs/", "wrote ours/"));
            let read = |folder: &str| {
                let mut all = String::new();
                for file in files(&caller.dir().join(folder)) {
                    all.push_str(&format!(
                        "{}\n{}",
                        file.strip_prefix(caller.dir().join(folder))
                            .unwrap()
                            .display(),
                        fs::read_to_string(&file).unwrap()
                    ));
                }
                fs::remove_dir_all(caller.dir().join(folder)).unwrap();
                all
            };
            let (ours, theirs) = (read("ours"), read("theirs"));
            assert_same_but_for_the_token(&ours, &theirs);
            assert_eq!(
                token(&ours),
                token(&caller.pinned(["template", "web", dir]))
            );
        }
    });
}

fn files(dir: &std::path::Path) -> BTreeSet<std::path::PathBuf> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => {
                found.insert(path);
            }
        }
    }
    found
}

/// The value is named by the whole chart, whatever part of it is asked for: the digest and the Secret agree.
#[test]
fn a_part_has_the_values_of_the_whole() {
    let chart = Chart::of(&[
        (
            "templates/a-sum.yaml",
            "kind: ConfigMap\nmetadata: {name: sum}\ndata: {sum: {{ include (print $.Template.BasePath \"/secret.yaml\") . | sha256sum }}}\n",
        ),
        (
            "templates/env.yaml",
            "kind: ConfigMap\nmetadata: {name: env}\ndata: {token: \"{{ include \"shared\" . }}\"}\n",
        ),
        (
            "templates/secret.yaml",
            "kind: Secret\nmetadata: {name: web}\nstringData: {token: \"{{ include \"shared\" . }}\"}\n",
        ),
        (
            "templates/_shared.tpl",
            "{{ define \"shared\" }}{{ if not (hasKey .Values \"made\") }}{{ $_ := set .Values \"made\" (randAlphaNum 20) }}{{ end }}{{ .Values.made }}{{ end }}",
        ),
    ]);
    let dir = chart.dir().to_str().unwrap();
    each_helm(|helm| {
        let caller = Caller::new(helm);
        let whole = caller.pinned(["template", "web", dir]);
        for file in ["a-sum", "env", "secret"] {
            let part = caller.pinned([
                "template",
                "web",
                dir,
                "-s",
                &format!("templates/{file}.yaml"),
            ]);
            let document = part.trim_start_matches("---\n").trim();
            assert!(document.contains("kind: "), "{part}");
            assert!(whole.contains(document), "{document}\nis not in\n{whole}");
        }
    });
}

/// Charts that look whether they upgrade render something else, with the same values in the same places.
#[test]
fn an_upgrade_keeps_the_values() {
    let chart = Chart::of(&[(
        "templates/a.yaml",
        "kind: Secret\nmetadata: {name: web}\nstringData:\n  token: {{ if .Release.IsUpgrade }}{{ randAlphaNum 24 }}{{ else }}{{ randAlphaNum 24 }}{{ end }}\n  \
         upgrade: \"{{ .Release.IsUpgrade }}\"\n",
    )]);
    each_helm(|helm| {
        let caller = Caller::new(helm);
        let arguments = ["template", "web", chart.dir().to_str().unwrap()];
        let install = caller.pinned(arguments);
        let upgrade = caller.pinned(arguments.iter().chain(&["--is-upgrade"]));
        assert_eq!(
            install.replace("upgrade: \"false\"", "upgrade: \"true\""),
            upgrade
        );
    });
}

/// A pipe can be read once: `-f <(sops decrypt …)`.
#[test]
fn values_from_a_pipe_are_read_once() {
    let chart = chart();
    let helm = Helm::v4();
    let caller = Caller::new(&helm);
    let line = r#"exec "$0" template web "$1" -f <(printf 'a: {b: piped}\n') -f <(printf 'list: [2]\n') $2"#;
    let run = |more: &str| {
        let helm = caller.dir().join("bin/helm");
        caller.run(
            "bash",
            [
                "-c",
                line,
                helm.to_str().unwrap(),
                chart.dir().to_str().unwrap(),
                more,
            ],
        )
    };
    let outcome = run("");
    assert_eq!((outcome.status, outcome.stderr.as_str()), (0, ""));
    assert!(
        outcome.stdout.contains("piped") && outcome.stdout.contains("[2]"),
        "{}",
        outcome.stdout
    );
    assert!(
        run("--show-only=none")
            .stderr
            .contains("could not find template none in chart")
    );
}

/// As helm-secrets gives them: a plugin of helm decrypts, once for a call.
#[test]
fn values_of_a_plugins_scheme_are_read_once() {
    let chart = chart();
    let dir = chart.dir().to_str().unwrap();
    each_helm(|helm| {
        let caller = Caller::new(helm);
        // Helm 3 gives the address last.
        let script =
            r#"for address; do :; done; echo "$address" >> "$COUNT"; echo "a: {b: decrypted}""#;
        caller.script("plugins/hidden/run", script);
        caller.write(
            "plugins/hidden/plugin.yaml",
            match helm.version {
                "3.17" => "name: hidden\nversion: 0.1.0\ndownloaders:\n  - {command: run, protocols: [hidden]}\n",
                _ => "apiVersion: v1\ntype: getter/v1\nname: hidden\nversion: 0.1.0\nruntime: subprocess\nconfig: {protocols: [hidden]}\n\
                      runtimeConfig:\n  protocolCommands:\n    - {protocols: [hidden], platformCommand: [{command: run}]}\n",
            },
        );
        let (count, plugins) = (caller.dir().join("count"), caller.dir().join("plugins"));
        let caller = caller.env("HELM_PLUGINS", plugins).env("COUNT", &count);
        let arguments = ["template", "web", dir, "-f", "hidden://values.yaml"];
        let plain = caller.plain(arguments);
        assert_eq!((plain.status, &*plain.stderr), (0, ""));
        assert!(plain.stdout.contains("decrypted"), "{}", plain.stdout);
        std::fs::remove_file(&count).unwrap();
        assert_same_but_for_the_token(&caller.pinned(arguments), &plain.stdout);
        let asked = std::fs::read_to_string(&count).unwrap();
        assert_eq!(asked, "hidden://values.yaml\n");
    });
}
