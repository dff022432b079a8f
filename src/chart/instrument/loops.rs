//! Loops in which generating calls run: each turn says at which item it is, so that calls which are alike go by the items and not
//! by their order.

use super::names::Names;
use crate::chart::edits::Edit;
use crate::chart::outline::{Action, BodyId, Loop};
use crate::chart::template::Template;
use crate::chart::token::{Kind, words};

/// What the loops become around the actions of these numbers, which run calls. `is_made` says of a variable of a body whether it
/// is made of generated values: so are its items, and no name may depend on them.
///
/// `` {{ range $k, $v := X }} `` becomes `` {{ range $k, $v := X }}{{ TURN := set STATE.q.i (print STATE.r ID) (list $k .) }} ``, and its
/// `` {{ end }} `` `` {{ end }}{{ TURN := unset STATE.q.i (print STATE.r ID) }} ``.
pub(super) fn edits(
    template: &Template,
    running: &[usize],
    is_made: impl Fn(BodyId, &str) -> bool,
    names: &Names,
) -> Vec<(BodyId, Edit)> {
    let outline = &template.outline;
    let has_names = |it: &&Loop| {
        let next = running.partition_point(|action| *action <= it.opens);
        let runs = running.get(next).is_some_and(|action| *action < it.closes);
        let is_generated =
            next.checked_sub(1).and_then(|last| running.get(last)) == Some(&it.opens);
        runs && !is_generated
    };
    let loops = outline.loops.iter().filter(has_names).filter_map(|it| {
        let opens = outline.actions.get(it.opens)?;
        Some((opens, outline.actions.get(it.closes)?))
    });
    let loops = loops.filter(|(opens, _)| {
        let mut words = words(template.inside(opens));
        let is_made = words
            .any(|word| word.kind == Kind::Variable && is_made(opens.body, template.word(word)));
        !is_made && !counts(template, opens)
    });
    let (state, turn) = (names.state(), names.turn());
    let edits = loops.filter_map(|(opens, closes)| {
        let id = template.tokens.get(opens.left)?.start;
        let at = format!("{state}.q.i (print {state}.r \"\\n{id}\")");
        let key = key(template, opens).unwrap_or("nil");
        Some([
            behind(
                template,
                opens,
                &format!("{turn} := set {at} (list {key} .)"),
            )?,
            behind(template, closes, &format!("{turn} := unset {at}"))?,
        ])
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
fn behind(template: &Template, action: &Action, does: &str) -> Option<(BodyId, Edit)> {
    let right = template.tokens.get(action.right)?;
    let trim = match right.kind {
        Kind::RightDelim { trim: true } => "-",
        _ => "",
    };
    let edit = Edit {
        start: right.end,
        end: right.end,
        text: format!("{{{{ {does} {trim}}}}}"),
    };
    Some((action.body, edit))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::chart::edits::apply_to;

    /// A template with its loops' edits, where the actions of these numbers run calls.
    fn edited(source: &str, running: &[usize]) -> String {
        let template = Template::read(source.to_owned()).ok().unwrap();
        let names = Names {
            run: "R".to_owned(),
        };
        let edits = edits(&template, running, |_, name| name == "$made", &names);
        let edits = edits.into_iter().map(|(_, edit)| edit).collect();
        apply_to(source, 0..source.len(), edits)
    }

    #[test]
    fn a_loop_with_a_call_says_its_items() {
        let at = |id: u32| format!("$pinR.q.i (print $pinR.r \"\\n{id}\")");
        let turn = |id: u32, key: &str, trim: &str| {
            format!("{{{{ $pinRturn := set {} (list {key} .) {trim}}}}}", at(id))
        };
        let end = |id: u32, trim: &str| format!("{{{{ $pinRturn := unset {} {trim}}}}}", at(id));
        let source = |marks: [&str; 4]| {
            let [a, b, c, d] = marks;
            format!(
                "{{{{ range $k, $v := .a -}}}}{a} x {{{{ range .b }}}}{b}{{{{ f }}}}{{{{ end }}}}{c}{{{{ range .c }}}}{{{{ end }}}} {{{{ else }}}}{{{{ end -}}}}{d}"
            )
        };
        let plain = source([""; 4]);
        assert_eq!(edited(&plain, &[]), plain);
        let id = u32::try_from(plain.find("{{ range .b").unwrap()).unwrap();
        let marks = [
            turn(0, "$k", "-"),
            turn(id, "nil", ""),
            end(id, ""),
            end(0, "-"),
        ];
        assert_eq!(
            edited(&plain, &[2]),
            source(marks.each_ref().map(String::as_str))
        );
    }

    #[test]
    fn what_counts_or_was_generated_has_no_items() {
        for (source, running) in [
            ("{{ range $i := until 3 }}{{ f }}{{ end }}", &[1][..]),
            ("{{ range $made }}{{ f }}{{ end }}", &[1]),
            ("{{ range f | splitList `,` }}{{ f }}{{ end }}", &[0, 1]),
        ] {
            assert_eq!(edited(source, running), source);
        }
    }
}
