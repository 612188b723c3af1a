//! Deposits, for admins: what there is, and what is settled by hand.

use crate::accounts;
use crate::db::ReadTx;
use crate::deposits::{self, Deposit, Filter, Search, Status};
use crate::kernel::error::Fault;
use crate::kernel::ids::{DepositId, UserId};
use crate::kernel::money::Vnd;
use crate::kernel::page::{Page, PageRequest};
use crate::state::App;
use crate::web::body::Body;
use crate::web::error::{ApiResult, Problem};
use crate::web::export::{Columns, Export};
use crate::web::guards::{Admin, Staff};
use crate::web::params::{PathId, Query};
use crate::web::payment::DepositView;
use crate::web::proof::Presence;
use crate::web::respond::{Json, List};
use rocket::{Route, State, get, put, routes};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::ToSchema;

pub fn routes() -> Vec<Route> {
    routes![list, csv, counts, approve, reject]
}

/// A deposit and whose it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdminDepositView {
    #[serde(flatten)]
    deposit: DepositView,
    user_id: i64,
    username: String,
    /// `transfer` or `hand`; null unless completed.
    settled_by: Option<&'static str>,
    /// What the admin who settled it had to say.
    note: Option<String>,
    updated_at: String,
}

impl AdminDepositView {
    fn of(deposit: Deposit, names: &HashMap<UserId, String>) -> Self {
        AdminDepositView {
            user_id: deposit.user.get(),
            username: names.get(&deposit.user).cloned().unwrap_or_default(),
            settled_by: deposit.state.settled_by().map(<&str>::from),
            note: deposit.note.clone(),
            updated_at: deposit.updated_at.rfc3339(),
            deposit: deposit.into(),
        }
    }
}

fn read(tx: &ReadTx, filter: &Filter, page: PageRequest) -> Result<Page<AdminDepositView>, Fault> {
    let page = deposits::list(tx, filter, page)?;
    let users: Vec<UserId> = page.items.iter().map(|deposit| deposit.user).collect();
    let names = accounts::names(tx, &users)?;
    Ok(page.map(|deposit| AdminDepositView::of(deposit, &names)))
}

fn named_deposit(tx: &ReadTx, deposit: Deposit) -> Result<AdminDepositView, Fault> {
    let names = accounts::names(tx, &[deposit.user])?;
    Ok(AdminDepositView::of(deposit, &names))
}

/// Everybody's deposits, newest first. The support sees those of customers alone.
#[utoipa::path(get, path = "/api/admin/deposits", tag = "admin",
    params(("status" = Option<String>, Query), ("user_id" = Option<i64>, Query),
        ("search" = Option<String>, Query, description = "an id, an amount as asked for, or the beginning of a code: \
            at least 3 characters after `NAP`"),
        ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<AdminDepositView>), (status = 422, body = Problem)))]
#[get("/api/admin/deposits")]
pub async fn list(app: &State<App>, by: Staff, query: Query) -> ApiResult<Json<List<AdminDepositView>>> {
    let (filter, page, hidden) = (filter(&query)?, query.page()?, by.hidden());
    let read = move |tx: &ReadTx| {
        let filter = Filter { without: hidden.read(tx)?, ..filter };
        read(tx, &filter, page)
    };
    Ok(Json(app.db.read(read).await?.into()))
}

fn filter(query: &Query) -> ApiResult<Filter> {
    let search = query.reading("search", Search::parse)?;
    Ok(Filter { user: query.id("user_id")?, status: query.word("status")?, search, ..Filter::default() })
}

/// The columns of a file of deposits.
const COLUMNS: Columns = Columns {
    file: "all-deposits",
    header: "id,created_at,updated_at,expires_at,user_id,username,code,amount,credited,balance_before,\
        balance_after,status,settled_by,note",
};

/// Everybody's deposits as a CSV file, with the filters of the list.
#[utoipa::path(get, path = "/api/admin/deposits.csv", tag = "admin",
    params(("status" = Option<String>, Query), ("user_id" = Option<i64>, Query), ("search" = Option<String>, Query)),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 422, body = Problem),
        (status = 429, body = Problem, description = "another export of the caller's is running")))]
#[get("/api/admin/deposits.csv")]
pub fn csv(by: Admin, query: Query) -> ApiResult<Export> {
    let filter = filter(&query)?;
    Ok(Export::of(by.0, &COLUMNS, move |tx, page| read(tx, &filter, page)))
}

/// How many deposits have each status. Each count ends at 1,000, which means 1,000 or more.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct DepositCountsView {
    all: i64,
    pending: i64,
    completed: i64,
    rejected: i64,
    expired: i64,
}

/// How many deposits there are: everybody's, or a user's.
#[utoipa::path(get, path = "/api/admin/deposits/counts", tag = "admin",
    params(("user_id" = Option<i64>, Query)),
    responses((status = 200, body = DepositCountsView), (status = 422, body = Problem)))]
#[get("/api/admin/deposits/counts")]
pub fn counts(app: &State<App>, by: Staff, query: Query) -> ApiResult<Json<DepositCountsView>> {
    let user = query.id("user_id")?;
    let mut view = DepositCountsView::default();
    for (status, count) in app.db.read_now(|tx| deposits::counts(tx, user, &by.hidden().read(tx)?))? {
        view.all = view.all.saturating_add(count);
        match status {
            Status::Pending => view.pending = count,
            Status::Completed => view.completed = count,
            Status::Rejected => view.rejected = count,
            Status::Expired => view.expired = count,
        }
    }
    Ok(Json(view))
}

/// The admin vouches for the money.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApproveDeposit {
    /// VND to credit; as requested when missing.
    amount: Option<i64>,
    note: Option<String>,
}

/// Credits a pending or expired deposit by hand. Transfers with its code are then kept for a look.
#[utoipa::path(put, path = "/api/admin/deposits/{id}/approve", tag = "admin", request_body = ApproveDeposit,
    params(("id" = i64, Path)),
    responses((status = 200, body = AdminDepositView), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
#[put("/api/admin/deposits/<id>/approve", data = "<body>")]
pub async fn approve(
    app: &State<App>,
    admin: Admin,
    id: PathId<DepositId>,
    body: Body<ApproveDeposit>,
) -> ApiResult<Json<AdminDepositView>> {
    let (id, actor, Body(ApproveDeposit { amount, note })) = (id.get()?, admin.actor(), body);
    let presence = Presence::of(&admin.0);
    let write = app.db.write(move |tx| {
        let deposit = deposits::approve(tx, &actor, id, amount.map(Vnd::new), note.as_deref())?;
        presence.check_credit(tx, deposit.credited)?;
        ApiResult::Ok(named_deposit(tx, deposit)?)
    });
    Ok(Json(write.await?))
}

/// Why there is no money for it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RejectDeposit {
    note: String,
}

/// Refuses a pending or expired deposit. Transfers with its code are then kept for a look.
#[utoipa::path(put, path = "/api/admin/deposits/{id}/reject", tag = "admin", request_body = RejectDeposit,
    params(("id" = i64, Path)),
    responses((status = 200, body = AdminDepositView), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
#[put("/api/admin/deposits/<id>/reject", data = "<body>")]
pub async fn reject(
    app: &State<App>,
    admin: Admin,
    id: PathId<DepositId>,
    body: Body<RejectDeposit>,
) -> ApiResult<Json<AdminDepositView>> {
    let (id, actor, Body(RejectDeposit { note })) = (id.get()?, admin.actor(), body);
    let write = app.db.write(move |tx| {
        let deposit = deposits::reject(tx, &actor, id, &note)?;
        ApiResult::Ok(named_deposit(tx, deposit)?)
    });
    Ok(Json(write.await?))
}
