//! What is announced, and what is not read.

#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use super::build;
use crate::argocd::{Environment, Settings};
use crate::hint::hints;

/// A repository with a chart in `app/`, below a folder with a file that is not the repository's.
struct Fixture {
    _temp: tempfile::TempDir,
    repository: PathBuf,
}

impl Fixture {
    fn new(values: &str) -> Self {
        let temp = tempfile::tempdir().unwrap();
        let top = temp.path().canonicalize().unwrap();
        let fixture = Self {
            _temp: temp,
            repository: top.join("_cmp_server/repository"),
        };
        fixture.write("app/Chart.yaml", "name: x\n");
        fixture.write("app/values.yaml", values);
        fixture.write("../../secret.yaml", "hush: 1\n");
        fixture
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.repository.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Runs in the chart's folder as Argo CD does, with these parameters.
    fn run(&self, parameters: &str) -> anyhow::Result<(serde_json::Value, Vec<String>)> {
        self.run_with(parameters, &[])
    }

    /// The same with these settings of the admin's.
    fn run_with(
        &self,
        parameters: &str,
        set: &[(&str, &str)],
    ) -> anyhow::Result<(serde_json::Value, Vec<String>)> {
        let work = self.repository.parent().unwrap().parent().unwrap();
        // What Argo CD's repo-server sends (populatePluginAppDetails): no project, no version of Kubernetes.
        let variables = || {
            [
                ("ARGOCD_APP_NAME", "web"),
                ("ARGOCD_APP_SOURCE_PATH", "app"),
                ("ARGOCD_APP_PARAMETERS", parameters),
                ("ARGOCD_CMP_WORKDIR", work.to_str().unwrap()),
            ]
            .iter()
            .chain(set)
            .map(|(name, value)| (name.into(), value.into()))
            .collect::<Vec<_>>()
        };
        let environment = Environment::from_variables(variables()).unwrap();
        let settings = Settings::from_variables(variables()).unwrap();
        let here = self.repository.join("app");
        let (text, warnings) = build(Path::new("."), &environment, &settings, &here)?;
        Ok((serde_json::from_str(&text)?, warnings))
    }

    #[track_caller]
    fn maps(&self, parameters: &str) -> [serde_json::Value; 2] {
        let (found, warnings) = self.run(parameters).unwrap();
        assert_eq!(warnings, [""; 0]);
        [found[0]["map"].clone(), found[1]["map"].clone()]
    }

    fn error(&self, parameters: &str) -> String {
        let error = self.run(parameters).unwrap_err();
        format!("{error:#} | {}", hints(&error).join(" | "))
    }
}

#[test]
fn values_come_from_the_chart_its_values_files_and_the_inline_values() {
    let fixture = Fixture::new("a: 1\nb: 2\nc: 3\nd: \"4\"\n");
    fixture.write("envs/prod.yaml", "b: 20\nc: 30\n");
    let parameters = r#"[
        {"name": "values-files", "array": ["/envs/prod.yaml", "missing.yaml"]},
        {"name": "values", "string": "c: 300"},
        {"name": "helm-string-parameters", "map": {"d": "5"}}
    ]"#;
    assert_eq!(
        fixture.maps(parameters),
        [
            serde_json::json!({"a": "1", "b": "20", "c": "300"}),
            serde_json::json!({})
        ]
    );
    assert_eq!(
        fixture.maps("null"),
        [
            serde_json::json!({"a": "1", "b": "2", "c": "3"}),
            serde_json::json!({"d": "4"})
        ]
    );
}

#[test]
fn what_is_remote_is_left_out() {
    let fixture = Fixture::new("a: 1\n");
    let parameters =
        r#"[{"name": "values-files", "array": ["https://example.com/$ARGOCD_APP_NAME.yaml"]}]"#;
    assert!(fixture.error(parameters).contains("is a remote address"));
    let allowed = [("PIN_VALUES_SCHEMES", "https")];
    let (found, _) = fixture.run_with(parameters, &allowed).unwrap();
    assert_eq!(found[0]["map"], serde_json::json!({"a": "1"}));
}

#[test]
fn a_chart_without_values_announces_empty_maps() {
    for values in ["", "# none\n", "{}\n"] {
        let fixture = Fixture::new(values);
        assert_eq!(
            fixture.maps("null"),
            [serde_json::json!({}), serde_json::json!({})]
        );
    }
    let fixture = Fixture::new("");
    std::fs::remove_file(fixture.repository.join("app/values.yaml")).unwrap();
    assert_eq!(fixture.maps("null")[0], serde_json::json!({}));
}

#[test]
fn files_outside_of_the_repository_are_not_read() {
    let fixture = Fixture::new("a: 1\n");
    let values_files = |file: &str| format!(r#"[{{"name": "values-files", "array": ["{file}"]}}]"#);
    fixture.write("app/other.yaml", "");
    std::fs::remove_file(fixture.repository.join("app/other.yaml")).unwrap();
    std::os::unix::fs::symlink(
        "../../../secret.yaml",
        fixture.repository.join("app/other.yaml"),
    )
    .unwrap();
    for (file, wanted) in [
        ("../../../secret.yaml", "outside of the repository"),
        ("other.yaml", "outside of the repository"),
        ("o*.yaml", "leads out of the repository"),
        ("https://example.com/x.yaml", "remote address"),
        ("$values/x.yaml", "refers to another source"),
    ] {
        let error = fixture.error(&values_files(file));
        assert!(error.contains(wanted), "for {file}: {error}");
        assert!(!error.contains("hush"), "for {file}: {error}");
    }
    let values = fixture.repository.join("app/values.yaml");
    std::fs::remove_file(&values).unwrap();
    std::os::unix::fs::symlink("../../../secret.yaml", &values).unwrap();
    assert_eq!(
        fixture.error("null"),
        "the chart's values cannot be announced: the file `values.yaml` is outside of the repository | "
    );
    // A link inside of it is followed.
    std::fs::remove_file(&values).unwrap();
    fixture.write("common.yaml", "common: 1\n");
    std::os::unix::fs::symlink("../common.yaml", &values).unwrap();
    assert_eq!(fixture.maps("null")[0], serde_json::json!({"common": "1"}));
}

#[test]
fn wrong_parameters_do_not_take_the_form_away() {
    let fixture = Fixture::new("a: 1\n");
    for (parameters, wanted) in [
        (
            r#"[{"name": "value", "string": "hush"}]"#,
            "the plugin has no parameter `value`",
        ),
        (
            r#"[{"name": "values", "string": "hush: [\n"}]"#,
            "the parameter `values` is no YAML mapping that can be read, its values are not announced",
        ),
    ] {
        let (found, warnings) = fixture.run(parameters).unwrap();
        assert_eq!(found[0]["map"], serde_json::json!({"a": "1"}));
        assert_eq!(warnings, [wanted]);
    }
    let fixture = Fixture::new("a: hush\na: hush\n");
    let (found, warnings) = fixture.run("null").unwrap();
    assert_eq!(found[0]["map"], serde_json::json!({}));
    assert_eq!(
        warnings,
        [
            "values.yaml has the key `a` twice (line 2): remove one of the two, else its values are not announced"
        ]
    );
}

#[test]
fn what_helm_would_refuse_is_refused() {
    let fixture = Fixture::new(&format!("# {}\n", "x".repeat(5 << 20)));
    assert!(
        fixture
            .error("null")
            .starts_with("values.yaml is longer than 5242880 bytes")
    );
    std::fs::remove_file(fixture.repository.join("app/Chart.yaml")).unwrap();
    assert!(
        fixture
            .error("null")
            .starts_with("there is no chart in `app` (spec.source.path)")
    );
}

#[test]
fn aliases_that_multiply_are_not_followed() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..9 {
        let items = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{items}]\n"));
    }
    let (found, warnings) = Fixture::new(&bomb).run("null").unwrap();
    assert_eq!(found[0]["map"], serde_json::json!({}));
    assert_eq!(warnings.len(), 1);
}
