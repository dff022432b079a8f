//! The documents: links lead somewhere, YAML parses, commands are commands; and those of docs/install.md that need no cluster
//! are run.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{documents, kustomize, repository, text};

/// The documents for people, as paths in the repository.
fn pages() -> Vec<String> {
    let mut pages: Vec<String> = [
        "README.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "examples/README.md",
    ]
    .map(str::to_owned)
    .into();
    for entry in std::fs::read_dir(repository().join("docs")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if Path::new(&name).extension().is_some_and(|end| end == "md") {
            pages.push(format!("docs/{name}"));
        }
    }
    pages.sort();
    pages
}

/// What stands between fences of this language, without the indentation of a list.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let page = text(page);
    let mut lines = page.lines();
    let mut found = Vec::new();
    while let Some(line) = lines.next() {
        let indent = line.len() - line.trim_start().len();
        if line.trim_start() != format!("```{language}") {
            continue;
        }
        let block = lines.by_ref().take_while(|line| line.trim() != "```");
        let block: Vec<&str> = block
            .map(|line| line.get(indent..).unwrap_or_default())
            .collect();
        found.push(block.join("\n") + "\n");
    }
    found
}

/// The only block of this language with this text.
fn block(page: &str, language: &str, with: &str) -> String {
    let mut all = blocks(page, language);
    all.retain(|block| block.contains(with));
    assert_eq!(all.len(), 1, "{page}: {with}");
    all.remove(0)
}

/// What a heading is called in a link, as GitHub has it.
fn anchors(page: &str) -> BTreeSet<String> {
    let page = text(page);
    let headings = page.lines().filter(|line| line.starts_with('#'));
    headings
        .map(|line| {
            let title = line.trim_start_matches('#').trim().to_lowercase();
            let kept = title
                .chars()
                .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
            kept.map(|c| if c == ' ' { '-' } else { c }).collect()
        })
        .collect()
}

#[test]
fn links_lead_to_files_and_headings() {
    let mut links = 0;
    for page in pages() {
        let folder = Path::new(&page).parent().unwrap();
        for link in text(&page).split("](").skip(1) {
            let link = link.split(')').next().unwrap();
            if link.contains("://") {
                continue;
            }
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let file = match file {
                "" => page.clone(),
                file => folder.join(file).display().to_string(),
            };
            let target = repository().join(&file);
            assert!(target.exists(), "{page} links to {link}");
            if !anchor.is_empty() {
                let file = target.canonicalize().unwrap();
                let file = file
                    .strip_prefix(repository().canonicalize().unwrap())
                    .unwrap();
                assert!(
                    anchors(file.to_str().unwrap()).contains(anchor),
                    "{page} links to {link}"
                );
            }
            links += 1;
        }
    }
    assert!(links > 100, "{links}");
}

#[test]
fn yaml_parses_and_commands_are_commands() {
    for page in pages() {
        for block in blocks(&page, "yaml") {
            assert!(!documents(&block).is_empty(), "{page}: {block}");
        }
        for block in blocks(&page, "sh") {
            let output = Command::new("bash")
                .args(["-n", "-c", &block])
                .output()
                .unwrap();
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert!(
                output.status.success() && stderr.is_empty(),
                "{page}: {stderr}"
            );
        }
    }
}

/// Runs a block as it stands, in a folder, with this program on `PATH`, and gives what it printed.
fn run(block: &str, folder: &Path) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_argocd-pin-plugin"));
    let path = std::env::var("PATH").unwrap();
    let output = Command::new("bash")
        .args(["-euc", block])
        .current_dir(folder)
        .env(
            "PATH",
            format!("{}:{path}", program.parent().unwrap().display()),
        )
        .env(
            "PIN_HELM",
            std::env::var("PIN_TEST_HELM4").unwrap_or("helm".into()),
        )
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{block}\n{stderr}");
    String::from_utf8(output.stdout).unwrap() + &stderr
}

/// In docs/install.md the program is taken from its image.
#[test]
fn the_seed_is_made_as_the_documents_say() {
    let image = "docker run --rm --entrypoint argocd-pin-plugin registry.example.com/argocd-pin-plugin:0.1.0 ";
    let block = block("docs/install.md", "sh", "seed new").replace(image, "argocd-pin-plugin ");
    let (make, create) = block.trim_end().split_once('\n').unwrap();
    assert!(create.starts_with("kubectl create --filename seed.yaml"));
    let folder = tempfile::tempdir().unwrap();
    let printed = run(make, folder.path());
    let secret = std::fs::read_to_string(folder.path().join("seed.yaml")).unwrap();
    let secret = documents(&secret).remove(0);
    let id = secret["metadata"]["annotations"]["argocd-pin-plugin/seed-id"].as_str();
    assert!(printed.contains(id.unwrap()), "{printed}");
    assert_eq!(secret["immutable"], true);
    assert_eq!(secret["metadata"]["namespace"], "argocd");
}

#[test]
fn a_seed_for_a_vault_is_what_the_program_and_the_secret_take() {
    let folder = tempfile::tempdir().unwrap();
    let id = run(
        &block("docs/install.md", "sh", "openssl rand"),
        folder.path(),
    );
    assert!(id.starts_with("seed-") && id.trim_end().len() == 21, "{id}");
    let seed = std::fs::read(folder.path().join("seed")).unwrap();
    assert_eq!(seed.len(), 64);

    let page = text("docs/install.md");
    let command = "kubectl --namespace argocd create secret generic argocd-pin-plugin-seed --from-file=seed=seed";
    assert!(page.contains(&format!("`{command}`")));
    let command = command.replacen("kubectl", &kustomize::kubectl().display().to_string(), 1);
    let secret = run(
        &format!("{command} --dry-run=client --output yaml"),
        folder.path(),
    );
    let secret = documents(&secret).remove(0);
    assert_eq!(secret["data"]["seed"], STANDARD.encode(seed));
    // The one that External Secrets makes is the one that is mounted.
    let external = documents(&block("docs/install.md", "yaml", "kind: ExternalSecret")).remove(0);
    assert_eq!(
        external["spec"]["target"]["name"],
        secret["metadata"]["name"]
    );
    assert_eq!(external["spec"]["data"][0]["secretKey"], "seed");
}

/// What is rendered before an upgrade, and by hand.
#[test]
fn the_commands_that_render_a_chart_do() {
    let folder = tempfile::tempdir().unwrap();
    let chart = repository().join("examples/charts/pinned-demo");
    let link = format!("ln -s {} chart\n", chart.display());
    let here = folder.path().display().to_string();
    let block_ = block("docs/install.md", "sh", "new.yaml")
        .replace("/tmp/", &format!("{here}/"))
        .replace("argocd-pin-plugin-old", "argocd-pin-plugin");
    run(&(link.clone() + &block_), folder.path());
    let rendered = std::fs::read_to_string(folder.path().join("new.yaml")).unwrap();
    assert!(documents(&rendered).len() > 5);

    let folder = tempfile::tempdir().unwrap();
    let readme = block("README.md", "sh", "diff ../chart-before");
    let (build, rest) = readme.split_once('\n').unwrap();
    assert!(build.starts_with("make build && export PATH="));
    let work = "cp -r chart/ chart-before; mkdir work; mv chart work/; cd work\n";
    let copied = link.replace("ln -s", "cp -r");
    let printed = run(&(copied + work + rest), folder.path());
    assert!(
        printed.contains("Secret/datadog-store/password"),
        "{printed}"
    );
}
