//! Moments by name: where a certificate's windows begin, and the time in the name of a Job.

use std::num::NonZeroU64;

use super::VERSION;
use super::encode::Fields;
use super::key::Key;
use super::stream::Stream;

/// Twenty years of 365.25 days, in seconds.
const TWENTY_YEARS: NonZeroU64 = NonZeroU64::MIN.saturating_add(631_152_000 - 1);

/// How far the validity windows of a place's certificate are moved: a number of 48 bits, so that not all
/// certificates are issued again at once.
#[must_use]
pub(crate) fn window_phase(key: &Key, place: &[String]) -> u64 {
    let mut bytes = [0; 8];
    moment("certificate phase", key, place).fill(&mut bytes[2..]);
    u64::from_be_bytes(bytes)
}

/// How many seconds after the pinned clock it is for `now` in the name of a Job: below 20 years. The
/// place follows the Job's content, so another content has another time.
#[must_use]
pub(crate) fn job_clock(key: &Key, place: &[String]) -> i64 {
    // Below 2^30, which fits.
    moment("job clock", key, place).below(TWENTY_YEARS) as i64
}

fn moment(label: &str, key: &Key, place: &[String]) -> Stream {
    let info = Fields::labelled(label).number(VERSION).list(place);
    Stream::new(key, &info)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    #[test]
    fn moments_fill_their_ranges() {
        let key = Key::from_bytes([6; 32]);
        let places: Vec<[String; 1]> = (0..1000).map(|number: u32| [number.to_string()]).collect();
        let phases = places.iter().map(|place| window_phase(&key, place));
        let (low, high) = (phases.clone().min().unwrap(), phases.max().unwrap());
        assert!(low < 1 << 40 && high > (1 << 48) - (1 << 40) && high < 1 << 48);
        let clocks = places.iter().map(|place| job_clock(&key, place));
        let (low, high) = (clocks.clone().min().unwrap(), clocks.max().unwrap());
        assert!((0..5_000_000).contains(&low));
        assert!((626_000_000..631_152_000).contains(&high));
    }
}
