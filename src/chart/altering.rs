//! What defines leave of a generated value that they are given, by themselves and by what they include.

use std::collections::HashMap;

use super::keeping::Keeps;
use super::reach::{Conduct, Link};
use super::targets::Target;

/// The names of the defines that do not keep all words, by themselves or by what they include.
#[derive(Debug, Default)]
pub(crate) struct Altering(HashMap<String, Keeps>);

impl Altering {
    /// `links` are all bodies that a render can run.
    pub(super) fn new<'l>(links: impl Iterator<Item = &'l Link>) -> Self {
        let mut altering = Altering::default();
        let mut includes: HashMap<&str, Vec<&str>> = HashMap::new();
        let mut open: Vec<(&str, Keeps)> = Vec::new();
        for link in links {
            let Some(name) = link.name.as_deref() else {
                continue;
            };
            let Conduct { keeps, targets, .. } = &link.conduct;
            let is_known = |target: &Target| matches!(target, Target::Named(_));
            open.push((
                name,
                match targets.iter().all(is_known) {
                    true => *keeps,
                    false => Keeps::Nothing,
                },
            ));
            for target in targets {
                if let Target::Named(included) = target {
                    includes.entry(included).or_default().push(name);
                }
            }
        }
        while let Some((name, keeps)) = open.pop() {
            if keeps < altering.keeps(name) {
                altering.0.insert(name.to_owned(), keeps);
                let above = includes.get(name).into_iter().flatten();
                open.extend(above.map(|name| (*name, keeps)));
            }
        }
        altering
    }

    /// What a define keeps of a word that it is given.
    pub(super) fn keeps(&self, name: &str) -> Keeps {
        self.0.get(name).copied().unwrap_or_default()
    }

    /// What that which is included keeps of one.
    pub(super) fn keeps_target(&self, target: &Target) -> Keeps {
        match target {
            Target::Named(name) => self.keeps(name),
            Target::Like(_) | Target::Files | Target::Any => Keeps::Nothing,
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
{{ define "cut" }}{{ include "same" . | trimSuffix "-" }}{{ end }}
{{ define "cuts" }}{{ include "cut" . }}{{ end }}
{{ define "far" }}{{ template "near" . }}{{ end }}
{{ define "near" }}{{ if . }}{{ include "lower" . }}{{ end }}{{ end }}
{{ define "computed" }}{{ include .name . }}{{ end }}
{{ define "text" }}{{ tpl . $ }}{{ end }}"#;
        let template = Template::read(text.to_owned()).unwrap();
        let links = links(0, &template, &[], &[]);
        let altering = Altering::new(links.iter());
        let that_keep = |keeps: Keeps| {
            let names = altering.0.iter().filter(|(_, it)| **it == keeps);
            let mut names: Vec<&str> = names.map(|(name, _)| &**name).collect();
            names.sort_unstable();
            names
        };
        assert_eq!(
            that_keep(Keeps::Nothing),
            ["computed", "far", "lower", "near", "text"]
        );
        assert_eq!(that_keep(Keeps::LettersAndDigits), ["cut", "cuts"]);
        assert_eq!(that_keep(Keeps::Words), [""; 0]);
    }
}
