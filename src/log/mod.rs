//! What an instrumented render says of itself: which calls ran, with which arguments, and what each was given.

mod fixed;
mod path;
mod take;

use std::ops::Range;
use std::sync::Arc;

use serde_json::Value;
use zeroize::Zeroizing;

use crate::chart::keeping::Keeps;
use crate::chart::site::SiteId;

pub(crate) use path::CallPath;
pub(crate) use take::{read, split};

/// The number of a call in its log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct CallId(pub(crate) usize);

/// An argument of a call.
#[derive(Clone, PartialEq)]
pub(crate) enum Argument {
    /// A text; it need not be UTF-8.
    Text(Zeroizing<Vec<u8>>),
    /// A whole number.
    Int(i64),
    /// A list, a map or nothing.
    Json(Value),
}

/// One call of a generating function in a render.
#[derive(Clone)]
pub(crate) struct Call {
    /// What the table calls it: unique in the render, the same in each render that takes the same ways.
    pub(crate) key: String,
    /// Where it stands in the chart.
    pub(crate) site: SiteId,
    /// How it was reached.
    pub(crate) path: CallPath,
    /// Which call of its site it is on this path, from 1.
    pub(crate) turn: u32,
    /// What it was called with.
    pub(crate) arguments: Vec<Argument>,
    /// What it yielded: the text that the chart sees, or for certificates the JSON object.
    pub(crate) given: Zeroizing<String>,
}

impl Call {
    /// How many bytes it was given and yielded, as far as they are texts.
    fn length(&self) -> usize {
        let given = self.arguments.iter().map(|argument| match argument {
            Argument::Text(text) => text.len(),
            Argument::Int(_) | Argument::Json(_) => 0,
        });
        given.sum::<usize>() + self.given.len()
    }
}

#[cfg(test)]
impl Call {
    /// A call of the first site, in no file, which yielded nothing.
    pub(crate) fn example(key: &str) -> Call {
        Call {
            key: key.to_owned(),
            site: SiteId(0),
            path: CallPath::of(""),
            turn: 1,
            arguments: Vec::new(),
            given: Zeroizing::default(),
        }
    }
}

/// A text that the chart made while calls ran: what an include returned, what an assignment or a printed pipeline
/// yielded.
#[derive(Clone)]
pub(crate) struct Carrier {
    /// What the table calls it, if the table can give it as a whole: what an include returned, what was printed or assigned as a
    /// text.
    pub(crate) key: Option<String>,
    /// The text, which many carriers can have.
    pub(crate) text: Arc<Zeroizing<String>>,
    /// The calls that ran meanwhile, as positions in [`Log::order`]; never empty.
    pub(crate) calls: Range<usize>,
    /// Whether the pipeline takes a digest, so that the text does not hold what the calls yielded.
    pub(crate) is_digest: bool,
    /// Which words that a call yielded stand in the text, whatever they are.
    pub(crate) keeps: Keeps,
}

/// The log of a render.
#[derive(Clone, Default)]
pub(crate) struct Log {
    /// The calls, each once, in the order in which they first ran: file by file as helm renders them.
    pub(crate) calls: Vec<Call>,
    /// All runs of calls in their order. A file that another file includes runs again, with the same calls.
    pub(crate) order: Vec<CallId>,
    /// The carriers.
    pub(crate) carriers: Vec<Carrier>,
    /// The texts among them that turned out not to hold what ran for them.
    pub(crate) fixed: Vec<Carrier>,
    /// The texts that `tpl` was given and that nobody had instrumented. Such a render counts for nothing else.
    pub(crate) unknown_texts: Vec<String>,
}

impl Log {
    /// The calls that ran while a carrier of this log was made, in their order.
    pub(crate) fn ran_for(&self, carrier: &Carrier) -> &[CallId] {
        self.order.get(carrier.calls.clone()).unwrap_or_default()
    }

    /// The first call with which the texts of calls that are longer than `short` come to more than `most` bytes.
    pub(crate) fn one_too_many(&self, short: usize, most: usize) -> Option<&Call> {
        let mut sum = 0_usize;
        self.calls.iter().find(|call| {
            let length = call.length();
            sum += if length > short { length } else { 0 };
            sum > most
        })
    }

    /// Of each call whether it ran for one of these carriers.
    pub(crate) fn ran_for_any<'c>(&self, carriers: impl Iterator<Item = &'c Carrier>) -> Vec<bool> {
        // How many of them begin, less those that end, at each position of the order.
        let mut turns = vec![0_i64; self.order.len() + 1];
        for carrier in carriers {
            for (position, turn) in [(carrier.calls.start, 1), (carrier.calls.end, -1)] {
                if let Some(turns) = turns.get_mut(position) {
                    *turns += turn;
                }
            }
        }
        let mut open = 0;
        let mut ran = vec![false; self.calls.len()];
        for (turn, call) in turns.iter().zip(&self.order) {
            open += turn;
            if let Some(ran) = ran.get_mut(call.0) {
                *ran |= open > 0;
            }
        }
        ran
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_calls_that_ran_for_any_of_these_carriers_are_known() {
        let carrier = |calls: Range<usize>| Carrier {
            key: None,
            text: Arc::default(),
            calls,
            is_digest: false,
            keeps: Keeps::Words,
        };
        let log = Log {
            calls: ["a", "b", "c", "d"].map(Call::example).into(),
            order: [0, 1, 2, 1, 3].map(CallId).into(),
            ..Log::default()
        };
        let ran = |carriers: &[Carrier]| log.ran_for_any(carriers.iter());
        assert_eq!(ran(&[]), [false; 4]);
        let both = [carrier(1..3), carrier(2..4)];
        assert_eq!(ran(&both), [false, true, true, false]);
        assert_eq!(ran(&[carrier(4..5)]), [false, false, false, true]);
    }
}
