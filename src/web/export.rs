//! Lists as CSV files.
//!
//! A file is read and sent a portion at a time, each in a snapshot of its own, so neither memory nor the write-ahead
//! log grows with the list, and a client that does not read holds nothing up. Before each portion the token is looked
//! at again. A user has one export at a time.

use super::budget::{self, Share};
use super::error::{ApiError, ApiResult};
use super::guards::{self, Member};
use crate::accounts::token::Claims;
use crate::accounts::{self, Role};
use crate::db::{Db, ReadTx};
use crate::kernel::day::Day;
use crate::kernel::error::Fault;
use crate::kernel::ids::UserId;
use crate::kernel::page::{Cursor, Limit, Page, PageRequest};
use crate::kernel::reason::Reason;
use parking_lot::Mutex;
use rocket::Shutdown;
use rocket::futures::StreamExt;
use rocket::futures::stream::unfold;
use rocket::http::{ContentType, Header, Status};
use rocket::request::Request;
use rocket::response::stream::ReaderStream;
use rocket::response::{self, Responder, Response};
use rocket::tokio::select;
use rocket::tokio::time::sleep;
use serde::Serialize;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::HashSet;
use std::io;
use std::sync::Arc;
use std::time::Duration;

/// What marks the text as UTF-8 for a spreadsheet.
const BYTE_ORDER_MARK: &str = "\u{feff}";
/// The last line of a file that could not be read to its end: a cut connection is not told from an end by every client.
const INCOMPLETE: &str = "INCOMPLETE: the export was cut short\r\n";
/// A spreadsheet takes a text that begins with one of these for a formula.
const BEGINS_FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];
/// What an export holds in memory at most, by and large.
const ROOM_BYTES: usize = 512 * 1024;
/// When somebody may ask again whose export is running.
const RETRY_SECONDS: u64 = 5;
/// A portion that met a busy moment is read again, so often and after so long.
const ATTEMPTS: u32 = 10;
const PAUSE: Duration = Duration::from_millis(500);

/// Whose exports are running.
#[derive(Clone, Default)]
pub struct Exports(Arc<Mutex<HashSet<UserId>>>);

/// A running export; it ends when this is dropped.
struct Turn {
    exports: Exports,
    user: UserId,
}

impl Exports {
    fn begin(&self, user: UserId) -> ApiResult<Turn> {
        if self.0.lock().insert(user) {
            return Ok(Turn { exports: self.clone(), user });
        }
        Err(ApiError::limited_because(RETRY_SECONDS, Reason::ExportRuns))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.exports.0.lock().remove(&self.user);
    }
}

type Read = Arc<dyn Fn(&ReadTx, PageRequest) -> Result<(Vec<u8>, Option<Cursor>), Fault> + Send + Sync>;

/// What a file is called, and its first line: the fields of the list's items, where `tier.name` is a field of a field.
pub struct Columns {
    pub file: &'static str,
    pub header: &'static str,
}

/// A whole list, to be sent as a file.
pub struct Export {
    member: Member,
    columns: &'static Columns,
    read: Read,
}

impl Export {
    /// Of a list that is read by pages; its items as the API shows them.
    pub fn of<T: Serialize>(
        member: Member,
        columns: &'static Columns,
        read: impl Fn(&ReadTx, PageRequest) -> Result<Page<T>, Fault> + Send + Sync + 'static,
    ) -> Export {
        let read = move |tx: &ReadTx, page: PageRequest| {
            let page = read(tx, page)?;
            Ok((lines(columns.header, &page.items)?, page.next))
        };
        Export { member, columns, read: Arc::new(read) }
    }
}

/// Items as lines of a CSV file.
fn lines<T: Serialize>(header: &str, items: &[T]) -> Result<Vec<u8>, Fault> {
    let fault = |cause: String| Fault::Internal(format!("a line of CSV: {cause}"));
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for item in items {
        let item = serde_json::to_value(item).map_err(|cause| fault(cause.to_string()))?;
        let cells = header.split(',').map(|name| cell(field(&item, name)).into_owned());
        writer.write_record(cells).map_err(|cause| fault(cause.to_string()))?;
    }
    writer.into_inner().map_err(|cause| fault(cause.to_string()))
}

fn field<'v>(item: &'v Value, name: &str) -> &'v Value {
    name.split('.').fold(item, |value, part| value.get(part).unwrap_or(&Value::Null))
}

/// A text is never a formula; a number stays one.
fn cell(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Null => "".into(),
        Value::String(text) if text.starts_with(BEGINS_FORMULA) => format!("'{text}").into(),
        Value::String(text) => text.into(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string().into(),
    }
}

/// An export that is being sent.
struct Rows {
    db: Db,
    claims: Claims,
    role: Role,
    read: Read,
    shutdown: Shutdown,
    /// Where the next portion begins; `None`: nothing is left.
    cursor: Option<Cursor>,
    _turn: Turn,
    _room: Share,
}

impl Rows {
    async fn next(&mut self) -> Option<Vec<u8>> {
        let cursor = self.cursor.take()?;
        let portion = select! {
            biased;
            () = &mut self.shutdown.clone() => Err(Fault::Overloaded("the panel stops")),
            portion = self.portion(cursor) => portion,
        };
        match portion {
            Ok((lines, next)) => {
                self.cursor = next;
                Some(lines)
            }
            Err(cause) => {
                tracing::warn!(%cause, "an export was cut short");
                Some(INCOMPLETE.into())
            }
        }
    }

    async fn portion(&self, cursor: Cursor) -> Result<(Vec<u8>, Option<Cursor>), Fault> {
        let mut attempt = 1;
        loop {
            match self.attempt(cursor).await {
                Err(Fault::Overloaded(_)) if attempt < ATTEMPTS => attempt += 1,
                outcome => return outcome,
            }
            sleep(PAUSE).await;
        }
    }

    async fn attempt(&self, cursor: Cursor) -> Result<(Vec<u8>, Option<Cursor>), Fault> {
        let (claims, role, read) = (self.claims.clone(), self.role, Arc::clone(&self.read));
        let page = PageRequest { limit: Limit::PORTION, cursor };
        let portion = move |tx: &ReadTx| {
            let me = accounts::authenticate(tx, &claims)?.filter(|me| me.role == role);
            if me.is_none() || claims.expires_at <= tx.now() {
                return Err(Fault::Denied("the session has ended"));
            }
            read(tx, page)
        };
        self.db.read(portion).await
    }
}

impl Export {
    fn begin(self, request: &Request<'_>) -> ApiResult<Response<'static>> {
        let app = guards::app(request)?;
        let exports = request.rocket().state::<Exports>();
        let exports = exports.ok_or_else(|| ApiError::internal("no exports are managed"))?;
        let Member { id, role, claims, .. } = self.member;
        let rows = Rows {
            db: app.db.clone(),
            claims,
            role,
            read: self.read,
            shutdown: request.rocket().shutdown(),
            cursor: Some(Cursor::START),
            _turn: exports.begin(id)?,
            _room: budget::hold_room(request, ROOM_BYTES)?,
        };
        let rows = unfold(rows, |mut rows| async { rows.next().await.map(|lines| (lines, rows)) });
        let head = format!("{BYTE_ORDER_MARK}{}\r\n", self.columns.header).into_bytes();
        let whole = rocket::futures::stream::iter([head]).chain(rows).map(io::Cursor::new);
        let day = Day::of(app.db.clock().now()).iso();
        let disposition = format!("attachment; filename=\"{}-{day}.csv\"", self.columns.file);
        let mut answer = Response::build();
        answer
            .status(Status::Ok)
            .header(ContentType::CSV)
            .header(Header::new("Content-Disposition", disposition))
            .streamed_body(ReaderStream::from(whole));
        Ok(answer.finalize())
    }
}

impl<'r> Responder<'r, 'static> for Export {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        match self.begin(request) {
            Ok(answer) => Ok(answer),
            Err(refusal) => refusal.respond_to(request),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_text_is_no_formula_and_a_number_stays_one() {
        for text in ["=1+1", "+84", "-1", "@lan", "\tx", "\rx"] {
            assert_eq!(cell(&json!(text)), format!("'{text}"), "{text:?}");
        }
        for (value, shown) in [
            (json!(-5000), "-5000"),
            (json!("1-2"), "1-2"),
            (json!(" =1"), " =1"),
            (json!("12000.5"), "12000.5"),
            (json!(true), "true"),
            (json!(null), ""),
        ] {
            assert_eq!(cell(&value), shown);
        }
    }

    #[test]
    fn cells_with_commas_quotes_and_lines_stay_one_cell() {
        let item = json!({ "a": "x,\"y\"\nz", "b": { "c": 7 }, "d": null });
        assert_eq!(lines("a,b.c,d,e", &[item]).unwrap(), b"\"x,\"\"y\"\"\nz\",7,,\r\n");
    }
}
