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
        assert!(log.calls.iter().all(|call| call.path.includes.len() >= 1));
    }
}
