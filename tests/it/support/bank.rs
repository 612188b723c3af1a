//! The bank's side of a test: notices of transfers as SePay sends them, and deposits to pay.

use super::app::{ACCOUNT_NUMBER, SEPAY_SECRET, TestApp};
use super::member::Member;
use super::wire::Answer;
use aws_lc_rs::hmac;
use rocket::http::Method;
use serde_json::{Value, json};

pub const WEBHOOK: &str = "/api/payment/sepay/webhook";
/// The header of a notice that is believed.
pub const APIKEY: &str = "Apikey sepay-test-secret";

/// A notice that can be changed before it is sent.
#[derive(Clone)]
pub struct Notice(Value);

impl Notice {
    /// An incoming transfer to the panel's account, whole and unsuspicious.
    pub fn new(id: i64, amount: i64, content: &str) -> Notice {
        Notice(json!({
            "id": id, "gateway": "MBBank", "transactionDate": "2026-10-05 09:14:22",
            "accountNumber": ACCOUNT_NUMBER, "subAccount": null, "code": null, "content": content,
            "transferType": "in", "description": "", "transferAmount": amount, "accumulated": 0,
            "referenceCode": "FT26278000111"
        }))
    }

    #[must_use]
    pub fn set(mut self, field: &str, value: Value) -> Notice {
        self.0[field] = value;
        self
    }

    /// With the amount spelled exactly so.
    pub fn with_amount(self, amount: &str) -> Vec<u8> {
        let text = self.set("transferAmount", json!("AMOUNT")).0.to_string();
        text.replace("\"AMOUNT\"", amount).into_bytes()
    }

    pub fn json(&self) -> Value {
        self.0.clone()
    }

    pub fn bytes(&self) -> Vec<u8> {
        self.0.to_string().into_bytes()
    }
}

/// Sends a notice with the right key.
pub fn notify(app: &TestApp, notice: &Notice) -> Answer {
    send(app, &notice.bytes())
}

/// Sends any bytes with the right key.
pub fn send(app: &TestApp, body: &[u8]) -> Answer {
    app.guest().send(Method::Post, WEBHOOK, &[("Authorization", APIKEY)], Some(body.to_vec()))
}

/// The signature header of a body.
pub fn signature(secret: &str, at_s: i64, body: &[u8]) -> String {
    let signed = [at_s.to_string().as_bytes(), b".", body].concat();
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), &signed);
    let hex: String = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={hex}")
}

/// The newest bank transaction, as admins see it.
pub fn newest(admin: &Member) -> Value {
    admin.get("/api/admin/bank-transactions?limit=1").expect(200)["items"][0].clone()
}

/// Sends a notice that nobody is credited for, for this reason; its row.
#[track_caller]
pub fn unmatched(app: &TestApp, admin: &Member, notice: &Notice, reason: &str) -> Value {
    notify(app, notice).expect(200);
    let row = newest(admin);
    assert_eq!((&row["status"], &row["reason"]), (&json!("unmatched"), &json!(reason)));
    assert_eq!((&row["user_id"], &row["deposit_id"]), (&Value::Null, &Value::Null));
    row
}

/// A deposit somebody asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    pub id: i64,
    pub code: String,
}

impl Member<'_> {
    pub fn deposit(&self, amount: i64) -> Asked {
        let deposit = self.post("/api/payment/deposit", json!({ "amount": amount })).expect(201);
        Asked { id: deposit["id"].as_i64().unwrap(), code: deposit["code"].as_str().unwrap().to_owned() }
    }

    /// Says whose a bank transaction is.
    pub fn assign(&self, transaction: &Value, body: Value) -> Answer {
        self.post(&format!("/api/admin/bank-transactions/{}/assign", transaction["id"]), body)
    }

    /// The deposit as its owner sees it now.
    pub fn show(&self, id: i64) -> Value {
        self.get(&format!("/api/payment/deposits/{id}")).expect(200)
    }
}

#[test]
fn the_key_is_the_secret() {
    assert_eq!(APIKEY, format!("Apikey {SEPAY_SECRET}"));
}
