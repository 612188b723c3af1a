//! `?from=` and `?to=`: a span of time, as moments or as days of the panel's home.

use super::error::{ApiError, ApiResult};
use super::params::Query;
use crate::kernel::clock::Timestamp;
use time::macros::{format_description, offset};
use time::{Date, UtcOffset};

/// Asia/Ho_Chi_Minh, which has no daylight saving time.
const HOME: UtcOffset = offset!(+7);
const DAY_SECONDS: i64 = 24 * 60 * 60;

/// A span of time; a missing end is open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Period {
    /// From this moment on.
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
}

impl Period {
    /// `from` and `to` are RFC 3339 or days like `2026-11-22`. `to` is inclusive: a day counts to its end, a moment
    /// to the end of its second, since times are shown in whole seconds.
    pub fn of(query: &Query) -> ApiResult<Period> {
        let read = |name: &'static str, of_day: i64, of_moment: i64| {
            let Some(text) = query.text(name) else { return Ok(None) };
            let moment = start_of_day(text)
                .map(|day| day.plus_seconds(of_day))
                .or_else(|| Timestamp::parse_rfc3339(text).map(|at| whole_second(at, of_moment)));
            let message = "must be a time like 2026-11-22T07:39:00Z or a day like 2026-11-22";
            moment.map(Some).ok_or_else(|| ApiError::field(name, message))
        };
        Ok(Period { from: read("from", 0, 0)?, until: read("to", DAY_SECONDS, 1)? })
    }
}

/// The second that `at` lies in, or the one `seconds` later.
fn whole_second(at: Timestamp, seconds: i64) -> Timestamp {
    if seconds == 0 {
        return at;
    }
    Timestamp::from_millis(at.seconds().saturating_mul(1000)).plus_seconds(seconds)
}

/// Midnight at home; `None` for what is no day.
fn start_of_day(text: &str) -> Option<Timestamp> {
    if text.len() != 10 || !text.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let day = Date::parse(text, format_description!("[year]-[month]-[day]")).ok()?;
    let midnight = day.midnight().assume_offset(HOME);
    Some(Timestamp::from_millis(midnight.unix_timestamp().saturating_mul(1000)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(query: &str) -> Result<(Option<String>, Option<String>), Vec<String>> {
        let shown = |at: Option<Timestamp>| at.map(Timestamp::rfc3339);
        Period::of(&Query::parse(query))
            .map(|period| (shown(period.from), shown(period.until)))
            .map_err(|refusal| refusal.fields().iter().map(|error| error.field.clone()).collect())
    }

    #[test]
    fn days_begin_and_end_at_midnight_in_vietnam() {
        let (from, until) = period("from=2026-11-22&to=2026-11-22").unwrap();
        assert_eq!(from.as_deref(), Some("2026-11-21T17:00:00Z"));
        assert_eq!(until.as_deref(), Some("2026-11-22T17:00:00Z"));
    }

    #[test]
    fn a_moment_counts_to_the_end_of_its_second() {
        let (from, until) = period("from=2026-11-22T07:39:00%2B07:00&to=2026-11-22T07:39:00.5Z").unwrap();
        assert_eq!(from.as_deref(), Some("2026-11-22T00:39:00Z"));
        assert_eq!(until.as_deref(), Some("2026-11-22T07:39:01Z"));
    }

    #[test]
    fn an_open_end_stays_open() {
        assert_eq!(period("").unwrap(), (None, None));
        assert_eq!(period("from=&to=").unwrap(), (None, None));
    }

    #[test]
    fn what_is_no_time_is_refused_with_its_name() {
        for bad in
            ["yesterday", "2026-13-01", "2026-02-30", "2026-1-1", "22/11/2026", "1795333140", "+2026-1-1"]
        {
            assert_eq!(period(&format!("from={bad}")), Err(vec!["from".to_owned()]), "{bad}");
            assert_eq!(period(&format!("to={bad}")), Err(vec!["to".to_owned()]), "{bad}");
        }
    }
}
