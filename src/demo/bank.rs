//! The practice bank: SePay's list of transfers for the demo, and a way to make a transfer that no notice tells of.
//! Nothing is paid; it lives on the loopback interface beside the practice provider, and only in memory.

use crate::kernel::clock::{Clock, Timestamp};
use parking_lot::Mutex;
use rocket::data::{Data, ToByteUnit};
use rocket::http::{ContentType, Status};
use rocket::{Route, State, get, post, routes};
use serde_json::{Value, json};
use std::collections::HashMap;
use time::macros::format_description;
use time::{OffsetDateTime, UtcOffset};

/// The account that the demo's customers pay to.
pub(super) const ACCOUNT_NUMBER: &str = "0903123456";
/// What the list is asked for with.
pub(super) const TOKEN: &str = "demo-sepay-token";

/// Transfers that are remembered.
const MOST: usize = 400;

/// What the bank has seen.
pub(super) struct Bank {
    clock: Clock,
    rows: Mutex<Vec<Value>>,
}

impl Bank {
    pub(super) fn new(clock: Clock) -> Self {
        Bank { clock, rows: Mutex::default() }
    }
}

pub(super) fn routes() -> Vec<Route> {
    routes![list, late_transfer]
}

/// As SePay's version 1 answers, but always with all there is.
#[get("/userapi/transactions/list")]
fn list(bank: &State<Bank>) -> (ContentType, String) {
    let rows = bank.rows.lock().clone();
    let list = json!({ "status": 200, "error": null, "messages": { "success": true }, "transactions": rows });
    (ContentType::JSON, list.to_string())
}

/// A transfer of `amount` with this `content`, which only the list will tell of.
#[post("/late-transfer", data = "<body>")]
async fn late_transfer(bank: &State<Bank>, body: Data<'_>) -> (Status, String) {
    let bytes = body.open(4.kibibytes()).into_bytes().await;
    let bytes = bytes.map(rocket::data::Capped::into_inner).unwrap_or_default();
    let fields: HashMap<String, String> = form_urlencoded::parse(&bytes).into_owned().collect();
    let amount = fields.get("amount").and_then(|text| text.parse::<u32>().ok()).filter(|amount| *amount > 0);
    let (Some(amount), Some(content)) = (amount, fields.get("content")) else {
        return (Status::UnprocessableEntity, "needed are amount=<VND> and content=<text>\n".to_owned());
    };
    let now = bank.clock.now();
    let mut rows = bank.rows.lock();
    if rows.len() >= MOST {
        return (Status::TooManyRequests, "the practice bank is full\n".to_owned());
    }
    let id = now.millis().saturating_add(i64::try_from(rows.len()).unwrap_or(0));
    rows.push(json!({
        "id": id.to_string(), "bank_brand_name": "MBBank", "account_number": ACCOUNT_NUMBER,
        "transaction_date": vietnamese(now), "amount_in": format!("{amount}.00"), "amount_out": "0.00",
        "accumulated": "0.00", "transaction_content": content, "reference_number": format!("SANDBOX{id}"),
        "code": null, "sub_account": null, "bank_account_id": "1",
    }));
    (
        Status::Ok,
        format!("the practice bank has seen {amount} VND; the panel finds it in the list within seconds\n"),
    )
}

/// `2026-10-05 09:14:22`, as banks in Vietnam write it.
pub(super) fn vietnamese(at: Timestamp) -> String {
    let form = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
    let zone = UtcOffset::from_hms(7, 0, 0).unwrap_or(UtcOffset::UTC);
    let local = OffsetDateTime::from_unix_timestamp(at.seconds()).map(|at| at.to_offset(zone));
    local.ok().and_then(|at| at.format(form).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bank_writes_the_time_of_vietnam() {
        let at = Timestamp::parse_rfc3339("2026-11-22T20:39:05Z").unwrap();
        assert_eq!(vietnamese(at), "2026-11-23 03:39:05");
    }
}
