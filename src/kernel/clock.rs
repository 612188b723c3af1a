//! Time as an object, so that tests own it. The wall clock stamps facts; it never decides about money.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use time::format_description::BorrowedFormatItem;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};

const HTTP_DATE: &[BorrowedFormatItem<'_>] =
    format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");

/// A moment: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(i64);

impl Timestamp {
    pub const fn from_millis(ms: i64) -> Self {
        Timestamp(ms)
    }

    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Timestamp(self.0.saturating_add(seconds.saturating_mul(1000)))
    }

    /// RFC 3339 in UTC with whole seconds: `2026-11-22T07:39:00Z`.
    pub fn rfc3339(self) -> String {
        OffsetDateTime::from_unix_timestamp(self.seconds())
            .ok()
            .and_then(|at| at.format(&Rfc3339).ok())
            .unwrap_or_else(|| "1970-01-01T00:00:00Z".to_owned())
    }

    /// Reads RFC 3339 with any offset; `None` when it is not.
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        let at = OffsetDateTime::parse(text, &Rfc3339).ok()?;
        i64::try_from(at.unix_timestamp_nanos().div_euclid(1_000_000)).ok().map(Timestamp)
    }

    /// As the `Date` of an HTTP answer has it: `Sun, 22 Nov 2026 07:39:00 GMT`.
    pub fn http_date(self) -> String {
        let at = OffsetDateTime::from_unix_timestamp(self.seconds()).ok();
        at.and_then(|at| at.format(HTTP_DATE).ok())
            .unwrap_or_else(|| "Thu, 01 Jan 1970 00:00:00 GMT".to_owned())
    }

    /// Reads the `Date` of an HTTP answer; `None` when it is none.
    pub fn parse_http_date(text: &str) -> Option<Self> {
        let at = PrimitiveDateTime::parse(text, HTTP_DATE).ok()?.assume_utc();
        Some(Timestamp(at.unix_timestamp().saturating_mul(1000)))
    }
}

/// The source of `Timestamp`s: the machine's clock, or a hand-wound one in tests.
#[derive(Clone, Default)]
pub struct Clock(Option<Arc<AtomicI64>>);

impl Clock {
    pub fn system() -> Self {
        Clock(None)
    }

    /// Stands still until `advance` moves it.
    pub fn manual(start: Timestamp) -> Self {
        Clock(Some(Arc::new(AtomicI64::new(start.millis()))))
    }

    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Some(hand) => Timestamp(hand.load(Ordering::SeqCst)),
            None => {
                let since = std::time::SystemTime::now()
                    .duration_since(std::time::UNIX_EPOCH)
                    .unwrap_or(Duration::ZERO);
                Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
            }
        }
    }

    /// How long to wait for what is due once in `period`. Nobody knows when a manual clock will be moved, so whoever
    /// lives by one looks often.
    pub fn patience(&self, period: Duration) -> Duration {
        if self.0.is_some() { period.min(Duration::from_millis(20)) } else { period }
    }

    /// Moves a manual clock; the system's clock stays as it is.
    pub fn advance_seconds(&self, seconds: i64) {
        if let Some(hand) = &self.0 {
            hand.fetch_add(seconds.saturating_mul(1000), Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc3339_has_whole_seconds_in_utc() {
        assert_eq!(Timestamp::from_millis(1_795_333_140_999).rfc3339(), "2026-11-22T07:39:00Z");
    }

    #[test]
    fn any_offset_is_read() {
        let utc = Timestamp::parse_rfc3339("2026-11-22T07:39:00Z");
        assert_eq!(utc, Timestamp::parse_rfc3339("2026-11-22T14:39:00+07:00"));
        assert_eq!(utc.map(Timestamp::rfc3339).as_deref(), Some("2026-11-22T07:39:00Z"));
        assert_eq!(Timestamp::parse_rfc3339("yesterday"), None);
    }

    #[test]
    fn the_date_of_an_answer_is_read_and_written() {
        let read = |text| Timestamp::parse_http_date(text).map(Timestamp::rfc3339);
        assert_eq!(read("Sun, 22 Nov 2026 07:39:00 GMT").as_deref(), Some("2026-11-22T07:39:00Z"));
        assert_eq!([read("2026-11-22"), read("")], [None, None]);
        let written = |ms| Timestamp::from_millis(ms).http_date();
        assert_eq!(written(1_795_333_140_999), "Sun, 22 Nov 2026 07:39:00 GMT");
        assert_eq!(written(0), "Thu, 01 Jan 1970 00:00:00 GMT");
    }
}
