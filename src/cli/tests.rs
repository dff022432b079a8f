#![allow(clippy::unwrap_used, clippy::panic)]
use super::*;
use clap::CommandFactory;

#[test]
fn the_definition_is_sound() {
    Cli::command().debug_assert();
}

#[test]
fn repeated_and_joined_settings_stay_in_order() {
    let cli = Cli::try_parse_from([
        "argocd-pin-plugin",
        "generate",
        "chart",
        "-f",
        "a.yaml",
        "--values",
        "b.yaml",
        "--set",
        "a=1,b=2",
        "--set",
        "a=3",
        "--api-versions",
        "v1,apps/v1",
    ])
    .unwrap();
    let Command::Generate(args) = cli.command else {
        panic!("another command")
    };
    assert_eq!(
        args.values,
        [PathBuf::from("a.yaml"), PathBuf::from("b.yaml")]
    );
    let set: Vec<String> = args
        .set
        .concat()
        .iter()
        .map(|(n, v)| format!("{n}={v}"))
        .collect();
    assert_eq!(set, ["a=1", "b=2", "a=3"]);
    assert_eq!(args.api_versions, ["v1", "apps/v1"]);
}
