//! `helm dependency build`, in a private copy: the chart's own directory is never written to.
//!
//! Argo CD runs it only when helm says that dependencies are missing, and first makes each chart repository known to
//! helm. The same here. Argo CD hands its credentials to no plugin: those that the admin gives the sidecar are used, for
//! all tenants alike.

use std::path::{Component, Path, PathBuf};

use super::requirements::{self, Requirements, RequirementsError};
use super::{Helm, HelmError, process, unfetched};
use crate::chart::metadata::Dependency;
use crate::chart::{ChartError, ChartTree, Limits};
use crate::workdir::WorkDir;

/// Why dependencies cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum DependencyError {
    /// A dependency by path (`file://…`) that is not in the repository.
    #[error(
        "the dependency {name:?} is at {repository:?}, which leads out of the repository, move the chart into it"
    )]
    Outside {
        /// The dependency's name.
        name: String,
        /// The path as the chart writes it.
        repository: String,
    },
    /// The files that name the dependencies cannot be checked.
    #[error(transparent)]
    Requirements(#[from] RequirementsError),
    /// A chart cannot be copied.
    #[error(transparent)]
    Chart(#[from] ChartError),
    /// Helm cannot be asked for them.
    #[error("helm cannot be asked for the chart's dependencies")]
    Helm(#[from] HelmError),
    /// `helm dependency build` fails. Below it stands why, and the way out as a hint.
    #[error("the chart's dependencies cannot be fetched")]
    Unfetched(#[source] anyhow::Error),
}

/// Copies the chart at `original` (read as `tree`) to `work`, has helm fetch its dependencies there, and returns the
/// copy's directory. Charts that it names by path are copied too, to where helm looks for them.
pub fn build(
    helm: &Helm,
    tree: &ChartTree,
    original: &Path,
    limits: &Limits,
    work: &WorkDir,
) -> Result<PathBuf, DependencyError> {
    let no_chart = |error| ChartError::NoChart {
        path: original.to_owned(),
        source: Some(error),
    };
    let original = original.canonicalize().map_err(no_chart)?;
    // A tenant's are written anew for helm, so that it reads no path that is not checked here.
    let (requirements, root) = match &limits.confine {
        Some(root) => (
            requirements::read(&tree.root)?,
            Some(root.canonicalize().map_err(no_chart)?),
        ),
        None => (
            Requirements {
                dependencies: tree.root.dependencies.clone(),
                ..Requirements::default()
            },
            None,
        ),
    };
    let dependencies = &requirements.dependencies;
    if let Some(root) = &root {
        for dependency in dependencies {
            check_local(dependency, &original, root)?;
        }
    }

    // As many directories above the copy as a dependency climbs, called as those above the original.
    let climbs = dependencies
        .iter()
        .filter_map(local_path)
        .map(|path| climb(&path))
        .max();
    let mut above: Vec<_> = original
        .components()
        .rev()
        .take(climbs.unwrap_or(0) + 1)
        .collect();
    above.retain(|component| matches!(component, Component::Normal(_)));
    let copy: PathBuf = std::iter::once(Component::Normal("dependencies".as_ref()))
        .chain(above.into_iter().rev())
        .collect();
    let copy = work.directory(copy).map_err(HelmError::Io)?;
    tree.write(&copy)?;

    for dependency in dependencies {
        if let Some(path) = local_path(dependency) {
            copy_local(dependency, &path, &original, &copy, limits, work)?;
        }
    }
    for (file, text, _) in &requirements.files {
        std::fs::write(copy.join(file), text).map_err(HelmError::Io)?;
    }
    helm.dependency_build(dependencies, &copy)
        .map_err(|error| match error {
            HelmError::Failed { .. } | HelmError::Killed { .. } | HelmError::Crashed { .. } => {
                DependencyError::Unfetched(unfetched::why(
                    &error,
                    &helm.access(dependencies),
                    work.path(),
                ))
            }
            error => error.into(),
        })?;
    for (file, _, bytes) in &requirements.files {
        std::fs::write(copy.join(file), bytes).map_err(HelmError::Io)?;
    }
    Ok(copy)
}

/// Refuses a path that leads out of `root`, by its text. What is copied is looked at when it is read.
fn check_local(
    dependency: &Dependency,
    original: &Path,
    root: &Path,
) -> Result<(), DependencyError> {
    match local_path(dependency) {
        Some(path) if path.is_absolute() || !join_lexically(original, &path).starts_with(root) => {
            Err(outside(dependency))
        }
        _ => Ok(()),
    }
}

fn outside(dependency: &Dependency) -> DependencyError {
    DependencyError::Outside {
        name: dependency.name.clone(),
        repository: dependency.repository.clone(),
    }
}

/// The path of a `file://` dependency.
fn local_path(dependency: &Dependency) -> Option<PathBuf> {
    dependency
        .repository
        .strip_prefix("file://")
        .map(PathBuf::from)
}

/// How many directories a relative path climbs at most.
fn climb(path: &Path) -> usize {
    let mut depth = 0_usize;
    let mut climbed = 0;
    for component in path.components() {
        match component {
            Component::ParentDir if depth == 0 => climbed += 1,
            Component::ParentDir => depth -= 1,
            Component::Normal(_) => depth += 1,
            _ => {}
        }
    }
    climbed
}

/// `base` and `path` joined, `..` resolved by the text as helm does.
fn join_lexically(base: &Path, path: &Path) -> PathBuf {
    let mut joined = base.to_owned();
    for component in path.components() {
        match component {
            Component::ParentDir => {
                joined.pop();
            }
            Component::Normal(name) => joined.push(name),
            _ => {}
        }
    }
    joined
}

/// Copies the chart at `path` from `original` to the same place from `copy`, unless it is there.
fn copy_local(
    dependency: &Dependency,
    path: &Path,
    original: &Path,
    copy: &Path,
    limits: &Limits,
    work: &WorkDir,
) -> Result<(), DependencyError> {
    if path.is_absolute() {
        // helm reads it where it is, links and all.
        return Ok(());
    }
    let target = join_lexically(copy, path);
    // Above all that the copy has, helm would read what is there.
    if !target.starts_with(work.path()) {
        return Err(outside(dependency));
    }
    if target.exists() {
        return Ok(());
    }
    // One that is not there is for helm to complain about.
    let Ok(source) = join_lexically(original, path).canonicalize() else {
        return Ok(());
    };
    match ChartTree::read(&source, limits) {
        Ok(tree) => {
            let above = target
                .parent()
                .and_then(|dir| dir.strip_prefix(work.path()).ok());
            if let Some(above) = above {
                work.directory(above).map_err(HelmError::Io)?;
            }
            Ok(tree.write(&target)?)
        }
        Err(ChartError::Outside { path }) if path == "." => Err(outside(dependency)),
        Err(error) => Err(error.into()),
    }
}

impl Helm {
    /// Runs `helm dependency build` in `chart_dir`, with the chart repositories of `dependencies` made known to it.
    /// It writes to `chart_dir`.
    pub(crate) fn dependency_build(
        &self,
        dependencies: &[Dependency],
        chart_dir: &Path,
    ) -> Result<(), HelmError> {
        self.write_repositories(dependencies)?;
        let mut command = self.command(chart_dir, ["dependency", "build"]);
        if let Some(path) = &self.credentials.registries {
            command.env("HELM_REGISTRY_CONFIG", path);
        }
        process::run_telling(command, self.memory)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;

    #[test]
    fn climbs_are_counted_by_the_text() {
        for (path, expected) in [
            ("../common", 1),
            ("../../libs/common", 2),
            ("./a/../../b", 1),
            ("a/../b", 0),
            ("../a/../../b", 2),
            ("", 0),
        ] {
            assert_eq!(climb(Path::new(path)), expected, "{path}");
        }
    }

    /// It would stand beside the work directory, and stay there.
    #[test]
    fn nothing_is_copied_out_of_the_work_directory() {
        let chart = tempfile::tempdir().unwrap();
        let work = WorkDir::create().unwrap();
        let copy = work.directory(Path::new("dependencies/chart")).unwrap();
        let dependency = Dependency {
            repository: "file://../../../x".to_owned(),
            ..Dependency::default()
        };
        let path = local_path(&dependency).unwrap();
        let limits = Limits::default();
        let copied = copy_local(&dependency, &path, chart.path(), &copy, &limits, &work);
        assert!(matches!(copied, Err(DependencyError::Outside { .. })));
    }

    #[test]
    fn paths_are_joined_by_the_text() {
        let join = |path: &str| join_lexically(Path::new("/r/a"), Path::new(path));
        assert_eq!(join("../b/./c"), Path::new("/r/b/c"));
        assert_eq!(join("../../../../x"), Path::new("/x"));
    }
}
