//! Which templates can reach a generating call: by themselves, or through `include`, `template`, `block` and `tpl`.
//!
//! A name that is computed counts as each name that its format allows, so the answer errs to "can reach one".

use std::collections::{HashMap, HashSet};

use super::functions::{Treatment, find};
use super::keeping::{Keeps, keeps};
use super::targets::{Shape, Target, targets};
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
        let links = links.iter().map(|link| (link, false));
        let all: Vec<(&Link, bool)> = links.chain(texts.iter().map(|link| (link, true))).collect();
        reach.spread(&all, follows_paths);
        reach
    }

    /// Takes up the defines of a text that `tpl` is given, which are its own. The names that are new, in order.
    pub(super) fn learn(&mut self, text: &[Link]) -> Vec<String> {
        let all: Vec<(&Link, bool)> = text.iter().map(|link| (link, true)).collect();
        self.spread(&all, true)
    }

    /// Takes up those of these bodies that lead to a call, each with whether it is one of a text for `tpl`. From each that is
    /// found on to those that lead to it, so that each is looked at once for each thing that it leads to. The names that
    /// are new, in order.
    fn spread(&mut self, links: &[(&Link, bool)], follows_paths: bool) -> Vec<String> {
        let mut waiting = Waiting::new(links, follows_paths);
        let leads = |number: &usize| {
            let link = links.get(*number);
            link.is_some_and(|(link, _)| self.leads_to_call(&link.conduct))
        };
        let mut open: Vec<usize> = (0..links.len()).filter(leads).collect();
        let mut known = vec![false; links.len()];
        let mut new = Vec::new();
        while let Some(number) = open.pop() {
            let (Some((link, is_text)), Some(known)) = (links.get(number), known.get_mut(number))
            else {
                continue;
            };
            if std::mem::replace(known, true) {
                continue;
            }
            // A text may define anew what the chart has.
            if *is_text && !std::mem::replace(&mut self.texts, true) {
                open.append(&mut waiting.texts);
            }
            match &link.name {
                Some(name) if self.names.insert(name.clone()) => {
                    waiting.name(name, &mut open);
                    new.push(name.clone());
                }
                Some(_) => {}
                None if *is_text => {}
                None => {
                    self.files.insert(link.source);
                    self.paths.extend(link.paths.iter().cloned());
                    waiting.file(&link.paths, &mut open);
                }
            }
        }
        new.sort_unstable();
        new
    }

    /// Whether what a body does leads to what is known to reach a call.
    fn leads_to_call(&self, conduct: &Conduct) -> bool {
        let mut targets = conduct.targets.iter();
        conduct.generates
            || conduct.renders_texts && self.texts
            || targets.any(|target| self.has_target(target))
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
            Target::Like(shapes) => {
                let mut names = self.names.iter().chain(&self.paths);
                names.any(|name| can_be(shapes, name))
            }
            Target::Files => !self.files.is_empty(),
            Target::Any => !self.names.is_empty() || !self.files.is_empty(),
        }
    }
}

/// Whether a computed name can be this one.
pub(super) fn can_be(shapes: &[Shape], name: &str) -> bool {
    shapes.iter().any(|shape| shape.fits(name))
}

/// The numbers of the bodies that lead to a call as soon as something else does.
#[derive(Default)]
struct Waiting<'l> {
    /// As soon as a define or block of this name does.
    names: HashMap<&'l str, Vec<usize>>,
    /// As soon as a file of this name does.
    paths: HashMap<&'l str, Vec<usize>>,
    /// As soon as one does whose name can be this one.
    like: HashMap<&'l [Shape], Vec<usize>>,
    /// As soon as any file does.
    files: Vec<usize>,
    /// As soon as anything does.
    any: Vec<usize>,
    /// As soon as a text for `tpl` does.
    texts: Vec<usize>,
    follows_paths: bool,
}

impl<'l> Waiting<'l> {
    fn new(links: &[(&'l Link, bool)], follows_paths: bool) -> Self {
        let mut waiting = Waiting {
            follows_paths,
            ..Waiting::default()
        };
        let defines: HashSet<&str> = links
            .iter()
            .filter_map(|(link, _)| link.name.as_deref())
            .collect();
        for (number, (link, _)) in links.iter().enumerate() {
            if link.conduct.renders_texts {
                waiting.texts.push(number);
            }
            for target in &link.conduct.targets {
                match target {
                    Target::Named(name) => {
                        waiting.names.entry(name).or_default().push(number);
                        // A name that no define has can be a file's, and so can one that both have.
                        match defines.contains(&**name) {
                            _ if !name.contains('/') => {}
                            true => waiting.paths.entry(name).or_default().push(number),
                            false => waiting.files.push(number),
                        }
                    }
                    Target::Like(shapes) => waiting.like.entry(shapes).or_default().push(number),
                    Target::Files => waiting.files.push(number),
                    Target::Any => waiting.any.push(number),
                }
            }
        }
        waiting
    }

    /// A define or block of this name leads to a call.
    fn name(&mut self, name: &str, open: &mut Vec<usize>) {
        open.append(&mut self.any);
        open.extend(self.names.remove(name).unwrap_or_default());
        self.computed(name, open);
    }

    /// A file does, for which helm can have these names.
    fn file(&mut self, paths: &[String], open: &mut Vec<usize>) {
        open.append(&mut self.any);
        if !self.follows_paths {
            return;
        }
        open.append(&mut self.files);
        for path in paths {
            open.extend(self.paths.remove(&**path).unwrap_or_default());
            self.computed(path, open);
        }
    }

    fn computed(&mut self, name: &str, open: &mut Vec<usize>) {
        self.like.retain(|shapes, numbers| {
            let is_meant = can_be(shapes, name);
            if is_meant {
                open.append(numbers);
            }
            !is_meant
        });
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
