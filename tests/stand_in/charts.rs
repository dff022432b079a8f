//! Where charts come from: a folder, an archive, a repository, an address.

use std::collections::HashMap;
use std::fs;

use crate::caller::{Caller, FILES, assert_same_but_for_the_token, chart, token};
use crate::server::Server;
use crate::support::{Chart, Helm, each_helm};

/// The chart of the tests as an archive.
fn archive(helm: &Helm) -> Vec<u8> {
    let caller = Caller::new(helm);
    let chart = chart();
    let packed = caller.plain(["package", chart.dir().to_str().unwrap()]);
    assert_eq!(packed.status, 0, "{}", packed.stderr);
    fs::read(caller.dir().join("inline-1.0.0.tgz")).unwrap()
}

#[test]
fn an_archive_and_a_folder_render_alike() {
    let chart = chart();
    each_helm(|helm| {
        let caller = Caller::new(helm);
        fs::write(caller.dir().join("c.tgz"), archive(helm)).unwrap();
        let folder = caller.pinned(["template", "web", chart.dir().to_str().unwrap()]);
        let packed = caller.pinned(["template", "web", "c.tgz"]);
        assert_eq!(folder, packed);
        assert_same_but_for_the_token(&packed, &caller.plain(["template", "web", "c.tgz"]).stdout);
        let part = caller.pinned(["template", "web", "./c.tgz", "-s", "templates/secret.yaml"]);
        assert_eq!(token(&part), token(&folder));
    });
}

/// A repository with a password, in each form in which helm takes one.
#[test]
fn charts_of_repositories_are_fetched_by_helm() {
    each_helm(|helm| {
        let index = "apiVersion: v1\nentries:\n  inline:\n    - {apiVersion: v2, name: inline, version: 1.0.0, urls: [inline-1.0.0.tgz]}\n    \
                     - {apiVersion: v2, name: inline, version: 0.9.0, urls: [old-0.9.0.tgz]}\n";
        let archive = archive(helm);
        let files = HashMap::from([
            ("/index.yaml".to_owned(), index.as_bytes().to_vec()),
            ("/inline-1.0.0.tgz".to_owned(), archive.clone()),
            ("/old-0.9.0.tgz".to_owned(), archive),
        ]);
        let server = Server::start(files, Some("user:hush-hush"));
        let address = server.address.as_str();
        let caller = Caller::new(helm);
        let login = ["--username", "user", "--password", "hush-hush"];
        let added = caller.helm(["repo", "add", "r", address].iter().chain(&login));
        assert_eq!(added.status, 0, "{}", added.stderr);
        let direct = format!("{address}/inline-1.0.0.tgz");
        for (arguments, archive) in [
            (vec!["template", "web", "r/inline"], "/inline-1.0.0.tgz"),
            (
                vec!["template", "web", "r/inline", "--version", "0.9"],
                "/old-0.9.0.tgz",
            ),
            (
                [
                    &["template", "--repo", address, "web", "inline"][..],
                    &login,
                ]
                .concat(),
                "/inline-1.0.0.tgz",
            ),
            (
                [&["template", "web", &direct][..], &login].concat(),
                "/inline-1.0.0.tgz",
            ),
        ] {
            let plain = caller.plain(&arguments);
            assert_eq!(plain.status, 0, "{arguments:?}: {}", plain.stderr);
            server.asked();
            assert_same_but_for_the_token(&caller.pinned(&arguments), &plain.stdout);
            // Once, however often helm renders.
            let asked = server
                .asked()
                .iter()
                .filter(|path| *path == archive)
                .count();
            assert!(asked <= 1, "{arguments:?} asks {asked} times");
        }
        for arguments in [
            &["template", "web", "r/none"][..],
            &["template", "web", "r/inline", "--version", "7"],
            &["template", "web", "inline", "--repo", address],
            &["template", "web", &direct],
            &[
                "template",
                "web",
                "oci://127.0.0.1:1/charts/c",
                "--plain-http",
            ],
        ] {
            let theirs = caller.plain(arguments);
            let ours = caller.helm(arguments);
            assert_eq!((ours.status, ours.stdout.as_str()), (theirs.status, ""));
            assert_eq!(without_times(&ours.stderr), without_times(&theirs.stderr));
        }
    });
}

/// Helm 4 begins some lines with the time.
fn without_times(text: &str) -> String {
    let words = text.split(' ').filter(|word| !word.starts_with("time="));
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn values_come_from_addresses() {
    let chart = chart();
    each_helm(|helm| {
        let files = HashMap::from([
            ("/v.yaml".to_owned(), b"a: {b: remote}\n".to_vec()),
            ("/text".to_owned(), b"remote text".to_vec()),
        ]);
        let server = Server::start(files, None);
        let caller = Caller::new(helm);
        let values = format!("{}/v.yaml", server.address);
        let text = format!("text={}/text", server.address);
        let arguments = [
            "template",
            "web",
            chart.dir().to_str().unwrap(),
            "-f",
            &values,
            "--set-file",
            &text,
        ];
        let plain = caller.plain(arguments).stdout;
        assert!(plain.contains("remote text"));
        server.asked();
        assert_same_but_for_the_token(&caller.pinned(arguments), &plain);
        assert_eq!(server.asked().len(), 2, "each is fetched once");
        let missing = format!("{}/none.yaml", server.address);
        let arguments = [
            "template",
            "web",
            chart.dir().to_str().unwrap(),
            "-f",
            &missing,
        ];
        assert_eq!(
            caller.helm(arguments).stderr,
            caller.plain(arguments).stderr
        );
    });
}

/// `--dependency-update` changes the chart's own folder, as it does without us.
#[test]
fn dependencies_are_updated_as_helm_does_it() {
    each_helm(|helm| {
        let caller = Caller::new(helm);
        for (path, text) in FILES {
            caller.write(&format!("dep/{path}"), text);
        }
        caller.write(
            "dep/Chart.yaml",
            "apiVersion: v2\nname: dep\nversion: 1.0.0\n",
        );
        let arguments = [
            "template",
            "web",
            "./chart",
            "--dependency-update",
            "--no-hooks",
        ];
        let render = |ours: bool| {
            let _ = fs::remove_dir_all(caller.dir().join("chart"));
            caller.write(
                "chart/Chart.yaml",
                "apiVersion: v2\nname: chart\nversion: 1.0.0\ndependencies:\n  - {name: dep, version: 1.0.0, repository: \"file://../dep\"}\n",
            );
            let outcome = match ours {
                true => caller.helm(arguments),
                false => caller.plain(arguments),
            };
            assert_eq!(outcome.status, 0, "{}", outcome.stderr);
            assert!(caller.dir().join("chart/charts/dep-1.0.0.tgz").exists());
            outcome.stdout
        };
        let (plain, pinned) = (render(false), render(true));
        assert_same_but_for_the_token(&pinned, &plain);
        // All there: nothing to update.
        let again = caller.pinned(arguments);
        assert_eq!(token(&again), token(&pinned));
    });
}

/// As Argo CD does it: first the render that fails, by helm's own message, then `helm dependency build`, then again.
#[test]
fn dependencies_are_built_by_the_caller() {
    each_helm(|helm| {
        let caller = Caller::new(helm);
        caller.write(
            "dep/Chart.yaml",
            "apiVersion: v2\nname: dep\nversion: 1.0.0\n",
        );
        caller.write(
            "dep/templates/s.yaml",
            "kind: Secret\nmetadata: {name: s}\nstringData:\n  token: {{ randAlphaNum 24 }}\n",
        );
        caller.write(
            "chart/Chart.yaml",
            "apiVersion: v2\nname: chart\nversion: 1.0.0\ndependencies:\n  - {name: dep, version: 1.0.0, repository: \"file://../dep\"}\n",
        );
        let missing = caller.helm(["template", "web", "./chart"]);
        assert!(
            missing
                .stderr
                .contains("found in Chart.yaml, but missing in charts/ directory: dep"),
            "{}",
            missing.stderr
        );
        assert!(!caller.dir().join("chart/charts").exists());
        assert_eq!(caller.helm(["dependency", "build", "./chart"]).status, 0);
        token(&caller.pinned(["template", "web", "./chart"]));
    });
}

/// The chart's folder can lie anywhere, be a link, and be the current one.
#[test]
fn folders_by_any_path() {
    let helm = Helm::v4();
    let caller = Caller::new(&helm);
    let chart = Chart::of(FILES);
    let odd = caller.dir().join("a b,c\"d");
    std::os::unix::fs::symlink(chart.dir(), &odd).unwrap();
    let base = caller.pinned(["template", "web", chart.dir().to_str().unwrap()]);
    assert_eq!(
        caller.pinned(["template", "web", odd.to_str().unwrap()]),
        base
    );
    assert_eq!(caller.pinned(["template", "web", " ./a b,c\"d/ "]), base);
    let line = "cd \"$1\" && exec \"$0\" template . --name-template web";
    let helm = caller.dir().join("bin/helm");
    let inside = caller.run(
        "sh",
        ["-c", line, helm.to_str().unwrap(), odd.to_str().unwrap()],
    );
    assert_eq!(inside.stdout, base);
}
