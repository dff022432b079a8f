//! Loops in which generating calls run: each turn logs what its item is called, so that calls which are alike go by the items
//! and not by their order.

use super::names::Names;
use crate::chart::edits::Edit;
use crate::chart::outline::{Action, BodyId, Loop};
use crate::chart::template::Template;
use crate::chart::token::{Kind, words};

/// What the loops become around the actions of these numbers, which run calls.
///
/// `` {{ range $k, $v := X }} `` becomes `` {{ range $k, $v := X }}{{ list STATE ID $k . | include `turn` }} ``, and its `` {{ end }} ``
/// `` {{ end }}{{ list STATE ID nil nil | include `turn` }} ``.
pub(super) fn edits(template: &Template, running: &[usize], names: &Names) -> Vec<(BodyId, Edit)> {
    let outline = &template.outline;
    let runs = |it: &&Loop| {
        let next = running.partition_point(|action| *action <= it.opens);
        running.get(next).is_some_and(|action| *action < it.closes)
    };
    let loops = outline.loops.iter().filter(runs).filter_map(|it| {
        let opens = outline.actions.get(it.opens)?;
        Some((opens, outline.actions.get(it.closes)?))
    });
    let loops = loops.filter(|(opens, _)| !counts(template, opens));
    let edits = loops.filter_map(|(opens, closes)| {
        let id = template.tokens.get(opens.left)?.start;
        let key = key(template, opens).unwrap_or("nil");
        let turn = behind(template, opens, id, &format!("{key} ."), names)?;
        let end = behind(template, closes, id, "nil nil", names)?;
        Some([turn, end])
    });
    edits.flatten().collect()
}

/// Whether a loop's items are numbers in turn, which tell no more than the order does.
fn counts(template: &Template, range: &Action) -> bool {
    let mut words = words(template.inside(range)).map(|word| template.word(word));
    words.any(|word| matches!(word, "until" | "untilStep"))
}

/// The variable of the keys: the first of two.
fn key<'t>(template: &'t Template, range: &Action) -> Option<&'t str> {
    let mut words = words(template.inside(range)).skip(1);
    let (first, second) = (words.next()?, words.next()?);
    let is_first = first.kind == Kind::Variable && template.word(second) == ",";
    is_first.then(|| template.word(first))
}

/// An action behind another one, which trims the blanks behind it as that does.
fn behind(
    template: &Template,
    action: &Action,
    id: usize,
    item: &str,
    names: &Names,
) -> Option<(BodyId, Edit)> {
    let right = template.tokens.get(action.right)?;
    let trim = match right.kind {
        Kind::RightDelim { trim: true } => "-",
        _ => "",
    };
    let (state, turn) = (names.state(), names.include("turn"));
    let edit = Edit {
        start: right.end,
        end: right.end,
        text: format!("{{{{ list {state} `{id}` {item}{turn} {trim}}}}}"),
    };
    Some((action.body, edit))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::chart::edits::apply_to;

    #[test]
    fn a_loop_with_a_call_says_its_items() {
        let source = "{{ range $k, $v := .a -}} x {{ range .b }}{{ f }}{{ end }}{{ range .c }}{{ end }} {{ else }}{{ end -}}";
        let template = Template::read(source.to_owned()).ok().unwrap();
        let names = Names {
            run: "R".to_owned(),
        };
        let edits = |running: &[usize]| {
            let edits = edits(&template, running, &names).into_iter();
            apply_to(
                source,
                0..source.len(),
                edits.map(|(_, edit)| edit).collect(),
            )
        };
        assert_eq!(edits(&[]), source);
        let counting = "{{ range $i := until 3 }}{{ f }}{{ end }}";
        let template = Template::read(counting.to_owned()).ok().unwrap();
        assert!(super::edits(&template, &[1], &names).is_empty());
        assert_eq!(
            edits(&[2]),
            "{{ range $k, $v := .a -}}{{ list $pinR `0` $k . | include `R-turn` -}} x \
             {{ range .b }}{{ list $pinR `28` nil . | include `R-turn` }}{{ f }}{{ end }}{{ list $pinR `28` nil nil | include `R-turn` }}\
             {{ range .c }}{{ end }} {{ else }}{{ end -}}{{ list $pinR `0` nil nil | include `R-turn` -}}"
        );
    }
}
