//! The operator's figures.

use crate::kernel::day::Day;
use crate::kernel::error::Fault;
use crate::kernel::ids::{ProviderId, ServiceId, UserId};
use crate::kernel::money::{Overflow, Vnd};
use crate::reports::{self, Figures, Funds, Line, Sold, Stats, Today};
use crate::state::App;
use crate::web::error::{ApiResult, Problem};
use crate::web::guards::Admin;
use crate::web::orders::ByStatusView;
use crate::web::params::Query;
use crate::web::period::Days;
use crate::web::respond::Json;
use rocket::{Route, State, get, routes};
use serde::Serialize;
use utoipa::ToSchema;

pub fn routes() -> Vec<Route> {
    routes![stats, today]
}

/// Orders by the day on which they were placed, with what has become of them since.
#[derive(Serialize, ToSchema)]
pub struct SoldView {
    orders: i64,
    /// As ordered, delivered or not.
    units: i64,
    /// Charges less refunds.
    sales: i64,
    /// What the providers take; an estimate until they name their charge.
    cost: i64,
    /// `sales` less `cost`.
    profit: i64,
    /// `profit` in thousandths of `sales`, rounded down; null without sales.
    margin_permille: Option<i64>,
    /// `sales` by `orders`, rounded down; null without orders.
    average_order: Option<i64>,
}

#[derive(Serialize, ToSchema)]
pub struct FiguresView {
    #[serde(flatten)]
    sold: SoldView,
    /// `profit` less `commissions` and `bonuses`.
    net_profit: i64,
    /// Paid back in this time, whenever it was ordered.
    refunds: i64,
    /// What referrers got less what was taken back.
    commissions: i64,
    /// What users were credited for bank transfers and by approval.
    deposits: i64,
    deposit_count: i64,
    /// What admins gave users less what they took.
    adjustments: i64,
    /// What users were given with deposits and coupons less what was taken back.
    bonuses: i64,
    new_users: i64,
}

#[derive(Serialize, ToSchema)]
pub struct DayView {
    /// In Asia/Ho_Chi_Minh.
    #[schema(example = "2026-11-22")]
    day: String,
    #[serde(flatten)]
    figures: FiguresView,
}

#[derive(Serialize, ToSchema)]
pub struct ServiceSalesView {
    service_id: i64,
    service_name: String,
    #[serde(flatten)]
    sold: SoldView,
}

#[derive(Serialize, ToSchema)]
pub struct ProviderSalesView {
    /// Null: by hand.
    provider_id: Option<i64>,
    /// Null: by hand.
    provider_name: Option<String>,
    #[serde(flatten)]
    sold: SoldView,
}

#[derive(Serialize, ToSchema)]
pub struct CustomerSalesView {
    user_id: i64,
    username: String,
    #[serde(flatten)]
    sold: SoldView,
}

/// The operator's money at a provider, and how long it lasts.
#[derive(Serialize, ToSchema)]
pub struct FundsView {
    provider_id: i64,
    provider_name: String,
    /// In the provider's currency, as it says; null before the first answer.
    #[schema(example = "100.84")]
    balance: Option<String>,
    currency: String,
    /// Converted, rounded down; null when it is not known.
    balance_vnd: Option<i64>,
    /// Cost of the orders of the last 24 hours, estimated from the sums by day.
    cost_24h: i64,
    /// Of the last 7 days.
    cost_7d: i64,
    /// Whole hours at the faster of both paces; null when there is none, or the balance is not known.
    hours_left: Option<i64>,
}

#[derive(Serialize, ToSchema)]
pub struct StatsView {
    /// The first day in it.
    #[schema(example = "2026-10-24")]
    from: String,
    /// The last day in it.
    #[schema(example = "2026-11-22")]
    to: String,
    #[serde(flatten)]
    total: FiguresView,
    /// What is owed to users now: the sum of their balances.
    liabilities: i64,
    /// Bank money that belongs to nobody yet, now.
    suspense: i64,
    /// Now.
    orders_by_status: ByStatusView,
    /// Every day from `from` to `to`, in order.
    series: Vec<DayView>,
    /// The 50 with the most sales.
    services: Vec<ServiceSalesView>,
    providers: Vec<ProviderSalesView>,
    /// The 50 who bought most.
    customers: Vec<CustomerSalesView>,
    funds: Vec<FundsView>,
}

/// Sales, cost, profit and what stands behind them, for up to 400 days.
#[utoipa::path(get, path = "/api/admin/stats", tag = "admin",
    params(("from" = Option<String>, Query, description = "A day in Asia/Ho_Chi_Minh or RFC 3339, which counts as \
            its whole day; without it the 30 days up to `to`"),
        ("to" = Option<String>, Query, description = "Like `from`; included; today without it")),
    responses((status = 200, body = StatsView), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 422, body = Problem)))]
#[get("/api/admin/stats")]
pub async fn stats(app: &State<App>, _by: Admin, query: Query) -> ApiResult<Json<StatsView>> {
    let days = Days::of(&query, Day::of(app.db.clock().now()))?;
    let stats = app.db.read(move |tx| reports::stats(tx, days.first, days.last)).await?;
    let view = stats_view(days, stats).map_err(|_| Fault::Overflow("a figure of a report"))?;
    Ok(Json(view))
}

/// Today, and the days that it is compared with.
#[derive(Serialize, ToSchema)]
pub struct TodayView {
    /// Now. Each of the three days is counted up to this time of day in Asia/Ho_Chi_Minh.
    at: String,
    today: DayView,
    yesterday: DayView,
    /// The same day of last week.
    last_week: DayView,
}

/// Today up to now, against yesterday and the same day of last week up to the same time of day.
#[utoipa::path(get, path = "/api/admin/stats/today", tag = "admin",
    responses((status = 200, body = TodayView), (status = 401, body = Problem), (status = 403, body = Problem)))]
#[get("/api/admin/stats/today")]
pub async fn today(app: &State<App>, _by: Admin) -> ApiResult<Json<TodayView>> {
    let Today { at, today, yesterday, last_week } = app.db.read(reports::today).await?;
    let day = |figures| day_view(figures).map_err(|_| Fault::Overflow("a figure of a report"));
    let (today, yesterday, last_week) = (day(today)?, day(yesterday)?, day(last_week)?);
    Ok(Json(TodayView { at: at.rfc3339(), today, yesterday, last_week }))
}

fn day_view((day, figures): (Day, Figures)) -> Result<DayView, Overflow> {
    Ok(DayView { day: day.iso(), figures: figures_view(figures)? })
}

fn stats_view(days: Days, stats: Stats) -> Result<StatsView, Overflow> {
    Ok(StatsView {
        from: days.first.iso(),
        to: days.last.iso(),
        total: figures_view(stats.total)?,
        liabilities: stats.liabilities.get(),
        suspense: stats.suspense.get(),
        orders_by_status: stats.by_status.as_slice().into(),
        series: stats.days.into_iter().map(day_view).collect::<Result<_, _>>()?,
        services: stats.services.into_iter().map(service_view).collect::<Result<_, _>>()?,
        providers: stats.providers.into_iter().map(provider_view).collect::<Result<_, _>>()?,
        customers: stats.customers.into_iter().map(customer_view).collect::<Result<_, _>>()?,
        funds: stats.funds.into_iter().map(funds_view).collect(),
    })
}

fn sold_view(sold: Sold) -> Result<SoldView, Overflow> {
    Ok(SoldView {
        orders: sold.orders,
        units: sold.units,
        sales: sold.sales.get(),
        cost: sold.cost.get(),
        profit: sold.profit()?.get(),
        margin_permille: sold.margin_permille()?,
        average_order: sold.average_order().map(Vnd::get),
    })
}

fn figures_view(figures: Figures) -> Result<FiguresView, Overflow> {
    Ok(FiguresView {
        sold: sold_view(figures.sold)?,
        net_profit: figures.net_profit()?.get(),
        refunds: figures.refunds.get(),
        commissions: figures.commissions.get(),
        deposits: figures.deposits.get(),
        deposit_count: figures.deposit_count,
        adjustments: figures.adjustments.get(),
        bonuses: figures.bonuses.get(),
        new_users: figures.new_users,
    })
}

fn service_view(line: Line<ServiceId>) -> Result<ServiceSalesView, Overflow> {
    Ok(ServiceSalesView { service_id: line.id.get(), service_name: line.name, sold: sold_view(line.sold)? })
}

fn provider_view(line: Line<Option<ProviderId>>) -> Result<ProviderSalesView, Overflow> {
    Ok(ProviderSalesView {
        provider_id: line.id.map(ProviderId::get),
        provider_name: line.id.map(|_| line.name),
        sold: sold_view(line.sold)?,
    })
}

fn customer_view(line: Line<UserId>) -> Result<CustomerSalesView, Overflow> {
    Ok(CustomerSalesView { user_id: line.id.get(), username: line.name, sold: sold_view(line.sold)? })
}

fn funds_view(funds: Funds) -> FundsView {
    FundsView {
        provider_id: funds.provider.get(),
        provider_name: funds.name,
        balance: funds.balance,
        currency: funds.currency,
        balance_vnd: funds.balance_vnd.map(Vnd::get),
        cost_24h: funds.cost_24h.get(),
        cost_7d: funds.cost_7d.get(),
        hours_left: funds.hours_left,
    }
}
