//! From where a template can be reached: by being rendered itself, or through `include`,
//! `template`, `block` and `tpl`, perhaps from inside a loop.
//!
//! Names that are computed count as all names, so the answer errs to "can be reached". What `tpl`
//! leads to is what the texts include that it may be given.

use std::collections::{HashMap, HashSet};

use super::calls::{Call, Form};
use super::instrument::{Parsed, TemplateSource};
use super::lexer::{Keyword, Kind, Token};
use super::literal;
use super::outline::Action;

/// How a body can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reach {
    /// Helm renders it, or something that leads to it.
    pub rendered: bool,
    /// A loop, or a text for `tpl`, stands on one of the ways to it.
    pub from_loop: bool,
}

/// A body: the index of its source, and its index in there.
type Node = (usize, usize);

/// What an action leads to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Target {
    /// The bodies of this name.
    Named(String),
    /// The files' own bodies: `include (print $.Template.BasePath "/x.yaml") .`
    Files,
    /// Everything.
    Any,
}

/// For each source, the reach of each of its bodies (of none where the source is no template).
/// `texts` is what the texts for `tpl` lead to, and whether from a loop in there.
pub(super) fn reach(
    sources: &[(&TemplateSource, Option<&Parsed>)],
    texts: &HashSet<(Target, bool)>,
) -> Vec<Vec<Reach>> {
    let graph = Graph::new(sources, texts);
    let mut result: Vec<Vec<Reach>> = sources
        .iter()
        .map(|(_, parsed)| vec![Reach::default(); parsed.map_or(0, |p| p.outline.bodies.len())])
        .collect();
    let mut open: Vec<(Node, bool)> = graph
        .files
        .iter()
        .filter(|(source, _)| sources.get(*source).is_some_and(|(s, _)| !s.is_partial()))
        .map(|node| (*node, false))
        .collect();
    let mut seen: HashSet<(Node, bool)> = open.iter().copied().collect();
    while let Some((node, from_loop)) = open.pop() {
        if let Some(reach) = result
            .get_mut(node.0)
            .and_then(|bodies| bodies.get_mut(node.1))
        {
            reach.rendered = true;
            reach.from_loop |= from_loop;
        }
        for (target, in_loop) in graph.edges.get(&node).into_iter().flatten() {
            for next in graph.nodes(target) {
                let state = (*next, from_loop || *in_loop);
                if seen.insert(state) {
                    open.push(state);
                }
            }
        }
    }
    result
}

#[derive(Default)]
struct Graph {
    named: HashMap<String, Vec<Node>>,
    files: Vec<Node>,
    all: Vec<Node>,
    edges: HashMap<Node, HashSet<(Target, bool)>>,
}

impl Graph {
    fn new(
        sources: &[(&TemplateSource, Option<&Parsed>)],
        texts: &HashSet<(Target, bool)>,
    ) -> Graph {
        let mut graph = Graph::default();
        for (index, (source, parsed)) in sources.iter().enumerate() {
            let Some(parsed) = parsed else { continue };
            for (body, known) in parsed.outline.bodies.iter().enumerate() {
                graph.all.push((index, body));
                match &known.name {
                    Some(name) => graph
                        .named
                        .entry(name.clone())
                        .or_default()
                        .push((index, body)),
                    None => graph.files.push((index, body)),
                }
            }
            for (action, calls) in parsed.outline.actions.iter().zip(&parsed.calls) {
                let direct = targets(&source.text, &parsed.tokens, action, calls)
                    .into_iter()
                    .map(|target| (target, action.in_range));
                let calls_tpl = calls
                    .iter()
                    .any(|call| source.text.get(call.name.clone()) == Some("tpl"));
                let through_tpl = texts
                    .iter()
                    .filter(|_| calls_tpl)
                    .map(|(target, in_loop)| (target.clone(), *in_loop || action.in_range));
                let edges = graph.edges.entry((index, action.body)).or_default();
                edges.extend(direct.chain(through_tpl));
            }
        }
        graph
    }

    fn nodes(&self, target: &Target) -> &[Node] {
        match target {
            // A name that no define has can be a file's.
            Target::Named(name) => self.named.get(name).unwrap_or(&self.files),
            Target::Files => &self.files,
            Target::Any => &self.all,
        }
    }
}

/// What an action leads to, but for `tpl`.
pub(super) fn targets(
    text: &str,
    tokens: &[Token],
    action: &Action,
    calls: &[Call],
) -> Vec<Target> {
    let mut found = Vec::new();
    let inside = tokens
        .get(action.left + 1..action.right)
        .unwrap_or_default();
    let mut words = inside.iter().filter(|token| token.kind != Kind::Space);
    if let Some(Kind::Keyword(Keyword::Template | Keyword::Block)) = words.next().map(|t| t.kind) {
        let name = words.next().and_then(|token| literal::value(text, token));
        found.push(named(name));
    }
    let includes = calls
        .iter()
        .filter(|call| text.get(call.name.clone()) == Some("include"));
    found.extend(includes.map(|call| included(text, tokens, call)));
    found
}

/// A name that is known; one with a `%` is the format of others.
fn named(name: Option<String>) -> Target {
    match name {
        Some(name) if !name.contains('%') => Target::Named(name),
        _ => Target::Any,
    }
}

/// What an `include` names.
fn included(text: &str, tokens: &[Token], call: &Call) -> Target {
    let Form::Command { operands, .. } = &call.form else {
        return Target::Any;
    };
    let Some(name) = operands
        .first()
        .and_then(|operand| tokens.get(operand.clone()))
    else {
        return Target::Any;
    };
    if let [name] = name {
        return named(literal::value(text, name));
    }
    let is_path = name
        .iter()
        .any(|token| text.get(token.span()) == Some(".BasePath"));
    if is_path { Target::Files } else { Target::Any }
}

#[cfg(test)]
mod tests {
    use crate::chart::instrument::{Options, TemplateSource, TplText, instrument_sources};

    /// The reach of the sites of a chart, as `template rendered from_loop`.
    fn reaches(files: &[(&str, &str)], texts: &[&str]) -> Vec<String> {
        let source = |(path, text): &(&str, &str)| TemplateSource {
            chart: "app".to_owned(),
            file: (*path).to_owned(),
            path: (*path).to_owned(),
            text: (*text).to_owned(),
            is_shared: false,
        };
        let text = |text: &&str| TplText {
            label: "values.yaml".to_owned(),
            text: (*text).to_owned(),
        };
        let sources: Vec<_> = files.iter().map(source).collect();
        let texts: Vec<_> = texts.iter().map(text).collect();
        let options = Options {
            define_name: "0123456789abcdef",
            clocks: crate::chart::defines::Clocks { pinned: 0, now: 0 },
            site_key: &|_| "0".repeat(32),
            allow: &[],
        };
        let sites = instrument_sources(&sources, &texts, &options).sites;
        let show = |site: &crate::chart::site::Site| {
            let reachable = if site.reachable { "rendered" } else { "unused" };
            let looped = if site.reached_from_loop { " loop" } else { "" };
            format!("{} {reachable}{looped}", site.template)
        };
        sites.iter().map(show).collect()
    }

    const HELPERS: (&str, &str) = (
        "templates/_h.tpl",
        "{{ define \"a\" }}{{ uuidv4 }}{{ include \"b\" . }}{{ end }}\
         {{ define \"b\" }}{{ uuidv4 }}{{ end }}{{ uuidv4 }}",
    );

    #[test]
    fn includes_are_followed() {
        let found = |text: &str| reaches(&[HELPERS, ("templates/x.yaml", text)], &[]);
        let of = |a: &str, b: &str| {
            let file = "templates/_h.tpl";
            vec![format!("a {a}"), format!("b {b}"), format!("{file} unused")]
        };
        assert_eq!(found("x"), of("unused", "unused"));
        assert_eq!(found("{{ include `b` . }}"), of("unused", "rendered"));
        assert_eq!(found("{{ template `a` }}"), of("rendered", "rendered"));
        assert_eq!(
            found("{{ range .x }}{{ . | include `a` | quote }}{{ end }}"),
            of("rendered loop", "rendered loop")
        );
        assert_eq!(
            found("{{ range .x }}{{ include `b` . }}{{ end }}{{ include `a` . }}"),
            of("rendered", "rendered loop")
        );
    }

    #[test]
    fn computed_names_are_all_names() {
        let file = |text: &'static str| ("templates/x.yaml", text);
        for text in [
            "{{ include .x . }}",
            "{{ tpl (printf `{{ include \"%s\" . }}` .x) . }}",
        ] {
            let found = reaches(&[HELPERS, file(text)], &[]);
            assert_eq!(
                found,
                ["a rendered", "b rendered", "templates/_h.tpl rendered"],
                "{text}"
            );
        }
        // A path in the chart leads to files, not to defines.
        let text =
            file("{{ range .x }}{{ include (print $.Template.BasePath \"/y.yaml\") $ }}{{ end }}");
        let found = reaches(&[HELPERS, text, ("templates/y.yaml", "{{ uuidv4 }}")], &[]);
        let expected = [
            "a unused",
            "b unused",
            "templates/_h.tpl rendered loop",
            "templates/y.yaml rendered loop",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn tpl_leads_to_what_its_texts_include() {
        let tpl = ("templates/x.yaml", "{{ tpl .Values.x . }}");
        assert_eq!(
            reaches(&[HELPERS, tpl], &["x: y"])[..2],
            ["a unused", "b unused"]
        );
        let text = "x: '{{ include \"b\" . }}'\n";
        assert_eq!(
            reaches(&[HELPERS, tpl], &[text])[..2],
            ["a unused", "b rendered"]
        );
        let text = "x: \"{{ range .y }}{{ include \\\"b\\\" . }}{{ end }}\"\n";
        assert_eq!(
            reaches(&[HELPERS, tpl], &[text])[..2],
            ["a unused", "b rendered loop"]
        );
        // Without a call of tpl, texts lead nowhere.
        let other = ("templates/x.yaml", "{{ .Values.x }}");
        assert_eq!(
            reaches(&[HELPERS, other], &[text])[..2],
            ["a unused", "b unused"]
        );
    }
}
