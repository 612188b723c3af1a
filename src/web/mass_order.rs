//! Many orders in one request: looked at first, then all of them or none.

use super::body::RawBody;
use super::error::{ApiError, ApiResult, Problem, Refused};
use super::guards::Member;
use super::idempotent::Idempotent;
use super::json::Apart;
use super::orders::{OrderView, PlaceOrder};
use super::respond::{Prepared, json_bytes};
use crate::db::Tx;
use crate::kernel::error::{FieldError, Rule};
use crate::kernel::ids::UserId;
use crate::kernel::money::Vnd;
use crate::orders::{self, Basket, Line};
use crate::state::App;
use rocket::http::Status;
use rocket::{Route, State, post, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

const MOST_LINES: usize = 1000;

pub fn routes() -> Vec<Route> {
    routes![place]
}

/// Many requests to buy.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MassOrder {
    /// 1 to 1,000, each one like the body of `POST /api/orders`.
    #[schema(value_type = Vec<PlaceOrder>, min_items = 1, max_items = 1000)]
    lines: Vec<Apart<PlaceOrder>>,
    /// Only to see what they cost and which are refused.
    #[serde(default)]
    check: bool,
    /// VND. A higher total is refused with `price_changed`, a lower one goes through.
    expected_total: Option<i64>,
}

impl MassOrder {
    fn lines(self, user: UserId) -> ApiResult<Vec<Line>> {
        if !(1..=MOST_LINES).contains(&self.lines.len()) {
            return Err(ApiError::field("lines", Rule::Entries { min: 1, max: MOST_LINES }));
        }
        let line = |Apart(line): Apart<PlaceOrder>| match line {
            Ok(order) => Ok(order.by(user)),
            Err((field, rule)) => Err(FieldError::new(field, rule)),
        };
        Ok(self.lines.into_iter().map(line).collect())
    }
}

/// What a line comes to: one of both.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum LineView {
    /// VND.
    Good { charge: i64 },
    /// As `POST /api/orders` would be refused.
    Bad { error: Refused },
}

impl LineView {
    fn all(basket: &Basket) -> Vec<LineView> {
        let view = |line| match line {
            Ok(charge) => LineView::Good { charge: Vnd::get(charge) },
            Err(refusal) => LineView::Bad { error: Refused::from(refusal) },
        };
        basket.charges().map(view).collect()
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CheckedView {
    /// In the order of the lines asked about, each priced as if those before it were bought.
    lines: Vec<LineView>,
    /// VND, of the lines that are not refused.
    total: i64,
    /// VND.
    balance: i64,
}

impl From<Basket> for CheckedView {
    fn from(basket: Basket) -> Self {
        let lines = LineView::all(&basket);
        CheckedView { lines, total: basket.total.get(), balance: basket.balance.get() }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MassPlacedView {
    /// In the order of the lines, without `comments` and `params`.
    orders: Vec<OrderView>,
    /// VND.
    total: i64,
}

/// Buys all the lines in one commit, or none of them. With `check` it buys nothing, answers 200 with what each line
/// costs or why it is refused, and uses no Idempotency-Key up.
#[utoipa::path(post, path = "/api/orders/mass", tag = "orders", request_body = MassOrder,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repetition harmless")),
    responses((status = 200, body = CheckedView, description = "with `check`"),
        (status = 201, body = MassPlacedView),
        (status = 402, body = Problem, description = "`insufficient_balance`: it does not cover all of them"),
        (status = 409, body = Problem, description = "`price_changed`: the total is above `expected_total`"),
        (status = 422, body = Problem, description = "a line is refused: `lines` as with `check`")))]
#[post("/api/orders/mass", data = "<body>")]
pub async fn place(app: &State<App>, me: Member, key: Idempotent, body: RawBody) -> ApiResult<Prepared> {
    let user = me.id;
    // A body that cannot be read is judged below, after the key.
    if let Ok(request) = body.read::<MassOrder>()
        && request.check
    {
        let lines = request.lines(user)?;
        let checked = app.db.read(move |tx| orders::look(tx, user, lines)).await?;
        let body = json_bytes(&CheckedView::from(checked))?;
        return Ok(Prepared { status: Status::Ok.code, body, replayed: false });
    }
    let buy = move |tx: &Tx, request: MassOrder| {
        let expected_total = request.expected_total.map(Vnd::new);
        let basket = orders::look(tx, user, request.lines(user)?)?;
        let refused = basket.charges().enumerate().filter_map(|(at, line)| line.is_err().then_some(at));
        let refused: Vec<usize> = refused.collect();
        if !refused.is_empty() {
            return Err(ApiError::lines(&refused, &LineView::all(&basket)));
        }
        let total = basket.total.get();
        let orders = orders::place_all(tx, basket, expected_total)?;
        Ok(MassPlacedView { orders: orders.into_iter().map(OrderView::listed).collect(), total })
    };
    let answer = key.once(app, user, &body, Status::Created, buy).await?;
    app.dispatch_wakeup.notify();
    Ok(answer)
}
