//! What the actions of a template lead to: defines, files, computed names.

use super::calls::{Call, Form};
use super::literal;
use super::outline::Action;
use super::template::Template;
use super::token::{Keyword, Kind, Token, words};

/// What an action leads to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Target {
    /// The bodies of this name.
    Named(String),
    /// The bodies whose names have one of these shapes.
    Like(Vec<Shape>),
    /// The files' own bodies: `include (print $.Template.BasePath "/x.yaml") .`
    Files,
    /// Everything.
    Any,
}

/// The pieces of a name that are known; between them stands anything.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Shape(Vec<String>);

impl Shape {
    /// Whether a name can have this shape.
    pub(super) fn fits(&self, name: &str) -> bool {
        let Some((first, others)) = self.0.split_first() else {
            return false;
        };
        let Some(rest) = name.strip_prefix(&**first) else {
            return false;
        };
        // What a format does not ask for, Go prints behind it.
        if rest.contains("%!(EXTRA ") {
            return true;
        }
        let Some((last, middle)) = others.split_last() else {
            return rest.is_empty();
        };
        let Some(mut rest) = rest.strip_suffix(&**last) else {
            return false;
        };
        middle.iter().all(|piece| {
            let behind = rest
                .find(&**piece)
                .and_then(|at| rest.get(at + piece.len()..));
            rest = behind.unwrap_or_default();
            behind.is_some()
        })
    }
}

/// What an action leads to, but for `tpl`.
pub(super) fn targets(template: &Template, action: &Action, calls: &[Call]) -> Vec<Target> {
    let mut found = Vec::new();
    if let Some((_, name)) = named_by_keyword(template, action) {
        found.push(Target::Named(name));
    }
    let includes = calls
        .iter()
        .filter(|call| template.function(call) == "include");
    found.extend(includes.map(|call| included(template, call)));
    found
}

/// The keyword and the name of a `template` or `block` action.
pub(super) fn named_by_keyword(template: &Template, action: &Action) -> Option<(Keyword, String)> {
    let mut words = words(template.inside(action));
    let Kind::Keyword(keyword @ (Keyword::Template | Keyword::Block)) = words.next()?.kind else {
        return None;
    };
    let name = literal::value(&template.text, words.next()?)?;
    Some((keyword, name))
}

/// What an `include` names: its first operand, in a pipe too.
pub(super) fn included(template: &Template, call: &Call) -> Target {
    match first_operand(template, call) {
        Some([token]) => literal::value(&template.text, token).map_or(Target::Any, Target::Named),
        Some(name) => computed(template, name),
        None => Target::Any,
    }
}

/// The ends of names of files that a template includes by path; an empty one where a name is computed in another way.
pub(super) fn included_files(template: &Template) -> Vec<String> {
    let mut ends = Vec::new();
    for call in template.calls.iter().flatten() {
        if template.function(call) != "include" {
            continue;
        }
        match included(template, call) {
            Target::Named(name) if name.contains('/') => ends.push(name),
            Target::Named(_) => {}
            Target::Like(shapes) => {
                ends.extend(shapes.into_iter().filter_map(|mut shape| shape.0.pop()));
            }
            Target::Files | Target::Any => {
                ends.push(last_literal(template, call).unwrap_or_default());
            }
        }
    }
    ends
}

/// What stands at the place of a name.
fn first_operand<'t>(template: &'t Template, call: &Call) -> Option<&'t [Token]> {
    let Form::Command { operands, .. } = &call.form else {
        return None;
    };
    template.tokens.get(operands.first()?.clone())
}

/// The text at the end of a computed name: `/x.yaml` of `(print $.Template.BasePath "/x.yaml")`.
fn last_literal(template: &Template, call: &Call) -> Option<String> {
    let name = first_operand(template, call)?;
    let mut words = name
        .iter()
        .rev()
        .filter(|token| !matches!(token.kind, Kind::Space | Kind::RightParen));
    let is_joined = name
        .iter()
        .any(|token| matches!(template.word(token), "print" | ".BasePath"));
    let last = literal::value(&template.text, words.next()?)?;
    (is_joined && last.contains('/') && !last.contains('%')).then_some(last)
}

/// What a computed name can be: `(print $.Template.BasePath "/x.yaml")`, `(printf "%s.labels" .Chart.Name)`,
/// `(ternary "a" "b" .x)`.
fn computed(template: &Template, name: &[Token]) -> Target {
    if begins_with_folder(template, name) {
        return Target::Files;
    }
    shapes(template, name).map_or(Target::Any, Target::Like)
}

/// Whether a name begins with the folder of the files: `print $.Template.BasePath …`, `printf "%s…" .Template.BasePath …`.
fn begins_with_folder(template: &Template, name: &[Token]) -> bool {
    if name.iter().any(|token| token.kind == Kind::Pipe) {
        return false;
    }
    let is_gap = |token: &&Token| matches!(token.kind, Kind::Space | Kind::LeftParen);
    let mut words = name.iter().skip_while(is_gap);
    let function = words.next().map(|token| template.word(token));
    let mut words = words.skip_while(is_gap);
    match function {
        Some("print") => {}
        Some("printf") => {
            let format = words.next();
            let format = format.and_then(|token| literal::value(&template.text, token));
            if !format.is_some_and(|format| format.starts_with("%s")) {
                return false;
            }
        }
        _ => return false,
    }
    let mut words = words.skip_while(is_gap);
    let mut fields = words
        .by_ref()
        .take_while(|token| matches!(token.kind, Kind::Variable | Kind::Field));
    let fields: Vec<&str> = fields.by_ref().map(|token| template.word(token)).collect();
    fields.ends_with(&[".Template", ".BasePath"])
}

/// The shapes that a computed name can have. None if it can be anything.
fn shapes(template: &Template, name: &[Token]) -> Option<Vec<Shape>> {
    if name.iter().any(|token| token.kind == Kind::Pipe) {
        return None;
    }
    let mut words = name
        .iter()
        .filter(|token| !matches!(token.kind, Kind::Space | Kind::LeftParen));
    let function = template.word(words.next()?);
    let mut literal = || literal::value(&template.text, words.next()?);
    match function {
        "printf" => Some(vec![Shape(pieces(&literal()?)?)]),
        "ternary" => Some(vec![Shape(vec![literal()?]), Shape(vec![literal()?])]),
        _ => None,
    }
}

/// What stands between the verbs of a format of texts.
fn pieces(format: &str) -> Option<Vec<String>> {
    let mut pieces = format.split('%');
    let mut shape = vec![pieces.next()?.to_owned()];
    for piece in pieces {
        shape.push(piece.strip_prefix(['s', 'v', 'd'])?.to_owned());
    }
    Some(shape)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_name_fits_the_pieces_that_are_known() {
        for (format, name, fits) in [
            ("a", "a", true),
            ("a", "ab", false),
            ("a", "a%!(EXTRA string=x)", true),
            ("%s", "", true),
            ("a%s", "ab", true),
            ("a%sa", "a", false),
            ("%s.a.%s.b", "x.a..b", true),
            ("%s.a.%s.b", "x.a.b", false),
            ("%s.a.%v.b", "x.a.b%!(EXTRA int=1)", true),
            ("%s.ä%d", "x.äy", true),
        ] {
            let shape = Shape(pieces(format).unwrap());
            assert_eq!(shape.fits(name), fits, "{format} {name}");
        }
    }

    #[test]
    fn the_folder_of_the_files_is_that_of_the_template() {
        for (name, is_file) in [
            ("(print $.Template.BasePath `/x.yaml`)", true),
            ("(print .Template.BasePath .x)", true),
            ("(print (.root.Template.BasePath) `/x.yaml`)", true),
            ("(printf `%s/x.yaml` $top.Template.BasePath)", true),
            ("(print .x.BasePath `/x.yaml`)", false),
            ("(print .x $.Template.BasePath)", false),
            ("(print `a` (.x.Template.BasePath | len))", false),
            ("(printf `a%s` $.Template.BasePath)", false),
            ("(printf $.Template.BasePath)", false),
            ("(ternary $.Template.BasePath `a` .x)", false),
            ("(print $.Template.BasePath `/x` | base)", false),
            (".Template.BasePath", false),
        ] {
            let template = Template::read(format!("{{{{ include {name} . }}}}")).unwrap();
            let target = included(&template, &template.calls[0][0]);
            assert_eq!(target == Target::Files, is_file, "{name}: {target:?}");
        }
    }

    /// What a survey takes for files that others include: no computed name of a define is one.
    #[test]
    fn files_are_known_by_the_ends_of_their_names() {
        for (call, ends) in [
            ("`a`", vec![]),
            ("`a/x.yaml`", vec!["a/x.yaml"]),
            ("(print .Template.BasePath `/x.yaml`)", vec!["/x.yaml"]),
            ("(printf `%s/x.yaml` .x)", vec!["/x.yaml"]),
            ("(printf `%s.labels` .x)", vec![".labels"]),
            ("(printf `%s%s` .x .y)", vec![""]),
            ("(ternary `a` `b` (empty .x))", vec!["a", "b"]),
            ("(ternary .a `b` .x)", vec![""]),
            ("(printf `%s.a` .x | lower)", vec![""]),
            (".x", vec![""]),
        ] {
            let template = Template::read(format!("{{{{ include {call} . }}}}")).unwrap();
            assert_eq!(included_files(&template), ends, "{call}");
        }
    }
}
