//! Work grows no faster than its input: twice the input allocates about twice as often, and about twice as much. Time would
//! say the same on a machine that does nothing else.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;

use crate::adopt::Shape;
use crate::certificate::PrivateKey;
use crate::chart::generator::Generator;
use crate::chart::instrument::{Instrumented, Part, TplText};
use crate::chart::site::Site;
use crate::chart::template::Template;
use crate::chart::{self, ChartTree, Limits};
use crate::config;
use crate::derive::Key;
use crate::log::{self, Log};
use crate::manifest::objects;
use crate::name::{Named, Naming, Scene};
use crate::table::{Clock, Maker};
use crate::workdir::WorkDir;

/// The most by which the work may grow where the input is doubled: tables grow by leaps.
const MOST: f64 = 2.3;

/// What is made for `size` and for twice of it is worked on twice as much at most.
#[track_caller]
fn is_linear<T>(size: usize, make: impl Fn(usize) -> T, work: impl Fn(&T)) {
    let measure = |size| {
        let made = make(size);
        // Once before, for what is made once and kept.
        work(&made);
        let info = allocation_counter::measure(|| work(&made));
        [info.count_total, info.bytes_total].map(|it| it as f64)
    };
    let (one, two) = (measure(size), measure(2 * size));
    for (one, two) in one.iter().zip(two) {
        assert!(two < MOST * one, "{one} became {two}");
    }
}

fn tree(template: String) -> ChartTree {
    let files = vec![
        ("Chart.yaml".to_owned(), b"name: a\n".to_vec()),
        ("templates/a.yaml".to_owned(), template.into_bytes()),
    ];
    ChartTree::of(files, &Limits::default()).unwrap()
}

fn instrumented(tree: &ChartTree, values: Vec<TplText>) -> Instrumented<'static> {
    Instrumented::new(tree.clone(), values, false, chart::fuzz::options()).unwrap()
}

/// All of a chart is instrumented, for both renders.
fn is_copied(tree: &ChartTree) {
    let chart = instrumented(tree, Vec::new());
    chart.part(Part::Survey);
    chart.part(Part::Whole);
}

fn call_sites(count: usize) -> String {
    let call = |it: usize| format!("k{it}: {{{{ randAlphaNum 16 | b64enc }}}}\n");
    (0..count).map(call).collect()
}

#[test]
fn call_sites_are_instrumented() {
    is_linear(500, |size| tree(call_sites(size)), is_copied);
}

#[test]
fn blocks_in_blocks_are_read() {
    is_linear(
        2_000,
        |size| "{{if a}}".repeat(size) + &"{{end}}".repeat(size),
        |text| assert!(Template::read(text.clone()).is_ok()),
    );
    is_linear(
        2_000,
        |size| format!("{{{{ {}a{} }}}}", "(".repeat(size), ")".repeat(size)),
        |text| assert!(Template::read(text.clone()).is_ok()),
    );
}

/// Each define includes the next one, and the last one generates.
#[test]
fn a_chain_of_defines_is_followed() {
    let chain = |size| {
        let mut text = "{{ include \"d0\" . }}".to_owned();
        for it in 0..size {
            let next = it + 1;
            let _ = write!(
                text,
                "{{{{define \"d{it}\"}}}}{{{{include \"d{next}\" .}}}}{{{{end}}}}"
            );
        }
        text + &format!("{{{{define \"d{size}\"}}}}{{{{uuidv4}}}}{{{{end}}}}")
    };
    is_linear(
        300,
        |size| tree(chain(size)),
        |tree| {
            instrumented(tree, Vec::new()).part(Part::Whole);
        },
    );
}

/// Each define includes another one by a name that is computed, in a loop.
#[test]
fn computed_names_are_followed() {
    let defines = |size: usize| {
        let define = |it: usize| {
            let next = (it + 1) % size;
            format!(
                "{{{{define \"x{it}\"}}}}{{{{uuidv4}}}}{{{{include (printf \"%s{next}\" \"x\") .}}}}{{{{end}}}}"
            )
        };
        "{{ include \"x0\" . }}".to_owned() + &(0..size).map(define).collect::<String>()
    };
    is_linear(300, |size| tree(defines(size)), is_copied);
}

/// Texts that `tpl` may be given.
#[test]
fn texts_of_values_are_scanned() {
    let values = |size: usize| {
        let line = |it: usize| format!("k{it}: '{{{{ randAlpha {it} }}}}'\n");
        (0..size).map(line).collect::<String>()
    };
    let tree = tree("{{ tpl .Values.k1 . }}".to_owned());
    is_linear(300, values, |text| {
        let values = TplText {
            label: "values.yaml".to_owned(),
            text: text.clone(),
            is_values: true,
        };
        instrumented(&tree, vec![values]).part(Part::Whole);
    });
}

#[test]
fn the_table_is_written() {
    let table = |size: usize| {
        let entry = |it: usize| {
            (
                format!("a/templates/a.yaml\ns{it}.1"),
                format!("value-{it}"),
            )
        };
        (0..size).map(entry).collect::<BTreeMap<_, _>>()
    };
    let chart = instrumented(&tree(call_sites(1)), Vec::new());
    let copy = chart.part(Part::Whole);
    is_linear(2_000, table, |table| {
        let work = WorkDir::create().unwrap();
        let begun = copy.begin(&work, "chart").unwrap();
        chart.finish(&copy, begun, table).unwrap();
    });
}

/// Helm's output of a chart with so many calls, each in a Secret of its own, and its log.
fn output(calls: usize) -> String {
    let (mut text, mut entries) = (String::new(), BTreeMap::new());
    let (mut carriers, mut carried) = (BTreeMap::new(), BTreeMap::new());
    for it in 0..calls {
        let value = format!("v{:015}", it * 7919);
        let _ = write!(
            text,
            "---\n# Source: a/templates/a.yaml\napiVersion: v1\nkind: Secret\nmetadata:\n  name: s{it}\nstringData:\n  k: {value}\n"
        );
        carriers.insert(it.to_string(), json!([it.to_string(), it, it + 1, "", ""]));
        carried.insert(BASE64_STANDARD.encode(&value), it.to_string());
        let key = format!("a/templates/a.yaml\ns0.{}", it + 1);
        entries.insert((it + 1).to_string(), json!([key, value, 16]));
    }
    let log = json!({"g": entries, "c": carriers, "s": carried, "w": {}, "x": []}).to_string();
    let log = BASE64_STANDARD.encode(log);
    text + &format!("---\n# Source: a/templates/a.yaml\n#run {log}\n")
}

fn read(output: &str) -> (String, Log) {
    let (text, payloads) = log::split(output, "#run ");
    let log = log::read(&payloads, &|_| None).unwrap();
    (text, log)
}

fn sites() -> Vec<Site> {
    vec![Site {
        generator: Generator::AlphaNum,
        chart: "a".to_owned(),
        template: "templates/a.yaml".to_owned(),
        ordinal: 0,
        file: "templates/a.yaml".to_owned(),
        line: 1,
    }]
}

fn names((text, log): &(String, Log)) -> Vec<Named> {
    let scene = Scene {
        log,
        sites: &sites(),
        output: text,
        release_namespace: "ns",
        doubles: &HashSet::new(),
    };
    Naming::new(scene).names(&|_| false)
}

#[test]
fn a_log_is_taken_out_and_read() {
    is_linear(500, output, |output| {
        assert!(!read(output).1.calls.is_empty());
    });
}

#[test]
fn documents_are_read() {
    is_linear(500, output, |output| {
        assert!(objects(output).count() > 500);
    });
}

/// A list at the bottom of many others: what leads to its items is the same for all of them.
#[test]
fn deep_documents_are_read() {
    let nested = |size: usize| {
        let (open, close) = ("[".repeat(size), "]".repeat(size));
        format!("kind: A\na: {open}{}{close}\n", "a,".repeat(20 * size))
    };
    is_linear(100, nested, |text| {
        assert_eq!(objects(text).count(), 1);
    });
}

#[test]
fn pem_blocks_without_an_end_are_read() {
    let begun = |size: usize| "-----BEGIN A-----\n".repeat(size);
    is_linear(500, begun, |text| {
        assert!(PrivateKey::from_pem(text).is_err());
    });
}

#[test]
fn calls_are_named() {
    is_linear(
        500,
        |size| read(&output(size)),
        |read| assert_eq!(names(read).len(), read.1.calls.len()),
    );
}

#[test]
fn values_are_made() {
    let made = |size| {
        let read = read(&output(size));
        let names = names(&read);
        (read.1, names)
    };
    is_linear(500, made, |(log, names)| {
        let clock = Clock { pinned: 1, now: 2 };
        let mut maker = Maker::new(&Key::from_bytes([7; 32]), clock);
        let wanted = maker.wanted(log, &sites(), names, &[]);
        assert!(wanted.is_ok_and(|all| all.iter().all(Result::is_ok)));
    });
}

#[test]
fn a_live_value_is_looked_for() {
    let text = |size: usize, what: &str| {
        let line = |it: usize| format!("user{it}:{what}-value-{it}\n");
        (0..size).map(line).collect::<String>()
    };
    // In a text that is the same but for the values, and in one of which only lines are.
    let made = |size| (size, text(size, "our"), text(size, "live"));
    is_linear(500, made, |(size, ours, live)| {
        let values: Vec<String> = (0..*size).map(|it| format!("our-value-{it}")).collect();
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let shape = Shape::new(ours, &values);
        let last = size - 1;
        for live in [live.clone(), format!("more\n{live}")] {
            let found = shape.extract(&live, values[last]);
            assert_eq!(
                found.map(|it| it.to_string()),
                Some(format!("live-value-{last}"))
            );
        }
    });
}

#[test]
fn archives_are_written_and_read() {
    let files = |size: usize| {
        let file = |it: usize| (format!("templates/{it}.yaml"), vec![b'x'; 100]);
        (0..size).map(file).collect::<Vec<_>>()
    };
    is_linear(500, files, |files| {
        let packed = chart::fuzz::pack(files).unwrap();
        assert_eq!(chart::fuzz::unpack(&packed).unwrap().len(), files.len());
    });
}

/// YAML in YAML, as deep as it is read.
#[test]
fn nested_configuration_is_read() {
    let nested = |size: usize| format!("a: {}{}\n", "[".repeat(size), "]".repeat(size));
    is_linear(50, nested, |text| {
        assert!(config::check_values(text).is_ok());
    });
    let documents = |size: usize| "---\na: b\n".repeat(size);
    is_linear(500, documents, |text| {
        assert!(config::documents(text).is_some_and(|all| all.len() >= 500));
    });
}
