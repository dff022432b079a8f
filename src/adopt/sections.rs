//! Sections of two texts that are compared.

use std::ops::Range;

use crate::manifest::section_name;

/// The parts of two texts in which lines can be one: all of both, or where only one section of `ours` holds `needle`, that section
/// and the one of its name in `live`. Nothing where `live` has sections and none or several of this name, or where `ours` has several.
pub(super) fn like_parts(ours: &str, live: &str, needle: &str) -> Option<[Range<usize>; 2]> {
    let (own, theirs) = (sections(ours), sections(live));
    let mut holding = own.iter().filter(|(_, span)| holds(ours, span, needle));
    let above = 0..own.first().map_or(ours.len(), |(_, span)| span.start);
    match (holding.next(), holding.next()) {
        (Some((name, _)), None) if !theirs.is_empty() && !holds(ours, &above, needle) => {
            Some([only(&own, name)?, only(&theirs, name)?])
        }
        _ => Some([0..ours.len(), 0..live.len()]),
    }
}

fn holds(text: &str, span: &Range<usize>, needle: &str) -> bool {
    text.get(span.clone())
        .is_some_and(|part| part.contains(needle))
}

/// The section of this name, if there is one alone.
fn only(sections: &[(&str, Range<usize>)], name: &str) -> Option<Range<usize>> {
    let mut named = sections.iter().filter(|(own, _)| *own == name);
    let first = named.next()?.1.clone();
    named.next().is_none().then_some(first)
}

/// The sections of a text, each with its first line.
fn sections(text: &str) -> Vec<(&str, Range<usize>)> {
    let mut sections: Vec<(&str, Range<usize>)> = Vec::new();
    let mut begin = 0;
    for line in text.split_inclusive('\n') {
        let end = begin + line.len();
        match (section_name(line), sections.last_mut()) {
            (Some(name), _) => sections.push((name, begin..end)),
            (None, Some((_, last))) => last.end = end,
            (None, None) => {}
        }
        begin = end;
    }
    sections
}
