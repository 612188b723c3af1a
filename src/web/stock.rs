//! The services on sale as bytes, made once for each version of the catalog, and what a search finds among them.
//!
//! Anybody may ask as often as the limits allow. So everything a search needs is made together with the list: the words
//! it looks in, and each service's part of the answer, which only has to be put together.

use super::assets;
use super::packed::{self, Coding};
use super::respond;
use super::services::ServiceView;
use crate::catalog::{self, Search, Service};
use crate::db::ReadTx;
use crate::kernel::error::Fault;
use crate::kernel::ids::ServiceId;
use crate::kernel::text;
use crate::state::App;
use aws_lc_rs::digest::{SHA256, digest};
use rocket::http::{ContentType, Header, Status};
use rocket::request::Request;
use rocket::response::{self, Responder, Response};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

const BEFORE: &[u8] = br#"{"items":["#;
const AFTER: &[u8] = b"]}";

/// The stock of the newest version that was asked for.
#[derive(Default)]
pub struct Shelf {
    kept: Mutex<Option<Arc<Stock>>>,
    /// Held by the one who makes it; whoever else finds it stale waits for that one.
    making: tokio::sync::Mutex<()>,
}

impl Shelf {
    /// What is on sale now.
    pub async fn stock(&self, app: &App) -> Result<Arc<Stock>, Fault> {
        if let Some(ready) = self.at(app.db.read_now(catalog::version)?) {
            return Ok(ready);
        }
        let _turn = self.making.lock().await;
        if let Some(ready) = self.at(app.db.read_now(catalog::version)?) {
            return Ok(ready);
        }
        let made = Arc::new(app.db.read(Stock::read).await?);
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&made));
        Ok(made)
    }

    fn at(&self, version: i64) -> Option<Arc<Stock>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().filter(|stock| stock.version == version).map(Arc::clone)
    }
}

/// All that is on sale in one version of the catalog.
pub struct Stock {
    version: i64,
    pub whole: Tagged,
    entries: Vec<Entry>,
}

struct Entry {
    id: ServiceId,
    category: String,
    /// The name, folded.
    name: String,
    /// Its part of the whole list.
    bytes: Range<usize>,
}

impl Stock {
    fn read(tx: &ReadTx) -> Result<Stock, Fault> {
        Stock::of(catalog::version(tx)?, catalog::active(tx)?)
    }

    fn of(version: i64, services: Vec<Service>) -> Result<Stock, Fault> {
        let (mut body, mut entries) = (BEFORE.to_vec(), Vec::with_capacity(services.len()));
        for service in services {
            if !entries.is_empty() {
                body.push(b',');
            }
            let (name, category) = (text::folded(&service.offer.name), service.offer.category.clone());
            let (id, start) = (service.id, body.len());
            serde_json::to_writer(&mut body, &ServiceView::from(service))
                .map_err(|cause| Fault::Internal(cause.to_string()))?;
            entries.push(Entry { id, category, name, bytes: start..body.len() });
        }
        body.extend_from_slice(AFTER);
        let tag = assets::hex(digest(&SHA256, &body).as_ref());
        Ok(Stock { version, whole: Tagged { gzip: packed::gzip(&body), body: body.into(), tag }, entries })
    }

    /// What is in this category and fits the search, the service of just this number first. Not packed, for that costs
    /// more than all the rest.
    pub fn found(&self, category: Option<&str>, search: Option<&Search>) -> Tagged {
        let (mut first, mut rest) = (None, Vec::new());
        for entry in &self.entries {
            if category.is_some_and(|wanted| wanted != entry.category) {
                continue;
            }
            if search.is_some_and(|search| search.names(entry.id)) {
                first = Some(entry);
            } else if search.is_none_or(|search| search.finds(entry.id, &entry.name)) {
                rest.push(entry);
            }
        }
        let mut body = BEFORE.to_vec();
        for (place, entry) in first.into_iter().chain(rest).enumerate() {
            if place > 0 {
                body.push(b',');
            }
            body.extend_from_slice(self.whole.body.get(entry.bytes.clone()).unwrap_or_default());
        }
        body.extend_from_slice(AFTER);
        // The same stock and the same question have the same answer.
        let question = format!("{} {category:?} {search:?}", self.whole.tag);
        let tag = assets::hex(digest(&SHA256, question.as_bytes()).as_ref());
        Tagged { body: body.into(), gzip: None, tag }
    }
}

/// A JSON answer that a client may keep as long as its `ETag` is the same.
#[derive(Clone)]
pub struct Tagged {
    body: Arc<[u8]>,
    /// The same for whoever takes it so; thousands of services are a tenth of their size.
    gzip: Option<Arc<[u8]>>,
    tag: String,
}

impl<'r> Responder<'r, 'static> for Tagged {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let gzip = self.gzip.filter(|_| Coding::Gzip.is_taken(request));
        let tag = format!("\"{}{}\"", self.tag, if gzip.is_some() { "-gzip" } else { "" });
        let known = request.headers().get("If-None-Match").any(|tags| assets::names(tags, &tag));
        let mut answer = Response::build();
        answer.header(Header::new("Cache-Control", "no-cache")).header(Header::new("ETag", tag));
        answer.header(Header::new("Vary", "Accept-Encoding"));
        if known {
            return answer.status(Status::NotModified).ok();
        }
        answer.header(ContentType::JSON);
        if gzip.is_some() {
            answer.header(Header::new("Content-Encoding", Coding::Gzip.name()));
        }
        respond::with_body(&mut answer, gzip.unwrap_or(self.body));
        answer.ok()
    }
}
