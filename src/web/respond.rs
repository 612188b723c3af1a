//! What handlers answer with.

use super::error::ApiError;
use crate::kernel::page::{self, Page};
use rocket::http::{ContentType, Header, Status};
use rocket::request::Request;
use rocket::response::{self, Responder, Response};
use serde::Serialize;
use std::io::Cursor;
use utoipa::ToSchema;

/// 200 with a JSON body.
pub struct Json<T>(pub T);

/// 201 with a JSON body.
pub struct Created<T>(pub T);

/// 202 with a JSON body: it is written down and done later.
pub struct Accepted<T>(pub T);

/// 204.
pub struct NoContent;

/// An answer that was made in the write that earned it, or kept from the first time.
pub struct Prepared {
    pub status: u16,
    pub body: Vec<u8>,
    pub replayed: bool,
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct List<T> {
    pub items: Vec<T>,
    /// For `?cursor=`; null on the last page.
    pub next_cursor: Option<String>,
}

impl<T> List<T> {
    pub fn of<U>(page: Page<U>, view: impl FnMut(U) -> T) -> Self {
        let page = page.map(view);
        List { items: page.items, next_cursor: page.next.map(page::Cursor::encode) }
    }
}

/// An answer that is complete already.
pub struct Raw(pub Response<'static>);

impl<'r> Responder<'r, 'static> for Raw {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        Ok(self.0)
    }
}

pub fn json_response(status: Status, body: Vec<u8>) -> Response<'static> {
    Response::build()
        .status(status)
        .header(ContentType::JSON)
        .sized_body(body.len(), Cursor::new(body))
        .finalize()
}

fn json(status: Status, value: &impl Serialize, request: &Request<'_>) -> response::Result<'static> {
    match serde_json::to_vec(value) {
        Ok(body) => Ok(json_response(status, body)),
        Err(cause) => {
            ApiError::internal(format!("an answer could not be written: {cause}")).respond_to(request)
        }
    }
}

impl<'r, T: Serialize> Responder<'r, 'static> for Json<T> {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        json(Status::Ok, &self.0, request)
    }
}

impl<'r, T: Serialize> Responder<'r, 'static> for Created<T> {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        json(Status::Created, &self.0, request)
    }
}

impl<'r, T: Serialize> Responder<'r, 'static> for Accepted<T> {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        json(Status::Accepted, &self.0, request)
    }
}

impl<'r> Responder<'r, 'static> for NoContent {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        Response::build().status(Status::NoContent).ok()
    }
}

impl<'r> Responder<'r, 'static> for Prepared {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        let mut answer = json_response(Status::new(self.status), self.body);
        if self.replayed {
            answer.set_header(Header::new("Idempotent-Replayed", "true"));
        }
        Ok(answer)
    }
}
