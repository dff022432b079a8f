//! What a log says of each carrier: how many calls are in it, of how many bits.

use super::bits::Bits;
use crate::chart::generator::Generator;
use crate::chart::keeping::Keeps;
use crate::log::{CallId, Carrier, Log};

/// What is known of the calls in a carrier.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Content {
    /// How many distinct calls ran meanwhile.
    pub(super) calls: usize,
    /// Their bits together.
    pub(super) bits: Bits,
    /// Whether one of them reads the clock.
    pub(super) has_clock: bool,
    /// Whether one of them has a value that is too small to be known wherever it stands.
    pub(super) has_small: bool,
}

/// The contents of all carriers, and behind them of the [fixed](Log::fixed) texts; `bits` and `is_clock` are those of the log's
/// calls.
pub(super) fn contents(log: &Log, bits: &[Bits], is_clock: &[bool]) -> Vec<Content> {
    let carriers: Vec<&Carrier> = log.carriers.iter().chain(&log.fixed).collect();
    let mut contents = vec![Content::default(); carriers.len()];
    let mut by_end: Vec<usize> = (0..carriers.len()).collect();
    by_end.sort_by_key(|carrier| carriers[*carrier].calls.end);
    let mut waiting = by_end.into_iter().peekable();

    // Each call counts at its latest run so far: then a range that ends here holds each of its calls once.
    let length = log.order.len();
    let (mut counts, mut sums) = (Sums::new(length), Sums::new(length));
    let mut latest: Vec<Option<usize>> = vec![None; log.calls.len()];
    let mut clocks = vec![0_usize; length + 1];
    let mut small = vec![0_usize; length + 1];
    for (position, call) in log.order.iter().enumerate() {
        let bits = bits.get(call.0).copied().unwrap_or_default();
        let own = bits.0 as i64;
        if let Some(latest) = latest.get_mut(call.0) {
            if let Some(earlier) = latest.replace(position) {
                counts.add(earlier, -1);
                sums.add(earlier, -own);
            }
            counts.add(position, 1);
            sums.add(position, own);
        }
        let clock = usize::from(is_clock.get(call.0).is_some_and(|it| *it));
        clocks[position + 1] = clocks[position] + clock;
        small[position + 1] = small[position] + usize::from(!bits.is_masked_anywhere());
        while let Some(carrier) = waiting.next_if(|it| carriers[*it].calls.end <= position + 1) {
            let range = &carriers[carrier].calls;
            let (start, end) = (range.start.min(range.end), range.end);
            contents[carrier] = Content {
                calls: counts.between(start, end) as usize,
                bits: Bits(sums.between(start, end) as u64),
                has_clock: clocks[end] > clocks[start],
                has_small: small[end] > small[start],
            };
        }
    }
    contents
}

/// The texts in which a single call's value may be altered, so that whether it stands there is up to the value
/// (`replace "0" "x"`): no name may follow that. A fixed text counts too, since a short one can be the same by chance.
/// `generators` are those of the log's calls.
pub(super) fn altered<'l>(
    log: &'l Log,
    contents: &[Content],
    generators: &[Option<Generator>],
) -> Vec<(CallId, &'l Carrier)> {
    let carriers = log.carriers.iter().chain(&log.fixed).zip(contents);
    let altered = carriers.filter_map(|(carrier, content)| {
        // All of them are the same call. A digest never shows it, and neither does what it only chose.
        let call = *log.ran_for(carrier).first()?;
        let generator = generators.get(call.0).copied().flatten();
        let needed = match generator {
            Some(Generator::AlphaNum | Generator::Alpha | Generator::Numeric) => {
                Keeps::LettersAndDigits
            }
            _ => Keeps::Words,
        };
        let shows = !carrier.is_digest && carrier.keeps != Keeps::Choice;
        let is_altered = content.calls == 1 && shows && carrier.keeps < needed;
        is_altered.then_some((call, carrier))
    });
    altered.collect()
}

/// Whose values stand in every text that is made of them alone, whatever they are: words that are known wherever they stand,
/// and that nothing alters which made such a text.
pub(super) fn kept(
    altered: &[(CallId, &Carrier)],
    bits: &[Bits],
    generators: &[Option<Generator>],
) -> Vec<bool> {
    let is_word = |generator: &Option<Generator>| {
        matches!(
            generator,
            Some(
                Generator::AlphaNum
                    | Generator::Alpha
                    | Generator::Numeric
                    | Generator::Bytes
                    | Generator::Uuid
            )
        )
    };
    let mut kept: Vec<bool> = generators
        .iter()
        .zip(bits)
        .map(|(generator, bits)| is_word(generator) && bits.is_found_anywhere())
        .collect();
    for (call, _) in altered {
        if let Some(kept) = kept.get_mut(call.0) {
            *kept = false;
        }
    }
    kept
}

/// Sums over ranges of a list of numbers that change (a Fenwick tree).
struct Sums(Vec<i64>);

impl Sums {
    fn new(length: usize) -> Sums {
        Sums(vec![0; length + 1])
    }

    fn add(&mut self, position: usize, number: i64) {
        let mut at = position + 1;
        while let Some(sum) = self.0.get_mut(at) {
            *sum += number;
            at += at & at.wrapping_neg();
        }
    }

    fn before(&self, position: usize) -> i64 {
        let mut at = position.min(self.0.len().saturating_sub(1));
        let mut sum = 0;
        while at > 0 {
            sum += self.0[at];
            at &= at - 1;
        }
        sum
    }

    fn between(&self, start: usize, end: usize) -> i64 {
        (self.before(end) - self.before(start)).max(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::Call;

    #[test]
    fn a_call_that_ran_twice_counts_once() {
        let carrier = |calls| Carrier {
            key: None,
            text: std::sync::Arc::default(),
            calls,
            is_digest: false,
            keeps: Keeps::Nothing,
        };
        let log = Log {
            calls: ["a", "b", "c"].map(Call::example).into(),
            order: [0, 1, 0, 2, 1].map(CallId).to_vec(),
            carriers: vec![carrier(0..3), carrier(2..5), carrier(3..4), carrier(0..5)],
            ..Log::default()
        };
        let bits = [Bits(100_000), Bits(10), Bits(200_000)];
        let seen: Vec<(usize, u64, bool, bool)> = contents(&log, &bits, &[false, false, true])
            .iter()
            .map(|it| (it.calls, it.bits.0, it.has_clock, it.has_small))
            .collect();
        assert_eq!(
            seen,
            [
                (2, 100_010, false, true),
                (3, 300_010, true, true),
                (1, 200_000, true, false),
                (3, 300_010, true, true)
            ]
        );
    }
}
