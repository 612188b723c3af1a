//! What an admin decides about a provider.

use super::SANDBOX;
use super::store::{self, Place, Provider};
use crate::audit_log::{self, Actor};
use crate::db::{ReadTx, Tx};
use crate::kernel::error::{Answer, Code, Fault, FieldError, Refusal, Rule};
use crate::kernel::ids::{ProviderId, UserId};
use crate::kernel::money::Rate;
use crate::kernel::reason::Reason;
use crate::kernel::secret::Secret;
use crate::kernel::text::trimmed;
use crate::outbound;
use serde_json::{Value, json};
use url::Url;

const MAX_NAME_CHARS: usize = 100;
const MAX_URL_CHARS: usize = 2048;
/// Shorter keys could not be told from other words when they are looked for in what a provider says.
const MIN_KEY_CHARS: usize = 8;
const MAX_KEY_CHARS: usize = 512;

/// A provider to be added.
pub struct Draft {
    pub name: String,
    pub api_url: String,
    pub api_key: Secret,
    /// VND if missing.
    pub currency: Option<String>,
    /// VND per unit of the currency; 1 if missing.
    pub exchange_rate: Option<Rate>,
    pub active: Option<bool>,
    /// The customer whose panel it is.
    pub panel_of: Option<UserId>,
}

/// What is to be different; `None` leaves it.
#[derive(Default)]
pub struct Patch {
    pub name: Option<String>,
    pub api_url: Option<String>,
    pub api_key: Option<Secret>,
    pub currency: Option<String>,
    pub exchange_rate: Option<Rate>,
    pub active: Option<bool>,
    /// The inner `None`: it is nobody's.
    pub panel_of: Option<Option<UserId>>,
}

/// A change that somebody asks for.
pub struct ProviderChange {
    pub actor: Actor,
    pub id: ProviderId,
    pub patch: Patch,
    /// Whether its address may lie in the operator's own network.
    pub allow_private: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    #[error("there is no such provider")]
    NoProvider,
    /// The environment says otherwise.
    #[error("{0} is set by the environment, which wins")]
    Locked(&'static str),
    #[error("{}", Reason::LineNotHeld)]
    NotHeld,
    #[error("{}", FieldError::list(.0))]
    Fields(Vec<FieldError>),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for ProviderError {
    fn answer(&self) -> Answer {
        match self {
            ProviderError::NoProvider => Code::NotFound.into(),
            ProviderError::Locked(name) => {
                Answer::because(Code::Conflict, Reason::Locked { names: (*name).to_owned() })
            }
            ProviderError::NotHeld => Answer::because(Code::Conflict, Reason::LineNotHeld),
            ProviderError::Fields(fields) => Answer::invalid(fields),
            ProviderError::Fault(fault) => fault.answer(),
        }
    }
}

/// Adds a provider. `allow_private`: its address may lie in the operator's own network. Errors: `Fields`.
pub fn create(tx: &Tx, actor: &Actor, draft: Draft, allow_private: bool) -> Result<Provider, ProviderError> {
    let key = draft.api_key.clone();
    let patch = Patch {
        name: Some(draft.name),
        api_url: Some(draft.api_url),
        api_key: Some(draft.api_key),
        currency: draft.currency,
        exchange_rate: draft.exchange_rate,
        active: draft.active,
        panel_of: Some(draft.panel_of),
    };
    let mut provider = patched(tx, blank(), &patch, allow_private)?;
    provider.id = store::insert(tx, &provider, &key)?;
    if let Some(url) = &provider.api_url {
        store::set_place(tx, provider.id, &Place::of(url, &key))?;
    }
    let mut entry = actor.entry("provider.create", format!("provider:{}", provider.id));
    entry.after = Some(as_json(&provider));
    audit_log::record(tx, &entry)?;
    Ok(provider)
}

/// A provider before and after a patch. Errors: `NoProvider`, `Locked`, `Fields`.
pub fn check(
    tx: &ReadTx,
    id: ProviderId,
    patch: &Patch,
    allow_private: bool,
) -> Result<(Provider, Provider), ProviderError> {
    let before = store::by_id(tx, id)?.ok_or(ProviderError::NoProvider)?;
    if before.from_environment {
        let locked = [("api_url", patch.api_url.is_some()), ("api_key", patch.api_key.is_some())];
        if let Some((name, _)) = locked.into_iter().find(|(_, is_given)| *is_given) {
            return Err(ProviderError::Locked(name));
        }
    }
    let after = patched(tx, before.clone(), patch, allow_private)?;
    Ok((before, after))
}

/// Changes what the patch names and nothing else. Errors: those of `check`.
pub fn change(tx: &Tx, asked: &ProviderChange) -> Result<Provider, ProviderError> {
    let ProviderChange { actor, id, patch, allow_private } = asked;
    let id = *id;
    let (before, after) = check(tx, id, patch, *allow_private)?;
    let has_new_key = patch.api_key.is_some();
    if after == before && !has_new_key {
        return Ok(before);
    }
    let is_elsewhere = has_new_key || after.api_url != before.api_url;
    store::update(tx, &after, patch.api_key.as_ref(), is_elsewhere)?;
    if let Some(target) = target(tx, id, &Patch::default())? {
        store::set_place(tx, id, &target.place())?;
    }
    let mut entry = actor.entry("provider.change", format!("provider:{id}"));
    entry.before = Some(as_json(&before));
    entry.after = Some(as_json(&after));
    if has_new_key && let Some(Value::Object(after)) = &mut entry.after {
        after.insert("api_key".to_owned(), json!("replaced"));
    }
    audit_log::record(tx, &entry)?;
    store::by_id(tx, id)?.ok_or(ProviderError::NoProvider)
}

/// What a change does to the account that a provider's order ids belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// It is the same address and key, or there never was an account.
    None,
    /// Another key at the same address: whether it opens the same account, only the provider knows.
    Key,
    /// Another address. Its ids of services may mean something else, too.
    Address,
}

impl Move {
    /// From where the account is known to be to a place.
    pub fn between(known: Option<&Place>, to: &Place) -> Move {
        match known {
            None => Move::None,
            Some(known) if known.url != to.url => Move::Address,
            Some(known) if known.key != to.key => Move::Key,
            Some(_) => Move::None,
        }
    }
}

/// What a provider of the panel's own is called with.
pub struct Target {
    pub api_url: String,
    pub api_key: Secret,
}

impl Target {
    fn place(&self) -> Place {
        Place::of(&self.api_url, &self.api_key)
    }
}

/// What it would be called with after a patch that passes `check`, be it given now or kept from earlier. `None`: it
/// could not be called, or is called as the environment says.
pub fn target(tx: &ReadTx, id: ProviderId, patch: &Patch) -> Result<Option<Target>, Fault> {
    let Some(listed) = store::by_id(tx, id)?.filter(|listed| !listed.from_environment) else {
        return Ok(None);
    };
    let api_url = patch.api_url.as_deref().map(|url| trimmed(url).to_owned()).or(listed.api_url);
    let api_key = match &patch.api_key {
        Some(key) => Some(key.clone()),
        None => store::key(tx, id)?,
    };
    Ok(api_url.zip(api_key).map(|(api_url, api_key)| Target { api_url, api_key }))
}

/// Whether a patch leads a provider that has an address to another server: another scheme, host or port.
pub fn is_elsewhere(tx: &ReadTx, id: ProviderId, patch: &Patch) -> Result<bool, Fault> {
    let Some(wanted) = &patch.api_url else { return Ok(false) };
    let known = store::by_id(tx, id)?.and_then(|listed| listed.api_url);
    let server = |url: &str| Url::parse(trimmed(url)).ok().map(|url| url.origin());
    Ok(known.is_some_and(|known| server(&known) != server(wanted)))
}

/// What a patch that passes `check` would do to the account.
pub fn moving(tx: &ReadTx, id: ProviderId, patch: &Patch) -> Result<Move, Fault> {
    let Some(target) = target(tx, id, patch)? else { return Ok(Move::None) };
    Ok(Move::between(store::place_of(tx, id)?.as_ref(), &target.place()))
}

fn blank() -> Provider {
    Provider {
        id: ProviderId::new(0),
        name: String::new(),
        api_url: None,
        has_key: false,
        from_environment: false,
        currency: "VND".to_owned(),
        exchange_rate: "1".to_owned(),
        active: true,
        panel_of: None,
        balance: None,
        last_sync_at: None,
        trouble: None,
        held: None,
    }
}

fn patched(
    tx: &ReadTx,
    mut provider: Provider,
    patch: &Patch,
    allow_private: bool,
) -> Result<Provider, ProviderError> {
    let mut wrong = wrong(patch, allow_private);
    if let Some(Some(user)) = patch.panel_of
        && !store::is_user(tx, user)?
    {
        wrong.push(FieldError::new("is_user_id", Rule::NoSuch));
    }
    if !wrong.is_empty() {
        return Err(ProviderError::Fields(wrong));
    }
    if let Some(name) = &patch.name {
        trimmed(name).clone_into(&mut provider.name);
    }
    if let Some(url) = &patch.api_url {
        provider.api_url = Some(trimmed(url).to_owned());
    }
    if let Some(currency) = &patch.currency {
        provider.currency = trimmed(currency).to_uppercase();
    }
    if let Some(rate) = patch.exchange_rate {
        provider.exchange_rate = rate.to_string();
    }
    provider.has_key |= patch.api_key.is_some();
    provider.active = patch.active.unwrap_or(provider.active);
    provider.panel_of = patch.panel_of.unwrap_or(provider.panel_of);
    Ok(provider)
}

fn wrong(patch: &Patch, allow_private: bool) -> Vec<FieldError> {
    let mut wrong = Vec::new();
    let mut refuse = |field: &str, rule: Rule| wrong.push(FieldError::new(field, rule));
    if patch.name.as_deref().is_some_and(|name| !is_name(trimmed(name))) {
        refuse("name", Rule::Line { min: 1, max: MAX_NAME_CHARS });
    }
    if let Some(url) = patch.api_url.as_deref().map(trimmed) {
        if url.chars().count() > MAX_URL_CHARS {
            refuse("api_url", Rule::CharsAtMost { max: MAX_URL_CHARS });
        } else if url != SANDBOX
            && let Err(rule) = outbound::check_address(url, allow_private)
        {
            refuse("api_url", rule);
        }
    }
    if patch.api_key.as_ref().is_some_and(|key| !is_key(key.expose())) {
        refuse("api_key", Rule::Key { min: MIN_KEY_CHARS, max: MAX_KEY_CHARS });
    }
    if patch.currency.as_deref().is_some_and(|currency| !is_currency(trimmed(currency))) {
        refuse("currency", Rule::Currency);
    }
    if patch.exchange_rate.is_some_and(|rate| rate.milli() == 0) {
        refuse("exchange_rate", Rule::AboveZero);
    }
    wrong
}

fn is_name(name: &str) -> bool {
    (1..=MAX_NAME_CHARS).contains(&name.chars().count()) && !name.chars().any(char::is_control)
}

fn is_key(key: &str) -> bool {
    (MIN_KEY_CHARS..=MAX_KEY_CHARS).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic())
}

fn is_currency(currency: &str) -> bool {
    (3..=5).contains(&currency.len()) && currency.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// For the audit log: without the key.
fn as_json(provider: &Provider) -> Value {
    json!({
        "name": provider.name, "api_url": provider.api_url, "currency": provider.currency,
        "exchange_rate": provider.exchange_rate, "active": provider.active,
        "is_user_id": provider.panel_of.map(UserId::get),
    })
}
