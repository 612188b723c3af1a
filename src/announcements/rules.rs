//! What an announcement may be, and what a change of a service is called. Pure.

use super::{Announcement, AnnouncementError};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::{FieldError, Rule};
use crate::kernel::ids::AnnouncementId;
use crate::kernel::money::Rate;
use crate::kernel::text::trimmed;
use strum::{IntoStaticStr, VariantArray};

#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Kind {
    News,
    /// About the list of services.
    Service,
    /// Shown so that nobody misses it.
    Warning,
}

/// Who is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Audience {
    /// Guests too.
    All,
    /// Whoever is logged in.
    Customers,
}

/// What is said of who hears of it, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Term {
    Audience,
    StartsAt,
    EndsAt,
}

/// What became of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum ServiceChange {
    New,
    Off,
    /// On sale again.
    Back,
    Dearer,
    Cheaper,
}

impl ServiceChange {
    /// From what it was sold at to what it is; `None` while it is not on sale. `None`: nothing happened.
    pub(super) fn of(is_new: bool, before: Option<Rate>, after: Option<Rate>) -> Option<Self> {
        match (before, after) {
            (None, None) => None,
            (None, Some(_)) if is_new => Some(ServiceChange::New),
            (None, Some(_)) => Some(ServiceChange::Back),
            (Some(_), None) => Some(ServiceChange::Off),
            (Some(before), Some(after)) if before < after => Some(ServiceChange::Dearer),
            (Some(before), Some(after)) if after < before => Some(ServiceChange::Cheaper),
            (Some(_), Some(_)) => None,
        }
    }
}

const TITLE_CHARS: usize = 200;
const TEXT_CHARS: usize = 5000;

/// An announcement that nobody looked at yet.
#[derive(Debug, Clone)]
pub struct Draft {
    pub title: String,
    pub text: String,
    pub kind: Kind,
    pub audience: Audience,
    /// `None`: from now on.
    pub starts_at: Option<Timestamp>,
    pub ends_at: Option<Timestamp>,
}

/// What is to be different; `None` leaves it as it is.
#[derive(Debug, Clone, Default)]
pub struct Patch {
    pub title: Option<String>,
    pub text: Option<String>,
    pub kind: Option<Kind>,
    pub audience: Option<Audience>,
    pub starts_at: Option<Timestamp>,
    pub ends_at: Option<Option<Timestamp>>,
}

impl Draft {
    pub(super) fn checked(self, now: Timestamp) -> Result<Announcement, AnnouncementError> {
        let announcement = Announcement {
            id: AnnouncementId::new(0),
            title: trimmed(&self.title).to_owned(),
            text: trimmed(&self.text).to_owned(),
            kind: self.kind,
            audience: self.audience,
            starts_at: self.starts_at.unwrap_or(now),
            ends_at: self.ends_at,
            news: None,
            created_at: now,
            updated_at: now,
        };
        check(announcement)
    }
}

impl Patch {
    pub(super) fn on(self, before: &Announcement, now: Timestamp) -> Result<Announcement, AnnouncementError> {
        let text =
            |given: Option<String>, old: &str| given.map_or(old.to_owned(), |text| trimmed(&text).to_owned());
        if before.news.is_some() {
            self.names_terms_only()?;
        }
        let after = Announcement {
            title: text(self.title, &before.title),
            text: text(self.text, &before.text),
            kind: self.kind.unwrap_or(before.kind),
            audience: self.audience.unwrap_or(before.audience),
            starts_at: self.starts_at.unwrap_or(before.starts_at),
            ends_at: self.ends_at.unwrap_or(before.ends_at),
            ..before.clone()
        };
        if after == *before {
            return Ok(after);
        }
        check(Announcement { updated_at: now, ..after })
    }

    /// Whether it fits all that a group holds: what begins last begins at `last_start`, what ends first ends at
    /// `first_end`.
    pub(super) fn check_group(
        &self,
        last_start: Timestamp,
        first_end: Option<Timestamp>,
    ) -> Result<(), AnnouncementError> {
        self.names_terms_only()?;
        let is_timed = self.starts_at.is_some() || self.ends_at.is_some();
        let (start, end) = (self.starts_at.unwrap_or(last_start), self.ends_at.unwrap_or(first_end));
        if is_timed && end.is_some_and(|end| end <= start) {
            return Err(AnnouncementError::Fields(vec![FieldError::new("ends_at", after_start())]));
        }
        Ok(())
    }

    fn names_terms_only(&self) -> Result<(), AnnouncementError> {
        let named =
            [("title", self.title.is_some()), ("text", self.text.is_some()), ("kind", self.kind.is_some())];
        let wrong = named.into_iter().filter(|(_, is_named)| *is_named);
        let wrong: Vec<FieldError> = wrong.map(|(field, _)| FieldError::new(field, Rule::NotTaken)).collect();
        if wrong.is_empty() { Ok(()) } else { Err(AnnouncementError::Fields(wrong)) }
    }
}

fn after_start() -> Rule {
    Rule::After { field: "starts_at".to_owned() }
}

fn check(announcement: Announcement) -> Result<Announcement, AnnouncementError> {
    let is_own = announcement.news.is_none();
    let line = |text: &str| !text.contains(char::is_control) && text.chars().count() <= TITLE_CHARS;
    let hides = |c: char| c.is_control() && c != '\n' && c != '\t';
    let text = |text: &str| !text.contains(hides) && text.chars().count() <= TEXT_CHARS;
    let ends_first = announcement.ends_at.is_some_and(|end| end <= announcement.starts_at);
    let parts = [
        (
            "title",
            !is_own || (!announcement.title.is_empty() && line(&announcement.title)),
            Rule::Line { min: 1, max: TITLE_CHARS },
        ),
        ("text", text(&announcement.text), Rule::CharsAtMost { max: TEXT_CHARS }),
        ("ends_at", !ends_first, after_start()),
    ];
    let wrong = parts.into_iter().filter(|(_, fits, _)| !fits);
    let wrong: Vec<FieldError> = wrong.map(|(field, _, rule)| FieldError::new(field, rule)).collect();
    if wrong.is_empty() { Ok(announcement) } else { Err(AnnouncementError::Fields(wrong)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_called_by_what_it_was_and_is_sold_at() {
        let rate = Rate::from_milli;
        for (is_new, before, after, change) in [
            (true, None, rate(5), Some(ServiceChange::New)),
            (true, None, None, None),
            (false, None, rate(5), Some(ServiceChange::Back)),
            (false, rate(5), None, Some(ServiceChange::Off)),
            (false, rate(5), rate(6), Some(ServiceChange::Dearer)),
            (false, rate(5), rate(4), Some(ServiceChange::Cheaper)),
            (false, rate(5), rate(5), None),
        ] {
            assert_eq!(ServiceChange::of(is_new, before, after), change, "{before:?} {after:?}");
        }
    }
}
