//! The catalog: what is sold, at which rate, and who delivers it.
//!
//! A service is what an admin offers; an order copies what it was sold at, so that changing or deactivating a
//! service touches no order. Services are never deleted. What an order costs is decided in `orders`.
//!
//! Invariants: every stored offer has passed `rules::check`; the version rises with every change (in the schema), so
//! that prepared answers know when they are stale.

mod bulk;
mod categories;
mod error;
mod exchange;
mod follow;
mod guard;
mod import;
mod link;
mod listed;
mod loss;
mod moved;
mod offered;
mod own;
mod pause;
mod rules;
mod search;
mod sources;
mod store;

pub use bulk::{Change, Chosen, Obstacle, Planned, change_all, plan};
pub use categories::{
    Category, CategoryPatch, Platform, Shelf, categories, category_name, change_category, create_category,
    delete_category, merge_categories, order_categories,
};
pub use error::{CatalogError, ImportError};
pub use exchange::change_provider;
pub use follow::{Listing, follow, to_follow};
pub use import::{Action, Import, Imported, Item, take_over, would_take_over};
pub use link::{LinkKind, link_key};
pub use listed::{Listed, keep_listed, newly_listed};
pub use loss::{Loss, Losses, OwnLoss, Terms, losses};
pub use moved::{Moved, move_in};
pub use offered::Entry;
pub use own::{
    OwnRate, OwnRateDraft, Price, PriceList, discount_on_own_rates, own_rates, price, price_list,
    set_own_rates, tell_of_discount,
};
pub use pause::pause_refused;
pub use rules::{Patch, is_one};
pub use search::Search;
pub use sources::{NamedSource, Source, several, sources};
pub use store::{
    PriceChange, active, by_id, favourites, hidden_shown_to, is_sold_of, keep_times, prices, version,
};

use crate::announcements::{self, Told};
use crate::audit_log::{self, Actor};
use crate::db::{ReadTx, Tx};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::{Fault, FieldError, Rule};
use crate::kernel::ids::{ProviderId, ServiceId, UserId};
use crate::kernel::money::{Quantity, Rate};
use crate::kernel::page::{Cursor, Page, PageRequest};
use crate::kernel::text;
use crate::order_types::OrderType;
use crate::provider;
use crate::settings::{self, PriceGuard};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use strum::{IntoStaticStr, VariantArray};

/// What an admin decides about a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub name: String,
    pub category: String,
    pub description: String,
    pub kind: &'static OrderType,
    pub link_kind: LinkKind,
    /// VND per 1,000 units, or per order where the type says so; before the buyer's discount.
    pub rate: Rate,
    pub min: Quantity,
    pub max: Quantity,
    /// Whether the provider tops up what falls off again.
    pub refill: bool,
    /// For so many days after an order was completed; 0: while the service is sold.
    pub refill_days: i64,
    /// Whether the provider lets orders be canceled.
    pub cancel: bool,
    /// Whether it can be bought in runs, which the panel makes.
    pub dripfeed: bool,
    pub active: bool,
    /// `None`: fulfilled by hand.
    pub provider: Option<ProviderId>,
    /// The provider's own id of it; there is one exactly when there is a provider.
    pub provider_service: Option<String>,
    /// What the provider takes, in VND, like `rate`.
    pub cost: Option<Rate>,
    /// Whether a link may have only one of its orders under way at a provider.
    pub exclusive_links: bool,
    /// The only ones who see it; nobody: everybody does.
    pub visible_to: BTreeSet<UserId>,
    /// Its number among those that do the same job.
    pub server: Option<i64>,
    /// What sets it apart from these, in a few words, or why it rests.
    pub note: Option<String>,
    pub state: ServiceState,
}

/// How well a service runs, by the operator's word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum ServiceState {
    #[default]
    Ok,
    /// It takes longer than usual.
    Slow,
    /// It is shown and cannot be ordered. What was bought before goes its way.
    Maintenance,
}

impl Offer {
    /// Its rate. `None`: it is not on sale.
    pub fn on_sale_at(&self) -> Option<Rate> {
        self.active.then_some(self.rate)
    }

    /// Whether it is meant for this caller; `None`: a guest. Its category has a say too: see `Service`.
    fn is_visible_to(&self, caller: Option<UserId>) -> bool {
        self.visible_to.is_empty() || caller.is_some_and(|user| self.visible_to.contains(&user))
    }
}

/// An offer that is on the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    pub id: ServiceId,
    pub offer: Offer,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub guard_state: GuardState,
    /// Seconds from order to completion, the median of the last 30 days. `None`: too few were completed.
    pub average_seconds: Option<i64>,
    pub shelf: Shelf,
}

impl Service {
    /// Whether it is there for this caller; `None`: a guest.
    pub fn is_visible_to(&self, caller: Option<UserId>) -> bool {
        !self.shelf.hidden && self.offer.is_visible_to(caller)
    }

    /// Whether it can be bought now.
    pub fn takes_orders(&self) -> bool {
        self.offer.active && self.offer.state != ServiceState::Maintenance
    }
}

/// What the price guard knows of a service.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GuardState {
    /// Why it was taken off sale. `None`: it was not; an inactive service was then turned off by an admin.
    pub paused: Option<Pause>,
    /// The cost before the jump it was paused for.
    pub cost_before: Option<Rate>,
    /// Up to this cost it is sold at its rate because an admin said so.
    pub accepted_cost: Option<Rate>,
    /// What the cost is made of: the provider's rate as it listed it last, a decimal number in its currency. `None`: it
    /// was not looked at since the cost was set by hand.
    pub listed_rate: Option<String>,
}

/// Why a service was taken off sale without anybody's decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case", const_into_str)]
pub enum Pause {
    /// The cost rose by more than the operator lets pass.
    CostJump,
    /// The rate is 0, or less than the cost and the least margin.
    BelowMargin,
    /// The provider does not list it any more.
    Vanished,
    /// The provider sells something else under its id, or nothing that can be sold: another type, no rate, no limits.
    Changed,
    /// The provider refuses orders for it as for something that it does not sell.
    Refused,
}

impl Pause {
    /// Whether the provider's list says nothing about it, so that only a person puts the service back on sale.
    pub fn waits_for_admin(self) -> bool {
        match self {
            Pause::Refused => true,
            Pause::CostJump | Pause::BelowMargin | Pause::Vanished | Pause::Changed => false,
        }
    }
}

/// Which services a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Exactly this category.
    pub category: Option<String>,
    pub search: Option<Search>,
    /// Only those that the price guard took off sale, or only the others.
    pub paused: Option<bool>,
    /// Only those that can be ordered, or only the others.
    pub active: Option<bool>,
    /// Only those that have this provider among their sources.
    pub provider: Option<ProviderId>,
    /// Only those that are on sale below their cost, or only the others.
    pub at_loss: Option<bool>,
}

impl Filter {
    /// `others`: the services that have the wanted provider as one of several sources.
    fn matches(&self, service: &Service, others: &[ServiceId]) -> bool {
        let offer = &service.offer;
        let in_category = self.category.as_ref().is_none_or(|wanted| *wanted == offer.category);
        let is_paused = service.guard_state.paused.is_some();
        let is_at_loss = offer.active && offer.cost.is_some_and(|cost| offer.rate < cost);
        in_category
            && self.paused.is_none_or(|wanted| wanted == is_paused)
            && self.active.is_none_or(|wanted| wanted == offer.active)
            && self.at_loss.is_none_or(|wanted| wanted == is_at_loss)
            && self
                .provider
                .is_none_or(|wanted| Some(wanted) == offer.provider || others.contains(&service.id))
            && self.search.as_ref().is_none_or(|search| search.finds(service.id, &text::folded(&offer.name)))
    }

    fn names(&self, service: &Service) -> bool {
        self.search.as_ref().is_some_and(|search| search.names(service.id))
    }
}

/// A service that is there for this caller; `None`: a guest. Whatever is hidden from the caller does not exist.
pub fn visible(tx: &ReadTx, id: ServiceId, caller: Option<UserId>) -> Result<Option<Service>, Fault> {
    Ok(by_id(tx, id)?.filter(|service| service.is_visible_to(caller)))
}

/// All services, newest first; the one whose id is searched for stands before them on the first page.
pub fn list(tx: &ReadTx, filter: &Filter, page: PageRequest) -> Result<Page<Service>, Fault> {
    if *filter == Filter::default() {
        return store::list(tx, page);
    }
    let mut found = matching_before(tx, filter, page.cursor)?;
    let exact = found.iter().position(|service| filter.names(service)).map(|at| found.remove(at));
    let exact = exact.filter(|_| page.cursor == Cursor::START);
    let Some(exact) = exact else {
        return Ok(Page::from_probe(found, page.limit, |service| service.id.get()));
    };
    Ok(Page::led_by(exact, found, page.limit, |service| service.id.get()))
}

/// How many services the filter matches.
pub fn count(tx: &ReadTx, filter: &Filter) -> Result<usize, Fault> {
    Ok(matching(tx, filter)?.len())
}

/// All services that the filter matches, newest first.
fn matching(tx: &ReadTx, filter: &Filter) -> Result<Vec<Service>, Fault> {
    matching_before(tx, filter, Cursor::START)
}

fn matching_before(tx: &ReadTx, filter: &Filter, cursor: Cursor) -> Result<Vec<Service>, Fault> {
    let mut found = store::before(tx, cursor)?;
    let others =
        filter.provider.map_or_else(|| Ok(Vec::new()), |provider| store::sources_at(tx, provider))?;
    found.retain(|service| filter.matches(service, &others));
    Ok(found)
}

/// The user wants the service at hand, or not any more. Errors: `NoService`, also for one that is hidden from the user.
pub fn set_favourite(tx: &Tx, user: UserId, id: ServiceId, is_one: bool) -> Result<(), CatalogError> {
    visible(tx, id, Some(user))?.ok_or(CatalogError::NoService)?;
    let keep = if is_one { store::keep_favourite } else { store::drop_favourite };
    Ok(keep(tx, user, id)?)
}

/// Puts a service on the list. Errors: `Fields`.
pub fn create(tx: &Tx, actor: &Actor, offer: Offer) -> Result<Service, CatalogError> {
    create_from(tx, actor, offer, None)
}

/// The same with these sources instead of the offer's one. Errors: `Fields`.
pub fn create_from(
    tx: &Tx,
    actor: &Actor,
    offer: Offer,
    wanted: Option<Vec<NamedSource>>,
) -> Result<Service, CatalogError> {
    let named = [
        ("provider_id", offer.provider.is_some()),
        ("provider_service_id", offer.provider_service.is_some()),
    ];
    if let Some((field, _)) = named.into_iter().find(|(_, is_named)| *is_named && wanted.is_some()) {
        return Err(CatalogError::Fields(vec![FieldError::new("sources", Rule::not_with(field))]));
    }
    let patch = Patch { sources: wanted, ..Patch::default() };
    let guard = settings::price_guard(tx)?;
    let sourced = sourced(tx, offer, &GuardState::default(), patch, &[], guard)?;
    let guard_state = guard::admin_override(sourced.state, &sourced.offer, true, true, guard);
    let (offer, sources) = (sourced.offer, sourced.sources);
    let id = insert(tx, &offer, &guard_state)?;
    store::keep_sources(tx, id, &sources)?;
    let mut entry = actor.entry("service.create", format!("service:{id}"));
    entry.after = Some(with_sources(as_json(&offer), &sources));
    audit_log::record(tx, &entry)?;
    by_id(tx, id)?.ok_or(CatalogError::NoService)
}

/// Changes what the patch names and nothing else. Errors: `NoService`, `Fields`.
pub fn change(tx: &Tx, actor: &Actor, id: ServiceId, patch: Patch) -> Result<Service, CatalogError> {
    change_told(tx, actor, id, patch, Told::Yes)
}

fn change_told(
    tx: &Tx,
    actor: &Actor,
    id: ServiceId,
    patch: Patch,
    told: Told,
) -> Result<Service, CatalogError> {
    let before = by_id(tx, id)?.ok_or(CatalogError::NoService)?;
    let known = store::sources(tx, id)?;
    let is_priced = patch.rate.is_some() || patch.cost.is_some();
    let is_switched = patch.active.is_some();
    let guard = settings::price_guard(tx)?;
    let Sourced { offer, state, sources } =
        sourced(tx, before.offer.clone(), &before.guard_state, patch, &known, guard)?;
    let guard_state = guard::admin_override(state, &offer, is_priced, is_switched, guard);
    if offer == before.offer && guard_state == before.guard_state && sources == known {
        return Ok(before);
    }
    write_down(tx, &before, &offer, &guard_state, told)?;
    store::keep_sources(tx, id, &sources)?;
    let mut entry = actor.entry("service.change", format!("service:{id}"));
    entry.before = Some(with_sources(guarded_json(&before.offer, &before.guard_state), &known));
    let mut after = with_sources(guarded_json(&offer, &guard_state), &sources);
    if told == Told::No {
        after["announce"] = json!(false);
    }
    entry.after = Some(after);
    audit_log::record(tx, &entry)?;
    by_id(tx, id)?.ok_or(CatalogError::NoService)
}

/// The only way to put something on the list: customers are told of it.
fn insert(tx: &Tx, offer: &Offer, guard_state: &GuardState) -> Result<ServiceId, Fault> {
    let id = store::insert(tx, offer, guard_state)?;
    announcements::service_changed(tx, id, true, None, offer.on_sale_at(), Told::Yes)?;
    Ok(id)
}

/// The only way to change what is on the list: customers are told of it, unless an admin wants it otherwise, and the
/// operator of own prices that a new cost rules out.
fn write_down(
    tx: &Tx,
    before: &Service,
    offer: &Offer,
    guard_state: &GuardState,
    told: Told,
) -> Result<(), Fault> {
    store::update(tx, before.id, offer, guard_state)?;
    if opens(before, offer) {
        announcements::service_opened(tx, before.id, offer.on_sale_at(), told)?;
    } else {
        let (was, is) = (before.offer.on_sale_at(), offer.on_sale_at());
        announcements::service_changed(tx, before.id, false, was, is, told)?;
    }
    own::tell_of_cost(tx, before, offer.cost)
}

/// Whether somebody may see it who did not.
fn opens(before: &Service, after: &Offer) -> bool {
    let left_hidden = before.shelf.hidden && before.offer.category != after.category;
    let (was, is) = (&before.offer.visible_to, &after.visible_to);
    left_hidden || (!was.is_empty() && (is.is_empty() || !is.is_subset(was)))
}

/// A service after a patch, before the guard has heard of it.
struct Sourced {
    offer: Offer,
    state: GuardState,
    /// Empty: it has one at most.
    sources: Vec<Source>,
}

fn sourced(
    tx: &ReadTx,
    mut offer: Offer,
    state: &GuardState,
    mut patch: Patch,
    known: &[Source],
    guard: PriceGuard,
) -> Result<Sourced, CatalogError> {
    let was_made_of = made_of(&offer);
    let (mut state, mut several) = (state.clone(), known.to_vec());
    let is_one = patch.provider.is_some() || patch.provider_service.is_some();
    if is_one && patch.sources.is_some() {
        let field = if patch.provider.is_some() { "provider_id" } else { "provider_service_id" };
        return Err(CatalogError::Fields(vec![FieldError::new("sources", Rule::not_with(field))]));
    }
    if is_one {
        several.clear();
    }
    if let Some(wanted) = patch.sources.take() {
        several = sources::named(tx, wanted, known)?.map_err(CatalogError::Fields)?;
        if let [] | [_] = several.as_slice() {
            let one = several.pop();
            patch.provider = Some(one.as_ref().map(|source| source.provider));
            patch.cost = patch.cost.or(one.as_ref().and_then(|source| source.cost).map(Some));
            patch.provider_service = Some(one.map(|source| source.provider_service));
        }
    }
    if patch.rate.is_some() || patch.cost.is_some() || patch.active == Some(true) {
        several.iter_mut().for_each(Source::accept);
    }
    let (cost, limits) = (patch.cost, (patch.min, patch.max));
    offer.rate = patch.rate.unwrap_or(offer.rate);
    let front = sources::front(&offer, &state, &several, guard);
    if let Some(source) = several.get_mut(front) {
        if let Some(cost) = cost.filter(|cost| *cost != source.cost) {
            (source.cost, source.listed_rate) = (cost, None);
        }
        (source.min, source.max) = (limits.0.or(source.min), limits.1.or(source.max));
        sources::lend(&mut offer, &mut state, source);
    }
    let offer = checked(tx, patch.onto(offer))?;
    if several.is_empty() && made_of(&offer) != was_made_of {
        state.listed_rate = None;
    }
    Ok(Sourced { offer, state, sources: several })
}

/// What decides what it costs.
fn made_of(offer: &Offer) -> (Option<ProviderId>, Option<String>, Option<Rate>) {
    (offer.provider, offer.provider_service.clone(), offer.cost)
}

fn with_sources(mut json: Value, sources: &[Source]) -> Value {
    if !sources.is_empty() {
        json["sources"] = sources.iter().map(sources::as_json).collect();
    }
    json
}

fn checked(tx: &ReadTx, offer: Offer) -> Result<Offer, CatalogError> {
    let offer = rules::tidied(offer);
    let mut wrong = rules::check(&offer);
    if let Some(id) = offer.provider
        && provider::by_id(tx, id)?.is_none()
    {
        wrong.push(FieldError::new("provider_id", Rule::NoSuch));
    }
    if wrong.is_empty() { Ok(offer) } else { Err(CatalogError::Fields(wrong)) }
}

/// For the audit log.
fn as_json(offer: &Offer) -> Value {
    json!({
        "name": offer.name,
        "category": offer.category,
        "server": offer.server,
        "note": offer.note,
        "state": offer.state.into_str(),
        "description": offer.description,
        "visible_to": offer.visible_to.iter().map(|user| user.get()).collect::<Vec<_>>(),
        "type": offer.kind.word,
        "link_kind": offer.link_kind.into_str(),
        "rate": offer.rate.to_string(),
        "min_quantity": offer.min.get(),
        "max_quantity": offer.max.get(),
        "refill": offer.refill,
        "refill_days": offer.refill_days,
        "cancel": offer.cancel,
        "dripfeed": offer.dripfeed,
        "exclusive_links": offer.exclusive_links,
        "active": offer.active,
        "provider_id": offer.provider.map(ProviderId::get),
        "provider_service_id": offer.provider_service,
        "cost": offer.cost.map(|cost| cost.to_string()),
    })
}

fn guarded_json(offer: &Offer, guard_state: &GuardState) -> Value {
    let mut json = as_json(offer);
    json["paused_reason"] = json!(guard_state.paused.map(<&str>::from));
    json["accepted_cost"] = json!(guard_state.accepted_cost.map(|cost| cost.to_string()));
    json
}
