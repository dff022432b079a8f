//! The examples: they parse, name this plugin, and set parameters that the program takes.

use argocd_pin_plugin::argocd::Parameters;
use argocd_pin_plugin::argocd::parameters::KNOWN;
use serde_yaml::Value;

use super::{document, documents, items, pod, text, yaml_files};

/// The sources of an Application, or of an ApplicationSet's template.
fn sources(object: &Value) -> Vec<&Value> {
    let spec = match object["kind"].as_str().unwrap() {
        "Application" => &object["spec"],
        "ApplicationSet" => &object["spec"]["template"]["spec"],
        other => panic!("another kind: {other}"),
    };
    for field in ["project", "destination"] {
        assert!(!spec[field].is_null(), "no {field}");
    }
    match spec["source"].is_null() {
        true => items(&spec["sources"]),
        false => vec![&spec["source"]],
    }
}

/// What Argo CD would send, read by the program's own reader.
fn parameters(plugin: &Value) -> Parameters {
    for field in plugin.as_mapping().unwrap().keys() {
        assert!(
            ["name", "parameters"].contains(&field.as_str().unwrap()),
            "{field:?}"
        );
    }
    assert_eq!(plugin["name"], pod::NAME);
    let json = serde_json::to_string(&plugin["parameters"]).unwrap();
    let parameters = Parameters::parse(&json).unwrap();
    if let Some(values) = &parameters.values {
        argocd_pin_plugin::config::check_values(values).unwrap();
    }
    parameters
}

#[test]
fn every_example_parses_and_uses_known_parameters() {
    let mut plugins = 0;
    let mut names = Vec::new();
    for file in yaml_files("examples") {
        let found = documents(&std::fs::read_to_string(&file).unwrap());
        assert!(!found.is_empty(), "{}", file.display());
        for object in found {
            assert_eq!(
                object["apiVersion"],
                "argoproj.io/v1alpha1",
                "{}",
                file.display()
            );
            let sources = sources(&object);
            assert!(!sources.is_empty(), "{}", file.display());
            for source in sources
                .into_iter()
                .filter(|source| !source["plugin"].is_null())
            {
                assert_eq!(source["helm"], Value::Null, "{}", file.display());
                parameters(&source["plugin"]);
                plugins += 1;
                for parameter in items(&source["plugin"]["parameters"]) {
                    names.push(parameter["name"].as_str().unwrap().to_owned());
                }
            }
        }
    }
    assert!(plugins >= 7, "{plugins}");
    // Between them they show every parameter.
    for (known, _) in KNOWN {
        assert!(
            names.iter().any(|name| name == known),
            "no example shows {known}"
        );
    }
}

/// The migration says that nothing but `helm:` changes, and that every option has a place to go.
#[test]
fn the_migration_changes_the_source_only_and_loses_nothing() {
    let before = document("examples/migration/before.yaml");
    let after = document("examples/migration/after.yaml");
    let rest = |object: &Value, field: &str| {
        let mut object = object.clone();
        object["spec"]["source"]
            .as_mapping_mut()
            .unwrap()
            .shift_remove(field)
            .unwrap();
        object
    };
    assert_eq!(rest(&before, "helm"), rest(&after, "plugin"));

    let helm = &before["spec"]["source"]["helm"];
    let found = parameters(&after["spec"]["source"]["plugin"]);
    let strings = |list: &Value| -> Vec<String> {
        items(list)
            .iter()
            .map(|item| item.as_str().unwrap().to_owned())
            .collect()
    };
    let string = |value: &Value| value.as_str().map(str::to_owned);
    assert_eq!(found.release_name, string(&helm["releaseName"]));
    assert_eq!(found.namespace, string(&helm["namespace"]));
    assert_eq!(found.kube_version, string(&helm["kubeVersion"]));
    assert_eq!(found.api_versions, strings(&helm["apiVersions"]));
    assert_eq!(found.values_files, strings(&helm["valueFiles"]));
    assert_eq!(
        helm["ignoreMissingValueFiles"],
        found.ignore_missing_value_files
    );
    assert_eq!(helm["skipCrds"], found.skip_crds);
    assert_eq!(helm["skipTests"], found.skip_tests);
    assert_eq!(helm["skipSchemaValidation"], found.skip_schema_validation);
    let inline: Value = serde_yaml::from_str(&found.values.unwrap()).unwrap();
    assert_eq!(inline, helm["valuesObject"]);
    let pairs = |forced: bool| -> Vec<(String, String)> {
        items(&helm["parameters"])
            .into_iter()
            .filter(|one| (one["forceString"] == true) == forced)
            .map(|one| {
                (
                    string(&one["name"]).unwrap(),
                    string(&one["value"]).unwrap(),
                )
            })
            .collect()
    };
    assert_eq!(found.helm_parameters, pairs(false));
    assert_eq!(found.helm_string_parameters, pairs(true));
    let files: Vec<_> = items(&helm["fileParameters"])
        .into_iter()
        .map(|one| (string(&one["name"]).unwrap(), string(&one["path"]).unwrap()))
        .collect();
    assert_eq!(found.file_parameters, files);
    // All of the above is all that there is.
    assert_eq!(helm.as_mapping().unwrap().len(), 12);
}

#[test]
fn the_table_of_native_options_names_every_parameter() {
    let page = text("docs/argocd.md");
    for (name, _) in KNOWN {
        assert!(page.contains(&format!("| `{name}` |")), "{name}");
    }
}
