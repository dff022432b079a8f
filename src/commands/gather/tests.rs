//! From inputs to the request, without a process.

#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use clap::Parser;

use super::build;
use crate::argocd::{Environment, Settings};
use crate::cli::{Cli, Command, RenderArgs};
use crate::hint::hints;
use crate::request::RenderRequest;

/// A folder with a chart in `chart/` and some files.
struct Fixture {
    _temp: tempfile::TempDir,
    here: PathBuf,
}

impl Fixture {
    fn new() -> Self {
        let temp = tempfile::tempdir().unwrap();
        let here = temp.path().canonicalize().unwrap();
        for (file, text) in [
            ("chart/Chart.yaml", "name: x"),
            ("chart/prod.yaml", ""),
            ("chart/ca.crt", ""),
            ("mine.yaml", ""),
            ("a,b.yaml", ""),
            ("empty/x", ""),
            ("chart.tgz", ""),
        ] {
            let path = here.join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Self { _temp: temp, here }
    }

    fn request(&self, flags: &[&str], variables: &[(&str, &str)]) -> anyhow::Result<RenderRequest> {
        let variables = || {
            variables
                .iter()
                .map(|(name, value)| (name.into(), value.into()))
        };
        let environment = Environment::from_variables(variables()).unwrap();
        let settings = Settings::from_variables(variables()).unwrap();
        build(&args(flags), &environment, &settings, &self.here, true)
    }

    /// The error's message and hints, with the fixture's own path taken out.
    fn error(&self, flags: &[&str], variables: &[(&str, &str)]) -> String {
        let error = self.request(flags, variables).unwrap_err();
        let mut text = format!("{error:#}");
        for hint in hints(&error) {
            text.push_str(&format!(" | {hint}"));
        }
        text
    }
}

fn args(flags: &[&str]) -> RenderArgs {
    let words = ["argocd-pin-plugin", "generate"].iter().chain(flags);
    match Cli::try_parse_from(words).unwrap().command {
        Command::Generate(args) => args,
        other => unreachable!("{other:?}"),
    }
}

/// What Argo CD sets for an Application of any namespace, with `parameters`.
fn argocd(parameters: &str) -> Vec<(&str, &str)> {
    vec![
        ("ARGOCD_APP_NAME", "team-a_web"),
        ("ARGOCD_APP_PROJECT_NAME", "team-a"),
        ("ARGOCD_APP_NAMESPACE", "prod"),
        ("ARGOCD_APP_SOURCE_PATH", "chart"),
        ("ARGOCD_APP_REVISION", "abc"),
        ("KUBE_VERSION", "v1.33.2-eks"),
        ("KUBE_API_VERSIONS", "v1,apps/v1"),
        ("ARGOCD_APP_PARAMETERS", parameters),
    ]
}

fn pairs(list: &[(String, String)]) -> Vec<String> {
    list.iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect()
}

#[test]
fn argo_cds_variables_alone_are_enough() {
    let fixture = Fixture::new();
    let request = fixture.request(&["chart"], &argocd("null")).unwrap();
    assert_eq!(request.chart, fixture.here.join("chart"));
    assert_eq!(request.confine.as_ref(), Some(&fixture.here));
    assert_eq!(request.scope.application, "team-a_web");
    assert_eq!(request.scope.project, "team-a");
    assert_eq!(request.helm.release_name, "web");
    assert_eq!(request.helm.namespace.as_deref(), Some("prod"));
    assert_eq!(request.helm.kube_version.as_deref(), Some("1.33.2"));
    assert_eq!(request.helm.api_versions, ["v1", "apps/v1"]);
    assert!(request.helm.include_crds && !request.helm.skip_tests);
    assert_eq!(
        request.seed.file(),
        Path::new("/etc/argocd-pin-plugin/seed")
    );
    assert_eq!(request.clock, 1_704_067_200);
}

#[test]
fn parameters_win_over_variables_and_are_expanded_where_argo_cd_does() {
    let fixture = Fixture::new();
    let request = fixture
        .request(
            &["chart"],
            &argocd(
                r#"[{"name":"release-name","string":"r$ARGOCD_APP_REVISION"},
                    {"name":"namespace","string":"other"},
                    {"name":"kube-version","string":"1.30"},
                    {"name":"api-versions","array":["batch/v1"]},
                    {"name":"values-files","array":["prod.yaml"]},
                    {"name":"values","string":"a: $ARGOCD_APP_NAME\n"},
                    {"name":"helm-parameters","map":{"tag":"$ARGOCD_APP_REVISION,x","$KUBE_VERSION":"$$y$none"}},
                    {"name":"helm-string-parameters","map":{"v":"${ARGOCD_APP_NAME}","w":"<$KUBE_VERSION>"}},
                    {"name":"file-parameters","map":{"ca":"/chart/ca.crt"}},
                    {"name":"skip-crds","string":"true"},
                    {"name":"skip-tests","string":"true"},
                    {"name":"skip-schema-validation","string":"true"}]"#,
            ),
        )
        .unwrap();
    let helm = &request.helm;
    assert_eq!(helm.release_name, "r$ARGOCD_APP_REVISION");
    assert_eq!(helm.namespace.as_deref(), Some("other"));
    assert_eq!(helm.kube_version.as_deref(), Some("1.30"));
    assert_eq!(helm.api_versions, ["batch/v1"]);
    assert_eq!(helm.values, [fixture.here.join("chart/prod.yaml")]);
    assert_eq!(
        request.inline_values.as_deref(),
        Some("a: $ARGOCD_APP_NAME\n")
    );
    assert_eq!(pairs(&helm.set), ["tag=abc,x", "$KUBE_VERSION=$y"]);
    assert_eq!(pairs(&helm.set_string), ["v=team-a_web", "w=<>"]);
    assert_eq!(
        pairs(&helm.set_file),
        [format!(
            "ca={}",
            fixture.here.join("chart/ca.crt").display()
        )]
    );
    assert!(!helm.include_crds && helm.skip_tests && helm.skip_schema_validation);
}

#[test]
fn by_hand_the_flags_say_all() {
    let fixture = Fixture::new();
    let request = fixture
        .request(
            &[
                "chart",
                "--app",
                "web",
                "--release-name",
                "r",
                "-n",
                "ns",
                "-f",
                "a,b.yaml",
                "--set",
                "a=1,b=2",
                "--set-string",
                "c=3",
                "--set-file",
                "ca=chart/ca.crt",
                "--kube-version",
                "1.31.0-rc",
                "--api-versions",
                "x/v1",
                "--skip-crds",
                "--seed-file",
                "seed",
                "--helm",
                "/opt/helm",
            ],
            &[("SOURCE_DATE_EPOCH", "5"), ("PIN_ALLOW", "f")],
        )
        .unwrap();
    assert_eq!(
        (
            request.scope.project.as_str(),
            request.scope.application.as_str()
        ),
        ("default", "web")
    );
    assert_eq!(request.confine, None);
    assert_eq!(request.helm.release_name, "r");
    assert_eq!(request.helm.namespace.as_deref(), Some("ns"));
    assert_eq!(request.helm.kube_version.as_deref(), Some("1.31.0"));
    assert_eq!(request.helm.values, [fixture.here.join("a,b.yaml")]);
    assert_eq!(pairs(&request.helm.set), ["a=1", "b=2"]);
    assert_eq!(
        pairs(&request.helm.set_file),
        [format!(
            "ca={}",
            fixture.here.join("chart/ca.crt").display()
        )]
    );
    assert_eq!(request.seed.file(), fixture.here.join("seed"));
    assert_eq!(request.helm_binary, Path::new("/opt/helm"));
    assert_eq!((request.clock, request.allow), (5, vec!["f".to_owned()]));
}

#[test]
fn a_flag_wins_and_lists_are_joined_with_the_applications_last() {
    let fixture = Fixture::new();
    let request = fixture
        .request(
            &["chart", "--namespace", "admin", "--set", "a=1", "-f", "mine.yaml"],
            &argocd(
                r#"[{"name":"namespace","string":"tenant"},{"name":"helm-parameters","map":{"a":"2"}},
                    {"name":"values-files","array":["prod.yaml"]}]"#,
            ),
        )
        .unwrap();
    assert_eq!(request.helm.namespace.as_deref(), Some("admin"));
    assert_eq!(pairs(&request.helm.set), ["a=1", "a=2"]);
    assert_eq!(
        request.helm.values,
        [
            fixture.here.join("mine.yaml"),
            fixture.here.join("chart/prod.yaml")
        ]
    );
}

#[test]
fn a_missing_name_is_an_error_and_never_guessed() {
    let fixture = Fixture::new();
    for (variables, wanted) in [
        (
            vec![],
            "no Application is named, and its values depend on its name | name it with --app",
        ),
        (vec![("ARGOCD_APP_NAME", "")], "ARGOCD_APP_NAME is empty"),
        (
            vec![("ARGOCD_APP_REVISION", "x")],
            "ARGOCD_APP_NAME is empty",
        ),
        (
            vec![("ARGOCD_APP_NAME", "web")],
            "ARGOCD_APP_PROJECT_NAME is empty",
        ),
        (
            vec![("ARGOCD_APP_NAME", "web"), ("ARGOCD_APP_PROJECT_NAME", "")],
            "ARGOCD_APP_PROJECT_NAME is empty",
        ),
        (
            vec![("ARGOCD_APP_PROJECT_NAME", "p")],
            "ARGOCD_APP_NAME is empty",
        ),
    ] {
        let error = fixture.error(&["chart"], &variables);
        assert!(error.starts_with(wanted), "{error} for {variables:?}");
    }
    assert_eq!(
        fixture.error(&["chart", "--app", ""], &[]),
        "--app is empty"
    );
    assert_eq!(
        fixture.error(&["chart", "--app", "a", "--project", ""], &[]),
        "--project is empty"
    );
}

#[test]
fn wrong_inputs_are_named() {
    let fixture = Fixture::new();
    for (flags, wanted) in [
        (
            &["none"][..],
            "the chart none cannot be read: it does not exist",
        ),
        (
            &["empty"],
            "there is no chart in empty: it has no Chart.yaml | run this",
        ),
        (
            &["chart.tgz"],
            "the chart chart.tgz is a file, and a chart is a folder | unpack",
        ),
        (
            &["chart", "-f", "none.yaml"],
            "--values none.yaml cannot be read: it does not exist",
        ),
        (
            &["chart", "-f", "empty"],
            "--values empty is a folder, not a file",
        ),
        (
            &["chart", "--set-file", "a=none"],
            "--set-file none cannot be read: it does not exist",
        ),
        (
            &["chart", "--kube-version", "x"],
            "--kube-version cannot be used: `x` is no Kubernetes version",
        ),
        (
            &["chart", "--rotate", "a=1", "--rotate", "a=2"],
            "--rotate gives `a` two numbers, 1 and 2: keep one",
        ),
    ] {
        let flags: Vec<&str> = flags.iter().copied().chain(["--app", "web"]).collect();
        let error = fixture.error(&flags, &[]);
        assert!(error.starts_with(wanted), "{error}");
    }
}

#[test]
fn wrong_parameters_are_named() {
    let fixture = Fixture::new();
    for (parameters, wanted) in [
        (
            r#"[{"name":"values","string":"- a"}]"#,
            "the parameter `values` must be a YAML mapping such as `replicas: 2`, not a list",
        ),
        (
            r#"[{"name":"values","string":"a: [hush"}]"#,
            "the parameter `values` is not valid YAML (line",
        ),
        (
            r#"[{"name":"values","string":"a: hush\n---\na: hush\n"}]"#,
            "the parameter `values` holds several YAML documents, of which helm 3 reads the first and helm 4 all: join them",
        ),
        (
            r#"[{"name":"baseline","string":"$values/b.yaml"}]"#,
            "the parameter `baseline` cannot be used: `$values/b.yaml` refers to another source",
        ),
        (
            r#"[{"name":"baseline","string":"b-$ARGOCD_APP_NAMESPACE.yaml"}]"#,
            "the baseline cannot be read: the file `b-prod.yaml` does not exist in the repository",
        ),
        (
            r#"[{"name":"valuesfile","array":["a"]}]"#,
            "the plugin has no parameter `valuesfile` | did you mean `values-files`?",
        ),
        (
            r#"[{"name":"values-files","array":["none.yaml"]}]"#,
            "the parameter `values-files` cannot be used: the file `none.yaml` does not exist in the repository | set the parameter",
        ),
        (
            r#"[{"name":"values-files","array":["$values/prod.yaml"]}]"#,
            "the parameter `values-files` cannot be used: `$values/prod.yaml` refers to another source of the Application",
        ),
        (
            r#"[{"name":"values-files","array":["../../etc/passwd"]}]"#,
            "the parameter `values-files` cannot be used: the file `../../etc/passwd` is outside of the repository",
        ),
        (
            r#"[{"name":"file-parameters","map":{"a":"/../../../etc/passwd"}}]"#,
            "the parameter `file-parameters` cannot be used: the file `/../../../etc/passwd` does not exist in the repository",
        ),
        (
            r#"[{"name":"kube-version","string":"--x"}]"#,
            "the parameter `kube-version` cannot be used: `--x` is no",
        ),
    ] {
        let error = fixture.error(&["chart"], &argocd(parameters));
        assert!(error.starts_with(wanted), "{error}");
        assert!(!error.contains("hush"), "{error}");
    }
}

#[test]
fn missing_values_files_can_be_ignored() {
    let fixture = Fixture::new();
    let request = fixture
        .request(
            &["chart"],
            &argocd(
                r#"[{"name":"values-files","array":["none.yaml","prod.yaml"]},
                    {"name":"ignore-missing-value-files","string":"true"}]"#,
            ),
        )
        .unwrap();
    assert_eq!(request.helm.values, [fixture.here.join("chart/prod.yaml")]);
}
