//! What only the demo answers.

use super::body::Body;
use super::error::{ApiError, ApiResult, Problem};
use super::guards::Member;
use super::respond::NoContent;
use crate::deposits;
use crate::kernel::ids::DepositId;
use crate::state::{App, Transfer};
use rocket::{Route, State, post, routes};
use serde::Deserialize;
use std::time::Duration;
use utoipa::ToSchema;

const LONGEST: Duration = Duration::from_secs(8);

pub fn routes() -> Vec<Route> {
    routes![transfer]
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlayTransfer {
    /// One of the caller's.
    deposit_id: i64,
}

/// Plays the caller's bank: the panel gets a signed notice of the transfer, as SePay would send it. In the demo only.
#[utoipa::path(post, path = "/api/demo/transfer", tag = "around", request_body = PlayTransfer,
    responses((status = 204), (status = 401, body = Problem),
        (status = 404, body = Problem, description = "no such deposit, or this is no demo"),
        (status = 503, body = Problem)))]
#[post("/api/demo/transfer", data = "<body>")]
pub async fn transfer(app: &State<App>, me: Member, body: Body<PlayTransfer>) -> ApiResult<NoContent> {
    let Some(demo) = &app.demo else { return Err(ApiError::not_found()) };
    let id = DepositId::new(body.0.deposit_id);
    let deposit = app.db.read_now(|tx| deposits::of_user(tx, me.id, id))?;
    let transfer = Transfer { content: deposit.code.clone(), amount: deposit.amount };
    demo.transfers.ask(transfer, LONGEST).await?.map_err(ApiError::internal)?;
    Ok(NoContent)
}
