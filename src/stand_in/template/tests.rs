#![allow(clippy::panic)]
use super::*;

fn read(arguments: &[&str]) -> Reading {
    let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
    Call::read(&arguments)
}

fn call(arguments: &[&str]) -> Call {
    match read(arguments) {
        Reading::Call(call) => call,
        Reading::Help => panic!("{arguments:?} asks for help"),
        Reading::Unclear(why) => panic!("{arguments:?}: {why}"),
    }
}

#[test]
fn flags_and_words_come_in_any_order_and_form() {
    let expected = call(&[
        "web",
        "./chart",
        "--namespace",
        "x",
        "--values",
        "a,b",
        "--set",
        "a=b",
        "--validate",
    ]);
    assert_eq!(
        (expected.name.as_str(), &*expected.chart),
        ("web", OsStr::new("./chart"))
    );
    for arguments in [
        &[
            "web",
            "./chart",
            "-n",
            "x",
            "-f",
            "a,b",
            "--set=a=b",
            "--validate",
        ][..],
        &[
            "-n=x",
            "-fa,b",
            "--set",
            "a=b",
            "--validate",
            "--",
            "web",
            "./chart",
        ],
        &["-nx", "web", "-f=a,b", "./chart", "--set=a=b", "--validate"],
    ] {
        assert_eq!(call(arguments), expected, "{arguments:?}");
    }
}

#[test]
fn the_release_is_named_as_helm_names_it() {
    for (arguments, name) in [
        (&["c"][..], "release-name"),
        (&["-g", "c"], "release-name"),
        (&["c", "--name-template", "x"], "x"),
        (&["c", "--name-template="], "release-name"),
        (&["a", "c", "-g=false"], "a"),
        (&["--", "-a", "c"], "-a"),
    ] {
        assert_eq!(call(arguments).name, name, "{arguments:?}");
    }
}

#[test]
fn switches_and_values_count_as_they_stand_last() {
    let found = call(&[
        "c",
        "--skip-tests",
        "--skip-tests=false",
        "-n",
        "a",
        "-n",
        "b",
        "--is-upgrade=T",
    ]);
    assert!(!found.is_on("skip-tests") && found.is_on("is-upgrade"));
    assert_eq!(found.text("namespace"), Some(OsStr::new("b")));
    let bare = call(&["c", "--dry-run", "--wait", "--dry-run=server"]);
    assert_eq!(
        bare.used_for(&[Use::Each]),
        ["--dry-run", "--wait", "--dry-run=server"]
    );
    // A shorthand with nothing behind its `=` has the sign as its value.
    assert_eq!(call(&["c", "-n="]).text("namespace"), Some(OsStr::new("=")));
}

#[test]
fn the_call_is_written_anew() {
    let call = call(&["-s", "x", "c", "--output-dir", "o", "-gh=false"]);
    let given = call
        .given
        .iter()
        .filter(|given| given.flag.name != "output-dir");
    let words = call.arguments(given.cloned());
    assert_eq!(
        words,
        [
            "template",
            "--show-only=x",
            "--generate-name",
            "--help=false",
            "--",
            "c"
        ]
        .map(OsString::from)
    );
}

#[test]
fn texts_are_the_values_that_are_set() {
    let call = call(&[
        "c",
        "--set",
        "a={{ now }},b=2",
        "--set-string=c=3",
        "--set",
        "broken",
    ]);
    assert_eq!(call.texts(), ["{{ now }}", "2", "3"]);
}

#[test]
fn what_helm_refuses_is_unclear() {
    for arguments in [
        &[][..],
        &["a", "b", "c"],
        &["a", "b", "--name-template", "x"],
        &["a", "b", "-g"],
        &["", "c"],
        &["c", "--name-template", "{{ randAlpha 3 }}"],
        &["c", "--no-such"],
        &["c", "---"],
        &["c", "--=x"],
        &["c", "-x"],
        &["c", "-f"],
        &["c", "--validate=maybe"],
    ] {
        assert!(
            matches!(read(arguments), Reading::Unclear(_)),
            "{arguments:?}"
        );
    }
    assert!(matches!(read(&["c", "-h"]), Reading::Help));
    assert!(matches!(read(&["--help"]), Reading::Help));
}
