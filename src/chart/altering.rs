//! Which defines can alter a generated value that they are given, by themselves or by what they include.

use std::collections::{HashMap, HashSet};

use super::reach::{Conduct, Link};
use super::targets::Target;

/// The names of the defines that can alter a word, by themselves or by what they include.
#[derive(Debug, Default)]
pub(crate) struct Altering(HashSet<String>);

impl Altering {
    /// `links` are all bodies that a render can run.
    pub(super) fn new<'l>(links: impl Iterator<Item = &'l Link>) -> Self {
        let mut altering = Altering::default();
        let mut includes: HashMap<&str, Vec<&str>> = HashMap::new();
        let mut open: Vec<&str> = Vec::new();
        for link in links {
            let Some(name) = link.name.as_deref() else {
                continue;
            };
            let Conduct {
                alters, targets, ..
            } = &link.conduct;
            let is_unknown = |target: &Target| !matches!(target, Target::Named(_));
            if *alters || targets.iter().any(is_unknown) {
                open.push(name);
            }
            for target in targets {
                if let Target::Named(included) = target {
                    includes.entry(included).or_default().push(name);
                }
            }
        }
        while let Some(name) = open.pop() {
            if altering.0.insert(name.to_owned()) {
                open.extend(includes.get(name).into_iter().flatten());
            }
        }
        altering
    }

    /// Whether a define can.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    /// Whether what is included can.
    pub(super) fn has_target(&self, target: &Target) -> bool {
        match target {
            Target::Named(name) => self.has(name),
            Target::Like(_) | Target::Files | Target::Any => true,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::chart::reach::links;
    use crate::chart::template::Template;

    #[test]
    fn what_is_included_counts() {
        let text = r#"
{{ define "keeps" }}{{ printf "%s:%s" . (randAlphaNum 12) | quote }}{{ include "same" . }}{{ end }}
{{ define "same" }}{{ . }}{{ end }}
{{ define "lower" }}{{ lower . }}{{ end }}
{{ define "far" }}{{ template "near" . }}{{ end }}
{{ define "near" }}{{ if . }}{{ include "lower" . }}{{ end }}{{ end }}
{{ define "computed" }}{{ include .name . }}{{ end }}
{{ define "text" }}{{ tpl . $ }}{{ end }}"#;
        let template = Template::read(text.to_owned()).unwrap();
        let links = links(0, &template, &[], &[]);
        let altering = Altering::new(links.iter());
        let mut names: Vec<&String> = altering.0.iter().collect();
        names.sort();
        assert_eq!(names, ["computed", "far", "lower", "near", "text"]);
    }
}
