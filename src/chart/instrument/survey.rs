//! What a survey holds: the files that reach a call by themselves, and of the rest only what those need.
//!
//! A survey that lacks something is no harm: what it says is a guess, and where helm fails on it the whole chart is
//! looked at instead.

use std::collections::{HashMap, HashSet};

use crate::chart::reach::{Link, Reach, can_be};
use crate::chart::targets::Target;

/// What is rendered, and what that needs.
#[derive(Default)]
pub(super) struct Survey {
    /// The files that are rendered.
    files: HashSet<usize>,
    /// The names of the defines and blocks that are needed.
    names: HashSet<String>,
    /// Whether files are needed that others include by their paths.
    includes_files: bool,
}

impl Survey {
    /// Looks for what is needed in `links`, the chart's bodies. `reach` tells which files reach a call, `texts` are what
    /// `tpl` may be given, `is_rendered` says whether helm renders a file, `is_included` whether another one may include
    /// it.
    pub(super) fn new(
        links: &[Link],
        reach: &Reach,
        texts: &[Link],
        is_rendered: &dyn Fn(usize) -> bool,
        is_included: &dyn Fn(usize) -> bool,
    ) -> Survey {
        let reached = || {
            let files = links.iter().map(|link| link.source);
            files.filter(|file| reach.has_file(*file))
        };
        // What is included by its path runs as itself. So a file that does only that need not be looked at, where helm
        // renders the other one anyway.
        let own = match reached().all(is_rendered) {
            true => &Reach::new(links, texts, reach.texts, false),
            false => reach,
        };
        let mut survey = Survey {
            files: reached().filter(|file| own.has_file(*file)).collect(),
            ..Survey::default()
        };
        survey.follow(links, texts, is_included);
        survey
    }

    /// Takes up all that the files lead to.
    fn follow(&mut self, links: &[Link], texts: &[Link], is_included: &dyn Fn(usize) -> bool) {
        let mut named: HashMap<&str, Vec<&Link>> = HashMap::new();
        for link in links {
            if let Some(name) = &link.name {
                named.entry(name).or_default().push(link);
            }
        }
        let own = |holds: &dyn Fn(usize) -> bool| {
            let own = links.iter().filter(|link| link.name.is_none());
            own.filter(|link| holds(link.source)).collect::<Vec<_>>()
        };
        let mut open = own(&|source| self.files.contains(&source));
        let mut renders_texts = false;
        let mut done: HashSet<&Target> = HashSet::new();
        while let Some(link) = open.pop() {
            if link.conduct.renders_texts && !std::mem::replace(&mut renders_texts, true) {
                open.extend(texts);
            }
            let included_files = self.includes_files;
            for target in &link.conduct.targets {
                if !done.insert(target) {
                    continue;
                }
                for name in self.target(target, links, &named) {
                    if self.names.insert(name.to_owned()) {
                        open.extend(named.get(name).into_iter().flatten());
                    }
                }
            }
            if self.includes_files && !included_files {
                open.extend(own(is_included));
            }
        }
    }

    /// The names of the defines that a target leads to. Whether it leads to files is noted.
    fn target<'l>(
        &mut self,
        target: &'l Target,
        links: &[Link],
        named: &HashMap<&'l str, Vec<&Link>>,
    ) -> Vec<&'l str> {
        match target {
            Target::Named(name) if named.contains_key(&**name) => return vec![name],
            Target::Named(name) => self.includes_files |= name.contains('/'),
            Target::Files => self.includes_files = true,
            Target::Like(shapes) => {
                let mut paths = links.iter().flat_map(|link| &link.paths);
                self.includes_files |= paths.any(|path| can_be(shapes, path));
                let names = named.keys().copied();
                return names.filter(|name| can_be(shapes, name)).collect();
            }
            Target::Any => {
                self.includes_files = true;
                return named.keys().copied().collect();
            }
        }
        Vec::new()
    }

    /// Whether a file is rendered.
    pub(super) fn has_file(&self, source: usize) -> bool {
        self.files.contains(&source)
    }

    /// Whether a define or block is needed.
    pub(super) fn has_name(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Whether files are needed that others include by their paths.
    pub(super) fn includes_files(&self) -> bool {
        self.includes_files
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::chart::reach::links;
    use crate::chart::template::Template;

    fn survey(files: &[&str], texts: &[&str], unrendered: &[usize]) -> (Vec<usize>, Vec<String>) {
        let read = |text: &&str| Template::read((*text).to_owned()).unwrap();
        let templates: Vec<Template> = files.iter().map(read).collect();
        let all = templates.iter().enumerate();
        let bodies: Vec<Link> = all
            .flat_map(|(n, it)| links(n, it, &[format!("app/templates/{n}.yaml")], &[]))
            .collect();
        let texts = texts
            .iter()
            .flat_map(|text| links(0, &read(text), &[], &[]));
        let texts: Vec<Link> = texts.collect();
        let reach = Reach::new(&bodies, &texts, false, true);
        let is_rendered = |file: usize| !unrendered.contains(&file);
        let survey = Survey::new(&bodies, &reach, &texts, &is_rendered, &|_| true);
        let mut names: Vec<String> = survey.names.iter().cloned().collect();
        names.sort();
        let files = (0..files.len()).filter(|file| survey.has_file(*file));
        (files.collect(), names)
    }

    const SECRET: &str = "{{ include `a` . }}{{ define `a` }}{{ uuidv4 }}{{ include `b` . }}{{ end }}\
         {{ define `b` }}{{ end }}{{ define `c` }}{{ end }}";

    #[test]
    fn what_reaches_no_call_is_left_out() {
        let (files, names) = survey(&[SECRET, "{{ include `c` . }}"], &[], &[]);
        assert_eq!(
            (files, names),
            (vec![0], vec!["a".to_owned(), "b".to_owned()])
        );
    }

    #[test]
    fn what_only_includes_a_file_is_left_out() {
        let hashes = "{{ include (print .Template.BasePath `/s.yaml`) . | sha256sum }}";
        assert_eq!(survey(&[SECRET, hashes], &[], &[]).0, [0]);
        // Nobody else would run that file.
        assert_eq!(survey(&[SECRET, hashes], &[], &[0]).0, [0, 1]);
        let shows = format!("{hashes}{{{{ include `a` . }}}}");
        assert_eq!(survey(&[SECRET, &shows], &[], &[]).0, [0, 1]);
    }

    #[test]
    fn what_texts_and_computed_names_need_is_there() {
        let renders = "{{ uuidv4 }}{{ tpl .x . }}";
        let (_, names) = survey(&[SECRET, renders], &["{{ include `c` . }}"], &[]);
        assert_eq!(names, ["a", "b", "c"]);
        let (_, names) = survey(&[SECRET, "{{ uuidv4 }}{{ include .x . }}"], &[], &[]);
        assert_eq!(names, ["a", "b", "c"]);
        let (_, names) = survey(
            &[SECRET, "{{ uuidv4 }}{{ include (printf `%s` .x) . }}"],
            &[],
            &[],
        );
        assert_eq!(names, ["a", "b", "c"]);
    }
}
