//! News for a logged-in user as server-sent events.
//!
//! A stream is told what has changed (`db::Changes`) and reads the present state when it sends, at most once a moment,
//! so a burst of changes is one reading. Before anything is sent the token is looked at again, in the same snapshot.
//! What could not be kept for a slow or absent listener becomes one `reset`: everything may be different now.

use super::error::{ApiError, ApiResult, Problem};
use super::guards::{Member, lacking_factor};
use super::orders::OrderView;
use super::payment::DepositView;
use super::refills::RefillView;
use crate::accounts::token::Claims;
use crate::accounts::{self, Identity, Role};
use crate::db::{ReadTx, Subscription};
use crate::kernel::change::Change;
use crate::kernel::error::Fault;
use crate::state::App;
use crate::tickets::TicketStatus;
use crate::{deposits, ledger, orders, provider, refills, tickets};
use rocket::futures::stream::{Stream, unfold};
use rocket::http::{ContentType, Header};
use rocket::request::{FromRequest, Outcome, Request};
use rocket::response::stream::ReaderStream;
use rocket::response::{self, Responder, Response};
use rocket::tokio::select;
use rocket::tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, sleep};
use rocket::{Route, Shutdown, State, get, routes};
use serde::Serialize;
use std::io::Cursor;
use std::time::Duration;
use utoipa::ToSchema;

/// Keeps what stands between from giving up, and bounds how long a token that died elsewhere keeps its stream.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// Between two readings of one stream.
const PAUSE: Duration = Duration::from_millis(50);
/// After a `reset`, which makes the client fetch everything.
const LONG_PAUSE: Duration = Duration::from_secs(1);
/// When a browser shall come back after a stream has ended.
const RETRY_MS: u32 = 3000;

pub fn routes() -> Vec<Route> {
    routes![listen]
}

/// Data of the event `balance`.
#[derive(Serialize, ToSchema)]
pub struct BalanceNews {
    /// VND.
    balance: i64,
    /// VND.
    total_spent: i64,
}

/// Data of the event `ticket`.
#[derive(Serialize, ToSchema)]
pub struct TicketNews {
    id: i64,
    /// Whether there is an answer that the customer has not read.
    unread: bool,
}

/// Data of the event `review`, for admins.
#[derive(Serialize, ToSchema)]
pub struct ReviewNews {
    /// All that needs a decision, as `count` of `GET /api/admin/review`.
    count: i64,
}

/// Data of the event `desk`, for the support.
#[derive(Serialize, ToSchema)]
pub struct DeskNews {
    /// Tickets that wait for an answer.
    open: i64,
}

/// `reset` says nothing but its name.
#[derive(Serialize)]
struct Nothing {}

/// The number of the last event that the client has seen.
pub struct LastEvent(Option<i64>);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for LastEvent {
    type Error = ();

    /// What is no number of ours is as unknown as one that was forgotten.
    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        let said = request.headers().get_one("Last-Event-ID").filter(|text| !text.is_empty());
        Outcome::Success(LastEvent(said.map(|text| text.parse().unwrap_or(-1))))
    }
}

/// What changes for the caller, as it changes.
///
/// Events: `order` (data as `GET /api/orders/{id}`), `refill` (as `GET /api/refills/{id}`),
/// `deposit` (as `GET /api/payment/deposits/{id}`), `balance`
/// (`BalanceNews`), `ticket` (`TicketNews`), for admins `review` (`ReviewNews`), for
/// the support `desk` (`DeskNews`), and `reset` when something was missed.
/// Ids rise. A user has at most 8 streams: a ninth ends the oldest. Orders come without `comments`, as in lists.
#[utoipa::path(get, path = "/api/events", tag = "events",
    params(("Last-Event-ID" = Option<String>, Header, description = "begins with what came after this event")),
    responses((status = 200, body = String, content_type = "text/event-stream",
            description = "Until the token dies, or eight younger streams are open"),
        (status = 401, body = Problem),
        (status = 503, body = Problem, description = "`overloaded`: too many streams")))]
#[get("/api/events")]
pub fn listen(
    app: &State<App>,
    me: Member,
    last: LastEvent,
    shutdown: Shutdown,
) -> ApiResult<EventStreamResponse<impl Stream<Item = String> + use<>>> {
    let works_here = matches!(me.role, Role::Admin | Role::Support);
    let news = app.db.changes().subscribe(me.id, works_here, last.0);
    let news = news.ok_or_else(|| ApiError::from(Fault::Overloaded("too many event streams are open")))?;
    let period = app.db.clock().patience(HEARTBEAT);
    let mut beat = interval_at(Instant::now() + period, period);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let first = EventStream {
        app: app.inner().clone(),
        claims: me.claims,
        news,
        beat,
        shutdown,
        last_id: last.0.unwrap_or(0),
        begun: false,
        pause: None,
    };
    Ok(EventStreamResponse(unfold(first, |mut stream| async {
        stream.next().await.map(|text| (text, stream))
    })))
}

/// One stream.
struct EventStream {
    app: App,
    claims: Claims,
    news: Subscription,
    beat: Interval,
    shutdown: Shutdown,
    /// The last id that was sent.
    last_id: i64,
    begun: bool,
    /// Before the next reading.
    pause: Option<Duration>,
}

impl EventStream {
    /// The next lines to send; `None` ends the stream.
    async fn next(&mut self) -> Option<String> {
        loop {
            let beats = self.begun && self.wait().await?;
            let text = match self.read(beats) {
                Ok(text) => text?,
                Err(cause) => {
                    // The client comes back and names the last event it has seen.
                    tracing::error!(%cause, "an event stream ended for want of data");
                    return None;
                }
            };
            if !text.is_empty() {
                return Some(text);
            }
        }
    }

    /// Until there is something to do; whether it is time for a heartbeat. `None`: the panel stops.
    async fn wait(&mut self) -> Option<bool> {
        if let Some(pause) = self.pause.take() {
            select! {
                biased;
                () = &mut self.shutdown => return None,
                () = sleep(pause) => {}
            }
        }
        select! {
            biased;
            () = &mut self.shutdown => None,
            _ = self.beat.tick() => Some(true),
            () = self.news.heard() => Some(false),
        }
    }

    /// What is to be said now. `None`: the token is dead, or the user has opened too many younger streams.
    fn read(&mut self, beats: bool) -> Result<Option<String>, Fault> {
        let news = self.news.take();
        let user = self.claims.user;
        if news.is_over {
            tracing::debug!(user.id = user.get(), "an event stream of user {user} gave way to a younger one");
            return Ok(None);
        }
        let read = |tx: &ReadTx| -> Result<Option<Lines>, Fault> {
            let Some(me) = accounts::authenticate(tx, &self.claims)? else { return Ok(None) };
            if self.claims.expires_at <= tx.now() {
                return Ok(None);
            }
            let mut lines = Lines::default();
            for (id, change) in &news.changes {
                lines.change(tx, &self.claims, me, *id, *change)?;
            }
            Ok(Some(lines))
        };
        let Some(mut lines) = self.app.db.read_now(read)? else {
            tracing::debug!(user.id = user.get(), "an event stream of user {user} ended with its token");
            return Ok(None);
        };
        if news.has_missed {
            lines.event("reset", news.up_to, &Nothing {})?;
        }
        if !lines.text.is_empty() {
            self.pause = Some(if news.has_missed { LONG_PAUSE } else { PAUSE });
        }
        Ok(Some(self.frame(news.up_to, &lines, beats)))
    }

    /// Puts the greeting or a heartbeat before the events. Without events both carry the id up to which the client
    /// knows everything, so that it can come back after hours in which nothing concerned it.
    fn frame(&mut self, up_to: i64, lines: &Lines, beats: bool) -> String {
        let mut text = match (self.begun, beats) {
            (false, _) => format!(": welcome\nretry: {RETRY_MS}\n"),
            (true, true) => ":\n".to_owned(),
            (true, false) => String::new(),
        };
        if !text.is_empty() {
            if lines.text.is_empty() && up_to > self.last_id {
                self.last_id = up_to;
                text.push_str(&format!("id: {up_to}\n"));
            }
            text.push('\n');
        }
        self.begun = true;
        self.last_id = lines.last.unwrap_or(self.last_id);
        text + &lines.text
    }
}

/// Events as they go over the line.
#[derive(Default)]
struct Lines {
    text: String,
    /// The id of the last event among them.
    last: Option<i64>,
}

impl Lines {
    fn change(
        &mut self,
        tx: &ReadTx,
        claims: &Claims,
        me: Identity,
        id: i64,
        change: Change,
    ) -> Result<(), Fault> {
        match change {
            // As with the pages that deal with what waits.
            Change::Review if me.role != Role::User && lacking_factor(tx, claims)?.is_some() => Ok(()),
            Change::Order(user, order) => match orders::of_user(tx, user, order)? {
                Some(order) if user == me.id => self.event("order", id, &OrderView::listed(order)),
                Some(_) | None => Ok(()),
            },
            Change::Refill(user, refill) => match refills::find(tx, refill)? {
                Some(refill) if user == me.id && refill.user == me.id => {
                    self.event("refill", id, &RefillView::from(refill))
                }
                Some(_) | None => Ok(()),
            },
            Change::Deposit(user, deposit) => match deposits::by_id(tx, deposit)? {
                Some(deposit) if user == me.id && deposit.user == me.id => {
                    self.event("deposit", id, &DepositView::from(deposit))
                }
                Some(_) | None => Ok(()),
            },
            Change::Ticket(user, ticket) => match tickets::of_user(tx, user, ticket)? {
                Some(ticket) if user == me.id => {
                    let news = TicketNews { id: ticket.id.get(), unread: ticket.unread_by_customer };
                    self.event("ticket", id, &news)
                }
                Some(_) | None => Ok(()),
            },
            Change::Balance(user) => match ledger::balances(tx, user)? {
                Some(now) if user == me.id => {
                    let news = BalanceNews { balance: now.balance.get(), total_spent: now.spent.get() };
                    self.event("balance", id, &news)
                }
                Some(_) | None => Ok(()),
            },
            Change::Review if me.role == Role::Admin => {
                let count = orders::review_count(tx)?
                    .saturating_add(deposits::unmatched_count(tx)?)
                    .saturating_add(provider::held_count(tx)?);
                self.event("review", id, &ReviewNews { count })
            }
            Change::Review if me.role == Role::Support => {
                let (status, without) = (Some(TicketStatus::Open), accounts::staff(tx)?);
                let wanted = tickets::Filter { status, without, ..tickets::Filter::default() };
                let open = tickets::count(tx, &wanted)?;
                self.event("desk", id, &DeskNews { open })
            }
            Change::Review | Change::Session(_) => Ok(()),
        }
    }

    /// JSON on one line is one line of data.
    fn event(&mut self, name: &str, id: i64, data: &impl Serialize) -> Result<(), Fault> {
        let data = serde_json::to_string(data).map_err(|cause| Fault::Internal(cause.to_string()))?;
        self.last = Some(id);
        self.text.push_str(&format!("id: {id}\nevent: {name}\ndata: {data}\n\n"));
        Ok(())
    }
}

/// A `text/event-stream` of whatever lines come.
pub struct EventStreamResponse<S>(S);

impl<'r, S: Stream<Item = String> + Send + 'r> Responder<'r, 'r> for EventStreamResponse<S> {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'r> {
        use rocket::futures::StreamExt;
        Response::build()
            .header(ContentType::EventStream)
            .header(Header::new("Cache-Control", "no-store"))
            // A proxy that collects answers before it passes them on would hold the news back.
            .header(Header::new("X-Accel-Buffering", "no"))
            .streamed_body(ReaderStream::from(self.0.map(Cursor::new)))
            .ok()
    }
}
