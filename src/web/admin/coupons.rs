//! Coupons, for admins.

use crate::bonuses::{self, Coupon, CouponKind, Draft, Patch};
use crate::kernel::clock::Timestamp;
use crate::kernel::ids::CouponId;
use crate::kernel::money::Vnd;
use crate::state::App;
use crate::web::body::Body;
use crate::web::error::{ApiResult, Problem};
use crate::web::fields::{TimeField, Word, given};
use crate::web::guards::Admin;
use crate::web::params::{PathId, Query};
use crate::web::respond::{Created, Json, List};
use rocket::{Route, State, get, post, put, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub fn routes() -> Vec<Route> {
    routes![list, create, change]
}

/// A code that brings a bonus.
#[derive(Debug, Serialize, ToSchema)]
pub struct CouponView {
    id: i64,
    /// Upper case.
    code: String,
    /// `percent` of a deposit, an `amount` with a deposit, or `free`, with the code alone.
    kind: &'static str,
    /// Percent, or VND.
    value: i64,
    /// VND, the most that a percentage comes to.
    max_bonus: Option<i64>,
    /// VND that have to be paid in with it.
    min_deposit: i64,
    /// How often it counts, in all; null: without end.
    limit: Option<i64>,
    /// The same for one user.
    per_user: Option<i64>,
    ends_at: Option<String>,
    active: bool,
    /// How often it has counted.
    used: i64,
    created_at: String,
    updated_at: String,
}

impl From<Coupon> for CouponView {
    fn from(coupon: Coupon) -> Self {
        CouponView {
            id: coupon.id.get(),
            code: coupon.code,
            kind: coupon.kind.into_str(),
            value: coupon.value,
            max_bonus: coupon.max_bonus.map(Vnd::get),
            min_deposit: coupon.min_deposit.get(),
            limit: coupon.most_uses,
            per_user: coupon.per_user,
            ends_at: coupon.ends_at.map(Timestamp::rfc3339),
            active: coupon.active,
            used: coupon.used,
            created_at: coupon.created_at.rfc3339(),
            updated_at: coupon.updated_at.rfc3339(),
        }
    }
}

/// A new coupon.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateCoupon {
    /// 3 to 32 of `A-Z 0-9 - _`, in any case, unique.
    code: String,
    #[schema(value_type = String, example = "percent")]
    kind: Word<CouponKind>,
    /// 1 to 100 of a percentage, else VND.
    value: i64,
    /// Of a percentage only.
    max_bonus: Option<i64>,
    /// Not of a free one.
    min_deposit: Option<i64>,
    limit: Option<i64>,
    /// Once if missing; null: without end.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<i64>)]
    per_user: Option<Option<i64>>,
    #[schema(value_type = Option<String>, format = DateTime)]
    ends_at: Option<TimeField>,
    active: Option<bool>,
}

/// Only the keys that are there change anything; null ends a bound.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeCoupon {
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<i64>)]
    value: Option<i64>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<i64>)]
    max_bonus: Option<Option<i64>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<i64>)]
    min_deposit: Option<i64>,
    /// Not below `used`.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<i64>)]
    limit: Option<Option<i64>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<i64>)]
    per_user: Option<Option<i64>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    ends_at: Option<Option<TimeField>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<bool>)]
    active: Option<bool>,
}

/// All coupons, newest first.
#[utoipa::path(get, path = "/api/admin/coupons", tag = "admin",
    params(("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query)),
    responses((status = 200, body = List<CouponView>), (status = 422, body = Problem)))]
#[get("/api/admin/coupons")]
pub fn list(app: &State<App>, _by: Admin, query: Query) -> ApiResult<Json<List<CouponView>>> {
    let page = query.page()?;
    Ok(Json(List::of(app.db.read_now(|tx| bonuses::coupons(tx, page))?, CouponView::from)))
}

/// A new coupon.
#[utoipa::path(post, path = "/api/admin/coupons", tag = "admin", request_body = CreateCoupon,
    responses((status = 201, body = CouponView), (status = 409, body = Problem, description = "the code is there"),
        (status = 422, body = Problem)))]
#[post("/api/admin/coupons", data = "<body>")]
pub async fn create(app: &State<App>, by: Admin, body: Body<CreateCoupon>) -> ApiResult<Created<CouponView>> {
    let (actor, Body(asked)) = (by.actor(), body);
    let draft = Draft {
        code: asked.code,
        kind: asked.kind.0,
        value: asked.value,
        max_bonus: asked.max_bonus,
        min_deposit: asked.min_deposit.unwrap_or_default(),
        most_uses: asked.limit,
        per_user: asked.per_user.unwrap_or(Some(1)),
        ends_at: asked.ends_at.map(|end| end.0),
        active: asked.active.unwrap_or(true),
    };
    let coupon = app.db.write(move |tx| bonuses::create(tx, &actor, draft)).await?;
    Ok(Created(coupon.into()))
}

/// Changes a coupon. Its code and kind stay; what it has brought stays too.
#[utoipa::path(put, path = "/api/admin/coupons/{id}", tag = "admin", request_body = ChangeCoupon,
    params(("id" = i64, Path)),
    responses((status = 200, body = CouponView), (status = 404, body = Problem), (status = 422, body = Problem)))]
#[put("/api/admin/coupons/<id>", data = "<body>")]
pub async fn change(
    app: &State<App>,
    by: Admin,
    id: PathId<CouponId>,
    body: Body<ChangeCoupon>,
) -> ApiResult<Json<CouponView>> {
    let (id, actor, Body(asked)) = (id.get()?, by.actor(), body);
    let patch = Patch {
        value: asked.value,
        max_bonus: asked.max_bonus,
        min_deposit: asked.min_deposit,
        most_uses: asked.limit,
        per_user: asked.per_user,
        ends_at: asked.ends_at.map(|end| end.map(|end| end.0)),
        active: asked.active,
    };
    let coupon = app.db.write(move |tx| bonuses::change(tx, &actor, id, patch)).await?;
    Ok(Json(coupon.into()))
}
