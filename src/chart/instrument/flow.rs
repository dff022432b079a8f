//! What goes into the statements of a body: which variables are made of generated values, and which are only chosen by such.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;

use super::pipeline::{given_to, within};
use crate::chart::calls::{Call, Form};
use crate::chart::keeping::chooses;
use crate::chart::outline::{Action, BodyId};
use crate::chart::template::Template;
use crate::chart::token::{Kind, Token};

/// What goes into a pipeline.
#[derive(Default)]
pub(super) struct Inputs {
    /// Whether it runs generating calls.
    pub(super) runs_calls: bool,
    /// The variables that it reads.
    pub(super) reads: BTreeSet<String>,
}

/// What goes into a pipeline of an action, and what of that goes into its value: what is given to a function that yields one of a
/// few texts does not (`$b` in `ternary $a "" (eq $b "x")`). `calls` are those of the action, `running` those of them that run
/// generating calls.
pub(super) fn inputs(
    template: &Template,
    action: &Action,
    pipeline: &Range<usize>,
    calls: &[Call],
    running: &[&Call],
) -> (Inputs, Inputs) {
    let choosing = within(template, pipeline, calls).iter();
    let choosing = choosing.filter(|call| chooses(template, call));
    let choosing = united(choosing.map(|call| given_to(template, action, call)));
    let is_held = |at: usize| {
        let next = choosing.partition_point(|span| span.end <= at);
        choosing.get(next).is_none_or(|span| at < span.start)
    };
    let (mut all, mut held) = (Inputs::default(), Inputs::default());
    for call in within(template, pipeline, running) {
        all.runs_calls = true;
        held.runs_calls |= is_held(call.name.start);
    }
    let tokens = template.tokens.get(pipeline.clone()).unwrap_or_default();
    for token in variables(template, tokens) {
        let name = template.word(token);
        if is_held(token.start) {
            held.reads.insert(name.to_owned());
        }
        all.reads.insert(name.to_owned());
    }
    (all, held)
}

/// The variables among these tokens. `$` alone is none: it is the context.
pub(super) fn variables<'t>(
    template: &Template,
    tokens: &'t [Token],
) -> impl Iterator<Item = &'t Token> {
    let variables = tokens.iter().filter(|it| it.kind == Kind::Variable);
    variables.filter(|it| template.word(it) != "$")
}

/// These spans in order, those that overlap made one.
fn united(spans: impl Iterator<Item = Range<usize>>) -> Vec<Range<usize>> {
    let mut spans: Vec<Range<usize>> = spans.collect();
    spans.sort_unstable_by_key(|span| span.start);
    spans.dedup_by(|next, last| {
        let overlap = next.start < last.end;
        if overlap {
            last.end = last.end.max(next.end);
        }
        overlap
    });
    spans
}

/// Functions that change the map that they are given first.
const FILLING: [&str; 5] = [
    "merge",
    "mergeOverwrite",
    "mustMerge",
    "mustMergeOverwrite",
    "set",
];

/// The variables with maps that a pipeline puts something into.
pub(super) fn filled(template: &Template, calls: &[Call]) -> Vec<String> {
    let fills = |call: &&Call| FILLING.contains(&template.function(call));
    let filled = calls.iter().filter(fills).filter_map(|call| {
        let Form::Command { operands, .. } = &call.form else {
            return None;
        };
        match template.part(operands.first()?) {
            [map] if map.kind == Kind::Variable => Some(template.word(map).to_owned()),
            _ => None,
        }
    });
    filled.collect()
}

/// The variables that calls flow into, each in its body, from one to those that are made of it. `assignments` are those of all bodies: the
/// variable, and what goes into it. Loops run backwards too, so the order does not count. Those in `besides` are left out.
pub(super) fn reached<'s>(
    assignments: impl Iterator<Item = (BodyId, &'s str, &'s Inputs)>,
    besides: &HashSet<(BodyId, &'s str)>,
) -> HashSet<(BodyId, &'s str)> {
    let mut reached = HashSet::new();
    let mut open: Vec<(BodyId, &str)> = Vec::new();
    let mut readers: HashMap<(BodyId, &str), Vec<&str>> = HashMap::new();
    for (body, variable, inputs) in assignments {
        if inputs.runs_calls {
            open.push((body, variable));
        }
        for read in &inputs.reads {
            readers.entry((body, read)).or_default().push(variable);
        }
    }
    while let Some((body, variable)) = open.pop() {
        let is_new = !besides.contains(&(body, variable)) && reached.insert((body, variable));
        if is_new {
            let readers = readers.get(&(body, variable)).into_iter().flatten();
            open.extend(readers.map(|reader| (body, *reader)));
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    #![allow(clippy::single_range_in_vec_init)]
    use super::*;

    #[test]
    fn spans_that_overlap_are_one() {
        let of = |spans: &[Range<usize>]| united(spans.iter().cloned());
        assert_eq!(of(&[4..6, 0..2, 1..3]), [0..3, 4..6]);
        assert_eq!(of(&[0..9, 2..3, 5..6]), [0..9]);
        assert_eq!(of(&[]), [0..0; 0]);
    }
}
