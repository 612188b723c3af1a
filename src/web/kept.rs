//! Pages of customers' own orders, kept as the bytes that went out until one of the customer's orders changes: people
//! and programs look at the same page again and again, and mostly nothing has changed.

use crate::catalog;
use crate::db::{Changes, ReadTx};
use crate::kernel::error::Fault;
use crate::kernel::ids::UserId;
use parking_lot::Mutex;
use rocket::http::Status;
use rocket::request::Request;
use rocket::response::{self, Responder};
use std::collections::HashMap;
use std::sync::Arc;

use super::respond;

/// All pages together, in bytes; beyond it they are all forgotten.
const ROOM: usize = 4 * 1024 * 1024;
/// Longer questions are asked too seldom to be kept.
const MOST_QUESTION_BYTES: usize = 128;

/// Pages by customer and question.
#[derive(Default)]
pub struct Kept(Mutex<Pages>);

#[derive(Default)]
struct Pages {
    by_question: HashMap<UserId, HashMap<Box<str>, Page>>,
    bytes: usize,
}

#[derive(Clone)]
pub struct Page {
    /// The number of the newest change when it was read: it holds all changes up to that one.
    as_of: i64,
    basis: Basis,
    body: Arc<[u8]>,
}

/// What can be done to an order depends on its service and on the time too: a page lasts to the end of the minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Basis {
    /// The version of the catalog.
    catalog: i64,
    minute: i64,
}

impl Basis {
    pub fn now(tx: &ReadTx) -> Result<Basis, Fault> {
        Ok(Basis { catalog: catalog::version(tx)?, minute: tx.now().millis().div_euclid(60_000) })
    }
}

impl Page {
    /// `as_of` was the newest change before the body was read.
    pub fn read(as_of: i64, basis: Basis, body: Vec<u8>) -> Page {
        Page { as_of, basis, body: body.into() }
    }
}

impl Kept {
    /// The page, if it would read the same now.
    pub fn get(&self, changes: &Changes, basis: Basis, user: UserId, question: &str) -> Option<Page> {
        let page = self.0.lock().by_question.get(&user)?.get(question)?.clone();
        (page.basis == basis && changes.orders_stand_since(user, page.as_of)).then_some(page)
    }

    pub fn keep(&self, user: UserId, question: &str, page: &Page) {
        let cost = question.len().saturating_add(page.body.len());
        if question.len() > MOST_QUESTION_BYTES || cost > ROOM {
            return;
        }
        let mut pages = self.0.lock();
        if pages.bytes.saturating_add(cost) > ROOM {
            *pages = Pages::default();
        }
        pages.bytes = pages.bytes.saturating_add(cost);
        let older = pages.by_question.entry(user).or_default().insert(question.into(), page.clone());
        let freed = older.map_or(0, |older| question.len().saturating_add(older.body.len()));
        pages.bytes = pages.bytes.saturating_sub(freed);
    }
}

impl<'r> Responder<'r, 'static> for Page {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        respond::held_json(Status::Ok, self.body, request)
    }
}
