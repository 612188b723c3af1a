//! The services on sale as bytes, made once for each version of the catalog and each view of it, and what a search
//! finds among them. Guests share one; so do customers of a tier who have no own prices, see nothing hidden and have no
//! favourites.
//!
//! Anybody may ask as often as the limits allow, and be slow to read. So everything a search needs is made together
//! with the list: the words it looks in, and each service's part of the bytes. An answer only names parts of the list
//! that all share, so that many answers on their way take little more room than one.

use super::budget::{self, Share};
use super::packed::{self, Coding};
use super::respond;
use super::services::{ServiceView, personal};
use super::static_file;
use crate::catalog::{self, PriceList, Search, Service};
use crate::db::ReadTx;
use crate::kernel::error::Fault;
use crate::kernel::ids::{ServiceId, UserId};
use crate::kernel::text;
use crate::orders;
use crate::state::App;
use aws_lc_rs::digest::{SHA256, digest};
use parking_lot::Mutex;
use rocket::http::{ContentType, Header, Status};
use rocket::request::Request;
use rocket::response::{self, Responder, Response};
use rocket::tokio::io::{AsyncRead, AsyncSeek, ReadBuf};
use std::collections::{BTreeSet, HashMap, VecDeque};
use std::io;
use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

const BEFORE: &[u8] = br#"{"items":["#;
const AFTER: &[u8] = b"]}";

/// All kept lists together, in bytes; beyond it those of customers are forgotten.
const ROOM: usize = 32 * 1024 * 1024;

/// The snapshots of the newest version that was asked for.
#[derive(Default)]
pub struct CatalogCache {
    kept: Mutex<Kept>,
    /// Held by the one who makes one; whoever else finds none waits for that one.
    making: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Kept {
    version: i64,
    by_view: HashMap<View, Arc<CatalogSnapshot>>,
    bytes: usize,
}

/// What a list depends on beside the catalog.
#[derive(Clone, PartialEq, Eq, Hash)]
struct View {
    /// `None`: guests see no prices of their own.
    prices: Option<PriceList>,
    /// What is hidden from others and there for the caller.
    hidden: BTreeSet<ServiceId>,
    /// What the caller wants at hand.
    favourites: BTreeSet<ServiceId>,
}

impl View {
    fn of(tx: &ReadTx, caller: Option<UserId>) -> Result<View, Fault> {
        let Some(user) = caller else {
            return Ok(View { prices: None, hidden: BTreeSet::new(), favourites: BTreeSet::new() });
        };
        Ok(View {
            prices: Some(orders::price_list(tx, user)?),
            hidden: catalog::hidden_shown_to(tx, user)?,
            favourites: catalog::favourites(tx, user)?,
        })
    }

    fn shows(&self, service: &Service) -> bool {
        service.offer.visible_to.is_empty() || self.hidden.contains(&service.id)
    }
}

impl Kept {
    fn get(&self, version: i64, view: &View) -> Option<Arc<CatalogSnapshot>> {
        self.by_view.get(view).filter(|_| self.version == version).map(Arc::clone)
    }

    fn keep(&mut self, view: View, made: &Arc<CatalogSnapshot>) {
        if self.version != made.version {
            *self = Kept { version: made.version, ..Kept::default() };
        }
        let bytes = made.whole.bytes();
        if self.bytes.saturating_add(bytes) > ROOM {
            self.by_view.retain(|view, _| view.prices.is_none());
            self.bytes = self.by_view.values().map(|snapshot| snapshot.whole.bytes()).sum();
        }
        self.bytes = self.bytes.saturating_add(bytes);
        self.by_view.insert(view, Arc::clone(made));
    }
}

impl CatalogCache {
    /// What is on sale now, for a customer or for guests.
    pub async fn snapshot(&self, app: &App, caller: Option<UserId>) -> Result<Arc<CatalogSnapshot>, Fault> {
        if let Some(ready) = self.ready(app, caller)? {
            return Ok(ready);
        }
        let _turn = self.making.lock().await;
        if let Some(ready) = self.ready(app, caller)? {
            return Ok(ready);
        }
        // The view and what it shows are read in one snapshot: a list is never kept for another view than its own.
        let read = app.db.read(move |tx| {
            let view = View::of(tx, caller)?;
            let made = CatalogSnapshot::read(tx, &view)?;
            Ok::<_, Fault>((view, Arc::new(made)))
        });
        let (view, made) = read.await?;
        self.kept.lock().keep(view, &made);
        Ok(made)
    }

    fn ready(&self, app: &App, caller: Option<UserId>) -> Result<Option<Arc<CatalogSnapshot>>, Fault> {
        let ask = |tx: &ReadTx| Ok::<_, Fault>((catalog::version(tx)?, View::of(tx, caller)?));
        let (version, view) = app.db.read_now(ask)?;
        Ok(self.kept.lock().get(version, &view))
    }
}

/// All that is on sale in one version of the catalog, in one view of it.
pub struct CatalogSnapshot {
    version: i64,
    pub whole: Tagged,
    entries: Vec<Entry>,
    /// Where a comma stands in the whole list, for between two parts.
    comma: Range<usize>,
}

struct Entry {
    id: ServiceId,
    category: String,
    /// The name, folded.
    name: String,
    /// Its part of the whole list.
    bytes: Range<usize>,
}

impl CatalogSnapshot {
    fn read(tx: &ReadTx, view: &View) -> Result<CatalogSnapshot, Fault> {
        let (version, services) = (catalog::version(tx)?, catalog::active(tx)?);
        let (mut body, mut entries) = (BEFORE.to_vec(), Vec::with_capacity(services.len()));
        for service in services.into_iter().filter(|service| view.shows(service)) {
            if !entries.is_empty() {
                body.push(b',');
            }
            let (name, category) = (text::folded(&service.offer.name), service.offer.category.clone());
            let (id, start) = (service.id, body.len());
            let own = view.prices.as_ref().map(|prices| (prices.of(&service), view.favourites.contains(&id)));
            serde_json::to_writer(&mut body, &ServiceView::at(service, own))
                .map_err(|cause| Fault::Internal(cause.to_string()))?;
            entries.push(Entry { id, category, name, bytes: start..body.len() });
        }
        body.extend_from_slice(AFTER);
        let tag = hex::encode(digest(&SHA256, &body));
        let comma = body.iter().position(|byte| *byte == b',').map_or(0..0, |at| at..at.saturating_add(1));
        let gzip = packed::gzip(&body);
        let whole = Tagged { gzip, body: body.into(), parts: None, tag, is_private: view.prices.is_some() };
        Ok(CatalogSnapshot { version, whole, entries, comma })
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
        let mut parts = Parts::default();
        parts.push(0..BEFORE.len());
        for (place, entry) in first.into_iter().chain(rest).enumerate() {
            if place > 0 {
                parts.push(self.comma.clone());
            }
            parts.push(entry.bytes.clone());
        }
        let length = self.whole.body.len();
        parts.push(length.saturating_sub(AFTER.len())..length);
        // The same snapshot and the same question have the same answer.
        let question = format!("{} {category:?} {search:?}", self.whole.tag);
        let tag = hex::encode(digest(&SHA256, question.as_bytes()));
        let (body, is_private) = (Arc::clone(&self.whole.body), self.whole.is_private);
        Tagged { body, parts: Some(parts), gzip: None, tag, is_private }
    }
}

/// A JSON answer that a client may keep as long as its `ETag` is the same.
#[derive(Clone)]
pub struct Tagged {
    body: Arc<[u8]>,
    /// The same for whoever takes it so; thousands of services are a tenth of their size.
    gzip: Option<Arc<[u8]>>,
    /// The parts of the body that are the answer; `None`: all of it.
    parts: Option<Parts>,
    tag: String,
    /// At a customer's prices.
    is_private: bool,
}

impl Tagged {
    /// What it takes in memory.
    fn bytes(&self) -> usize {
        self.body.len().saturating_add(self.gzip.as_ref().map_or(0, |gzip| gzip.len()))
    }
}

/// Parts of a body, in the order they go out.
#[derive(Clone, Default)]
struct Parts(VecDeque<Range<usize>>);

impl Parts {
    /// What follows right behind the last one, continues it.
    fn push(&mut self, part: Range<usize>) {
        match self.0.back_mut() {
            Some(last) if last.end == part.start => last.end = part.end,
            Some(_) | None => self.0.push_back(part),
        }
    }

    /// What it takes in memory.
    fn room(&self) -> usize {
        self.0.capacity().saturating_mul(size_of::<Range<usize>>())
    }

    fn length(&self) -> usize {
        self.0.iter().map(|part| part.end.saturating_sub(part.start)).sum()
    }
}

/// A body of which parts are read, without a copy of them.
struct PartsOf {
    body: Arc<[u8]>,
    left: Parts,
    /// For the list of parts, which is this answer's alone.
    _share: Share,
}

impl AsyncRead for PartsOf {
    fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let PartsOf { body, left: Parts(left), .. } = self.get_mut();
        while let Some(part) = left.front_mut().filter(|_| into.remaining() > 0) {
            let end = part.end.min(part.start.saturating_add(into.remaining()));
            into.put_slice(body.get(part.start..end).unwrap_or_default());
            part.start = end;
            if part.start >= part.end {
                left.pop_front();
            }
        }
        Poll::Ready(Ok(()))
    }
}

/// Rocket seeks only to learn the size of a body, and is told this one's.
impl AsyncSeek for PartsOf {
    fn start_seek(self: Pin<&mut Self>, _: io::SeekFrom) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn poll_complete(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<u64>> {
        Poll::Ready(Err(io::ErrorKind::Unsupported.into()))
    }
}

impl<'r> Responder<'r, 'static> for Tagged {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let gzip = self.gzip.filter(|_| Coding::Gzip.is_taken(request));
        let tag = format!("\"{}{}\"", self.tag, if gzip.is_some() { "-gzip" } else { "" });
        let known = request.headers().get("If-None-Match").any(|tags| static_file::names(tags, &tag));
        let mut head = Response::new();
        personal(&mut head, self.is_private, "Accept-Encoding, Authorization, Cookie");
        let mut answer = Response::build_from(head);
        answer.header(Header::new("ETag", tag));
        if known {
            return answer.status(Status::NotModified).ok();
        }
        answer.header(ContentType::JSON);
        if gzip.is_some() {
            answer.header(Header::new("Content-Encoding", Coding::Gzip.name()));
        }
        match self.parts {
            Some(left) => match budget::hold_room(request, left.room()) {
                Ok(share) => {
                    let length = left.length();
                    answer.sized_body(length, PartsOf { body: self.body, left, _share: share }).ok()
                }
                Err(refusal) => refusal.respond_to(request),
            },
            None => {
                respond::with_shared_body(&mut answer, gzip.unwrap_or(self.body));
                answer.ok()
            }
        }
    }
}
