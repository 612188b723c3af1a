//! A customer's coupons.

use super::body::Body;
use super::error::{ApiError, ApiResult, Problem};
use super::guards::Member;
use super::respond::Json;
use crate::accounts::Counted;
use crate::bonuses;
use crate::deposits;
use crate::kernel::error::Refusal;
use crate::kernel::ids::UserId;
use crate::kernel::money::Vnd;
use crate::kernel::reason::Reason;
use crate::ledger;
use crate::settings;
use crate::state::App;
use rocket::{Route, State, post, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub fn routes() -> Vec<Route> {
    routes![redeem, preview]
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RedeemCoupon {
    /// In any case.
    code: String,
}

#[derive(Serialize, ToSchema)]
pub struct Redeemed {
    /// VND, what the coupon brought.
    amount: i64,
    /// VND, with it.
    balance: i64,
}

/// Credits a free coupon, to whoever has paid in before.
#[utoipa::path(post, path = "/api/user/coupons", tag = "payment", request_body = RedeemCoupon,
    responses((status = 200, body = Redeemed), (status = 401, body = Problem),
        (status = 409, body = Problem, description = "`coupon_not_valid`, with why"),
        (status = 422, body = Problem), (status = 429, body = Problem, description = "too many wrong codes")))]
#[post("/api/user/coupons", data = "<body>")]
pub async fn redeem(app: &State<App>, me: Member, body: Body<RedeemCoupon>) -> ApiResult<Json<Redeemed>> {
    let (panel, code) = (app.inner().clone(), body.0.code);
    let write = app.db.write(move |tx| -> ApiResult<_> {
        let amount = try_code(&panel, me.id, || bonuses::redeem(tx, me.id, &code))?;
        let balance = ledger::balances(tx, me.id)?.map_or(0, |account| account.balance.get());
        Ok(Redeemed { amount: amount.get(), balance })
    });
    Ok(Json(write.await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewCoupon {
    /// In any case.
    code: String,
    /// VND, what would be paid in.
    amount: i64,
}

#[derive(Serialize, ToSchema)]
pub struct Previewed {
    /// VND, what would come beside it.
    bonus: i64,
}

/// What a deposit with this coupon would bring beside the money, were it paid now; nothing is asked for yet.
#[utoipa::path(post, path = "/api/payment/coupon", tag = "payment", request_body = PreviewCoupon,
    responses((status = 200, body = Previewed), (status = 401, body = Problem),
        (status = 409, body = Problem, description = "`coupon_not_valid`, with why"),
        (status = 422, body = Problem), (status = 429, body = Problem, description = "too many wrong codes")))]
#[post("/api/payment/coupon", data = "<body>")]
pub async fn preview(app: &State<App>, me: Member, body: Body<PreviewCoupon>) -> ApiResult<Json<Previewed>> {
    let (panel, PreviewCoupon { code, amount }) = (app.inner().clone(), body.0);
    let amount = Vnd::new(amount);
    let read = app.db.read(move |tx| -> ApiResult<_> {
        let (min, max) = settings::deposit_limits(tx)?;
        deposits::amount_fits(amount, min, max)?;
        try_code(&panel, me.id, || bonuses::preview(tx, me.id, &code, amount))
    });
    Ok(Json(Previewed { bonus: read.await?.get() }))
}

/// Does what depends on a code that somebody typed. Codes that do not exist are slowed down by user, like wrong
/// passwords.
pub fn try_code<T, E>(app: &App, user: UserId, work: impl FnOnce() -> Result<T, E>) -> ApiResult<T>
where
    E: Refusal + Into<ApiError>,
{
    let counted = Counted::of_coupons(user);
    let begun = app.attempts.begin(counted, app.db.clock().now());
    begun.map_err(|left| ApiError::limited(u64::try_from(left).unwrap_or(1)))?;
    let done = work();
    let is_wrong = |refusal: &E| refusal.answer().reason == Some(Reason::CouponUnknown);
    if !done.as_ref().err().is_some_and(is_wrong) {
        app.attempts.take_back(counted);
    }
    done.map_err(Into::into)
}
