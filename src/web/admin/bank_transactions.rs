//! Bank money that no code has given to anybody, and all other transfers that the bank reported.

use crate::accounts;
use crate::db::ReadTx;
use crate::deposits::{self, BankFilter, BankSearch, BankStatus, BankTransaction, Owner};
use crate::kernel::error::{Fault, FieldError, Rule};
use crate::kernel::ids::{BankTxId, DepositId, UserId};
use crate::kernel::page::{Page, PageRequest};
use crate::state::App;
use crate::web::body::Body;
use crate::web::error::{ApiError, ApiResult, Problem};
use crate::web::export::{Columns, Export};
use crate::web::guards::Admin;
use crate::web::params::{PathId, Query};
use crate::web::period::Period;
use crate::web::proof::Presence;
use crate::web::respond::{Json, List};
use crate::web::user::Nothing;
use rocket::{Route, State, get, post, routes};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::ToSchema;

pub fn routes() -> Vec<Route> {
    routes![list, csv, assign, ignore, unignore]
}

/// A transfer as the bank reported it, and what became of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct BankTransactionView {
    id: i64,
    /// SePay's number.
    sepay_id: i64,
    /// `in` or `out`.
    direction: &'static str,
    /// VND.
    amount: i64,
    /// The bank's name.
    gateway: String,
    account_number: String,
    sub_account: Option<String>,
    /// The payment code as SePay recognised it.
    code: Option<String>,
    /// The memo.
    content: String,
    /// The bank's own reference.
    reference: String,
    /// As the bank wrote it, in the bank's time.
    transaction_date: String,
    /// `unmatched`, `credited` or `ignored` (outgoing, or set aside by an admin).
    status: &'static str,
    /// Why it was not credited when it arrived: `no_known_code`, `several_codes`, `other_account`,
    /// `approved_by_hand` or `rejected`.
    reason: Option<&'static str>,
    /// Why an admin set it aside; null for all others.
    ignored_reason: Option<String>,
    /// The deposit it was credited under or tied to.
    deposit_id: Option<i64>,
    /// While nobody's: the deposit whose code it holds.
    suggested_deposit_id: Option<i64>,
    /// Who was credited; null for one tied to a deposit that was approved by hand.
    user_id: Option<i64>,
    username: Option<String>,
    created_at: String,
    updated_at: String,
}

impl BankTransactionView {
    fn of(transaction: BankTransaction, names: &HashMap<UserId, String>) -> Self {
        let deposit = transaction.deposit.map(DepositId::get);
        let (deposit_id, suggested_deposit_id) = match transaction.status {
            BankStatus::Unmatched | BankStatus::Ignored => (None, deposit),
            BankStatus::Credited => (deposit, None),
        };
        BankTransactionView {
            id: transaction.id.get(),
            sepay_id: transaction.sepay_id,
            direction: transaction.direction.into_str(),
            amount: transaction.amount.get(),
            gateway: transaction.gateway,
            account_number: transaction.account_number,
            sub_account: transaction.sub_account,
            code: transaction.code,
            content: transaction.content,
            reference: transaction.reference,
            transaction_date: transaction.transaction_date,
            status: transaction.status.into_str(),
            reason: transaction.reason.map(<&str>::from),
            ignored_reason: transaction.ignored_reason,
            deposit_id,
            suggested_deposit_id,
            user_id: transaction.user.map(UserId::get),
            username: transaction.user.and_then(|user| names.get(&user).cloned()),
            created_at: transaction.created_at.rfc3339(),
            updated_at: transaction.updated_at.rfc3339(),
        }
    }
}

fn named_transaction(tx: &ReadTx, transaction: BankTransaction) -> Result<BankTransactionView, Fault> {
    let users: Vec<UserId> = transaction.user.into_iter().collect();
    Ok(BankTransactionView::of(transaction, &accounts::names(tx, &users)?))
}

/// What the bank reported, newest first.
#[utoipa::path(get, path = "/api/admin/bank-transactions", tag = "admin",
    params(("status" = Option<String>, Query),
        ("search" = Option<String>, Query, description = "SePay's number, or at least 3 characters of the memo or \
            the bank's reference"),
        ("from" = Option<String>, Query, description = "received since: RFC 3339, or a day in Asia/Ho_Chi_Minh"),
        ("to" = Option<String>, Query, description = "Like `from`; the second or day is included"),
        ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<BankTransactionView>), (status = 422, body = Problem)))]
#[get("/api/admin/bank-transactions")]
pub async fn list(
    app: &State<App>,
    _admin: Admin,
    query: Query,
) -> ApiResult<Json<List<BankTransactionView>>> {
    let (filter, page) = (filter(&query)?, query.page()?);
    Ok(Json(app.db.read(move |tx| read(tx, &filter, page)).await?.into()))
}

fn filter(query: &Query) -> ApiResult<BankFilter> {
    let Period { from, until } = Period::of(query)?;
    let search = query.reading("search", BankSearch::parse)?;
    Ok(BankFilter { status: query.word("status")?, search, from, until })
}

fn read(tx: &ReadTx, filter: &BankFilter, page: PageRequest) -> Result<Page<BankTransactionView>, Fault> {
    let page = deposits::bank_transactions(tx, filter, page)?;
    let users: Vec<UserId> = page.items.iter().filter_map(|transaction| transaction.user).collect();
    let names = accounts::names(tx, &users)?;
    Ok(page.map(|transaction| BankTransactionView::of(transaction, &names)))
}

/// The columns of a file of what the bank reported.
const COLUMNS: Columns = Columns {
    file: "bank-transactions",
    header: "id,sepay_id,transaction_date,created_at,updated_at,direction,amount,gateway,account_number,\
        sub_account,code,content,reference,status,reason,ignored_reason,deposit_id,user_id,username",
};

/// What the bank reported as a CSV file, with the filters of the list.
#[utoipa::path(get, path = "/api/admin/bank-transactions.csv", tag = "admin",
    params(("status" = Option<String>, Query), ("search" = Option<String>, Query),
        ("from" = Option<String>, Query), ("to" = Option<String>, Query)),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 422, body = Problem),
        (status = 429, body = Problem, description = "another export of the caller's is running")))]
#[get("/api/admin/bank-transactions.csv")]
pub fn csv(by: Admin, query: Query) -> ApiResult<Export> {
    let filter = filter(&query)?;
    Ok(Export::of(by.0, &COLUMNS, move |tx, page| read(tx, &filter, page)))
}

/// Whose money it is: exactly one of the two.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignBankTransaction {
    /// This user is credited.
    user_id: Option<i64>,
    /// Nobody is credited: this deposit was approved by hand for the same money.
    deposit_id: Option<i64>,
}

impl AssignBankTransaction {
    fn owner(&self) -> ApiResult<Owner> {
        match (self.user_id, self.deposit_id) {
            (Some(user), None) => Ok(Owner::User(UserId::new(user))),
            (None, Some(deposit)) => Ok(Owner::Deposit(DepositId::new(deposit))),
            (Some(_), Some(_)) | (None, None) => {
                let fields = ["user_id", "deposit_id"];
                let error = |field: &str| FieldError::new(field, Rule::one_of_fields(&fields));
                Err(ApiError::fields(&fields.map(error)))
            }
        }
    }
}

/// Decides an unmatched bank transaction, once.
#[utoipa::path(post, path = "/api/admin/bank-transactions/{id}/assign", tag = "admin",
    request_body = AssignBankTransaction, params(("id" = i64, Path)),
    responses((status = 200, body = BankTransactionView),
        (status = 403, body = Problem, description = "`confirmation_required` too"), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
#[post("/api/admin/bank-transactions/<id>/assign", data = "<body>")]
pub async fn assign(
    app: &State<App>,
    admin: Admin,
    id: PathId<BankTxId>,
    body: Body<AssignBankTransaction>,
) -> ApiResult<Json<BankTransactionView>> {
    let (id, actor, owner) = (id.get()?, admin.actor(), body.0.owner()?);
    let presence = matches!(owner, Owner::User(_)).then(|| Presence::of(&admin.0));
    let write = app.db.write(move |tx| {
        let transaction = deposits::assign(tx, &actor, id, owner)?;
        if let Some(presence) = presence {
            presence.check_credit(tx, transaction.amount)?;
        }
        ApiResult::Ok(named_transaction(tx, transaction)?)
    });
    Ok(Json(write.await?))
}

/// Why it is no customer's money.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IgnoreBankTransaction {
    reason: String,
}

/// Sets an unmatched bank transaction aside: it waits for nobody, and its money stays in suspense.
#[utoipa::path(post, path = "/api/admin/bank-transactions/{id}/ignore", tag = "admin",
    request_body = IgnoreBankTransaction, params(("id" = i64, Path)),
    responses((status = 200, body = BankTransactionView), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "not unmatched"), (status = 422, body = Problem)))]
#[post("/api/admin/bank-transactions/<id>/ignore", data = "<body>")]
pub async fn ignore(
    app: &State<App>,
    admin: Admin,
    id: PathId<BankTxId>,
    body: Body<IgnoreBankTransaction>,
) -> ApiResult<Json<BankTransactionView>> {
    let (id, actor, Body(IgnoreBankTransaction { reason })) = (id.get()?, admin.actor(), body);
    let write = app.db.write(move |tx| {
        let transaction = deposits::set_aside(tx, &actor, id, &reason)?;
        ApiResult::Ok(named_transaction(tx, transaction)?)
    });
    Ok(Json(write.await?))
}

/// Brings back a bank transaction that was set aside.
#[utoipa::path(post, path = "/api/admin/bank-transactions/{id}/unignore", tag = "admin", params(("id" = i64, Path)),
    responses((status = 200, body = BankTransactionView), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "not set aside, as outgoing ones never are")))]
#[post("/api/admin/bank-transactions/<id>/unignore", data = "<_body>")]
pub async fn unignore(
    app: &State<App>,
    admin: Admin,
    id: PathId<BankTxId>,
    _body: Body<Nothing>,
) -> ApiResult<Json<BankTransactionView>> {
    let (id, actor) = (id.get()?, admin.actor());
    let write = app.db.write(move |tx| {
        let transaction = deposits::bring_back(tx, &actor, id)?;
        ApiResult::Ok(named_transaction(tx, transaction)?)
    });
    Ok(Json(write.await?))
}
