//! What belongs to the logged-in user: balance, tier, referrals, transactions.

use super::error::{ApiError, ApiResult, Problem};
use super::export::{Columns, Export};
use super::guards::{Caller, Member};
use super::params::Query;
use super::period::Period;
use super::respond::{Json, List};
use crate::accounts::{self, AccountError, Profile, User};
use crate::kernel::ids::{DepositId, OrderId, UserId};
use crate::kernel::money::Vnd;
use crate::ledger::{self, Entry, Kind, StatementFilter};
use crate::referrals::clicks;
use crate::settings::{self, Tier};
use crate::state::App;
use rocket::{Route, State, get, routes};
use serde::{Deserialize, Serialize};
use strum::VariantArray;
use utoipa::ToSchema;

pub fn routes() -> Vec<Route> {
    routes![balance, tier, referrals, transactions, transactions_csv]
}

/// A request that says all with its address.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// A user as the user and the admins see it.
#[derive(Serialize, ToSchema)]
pub struct UserView {
    id: i64,
    username: String,
    email: String,
    /// `user`, `support` or `admin`.
    role: &'static str,
    banned: bool,
    /// VND.
    balance: i64,
    /// VND: what was charged less what was refunded.
    total_spent: i64,
    tier: UserTier,
    /// What others register with to be referred by this user.
    referral_code: String,
    /// Whether log-ins ask for a second factor.
    totp: bool,
    created_at: String,
}

#[derive(Serialize, ToSchema)]
pub struct UserTier {
    level: i64,
    name: String,
    discount_percent: i64,
}

impl From<Profile> for UserView {
    fn from(Profile { user, balances, tier }: Profile) -> Self {
        UserView {
            id: user.id.get(),
            username: user.username,
            email: user.email,
            role: user.role.into_str(),
            banned: user.banned,
            balance: balances.balance.get(),
            total_spent: balances.spent.get(),
            tier: UserTier { level: tier.level, name: tier.name, discount_percent: tier.discount.get() },
            referral_code: user.referral_code,
            totp: user.totp,
            created_at: user.created_at.rfc3339(),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct BalanceView {
    balance: i64,
    total_spent: i64,
    /// Always `VND`.
    currency: &'static str,
}

#[derive(Serialize, ToSchema)]
pub struct TierView {
    level: i64,
    name: String,
    min_spent: i64,
    discount_percent: i64,
}

impl From<Tier> for TierView {
    fn from(tier: Tier) -> Self {
        TierView {
            level: tier.level,
            name: tier.name,
            min_spent: tier.min_spent.get(),
            discount_percent: tier.discount.get(),
        }
    }
}

/// Where the user stands between the tiers.
#[derive(Serialize, ToSchema)]
pub struct StandingView {
    level: i64,
    name: String,
    discount_percent: i64,
    total_spent: i64,
    /// The next tier; null at the top.
    next: Option<NextTier>,
    tiers: Vec<TierView>,
}

#[derive(Serialize, ToSchema)]
pub struct NextTier {
    #[serde(flatten)]
    tier: TierView,
    /// VND still to be spent for it.
    remaining: i64,
}

/// Who registered with the user's code, newest first.
#[derive(Serialize, ToSchema)]
pub struct ReferralsView {
    referral_code: String,
    /// The share of what a referred user pays for finished orders.
    commission_percent: i64,
    /// VND: everything earned so far, less what was taken back.
    total_commission: i64,
    /// How often guests came by the link: each network counts once a day, robots do not.
    clicks: i64,
    /// How many registered with the code.
    sign_ups: i64,
    #[serde(flatten)]
    list: List<ReferredView>,
}

#[derive(Serialize, ToSchema)]
pub struct ReferredView {
    username: String,
    joined_at: String,
    /// VND earned from this user's orders.
    commission: i64,
}

impl From<(User, Vnd)> for ReferredView {
    fn from((user, commission): (User, Vnd)) -> Self {
        ReferredView {
            username: user.username,
            joined_at: user.created_at.rfc3339(),
            commission: commission.get(),
        }
    }
}

/// One movement of money.
#[derive(Serialize, ToSchema)]
pub struct TransactionView {
    id: i64,
    /// `deposit`, `order`, `refund`, `commission`, `commission_reversal`, `bonus` or `adjustment`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// VND; above zero: the user received it.
    amount: i64,
    /// VND, right after it.
    balance_after: i64,
    description: String,
    order_id: Option<i64>,
    deposit_id: Option<i64>,
    created_at: String,
}

impl From<Entry> for TransactionView {
    fn from(entry: Entry) -> Self {
        TransactionView {
            id: entry.id.get(),
            kind: entry.kind.into_str(),
            amount: entry.amount.get(),
            balance_after: entry.balance_after.get(),
            description: entry.description,
            order_id: entry.order.map(OrderId::get),
            deposit_id: entry.deposit.map(DepositId::get),
            created_at: entry.created_at.rfc3339(),
        }
    }
}

/// `type`, `from` and `to` of a list of transactions.
pub fn statement_filter(query: &Query, user: Option<UserId>) -> ApiResult<StatementFilter> {
    let shown = Kind::VARIANTS.iter().filter(|kind| kind.touches_users());
    let Period { from, until } = Period::of(query)?;
    Ok(StatementFilter {
        user,
        kind: query.one_of("type", shown.map(|kind| (kind.into_str(), *kind)))?,
        from,
        until,
    })
}

#[utoipa::path(get, path = "/api/user/balance", tag = "user", responses(
    (status = 200, body = BalanceView), (status = 401, body = Problem)))]
#[get("/api/user/balance")]
pub fn balance(me: Caller<'_>) -> ApiResult<Json<BalanceView>> {
    let held = me.read(|tx, me| Ok(ledger::balances(tx, me.id)?.ok_or(AccountError::NoUser)?))?;
    Ok(Json(BalanceView { balance: held.balance.get(), total_spent: held.spent.get(), currency: "VND" }))
}

#[utoipa::path(get, path = "/api/user/tier", tag = "user", responses(
    (status = 200, body = StandingView), (status = 401, body = Problem)))]
#[get("/api/user/tier")]
pub fn tier(me: Caller<'_>) -> ApiResult<Json<StandingView>> {
    let standing = me.read(|tx, me| Ok(accounts::standing(tx, me.id)?.ok_or(AccountError::NoUser)?))?;
    let next = |(tier, remaining): (Tier, Vnd)| NextTier { tier: tier.into(), remaining: remaining.get() };
    Ok(Json(StandingView {
        level: standing.tier.level,
        name: standing.tier.name,
        discount_percent: standing.tier.discount.get(),
        total_spent: standing.spent.get(),
        next: standing.next.map(next),
        tiers: standing.tiers.into_iter().map(TierView::from).collect(),
    }))
}

#[utoipa::path(get, path = "/api/user/referrals", tag = "user",
    params(("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = ReferralsView), (status = 401, body = Problem), (status = 422, body = Problem)))]
#[get("/api/user/referrals")]
pub async fn referrals(app: &State<App>, me: Member, query: Query) -> ApiResult<Json<ReferralsView>> {
    let page = query.page()?;
    let view = app.db.read(move |tx| {
        let me = accounts::profile(tx, me.id)?.ok_or(AccountError::NoUser)?;
        Ok::<_, ApiError>(ReferralsView {
            commission_percent: settings::commission_percent(tx)?.get(),
            total_commission: me.balances.earned.get(),
            clicks: clicks(tx, me.user.id)?,
            sign_ups: accounts::sign_ups(tx, me.user.id)?,
            list: List::of(accounts::referred(tx, me.user.id, page)?, ReferredView::from),
            referral_code: me.user.referral_code,
        })
    });
    let mut view = view.await?;
    // What is written down is a minute old.
    view.clicks = view.clicks.saturating_add(app.referral_clicks.of(me.id));
    Ok(Json(view))
}

/// The user's movements of money, newest first; all amounts add up to the balance.
#[utoipa::path(get, path = "/api/user/transactions", tag = "user",
    params(("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query),
        ("type" = Option<String>, Query, description = "One type only"),
        ("from" = Option<String>, Query, description = "RFC 3339, or a day in Asia/Ho_Chi_Minh"),
        ("to" = Option<String>, Query, description = "Like `from`; the second or day is included")),
    responses((status = 200, body = List<TransactionView>), (status = 401, body = Problem),
        (status = 422, body = Problem)))]
#[get("/api/user/transactions")]
pub async fn transactions(
    app: &State<App>,
    me: Member,
    query: Query,
) -> ApiResult<Json<List<TransactionView>>> {
    let (filter, page) = (statement_filter(&query, Some(me.id))?, query.page()?);
    let entries = app.db.read(move |tx| ledger::statement(tx, &filter, page)).await?;
    Ok(Json(List::of(entries, TransactionView::from)))
}

/// The columns of a file of transactions.
const COLUMNS: Columns = Columns {
    file: "transactions",
    header: "id,created_at,type,amount,balance_after,description,order_id,deposit_id",
};

/// The user's movements of money as a CSV file, with the filters of the list.
#[utoipa::path(get, path = "/api/user/transactions.csv", tag = "user",
    params(("type" = Option<String>, Query), ("from" = Option<String>, Query), ("to" = Option<String>, Query)),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 422, body = Problem),
        (status = 429, body = Problem, description = "another export of the caller's is running")))]
#[get("/api/user/transactions.csv")]
pub fn transactions_csv(me: Member, query: Query) -> ApiResult<Export> {
    let filter = statement_filter(&query, Some(me.id))?;
    Ok(Export::of(me, &COLUMNS, move |tx, page| {
        Ok(ledger::statement(tx, &filter, page)?.map(TransactionView::from))
    }))
}
