//! The caller's chat with the operator's bot, and what is told there. Nothing here calls Telegram: a job does.

use super::body::Body;
use super::error::{ApiError, ApiResult, Problem};
use super::guards::{Caller, Member};
use super::respond::{Created, Json, NoContent};
use super::user::Nothing;
use crate::accounts::{self, Choices, Telegram, TelegramLink};
use crate::kernel::reason::Reason;
use crate::state::App;
use rocket::{Route, State, delete, get, post, put, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub fn routes() -> Vec<Route> {
    routes![show, link, choose, unlink]
}

/// How the caller stands with the bot.
#[derive(Serialize, ToSchema)]
pub struct TelegramView {
    /// Whether a chat can be linked: the operator has a bot, and Telegram has named it.
    available: bool,
    linked: bool,
    /// Null: none is linked.
    chat: Option<TelegramChatView>,
    choices: TelegramChoices,
}

#[derive(Serialize, ToSchema)]
pub struct TelegramChatView {
    /// As its owner is called there.
    name: String,
    linked_at: String,
}

/// What is told.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TelegramChoices {
    /// Money that was credited.
    deposits: bool,
    /// Orders that are completed, partial or canceled.
    orders: bool,
    /// Answers of the support.
    tickets: bool,
}

impl From<Telegram> for TelegramView {
    fn from(Telegram { is_ready, chat, choices }: Telegram) -> Self {
        let Choices { deposits, orders, tickets } = choices;
        TelegramView {
            available: is_ready,
            linked: chat.is_some(),
            chat: chat.map(|chat| TelegramChatView { name: chat.name, linked_at: chat.linked_at.rfc3339() }),
            choices: TelegramChoices { deposits, orders, tickets },
        }
    }
}

/// A link into Telegram.
#[derive(Serialize, ToSchema)]
pub struct TelegramLinkView {
    /// Whoever opens it and presses Start is told in that chat. It serves once.
    #[schema(example = "https://t.me/shop_bot?start=TOKEN")]
    url: String,
    expires_at: String,
}

impl From<TelegramLink> for TelegramLinkView {
    fn from(link: TelegramLink) -> Self {
        let TelegramLink { bot_name, token, expires_at } = link;
        TelegramLinkView {
            url: format!("https://t.me/{bot_name}?start={token}"),
            expires_at: expires_at.rfc3339(),
        }
    }
}

/// Whether a chat of the caller's is told of deposits, orders and tickets, and of which.
#[utoipa::path(get, path = "/api/user/telegram", tag = "user", responses(
    (status = 200, body = TelegramView), (status = 401, body = Problem)))]
#[get("/api/user/telegram")]
pub fn show(me: Caller<'_>) -> ApiResult<Json<TelegramView>> {
    me.read(|tx, me| Ok(Json(accounts::telegram(tx, me.id)?.into())))
}

/// A link by which the caller's own chat is told from then on, in place of one before. It serves once, for an hour.
#[utoipa::path(post, path = "/api/user/telegram", tag = "user", responses(
    (status = 201, body = TelegramLinkView), (status = 401, body = Problem),
    (status = 503, body = Problem, description = "`not_configured`: no bot, or Telegram has not named it yet")))]
#[post("/api/user/telegram", data = "<_body>")]
pub async fn link(
    app: &State<App>,
    me: Member,
    _body: Body<Nothing>,
) -> ApiResult<Created<TelegramLinkView>> {
    let made = app.db.write(move |tx| accounts::new_telegram_link(tx, me.id)).await?;
    let made = made.ok_or_else(|| ApiError::not_configured(Reason::NoBot))?;
    Ok(Created(made.into()))
}

/// What is told, with a chat or before there is one.
#[utoipa::path(put, path = "/api/user/telegram", tag = "user", request_body = TelegramChoices, responses(
    (status = 200, body = TelegramView), (status = 401, body = Problem), (status = 422, body = Problem)))]
#[put("/api/user/telegram", data = "<body>")]
pub async fn choose(
    app: &State<App>,
    me: Member,
    body: Body<TelegramChoices>,
) -> ApiResult<Json<TelegramView>> {
    let TelegramChoices { deposits, orders, tickets } = body.0;
    let choices = Choices { deposits, orders, tickets };
    let chosen = app.db.write(move |tx| {
        accounts::choose_telegram(tx, me.id, choices)?;
        accounts::telegram(tx, me.id)
    });
    Ok(Json(chosen.await?.into()))
}

/// The chat is told no more, and links that were not followed serve no more.
#[utoipa::path(delete, path = "/api/user/telegram", tag = "user", responses(
    (status = 204, description = "no chat is told"), (status = 401, body = Problem)))]
#[delete("/api/user/telegram")]
pub async fn unlink(app: &State<App>, me: Member) -> ApiResult<NoContent> {
    app.db.write(move |tx| accounts::unlink_telegram(tx, me.id)).await?;
    Ok(NoContent)
}
