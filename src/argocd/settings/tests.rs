#![allow(clippy::unwrap_used)]
use std::path::{Path, PathBuf};

use super::*;

fn settings(variables: &[(&str, &str)]) -> Result<Settings, SettingsError> {
    Settings::from_variables(variables.iter().map(|(n, v)| (n.into(), v.into())))
}

fn one(file: &str) -> Kept {
    Kept::One {
        file: file.into(),
        id: None,
    }
}

#[test]
fn nothing_set_gives_the_documented_defaults() {
    let found = settings(&[("PIN_HELM", ""), ("SOURCE_DATE_EPOCH", "")]).unwrap();
    assert_eq!(found.seeds, one("/etc/argocd-pin-plugin/seed"));
    assert_eq!(found.scopes_file, None);
    assert_eq!(found.helm, PathBuf::from("helm"));
    assert_eq!(found.clock, 1_704_067_200);
    assert!(found.allow.is_empty() && found.warnings.is_empty());
}

#[test]
fn each_setting_is_read() {
    let found = settings(&[
        ("PIN_SEED_FILE", "/run/seed"),
        ("PIN_HELM", "/usr/bin/helm4"),
        ("PIN_ALLOW", "getHostByName, lookup,,"),
        ("SOURCE_DATE_EPOCH", "0"),
        ("ARGOCD_CMP_WORKDIR", "/work"),
        ("ARGOCD_ENV_PIN_HELM", "/tmp/evil"),
    ])
    .unwrap();
    assert_eq!(found.seeds, one("/run/seed"));
    assert_eq!(found.helm, PathBuf::from("/usr/bin/helm4"));
    assert_eq!(found.allow, ["getHostByName", "lookup"]);
    assert_eq!(found.clock, 0);
    assert_eq!(found.work_dir, PathBuf::from("/work/_cmp_server"));
}

#[test]
fn one_seed_or_several_with_a_default() {
    let id = ("PIN_SEED_ID", "seed-0123456789abcdef");
    let folder = ("PIN_SEED_DIR", "/run/seeds");
    let found = settings(&[id, folder, ("PIN_SCOPES_FILE", "/run/scopes")]).unwrap();
    assert_eq!(
        found.seeds.place(),
        ("PIN_SEED_DIR", Path::new("/run/seeds"))
    );
    assert_eq!(found.seeds.default_id(), SeedId::parse(id.1).as_ref());
    assert_eq!(found.scopes_file, Some("/run/scopes".into()));
    let found = settings(&[id]).unwrap();
    assert_eq!(
        found.seeds.place(),
        ("PIN_SEED_FILE", Path::new(DEFAULT_SEED_FILE))
    );
    assert_eq!(found.seeds.default_id(), SeedId::parse(id.1).as_ref());
    assert_eq!(settings(&[folder]), Err(SettingsError::NoDefault));
    assert_eq!(
        settings(&[id, folder, ("PIN_SEED_FILE", "/run/seed")]),
        Err(SettingsError::TwoPlaces)
    );
    assert_eq!(
        settings(&[("PIN_SEED_ID", "2026")]),
        Err(SettingsError::SeedId)
    );
    // No tenant names a place, a seed for all, or a scope.
    let tenants = ["SEED_ID", "SEED_DIR", "SCOPES_FILE"]
        .map(|name| (format!("ARGOCD_ENV_PIN_{name}"), "x".to_owned()));
    let tenants: Vec<_> = tenants.iter().map(|(n, v)| (&**n, &**v)).collect();
    let found = settings(&tenants).unwrap();
    assert_eq!(found.seeds, one(DEFAULT_SEED_FILE));
    assert_eq!(found.scopes_file, None);
}

#[test]
fn a_clock_that_is_none_is_refused() {
    for text in [
        "-1",
        "1.5",
        "now",
        "1e9",
        " 1",
        "+1",
        "253402300800",
        "99999999999999999999",
    ] {
        assert_eq!(
            settings(&[("SOURCE_DATE_EPOCH", text)]),
            Err(SettingsError::Clock),
            "for {text:?}"
        );
    }
    assert!(settings(&[("SOURCE_DATE_EPOCH", "253402300799")]).is_ok());
}

#[test]
fn the_limits_of_a_tenant_are_read() {
    let found = settings(&[
        ("PIN_VALUES_SCHEMES", "HTTPS, http,"),
        ("PIN_PARALLELISM", "3"),
        ("PIN_MEMORY", "512"),
        ("PIN_ALLOW_HYDRATOR", "true"),
        ("PIN_ALLOW_LOCAL", "true"),
        ("PIN_ALLOW_UNKNOWN_PINS", "true"),
        ("PIN_BASELINE", "true"),
        ("PIN_REGISTRY_CONFIG", "/run/config.json"),
        ("PIN_REPOSITORY_CONFIG", "/run/repositories.yaml"),
        ("PIN_STAND_IN_FOR", "a/b, c/*"),
        ("PIN_SCOPE", "default/team_web"),
    ])
    .unwrap();
    assert_eq!(found.stand_in_for, ["a/b", "c/*"]);
    let scope = found.scope.clone().unwrap();
    assert_eq!(
        (&*scope.project, &*scope.application),
        ("default", "team_web")
    );
    assert!(!found.refuses_hydrator);
    assert_eq!(
        found.credentials,
        Credentials {
            registries: Some("/run/config.json".into()),
            repositories: Some("/run/repositories.yaml".into()),
        }
    );
    assert_eq!(found.values_schemes, ["https", "http"]);
    assert_eq!(found.parallelism, Some(3));
    assert_eq!(found.memory, Memory::of_mib(512));
    assert!(found.allow_hydrator && found.allow_local && found.allow_unknown_pins);
    assert!(found.baseline);
    // Nothing that a tenant names is one of them.
    let found = settings(&[
        ("ARGOCD_ENV_PIN_PARALLELISM", "0"),
        ("ARGOCD_ENV_PIN_ALLOW_LOCAL", "true"),
        ("PARAM_PIN_ALLOW_HYDRATOR", "true"),
        ("PARAM_PIN_VALUES_SCHEMES", "http"),
    ])
    .unwrap();
    assert_eq!((found.parallelism, found.values_schemes.len()), (None, 0));
    assert!(!found.allow_hydrator && !found.allow_local);
}

#[test]
fn settings_that_mean_nothing_are_refused() {
    for (name, value) in [
        ("PIN_VALUES_SCHEMES", "file"),
        ("PIN_VALUES_SCHEMES", "https,secrets"),
        ("PIN_PARALLELISM", "many"),
        ("PIN_PARALLELISM", "-1"),
        ("PIN_PARALLELISM", "1025"),
        ("PIN_MEMORY", "127"),
        ("PIN_MEMORY", "1G"),
        ("PIN_MEMORY", "1048577"),
        ("PIN_ALLOW_HYDRATOR", "yes"),
        ("PIN_ALLOW_LOCAL", "1"),
        ("PIN_SCOPE", "web"),
        ("PIN_SCOPE", "/web"),
        ("PIN_SCOPE", "a/b/c"),
        ("PIN_ALLOW_UNKNOWN_PINS", "0"),
        ("PIN_BASELINE", "file"),
    ] {
        let error = settings(&[(name, value)]).unwrap_err();
        assert!(error.to_string().contains(name), "{error}");
    }
}

#[test]
fn a_misspelt_setting_is_warned_of_and_a_service_named_pin_is_not() {
    let found = settings(&[
        ("PIN_SEEDFILE", "/run/seed"),
        ("PIN_SERVICE_HOST", "10.0.0.1"),
        ("PIN_PORT_443_TCP", "tcp://10.0.0.1:443"),
    ])
    .unwrap();
    assert_eq!(
        found.warnings,
        ["PIN_SEEDFILE is no setting; did you mean PIN_SEED_FILE?"]
    );
}
