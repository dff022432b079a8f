//! Which values of a chart the templates on a call's way read: one of them may be meant for what the call yields.
//!
//! It is more than that: whoever asks tries each of them.

use std::collections::BTreeSet;

use super::Instrumented;
use super::sources::Source;
use crate::chart::literal;
use crate::chart::template::Template;
use crate::chart::token::{Kind, Token};
use crate::config::{self, Value};

/// What the templates have besides values.
const BUILT_IN: [&str; 5] = [".Release", ".Chart", ".Files", ".Capabilities", ".Template"];

/// The keys that lead to a value, from the root chart's values on.
pub(crate) type ValuePath = Vec<String>;

/// What bodies say of values.
#[derive(Default)]
struct Reads {
    /// What they name as a whole: `.Values.auth.password`, `"auth.password"`.
    paths: BTreeSet<ValuePath>,
    /// All keys that they name: `auth` and `password` of `$auth.password` or of `index .Values "auth" "password"`.
    keys: BTreeSet<String>,
}

impl Instrumented<'_> {
    /// The values that the bodies on a way may read as texts: `root` is the file's name as helm has it, and the defines
    /// follow in turn.
    ///
    /// They are those that the bodies name, and those of the chart's `values.yaml` all of whose keys they name; each is a text
    /// or nothing there.
    pub(crate) fn values_read(&self, root: &str, defines: &[&str]) -> BTreeSet<ValuePath> {
        let is_root = |source: &&Source| source.helm_names.iter().any(|name| name == root);
        let Some(file) = self.sources.iter().find(is_root) else {
            return BTreeSet::new();
        };
        let mut reads = Reads::default();
        for source in &self.sources {
            let Ok(template) = &source.template else {
                continue;
            };
            let path = format!("{}:{}", source.chart, source.path);
            let is_on_way = is_root(&source) || defines.contains(&path.as_str());
            for (action, _) in template.actions() {
                let name = template.body(action.body).map(|body| body.name.as_deref());
                let counts = match name {
                    Some(Some(define)) => defines.contains(&define),
                    Some(None) => is_on_way,
                    None => false,
                };
                if counts {
                    reads.take(template, template.inside(action));
                }
            }
        }
        let known = self.own_values(file);
        let mut paths = reads.paths;
        paths.retain(|path| is_open(&known, path));
        texts(&known, &mut Vec::new(), &mut |path| {
            if path.iter().all(|key| reads.keys.contains(key)) {
                paths.insert(path.to_vec());
            }
        });
        let chart = root
            .split_once("/templates/")
            .map_or("", |(chart, _)| chart);
        let above: Vec<&str> = chart.split("/charts/").skip(1).collect();
        let from_root = paths.into_iter().map(|path| match path.first() {
            Some(first) if first == "global" => path,
            _ => above
                .iter()
                .map(|it| (*it).to_owned())
                .chain(path)
                .collect(),
        });
        from_root.collect()
    }

    /// The `values.yaml` of the chart that a file belongs to.
    fn own_values(&self, file: &Source) -> Value {
        let charts = self.tree.charts();
        let mut files = charts.iter().flat_map(|chart| {
            let files = chart.files.iter();
            files.map(|it| (chart.path_from_root(it), it))
        });
        let folder = file.file.strip_suffix(&file.path).unwrap_or_default();
        let path = format!("{folder}values.yaml");
        let values = files.find(|(of, _)| *of == path);
        let values = values.and_then(|(_, file)| config::read(file.bytes()));
        values.unwrap_or(Value::Null)
    }
}

impl Reads {
    /// Takes up what an action names.
    fn take(&mut self, template: &Template, tokens: &[Token]) {
        for chain in tokens.chunk_by(|one, next| one.end == next.start && next.kind == Kind::Field)
        {
            let fields: Vec<&str> = chain
                .iter()
                .filter(|token| token.kind == Kind::Field)
                .map(|token| template.word(token))
                .collect();
            self.take_fields(&fields);
            for token in chain {
                if let Some(text) = literal::value(&template.text, token) {
                    self.take_literal(&text);
                }
            }
        }
    }

    /// `.Values`, `.auth`, `.password`
    fn take_fields(&mut self, fields: &[&str]) {
        if fields.first().is_some_and(|first| BUILT_IN.contains(first)) {
            return;
        }
        let plain = |field: &&str| field.trim_start_matches('.').to_owned();
        self.keys.extend(fields.iter().map(plain));
        let mut behind = fields.split(|field| *field == ".Values");
        if let (Some(_), Some(path)) = (behind.next(), behind.next())
            && !path.is_empty()
        {
            self.paths.insert(path.iter().map(plain).collect());
        }
    }

    /// A text that may be a path of keys, or a key.
    fn take_literal(&mut self, text: &str) {
        let is_key = |key: &str| {
            !key.is_empty()
                && key
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b))
        };
        let keys: Vec<String> = text.split('.').map(str::to_owned).collect();
        if !keys.iter().all(|key| is_key(key)) {
            return;
        }
        self.keys.extend(keys.iter().cloned());
        if keys.len() > 1 {
            self.paths.insert(keys);
        }
    }
}

/// Whether a text can stand at this path: one stands there, or nothing.
fn is_open(values: &Value, path: &[String]) -> bool {
    match (values, path) {
        (Value::Null, _) | (Value::String(_), []) => true,
        (Value::Mapping(map), [first, rest @ ..]) => {
            map.get(first).is_none_or(|value| is_open(value, rest))
        }
        _ => false,
    }
}

/// The paths of all texts and nulls.
fn texts(values: &Value, above: &mut ValuePath, visit: &mut dyn FnMut(&[String])) {
    match values {
        Value::Null | Value::String(_) => visit(above),
        Value::Mapping(map) => {
            for (key, value) in map {
                if let Value::String(key) = key {
                    above.push(key.clone());
                    texts(value, above, visit);
                    above.pop();
                }
            }
        }
        _ => {}
    }
}
