//! Plays the customer's bank, in the demo only: sends the panel itself the signed notice that SePay would send.

use super::bank;
use crate::deposits::sepay;
use crate::kernel::error::Fault;
use crate::outbound::Call;
use crate::settings;
use crate::state::{App, Demo, Transfer};
use serde_json::json;
use std::time::Duration;

/// Between two looks when nobody asks.
const LOOK: Duration = Duration::from_secs(60);
const TIMEOUT: Duration = Duration::from_secs(5);

/// Plays until the channel closes, on a thread of its own.
pub fn start(app: &App) -> Result<(), Fault> {
    let app = app.clone();
    let spawned = std::thread::Builder::new().name("demo-bank".to_owned()).spawn(move || {
        let Some(demo) = &app.demo else { return };
        while !demo.transfers.is_closed() {
            while let Some(asked) = demo.transfers.take() {
                let sent = send(&app, demo, &asked.question);
                asked.answer(sent);
            }
            demo.transfers.wait(LOOK);
        }
    });
    spawned.map(drop).map_err(|cause| Fault::Internal(format!("no thread demo-bank: {cause}")))
}

fn send(app: &App, demo: &Demo, transfer: &Transfer) -> Result<(), String> {
    let own = demo.listens_at.get().ok_or("the panel does not listen yet")?;
    let read = app.db.read_now(|tx| {
        let secret = settings::sepay_secret(tx, &app.config)?;
        Ok::<_, Fault>((secret, settings::bank(tx, &app.config)?))
    });
    let (secret, bank) = read.map_err(|fault| fault.to_string())?;
    let (Some(secret), Some(bank)) = (secret, bank) else { return Err("the bank is not set up".to_owned()) };
    let now = app.db.clock().now();
    let notice = json!({
        "id": now.millis(), "gateway": bank.name, "transactionDate": bank::vietnamese(now),
        "accountNumber": bank.account_number, "code": null, "content": transfer.content, "transferType": "in",
        "transferAmount": transfer.amount.get(), "accumulated": 0, "subAccount": null, "referenceCode": "DEMO",
        "description": "",
    });
    let body = notice.to_string().into_bytes();
    let (timestamp, signature) = sepay::signed(secret.expose(), &body, now);
    let call = Call::post_json(format!("{own}/api/payment/sepay/webhook"), body)
        .header("X-SePay-Timestamp", timestamp)
        .header("X-SePay-Signature", signature)
        .timeout(TIMEOUT)
        .allow_private(true);
    let answer = call.send().map_err(|failure| failure.to_string())?;
    if answer.status == 200 { Ok(()) } else { Err(format!("the webhook answered {}", answer.status)) }
}
