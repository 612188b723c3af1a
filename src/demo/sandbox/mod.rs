//! The practice provider: a small server of its own on the loopback interface that speaks API v2 and plays
//! the upstream, so that a panel can be tried out from end to end without money and without a contract.
//!
//! What lives here: the server and its dialect; `demo::bank` plays the bank beside it. What an order comes to is
//! decided in `play`, from the order's id alone, so nothing is lost when the panel restarts; how the list moves is
//! decided in `list`. The panel reaches it like any provider, over HTTP.
//!
//! It takes any key and any service, and demands what the type of a listed one needs. A link that holds one of these
//! words makes trouble, whatever the case:
//!
//! | word | what happens | what becomes of the order |
//! |---|---|---|
//! | `refuse` | `{"error":"Bad link"}` | canceled and refunded |
//! | `funds` | `{"error":"Not enough funds on balance"}` | stays queued, tried again |
//! | `hang` or `timeout` | taken, but the answer comes too late | parked for review |
//! | `reset` | taken, but the answer breaks off | parked for review |
//! | `gateway` | HTTP 502 with a page instead of JSON | parked for review |
//! | `partial` | ends as "Partial" with two fifths undelivered | that part is refunded |
//! | `slow` | takes ten minutes, time enough to cancel it | as ever |
//! | `cancel` | ends as "Canceled" | refunded as a whole |
//! | `strange` | ends as "Failed", a word that says nothing | shown to the admin as a contradiction |
//! | `dearer` | the service costs twice as much for a minute | delivered; its service is paused |
//! | `vanish` | the service is not listed for a minute | delivered; its service is paused |
//! | `empty` | the list is empty for a minute | delivered; no service is paused |
//!
//! All others are "Pending" for a second, "In progress" for two more, then "Completed". What is not over can be
//! canceled: it ends as "Canceled", or as "Partial" if some was delivered. That it was is forgotten with a restart.
//! What is completed can be refilled, which takes a second too until it begins, and two more.
//!
//! A subscription finds a post each second; with `partial` in its user name it ends after three fifths of them as
//! "Expired", with `cancel` without any, with `strange` it is "Paused" there.

mod list;
mod play;

pub use list::services;

use super::bank;
use crate::kernel::clock::Clock;
use crate::kernel::error::Fault;
use play::{AddResponse, Fields, Stage};
use rocket::config::{LogLevel, Shutdown};
use rocket::data::{Data, ToByteUnit};
use rocket::fairing::AdHoc;
use rocket::http::{ContentType, Status};
use rocket::request::Request;
use rocket::response::{self, Responder, Response};
use rocket::{Config, State, post, routes};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use std::io::Cursor;
use std::time::Duration;
use tokio::sync::oneshot;

/// Later than any time-out an `add` can be given.
const TOO_LATE: Duration = Duration::from_secs(900);
/// As much as the largest order of comments, percent-encoded.
const LARGEST_BODY_MIB: u64 = 2;

/// Starts it on a free port and returns its address. It ends with the process (with the async runtime it was
/// started on), so that calls in flight are answered while the panel itself is already stopping.
pub async fn start() -> Result<String, Fault> {
    let (tell, told) = oneshot::channel();
    let config = Config {
        port: 0,
        log_level: LogLevel::Off,
        shutdown: Shutdown { ctrlc: false, signals: HashSet::new(), force: false, ..Shutdown::default() },
        ..Config::release_default()
    };
    let server = rocket::custom(config)
        .manage(Stage::new(Clock::system()))
        .manage(bank::Bank::new(Clock::system()))
        .mount("/", routes![api])
        .mount("/", bank::routes())
        .attach(AdHoc::on_liftoff("port", move |rocket| {
            // The caller may be gone; then nobody needs to know.
            let _ = tell.send(rocket.config().port);
            Box::pin(std::future::ready(()))
        }));
    tokio::spawn(async move {
        if let Err(cause) = server.launch().await {
            tracing::error!(%cause, "the sandbox provider ended");
        }
    });
    let port = told.await.map_err(|_| Fault::Internal("the sandbox provider did not start".to_owned()))?;
    Ok(format!("http://127.0.0.1:{port}/"))
}

/// What goes back over the line.
enum ParsedRequest {
    Json(Value),
    /// More is announced than arrives.
    Cut,
    BadGateway,
}

#[post("/", data = "<body>")]
async fn api(stage: &State<Stage>, body: Data<'_>) -> ParsedRequest {
    let Ok(bytes) = body.open(LARGEST_BODY_MIB.mebibytes()).into_bytes().await else {
        return ParsedRequest::Cut;
    };
    let fields: HashMap<String, String> = form_urlencoded::parse(&bytes).into_owned().collect();
    let fields = Fields(fields);
    if fields.get("key").is_empty() {
        return ParsedRequest::Json(error("Invalid API key"));
    }
    match fields.get("action") {
        "services" => ParsedRequest::Json(stage.services()),
        "balance" => ParsedRequest::Json(stage.balance()),
        "status" => ParsedRequest::Json(stage.status(&fields)),
        "add" => add(stage, &fields).await,
        "cancel" => ParsedRequest::Json(stage.cancel(&fields)),
        "refill" => ParsedRequest::Json(stage.refill(&fields)),
        "refill_status" => ParsedRequest::Json(stage.refill_status(&fields)),
        _ => ParsedRequest::Json(error("Incorrect request")),
    }
}

async fn add(stage: &Stage, fields: &Fields) -> ParsedRequest {
    match stage.add(fields) {
        AddResponse::Taken(id) => ParsedRequest::Json(json!({ "order": id })),
        AddResponse::Refused(why) => ParsedRequest::Json(error(why)),
        AddResponse::TakenTooLate(id) => {
            tokio::time::sleep(TOO_LATE).await;
            ParsedRequest::Json(json!({ "order": id }))
        }
        AddResponse::TakenAndCut => ParsedRequest::Cut,
        AddResponse::Down => ParsedRequest::BadGateway,
    }
}

fn error(text: &str) -> Value {
    json!({ "error": text })
}

impl<'r> Responder<'r, 'static> for ParsedRequest {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        let mut answer = Response::build();
        match self {
            ParsedRequest::Json(value) => {
                let body = value.to_string();
                answer.header(ContentType::JSON).sized_body(body.len(), Cursor::new(body))
            }
            ParsedRequest::Cut => answer.header(ContentType::JSON).sized_body(64, Cursor::new("{\"order\":")),
            ParsedRequest::BadGateway => {
                let page = "<html><body><h1>502 Bad Gateway</h1></body></html>";
                answer
                    .status(Status::BadGateway)
                    .header(ContentType::HTML)
                    .sized_body(page.len(), Cursor::new(page))
            }
        };
        answer.ok()
    }
}
