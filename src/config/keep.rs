//! Which backups are kept: `7d 4w 6m` keeps the newest one of each of the last seven days, four weeks and six months.

use crate::kernel::clock::Timestamp;
use crate::kernel::day::Day;
use std::collections::HashSet;

/// So many days, weeks and months of which the newest backup is kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Keep {
    pub days: usize,
    pub weeks: usize,
    pub months: usize,
}

impl Keep {
    /// `7d 4w 6m`, in any order, each at most once and up to 1,000; at least one of them.
    pub fn parse(text: &str) -> Option<Keep> {
        let mut keep = Keep { days: 0, weeks: 0, months: 0 };
        for word in text.split_whitespace() {
            let unit = word.chars().next_back()?;
            let count: usize =
                word.strip_suffix(unit)?.parse().ok().filter(|count| (1..=1000).contains(count))?;
            let place = match unit {
                'd' => &mut keep.days,
                'w' => &mut keep.weeks,
                'm' => &mut keep.months,
                _ => return None,
            };
            if std::mem::replace(place, count) != 0 {
                return None;
            }
        }
        (keep.days + keep.weeks + keep.months > 0).then_some(keep)
    }

    /// Of backups made at these times, newest first, whether each is kept. The newest always is.
    pub fn of(self, newest_first: &[Timestamp]) -> Vec<bool> {
        let (mut days, mut weeks, mut months) = (HashSet::new(), HashSet::new(), HashSet::new());
        let keeps = newest_first.iter().enumerate().map(|(index, at)| {
            let day = Day::of(*at);
            // 1970-01-01 was a Thursday; weeks begin on Mondays.
            let week = day.number().saturating_add(3).div_euclid(7);
            let month = day.iso().get(..7).unwrap_or_default().to_owned();
            let by_day = days.len() < self.days && days.insert(day.number());
            let by_week = weeks.len() < self.weeks && weeks.insert(week);
            let by_month = months.len() < self.months && months.insert(month);
            index == 0 || by_day || by_week || by_month
        });
        keeps.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_is_read_or_refused() {
        assert_eq!(Keep::parse("7d 4w 6m"), Some(Keep { days: 7, weeks: 4, months: 6 }));
        assert_eq!(Keep::parse("3w"), Some(Keep { days: 0, weeks: 3, months: 0 }));
        for wrong in ["", "7", "d", "0d", "7d 7d", "7y", "-1d", "1001d", "7ờ"] {
            assert_eq!(Keep::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn of_each_day_week_and_month_the_newest_is_kept() {
        let at = |text: &str| Timestamp::parse_rfc3339(&format!("{text}Z")).unwrap();
        let times = [
            "2026-11-29T10:00:00",
            "2026-11-29T04:00:00",
            "2026-11-28T04:00:00",
            "2026-11-27T04:00:00",
            "2026-11-20T04:00:00",
            "2026-10-31T04:00:00",
            "2026-10-30T04:00:00",
        ];
        let kept = Keep { days: 2, weeks: 2, months: 2 }.of(&times.map(at));
        assert_eq!(kept, [true, false, true, false, true, true, false]);
    }
}
