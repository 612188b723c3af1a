//! A customer's tickets.

use super::body::{Body, RawBody};
use super::error::{ApiError, ApiResult, Problem};
use super::fields::Word;
use super::guards::{Caller, Member};
use super::idempotent::Idempotent;
use super::params::{PathId, Query};
use super::respond::{Created, Json, List, Prepared};
use crate::accounts;
use crate::db::{ReadTx, Tx};
use crate::kernel::error::{Fault, Rule};
use crate::kernel::ids::{DepositId, OrderId, TicketId, UserId};
use crate::settings::{self, table};
use crate::state::App;
use crate::tickets::{self, Draft, Filter, Message, Sender, Ticket, TicketError, TicketStatus};
use rocket::http::Status;
use rocket::{Route, State, get, post, put, routes};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use utoipa::ToSchema;

pub fn routes() -> Vec<Route> {
    routes![list, open, show, reply, change]
}

/// What a customer asks the support.
#[derive(Debug, Serialize, ToSchema)]
pub struct TicketView {
    pub id: i64,
    pub subject: String,
    /// `open` (waits for the support), `answered` (waits for the customer) or `closed`.
    pub status: &'static str,
    /// What it is about.
    pub order_ids: Vec<i64>,
    pub deposit_ids: Vec<i64>,
    /// Whether there is something from the other side that the caller's side has not read.
    pub unread: bool,
    /// Oldest first; not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub messages: Option<Vec<MessageView>>,
    pub created_at: String,
    pub updated_at: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MessageView {
    /// `customer` or `support`.
    from: &'static str,
    /// The name of whoever wrote it; customers read the site's name where the support wrote.
    author: String,
    text: String,
    created_at: String,
}

/// Whose names stand beside what was said.
pub struct Authors {
    names: HashMap<UserId, String>,
    /// What all of the support are called.
    support: Option<String>,
}

impl Authors {
    /// As customers read them.
    fn for_customer(tx: &ReadTx, messages: &[Message]) -> Result<Self, Fault> {
        let support = Some(settings::text(tx, &table::SITE_NAME)?);
        Ok(Authors { support, ..Authors::for_staff(tx, messages)? })
    }

    pub fn for_staff(tx: &ReadTx, messages: &[Message]) -> Result<Self, Fault> {
        let users: Vec<UserId> = messages.iter().map(|message| message.author).collect();
        Ok(Authors { names: accounts::names(tx, &users)?, support: None })
    }

    fn of(&self, message: &Message) -> String {
        let one_name = self.support.as_ref().filter(|_| message.sender == Sender::Support);
        one_name.or_else(|| self.names.get(&message.author)).cloned().unwrap_or_default()
    }
}

/// A ticket with what it is about. `unread`: for whoever is shown it.
pub fn view(ticket: Ticket, unread: bool) -> TicketView {
    TicketView {
        id: ticket.id.get(),
        order_ids: ticket.orders.into_iter().map(OrderId::get).collect(),
        deposit_ids: ticket.deposits.into_iter().map(DepositId::get).collect(),
        subject: ticket.subject,
        status: ticket.status.into_str(),
        unread,
        messages: None,
        created_at: ticket.created_at.rfc3339(),
        updated_at: ticket.updated_at.rfc3339(),
    }
}

pub fn message_views(messages: Vec<Message>, authors: &Authors) -> Vec<MessageView> {
    let view = |message: Message| MessageView {
        from: message.sender.into_str(),
        author: authors.of(&message),
        text: message.text,
        created_at: message.created_at.rfc3339(),
    };
    messages.into_iter().map(view).collect()
}

/// As its customer reads it.
fn whole(tx: &ReadTx, ticket: Ticket) -> Result<TicketView, Fault> {
    let messages = tickets::messages(tx, ticket.id)?;
    let authors = Authors::for_customer(tx, &messages)?;
    let unread = ticket.unread_by_customer;
    Ok(TicketView { messages: Some(message_views(messages, &authors)), ..view(ticket, unread) })
}

/// The caller's tickets, newest first, without what was said in them.
#[utoipa::path(get, path = "/api/tickets", tag = "tickets",
    params(("status" = Option<String>, Query), ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<TicketView>), (status = 422, body = Problem)))]
#[get("/api/tickets")]
pub fn list(me: Caller<'_>, query: Query) -> ApiResult<Json<List<TicketView>>> {
    let (status, page) = (query.word("status")?, query.page()?);
    me.read(|tx, me| {
        let filter = Filter { user: Some(me.id), status, ..Filter::default() };
        let view_of = |ticket: Ticket| {
            let unread = ticket.unread_by_customer;
            view(ticket, unread)
        };
        Ok(Json(List::of(tickets::list(tx, &filter, page)?, view_of)))
    })
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenTicket {
    /// One line of up to 200 characters.
    subject: String,
    /// Up to 10,000 characters.
    message: String,
    /// Orders of the caller that it is about, at most 20.
    #[serde(default)]
    order_ids: Vec<i64>,
    /// Deposits of the caller that it is about, at most 20.
    #[serde(default)]
    deposit_ids: Vec<i64>,
}

/// Asks the support. At most 10 tickets of a user are not closed.
#[utoipa::path(post, path = "/api/tickets", tag = "tickets", request_body = OpenTicket,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repetition harmless")),
    responses((status = 201, body = TicketView),
        (status = 409, body = Problem, description = "too many are open"), (status = 422, body = Problem)))]
#[post("/api/tickets", data = "<body>")]
pub async fn open(app: &State<App>, me: Member, key: Idempotent, body: RawBody) -> ApiResult<Prepared> {
    let user = me.id;
    let work = move |tx: &Tx, asked: OpenTicket| {
        let draft = Draft {
            subject: asked.subject,
            message: asked.message,
            orders: asked.order_ids.into_iter().map(OrderId::new).collect(),
            deposits: asked.deposit_ids.into_iter().map(DepositId::new).collect(),
        };
        let ticket = tickets::open(tx, user, &draft)?;
        Ok(whole(tx, ticket)?)
    };
    key.once(app, user, &body, Status::Created, work).await
}

/// One of the caller's tickets with what was said in it, which counts as read from now on, but to an admin who
/// sees the panel as the caller.
#[utoipa::path(get, path = "/api/tickets/{id}", tag = "tickets", params(("id" = i64, Path)),
    responses((status = 200, body = TicketView), (status = 404, body = Problem)))]
#[get("/api/tickets/<id>")]
pub async fn show(app: &State<App>, me: Member, id: PathId<TicketId>) -> ApiResult<Json<TicketView>> {
    let (user, id) = (me.id, id.get()?);
    let found = app.db.read_now(|tx| {
        let ticket = tickets::of_user(tx, user, id)?;
        let unread = ticket.as_ref().is_some_and(|ticket| ticket.unread_by_customer);
        Ok::<_, Fault>((ticket.map(|ticket| whole(tx, ticket)).transpose()?, unread))
    })?;
    let (Some(view), unread) = found else { return Err(ApiError::not_found()) };
    if !unread || me.view.is_some() {
        return Ok(Json(view));
    }
    let write = move |tx: &Tx| {
        let ticket = tickets::seen_by_customer(tx, user, id)?;
        Ok::<_, TicketError>(whole(tx, ticket)?)
    };
    Ok(Json(app.db.write(write).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SayInTicket {
    /// Up to 10,000 characters.
    pub message: String,
}

/// Goes on in a ticket, which waits for the support again.
#[utoipa::path(post, path = "/api/tickets/{id}/replies", tag = "tickets", request_body = SayInTicket,
    params(("id" = i64, Path)),
    responses((status = 201, body = TicketView), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "it is closed, or has 200 messages"),
        (status = 422, body = Problem)))]
#[post("/api/tickets/<id>/replies", data = "<body>")]
pub async fn reply(
    app: &State<App>,
    me: Member,
    id: PathId<TicketId>,
    body: Body<SayInTicket>,
) -> ApiResult<Created<TicketView>> {
    let (user, id, message) = (me.id, id.get()?, body.0.message);
    let write = move |tx: &Tx| {
        let ticket = tickets::reply(tx, user, id, &message)?;
        Ok::<_, TicketError>(whole(tx, ticket)?)
    };
    Ok(Created(app.db.write(write).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeTicket {
    /// `closed`.
    #[schema(value_type = String, example = "closed")]
    status: Word<TicketStatus>,
}

/// Closes a ticket.
#[utoipa::path(put, path = "/api/tickets/{id}", tag = "tickets", request_body = ChangeTicket,
    params(("id" = i64, Path)),
    responses((status = 200, body = TicketView), (status = 404, body = Problem), (status = 422, body = Problem)))]
#[put("/api/tickets/<id>", data = "<body>")]
pub async fn change(
    app: &State<App>,
    me: Member,
    id: PathId<TicketId>,
    body: Body<ChangeTicket>,
) -> ApiResult<Json<TicketView>> {
    let (user, id) = (me.id, id.get()?);
    if body.0.status.0 != TicketStatus::Closed {
        let rule = Rule::one_of([TicketStatus::Closed.into_str()]);
        return Err(ApiError::field("status", rule));
    }
    let write = move |tx: &Tx| {
        let ticket = tickets::close(tx, user, id)?;
        Ok::<_, TicketError>(whole(tx, ticket)?)
    };
    Ok(Json(app.db.write(write).await?))
}
