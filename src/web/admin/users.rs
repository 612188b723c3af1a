//! Users and the whole ledger, for admins.

use crate::accounts::{self, Adjustment, Filter, Profile, Role, Sorting};
use crate::db::{ReadTx, Tx};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::{Fault, Rule};
use crate::kernel::ids::UserId;
use crate::kernel::money::Vnd;
use crate::kernel::page::{Page, PageRequest};
use crate::kernel::reason::Reason;
use crate::ledger::{self, StatementFilter};
use crate::state::App;
use crate::web::body::{Body, RawBody};
use crate::web::error::{ApiError, ApiResult, Problem};
use crate::web::export::{Columns, Export};
use crate::web::fields::Word;
use crate::web::guards::{Admin, Staff};
use crate::web::idempotent::Idempotent;
use crate::web::params::{PathId, Query};
use crate::web::proof::Presence;
use crate::web::respond::{Json, List, Prepared};
use crate::web::user::{TransactionView, UserView, statement_filter};
use rocket::http::Status;
use rocket::{Route, State, get, put, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub fn routes() -> Vec<Route> {
    routes![list, csv, show, adjust_balance, ban, set_role, transactions, transactions_csv]
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdjustBalance {
    /// VND, signed, not 0.
    #[schema(example = -5000)]
    amount: i64,
    /// Shown to the user in the statement.
    #[schema(example = "bank slip 4711", max_length = 500)]
    reason: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Ban {
    banned: bool,
    /// For the audit log.
    #[schema(max_length = 500)]
    reason: Option<String>,
}

/// A user as admins see it.
#[derive(Serialize, ToSchema)]
pub struct AdminUserView {
    #[serde(flatten)]
    user: UserView,
    /// When the user made a request last; null: never.
    last_seen: Option<String>,
}

impl AdminUserView {
    fn of(app: &App, profile: Profile) -> Self {
        // What is written down is some minutes old.
        let last_seen = app.last_seen.users.get(&profile.user.id).max(profile.user.last_seen);
        AdminUserView { last_seen: last_seen.map(Timestamp::rfc3339), user: profile.into() }
    }
}

/// A movement of money and whose it is.
#[derive(Serialize, ToSchema)]
pub struct LedgerView {
    #[serde(flatten)]
    transaction: TransactionView,
    user_id: i64,
    username: String,
}

/// All users, newest first or by spending. The support is shown customers only.
#[utoipa::path(get, path = "/api/admin/users", tag = "admin",
    params(("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query),
        ("search" = Option<String>, Query, description = "Part of a user name or e-mail address, in any case; \
            fewer than 3 characters are looked for at the beginning only. Newest first only"),
        ("status" = Option<String>, Query, description = "`active` or `banned`"),
        ("role" = Option<String>, Query, description = "`user`, `support` or `admin`"),
        ("tier" = Option<i64>, Query, description = "the level that was reached, 1 to 4; by spending only"),
        ("sort" = Option<String>, Query, description = "`newest` (unless there is a `tier`) or `spent`")),
    responses((status = 200, body = List<AdminUserView>), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 422, body = Problem)))]
#[get("/api/admin/users")]
pub async fn list(app: &State<App>, by: Staff, query: Query) -> ApiResult<Json<List<AdminUserView>>> {
    let (filter, sorting) = filter(&query, by.is_admin())?;
    let page = if sorting == Sorting::Newest { query.page()? } else { query.ranked_page()? };
    let users = app.db.read(move |tx| accounts::list(tx, &filter, page)).await?;
    Ok(Json(List::of(users, |profile| AdminUserView::of(app, profile))))
}

/// The support is shown customers, and nobody who works here.
fn filter(query: &Query, is_admin: bool) -> ApiResult<(Filter, Sorting)> {
    let sorting = sorting(query)?;
    let banned = query.one_of("status", [("active", false), ("banned", true)])?;
    let mut role: Option<Role> = query.word("role")?;
    if !is_admin {
        if role.is_some_and(|role| role != Role::User) {
            return Err(ApiError::forbidden(Reason::AdminsOnly));
        }
        role = Some(Role::User);
    }
    Ok((Filter::check(query.text("search"), banned, role, sorting)?, sorting))
}

/// The columns of a file of users.
const USER_COLUMNS: Columns = Columns {
    file: "users",
    header: "id,created_at,last_seen,username,email,role,banned,balance,total_spent,tier.level,tier.name,\
        tier.discount_percent,referral_code",
};

/// The users as a CSV file, with the filters of the list.
#[utoipa::path(get, path = "/api/admin/users.csv", tag = "admin",
    params(("search" = Option<String>, Query), ("status" = Option<String>, Query),
        ("role" = Option<String>, Query), ("tier" = Option<i64>, Query), ("sort" = Option<String>, Query)),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 422, body = Problem),
        (status = 429, body = Problem, description = "another export of the caller's is running")))]
#[get("/api/admin/users.csv")]
pub fn csv(app: &State<App>, by: Admin, query: Query) -> ApiResult<Export> {
    let ((filter, _), panel) = (filter(&query, true)?, app.inner().clone());
    Ok(Export::of(by.0, &USER_COLUMNS, move |tx, page| {
        Ok(accounts::list(tx, &filter, page)?.map(|profile| AdminUserView::of(&panel, profile)))
    }))
}

/// `sort` and `tier`: a tier is a span of spending, so its users come in that order.
fn sorting(query: &Query) -> ApiResult<Sorting> {
    let tier = query.one_of("tier", [("1", 1), ("2", 2), ("3", 3), ("4", 4)])?;
    match (query.text("sort"), tier) {
        (None | Some("newest"), None) => Ok(Sorting::Newest),
        (None | Some("spent"), tier) => Ok(Sorting::Spending { tier }),
        (Some("newest"), Some(_)) => Err(ApiError::field("sort", Rule::TierBySpending)),
        (Some(_), _) => Err(ApiError::field("sort", Rule::one_of(["newest", "spent"]))),
    }
}

/// One user. To the support whoever works here is nobody.
#[utoipa::path(get, path = "/api/admin/users/{id}", tag = "admin", params(("id" = i64, Path)),
    responses((status = 200, body = AdminUserView), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem)))]
#[get("/api/admin/users/<id>")]
pub fn show(app: &State<App>, by: Staff, id: PathId<UserId>) -> ApiResult<Json<AdminUserView>> {
    let id = id.get()?;
    let found = app.db.read_now(|tx| accounts::profile(tx, id))?;
    let user = found.filter(|found| by.is_admin() || found.user.role == Role::User);
    user.map(|user| Json(AdminUserView::of(app, user))).ok_or_else(ApiError::not_found)
}

/// Credits or debits a user by hand.
#[utoipa::path(put, path = "/api/admin/users/{id}/balance", tag = "admin", request_body = AdjustBalance,
    params(("id" = i64, Path), ("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = AdminUserView), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 402, body = Problem, description = "the balance would fall below zero"),
        (status = 403, body = Problem, description = "`confirmation_required` too, above `confirm_credit_above`"),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
#[put("/api/admin/users/<id>/balance", data = "<body>")]
pub async fn adjust_balance(
    app: &State<App>,
    by: Admin,
    id: PathId<UserId>,
    key: Idempotent,
    body: RawBody,
) -> ApiResult<Prepared> {
    let (id, actor, panel) = (id.get()?, by.actor(), app.inner().clone());
    let presence = Presence::of(&by.0);
    let adjust = move |tx: &Tx, asked: AdjustBalance| {
        let adjustment = Adjustment::check(Vnd::new(asked.amount), &asked.reason)?;
        presence.check_credit(tx, Vnd::new(asked.amount))?;
        Ok(AdminUserView::of(&panel, accounts::adjust_balance(tx, &actor, id, &adjustment)?))
    };
    key.once(app, by.0.id, &body, Status::Ok, adjust).await
}

/// Shuts a user out, all sessions and the reseller key included, or lets the user in again.
#[utoipa::path(put, path = "/api/admin/users/{id}/ban", tag = "admin", request_body = Ban,
    params(("id" = i64, Path)),
    responses((status = 200, body = AdminUserView), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "admins cannot ban themselves"),
        (status = 422, body = Problem)))]
#[put("/api/admin/users/<id>/ban", data = "<body>")]
pub async fn ban(
    app: &State<App>,
    by: Admin,
    id: PathId<UserId>,
    body: Body<Ban>,
) -> ApiResult<Json<AdminUserView>> {
    let (id, actor, banned) = (id.get()?, by.actor(), body.0.banned);
    let reason = accounts::optional_reason(body.0.reason.as_deref())?;
    let change = if banned { accounts::ban } else { accounts::unban };
    let user = app.db.write(move |tx| change(tx, &actor, id, reason)).await?;
    Ok(Json(AdminUserView::of(app, user)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetRole {
    /// `user`, `support` or `admin`.
    #[schema(value_type = String)]
    role: Word<Role>,
    /// For the audit log.
    #[schema(max_length = 500)]
    reason: Option<String>,
}

/// What the user may do, from the next request on.
#[utoipa::path(put, path = "/api/admin/users/{id}/role", tag = "admin", request_body = SetRole,
    params(("id" = i64, Path)),
    responses((status = 200, body = AdminUserView), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem, description = "`confirmation_required` too"), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "this is the last admin who can log in"),
        (status = 422, body = Problem)))]
#[put("/api/admin/users/<id>/role", data = "<body>")]
pub async fn set_role(
    app: &State<App>,
    by: Admin,
    id: PathId<UserId>,
    body: Body<SetRole>,
) -> ApiResult<Json<AdminUserView>> {
    let (id, actor, role) = (id.get()?, by.actor(), body.0.role.0);
    let reason = accounts::optional_reason(body.0.reason.as_deref())?;
    let presence = Presence::of(&by.0);
    let set = app.db.write(move |tx| {
        presence.check(tx)?;
        accounts::set_role(tx, &actor, id, role, reason)
    });
    Ok(Json(AdminUserView::of(app, set.await?)))
}

/// Every movement of money of every user, newest first.
#[utoipa::path(get, path = "/api/admin/transactions", tag = "admin",
    params(("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query),
        ("user_id" = Option<i64>, Query), ("type" = Option<String>, Query),
        ("from" = Option<String>, Query, description = "RFC 3339, or a day in Asia/Ho_Chi_Minh"),
        ("to" = Option<String>, Query, description = "Like `from`; the second or day is included")),
    responses((status = 200, body = List<LedgerView>), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 422, body = Problem)))]
#[get("/api/admin/transactions")]
pub async fn transactions(app: &State<App>, _by: Admin, query: Query) -> ApiResult<Json<List<LedgerView>>> {
    let (filter, page) = (statement_filter(&query, query.id("user_id")?)?, query.page()?);
    Ok(Json(app.db.read(move |tx| named_entries(tx, &filter, page)).await?.into()))
}

fn named_entries(
    tx: &ReadTx,
    filter: &StatementFilter,
    page: PageRequest,
) -> Result<Page<LedgerView>, Fault> {
    let entries = ledger::statement(tx, filter, page)?;
    let owners: Vec<UserId> = entries.items.iter().map(|entry| entry.user).collect();
    let names = accounts::names(tx, &owners)?;
    Ok(entries.map(|entry| LedgerView {
        user_id: entry.user.get(),
        username: names.get(&entry.user).cloned().unwrap_or_default(),
        transaction: entry.into(),
    }))
}

/// The columns of a file of the ledger.
const LEDGER_COLUMNS: Columns = Columns {
    file: "ledger",
    header: "id,created_at,user_id,username,type,amount,balance_after,description,order_id,deposit_id",
};

/// The ledger as a CSV file, with the filters of the list.
#[utoipa::path(get, path = "/api/admin/transactions.csv", tag = "admin",
    params(("user_id" = Option<i64>, Query), ("type" = Option<String>, Query),
        ("from" = Option<String>, Query), ("to" = Option<String>, Query)),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 422, body = Problem),
        (status = 429, body = Problem, description = "another export of the caller's is running")))]
#[get("/api/admin/transactions.csv")]
pub fn transactions_csv(by: Admin, query: Query) -> ApiResult<Export> {
    let filter = statement_filter(&query, query.id("user_id")?)?;
    Ok(Export::of(by.0, &LEDGER_COLUMNS, move |tx, page| named_entries(tx, &filter, page)))
}
