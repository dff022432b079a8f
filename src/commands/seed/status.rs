//! `seed status`: which seeds there are, and which Applications need them.

use std::path::Path;

use anyhow::{Context, bail};
use serde::Serialize;

use super::given;
use crate::argocd::Settings;
use crate::cli::Output;
use crate::commands::json;
use crate::commands::table::{Table, terminal_width};
use crate::config::{self, Value};
use crate::outcome::{Outcome, warn};
use crate::seeds::Kept;

/// The plugin's name in an Application's source.
const PLUGIN: &str = "argocd-pin-plugin";

/// The parameter that names a seed.
const PARAMETER: &str = "seed";

/// What stands in the place of an id that nobody knows.
const UNKNOWN: &str = "unknown";

/// Reports on the seeds that the settings name, and on the Applications in `applications` (`-` is stdin).
///
/// # Errors
/// The settings cannot be used, the folder of seeds cannot be read, or the Applications are none.
pub(in crate::commands) fn run(
    applications: Option<&Path>,
    output: Output,
) -> anyhow::Result<Outcome> {
    let settings = Settings::read()?;
    warn(&settings.warnings);
    let here = std::env::current_dir().context("the current folder cannot be read")?;
    let users = match applications {
        Some(file) => users(&given(file)?)?,
        None => Vec::new(),
    };
    let status = Status::new(&settings.seeds, &here, users)?;
    let stdout = match output {
        Output::Table => status.tables(terminal_width()),
        Output::Json => json(&status)?,
    };
    Ok(Outcome::report(stdout, status.ok))
}

/// A source of an Application that names the plugin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct User {
    namespace: String,
    application: String,
    project: String,
    /// What its parameter `seed` says; none if it says nothing.
    parameter: Option<String>,
}

/// One seed of the admin's.
#[derive(Debug, Serialize)]
struct Kind {
    seed: String,
    default: bool,
    /// Why it cannot be used.
    problem: Option<String>,
    /// How many sources of Applications need it.
    needed_by: usize,
}

#[derive(Debug, Serialize)]
struct Need {
    #[serde(flatten)]
    user: User,
    /// The seed that it needs.
    seed: String,
    /// Whether that one is there.
    found: bool,
}

#[derive(Debug, Serialize)]
struct Status {
    /// Whether each seed can be used, and each Application has its own.
    ok: bool,
    seeds: Vec<Kind>,
    applications: Vec<Need>,
}

impl Status {
    fn new(kept: &Kept, here: &Path, users: Vec<User>) -> anyhow::Result<Self> {
        let all = kept.all(here).with_context(|| {
            format!(
                "the folder {} with seeds cannot be read",
                kept.place().1.display()
            )
        })?;
        let mut seeds: Vec<Kind> = Vec::new();
        for (number, choice) in all.iter().enumerate() {
            let (id, problem) = match choice.read() {
                Ok((seed, warnings)) => {
                    warn(&warnings);
                    (Some(seed.id()), None)
                }
                Err(error) => (choice.wanted().cloned(), Some(format!("{error:#}"))),
            };
            seeds.push(Kind {
                seed: id.map_or_else(|| UNKNOWN.to_owned(), |id| id.to_string()),
                default: number == 0,
                problem,
                needed_by: 0,
            });
        }
        let default = seeds
            .first()
            .map_or(UNKNOWN, |first| &first.seed)
            .to_owned();
        let mut applications = Vec::new();
        for user in users {
            let seed = user.parameter.clone().unwrap_or_else(|| default.clone());
            let kind = seeds.iter_mut().find(|kind| kind.seed == seed);
            let found = kind.as_ref().is_some_and(|kind| kind.problem.is_none());
            if let Some(kind) = kind {
                kind.needed_by += 1;
            }
            applications.push(Need { user, seed, found });
        }
        Ok(Self {
            ok: seeds.iter().all(|kind| kind.problem.is_none())
                && applications.iter().all(|need| need.found),
            seeds,
            applications,
        })
    }

    fn tables(&self, width: Option<usize>) -> String {
        let mut seeds = Table::new(&["SEED", "IS", "NEEDED BY", "PROBLEM"]);
        for kind in &self.seeds {
            seeds.row([
                kind.seed.as_str(),
                if kind.default { "the default" } else { "" },
                &kind.needed_by.to_string(),
                kind.problem.as_deref().unwrap_or_default(),
            ]);
        }
        let mut needs = Table::new(&["APPLICATION", "PROJECT", "NEEDS", "BECAUSE", "PROBLEM"]);
        for Need { user, seed, found } in &self.applications {
            needs.row([
                format!("{}/{}", user.namespace, user.application).as_str(),
                &user.project,
                seed,
                match user.parameter {
                    Some(_) => "its parameter says so",
                    None => "it is the default",
                },
                if *found {
                    ""
                } else {
                    "no such seed can be used"
                },
            ]);
        }
        let mut out = seeds.render(width);
        let needs = needs.render(width);
        if !needs.is_empty() {
            out.push('\n');
            out.push_str(&needs);
        }
        out
    }
}

/// The sources that name the plugin, of all Applications in a text of kubectl's: lists and many documents.
fn users(text: &[u8]) -> anyhow::Result<Vec<User>> {
    let text = std::str::from_utf8(text).context("the Applications are not UTF-8")?;
    let (mut applications, mut users) = (0, Vec::new());
    let documents = config::documents(text).context("the Applications are no YAML and no JSON")?;
    for document in documents {
        for object in objects(&document) {
            if object["kind"] == "Application"
                && object["apiVersion"]
                    .as_str()
                    .is_some_and(|version| version.starts_with("argoproj.io/"))
            {
                applications += 1;
                users.extend(of_application(object));
            }
        }
    }
    if applications == 0 {
        bail!("there is no Application in what was given");
    }
    users.sort_by(|a, b| {
        (&a.namespace, &a.application, &a.parameter).cmp(&(
            &b.namespace,
            &b.application,
            &b.parameter,
        ))
    });
    users.dedup();
    Ok(users)
}

/// The items of a list, or the object itself.
fn objects(document: &Value) -> Vec<&Value> {
    match document["items"].as_sequence() {
        Some(items) => items.iter().collect(),
        None => vec![document],
    }
}

fn of_application(object: &Value) -> Vec<User> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let spec = &object["spec"];
    // With `sources`, Argo CD does not look at `source`.
    let sources: Vec<&Value> = match spec["sources"].as_sequence() {
        Some(sources) if !sources.is_empty() => sources.iter().collect(),
        _ => vec![&spec["source"]],
    };
    sources
        .into_iter()
        .map(|source| &source["plugin"])
        .filter(|plugin| plugin["name"] == PLUGIN)
        .map(|plugin| User {
            namespace: text(&object["metadata"]["namespace"]),
            application: text(&object["metadata"]["name"]),
            project: text(&spec["project"]),
            parameter: parameter(plugin),
        })
        .collect()
}

/// What the parameter `seed` says.
fn parameter(plugin: &Value) -> Option<String> {
    let parameters = plugin["parameters"].as_sequence()?;
    let seed = parameters.iter().find(|one| one["name"] == PARAMETER)?;
    let id = seed["string"].as_str()?;
    (!id.is_empty()).then(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    const LIST: &str = r#"
apiVersion: v1
kind: List
items:
  - apiVersion: argoproj.io/v1alpha1
    kind: Application
    metadata: {name: web, namespace: argocd}
    spec:
      project: default
      source: {plugin: {name: argocd-pin-plugin, parameters: [{name: values, string: "password: hush"}]}}
  - apiVersion: argoproj.io/v1alpha1
    kind: Application
    metadata: {name: native, namespace: argocd}
    spec: {project: default, source: {helm: {}}}
  - apiVersion: argoproj.io/v1alpha1
    kind: Application
    metadata: {name: many, namespace: team-a}
    spec:
      project: team-a
      source: {plugin: {name: argocd-pin-plugin}}
      sources:
        - {plugin: {name: another}}
        - {plugin: {name: argocd-pin-plugin, parameters: [{name: seed, string: seed-00000000000000aa}]}}
        - {ref: values}
---
apiVersion: v1
kind: Secret
metadata: {name: seed}
"#;

    #[test]
    fn users_are_found_in_lists_and_documents() {
        let found = users(LIST.as_bytes()).unwrap();
        let found: Vec<String> = found
            .iter()
            .map(|user| {
                let seed = user.parameter.as_deref().unwrap_or("-");
                format!(
                    "{}/{} {} {seed}",
                    user.namespace, user.application, user.project
                )
            })
            .collect();
        assert_eq!(
            found,
            [
                "argocd/web default -",
                "team-a/many team-a seed-00000000000000aa"
            ]
        );
        let json = r#"{"apiVersion":"argoproj.io/v1alpha1","kind":"Application","metadata":{"name":"x"},"spec":{}}"#;
        assert_eq!(users(json.as_bytes()).unwrap(), []);
        for text in ["", "kind: Secret", "[", "hush: hush: hush"] {
            let error = format!("{:#}", users(text.as_bytes()).unwrap_err());
            assert!(!error.contains("hush"), "{error}");
        }
    }

    #[test]
    fn each_seed_has_its_users_and_what_is_missing_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let mut ids = Vec::new();
        for first in [0, 9] {
            let bytes: Vec<u8> = (first..first + 32).collect();
            let id = crate::derive::Seed::from_bytes(bytes.clone()).unwrap().id();
            let path = folder.path().join(id.as_str());
            std::fs::write(&path, bytes).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
            ids.push(id);
        }
        let kept = Kept::Several {
            folder: folder.path().to_owned(),
            default: ids[1].clone(),
        };
        let user = |name: &str, parameter: Option<&str>| User {
            namespace: "argocd".into(),
            application: name.into(),
            project: "default".into(),
            parameter: parameter.map(str::to_owned),
        };
        let status = |users| Status::new(&kept, Path::new("/"), users).unwrap();
        let fine = status(vec![
            user("a", None),
            user("b", Some(ids[0].as_str())),
            user("c", None),
        ]);
        assert!(fine.ok);
        let needed: Vec<_> = fine
            .seeds
            .iter()
            .map(|kind| (kind.seed.as_str(), kind.default, kind.needed_by))
            .collect();
        assert_eq!(
            needed,
            [(ids[1].as_str(), true, 2), (ids[0].as_str(), false, 1)]
        );

        let missing = status(vec![user("a", Some("seed-00000000000000aa"))]);
        assert!(!missing.ok && !missing.applications[0].found);
        let table = missing.tables(None);
        assert!(table.contains("argocd/a"), "{table}");
        assert!(table.contains("no such seed can be used"), "{table}");

        // A seed under another one's name is of no use to anybody.
        let one = folder.path().join(ids[0].as_str());
        std::fs::copy(folder.path().join(ids[1].as_str()), one).unwrap();
        let swapped = status(vec![user("b", Some(ids[0].as_str()))]);
        assert!(!swapped.ok && !swapped.applications[0].found);
    }
}
