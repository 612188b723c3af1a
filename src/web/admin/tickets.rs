//! Everybody's tickets, and canned answers, for whoever works here.

use crate::accounts;
use crate::db::{ReadTx, Tx};
use crate::kernel::error::Fault;
use crate::kernel::ids::{CannedAnswerId, TicketId, UserId};
use crate::kernel::page::Page;
use crate::state::App;
use crate::tickets::{
    self, CannedAnswer, CannedDraft, CannedPatch, Filter, Patch, Ticket, TicketError, TicketStatus,
};
use crate::web::body::Body;
use crate::web::error::{ApiError, ApiResult, Problem};
use crate::web::fields::{Word, given};
use crate::web::guards::{Admin, Staff};
use crate::web::params::{PathId, Query};
use crate::web::respond::{Created, Json, List, NoContent};
use crate::web::tickets::{Authors, SayInTicket, TicketView, message_views, view};
use rocket::{Route, State, delete, get, post, put, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub fn routes() -> Vec<Route> {
    routes![list, counts, show, reply, change, canned, create_canned, change_canned, delete_canned]
}

/// A ticket, whose it is, and who looks after it. `unread`: whether nobody here has read what the customer wrote last.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdminTicketView {
    #[serde(flatten)]
    ticket: TicketView,
    user_id: i64,
    username: String,
    assignee_id: Option<i64>,
    assignee: Option<String>,
}

fn named(tx: &ReadTx, tickets: Vec<Ticket>) -> Result<Vec<AdminTicketView>, Fault> {
    let users: Vec<UserId> =
        tickets.iter().flat_map(|ticket| [Some(ticket.user), ticket.assignee]).flatten().collect();
    let names = accounts::names(tx, &users)?;
    let view_of = |ticket: Ticket| {
        let unread = ticket.unread_by_staff;
        AdminTicketView {
            user_id: ticket.user.get(),
            username: names.get(&ticket.user).cloned().unwrap_or_default(),
            assignee_id: ticket.assignee.map(UserId::get),
            assignee: ticket.assignee.and_then(|user| names.get(&user).cloned()),
            ticket: view(ticket, unread),
        }
    };
    Ok(tickets.into_iter().map(view_of).collect())
}

/// With what was said in it.
fn whole(tx: &ReadTx, ticket: Ticket) -> Result<AdminTicketView, Fault> {
    let messages = tickets::messages(tx, ticket.id)?;
    let authors = Authors::for_staff(tx, &messages)?;
    let lost = || Fault::Internal("one ticket has one view".to_owned());
    let mut view = named(tx, vec![ticket])?.pop().ok_or_else(lost)?;
    view.ticket.messages = Some(message_views(messages, &authors));
    Ok(view)
}

/// Everybody's tickets, newest first, without what was said in them. The support is shown those of customers.
#[utoipa::path(get, path = "/api/admin/tickets", tag = "admin",
    params(("status" = Option<String>, Query), ("user_id" = Option<i64>, Query), ("assignee_id" = Option<i64>, Query),
        ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<AdminTicketView>), (status = 422, body = Problem)))]
#[get("/api/admin/tickets")]
pub fn list(app: &State<App>, by: Staff, query: Query) -> ApiResult<Json<List<AdminTicketView>>> {
    let (user, status, assignee) = (query.id("user_id")?, query.word("status")?, query.id("assignee_id")?);
    let page = query.page()?;
    let read = |tx: &ReadTx| {
        let filter = Filter { user, status, assignee, without: by.hidden().read(tx)? };
        let Page { items, next } = tickets::list(tx, &filter, page)?;
        Ok::<_, Fault>(List::from(Page { items: named(tx, items)?, next }))
    };
    Ok(Json(app.db.read_now(read)?))
}

/// How many tickets there are.
#[derive(Serialize, ToSchema)]
pub struct TicketCountsView {
    all: i64,
    /// Those that the caller looks after.
    mine: i64,
    open: i64,
    answered: i64,
    closed: i64,
}

/// How many tickets there are: everybody's, or a user's. The support is told of those of customers.
#[utoipa::path(get, path = "/api/admin/tickets/counts", tag = "admin", params(("user_id" = Option<i64>, Query)),
    responses((status = 200, body = TicketCountsView), (status = 422, body = Problem)))]
#[get("/api/admin/tickets/counts")]
pub fn counts(app: &State<App>, by: Staff, query: Query) -> ApiResult<Json<TicketCountsView>> {
    let user = query.id("user_id")?;
    let read = |tx: &ReadTx| {
        let every = Filter { user, without: by.hidden().read(tx)?, ..Filter::default() };
        let of = |status| tickets::count(tx, &Filter { status: Some(status), ..every.clone() });
        Ok::<_, Fault>(TicketCountsView {
            all: tickets::count(tx, &every)?,
            mine: tickets::count(tx, &Filter { assignee: Some(by.0.id), ..every.clone() })?,
            open: of(TicketStatus::Open)?,
            answered: of(TicketStatus::Answered)?,
            closed: of(TicketStatus::Closed)?,
        })
    };
    Ok(Json(app.db.read_now(read)?))
}

/// A ticket with what was said in it, which counts as read from now on.
#[utoipa::path(get, path = "/api/admin/tickets/{id}", tag = "admin", params(("id" = i64, Path)),
    responses((status = 200, body = AdminTicketView), (status = 404, body = Problem)))]
#[get("/api/admin/tickets/<id>")]
pub async fn show(app: &State<App>, by: Staff, id: PathId<TicketId>) -> ApiResult<Json<AdminTicketView>> {
    let (id, caller) = (id.get()?, Some(by.0.id));
    let found = app.db.read_now(|tx| {
        let ticket = tickets::for_staff(tx, caller, id)?;
        let unread = ticket.as_ref().is_some_and(|ticket| ticket.unread_by_staff);
        Ok::<_, Fault>((ticket.map(|ticket| whole(tx, ticket)).transpose()?, unread))
    })?;
    let (Some(view), unread) = found else { return Err(ApiError::not_found()) };
    if !unread {
        return Ok(Json(view));
    }
    let write = move |tx: &Tx| {
        let ticket = tickets::seen_by_staff(tx, caller, id)?;
        Ok::<_, TicketError>(whole(tx, ticket)?)
    };
    Ok(Json(app.db.write(write).await?))
}

/// Answers a customer, who is told by a letter too.
#[utoipa::path(post, path = "/api/admin/tickets/{id}/replies", tag = "admin", request_body = SayInTicket,
    params(("id" = i64, Path)),
    responses((status = 201, body = AdminTicketView), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "it is closed, or has 200 messages"),
        (status = 422, body = Problem)))]
#[post("/api/admin/tickets/<id>/replies", data = "<body>")]
pub async fn reply(
    app: &State<App>,
    by: Staff,
    id: PathId<TicketId>,
    body: Body<SayInTicket>,
) -> ApiResult<Created<AdminTicketView>> {
    let (id, actor, message) = (id.get()?, by.actor(), body.0.message);
    let write = move |tx: &Tx| {
        let ticket = tickets::answer(tx, &actor, id, &message)?;
        Ok::<_, TicketError>(whole(tx, ticket)?)
    };
    Ok(Created(app.db.write(write).await?))
}

/// Only the keys that are there change anything.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeAnyTicket {
    /// `open`, `answered` or `closed`.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    status: Option<Word<TicketStatus>>,
    /// Somebody who works here; null: nobody.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<i64>)]
    assignee_id: Option<Option<i64>>,
}

/// Moves a ticket, or says who looks after it.
#[utoipa::path(put, path = "/api/admin/tickets/{id}", tag = "admin", request_body = ChangeAnyTicket,
    params(("id" = i64, Path)),
    responses((status = 200, body = AdminTicketView), (status = 404, body = Problem),
        (status = 422, body = Problem)))]
#[put("/api/admin/tickets/<id>", data = "<body>")]
pub async fn change(
    app: &State<App>,
    by: Staff,
    id: PathId<TicketId>,
    body: Body<ChangeAnyTicket>,
) -> ApiResult<Json<AdminTicketView>> {
    let (id, actor, Body(asked)) = (id.get()?, by.actor(), body);
    let patch = Patch {
        status: asked.status.map(|status| status.0),
        assignee: asked.assignee_id.map(|user| user.map(UserId::new)),
    };
    let write = move |tx: &Tx| {
        let ticket = tickets::change(tx, &actor, id, patch)?;
        Ok::<_, TicketError>(whole(tx, ticket)?)
    };
    Ok(Json(app.db.write(write).await?))
}

/// What is answered again and again.
#[derive(Debug, Serialize, ToSchema)]
pub struct CannedAnswerView {
    id: i64,
    title: String,
    text: String,
}

impl From<CannedAnswer> for CannedAnswerView {
    fn from(canned: CannedAnswer) -> Self {
        CannedAnswerView { id: canned.id.get(), title: canned.title, text: canned.text }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CannedAnswerList {
    items: Vec<CannedAnswerView>,
}

/// All canned answers, by title.
#[utoipa::path(get, path = "/api/admin/canned-answers", tag = "admin",
    responses((status = 200, body = CannedAnswerList)))]
#[get("/api/admin/canned-answers")]
pub fn canned(app: &State<App>, _by: Staff) -> ApiResult<Json<CannedAnswerList>> {
    let items = app.db.read_now(tickets::canned_answers)?.into_iter().map(CannedAnswerView::from).collect();
    Ok(Json(CannedAnswerList { items }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateCannedAnswer {
    /// One line of up to 200 characters.
    title: String,
    /// Up to 10,000 characters.
    text: String,
}

/// A new canned answer, of at most 200.
#[utoipa::path(post, path = "/api/admin/canned-answers", tag = "admin", request_body = CreateCannedAnswer,
    responses((status = 201, body = CannedAnswerView), (status = 409, body = Problem, description = "there are 200"),
        (status = 422, body = Problem)))]
#[post("/api/admin/canned-answers", data = "<body>")]
pub async fn create_canned(
    app: &State<App>,
    by: Admin,
    body: Body<CreateCannedAnswer>,
) -> ApiResult<Created<CannedAnswerView>> {
    let (actor, Body(asked)) = (by.actor(), body);
    let draft = CannedDraft { title: asked.title, text: asked.text };
    let canned = app.db.write(move |tx| tickets::create_canned(tx, &actor, &draft)).await?;
    Ok(Created(canned.into()))
}

/// Only the keys that are there change anything.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeCannedAnswer {
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    title: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    text: Option<String>,
}

/// Changes a canned answer.
#[utoipa::path(put, path = "/api/admin/canned-answers/{id}", tag = "admin", request_body = ChangeCannedAnswer,
    params(("id" = i64, Path)),
    responses((status = 200, body = CannedAnswerView), (status = 404, body = Problem),
        (status = 422, body = Problem)))]
#[put("/api/admin/canned-answers/<id>", data = "<body>")]
pub async fn change_canned(
    app: &State<App>,
    by: Admin,
    id: PathId<CannedAnswerId>,
    body: Body<ChangeCannedAnswer>,
) -> ApiResult<Json<CannedAnswerView>> {
    let (id, actor, Body(asked)) = (id.get()?, by.actor(), body);
    let patch = CannedPatch { title: asked.title, text: asked.text };
    let canned = app.db.write(move |tx| tickets::change_canned(tx, &actor, id, &patch)).await?;
    Ok(Json(canned.into()))
}

/// Throws a canned answer away. What was answered with it stays.
#[utoipa::path(delete, path = "/api/admin/canned-answers/{id}", tag = "admin", params(("id" = i64, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
#[delete("/api/admin/canned-answers/<id>")]
pub async fn delete_canned(app: &State<App>, by: Admin, id: PathId<CannedAnswerId>) -> ApiResult<NoContent> {
    let (id, actor) = (id.get()?, by.actor());
    app.db.write(move |tx| tickets::delete_canned(tx, &actor, id)).await?;
    Ok(NoContent)
}
