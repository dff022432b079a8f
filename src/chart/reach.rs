//! Which templates can reach a generating call: by themselves, or through `include`, `template`, `block` and `tpl`.
//!
//! A name that is computed counts as each name that its format allows, so the answer errs to "can reach one".

use std::collections::{HashMap, HashSet};

use super::functions::{Treatment, find};
use super::keeping::{Keeps, keeps};
use super::targets::{Patterns, Target, targets};
use super::template::Template;

/// What a body does that counts here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Conduct {
    /// Whether it calls a generating function itself.
    pub(super) generates: bool,
    /// Whether it calls `tpl`.
    pub(super) renders_texts: bool,
    /// What all that it calls keeps of a word.
    pub(super) keeps: Keeps,
    /// What it leads to.
    pub(super) targets: HashSet<Target>,
}

impl Conduct {
    fn join(&mut self, other: Conduct) {
        self.generates |= other.generates;
        self.renders_texts |= other.renders_texts;
        self.keeps = self.keeps.min(other.keeps);
        self.targets.extend(other.targets);
    }
}

/// What the bodies of a template do, by their numbers. Functions in `allow` are let be.
pub(super) fn conducts(template: &Template, allow: &[String]) -> Vec<Conduct> {
    let mut conducts = vec![Conduct::default(); template.outline.bodies.len()];
    for (action, calls) in template.actions() {
        let Some(conduct) = conducts.get_mut(action.body.0) else {
            continue;
        };
        conduct.targets.extend(targets(template, action, calls));
        for call in calls {
            let name = template.function(call);
            conduct.keeps = conduct.keeps.min(keeps(template, call));
            if allow.iter().any(|allowed| allowed == name) {
                continue;
            }
            match find(name).map(|function| function.treatment) {
                Some(Treatment::Generate(_) | Treatment::Clock(_)) => conduct.generates = true,
                Some(Treatment::Tpl) => conduct.renders_texts = true,
                _ => {}
            }
        }
    }
    conducts
}

/// The bodies of a file. `paths` are the names that helm can have for it.
pub(super) fn links(
    source: usize,
    template: &Template,
    paths: &[String],
    allow: &[String],
) -> Vec<Link> {
    let bodies = template.outline.bodies.iter();
    let links = bodies
        .zip(conducts(template, allow))
        .map(|(body, conduct)| Link {
            source,
            paths: match body.name {
                None => paths.to_vec(),
                Some(_) => Vec::new(),
            },
            name: body.name.clone(),
            conduct,
        });
    links.collect()
}

/// What a text for `tpl` does as a whole.
pub(super) fn conduct_of_text(template: &Template, allow: &[String]) -> Conduct {
    let mut all = Conduct::default();
    for conduct in conducts(template, allow) {
        all.join(conduct);
    }
    all
}

/// A body and what it does.
#[derive(Debug)]
pub(super) struct Link {
    /// The file that it stands in.
    pub(super) source: usize,
    /// Its name; none for a file's own.
    pub(super) name: Option<String>,
    /// The names that helm can have for the file, of a file's own body.
    pub(super) paths: Vec<String>,
    /// What it does.
    pub(super) conduct: Conduct,
}

/// What can reach a generating call.
#[derive(Debug, Default)]
pub(crate) struct Reach {
    /// The names of defines and blocks.
    names: HashSet<String>,
    /// The files whose own body does.
    files: HashSet<usize>,
    /// The names that helm can have for these files.
    paths: HashSet<String>,
    /// Whether a text that `tpl` is given does.
    pub(super) texts: bool,
}

impl Reach {
    /// `links` are the chart's bodies, `texts` those of what `tpl` may be given. `texts_generate`: it is known that one of those
    /// does, whatever they say. `follows_paths`: a file that includes another by its path reaches what that one does.
    pub(super) fn new(
        links: &[Link],
        texts: &[Link],
        texts_generate: bool,
        follows_paths: bool,
    ) -> Reach {
        let mut reach = Reach {
            texts: texts_generate,
            ..Reach::default()
        };
        let all = links.iter().chain(texts);
        let mut search = Search {
            names: all.filter_map(|it| it.name.as_deref()).collect(),
            patterns: Patterns::default(),
            follows_paths,
        };
        let all: Vec<(&Link, bool)> = (links.iter().map(|link| (link, false)))
            .chain(texts.iter().map(|link| (link, true)))
            .collect();
        let includes = Includes::new(all.iter().map(|(link, _)| &link.conduct));
        let mut known = vec![false; all.len()];
        // From define to define by their names, and round by round on all other ways.
        loop {
            let before = reach.size();
            for first in 0..all.len() {
                let mut open = vec![first];
                while let Some(number) = open.pop() {
                    let (Some((link, is_text)), Some(known)) =
                        (all.get(number), known.get_mut(number))
                    else {
                        continue;
                    };
                    if !*known && search.leads(&reach, &link.conduct) {
                        *known = true;
                        reach.add(link, *is_text);
                        open.extend(includes.of(link.name.as_deref()));
                    }
                }
            }
            if reach.size() == before {
                return reach;
            }
        }
    }

    /// Takes up a body that leads to a call.
    fn add(&mut self, link: &Link, is_text: bool) {
        // A text may define anew what the chart has.
        self.texts |= is_text;
        match &link.name {
            Some(name) => {
                self.names.insert(name.clone());
            }
            None if is_text => {}
            None => {
                self.files.insert(link.source);
                self.paths.extend(link.paths.iter().cloned());
            }
        }
    }

    /// Takes up the defines of a text that `tpl` is given, which are its own. The names that are new.
    pub(super) fn learn(&mut self, template: &Template, allow: &[String]) -> Vec<String> {
        let conducts = conducts(template, allow);
        let includes = Includes::new(conducts.iter());
        let mut new = Vec::new();
        loop {
            let before = new.len();
            for first in 0..conducts.len() {
                let mut open = vec![first];
                while let Some(number) = open.pop() {
                    let body = template.outline.bodies.get(number);
                    let name = body.and_then(|body| body.name.as_ref());
                    let (Some(name), Some(conduct)) = (name, conducts.get(number)) else {
                        continue;
                    };
                    let leads = |reach: &Reach| {
                        conduct.generates
                            || conduct.renders_texts && reach.texts
                            || conduct
                                .targets
                                .iter()
                                .any(|target| reach.has_target(target))
                    };
                    if !self.names.contains(name) && leads(self) {
                        self.names.insert(name.clone());
                        new.push(name.clone());
                        open.extend(includes.of(Some(name)));
                    }
                }
            }
            if new.len() == before {
                return new;
            }
        }
    }

    fn size(&self) -> (usize, usize, bool) {
        (self.names.len(), self.files.len(), self.texts)
    }

    /// Whether a define or block of this name can reach a generating call.
    pub(super) fn has_name(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Whether helm can have this name for a file whose own body can.
    pub(super) fn has_path(&self, name: &str) -> bool {
        self.paths.contains(name)
    }

    /// Whether the own body of this source can.
    pub(super) fn has_file(&self, source: usize) -> bool {
        self.files.contains(&source)
    }

    /// The names, in order.
    pub(super) fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        names.sort_unstable();
        names
    }

    /// Whether what an include names can reach one.
    pub(super) fn has_target(&self, target: &Target) -> bool {
        match target {
            Target::Named(name) => {
                self.names.contains(name) || !self.files.is_empty() && name.contains('/')
            }
            Target::Like(pattern) => {
                let mut patterns = Patterns::default();
                patterns.any_match(pattern, &self.names) || patterns.any_match(pattern, &self.paths)
            }
            Target::Files => !self.files.is_empty(),
            Target::Any => !self.names.is_empty() || !self.files.is_empty(),
        }
    }
}

/// Which bodies include a define by its name, so that a chain of them costs what it is long.
struct Includes<'l>(HashMap<&'l str, Vec<usize>>);

impl<'l> Includes<'l> {
    fn new(conducts: impl Iterator<Item = &'l Conduct>) -> Self {
        let mut includes: HashMap<&str, Vec<usize>> = HashMap::new();
        for (number, conduct) in conducts.enumerate() {
            for target in &conduct.targets {
                if let Target::Named(name) = target {
                    includes.entry(name).or_default().push(number);
                }
            }
        }
        Self(includes)
    }

    /// The numbers of the bodies that include this one.
    fn of(&self, name: Option<&str>) -> impl Iterator<Item = usize> {
        let numbers = name.and_then(|name| self.0.get(name));
        numbers.into_iter().flatten().copied()
    }
}

/// How bodies are looked at.
struct Search<'l> {
    /// The names of all defines and blocks.
    names: HashSet<&'l str>,
    patterns: Patterns,
    follows_paths: bool,
}

impl Search<'_> {
    /// Whether what a body does leads to what is known to reach a call.
    fn leads(&mut self, reach: &Reach, conduct: &Conduct) -> bool {
        conduct.generates
            || conduct.renders_texts && reach.texts
            || conduct
                .targets
                .iter()
                .any(|target| self.target(reach, target))
    }

    fn target(&mut self, reach: &Reach, target: &Target) -> bool {
        let to_file = self.follows_paths && !reach.files.is_empty();
        match target {
            // A name that no define has can be a file's, and so can one that both have.
            Target::Named(name) => {
                let has_define = self.names.contains(&**name);
                reach.names.contains(name)
                    || to_file && name.contains('/') && (!has_define || reach.has_path(name))
            }
            Target::Files => to_file,
            Target::Like(pattern) => {
                self.patterns.any_match(pattern, &reach.names)
                    || to_file && self.patterns.any_match(pattern, &reach.paths)
            }
            Target::Any => !reach.names.is_empty() || !reach.files.is_empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// The names of defines and the numbers of files that reach a call.
    fn reaches(files: &[&str], texts: &[&str]) -> (Vec<String>, Vec<usize>) {
        let read = |text: &&str| Template::read((*text).to_owned()).unwrap();
        let templates: Vec<Template> = files.iter().map(read).collect();
        let templates = templates.iter().enumerate();
        let bodies: Vec<Link> = templates
            .flat_map(|(n, it)| links(n, it, &[format!("app/templates/{n}.yaml")], &[]))
            .collect();
        let texts = texts
            .iter()
            .flat_map(|text| links(0, &read(text), &[], &[]));
        let reach = Reach::new(&bodies, &texts.collect::<Vec<_>>(), false, true);
        let files = (0..files.len())
            .filter(|file| reach.has_file(*file))
            .collect();
        (
            reach.names().into_iter().map(str::to_owned).collect(),
            files,
        )
    }

    const HELPERS: &str = "{{ define \"app.a\" }}{{ include \"app.b\" . }}{{ end }}\
         {{ define \"app.b\" }}{{ uuidv4 }}{{ end }}{{ define \"app.c\" }}{{ tpl . $ }}{{ end }}";

    #[test]
    fn includes_are_followed() {
        for (text, is_reached) in [
            ("x", false),
            ("{{ include `app.b` . }}", true),
            ("{{ template `app.a` }}", true),
            ("{{ block `z` . }}{{ . | include `app.a` }}{{ end }}", true),
            ("{{ include `app.c` . }}", false),
            ("{{ include .x . }}", true),
            ("{{ include (printf \"%s.a\" .x) . }}", true),
            ("{{ include (printf \"%s.labels\" .x) . }}", false),
            ("{{ include (ternary \"app.c\" \"app.b\" .x) . }}", true),
            (
                "{{ include (ternary \"app.c\" \"d\" (empty .x)) . }}",
                false,
            ),
            ("{{ include (ternary \"app.c\" \"d\" .x | trim) . }}", true),
            ("{{ include (printf \"%q.labels\" .x) . }}", true),
            (
                "{{ include (print $.Template.BasePath \"/y.yaml\") $ }}",
                false,
            ),
        ] {
            let (_, files) = reaches(&[HELPERS, text], &["{{ include `app.c` . }}"]);
            assert_eq!(files == [1], is_reached, "{text}");
        }
    }

    #[test]
    fn a_path_leads_to_files() {
        let named = |path: &str| format!("{{{{ include (printf {path:?} .x) $ }}}}");
        for (path, reached) in [
            ("%s/1.yaml", vec![0, 1]),
            ("%s%s", vec![0, 1]),
            ("%s/2.yaml", vec![1]),
        ] {
            let found = reaches(&[&named(path), "{{ uuidv4 }}"], &[]).1;
            assert_eq!(found, reached, "{path}");
        }
        let text = "{{ include (print .Template.BasePath \"/y.yaml\") $ }}";
        assert_eq!(reaches(&[text, "{{ uuidv4 }}"], &[]).1, [0, 1]);
        assert_eq!(reaches(&[text, "{{ .x }}"], &[]).1, [0; 0]);
    }

    #[test]
    fn tpl_leads_to_what_its_texts_do() {
        let tpl = "{{ include `app.c` . }}";
        assert_eq!(reaches(&[HELPERS, tpl], &["y"]).1, [0; 0]);
        let (names, files) = reaches(&[HELPERS, tpl], &["{{ include \"app.b\" . }}"]);
        assert_eq!((names.len(), files), (3, vec![1]));
        assert_eq!(reaches(&[HELPERS, tpl], &["{{ randInt 1 2 }}"]).1, [1]);
    }
}
