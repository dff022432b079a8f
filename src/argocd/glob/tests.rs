//! Globs against what doublestar says, and against loops, links and floods.

#![allow(clippy::unwrap_used)]
use super::*;
use crate::argocd::repository::clean;
use serde::Deserialize;

#[derive(Deserialize)]
struct Vectors {
    files: Vec<String>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    pattern: String,
    matches: Vec<String>,
    #[serde(default)]
    bad: bool,
}

fn tree(files: &[String]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for file in files {
        let path = dir.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "").unwrap();
    }
    dir
}

#[test]
fn matches_what_doublestar_matches_in_its_order() {
    let vectors: Vectors =
        serde_json::from_str(include_str!("../../../tests/vectors/glob.json")).unwrap();
    assert!(vectors.cases.len() > 40);
    let dir = tree(&vectors.files);
    for case in vectors.cases {
        let found = glob(dir.path(), &clean(&case.pattern), &|_| true);
        if case.bad {
            assert_eq!(found, Err(GlobError::Bad), "for {}", case.pattern);
            continue;
        }
        let mut wanted: Vec<PathBuf> = Vec::new();
        for path in case.matches {
            let path = dir.path().join(path);
            if !wanted.contains(&path) {
                wanted.push(path);
            }
        }
        assert_eq!(found.unwrap(), wanted, "for {}", case.pattern);
    }
}

#[test]
fn a_loop_of_links_ends_and_a_way_out_is_an_error() {
    let dir = tree(&["a/values.yaml".into()]);
    std::os::unix::fs::symlink("..", dir.path().join("a/up")).unwrap();
    let found = glob(dir.path(), "**/values.yaml", &|_| true).unwrap();
    assert_eq!(found, [dir.path().join("a/values.yaml")]);

    std::os::unix::fs::symlink("/", dir.path().join("out")).unwrap();
    let root = dir.path().canonicalize().unwrap();
    let inside = |path: &Path| {
        path.canonicalize()
            .is_ok_and(|real| real.starts_with(&root))
    };
    assert_eq!(
        glob(dir.path(), "**/values.yaml", &inside),
        Err(GlobError::Outside("out".into()))
    );
}

#[test]
fn alternatives_have_a_limit() {
    let many = "{a,b}".repeat(12);
    assert_eq!(
        glob(Path::new("/"), &many, &|_| true),
        Err(GlobError::TooMany)
    );
    let deep = "{".repeat(50_000);
    assert_eq!(glob(Path::new("/"), &deep, &|_| true), Err(GlobError::Bad));
}

/// Nested braces are opened one inside the other: their number is bounded.
#[test]
fn a_pattern_of_braces_is_refused() {
    let nested = "{".repeat(50_000) + &"}".repeat(50_000);
    let long = format!("{{{}}}", "a".repeat(5000));
    for pattern in [nested, long] {
        let found = glob(Path::new("/"), &pattern, &|_| true);
        assert_eq!(found, Err(GlobError::TooLong));
    }
}
