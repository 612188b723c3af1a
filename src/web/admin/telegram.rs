//! How the operator's notices stand, and which chat is the operator's, for admins. Nothing here calls Telegram: a job
//! does.

use crate::accounts::{self, TelegramLink};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::Fault;
use crate::kernel::note::Note;
use crate::kernel::reason::Reason;
use crate::notify;
use crate::state::App;
use crate::web::body::Body;
use crate::web::error::{ApiError, ApiResult, Problem};
use crate::web::guards::Admin;
use crate::web::respond::{Accepted, Created, Json};
use crate::web::user::Nothing;
use rocket::{Route, State, get, post, routes};
use serde::Serialize;
use utoipa::ToSchema;

pub fn routes() -> Vec<Route> {
    routes![show, test, link]
}

/// Whether notices arrive. The token and the chat are not shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoticesView {
    configured: bool,
    /// Why the last message did not go out; null while all is well.
    trouble: Option<String>,
    /// The same by its code, with its figures.
    trouble_coded: Option<Note>,
    /// Since when none has arrived; null while all is well.
    failing_since: Option<String>,
    /// Notices that wait to be sent.
    pending: i64,
    last_sent_at: Option<String>,
    /// As in `t.me/NAME`; null: there is no bot, or Telegram has not named it yet.
    bot: Option<String>,
    /// Why the bot's messages cannot be read; null while all is well.
    reading_trouble: Option<Note>,
    /// The chat that the caller's link has found; null: none, or an hour ago.
    found: Option<FoundChatView>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FoundChatView {
    /// For `telegram.chat_id` of the settings.
    chat_id: String,
    /// As it is called there, in the words of whoever called it so.
    name: String,
}

/// Links into Telegram that find the operator's chat. Each serves once, for an hour; they are one and the same.
#[derive(Serialize, ToSchema)]
pub struct OperatorLinkView {
    /// Finds the private chat of whoever opens it and presses Start.
    #[schema(example = "https://t.me/shop_bot?start=TOKEN")]
    url: String,
    /// Adds the bot to a group, and finds that.
    #[schema(example = "https://t.me/shop_bot?startgroup=TOKEN")]
    group_url: String,
    expires_at: String,
}

/// How the operator's notices stand.
#[utoipa::path(get, path = "/api/admin/telegram", tag = "admin",
    responses((status = 200, body = NoticesView), (status = 403, body = Problem)))]
#[get("/api/admin/telegram")]
pub fn show(app: &State<App>, by: Admin) -> ApiResult<Json<NoticesView>> {
    let (status, bot, reading_trouble, found) = app.db.read_now(|tx| {
        let found = accounts::found_chat(tx, by.0.id)?;
        Ok::<_, Fault>((notify::status(tx)?, notify::bot_name(tx)?, notify::reading_trouble(tx)?, found))
    })?;
    Ok(Json(NoticesView {
        configured: status.is_open,
        trouble: status.trouble.as_ref().map(Note::to_string),
        trouble_coded: status.trouble,
        failing_since: status.failing_since.map(Timestamp::rfc3339),
        pending: status.pending,
        last_sent_at: status.last_sent_at.map(Timestamp::rfc3339),
        bot: bot.map(|bot| bot.name),
        reading_trouble,
        found: found.map(|(chat, name)| FoundChatView { chat_id: chat.to_string(), name }),
    }))
}

/// The message will be sent by and by.
#[derive(Debug, Serialize, ToSchema)]
pub struct Queued {
    queued: bool,
}

/// Sends a message to the operator's chat, soon. It also ends the pause after Telegram refused the bot.
#[utoipa::path(post, path = "/api/admin/telegram/test", tag = "admin",
    responses((status = 202, body = Queued), (status = 503, body = Problem)))]
#[post("/api/admin/telegram/test")]
pub async fn test(app: &State<App>, _by: Admin) -> ApiResult<Accepted<Queued>> {
    let queued: Result<bool, Fault> = app.db.write(notify::test).await;
    if queued? {
        Ok(Accepted(Queued { queued: true }))
    } else {
        Err(ApiError::not_configured(Reason::NoTelegram))
    }
}

/// A link by which the operator's chat is found: whoever opens it and presses Start, or adds the bot to a group, sees
/// `found` in `GET /api/admin/telegram` filled in. Nothing is told there before it is saved in the settings.
#[utoipa::path(post, path = "/api/admin/telegram/link", tag = "admin",
    responses((status = 201, body = OperatorLinkView), (status = 403, body = Problem),
        (status = 503, body = Problem, description = "`not_configured`: no bot, or Telegram has not named it yet")))]
#[post("/api/admin/telegram/link", data = "<_body>")]
pub async fn link(app: &State<App>, by: Admin, _body: Body<Nothing>) -> ApiResult<Created<OperatorLinkView>> {
    let made = app.db.write(move |tx| accounts::new_operator_link(tx, by.0.id)).await?;
    let TelegramLink { bot_name, token, expires_at } =
        made.ok_or_else(|| ApiError::not_configured(Reason::NoBot))?;
    Ok(Created(OperatorLinkView {
        url: format!("https://t.me/{bot_name}?start={token}"),
        group_url: format!("https://t.me/{bot_name}?startgroup={token}"),
        expires_at: expires_at.rfc3339(),
    }))
}
