//! Seeds and scopes that an admin names, and `check`, with both helms.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::fs;
use std::path::PathBuf;

use support::{Chart, Helm, Outcome, Place, each_helm, write_private};

const SECRET: &str = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData:\n  token: {{ randAlphaNum 32 }}\n";

/// The id of the seed 0, 1, 2, … 31, as tests/vectors/derivation-v1.json has it.
const FIRST: &str = "seed-1ee6f8d93e6a7ebc";

/// A sidecar: two seeds, a chart, and what Argo CD sets for a render.
struct Sidecar {
    place: Place,
    chart: Chart,
    helm: PathBuf,
    /// The id of the second seed.
    second: String,
}

impl Sidecar {
    fn new(helm: &Helm) -> Self {
        let place = Place::new();
        let seeds = place.root.path().join("seeds");
        fs::create_dir(&seeds).unwrap();
        let first: Vec<u8> = (0..32).collect();
        let other: Vec<u8> = (32..64).collect();
        write_private(&seeds.join(FIRST), &first, 0o400);
        write_private(&seeds.join("other"), &other, 0o400);
        let mut sidecar = Self {
            place,
            chart: Chart::of(&[("templates/secret.yaml", SECRET)]),
            helm: helm.path.clone(),
            second: String::new(),
        };
        let path = sidecar.seed("other");
        let id = sidecar.run(&["seed", "id", &path], &[]);
        sidecar.second = id.stdout.trim().to_owned();
        fs::rename(seeds.join("other"), seeds.join(&sidecar.second)).unwrap();
        sidecar
    }

    fn folder(&self) -> String {
        self.place.root.path().join("seeds").display().to_string()
    }

    fn seed(&self, name: &str) -> String {
        format!("{}/{name}", self.folder())
    }

    fn run(&self, args: &[&str], variables: &[(&str, &str)]) -> Outcome {
        let output = self
            .place
            .command(env!("CARGO_BIN_EXE_argocd-pin-plugin"))
            .args(args)
            .current_dir(self.chart.dir())
            .env("PIN_HELM", &self.helm)
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        self.place.assert_clean();
        Outcome {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// A render as Argo CD asks for it.
    fn render(&self, project: &str, name: &str, seed: &str, settings: &[(&str, &str)]) -> Outcome {
        let parameters = format!(
            r#"[{{"name":"release-name","string":"r"}},{{"name":"seed","string":"{seed}"}}]"#
        );
        let mut variables = vec![
            ("ARGOCD_APP_NAME", name),
            ("ARGOCD_APP_PROJECT_NAME", project),
            ("ARGOCD_APP_NAMESPACE", "ns"),
            ("ARGOCD_APP_PARAMETERS", &parameters),
            ("KUBE_VERSION", "1.33.2"),
        ];
        variables.extend(settings);
        self.run(&["generate"], &variables)
    }
}

#[track_caller]
fn printed(outcome: &Outcome) -> &str {
    assert_eq!((outcome.status, outcome.stderr.as_str()), (0, ""));
    assert!(outcome.stdout.contains("token: "), "{}", outcome.stdout);
    &outcome.stdout
}

#[track_caller]
fn refused(outcome: &Outcome, says: &[&str]) {
    outcome.assert_failure(&(0..32).collect::<Vec<u8>>());
    outcome.assert_says(says);
}

#[test]
fn another_seed_is_refused_where_its_id_is_set_and_warned_of_where_not() {
    each_helm(|helm| {
        let sidecar = Sidecar::new(helm);
        let (first, second) = (sidecar.seed(FIRST), sidecar.seed(&sidecar.second));
        let render = |settings: &[(&str, &str)]| sidecar.render("default", "web", "", settings);
        let right = render(&[("PIN_SEED_FILE", &first), ("PIN_SEED_ID", FIRST)]);
        let token = printed(&right).to_owned();

        let unnamed = render(&[("PIN_SEED_FILE", &first)]);
        assert_eq!((unnamed.status, unnamed.stdout), (0, token.clone()));
        assert!(
            unnamed.stderr.starts_with("warning: "),
            "{}",
            unnamed.stderr
        );
        assert!(unnamed.stderr.contains(FIRST), "{}", unnamed.stderr);
        assert_eq!(unnamed.stderr.lines().count(), 1);

        let wrong = render(&[("PIN_SEED_FILE", &second), ("PIN_SEED_ID", FIRST)]);
        refused(&wrong, &["PIN_SEED_ID", FIRST, &sidecar.second]);
        // On purpose, it is one setting.
        let moved = render(&[("PIN_SEED_FILE", &second), ("PIN_SEED_ID", &sidecar.second)]);
        assert_ne!(printed(&moved), token);
    });
}

/// What is to be kept is sealed for the next seed before the Application names it.
#[test]
fn values_are_sealed_for_the_next_seed_in_advance() {
    each_helm(|helm| {
        let sidecar = Sidecar::new(helm);
        let (folder, second) = (sidecar.folder(), sidecar.second.clone());
        let several = [("PIN_SEED_DIR", folder.as_str()), ("PIN_SEED_ID", FIRST)];
        let recipient = |seed: &[&str], settings: &[(&str, &str)]| {
            sidecar.run(&[&["recipient", "--app", "web"], seed].concat(), settings)
        };
        let next = recipient(&["--seed", &second], &several);
        let file = sidecar.seed(&second);
        let alone = recipient(&[], &[("PIN_SEED_FILE", &file)]);
        assert_eq!((next.status, &next.stdout), (0, &alone.stdout));
        assert!(next.stdout.starts_with("age1"), "{}", next.stdout);
        assert_ne!(next.stdout, recipient(&[], &several).stdout);

        let unknown = recipient(&["--seed", "seed-00000000000000ff"], &several);
        refused(&unknown, &["there is no seed", FIRST, &second]);
        refused(
            &recipient(&["--seed", "second"], &several),
            &["--seed is no seed's id"],
        );
    });
}

#[test]
fn an_application_moves_to_the_next_seed_by_itself() {
    each_helm(|helm| {
        let sidecar = Sidecar::new(helm);
        let folder = sidecar.folder();
        let second = sidecar.second.clone();
        let settings = [("PIN_SEED_DIR", folder.as_str()), ("PIN_SEED_ID", FIRST)];
        let render = |name: &str, seed: &str| sidecar.render("default", name, seed, &settings);
        let before = render("web", "");
        let after = render("web", &second);
        assert_ne!(printed(&before), printed(&after));
        assert_eq!(printed(&before), printed(&render("web", FIRST)));

        // The whole fleet has moved: the parameter says what is the default now.
        let settings = [
            ("PIN_SEED_DIR", folder.as_str()),
            ("PIN_SEED_ID", second.as_str()),
        ];
        let default = sidecar.render("default", "web", "", &settings);
        assert_eq!(printed(&after), printed(&default));

        let unknown = render("web", "seed-00000000000000ff");
        refused(
            &unknown,
            &["the parameter `seed`", "there are", FIRST, &second],
        );
        for name in ["../seeds", "other", "seed-../../../../etc/x", "SEED"] {
            refused(
                &render("web", name),
                &["the parameter `seed` is no seed's id"],
            );
        }
    });
}

#[test]
fn only_the_admin_gives_an_application_another_scope() {
    each_helm(|helm| {
        let sidecar = Sidecar::new(helm);
        let seed = sidecar.seed(FIRST);
        let scopes = sidecar.place.root.path().join("scopes.yaml");
        let file = scopes.display().to_string();
        fs::write(
            &scopes,
            "default/shop: default/web\nteam-b/web: team-a/web\np/eu: p/db\np/us: p/db\n",
        )
        .unwrap();
        let own = [("PIN_SEED_FILE", seed.as_str()), ("PIN_SEED_ID", FIRST)];
        let admins = [own[0], own[1], ("PIN_SCOPES_FILE", file.as_str())];
        let render = |project: &str, name: &str, settings: &[(&str, &str)]| {
            sidecar.render(project, name, "", settings)
        };

        for (project, name, was) in [
            ("default", "shop", ("default", "web")),
            ("team-b", "web", ("team-a", "web")),
            ("p", "eu", ("p", "db")),
            ("p", "us", ("p", "db")),
            ("p", "other", ("p", "other")),
        ] {
            assert_eq!(
                printed(&render(project, name, &admins)),
                printed(&render(was.0, was.1, &own)),
                "{project}/{name}"
            );
        }
        // Who makes an Application of the former name gets nothing.
        let late = render("default", "web", &admins);
        refused(&late, &["default/web", "`default/web: default/web`"]);
        // A tenant's variable is none of the admin's.
        let tenants = [
            own[0],
            own[1],
            ("ARGOCD_ENV_PIN_SCOPES_FILE", file.as_str()),
        ];
        let outcome = render("default", "shop", &tenants);
        assert_ne!(outcome.stdout, render("default", "web", &own).stdout);

        fs::remove_file(&scopes).unwrap();
        refused(&render("p", "other", &admins), &["PIN_SCOPES_FILE"]);
        let relative = [own[0], own[1], ("PIN_SCOPES_FILE", "templates/secret.yaml")];
        refused(
            &render("p", "other", &relative),
            &["PIN_SCOPES_FILE", "relative"],
        );
    });
}

/// The checks of a report by name, with their states.
fn states(outcome: &Outcome) -> Vec<(String, String)> {
    let report: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(report["ok"], outcome.status == 0);
    let checks = report["checks"].as_array().unwrap();
    checks
        .iter()
        .map(|check| {
            let text = |field: &str| check[field].as_str().unwrap().to_owned();
            assert!(!text("detail").is_empty());
            (text("check"), text("state"))
        })
        .collect()
}

#[test]
fn check_tells_what_is_there_and_what_is_not() {
    each_helm(|helm| {
        let sidecar = Sidecar::new(helm);
        let folder = sidecar.folder();
        let json = |settings: &[(&str, &str)]| {
            let outcome = sidecar.run(&["check", "--output", "json"], settings);
            assert_eq!(outcome.stderr, "");
            outcome.assert_hides(&(0..32).collect::<Vec<u8>>());
            outcome
        };
        let state = |outcome: &Outcome, name: &str| -> Vec<String> {
            let found = states(outcome)
                .into_iter()
                .filter(|(check, _)| check == name);
            found.map(|(_, state)| state).collect()
        };

        let fine = [("PIN_SEED_DIR", folder.as_str()), ("PIN_SEED_ID", FIRST)];
        let outcome = json(&fine);
        assert_eq!(outcome.status, 0, "{}", outcome.stdout);
        assert_eq!(state(&outcome, "seed"), ["ok", "ok"]);
        for name in ["settings", "helm", "slots", "argo cd"] {
            assert_eq!(state(&outcome, name), ["ok"], "{name}");
        }
        assert!(outcome.stdout.contains(FIRST));
        // In memory or on a disk, as the machine has it.
        assert_eq!(state(&outcome, "temporary files").len(), 1);
        let table = sidecar.run(&["check"], &fine);
        assert_eq!((table.status, table.stderr.as_str()), (0, ""));
        assert!(table.stdout.starts_with("CHECK "), "{}", table.stdout);

        let seed = sidecar.seed(FIRST);
        let unnamed = json(&[("PIN_SEED_FILE", &seed)]);
        assert_eq!(
            (unnamed.status, state(&unnamed, "seed")),
            (0, vec!["warning".to_owned()])
        );
        for (name, settings) in [
            ("seed", vec![("PIN_SEED_FILE", "/no/such/seed")]),
            (
                "seed",
                vec![("PIN_SEED_FILE", &seed), ("PIN_SEED_ID", &sidecar.second)],
            ),
            (
                "seed",
                vec![("PIN_SEED_DIR", "/no/such/folder"), ("PIN_SEED_ID", FIRST)],
            ),
            ("settings", vec![("PIN_SEED_DIR", "/no/such/folder")]),
            ("helm", vec![("PIN_HELM", "/no/such/helm")]),
            ("helm", vec![("PIN_HELM", "/bin/true")]),
            ("scopes", vec![("PIN_SCOPES_FILE", "/no/such/file")]),
            (
                "credentials",
                vec![("PIN_REGISTRY_CONFIG", "/no/such/file")],
            ),
            ("temporary files", vec![("TMPDIR", "/no/such/folder")]),
            ("slots", vec![("TMPDIR", "/no/such/folder")]),
        ] {
            let outcome = json(&settings);
            assert_eq!(outcome.status, 1, "{name} {settings:?}");
            assert_eq!(state(&outcome, name), ["failed"], "{settings:?}");
        }
    });
}

/// What `kubectl get applications` prints, on stdin.
#[test]
fn seed_status_reads_applications() {
    let helm = Helm::v3();
    let sidecar = Sidecar::new(&helm);
    let file = sidecar.place.root.path().join("applications.json");
    let application = |name: &str, parameters: &str| {
        format!(
            r#"{{"apiVersion":"argoproj.io/v1alpha1","kind":"Application","metadata":{{"name":"{name}","namespace":"argocd"}},
               "spec":{{"project":"default","source":{{"plugin":{{"name":"argocd-pin-plugin","parameters":{parameters}}}}}}}}}"#
        )
    };
    let write = |items: &[String]| {
        let list = format!(
            r#"{{"apiVersion":"v1","kind":"List","items":[{}]}}"#,
            items.join(",")
        );
        fs::write(&file, list).unwrap();
    };
    let folder = sidecar.folder();
    let settings = [("PIN_SEED_DIR", folder.as_str()), ("PIN_SEED_ID", FIRST)];
    let path = file.display().to_string();
    let status = |applications: &str| {
        sidecar.run(
            &["seed", "status", "--applications", applications],
            &settings,
        )
    };
    write(&[
        application("a", "[]"),
        application(
            "b",
            &format!(r#"[{{"name":"seed","string":"{}"}}]"#, sidecar.second),
        ),
    ]);
    let outcome = status(&path);
    assert_eq!(
        (outcome.status, outcome.stderr.as_str()),
        (0, ""),
        "{}",
        outcome.stdout
    );
    for part in [
        "argocd/a",
        "argocd/b",
        FIRST,
        &sidecar.second,
        "the default",
    ] {
        assert!(
            outcome.stdout.contains(part),
            "no {part} in\n{}",
            outcome.stdout
        );
    }
    write(&[application(
        "c",
        r#"[{"name":"seed","string":"seed-00000000000000ff"}]"#,
    )]);
    let outcome = status(&path);
    assert_eq!(outcome.status, 1);
    assert!(
        outcome.stdout.contains("no such seed"),
        "{}",
        outcome.stdout
    );
    // Nothing was given.
    refused(&status("-"), &["no Application"]);
}
