//! What a render of an instrumented chart costs, as far as its log shows it.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, HashSet};

use super::{Instrumented, Part};
use crate::binaries;
use crate::chart::fuzz::options;
use crate::chart::{ChartTree, Limits};
use crate::helm::{Helm, HelmError, HelmRequest};
use crate::log::{self, Log};
use crate::workdir::WorkDir;

/// The most by which a log may grow where the chart does twice as much.
const MOST: f64 = 2.3;

fn instrumented(templates: &[(&str, &str)]) -> Instrumented<'static> {
    let chart = [("Chart.yaml", "apiVersion: v2\nname: app\nversion: 1.0.0\n")];
    let files = chart.iter().chain(templates);
    let files = files.map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()));
    let tree = ChartTree::of(files.collect(), &Limits::default()).unwrap();
    Instrumented::new(tree, Vec::new(), false, options()).unwrap()
}

/// What each helm prints for the chart, with these files in the copy too.
fn rendered(chart: &Instrumented<'_>, strays: &[(&str, &str)]) -> Vec<Result<Vec<u8>, HelmError>> {
    let copy = chart.part(Part::Whole);
    let outputs = binaries::helms().into_iter().map(|binary| {
        let work = WorkDir::create().unwrap();
        let mut begun = copy.begin(&work, "chart").unwrap();
        for (path, text) in strays {
            begun.add(path, text.as_bytes()).unwrap();
        }
        let path = chart.finish(&copy, begun, &BTreeMap::new()).unwrap();
        let request = HelmRequest {
            release_name: "rel".to_owned(),
            ..HelmRequest::default()
        };
        Helm::new(binary, &work).unwrap().template(&request, &path)
    });
    outputs.collect()
}

/// The length of each helm's log, and the log.
fn logs(chart: &Instrumented<'_>, strays: &[(&str, &str)]) -> Vec<(usize, Log)> {
    let logs = rendered(chart, strays).into_iter().map(|output| {
        let output = String::from_utf8(output.unwrap()).unwrap();
        let (_, payloads) = log::split(&output, &chart.mark());
        let log = log::read(&payloads, &|id| chart.body_name(id)).unwrap();
        (payloads.iter().map(String::len).sum(), log)
    });
    logs.collect()
}

/// Includes in includes, with calls on each level.
#[test]
fn a_call_costs_no_more_in_the_depth() {
    let logged = |levels: usize| {
        let file = format!("a: {{{{ include \"r\" {levels} | sha256sum }}}}\n");
        let recursion = "{{ define \"r\" }}{{ range until 4 }}{{ $_ := randAlpha 9 }}{{ end }}\
                         {{ if gt . 1 }}{{ include \"r\" (sub . 1 | int) }}{{ end }}{{ end }}";
        let chart = instrumented(&[("templates/a.yaml", &file), ("templates/_r.tpl", recursion)]);
        logs(&chart, &[])
    };
    for ((one, log), (two, _)) in logged(100).into_iter().zip(logged(200)) {
        assert!((two as f64) < MOST * one as f64, "{one} became {two}");
        let keys: HashSet<&str> = log.calls.iter().map(|call| &*call.key).collect();
        let paths: HashSet<_> = log.calls.iter().map(|call| &call.path).collect();
        assert_eq!((keys.len(), paths.len()), (400, 100));
        assert!(log.calls.iter().all(|call| !call.path.includes.is_empty()));
    }
}

const HELPER: (&str, &str) = (
    "templates/_h.tpl",
    "{{ define \"h\" }}{{ . }}{{ $_ := randAlpha 9 }}{{ end }}",
);

/// A text that is handed on is one more carrier each time: long ones, and many short ones.
#[test]
fn carriers_cost_no_more_than_a_bound() {
    for (times, length) in [(1_000, 12_000), (5_000, 900)] {
        let file = format!(
            "a: {{{{ range until {times} }}}}{{{{ $_ := include \"h\" (printf \"%d%s\" . (repeat {length} \"x\")) }}}}{{{{ end }}}}\n"
        );
        let chart = instrumented(&[("templates/a.yaml", &file), HELPER]);
        for (_, log) in logs(&chart, &[]) {
            assert_eq!(log.calls.len(), times);
            let texts: HashSet<&str> = log.carriers.iter().map(|it| it.text.as_str()).collect();
            let carried: usize = texts.iter().map(|text| text.len()).sum();
            assert!((2 << 20..=3 << 20).contains(&carried), "{carried}");
        }
    }
}

/// What many carriers have is logged once.
#[test]
fn a_text_of_many_carriers_is_logged_once() {
    let file = "a: {{ range until 1200 }}{{ $_ := include \"h\" (repeat 12000 \"x\") }}{{ end }}\n";
    let chart = instrumented(&[("templates/a.yaml", file), HELPER]);
    for (length, log) in logs(&chart, &[]) {
        assert!(log.carriers.len() >= 1200);
        assert!(length < 600_000, "{length}");
    }
}

/// Here a throw of a coin says whether a text may hold a call: those that are asked of each time do so sooner or later.
#[test]
fn a_text_for_tpl_is_judged_once() {
    let file = "a: {{ randAlpha 9 }}\n\
                b: {{ range $it := until 64 }}{{ range until 20 }}{{ tpl (printf \"{{ %d }}\" $it) $ }}{{ end }}{{ end }}\n\
                c: {{ tpl \"{{ randAlpha 9 }}\" . }}\n";
    let chart = instrumented(&[("templates/a.yaml", file)]);
    let judged = chart.options.names.define("judged");
    let coin =
        format!("{{{{ define {judged} }}}}{{{{ if randInt 0 2 }}}}1{{{{ end }}}}{{{{ end }}}}");
    // Of two defines of one name helm takes that of the file whose name comes first.
    for (_, log) in logs(
        &chart,
        &[("templates/0.tpl", &coin), ("templates/zz.tpl", &coin)],
    ) {
        let acting = log.unknown_texts.len();
        assert!((1..64).contains(&acting), "{acting}");
    }
}
