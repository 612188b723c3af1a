//! The audit log: who changed what.

use crate::audit_log::{self, By, Record};
use crate::db::ReadTx;
use crate::kernel::error::Fault;
use crate::kernel::ids::{BankTxId, CategoryId, DepositId, ProviderId, ServiceId, UserId};
use crate::kernel::page::Page;
use crate::state::App;
use crate::web::error::{ApiError, ApiResult, Problem};
use crate::web::guards::Admin;
use crate::web::params::Query;
use crate::web::period::Period;
use crate::web::respond::{Json, List};
use crate::{accounts, catalog, deposits, provider};
use rocket::{Route, State, get, routes};
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use utoipa::ToSchema;

/// Whose id stands for nobody's.
const SERVER: &str = "server";

pub fn routes() -> Vec<Route> {
    routes![changes]
}

#[derive(Serialize, ToSchema)]
pub struct AuditView {
    id: i64,
    /// The user name; null: the server's command line or its environment.
    actor: Option<String>,
    actor_id: Option<i64>,
    /// Area and verb: `user.ban`.
    action: String,
    /// Kind and id: `user:5`.
    subject: String,
    /// What it is called: a user name, a service's or provider's name, a deposit's code, SePay's number.
    subject_name: Option<String>,
    /// The names of the users whose ids stand in `visible_to`, by id; only where some do.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(required = false)]
    viewers: BTreeMap<i64, String>,
    #[schema(value_type = Option<Object>)]
    before: Option<Value>,
    #[schema(value_type = Option<Object>)]
    after: Option<Value>,
    reason: Option<String>,
    /// The client's address.
    address: Option<String>,
    created_at: String,
}

/// Every change by an admin, newest first.
#[utoipa::path(get, path = "/api/admin/audit-log", tag = "admin",
    params(("actor_id" = Option<String>, Query, description = "the user who did it, or `server`: its command line, or
            the panel by itself"),
        ("action" = Option<String>, Query, description = "exactly this one, like `user.ban`"),
        ("subject" = Option<String>, Query, description = "exactly this one, like `user:5`"),
        ("from" = Option<String>, Query, description = "RFC 3339, or a day in Asia/Ho_Chi_Minh"),
        ("to" = Option<String>, Query, description = "Like `from`; the second or day is included"),
        ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<AuditView>), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 422, body = Problem)))]
#[get("/api/admin/audit-log")]
pub async fn changes(app: &State<App>, _by: Admin, query: Query) -> ApiResult<Json<List<AuditView>>> {
    let Period { from, until } = Period::of(&query)?;
    let filter = audit_log::Filter {
        actor: match query.text("actor_id") {
            Some(SERVER) => Some(By::Server),
            _ => query.id("actor_id")?.map(By::User),
        },
        action: query.text("action").map(str::to_owned),
        subject: query.text("subject").map(str::to_owned),
        from,
        until,
    };
    let page = query.page()?;
    let read = app.db.read(move |tx| {
        let records = audit_log::list(tx, &filter, page)?;
        let people = records.items.iter().flat_map(|record| {
            [record.actor, user(&record.subject)].into_iter().flatten().chain(viewers(record))
        });
        let names = accounts::names(tx, &people.collect::<Vec<_>>())?;
        let called = |record: Record| {
            let subject_name = subject_name(tx, &record, &names)?;
            Ok(audit_view(record, subject_name, &names))
        };
        let items = records.items.into_iter().map(called).collect::<Result<Vec<_>, Fault>>()?;
        Ok::<_, ApiError>(Page { items, next: records.next })
    });
    Ok(Json(List::of(read.await?, |view| view)))
}

/// The number behind `kind:` in a subject of this kind.
fn numbered(subject: &str, kind: &str) -> Option<i64> {
    subject.strip_prefix(kind)?.strip_prefix(':')?.parse().ok()
}

fn user(subject: &str) -> Option<UserId> {
    numbered(subject, "user").map(UserId::new)
}

/// Whom a change of a service shows it to, or did.
fn viewers(record: &Record) -> impl Iterator<Item = UserId> {
    let listed = [&record.before, &record.after]
        .into_iter()
        .flatten()
        .filter_map(|side| side["visible_to"].as_array());
    listed.flatten().filter_map(Value::as_i64).map(UserId::new)
}

fn subject_name(
    tx: &ReadTx,
    record: &Record,
    users: &HashMap<UserId, String>,
) -> Result<Option<String>, Fault> {
    let subject = record.subject.as_str();
    if numbered(subject, "announcement").is_some() {
        // It may be gone.
        let title =
            [&record.after, &record.before].into_iter().flatten().find_map(|side| side["title"].as_str());
        return Ok(title.map(str::to_owned));
    }
    if let Some(id) = user(subject) {
        return Ok(users.get(&id).cloned());
    }
    if let Some(id) = numbered(subject, "service").map(ServiceId::new) {
        return Ok(catalog::by_id(tx, id)?.map(|service| service.offer.name));
    }
    if let Some(id) = numbered(subject, "category").map(CategoryId::new) {
        return catalog::category_name(tx, id);
    }
    if let Some(id) = numbered(subject, "provider").map(ProviderId::new) {
        return Ok(provider::by_id(tx, id)?.map(|provider| provider.name));
    }
    if let Some(id) = numbered(subject, "deposit").map(DepositId::new) {
        return Ok(deposits::by_id(tx, id)?.map(|deposit| deposit.code));
    }
    if let Some(id) = numbered(subject, "bank_transaction").map(BankTxId::new) {
        return Ok(deposits::bank_transaction(tx, id)
            .ok()
            .map(|transaction| transaction.sepay_id.to_string()));
    }
    Ok(None)
}

fn audit_view(record: Record, subject_name: Option<String>, names: &HashMap<UserId, String>) -> AuditView {
    let name = |id: UserId| names.get(&id).map(|name| (id.get(), name.clone()));
    AuditView {
        viewers: viewers(&record).filter_map(name).collect(),
        id: record.id.get(),
        actor: record.actor.and_then(|id| names.get(&id).cloned()),
        actor_id: record.actor.map(UserId::get),
        action: record.action,
        subject: record.subject,
        subject_name,
        before: record.before,
        after: record.after,
        reason: record.reason,
        address: record.address,
        created_at: record.created_at.rfc3339(),
    }
}
