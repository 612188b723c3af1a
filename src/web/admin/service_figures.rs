//! How each service does, for admins.

use crate::reports::{self, ServiceFigures};
use crate::state::App;
use crate::web::error::ApiResult;
use crate::web::guards::Admin;
use crate::web::respond::Json;
use rocket::{Route, State, get, routes};
use serde::Serialize;
use utoipa::ToSchema;

pub fn routes() -> Vec<Route> {
    routes![list]
}

/// How a service's orders of the last 30 days ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceFiguresView {
    service_id: i64,
    /// Orders by their end; open ones are not counted.
    completed: i64,
    partial: i64,
    canceled: i64,
    /// From order to completion, the median; null below 5 orders.
    average_seconds: Option<i64>,
    /// Refills asked for at the provider in that time, by their end; what was done by hand is not counted.
    refills_completed: i64,
    refills_rejected: i64,
}

impl From<ServiceFigures> for ServiceFiguresView {
    fn from(figures: ServiceFigures) -> Self {
        ServiceFiguresView {
            service_id: figures.service.get(),
            completed: figures.completed,
            partial: figures.partial,
            canceled: figures.canceled,
            average_seconds: figures.median_seconds,
            refills_completed: figures.refills_completed,
            refills_rejected: figures.refills_rejected,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceFiguresList {
    items: Vec<ServiceFiguresView>,
}

/// How services did in the last 30 days: those of which an order ended or a refill was asked for, by id.
#[utoipa::path(get, path = "/api/admin/services/figures", tag = "admin",
    responses((status = 200, body = ServiceFiguresList)))]
#[get("/api/admin/services/figures")]
pub async fn list(app: &State<App>, _by: Admin) -> ApiResult<Json<ServiceFiguresList>> {
    let figures = app.db.read(reports::service_figures).await?;
    Ok(Json(ServiceFiguresList { items: figures.into_iter().map(ServiceFiguresView::from).collect() }))
}
