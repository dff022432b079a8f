//! Moments, as the system tells them and as people write them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The system's clock, in Unix seconds.
pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
    })
}

/// A moment from 1970 to 9999 in Unix seconds as RFC 3339 has it, in UTC: `2026-01-31T09:30:00Z`;
/// the seconds themselves for another.
pub(crate) fn date(seconds: i64) -> String {
    u64::try_from(seconds)
        .ok()
        .and_then(|seconds| der::DateTime::from_unix_duration(Duration::from_secs(seconds)).ok())
        .map_or_else(|| seconds.to_string(), |date| date.to_string())
}

/// The moment that [`date`] writes so; nothing for another text.
pub(crate) fn seconds(date: &str) -> Option<i64> {
    let date: der::DateTime = date.parse().ok()?;
    i64::try_from(date.unix_duration().as_secs()).ok()
}

#[cfg(test)]
mod tests {
    use super::{date, seconds};

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (moment, text) in [
            (-1, "-1"),
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_767_225_600, "2026-01-01T00:00:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(date(moment), text);
        }
        assert_eq!(seconds("2026-01-01T00:00:00Z"), Some(1_767_225_600));
        assert_eq!(seconds("-1"), None);
    }
}
