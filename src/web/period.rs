//! `?from=` and `?to=`: a span of time, as moments or as days of the panel's home.

use super::error::{ApiError, ApiResult};
use super::params::Query;
use crate::kernel::clock::Timestamp;
use crate::kernel::day::Day;
use crate::kernel::error::{FieldError, Rule};

const DAY_SECONDS: i64 = 24 * 60 * 60;
/// What the statistics show unless asked for more, and the most they show at once.
const USUAL_DAYS: i64 = 30;
const MOST_DAYS: i64 = 400;

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
        Period::between(query.text("from"), query.text("to")).map_err(|wrong| ApiError::fields(&[wrong]))
    }

    /// The same of two texts. `Err` names the one that is no time.
    pub fn between(from: Option<&str>, to: Option<&str>) -> Result<Period, FieldError> {
        let read = |name: &str, text: Option<&str>, of_day: i64, of_moment: i64| {
            let Some(text) = text else { return Ok(None) };
            let moment = Day::parse(text)
                .map(|day| day.start().plus_seconds(of_day))
                .or_else(|| Timestamp::parse_rfc3339(text).map(|at| whole_second(at, of_moment)));
            moment.map(Some).ok_or_else(|| FieldError::new(name, Rule::Time))
        };
        Ok(Period { from: read("from", from, 0, 0)?, until: read("to", to, DAY_SECONDS, 1)? })
    }
}

/// The second that `at` lies in, or the one `seconds` later.
fn whole_second(at: Timestamp, seconds: i64) -> Timestamp {
    if seconds == 0 {
        return at;
    }
    Timestamp::from_millis(at.seconds().saturating_mul(1000)).plus_seconds(seconds)
}

/// Whole days, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    pub first: Day,
    pub last: Day,
}

impl Days {
    /// The days that `from` and `to` lie in, moments too; unless given, up to today and the 30 days before its end.
    pub fn of(query: &Query, today: Day) -> ApiResult<Days> {
        let period = Period::of(query)?;
        let last = period
            .until
            .map_or(today, |until| Day::of(Timestamp::from_millis(until.millis().saturating_sub(1))));
        let first = period.from.map_or_else(|| last.plus(1 - USUAL_DAYS), Day::of);
        if first > last {
            return Err(ApiError::field("from", Rule::NotAfter { field: "to".to_owned() }));
        }
        if first < last.plus(1 - MOST_DAYS) {
            let rule = Rule::DaysBefore { days: MOST_DAYS, field: "to".to_owned() };
            return Err(ApiError::field("from", rule));
        }
        Ok(Days { first, last })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(query: &str) -> Result<(Option<String>, Option<String>), Vec<String>> {
        let shown = |at: Option<Timestamp>| at.map(Timestamp::rfc3339);
        Period::of(&Query::parse(query))
            .map(|period| (shown(period.from), shown(period.until)))
            .map_err(|refusal| refusal.field_names())
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

    fn days(query: &str) -> Result<(String, String), Vec<String>> {
        Days::of(&Query::parse(query), Day::parse("2026-11-22").unwrap())
            .map(|days| (days.first.iso(), days.last.iso()))
            .map_err(|refusal| refusal.field_names())
    }

    #[test]
    fn days_end_today_unless_said_otherwise() {
        let both = |first: &str, last: &str| Ok((first.to_owned(), last.to_owned()));
        assert_eq!(days(""), both("2026-10-24", "2026-11-22"));
        assert_eq!(days("to=2026-03-01"), both("2026-01-31", "2026-03-01"));
        assert_eq!(days("from=2026-11-22"), both("2026-11-22", "2026-11-22"));
        assert_eq!(
            days("from=2026-11-19T17:00:00Z&to=2026-11-20T16:59:59Z"),
            both("2026-11-20", "2026-11-20")
        );
        assert_eq!(
            days("to=2026-11-20T17:00:00Z&from=2026-11-19T16:59:59Z"),
            both("2026-11-19", "2026-11-21")
        );
    }

    #[test]
    fn days_that_are_too_many_or_in_the_wrong_order_are_refused() {
        let from = || Err(vec!["from".to_owned()]);
        assert_eq!(days("from=2026-11-23"), from());
        assert_eq!(days("from=2026-01-02&to=2026-01-01"), from());
        assert!(days("from=2025-10-19").is_ok());
        assert_eq!(days("from=2025-10-18"), from());
        assert_eq!(days("to=tomorrow"), Err(vec!["to".to_owned()]));
        assert_eq!(days("to=0000-01-01").unwrap().1, "0000-01-01");
    }
}
