//! The API's description. The two pages that show it, Swagger UI and Redoc, are files of `static/` like all others:
//! nothing comes from a foreign host.

use super::assets::{ASK, StaticFile};
use super::error::ApiError;
use super::openapi;
use aws_lc_rs::digest::{SHA256, digest};
use rocket::http::{ContentType, Method};
use rocket::route::{Handler, Outcome, Route};
use rocket::tokio::task::spawn_blocking;
use rocket::{Data, Request};
use std::borrow::Cow;
use std::sync::LazyLock;

pub fn routes() -> Vec<Route> {
    vec![Route::new(Method::Get, "/openapi.json", Description)]
}

/// Made when the first reader asks: it takes some 25 MiB, and most panels' is never read.
#[derive(Clone)]
struct Description;

static DESCRIPTION: LazyLock<StaticFile> =
    LazyLock::new(|| static_file(Cow::Borrowed(openapi::json()), ContentType::JSON));

#[rocket::async_trait]
impl Handler for Description {
    async fn handle<'r>(&self, request: &'r Request<'_>, _: Data<'r>) -> Outcome<'r> {
        match spawn_blocking(|| DESCRIPTION.clone()).await {
            Ok(file) => Outcome::Success(file.answer_packed(request).await),
            Err(cause) => {
                Outcome::from(request, ApiError::internal(format!("the API's description: {cause}")))
            }
        }
    }
}

/// The two pages write style elements and inline images as they run, and Redoc searches in a worker that it
/// makes from text. Scripts still come from this host only.
pub(super) fn policy(page: &str) -> Option<&'static str> {
    match page {
        "docs.html" => Some(
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; \
             base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        ),
        "redoc.html" => Some(
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; worker-src blob:; \
             object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        ),
        _ => None,
    }
}

fn static_file(bytes: Cow<'static, [u8]>, content_type: ContentType) -> StaticFile {
    let tag = hex::encode(digest(&SHA256, &bytes));
    StaticFile { bytes, content_type, tag, keep: ASK, policy: None }
}
