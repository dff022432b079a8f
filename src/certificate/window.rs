//! Validity windows: when a certificate is issued again, and what dates it bears until then.
//!
//! A certificate for D days is issued again every D/2 days. All moments of one window give the same
//! dates, so the same certificate; each call site has a phase of its own, so that not everything
//! rolls at once. A certificate is always issued again while D/2, and at least three days, are left.

use thiserror::Error;

/// Seconds in half a day: a period of D days' half has D of them.
const HALF_DAY: i64 = 43_200;

/// Argo CD caches manifests for a day, so a certificate outlives its window by three.
const OVERLAP: i64 = 3 * 86_400;

/// Clocks that are slow accept the certificate too.
const BACKDATE: i64 = 3_600;

/// The longest validity, in days: Go's durations end at 292 years.
const MAX_DAYS: i64 = 106_751;

/// The last second that a certificate's dates can hold: 9999-12-31T23:59:59Z.
const LAST_SECOND: i64 = 253_402_300_799;

/// The dates of a certificate, in Unix seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Validity {
    /// The first second of validity.
    pub(crate) not_before: i64,
    /// The last second of validity.
    pub(crate) not_after: i64,
}

/// The span of time for which one certificate is printed, in Unix seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Window {
    /// The first second of the window.
    pub(crate) begin: i64,
    /// The first second of the next window, when the certificate is issued again; none if the
    /// certificate never is, because it is asked for zero days or less.
    pub(crate) end: Option<i64>,
    /// The certificate's dates.
    pub(crate) validity: Validity,
}

/// A clock that no certificate can be issued at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the clock {clock} is not between the years 1970 and 9999: set it in Unix seconds")]
pub(crate) struct ClockError {
    /// The clock, in Unix seconds.
    pub(crate) clock: i64,
}

impl Window {
    /// The window that holds `clock`, for a certificate of `days` days (Sprig's `daysValid`).
    ///
    /// `phase` moves the borders: any number, fixed for the certificate's name. Its lower 48 bits count, so that no
    /// sum overflows: `begin = clock - (clock + phase) mod (days * 43200)`.
    ///
    /// For `days` ≤ 0 the dates are Sprig's, `pinned_now` and `days` days after it, which is before it: such a certificate never
    /// was valid, and is not issued again.
    ///
    /// # Errors
    ///
    /// A clock before 1970 or after 9999.
    pub(crate) fn at(
        clock: i64,
        days: i64,
        phase: u64,
        pinned_now: i64,
    ) -> Result<Window, ClockError> {
        for clock in [clock, pinned_now] {
            if !(0..=LAST_SECOND).contains(&clock) {
                return Err(ClockError { clock });
            }
        }
        if days <= 0 {
            return Ok(Window::fixed(pinned_now, days));
        }
        let period = days.min(MAX_DAYS) * HALF_DAY;
        let begin = clock - (clock + Window::phase(phase)).rem_euclid(period);
        Ok(Window::of_period(begin, period))
    }

    fn of_period(begin: i64, period: i64) -> Window {
        let length = (2 * period).max(period + OVERLAP);
        Window {
            begin,
            end: Some(begin + period),
            validity: Validity {
                not_before: (begin - BACKDATE).max(0),
                not_after: (begin + length).min(LAST_SECOND),
            },
        }
    }

    fn phase(phase: u64) -> i64 {
        (phase & 0xffff_ffff_ffff) as i64
    }

    fn fixed(now: i64, days: i64) -> Window {
        let lifetime = days.max(-MAX_DAYS) * 2 * HALF_DAY;
        Window {
            begin: now,
            end: None,
            validity: Validity {
                not_before: now,
                not_after: (now + lifetime).max(0),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use proptest::prelude::*;

    use super::*;

    const DAY: i64 = 86_400;
    /// 2026-01-01T00:00:00Z.
    const NOW: i64 = 1_767_225_600;

    #[test]
    fn a_year_is_issued_again_each_half_year() {
        let window = Window::at(NOW, 365, 0, 0).unwrap();
        // 112 half years of 182.5 days since 1970 are 20440 days: 2025-12-18.
        assert_eq!(window.begin, 20_440 * DAY);
        assert_eq!(window.end, Some(window.begin + 365 * HALF_DAY));
        assert_eq!(window.validity.not_before, window.begin - 3600);
        assert_eq!(window.validity.not_after, window.begin + 365 * DAY);
    }

    #[test]
    fn short_ones_live_three_days_longer_than_their_window() {
        let window = Window::at(NOW, 1, 0, 0).unwrap();
        assert_eq!(window.end, Some(window.begin + DAY / 2));
        assert_eq!(window.validity.not_after, window.begin + DAY / 2 + 3 * DAY);
        let window = Window::at(NOW, 6, 0, 0).unwrap();
        assert_eq!(window.validity.not_after, window.begin + 6 * DAY);
    }

    #[test]
    fn no_days_as_in_sprig() {
        for clock in [NOW, NOW + 1000 * DAY] {
            for days in [0, -1, -365] {
                let window = Window::at(clock, days, 7, 5000 * DAY).unwrap();
                assert_eq!(window.end, None);
                assert_eq!(window.validity.not_before, 5000 * DAY);
                assert_eq!(window.validity.not_after, (5000 + days) * DAY);
            }
        }
    }

    #[test]
    fn absurd_days_are_cut_to_what_go_can_count() {
        let longest = Window::at(NOW, MAX_DAYS, 0, 0).unwrap();
        assert_eq!(Window::at(NOW, i64::MAX, 0, 0).unwrap(), longest);
        let shortest = Window::at(NOW, i64::MIN, 0, NOW).unwrap();
        assert_eq!(shortest.validity.not_after, 0);
    }

    #[test]
    fn clocks_out_of_range_are_refused() {
        for clock in [-1, LAST_SECOND + 1, i64::MIN, i64::MAX] {
            assert_eq!(Window::at(clock, 1, 0, 0), Err(ClockError { clock }));
            assert_eq!(Window::at(0, 0, 0, clock), Err(ClockError { clock }));
        }
        assert!(Window::at(LAST_SECOND, 1, u64::MAX, 0).is_ok());
    }

    proptest! {
        /// For every clock, length and phase.
        #[test]
        fn windows_tile_the_time(
            clock in 400 * DAY..200_000 * DAY,
            days in 1_i64..20_000,
            phase: u64,
        ) {
            let window = Window::at(clock, days, phase, 0).unwrap();
            let end = window.end.unwrap();
            prop_assert!(window.begin <= clock && clock < end);
            // The documented formula.
            let period = days * 43_200;
            prop_assert_eq!(window.begin, clock - (clock + Window::phase(phase)) % period);
            // All moments of a window agree, and the next window begins where it ends.
            prop_assert_eq!(Window::at(end - 1, days, phase, 0).unwrap(), window);
            prop_assert_eq!(Window::at(end, days, phase, 0).unwrap().begin, end);
            if window.begin >= 0 {
                prop_assert_eq!(Window::at(window.begin, days, phase, 0).unwrap(), window);
            }
            // Enough is left at the end, for the certificate and for a replica with a slow clock.
            let left = window.validity.not_after - end;
            prop_assert!(left >= 3 * DAY && left >= days * DAY / 2);
            prop_assert!(window.validity.not_before <= (window.begin - 3600).max(0));
        }
    }
}
