//! What providers call the categories of what is sold of them. What they list later goes where the operator has put the
//! rest of such a category, whatever that is called by now.

use super::follow::Listing;
use super::store;
use crate::config::Cleaning;
use crate::db::{ReadTx, Tx};
use crate::kernel::error::Fault;
use crate::kernel::ids::{ProviderId, ServiceId};
use crate::settings;
use std::collections::HashMap;

/// A service, and in which category its provider lists it.
pub type Listed = (ServiceId, String);

/// What is not known yet, or was different when the list was read last.
pub fn newly_listed(tx: &ReadTx, provider: ProviderId, listing: &Listing) -> Result<Vec<Listed>, Fault> {
    let mut listed = Vec::new();
    for (service, source, known) in store::listed_categories(tx, provider)? {
        let offered = listing.find(&source).and_then(|entry| entry.offered.as_ref().ok());
        let Some(offered) = offered.filter(|offered| known.as_ref() != Some(&offered.category)) else {
            continue;
        };
        listed.push((service, offered.category.clone()));
    }
    Ok(listed)
}

/// Keeps these, unless the list is overtaken.
pub fn keep_listed(tx: &Tx, listing: &Listing, part: &[Listed]) -> Result<(), Fault> {
    if !listing.is_current(tx)? {
        return Ok(());
    }
    part.iter().try_for_each(|(service, category)| store::keep_listed_category(tx, *service, category))
}

/// What new services of a provider are called and where they go, each of its categories looked up once.
pub(super) struct Places {
    provider: ProviderId,
    cleaning: Cleaning,
    known: HashMap<String, Option<String>>,
}

impl Places {
    pub(super) fn of(tx: &ReadTx, provider: ProviderId) -> Result<Places, Fault> {
        Ok(Places { provider, cleaning: settings::cleaning(tx)?, known: HashMap::new() })
    }

    pub(super) fn name(&self, listed: &str) -> String {
        self.cleaning.of(listed)
    }

    /// The name of our category for one of the provider's.
    pub(super) fn place(&mut self, tx: &ReadTx, listed: &str) -> Result<String, Fault> {
        let place = match self.known.get(listed) {
            Some(place) => place.clone(),
            None => {
                let place = store::place_of(tx, self.provider, listed)?;
                self.known.insert(listed.to_owned(), place.clone());
                place
            }
        };
        Ok(place.unwrap_or_else(|| self.cleaning.of(listed)))
    }
}
