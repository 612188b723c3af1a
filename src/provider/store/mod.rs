//! The providers' SQL.

mod account;
mod hold;

pub use account::{Place, account, begin_account, doubt, is_account, is_in_doubt, key, place_of, set_place};
pub use hold::{Held, forget_refusals, held, held_count, note_refusal};

use crate::db::{ReadTx, Tx};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::ids::{ProviderId, UserId};
use crate::kernel::note::Note;
use crate::kernel::secret::Secret;
use crate::provider::{Account, HOLDING_CUSTOMERS, SANDBOX};
use rusqlite::{Row, named_params};

/// A provider as the operator sees it. The key is not in here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    pub id: ProviderId,
    pub name: String,
    /// `None`: not configured, nothing can be ordered from it.
    pub api_url: Option<String>,
    /// Whether a key was given in the panel.
    pub has_key: bool,
    /// The environment decides over address and key.
    pub from_environment: bool,
    pub currency: String,
    /// VND per unit of the currency, a decimal number.
    pub exchange_rate: String,
    pub active: bool,
    /// The customer whose panel it is: that customer's orders never go there.
    pub panel_of: Option<UserId>,
    /// As the provider wrote it last, in its currency.
    pub balance: Option<String>,
    pub last_sync_at: Option<Timestamp>,
    /// Why the last call failed; `None` while all is well.
    pub trouble: Option<Note>,
    /// It refused orders of several customers in words that nobody knows.
    pub held: Option<Held>,
}

impl Provider {
    /// Whether it can be called.
    pub fn is_configured(&self) -> bool {
        self.api_url.is_some() && (self.from_environment || self.has_key)
    }

    /// Whether it is the built-in one that only plays.
    pub fn is_practice(&self) -> bool {
        self.api_url.as_deref() == Some(SANDBOX)
    }

    /// Whether it does not answer, or not as it should, so that what is known of it grows old. One that has no money of
    /// ours, or too much to do, answers.
    pub fn is_behind(&self) -> bool {
        let answers = |trouble: &Note| matches!(trouble, Note::Account { .. } | Note::Busy { .. });
        self.is_in_trouble() && !self.trouble.as_ref().is_some_and(answers)
    }

    /// Whether it is in use and the last call to it failed.
    pub fn is_in_trouble(&self) -> bool {
        self.active && self.is_configured() && self.trouble.is_some()
    }
}

/// What a provider is called with.
pub struct Callable {
    pub id: ProviderId,
    pub api_url: String,
    /// `None`: the environment's.
    pub api_key: Option<Secret>,
    /// Switched off, it gets no orders; what it has is still asked for.
    pub active: bool,
    /// It gets one order a minute.
    pub held: bool,
    pub account: Account,
    /// Nobody knows yet whether its key opens that account.
    pub in_doubt: bool,
}

const LISTED: &str =
    "SELECT id, name, api_url, currency, exchange_rate, active, balance, last_sync_at, trouble,
    api_key IS NOT NULL, from_environment, is_user_id FROM providers";

fn listed(row: &Row) -> rusqlite::Result<Provider> {
    Ok(Provider {
        id: row.get(0)?,
        name: row.get(1)?,
        api_url: row.get(2)?,
        currency: row.get(3)?,
        exchange_rate: row.get(4)?,
        active: row.get(5)?,
        balance: row.get(6)?,
        last_sync_at: row.get(7)?,
        trouble: row.get(8)?,
        has_key: row.get(9)?,
        from_environment: row.get(10)?,
        panel_of: row.get(11)?,
        held: None,
    })
}

fn with_hold(tx: &ReadTx, provider: Provider) -> Result<Provider, Fault> {
    Ok(Provider { held: held(tx, provider.id)?, ..provider })
}

/// All providers, oldest first.
pub fn all(tx: &ReadTx) -> Result<Vec<Provider>, Fault> {
    let providers = tx.all(&format!("{LISTED} ORDER BY id"), (), listed)?;
    providers.into_iter().map(|provider| with_hold(tx, provider)).collect()
}

pub fn by_id(tx: &ReadTx, id: ProviderId) -> Result<Option<Provider>, Fault> {
    let found = tx.one(&format!("{LISTED} WHERE id = ?1"), [id], listed)?;
    found.map(|provider| with_hold(tx, provider)).transpose()
}

/// Whether orders may be sold that this provider is to deliver.
pub fn configured(tx: &ReadTx, id: ProviderId) -> Result<bool, Fault> {
    let found = tx.one(
        "SELECT active AND api_url IS NOT NULL AND (from_environment OR api_key IS NOT NULL)
         FROM providers WHERE id = ?1",
        [id],
        |row| row.get(0),
    )?;
    Ok(found.unwrap_or(false))
}

/// Whether orders can go out to it now: besides, nobody doubts which account it is.
pub fn takes_orders(tx: &ReadTx, id: ProviderId) -> Result<bool, Fault> {
    Ok(configured(tx, id)? && !is_in_doubt(tx, id)?)
}

pub(super) fn is_user(tx: &ReadTx, id: UserId) -> Result<bool, Fault> {
    tx.value("SELECT EXISTS (SELECT 1 FROM users WHERE id = ?1)", [id], |row| row.get(0))
}

/// The customer whose panel this provider is.
pub fn panel_of(tx: &ReadTx, id: ProviderId) -> Result<Option<UserId>, Fault> {
    Ok(tx.one("SELECT is_user_id FROM providers WHERE id = ?1", [id], |row| row.get(0))?.flatten())
}

/// Those that get no orders: switched off, or without an address or a key.
pub fn stopped(tx: &ReadTx) -> Result<Vec<ProviderId>, Fault> {
    tx.all(
        "SELECT id FROM providers
         WHERE NOT (active AND api_url IS NOT NULL AND (from_environment OR api_key IS NOT NULL)) ORDER BY id",
        (),
        |row| row.get(0),
    )
}

/// All that can be called, those that are switched off included.
pub fn callable(tx: &ReadTx) -> Result<Vec<Callable>, Fault> {
    tx.all(
        "SELECT id, api_url, iif(from_environment, NULL, api_key), active,
             (SELECT count(*) FROM unread_refusals WHERE provider_id = providers.id) >= ?1, account, in_doubt
         FROM providers WHERE api_url IS NOT NULL AND (from_environment OR api_key IS NOT NULL)",
        [HOLDING_CUSTOMERS],
        |row| {
            let key: Option<String> = row.get(2)?;
            let id = row.get(0)?;
            Ok(Callable {
                id,
                api_url: row.get(1)?,
                api_key: key.map(Secret::new),
                active: row.get(3)?,
                held: row.get(4)?,
                account: Account { provider: id, number: row.get(5)? },
                in_doubt: row.get(6)?,
            })
        },
    )
}

pub(super) fn insert(tx: &Tx, provider: &Provider, key: &Secret) -> Result<ProviderId, Fault> {
    let id = tx.insert(
        "INSERT INTO providers (name, api_url, api_key, currency, exchange_rate, active, is_user_id)
         VALUES (:name, :url, :key, :currency, :exchange_rate, :active, :panel_of)",
        named_params! {
            ":name": provider.name, ":url": provider.api_url, ":key": key.expose(), ":currency": provider.currency,
            ":exchange_rate": provider.exchange_rate, ":active": provider.active, ":panel_of": provider.panel_of,
        },
    )?;
    Ok(ProviderId::new(id))
}

/// Without a key the one there is stays. The balance of another account is forgotten; trouble stands until a call ends
/// it, for the jobs write down only what changes.
pub(super) fn update(
    tx: &Tx,
    provider: &Provider,
    key: Option<&Secret>,
    is_elsewhere: bool,
) -> Result<(), Fault> {
    tx.execute(
        "UPDATE providers SET name = :name, api_url = :url, api_key = coalesce(:key, api_key),
             currency = :currency, exchange_rate = :exchange_rate, active = :active, is_user_id = :panel_of,
             balance = iif(:elsewhere, NULL, balance)
         WHERE id = :id",
        named_params! {
            ":id": provider.id, ":name": provider.name, ":url": provider.api_url, ":key": key.map(Secret::expose),
            ":currency": provider.currency, ":exchange_rate": provider.exchange_rate, ":active": provider.active,
            ":elsewhere": is_elsewhere, ":panel_of": provider.panel_of,
        },
    )?;
    Ok(())
}

/// Writes down where the environment says a provider is. `None`: it says nothing any more; what was given in the panel
/// stays.
pub fn set_address(tx: &Tx, id: ProviderId, api_url: Option<&str>) -> Result<(), Fault> {
    match api_url {
        Some(url) => tx.execute(
            "UPDATE providers SET api_url = ?2, from_environment = 1
             WHERE id = ?1 AND NOT (from_environment AND api_url IS ?2)",
            (id, url),
        )?,
        None => tx.execute(
            "UPDATE providers SET api_url = NULL, from_environment = 0 WHERE id = ?1 AND from_environment",
            [id],
        )?,
    };
    Ok(())
}

/// What the last call came to: `None` clears the trouble. Writes only what is new.
pub fn set_trouble(tx: &Tx, id: ProviderId, trouble: Option<&Note>) -> Result<(), Fault> {
    tx.execute("UPDATE providers SET trouble = ?2 WHERE id = ?1 AND trouble IS NOT ?2", (id, trouble))?;
    Ok(())
}

/// What an account has. Of one that was left in the meantime it is no news.
pub fn set_balance(tx: &Tx, at: Account, balance: &str) -> Result<(), Fault> {
    tx.execute(
        "UPDATE providers SET balance = ?3 WHERE id = ?1 AND account = ?2 AND balance IS NOT ?3",
        (at.provider, at.number, balance),
    )?;
    Ok(())
}

/// The number of the sync round that begins now.
pub fn next_round(tx: &Tx, id: ProviderId) -> Result<i64, Fault> {
    tx.value(
        "UPDATE providers SET sync_round = sync_round + 1 WHERE id = ?1 RETURNING sync_round",
        [id],
        |row| row.get(0),
    )
}

/// A round of the status sync went through at this account.
pub fn set_synced(tx: &Tx, at: Account) -> Result<(), Fault> {
    tx.execute(
        "UPDATE providers SET last_sync_at = ?3 WHERE id = ?1 AND account = ?2",
        (at.provider, at.number, tx.now()),
    )?;
    Ok(())
}

/// What a report needs to be read by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncTerms {
    /// The round of the status sync that is on.
    pub round: i64,
    pub currency: String,
    /// VND per unit of the currency, a decimal number.
    pub exchange_rate: String,
}

pub fn sync_terms(tx: &ReadTx, id: ProviderId) -> Result<SyncTerms, Fault> {
    tx.value("SELECT sync_round, currency, exchange_rate FROM providers WHERE id = ?1", [id], |row| {
        Ok(SyncTerms { round: row.get(0)?, currency: row.get(1)?, exchange_rate: row.get(2)? })
    })
}
