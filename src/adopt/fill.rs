//! What stands in a text in the place of parts of another one.

use std::ops::Range;

/// A part of ours.
enum Piece<'o> {
    /// It is the same.
    Same(&'o str),
    /// It may be another one of so many characters.
    Other(usize),
}

/// Pieces that follow each other without a gap: what may be of any length is between two segments.
struct Segment<'o>(Vec<Piece<'o>>);

/// What stands in `live` in the place of each of these spans of `ours`, where all the rest is the same; none for a span of which
/// that is open. The spans are in their order, and do not overlap.
///
/// None at all if the rest is not the same.
pub(super) fn fill<'l>(
    ours: &str,
    spans: &[Range<usize>],
    live: &'l str,
) -> Option<Vec<Option<&'l str>>> {
    let segments = segments(ours, spans)?;
    let (first, others) = segments.split_first()?;
    let first = 0..first.end(live, 0)?;
    let Some((last, middle)) = others.split_last() else {
        let gaps = gaps(&segments, std::slice::from_ref(&first), live)?;
        let found = gaps.into_iter().map(|gap| live.get(gap));
        return (first.end == live.len()).then(|| found.collect());
    };
    let last_start = back(live, last.characters())?;
    if last_start < first.end || last.end(live, last_start)? != live.len() {
        return None;
    }
    let last = last_start..live.len();
    // Each as far to the left as it can be, and as far to the right: where both agree, there is no other way.
    let mut left = vec![first.clone()];
    let mut start = first.end;
    for segment in middle {
        let place = segment.leftmost(live, start..last.start)?;
        start = place.end;
        left.push(place);
    }
    left.push(last.clone());
    let mut right = vec![last.clone()];
    let mut end = last.start;
    for segment in middle.iter().rev() {
        let place = segment.rightmost(live, first.end..end)?;
        end = place.start;
        right.push(place);
    }
    right.push(first);
    right.reverse();
    let both = gaps(&segments, &left, live)?.into_iter();
    let both = both.zip(gaps(&segments, &right, live)?);
    let found = both.map(|(left, right)| live.get(left.clone()).filter(|_| left == right));
    Some(found.collect())
}

/// The segments of ours. Where two spans stand side by side, only their lengths tell them apart.
fn segments<'o>(ours: &'o str, spans: &[Range<usize>]) -> Option<Vec<Segment<'o>>> {
    let mut segments = Vec::new();
    let mut pieces = Vec::new();
    let mut done = 0;
    for (number, span) in spans.iter().enumerate() {
        if done < span.start {
            pieces.push(Piece::Same(ours.get(done..span.start)?));
        }
        let next = spans.get(number + 1);
        let touches_next = next.is_some_and(|next| next.start == span.end);
        let touches = touches_next || (number > 0 && span.start == done);
        match touches {
            true => pieces.push(Piece::Other(ours.get(span.clone())?.chars().count())),
            false => segments.push(Segment(std::mem::take(&mut pieces))),
        }
        done = span.end;
    }
    if done < ours.len() {
        pieces.push(Piece::Same(ours.get(done..)?));
    }
    segments.push(Segment(pieces));
    Some(segments)
}

/// What may differ, in the order of the spans, where the segments stand at these places.
fn gaps(
    segments: &[Segment<'_>],
    places: &[Range<usize>],
    live: &str,
) -> Option<Vec<Range<usize>>> {
    let mut gaps = Vec::new();
    let mut done = None;
    for (segment, place) in segments.iter().zip(places) {
        gaps.extend(done.map(|done| done..place.start));
        let mut at = place.start;
        for piece in &segment.0 {
            let end = piece.end(live, at)?;
            if matches!(piece, Piece::Other(_)) {
                gaps.push(at..end);
            }
            at = end;
        }
        done = Some(place.end);
    }
    Some(gaps)
}

impl Piece<'_> {
    /// Where it ends, if it stands at `start`.
    fn end(&self, live: &str, start: usize) -> Option<usize> {
        let rest = live.get(start..)?;
        match self {
            Piece::Same(text) => rest.starts_with(text).then_some(start + text.len()),
            Piece::Other(count) => {
                let starts = rest.char_indices().map(|(at, _)| at);
                let mut ends = starts.chain([rest.len()]);
                Some(start + ends.nth(*count)?)
            }
        }
    }
}

impl Segment<'_> {
    /// Where it ends, if it stands at `start`.
    fn end(&self, live: &str, start: usize) -> Option<usize> {
        let mut pieces = self.0.iter();
        pieces.try_fold(start, |at, piece| piece.end(live, at))
    }

    fn characters(&self) -> usize {
        let lengths = self.0.iter().map(|piece| match piece {
            Piece::Same(text) => text.chars().count(),
            Piece::Other(count) => *count,
        });
        lengths.sum()
    }

    /// What it begins with. Between two gaps that is a text.
    fn beginning(&self) -> Option<&str> {
        match self.0.first() {
            Some(Piece::Same(text)) => Some(text),
            Some(Piece::Other(_)) | None => None,
        }
    }

    /// The first place of it in this part of a text.
    fn leftmost(&self, live: &str, within: Range<usize>) -> Option<Range<usize>> {
        let text = self.beginning()?;
        let live = live.get(..within.end)?;
        let mut from = within.start;
        loop {
            let start = from + live.get(from..)?.find(text)?;
            if let Some(end) = self.end(live, start) {
                return Some(start..end);
            }
            from = start + text.chars().next()?.len_utf8();
        }
    }

    /// The last place of it in this part of a text.
    fn rightmost(&self, live: &str, within: Range<usize>) -> Option<Range<usize>> {
        let text = self.beginning()?;
        let live = live.get(..within.end)?;
        let mut to = within.end;
        loop {
            let start = within.start + live.get(within.start..to)?.rfind(text)?;
            if let Some(end) = self.end(live, start) {
                return Some(start..end);
            }
            to = start + text.len() - text.chars().next_back()?.len_utf8();
        }
    }
}

/// Where the last so many characters of a text begin.
fn back(text: &str, count: usize) -> Option<usize> {
    let starts = text.char_indices().map(|(at, _)| at).rev();
    std::iter::once(text.len()).chain(starts).nth(count)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// What stands in the place of each `_`; of `__` two with one character each.
    fn filled<'l>(ours: &str, live: &'l str) -> Option<Vec<Option<&'l str>>> {
        let spans: Vec<_> = ours.match_indices('_').map(|(at, _)| at..at + 1).collect();
        fill(ours, &spans, live)
    }

    #[test]
    fn gaps_take_what_stands_between_the_rest() {
        for (ours, live, expected) in [
            ("same", "same", &[][..]),
            ("_", "éa", &[Some("éa")]),
            ("a_", "a", &[Some("")]),
            ("x:_@h", "x:li:v@e@h", &[Some("li:v@e")]),
            ("a=_\nb=_\n", "a=1\nb=2\n", &[Some("1"), Some("2")]),
            ("__", "éa", &[Some("é"), Some("a")]),
            ("a__b_c", "aéébxc", &[Some("é"), Some("é"), Some("x")]),
            // A first `aa` that is not followed by what it should be, and overlaps the second one.
            (
                "_aa__b_",
                "aaaxyb",
                &[Some("a"), Some("x"), Some("y"), Some("")],
            ),
        ] {
            assert_eq!(filled(ours, live).as_deref(), Some(expected), "{ours}");
        }
    }

    #[test]
    fn what_is_open_is_nothing() {
        let found = filled("x:_:_@h", "x:my:pass:word@h");
        assert_eq!(found.unwrap(), [None, None]);
        let found = filled("a=_;b=_:_@h", "a=1;b=x:y:z@h");
        assert_eq!(found.unwrap(), [Some("1"), None, None]);
    }

    #[test]
    fn another_rest_is_none() {
        for (ours, live) in [
            ("same", "other"),
            ("a_a", "a"),
            ("a_b_c", "axc"),
            ("ab_ba", "aba"),
            ("__", "abc"),
            ("a__", "ab"),
            ("_x", "é"),
        ] {
            assert_eq!(filled(ours, live), None, "{ours}");
        }
    }
}
