//! What has to be known of the old panel before anything comes: its money, its providers, its categories.

use super::dump::Row;
use super::error::MoveInError;
use super::rules::{self, ExchangeRate};
use super::{Family, MoveIn};
use crate::db::ReadTx;
use crate::kernel::error::Fault;
use crate::kernel::ids::ProviderId;
use crate::kernel::secret::Secret;
use crate::provider::{self, Account, Place};
use std::collections::HashMap;

const MOST_PROVIDERS: usize = 10_000;
const MOST_CATEGORIES: usize = 100_000;
const MOST_CATEGORY_CHARS: usize = 200;
/// What a setting is called, and its value.
const NAME: &[&str] = &["name", "key", "option_name"];
const VALUE: &[&str] = &["value", "option_value"];
const CURRENCY: [&str; 5] =
    ["currency_code", "currency", "site_currency", "default_currency", "currency_default"];
const TYPE_PASSWORD: &str = "type_password";

/// Which money something is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Money {
    Panels,
    Dong,
    /// What the given rate is for.
    Given,
    /// Nobody gave a rate for it.
    Unknown,
}

/// A provider of the old panel that is one here too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct KnownProvider {
    pub id: ProviderId,
    /// `None`: the old panel had another account there, or none that is known.
    pub account: Option<Account>,
}

pub(super) struct Premises {
    /// VND for a unit of the old panel's money.
    pub rate: ExchangeRate,
    /// What the operator gave.
    given: Option<ExchangeRate>,
    dong: ExchangeRate,
    /// What that money is called, where somebody gave a rate for it; `None`: nobody says.
    pub currency: Option<String>,
    /// How old hashes of CMSNT are made. `None`: it does not say.
    pub type_password: Option<String>,
    /// The highest number of an order, over or not. 0: none has one.
    pub newest_order: i64,
    providers: HashMap<String, KnownProvider>,
    categories: HashMap<String, String>,
}

#[derive(Default)]
struct Found {
    currency: Option<String>,
    type_password: Option<String>,
    newest_order: i64,
    providers: HashMap<String, KnownProvider>,
    categories: HashMap<String, String>,
}

impl Premises {
    pub fn read(tx: &ReadTx, wanted: &MoveIn) -> Result<Self, MoveInError> {
        let family = wanted.family;
        let here = here(tx)?;
        let mut found = Found::default();
        let tables: Vec<&str> =
            [family.options, family.providers.tables, family.categories.tables, family.orders.tables]
                .concat();
        wanted.source.each(&tables, |row| {
            let table: &str = &row.table;
            if family.options.contains(&table) {
                found.option(&row);
            } else if family.providers.tables.contains(&table) {
                found.provider(family, &row, &here)?;
            } else if family.orders.tables.contains(&table) {
                let number = row.text(family.orders.id).and_then(rules::id);
                found.newest_order = found.newest_order.max(number.unwrap_or(0));
            } else {
                found.category(family, &row)?;
            }
            Ok(())
        })?;
        let rate = rate(wanted, found.currency.as_deref())?;
        let (given, dong) = (wanted.exchange.clone(), ExchangeRate::one());
        let Found { currency, type_password, newest_order, providers, categories } = found;
        Ok(Premises { rate, given, dong, currency, type_password, newest_order, providers, categories })
    }

    /// VND for a unit of it. `None`: nobody said.
    pub fn rate_of(&self, money: Money) -> Option<&ExchangeRate> {
        match money {
            Money::Panels => Some(&self.rate),
            Money::Dong => Some(&self.dong),
            Money::Given => self.given.as_ref(),
            Money::Unknown => None,
        }
    }

    /// By its id there. `None`: it is none here.
    pub fn provider(&self, old: Option<&str>) -> Option<KnownProvider> {
        self.providers.get(old?).copied()
    }

    /// Its name, or what was given where that is a name already.
    pub fn category(&self, old: Option<&str>) -> String {
        const NONE: &str = "Khác";
        let Some(old) = old else { return NONE.to_owned() };
        let named =
            self.categories.get(old).cloned().unwrap_or_else(|| rules::line(old, MOST_CATEGORY_CHARS));
        // A number that no category has says nothing.
        if rules::id(&named).is_some() || named.is_empty() { NONE.to_owned() } else { named }
    }
}

/// Where the providers that are set up here have their accounts.
fn here(tx: &ReadTx) -> Result<Vec<(Place, Account)>, Fault> {
    let mut here = Vec::new();
    for provider in provider::all(tx)? {
        if let Some(place) = provider::place_of(tx, provider.id)? {
            here.push((place, provider::account(tx, provider.id)?));
        }
    }
    Ok(here)
}

/// In VND it is only by somebody's word, the old panel's or the operator's.
fn rate(wanted: &MoveIn, currency: Option<&str>) -> Result<ExchangeRate, MoveInError> {
    match (&wanted.exchange, currency) {
        (Some(_), Some(currency)) if is_dong(currency) => Err(MoveInError::RateForDong),
        // It is for users of another currency only.
        (Some(_), None) if wanted.family.is_vnd && !wanted.family.is_typed => Ok(ExchangeRate::one()),
        (Some(rate), _) => Ok(rate.clone()),
        (None, Some(currency)) if is_dong(currency) => Ok(ExchangeRate::one()),
        (None, Some(currency)) => Err(MoveInError::RateNeededFor { currency: currency.to_owned() }),
        (None, None) if wanted.family.is_vnd => Ok(ExchangeRate::one()),
        (None, None) => Err(MoveInError::RateNeeded),
    }
}

pub(super) fn is_dong(currency: &str) -> bool {
    matches!(currency.to_uppercase().as_str(), "VND" | "VNĐ" | "Đ" | "₫" | "DONG")
}

impl Found {
    /// A row with a name and a value, or one with a column for each setting.
    fn option(&mut self, row: &Row) {
        let named = row.text(NAME).map(str::to_lowercase);
        let said = |name: &str| match &named {
            Some(named) if named == name => row.text(VALUE),
            Some(_) => None,
            None => row.text(&[name]),
        };
        for name in CURRENCY {
            let code = said(name).map(|code| rules::line(code, 10));
            // Some keep the id of a row there.
            let code = code.filter(|code| code.chars().any(char::is_alphabetic) || is_dong(code));
            self.currency = self.currency.take().or(code);
        }
        self.type_password = self.type_password.take().or_else(|| said(TYPE_PASSWORD).map(str::to_lowercase));
    }

    fn provider(&mut self, family: &Family, row: &Row, here: &[(Place, Account)]) -> Result<(), MoveInError> {
        let columns = &family.providers;
        let (Some(id), Some(url)) = (row.text(columns.id), row.text(columns.url)) else { return Ok(()) };
        let there = Place::of(url, &Secret::new(row.text(columns.key).unwrap_or_default()));
        let same = here.iter().find(|(place, _)| *place == there);
        let known = match same {
            Some((_, account)) => Some(KnownProvider { id: account.provider, account: Some(*account) }),
            None => {
                let at = here.iter().find(|(place, _)| place.url == there.url);
                at.map(|(_, account)| KnownProvider { id: account.provider, account: None })
            }
        };
        if let Some(known) = known {
            self.providers.insert(id.to_owned(), known);
        }
        bounded("the number of providers", self.providers.len(), MOST_PROVIDERS)
    }

    fn category(&mut self, family: &Family, row: &Row) -> Result<(), MoveInError> {
        let columns = &family.categories;
        if let (Some(id), Some(name)) = (row.text(columns.id), row.text(columns.name)) {
            self.categories
                .insert(rules::line(id, 255), rules::line(&provider::decoded(name), MOST_CATEGORY_CHARS));
        }
        bounded("the number of categories", self.categories.len(), MOST_CATEGORIES)
    }
}

fn bounded(what: &'static str, count: usize, most: usize) -> Result<(), MoveInError> {
    if count > most { Err(MoveInError::TooMany { what, most }) } else { Ok(()) }
}
