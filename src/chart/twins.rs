//! Charts that stand beside each other under one name, which is another chart at each render.
//!
//! Helm reads the folders and archives in `charts/` in an order that Go leaves open, and of two files of one name it
//! renders the one that came last. Nobody means that: an old archive was left beside the new one.

use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::error::ChartError;
use super::model::{Chart, FileKind};
use crate::config::{self, Value};

/// Refuses a chart in which helm takes now the one, now the other of two charts: they have one name and say different
/// things, and nothing in the chart around them tells them apart: each entry of its dependencies takes one chart, by its
/// version.
///
/// # Errors
/// Where the two stand.
pub(super) fn check(root: &Chart) -> Result<(), ChartError> {
    for chart in root.all() {
        let mut named: BTreeMap<&str, Vec<&Chart>> = BTreeMap::new();
        for subchart in &chart.subcharts {
            for name in subchart.names.iter().collect::<BTreeSet<_>>() {
                named.entry(name).or_default().push(subchart);
            }
        }
        for (name, charts) in named.iter().filter(|(_, charts)| charts.len() > 1) {
            let entries = chart.dependencies.iter().filter(|it| it.name == *name);
            if let Some((one, other)) = clash(charts, entries.count()) {
                return Err(ChartError::Twins {
                    name: (*name).to_owned(),
                    one: one.location.clone(),
                    other: other.location.clone(),
                });
            }
        }
    }
    Ok(())
}

/// Two of these charts that say different things, of one version or where fewer `entries` than charts take one.
fn clash<'c>(charts: &[&'c Chart], entries: usize) -> Option<(&'c Chart, &'c Chart)> {
    // The first chart of each version, or of all where versions do not tell them apart.
    let mut first: HashMap<Option<Value>, (&Chart, Says<'_>)> = HashMap::new();
    for chart in charts {
        let says = says(chart);
        let key = says.0.clone().filter(|_| entries >= charts.len());
        match first.entry(key) {
            Entry::Vacant(empty) => {
                empty.insert((chart, says));
            }
            Entry::Occupied(earlier) if earlier.get().1 != says => {
                return Some((earlier.get().0, chart));
            }
            Entry::Occupied(_) => {}
        }
    }
    None
}

/// A chart's version; its files and those of the charts in it.
type Says<'c> = (Option<Value>, Vec<(String, Cow<'c, [u8]>)>);

/// What a template can see of a chart: its version and all files. A chart in it is one as a folder and as an archive.
fn says(chart: &Chart) -> Says<'_> {
    let mut files = Vec::new();
    collect(chart, "", &mut files);
    files.sort_unstable();
    (version(chart), files)
}

fn collect<'c>(chart: &'c Chart, above: &str, files: &mut Vec<(String, Cow<'c, [u8]>)>) {
    // No template sees the lock file.
    for file in chart.files.iter().filter(|it| it.path != "Chart.lock") {
        let bytes = match file.kind {
            FileKind::ChartYaml => fields(file.bytes()),
            _ => file.bytes().into(),
        };
        files.push((format!("{above}{}", file.path), bytes));
    }
    for inner in &chart.subcharts {
        collect(inner, &format!("{above}charts/{}/", inner.name), files);
    }
}

/// A `Chart.yaml` with its fields in one order: `helm package` writes them in another one. What cannot be read stays.
fn fields(bytes: &[u8]) -> Cow<'_, [u8]> {
    match config::read::<serde_json::Value>(bytes) {
        Some(mut fields) => {
            fields.sort_all_objects();
            fields.to_string().into_bytes().into()
        }
        None => bytes.into(),
    }
}

fn version(chart: &Chart) -> Option<Value> {
    let file = chart
        .files
        .iter()
        .find(|file| file.kind == FileKind::ChartYaml)?;
    match config::read(file.bytes())? {
        Value::Mapping(fields) => fields.get("version").cloned(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::check;
    use crate::chart::{ChartError, ChartTree, Limits};

    /// The charts of these files; whether they are refused.
    fn is_refused(files: &[(&str, &str)]) -> bool {
        let files = files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()));
        let tree = ChartTree::of(files.collect(), &Limits::default()).unwrap();
        matches!(check(&tree.root), Err(ChartError::Twins { .. }))
    }

    const FIRST: (&str, &str) = ("charts/a/Chart.yaml", "name: sub\nversion: 1.0.0");
    const SECOND: (&str, &str) = ("charts/b/Chart.yaml", "name: sub\nversion: 2.0.0");
    const AGAIN: (&str, &str) = ("charts/b/Chart.yaml", "version: 1.0.0\nname: sub");

    #[test]
    fn two_charts_of_one_name_are_refused() {
        let root = |more: &str| format!("name: app\nversion: 1.0.0\n{more}");
        let one = root("dependencies: [{name: sub, version: 2.x}]");
        let two =
            root("dependencies: [{name: sub, version: 1.x}, {name: sub, version: 2.x, alias: b}]");
        for (root, expected) in [(&*root(""), true), (&one, true), (&two, false)] {
            let files = [("Chart.yaml", root), FIRST, SECOND];
            assert_eq!(is_refused(&files), expected, "{root}");
            let other = [
                ("Chart.yaml", root),
                FIRST,
                AGAIN,
                ("charts/a/templates/x.yaml", "a: 1"),
                ("charts/b/templates/x.yaml", "a: 2"),
            ];
            assert!(is_refused(&other), "{root}");
        }
    }

    #[test]
    fn two_copies_are_one() {
        let inner = "name: in\nversion: 1.0.0";
        let files = [
            ("Chart.yaml", "name: app"),
            FIRST,
            ("charts/a/README.md", "x"),
            ("charts/a/charts/in-1.0.0/Chart.yaml", inner),
            AGAIN,
            ("charts/b/Chart.lock", "dependencies: []"),
            ("charts/b/README.md", "x"),
            ("charts/b/charts/in/Chart.yaml", inner),
        ];
        assert!(!is_refused(&files));
        let named = ("charts/b/Chart.yaml", "name: other\nversion: 2.0.0");
        assert!(!is_refused(&[("Chart.yaml", "name: app"), FIRST, named]));
    }

    /// `.Files` shows any of them, `.Chart` each field.
    #[test]
    fn any_file_and_field_makes_a_difference() {
        for file in [
            "README.md",
            "values.schema.json",
            "files/x.txt",
            "requirements.yaml",
            "charts/in/Chart.yaml",
        ] {
            let path = format!("charts/b/{file}");
            let files = [("Chart.yaml", "name: app"), FIRST, AGAIN, (&*path, "{}")];
            assert!(is_refused(&files), "{file}");
        }
        for field in [
            "appVersion: 2",
            "type: library",
            "annotations: {a: b}",
            "dependencies: [{name: x, version: 1.0.0}]",
        ] {
            let again = format!("{}\n{field}", AGAIN.1);
            let files = [("Chart.yaml", "name: app"), FIRST, (AGAIN.0, &*again)];
            assert!(is_refused(&files), "{field}");
        }
    }
}
