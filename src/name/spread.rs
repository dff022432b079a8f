//! From carriers to the calls in them, without looking at each pair.

use std::ops::Range;

use crate::log::CallId;

/// Goes through `ranges` of the log's order, best first, and gives each call the numbers of the first `most` that hold
/// it.
pub(super) fn spread(
    ranges: impl Iterator<Item = (usize, Range<usize>)>,
    order: &[CallId],
    calls: usize,
    most: usize,
) -> Vec<Vec<usize>> {
    let mut given: Vec<Vec<usize>> = vec![Vec::new(); calls];
    // The next position from each one on whose call has room.
    let mut next: Vec<usize> = (0..=order.len()).collect();
    for (number, range) in ranges {
        let mut position = open(&mut next, range.start.min(order.len()));
        while position < range.end.min(order.len()) {
            let own = order.get(position).and_then(|call| given.get_mut(call.0));
            match own {
                Some(own) if own.len() < most => {
                    if own.last() != Some(&number) {
                        own.push(number);
                    }
                    position = open(&mut next, position + 1);
                }
                _ => {
                    next[position] = position + 1;
                    position = open(&mut next, position);
                }
            }
        }
    }
    given
}

/// The first position from `start` on that is open.
fn open(next: &mut [usize], start: usize) -> usize {
    let mut last = start;
    while next[last] != last {
        last = next[last];
    }
    // What was walked through is one step from now on.
    let mut walked = start;
    while next[walked] != last && walked != last {
        walked = std::mem::replace(&mut next[walked], last);
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_call_takes_the_first_that_hold_it() {
        let order: Vec<CallId> = [0, 1, 2, 1, 3].map(CallId).to_vec();
        let ranges = [(7, 1..2), (8, 0..3), (9, 2..5), (10, 0..5)];
        let given = spread(ranges.into_iter(), &order, 4, 2);
        assert_eq!(given, [vec![8, 10], vec![7, 8], vec![8, 9], vec![9, 10]]);
        let first = spread([(1, 0..2), (2, 0..9)].into_iter(), &order, 4, 1);
        assert_eq!(first, [[1], [1], [2], [2]]);
    }
}
