//! Where paths lead, and where they must not.

#![allow(clippy::unwrap_used)]
use super::*;
use std::os::unix::fs::symlink;

/// `<temp>/_cmp_server/id/` with `files` in it, and the repository around `app`.
fn repository(app: &str, source_path: &str, files: &[&str]) -> (tempfile::TempDir, Repository) {
    let temp = tempfile::tempdir().unwrap();
    let work = temp.path().canonicalize().unwrap().join("_cmp_server");
    for file in files {
        let path = work.join("id").join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "").unwrap();
    }
    let app = work.join("id").join(app);
    std::fs::create_dir_all(&app).unwrap();
    let found = Repository::around(&app.canonicalize().unwrap(), Some(source_path), &work);
    (temp, found)
}

fn resolved(repository: &Repository, entry: &str) -> String {
    let path = repository.resolve(entry).unwrap();
    path.strip_prefix(repository.root())
        .unwrap()
        .to_str()
        .unwrap()
        .to_owned()
}

#[test]
fn paths_are_relative_to_the_application_or_to_the_root() {
    let (_temp, repo) = repository(
        "apps/web",
        "apps/web",
        &["apps/web/v.yaml", "common/v.yaml", "v.yaml"],
    );
    for (entry, wanted) in [
        ("v.yaml", "apps/web/v.yaml"),
        ("./x/../v.yaml", "apps/web/v.yaml"),
        ("../../common/v.yaml", "common/v.yaml"),
        ("/common/v.yaml", "common/v.yaml"),
        ("/v.yaml", "v.yaml"),
        ("/../../v.yaml", "v.yaml"),
    ] {
        assert_eq!(resolved(&repo, entry), wanted, "for {entry}");
    }
    assert_eq!(
        repo.resolve("none.yaml"),
        Err(FileError::Missing("none.yaml".into()))
    );
    assert_eq!(
        repo.resolve("../.."),
        Err(FileError::NotAFile("../..".into()))
    );
    assert_eq!(repo.resolve(""), Err(FileError::Empty));
}

#[test]
fn a_part_of_the_repository_keeps_its_place() {
    let (_temp, repo) = repository("web", "teams/a/web", &["web/v.yaml", "common/v.yaml"]);
    assert_eq!(resolved(&repo, "/teams/a/common/v.yaml"), "common/v.yaml");
    assert_eq!(resolved(&repo, "../common/v.yaml"), "common/v.yaml");
    for entry in ["/v.yaml", "/teams/b/v.yaml", "../../b/v.yaml"] {
        assert_eq!(
            repo.resolve(entry),
            Err(FileError::NotSent(entry.into())),
            "for {entry}"
        );
    }
}

#[test]
fn an_application_at_the_root() {
    for source_path in ["", ".", "./"] {
        let (_temp, repo) = repository("", source_path, &["v.yaml"]);
        assert_eq!(resolved(&repo, "/v.yaml"), "v.yaml");
        assert_eq!(
            repo.resolve("../v.yaml"),
            Err(FileError::Outside("../v.yaml".into()))
        );
    }
}

#[test]
fn without_the_plugin_server_the_end_of_the_path_counts() {
    let temp = tempfile::tempdir().unwrap();
    let top = temp.path().canonicalize().unwrap();
    let app = top.join("apps/web");
    std::fs::create_dir_all(&app).unwrap();
    let elsewhere = Path::new("/nonexistent/_cmp_server");
    let found = Repository::around(&app, Some("apps/web"), elsewhere);
    assert_eq!((found.app(), found.root()), (app.as_path(), top.as_path()));
    assert_eq!(Repository::around(&app, None, elsewhere).root(), app);
    assert_eq!(
        Repository::around(&app, Some("other"), elsewhere).root(),
        app
    );
}

#[test]
fn links_are_followed_inside_and_refused_outside() {
    let (temp, repo) = repository("app", "app", &["app/real.yaml", "shared/v.yaml"]);
    let outside = temp.path().join("secret.yaml");
    std::fs::write(&outside, "").unwrap();
    let app = repo.app().to_path_buf();
    symlink("real.yaml", app.join("link.yaml")).unwrap();
    symlink("../shared", app.join("folder")).unwrap();
    symlink(&outside, app.join("out.yaml")).unwrap();
    symlink(temp.path(), app.join("outdir")).unwrap();
    symlink("/nonexistent/file", app.join("dangling.yaml")).unwrap();
    symlink("loop.yaml", app.join("loop.yaml")).unwrap();
    assert_eq!(resolved(&repo, "link.yaml"), "app/real.yaml");
    assert_eq!(resolved(&repo, "folder/v.yaml"), "app/folder/v.yaml");
    // Whether a file outside exists must not show: both are the same error.
    for entry in [
        "out.yaml",
        "outdir/secret.yaml",
        "outdir/none.yaml",
        "dangling.yaml",
        "loop.yaml",
        "../../secret.yaml",
    ] {
        assert_eq!(
            repo.resolve(entry),
            Err(FileError::Outside(entry.into())),
            "for {entry}"
        );
    }
}

#[test]
fn neither_addresses_nor_control_characters() {
    let files = ["a,b.yaml", "a\\b.yaml", "a\"b.yaml"];
    let (_temp, repo) = repository("", "", &files);
    for entry in [
        "https://example.com/v.yaml",
        "file:///etc/passwd",
        "a:b.yaml",
        "git+ssh://x/y",
    ] {
        assert_eq!(
            repo.resolve(entry),
            Err(FileError::Remote(entry.into())),
            "for {entry}"
        );
    }
    let refused = repo.resolve("a\nb.yaml");
    assert!(matches!(refused, Err(FileError::Character(_))));
    for entry in files {
        assert_eq!(resolved(&repo, entry), entry);
    }
    // Only who may fetch it is given an address.
    let repo = repo.with_schemes(&["https".to_owned()]);
    let address = "https://example.com/v.yaml";
    assert_eq!(repo.resolve(address), Ok(address.into()));
    assert_eq!(repo.file(address), Err(FileError::Remote(address.into())));
}

/// What was a file when it was found is a link out of the repository when it is opened.
#[test]
fn a_link_that_came_after_the_check_is_not_followed() {
    let (temp, repo) = repository("app", "app", &["app/v.yaml"]);
    std::fs::write(temp.path().join("secret.yaml"), "").unwrap();
    let path = repo.file("v.yaml").unwrap();
    assert!(repo.open(&path).is_ok());
    std::fs::remove_file(&path).unwrap();
    symlink(temp.path().join("secret.yaml"), &path).unwrap();
    assert!(repo.open(&path).is_err());
}

#[test]
fn references_to_other_sources() {
    for entry in ["$values/v.yaml", "${ref}/v.yaml", "$values"] {
        assert!(refuse_reference(entry).is_err(), "for {entry}");
    }
    for entry in [
        "$ARGOCD_APP_NAME.yaml",
        "${ARGOCD_APP_NAME}/v.yaml",
        "$$values/v.yaml",
        "v$x.yaml",
        "$/v",
    ] {
        assert_eq!(refuse_reference(entry), Ok(()), "for {entry}");
    }
}

#[test]
fn cleans_as_go_does() {
    for (path, wanted) in [
        ("a/./b//c/", "a/b/c"),
        ("../../a/../b", "../../b"),
        ("/../a", "/a"),
        ("/", "/"),
        ("", ""),
        (".", ""),
    ] {
        assert_eq!(clean(path), wanted, "for {path}");
    }
}

#[test]
fn addresses_are_told_from_files() {
    for item in [
        "https://h/v.yaml",
        "secrets://v.yaml",
        "secrets+gpg-import://k?v.yaml",
        "oci:x",
    ] {
        assert!(has_scheme(item), "{item}");
    }
    for item in ["v.yaml", "./a:b", "/a:b", "1:b", ":b", ""] {
        assert!(!has_scheme(item), "{item}");
    }
}
