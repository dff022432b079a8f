//! The list of values files that helm gets: globs expanded, missing ones left out if that is wanted, each file
//! once, in Argo CD's order (`getResolvedValueFiles` in its reposerver/repository).

use std::path::PathBuf;

use thiserror::Error;

use super::environment::Environment;
use super::glob::{GlobError, glob, is_glob};
use super::repository::{FileError, Repository, refuse_reference, shown};
use crate::hint::WayOut;

/// Why the list cannot be made.
#[derive(Debug, Error, PartialEq, Eq)]
pub(crate) enum ValuesFileError {
    /// A file cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// A glob cannot be used.
    #[error("the glob `{pattern}` in `values-files` {error}")]
    Glob {
        /// The glob as it was written.
        pattern: String,
        /// What is wrong with it.
        error: GlobError,
    },
    /// A glob matches nothing.
    #[error("the glob `{0}` in `values-files` matches no file")]
    NoMatch(String),
}

impl WayOut for ValuesFileError {
    fn way_out(&self) -> Option<String> {
        match self {
            Self::File(FileError::Missing(_)) | Self::NoMatch(_) => Some(
                "set the parameter `ignore-missing-value-files` to \"true\" if values files may be absent".to_owned(),
            ),
            Self::File(error) => error.way_out(),
            Self::Glob { .. } => None,
        }
    }
}

/// Resolves `entries` (the parameter `values-files`) to files of the repository.
///
/// A file that is named and also matched by a glob stands where it is named. With `ignore_missing`, a file that
/// is not there and a glob that matches nothing are left out.
///
/// # Errors
/// [`ValuesFileError`].
pub(crate) fn resolve(
    repository: &Repository,
    environment: &Environment,
    entries: &[String],
    ignore_missing: bool,
) -> Result<Vec<PathBuf>, ValuesFileError> {
    let expanded: Vec<(&String, String)> = entries
        .iter()
        .map(|entry| (entry, environment.expand(entry)))
        .collect();
    let named: Vec<PathBuf> = expanded
        .iter()
        .filter(|(_, path)| !is_glob(path) || repository.is_remote(path))
        .filter_map(|(_, path)| repository.resolve(path).ok())
        .collect();
    let mut files: Vec<PathBuf> = Vec::new();
    let mut add = |path: PathBuf| {
        if !files.contains(&path) {
            files.push(path);
        }
    };
    for (entry, path) in &expanded {
        refuse_reference(entry)?;
        if is_glob(path) && !repository.is_remote(path) {
            let (base, pattern) = repository.locate(path)?;
            let matches =
                glob(&base, &pattern, &|path| repository.contains(path)).map_err(|error| {
                    ValuesFileError::Glob {
                        pattern: shown(entry),
                        error,
                    }
                })?;
            if matches.is_empty() && !ignore_missing {
                return Err(ValuesFileError::NoMatch(shown(entry)));
            }
            for path in matches.into_iter().filter(|path| !named.contains(path)) {
                repository.check(entry, &path)?;
                add(path);
            }
            continue;
        }
        match repository.resolve(path) {
            Ok(path) => add(path),
            Err(FileError::Missing(_)) if ignore_missing => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::path::Path;

    struct Fixture {
        _temp: tempfile::TempDir,
        repository: Repository,
    }

    fn fixture() -> Fixture {
        let temp = tempfile::tempdir().unwrap();
        let top = temp.path().canonicalize().unwrap();
        for file in [
            "app/a.yaml",
            "app/b.yaml",
            "app/c.yaml",
            "app/web.yaml",
            "envs/x.yaml",
        ] {
            let path = top.join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        std::os::unix::fs::symlink("c.yaml", top.join("app/d.yaml")).unwrap();
        let repository =
            Repository::around(&top.join("app"), Some("app"), Path::new("/nonexistent"));
        Fixture {
            _temp: temp,
            repository,
        }
    }

    fn names(
        fixture: &Fixture,
        entries: &[&str],
        ignore_missing: bool,
    ) -> Result<Vec<String>, ValuesFileError> {
        let environment =
            Environment::from_variables([("ARGOCD_APP_NAME".into(), "web".into())]).unwrap();
        let entries: Vec<String> = entries.iter().map(|entry| (*entry).to_owned()).collect();
        let files = resolve(&fixture.repository, &environment, &entries, ignore_missing)?;
        Ok(files
            .iter()
            .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
            .collect())
    }

    #[test]
    fn the_order_is_argo_cds() {
        let fixture = fixture();
        for (entries, wanted) in [
            (
                &["b.yaml", "a.yaml", "b.yaml"][..],
                &["b.yaml", "a.yaml"][..],
            ),
            (
                &["*.yaml", "a.yaml"],
                &["b.yaml", "c.yaml", "d.yaml", "web.yaml", "a.yaml"],
            ),
            (&["a.yaml", "[ab].yaml"], &["a.yaml", "b.yaml"]),
            (&["[bc].yaml", "[ab].yaml"], &["b.yaml", "c.yaml", "a.yaml"]),
            // A named link counts as its target, a matched one as itself.
            (&["[cd].yaml", "d.yaml"], &["d.yaml", "c.yaml"]),
            (
                &["$ARGOCD_APP_NAME.yaml", "/envs/*"],
                &["web.yaml", "x.yaml"],
            ),
        ] {
            assert_eq!(
                names(&fixture, entries, false).unwrap(),
                wanted,
                "for {entries:?}"
            );
        }
    }

    #[test]
    fn what_is_missing() {
        let fixture = fixture();
        let missing = names(&fixture, &["a.yaml", "none.yaml"], false).unwrap_err();
        assert_eq!(
            missing.to_string(),
            "the file `none.yaml` does not exist in the repository"
        );
        assert!(
            missing
                .way_out()
                .unwrap()
                .contains("ignore-missing-value-files")
        );
        assert_eq!(
            names(&fixture, &["none*.yaml"], false),
            Err(ValuesFileError::NoMatch("none*.yaml".into()))
        );
        assert_eq!(
            names(&fixture, &["none.yaml", "none*", "a.yaml"], true).unwrap(),
            ["a.yaml"]
        );
    }

    #[test]
    fn what_is_refused_even_if_missing_files_are_ignored() {
        let fixture = fixture();
        for entry in [
            "$values/a.yaml",
            "../../x.yaml",
            "../../*.yaml",
            "https://x/y.yaml",
            "",
            "[",
            "..",
        ] {
            assert!(names(&fixture, &[entry], true).is_err(), "for {entry:?}");
        }
    }
}
