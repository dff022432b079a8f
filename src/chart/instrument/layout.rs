//! From a template's changes to its new text: a body that can reach a call becomes a define of its own, which is given
//! its context and its state.

use std::ops::Range;

use super::bodies::Bodies;
use super::names::Names;
use super::nothing;
use super::registry::Registry;
use super::rewrite::{Changes, Origin, reaches};
use super::survey::Survey;
use crate::chart::edits::{Edit, apply_to};
use crate::chart::literal::quote;
use crate::chart::outline::{Body, BodyId};
use crate::chart::reach::Reach;
use crate::chart::template::Template;
use crate::chart::token::{Kind, Token, words};

/// A template with its changes.
pub(super) struct Layout<'a> {
    pub(super) template: &'a Template,
    pub(super) origin: &'a Origin<'a>,
    pub(super) changes: &'a Changes,
    pub(super) names: &'a Names,
    pub(super) reach: &'a Reach,
    pub(super) registry: &'a Registry,
    pub(super) bodies: &'a Bodies,
    /// Whether a body that can reach a call may run as it is, where its old name is called all the same.
    pub(super) is_lenient: bool,
    /// Which bodies are needed; all of them where nothing is said.
    pub(super) survey: Option<&'a Survey>,
}

/// What a body is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Context {
    Given,
    Nothing,
}

/// What the delimiters of a body trim: the text before it, the beginning and the end of its own, the text behind it.
struct Trims {
    before: bool,
    begin: bool,
    end: bool,
    behind: bool,
}

/// What a body says that is reached all the same.
pub(super) const LOST: &str = "can reach a generating call, and is included on a way that is not known, or stands in the place of a file of its name";

impl Layout<'_> {
    /// The new text of a file. `own` is its id, if its own body can reach a call; `rendered_as` are the names that helm can
    /// have for it, if it renders the file by itself. Where another file includes it in a way that is not known, it would
    /// print its log there, and values that are nobody's.
    pub(super) fn file(&self, own: Option<&str>, rendered_as: Option<&[String]>) -> String {
        let is_notes = is_notes(self.origin.template);
        let mut text = match (own, rendered_as) {
            (None, _) => self.body(BodyId::FILE, Context::Given),
            (Some(id), Some(names)) => {
                let root = self.names.include("root");
                let root = format!("{{{{ list `{id}` . {is_notes}{root} }}}}");
                match self.is_lenient {
                    true => root,
                    false => {
                        let names = names.iter().map(|name| quote(name));
                        let names = names.collect::<Vec<_>>().join(" ");
                        let lost = self.lost(self.origin.file);
                        format!(
                            "{{{{ if list {names} | has .Template.Name }}}}{root}{{{{ else }}}}{lost}{{{{ end }}}}"
                        )
                    }
                }
            }
            (Some(_), None) => self.lost(self.origin.file),
        };
        if let Some(id) = own {
            self.reached(BodyId::FILE, id, &mut text);
        }
        self.defines(&mut text);
        text
    }

    /// What is left of a file that is not rendered: its defines.
    pub(super) fn defines_only(&self) -> String {
        let mut text = String::new();
        self.defines(&mut text);
        text
    }

    /// The text's own body, for those that include the file by its path: as the body `own`, if it can reach a call, else
    /// as a define of each of these names.
    pub(super) fn by_path(&self, own: Option<&str>, names: &[String]) -> String {
        let mut text = String::new();
        if let Some(id) = own {
            self.reached(BodyId::FILE, id, &mut text);
            return text;
        }
        let body = self.body(BodyId::FILE, Context::Given);
        let define = |name: &String| format!("{{{{ define {} }}}}{body}{{{{ end }}}}", quote(name));
        names.iter().map(define).collect()
    }

    /// The new form of a text for `tpl`, whose context is a map with `p`, the state, and `c`, the context.
    pub(super) fn text(&self) -> String {
        let mut text = self.prologue(BodyId::FILE);
        text.push_str(&self.body(BodyId::FILE, Context::Given));
        text.push_str("{{ end }}");
        self.defines(&mut text);
        text
    }

    /// All defines of the template. Blocks stay where they are, unless they can reach a call or are named as a file that
    /// does.
    fn defines(&self, text: &mut String) {
        for (id, body) in self.template.outline.numbered() {
            let Some(name) = &body.name else { continue };
            if self.survey.is_some_and(|survey| !survey.has_name(name)) {
                continue;
            }
            if !self.reach.has_name(name) {
                if !body.is_block || self.reach.has_path(name) {
                    let inside = self.body(id, Context::Given);
                    text.push_str(&self.define(body, name, &inside));
                }
                continue;
            }
            // A name that nothing includes has no id yet, and needs none.
            let own = self.registry.id_of(name).unwrap_or_default();
            if self.is_empty(body) {
                // An empty define does not replace another, and must not do so here.
                let nothing = self.names.define(&format!("{own}-nothing"));
                for name in [quote(name), self.names.define(own), nothing] {
                    text.push_str(&format!("{{{{ define {name} }}}}{{{{ end }}}}"));
                }
                continue;
            }
            match self.is_lenient {
                true => text.push_str(&self.original(body, name)),
                false => text.push_str(&format!(
                    "{{{{ define {} }}}}{}{{{{ end }}}}",
                    quote(name),
                    self.lost(name)
                )),
            }
            if !own.is_empty() {
                self.reached(id, own, text);
            }
        }
    }

    /// What stands for a body that can reach a call, where its old name is called all the same.
    fn lost(&self, name: &str) -> String {
        format!(
            "{{{{ fail {} }}}}",
            self.names.refusal(&format!("{name} {LOST}"))
        )
    }

    /// Adds the defines of a body that can reach a call: one for a context, and one for none if that makes a difference.
    fn reached(&self, id: BodyId, own: &str, text: &mut String) {
        let forms = [
            (Context::Given, own.to_owned()),
            (Context::Nothing, format!("{own}-nothing")),
        ];
        let asks = self.bodies.asks(own);
        let trims = self
            .template
            .body(id)
            .is_some_and(|body| self.trims(body).end);
        for (context, name) in forms {
            if context == Context::Nothing && !asks {
                continue;
            }
            text.push_str(&format!("{{{{ define {} }}}}", self.names.define(&name)));
            text.push_str(&self.prologue(id));
            text.push_str(&self.body(id, context));
            text.push_str(if trims { "{{- end }}" } else { "{{ end }}" });
            text.push_str("{{ end }}");
        }
    }

    /// `range list X` sets the dot for any X, so that no dot in the body has to be changed.
    fn prologue(&self, id: BodyId) -> String {
        let trims = self
            .template
            .body(id)
            .is_some_and(|body| self.trims(body).begin);
        format!(
            "{{{{ {} := .p }}}}{{{{ $ := .c }}}}{{{{ range list ${}}}}}",
            self.names.state(),
            if trims { " -" } else { " " }
        )
    }

    /// A body's text with its changes and those of the blocks that stay in it.
    fn body(&self, id: BodyId, context: Context) -> String {
        let Some(body) = self.template.body(id) else {
            return String::new();
        };
        let mut edits = Vec::new();
        self.collect(id, body, &mut edits);
        if context == Context::Nothing {
            edits.extend(nothing::edits(self.template, id));
        }
        let mut text = apply_to(&self.template.text, body.text.clone(), edits);
        // Behind a file's own text stands an action now, with which this would begin another one.
        if text.ends_with('{') {
            text.pop();
            text.push_str("{{ `{` }}");
        }
        text
    }

    fn collect(&self, id: BodyId, body: &Body, edits: &mut Vec<Edit>) {
        edits.extend(self.changes.edits.get(&id).into_iter().flatten().cloned());
        if self.changes.declares.contains(&id) && !self.has_state(id) {
            edits.push(Edit {
                start: body.text.start,
                end: body.text.start,
                text: format!(
                    "{{{{ {} := dict `n` dict{}}}}}",
                    self.names.state(),
                    if self.trims(body).begin { " -" } else { " " }
                ),
            });
        }
        for &inner in &body.inner {
            let Some(inside) = self.template.body(inner) else {
                continue;
            };
            match &inside.name {
                Some(name) if inside.is_block && self.is_called(name) => {
                    self.call_of_block(inside, name, edits);
                }
                _ if inside.is_block => self.collect(inner, inside, edits),
                _ => {
                    let (open, close) = (self.span(&inside.opens), self.span(&inside.closes));
                    edits.push(Edit {
                        start: open.start,
                        end: close.end,
                        text: self.comment(inside),
                    });
                }
            }
        }
    }

    /// What stands for a define in the text around it: nothing, but it trims as much.
    fn comment(&self, define: &Body) -> String {
        let trims = self.trims(define);
        format!(
            "{}{}",
            if trims.before { "{{- /**/" } else { "{{/**/" },
            if trims.behind { " -}}" } else { "}}" }
        )
    }

    /// `{{ block "x" PIPELINE }}…{{ end }}` becomes an include of its body.
    fn call_of_block(&self, block: &Body, name: &str, edits: &mut Vec<Edit>) {
        let words: Vec<_> = words(self.template.part(&block.opens)).collect();
        // `{{`, `block`, the name, the pipeline, `}}`
        let [_, keyword, named, pipeline @ .., _] = words.as_slice() else {
            return;
        };
        let (given, define) = match self.reach.has_name(name) {
            true => {
                let own = self.registry.id_of(name).unwrap_or_default();
                (String::new(), format!("include-{own}"))
            }
            false => (format!(" {}", quote(name)), "dyn".to_owned()),
        };
        let end = pipeline.last().map_or(named.end, |token| token.end);
        let close = self.span(&block.closes);
        let trims = self.trims(block).behind;
        edits.push(Edit {
            start: keyword.start,
            end: named.end,
            text: format!("list {}{given} (", self.names.state()),
        });
        edits.push(Edit {
            start: end,
            end: close.end,
            text: format!(
                "){}{}",
                self.names.include(&define),
                if trims { " -}}" } else { " }}" }
            ),
        });
    }

    /// Whether a block is called by what the copy has instead: it can reach a call, or helm may take a file that does for
    /// it.
    fn is_called(&self, name: &str) -> bool {
        self.reach.has_name(name) || self.reach.has_path(name)
    }

    /// A define or block as it is, as a define; nothing where another one holds it.
    fn original(&self, body: &Body, name: &str) -> String {
        if body.around != BodyId::FILE {
            return String::new();
        }
        let text = self.template.text.get(body.text.clone());
        self.define(body, name, text.unwrap_or_default())
    }

    /// A define with this text inside. It trims there as it did, and nothing around it.
    fn define(&self, body: &Body, name: &str, text: &str) -> String {
        let trims = self.trims(body);
        format!(
            "{{{{ define {} {}}}}}{text}{{{{{} end }}}}",
            quote(name),
            if trims.begin { "-" } else { "" },
            if trims.end { "-" } else { "" }
        )
    }

    /// What the delimiters of a body trim.
    fn trims(&self, body: &Body) -> Trims {
        let trims = |range: &Range<usize>| {
            let tokens = self.template.part(range);
            let trims = |token: Option<&Token>| {
                let kind = token.map(|token| token.kind);
                matches!(
                    kind,
                    Some(Kind::LeftDelim { trim: true } | Kind::RightDelim { trim: true })
                )
            };
            (trims(tokens.first()), trims(tokens.last()))
        };
        let ((before, begin), (end, behind)) = (trims(&body.opens), trims(&body.closes));
        Trims {
            before,
            begin,
            end,
            behind,
        }
    }

    fn has_state(&self, id: BodyId) -> bool {
        reaches(self.template, id, self.origin, self.reach)
    }

    fn span(&self, tokens: &Range<usize>) -> Range<usize> {
        let tokens = self.template.part(tokens);
        match (tokens.first(), tokens.last()) {
            (Some(first), Some(last)) => first.start..last.end,
            _ => 0..0,
        }
    }

    /// Whether Go takes a body for empty: it holds blanks and comments only.
    fn is_empty(&self, body: &Body) -> bool {
        let inside = self.template.part(&(body.opens.end..body.closes.start));
        inside.iter().all(|token| match token.kind {
            Kind::Comment => true,
            Kind::Text => self.template.word(token).trim().is_empty(),
            _ => false,
        })
    }
}

/// How the names of files end that helm renders and does not print.
pub(super) const NOTES: &str = "NOTES.txt";

/// Whether helm renders the file at this path and prints nothing of it. So it could not tell what it has called.
pub(super) fn is_notes(path: &str) -> bool {
    path.ends_with(NOTES)
}
