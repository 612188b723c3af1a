//! What somebody means who searches the services. Pure.

use crate::kernel::error::Rule;
use crate::kernel::ids::{ServiceId, after_hash};
use crate::kernel::text;

/// Names are not much longer, and everybody may search.
const MAX_CHARS: usize = 100;

/// An id, a part of the name, or either.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    id: Option<ServiceId>,
    /// Folded; `None` behind a `#`, which means the id alone.
    part: Option<String>,
}

impl Search {
    /// Errors: too long.
    pub fn parse(search: &str) -> Result<Search, Rule> {
        let search = text::trimmed(search);
        if search.chars().count() > MAX_CHARS {
            return Err(Rule::CharsAtMost { max: MAX_CHARS });
        }
        let hashed = after_hash(search);
        let id = hashed.or_else(|| search.parse().ok().filter(|id: &i64| id.to_string() == search));
        let part = hashed.is_none().then(|| text::folded(search));
        Ok(Search { id: id.map(ServiceId::new), part })
    }

    /// Whether it is this service's id. That one stands before those whose names hold the number.
    pub fn names(&self, service: ServiceId) -> bool {
        self.id == Some(service)
    }

    /// Whether a service is found, by its folded name.
    pub fn finds(&self, service: ServiceId, folded_name: &str) -> bool {
        self.names(service) || self.part.as_ref().is_some_and(|part| folded_name.contains(part.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_means_an_id_a_part_of_the_name_or_either() {
        let (seven, name) = (ServiceId::new(7), text::folded("Lượt thích 17"));
        for (search, names, finds) in [
            ("7", true, true),
            (" 7 ", true, true),
            ("#7", true, true),
            ("17", false, true),
            ("#17", false, false),
            ("07", false, false),
            ("luot", false, true),
            ("\u{feff}THÍCH 1", false, true),
            ("#luot", false, false),
            ("", false, true),
        ] {
            let parsed = Search::parse(search).unwrap();
            assert_eq!((parsed.names(seven), parsed.finds(seven, &name)), (names, finds), "{search}");
        }
        assert!(Search::parse(&"ạ".repeat(100)).is_ok() && Search::parse(&"a".repeat(101)).is_err());
    }
}
