//! Days as the panel's operator counts them: in Asia/Ho_Chi_Minh, which has no daylight saving time.

use super::clock::Timestamp;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{Date, OffsetDateTime};

const CLOCK: &[BorrowedFormatItem<'_>] = format_description!("[hour]:[minute]:[second] [day]/[month]/[year]");

const ENGLISH_CLOCK: &[BorrowedFormatItem<'_>] =
    format_description!("[day padding:none] [month repr:short] [year], [hour]:[minute] (GMT+7)");

/// Asia/Ho_Chi_Minh is seven hours ahead of UTC. The same numbers stand in the triggers that keep the daily sums.
const AHEAD_MS: i64 = 7 * 60 * 60 * 1000;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// 1970-01-01, as `Date` counts days.
const EPOCH_JULIAN: i64 = 2_440_588;

/// A day in Asia/Ho_Chi_Minh, as the number of days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i64);

impl Day {
    pub const fn from_number(number: i64) -> Self {
        Day(number)
    }

    pub const fn number(self) -> i64 {
        self.0
    }

    /// The day in which a moment lies.
    pub const fn of(at: Timestamp) -> Self {
        Day(at.millis().saturating_add(AHEAD_MS).div_euclid(DAY_MS))
    }

    /// Its first moment.
    pub const fn start(self) -> Timestamp {
        Timestamp::from_millis(self.0.saturating_mul(DAY_MS).saturating_sub(AHEAD_MS))
    }

    /// So many days later, or earlier.
    #[must_use]
    pub const fn plus(self, days: i64) -> Self {
        Day(self.0.saturating_add(days))
    }

    /// Reads `2026-11-22`; `None` for what is no day.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 10 || !text.starts_with(|first: char| first.is_ascii_digit()) {
            return None;
        }
        let date = Date::parse(text, format_description!("[year]-[month]-[day]")).ok()?;
        Some(Day(i64::from(date.to_julian_day()).saturating_sub(EPOCH_JULIAN)))
    }

    /// `2026-11-22`.
    pub fn iso(self) -> String {
        i32::try_from(self.0.saturating_add(EPOCH_JULIAN))
            .ok()
            .and_then(|julian| Date::from_julian_day(julian).ok())
            .and_then(|date| date.format(format_description!("[year]-[month]-[day]")).ok())
            .unwrap_or_else(|| "1970-01-01".to_owned())
    }
}

/// A moment as clocks there show it: `14:39:00 22/11/2026`.
pub fn clock_of(at: Timestamp) -> String {
    let ahead = at.millis().saturating_add(AHEAD_MS).div_euclid(1000);
    let shown = OffsetDateTime::from_unix_timestamp(ahead).ok().and_then(|at| at.format(CLOCK).ok());
    shown.unwrap_or_else(|| at.rfc3339())
}

/// The same in English, to the minute: `22 Nov 2026, 14:39 (GMT+7)`.
pub fn english_clock_of(at: Timestamp) -> String {
    let ahead = at.millis().saturating_add(AHEAD_MS).div_euclid(1000);
    let shown = OffsetDateTime::from_unix_timestamp(ahead).ok().and_then(|at| at.format(ENGLISH_CLOCK).ok());
    shown.unwrap_or_else(|| at.rfc3339())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_vietnam() {
        let day = Day::parse("2026-11-22").unwrap();
        assert_eq!(day.start().rfc3339(), "2026-11-21T17:00:00Z");
        assert_eq!(Day::of(day.start()), day);
        let before = Timestamp::from_millis(day.start().millis() - 1);
        assert_eq!(Day::of(before).iso(), "2026-11-21");
    }

    #[test]
    fn a_clock_there_is_seven_hours_ahead() {
        let at = |text: &str| clock_of(Timestamp::parse_rfc3339(text).unwrap());
        assert_eq!(at("2026-11-22T07:39:00Z"), "14:39:00 22/11/2026");
        assert_eq!(at("2026-12-31T17:00:59Z"), "00:00:59 01/01/2027");
        let english = |text: &str| english_clock_of(Timestamp::parse_rfc3339(text).unwrap());
        assert_eq!(english("2026-12-31T17:00:59Z"), "1 Jan 2027, 00:00 (GMT+7)");
    }

    #[test]
    fn days_read_and_print_across_years() {
        for text in ["1969-12-31", "1970-01-01", "2024-02-29", "2026-12-31", "9999-12-31"] {
            assert_eq!(Day::parse(text).unwrap().iso(), text);
        }
        assert_eq!(Day::parse("2026-12-31").unwrap().plus(1).iso(), "2027-01-01");
        assert_eq!(Day::parse("1970-01-01"), Some(Day::from_number(0)));
    }
}
