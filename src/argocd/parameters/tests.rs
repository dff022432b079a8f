//! What the parameters accept, and what their messages hide.

#![allow(clippy::unwrap_used)]
use super::*;

fn error(json: &str) -> ParameterError {
    Parameters::parse(json).unwrap_err()
}

#[test]
fn no_parameters() {
    for json in ["null", "[]", r#"[{"name":"values"}]"#] {
        assert_eq!(
            Parameters::parse(json).unwrap(),
            Parameters::default(),
            "for {json}"
        );
    }
}

#[test]
fn every_known_parameter_is_taken() {
    for (name, shape) in KNOWN {
        let value = match shape {
            Shape::Text => r#""string":"x""#,
            Shape::Switch => r#""string":"true""#,
            Shape::Array => r#""array":["x"]"#,
            Shape::Map => r#""map":{"k":"x"}"#,
        };
        let json = format!(r#"[{{"name":"{name}",{value}}}]"#);
        assert_ne!(
            Parameters::parse(&json).unwrap(),
            Parameters::default(),
            "for {name}"
        );
    }
}

#[test]
fn all_shapes() {
    let found = Parameters::parse(
        r#"[{"name":"values-files","array":["a.yaml","b.yaml"]},
            {"map":{"b":"2","a":"1,x"},"name":"helm-parameters"},
            {"name":"values","string":"a: 1\n"},
            {"name":"skip-crds","string":"false"},
            {"name":"skip-tests","string":"true","array":[],"map":null}]"#,
    )
    .unwrap();
    assert_eq!(found.values_files, ["a.yaml", "b.yaml"]);
    let pairs: Vec<_> = found
        .helm_parameters
        .iter()
        .map(|(k, v)| format!("{k}={v}"))
        .collect();
    assert_eq!(pairs, ["b=2", "a=1,x"], "the order is Argo CD's");
    assert_eq!(found.values.as_deref(), Some("a: 1\n"));
    assert!(!found.skip_crds && found.skip_tests);
}

#[test]
fn what_counts_as_not_given() {
    let json = r#"[{"name":"release-name","string":""},{"name":"skip-crds","string":""}]"#;
    assert_eq!(Parameters::parse(json).unwrap(), Parameters::default());
}

#[test]
fn an_unknown_name_gets_the_near_one() {
    for (name, meant) in [
        ("releaseName", "release-name"),
        ("valueFiles", "values-files"),
        ("values-file", "values-files"),
        ("parameters", "helm-parameters"),
        ("valuesObject", "values"),
        ("skipCrds", "skip-crds"),
        ("ignoreMissingValueFiles", "ignore-missing-value-files"),
        ("fileParameters", "file-parameters"),
        ("kubeVersion", "kube-version"),
        ("helm-param", "helm-parameters"),
    ] {
        let error = error(&format!(r#"[{{"name":"{name}","string":"x"}}]"#));
        assert_eq!(
            error.way_out(),
            Some(format!("did you mean `{meant}`?")),
            "for {name}"
        );
    }
    let far = error(r#"[{"name":"image.tag","string":"x"}]"#);
    assert_eq!(far.to_string(), "the plugin has no parameter `image.tag`");
    assert!(far.way_out().unwrap().contains("helm-parameters"));
}

#[test]
fn a_wrong_shape_says_how_to_write_it() {
    let found = error(r#"[{"name":"api-versions","string":"v1"}]"#);
    assert_eq!(
        found.to_string(),
        "the parameter `api-versions` must be given as `array:`, not as `string:`"
    );
    assert_eq!(
        found.way_out().unwrap(),
        "write it as {name: api-versions, array: [one, two]}"
    );
}

#[test]
fn a_field_that_an_override_left_behind_is_ignored() {
    let found = Parameters::parse(
        r#"[{"name":"release-name","string":"from-git","map":{"image.tag":"5"}},
            {"name":"values-files","array":["a.yaml"],"string":"old"}]"#,
    )
    .unwrap();
    assert_eq!(found.release_name.as_deref(), Some("from-git"));
    assert_eq!(found.values_files, ["a.yaml"]);
    assert!(found.helm_parameters.is_empty());
}

#[test]
fn messages_never_show_a_value() {
    for json in [
        r#"[{"name":"values","string":7031}]"#,
        r#"[{"name":"values","map":{"k":"7031"}}]"#,
        r#"[{"name":"skip-crds","string":"7031"}]"#,
        r#"[{"name":"helm-parameters","map":{"k":{"x":"7031"}}}]"#,
        r#"[{"name":"values","string":"7031\u0000"}]"#,
        r#"[{"name":"values-files","array":["a\u0000"]}]"#,
        r#"[{"name":"values","string":"7031"#,
        r#"{"name":"7031"}"#,
        r#""7031""#,
        "7031",
    ] {
        let error = error(json);
        assert!(
            !format!("{error} {:?}", error.way_out()).contains("7031"),
            "for {json}"
        );
    }
}

#[test]
fn a_name_given_twice_or_unfit_to_print() {
    assert_eq!(
        error(r#"[{"name":"values","string":"a"},{"name":"values","string":"b"}]"#),
        ParameterError::Twice("values")
    );
    assert!(
        !error(r#"[{"name":"\u001b[31m"}]"#)
            .to_string()
            .contains('\u{1b}')
    );
}
