//! The list of prices as guests see it: what can be had on each platform, and from how much. Pure.

use crate::catalog::Service;
use crate::kernel::ids::ServiceId;
use crate::kernel::money::Rate;
use crate::kernel::text::folded;
use crate::order_types::{OrderType, RatePer};
use std::collections::BTreeMap;

/// Where people have accounts, by the words that a category or a name has; as `static/lib/platforms.js` knows them.
const PLATFORMS: [(&str, &str, &[&str]); 10] = [
    ("TikTok", "brand-tiktok", &["tiktok", "tik tok"]),
    ("Facebook", "brand-facebook", &["facebook", "fanpage"]),
    ("Instagram", "brand-instagram", &["instagram"]),
    ("YouTube", "brand-youtube", &["youtube"]),
    ("Telegram", "brand-telegram", &["telegram"]),
    ("Threads", "brand-threads", &["threads"]),
    ("X", "brand-x", &["twitter"]),
    ("Shopee", "brand-shopee", &["shopee"]),
    ("Spotify", "brand-spotify", &["spotify"]),
    ("Discord", "brand-discord", &["discord"]),
];
/// On a page of prices; whoever wants more looks at the list of services.
const MOST_OF_A_PLATFORM: usize = 12;

/// A platform, or whatever belongs to none.
pub(super) struct Group {
    /// `None`: everything else.
    pub platform: Option<&'static str>,
    pub icon: &'static str,
    pub jobs: Vec<Job>,
    /// How many of its categories are not among the jobs.
    pub left: usize,
}

/// What can be ordered: a category, with its cheapest price.
pub(super) struct Job {
    pub category: String,
    pub services: usize,
    pub cheapest: ServiceId,
    pub from: Rate,
    /// What that is the price of.
    pub unit: Unit,
    /// Of the quickest, as far as it is known.
    pub seconds: Option<i64>,
    /// The longest time in which what is lost is refilled; `Some(0)`: as long as the service is sold.
    pub refill_days: Option<i64>,
}

/// What a price is for, the plainest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Unit {
    /// 1,000 units.
    Thousand,
    /// The same for each minute.
    ThousandMinutes,
    Order,
}

impl Unit {
    fn of(kind: &OrderType) -> Unit {
        match (kind.rate_per, kind.times) {
            (RatePer::Order, _) => Unit::Order,
            (RatePer::Thousand, Some(_)) => Unit::ThousandMinutes,
            (RatePer::Thousand, None) => Unit::Thousand,
        }
    }
}

/// By platform, in their order; within one in the catalog's.
pub(super) fn grouped(services: impl Iterator<Item = Service>) -> Vec<Group> {
    let mut categories: Vec<(String, Job)> = Vec::new();
    for service in services {
        match categories.last_mut().filter(|(name, _)| *name == service.offer.category) {
            Some((_, job)) => job.add(&service),
            None => categories.push((service.offer.category.clone(), Job::of(&service))),
        }
    }
    let mut groups: BTreeMap<usize, Vec<Job>> = BTreeMap::new();
    for (category, job) in categories {
        groups.entry(platform(&category)).or_default().push(job);
    }
    let group = |(place, mut jobs): (usize, Vec<Job>)| {
        let known = PLATFORMS.get(place);
        let left = jobs.len().saturating_sub(MOST_OF_A_PLATFORM);
        jobs.truncate(MOST_OF_A_PLATFORM);
        Group {
            platform: known.map(|(name, ..)| *name),
            icon: known.map_or("tag", |(_, icon, _)| icon),
            jobs,
            left,
        }
    };
    groups.into_iter().map(group).collect()
}

/// The place of its platform; that behind the last stands for none.
fn platform(category: &str) -> usize {
    let words = folded(category);
    let named = |(_, _, known): &(&str, &str, &[&str])| known.iter().any(|word| words.contains(word));
    PLATFORMS.iter().position(named).unwrap_or(PLATFORMS.len())
}

impl Job {
    fn of(service: &Service) -> Job {
        let offer = &service.offer;
        Job {
            category: offer.category.clone(),
            services: 1,
            cheapest: service.id,
            from: offer.rate,
            unit: Unit::of(offer.kind),
            seconds: service.average_seconds,
            refill_days: offer.refill.then_some(offer.refill_days),
        }
    }

    fn add(&mut self, service: &Service) {
        let other = Job::of(service);
        self.services = self.services.saturating_add(1);
        self.seconds = [self.seconds, other.seconds].into_iter().flatten().min();
        self.refill_days = match (self.refill_days, other.refill_days) {
            (Some(0), _) | (_, Some(0)) => Some(0),
            (one, another) => one.max(another),
        };
        // Prices of different things do not compare: the plainest counts.
        if (other.unit, other.from) < (self.unit, self.from) {
            (self.unit, self.from, self.cheapest) = (other.unit, other.from, other.cheapest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn platforms_are_those_of_the_panels() {
        let script =
            String::from_utf8(crate::web::assets::bytes("lib/platforms.js").unwrap().into()).unwrap();
        for (name, icon, words) in PLATFORMS {
            assert!(script.contains(&format!("name: \"{name}\"")), "{name}");
            assert!(script.contains(&format!("icon: \"{icon}\"")), "{icon}");
            assert!(words.iter().all(|word| script.contains(&format!("\"{word}\""))), "{name}");
        }
        assert_eq!(script.matches("icon: \"").count(), PLATFORMS.len());
    }

    #[test]
    fn a_category_belongs_to_the_platform_it_names() {
        for (category, place) in [("Tăng follow TikTok", 0), ("FANPAGE like", 1), ("Khác", PLATFORMS.len())]
        {
            assert_eq!(platform(category), place, "{category}");
        }
    }
}
