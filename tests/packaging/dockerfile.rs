//! The Dockerfile, read instruction by instruction. `make test-image` builds it.

use std::collections::BTreeMap;

use super::{repository, text};

/// An instruction: its name and its arguments, with lines joined.
fn instructions() -> Vec<(String, String)> {
    let file = text("Dockerfile");
    let lines: Vec<&str> = file
        .lines()
        .filter(|line| !line.trim_start().starts_with('#') && !line.trim().is_empty())
        .collect();
    let joined = lines.join("\n").replace("\\\n", " ");
    joined
        .lines()
        .map(|line| {
            let (name, arguments) = line.trim().split_once(' ').unwrap();
            assert!(name.chars().all(|c| c.is_ascii_uppercase()), "{line}");
            (
                name.to_owned(),
                arguments.split_whitespace().collect::<Vec<_>>().join(" "),
            )
        })
        .collect()
}

/// The instructions of a stage.
fn stage(wanted: &str) -> Vec<(String, String)> {
    let name = format!(" AS {wanted}");
    let all = instructions();
    let is_from = |(kind, _): &&(String, String)| kind == "FROM";
    let mut rest = all
        .iter()
        .skip_while(|it| !(is_from(it) && it.1.ends_with(&name)));
    let from = rest.next().unwrap().clone();
    let others = rest.take_while(|it| !is_from(it)).cloned();
    std::iter::once(from).chain(others).collect()
}

/// The default of a build argument.
fn argument(name: &str) -> String {
    let found: Vec<String> = instructions()
        .into_iter()
        .filter(|(kind, _)| kind == "ARG")
        .filter_map(|(_, argument)| {
            Some(argument.strip_prefix(name)?.strip_prefix('=')?.to_owned())
        })
        .collect();
    assert_eq!(found.len(), 1, "{name}");
    found[0].clone()
}

#[test]
fn the_image_has_nothing_but_what_is_put_into_it() {
    // It is the one that is built, and no other may pull a frontend from somewhere.
    assert_eq!(
        instructions().last(),
        Some(&("FROM".into(), "plugin".into()))
    );
    assert!(!text("Dockerfile").contains("# syntax"));
    let stage = stage("plugin");
    assert_eq!(stage[0], ("FROM".into(), "scratch AS plugin".into()));
    let of = |kind: &str| -> Vec<&str> {
        stage
            .iter()
            .filter(|(name, _)| name == kind)
            .map(|(_, arguments)| arguments.as_str())
            .collect()
    };
    assert_eq!(of("COPY"), ["--from=rootfs /rootfs /"]);
    assert_eq!(of("USER"), ["999:999"]);
    assert_eq!(of("RUN"), [""; 0], "there is no shell to run it");
    assert_eq!(
        of("ENTRYPOINT"),
        ["[\"/var/run/argocd/argocd-cmp-server\"]"]
    );
    let labels = of("LABEL").join(" ");
    for label in [
        "title",
        "description",
        "licenses",
        "version",
        "revision",
        "created",
        "source",
        "url",
    ] {
        assert!(
            labels.contains(&format!("org.opencontainers.image.{label}=")),
            "{label}"
        );
    }
    assert_eq!(argument("VERSION"), env!("CARGO_PKG_VERSION"));
}

#[test]
fn plugin_yaml_is_where_argocd_cmp_server_reads_it() {
    let all = instructions();
    let copied = "--chmod=0644 plugin.yaml /rootfs/home/argocd/cmp-server/config/plugin.yaml";
    assert!(all.contains(&("COPY".into(), copied.into())));
}

#[test]
fn helm_is_an_option_pinned_and_checked_for_both_architectures() {
    assert_eq!(
        stage("with-helm"),
        [
            ("FROM".to_owned(), "plugin AS with-helm".to_owned()),
            ("COPY".to_owned(), "--from=helm /rootfs /".to_owned())
        ]
    );
    assert_eq!(argument("HELM_URL"), "https://get.helm.sh");
    // hack/installers/checksums of Argo CD v3.5.1.
    assert_eq!(argument("HELM_VERSION"), "4.2.1");
    assert_eq!(
        argument("HELM_SHA256_AMD64"),
        "479dca836e5b45e8bd222400c5591b0e3a647378f03ff96597180db97c17fdae"
    );
    assert_eq!(
        argument("HELM_SHA256_ARM64"),
        "596b9a73d366c1e72ce67d595c22805480e30914593aafbc9f547694e72814db"
    );
    let download = run_that_has("${HELM_URL}");
    let checked = download.find("sha256sum --check --strict").unwrap();
    assert!(download.find("curl ").unwrap() < checked);
    assert!(
        checked < download.find("tar ").unwrap(),
        "unpacked before it is checked"
    );
    assert!(
        download.starts_with("set -eu;"),
        "a sum that differs must end the build"
    );
}

/// The only `RUN` with this text.
fn run_that_has(text: &str) -> String {
    let found: Vec<_> = instructions()
        .into_iter()
        .filter(|(name, arguments)| name == "RUN" && arguments.contains(text))
        .collect();
    assert_eq!(found.len(), 1, "{text}");
    found[0].1.clone()
}

#[test]
fn the_program_is_built_as_by_make_for_both_architectures() {
    let builds: Vec<_> = instructions()
        .into_iter()
        .filter(|(name, arguments)| name == "RUN" && arguments.contains("tools/build"))
        .collect();
    // The dependencies, and the program.
    assert_eq!(builds.len(), 2);
    for (_, build) in builds {
        assert!(build.starts_with("set -eu;"));
        assert!(build.contains("tools/build \"$(cat /target)\""));
    }
    let target = run_that_has("> /target");
    for (architecture, name) in [
        ("amd64", "x86_64-unknown-linux-gnu"),
        ("arm64", "aarch64-unknown-linux-gnu"),
    ] {
        assert!(
            target.contains(&format!("{architecture}) echo {name} > /target ;;")),
            "{architecture}"
        );
        assert!(text("tools/build").contains(name));
    }
    assert!(target.contains("*) echo \"no image is made for $TARGETARCH\" >&2; exit 1 ;;"));
    assert!(text("tools/build").contains("target-feature=+crt-static"));
    // The same compiler everywhere.
    let toolchain = text("rust-toolchain.toml");
    let channel = toolchain
        .lines()
        .find_map(|line| line.strip_prefix("channel = "))
        .unwrap();
    let image = argument("RUST_IMAGE");
    assert!(image.contains(&format!("/rust:{}-", channel.trim_matches('"'))));
    let mut files: Vec<_> = std::fs::read_dir(repository().join(".github/workflows"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert!(!files.is_empty());
    for file in files {
        for line in text(&file).lines().filter(|line| line.contains("/rust:")) {
            assert!(line.ends_with(&format!(" image: {image}")), "{line}");
        }
    }
}

#[test]
fn every_stage_and_file_that_is_named_exists_and_is_pinned() {
    let mut stages: BTreeMap<String, String> = BTreeMap::new();
    let allowed: Vec<String> = text(".dockerignore")
        .lines()
        .filter_map(|line| line.strip_prefix('!').map(str::to_owned))
        .collect();
    for (name, arguments) in instructions() {
        let mut words: Vec<&str> = arguments.split(' ').collect();
        match name.as_str() {
            "FROM" => {
                words.retain(|word| !word.starts_with("--platform"));
                let image = words[0];
                let pinned =
                    ["scratch", "${RUST_IMAGE}"].contains(&image) || stages.contains_key(image);
                assert!(pinned, "{image}");
                if let [image, "AS", stage] = words[..] {
                    stages.insert(stage.to_owned(), image.to_owned());
                }
            }
            "COPY" => {
                let from = words.iter().find_map(|word| word.strip_prefix("--from="));
                words.retain(|word| !word.starts_with("--"));
                if let Some(stage) = from {
                    assert!(stages.contains_key(stage), "{stage}");
                    continue;
                }
                for file in &words[..words.len() - 1] {
                    assert!(repository().join(file).exists(), "{file}");
                    assert!(
                        allowed.contains(&(*file).to_owned()),
                        "{file} is not in .dockerignore"
                    );
                }
            }
            _ => {}
        }
    }
    assert_eq!(stages.len(), 5);
    let image = argument("RUST_IMAGE");
    let (name, digest) = image.split_once("@sha256:").unwrap();
    assert!(digest.len() == 64 && digest.bytes().all(|b| b.is_ascii_hexdigit()));
    // The Rust that builds it is new enough.
    let (_, version) = name.rsplit_once(':').unwrap();
    let minor = |version: &str| version.split('.').nth(1).unwrap().parse::<u32>().unwrap();
    assert!(minor(version) >= minor(env!("CARGO_PKG_RUST_VERSION")));
}
