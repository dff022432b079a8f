//! A kustomization where a chart is looked for, or beside one. It is Kustomize's: this plugin renders charts only.

use std::io::Read;
use std::path::Path;

use serde::Deserialize;

use super::Repository;
use super::repository::clean;
use crate::config::{self, Value};
use crate::confine::open_below;

/// What Kustomize calls its file.
const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Where Kustomize looks for charts unless the file says otherwise.
const CHART_HOME: &str = "charts";

/// How much of the file is read.
const MAX_LENGTH: u64 = 1 << 20;

/// How many charts of it are looked for.
const MAX_CHARTS: usize = 100;

/// What a kustomization renders with Helm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum HelmCharts {
    /// No chart.
    None,
    /// Charts, of which one stands in this folder: its path in the repository.
    Local(String),
    /// Charts, of which none stands in the repository.
    Remote,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Fields {
    helm_globals: Option<Globals>,
    helm_charts: Option<Vec<Value>>,
    /// The form of before Kustomize 4.1.
    helm_chart_inflation_generator: Option<Vec<Value>>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Globals {
    chart_home: Option<String>,
}

/// The name of the kustomization in `folder`, if one stands there. No link is followed.
#[must_use]
pub(crate) fn in_folder(folder: &Path) -> Option<&'static str> {
    NAMES.into_iter().find(|name| {
        let metadata = folder.join(name).symlink_metadata();
        metadata.is_ok_and(|metadata| !metadata.is_dir())
    })
}

/// What to tell of a kustomization in `chart`, the folder of a chart.
#[must_use]
pub(crate) fn warning(chart: &Path) -> Option<String> {
    let name = in_folder(chart)?;
    Some(format!(
        "{name} beside the chart is not read: its resources are not rendered and its patches not applied, give them a source of their own"
    ))
}

/// Which charts the kustomization `name` in the Application's folder renders. One that cannot be read has none.
#[must_use]
pub(crate) fn helm_charts(name: &str, repository: &Repository, source_path: &str) -> HelmCharts {
    let mut bytes = Vec::new();
    let read = open_below(repository.root(), &repository.app().join(name))
        .and_then(|file| file.take(MAX_LENGTH).read_to_end(&mut bytes));
    let fields: Fields = match read.ok().and_then(|_| config::read(&bytes)) {
        Some(fields) => fields,
        None => return HelmCharts::None,
    };
    let lists = [fields.helm_charts, fields.helm_chart_inflation_generator];
    let charts: Vec<Value> = lists.into_iter().flatten().flatten().collect();
    if charts.is_empty() {
        return HelmCharts::None;
    }
    let home = fields.helm_globals.and_then(|globals| globals.chart_home);
    let home = home.unwrap_or_else(|| CHART_HOME.to_owned());
    charts
        .iter()
        .take(MAX_CHARTS)
        .filter_map(|chart| {
            let name = ["name", "chartName"].iter().find_map(|key| chart.get(key));
            let folder = clean(&format!("{home}/{}", name?.as_str()?));
            let (base, below) = repository.locate(&format!("{folder}/Chart.yaml")).ok()?;
            let file = base.join(below);
            (repository.contains(&file) && file.is_file())
                .then(|| clean(&format!("/{source_path}/{folder}")))
        })
        .map(|path| HelmCharts::Local(path.trim_start_matches('/').to_owned()))
        .next()
        .unwrap_or(HelmCharts::Remote)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::path::PathBuf;

    fn folder() -> (tempfile::TempDir, PathBuf) {
        let temp = tempfile::tempdir().unwrap();
        let root = temp.path().canonicalize().unwrap().join("work/repo");
        fs::create_dir_all(root.join("apps/web")).unwrap();
        (temp, root)
    }

    fn charts(root: &Path, text: &str) -> HelmCharts {
        let app = root.join("apps/web");
        fs::write(app.join("kustomization.yaml"), text).unwrap();
        let work = root.parent().unwrap();
        let repository = Repository::around(&app, Some("apps/web"), work);
        helm_charts("kustomization.yaml", &repository, "apps/web")
    }

    #[test]
    fn each_name_of_kustomizes_counts_and_no_folder() {
        let (_temp, root) = folder();
        assert_eq!(in_folder(&root), None);
        fs::create_dir(root.join("Kustomization")).unwrap();
        assert_eq!(warning(&root), None);
        fs::remove_dir(root.join("Kustomization")).unwrap();
        for name in ["Kustomization", "kustomization.yml", "kustomization.yaml"] {
            fs::write(root.join(name), "").unwrap();
            assert_eq!(in_folder(&root), Some(name));
        }
        assert!(warning(&root).unwrap().starts_with("kustomization.yaml "));
        // Whether there is something behind a link is not told.
        for target in ["/etc/passwd", "/no/such/file"] {
            let app = root.join("apps/web");
            symlink(target, app.join("Kustomization")).unwrap();
            assert_eq!(in_folder(&app), Some("Kustomization"));
            fs::remove_file(app.join("Kustomization")).unwrap();
        }
    }

    #[test]
    fn a_chart_in_the_repository_is_found() {
        let (_temp, root) = folder();
        for chart in ["charts/db", "apps/web/charts/db"] {
            fs::create_dir_all(root.join(chart)).unwrap();
            fs::write(root.join(chart).join("Chart.yaml"), "").unwrap();
        }
        for (text, wanted) in [
            (
                "helmGlobals: {chartHome: ../../charts}\nhelmCharts: [{name: db}]",
                "charts/db",
            ),
            (
                "helmCharts: [{name: none}, {name: db}]",
                "apps/web/charts/db",
            ),
            (
                "helmChartInflationGenerator: [{chartName: db}]",
                "apps/web/charts/db",
            ),
        ] {
            let wanted = HelmCharts::Local(wanted.to_owned());
            assert_eq!(charts(&root, text), wanted, "{text}");
        }
    }

    #[test]
    fn what_is_not_there_is_not_named() {
        let (temp, root) = folder();
        fs::create_dir(temp.path().join("out")).unwrap();
        fs::write(temp.path().join("out/Chart.yaml"), "").unwrap();
        symlink("../../out", root.join("link")).unwrap();
        for text in [
            "helmCharts: [{name: db, repo: https://h}]",
            "helmGlobals: {chartHome: ../../../..}\nhelmCharts: [{name: out}]",
            "helmGlobals: {chartHome: ../..}\nhelmCharts: [{name: link}]",
            "helmCharts: [1, {name: [a]}, {name: \"a\\u001b\"}]",
        ] {
            assert_eq!(charts(&root, text), HelmCharts::Remote, "{text}");
        }
        for text in ["", "resources: [a.yaml]", "helmCharts: []", "- a", "a: ["] {
            assert_eq!(charts(&root, text), HelmCharts::None, "{text}");
        }
    }
}
